//! The specification of ORDER.md as code: one `Vec` of open items, and what each command does to it.
//!
//! Knows nothing of turns, letters or trees; says of each command whether it is accepted and what the list is afterwards.

use std::collections::BTreeMap;

use crate::order::ItemNo;

/// An open item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Open {
    pub(super) no: ItemNo,
    pub(super) domain: u16,
    pub(super) pinned: bool,
}

/// Who gives a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    Chief,
    Po(u16),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beside {
    Top,
    Bottom,
    Before(ItemNo),
    After(ItemNo),
}

/// A place, and the neighbour seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct To {
    pub(super) beside: Beside,
    pub(super) seen: Option<Option<ItemNo>>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    Rank { item: ItemNo, to: To, family: bool },
    Reorder { item: ItemNo, to: To },
    Pin { item: ItemNo },
    Unpin { item: ItemNo },
    Move { item: ItemNo, domain: u16 },
    Done { item: ItemNo },
    Drop { item: ItemNo },
    Reopen { item: ItemNo, to: Option<To> },
    New { domain: u16, parent: Option<ItemNo>, to: Option<To> },
    Undo { version: u64 },
}

/// How an item was moved: over the whole list or over its domain's unpinned items, and what it stood between there.
#[derive(Clone, Copy, Debug)]
struct Moved {
    item: ItemNo,
    ranked: bool,
    after: Option<ItemNo>,
    before: Option<ItemNo>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Model {
    pub(super) list: Vec<Open>,
    pub(super) closed: Vec<(ItemNo, u16)>,
    pub(super) parents: BTreeMap<ItemNo, ItemNo>,
    moves: BTreeMap<u64, Vec<Moved>>,
    items: u32,
}

impl Who {
    /// Whether they order and close in a domain.
    fn owns(self, domain: u16) -> bool {
        match self {
            Self::Chief => true,
            Self::Po(own) => own == domain,
        }
    }
}

fn position(list: &[ItemNo], item: ItemNo) -> Option<usize> {
    list.iter().position(|other| *other == item)
}

/// The gap that a place means, as an index into a list; none if the anchor or neighbour is not as said.
fn gap(list: &[ItemNo], moved: Option<ItemNo>, to: To) -> Option<usize> {
    let gap = match to.beside {
        Beside::Top => 0,
        Beside::Bottom => list.len(),
        Beside::Before(anchor) => position(list, anchor)?,
        Beside::After(anchor) => position(list, anchor)? + 1,
    };
    let side: Vec<ItemNo> = match to.beside {
        Beside::Top | Beside::After(_) => list[gap..].to_vec(),
        Beside::Bottom | Beside::Before(_) => list[..gap].iter().rev().copied().collect(),
    };
    let next = side.first().copied();
    let beyond = (next.is_some() && next == moved).then(|| side.get(1).copied());
    (to.seen.is_none_or(|seen| seen == next || Some(seen) == beyond)).then_some(gap)
}

/// Back between former neighbours: an index into a list without the item.
fn way_back(list: &[ItemNo], after: Option<ItemNo>, before: Option<ItemNo>) -> Option<usize> {
    let below = after.and_then(|after| position(list, after)).map(|at| at + 1);
    let above = before.and_then(|before| position(list, before));
    let top = after.is_none().then_some(0);
    let bottom = before.is_none().then_some(list.len());
    below.or(above).or(top).or(bottom)
}

fn around(list: &[ItemNo], item: ItemNo) -> (Option<ItemNo>, Option<ItemNo>) {
    let at = position(list, item).unwrap();
    (at.checked_sub(1).map(|at| list[at]), list.get(at + 1).copied())
}

impl Model {
    pub(super) fn numbers(&self) -> Vec<ItemNo> {
        self.list.iter().map(|open| open.no).collect()
    }

    pub(super) fn sub(&self, domain: u16) -> Vec<ItemNo> {
        self.list.iter().filter(|open| open.domain == domain).map(|open| open.no).collect()
    }

