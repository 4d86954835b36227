//! The specification: one `Vec` of open items, each with a letter, and the ordinary operations of a list.

use super::super::{Change, DomainNo, ItemNo, Letter};

/// The order as a plain list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Oracle {
    pub(super) items: Vec<(ItemNo, Letter)>,
}

impl Oracle {
    pub(super) fn place_of(&self, item: ItemNo) -> Option<usize> {
        self.items.iter().position(|(other, _)| *other == item)
    }

    /// The places of those turns, from the top down.
    pub(super) fn places(&self, of: impl Fn(Letter) -> bool) -> impl Iterator<Item = usize> {
        let held = self.items.iter().enumerate().filter(move |(_, (_, letter))| of(*letter));
        held.map(|(place, _)| place)
    }

    pub(super) fn places_of(&self, letter: Letter) -> impl Iterator<Item = usize> {
        self.places(move |other| other == letter)
    }

    pub(super) fn places_of_domain(&self, domain: DomainNo) -> impl Iterator<Item = usize> {
        self.places(move |letter| letter.domain == domain)
    }

    /// The rank of the item at a place among those of its letter.
    pub(super) fn rank_at(&self, place: usize) -> usize {
        self.places_of(self.items[place].1).take_while(|other| *other < place).count()
    }

    pub(super) fn apply(&mut self, change: &Change) {
        match *change {
            Change::Insert { item, letter, place } => {
                self.items.insert(place as usize, (item, letter))
            }
            Change::Remove { item, .. } => {
                let place = self.place_of(item).unwrap();
                self.items.remove(place);
            }
            Change::Relocate { item, to, .. } => {
                let place = self.place_of(item).unwrap();
                let moved = self.items.remove(place);
                self.items.insert(to as usize, moved);
            }
            Change::SetLetter { item, to, .. } => {
                let place = self.place_of(item).unwrap();
                self.items[place].1 = to;
            }
            Change::Permute { item, letter, to_k, .. } => {
                let places: Vec<usize> = self.places_of(letter).collect();
                let mut items: Vec<ItemNo> =
                    places.iter().map(|place| self.items[*place].0).collect();
                items.retain(|other| *other != item);
                items.insert(to_k as usize, item);
                for (place, item) in places.into_iter().zip(items) {
                    self.items[place].0 = item;
                }
            }
        }
    }
}
