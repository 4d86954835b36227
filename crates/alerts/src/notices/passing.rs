//! Which turn of an escalation each event speaks of that says that time has passed. A service that stood still for days passes
//! several turns in one commit, and the state after it knows the last one only.

use std::collections::BTreeMap;

use koepel_domain::{
    commit::Commit,
    event::Event,
    ids::{EscalationNo, Timestamp},
    outbox::Kind,
    product::Product,
};

/// What passing time did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Passed {
    Reminded,
    Overdue,
    HandedOver,
}

impl Passed {
    /// What is told of it.
    pub(super) fn told(self) -> Kind {
        match self {
            Self::Reminded => Kind::EscalationReminder,
            Self::Overdue => Kind::EscalationOverdue,
            Self::HandedOver => Kind::EscalationHandedOver,
        }
    }
}

/// An event of a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) no: EscalationNo,
    pub(super) kind: Passed,
    /// Which turn it speaks of, from 0.
    pub(super) turn: usize,
    /// Until when that one was to answer.
    pub(super) due: Timestamp,
    /// Whether somebody else's turn begins after it.
    pub(super) goes_on: bool,
    /// Whether there is nothing to tell of it, for what the same commit says beside it: a turn that begins and ends in it is told
    /// by its end, and one that begins in it needs no reminder.
    pub(super) superseded: bool,
}

/// The events of a commit that say that time has passed, by their places in it.
pub(super) struct Passing {
    pub(super) steps: BTreeMap<usize, Step>,
}

impl Passing {
    pub(super) fn of(commit: &Commit<Event>, product: &Product) -> Self {
        let mut by_escalation: BTreeMap<EscalationNo, Vec<(usize, Step)>> = BTreeMap::new();
        for (place, event) in (0..).zip(&commit.events) {
            let (no, kind, due, to) = if let Event::EscalationReminded(e) = event {
                (e.escalation, Passed::Reminded, e.due, None)
            } else if let Event::EscalationOverdue(e) = event {
                (e.escalation, Passed::Overdue, e.due, None)
            } else if let Event::EscalationHandedOver(e) = event {
                (e.escalation, Passed::HandedOver, e.due, Some(e.to))
            } else {
                continue;
            };
            let before = by_escalation.entry(no).or_default();
            let from = before.last().map_or(0, |(_, step)| step.turn);
            let turn = match to {
                Some(to) => usize::try_from(to.saturating_sub(1)).unwrap_or(usize::MAX),
                None => turn_until(product, no, due, from),
            };
            let (goes_on, superseded) = (false, false);
            before.push((place, Step { no, kind, turn, due, goes_on, superseded }));
        }
        let mut steps = BTreeMap::new();
        for of_one in by_escalation.values() {
            for (place, step) in of_one {
                let also = |kind| {
                    of_one.iter().any(|(_, other)| other.kind == kind && other.turn == step.turn)
                };
                let goes_on = of_one.iter().any(|(_, other)| other.turn > step.turn);
                let superseded = match step.kind {
                    Passed::Reminded => also(Passed::Overdue) || also(Passed::HandedOver),
                    Passed::HandedOver => also(Passed::Overdue),
                    Passed::Overdue => false,
                };
                steps.insert(*place, Step { goes_on, superseded, ..*step });
            }
        }
        Self { steps }
    }
}

/// The turn that was to answer until a moment, that of `from` or a later one.
fn turn_until(product: &Product, no: EscalationNo, due: Timestamp, from: usize) -> usize {
    let Some(held) = product.escalation(no) else { return from };
    let mut later = (0..).zip(&held.line).skip(from);
    later.find(|(_, turn)| turn.due == due).map_or(from, |(turn, _)| turn)
}
