//! The order of a product's open items, seen from above and from each domain.
//!
//! One sequence of open items, each with a letter: its domain, and whether it is pinned. Read from above it is a *text* of
//! turns; each turn is a letter. Each letter has a *list* of its items, and the `k`-th turn of a letter is the `k`-th item's of
//! its list. So
//!
//! ```text
//! item_at(p)   = list(c).item(text.rank(c, p))     with c = text(p)
//! place_of(i)  = text.select(c, list(c).rank(i))   with c = letter(i)
//! ```
//!
//! A reorder within a domain changes one list and not the text, from which it follows that nobody else moves. A pinned item has
//! a letter of its own kind, so a domain's reorder flows around it. What must hold, and all that must, is that a letter has as
//! many turns in the text as items in its list, and each item is in the list of its letter; [`Order::check`] verifies this and
//! what each tree needs. The naive oracle that defines all this is in the tests: one `Vec`.
//!
//! # Representation
//!
//! - The text (`text.rs`) is a counted B-tree of `Arc` nodes, walked from the root only. Inner nodes count turns by letter and
//!   child (`rows.rs`) in blocks shared between versions.
//! - The lists (`lists.rs`) are counted B-trees in two arenas of nodes with stable numbers (`arena.rs`), because an item must
//!   find its rank from below: item → leaf → parents. Text nodes need no way up and so no numbers.
//! - The arenas and the table item → leaf are persistent arrays (`paged.rs`).
//!
//! A clone is therefore five reference counts, whatever the size; afterwards a change copies the nodes and pages on its way and
//! the two versions share the rest. Every operation costs O(log n) nodes. There are no labels or keys between neighbours that
//! could run out and need renumbering, so no operation is ever slow; the dearest is one that splits nodes at all levels.
//!
//! The sizes of nodes and pages lie where the curve is flat: halving or doubling any made no difference above a noise of 30 %.
//! `cargo run --release -p koepel-domain --example order_cost` prints what everything costs.
//!
//! Must not know what an item or a domain is, who may move what, or how places are asked for.

use std::fmt;

use self::{letter::Which, lists::Lists, text::Text};

pub use self::{
    change::{Change, Error},
    letter::{DomainNo, ItemNo, Letter},
};

mod arena;
mod build;
mod caps;
mod change;
mod check;
mod cost;
mod edit;
mod iter;
mod letter;
mod lists;
mod lists_edit;
mod paged;
mod rows;
mod run;
mod text;
mod text_edit;

#[cfg(test)]
mod tests;

/// The interleaved order of a product: open items from the top down, each with its letter.
///
/// Places and ranks count from nought. A clone costs next to nothing and is independent of the original; equality is that of
/// the sequence of items and letters.
#[derive(Clone, Default)]
pub struct Order {
    text: Text,
    lists: Lists,
}

impl Order {
    /// An order without items.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many items there are.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.text.len
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many items have a letter.
    #[must_use]
    pub fn len_of(&self, letter: Letter) -> u32 {
        letter.code().map_or(0, |code| self.lists.len(code))
    }

    /// How many items a domain has, free and pinned.
    #[must_use]
    pub fn len_of_domain(&self, domain: DomainNo) -> u32 {
        self.len_of(Letter::free(domain)) + self.len_of(Letter::pinned(domain))
    }

    /// The item at a place.
    #[must_use]
    pub fn item_at(&self, place: u32) -> Option<ItemNo> {
        let (code, k) = self.text.turn(place)?;
        self.lists.item(code, k).map(ItemNo)
    }

    /// The place of an item.
    #[must_use]
    pub fn place_of(&self, item: ItemNo) -> Option<u32> {
        let (code, k) = self.lists.rank(item.0)?;
        self.text.nth(Which::letter(code), k)
    }

    /// The letter of an item.
    #[must_use]
    pub fn letter_of(&self, item: ItemNo) -> Option<Letter> {
        self.lists.code(item.0).map(Letter::from_code)
    }

    /// Whose the turn at a place is.
    #[must_use]
    pub fn turn_at(&self, place: u32) -> Option<Letter> {
        self.text.turn(place).map(|(code, _)| Letter::from_code(code))
    }

    /// How many items of the same letter come before an item.
    #[must_use]
    pub fn rank_in_letter(&self, item: ItemNo) -> Option<u32> {
        self.lists.rank(item.0).map(|(_, k)| k)
    }

    /// The place of a letter's `k`-th turn.
    #[must_use]
    pub fn select(&self, letter: Letter, k: u32) -> Option<u32> {
        self.text.nth(Which::letter(letter.code()?), k)
    }

    /// How many of a letter's turns lie above a place; past the end, all of them.
    #[must_use]
    pub fn turns_before(&self, letter: Letter, place: u32) -> u32 {
        letter.code().map_or(0, |code| self.text.before(Which::letter(code), place))
    }

    /// The place of an item in the sub-backlog of its domain, free and pinned items together.
    #[must_use]
    pub fn domain_place(&self, item: ItemNo) -> Option<u32> {
        let (code, k) = self.lists.rank(item.0)?;
        let place = self.text.nth(Which::letter(code), k)?;
        Some(k + self.text.before(Which::letter(code ^ 1), place))
    }

    /// The `k`-th item of the sub-backlog of a domain, free and pinned items together.
    #[must_use]
    pub fn item_in_domain(&self, domain: DomainNo, k: u32) -> Option<ItemNo> {
        self.item_at(self.text.nth(Which::domain(domain)?, k)?)
    }

    /// How many items of a domain, free and pinned, lie above a place; past the end, all of them.
    #[must_use]
    pub fn domain_items_before(&self, domain: DomainNo, place: u32) -> u32 {
        Which::domain(domain).map_or(0, |which| self.text.before(which, place))
    }
}

impl PartialEq for Order {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter_from(0).eq(other.iter_from(0))
    }
}

impl Eq for Order {}

impl fmt::Debug for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter_from(0)).finish()
    }
}

/// A length as a number of turns or items, of which there are fewer than 2³².
fn n32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
