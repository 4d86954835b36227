//! Opening hours on the wall clock: spans within a day, days, and the week.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::ids::Malformed;

/// Minutes of a day: 24:00 is the end of it.
pub const DAY_MINUTES: u16 = 24 * 60;
/// Most spans of a day.
pub const SPANS_MAX: usize = 8;

/// A span of a day on the wall clock, `09:00-17:00`; it may end at `24:00`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hours {
    opens: u16,
    closes: u16,
}

impl Hours {
    /// From `opens` to `closes`, in minutes from midnight.
    ///
    /// # Errors
    /// [`Malformed`] unless it opens before it closes, and closes by the end of the day.
    pub fn new(opens: u16, closes: u16) -> Result<Self, Malformed> {
        if opens < closes && closes <= DAY_MINUTES {
            return Ok(Self { opens, closes });
        }
        let given = format!("{}-{}", clock(opens), clock(closes));
        Err(Malformed::new("span of hours", &given, "in order and within a day, as 09:00-17:00"))
    }

    /// When it opens, in minutes from midnight: 0 to 1,439.
    #[must_use]
    pub fn opens(self) -> u16 {
        self.opens
    }

    /// When it closes, in minutes from midnight: 1 to 1,440.
    #[must_use]
    pub fn closes(self) -> u16 {
        self.closes
    }
}

pub(super) fn clock(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// Minutes from midnight of `09:00`, written with all its digits.
pub(super) fn minutes(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let digits = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
    if !(digits(hour) && digits(minute)) {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (minute < 60).then_some(hour * 60 + minute)
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", clock(self.opens), clock(self.closes))
    }
}

impl fmt::Debug for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Hours {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let span = text
            .split_once('-')
            .and_then(|(opens, closes)| Some((minutes(opens)?, minutes(closes)?)));
        let malformed =
            || Malformed::new("span of hours", text, "two times of a day, as 09:00-17:00");
        let (opens, closes) = span.ok_or_else(malformed)?;
        Self::new(opens, closes)
    }
}

impl TryFrom<String> for Hours {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        text.parse()
    }
}

impl From<Hours> for String {
    fn from(hours: Hours) -> String {
        hours.to_string()
    }
}

/// The hours of one day: in order, without overlap, at most [`SPANS_MAX`]; none if it is closed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<Hours>", into = "Vec<Hours>")]
pub struct DayHours(Vec<Hours>);

impl DayHours {
    /// No hours at all.
    pub(super) const fn closed() -> Self {
        Self(Vec::new())
    }

    /// Checks and takes the hours of a day.
    ///
    /// # Errors
    /// [`Malformed`] if they overlap, are out of order, or too many.
    pub fn new(spans: Vec<Hours>) -> Result<Self, Malformed> {
        let text = || spans.iter().map(Hours::to_string).collect::<Vec<_>>().join(", ");
        if spans.len() > SPANS_MAX {
            return Err(Malformed::new("day's hours", &text(), "at most 8 spans"));
        }
        if !spans.is_sorted_by(|earlier, later| earlier.closes <= later.opens) {
            let rule = "in order without overlap, as 09:00-12:00, 13:00-17:00";
            return Err(Malformed::new("day's hours", &text(), rule));
        }
        Ok(Self(spans))
    }

    /// The spans, in order.
    #[must_use]
    pub fn spans(&self) -> &[Hours] {
        &self.0
    }

    /// Whether it is closed all day.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.0.is_empty()
    }
}

impl TryFrom<Vec<Hours>> for DayHours {
    type Error = Malformed;

    fn try_from(spans: Vec<Hours>) -> Result<Self, Malformed> {
        Self::new(spans)
    }
}

impl From<DayHours> for Vec<Hours> {
    fn from(hours: DayHours) -> Self {
        hours.0
    }
}

impl fmt::Display for DayHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_closed() {
            return f.write_str("closed");
        }
        for (nth, span) in self.0.iter().enumerate() {
            write!(f, "{}{span}", if nth == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

/// The hours of a week without holidays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Week {
    /// On Mondays.
    pub monday: DayHours,
    /// On Tuesdays.
    pub tuesday: DayHours,
    /// On Wednesdays.
    pub wednesday: DayHours,
    /// On Thursdays.
    pub thursday: DayHours,
    /// On Fridays.
    pub friday: DayHours,
    /// On Saturdays.
    pub saturday: DayHours,
    /// On Sundays.
    pub sunday: DayHours,
}

impl Week {
    /// The seven days, Monday first.
    #[must_use]
    pub fn days(&self) -> [(&'static str, &DayHours); 7] {
        [
            ("monday", &self.monday),
            ("tuesday", &self.tuesday),
            ("wednesday", &self.wednesday),
            ("thursday", &self.thursday),
            ("friday", &self.friday),
            ("saturday", &self.saturday),
            ("sunday", &self.sunday),
        ]
    }

    /// Whether it never opens.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.days().iter().all(|(_, hours)| hours.is_closed())
    }

    /// The hours of a day of the week, 0 for Monday to 6 for Sunday.
    pub(crate) fn on(&self, weekday: i64) -> &DayHours {
        match weekday {
            0 => &self.monday,
            1 => &self.tuesday,
            2 => &self.wednesday,
            3 => &self.thursday,
            4 => &self.friday,
            5 => &self.saturday,
            _ => &self.sunday,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_have_one_spelling_and_lie_within_a_day() {
        for good in ["09:00-17:00", "00:00-24:00", "23:59-24:00", "00:00-00:01"] {
            assert_eq!(good.parse::<Hours>().unwrap().to_string(), good);
        }
        for bad in [
            "",
            "9:00-17:00",
            "09:00",
            "17:00-09:00",
            "09:00-09:00",
            "09:00-24:01",
            "09:60-17:00",
            "09:00 - 17:00",
            "+9:00-17:00",
            "09:00-17:00-18:00",
            "99:99-99:99",
            "25:00-26:00",
        ] {
            assert!(bad.parse::<Hours>().is_err(), "{bad}");
        }
    }

    #[test]
    fn the_spans_of_a_day_are_in_order_and_do_not_overlap() {
        let day = |spans: &[&str]| {
            DayHours::new(spans.iter().map(|span| span.parse().unwrap()).collect())
        };
        for good in [&[][..], &["09:00-12:00", "12:00-17:00"], &["00:00-01:00", "23:00-24:00"]] {
            assert!(day(good).is_ok(), "{good:?}");
        }
        for bad in [
            &["13:00-17:00", "09:00-12:00"][..],
            &["09:00-12:00", "11:59-17:00"],
            &["09:00-10:00"; 2],
            &["09:00-09:01"; 9],
        ] {
            assert!(day(bad).is_err(), "{bad:?}");
        }
    }
}
