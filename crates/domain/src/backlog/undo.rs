//! Undo: the reverse of an item's last move, to its former neighbours.

use crate::{
    error::Error,
    event::{Event, ItemRanked, ItemReordered},
    ids::Version,
    item::{Item, LastMove},
    mandate::{Act, Actor},
    order::{ItemNo, Letter, Order},
    product::Product,
    text::Reason,
};

use super::{neighbour_index, place::without};

impl Product {
    pub(crate) fn undo_move(
        &self,
        actor: &Actor,
        version: Version,
        reason: &Reason,
    ) -> Result<Vec<Event>, Error> {
        let moved = self.moves.range((version, 0)..=(version, u32::MAX)).map(|(_, no)| *no);
        let moved: Vec<ItemNo> = moved.collect();
        if moved.is_empty() {
            return Err(Error::NothingToUndo { version, current: self.version });
        }
        let mut order = self.order.clone();
        let mut events = Vec::new();
        // A family goes back the last first, so that each finds its neighbours as it left them.
        for no in moved.into_iter().rev() {
            let item = self.item(no).ok_or(Error::Broken("a move of no item"))?;
            let last = item.last_move.as_deref();
            let last = last.ok_or(Error::Broken("a move that is not its item's last"))?;
            let act = if last.ranked { Act::OrderProduct } else { Act::OrderDomain };
            self.may(actor, act, &[self.domain_of(item)?])?;
            if last.ranked {
                let moved = self.ranked_back(&mut order, no, last, reason)?;
                events.extend(moved.map(Event::from));
            } else {
                events.extend(self.reordered_back(no, item, last, reason)?.map(Event::from));
            }
        }
        Ok(events)
    }

    fn ranked_back(
        &self,
        order: &mut Order,
        no: ItemNo,
        last: &LastMove,
        reason: &Reason,
    ) -> Result<Option<ItemRanked>, Error> {
        let bottom = order.len().saturating_sub(1);
        let to = way_back(last, bottom, |other| neighbour_index(order, other, no));
        let to = to.ok_or(Error::NoWayBack { item: self.key_or_broken(no)? })?;
        let family_of = last.family_of.and_then(|head| self.key(head));
        let moved = self.ranked(order, no, to, reason)?;
        Ok(moved.map(|moved| ItemRanked { undoes: Some(last.version), family_of, ..moved }))
    }

    fn reordered_back(
        &self,
        no: ItemNo,
        item: &Item,
        last: &LastMove,
        reason: &Reason,
    ) -> Result<Option<ItemReordered>, Error> {
        let key = self.key_or_broken(no)?;
        self.not_pinned(&key, item)?;
        let (order, letter) = (&self.order, Letter::free(item.domain));
        let own = order.rank_in_letter(no);
        let index = |other| {
            let among = order.letter_of(other) == Some(letter);
            order.rank_in_letter(other).filter(|_| among).map(|other| without(other, own))
        };
        let bottom = order.len_of(letter).saturating_sub(1);
        let to_k = way_back(last, bottom, index).ok_or(Error::NoWayBack { item: key })?;
        let moved = self.reordered(no, to_k, reason)?;
        Ok(moved.map(|moved| ItemReordered { undoes: Some(last.version), ..moved }))
    }
}

/// The place below the former upper neighbour, else that of the former lower one, else the end at which the item was.
fn way_back(last: &LastMove, bottom: u32, index: impl Fn(ItemNo) -> Option<u32>) -> Option<u32> {
    let below = last.after.and_then(&index).map(|at| at + 1);
    let above = || last.before.and_then(&index);
    let end = || match (last.after, last.before) {
        (None, _) => Some(0),
        (Some(_), None) => Some(bottom),
        (Some(_), Some(_)) => None,
    };
    below.or_else(above).or_else(end)
}
