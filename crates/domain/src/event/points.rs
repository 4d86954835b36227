//! What happens to calendars and escalation points.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::parts::is_false;
use crate::{calendar::Calendar, ids::CalendarId, points::Point, text::Reason};

payload! {
    /// A calendar was made, or got other facts.
    CalendarSaved {
        /// All its facts from now on.
        calendar: Arc<Calendar>,
        /// Whether it is the product's default from now on.
        #[serde(default, skip_serializing_if = "is_false")]
        default: bool,
        /// Why.
        #[serde(default, skip_serializing_if = "Reason::is_empty")]
        reason: Reason,
    }
}

payload! {
    /// A calendar was removed; no point used it.
    CalendarRemoved {
        /// Which.
        calendar: CalendarId,
        /// Why.
        reason: Reason,
    }
}

payload! {
    /// The table of escalation points was saved.
    EscalationPointsSaved {
        /// All points from now on.
        points: Vec<Point>,
        /// Why.
        #[serde(default, skip_serializing_if = "Reason::is_empty")]
        reason: Reason,
    }
}
