//! What an import brings: drafts of items and domains, and an account of everything that was left out.
//!
//! A draft is checked for itself. Whether an item of this source exists already, which domains there are
//! and what a reference leads to is for the server to find out.

use std::fmt;

use koepel_domain::day::Day;

use crate::{
    reference::{Key, Reference},
    text::shown,
    words::{Kind, Moscow, Relation, Status},
};

/// A whole file, read without a single problem.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    /// The records of the file: drafts and left out add up to it.
    pub read: u64,
    /// The items, in the order of the file.
    pub drafts: Vec<Draft>,
    /// The records that the mapping's rules left out, by reason.
    pub left_out: Vec<LeftOut>,
    /// Entries of records (a link, a label, a person) that the mapping says stand for nothing, by field and reason.
    pub ignored: Vec<Ignored>,
    /// The domains that own at least one draft, by id.
    pub domains: Vec<DomainDraft>,
    /// Paths of the mapping at which no record had anything: a warning, perhaps a misspelling.
    pub never_found: Vec<NeverFound>,
}

/// An item as the source describes it, checked field by field. A field that is `None` is not told: it stays as it is.
/// A field is told if the mapping names it and, where records tell only what changed, if the record says anything of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// The line of the file that the record starts on, from 1.
    pub line: u64,
    /// The source link, an absolute address of at most 490 characters: the identity of the item.
    pub source: String,
    /// What references may call the item: its source link, then its numbers and paths.
    pub keys: Vec<Key>,
    /// When this was so at the source, in microseconds since 1970 UTC, before 2200; `None` if the mapping or the record does
    /// not say.
    pub time_us: Option<i64>,
    /// 1 to 200 characters on one line. There is one if records tell all.
    pub title: Option<String>,
    /// At most 16 KiB; empty if there is none.
    pub text: Option<String>,
    /// The id of the owning domain. There is one if records tell all.
    pub domain: Option<String>,
    /// What it is.
    pub kind: Option<Kind>,
    /// How far it is.
    pub status: Option<Status>,
    /// At most 50 different labels of at most 64 characters.
    pub labels: Option<Vec<String>>,
    /// The effort, in the team's unit.
    pub estimate: Option<Option<Amount>>,
    /// The value, in the product's unit, at most 1,000,000,000.
    pub value: Option<Option<u32>>,
    /// How badly it is needed.
    pub moscow: Option<Option<Moscow>>,
    /// Who has to do with it, by role; told if any role is.
    pub people: Option<Vec<Person>>,
    /// What it belongs to.
    pub parent: Option<Option<Reference>>,
    /// The references of each relation that is told, also if there are none; never of [`Relation::Parent`], and each
    /// relation once, in the order of the mapping.
    pub links: Vec<(Relation, Vec<Reference>)>,
    /// The ids of other domains that something is asked of; they need not exist. The item's own is not among them if the
    /// record tells it, too.
    pub requests: Option<Vec<String>>,
    /// The entries of the roadmap of which anything is told, in the order of the mapping.
    pub entries: Vec<EntryDraft>,
}

/// What the source plans for an item, and when. Told with neither release nor time, it is not planned any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryDraft {
    /// What the mapping calls it, kebab: `beta`. With the item's source link it is the entry's identity.
    pub name: String,
    /// 1 to 200 characters on one line. `None`: not told.
    pub title: Option<String>,
    /// The release that it comes with: 1 to 64 characters on one line.
    pub release: Option<Option<String>>,
    /// When.
    pub when: Option<Option<WhenDraft>>,
}

/// When something is planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenDraft {
    /// From a day to a day; one of them may be open, and the end is never before the start.
    Days {
        /// The first day.
        start: Option<Day>,
        /// The last day.
        end: Option<Day>,
    },
    /// Being worked on.
    Now,
    /// When that is done.
    Next,
    /// Some day.
    Later,
}

/// A domain that the file's items belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainDraft {
    /// Kebab case, 1 to 40 characters: `online-shop`.
    pub id: String,
    /// What item keys start with, 1 to 20 characters: `ONLINESHOP`.
    pub key: String,
    /// What people call it.
    pub name: String,
}

/// Records that a rule of the mapping left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The rule's reason, or what the record repeats.
    pub reason: String,
    /// The records' lines, ascending.
    pub lines: Vec<u64>,
}

/// Entries inside records that stand for nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignored {
    /// The field of the mapping.
    pub field: String,
    /// Why.
    pub reason: String,
    /// The line of each entry, ascending; a line with two such entries is there twice.
    pub lines: Vec<u64>,
}

