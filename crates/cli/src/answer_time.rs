//! How long there is to answer, as people write it: `8h` for working hours, `2d` for working days.

use std::{fmt, str::FromStr};

use koepel_api::v1::{self, answer_time::Length};

/// Why a text is no time to answer in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{given}` is no time to answer in: give working hours such as 8h, or working days such as 2d"
)]
pub(crate) struct Error {
    given: String,
}

/// A time to answer in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AnswerTime(Length);

impl AnswerTime {
    /// For the wire.
    pub(crate) fn to_wire(self) -> v1::AnswerTime {
        v1::AnswerTime { length: Some(self.0) }
    }

    /// From the wire.
    pub(crate) fn of(time: Option<&v1::AnswerTime>) -> Option<Self> {
        time.and_then(|time| time.length).map(Self)
    }

    /// `2d`.
    pub(crate) fn short(self) -> String {
        match self.0 {
            Length::WorkingHours(hours) => format!("{hours}h"),
            Length::WorkingDays(days) => format!("{days}d"),
        }
    }
}

impl FromStr for AnswerTime {
    type Err = Error;

    fn from_str(given: &str) -> Result<Self, Error> {
        let error = || Error { given: given.to_owned() };
        let digits = given.len() - given.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (count, unit) = given.split_at(digits);
        let count = count.parse().map_err(|_| error())?;
        match unit {
            "h" => Ok(Self(Length::WorkingHours(count))),
            "d" => Ok(Self(Length::WorkingDays(count))),
            _ => Err(error()),
        }
    }
}

/// "2 working days".
impl fmt::Display for AnswerTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, unit) = match self.0 {
            Length::WorkingHours(hours) => (hours, "hour"),
            Length::WorkingDays(days) => (days, "day"),
        };
        write!(f, "{count} working {unit}{}", if count == 1 { "" } else { "s" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_to_answer_is_hours_or_days() {
        for (given, said) in [("8h", "8 working hours"), ("1d", "1 working day")] {
            let time: AnswerTime = given.parse().unwrap();
            assert_eq!((time.to_string().as_str(), time.short().as_str()), (said, given));
            assert_eq!(AnswerTime::of(Some(&time.to_wire())), Some(time));
        }
        for bad in ["", "8", "h", "2w", "-1d", "1.5h", "2 d", "d2", "99999999999h", "1é"] {
            assert!(bad.parse::<AnswerTime>().is_err(), "{bad}");
        }
    }
}
