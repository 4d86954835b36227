//! The decision log: what was decided, by whom, on whose mandate, what it changed, and whether that still holds.
//!
//! A decision that ranked an item orders once. It does not bind later moves, unlike a pin; but a later move that puts the two
//! items the other way round is noted as what it is: the decision is not followed.

use serde::{Deserialize, Serialize};

use crate::{
    command::Anchor,
    error::Error,
    escalations::Ordered,
    event::{DecisionNotFollowed, Event},
    ids::{DecisionNo, EscalationNo, PersonId, Version},
    order::{ItemNo, Order},
    points::{Decider, Topic},
    product::{Product, Since},
    text::{Reason, Title},
};

/// Two items of which a decision said which comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Pair {
    /// The one above.
    pub above: ItemNo,
    /// The one below.
    pub below: ItemNo,
}

/// A decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Its number.
    pub no: DecisionNo,
    /// What it ended.
    pub escalation: EscalationNo,
    /// What it was about.
    pub topic: Topic,
    /// What was decided.
    pub outcome: Title,
    /// Which of the options that was, from 1; `None`: another way out.
    pub option: Option<u32>,
    /// What it ordered.
    pub orders: Vec<Ordered>,
    /// Why.
    pub reason: Reason,
    /// Who decided.
    pub by: PersonId,
    /// Whose turn it was: the mandate that they decided on.
    pub on_turn: Option<Decider>,
    /// When.
    pub taken: Since,
    /// The decisions that it took the place of.
    pub replaces: Vec<DecisionNo>,
    /// The decision that took its place.
    pub replaced_by: Option<DecisionNo>,
    /// The version whose move it was that did not follow it.
    pub not_followed: Option<Version>,
}

impl Decision {
    /// Whether no other took its place.
    #[must_use]
    pub fn is_in_force(&self) -> bool {
        self.replaced_by.is_none()
    }
}

impl Product {
    /// All decisions, in the order in which they were taken.
    pub fn decisions(&self) -> impl DoubleEndedIterator<Item = &Decision> {
        self.decisions.iter().map(AsRef::as_ref)
    }

    /// A decision by its number.
    #[must_use]
    pub fn decision(&self, no: DecisionNo) -> Option<&Decision> {
        self.decisions.get(usize::try_from(no.0.checked_sub(1)?).ok()?).map(AsRef::as_ref)
    }

    /// Adds to the events of a command that decisions are not followed any more, if so. Costs nothing where no decision ranked
    /// anything that still stands.
    pub(crate) fn note_departures(&self, events: &mut Vec<Event>) -> Result<(), Error> {
        if self.watched.is_empty() || !events.iter().any(moves) {
            return Ok(());
        }
        let mut after = self.clone();
        after.foresee(events)?;
        for (decision, pair) in after.departures() {
            let item = self.key_or_broken(pair.above)?;
            let below = self.key_or_broken(pair.below)?;
            let at = after.spot(&after.order, pair.above)?;
            events.push(DecisionNotFollowed { decision, item, below, at }.into());
        }
        Ok(())
    }

    /// The decisions in force whose items stand the other way round, each once.
    pub(crate) fn departures(&self) -> Vec<(DecisionNo, Pair)> {
        let mut found: Vec<(DecisionNo, Pair)> = Vec::new();
        for (no, pair) in &self.watched {
            let known = found.last().is_some_and(|(last, _)| last == no);
            if !known && apart(&self.order, *pair) {
                found.push((*no, *pair));
            }
        }
        found
    }

    /// What a decision said of which item comes first, once its changes are made: of each item ranked next to another.
    pub(crate) fn pairs(&self, orders: &[Ordered]) -> Vec<Pair> {
        orders.iter().filter_map(|ordered| self.pair(ordered)).collect()
    }

    fn pair(&self, ordered: &Ordered) -> Option<Pair> {
        let Ordered::Rank { item, to, .. } = ordered else { return None };
        let item = self.item_no(item)?;
        let place = self.order.place_of(item)?;
        let (above, below) = match to {
            Anchor::Before(other) => (item, self.item_no(other)?),
            Anchor::After(other) => (self.item_no(other)?, item),
            Anchor::Top => (item, self.order.item_at(place.checked_add(1)?)?),
            Anchor::Bottom => (self.order.item_at(place.checked_sub(1)?)?, item),
        };
        (above != below).then_some(Pair { above, below })
    }
}

/// Whether two items stand the other way round; what has left the order stands nowhere.
fn apart(order: &Order, pair: Pair) -> bool {
    let places = order.place_of(pair.above).zip(order.place_of(pair.below));
    places.is_some_and(|(above, below)| above > below)
}

/// Whether an event may put two items the other way round.
fn moves(event: &Event) -> bool {
    matches!(
        event,
        Event::ItemRanked(_)
            | Event::ItemReordered(_)
            | Event::ItemCreated(_)
            | Event::ItemReopened(_)
    )
}
