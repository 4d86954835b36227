//! Folding in calendars and the table of escalation points.

use std::sync::Arc;

use crate::{
    calendar::Kept,
    event::{CalendarRemoved, CalendarSaved, EscalationPointsSaved},
    points::Table,
    product::Product,
};

use super::{Fold, Why};

impl Product {
    pub(super) fn calendar_saved(&mut self, e: &CalendarSaved, fold: &Fold<'_>) -> Result<(), Why> {
        let kept = Kept { calendar: Arc::clone(&e.calendar), changed: fold.version };
        self.calendars.insert(e.calendar.id.clone(), kept);
        if e.default {
            self.default_calendar = Some(e.calendar.id.clone());
        }
        Ok(())
    }

    pub(super) fn calendar_removed(&mut self, e: &CalendarRemoved) -> Result<(), Why> {
        self.calendars.remove(&e.calendar).ok_or(Why::Other("the calendar is not there"))?;
        if self.default_calendar.as_ref() == Some(&e.calendar) {
            self.default_calendar = None;
        }
        Ok(())
    }

    pub(super) fn points_saved(
        &mut self,
        e: &EscalationPointsSaved,
        fold: &Fold<'_>,
    ) -> Result<(), Why> {
        self.points = Arc::new(Table { points: e.points.clone(), changed: fold.version });
        Ok(())
    }
}
