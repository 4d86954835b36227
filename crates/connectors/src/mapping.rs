//! The mapping language: how the records of a source become items.
//!
//! A mapping is a TOML text. It is compiled as a whole: every wrong key, value and type is named with its
//! place and line and with what is allowed there, and an unknown key is refused.
//!
//! # The tables
//!
//! | table | says |
//! |---|---|
//! | `name = "planner"` | what the source is called, kebab; numbers and paths are unique within a source, so mappings of the same source share the name |
//! | `[input]` | how to read the file |
//! | `[item]` | where each field of an item comes from |
//! | `[people]` | a key a role: where its people come from |
//! | `[[links]]` | a table a field that links: `kind` and where the references come from |
//! | `[[entries]]` | a table an entry of the roadmap that the item has: `name`, and where release and time come from |
//! | `[references]` | how references are matched with items |
//! | `[[skip]]` | which records to leave out, and why |
//! | `[domains.<id>]` | `key`, `name` and `aliases` of a domain, where the derived ones do not do |
//! | `[lookup.<name>]` | a table that a JSON document brings along: `list`, and in its entries `key` and `value` |
//!
//! # `[input]`
//!
//! | key | values | default |
//! |---|---|---|
//! | `format` | `jsonl` (a JSON object a line), `csv`, `json` (one document) | – |
//! | `tells` | what a record tells of its item: `all`, or only the `changes` | `all` |
//! | `separator` | CSV: `,` `;` `tab` `\|` | `,` |
//! | `json-columns` | CSV: columns whose cells hold JSON | none |
//! | `records` | JSON: path to the list of records | the document is the list |
//! | `duplicates` | a second record with the same source link: `error`; left out: keep the `first` or the `last`; or keep `each` | `error`; `each` for changes, and where `time` is required |
//! | `ignore` | texts that mean an empty cell everywhere, such as `NULL`; not counted | none |
//!
//! CSV: the first row names the columns. A column that appears several times is the list of its non-empty
//! cells. Every mapped column must be there unless its field says `optional = true`.
//!
//! # What is told
//!
//! A field that the mapping does not name is never told: it stays as it is here. Of records that tell `all`, every
//! other field is told, and what is absent is empty. Of records that tell `changes`:
//!
//! - A field is told if one of its paths is there, be it with null; `join` and `each` likewise, a `constant` always. A
//!   path with `*` is there if the list is. In a CSV file an empty cell is not there.
//! - With `told-by` it is told if, and only if, one of these paths is there.
//! - Null, `""`, `[]`, and texts of an `ignore`, empty a field that is told, unless there is a `default`.
//! - A field of one value of which the steps or `unlisted = "none"` let nothing through counts as absent: it is not told,
//!   unless it has a `told-by`. So `status = { from = "action", values = { closed = "done" }, unlisted = "none" }` tells
//!   nothing of other actions.
//! - A list field, all people together, and the time of an entry are told as a whole.
//! - `source` is always needed, `title` and `domain` need not be told; whoever tells them cannot empty them.
//!
//! # Paths
//!
//! `title`, `fields.status.name`, `changes.status.1` (from 0), `labels.*.name` (all of a list). A key that holds
//! a dot is quoted: `"a key. with dots".x`, or escaped: `a\.b`. Null, `""` and `[]` count as absent.
//!
//! # `[item]`
//!
//! | field | is | if absent |
//! |---|---|---|
//! | `source` | the source link: an absolute address, at most 490 characters. **An item's identity**; the same in every import | an error |
//! | `title` | 1–200 characters; line breaks become blanks | an error |
//! | `domain` | what the source calls the owner. Its slug (or an alias) is the domain's id | an error |
//! | `time` | since when this is so: a time with its offset (RFC 3339), or a day, which is its first moment in UTC; 1970 to 2199 | none |
//! | `number`, `path` | what references call the item, at most 9 each | none |
//! | `text` | at most 16 KiB | empty |
//! | `kind` | epic, feature, story, task, defect, impediment | story |
//! | `status` | new, ready, in-progress, done, dropped | new |
//! | `labels` | a list, at most 50 of 64 characters | none |
//! | `estimate` | a number from 0 to 100,000 with at most two decimal places | none |
//! | `value` | a whole number from 0 to 1,000,000,000 | none |
//! | `moscow` | must, should, could, wont | none |
//! | `parent` | a reference | none |
//! | `requests` | a list: other domains something is asked of. The own domain is dropped and counted | none |
//!
//! # A field
//!
//! A path alone, or a table, or a list of these: a field of one value takes the first that gives something, a
//! list field takes all of all.
//!
//! | key | does |
//! |---|---|
//! | `from` | a path, or a list of paths of which the first with a value counts |
//! | `join` | a template: `"{number}: {title}"`; `{path\|else}` writes `else` where nothing stands; `{{` is a brace; a list is joined by commas |
//! | `constant` | always this |
//! | `each`, `where` | path to a list of objects, from whose entries `from` or `join` then start; of these only those in which each path of `where` has (one of) the given texts |
//! | `split` | a separator, or several, by which a text is a list |
//! | `one` | in a list field: the source has one value here, no list |
//! | `ignore` | texts that stand for nothing (`TODO`), compared without case; counted in the report |
//! | `change` | steps, see below |
//! | `values` | a table from the source's words (without case) to ours |
//! | `unlisted` | what becomes of a word not in it: `error` (the default), `keep` it, `none`: as if absent, `skip` the record |
//! | `default` | what to take if nothing is there |
//! | `told-by` | a path, or several, which decide whether the field is told; only where records tell changes |
//! | `required` | absent is an error |
//! | `optional` | CSV: the columns may be missing |
//!
//! They work in this order: value, `split`, `ignore`, `change`, `values`, `default`. A number or truth value is
//! taken as its text. With a `*` or `split`, a field of one value takes the first that gives something, so that
//! `kind = { from = "labels.*.name", values = { bug = "defect" }, unlisted = "none" }` works.
//!
//! # Steps
//!
//! `change` is a list of words and of tables with one key. A text is trimmed before and after.
//!
//! | step | does |
//! |---|---|
//! | `lower`, `upper`, `slug`, `squeeze` | case; kebab case in a–z; runs of blanks become one |
//! | `first-line`, `printable` | the first line; without control characters |
//! | `url` | the first http(s) address in it, else nothing |
//! | `last-segment`, `{ segment = n }` | a part between slashes, from 1, or from -1 at the end |
//! | `trim-slashes` | without slashes at the ends |
//! | `leading-digits`, `digits` | the digits it starts with; the first digits in it; else nothing |
//! | `{ strip-prefix = t }`, `{ strip-suffix = t }` | without it, if it is there; of a list each in turn |
//! | `{ before = t }`, `{ after = t }` | up to, or from behind, the first `t`; unchanged without one |
//! | `{ replace = [a, b] }`, `{ prefix = t }`, `{ suffix = t }` | as they say |
//! | `{ cut = n }` | at most n characters, with an ellipsis |
//! | `{ divide = n }` | a number divided, to two places: seconds to hours with 3600 |
//! | `{ epoch = "seconds" }`, `"milliseconds"` | a number since 1970 as a time |
//! | `{ lookup = name }` | what `[lookup.<name>]` has for it, else nothing |
//! | `{ equals = t }`, `starts`, `ends`, `contains`, and each with `not-` before it | lets through only what fits; of a list one must fit, with `not-` none may |
//!
//! # Links and references
//!
//! A `[[links]]` table has a `kind` (relates-to, needs, needed-by, replaces, replaced-by, duplicates,
//! duplicated-by, parent), the keys of a list field, and its own `resolve` if it differs.
//! `[references]` has `ignore` (texts that are no reference) and `resolve`: what a reference may mean, best
//! first; each a word or `{ by = …, change = […] }`, where steps that let nothing through rule a way out.
//!
//! | `by` | the item whose | equal are |
//! |---|---|---|
//! | `path` | `path` it is | slashes at the ends |
//! | `number` | `number` it is | zeros in front of digits |
//! | `link` | source link it is | a slash at the end, case of the host |
//!
//! The default is `["link", "number"]`. A key that several items share says nothing, and the next is tried.
//! What matches nothing stays pending; a mere address is kept as one.
//!
//! # `[[entries]]`
//!
//! `name` (kebab, each once; with the source link it is the entry's identity) and fields of one value: `title`, `release`
//! (at most 64 characters), `start` and `end` (a day, or a time, of which the day counts as it is written), `horizon`
//! (now, next, later; counts if there is no day). One of the last four is needed. At most 20 tables. An entry that is
//! left with neither release nor time is not planned any more; one of which nothing is told stays as it is.
//!
//! # `[[skip]]`
//!
//! `reason`, `from` (a path or several, of which the first with a value counts) or `join`, and `present = true|false` or
//! comparisons as in steps; all must hold. The first rule that fits counts.

