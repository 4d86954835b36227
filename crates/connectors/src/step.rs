//! What a mapping does to a text, step by step. A step may also let nothing through.
//!
//! Pure text in, text out; the tables that `lookup` reads come from the document that is imported.

use std::collections::BTreeMap;

use crate::{text, time};

/// Tables that the document brings along (`[lookup.<name>]`): table name → key → value.
pub(crate) type Tables = BTreeMap<String, BTreeMap<String, String>>;

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Lower,
    Upper,
    Slug,
    Squeeze,
    FirstLine,
    Printable,
    Url,
    LastSegment,
    TrimSlashes,
    LeadingDigits,
    Digits,
    StripPrefix(Vec<String>),
    StripSuffix(Vec<String>),
    Before(String),
    After(String),
    Replace(String, String),
    Prefix(String),
    Suffix(String),
    Segment(i64),
    Cut(usize),
    Divide(u32),
    /// A number of seconds or milliseconds since 1970 as a time: how many decimal places it is from microseconds.
    Epoch(usize),
    Lookup(String),
    Only(Test),
}

/// A comparison, exact to the letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Test {
    pub(crate) how: How,
    pub(crate) any: Vec<String>,
    /// Whether the comparison must fail instead.
    pub(crate) not: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    Equals,
    Starts,
    Ends,
    Contains,
}

/// The names of the comparisons; each may have `not-` before it.
pub(crate) const TESTS: &[(&str, How)] = &[
    ("equals", How::Equals),
    ("starts", How::Starts),
    ("ends", How::Ends),
    ("contains", How::Contains),
];

/// The steps that are a word alone.
pub(crate) const WORDS: &[(&str, Step)] = &[
    ("lower", Step::Lower),
    ("upper", Step::Upper),
    ("slug", Step::Slug),
    ("squeeze", Step::Squeeze),
    ("first-line", Step::FirstLine),
    ("printable", Step::Printable),
    ("url", Step::Url),
    ("last-segment", Step::LastSegment),
    ("trim-slashes", Step::TrimSlashes),
    ("leading-digits", Step::LeadingDigits),
    ("digits", Step::Digits),
];

/// The steps that take a value.
pub(crate) const WITH_VALUE: &[&str] = &[
    "strip-prefix",
    "strip-suffix",
    "before",
    "after",
    "replace",
    "prefix",
    "suffix",
    "segment",
    "cut",
    "divide",
    "epoch",
    "lookup",
];

impl Test {
    pub(crate) fn holds(&self, text: &str) -> bool {
        let found = self.any.iter().any(|one| match self.how {
            How::Equals => text == one,
            How::Starts => text.starts_with(one.as_str()),
            How::Ends => text.ends_with(one.as_str()),
            How::Contains => text.contains(one.as_str()),
        });
        found != self.not
    }
}

