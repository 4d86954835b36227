//! The mapping of the enhancement proposals on the real file, if it is on this machine. No name of a person and
//! no line of the file is in here.

use std::{
    collections::{BTreeMap, HashMap},
    path::PathBuf,
};

use crate::{Import, KeyKind, Limits, Mapping, Parsed, Read, Status};

/// Approvers that are not "TBD", each once an item.
const PEOPLE: usize = 1218;

pub(super) fn workspace() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The bytes of a file of the shared data; `None`, and a line that says so, if it is not here.
#[expect(clippy::print_stderr, reason = "a test that is not run must be seen")]
pub(super) fn shared(file: &str) -> Option<Vec<u8>> {
    let shared = std::env::var_os("KOEPEL_SHARED")
        .map_or_else(|| workspace().join("../shared"), PathBuf::from);
    let path = shared.join("data").join(file);
    let bytes = std::fs::read(&path).ok();
    if bytes.is_none() {
        eprintln!("SKIPPED: {} is not on this machine; set KOEPEL_SHARED", path.display());
    }
    bytes
}

fn kep() -> Option<Parsed> {
    let bytes = shared("kep/kep.jsonl")?;
    let mapping = std::fs::read_to_string(workspace().join("tests/mappings/kep.toml")).unwrap();
    let mapping = Mapping::parse(&mapping).unwrap_or_else(|error| panic!("{error}"));
    let mut import = Import::new(mapping, Limits::default());
    for piece in bytes.chunks(65_536) {
        import.push(piece).unwrap();
    }
    Some(import.finish().unwrap_or_else(|problems| panic!("{problems}")))
}

fn count(parsed: &Parsed, field: &str, reason: &str) -> usize {
    let matching = parsed.ignored.iter().filter(|ignored| ignored.field.starts_with(field));
    matching
        .filter(|ignored| ignored.reason.contains(reason))
        .map(|ignored| ignored.lines.len())
        .sum()
}

#[test]
fn every_line_is_a_draft_or_left_out_with_its_reason() {
    let Some(parsed) = kep() else { return };
    assert_eq!((parsed.read, parsed.drafts.len(), parsed.domains.len()), (656, 653, 22));
    let left_out: Vec<_> =
        parsed.left_out.iter().map(|left_out| left_out.lines.as_slice()).collect();
    assert_eq!(left_out, [&[239][..], &[1, 67]]);
    assert!(parsed.never_found.is_empty(), "{:?}", parsed.never_found);
    let in_status =
        |status| parsed.drafts.iter().filter(|draft| draft.status == Some(status)).count();
    // Provisional 61 without one template, deferred 1; implemented 290, misspelt 1; six ways of being dropped.
    assert_eq!(in_status(Status::New), 60 + 1);
    assert_eq!(in_status(Status::Ready), 279);
    assert_eq!(in_status(Status::InProgress), 1);
    assert_eq!(in_status(Status::Done), 290 + 1);
    assert_eq!(in_status(Status::Dropped), 10 + 6 + 3 + 1 + 1);
}

#[test]
fn requests_add_up_to_the_entries_of_the_file() {
    let Some(parsed) = kep() else { return };
    let domains: Vec<&str> = parsed.domains.iter().map(|domain| domain.id.as_str()).collect();
    let all: Vec<&String> =
        parsed.drafts.iter().flat_map(|draft| draft.requests.iter().flatten()).collect();
    let known = all.iter().filter(|id| domains.contains(&id.as_str())).count();
    assert_eq!((all.len(), known), (460, 425));
    assert_eq!(count(&parsed, "requests", "own domain"), 151);
    assert_eq!(count(&parsed, "requests", "stands for nothing"), 1);
    // Four entries are in the templates.
    assert_eq!(all.len() + 151 + 1 + 4, 616);
    let people = parsed.drafts.iter().map(|draft| draft.people.as_ref().map_or(0, Vec::len));
    assert_eq!(people.sum::<usize>(), PEOPLE);
}

#[test]
fn references_resolve_as_the_data_says_and_add_up() {
    let Some(parsed) = kep() else { return };
    // As the product does it: of the names in turn, the first that an item has; of several items the first.
    let mut index: HashMap<&str, usize> = HashMap::new();
    for (at, draft) in parsed.drafts.iter().enumerate() {
        for key in &draft.keys {
            index.entry(key.as_str()).or_insert(at);
        }
    }
    let mut tally: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, draft) in parsed.drafts.iter().enumerate() {
        for reference in draft.links.iter().flat_map(|(_, references)| references) {
            let found = reference
                .candidates
                .iter()
                .find_map(|key| Some((*index.get(key.as_str())?, key.kind())));
            let only_links = reference.candidates.iter().all(|key| key.kind() == KeyKind::Link);
            let name = match found {
                Some((item, _)) if item == at => "itself",
                Some((_, KeyKind::Path)) => "path",
                Some((_, KeyKind::Number)) if reference.raw.contains("/issues/") => "issue",
                Some((_, KeyKind::Number)) => "number",
                Some((_, KeyKind::Link)) => "link",
                None if only_links && reference.address.is_some() => "external",
                None => "pending",
            };
            *tally.entry(name).or_default() += 1;
        }
    }
    let ignored = count(&parsed, "links.", "stands for nothing");
    let want = [
        ("external", 104),
        ("issue", 7),
        ("itself", 1),
        ("number", 13),
        ("path", 259),
        ("pending", 61),
    ];
    assert_eq!(tally.iter().map(|(name, count)| (*name, *count)).collect::<Vec<_>>(), want);
    // Seven entries are in the templates.
    assert_eq!(tally.values().sum::<usize>() + ignored + 7, 489);
}

/// The example of the README's page that starts so, the `at`th of its kind.
fn example(start: &str, at: usize) -> String {
    let readme = std::fs::read_to_string(workspace().join("tests/mappings/README.md")).unwrap();
    readme.split(start).nth(at).unwrap().split("```").next().unwrap().to_owned()
}

#[test]
fn the_worked_example_of_the_readme_does_what_it_says() {
    let parsed = super::read(super::mapping(&example("```toml\n", 1)), &example("```csv\n", 1));
    assert_eq!((parsed.read, parsed.drafts.len(), parsed.domains.len()), (3, 2, 2));
    assert_eq!(
        (parsed.left_out[0].reason.as_str(), parsed.left_out[0].lines.as_slice()),
        ("a template", &[4][..])
    );
    let first = &parsed.drafts[0];
    assert_eq!(
        (first.domain.as_deref(), first.labels.as_deref()),
        (Some("online-shop"), Some(&["payment".to_owned(), "b2b".to_owned()][..]))
    );
    let candidates: Vec<&str> =
        first.links[0].1.iter().map(|reference| reference.candidates[0].as_str()).collect();
    assert_eq!(candidates, ["number:planner:12", "number:planner:13"]);
}

#[test]
fn the_example_of_a_push_does_what_the_readme_says() {
    let mapping = super::mapping(&example("```toml\n", 2));
    let record = serde_json::from_str(&example("```json\n", 1)).unwrap();
    let Read::Draft(draft) = mapping.read(&record) else { panic!("this is news of an item") };
    assert_eq!(draft.source, "https://planner.example/card/7");
    assert_eq!((draft.status, draft.time_us), (Some(Status::Done), Some(1_795_352_580_000_000)));
    assert_eq!((draft.title, draft.domain, draft.labels), (None, None, None));
    assert_eq!((draft.entries.len(), draft.entries[0].when), (1, None));
    assert_eq!(draft.entries[0].release, Some(None));
}
