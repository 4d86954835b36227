//! Compiling what a mapping says about one field.

use std::collections::BTreeMap;

use super::{
    Tells,
    section::{Context, Entry, Section},
    steps::steps,
};
use crate::{
    path::Path,
    step::Step,
    template::Template,
    text::{did_you_mean, shown},
};

/// How a field of an item is read from a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    /// What problems call it: `status`, `people.approver`, `links.needs`.
    pub(crate) name: String,
    pub(crate) shape: Shape,
    /// One value: the first that gives something. A list: all of them.
    pub(crate) specs: Vec<Spec>,
    pub(crate) required: bool,
    /// Whether the values are people, of whom no message may show anything.
    pub(crate) secret: bool,
}

/// How many values a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    One,
    /// A list; a lone value is a fault of the source.
    List,
    /// A list; a lone value will do.
    Loose,
}

/// One way to a field's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Spec {
    pub(crate) get: Get,
    pub(crate) each: Option<Each>,
    pub(crate) split: Vec<String>,
    pub(crate) one: bool,
    pub(crate) ignore: Vec<String>,
    pub(crate) steps: Vec<Step>,
    pub(crate) values: Option<Values>,
    pub(crate) default: Option<String>,
    /// Records that tell changes: the paths of which one must be there for the field to be told, if not its own.
    pub(crate) told_by: Vec<Path>,
    /// Whether a CSV file may lack the columns.
    pub(crate) optional: bool,
}

/// Where the raw value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Get {
    /// The first of these paths at which something stands.
    From(Vec<Path>),
    Join(Template),
    Constant(String),
}

/// A list of objects, each of which gives a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Each {
    pub(crate) list: Path,
    pub(crate) conditions: Vec<(Path, Vec<String>)>,
}

/// A table of values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Values {
    /// In lower case → value.
    pub(crate) table: BTreeMap<String, String>,
    pub(crate) unlisted: Unlisted,
}

/// What becomes of a value that is not in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unlisted {
    Error,
    Keep,
    None,
    Skip,
}

const UNLISTED: &[(&str, Unlisted)] = &[
    ("error", Unlisted::Error),
    ("keep", Unlisted::Keep),
    ("none", Unlisted::None),
    ("skip", Unlisted::Skip),
];

/// What a field's fixed values (constant, default, the table's right side) must be.
pub(super) type Check = fn(&str) -> Result<(), String>;

impl Field {
    /// One value at a path that must be there.
    pub(super) fn required(name: &str, path: Path) -> Self {
        Self {
            name: name.to_owned(),
            shape: Shape::One,
            specs: vec![Spec::plain(Get::From(vec![path]))],
            required: true,
            secret: false,
        }
    }

    /// Compiles `"path"`, `{ from = … }` or a list of these.
    pub(super) fn compile(
        ctx: &mut Context<'_>,
        entry: &Entry<'_>,
        name: &str,
        shape: Shape,
        check: Check,
    ) -> Self {
        let mut field = Self {
            name: name.to_owned(),
            shape,
            specs: Vec::new(),
            required: false,
            secret: name.starts_with("people."),
        };
        let entries = if entry.is_list() { entry.list(ctx) } else { vec![entry.clone()] };
        if entries.is_empty() {
            ctx.fault(entry, "the list is empty");
        }
        for entry in &entries {
            if entry.is_table() {
                let Some(mut section) = entry.section(ctx) else { continue };
                field.required |=
                    section.take("required").and_then(|entry| entry.truth(ctx)).unwrap_or(false);
                field.specs.extend(Spec::compile(ctx, &mut section, check));
                section.finish(ctx);
            } else {
                field.specs.extend(path(ctx, entry).map(|path| Spec::plain(Get::From(vec![path]))));
            }
        }
        field
    }
}

impl Spec {
    fn plain(get: Get) -> Self {
        Self {
            get,
            each: None,
            split: Vec::new(),
            one: false,
            ignore: Vec::new(),
            steps: Vec::new(),
            values: None,
            default: None,
            told_by: Vec::new(),
            optional: false,
        }
    }

