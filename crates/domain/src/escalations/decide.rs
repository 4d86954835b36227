//! Deciding: the outcome and the changes that it orders, in one commit.

use super::{Choice, Escalation, Ordered};
use crate::{
    command::{Anchor, Place},
    decisions::Decision,
    error::Error,
    event::{
        EscalationDecided, Event, ItemDropped, ItemMoved, ItemPinned, ItemRanked, ItemUnpinned,
    },
    ids::{DecisionNo, EscalationNo, Version},
    items::{bounded, each_once},
    mandate::{Act, Actor},
    order::DomainNo,
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
        let mandate = self.may_decide(actor, held)?;
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
            self.check_replaced(actor, held, old)?;
        }
        let count = u32::try_from(self.decisions.len()).unwrap_or(u32::MAX);
        let decision = DecisionNo(count.saturating_add(1));
        let mut changes = Vec::new();
        let mut state = self.clone();
        for ordered in &choice.orders {
            let mut made = state.ordered(ordered, &new.reason)?;
            state.check_reach(actor, held, ordered, &made)?;
            made.iter_mut().for_each(|event| by_decision(event, decision));
            state.foresee(&made)?;
            changes.extend(made);
        }
        if let Some(pair) = state.contradiction(&choice.orders) {
            let (above, below) = (self.key_or_broken(pair.above)?, self.key_or_broken(pair.below)?);
            return Err(Error::OrdersContradict { above, below });
        }
        let mut replaces = each_once(&new.replaces);
        // What was decided before of the same is no longer in force, nor what this one orders otherwise.
        let last = held.last_decision.and_then(|no| self.decision(no));
        replaces.extend(last.filter(|last| last.is_in_force()).map(|last| last.no));
        let about = self.watched_of(&changes);
        replaces.extend(state.departures(&about).into_iter().map(|(decision, _)| decision));
        replaces.sort_unstable();
        replaces.dedup();
        let decided = EscalationDecided {
            escalation: held.no,
            decision,
            option,
            outcome: choice.title.clone(),
            orders: choice.orders.clone(),
            on_turn: Some(mandate),
            replaces,
            reason: new.reason.clone(),
        };
        // Last, so that what it says of the order is said of the order that it made.
        changes.push(decided.into());
        Ok(changes)
    }

    /// Refuses an order that reaches beyond what the escalation concerns. What concerns one domain alone is decided on a
    /// mandate for that domain: who chooses places in the overarching order, or pins, has to have that mandate besides.
    fn check_reach(
        &self,
        actor: &Actor,
        held: &Escalation,
        ordered: &Ordered,
        made: &[Event],
    ) -> Result<(), Error> {
        if held.domains.len() == 1 {
            match ordered {
                Ordered::Rank { .. } => self.may(actor, Act::OrderProduct, &[])?,
                Ordered::Pin { .. } | Ordered::Unpin { .. } => self.may(actor, Act::Pin, &[])?,
                Ordered::Move { .. } | Ordered::Drop { .. } => {}
            }
        }
        let outside = |what: String, no: DomainNo| {
            let of = self.domain(no).map_or_else(String::new, |of| format!("domain {}", of.id));
            Error::OutsideEscalation { escalation: held.no, what, of }
        };
        // A family comes along, whosever it is.
        let touched = made.iter().filter_map(Event::item);
        for key in [Some(ordered.item()), ordered.anchor()].into_iter().flatten().chain(touched) {
            let of = self.find(key, None)?.1.domain;
            if !held.domains.contains(&of) {
                return Err(outside(format!("to which {key} belongs"), of));
            }
        }
        let to = self.reach(ordered)?.into_iter().find(|no| !held.domains.contains(no));
        to.map_or(Ok(()), |no| Err(outside(format!("to which {} would go", ordered.item()), no)))
    }

    /// Refuses to take the place of a decision that reached further than what the escalation concerns, but to who decides for
    /// the whole product.
    fn check_replaced(
        &self,
        actor: &Actor,
        held: &Escalation,
        old: &Decision,
    ) -> Result<(), Error> {
        let was = self.escalation(old.escalation).map_or(&[][..], |was| was.domains.as_slice());
        let within = was.iter().all(|no| held.domains.contains(no));
        if within && was.is_empty() == held.domains.is_empty() {
            return Ok(());
        }
        if self.may(actor, Act::OrderProduct, &[]).is_ok() {
            return Ok(());
        }
        let of = match was {
            [no] => self.domain(*no).map_or_else(String::new, |of| format!("domain {}", of.id)),
            [] => "the whole product".to_owned(),
            [..] => "several domains".to_owned(),
        };
        let what = format!("of which decision {} is", old.no);
        Err(Error::OutsideEscalation { escalation: held.no, what, of })
    }

    /// What an order does now. Who may was asked of the decision.
    fn ordered(&self, ordered: &Ordered, reason: &Reason) -> Result<Vec<Event>, Error> {
        match ordered {
            Ordered::Rank { item, to, with_family } => {
                let place = Place { anchor: to.clone(), seen: None };
                let made = self.rank(item, &place, *with_family, reason)?;
                // Next to another it is said which of the two comes first: one that stands higher than it has to is not
                // pulled down for that, nor one that stands lower up.
                let beside = matches!(to, Anchor::Before(_) | Anchor::After(_)) && !with_family;
                Ok(if beside && self.stands_so(ordered) { Vec::new() } else { made })
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
