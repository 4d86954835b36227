//! A time of day on the wall clock.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::hours::{DAY_MINUTES, clock, minutes};
use crate::ids::Malformed;

/// A time of day on the wall clock, `00:00` to `23:59`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeOfDay(u16);

impl TimeOfDay {
    /// 0 to 23.
    #[must_use]
    pub fn hour(self) -> i8 {
        i8::try_from(self.0 / 60).unwrap_or_default()
    }

    /// 0 to 59.
    #[must_use]
    pub fn minute(self) -> i8 {
        i8::try_from(self.0 % 60).unwrap_or_default()
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&clock(self.0))
    }
}

impl fmt::Debug for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for TimeOfDay {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let time = minutes(text).filter(|minutes| *minutes < DAY_MINUTES);
        time.map(Self)
            .ok_or_else(|| Malformed::new("time of day", text, "00:00 to 23:59, as 08:30"))
    }
}

impl TryFrom<String> for TimeOfDay {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        text.parse()
    }
}

impl From<TimeOfDay> for String {
    fn from(time: TimeOfDay) -> String {
        time.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_day_has_one_spelling() {
        for good in ["00:00", "08:30", "23:59"] {
            assert_eq!(good.parse::<TimeOfDay>().unwrap().to_string(), good);
        }
        for bad in ["", "8:30", "24:00", "08:60", "08:30:00", "-1:00", "08:30 "] {
            let refused = bad.parse::<TimeOfDay>().unwrap_err().to_string();
            assert!(refused.contains("00:00 to 23:59, as 08:30"), "{refused}");
        }
    }
}
