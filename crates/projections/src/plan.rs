//! Which way a plan moved, and between what: one end that both have says more than two phrases.

use koepel_domain::{
    event::EntryChanged,
    product::Product,
    roadmap::{Plan, Shift, When},
};

use crate::words::{Between, Words};

/// What became of a plan: "slipped from by 2026-03-31 to by 2026-06-30".
pub(crate) fn shifted(from: Plan<'_>, to: Plan<'_>, words: &dyn Words) -> String {
    words.shifted(from.shift(to), between(from, to))
}

fn between<'a>(from: Plan<'a>, to: Plan<'a>) -> Between<'a> {
    let same_release = from.release == to.release;
    if let (When::Days(one), When::Days(other)) = (from.when, to.when)
        && let (Some(end), Some(later)) = (one.end(), other.end())
        && end != later
        && same_release
        && one.start() == other.start()
    {
        return Between::Days(later.since(end).unsigned_abs(), end, later);
    }
    if same_release {
        return Between::Times(from.when, to.when);
    }
    if from.when == to.when {
        return Between::Releases(from.release, to.release);
    }
    Between::Plans(from, to)
}

/// How an entry of the roadmap was moved, if it was. Its plan of before is put together from what changed and what is now.
pub(crate) fn shift_of<'a>(
    e: &'a EntryChanged,
    product: &'a Product,
) -> Option<(Shift, Between<'a>)> {
    let entry = product.entry(e.entry)?;
    if e.when.is_none() && e.release.is_none() {
        return None;
    }
    let now = Plan { when: entry.when, release: entry.release.as_ref() };
    let (mut from, mut to) = (now, now);
    if let Some(change) = &e.when {
        (from.when, to.when) = (change.from, change.to);
    }
    if let Some(change) = &e.release {
        (from.release, to.release) = (change.from.as_ref(), change.to.as_ref());
    } else {
        // The release did not change with it, and which one it was then is not said.
        (from.release, to.release) = (None, None);
    }
    Some((from.shift(to), between(from, to)))
}

#[cfg(test)]
mod tests {
    use koepel_domain::{
        language::Language,
        roadmap::{Horizon, Span, When},
        text::Label,
    };

    use super::*;
    use crate::words::words;

    fn told(from: Plan<'_>, to: Plan<'_>) -> String {
        shifted(from, to, words(Language::En))
    }

    fn span(start: &str, end: &str) -> When {
        let day = |text: &str| (!text.is_empty()).then(|| text.parse().unwrap());
        When::Days(Span::new(day(start), day(end)).unwrap())
    }

    fn at(when: When) -> Plan<'static> {
        Plan { when, release: None }
    }

    #[test]
    fn times_are_said_as_people_say_them() {
        for (said, expected) in [
            (span("2026-01-01", "2026-03-31"), "2026-01-01 to 2026-03-31"),
            (span("2026-01-01", ""), "from 2026-01-01"),
            (span("", "2026-03-31"), "by 2026-03-31"),
            (span("2026-03-31", "2026-03-31"), "on 2026-03-31"),
            (When::Horizon(Horizon::Next), "next"),
        ] {
            assert_eq!(words(Language::En).when(said), expected);
        }
    }

    #[test]
    fn a_shift_says_which_way_and_how_far() {
        let end = |day| at(span("", day));
        let now = at(When::Horizon(Horizon::Now));
        let later = at(When::Horizon(Horizon::Later));
        for (from, to, expected) in [
            (
                end("2026-03-31"),
                end("2026-04-01"),
                "slipped by 1 day, from 2026-03-31 to 2026-04-01",
            ),
            (
                end("2026-03-31"),
                end("2026-04-30"),
                "slipped by 4 weeks, from 2026-03-31 to 2026-04-30",
            ),
            (
                end("2026-03-31"),
                end("2025-12-31"),
                "was brought forward by 3 months, from 2026-03-31 to 2025-12-31",
            ),
            (
                end("2026-03-31"),
                end("2027-03-31"),
                "slipped by 12 months, from 2026-03-31 to 2027-03-31",
            ),
            (
                at(span("2026-01-05", "2026-03-31")),
                at(span("2026-01-05", "2026-05-29")),
                "slipped by 8 weeks, from 2026-03-31 to 2026-05-29",
            ),
            (
                at(span("2026-01-05", "2026-03-31")),
                at(span("2026-02-02", "2026-05-29")),
                "slipped from “2026-01-05 to 2026-03-31” to “2026-02-02 to 2026-05-29”",
            ),
            (now, later, "slipped from “now” to “later”"),
            (later, now, "was brought forward from “later” to “now”"),
            (end("2026-03-31"), later, "slipped from “by 2026-03-31” to “later”"),
            (now, end("2026-03-31"), "was moved from “now” to “by 2026-03-31”"),
        ] {
            assert_eq!(told(from, to), expected);
        }
        let (nine, ten) = (Label::new("v1.9").unwrap(), Label::new("v1.10").unwrap());
        let (nine, ten) =
            (Plan { release: Some(&nine), ..later }, Plan { release: Some(&ten), ..later });
        assert_eq!(told(nine, ten), "slipped from v1.9 to v1.10");
        assert_eq!(told(ten, nine), "was brought forward from v1.10 to v1.9");
        assert_eq!(told(later, nine), "was moved from no release to v1.9");
        assert_eq!(told(nine, now), "was brought forward from “later, with v1.9” to “now”");
    }
}
