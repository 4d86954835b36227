//! Commands on the order: rank, reorder, pin, unpin; undo and what a place means are in the modules below.
//!
//! Ranking moves an item with its turn through the overarching order. Reordering permutes a domain's unpinned items
//! over the turns they hold, so that no other domain's item moves, and none that is pinned.

use crate::{
    command::{Anchor, Place},
    error::Error,
    event::{Event, ItemPinned, ItemRanked, ItemReordered, ItemUnpinned},
    ids::{ItemKey, Version},
    item::Item,
    mandate::{Act, Actor},
    order::{Change, ItemNo, Order},
    product::Product,
    text::Reason,
};

mod place;
pub mod preview;
mod undo;

/// Most items that move as a family.
pub(crate) const FAMILY_MAX: usize = 500;

impl Product {
    pub(crate) fn rank_item(
        &self,
        actor: &Actor,
        key: &ItemKey,
        place: &Place,
        with_family: bool,
        reason: &Reason,
        expected: Option<Version>,
    ) -> Result<Vec<Event>, Error> {
        let (_, item) = self.find_open(key, expected)?;
        self.may(actor, Act::OrderProduct, &[self.domain_of(item)?])?;
        self.rank(key, place, with_family, reason)
    }

    /// As [`Self::rank_item`], for whoever may.
    pub(crate) fn rank(
        &self,
        key: &ItemKey,
        place: &Place,
        with_family: bool,
        reason: &Reason,
    ) -> Result<Vec<Event>, Error> {
        let (no, _) = self.find_open(key, None)?;
        let to = self.place_in_product(Some(no), place)?;
        let family = if with_family { self.open_family(no)? } else { vec![no] };
        if family.len() > 1
            && let Anchor::Before(anchor) | Anchor::After(anchor) = &place.anchor
            && self.item_no(anchor).is_some_and(|anchor| anchor != no && family.contains(&anchor))
        {
            return Err(Error::WithItself(
                anchor.clone(),
                "the place for its own family; it would be next to",
            ));
        }
        let mut order = self.order.clone();
        let mut events = Vec::new();
        let mut previous: Option<ItemNo> = None;
        for member in family {
            let to = match previous {
                None => to,
                Some(previous) => below(&order, previous, member)?,
            };
            let moved = self.ranked(&mut order, member, to, reason)?;
            events.extend(moved.map(|mut event| {
                event.family_of = (member != no).then(|| key.clone());
                Event::from(event)
            }));
            previous = Some(member);
        }
        Ok(events)
    }

    /// Moves one item in `order` to `to` (an index without the item); `None` if it is there already.
    fn ranked(
        &self,
        order: &mut Order,
        no: ItemNo,
        to: u32,
        reason: &Reason,
    ) -> Result<Option<ItemRanked>, Error> {
        let from_place = order.place_of(no).ok_or(Error::Broken("an open item without a place"))?;
        if from_place == to {
            return Ok(None);
        }
        let from = self.spot(order, no)?;
        order.relocate(no, to).map_err(|_| Error::Broken("a rank that does not fit the order"))?;
        let to = self.spot(order, no)?;
        let item = self.key_or_broken(no)?;
        Ok(Some(ItemRanked {
            item,
            from,
            to,
            family_of: None,
            undoes: None,
            decision: None,
            reason: reason.clone(),
        }))
    }

    /// An item and all its open descendants, in the order in which they stand; the item first.
    fn open_family(&self, head: ItemNo) -> Result<Vec<ItemNo>, Error> {
        let too_many =
            |count| Error::TooMany { what: "items of a family", count, limit: FAMILY_MAX };
        let mut found = Vec::new();
        let mut ahead = vec![head];
        let mut seen = 1_usize;
        while let Some(parent) = ahead.pop() {
            // Closed descendants are walked through, too: their children may be open.
            for child in self.children(parent) {
                seen += 1;
                if seen > FAMILY_MAX * 8 {
                    return Err(too_many(seen));
                }
                ahead.push(child);
                found.extend(self.order.place_of(child).map(|place| (place, child)));
            }
        }
        if found.len() >= FAMILY_MAX {
            return Err(too_many(found.len() + 1));
        }
        found.sort_unstable();
        Ok([head].into_iter().chain(found.into_iter().map(|(_, no)| no)).collect())
    }

