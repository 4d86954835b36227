//! Folding in what is planned: vision, goals, the roadmap, syncs.

use std::sync::Arc;

use crate::{
    event::{
        EntryAdded, EntryChanged, EntryRemoved, GoalAdded, GoalClosed, GoalUpdated, SyncClosed,
        SyncStarted, VisionPublished,
    },
    goals::{Goal, GoalNo, Vision},
    ids::{EntryNo, GoalId, ItemKey, SyncId},
    order::ItemNo,
    product::{Product, Since},
    roadmap::{Decided, Entry},
    syncs::Sync,
    text::Summary,
};

use super::{Fold, Why};

impl Product {
    pub(super) fn vision_published(
        &mut self,
        e: &VisionPublished,
        fold: &Fold<'_>,
    ) -> Result<(), Why> {
        self.vision = Some(Arc::new(Vision {
            edition: e.edition,
            text: e.text.clone(),
            by: fold.actor.clone(),
            since: fold.version,
            time: fold.time,
        }));
        Ok(())
    }

    pub(super) fn goal_added(&mut self, e: &GoalAdded, fold: &Fold<'_>) -> Result<(), Why> {
        let no = u16::try_from(self.goals.len()).map_err(|_| Why::Other("too many goals"))?;
        self.goal_ids.insert(e.goal.clone(), GoalNo(no));
        self.goals.push_back(Arc::new(Goal {
            id: e.goal.clone(),
            name: e.name.clone(),
            summary: e.summary.clone(),
            closed: None,
            changed: fold.version,
        }));
        Ok(())
    }

    pub(super) fn goal_updated(&mut self, e: &GoalUpdated, fold: &Fold<'_>) -> Result<(), Why> {
        self.edit_goal(&e.goal, fold, |goal| {
            if let Some(name) = &e.name {
                goal.name = name.to.clone();
            }
            if let Some(summary) = &e.summary {
                goal.summary = summary.to.clone();
            }
        })
    }

    pub(super) fn goal_closed(&mut self, e: &GoalClosed, fold: &Fold<'_>) -> Result<(), Why> {
        self.edit_goal(&e.goal, fold, |goal| goal.closed = Some(e.reason.clone()))
    }

    fn edit_goal(
        &mut self,
        id: &GoalId,
        fold: &Fold<'_>,
        edit: impl FnOnce(&mut Goal),
    ) -> Result<(), Why> {
        let no = self.known_goal(Some(id))?.ok_or(Why::Other("the goal is not there"))?;
        let slot = self.goals.get_mut(usize::from(no.0));
        let goal = Arc::make_mut(slot.ok_or(Why::Other("the goal is not there"))?);
        edit(goal);
        goal.changed = fold.version;
        Ok(())
    }

    pub(super) fn known_goal(&self, id: Option<&GoalId>) -> Result<Option<GoalNo>, Why> {
        let Some(id) = id else { return Ok(None) };
        let no = self.goal_ids.get(id).copied();
        no.map(Some).ok_or(Why::Other("the goal is not there"))
    }

    pub(super) fn entry_added(&mut self, e: &EntryAdded, fold: &Fold<'_>) -> Result<(), Why> {
        let next = u32::try_from(self.entries.len()).ok().and_then(|len| len.checked_add(1));
        if next != Some(e.entry.0) {
            return Err(Why::Other("the entry's number is not the next"));
        }
        let items = self.known_items(&e.items)?;
        self.planned.extend(items.iter().map(|item| (*item, e.entry)));
        self.entry_sources.extend(e.source.clone().map(|source| (source, e.entry)));
        let by_hand = !e.imported;
        self.entries.push_back(Arc::new(Entry {
            no: e.entry,
            domain: self.known_domain(&e.domain)?,
            title: e.title.clone(),
            aim: e.aim.clone(),
            goal: self.known_goal(e.goal.as_ref())?,
            when: e.when,
            release: e.release.clone(),
            items,
            source: e.source.clone(),
            decided: Decided { title: by_hand, when: by_hand, scope: by_hand },
            removed: None,
            created_at: fold.time,
            changed: fold.version,
            changed_at: fold.time,
        }));
        Ok(())
    }

