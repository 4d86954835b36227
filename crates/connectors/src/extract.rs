//! Reading one field of the mapping from one record.
//!
//! Knows paths, steps and tables of values; must not know what the field is for.

use serde_json::Value;

use crate::{
    mapping::{
        Format, Mapping, Tells,
        field::{Each, Field, Get, Shape, Spec, Unlisted},
    },
    path::{Looked, Path},
    step::{self, Tables},
    template::{self, Template},
    text::{described, described_secretly, shown},
};

/// One record, and what was noticed while its fields were read.
pub(crate) struct Extract<'a> {
    pub(crate) record: &'a Value,
    /// The columns that hold JSON, if the record is a row of a CSV file.
    pub(crate) json_columns: Option<&'a [String]>,
    pub(crate) tables: &'a Tables,
    /// Texts that mean an empty value, in lower case.
    pub(crate) nothing: &'a [String],
    /// By the number of a path: whether anything was ever there.
    pub(crate) seen: &'a mut [bool],
    /// Values that stand for nothing: field and reason.
    pub(crate) ignored: Vec<(String, String)>,
    /// Whether the record tells only what changed, so that a field may not be told.
    pub(crate) changes: bool,
}

/// What is left of a raw text.
enum Refined {
    Value(String),
    /// It stands for nothing.
    Empty,
    /// The steps or the table of values let nothing through.
    RuledOut,
}

/// Why a field has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The record is wrong.
    Wrong(String),
    /// The mapping leaves the record out.
    LeaveOut(String),
}

impl<'a> Extract<'a> {
    pub(crate) fn new(
        mapping: &'a Mapping,
        record: &'a Value,
        tables: &'a Tables,
        seen: &'a mut [bool],
    ) -> Self {
        Self {
            record,
            json_columns: (mapping.format() == Format::Csv)
                .then_some(mapping.input.json_columns.as_slice()),
            tables,
            nothing: &mapping.input.ignore,
            seen,
            ignored: Vec::new(),
            changes: mapping.tells() == Tells::Changes,
        }
    }

    /// The value of a field of one value; the outer `None` if the field is not told.
    pub(crate) fn one(&mut self, field: &Field) -> Result<Option<Option<String>>, Stop> {
        let mut told = !self.changes;
        for spec in &field.specs {
            if !self.tells(spec) {
                continue;
            }
            let mut ruled_out = false;
            for raw in self.raw(field, spec)? {
                match self.refine(field, spec, &raw)? {
                    Refined::Value(value) => return Ok(Some(Some(value))),
                    Refined::Empty => {}
                    Refined::RuledOut => ruled_out = true,
                }
            }
            if let Some(default) = &spec.default {
                return Ok(Some(Some(default.clone())));
            }
            // What is ruled out counts as absent, and what is absent says nothing of a change.
            told |= !ruled_out || !spec.told_by.is_empty();
        }
        if field.required { Err(Stop::Wrong(missing(field))) } else { Ok(told.then_some(None)) }
    }

    /// The values of a list field; `None` if the field is not told.
    pub(crate) fn all(&mut self, field: &Field) -> Result<Option<Vec<String>>, Stop> {
        let mut told = !self.changes;
        let mut values = Vec::new();
        for spec in &field.specs {
            if !self.tells(spec) {
                continue;
            }
            told = true;
            let before = values.len();
            for raw in self.raw(field, spec)? {
                if let Refined::Value(value) = self.refine(field, spec, &raw)? {
                    values.push(value);
                }
            }
            if values.len() == before {
                values.extend(spec.default.clone());
            }
        }
        if field.required && values.is_empty() {
            return Err(Stop::Wrong(missing(field)));
        }
        Ok(told.then_some(values))
    }

    /// Whether the record says anything of a field in this way.
    fn tells(&mut self, spec: &Spec) -> bool {
        if !self.changes {
            return true;
        }
        if spec.told_by.is_empty() {
            let paths = spec.paths();
            return paths.is_empty() || paths.iter().any(|path| path.is_present(self.record));
        }
        let told_by = spec.told_by.iter().find(|path| path.is_present(self.record));
        if let Some(path) = told_by {
            self.see(path.id);
        }
        told_by.is_some()
    }

