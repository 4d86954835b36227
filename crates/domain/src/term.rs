//! From a day to a day, in a time zone: how long a role is held. The moments that the days mean are worked out once, when
//! a term is made, and kept; another edition of the time zones never changes them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{day::Day, ids::Timestamp};

pub use crate::calendar::Zone;

/// Why there is no such term.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TermError {
    /// It ends before it begins.
    #[error(
        "a term from {first} until {last} ends before it begins; the last day must not be before the first"
    )]
    Reversed {
        /// Its first day.
        first: Day,
        /// Its last day.
        last: Day,
    },
    /// The day does not exist in this time zone, or cannot be counted.
    #[error("{day} cannot be told in {zone}; choose another day or time zone")]
    NoDay {
        /// Which.
        day: Day,
        /// Where.
        zone: Zone,
    },
}

/// From the beginning of a day to the end of a day. At least one of the two days is said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Term {
    /// The first day; none: from the beginning.
    pub first: Option<Day>,
    /// The last day; none: without end.
    pub last: Option<Day>,
    /// The time zone in which the days are days.
    pub zone: Zone,
    /// The first moment of the first day.
    pub begins: Option<Timestamp>,
    /// The first moment after the last day.
    pub ends: Option<Timestamp>,
}

/// Before everything.
pub(crate) const EVER: Timestamp = Timestamp(i64::MIN);
/// After everything.
pub(crate) const NEVER: Timestamp = Timestamp(i64::MAX);

impl Term {
    /// The term of these days; none if neither day is said, so that there is no limit.
    ///
    /// # Errors
    /// [`TermError`].
    pub fn new(
        first: Option<Day>,
        last: Option<Day>,
        zone: &Zone,
    ) -> Result<Option<Self>, TermError> {
        if let (Some(first), Some(last)) = (first, last)
            && last < first
        {
            return Err(TermError::Reversed { first, last });
        }
        if first.is_none() && last.is_none() {
            return Ok(None);
        }
        let begins = first.map(|day| moment(day, zone, false)).transpose()?;
        let ends = last.map(|day| moment(day, zone, true)).transpose()?;
        Ok(Some(Self { first, last, zone: zone.clone(), begins, ends }))
    }

    /// Whether a moment belongs to it.
    #[must_use]
    pub fn has(&self, moment: Timestamp) -> bool {
        let (begins, ends) = moments(Some(self));
        begins <= moment && moment < ends
    }

    /// The same until the day before another term begins, if that one says when.
    #[must_use]
    pub(crate) fn until(of: Option<&Self>, next: &Self) -> Option<Self> {
        let last = yesterday(next.first?)?;
        Some(Self {
            first: of.and_then(|term| term.first),
            last: Some(last),
            zone: next.zone.clone(),
            begins: of.and_then(|term| term.begins),
            ends: next.begins,
        })
    }
}

/// The moments of a term, from the first to the one after the last; without one, all of them.
pub(crate) fn moments(term: Option<&Term>) -> (Timestamp, Timestamp) {
    let begins = term.and_then(|term| term.begins).unwrap_or(EVER);
    (begins, term.and_then(|term| term.ends).unwrap_or(NEVER))
}

/// The days of a term. Written after a comma: ", from 2026-12-01 until 2026-12-31"; nothing without a term.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Days {
    /// The first day; none: from the beginning.
    pub first: Option<Day>,
    /// The last day; none: without end.
    pub last: Option<Day>,
}

impl Days {
    pub(crate) fn of(term: Option<&Term>) -> Self {
        term.map_or_else(Self::default, |term| Self { first: term.first, last: term.last })
    }
}

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.first, self.last) {
            (None, None) => Ok(()),
            (first, last) => {
                f.write_str(", ")?;
                days(f, first, last)
            }
        }
    }
}

fn days(f: &mut fmt::Formatter<'_>, first: Option<Day>, last: Option<Day>) -> fmt::Result {
    match (first, last) {
        (Some(first), Some(last)) if first == last => write!(f, "on {first}"),
        (Some(first), Some(last)) => write!(f, "from {first} until {last}"),
        (Some(first), None) => write!(f, "from {first}"),
        (None, Some(last)) => write!(f, "until {last}"),
        (None, None) => f.write_str("without end"),
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        days(f, self.first, self.last)
    }
}

