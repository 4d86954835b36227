//! Deciding: the outcome and the changes that it orders, in one commit.

use super::{Choice, Ordered};
use crate::{
    command::Place,
    error::Error,
    event::{
        EscalationDecided, Event, ItemDropped, ItemMoved, ItemPinned, ItemRanked, ItemUnpinned,
    },
    ids::{DecisionNo, EscalationNo, Version},
    items::{bounded, each_once},
    mandate::Actor,
    product::Product,
    text::{Reason, Title},
};

/// What is decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// One of the options, by its number from 1, with the changes that it orders.
    Option(u32),
    /// Something else, with changes of its own.
    Own(Choice),
}

/// A decision to be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDecision {
    /// Of which escalation.
    pub escalation: EscalationNo,
    /// What is decided.
    pub outcome: Outcome,
    /// Decisions that it takes the place of.
    pub replaces: Vec<DecisionNo>,
    /// Why; required.
    pub reason: Reason,
    /// See [`crate::command::Command`].
    pub expected: Option<Version>,
}

/// Most decisions that one takes the place of by name.
const REPLACES_MAX: usize = 20;

impl Product {
    pub(crate) fn decide_escalation(
        &self,
        actor: &Actor,
        new: &NewDecision,
    ) -> Result<Vec<Event>, Error> {
        let held = self.find_open_escalation(new.escalation, new.expected)?;
        self.may_decide(actor, held)?;
        if new.reason.is_empty() {
            return Err(Error::ReasonMissing("a decision"));
        }
        let (option, choice) = match &new.outcome {
            Outcome::Own(choice) => (None, choice),
            Outcome::Option(no) => {
                let index = no.checked_sub(1).and_then(|no| usize::try_from(no).ok());
                let choice = index.and_then(|index| held.options.get(index));
                let options = held.options.len();
                (Some(*no), choice.ok_or(Error::NoSuchOption { option: *no, options })?)
            }
        };
        self.check_orders(&choice.orders)?;
        bounded("decisions to replace", new.replaces.len(), REPLACES_MAX)?;
        for no in &new.replaces {
            let old = self.decision(*no).ok_or(Error::UnknownDecision(*no))?;
            if let Some(by) = old.replaced_by {
                return Err(Error::DecisionReplaced { decision: *no, by });
            }
        }
        let count = u32::try_from(self.decisions.len()).unwrap_or(u32::MAX);
        let decision = DecisionNo(count.saturating_add(1));
        let mut changes = Vec::new();
        let mut state = self.clone();
        for ordered in &choice.orders {
            let mut made = state.ordered(ordered, &new.reason)?;
            made.iter_mut().for_each(|event| by_decision(event, decision));
            state.foresee(&made)?;
            changes.extend(made);
        }
        let mut replaces = each_once(&new.replaces);
        // What this one orders otherwise is no longer in force.
        replaces.extend(state.departures().into_iter().map(|(decision, _)| decision));
        replaces.sort_unstable();
        replaces.dedup();
        let decided = EscalationDecided {
            escalation: held.no,
            decision,
            option,
            outcome: choice.title.clone(),
            orders: choice.orders.clone(),
            on_turn: held.turn_now().map(|turn| turn.decider.clone()),
            replaces,
            reason: new.reason.clone(),
        };
        // Last, so that what it says of the order is said of the order that it made.
        changes.push(decided.into());
        Ok(changes)
    }

    /// What an order does now. Who may was asked of the decision.
    fn ordered(&self, ordered: &Ordered, reason: &Reason) -> Result<Vec<Event>, Error> {
        match ordered {
            Ordered::Rank { item, to, with_family } => {
                let place = Place { anchor: to.clone(), seen: None };
                self.rank(item, &place, *with_family, reason)
            }
            Ordered::Pin { item } => self.pin(item, reason),
            Ordered::Unpin { item } => self.unpin(item, reason),
            Ordered::Move { item, domain } => self.give(item, domain, reason),
            Ordered::Drop { item } => self.dropped(item, reason),
        }
    }
}

/// Has a change name the decision that ordered it. What follows from a change of itself does not.
fn by_decision(event: &mut Event, no: DecisionNo) {
    if let Event::ItemRanked(ItemRanked { decision, .. })
    | Event::ItemPinned(ItemPinned { decision, .. })
    | Event::ItemUnpinned(ItemUnpinned { decision, .. })
    | Event::ItemMoved(ItemMoved { decision, .. })
    | Event::ItemDropped(ItemDropped { decision, .. }) = event
    {
        *decision = Some(no);
    }
}

impl Choice {
    /// Something decided that changes nothing by itself.
    #[must_use]
    pub fn plain(title: Title) -> Self {
        Self { title, orders: Vec::new() }
    }
}