    /// The texts by which a rule decides on a record; `None` if nothing stands where it looks.
    pub(crate) fn compared(&mut self, get: &Get) -> Option<Vec<String>> {
        let values: Vec<&Value> = match get {
            Get::From(paths) => match self.first(paths, self.record).ok()?? {
                (_, Looked::Missing) => return None,
                (_, Looked::One(Value::Array(list))) => list.iter().collect(),
                (_, Looked::One(value)) => vec![value],
                (_, Looked::Many(values)) => values,
            },
            Get::Join(template) => {
                return self.joined(template, self.record).ok()?.map(|text| vec![text]);
            }
            Get::Constant(text) => return Some(vec![text.clone()]),
        };
        Some(
            values.into_iter().filter_map(|value| template::scalar(value).ok().flatten()).collect(),
        )
    }

    /// What stands at the first of these paths that has something; a fault only if none has.
    pub(crate) fn first<'p>(
        &mut self,
        paths: &'p [Path],
        root: &'a Value,
    ) -> Result<Option<(&'p Path, Looked<'a>)>, String> {
        let mut fault = None;
        for path in paths {
            match path.look(root) {
                Ok(found) if self.is_something(&found) => {
                    self.see(path.id);
                    return Ok(Some((path, found)));
                }
                Ok(_) => {}
                Err(error) => {
                    fault.get_or_insert(format!("at {}: {error}", shown(&path.written)));
                }
            }
        }
        fault.map_or(Ok(None), Err)
    }

    fn see(&mut self, path: usize) {
        if let Some(seen) = self.seen.get_mut(path) {
            *seen = true;
        }
    }

    fn is_something(&self, found: &Looked<'_>) -> bool {
        let text = |text: &str| !text.trim().is_empty() && !contains(self.nothing, text);
        match found {
            Looked::Missing => false,
            Looked::Many(values) => !values.is_empty(),
            Looked::One(Value::Null) => false,
            Looked::One(Value::String(value)) => text(value),
            Looked::One(Value::Array(list)) => !list.is_empty(),
            Looked::One(Value::Bool(_) | Value::Number(_) | Value::Object(_)) => true,
        }
    }

    /// The texts that stand in the record, before anything is done to them.
    fn raw(&mut self, field: &Field, spec: &Spec) -> Result<Vec<String>, Stop> {
        let Some(each) = &spec.each else { return self.raw_in(field, spec, self.record) };
        let mut texts = Vec::new();
        for entry in self.entries(field, each)? {
            texts.extend(self.raw_in(field, spec, entry)?);
        }
        Ok(texts)
    }

    /// The entries of an `each` that its conditions choose.
    fn entries(&mut self, field: &Field, each: &Each) -> Result<Vec<&'a Value>, Stop> {
        let wrong = |message: String| {
            let hidden =
                format!("what stands at {} is no list of objects", shown(&each.list.written));
            Stop::Wrong(if field.secret { hidden } else { message })
        };
        let mut entries = match each.list.look(self.record).map_err(wrong)? {
            Looked::Missing => return Ok(Vec::new()),
            Looked::Many(entries) => entries,
            Looked::One(Value::Array(list)) => list.iter().collect(),
            Looked::One(other) => {
                return Err(wrong(format!(
                    "expected a list at {}, found {}",
                    shown(&each.list.written),
                    described(other)
                )));
            }
        };
        self.see(each.list.id);
        for (path, wanted) in &each.conditions {
            entries.retain(|entry| match path.look(entry) {
                Ok(Looked::One(value)) => is_one_of(value, wanted),
                Ok(Looked::Many(values)) => values.iter().any(|value| is_one_of(value, wanted)),
                Ok(Looked::Missing) | Err(_) => false,
            });
        }
        Ok(entries)
    }

    fn raw_in(&mut self, field: &Field, spec: &Spec, root: &'a Value) -> Result<Vec<String>, Stop> {
        match &spec.get {
            Get::Constant(text) => Ok(vec![text.clone()]),
            Get::Join(template) => match self.joined(template, root) {
                Ok(text) => Ok(text.into_iter().collect()),
                Err(_) if field.secret => {
                    Err(Stop::Wrong("the template cannot be filled".to_owned()))
                }
                Err(message) => Err(Stop::Wrong(message)),
            },
            Get::From(paths) => {
                let found = self.first(paths, root).map_err(|message| {
                    let hidden = "an object is expected on the way to the value".to_owned();
                    Stop::Wrong(if field.secret { hidden } else { message })
                })?;
                let Some((path, found)) = found else { return Ok(Vec::new()) };
                let row = self
                    .json_columns
                    .is_some_and(|json| !json.iter().any(|column| path.first() == Some(column)));
                let lenient = row || spec.each.is_some();
                texts(&found, field, spec, lenient).map_err(|message| {
                    Stop::Wrong(format!("{message} at {}", shown(&path.written)))
                })
            }
        }
    }

    fn joined(&mut self, template: &Template, root: &Value) -> Result<Option<String>, String> {
        let mut seen = Vec::new();
        let filled = template.fill(root, |path| seen.push(path.id));
        seen.into_iter().for_each(|path| self.see(path));
        filled
    }

    /// A raw text after `ignore`, `change` and `values`.
    fn refine(&mut self, field: &Field, spec: &Spec, raw: &str) -> Result<Refined, Stop> {
        let raw = raw.trim();
        if raw.is_empty() || contains(self.nothing, raw) {
            return Ok(Refined::Empty);
        }
        if contains(&spec.ignore, raw) {
            self.ignored.push((field.name.clone(), format!("{} stands for nothing", shown(raw))));
            return Ok(Refined::Empty);
        }
        let Some(text) = step::run(&spec.steps, raw, self.tables) else {
            return Ok(Refined::RuledOut);
        };
        let Some(values) = &spec.values else { return Ok(Refined::Value(text)) };
        if let Some(value) = values.table.get(&text.to_lowercase()) {
            return Ok(Refined::Value(value.clone()));
        }
        let value = if field.secret { "a value".to_owned() } else { shown(&text) };
        match values.unlisted {
            Unlisted::Keep => Ok(Refined::Value(text)),
            Unlisted::None => Ok(Refined::RuledOut),
            Unlisted::Skip => Err(Stop::LeaveOut(format!(
                "{}: {value} is not in the table of values",
                field.name
            ))),
            Unlisted::Error => Err(Stop::Wrong(format!(
                "{value} is not in the mapping's table of values; add it there, or say `unlisted`"
            ))),
        }
    }
}

