//! Texts with a bound: titles, reasons, labels, long texts, addresses.
//!
//! Control characters are refused everywhere, so that nothing that a person or program sends can disturb a terminal or
//! a log; long texts may have line breaks and tabs.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

/// Why a text is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Nothing but white space where something is needed.
    #[error("must not be empty")]
    Empty,
    /// More than fits.
    #[error("is {length} {unit} long; at most {limit} fit")]
    TooLong {
        /// As given.
        length: usize,
        /// What fits.
        limit: usize,
        /// "characters" or "bytes".
        unit: &'static str,
    },
    /// A control character.
    #[error("has the control character U+{code:04X} at character {at}; take it out")]
    Control {
        /// Its code point.
        code: u32,
        /// Which character it is, from 1.
        at: usize,
    },
}

fn check_control(text: &str, lines: bool) -> Result<(), Error> {
    for (index, c) in text.chars().enumerate() {
        if c.is_control() && !(lines && matches!(c, '\n' | '\t' | '\r')) {
            return Err(Error::Control { code: u32::from(c), at: index + 1 });
        }
    }
    Ok(())
}

fn line(text: &str, limit: usize, required: bool) -> Result<Arc<str>, Error> {
    let text = text.trim();
    if required && text.is_empty() {
        return Err(Error::Empty);
    }
    let length = text.chars().count();
    if length > limit {
        return Err(Error::TooLong { length, limit, unit: "characters" });
    }
    check_control(text, false)?;
    Ok(text.into())
}

fn block(text: &str, limit: usize) -> Result<Arc<str>, Error> {
    if text.len() > limit {
        return Err(Error::TooLong { length: text.len(), limit, unit: "bytes" });
    }
    check_control(text, true)?;
    Ok(text.trim_end().into())
}

// A macro, because these differ in nothing but name, bound and whether they may be empty.
macro_rules! bounded {
    ($(#[$doc:meta])* $name:ident, $make:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// Checks and takes a text; white space at its ends is taken off.
            ///
            /// # Errors
            /// [`Error`] with what is wrong.
            pub fn new(text: &str) -> Result<Self, Error> {
                let make: fn(&str) -> Result<Arc<str>, Error> = $make;
                make(text).map(Self)
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Whether there is none.
            #[must_use]
            pub fn is_empty(&self) -> bool {
                self.0.is_empty()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&*self.0, f)
            }
        }

        impl TryFrom<String> for $name {
            type Error = Error;

            fn try_from(text: String) -> Result<Self, Error> {
                Self::new(&text)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> String {
                text.0.as_ref().to_owned()
            }
        }
    };
}

bounded!(
    /// The name of a product or domain: 1 to 120 characters on one line.
    Name, |text| line(text, 120, true)
);
bounded!(
    /// An item's title: 1 to 200 characters on one line.
    Title, |text| line(text, 200, true)
);
bounded!(
    /// A label: 1 to 64 characters on one line.
    Label, |text| line(text, 64, true)
);
bounded!(
    /// Why somebody did something: at most 2,000 bytes, empty if they did not say.
    Reason, |text| block(text.trim_start(), 2_000)
);
bounded!(
    /// A short description: at most 2,000 bytes, may be empty.
    Summary, |text| block(text.trim_start(), 2_000)
);
bounded!(
    /// A line that may be empty: at most 200 characters.
    Line, |text| line(text, 200, false)
);
bounded!(
    /// An item's long text: at most 16 KiB, may be empty.
    Text, |text| block(text, 16 * 1024)
);
bounded!(
    /// A question, as it was asked: 1 to 200 characters on one line.
    Question, |text| line(text, 200, true)
);
bounded!(
    /// An address, or any other name of an item elsewhere: 1 to 500 characters on one line.
    Source, |text| line(text, 500, true)
);

macro_rules! empty_default {
    ($($name:ident),*) => {$(
        impl Default for $name {
            fn default() -> Self {
                Self("".into())
            }
        }
    )*};
}
empty_default!(Line, Reason, Summary, Text);

impl Name {
    /// The name of the calendar that is built in.
    #[must_use]
    pub(crate) fn built_in_calendar() -> Self {
        Self("Built in: Monday to Friday 09:00-17:00 in UTC, no holidays".into())
    }
}

impl Text {
    /// A fingerprint to see whether a text changed, without keeping it (FNV-1a, 64 bits; stable for ever, stored in snapshots).
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        fingerprint(&self.0)
    }
}

/// FNV-1a, 64 bits.
pub(crate) fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_trimmed_and_bounded() {
        assert_eq!(Title::new("  Ret og pligt \n").unwrap().as_str(), "Ret og pligt");
        assert_eq!(Title::new(" \t"), Err(Error::Empty));
        assert!(Title::new(&"å".repeat(200)).is_ok());
        assert_eq!(
            Title::new(&"å".repeat(201)),
            Err(Error::TooLong { length: 201, limit: 200, unit: "characters" })
        );
    }

    #[test]
    fn control_characters_are_refused_with_their_place() {
        assert_eq!(Title::new("a\u{1b}[31m"), Err(Error::Control { code: 0x1b, at: 2 }));
        assert_eq!(Title::new("a\nb"), Err(Error::Control { code: 10, at: 2 }));
        assert!(Text::new("a\nb\tc").is_ok());
        assert_eq!(Text::new("a\0"), Err(Error::Control { code: 0, at: 2 }));
    }

    #[test]
    fn a_reason_may_be_empty() {
        assert!(Reason::new("").unwrap().is_empty());
    }
}
