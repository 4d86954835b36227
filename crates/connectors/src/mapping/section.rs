//! Reading a TOML text so that every fault has its place: the key, the line, what is allowed there.
//!
//! Knows TOML; must not know what the mapping language means by its keys.

use std::fmt;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::Tells;
use crate::text::{did_you_mean, shown};

/// One thing that is wrong with a mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line of the mapping, from 1; 0 for what did not come with its text.
    pub line: usize,
    /// The table and key, such as `item.status.values`; empty for the text as a whole.
    pub place: String,
    /// What is wrong and what is allowed.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}: ", self.line)?;
        }
        if !self.place.is_empty() {
            write!(f, "`{}`: ", self.place)?;
        }
        f.write_str(&self.message)
    }
}

/// What is gathered while a mapping is compiled.
pub(super) struct Context<'t> {
    text: &'t str,
    pub(super) faults: Vec<Fault>,
    /// The names of the tables that `lookup` may read.
    pub(super) lookups: Vec<String>,
    /// What the records tell, once that is known.
    pub(super) tells: Option<Tells>,
    paths: usize,
}

impl<'t> Context<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, faults: Vec::new(), lookups: Vec::new(), tells: None, paths: 0 }
    }

    /// How many paths there are.
    pub(super) fn paths(&self) -> usize {
        self.paths
    }

    /// The number of the next path.
    pub(super) fn next_path(&mut self) -> usize {
        self.paths += 1;
        self.paths - 1
    }

    pub(super) fn fault(&mut self, entry: &Entry<'_>, message: impl Into<String>) {
        self.fault_at(entry.start, entry.place.clone(), message);
    }

    pub(super) fn fault_at(&mut self, start: usize, place: String, message: impl Into<String>) {
        let before = self.text.as_bytes().get(..start).unwrap_or_default();
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        self.faults.push(Fault { line, place, message: message.into() });
    }
}

/// A value and where it stands.
#[derive(Clone)]
pub(super) struct Entry<'t> {
    pub(super) place: String,
    start: usize,
    value: &'t DeValue<'t>,
}

impl<'t> Entry<'t> {
    fn new(place: String, value: &'t Spanned<DeValue<'t>>) -> Self {
        Self { place, start: value.span().start, value: value.get_ref() }
    }

    pub(super) fn is_table(&self) -> bool {
        self.value.is_table()
    }

    pub(super) fn is_list(&self) -> bool {
        self.value.is_array()
    }

    fn wrong_type(&self, ctx: &mut Context<'_>, wanted: &str) {
        ctx.fault(self, format!("expected {wanted}, found {}", self.found()));
    }

    fn found(&self) -> String {
        match self.value {
            DeValue::String(text) => format!("the text {}", shown(text)),
            DeValue::Integer(number) => format!("the number `{}`", number.as_str()),
            DeValue::Float(number) => format!("the number `{}`", number.as_str()),
            DeValue::Boolean(yes) => format!("`{yes}`"),
            DeValue::Datetime(time) => format!("the time `{time}`"),
            DeValue::Array(list) => format!("a list of {}", list.len()),
            DeValue::Table(_) => "a table".to_owned(),
        }
    }

    pub(super) fn text(&self, ctx: &mut Context<'_>) -> Option<String> {
        let text = self.value.as_str().map(str::to_owned);
        if text.is_none() {
            self.wrong_type(ctx, "a text in quotes");
        }
        text
    }

