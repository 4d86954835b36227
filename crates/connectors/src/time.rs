//! Times and days as sources write them. This file must not know what time it is.

use jiff::{Timestamp, civil};
use koepel_domain::day::Day;

use crate::text::shown;

/// The first moment that is too late: 2200-01-01, midnight in UTC.
const END_US: i64 = 7_258_118_400_000_000;

/// A moment, in microseconds since 1970 UTC. A day is its first moment in UTC.
pub(crate) fn moment(text: &str) -> Result<i64, String> {
    let day = |day: Day| format!("{day}T00:00:00Z");
    let time: Option<Timestamp> =
        text.parse::<Day>().map_or_else(|_| text.parse().ok(), |it| day(it).parse().ok());
    time.map(Timestamp::as_microsecond).filter(|us| (0..END_US).contains(us)).ok_or_else(|| {
        format!(
            "expected a time with its offset such as 2026-11-22T14:03:00Z, or a day such as 2026-11-22, from 1970 to \
             2199, found {}{}",
            shown(text),
            advice(text)
        )
    })
}

/// What helps if the text is a number.
fn advice(text: &str) -> &'static str {
    if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && !text.is_empty() {
        "; `change = [{ epoch = \"seconds\" }]` (or milliseconds) reads a number since 1970"
    } else {
        ""
    }
}

/// A day; of a time, the day that it is written with, wherever that was.
pub(crate) fn day(text: &str) -> Result<Day, String> {
    let is_time = text.parse::<Timestamp>().is_ok() || text.parse::<civil::DateTime>().is_ok();
    let written = if is_time { text.get(..10).unwrap_or(text) } else { text };
    written.parse().map_err(|_| {
        format!(
            "expected a day such as 2026-11-22, or a time of that day, from 1970 to 2199, found {}{}",
            shown(text),
            advice(text)
        )
    })
}

/// A number since 1970 as a time; `places` decimal places make it one of microseconds.
pub(crate) fn from_epoch(text: &str, places: usize) -> Option<String> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        return None;
    }
    let micros: i64 = format!("{whole}{fraction:0<places$.places$}").parse().ok()?;
    Some(Timestamp::from_microsecond(micros).ok()?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_needs_its_offset_and_a_day_is_its_first_moment_in_utc() {
        for (text, want) in [
            ("1970-01-01", 0),
            ("1970-01-01T00:00:01.5Z", 1_500_000),
            ("1970-01-01T01:00:00+01:00", 0),
            ("1970-01-01T01:00:00.000+0100", 0),
            ("2020-03-17T15:11:26-07:00", 1_584_483_086_000_000),
            ("2199-12-31T23:59:59.999999Z", END_US - 1),
        ] {
            assert_eq!(moment(text), Ok(want), "{text}");
        }
        for text in [
            "",
            "soon",
            "2026-02-30",
            "2026-02-30T00:00:00Z",
            "2026-11-22T14:03:00",
            "2026-11-22 14:03",
            "30000-01-01T00:00:00Z",
            "+030000-01-01T00:00:00Z",
            "1969-12-31T23:59:59Z",
            "2200-01-01",
            "2199-12-31T23:59:59-01:00",
        ] {
            let error = moment(text).unwrap_err();
            assert!(error.starts_with("expected a time with its offset such as"), "{error}");
            assert!(error.ends_with(&format!("found `{text}`")), "{error}");
        }
        let error = moment("1700000000").unwrap_err();
        assert!(error.contains("found `1700000000`; `change = [{ epoch = "), "{error}");
    }

    #[test]
    fn the_day_of_a_time_is_the_one_it_is_written_with() {
        for text in [
            "2026-11-22",
            "2026-11-22T23:30:00-08:00",
            "2026-11-22T00:30:00+02:00",
            "2026-11-22T00:00:00",
            "2026-11-22 08:00:00Z",
        ] {
            assert_eq!(day(text).unwrap().to_string(), "2026-11-22", "{text}");
        }
        for text in ["", "Q4", "2026-11", "2026-11-31", "2026-11-22x", "22/11/2026", "2200-01-01"] {
            let error = day(text).unwrap_err();
            assert!(error.ends_with(&format!("found `{text}`")), "{error}");
        }
    }

    #[test]
    fn a_number_since_1970_is_a_time_whatever_its_unit() {
        assert_eq!(from_epoch("0", 6).as_deref(), Some("1970-01-01T00:00:00Z"));
        assert_eq!(from_epoch("1.0000019", 6).as_deref(), Some("1970-01-01T00:00:01.000001Z"));
        assert_eq!(from_epoch("1500", 3).as_deref(), Some("1970-01-01T00:00:01.5Z"));
        for text in ["", "-1", "1e9", ".5", "soon", "99999999999999999999"] {
            assert_eq!(from_epoch(text, 6), None, "{text}");
        }
    }
}