/// The text after all steps; nothing if a step let nothing through or nothing is left.
pub(crate) fn run(steps: &[Step], text: &str, tables: &Tables) -> Option<String> {
    let mut text = text.trim().to_owned();
    for step in steps {
        text = step.apply(text, tables)?;
    }
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

impl Step {
    fn apply(&self, text: String, tables: &Tables) -> Option<String> {
        let changed = match self {
            Self::Lower => text.to_lowercase(),
            Self::Upper => text.to_uppercase(),
            Self::Slug => text::slug(&text),
            Self::Squeeze => text.split_whitespace().collect::<Vec<_>>().join(" "),
            Self::FirstLine => text.lines().next()?.to_owned(),
            Self::Printable => {
                text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
            }
            Self::Url => text::first_url(&text)?.to_owned(),
            Self::LastSegment => text.trim_end_matches('/').rsplit('/').next()?.to_owned(),
            Self::TrimSlashes => text.trim_matches('/').to_owned(),
            Self::LeadingDigits => digits(&text)?.to_owned(),
            Self::Digits => {
                digits(text.get(text.find(|c: char| c.is_ascii_digit())?..)?)?.to_owned()
            }
            Self::StripPrefix(prefixes) => prefixes
                .iter()
                .fold(text.as_str(), |text, one| text.strip_prefix(one.as_str()).unwrap_or(text))
                .to_owned(),
            Self::StripSuffix(suffixes) => suffixes
                .iter()
                .fold(text.as_str(), |text, one| text.strip_suffix(one.as_str()).unwrap_or(text))
                .to_owned(),
            Self::Before(mark) => text.split(mark.as_str()).next()?.to_owned(),
            Self::After(mark) => {
                text.split_once(mark.as_str()).map_or(text.as_str(), |(_, after)| after).to_owned()
            }
            Self::Segment(number) => segment(text.trim_matches('/'), *number)?.to_owned(),
            Self::Cut(chars) => cut(&text, *chars),
            Self::Divide(by) => divided(&text, *by),
            Self::Epoch(places) => time::from_epoch(&text, *places).unwrap_or(text),
            Self::Lookup(table) => tables.get(table)?.get(&text)?.clone(),
            Self::Only(test) => return test.holds(&text).then_some(text),
            // These three may leave a blank at the edge on purpose.
            Self::Replace(from, to) => return Some(text.replace(from.as_str(), to)),
            Self::Prefix(prefix) => return Some(format!("{prefix}{text}")),
            Self::Suffix(suffix) => return Some(text + suffix),
        };
        let trimmed = changed.trim();
        (!trimmed.is_empty()).then(|| trimmed.to_owned())
    }
}

/// A number divided, to two places; what is no number stays what it is and is refused where one is needed.
fn divided(text: &str, by: u32) -> String {
    text.parse::<f64>()
        .map_or_else(|_| text.to_owned(), |number| format!("{:.2}", number / f64::from(by)))
}

fn digits(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text.get(..end).filter(|digits| !digits.is_empty())
}

/// The part between slashes with this number: 1 is the first, -1 the last.
fn segment(text: &str, number: i64) -> Option<&str> {
    let place = usize::try_from(number.unsigned_abs()).ok()?.checked_sub(1)?;
    if number > 0 { text.split('/').nth(place) } else { text.rsplit('/').nth(place) }
}

/// At most this many characters, the last an ellipsis if something was cut off.
fn cut(text: &str, chars: usize) -> String {
    if text.chars().count() <= chars {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(chars.saturating_sub(1)).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(steps: &[Step], text: &str, want: Option<&str>) {
        let tables = Tables::from([(
            "lists".to_owned(),
            BTreeMap::from([("l1".to_owned(), "To do".to_owned())]),
        )]);
        assert_eq!(run(steps, text, &tables).as_deref(), want, "{text}");
    }

    fn own(text: &str) -> String {
        text.to_owned()
    }

    #[test]
    fn a_number_is_found_in_the_last_part_of_a_path() {
        let steps = [
            Step::Only(Test { how: How::Starts, any: vec![own("plans/")], not: false }),
            Step::Only(Test { how: How::Ends, any: vec![own(".md")], not: true }),
            Step::LastSegment,
            Step::LeadingDigits,
        ];
        check(&steps, "plans/shop/42-pay-later/", Some("42"));
        check(&steps, "plans/shop/0006-old.md", None);
        check(&steps, "plans/shop/pay-later", None);
        check(&steps, "other/shop/42-pay-later", None);
    }

    #[test]
    fn each_step_does_what_its_name_says() {
        check(&[], "  x ", Some("x"));
        check(&[], "  ", None);
        check(&[Step::Lower, Step::Prefix(own("stage: "))], "Beta", Some("stage: beta"));
        check(&[Step::Upper, Step::Suffix(own("!"))], "ja", Some("JA!"));
        check(&[Step::Squeeze], "a \n b", Some("a b"));
        check(&[Step::FirstLine], "a\nb", Some("a"));
        check(&[Step::Printable], "a\u{7}b", Some("ab"));
        check(&[Step::Url], "see https://a.example/1 there", Some("https://a.example/1"));
        check(&[Step::Url], "see there", None);
        check(&[Step::TrimSlashes], "/a/b/", Some("a/b"));
        check(&[Step::Digits], "PR #128 of 7", Some("128"));
        check(&[Step::StripPrefix(vec![own("team-"), own("old-")])], "team-old-pay", Some("pay"));
        check(&[Step::StripSuffix(vec![own("/README.md"), own("/")])], "a/README.md", Some("a"));
        check(&[Step::Before(own(" (")), Step::After(own(": "))], "x: y (z)", Some("y"));
        check(&[Step::Replace(own(" "), own("%20"))], "a b", Some("a%20b"));
        check(&[Step::Segment(2)], "/a/b/c", Some("b"));
        check(&[Step::Segment(-1)], "/a/b/c", Some("c"));
        check(&[Step::Segment(9)], "/a/b/c", None);
        check(&[Step::Cut(4)], "abcdef", Some("abc…"));
        check(&[Step::Divide(3600)], "5400", Some("1.50"));
        check(&[Step::Divide(3600)], "soon", Some("soon"));
        check(&[Step::Cut(6)], "abcdef", Some("abcdef"));
        check(&[Step::Epoch(6)], "1700000000", Some("2023-11-14T22:13:20Z"));
        check(&[Step::Epoch(6)], "1700000000.25", Some("2023-11-14T22:13:20.25Z"));
        check(&[Step::Epoch(3)], "1700000000250", Some("2023-11-14T22:13:20.25Z"));
        check(&[Step::Epoch(3)], "2023-11-14", Some("2023-11-14"));
        check(&[Step::Lookup(own("lists"))], "l1", Some("To do"));
        check(&[Step::Lookup(own("lists"))], "l2", None);
    }
}
