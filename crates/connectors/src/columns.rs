//! Whether the file has what the mapping speaks of: columns of a CSV file, and paths that nothing stands at.

use std::collections::BTreeSet;

use crate::{
    draft::NeverFound,
    mapping::{
        Mapping,
        field::{Shape, Spec},
    },
    path::Path,
    problem::Problem,
    text::{did_you_mean, nearest, shown},
};

/// How many different keys and reasons are kept.
pub(crate) const MOST_KEYS: usize = 200;

/// Refuses a CSV file that lacks columns, naming all of them and those it has.
pub(crate) fn header(
    mapping: &Mapping,
    line: u64,
    columns: Vec<String>,
    seen: &mut [bool],
    keys: &mut BTreeSet<String>,
) -> Result<(), Problem> {
    let has = |path: &Path| {
        columns
            .iter()
            .any(|column| Some(column.as_str()) == path.first() || *column == path.written)
    };
    let mut lacking: Vec<String> = Vec::new();
    let mut lack = |group: &[&Path], whom: &str| {
        if group.iter().any(|path| has(path)) {
            return;
        }
        let names: Vec<String> = group
            .iter()
            .filter_map(|path| path.first())
            .map(|name| {
                format!("{}{}", shown(name), did_you_mean(name, columns.iter().map(String::as_str)))
            })
            .collect();
        lacking.push(format!("{} ({whom})", names.join(" or ")));
    };
    for field in mapping.fields() {
        for group in field.specs.iter().flat_map(Spec::needed) {
            lack(&group, &field.name);
        }
    }
    for skip in &mapping.skips {
        for group in skip.get.needed() {
            lack(&group, "skip");
        }
    }
    for column in &mapping.input.json_columns {
        if !columns.contains(column) {
            lacking.push(format!("{} (input.json-columns)", shown(column)));
        }
    }
    if lacking.is_empty() {
        let specs = mapping.fields().flat_map(|field| &field.specs);
        let paths = specs.flat_map(|spec| spec.paths().into_iter().chain(&spec.told_by));
        let skips = mapping.skips.iter().flat_map(|skip| skip.get.paths());
        for path in paths.chain(skips).filter(|path| has(path)) {
            if let Some(seen) = seen.get_mut(path.id) {
                *seen = true;
            }
        }
        keys.extend(columns.into_iter().take(MOST_KEYS));
        return Ok(());
    }
    let separator = char::from(mapping.input.separator);
    let other = [';', '\t', ',', '|']
        .into_iter()
        .find(|c| *c != separator && columns.iter().any(|name| name.contains(*c)));
    let advice = other.filter(|_| columns.len() == 1).map_or_else(String::new, |other| {
        format!("; the columns seem to be separated by {other:?}: set `input.separator`")
    });
    let names: Vec<String> = columns.iter().take(100).map(|column| shown(column)).collect();
    Err(Problem::line(
        line,
        format!(
            "the file lacks the columns {}; it has {}{advice}",
            lacking.join(", "),
            names.join(", ")
        ),
    ))
}

/// The paths at which no record had anything.
pub(crate) fn never_found(
    mapping: &Mapping,
    seen: &[bool],
    keys: &BTreeSet<String>,
) -> Vec<NeverFound> {
    let mut groups: Vec<Vec<&Path>> =
        mapping.skips.iter().flat_map(|skip| skip.get.needed()).collect();
    for field in mapping.fields() {
        let needed = field.specs.iter().flat_map(Spec::needed);
        // Of several ways to one value the later ones may never have been tried.
        if field.shape == Shape::One && field.specs.len() > 1 {
            groups.push(needed.flatten().collect());
        } else {
            groups.extend(needed);
        }
    }
    let was_seen = |path: &&Path| seen.get(path.id).copied().unwrap_or(true);
    groups.retain(|group| !group.iter().any(was_seen));
    let told = |path: &Path| NeverFound {
        path: path.written.clone(),
        perhaps: path
            .first()
            .filter(|first| !keys.contains(*first))
            .and_then(|first| nearest(first, keys.iter().map(String::as_str)))
            .map(str::to_owned),
    };
    groups.into_iter().flatten().map(told).collect()
}