    /// Compiles the keys that every field may have; the caller finishes the section.
    pub(super) fn compile(
        ctx: &mut Context<'_>,
        section: &mut Section<'_>,
        check: Check,
    ) -> Option<Self> {
        let get = get(ctx, section);
        let each = each(ctx, section);
        let split = section.take("split").map(|entry| entry.texts(ctx)).unwrap_or_default();
        let one = section.take("one").and_then(|entry| entry.truth(ctx)).unwrap_or(false);
        let ignore = ignore(ctx, section);
        let steps = section.take("change").map(|entry| steps(ctx, &entry)).unwrap_or_default();
        let values = values(ctx, section, check);
        let default = section.take("default").and_then(|entry| checked(ctx, &entry, check));
        let told_by = told_by(ctx, section);
        let optional = section.take("optional").and_then(|entry| entry.truth(ctx)).unwrap_or(false);
        let get = get?;
        if let Get::Constant(text) = &get
            && let Err(error) = check(text)
        {
            section.fault(ctx, format!("the constant does not fit: {error}"));
        }
        if split.iter().any(String::is_empty) {
            section.fault(ctx, "`split` holds an empty separator");
        }
        Some(Self { get, each, split, one, ignore, steps, values, default, told_by, optional })
    }

    /// The paths that a CSV file must have columns for: of each group at least one.
    pub(crate) fn needed(&self) -> Vec<Vec<&Path>> {
        if self.optional {
            return Vec::new();
        }
        let mut groups = match &self.each {
            Some(each) => vec![vec![&each.list]],
            None => self.get.needed(),
        };
        groups.extend((!self.told_by.is_empty()).then(|| self.told_by.iter().collect()));
        groups
    }

    /// Every path from the record on that leads to the value.
    pub(crate) fn paths(&self) -> Vec<&Path> {
        match &self.each {
            Some(each) => vec![&each.list],
            None => self.get.paths(),
        }
    }
}

impl Get {
    /// The paths without which there is no value: of each group one.
    pub(crate) fn needed(&self) -> Vec<Vec<&Path>> {
        match self {
            Self::From(paths) => vec![paths.iter().collect()],
            Self::Join(template) => {
                template.paths().filter(|(_, free)| !free).map(|(path, _)| vec![path]).collect()
            }
            Self::Constant(_) => Vec::new(),
        }
    }

    /// Every path.
    pub(crate) fn paths(&self) -> Vec<&Path> {
        match self {
            Self::From(paths) => paths.iter().collect(),
            Self::Join(template) => template.paths().map(|(path, _)| path).collect(),
            Self::Constant(_) => Vec::new(),
        }
    }
}

fn get(ctx: &mut Context<'_>, section: &mut Section<'_>) -> Option<Get> {
    let from = section.take("from");
    let join = section.take("join");
    let constant = section.take("constant");
    match (from, join, constant) {
        (Some(from), None, None) => from_paths(ctx, &from),
        (None, Some(join), None) => joined(ctx, &join),
        (None, None, Some(constant)) => constant.word(ctx).map(Get::Constant),
        (None, None, None) => {
            section.fault(ctx, "one of `from`, `join` and `constant` is missing");
            None
        }
        (_, _, _) => {
            section.fault(ctx, "only one of `from`, `join` and `constant` may be given");
            None
        }
    }
}

/// Compiles `from`: a path or several.
pub(super) fn from_paths(ctx: &mut Context<'_>, entry: &Entry<'_>) -> Option<Get> {
    let paths = paths(ctx, entry);
    (!paths.is_empty()).then_some(Get::From(paths))
}

/// Compiles `join`.
pub(super) fn joined(ctx: &mut Context<'_>, entry: &Entry<'_>) -> Option<Get> {
    let text = entry.text(ctx)?;
    match Template::parse(&text, || ctx.next_path()) {
        Ok(template) => Some(Get::Join(template)),
        Err(error) => {
            ctx.fault(entry, format!("{} is no template: {error}", shown(&text)));
            None
        }
    }
}

