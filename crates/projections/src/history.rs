//! What happened to each item, and how the order changed: the versions, not the words. The words stay in the log.
//!
//! Beside the moves the order is kept as it was now and then, so that no way back is long.

use koepel_domain::{
    commit::Commit,
    event::Event,
    ids::{EntryNo, Version},
    order::{Change, ItemNo, Order},
    product::Product,
};
use serde::{Deserialize, Serialize};

/// At least so many moves lie between two orders that are kept. A larger order is kept after as many moves as it has items, so
/// that all those kept are never larger than the moves.
#[cfg(not(test))]
const KEPT_EVERY: usize = 20_000;
#[cfg(test)]
pub(crate) const KEPT_EVERY: usize = 8;

/// A change of the order, with the version that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    /// The version.
    pub version: Version,
    /// What changed.
    pub change: Change,
}

/// The order as it was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Kept {
    /// After so many moves.
    moves: usize,
    order: Order,
}

/// The history of a product.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct History {
    items: Vec<Vec<Version>>,
    /// Of the roadmap.
    entries: Vec<Vec<Version>>,
    moves: Vec<Move>,
    /// The order after all moves.
    order: Order,
    /// Oldest first.
    kept: Vec<Kept>,
}

/// A part of the way that the order has come, cut out so that it can be told without holding on to the history.
#[derive(Clone, Debug)]
pub struct Stretch {
    /// The order after the last of the moves.
    pub(crate) order: Order,
    /// Oldest first, whole versions but for the newest.
    pub(crate) moves: Vec<Move>,
    /// How many of the moves, from the oldest on, are to be told; those after them are only taken back.
    pub(crate) told: usize,
    /// How many moves came before the first.
    pub(crate) before: usize,
}

impl History {
    /// Folds a commit in; `product` is the state after it, or a later one.
    pub fn apply(&mut self, commit: &Commit<Event>, changes: &[Change], product: &Product) {
        for event in commit.events.iter().filter(|event| event.is_news()) {
            let into =
                if let Event::ItemMerged(merged) = event { Some(&merged.into) } else { None };
            for key in event.item().into_iter().chain(into) {
                if let Some(no) = product.item_no(key) {
                    touch(&mut self.items, no.0, commit.version);
                }
            }
            if let Some(entry) = event.entry() {
                touch(&mut self.entries, entry.0, commit.version);
            }
        }
        for change in changes {
            self.moves.push(Move { version: commit.version, change: *change });
            let fits = self.order.apply(change).is_ok();
            debug_assert!(fits, "{change:?} of version {} does not fit", commit.version);
            self.keep();
        }
    }

    /// Keeps the order if the last one kept is far enough back.
    fn keep(&mut self) {
        let len = usize::try_from(self.order.len()).unwrap_or(usize::MAX);
        let last = self.kept.last().map_or(0, |kept| kept.moves);
        if self.moves.len() - last >= len.max(KEPT_EVERY) {
            self.kept.push(Kept { moves: self.moves.len(), order: self.order.clone() });
        }
    }

    /// The versions that did something to an item, oldest first.
    #[must_use]
    pub fn of(&self, no: ItemNo) -> &[Version] {
        versions(&self.items, no.0)
    }

    /// The versions that did something to an entry of the roadmap, oldest first.
    #[must_use]
    pub fn of_entry(&self, no: EntryNo) -> &[Version] {
        versions(&self.entries, no.0)
    }

    /// All changes of the order, oldest first.
    #[must_use]
    pub fn moves(&self) -> &[Move] {
        &self.moves
    }

    /// The stretch that ends with the first `rest` moves, of which it tells `moves_max` and what else their oldest version did;
    /// `None` for those up to `version`, which brought the order `now` about.
    ///
    /// It is as long as that and at most the distance between two orders that are kept: [`KEPT_EVERY`] moves, or as many as
    /// there were items. Cutting it out costs a copy of these moves.
    #[must_use]
    pub fn stretch(
        &self,
        version: Version,
        now: &Order,
        rest: Option<usize>,
        moves_max: usize,
    ) -> Stretch {
        let end = self.moves.partition_point(|one| one.version <= version);
        let newest = rest.map_or(end, |rest| rest.min(end));
        let next = self.kept.partition_point(|kept| kept.moves < newest);
        let kept = self.kept.get(next).filter(|kept| kept.moves < end);
        let (last, order) = kept.map_or((end, now), |kept| (kept.moves, &kept.order));
        let oldest = newest.saturating_sub(moves_max);
        let before = self.moves.get(oldest).map_or(oldest, |first| {
            self.moves.partition_point(|earlier| earlier.version < first.version)
        });
        let moves = self.moves.get(before..last).unwrap_or(&[]).to_vec();
        Stretch { order: order.clone(), moves, told: newest - before, before }
    }
}

fn touch(all: &mut Vec<Vec<Version>>, no: u32, version: Version) {
    let Ok(index) = usize::try_from(no) else { return };
    if index >= all.len() {
        all.resize_with(index + 1, Vec::new);
    }
    if let Some(versions) = all.get_mut(index)
        && versions.last() != Some(&version)
    {
        versions.push(version);
    }
}

fn versions(all: &[Vec<Version>], no: u32) -> &[Version] {
    let versions = usize::try_from(no).ok().and_then(|index| all.get(index));
    versions.map_or(&[], Vec::as_slice)
}
