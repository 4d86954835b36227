//! What is wrong with a file, told so that a person can go there and repair it.

use std::fmt;

/// One thing that is wrong with the file that is imported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Problem {
    /// The line of the file, from 1; the line a record starts on if it has several. `None` for the file as a whole.
    pub line: Option<u64>,
    /// The field of the mapping, such as `status` or `links.needs`, if it is one field's.
    pub field: Option<String>,
    /// What is wrong, with which value, and what to do.
    pub message: String,
}

impl Problem {
    pub(crate) fn file(message: impl Into<String>) -> Self {
        Self { line: None, field: None, message: message.into() }
    }

    pub(crate) fn line(line: u64, message: impl Into<String>) -> Self {
        Self { line: Some(line), field: None, message: message.into() }
    }

    pub(crate) fn field(line: u64, field: &str, message: impl Into<String>) -> Self {
        Self { line: Some(line), field: Some(field.to_owned()), message: message.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        if let Some(field) = &self.field {
            write!(f, "{field}: ")?;
        }
        f.write_str(&self.message)
    }
}

/// Everything that is wrong with a file, of which nothing may be imported then.
#[derive(Clone, Debug, Default, PartialEq, Eq, thiserror::Error)]
pub struct Problems {
    /// The first problems, in the order of the file; at most [`Limits::problems`](crate::Limits::problems).
    pub list: Vec<Problem>,
    /// How many there are in all.
    pub total: u64,
}

impl Problems {
    pub(crate) fn add(&mut self, problem: Problem, cap: usize) {
        self.total += 1;
        if self.list.len() < cap {
            self.list.push(problem);
        }
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.list.iter().enumerate() {
            if at > 0 {
                writeln!(f)?;
            }
            write!(f, "{problem}")?;
        }
        let listed = u64::try_from(self.list.len()).unwrap_or(u64::MAX);
        match self.total.saturating_sub(listed) {
            0 => Ok(()),
            more => write!(f, "\nand {more} more"),
        }
    }
}
