//! Plans as people say them: when something is to be done, and which way a plan moved.

use koepel_domain::roadmap::{Horizon, Plan, Shift, Span, When};

/// When something is planned: "now", "2026-01-01 to 2026-03-31", "by 2026-03-31".
#[must_use]
pub fn when(when: When) -> String {
    match when {
        When::Days(span) => days(span),
        When::Horizon(Horizon::Now) => "now".to_owned(),
        When::Horizon(Horizon::Next) => "next".to_owned(),
        When::Horizon(Horizon::Later) => "later".to_owned(),
    }
}

fn days(span: Span) -> String {
    match (span.start(), span.end()) {
        (Some(start), Some(end)) if start == end => format!("on {start}"),
        (Some(start), Some(end)) => format!("{start} to {end}"),
        (Some(start), None) => format!("from {start}"),
        (None, Some(end)) => format!("by {end}"),
        (None, None) => String::new(),
    }
}

/// A plan in words: "by 2026-03-31, with v1.30".
#[must_use]
pub fn plan(plan: Plan<'_>) -> String {
    let when = when(plan.when);
    plan.release.map_or(when.clone(), |release| format!("{when}, with {release}"))
}

/// What became of a plan: "slipped from by 2026-03-31 to by 2026-06-30".
#[must_use]
pub fn shifted(from: Plan<'_>, to: Plan<'_>) -> String {
    let verb = match from.shift(to) {
        Shift::Later => "slipped",
        Shift::Earlier => "was brought forward",
        Shift::Unclear => "was moved",
    };
    let same_release = from.release == to.release;
    // One end that both have says more than two phrases.
    if let (When::Days(one), When::Days(other)) = (from.when, to.when)
        && let (Some(end), Some(later)) = (one.end(), other.end())
        && end != later
        && same_release
        && one.start() == other.start()
    {
        let days = later.since(end).unsigned_abs();
        return format!("{verb} by {}, from {end} to {later}", length(days));
    }
    if same_release {
        return format!("{verb} from “{}” to “{}”", when(from.when), when(to.when));
    }
    if from.when == to.when {
        let release =
            |plan: Plan<'_>| plan.release.map_or("no release".to_owned(), ToString::to_string);
        return format!("{verb} from {} to {}", release(from), release(to));
    }
    format!("{verb} from “{}” to “{}”", plan(from), plan(to))
}

/// A number of days as people say it: days up to two weeks, then weeks, then months.
fn length(days: u32) -> String {
    let count = |number: u32, what: &str| {
        if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
    };
    match days {
        0..=14 => count(days, "day"),
        15..=60 => count((days + 3) / 7, "week"),
        61.. => count((days * 2 + 30) / 61, "month"),
    }
}

#[cfg(test)]
mod tests {
    use koepel_domain::text::Label;

    use super::*;

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
            assert_eq!(when(said), expected);
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
            assert_eq!(shifted(from, to), expected);
        }
        let (nine, ten) = (Label::new("v1.9").unwrap(), Label::new("v1.10").unwrap());
        let (nine, ten) =
            (Plan { release: Some(&nine), ..later }, Plan { release: Some(&ten), ..later });
        assert_eq!(shifted(nine, ten), "slipped from v1.9 to v1.10");
        assert_eq!(shifted(ten, nine), "was brought forward from v1.10 to v1.9");
        assert_eq!(shifted(later, nine), "was moved from no release to v1.9");
        assert_eq!(shifted(nine, now), "was brought forward from “later, with v1.9” to “now”");
    }
}
