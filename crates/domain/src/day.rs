//! Days of the calendar, without a time or a zone.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::ids::Malformed;

/// The first year that a day may be in; nobody plans before it, and typed years such as `0226` are caught.
const YEAR_MIN: i16 = 1970;
/// The last year that a day may be in.
const YEAR_MAX: i16 = 2199;

/// A day of the Gregorian calendar, from 1970-01-01 to 2199-12-31; written `2026-11-22`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day {
    year: i16,
    month: u8,
    day: u8,
}

impl Day {
    /// The day of this date, if there is one: not 30 February.
    ///
    /// # Errors
    /// [`Malformed`] with the rule that it breaks.
    pub fn new(year: i16, month: u8, day: u8) -> Result<Self, Malformed> {
        if (YEAR_MIN..=YEAR_MAX).contains(&year) && (1..=days_of(year, month)).contains(&day) {
            return Ok(Self { year, month, day });
        }
        let text = format!("{year:04}-{month:02}-{day:02}");
        Err(Malformed::new("day", &text, "a day of the calendar from 1970-01-01 to 2199-12-31"))
    }

    /// The year, 1970 to 2199.
    #[must_use]
    pub fn year(self) -> i16 {
        self.year
    }

    /// The month, 1 to 12.
    #[must_use]
    pub fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, 1 to 31.
    #[must_use]
    pub fn day(self) -> u8 {
        self.day
    }

    /// How many days it is after another one; negative if it is before.
    #[must_use]
    pub fn since(self, other: Self) -> i32 {
        self.number() - other.number()
    }

    /// Days since 1970-01-01.
    fn number(self) -> i32 {
        let years = (YEAR_MIN..self.year).map(|year| if is_leap(year) { 366 } else { 365 });
        let months = (1..self.month).map(|month| i32::from(days_of(self.year, month)));
        years.chain(months).sum::<i32>() + i32::from(self.day) - 1
    }
}

fn is_leap(year: i16) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// How many days a month has; none if there is no such month.
fn days_of(year: i16, month: u8) -> u8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 0,
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Day {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let malformed = || Malformed::new("day", text, "a day of the calendar such as 2026-11-22");
        let mut parts = text.split('-');
        let (Some(year), Some(month), Some(day), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(malformed());
        };
        let digits =
            |part: &str, len| part.len() == len && part.bytes().all(|b| b.is_ascii_digit());
        if !(digits(year, 4) && digits(month, 2) && digits(day, 2)) {
            return Err(malformed());
        }
        let year = year.parse().map_err(|_| malformed())?;
        let month = month.parse().map_err(|_| malformed())?;
        let day = day.parse().map_err(|_| malformed())?;
        Self::new(year, month, day)
    }
}

impl TryFrom<String> for Day {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        text.parse()
    }
}

impl From<Day> for String {
    fn from(day: Day) -> String {
        day.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_has_one_spelling() {
        for good in ["1970-01-01", "2024-02-29", "2000-02-29", "2199-12-31"] {
            assert_eq!(day(good).to_string(), good);
        }
        for bad in [
            "",
            "2026-2-01",
            "2026-02-29",
            "2100-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-04-31",
            "2026-01-00",
            "1969-12-31",
            "2200-01-01",
            "30000-01-01",
            "2025-30-01",
            "+026-01-01",
            "2026-01-01-",
            "2026-01-01T00:00:00Z",
        ] {
            assert!(bad.parse::<Day>().is_err(), "{bad}");
        }
    }

    #[test]
    fn days_are_counted_over_months_and_leap_years() {
        for (later, earlier, days) in [
            ("2026-11-22", "2026-11-22", 0),
            ("2024-03-01", "2024-02-28", 2),
            ("2023-03-01", "2023-02-28", 1),
            ("2100-03-01", "2100-02-28", 1),
            ("2000-03-01", "2000-02-28", 2),
            ("2027-01-01", "2026-01-01", 365),
            ("2199-12-31", "1970-01-01", 84_005),
        ] {
            assert_eq!(day(later).since(day(earlier)), days, "{later} since {earlier}");
            assert_eq!(day(earlier).since(day(later)), -days);
        }
        assert!(day("2026-11-30") < day("2026-12-01"));
    }
}
