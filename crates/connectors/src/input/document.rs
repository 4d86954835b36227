//! One JSON document with a list of records somewhere in it.
//!
//! The document is checked once, then only walked along, so that each record has its line and only one
//! record at a time is taken apart.

use std::{collections::BTreeMap, ops::Range};

use serde::de::IgnoredAny;

use crate::{
    input::{Limits, Piece, Record, Sink, empty_file, json, json_problem, newlines, utf8},
    mapping::{Lookup, Mapping},
    path::{Looked, Path},
    problem::Problem,
    template,
    text::{did_you_mean, shown},
};

#[derive(Debug)]
pub(super) struct Document {
    limits: Limits,
    bytes: Vec<u8>,
    records: Option<Path>,
    lookups: BTreeMap<String, Lookup>,
}

impl Document {
    pub(super) fn new(mapping: &Mapping, limits: Limits) -> Self {
        let (records, lookups) = (mapping.input.records.clone(), mapping.lookups.clone());
        Self { limits, bytes: Vec::new(), records, lookups }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        if self.bytes.len().saturating_add(bytes.len()) > self.limits.document_bytes {
            let limit = self.limits.document_bytes;
            return Err(Problem::file(format!(
                "the document is longer than {limit} bytes; export it as JSON Lines, or in parts"
            )));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    pub(super) fn finish(self, sink: &mut Sink<'_>) -> Result<(), Problem> {
        let text = utf8(&self.bytes, 1)?;
        if text.trim().is_empty() {
            return Err(empty_file());
        }
        if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
            let mut problem = json_problem(&error, 1);
            if error.is_eof() {
                problem.message = format!("the file seems to be cut off here: {}", problem.message);
            }
            if problem.message.contains("trailing characters") {
                problem.message.push_str(
                    "; if each line is a record, the mapping needs `input.format = \"jsonl\"`",
                );
            }
            return Err(problem);
        }
        for (name, lookup) in &self.lookups {
            let mut table = BTreeMap::new();
            for range in elements(text, Some(&lookup.list))? {
                let entry =
                    json(text.get(range.clone()).unwrap_or_default(), line_of(text, range.start))?;
                if let (Some(key), Some(value)) =
                    (one(&lookup.key, &entry), one(&lookup.value, &entry))
                {
                    table.insert(key, value);
                }
            }
            sink(Piece::Table { name: name.clone(), table })?;
        }
        let (mut line, mut counted) = (1, 0);
        let records = elements(text, self.records.as_ref())?;
        if records.is_empty() {
            return Err(Problem::file("the list of records is empty"));
        }
        for range in records {
            line += newlines(text.as_bytes().get(counted..range.start).unwrap_or_default());
            counted = range.start;
            if range.len() > self.limits.line_bytes {
                let limit = self.limits.line_bytes;
                return Err(Problem::line(
                    line,
                    format!("the record is longer than {limit} bytes"),
                ));
            }
            sink(match json(text.get(range).unwrap_or_default(), line) {
                Ok(value) => Piece::Record(Record { line, value }),
                Err(problem) => Piece::Problem(problem),
            })?;
        }
        Ok(())
    }
}

fn line_of(text: &str, at: usize) -> u64 {
    1 + newlines(text.as_bytes().get(..at).unwrap_or_default())
}

fn one(path: &Path, entry: &serde_json::Value) -> Option<String> {
    match path.look(entry) {
        Ok(Looked::One(value)) => template::scalar(value).ok().flatten(),
        Ok(Looked::Missing | Looked::Many(_)) | Err(_) => None,
    }
}

/// Where the entries of the list at a path are.
fn elements(text: &str, path: Option<&Path>) -> Result<Vec<Range<usize>>, Problem> {
    let mut walk = Walk { bytes: text.as_bytes(), at: 0 };
    walk.blanks();
    let keys = path.and_then(Path::keys).unwrap_or_default();
    for key in &keys {
        let mut found = None;
        let mut others = Vec::new();
        for (name, range) in walk.children(text) {
            if name == *key {
                found = Some(range.start);
                break;
            }
            if others.len() < 50 {
                others.push(name);
            }
        }
        let Some(start) = found else {
            let near = did_you_mean(key, others.iter().map(String::as_str));
            let others = shown(&others.join(", "));
            let path = path.map_or("", |path| path.written.as_str());
            let line = line_of(text, walk.at);
            return Err(Problem::line(
                line,
                format!(
                    "the mapping's path `{path}` leads nowhere: no {} among {others}{near}",
                    shown(key)
                ),
            ));
        };
        walk.at = start;
    }
    if walk.byte() != Some(b'[') {
        let path = path.map_or_else(
            || "the document; name the place of the list as `input.records`".to_owned(),
            |path| shown(&path.written),
        );
        return Err(Problem::line(
            line_of(text, walk.at),
            format!("expected a list of records at {path}"),
        ));
    }
    Ok(walk.children(text).map(|(_, range)| range).collect())
}

/// A place in a document that is known to be right.
#[derive(Clone, Copy)]
struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Walk<'_> {
    fn byte(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn blanks(&mut self) {
        while self
            .byte()
            .is_some_and(|byte| byte.is_ascii_whitespace() || byte == b',' || byte == b':')
        {
            self.at += 1;
        }
    }

    /// To behind the value that starts here, however deep it is.
    fn value(&mut self) {
        let mut depth = 0_usize;
        loop {
            match self.byte() {
                None => return,
                Some(b'"') => self.string(),
                Some(b'[' | b'{') => {
                    depth += 1;
                    self.at += 1;
                }
                Some(b']' | b'}') => {
                    depth = depth.saturating_sub(1);
                    self.at += 1;
                }
                Some(b',' | b':' | b' ' | b'\t' | b'\r' | b'\n') => self.at += 1,
                Some(_) => {
                    while self.byte().is_some_and(|byte| !b",:]} \t\r\n".contains(&byte)) {
                        self.at += 1;
                    }
                }
            }
            if depth == 0 {
                return;
            }
        }
    }

    fn string(&mut self) {
        self.at += 1;
        while let Some(byte) = self.byte() {
            self.at += if byte == b'\\' { 2 } else { 1 };
            if byte == b'"' {
                return;
            }
        }
    }

    /// The entries of the object or list that starts here: name or index, and where the value is.
    fn children<'t>(self, text: &'t str) -> impl Iterator<Item = (String, Range<usize>)> + 't
    where
        Self: 't,
    {
        let mut walk = Walk { bytes: text.as_bytes(), at: self.at + 1 };
        let (object, list) = (self.byte() == Some(b'{'), self.byte() == Some(b'['));
        let mut index = 0_usize;
        std::iter::from_fn(move || {
            walk.blanks();
            if !(object || list) || matches!(walk.byte(), None | Some(b']' | b'}')) {
                return None;
            }
            let name = if object {
                let start = walk.at;
                walk.string();
                let name = text.get(start..walk.at).and_then(|raw| serde_json::from_str(raw).ok());
                walk.blanks();
                name.unwrap_or_default()
            } else {
                index.to_string()
            };
            index += 1;
            let start = walk.at;
            walk.value();
            Some((name, start..walk.at))
        })
    }
}
