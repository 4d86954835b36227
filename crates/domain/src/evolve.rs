//! Folding events into the state. Decides nothing: an event says what happened.
//!
//! The product itself and its domains are here; roles, items, their order and their ties are in the modules below.

use std::sync::Arc;

use crate::{
    commit::{Commit, Misfit},
    event::{self, Event},
    ids::{DomainId, ItemKey, PersonId, Timestamp, Version},
    item::Item,
    order::{self, Change, DomainNo, ItemNo},
    product::{Domain, Product, index},
};

mod connections;
mod directory;
mod escalations;
mod items;
mod plans;
mod points;
mod roles;
mod ties;
mod turns;

/// What kept an event from being folded in.
enum Why {
    Item(ItemKey),
    Domain(DomainId),
    Order(order::Error),
    Other(&'static str),
}

impl From<order::Error> for Why {
    fn from(error: order::Error) -> Self {
        Self::Order(error)
    }
}

impl Why {
    fn text(&self) -> String {
        match self {
            Self::Item(key) => format!("there is no item {key}"),
            Self::Domain(id) => format!("there is no domain {id}"),
            Self::Order(error) => error.to_string(),
            Self::Other(what) => (*what).to_owned(),
        }
    }
}

/// Whence an event comes, and the changes of the order that it makes.
struct Fold<'a> {
    version: Version,
    time: Timestamp,
    actor: &'a PersonId,
    changes: &'a mut Vec<Change>,
}

impl Product {
    /// Folds a commit in, and tells how the order of open items changed.
    ///
    /// # Errors
    /// [`Misfit`] if it is not the next one or speaks of what is not there; the state is unusable then.
    pub fn apply(&mut self, commit: &Commit<Event>) -> Result<Vec<Change>, Misfit> {
        let misfit = |what: String| Misfit { version: commit.version, what };
        if commit.version != self.version.next() {
            return Err(misfit(format!("version {} was expected", self.version.next())));
        }
        self.version = commit.version;
        let mut changes = Vec::new();
        let (version, time, actor) = (commit.version, commit.time, &commit.actor);
        let mut fold = Fold { version, time, actor, changes: &mut changes };
        for event in &commit.events {
            self.evolve(event, &mut fold)
                .map_err(|why| misfit(format!("{}: {}", event.kind(), why.text())))?;
        }
        self.look_ahead(commit);
        Ok(changes)
    }

    fn evolve(&mut self, event: &Event, fold: &mut Fold<'_>) -> Result<(), Why> {
        match event {
            Event::ProductCreated(e) => self.product_created(e, fold),
            Event::ProductUpdated(e) => self.product_updated(e, fold),
            Event::DomainAdded(e) => self.domain_added(e, fold),
            Event::DomainUpdated(e) => self.domain_updated(e, fold),
            Event::DomainDeleted(e) => {
                self.forget_roles(&e.domain);
                self.edit_domain(&e.domain, fold, |domain| domain.deleted = true)
            }
            Event::RoleGranted(e) => self.role_granted(e, fold),
            Event::RoleRevoked(e) => self.role_revoked(e, fold),
            Event::RoleTermChanged(e) => self.role_term_changed(e, fold),
            Event::DeputyNamed(e) => self.deputy_named(e, fold),
            Event::DeputyDismissed(e) => self.deputy_dismissed(e, fold),
            Event::QuestionUnanswered(e) => {
                self.question_unanswered(e, fold);
                Ok(())
            }
            Event::GapResolved(e) => self.gap_resolved(e),
            Event::ItemCreated(e) => self.item_created(e, fold),
            Event::ItemUpdated(e) => self.item_updated(e, fold),
            Event::ItemRanked(e) => self.item_ranked(e, fold),
            Event::ItemReordered(e) => self.item_reordered(e, fold),
            Event::ItemPinned(e) => self.item_pinned(e, fold),
            Event::ItemUnpinned(e) => self.set_pin(&e.item, None, fold),
            Event::ItemMoved(e) => self.item_moved(e, fold),
            Event::ItemSplit(e) => {
                let no = self.known(&e.item)?;
                self.edit(no, fold, |_| ())
            }
            Event::ItemMerged(e) => self.item_merged(e, fold),
            Event::ItemCompleted(e) => self.item_completed(e, fold),
            Event::ItemDropped(e) => self.item_dropped(e, fold),
            Event::ItemReopened(e) => self.item_reopened(e, fold),
            Event::LinkAdded(e) => self.link_added(e, fold),
            Event::LinkRemoved(e) => self.link_removed(e, fold),
            Event::LinkResolved(e) => self.link_resolved(e, fold),
            Event::RequestMade(e) => self.request_made(e, fold),
            Event::RequestWithdrawn(e) => self.request_withdrawn(e, fold),
            Event::SourceTold(e) => self.source_told(e),
            Event::VisionPublished(e) => self.vision_published(e, fold),
            Event::GoalAdded(e) => self.goal_added(e, fold),
            Event::GoalUpdated(e) => self.goal_updated(e, fold),
            Event::GoalClosed(e) => self.goal_closed(e, fold),
            Event::EntryAdded(e) => self.entry_added(e, fold),
            Event::EntryChanged(e) => self.entry_changed(e, fold),
            Event::EntryRemoved(e) => self.entry_removed(e, fold),
            Event::SyncStarted(e) => self.sync_started(e, fold),
            Event::SyncClosed(e) => self.sync_closed(e, fold),
            Event::ConnectionAdded(e) => self.connection_added(e, fold),
            Event::ConnectionUpdated(e) => self.connection_updated(e, fold),
            Event::ConnectionRemoved(e) => self.connection_removed(e, fold),
            Event::EscalationRaised(e) => self.escalation_raised(e, fold),
            Event::EscalationAcknowledged(e) => self.escalation_acknowledged(e, fold),
            Event::EscalationCommented(e) => self.edit_escalation(e.escalation, fold, |_| ()),
            Event::EscalationRouted(e) => self.escalation_routed(e, fold),
            Event::EscalationReminded(e) => self.edit_escalation(e.escalation, fold, |held| {
                (held.reminded, held.acknowledged) = (true, None);
            }),
            Event::EscalationOverdue(e) => {
                self.edit_escalation(e.escalation, fold, |held| held.overdue = true)
            }
            Event::EscalationHandedOver(e) => self.escalation_handed_over(e, fold),
            Event::EscalationDecided(e) => self.escalation_decided(e, fold),
            Event::EscalationWithdrawn(e) => self.escalation_withdrawn(e, fold),
            Event::EscalationReopened(e) => self.escalation_reopened(e, fold),
            Event::DecisionNotFollowed(e) => self.decision_not_followed(e, fold),
            Event::CalendarSaved(e) => self.calendar_saved(e, fold),
            Event::CalendarRemoved(e) => self.calendar_removed(e),
            Event::EscalationPointsSaved(e) => self.points_saved(e, fold),
            Event::TextRedacted(e) => self.text_redacted(e, fold),
        }
    }