fn date(day: Day) -> Option<jiff::civil::Date> {
    let (month, of_month) = (i8::try_from(day.month()).ok()?, i8::try_from(day.day()).ok()?);
    jiff::civil::Date::new(day.year(), month, of_month).ok()
}

fn day(date: jiff::civil::Date) -> Option<Day> {
    let (month, of_month) = (u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?);
    Day::new(date.year(), month, of_month).ok()
}

fn yesterday(of: Day) -> Option<Day> {
    day(date(of)?.yesterday().ok()?)
}

/// The day after; none after the last day that there is.
pub(crate) fn tomorrow(of: Day) -> Option<Day> {
    day(date(of)?.tomorrow().ok()?)
}

/// The first moment of a day, or the first after it.
fn moment(day: Day, zone: &Zone, after: bool) -> Result<Timestamp, TermError> {
    let none = || TermError::NoDay { day, zone: zone.clone() };
    let found = zone.rules();
    let date = date(day).ok_or_else(none)?;
    let date = if after { date.tomorrow().map_err(|_| none())? } else { date };
    let begins = date.to_zoned(found).map_err(|_| none())?;
    Ok(Timestamp(begins.timestamp().as_microsecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_microsecond())
    }

    #[track_caller]
    fn check(zone: &str, first: &str, last: &str, begins: &str, ends: &str) {
        let day = |text: &str| (!text.is_empty()).then(|| text.parse().unwrap());
        let moment = |text: &str| (!text.is_empty()).then(|| at(text));
        let term = Term::new(day(first), day(last), &Zone::new(zone).unwrap()).unwrap().unwrap();
        assert_eq!((term.begins, term.ends), (moment(begins), moment(ends)));
    }

    #[test]
    fn a_term_lasts_from_the_beginning_of_its_first_day_to_the_end_of_its_last() {
        check("UTC", "2026-12-01", "2026-12-01", "2026-12-01T00:00:00Z", "2026-12-02T00:00:00Z");
        check("UTC", "", "2026-12-31", "", "2027-01-01T00:00:00Z");
        check("UTC", "2026-12-01", "", "2026-12-01T00:00:00Z", "");
        let zone = "Europe/Copenhagen";
        // The clocks are set forward on the first of these days and back on the second.
        check(zone, "2026-03-29", "2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z");
        check(zone, "2026-10-25", "2026-10-25", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z");
        // A day without a midnight begins an hour later.
        check(
            "America/Santiago",
            "2026-09-06",
            "2026-09-06",
            "2026-09-06T04:00:00Z",
            "2026-09-07T03:00:00Z",
        );
    }

    #[test]
    fn days_that_make_no_term_are_refused() {
        let days = |first: &str, last: &str| {
            let day = |text: &str| Some(text.parse().unwrap());
            Term::new(day(first), day(last), &Zone::utc())
        };
        assert_eq!(
            days("2026-12-02", "2026-12-01").unwrap_err().to_string(),
            "a term from 2026-12-02 until 2026-12-01 ends before it begins; the last day must not be before the first"
        );
        assert_eq!(Term::new(None, None, &Zone::utc()), Ok(None));
        for bad in ["", "Mars/Olympus", "+01:00", "Europe/", "../etc"] {
            assert!(Zone::new(bad).is_err(), "{bad}");
        }
        assert_eq!(Zone::new("europe/amsterdam").unwrap().as_str(), "Europe/Amsterdam");
    }

    #[test]
    fn a_term_reads_as_people_say_it() {
        let text = |first: &str, last: &str| {
            let day = |text: &str| (!text.is_empty()).then(|| text.parse().unwrap());
            Term::new(day(first), day(last), &Zone::utc()).unwrap().unwrap().to_string()
        };
        assert_eq!(text("2026-12-01", "2026-12-31"), "from 2026-12-01 until 2026-12-31");
        assert_eq!(text("2026-12-01", "2026-12-01"), "on 2026-12-01");
        assert_eq!(text("", "2026-12-31"), "until 2026-12-31");
        assert_eq!(text("2026-12-01", ""), "from 2026-12-01");
    }
}
