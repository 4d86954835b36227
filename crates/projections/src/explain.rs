//! Why an item is ranked where it is: the moves of the item and of what moved past it, newest first.
//!
//! The order of now is taken back move by move, on a clone, and the item's place is read off before and after each. So
//! every kind of move counts in the same way, and nothing is stored for it but the moves themselves.

use koepel_domain::{
    ids::Version,
    order::{Change, Error, ItemNo, Order},
};

use crate::history::Stretch;

/// Most items that a step names of those that an item went past.
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
    /// What moved past it or left, all of them in the order in which they did; or what it moved past itself, the first
    /// [`PASSED_MAX`] from the top.
    pub passed: Vec<ItemNo>,
    /// How many `passed` stands for.
    pub passed_total: u32,
}

/// Part of the story, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// The steps.
    pub steps: Vec<Step>,
    /// How many of the oldest moves have not been looked at; 0 when the item's arrival was reached.
    pub rest: usize,
}

/// Tells a stretch from its end until `steps_max` steps are found, the item arrives, or nothing is left of it.
///
/// # Errors
/// That of the order if the moves do not lead to it.
pub fn story(stretch: Stretch, item: ItemNo, steps_max: usize) -> Result<Story, Error> {
    let Stretch { mut order, moves, told, before: earlier } = stretch;
    for one in moves.get(told..).unwrap_or(&[]).iter().rev() {
        order.revert(&one.change)?;
    }
    let mut steps = Vec::new();
    let mut rest = told;
    while steps.len() < steps_max {
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
        let (how, to_place) = (How::Left, one(after));
        let mut step =
            Step { version, how, from_place: 0, to_place, passed: Vec::new(), passed_total: 0 };
        let mut seen = false;
        for change in together.iter().rev().map(|one| one.change) {
            seen |= look(&order, &change, item, &mut step);
            order.revert(&change)?;
        }
        rest = begin;
        let before = order.place_of(item);
        step.from_place = one(before);
        if seen && (step.how == How::Own || before != after) {
            if step.how != How::Own {
                // They were found from the last to the first.
                step.passed.reverse();
                step.passed_total = u32::try_from(step.passed.len()).unwrap_or(u32::MAX);
            }
            steps.push(step);
        }
        if before.is_none() && after.is_some() {
            return Ok(Story { steps, rest: 0 });
        }
    }
    Ok(Story { steps, rest: earlier + rest })
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
    if moved == item {
        if step.how != How::Own {
            // A step of its own is told by itself, not by what moved along with it.
            step.how = How::Own;
            step.passed.clear();
        }
        own(order, change, step);
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
    if touches && step.how != How::Own {
        if !step.passed.contains(&moved) {
            step.passed.push(moved);
        }
        if step.how == How::Left {
            step.how = how;
        }
    }
    touches
}

/// Notes what the item itself went past.
fn own(order: &Order, change: &Change, step: &mut Step) {
    let places: Vec<u32> = match change {
        Change::Relocate { from, to, .. } => {
            step.passed_total += from.abs_diff(*to);
            let range = if to < from { *to + 1..*from + 1 } else { *from..*to };
            range.take(PASSED_MAX).collect()
        }
        Change::Permute { letter, from_k, to_k, .. } => {
            step.passed_total += from_k.abs_diff(*to_k);
            let range = if to_k < from_k { *to_k + 1..*from_k + 1 } else { *from_k..*to_k };
            range.take(PASSED_MAX).filter_map(|k| order.select(*letter, k)).collect()
        }
        Change::Insert { .. } | Change::Remove { .. } | Change::SetLetter { .. } => return,
    };
    let room = PASSED_MAX.saturating_sub(step.passed.len());
    step.passed.extend(places.into_iter().filter_map(|place| order.item_at(place)).take(room));
}