use std::{collections::BTreeMap, fmt};

use toml::de::DeTable;

use crate::{
    domains::Domains,
    path::Path,
    reference::KeyKind,
    step::{Step, Test},
    text::shown,
    words::Relation,
};

mod compile;
mod entries;
pub(crate) mod field;
mod section;
mod steps;

pub(crate) use compile::parse_word;
pub use section::Fault;

use field::{Field, Get};
use section::Context;

/// The longest mapping text, in bytes.
pub const MAX_TEXT_BYTES: usize = 1024 * 1024;

/// A compiled mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    pub(crate) name: String,
    pub(crate) input: InputPart,
    pub(crate) lookups: BTreeMap<String, Lookup>,
    pub(crate) skips: Vec<Skip>,
    pub(crate) item: ItemPart,
    pub(crate) people: Vec<(String, Field)>,
    pub(crate) links: Vec<LinkPart>,
    pub(crate) entries: Vec<EntryPart>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) domains: Domains,
    /// How many paths are numbered.
    pub(crate) paths: usize,
}

/// How a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A JSON object a line.
    JsonLines,
    /// Rows and columns, the first row a header.
    Csv,
    /// One JSON document with a list of records in it.
    Json,
}

impl Format {
    /// As the mapping spells it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::JsonLines => "jsonl",
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }
}

