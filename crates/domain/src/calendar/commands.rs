//! Saving and removing calendars.

use std::sync::{Arc, LazyLock};

use super::{CALENDARS_MAX, Calendar, Kept, OWN_DAYS_MAX};
use crate::{
    decide::fresh,
    error::Error,
    event::{CalendarRemoved, CalendarSaved, Event},
    ids::{CalendarId, Version},
    mandate::{Act, Actor},
    product::Product,
    text::Reason,
};

/// Something asked about calendars.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Make a calendar, or put other facts in the place of its own.
    Save {
        /// Its facts; days and countries in any order.
        calendar: Arc<Calendar>,
        /// Make it the product's default; otherwise the default stays as it is. The first calendar is the default in any case.
        default: bool,
        /// Why.
        reason: Reason,
        /// See [`crate::command::Command`]; 0 for one that must be new.
        expected: Option<Version>,
    },
    /// Remove a calendar that no point uses.
    Remove {
        /// Which.
        calendar: CalendarId,
        /// Why; required.
        reason: Reason,
        /// See [`crate::command::Command`].
        expected: Option<Version>,
    },
}

static BUILT_IN: LazyLock<Arc<Calendar>> = LazyLock::new(|| Arc::new(Calendar::built_in()));

impl Product {
    /// All calendars, by id.
    pub fn calendars(&self) -> impl Iterator<Item = &Kept> {
        self.calendars.values()
    }

    /// A calendar by its id.
    #[must_use]
    pub fn calendar(&self, id: &CalendarId) -> Option<&Kept> {
        self.calendars.get(id)
    }

    /// The calendar that counts where none is named: the built-in one, before any was saved.
    #[must_use]
    pub fn default_calendar(&self) -> &Arc<Calendar> {
        let held = self.default_calendar.as_ref().and_then(|id| self.calendar(id));
        held.map_or(&BUILT_IN, |held| &held.calendar)
    }

    pub(crate) fn keep_calendars(
        &self,
        actor: &Actor,
        command: &Command,
    ) -> Result<Vec<Event>, Error> {
        match command {
            Command::Save { calendar, default, reason, expected } => {
                self.save_calendar(actor, calendar, *default, reason, *expected)
            }
            Command::Remove { calendar, reason, expected } => {
                self.remove_calendar(actor, calendar, reason, *expected)
            }
        }
    }

    fn save_calendar(
        &self,
        actor: &Actor,
        calendar: &Calendar,
        default: bool,
        reason: &Reason,
        expected: Option<Version>,
    ) -> Result<Vec<Event>, Error> {
        self.may(actor, Act::KeepCalendars, &[])?;
        let held = self.calendar(&calendar.id);
        let changed = held.map_or(Version(0), |held| held.changed);
        fresh(&format!("calendar {}", calendar.id), expected, changed)?;
        let calendar = Arc::new(tidied(calendar)?);
        if held.is_none()
            && self.calendars.len() >= usize::try_from(CALENDARS_MAX).unwrap_or(usize::MAX)
        {
            return Err(Error::Full { what: "calendars", limit: CALENDARS_MAX });
        }
        let was_default = self.default_calendar.as_ref() == Some(&calendar.id);
        let default = default || was_default || self.calendars.is_empty();
        if held.is_some_and(|held| held.calendar == calendar) && default == was_default {
            return Ok(Vec::new());
        }
        Ok(vec![CalendarSaved { calendar, default, reason: reason.clone() }.into()])
    }

    fn remove_calendar(
        &self,
        actor: &Actor,
        id: &CalendarId,
        reason: &Reason,
        expected: Option<Version>,
    ) -> Result<Vec<Event>, Error> {
        self.may(actor, Act::KeepCalendars, &[])?;
        let held = self.calendar(id).ok_or_else(|| Error::UnknownCalendar(id.clone()))?;
        fresh(&format!("calendar {id}"), expected, held.changed)?;
        if reason.is_empty() {
            return Err(Error::ReasonMissing("removing a calendar"));
        }
        if let Some(point) = self.points().find(|point| point.calendar.as_ref() == Some(id)) {
            return Err(Error::CalendarInUse { calendar: id.clone(), point: point.id.clone() });
        }
        if self.default_calendar.as_ref() == Some(id) && self.calendars.len() > 1 {
            return Err(Error::DefaultCalendar(id.clone()));
        }
        Ok(vec![CalendarRemoved { calendar: id.clone(), reason: reason.clone() }.into()])
    }
}

/// A calendar that may be saved: its lists in order, each once.
fn tidied(calendar: &Calendar) -> Result<Calendar, Error> {
    let mut calendar = calendar.clone();
    let id = &calendar.id;
    if calendar.is_built_in() {
        return Err(Error::CalendarReserved(id.clone()));
    }
    if calendar.week.is_closed() {
        return Err(Error::NeverOpen(id.clone()));
    }
    if calendar.days.len() > OWN_DAYS_MAX {
        let count = calendar.days.len();
        return Err(Error::TooMany { what: "days", count, limit: OWN_DAYS_MAX });
    }
    calendar.holidays.sort_unstable();
    calendar.holidays.dedup();
    calendar.days.sort_by_key(|own| own.day);
    let twice = calendar.days.windows(2).find_map(|two| match two {
        [one, other] if one.day == other.day => Some(one.day),
        _ => None,
    });
    if let Some(day) = twice {
        return Err(Error::DayTwice { calendar: id.clone(), day });
    }
    Ok(calendar)
}
