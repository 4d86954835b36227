//! What a place means: an index of the overarching order, or a turn of a domain; the neighbour seen, as a check; and how items
//! arrive.

use crate::{
    command::{Anchor, Place},
    decide::status_word,
    error::Error,
    event::Arrival,
    ids::ItemKey,
    mandate::{self, Act, Actor},
    order::{DomainNo, ItemNo, Letter},
    product::Product,
};

const NO_PLACE: Error = Error::Broken("an open item without a place");

impl Product {
    /// How a new or reopened item comes into the order: the Chief PO chooses the turn's place; from anybody else the turn
    /// comes at the end and the item takes the place asked for in the sub-backlog.
    pub(crate) fn arrival(
        &self,
        actor: &Actor,
        domain: DomainNo,
        place: Option<&Place>,
    ) -> Result<Arrival, Error> {
        let (order, letter) = (&self.order, Letter::free(domain));
        let end = order.len();
        let Some(place) = place.filter(|place| **place != Place::BOTTOM) else {
            return Ok(Arrival::at_bottom(end, order.len_of(letter)));
        };
        let id = self.domain(domain).map(|domain| &domain.id);
        let id = id.ok_or(Error::Broken("an item without a domain"))?;
        if mandate::check(self, actor, Act::OrderProduct, &[id]).is_ok() {
            let to = self.place_in_product(None, place)?;
            let turn = order.turns_before(letter, to) + 1;
            return Ok(Arrival { turn_place: to + 1, turn, place: to + 1 });
        }
        self.may(actor, Act::OrderDomain, &[id])?;
        let k = self.turn_in_domain(domain, None, place)?;
        Ok(self.arrival_at_turn(domain, k))
    }

    /// How a new item takes the k-th turn of its domain, from 0, and brings one to the end of the order.
    pub(crate) fn arrival_at_turn(&self, domain: DomainNo, k: u32) -> Arrival {
        // The k-th turn of the domain, once it has one more at the end.
        let end = self.order.len();
        let reached = self.order.select(Letter::free(domain), k).unwrap_or(end);
        Arrival { turn_place: end + 1, turn: k + 1, place: reached + 1 }
    }

    /// The index in the overarching order, without `moved`, that a place means.
    pub(super) fn place_in_product(
        &self,
        moved: Option<ItemNo>,
        place: &Place,
    ) -> Result<u32, Error> {
        let order = &self.order;
        let gap = match &place.anchor {
            Anchor::Top => 0,
            Anchor::Bottom => order.len(),
            Anchor::Before(key) => order.place_of(self.anchor(key)?).ok_or(NO_PLACE)?,
            Anchor::After(key) => order.place_of(self.anchor(key)?).ok_or(NO_PLACE)? + 1,
        };
        self.check_seen(place, moved, gap, |index| order.item_at(index))?;
        Ok(without(gap, moved.and_then(|moved| order.place_of(moved))))
    }

    /// The turn of a domain, counted from 0 without `moved`, that a place in its sub-backlog means: as many as the domain has
    /// unpinned items above that place. Pinned items are signposts only.
    pub(super) fn turn_in_domain(
        &self,
        domain: DomainNo,
        moved: Option<ItemNo>,
        place: &Place,
    ) -> Result<u32, Error> {
        let order = &self.order;
        let gap = match &place.anchor {
            Anchor::Top => 0,
            Anchor::Bottom => order.len_of_domain(domain),
            Anchor::Before(key) => self.anchor_in_domain(domain, key)?,
            Anchor::After(key) => self.anchor_in_domain(domain, key)? + 1,
        };
        self.check_seen(place, moved, gap, |index| order.item_in_domain(domain, index))?;
        let next = order.item_in_domain(domain, gap).and_then(|next| order.place_of(next));
        let turns = order.turns_before(Letter::free(domain), next.unwrap_or(order.len()));
        Ok(without(turns, moved.and_then(|moved| order.rank_in_letter(moved))))
    }

    /// An item to go next to.
    fn anchor(&self, key: &ItemKey) -> Result<ItemNo, Error> {
        let (no, item) = self.item_by_key(key).ok_or_else(|| Error::UnknownItem(key.clone()))?;
        if item.status.is_open() {
            Ok(no)
        } else {
            Err(Error::AnchorClosed { anchor: key.clone(), status: status_word(item.status) })
        }
    }

    /// The place in its sub-backlog of an item to go next to.
    fn anchor_in_domain(&self, domain: DomainNo, key: &ItemKey) -> Result<u32, Error> {
        let anchor = self.anchor(key)?;
        let letter = self.order.letter_of(anchor).ok_or(NO_PLACE)?;
        if letter.domain != domain {
            let foreign = self.domain(letter.domain).map(|domain| domain.id.clone());
            let domain = foreign.ok_or(Error::Broken("an item without a domain"))?;
            return Err(Error::ForeignAnchor { anchor: key.clone(), domain });
        }
        self.order.domain_place(anchor).ok_or(NO_PLACE)
    }

    /// Whether the item that the caller saw across the gap is there, in the list that `at` reads. The gap is an index into
    /// that list, the moved item counted.
    fn check_seen(
        &self,
        place: &Place,
        moved: Option<ItemNo>,
        gap: u32,
        at: impl Fn(u32) -> Option<ItemNo>,
    ) -> Result<(), Error> {
        let Some(seen) = &place.seen else { return Ok(()) };
        let known =
            |key: &ItemKey| self.item_no(key).ok_or_else(|| Error::UnknownItem(key.clone()));
        let seen = seen.as_ref().map(known).transpose()?;
        // Where the moved item stands beside the gap, the caller may have seen it, or looked past it.
        let past = |next: Option<ItemNo>, beyond: Option<u32>| {
            if next.is_some() && next == moved { beyond.and_then(&at) } else { next }
        };
        let (up, down) = (gap.checked_sub(1).and_then(&at), at(gap));
        let (above, below) = (past(up, gap.checked_sub(2)), past(down, gap.checked_add(1)));
        let (there, item) = match &place.anchor {
            Anchor::Top => ([down, below], "the place asked for".to_owned()),
            Anchor::Bottom => ([up, above], "the place asked for".to_owned()),
            Anchor::Before(key) => ([up, above], format!("the place above {key}")),
            Anchor::After(key) => ([down, below], format!("the place below {key}")),
        };
        if there.contains(&seen) {
            return Ok(());
        }
        let key = |no: Option<ItemNo>| no.and_then(|no| self.key(no));
        Err(Error::NeighboursMoved { item, after: key(above), before: key(below) })
    }
}

/// An index once the item at `from` is taken out.
pub(super) fn without(index: u32, from: Option<u32>) -> u32 {
    index - u32::from(from.is_some_and(|from| from < index))
}
