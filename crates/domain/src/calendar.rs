//! Working time; see the branch that builds it.

use serde::{Deserialize, Serialize};

use crate::ids::Timestamp;

/// How long somebody has to answer, in working time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum AnswerTime {
    /// Working hours.
    Hours(u16),
    /// Working days.
    Days(u16),
}

/// When people work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar;

impl Calendar {
    /// When an answer is due.
    #[must_use]
    pub fn deadline(&self, from: Timestamp, answer: AnswerTime) -> Timestamp {
        let hours = match answer {
            AnswerTime::Hours(hours) => i64::from(hours),
            AnswerTime::Days(days) => i64::from(days) * 24,
        };
        Timestamp(from.0 + hours * 3_600_000_000)
    }
}
