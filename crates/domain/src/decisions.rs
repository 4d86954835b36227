//! The decision log: what was decided, by whom, on whose mandate, what it changed, and whether that still holds.
//!
//! A decision that ranked an item orders once. It does not bind later moves, unlike a pin; but a later move that puts the two
//! items the other way round is noted as what it is: the decision is not followed.

use std::{collections::BTreeSet, ops::RangeInclusive};

use serde::{Deserialize, Serialize};

use crate::{
    command::Anchor,
    error::Error,
    escalations::Ordered,
    event::{Arrival, DecisionNotFollowed, Event, ItemCreated},
    ids::{DecisionNo, EscalationNo, PersonId, Version},
    order::{DomainNo, ItemNo, Letter, Order},
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

    /// Adds to the events of a command that decisions are not followed any more, if so. Costs as much as what it moves has
    /// decisions about it; nothing, where no decision ranked anything of that.
    pub(crate) fn note_departures(&self, events: &mut Vec<Event>) -> Result<(), Error> {
        let about = self.watched_of(events);
        if about.is_empty() {
            return Ok(());
        }
        let mut after = self.clone();
        after.foresee(events)?;
        for (decision, pair) in after.departures(&about) {
            let item = self.key_or_broken(pair.above)?;
            let below = self.key_or_broken(pair.below)?;
            let at = after.spot(&after.order, pair.above)?;
            events.push(DecisionNotFollowed { decision, item, below, at }.into());
        }
        Ok(())
    }

    /// The pairs that events, which are not folded in yet, may put the other way round.
    pub(crate) fn watched_of(&self, events: &[Event]) -> BTreeSet<(DecisionNo, Pair)> {
        if self.watched.is_empty() {
            return BTreeSet::new();
        }
        let Some(moved) = self.moved_by(events) else {
            return self.watched.iter().copied().collect();
        };
        moved.into_iter().flat_map(|item| self.watched_with(item)).collect()
    }

    /// The pairs of decisions in force that an item is of.
    pub(crate) fn watched_with(&self, item: ItemNo) -> impl Iterator<Item = (DecisionNo, Pair)> {
        let [first, last] = Pair::ALL;
        let range = (item, DecisionNo(0), first)..=(item, DecisionNo(u32::MAX), last);
        self.watched_items.range(range).map(|(_, no, pair)| (*no, *pair))
    }

    /// The items that stand otherwise to others after events than before: those ranked, and those of a domain whose turns a
    /// reorder or an arrival shifts. `None` if there are more of them than pairs to look at, or if one event follows upon
    /// another, so that it is not plain from here whose turns they are.
    fn moved_by(&self, events: &[Event]) -> Option<Vec<ItemNo>> {
        let (mut moved, mut shift, mut others) = (Vec::new(), None, false);
        for event in events {
            let shifted = if let Event::ItemRanked(e) = event {
                moved.extend(self.item_no(&e.item));
                continue;
            } else if let Event::ItemReordered(e) = event {
                let letter = self.item_no(&e.item).and_then(|item| self.order.letter_of(item))?;
                (letter, e.from_turn.checked_sub(1)?, e.to_turn.checked_sub(1)?)
            } else if let Event::ItemCreated(ItemCreated { domain, arrival: Some(to), .. }) = event
            {
                self.arriving(self.domain_by_id(domain)?.0, to)?
            } else if let Event::ItemReopened(e) = event {
                self.arriving(self.item_by_key(&e.item)?.1.domain, &e.arrival)?
            } else {
                others |= changes_turns(event);
                continue;
            };
            let (letter, from, to) = shifted;
            // At the end it shifts nothing that stood there before.
            if shift.is_some() || from.min(to) < self.order.len_of(letter) {
                others |= shift.replace(shifted).is_some();
            }
        }
        let Some((letter, from, to)) = shift else { return Some(moved) };
        let many = usize::try_from(from.abs_diff(to)).map_or(true, |n| n > self.watched.len());
        if many || others || !moved.is_empty() {
            return None;
        }
        let holder = |k| self.order.select(letter, k).and_then(|place| self.order.item_at(place));
        Some((from.min(to)..=from.max(to)).filter_map(holder).collect())
    }

    /// Whose turns an item shifts that comes into a domain: from which to which.
    fn arriving(&self, domain: DomainNo, to: &Arrival) -> Option<(Letter, u32, u32)> {
        let letter = Letter::free(domain);
        let place = to.turn_place.checked_sub(1)?;
        Some((letter, self.order.turns_before(letter, place), to.turn.checked_sub(1)?))
    }

    /// Of these pairs of decisions in force those whose items stand the other way round, one of each decision.
    pub(crate) fn departures(
        &self,
        about: &BTreeSet<(DecisionNo, Pair)>,
    ) -> Vec<(DecisionNo, Pair)> {
        let mut found: Vec<(DecisionNo, Pair)> = Vec::new();
        for (no, pair) in about {
            let known = found.last().is_some_and(|(last, _)| last == no);
            if !known && self.watched.contains(&(*no, *pair)) && apart(&self.order, *pair) {
                found.push((*no, *pair));
            }
        }
        found
    }

    /// What in a decision contradicts itself, once its changes are made: two of its items that stand the other way round than
    /// it said.
    pub(crate) fn contradiction(&self, orders: &[Ordered]) -> Option<Pair> {
        self.pairs(orders).into_iter().find(|pair| apart(&self.order, *pair))
    }

    /// What a decision said of which item comes first, once its changes are made: of each item ranked next to another.
    pub(crate) fn pairs(&self, orders: &[Ordered]) -> Vec<Pair> {
        orders.iter().filter_map(|ordered| self.pair(ordered)).collect()
    }

    /// Whether the two items that an order ranks next to each other stand the right way round already.
    pub(crate) fn stands_so(&self, ordered: &Ordered) -> bool {
        self.pair(ordered).is_some_and(|pair| pair.stands(&self.order))
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

impl Pair {
    /// The first and the last that there could be.
    const ALL: [Self; 2] =
        [Self::of(ItemNo(0), ItemNo(0)), Self::of(ItemNo(u32::MAX), ItemNo(u32::MAX))];

    const fn of(above: ItemNo, below: ItemNo) -> Self {
        Self { above, below }
    }

    /// The pairs of a decision.
    pub(crate) fn range(no: DecisionNo) -> RangeInclusive<(DecisionNo, Self)> {
        let [first, last] = Self::ALL;
        (no, first)..=(no, last)
    }

    /// Whether both items stand in the order, the right way round.
    pub(crate) fn stands(self, order: &Order) -> bool {
        let places = order.place_of(self.above).zip(order.place_of(self.below));
        places.is_some_and(|(above, below)| above < below)
    }
}

/// Whether two items stand the other way round; what has left the order stands nowhere.
fn apart(order: &Order, pair: Pair) -> bool {
    let places = order.place_of(pair.above).zip(order.place_of(pair.below));
    places.is_some_and(|(above, below)| above > below)
}

/// Whether an event that moves nothing changes which turns of a domain are whose.
fn changes_turns(event: &Event) -> bool {
    matches!(
        event,
        Event::ItemPinned(_)
            | Event::ItemUnpinned(_)
            | Event::ItemMoved(_)
            | Event::ItemMerged(_)
            | Event::ItemCompleted(_)
            | Event::ItemDropped(_)
    )
}
