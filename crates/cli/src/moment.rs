//! Times and days: how they are shown, and how they are given.

use jiff::{Span, Timestamp, ToSpan as _, civil, tz::TimeZone};

/// Why a time could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
    /// Neither a length of time nor a day nor a time.
    #[error(
        "`{given}` is no time: give a length such as 90d, 12w or 36h, a day such as 2027-01-31, or a time such as 2027-01-31T12:00:00Z"
    )]
    NoTime {
        /// What was given.
        given: String,
    },
}

/// To the minute, in the reader's time zone: `2026-11-21 14:03`. Empty for none.
pub(crate) fn minute(time: Option<&prost_types::Timestamp>, zone: &TimeZone) -> String {
    shown(time, zone, "%Y-%m-%d %H:%M")
}

/// To the minute with the day of the week, in a time zone: `Mon 2026-11-23 14:03`. Empty for none.
pub(crate) fn weekday_minute(time: Option<&prost_types::Timestamp>, zone: &TimeZone) -> String {
    shown(time, zone, "%a %Y-%m-%d %H:%M")
}

/// To the second, in the reader's time zone. Empty for none.
pub(crate) fn second(time: Option<&prost_types::Timestamp>, zone: &TimeZone) -> String {
    shown(time, zone, "%Y-%m-%d %H:%M:%S")
}

/// As RFC 3339 in UTC, for programs.
pub(crate) fn rfc3339(time: Option<&prost_types::Timestamp>) -> Option<String> {
    time.and_then(read).map(|time| time.to_string())
}

/// A moment as it goes over the wire.
pub(crate) fn to_wire(time: Timestamp) -> prost_types::Timestamp {
    let whole = time.as_second();
    let nanos = time.subsec_nanosecond();
    // Before 1970 the parts are both negative, while the wire wants a fraction that counts up.
    if nanos < 0 {
        prost_types::Timestamp {
            seconds: whole.saturating_sub(1),
            nanos: nanos.saturating_add(1_000_000_000),
        }
    } else {
        prost_types::Timestamp { seconds: whole, nanos }
    }
}

/// A moment that somebody gave: a length of time from `now`, a day (its end, in the zone), or a time.
pub(crate) fn given(text: &str, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, Error> {
    let no_time = || Error::NoTime { given: text.to_owned() };
    if let Some(span) = length(text) {
        let then = now.to_zoned(zone.clone()).checked_add(span).map_err(|_| no_time())?;
        return Ok(then.timestamp());
    }
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time);
    }
    let day: civil::Date = text.parse().map_err(|_| no_time())?;
    let end = day.tomorrow().and_then(|next| next.to_zoned(zone.clone())).map_err(|_| no_time())?;
    Ok(end.timestamp())
}

/// A moment of the past that somebody gave: a length of time before `now`, a day (its end, in the zone), or a time.
pub(crate) fn past(text: &str, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, Error> {
    let Some(span) = length(text) else {
        let end = given(text, now, zone)?;
        let is_day = text.parse::<Timestamp>().is_err();
        // The next day begins when this one has ended; what happens at that moment belongs to the next.
        return Ok(if is_day { end.checked_sub(1.microsecond()).unwrap_or(end) } else { end });
    };
    let then = now.to_zoned(zone.clone()).checked_sub(span);
    then.map(|then| then.timestamp()).map_err(|_| Error::NoTime { given: text.to_owned() })
}

fn length(text: &str) -> Option<Span> {
    let (unit_at, unit) = text.char_indices().next_back()?;
    let count: i32 = text.get(..unit_at)?.parse().ok().filter(|count| *count > 0)?;
    let span = match unit {
        'h' => Span::new().try_hours(count),
        'd' => Span::new().try_days(count),
        'w' => Span::new().try_weeks(count),
        'm' => return None,
        'y' => Span::new().try_years(count),
        _ => return None,
    };
    span.ok()
}

fn read(time: &prost_types::Timestamp) -> Option<Timestamp> {
    Timestamp::from_second(time.seconds).ok()?.checked_add(i64::from(time.nanos).nanoseconds()).ok()
}

fn shown(time: Option<&prost_types::Timestamp>, zone: &TimeZone, form: &str) -> String {
    time.and_then(read)
        .map(|time| time.to_zoned(zone.clone()).strftime(form).to_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> prost_types::Timestamp {
        to_wire(text.parse().unwrap())
    }

    #[test]
    fn people_read_their_own_time_and_programs_utc() {
        let zone = TimeZone::get("Europe/Amsterdam").unwrap();
        let time = at("2026-11-21T13:03:05.25Z");
        assert_eq!(minute(Some(&time), &zone), "2026-11-21 14:03");
        assert_eq!(second(Some(&time), &zone), "2026-11-21 14:03:05");
        assert_eq!(rfc3339(Some(&time)).unwrap(), "2026-11-21T13:03:05.25Z");
        assert_eq!(minute(None, &zone), "");
        assert_eq!(rfc3339(None), None);
    }

    #[test]
    fn a_moment_survives_the_wire_before_1970_too() {
        for text in
            ["1969-12-31T23:59:59.75Z", "2026-01-01T00:00:00Z", "1960-01-01T00:00:00.000000001Z"]
        {
            assert_eq!(rfc3339(Some(&at(text))).unwrap(), text);
        }
    }

    #[test]
    fn a_day_of_the_past_ends_before_the_next_one_begins() {
        let now = "2026-11-21T13:00:00Z".parse().unwrap();
        let zone = TimeZone::get("Europe/Copenhagen").unwrap();
        let check = |text: &str, then: &str| {
            assert_eq!(past(text, now, &zone).unwrap().to_string(), then, "{text}")
        };
        check("2026-11-20", "2026-11-20T22:59:59.999999Z");
        check("2026-11-20T12:00:00Z", "2026-11-20T12:00:00Z");
        check("36h", "2026-11-20T01:00:00Z");
        check("1y", "2025-11-21T13:00:00Z");
        assert!(past("soon", now, &zone).is_err());
    }

    #[test]
    fn an_expiry_may_be_a_length_a_day_or_a_time() {
        let now = "2026-11-21T13:00:00Z".parse().unwrap();
        let zone = TimeZone::get("Europe/Copenhagen").unwrap();
        let check = |text: &str, then: &str| {
            assert_eq!(given(text, now, &zone).unwrap().to_string(), then, "{text}")
        };
        check("36h", "2026-11-23T01:00:00Z");
        check("90d", "2027-02-19T13:00:00Z");
        check("2w", "2026-12-05T13:00:00Z");
        check("1y", "2027-11-21T13:00:00Z");
        check("2027-01-31", "2027-01-31T23:00:00Z");
        check("2027-01-31T12:00:00Z", "2027-01-31T12:00:00Z");
        for wrong in ["", "d", "0d", "-3d", "soon", "90", "2027-02-30", "999999999y", "3m"] {
            assert!(given(wrong, now, &zone).is_err(), "{wrong}");
        }
    }
}
