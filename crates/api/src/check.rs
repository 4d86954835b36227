//! Fields that are not as they must be.

use std::fmt;

/// One field, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The path in the request, `item.title`.
    pub field: String,
    /// What is wrong, with the value and what to do.
    pub description: String,
}

/// A request with at least one field that is not as it must be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Invalid(pub Vec<Violation>);

impl Invalid {
    /// One field.
    #[must_use]
    pub fn field(field: &str, description: impl fmt::Display) -> Self {
        Self(vec![Violation { field: field.to_owned(), description: description.to_string() }])
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, violation) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{}: {}", violation.field, violation.description)?;
        }
        Ok(())
    }
}

impl std::error::Error for Invalid {}

/// Puts the name of its field to what is wrong with a value.
pub trait AtField<T> {
    /// The value, or [`Invalid`] for `field`.
    ///
    /// # Errors
    /// [`Invalid`].
    fn at(self, field: &str) -> Result<T, Invalid>;
}

impl<T, E: fmt::Display> AtField<T> for Result<T, E> {
    fn at(self, field: &str) -> Result<T, Invalid> {
        self.map_err(|error| Invalid::field(field, error))
    }
}

/// Collects what is wrong with several fields, so that a caller learns all of it at once.
#[derive(Default)]
pub(crate) struct Collect(Vec<Violation>);

impl Collect {
    /// The value, or none and a note.
    pub(crate) fn take<T>(&mut self, result: Result<T, Invalid>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(Invalid(mut violations)) => {
                self.0.append(&mut violations);
                None
            }
        }
    }

    /// What was wrong, if anything was.
    pub(crate) fn finish(self) -> Result<(), Invalid> {
        if self.0.is_empty() { Ok(()) } else { Err(Invalid(self.0)) }
    }
}
