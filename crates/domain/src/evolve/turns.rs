//! Folding in what changes the order: arrivals, moves, pins, changes of domain, leaving and coming back.

use std::sync::Arc;

use crate::{
    event::{
        Arrival, ItemCompleted, ItemDropped, ItemMerged, ItemMoved, ItemPinned, ItemRanked,
        ItemReopened, ItemReordered, Spot,
    },
    ids::ItemKey,
    item::{Closed, Fields, LastMove, Pin, Status},
    order::{Change, ItemNo, Letter},
    product::{Product, index},
};

use super::{Fold, Why};

const NOT_IN_THE_ORDER: Why = Why::Other("the item is not in the order");

impl Product {
    pub(super) fn item_ranked(&mut self, e: &ItemRanked, fold: &mut Fold<'_>) -> Result<(), Why> {
        let item = self.known(&e.item)?;
        let (from, to) = (zero(e.from.place)?, zero(e.to.place)?);
        self.change(Change::Relocate { item, from, to }, fold)?;
        let last = LastMove {
            version: fold.version,
            serial: 0,
            ranked: true,
            family_of: self.known_opt(e.family_of.as_ref())?,
            after: self.known_opt(e.from.after.as_ref())?,
            before: self.known_opt(e.from.before.as_ref())?,
        };
        self.moved(item, last, fold)
    }

    pub(super) fn item_reordered(
        &mut self,
        e: &ItemReordered,
        fold: &mut Fold<'_>,
    ) -> Result<(), Why> {
        let item = self.known(&e.item)?;
        let letter = self.order.letter_of(item).ok_or(NOT_IN_THE_ORDER)?;
        let (from_k, to_k) = (zero(e.from_turn)?, zero(e.to_turn)?);
        let holder =
            |k: u32| self.order.select(letter, k).and_then(|place| self.order.item_at(place));
        let last = LastMove {
            version: fold.version,
            serial: 0,
            ranked: false,
            family_of: None,
            after: from_k.checked_sub(1).and_then(holder),
            before: from_k.checked_add(1).and_then(holder),
        };
        self.change(Change::Permute { item, letter, from_k, to_k }, fold)?;
        self.moved(item, last, fold)
    }

    pub(super) fn item_pinned(&mut self, e: &ItemPinned, fold: &mut Fold<'_>) -> Result<(), Why> {
        let pin = Pin { reason: e.reason.clone(), since: fold.version };
        self.set_pin(&e.item, Some(pin), fold)
    }

    pub(super) fn set_pin(
        &mut self,
        key: &ItemKey,
        pin: Option<Pin>,
        fold: &mut Fold<'_>,
    ) -> Result<(), Why> {
        let item = self.known(key)?;
        let from = self.order.letter_of(item).ok_or(NOT_IN_THE_ORDER)?;
        let to = Letter { domain: from.domain, pinned: pin.is_some() };
        self.change(Change::SetLetter { item, from, to }, fold)?;
        self.edit(item, fold, |item| item.pin = pin.map(Arc::new))
    }

    pub(super) fn item_moved(&mut self, e: &ItemMoved, fold: &mut Fold<'_>) -> Result<(), Why> {
        let no = self.known(&e.item)?;
        let domain = self.known_domain(&e.to)?;
        match self.order.letter_of(no) {
            Some(from) => {
                let to = Letter { domain, pinned: from.pinned };
                self.change(Change::SetLetter { item: no, from, to }, fold)?;
            }
            None => {
                self.closed.set_letter(no, Letter::free(domain))?;
                self.order_changed = fold.version;
            }
        }
        self.forget_move(no);
        self.edit(no, fold, |item| {
            item.domain = domain;
            item.decide(Fields::DOMAIN, e.imported);
        })
    }

    pub(super) fn item_merged(&mut self, e: &ItemMerged, fold: &mut Fold<'_>) -> Result<(), Why> {
        let into = Some(self.known(&e.into)?);
        let closed = Closed { reason: e.reason.clone(), into };
        self.close(&e.item, Status::Dropped, closed, e.from.as_ref(), fold)?;
        let no = self.known(&e.item)?;
        self.edit(no, fold, |item| item.decide(Fields::STATUS, false))
    }

    pub(super) fn item_completed(
        &mut self,
        e: &ItemCompleted,
        fold: &mut Fold<'_>,
    ) -> Result<(), Why> {
        let closed = Closed { reason: e.reason.clone(), into: None };
        self.close(&e.item, Status::Done, closed, e.from.as_ref(), fold)?;
        let no = self.known(&e.item)?;
        self.edit(no, fold, |item| item.decide(Fields::STATUS, e.imported))
    }