    fn product_created(&mut self, e: &event::ProductCreated, fold: &Fold<'_>) -> Result<(), Why> {
        self.name = Some(e.name.clone());
        self.summary = e.summary.clone();
        self.created_at = fold.time;
        self.changed = fold.version;
        Ok(())
    }

    fn product_updated(&mut self, e: &event::ProductUpdated, fold: &Fold<'_>) -> Result<(), Why> {
        if let Some(name) = &e.name {
            self.name = Some(name.to.clone());
        }
        if let Some(summary) = &e.summary {
            self.summary = summary.to.clone();
        }
        self.changed = fold.version;
        Ok(())
    }

    fn domain_added(&mut self, e: &event::DomainAdded, fold: &Fold<'_>) -> Result<(), Why> {
        let no = u16::try_from(self.domains.len()).map_err(|_| Why::Other("too many domains"))?;
        self.domain_ids.insert(e.domain.clone(), DomainNo(no));
        self.domain_keys.insert(e.key.clone(), DomainNo(no));
        self.domains.push_back(Arc::new(Domain {
            id: e.domain.clone(),
            key: e.key.clone(),
            name: e.name.clone(),
            summary: e.summary.clone(),
            deleted: false,
            changed: fold.version,
            numbers: imbl::Vector::new(),
        }));
        Ok(())
    }

    fn domain_updated(&mut self, e: &event::DomainUpdated, fold: &Fold<'_>) -> Result<(), Why> {
        self.edit_domain(&e.domain, fold, |domain| {
            if let Some(name) = &e.name {
                domain.name = name.to.clone();
            }
            if let Some(summary) = &e.summary {
                domain.summary = summary.to.clone();
            }
        })
    }

    /// The events of before are read without the texts by now; whatever was about them has changed.
    fn text_redacted(&mut self, e: &event::TextRedacted, fold: &Fold<'_>) -> Result<(), Why> {
        match (&e.item, &e.domain) {
            (Some(item), _) => {
                let no = self.known(item)?;
                self.edit(no, fold, |_| ())
            }
            (None, Some(domain)) => self.edit_domain(domain, fold, |_| ()),
            (None, None) => {
                self.changed = fold.version;
                Ok(())
            }
        }
    }

    fn edit_domain(
        &mut self,
        id: &DomainId,
        fold: &Fold<'_>,
        edit: impl FnOnce(&mut Domain),
    ) -> Result<(), Why> {
        let no = self.known_domain(id)?;
        let slot = self.domains.get_mut(usize::from(no.0));
        let domain = Arc::make_mut(slot.ok_or_else(|| Why::Domain(id.clone()))?);
        edit(domain);
        domain.changed = fold.version;
        Ok(())
    }

    /// Changes an item, and notes that it changed.
    fn edit(
        &mut self,
        no: ItemNo,
        fold: &Fold<'_>,
        edit: impl FnOnce(&mut Item),
    ) -> Result<(), Why> {
        let slot = self.items.get_mut(index(no));
        let item = Arc::make_mut(slot.ok_or(Why::Other("the item is not there"))?);
        edit(item);
        item.changed = fold.version;
        item.changed_at = fold.time;
        Ok(())
    }

    fn known(&self, key: &ItemKey) -> Result<ItemNo, Why> {
        self.item_no(key).ok_or_else(|| Why::Item(key.clone()))
    }

    fn known_opt(&self, key: Option<&ItemKey>) -> Result<Option<ItemNo>, Why> {
        key.map(|key| self.known(key)).transpose()
    }

    fn known_domain(&self, id: &DomainId) -> Result<DomainNo, Why> {
        self.domain_ids.get(id).copied().ok_or_else(|| Why::Domain(id.clone()))
    }
}