    pub(super) fn entry_changed(&mut self, e: &EntryChanged, fold: &Fold<'_>) -> Result<(), Why> {
        let domain = e.domain.as_ref().map(|to| self.known_domain(&to.to)).transpose()?;
        let goal = e.goal.as_ref().map(|to| self.known_goal(to.to.as_ref())).transpose()?;
        let items = e.items.as_ref().map(|to| self.known_items(&to.to)).transpose()?;
        if let Some(items) = &items {
            let held = self.entry(e.entry).map_or_else(Vec::new, |entry| entry.items.clone());
            for item in held {
                self.planned.remove(&(item, e.entry));
            }
            self.planned.extend(items.iter().map(|item| (*item, e.entry)));
        }
        self.edit_entry(e.entry, fold, |entry| {
            let decided = &mut entry.decided;
            decided.title |= !e.imported && e.title.is_some();
            decided.when |= !e.imported && (e.when.is_some() || e.release.is_some());
            decided.scope |= !e.imported && (domain.is_some() || items.is_some());
            if let Some(change) = &e.title {
                entry.title = change.to.clone();
            }
            if let Some(change) = &e.aim {
                entry.aim = change.to.clone();
            }
            if let Some(change) = &e.when {
                entry.when = change.to;
            }
            if let Some(change) = &e.release {
                entry.release.clone_from(&change.to);
            }
            entry.goal = goal.unwrap_or(entry.goal);
            entry.domain = domain.unwrap_or(entry.domain);
            if let Some(items) = items {
                entry.items = items;
            }
            // What an import takes away it may bring back.
            entry.removed = None;
        })
    }

    pub(super) fn entry_removed(&mut self, e: &EntryRemoved, fold: &Fold<'_>) -> Result<(), Why> {
        self.edit_entry(e.entry, fold, |entry| {
            entry.removed = Some(e.reason.clone());
            entry.decided.scope |= !e.imported;
        })
    }

    fn edit_entry(
        &mut self,
        no: EntryNo,
        fold: &Fold<'_>,
        edit: impl FnOnce(&mut Entry),
    ) -> Result<(), Why> {
        let index = no.0.checked_sub(1).and_then(|index| usize::try_from(index).ok());
        let slot = index.and_then(|index| self.entries.get_mut(index));
        let entry = Arc::make_mut(slot.ok_or(Why::Other("the roadmap entry is not there"))?);
        edit(entry);
        entry.changed = fold.version;
        entry.changed_at = fold.time;
        Ok(())
    }

    fn known_items(&self, keys: &[ItemKey]) -> Result<Vec<ItemNo>, Why> {
        keys.iter().map(|key| self.known(key)).collect()
    }

    pub(super) fn sync_started(&mut self, e: &SyncStarted, fold: &Fold<'_>) -> Result<(), Why> {
        let no = u32::try_from(self.syncs.len()).map_err(|_| Why::Other("too many syncs"))?;
        self.sync_ids.insert(e.sync.clone(), no);
        self.syncs.push_back(Arc::new(Sync {
            id: e.sync.clone(),
            title: e.title.clone(),
            started: since(fold),
            closed: None,
            summary: Summary::default(),
            changed: fold.version,
        }));
        Ok(())
    }

    pub(super) fn sync_closed(&mut self, e: &SyncClosed, fold: &Fold<'_>) -> Result<(), Why> {
        let sync = self.known_sync(&e.sync)?;
        sync.closed = Some(since(fold));
        sync.summary = e.summary.clone();
        sync.changed = fold.version;
        Ok(())
    }

    fn known_sync(&mut self, id: &SyncId) -> Result<&mut Sync, Why> {
        let no = self.sync_ids.get(id).and_then(|no| usize::try_from(*no).ok());
        let slot = no.and_then(|no| self.syncs.get_mut(no));
        slot.map(Arc::make_mut).ok_or(Why::Other("the sync is not there"))
    }
}

fn since(fold: &Fold<'_>) -> Since {
    Since { version: fold.version, time: fold.time }
}
