//! Where answers go: the handle, the format, colours and the width of the terminal.

use std::io::{self, BufWriter, IsTerminal as _, Write};

use clap::ValueEnum;
use jiff::tz::TimeZone;
use koepel_domain::language::Language;
use serde::Serialize;

use crate::failure::{Failure, Kind};

/// How answers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Tables and sentences, for people.
    Table,
    /// JSON with stable names, for programs.
    Json,
    /// A file that can be given back, where there is one.
    Toml,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Color {
    /// Whether to use colour on a handle that is a terminal or not.
    fn on(self, terminal: bool) -> bool {
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        match self {
            Self::Auto => terminal && !refused,
            Self::Always => true,
            Self::Never => false,
        }
    }
}

/// Puts text in colour, or leaves it alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Paint {
    on: bool,
}

impl Paint {
    /// For standard error, as it is now.
    pub(crate) fn for_errors(color: Color) -> Self {
        Self { on: color.on(io::stderr().is_terminal()) }
    }

    /// Colour, for tests.
    #[cfg(test)]
    pub(crate) const fn for_tests() -> Self {
        Self { on: true }
    }

    /// No colour.
    pub(crate) const fn plain() -> Self {
        Self { on: false }
    }

    /// Whether there is colour.
    pub(crate) const fn is_on(self) -> bool {
        self.on
    }

    /// What the eye should find first.
    pub(crate) fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    /// A name of something.
    pub(crate) fn accent(self, text: &str) -> String {
        self.with("1;36", text)
    }

    /// What went wrong.
    pub(crate) fn error(self, text: &str) -> String {
        self.with("1;31", text)
    }

    fn with(self, code: &str, text: &str) -> String {
        if self.on { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// What a rendering has to know about where it will be seen.
#[derive(Clone, Debug)]
pub(crate) struct View {
    /// Colour or not.
    pub(crate) paint: Paint,
    /// Columns of the terminal; `None` when nothing has to be cut or wrapped.
    pub(crate) width: Option<u16>,
    /// The time zone that people read times in.
    pub(crate) zone: TimeZone,
    /// The language that sentences of the server are asked for in.
    pub(crate) language: Language,
}

impl View {
    /// A view without colour, of this width, in UTC; what the tests look through.
    #[cfg(test)]
    pub(crate) fn plain(width: Option<u16>) -> Self {
        let language = Language::default();
        Self { paint: Paint::plain(), width, zone: TimeZone::UTC, language }
    }
}

/// The answers of one command.
pub(crate) struct Output {
    format: Format,
    quiet: bool,
    view: View,
    out: Box<dyn Write + Send>,
    notes: Box<dyn Write>,
}

impl Output {
    /// Answers to standard output, notes to standard error.
    pub(crate) fn standard(format: Format, color: Color, quiet: bool, language: Language) -> Self {
        let terminal = io::stdout().is_terminal();
        let width = if terminal { comfy_table::Table::new().width() } else { None };
        Self {
            format,
            quiet,
            view: View {
                paint: Paint { on: color.on(terminal) },
                width,
                zone: TimeZone::system(),
                language,
            },
            out: Box::new(BufWriter::new(io::stdout())),
            notes: Box::new(io::stderr()),
        }
    }

    /// Whether a program reads the answers.
    pub(crate) fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// Whether a file is wanted that can be given back.
    pub(crate) fn is_toml(&self) -> bool {
        self.format == Format::Toml
    }

    /// Whether only the bare answer is wanted.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Whether somebody looks at a terminal.
    pub(crate) fn is_terminal(&self) -> bool {
        self.view.width.is_some()
    }

    /// For renderings.
    pub(crate) fn view(&self) -> &View {
        &self.view
    }

    /// Writes text as it is.
    pub(crate) fn text(&mut self, text: &str) -> Result<(), Failure> {
        Ok(self.out.write_all(text.as_bytes())?)
    }

    /// Writes one line.
    pub(crate) fn line(&mut self, text: &str) -> Result<(), Failure> {
        self.text(text)?;
        self.text("\n")
    }

    /// Says that something is done, to people who want to hear it.
    pub(crate) fn say(&mut self, text: &str) -> Result<(), Failure> {
        if self.quiet { Ok(()) } else { self.line(text) }
    }

    /// Writes bytes, for files that go to standard output.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        Ok(self.out.write_all(bytes)?)
    }

    /// The handle itself, for what writes by itself.
    pub(crate) fn writer(&mut self) -> &mut (dyn Write + Send) {
        &mut *self.out
    }

    /// Writes one JSON document, indented.
    pub(crate) fn json(&mut self, value: &impl Serialize) -> Result<(), Failure> {
        self.document(serde_json::to_string_pretty(value))
    }

    /// Writes one JSON document on one line, for JSON Lines.
    pub(crate) fn json_line(&mut self, value: &impl Serialize) -> Result<(), Failure> {
        self.document(serde_json::to_string(value))
    }

    fn document(&mut self, text: serde_json::Result<String>) -> Result<(), Failure> {
        let text = text.map_err(|error| {
            Failure::new(Kind::Failed, format!("the answer is not JSON: {error}"))
        })?;
        self.line(&text)
    }

    /// Says something beside the answer, on standard error; not when quiet. That nobody can read it is no failure.
    pub(crate) fn note(&mut self, text: &str) {
        if !self.quiet {
            // What was answered before stands before it on a terminal; if that fails, the next write says so.
            self.out.flush().ok();
            writeln!(self.notes, "{text}").ok();
        }
    }

    /// Sends on what was written so far.
    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        Ok(self.out.flush()?)
    }
}

/// The text without control characters, which could otherwise rewrite the reader's terminal; line ends and tabs become
/// spaces.
pub(crate) fn on_one_line(text: &str) -> String {
    text.chars()
        .map(|char| match char {
            '\n' | '\r' | '\t' => ' ',
            char if char.is_control() => '\u{fffd}',
            char => char,
        })
        .collect()
}

/// As [`on_one_line`], but line ends stay.
pub(crate) fn without_controls(text: &str) -> String {
    text.lines().map(on_one_line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_elsewhere_cannot_steer_the_terminal() {
        assert_eq!(on_one_line("a\u{1b}[2Jb\nc"), "a\u{fffd}[2Jb c");
        assert_eq!(without_controls("one\r\ntwo\u{7}"), "one\ntwo\u{fffd}");
    }

    #[test]
    fn colour_is_only_put_in_when_it_is_on() {
        assert_eq!(Paint::plain().bold("x"), "x");
        assert_eq!(Paint { on: true }.bold("x"), "\u{1b}[1mx\u{1b}[0m");
    }
}