    fn free(&self, domain: u16) -> Vec<ItemNo> {
        self.list
            .iter()
            .filter(|open| open.domain == domain && !open.pinned)
            .map(|open| open.no)
            .collect()
    }

    fn open(&self, item: ItemNo) -> Option<Open> {
        self.list.iter().find(|open| open.no == item).copied()
    }

    /// Open descendants as they stand.
    fn family(&self, head: ItemNo) -> Vec<ItemNo> {
        let below = |no: ItemNo| {
            std::iter::successors(Some(no), |no| self.parents.get(no).copied())
                .skip(1)
                .any(|no| no == head)
        };
        self.numbers().into_iter().filter(|no| below(*no)).collect()
    }

    /// Moves one item to an index of the list without it.
    fn relocate(&mut self, item: ItemNo, to: usize, group: &mut Vec<Moved>) {
        let (after, before) = around(&self.numbers(), item);
        let from = position(&self.numbers(), item).unwrap();
        if from != to {
            let open = self.list.remove(from);
            self.list.insert(to, open);
            group.push(Moved { item, ranked: true, after, before });
        }
    }

    /// Permutes the domain's unpinned items over their places so that the item is the `k`-th.
    fn permute(&mut self, item: ItemNo, k: usize, group: &mut Vec<Moved>) {
        let domain = self.open(item).unwrap().domain;
        let mut free = self.free(domain);
        let (after, before) = around(&free, item);
        let from = position(&free, item).unwrap();
        if from == k {
            return;
        }
        free.remove(from);
        free.insert(k, item);
        let places = self.list.iter_mut().filter(|open| open.domain == domain && !open.pinned);
        places.zip(free).for_each(|(open, no)| open.no = no);
        group.push(Moved { item, ranked: false, after, before });
    }

    /// How many unpinned items of a domain, without one, are above a gap of its sub-backlog.
    fn turn(&self, domain: u16, moved: Option<ItemNo>, to: To) -> Option<usize> {
        let sub = self.sub(domain);
        let gap = gap(&sub, moved, to)?;
        Some(
            sub[..gap]
                .iter()
                .filter(|no| Some(**no) != moved && !self.open(**no).unwrap().pinned)
                .count(),
        )
    }

    /// Brings an item in; `false` if it is refused.
    fn arrive(&mut self, who: Who, no: ItemNo, domain: u16, to: Option<To>) -> bool {
        let open = Open { no, domain, pinned: false };
        let bottom = To { beside: Beside::Bottom, seen: None };
        let to = to.unwrap_or(bottom);
        if who == Who::Chief || to == bottom {
            let Some(gap) = gap(&self.numbers(), None, to) else { return false };
            self.list.insert(gap, open);
        } else {
            let Some(k) = self.turn(domain, None, to) else { return false };
            self.list.push(open);
            self.permute(no, k, &mut Vec::new());
        }
        true
    }

    fn forget(&mut self, item: ItemNo) {
        self.moves.retain(|_, group| group.iter().all(|moved| moved.item != item));
    }

    fn note(&mut self, version: u64, group: Vec<Moved>) {
        group.iter().for_each(|moved| self.forget(moved.item));
        if !group.is_empty() {
            self.moves.insert(version, group);
        }
    }

    /// What a command makes of the list, if it is accepted; `version` is the one it makes.
    pub(super) fn after(&self, who: Who, step: Step, version: u64) -> Option<Self> {
        let mut model = self.clone();
        model.make(who, step, version).then_some(model)
    }

