//! Why an item is ranked where it is: the moves of the item and of what moved past it, newest first.
//!
//! The order of now is taken back move by move, on a clone, and the item's place is read off before and after each. So
//! every kind of move counts in the same way, and nothing is stored for it but the moves themselves.

use koepel_domain::{
    ids::Version,
    order::{Change, ItemNo, Order},
};

use crate::history::Move;

/// Most items that a step names.
pub const PASSED_MAX: usize = 10;

/// What a step was, for the item in question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// The item itself came, moved, was pinned or unpinned, or changed its domain.
    Own,
    /// Something moved past it, or came in above it.
    Passed,
    /// Something above it left the order.
    Left,
}

/// One version on the way to where an item stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The version.
    pub version: Version,
    /// What it was for the item.
    pub how: How,
    /// The item's place before, from 1; 0 for "not in the order".
    pub from_place: u32,
    /// The item's place afterwards, from 1.
    pub to_place: u32,
    /// What moved past it, or what it moved past, or what left; the first [`PASSED_MAX`].
    pub passed: Vec<ItemNo>,
}

/// Part of the story, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// The steps.
    pub steps: Vec<Step>,
    /// How many of the oldest moves have not been looked at; 0 when the item's arrival was reached.
    pub rest: usize,
    /// The order as it was before the oldest move that was looked at; the next part begins there.
    pub order: Order,
}

/// Takes `order` back through `moves` (oldest first, of which the last brought `order` about) until `steps_max` steps are
/// found, `moves_max` moves have been looked at, or the item arrives.
#[must_use]
pub fn story(
    mut order: Order,
    moves: &[Move],
    item: ItemNo,
    steps_max: usize,
    moves_max: usize,
) -> Story {
    let mut steps = Vec::new();
    let mut rest = moves.len();
    while steps.len() < steps_max && moves.len() - rest < moves_max {
        // All moves of one version are one step.
        let Some(version) =
            rest.checked_sub(1).and_then(|last| moves.get(last)).map(|last| last.version)
        else {
            break;
        };
        let begin = moves
            .get(..rest)
            .map_or(0, |seen| seen.partition_point(|earlier| earlier.version < version));
        let together = moves.get(begin..rest).unwrap_or(&[]);
        let after = order.place_of(item);
        let mut step = Step {
            version,
            how: How::Left,
            from_place: 0,
            to_place: one(after),
            passed: Vec::new(),
        };
        let mut seen = false;
        for change in together.iter().rev().map(|one| one.change) {
            let touches = look(&order, &change, item, &mut step);
            seen |= touches;
            if order.revert(&change).is_err() {
                // The moves do not belong to this order; what is told so far is true.
                return Story { steps, rest: 0, order };
            }
        }
        rest = begin;
        let before = order.place_of(item);
        step.from_place = one(before);
        if seen && (step.how == How::Own || before != after) {
            steps.push(step);
        }
        if before.is_none() && after.is_some() {
            return Story { steps, rest: 0, order };
        }
    }
    Story { steps, rest, order }
}

fn one(place: Option<u32>) -> u32 {
    place.map_or(0, |place| place + 1)
}

/// What `change`, which has just brought `order` about, was for the item; notes it in `step`.
fn look(order: &Order, change: &Change, item: ItemNo, step: &mut Step) -> bool {
    let moved = match change {
        Change::Insert { item, .. }
        | Change::Remove { item, .. }
        | Change::Relocate { item, .. }
        | Change::SetLetter { item, .. }
        | Change::Permute { item, .. } => *item,
    };
    let mut name = |no: ItemNo| {
        if step.passed.len() < PASSED_MAX && !step.passed.contains(&no) {
            step.passed.push(no);
        }
    };
    if moved == item {
        step.how = How::Own;
        match change {
            Change::Relocate { from, to, .. } => {
                let range = if to < from { *to + 1..*from + 1 } else { *from..*to };
                range.take(PASSED_MAX).filter_map(|place| order.item_at(place)).for_each(name);
            }
            Change::Permute { letter, from_k, to_k, .. } => {
                let range = if to_k < from_k { *to_k + 1..*from_k + 1 } else { *from_k..*to_k };
                let places = range.take(PASSED_MAX).filter_map(|k| order.select(*letter, k));
                places.filter_map(|place| order.item_at(place)).for_each(name);
            }
            Change::Insert { .. } | Change::Remove { .. } | Change::SetLetter { .. } => {}
        }
        return true;
    }
    let Some(place) = order.place_of(item) else { return false };
    let (touches, how) = match change {
        Change::Insert { place: at, .. } => (*at < place, How::Passed),
        // `place` was one more before, unless the item stood above the one that left.
        Change::Remove { place: at, .. } => (*at <= place, How::Left),
        Change::Relocate { from, to, .. } => {
            let before = if to <= &place { place.wrapping_sub(1) } else { place };
            let before = if from <= &before { before.wrapping_add(1) } else { before };
            (before != place, How::Passed)
        }
        Change::SetLetter { .. } => (false, How::Passed),
        Change::Permute { letter, from_k, to_k, .. } => {
            let k = order.rank_in_letter(item).filter(|_| order.letter_of(item) == Some(*letter));
            let (low, high) = if from_k < to_k { (*from_k, *to_k) } else { (*to_k, *from_k) };
            (k.is_some_and(|k| (low..=high).contains(&k)), How::Passed)
        }
    };
    if touches {
        name(moved);
        if step.how == How::Left {
            step.how = how;
        }
    }
    touches
}