fn paths(ctx: &mut Context<'_>, entry: &Entry<'_>) -> Vec<Path> {
    let entries = if entry.is_list() { entry.list(ctx) } else { vec![entry.clone()] };
    if entries.is_empty() {
        ctx.fault(entry, "the list is empty");
    }
    entries.iter().filter_map(|entry| path(ctx, entry)).collect()
}

fn told_by(ctx: &mut Context<'_>, section: &mut Section<'_>) -> Vec<Path> {
    let Some(entry) = section.take("told-by") else { return Vec::new() };
    if ctx.tells == Some(Tells::All) {
        ctx.fault(
            &entry,
            "has a meaning with `input.tells = \"changes\"` only; records that tell all tell every field",
        );
    }
    paths(ctx, &entry)
}

fn each(ctx: &mut Context<'_>, section: &mut Section<'_>) -> Option<Each> {
    let list = section.take("each");
    let conditions = section.take("where");
    if let (None, Some(conditions)) = (&list, &conditions) {
        ctx.fault(
            conditions,
            "`where` chooses from the list that `each` names, and there is no `each`",
        );
    }
    let list = path(ctx, &list?)?;
    let mut chosen = Vec::new();
    if let Some(section) = conditions.and_then(|entry| entry.section(ctx)) {
        for (key, entry) in section.entries() {
            match Path::parse(&key, ctx.next_path()) {
                Ok(path) => chosen.push((path, entry.texts(ctx))),
                Err(error) => ctx.fault(&entry, format!("{} is no path: {error}", shown(&key))),
            }
        }
    }
    Some(Each { list, conditions: chosen })
}

fn values(ctx: &mut Context<'_>, section: &mut Section<'_>, check: Check) -> Option<Values> {
    let entry = section.take("values");
    let unlisted = section.take("unlisted");
    if let (None, Some(unlisted)) = (&entry, &unlisted) {
        ctx.fault(unlisted, "there is no table `values` that a value could be missing from");
    }
    let mut table = BTreeMap::new();
    for (key, value) in entry?.section(ctx)?.entries() {
        let Some(text) = checked(ctx, &value, check) else { continue };
        if table.insert(key.trim().to_lowercase(), text).is_some() {
            ctx.fault(&value, "the table has this value already; case makes no difference");
        }
    }
    let unlisted =
        unlisted.and_then(|entry| word(ctx, &entry, UNLISTED)).unwrap_or(Unlisted::Error);
    Some(Values { table, unlisted })
}

fn checked(ctx: &mut Context<'_>, entry: &Entry<'_>, check: Check) -> Option<String> {
    let text = entry.word(ctx)?;
    match check(&text) {
        Ok(()) => Some(text),
        Err(error) => {
            ctx.fault(entry, error);
            None
        }
    }
}

/// The `ignore` list of a field or of the references, in lower case.
pub(super) fn ignore(ctx: &mut Context<'_>, section: &mut Section<'_>) -> Vec<String> {
    let texts = section.take("ignore").map(|entry| entry.texts(ctx)).unwrap_or_default();
    texts.iter().map(|text| text.trim().to_lowercase()).collect()
}

/// A path.
pub(super) fn path(ctx: &mut Context<'_>, entry: &Entry<'_>) -> Option<Path> {
    let text = entry.text(ctx)?;
    match Path::parse(&text, ctx.next_path()) {
        Ok(path) => Some(path),
        Err(error) => {
            ctx.fault(entry, format!("{} is no path: {error}", shown(&text)));
            None
        }
    }
}

/// One of a few words.
pub(super) fn word<T: Copy>(
    ctx: &mut Context<'_>,
    entry: &Entry<'_>,
    words: &[(&str, T)],
) -> Option<T> {
    let text = entry.text(ctx)?;
    let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
    if found.is_none() {
        let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let near = did_you_mean(&text, names.iter().copied());
        ctx.fault(entry, format!("{} is not one of {}{near}", shown(&text), names.join(", ")));
    }
    found
}