    /// A text, number or truth value as text.
    pub(super) fn word(&self, ctx: &mut Context<'_>) -> Option<String> {
        match self.value {
            DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str().to_owned()),
            DeValue::Float(number) => Some(number.as_str().to_owned()),
            DeValue::Boolean(yes) => Some(yes.to_string()),
            DeValue::String(_)
            | DeValue::Integer(_)
            | DeValue::Datetime(_)
            | DeValue::Array(_)
            | DeValue::Table(_) => self.text(ctx),
        }
    }

    pub(super) fn truth(&self, ctx: &mut Context<'_>) -> Option<bool> {
        let truth = self.value.as_bool();
        if truth.is_none() {
            self.wrong_type(ctx, "true or false");
        }
        truth
    }

    pub(super) fn integer(&self, ctx: &mut Context<'_>) -> Option<i64> {
        let number =
            self.value.as_integer().and_then(|n| i64::from_str_radix(n.as_str(), n.radix()).ok());
        if number.is_none() {
            self.wrong_type(ctx, "a whole number");
        }
        number
    }

    /// The entries of a list.
    pub(super) fn list(&self, ctx: &mut Context<'_>) -> Vec<Entry<'t>> {
        let Some(list) = self.value.as_array() else {
            self.wrong_type(ctx, "a list");
            return Vec::new();
        };
        list.iter()
            .enumerate()
            .map(|(at, value)| Self::new(format!("{}[{}]", self.place, at + 1), value))
            .collect()
    }

    /// One text, or a list of texts.
    pub(super) fn texts(&self, ctx: &mut Context<'_>) -> Vec<String> {
        let entries = if self.is_list() { self.list(ctx) } else { vec![self.clone()] };
        if entries.is_empty() {
            ctx.fault(self, "the list is empty");
        }
        entries.iter().filter_map(|entry| entry.word(ctx)).collect()
    }

    pub(super) fn section(&self, ctx: &mut Context<'_>) -> Option<Section<'t>> {
        let Some(table) = self.value.as_table() else {
            self.wrong_type(ctx, "a table");
            return None;
        };
        Some(Section { place: self.place.clone(), start: self.start, table, asked: Vec::new() })
    }
}

/// A table of which keys are taken one by one; what is left at the end is a fault.
pub(super) struct Section<'t> {
    place: String,
    start: usize,
    table: &'t DeTable<'t>,
    asked: Vec<&'static str>,
}

impl<'t> Section<'t> {
    pub(super) fn root(table: &'t Spanned<DeTable<'t>>) -> Self {
        Self { place: String::new(), start: 0, table: table.get_ref(), asked: Vec::new() }
    }

    fn place_of(&self, key: &str) -> String {
        let plain = !key.is_empty()
            && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        let key = if plain { key.to_owned() } else { format!("{key:?}") };
        if self.place.is_empty() { key } else { format!("{}.{key}", self.place) }
    }

    /// The entry of a key, if it is there.
    pub(super) fn take(&mut self, key: &'static str) -> Option<Entry<'t>> {
        self.asked.push(key);
        let value = self.table.get(key)?;
        Some(Entry::new(self.place_of(key), value))
    }

    /// The entry of a key that must be there.
    pub(super) fn need(&mut self, ctx: &mut Context<'_>, key: &'static str) -> Option<Entry<'t>> {
        let entry = self.take(key);
        if entry.is_none() {
            ctx.fault_at(self.start, self.place_of(key), "is missing");
        }
        entry
    }

    /// All entries of a table whose keys are the author's own, with the keys.
    pub(super) fn entries(&self) -> Vec<(String, Entry<'t>)> {
        let entry = |(key, value): (&Spanned<_>, &'t Spanned<DeValue<'t>>)| {
            let key: &std::borrow::Cow<'_, str> = key.get_ref();
            (key.to_string(), Entry::new(self.place_of(key), value))
        };
        self.table.iter().map(entry).collect()
    }

    pub(super) fn fault(&self, ctx: &mut Context<'_>, message: impl Into<String>) {
        ctx.fault_at(self.start, self.place.clone(), message);
    }

    /// Every key nobody asked for is a fault.
    pub(super) fn finish(self, ctx: &mut Context<'_>) {
        for (key, value) in self.table {
            let written = key.get_ref().as_ref();
            if self.asked.contains(&written) {
                continue;
            }
            let near = did_you_mean(written, self.asked.iter().copied());
            let start = key.span().start.min(value.span().start);
            let message =
                format!("there is no such key{near} (allowed here: {})", self.asked.join(", "));
            ctx.fault_at(start, self.place_of(written), message);
        }
    }
}