/// A path of the mapping that nothing was ever found at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeverFound {
    /// The path as the mapping has it.
    pub path: String,
    /// A key that the records do have and that looks much like it.
    pub perhaps: Option<String>,
}

/// A person in a role that the mapping names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// A kebab word such as `approver`.
    pub role: String,
    /// Who.
    pub handle: Handle,
}

/// What the source calls a person: an account name, an address or a name, made comparable.
///
/// It is personal data. It must be turned into an opaque id by a keyed hash before it is stored, logged or
/// shown; so it has no `Display`, its `Debug` shows nothing of it, and no message of this crate quotes it.
/// Comparable means: no `@` before it, blanks squeezed, lower case.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Handle(String);

impl Handle {
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        let handle = text
            .trim()
            .trim_start_matches('@')
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .to_lowercase();
        if handle.is_empty() {
            return Err("a person's name is empty");
        }
        if handle.chars().count() > 200 {
            return Err("a person's name is longer than 200 characters");
        }
        if handle.chars().any(char::is_control) {
            return Err("a person's name holds a control character");
        }
        Ok(Self(handle))
    }

    /// The text to be hashed, and for nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handle(…)")
    }
}

/// An effort from 0 to 100,000 with at most two decimal places, kept exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount {
    hundredths: u32,
}

impl Amount {
    /// The greatest amount.
    pub const MAX: Self = Self { hundredths: 10_000_000 };

    /// Reads `8`, `0.5`, `2,5`, `13.0`.
    ///
    /// # Errors
    /// Says what is expected if it is no such number, negative, too great or too fine.
    pub fn parse(text: &str) -> Result<Self, String> {
        let refuse = || {
            format!(
                "expected a number from 0 to 100,000 with at most two decimal places, found {}",
                shown(text)
            )
        };
        let (whole, fraction) = decimal(text).ok_or_else(refuse)?;
        if fraction.len() > 2 {
            return Err(refuse());
        }
        let hundredths = format!("{whole}{fraction:0<2}").parse().map_err(|_| refuse())?;
        let amount = Self { hundredths };
        if amount > Self::MAX { Err(refuse()) } else { Ok(amount) }
    }

    /// The amount in hundredths: 250 for 2.5.
    #[must_use]
    pub fn hundredths(self) -> u32 {
        self.hundredths
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.hundredths / 100, self.hundredths % 100);
        if rest == 0 {
            return write!(f, "{whole}");
        }
        let text = format!("{whole}.{rest:02}");
        f.write_str(text.trim_end_matches('0'))
    }
}

/// A whole number from 0 to 1,000,000,000; `13.0` is one.
pub(crate) fn whole(text: &str) -> Result<u32, String> {
    decimal(text)
        .filter(|(_, fraction)| fraction.is_empty())
        .and_then(|(whole, _)| whole.parse().ok())
        .filter(|value| *value <= 1_000_000_000)
        .ok_or_else(|| {
            format!("expected a whole number from 0 to 1,000,000,000, found {}", shown(text))
        })
}

/// The digits before and behind the sign, the latter without zeros at the end.
fn decimal(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let right =
        !whole.is_empty() && digits(whole) && digits(fraction) && !text.ends_with(['.', ',']);
    right.then_some((whole, fraction.trim_end_matches('0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_kept_exactly() {
        for (text, want) in [
            ("8", Some("8")),
            ("0.5", Some("0.5")),
            ("2,5", Some("2.5")),
            ("13.0", Some("13")),
            ("1.25", Some("1.25")),
            ("100000", Some("100000")),
            ("100000.01", None),
            ("1.125", None),
            ("-1", None),
            ("", None),
            (".5", None),
            ("5.", None),
            ("1e3", None),
            ("99999999999999999999", None),
            ("3 days", None),
        ] {
            assert_eq!(Amount::parse(text).ok().map(|a| a.to_string()).as_deref(), want, "{text}");
        }
    }

    #[test]
    fn a_value_is_a_whole_number() {
        assert_eq!(whole("13.0"), Ok(13));
        assert_eq!(whole("1000000000"), Ok(1_000_000_000));
        for text in ["1000000001", "1.5", "-1", "", "much"] {
            assert!(whole(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_handle_is_comparable_and_never_printed() {
        let one = Handle::parse(" @Some.Body ").unwrap();
        assert_eq!(one, Handle::parse("some.body").unwrap());
        assert_eq!(one.expose(), "some.body");
        assert_eq!(format!("{one:?}"), "Handle(…)");
        assert!(Handle::parse("@").is_err());
        assert!(Handle::parse(&"x".repeat(201)).is_err());
    }
}
