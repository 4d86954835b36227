//! Bytes in, records out: JSON Lines, CSV and one JSON document, pushed in pieces of any size.
//!
//! Knows files and their faults; must not know what the mapping makes of a record.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    mapping::{Format, Mapping},
    problem::Problem,
};

mod csv;
mod document;
mod lines;

/// What a file may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest line or record, in bytes without the line break.
    pub line_bytes: usize,
    /// The longest file, in bytes.
    pub file_bytes: u64,
    /// The longest file of the format `json`, which is held in memory as a whole, in bytes.
    pub document_bytes: usize,
    /// The most records.
    pub records: u64,
    /// The most problems that are listed; all are counted.
    pub problems: usize,
}

impl Default for Limits {
    /// A line of 1 MiB, a file of 1 GiB, a document of 32 MiB, a million records, 100 problems.
    fn default() -> Self {
        Self {
            line_bytes: 1 << 20,
            file_bytes: 1 << 30,
            document_bytes: 32 << 20,
            records: 1_000_000,
            problems: 100,
        }
    }
}

/// A record and the line it starts on.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Record {
    pub(crate) line: u64,
    pub(crate) value: Value,
}

/// What the reader found.
#[derive(Debug)]
pub(crate) enum Piece {
    /// The columns of a CSV file, before any record.
    Header {
        line: u64,
        columns: Vec<String>,
    },
    /// A table that a document brings along, before any record.
    Table {
        name: String,
        table: BTreeMap<String, String>,
    },
    Record(Record),
    /// A record that cannot be read; the ones after it can.
    Problem(Problem),
}

/// Takes what the reader found; an error stops it.
pub(crate) type Sink<'a> = dyn FnMut(Piece) -> Result<(), Problem> + 'a;

/// The push parser.
#[derive(Debug)]
pub(crate) struct Reader {
    limits: Limits,
    /// The first bytes, until it is clear whether they are a mark of the encoding.
    head: Option<Vec<u8>>,
    bytes: u64,
    format: Formats,
}

#[derive(Debug)]
enum Formats {
    Lines(lines::Lines),
    Csv(csv::Csv),
    Document(document::Document),
}

impl Reader {
    pub(crate) fn new(mapping: &Mapping, limits: Limits) -> Self {
        let format = match mapping.format() {
            Format::JsonLines => Formats::Lines(lines::Lines::new(limits.line_bytes)),
            Format::Csv => Formats::Csv(csv::Csv::new(&mapping.input, limits.line_bytes)),
            Format::Json => Formats::Document(document::Document::new(mapping, limits)),
        };
        Self { limits, head: Some(Vec::new()), bytes: 0, format }
    }

    /// Reads on. An error ends the file.
    pub(crate) fn push(&mut self, bytes: &[u8], sink: &mut Sink<'_>) -> Result<(), Problem> {
        let left = usize::try_from(self.limits.file_bytes.saturating_sub(self.bytes))
            .unwrap_or(usize::MAX);
        let (within, beyond) = bytes.split_at_checked(left).unwrap_or((bytes, &[]));
        self.bytes = self.bytes.saturating_add(u64::try_from(within.len()).unwrap_or(u64::MAX));
        self.within(within, sink)?;
        if beyond.is_empty() {
            return Ok(());
        }
        Err(Problem::file(format!(
            "the file is longer than {} bytes; split it",
            self.limits.file_bytes
        )))
    }

    /// Reads what is left. An error is a file that is wrong as a whole.
    pub(crate) fn finish(mut self, sink: &mut Sink<'_>) -> Result<(), Problem> {
        if let Some(head) = self.head.take() {
            self.feed(head.strip_prefix(UTF_8_MARK).unwrap_or(&head), sink)?;
        }
        match self.format {
            Formats::Lines(lines) => lines.finish(sink),
            Formats::Csv(csv) => csv.finish(sink),
            Formats::Document(document) => document.finish(sink),
        }
    }

    fn within(&mut self, bytes: &[u8], sink: &mut Sink<'_>) -> Result<(), Problem> {
        let Some(head) = &mut self.head else { return self.feed(bytes, sink) };
        head.extend_from_slice(bytes);
        if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
            return Err(Problem::line(
                1,
                "the file is UTF-16; save it as UTF-8, in a spreadsheet as \"CSV UTF-8\"",
            ));
        }
        if head.len() < UTF_8_MARK.len() {
            return Ok(());
        }
        let head = self.head.take().unwrap_or_default();
        self.feed(head.strip_prefix(UTF_8_MARK).unwrap_or(&head), sink)
    }

    fn feed(&mut self, bytes: &[u8], sink: &mut Sink<'_>) -> Result<(), Problem> {
        match &mut self.format {
            Formats::Lines(lines) => lines.push(bytes, sink),
            Formats::Csv(csv) => csv.push(bytes, sink),
            Formats::Document(document) => document.push(bytes),
        }
    }
}

const UTF_8_MARK: &[u8] = &[0xef, 0xbb, 0xbf];

fn empty_file() -> Problem {
    Problem::file("the file is empty")
}

/// The text, or where it is none. `line` is the line that the bytes start on.
fn utf8(bytes: &[u8], line: u64) -> Result<&str, Problem> {
    let (at, what) = match std::str::from_utf8(bytes) {
        Ok(text) => match bytes.iter().position(|byte| *byte == 0) {
            None => return Ok(text),
            Some(at) => {
                (at, "is a NUL, which no text holds; is the file UTF-16, or damaged?".to_owned())
            }
        },
        Err(error) => {
            let at = error.valid_up_to();
            let byte = bytes.get(at).copied().unwrap_or_default();
            (at, format!("(0x{byte:02X}) is not UTF-8; save the file as UTF-8"))
        }
    };
    let before = bytes.get(..at).unwrap_or_default();
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    Err(Problem::line(line + newlines(before), format!("byte {} {what}", at - start + 1)))
}

fn newlines(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |count, byte| count + u64::from(*byte == b'\n'))
}

/// A JSON value, or what is wrong with it. `line` is the line that the text starts on.
fn json(text: &str, line: u64) -> Result<Value, Problem> {
    serde_json::from_str(text).map_err(|error| json_problem(&error, line))
}

fn json_problem(error: &serde_json::Error, line: u64) -> Problem {
    let line = line + u64::try_from(error.line().saturating_sub(1)).unwrap_or_default();
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or_default();
    let column = error.column();
    let message = if said.contains("recursion limit") {
        format!("the JSON is nested deeper than 127 levels (column {column}); no record needs that")
    } else if error.is_eof() {
        format!("the JSON is not complete: {said} (column {column})")
    } else {
        format!("this is no JSON: {said} (column {column})")
    };
    Problem::line(line, message)
}
