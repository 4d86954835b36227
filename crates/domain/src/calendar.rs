//! Working time: when a team works, so that an answer is due within hours and days that somebody is there.
//!
//! A calendar is facts alone, and computing with it is pure: the zones' rules and the holidays are built in.

mod commands;
mod count;
mod holidays;
mod hours;
#[cfg(test)]
mod tests;
mod time_of_day;
mod zone;

use std::fmt;

use jiff::{Timestamp as Instant, tz::TimeZone};
use serde::{Deserialize, Serialize};

pub use commands::Command;
pub use holidays::{Country, DATA_DATE, DATA_YEARS};
pub use hours::{DAY_MINUTES, DayHours, Hours, SPANS_MAX, Week};
pub use time_of_day::TimeOfDay;
pub use zone::Zone;

use crate::{
    day::Day,
    ids::{CalendarId, Malformed, Timestamp, Version},
    text::{Line, Name},
};

/// Most calendars of a product.
pub const CALENDARS_MAX: u32 = 100;
/// Most days of its own that a calendar has.
pub const OWN_DAYS_MAX: usize = 1_000;
/// Most working hours to answer in.
pub const HOURS_MAX: u16 = 10_000;
/// Most working days to answer in.
pub const DAYS_MAX: u16 = 400;
/// The id of the built-in calendar; no other has it.
pub const BUILT_IN: &str = "built-in";

/// How long there is to answer, in working time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum AnswerTime {
    /// Working hours.
    Hours(u16),
    /// Working days.
    Days(u16),
}

impl AnswerTime {
    /// Checks that it is one that may be given.
    ///
    /// # Errors
    /// [`Malformed`] if it is none at all, or too long.
    pub fn check(self) -> Result<Self, Malformed> {
        let (given, limit, rule) = match self {
            Self::Hours(hours) => (hours, HOURS_MAX, "1 to 10,000 working hours"),
            Self::Days(days) => (days, DAYS_MAX, "1 to 400 working days"),
        };
        if (1..=limit).contains(&given) {
            return Ok(self);
        }
        Err(Malformed::new("answer time", &given.to_string(), rule))
    }
}

/// "2 working days".
impl fmt::Display for AnswerTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, unit) = match self {
            Self::Hours(hours) => (hours, "hour"),
            Self::Days(days) => (days, "day"),
        };
        write!(f, "{count} working {unit}{}", if *count == 1 { "" } else { "s" })
    }
}

/// A day that is unlike others of its weekday.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OwnDay {
    /// Which.
    pub day: Day,
    /// Its hours, even if it is a holiday; none if it is off.
    pub hours: DayHours,
    /// What it is, if anybody said.
    pub name: Line,
}

/// When a team works.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Calendar {
    /// Its id.
    pub id: CalendarId,
    /// Its name.
    pub name: Name,
    /// Whose wall clock its hours are on.
    pub zone: Zone,
    /// The hours of a week.
    pub week: Week,
    /// Whose holidays are off; each once, in order.
    pub holidays: Vec<Country>,
    /// Days off and half days of its own; each once, in order.
    pub days: Vec<OwnDay>,
}

/// A calendar as a product has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Its facts.
    pub calendar: std::sync::Arc<Calendar>,
    /// The version of its last change.
    pub changed: Version,
}

impl Calendar {
    /// The calendar of a product that has none: Monday to Friday, 09:00 to 17:00 in UTC, without holidays.
    #[must_use]
    pub fn built_in() -> Self {
        let nine_to_five = || {
            let hours = Hours::new(9 * 60, 17 * 60).into_iter().collect();
            DayHours::new(hours).unwrap_or_default()
        };
        Self {
            id: CalendarId::built_in(),
            name: Name::built_in_calendar(),
            zone: Zone::utc(),
            week: Week {
                monday: nine_to_five(),
                tuesday: nine_to_five(),
                wednesday: nine_to_five(),
                thursday: nine_to_five(),
                friday: nine_to_five(),
                saturday: DayHours::default(),
                sunday: DayHours::default(),
            },
            holidays: Vec::new(),
            days: Vec::new(),
        }
    }

    /// Whether it is the built-in one.
    #[must_use]
    pub fn is_built_in(&self) -> bool {
        self.id.as_str() == BUILT_IN
    }

    /// The years from one moment to another for which the data file has no holidays, so that they were computed by rule.
    #[must_use]
    pub fn years_by_rule(&self, from: Timestamp, to: Timestamp) -> Vec<i16> {
        if self.holidays.is_empty() {
            return Vec::new();
        }
        let year = |at: Timestamp| {
            let at = Instant::from_microsecond(at.0).unwrap_or(Instant::UNIX_EPOCH);
            self.zone.rules().to_datetime(at).year()
        };
        // A deadline is at most ten years away; other spans are cut.
        let (first, last) = (year(from), year(to));
        (first..=last.min(first.saturating_add(11)))
            .filter(|year| !DATA_YEARS.contains(year))
            .collect()
    }

    /// The hours of a day, in days since 1970-01-01.
    fn hours_on(&self, day: i64) -> &DayHours {
        static CLOSED: DayHours = DayHours::closed();
        let Some((year, month, of_month)) = date(day) else { return &CLOSED };
        let own = Day::new(year, month, of_month).ok().and_then(|day| {
            let at = self.days.binary_search_by_key(&day, |own| own.day).ok()?;
            self.days.get(at)
        });
        if let Some(own) = own {
            return &own.hours;
        }
        // 1970-01-01 was a Thursday.
        let hours = self.week.on((day + 3).rem_euclid(7));
        let off = || self.holidays.iter().any(|country| country.is_off((year, month, of_month)));
        if !hours.is_closed() && off() { &CLOSED } else { hours }
    }
}

/// The date of a day since 1970-01-01.
fn date(day: i64) -> Option<holidays::Date> {
    let midnight = Instant::from_second(day.checked_mul(86_400)?).ok()?;
    let date = TimeZone::UTC.to_datetime(midnight).date();
    Some((date.year(), u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?))
}
