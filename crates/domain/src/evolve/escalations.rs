//! Folding in escalations and decisions.

use std::sync::Arc;

use crate::{
    commit::Commit,
    decisions::{Decision, Pair},
    escalations::{Escalation, Standing, Turn},
    event::{
        DecisionNotFollowed, EscalationAcknowledged, EscalationDecided, EscalationHandedOver,
        EscalationRaised, EscalationReopened, EscalationRouted, EscalationWithdrawn, Event,
    },
    ids::{DecisionNo, EscalationNo, Timestamp},
    order::ItemNo,
    product::{Product, Since},
};

use super::{Fold, Why};

impl Product {
    pub(super) fn escalation_raised(
        &mut self,
        e: &EscalationRaised,
        fold: &Fold<'_>,
    ) -> Result<(), Why> {
        if index(e.escalation.0) != Some(self.escalations.len()) {
            return Err(Why::Other("its number is not the next one"));
        }
        let since = Since { version: fold.version, time: fold.time };
        let items = e.items.iter().map(|key| self.known(key)).collect::<Result<_, _>>()?;
        let domains = e.domains.iter().map(|id| self.known_domain(id)).collect::<Result<_, _>>()?;
        let raised = Escalation {
            no: e.escalation,
            topic: e.topic,
            title: e.title.clone(),
            items,
            entries: e.entries.clone(),
            domains,
            options: e.options.clone(),
            raised_by: fold.actor.clone(),
            raised: since,
            line: e.line.clone(),
            turn: 0,
            turn_since: fold.time,
            reminded: false,
            overdue: false,
            acknowledged: None,
            on_it_until: None,
            somebody_from: None,
            standing: Standing::Open,
            last_decision: None,
            story: vec![fold.version],
            changed: fold.version,
        };
        self.escalations.push_back(Arc::new(raised));
        self.open_escalations.insert(e.escalation);
        self.set_deadline(e.escalation, None);
        Ok(())
    }

    pub(super) fn escalation_routed(
        &mut self,
        e: &EscalationRouted,
        fold: &Fold<'_>,
    ) -> Result<(), Why> {
        let line = e.line.clone();
        self.edit_escalation(e.escalation, fold, |held| held.begin(line, fold.time))
    }

    pub(super) fn escalation_acknowledged(
        &mut self,
        e: &EscalationAcknowledged,
        fold: &Fold<'_>,
    ) -> Result<(), Why> {
        let who = (fold.actor.clone(), fold.time);
        self.edit_escalation(e.escalation, fold, |held| held.acknowledged = Some(who))
    }

    pub(super) fn escalation_handed_over(
        &mut self,
        e: &EscalationHandedOver,
        fold: &Fold<'_>,
    ) -> Result<(), Why> {
        let to = e.to.checked_sub(1).ok_or(Why::Other("turns count from 1"))?;
        self.edit_escalation(e.escalation, fold, |held| {
            (held.turn, held.turn_since) = (to, fold.time);
            (held.reminded, held.overdue, held.acknowledged) = (false, false, None);
        })
    }

    pub(super) fn escalation_withdrawn(
        &mut self,
        e: &EscalationWithdrawn,
        fold: &Fold<'_>,
    ) -> Result<(), Why> {
        let standing = Standing::Withdrawn(e.reason.clone());
        self.edit_escalation(e.escalation, fold, |held| held.standing = standing)
    }

    pub(super) fn escalation_reopened(
        &mut self,
        e: &EscalationReopened,
        fold: &Fold<'_>,
    ) -> Result<(), Why> {
        let line: Vec<Turn> = e.line.clone();
        self.edit_escalation(e.escalation, fold, |held| {
            held.standing = Standing::Open;
            held.begin(line, fold.time);
        })
    }

    /// The changes that it ordered are folded in by now.
    pub(super) fn escalation_decided(
        &mut self,
        e: &EscalationDecided,
        fold: &Fold<'_>,
    ) -> Result<(), Why> {
        if index(e.decision.0) != Some(self.decisions.len()) {
            return Err(Why::Other("the decision's number is not the next one"));
        }
        let standing = Standing::Decided(e.decision);
        self.edit_escalation(e.escalation, fold, |held| {
            (held.standing, held.last_decision) = (standing, Some(e.decision));
        })?;
        for no in &e.replaces {
            self.edit_decision(*no, |old| old.replaced_by = Some(e.decision))?;
            self.unwatch_decision(*no);
        }
        // What the decision itself has closed, or moved once more, stands neither above nor below.
        let pairs = self.pairs(&e.orders);
        for pair in pairs.into_iter().filter(|pair| pair.stands(&self.order)) {
            self.watched.insert((e.decision, pair));
            for item in [pair.above, pair.below] {
                self.watched_items.insert((item, e.decision, pair));
            }
        }
        let topic = self.escalation(e.escalation).map(|held| held.topic);
        self.decisions.push_back(Arc::new(Decision {
            no: e.decision,
            escalation: e.escalation,
            topic: topic.ok_or(Why::Other("there is no such escalation"))?,
            outcome: e.outcome.clone(),
            option: e.option,
            orders: e.orders.clone(),
            reason: e.reason.clone(),
            by: fold.actor.clone(),
            on_turn: e.on_turn.clone(),
            taken: Since { version: fold.version, time: fold.time },
            replaces: e.replaces.clone(),
            replaced_by: None,
            not_followed: None,
        }));
        Ok(())
    }

