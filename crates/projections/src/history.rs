//! What happened to each item, and how the order changed: the versions, not the words. The words stay in the log.

use koepel_domain::{
    commit::Commit,
    event::Event,
    ids::{ItemKey, Version},
    order::{Change, ItemNo},
    product::Product,
};
use serde::{Deserialize, Serialize};

/// A change of the order, with the version that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    /// The version.
    pub version: Version,
    /// What changed.
    pub change: Change,
}

/// The history of a product.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct History {
    items: Vec<Vec<Version>>,
    moves: Vec<Move>,
}

impl History {
    /// Folds a commit in; `product` is the state after it, or a later one.
    pub fn apply(&mut self, commit: &Commit<Event>, changes: &[Change], product: &Product) {
        for event in &commit.events {
            let into =
                if let Event::ItemMerged(merged) = event { Some(&merged.into) } else { None };
            for key in event.item().into_iter().chain(into) {
                self.touch(product, key, commit.version);
            }
        }
        self.moves
            .extend(changes.iter().map(|change| Move { version: commit.version, change: *change }));
    }

    fn touch(&mut self, product: &Product, key: &ItemKey, version: Version) {
        let Some(index) = product.item_no(key).and_then(|no| usize::try_from(no.0).ok()) else {
            return;
        };
        if index >= self.items.len() {
            self.items.resize_with(index + 1, Vec::new);
        }
        if let Some(versions) = self.items.get_mut(index)
            && versions.last() != Some(&version)
        {
            versions.push(version);
        }
    }

    /// The versions that did something to an item, oldest first.
    #[must_use]
    pub fn of(&self, no: ItemNo) -> &[Version] {
        usize::try_from(no.0)
            .ok()
            .and_then(|index| self.items.get(index))
            .map_or(&[], Vec::as_slice)
    }

    /// All changes of the order, oldest first.
    #[must_use]
    pub fn moves(&self) -> &[Move] {
        &self.moves
    }
}