/// What a record tells of its item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tells {
    /// Everything: what is not there is empty.
    All,
    /// What changed: what is not there stays as it is.
    Changes,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InputPart {
    pub(crate) format: Format,
    pub(crate) tells: Tells,
    pub(crate) separator: u8,
    pub(crate) records: Option<Path>,
    pub(crate) json_columns: Vec<String>,
    pub(crate) duplicates: Option<Duplicates>,
    pub(crate) ignore: Vec<String>,
}

/// What becomes of a second record with the same source link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Duplicates {
    Error,
    First,
    Last,
    Each,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lookup {
    pub(crate) list: Path,
    pub(crate) key: Path,
    pub(crate) value: Path,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Skip {
    pub(crate) reason: String,
    pub(crate) get: Get,
    pub(crate) tests: Vec<Test>,
    pub(crate) present: Option<bool>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ItemPart {
    pub(crate) source: Field,
    /// This and the domain are there if the records tell all.
    pub(crate) title: Option<Field>,
    pub(crate) domain: Option<Field>,
    pub(crate) time: Option<Field>,
    pub(crate) number: Option<Field>,
    pub(crate) path: Option<Field>,
    pub(crate) text: Option<Field>,
    pub(crate) kind: Option<Field>,
    pub(crate) status: Option<Field>,
    pub(crate) labels: Option<Field>,
    pub(crate) estimate: Option<Field>,
    pub(crate) value: Option<Field>,
    pub(crate) moscow: Option<Field>,
    pub(crate) parent: Option<Field>,
    pub(crate) requests: Option<Field>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LinkPart {
    pub(crate) relation: Relation,
    pub(crate) field: Field,
    pub(crate) rules: Vec<Rule>,
}

/// An entry of the roadmap that belongs to the item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EntryPart {
    pub(crate) name: String,
    pub(crate) title: Option<Field>,
    pub(crate) release: Option<Field>,
    pub(crate) start: Option<Field>,
    pub(crate) end: Option<Field>,
    pub(crate) horizon: Option<Field>,
}

/// One way in which a reference may be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(crate) by: KeyKind,
    pub(crate) steps: Vec<Step>,
}

/// Why a text is no mapping: every fault of it, in the order of the text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Error {
    /// The faults; at least one.
    pub faults: Vec<Fault>,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.faults.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl Mapping {
    /// Compiles a mapping.
    ///
    /// # Errors
    /// All faults with their lines, if the text is no TOML, or says something the language does not know.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut ctx = Context::new(text);
        if text.len() > MAX_TEXT_BYTES {
            ctx.fault_at(0, String::new(), format!("a mapping has at most {MAX_TEXT_BYTES} bytes"));
            return Err(Error { faults: ctx.faults });
        }
        let table = match DeTable::parse(text) {
            Ok(table) => table,
            Err(error) => {
                let start = error.span().map_or(0, |span| span.start);
                ctx.fault_at(start, String::new(), format!("this is no TOML: {}", error.message()));
                return Err(Error { faults: ctx.faults });
            }
        };
        let mapping = compile::mapping(&mut ctx, &table);
        match mapping {
            Some(mapping) if ctx.faults.is_empty() => Ok(mapping),
            Some(_) | None => {
                ctx.faults.sort_by_key(|fault| fault.line);
                Err(Error { faults: ctx.faults })
            }
        }
    }

    /// What the source is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How files of the source are read.
    #[must_use]
    pub fn format(&self) -> Format {
        self.input.format
    }

    /// What a record tells of its item.
    #[must_use]
    pub fn tells(&self) -> Tells {
        self.input.tells
    }

    /// The same mapping for records that have the time of their news at this path, each of them. A time that the mapping
    /// finds elsewhere does not count then.
    ///
    /// # Errors
    /// The text is no path.
    pub fn with_time(mut self, path: &str) -> Result<Self, Error> {
        let path = Path::parse(path, self.paths).map_err(|error| {
            let message = format!("{} is no path: {error}", shown(path));
            Error { faults: vec![Fault { line: 0, place: "time".to_owned(), message }] }
        })?;
        self.paths += 1;
        self.item.time = Some(Field::required("time", path));
        Ok(self)
    }

    /// What becomes of a second record with the same source link. It is ordinary where records tell changes, and where
    /// each has its time.
    pub(crate) fn duplicates(&self) -> Duplicates {
        let timed = self.item.time.as_ref().is_some_and(|time| time.required);
        let usual = match self.input.tells {
            Tells::All if !timed => Duplicates::Error,
            Tells::All | Tells::Changes => Duplicates::Each,
        };
        self.input.duplicates.unwrap_or(usual)
    }

    /// Every field.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &Field> {
        let item = &self.item;
        let optional = [
            &item.title,
            &item.domain,
            &item.time,
            &item.number,
            &item.path,
            &item.text,
            &item.kind,
            &item.status,
            &item.labels,
            &item.estimate,
            &item.value,
            &item.moscow,
            &item.parent,
            &item.requests,
        ];
        let entries = self.entries.iter().flat_map(|entry| {
            [&entry.title, &entry.release, &entry.start, &entry.end, &entry.horizon]
        });
        [&item.source]
            .into_iter()
            .chain(optional.into_iter().chain(entries).filter_map(Option::as_ref))
            .chain(self.people.iter().map(|(_, field)| field))
            .chain(self.links.iter().map(|link| &link.field))
    }
}