    pub(super) fn decision_not_followed(
        &mut self,
        e: &DecisionNotFollowed,
        fold: &Fold<'_>,
    ) -> Result<(), Why> {
        self.unwatch_decision(e.decision);
        self.edit_decision(e.decision, |held| held.not_followed = Some(fold.version))
    }

    /// What has left the order stands above and below nothing.
    pub(super) fn unwatch_item(&mut self, no: ItemNo) {
        let gone: Vec<_> = self.watched_with(no).collect();
        gone.into_iter().for_each(|watched| self.unwatch(watched));
    }

    fn unwatch_decision(&mut self, no: DecisionNo) {
        let gone: Vec<_> = self.watched.range(Pair::range(no)).copied().collect();
        gone.into_iter().for_each(|watched| self.unwatch(watched));
    }

    fn unwatch(&mut self, (no, pair): (DecisionNo, Pair)) {
        self.watched.remove(&(no, pair));
        for item in [pair.above, pair.below] {
            self.watched_items.remove(&(item, no, pair));
        }
    }

    fn edit_decision(
        &mut self,
        no: DecisionNo,
        edit: impl FnOnce(&mut Decision),
    ) -> Result<(), Why> {
        let slot = index(no.0).and_then(|index| self.decisions.get_mut(index));
        edit(Arc::make_mut(slot.ok_or(Why::Other("there is no such decision"))?));
        Ok(())
    }

    /// Changes an escalation, and notes that it changed.
    pub(super) fn edit_escalation(
        &mut self,
        no: EscalationNo,
        fold: &Fold<'_>,
        edit: impl FnOnce(&mut Escalation),
    ) -> Result<(), Why> {
        let slot = index(no.0).and_then(|index| self.escalations.get_mut(index));
        let held = Arc::make_mut(slot.ok_or(Why::Other("there is no such escalation"))?);
        let before = held.next_deadline();
        edit(held);
        held.changed = fold.version;
        if held.story.last() != Some(&fold.version) {
            held.story.push(fold.version);
        }
        if held.is_open() {
            self.open_escalations.insert(no);
        } else {
            self.open_escalations.remove(&no);
        }
        self.set_deadline(no, before);
        Ok(())
    }

    /// Finds out anew from when on somebody may decide what nobody may decide yet, and until when whoever is on something may:
    /// of all that waits, if the commit changed who is what or who decides what; else of what it is about.
    pub(super) fn look_ahead(&mut self, commit: &Commit<Event>) {
        let about: Vec<EscalationNo> = if commit.events.iter().any(changes_deciders) {
            self.open_escalations.iter().copied().collect()
        } else {
            commit.events.iter().filter_map(Event::escalation).collect()
        };
        for no in about {
            let Some(held) = self.escalation(no) else { continue };
            let known = (held.somebody_from, held.on_it_until);
            let found =
                (self.somebody_from(held, commit.time), self.on_it_until(held, commit.time));
            let before = held.next_deadline();
            if let Some(slot) = index(no.0)
                .filter(|_| found != known)
                .and_then(|index| self.escalations.get_mut(index))
            {
                let held = Arc::make_mut(slot);
                (held.somebody_from, held.on_it_until) = found;
                self.set_deadline(no, before);
            }
        }
    }

    /// Puts the next deadline of an escalation in the place of the one of before.
    fn set_deadline(&mut self, no: EscalationNo, before: Option<Timestamp>) {
        let now = self.escalation(no).and_then(Escalation::next_deadline);
        if let Some(before) = before {
            self.deadlines.remove(&(before, no));
        }
        if let Some(now) = now {
            self.deadlines.insert((now, no));
        }
    }
}

impl Escalation {
    /// Its line begins, with the first turn.
    fn begin(&mut self, line: Vec<Turn>, since: Timestamp) {
        (self.line, self.turn, self.turn_since) = (line, 0, since);
        (self.reminded, self.overdue, self.acknowledged) = (false, false, None);
    }
}

/// Whether an event may change who decides an escalation.
fn changes_deciders(event: &Event) -> bool {
    matches!(
        event,
        Event::RoleGranted(_)
            | Event::RoleRevoked(_)
            | Event::RoleTermChanged(_)
            | Event::DeputyNamed(_)
            | Event::DeputyDismissed(_)
            | Event::DomainDeleted(_)
            | Event::EscalationPointsSaved(_)
    )
}

/// A number from 1 as an index.
fn index(no: u32) -> Option<usize> {
    no.checked_sub(1).and_then(|no| usize::try_from(no).ok())
}