    pub(crate) fn reorder_item(
        &self,
        actor: &Actor,
        key: &ItemKey,
        place: &Place,
        reason: &Reason,
        expected: Option<Version>,
    ) -> Result<Vec<Event>, Error> {
        let (no, item) = self.find_open(key, expected)?;
        self.may(actor, Act::OrderDomain, &[self.domain_of(item)?])?;
        self.not_pinned(key, item)?;
        let to_k = self.turn_in_domain(item.domain, Some(no), place)?;
        Ok(self.reordered(no, to_k, reason)?.into_iter().map(Event::from).collect())
    }

    /// Moves one item to the `to_k`-th turn of its letter (counted without it); `None` if it has that already.
    fn reordered(
        &self,
        no: ItemNo,
        to_k: u32,
        reason: &Reason,
    ) -> Result<Option<ItemReordered>, Error> {
        let turn = Error::Broken("an open item without a turn");
        let (letter, from_k) =
            self.order.letter_of(no).zip(self.order.rank_in_letter(no)).ok_or(turn)?;
        if from_k == to_k {
            return Ok(None);
        }
        let order = self.after(&Change::Permute { item: no, letter, from_k, to_k })?;
        Ok(Some(ItemReordered {
            item: self.key_or_broken(no)?,
            from: self.spot(&self.order, no)?,
            to: self.spot(&order, no)?,
            from_turn: from_k + 1,
            to_turn: to_k + 1,
            undoes: None,
            reason: reason.clone(),
        }))
    }

    pub(crate) fn pin_item(
        &self,
        actor: &Actor,
        key: &ItemKey,
        reason: &Reason,
        expected: Option<Version>,
    ) -> Result<Vec<Event>, Error> {
        let (_, item) = self.find_open(key, expected)?;
        self.may(actor, Act::Pin, &[self.domain_of(item)?])?;
        self.pin(key, reason)
    }

    /// As [`Self::pin_item`], for whoever may.
    pub(crate) fn pin(&self, key: &ItemKey, reason: &Reason) -> Result<Vec<Event>, Error> {
        let (no, item) = self.find_open(key, None)?;
        if reason.is_empty() {
            return Err(Error::ReasonMissing("a pin"));
        }
        if item.pin.as_ref().is_some_and(|pin| pin.reason == *reason) {
            return Ok(Vec::new());
        }
        self.not_pinned(key, item)?;
        let at = self.spot(&self.order, no)?;
        Ok(vec![
            ItemPinned { item: key.clone(), at, decision: None, reason: reason.clone() }.into(),
        ])
    }

    pub(crate) fn unpin_item(
        &self,
        actor: &Actor,
        key: &ItemKey,
        reason: &Reason,
        expected: Option<Version>,
    ) -> Result<Vec<Event>, Error> {
        let (_, item) = self.find_open(key, expected)?;
        self.may(actor, Act::Pin, &[self.domain_of(item)?])?;
        self.unpin(key, reason)
    }

    /// As [`Self::unpin_item`], for whoever may.
    pub(crate) fn unpin(&self, key: &ItemKey, reason: &Reason) -> Result<Vec<Event>, Error> {
        let (no, item) = self.find_open(key, None)?;
        if item.pin.is_none() {
            return Err(Error::NotPinned(key.clone()));
        }
        let at = self.spot(&self.order, no)?;
        Ok(vec![
            ItemUnpinned { item: key.clone(), at, decision: None, reason: reason.clone() }.into(),
        ])
    }

    pub(crate) fn not_pinned(&self, key: &ItemKey, item: &Item) -> Result<(), Error> {
        match &item.pin {
            Some(pin) => Err(Error::Pinned { item: key.clone(), reason: pin.reason.clone() }),
            None => Ok(()),
        }
    }
}

/// The index of `other` in `order` without `moved`.
fn neighbour_index(order: &Order, other: ItemNo, moved: ItemNo) -> Option<u32> {
    Some(place::without(order.place_of(other)?, order.place_of(moved)))
}

fn below(order: &Order, upper: ItemNo, moved: ItemNo) -> Result<u32, Error> {
    neighbour_index(order, upper, moved)
        .map(|at| at + 1)
        .ok_or(Error::Broken("an open item without a place"))
}
