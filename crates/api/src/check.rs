//! Fields that are not as they must be.

use std::fmt;

use koepel_domain::text::Source;

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

/// Reads the absolute address of a page: what a person may follow, and no program takes for a command of its own.
///
/// # Errors
/// What is wrong with it.
pub fn address(text: &str) -> Result<Source, String> {
    let source = Source::new(text).map_err(|error| error.to_string())?;
    let text = source.as_str();
    let fits = text.split_once("://").is_some_and(|(scheme, rest)| {
        ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known))
            && rest.starts_with(|c: char| c.is_alphanumeric() || c == '[')
            && !rest.contains(char::is_whitespace)
    });
    if fits {
        return Ok(source);
    }
    let shown: String = text.chars().take(60).collect();
    Err(format!("{shown:?} is no address of a page: http:// or https://, a host, and no blanks"))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_that_a_browser_opens_as_a_page() {
        for good in [
            "https://tool.example/a?b=c#d",
            "http://127.0.0.1:8080",
            "HTTPS://[::1]/",
            "https://bücher.example",
        ] {
            assert_eq!(address(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            "x",
            "javascript:alert(1)",
            "https:/a",
            "https://",
            "https:///a",
            "http://a b",
            "ftp://a",
            "//a",
            "data:text/html,x",
            "https://a\u{a0}b",
            "https://a\nb",
        ] {
            assert!(address(bad).is_err(), "{bad}");
        }
    }
}
