//! CSV as RFC 4180 has it and as programs write it: quoted cells with line breaks, CRLF, repeated columns.
//!
//! Bytes are cut into rows first, so that a row's faults have their line and byte, and rows into cells then.

use serde_json::{Map, Value};

use crate::{
    input::{Piece, Record, Sink, empty_file, json, utf8},
    mapping::InputPart,
    problem::Problem,
    text::shown,
};

#[derive(Debug)]
pub(super) struct Csv {
    separator: u8,
    json_columns: Vec<String>,
    limit: usize,
    /// The row that is being read, without its line break.
    row: Vec<u8>,
    state: State,
    /// The line the row starts on.
    line: u64,
    /// The line breaks in the row so far.
    breaks: u64,
    columns: Option<Vec<String>>,
    any: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Start,
    Plain,
    Quoted,
    /// Behind a quote in a quoted cell, which closes it unless another follows.
    Quote,
}

impl State {
    /// The next state; the same rules as in [`cells`].
    fn after(self, byte: u8, separator: u8) -> Self {
        match (self, byte) {
            (Self::Start, b'"') | (Self::Quote, b'"') => Self::Quoted,
            (Self::Quoted, b'"') => Self::Quote,
            (Self::Quoted, _) => Self::Quoted,
            (Self::Start | Self::Plain | Self::Quote, byte) if byte == separator => Self::Start,
            (Self::Start | Self::Plain | Self::Quote, _) => Self::Plain,
        }
    }
}

impl Csv {
    pub(super) fn new(input: &InputPart, limit: usize) -> Self {
        Self {
            separator: input.separator,
            json_columns: input.json_columns.clone(),
            limit,
            row: Vec::new(),
            state: State::Start,
            line: 1,
            breaks: 0,
            columns: None,
            any: false,
        }
    }

    pub(super) fn push(&mut self, bytes: &[u8], sink: &mut Sink<'_>) -> Result<(), Problem> {
        for byte in bytes {
            if *byte == b'\n' && self.state != State::Quoted {
                self.end_of_row(sink)?;
                continue;
            }
            if self.row.len() >= self.limit {
                return Err(self.too_long());
            }
            self.breaks += u64::from(*byte == b'\n');
            self.row.push(*byte);
            self.state = self.state.after(*byte, self.separator);
        }
        Ok(())
    }

    fn too_long(&self) -> Problem {
        let why = if self.state == State::Quoted && self.breaks > 0 {
            "; a quote that is opened in it is never closed"
        } else {
            ""
        };
        Problem::line(self.line, format!("the row is longer than {} bytes{why}", self.limit))
    }

    pub(super) fn finish(mut self, sink: &mut Sink<'_>) -> Result<(), Problem> {
        if self.state == State::Quoted {
            return Err(Problem::line(
                self.line,
                "a quote that is opened in this row is never closed; the file seems to be cut off",
            ));
        }
        let rows_before = self.any;
        let header_before = self.columns.is_some();
        if !self.row.is_empty() {
            self.end_of_row(&mut |piece| match piece {
                Piece::Problem(mut problem) if rows_before || header_before => {
                    problem.message.push_str("; it is the last line: the file seems to be cut off");
                    sink(Piece::Problem(problem))
                }
                piece @ (Piece::Problem(_)
                | Piece::Record(_)
                | Piece::Header { .. }
                | Piece::Table { .. }) => sink(piece),
            })?;
        }
        match (&self.columns, self.any) {
            (None, _) => Err(empty_file()),
            (Some(_), false) => Err(Problem::file("the file has a header and no rows")),
            (Some(_), true) => Ok(()),
        }
    }

    fn end_of_row(&mut self, sink: &mut Sink<'_>) -> Result<(), Problem> {
        let row = std::mem::take(&mut self.row);
        let line = self.line;
        self.line += self.breaks + 1;
        self.breaks = 0;
        self.state = State::Start;
        let row_bytes = row.strip_suffix(b"\r").unwrap_or(&row);
        let cells = utf8(row_bytes, line).and_then(|text| {
            // Spreadsheets may write `sep=;` above the header.
            let says_separator =
                self.columns.is_none() && text.len() <= 5 && text.starts_with("sep=");
            let nothing = text.trim().is_empty() || says_separator;
            if nothing { Ok(Vec::new()) } else { cells(text, char::from(self.separator), line) }
        });
        match (cells, &self.columns) {
            (Ok(cells), _) if cells.is_empty() => {}
            (Ok(cells), None) => {
                let columns: Vec<String> =
                    cells.into_iter().map(|cell| cell.trim().to_owned()).collect();
                sink(Piece::Header { line, columns: columns.clone() })?;
                self.columns = Some(columns);
            }
            (Ok(cells), Some(columns)) => {
                self.any = true;
                sink(match record(columns, cells, &self.json_columns, line) {
                    Ok(value) => Piece::Record(Record { line, value }),
                    Err(problem) => Piece::Problem(problem),
                })?;
            }
            // Without a header nothing that follows can be read.
            (Err(problem), None) => return Err(problem),
            (Err(problem), Some(_)) => {
                self.any = true;
                sink(Piece::Problem(problem))?;
            }
        }
        // The next row will need about as much.
        self.row = row;
        self.row.clear();
        Ok(())
    }
}

