//! JSON Lines: a JSON object a line, blank lines between them or not.

use crate::{
    input::{Piece, Record, Sink, empty_file, json, utf8},
    problem::Problem,
};

#[derive(Debug)]
pub(super) struct Lines {
    limit: usize,
    /// The line that is being read, without its line break.
    line: Vec<u8>,
    number: u64,
    any: bool,
}

impl Lines {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, line: Vec::new(), number: 1, any: false }
    }

    pub(super) fn push(&mut self, bytes: &[u8], sink: &mut Sink<'_>) -> Result<(), Problem> {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let (piece, ended) =
                piece.strip_suffix(b"\n").map_or((piece, false), |piece| (piece, true));
            if self.line.len().saturating_add(piece.len()) > self.limit {
                return Err(Problem::line(
                    self.number,
                    format!(
                        "the line is longer than {} bytes; is this a file of JSON Lines?",
                        self.limit
                    ),
                ));
            }
            self.line.extend_from_slice(piece);
            if ended {
                self.any |= record(&self.line, self.number, false, sink)?;
                self.line.clear();
                self.number += 1;
            }
        }
        Ok(())
    }

    pub(super) fn finish(self, sink: &mut Sink<'_>) -> Result<(), Problem> {
        let last = record(&self.line, self.number, true, sink)?;
        if self.any || last { Ok(()) } else { Err(empty_file()) }
    }
}

/// Hands one line on; whether it held anything.
fn record(line: &[u8], number: u64, last: bool, sink: &mut Sink<'_>) -> Result<bool, Problem> {
    let text = match utf8(line, number) {
        Ok(text) if text.trim().is_empty() => return Ok(false),
        Ok(text) => text,
        Err(problem) => {
            sink(Piece::Problem(problem))?;
            return Ok(true);
        }
    };
    if number == 1 && text.trim_start().starts_with('[') {
        let message = "expected an object a line, found the start of a list; if the file is one JSON document, the \
                       mapping needs `input.format = \"json\"`";
        return Err(Problem::line(number, message));
    }
    let piece = match json(text, number) {
        Ok(value) => Piece::Record(Record { line: number, value }),
        Err(mut problem) => {
            if last && problem.message.contains("not complete") {
                problem.message = format!("the file seems to be cut off here: {}", problem.message);
            }
            Piece::Problem(problem)
        }
    };
    sink(piece)?;
    Ok(true)
}
