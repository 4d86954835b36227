//! Changes as values: what events carry, what is applied on replay and reverted when looking back.
//!
//! A change says what happened, with all that its inverse needs. It is applied only to an order that it fits.

use serde::{Deserialize, Serialize};

use super::{DomainNo, ItemNo, Letter, Order};

/// One change of an order that can be reverted. Places and ranks count from nought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Change {
    /// An item came in, with a turn of its letter.
    Insert {
        /// The item, not in the order before.
        item: ItemNo,
        /// Its letter.
        letter: Letter,
        /// Its place afterwards.
        place: u32,
    },
    /// An item left and took its turn along.
    Remove {
        /// The item.
        item: ItemNo,
        /// Its letter.
        letter: Letter,
        /// Its place before.
        place: u32,
    },
    /// An item and its turn went to another place.
    Relocate {
        /// The item.
        item: ItemNo,
        /// Its place before.
        from: u32,
        /// Its place afterwards.
        to: u32,
    },
    /// An item was pinned, unpinned or changed its domain, and kept its place.
    SetLetter {
        /// The item.
        item: ItemNo,
        /// Its letter before.
        from: Letter,
        /// Its letter afterwards.
        to: Letter,
    },
    /// An item went to another rank among those of its letter; the turns stayed.
    Permute {
        /// The item.
        item: ItemNo,
        /// Its letter.
        letter: Letter,
        /// Its rank before.
        from_k: u32,
        /// Its rank afterwards.
        to_k: u32,
    },
}

/// Why an order refuses a change. It is then as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The item is in the order already.
    #[error("item number {} is in the order already", item.0)]
    Known {
        /// The item.
        item: ItemNo,
    },
    /// The item is not in the order.
    #[error("item number {} is not in the order", item.0)]
    Unknown {
        /// The item.
        item: ItemNo,
    },
    /// There is no such place.
    #[error("place {place} is past the last one, {last}")]
    NoSuchPlace {
        /// The place asked for.
        place: u32,
        /// The last place possible for this change.
        last: u32,
    },
    /// The letter has no such rank.
    #[error("rank {k} is past the last one of the letter, {last}")]
    NoSuchRank {
        /// The rank asked for.
        k: u32,
        /// The last rank of the letter.
        last: u32,
    },
    /// The domain's number is above [`DomainNo::MAX`].
    #[error("domain number {} is above {}", domain.0, DomainNo::MAX.0)]
    NoSuchDomain {
        /// The domain.
        domain: DomainNo,
    },
    /// A change was made for an order in which the item has another letter.
    #[error("item number {} has the letter {found:?}, not {expected:?}", item.0)]
    OtherLetter {
        /// The item.
        item: ItemNo,
        /// The letter that the change names.
        expected: Letter,
        /// The letter of the item.
        found: Letter,
    },
    /// A change was made for an order in which the item is elsewhere.
    #[error("item number {} is at {found}, not at {expected}", item.0)]
    Elsewhere {
        /// The item.
        item: ItemNo,
        /// The place or rank that the change names.
        expected: u32,
        /// The place or rank of the item.
        found: u32,
    },
    /// The order contradicts itself: a defect of this module, after which the order must not be used.
    #[error("the order contradicts itself at item number {}", item.0)]
    Broken {
        /// The item of the change that met the contradiction.
        item: ItemNo,
    },
}

impl Change {
    /// The change that takes this one back.
    #[must_use]
    pub const fn inverse(&self) -> Self {
        match *self {
            Self::Insert { item, letter, place } => Self::Remove { item, letter, place },
            Self::Remove { item, letter, place } => Self::Insert { item, letter, place },
            Self::Relocate { item, from, to } => Self::Relocate { item, from: to, to: from },
            Self::SetLetter { item, from, to } => Self::SetLetter { item, from: to, to: from },
            Self::Permute { item, letter, from_k, to_k } => {
                Self::Permute { item, letter, from_k: to_k, to_k: from_k }
            }
        }
    }
}

impl Order {
    /// Makes a change that fits this order.
    ///
    /// # Errors
    /// Those of the operation, and [`Error::OtherLetter`] or [`Error::Elsewhere`] if the item is not as the change says.
    pub fn apply(&mut self, change: &Change) -> Result<(), Error> {
        match *change {
            Change::Insert { item, letter, place } => self.insert(item, letter, place),
            Change::Remove { item, letter, place } => {
                self.expect_letter(item, letter)?;
                self.expect_place(item, place)?;
                self.remove(item).map(|_| ())
            }
            Change::Relocate { item, from, to } => {
                self.expect_place(item, from)?;
                self.relocate(item, to)
            }
            Change::SetLetter { item, from, to } => {
                self.expect_letter(item, from)?;
                self.set_letter(item, to)
            }
            Change::Permute { item, letter, from_k, to_k } => {
                self.expect_letter(item, letter)?;
                let found = self.rank_in_letter(item).ok_or(Error::Unknown { item })?;
                if found != from_k {
                    return Err(Error::Elsewhere { item, expected: from_k, found });
                }
                self.permute(item, to_k)
            }
        }
    }

    /// Takes back a change that was the last one of this order, or that commutes with those since.
    ///
    /// # Errors
    /// As [`Order::apply`] of the [inverse](Change::inverse).
    pub fn revert(&mut self, change: &Change) -> Result<(), Error> {
        self.apply(&change.inverse())
    }

    fn expect_letter(&self, item: ItemNo, expected: Letter) -> Result<(), Error> {
        let found = self.letter_of(item).ok_or(Error::Unknown { item })?;
        if found == expected { Ok(()) } else { Err(Error::OtherLetter { item, expected, found }) }
    }

    fn expect_place(&self, item: ItemNo, expected: u32) -> Result<(), Error> {
        let found = self.place_of(item).ok_or(Error::Unknown { item })?;
        if found == expected { Ok(()) } else { Err(Error::Elsewhere { item, expected, found }) }
    }
}