/// What is said of a field that must be there.
pub(crate) fn missing(field: &Field) -> String {
    let mut places = Vec::new();
    for path in field.specs.iter().flat_map(Spec::paths) {
        places.push(shown(&path.written));
    }
    format!("is required, and nothing usable stands at {}", places.join(", "))
}

/// Whether a list of texts in lower case holds this one.
fn contains(list: &[String], text: &str) -> bool {
    !list.is_empty() && list.contains(&text.trim().to_lowercase())
}

fn is_one_of(value: &Value, wanted: &[String]) -> bool {
    template::scalar(value).is_ok_and(|text| text.is_some_and(|text| wanted.contains(&text)))
}

/// The texts of what was found. `lenient`: a lone text will do for a list.
fn texts(
    found: &Looked<'_>,
    field: &Field,
    spec: &Spec,
    lenient: bool,
) -> Result<Vec<String>, String> {
    let shown_value = |value: &Value| {
        if field.secret { described_secretly(value).to_owned() } else { described(value) }
    };
    let single = spec.one || field.shape == Shape::One;
    let value = match found {
        Looked::Missing => return Ok(Vec::new()),
        Looked::Many(values) => return scalars(values.iter().copied(), shown_value),
        Looked::One(value) => *value,
    };
    match value {
        Value::Array(list) if single => Err(format!(
            "expected one text, found {} (`….*` takes the first that fits, `….0` the first)",
            shown_value(&Value::Array(list.clone()))
        )),
        Value::Array(list) => scalars(list, shown_value),
        Value::Null => Ok(Vec::new()),
        Value::Object(_) => {
            let wanted = if single { "a text" } else { "a list" };
            Err(format!("expected {wanted}, found {}", shown_value(value)))
        }
        Value::String(text) if !spec.split.is_empty() => Ok(split(text, &spec.split)),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            if field.shape == Shape::List && !single && !lenient {
                return Err(format!(
                    "expected a list, found {} (`one = true` if the source has one value here, `split` if it is a text \
                     with separators)",
                    shown_value(value)
                ));
            }
            scalars([value], shown_value)
        }
    }
}

fn scalars<'v>(
    values: impl IntoIterator<Item = &'v Value>,
    shown_value: impl Fn(&Value) -> String,
) -> Result<Vec<String>, String> {
    let mut texts = Vec::new();
    for value in values {
        match template::scalar(value) {
            Ok(text) => texts.extend(text),
            Err(()) => return Err(format!("expected a text, found {}", shown_value(value))),
        }
    }
    Ok(texts)
}

fn split(text: &str, separators: &[String]) -> Vec<String> {
    let mut parts = vec![text.to_owned()];
    for separator in separators {
        parts = parts
            .iter()
            .flat_map(|part| part.split(separator.as_str()).map(str::to_owned))
            .collect();
    }
    parts
}