    pub(super) fn item_dropped(&mut self, e: &ItemDropped, fold: &mut Fold<'_>) -> Result<(), Why> {
        let closed = Closed { reason: e.reason.clone(), into: None };
        self.close(&e.item, Status::Dropped, closed, e.from.as_ref(), fold)?;
        let no = self.known(&e.item)?;
        self.edit(no, fold, |item| item.decide(Fields::STATUS, e.imported))
    }

    pub(super) fn item_reopened(
        &mut self,
        e: &ItemReopened,
        fold: &mut Fold<'_>,
    ) -> Result<(), Why> {
        let no = self.known(&e.item)?;
        self.closed.remove(no)?;
        self.edit(no, fold, |item| {
            item.status = e.status;
            item.closed = None;
            item.decide(Fields::STATUS, e.imported);
        })?;
        self.arrive(no, &e.arrival, fold)
    }

    /// Takes an item out of the order, or out of the closed ones to put it on top of them again.
    fn close(
        &mut self,
        key: &ItemKey,
        status: Status,
        closed: Closed,
        from: Option<&Spot>,
        fold: &mut Fold<'_>,
    ) -> Result<(), Why> {
        let no = self.known(key)?;
        let domain = self.item(no).map(|item| item.domain).ok_or_else(|| Why::Item(key.clone()))?;
        match from {
            Some(_) => {
                let letter = self.order.letter_of(no).ok_or(NOT_IN_THE_ORDER)?;
                let place = self.order.place_of(no).ok_or(NOT_IN_THE_ORDER)?;
                self.change(Change::Remove { item: no, letter, place }, fold)?;
            }
            None => self.closed.remove(no).map(drop)?,
        }
        self.put_away(no, Letter::free(domain), fold)?;
        self.forget_move(no);
        self.unwatch_item(no);
        self.edit(no, fold, |item| {
            item.status = status;
            item.pin = None;
            item.closed = Some(Arc::new(closed));
        })
    }

    /// Puts an item on top of the closed ones.
    pub(super) fn put_away(
        &mut self,
        no: ItemNo,
        letter: Letter,
        fold: &Fold<'_>,
    ) -> Result<(), Why> {
        self.closed.insert(no, letter, 0)?;
        self.order_changed = fold.version;
        Ok(())
    }

    pub(super) fn arrive(
        &mut self,
        no: ItemNo,
        arrival: &Arrival,
        fold: &mut Fold<'_>,
    ) -> Result<(), Why> {
        let item = self.item(no).ok_or(Why::Other("the item is not there"))?;
        let letter = Letter::free(item.domain);
        let place = zero(arrival.turn_place)?;
        self.change(Change::Insert { item: no, letter, place }, fold)?;
        let from_k = self.order.rank_in_letter(no).ok_or(Why::Other("the item did not arrive"))?;
        let to_k = zero(arrival.turn)?;
        if from_k == to_k {
            return Ok(());
        }
        self.change(Change::Permute { item: no, letter, from_k, to_k }, fold)
    }

    fn change(&mut self, change: Change, fold: &mut Fold<'_>) -> Result<(), Why> {
        self.order.apply(&change)?;
        self.order_changed = fold.version;
        fold.changes.push(change);
        Ok(())
    }

    /// Remembers how an item was moved, so that it can be undone; `serial` is found here.
    fn moved(&mut self, no: ItemNo, last: LastMove, fold: &Fold<'_>) -> Result<(), Why> {
        self.forget_move(no);
        let before = self.moves.range((fold.version, 0)..).next_back();
        let serial = before.map_or(0, |((_, serial), _)| serial + 1);
        self.moves.insert((fold.version, serial), no);
        self.edit(no, fold, |item| item.last_move = Some(Arc::new(LastMove { serial, ..last })))
    }

    /// Forgets how an item was moved; of a family that moved together, for all of it: it goes back together or not at all.
    fn forget_move(&mut self, no: ItemNo) {
        let last = self.item(no).and_then(|item| item.last_move.as_ref());
        let Some(version) = last.map(|last| last.version) else { return };
        let together = self.moves.range((version, 0)..=(version, u32::MAX));
        for (at, no) in together.map(|(at, no)| (*at, *no)).collect::<Vec<_>>() {
            self.moves.remove(&at);
            if let Some(slot) = self.items.get_mut(index(no)) {
                Arc::make_mut(slot).last_move = None;
            }
        }
    }
}

fn zero(one_based: u32) -> Result<u32, Why> {
    one_based.checked_sub(1).ok_or(Why::Other("places count from 1"))
}