    fn make(&mut self, who: Who, step: Step, version: u64) -> bool {
        let mut group = Vec::new();
        match step {
            Step::Rank { item, to, family } => {
                let (Some(_), Who::Chief) = (self.open(item), who) else { return false };
                let Some(gap) = gap(&self.numbers(), Some(item), to) else { return false };
                let family = if family { self.family(item) } else { Vec::new() };
                if let Beside::Before(anchor) | Beside::After(anchor) = to.beside
                    && family.contains(&anchor)
                {
                    return false;
                }
                let above = self.numbers()[..gap].iter().filter(|no| **no != item).count();
                // Next to itself is where it is.
                let itself = matches!(to.beside, Beside::Before(anchor) | Beside::After(anchor) if anchor == item);
                let to = if itself { position(&self.numbers(), item).unwrap() } else { above };
                self.relocate(item, to, &mut group);
                let mut last = item;
                for member in family {
                    let rest: Vec<ItemNo> =
                        self.numbers().into_iter().filter(|no| *no != member).collect();
                    self.relocate(member, position(&rest, last).unwrap() + 1, &mut group);
                    last = member;
                }
                self.note(version, group);
                true
            }
            Step::Reorder { item, to } => {
                let Some(open) =
                    self.open(item).filter(|open| who.owns(open.domain) && !open.pinned)
                else {
                    return false;
                };
                let Some(k) = self.turn(open.domain, Some(item), to) else { return false };
                self.permute(item, k, &mut group);
                self.note(version, group);
                true
            }
            Step::Pin { item } => who == Who::Chief && self.set(item, |open| open.pinned = true),
            Step::Unpin { item } => {
                let pinned = self.open(item).is_some_and(|open| open.pinned);
                who == Who::Chief && pinned && self.set(item, |open| open.pinned = false)
            }
            Step::Move { item, domain } => self.change_domain(who, item, domain),
            Step::Done { item } | Step::Drop { item } => {
                let drops = matches!(step, Step::Drop { .. });
                let may = |open: &Open| who.owns(open.domain) && !(drops && open.pinned);
                let Some(open) = self.open(item).filter(may) else { return false };
                self.list.retain(|other| other.no != item);
                self.closed.push((item, open.domain));
                self.forget(item);
                true
            }
            Step::Reopen { item, to } => {
                let Some(at) = self.closed.iter().position(|(no, _)| *no == item) else {
                    return false;
                };
                let (_, domain) = self.closed.remove(at);
                who.owns(domain) && self.arrive(who, item, domain, to)
            }
            Step::New { domain, parent, to } => {
                let no = ItemNo(self.items);
                self.items += 1;
                self.parents.extend(parent.map(|parent| (no, parent)));
                who.owns(domain) && self.arrive(who, no, domain, to)
            }
            Step::Undo { version: undone } => self.undo(who, undone, version),
        }
    }

    fn set(&mut self, item: ItemNo, set: impl Fn(&mut Open)) -> bool {
        self.list.iter_mut().find(|open| open.no == item).map(set).is_some()
    }

    fn change_domain(&mut self, who: Who, item: ItemNo, domain: u16) -> bool {
        let closed = self.closed.iter().position(|(no, _)| *no == item);
        let from = self.open(item).map(|open| open.domain).or(closed.map(|at| self.closed[at].1));
        let Some(from) = from.filter(|from| who.owns(*from) && who.owns(domain)) else {
            return false;
        };
        if from == domain {
            return true;
        }
        if self.open(item).is_some_and(|open| open.pinned) {
            return false;
        }
        if let Some(at) = closed {
            self.closed[at].1 = domain;
        }
        self.set(item, |open| open.domain = domain);
        self.forget(item);
        true
    }

    fn undo(&mut self, who: Who, undone: u64, version: u64) -> bool {
        let Some(moved) = self.moves.get(&undone).cloned() else { return false };
        let mut group = Vec::new();
        for Moved { item, ranked, after, before } in moved.into_iter().rev() {
            let open = self.open(item).unwrap();
            if ranked {
                let rest: Vec<ItemNo> =
                    self.numbers().into_iter().filter(|no| *no != item).collect();
                let (Some(to), Who::Chief) = (way_back(&rest, after, before), who) else {
                    return false;
                };
                self.relocate(item, to, &mut group);
            } else {
                if !who.owns(open.domain) || open.pinned {
                    return false;
                }
                let rest: Vec<ItemNo> =
                    self.free(open.domain).into_iter().filter(|no| *no != item).collect();
                let Some(k) = way_back(&rest, after, before) else { return false };
                self.permute(item, k, &mut group);
            }
        }
        self.note(version, group);
        true
    }
}