/// The cells of a row.
fn cells(row: &str, separator: char, line: u64) -> Result<Vec<String>, Problem> {
    let mut cells = Vec::new();
    let mut cell = String::new();
    let mut state = State::Start;
    let mut breaks = 0;
    for c in row.chars() {
        let next = u8::try_from(c).map_or(State::Plain, |byte| match u8::try_from(separator) {
            Ok(separator) => state.after(byte, separator),
            Err(_) => State::Plain,
        });
        let next = if state == State::Quoted && c != '"' { State::Quoted } else { next };
        match (state, next) {
            (State::Start, State::Quoted) | (State::Quoted, State::Quote) => {}
            (_, State::Start) => cells.push(std::mem::take(&mut cell)),
            // Blanks behind a closing quote are harmless.
            (State::Quote, State::Plain) if c.is_whitespace() => continue,
            (State::Quote, State::Plain) => {
                return Err(Problem::line(
                    line + breaks,
                    format!(
                        "cell {} goes on behind its closing quote; a quote inside a quoted cell is written twice",
                        cells.len() + 1
                    ),
                ));
            }
            (_, State::Plain | State::Quoted | State::Quote) => cell.push(c),
        }
        breaks += u64::from(c == '\n');
        state = next;
    }
    cells.push(cell);
    Ok(cells)
}

/// The row as an object; a repeated column is the list of its non-empty cells, if there are several.
fn record(
    columns: &[String],
    cells: Vec<String>,
    json_columns: &[String],
    line: u64,
) -> Result<Value, Problem> {
    let surplus = cells.iter().skip(columns.len()).any(|cell| !cell.trim().is_empty());
    if cells.len() < columns.len() || surplus {
        return Err(Problem::line(
            line,
            format!("the row has {} cells, the header has {}", cells.len(), columns.len()),
        ));
    }
    let mut map = Map::new();
    for (column, cell) in columns.iter().zip(cells) {
        if column.is_empty() || cell.trim().is_empty() {
            continue;
        }
        let value = if json_columns.contains(column) {
            json(&cell, line).map_err(|problem| Problem {
                line: Some(line),
                message: format!("the column {}: {}", shown(column), problem.message),
                ..problem
            })?
        } else {
            Value::String(cell)
        };
        match map.get_mut(column) {
            None => drop(map.insert(column.clone(), value)),
            Some(Value::Array(list)) => list.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        }
    }
    Ok(Value::Object(map))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(row: &str, want: Result<&[&str], &str>) {
        let found = cells(row, ',', 1);
        match (&found, want) {
            (Ok(cells), Ok(want)) => assert_eq!(cells, want, "{row}"),
            (Err(problem), Err(want)) => assert!(problem.message.contains(want), "{problem}"),
            _ => panic!("{row}: {found:?}"),
        }
    }

    #[test]
    fn cells_are_what_spreadsheets_mean_by_them() {
        check("a,b,", Ok(&["a", "b", ""]));
        check("\"a,\n\"\"b\"\"\",c", Ok(&["a,\n\"b\"", "c"]));
        check("5\" disk,b", Ok(&["5\" disk", "b"]));
        check("\"a\" ,b", Ok(&["a", "b"]));
        check("\"é\",ø", Ok(&["é", "ø"]));
        check("\"\",\"\"", Ok(&["", ""]));
        check("\"a\"b,c", Err("cell 1 goes on behind its closing quote"));
    }

    #[test]
    fn a_repeated_column_is_a_list_of_what_is_in_it() {
        let columns = ["k", "w", "w", "w"].map(str::to_owned);
        let row =
            |cells: [&str; 4]| record(&columns, cells.map(str::to_owned).to_vec(), &[], 1).unwrap();
        assert_eq!(row(["1", "a", "", "b"]), serde_json::json!({"k": "1", "w": ["a", "b"]}));
        assert_eq!(row(["1", "", "a", ""]), serde_json::json!({"k": "1", "w": "a"}));
        assert_eq!(row(["1", "", "", ""]), serde_json::json!({"k": "1"}));
    }
}
