//! The changes of an order, each as a few steps on the text and the lists.
//!
//! Everything that can be wrong is ruled out before the first step, so that a refused change leaves the order as it was.

use super::{Error, ItemNo, Letter, Order};

impl Order {
    /// Brings an item in, with a turn of its letter, before the item at `place`.
    ///
    /// # Errors
    /// The item is in the order already, or there is no such place or domain.
    pub fn insert(&mut self, item: ItemNo, letter: Letter, place: u32) -> Result<(), Error> {
        let code = code(letter)?;
        if self.lists.code(item.0).is_some() {
            return Err(Error::Known { item });
        }
        check_place(place, self.len())?;
        let rank = self.text.insert(place, code);
        whole(rank.and_then(|k| self.lists.insert(code, k, item.0)), item)
    }

    /// Takes an item out, and its turn along; answers its letter and the place where it was.
    ///
    /// # Errors
    /// The item is not in the order.
    pub fn remove(&mut self, item: ItemNo) -> Result<(Letter, u32), Error> {
        if self.lists.code(item.0).is_none() {
            return Err(Error::Unknown { item });
        }
        let taken = self.lists.remove(item.0);
        let taken =
            taken.and_then(|(code, k)| Some((Letter::from_code(code), self.text.remove(code, k)?)));
        whole(taken, item)
    }

    /// Moves an item and its turn to a place, counted without it. The relative order of all others stays.
    ///
    /// # Errors
    /// The item is not in the order, or there is no such place.
    pub fn relocate(&mut self, item: ItemNo, to: u32) -> Result<(), Error> {
        let (code, k) = self.lists.rank(item.0).ok_or(Error::Unknown { item })?;
        check_place(to, self.len() - 1)?;
        let rank = self.text.remove(code, k).and_then(|_| self.text.insert(to, code));
        let shifted =
            rank.and_then(|to_k| if to_k == k { Some(()) } else { self.lists.shift(item.0, to_k) });
        whole(shifted, item)
    }

    /// Makes an item another letter's: pinned, unpinned, or another domain's. It keeps its place, as does every other.
    ///
    /// # Errors
    /// The item is not in the order, or there is no such domain.
    pub fn set_letter(&mut self, item: ItemNo, letter: Letter) -> Result<(), Error> {
        let new = code(letter)?;
        let (old, k) = self.lists.rank(item.0).ok_or(Error::Unknown { item })?;
        if old == new {
            return Ok(());
        }
        let exchanged = self.text.exchange(old, k, new);
        let done = exchanged.and_then(|(_, to_k)| {
            self.lists.remove(item.0)?;
            self.lists.insert(new, to_k, item.0)
        });
        whole(done, item)
    }

    /// Moves an item among those of its letter, to a rank counted without it. All turns stay where they are.
    ///
    /// # Errors
    /// The item is not in the order, or its letter has no such rank.
    pub fn permute(&mut self, item: ItemNo, to_k: u32) -> Result<(), Error> {
        let code = self.lists.code(item.0).ok_or(Error::Unknown { item })?;
        let last = self.lists.len(code) - 1;
        if to_k > last {
            return Err(Error::NoSuchRank { k: to_k, last });
        }
        whole(self.lists.shift(item.0, to_k), item)
    }
}

fn code(letter: Letter) -> Result<u16, Error> {
    letter.code().ok_or(Error::NoSuchDomain { domain: letter.domain })
}

fn check_place(place: u32, last: u32) -> Result<(), Error> {
    if place > last { Err(Error::NoSuchPlace { place, last }) } else { Ok(()) }
}

/// The outcome of steps that cannot fail in an order that is whole.
fn whole<T>(outcome: Option<T>, item: ItemNo) -> Result<T, Error> {
    debug_assert!(outcome.is_some(), "the order contradicts itself at {item:?}");
    outcome.ok_or(Error::Broken { item })
}
