//! PO-syncs as marks in the history: when one began and when it ended, so that what changed since the last one can be told.

use serde::{Deserialize, Serialize};

use crate::{
    decide::fresh,
    error::Error,
    event::{Event, SyncClosed, SyncStarted},
    ids::{SyncId, Version},
    mandate::{Act, Actor},
    product::{Product, Since},
    text::{Line, Summary},
};

/// Most syncs that a product may ever have: one a day for a century.
pub const SYNCS_MAX: u32 = 36_525;

/// A sync.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sync {
    /// Its id.
    pub id: SyncId,
    /// What it is called, if anything.
    pub title: Line,
    /// When it began.
    pub started: Since,
    /// When it ended, if it has.
    pub closed: Option<Since>,
    /// What came of it.
    pub summary: Summary,
    /// The version of its last change.
    pub changed: Version,
}

impl Product {
    /// All syncs, in the order in which they began.
    pub fn syncs(&self) -> impl DoubleEndedIterator<Item = &Sync> {
        self.syncs.iter().map(AsRef::as_ref)
    }

    /// A sync by its id.
    #[must_use]
    pub fn sync(&self, id: &SyncId) -> Option<&Sync> {
        let index = *self.sync_ids.get(id)?;
        self.syncs.get(usize::try_from(index).ok()?).map(AsRef::as_ref)
    }

    /// The sync that is being held.
    #[must_use]
    pub fn open_sync(&self) -> Option<&Sync> {
        self.syncs.last().map(AsRef::as_ref).filter(|sync| sync.closed.is_none())
    }

    /// The last sync that has ended: what happened after it is news.
    #[must_use]
    pub fn last_sync(&self) -> Option<&Sync> {
        self.syncs().rev().find(|sync| sync.closed.is_some())
    }

    pub(crate) fn start_sync(
        &self,
        actor: &Actor,
        id: Option<&SyncId>,
        title: &Line,
    ) -> Result<Vec<Event>, Error> {
        self.may(actor, Act::HoldSync, &[])?;
        if let Some(open) = self.open_sync() {
            return Err(Error::SyncOpen(open.id.clone()));
        }
        let count = u32::try_from(self.syncs.len()).unwrap_or(u32::MAX);
        if count >= SYNCS_MAX {
            return Err(Error::Full { what: "syncs", limit: SYNCS_MAX });
        }
        let sync = match id {
            Some(id) if self.sync(id).is_some() => return Err(Error::SyncExists(id.clone())),
            Some(id) => id.clone(),
            None => self.next_sync(count)?,
        };
        Ok(vec![SyncStarted { sync, title: title.clone() }.into()])
    }

    /// The first number from `count` + 1 on that no sync has as its id.
    fn next_sync(&self, count: u32) -> Result<SyncId, Error> {
        let ids = (count + 1..=count + 1 + SYNCS_MAX).map(|no| SyncId::new(&no.to_string()));
        let mut free = ids.flatten().filter(|id| self.sync(id).is_none());
        free.next().ok_or(Error::Broken("no sync id is free"))
    }

    pub(crate) fn close_sync(
        &self,
        actor: &Actor,
        id: &SyncId,
        summary: &Summary,
        expected: Option<Version>,
    ) -> Result<Vec<Event>, Error> {
        let sync = self.sync(id).ok_or_else(|| Error::UnknownSync(id.clone()))?;
        self.may(actor, Act::HoldSync, &[])?;
        fresh(&format!("sync {id}"), expected, sync.changed)?;
        if sync.closed.is_some() {
            return Err(Error::SyncEnded(id.clone()));
        }
        Ok(vec![SyncClosed { sync: id.clone(), summary: summary.clone() }.into()])
    }
}
