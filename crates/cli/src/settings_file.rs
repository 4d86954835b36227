//! TOML files that people write and programs print: read with the place of each fault, printed so that they can be read again.

use std::path::Path;

use serde::{Serialize, de::DeserializeOwned};

use crate::failure::{Failure, Kind};

/// Reads a file.
///
/// # Errors
/// It cannot be read, or is not of this form; the place is named.
pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> Result<T, Failure> {
    let failed =
        |what: String| Failure::new(Kind::Failed, format!("the file {} {what}", path.display()));
    let text = std::fs::read_to_string(path)
        .map_err(|error| failed(format!("cannot be read: {error}")))?;
    parse(&text).map_err(failed)
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        let line = text.get(..at).unwrap_or_default().matches('\n').count() + 1;
        let what = error.message().lines().collect::<Vec<_>>().join(", ");
        format!("is not as it must be: line {line}: {what}")
    })
}

/// The text of a file.
///
/// # Errors
/// It cannot be written as TOML.
pub(crate) fn text<T: Serialize>(value: &T) -> Result<String, Failure> {
    toml::to_string_pretty(value)
        .map_err(|error| Failure::new(Kind::Failed, format!("the answer is not TOML: {error}")))
}

/// What is wrong with a value of a file.
pub(crate) fn wrong(what: impl Into<String>) -> Failure {
    Failure::new(Kind::Failed, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Example {
        #[expect(dead_code, reason = "only read")]
        name: String,
    }

    #[test]
    fn a_fault_is_told_with_its_line() {
        let error = parse::<Example>("name = \"a\"\nmane = \"b\"\n").unwrap_err();
        assert!(error.contains("line 2: unknown field `mane`"), "{error}");
        assert!(parse::<Example>("name = 7\n").unwrap_err().contains("line 1"));
    }
}
