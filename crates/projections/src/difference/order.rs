//! How an order differs from what it was, net: which items moved, and past which.
//!
//! Most items that stand elsewhere did not move: something came, left or moved above them. Only what the moves in between
//! touched can have moved, and of that only what does not fit between the rest any more. *The rest* is the longest part of the
//! order that both have in common, in which what nobody touched counts far more than what somebody did.
//!
//! Two things move independently: a turn, when the Chief PO ranks; and an item over its domain's turns, when its PO reorders. So
//! they are looked at one after the other. For the turns the order of before is written with the order that each domain has
//! now, so that a reorder is no difference there; for each domain its own list is compared.

use std::collections::{BTreeMap, HashMap, HashSet};

use koepel_domain::{
    ids::Version,
    order::{Change, DomainNo, ItemNo, Order},
};

use super::SAID_MAX;
use crate::history::Move;

/// What an item counts that nobody touched; more than all together that were touched, of which each counts 1.
const UNTOUCHED: u64 = 1 << 40;
/// What an item counts that nobody touched, but that may have given way to one that was.
const GAVE_WAY: u64 = 1 << 23;

/// An item that moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Moved {
    /// Which.
    pub(super) item: ItemNo,
    /// Whether its turn moved; otherwise it moved within its domain.
    pub(super) turn: bool,
    /// Its place before, from 1: in the overarching order if its turn moved, else in the sub-backlog.
    pub(super) from: u32,
    /// Its place now, likewise.
    pub(super) to: u32,
    /// Whether it went up past what it passed. Its place may say otherwise, where others came or left above it.
    pub(super) up: bool,
    /// What it went past and nobody else moved.
    pub(super) passed: Passed,
    /// The version that moved it last.
    pub(super) version: Version,
}

/// What an item went past. Of what may be most of the order only so much is kept as is told: ten thousand items that went past a
/// hundred thousand would be a thousand million otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Passed {
    /// The first [`SAID_MAX`] of them, the one that it stands next to now first.
    pub(super) first: Vec<ItemNo>,
    /// How many they are.
    pub(super) count: usize,
    /// Their domains, each once.
    pub(super) domains: Vec<DomainNo>,
}

/// What stays where it is, from the top down, to be asked what lies between two of its places. One question costs a look into the
/// list of each domain.
struct Kept {
    items: Vec<ItemNo>,
    /// The places of each domain's items among them, in order.
    of_domains: BTreeMap<DomainNo, Vec<usize>>,
}

impl Kept {
    fn new(items: Vec<ItemNo>, domain_of: impl Fn(ItemNo) -> Option<DomainNo>) -> Self {
        let mut of_domains: BTreeMap<DomainNo, Vec<usize>> = BTreeMap::new();
        for (place, item) in items.iter().enumerate() {
            if let Some(domain) = domain_of(*item) {
                of_domains.entry(domain).or_default().push(place);
            }
        }
        Self { items, of_domains }
    }

    /// What an item goes past from one place to another.
    fn between(&self, from: usize, to: usize) -> Passed {
        let up = to < from;
        let (begin, end) = (from.min(to), from.max(to));
        let all = self.items.get(begin..end).unwrap_or(&[]);
        let first = if up {
            all.iter().take(SAID_MAX).copied().collect()
        } else {
            all.iter().rev().take(SAID_MAX).copied().collect()
        };
        let lies_between = |places: &Vec<usize>| {
            let next = places.partition_point(|place| *place < begin);
            places.get(next).is_some_and(|place| *place < end)
        };
        let there = self.of_domains.iter().filter(|(_, places)| lies_between(places));
        Passed { first, count: all.len(), domains: there.map(|(domain, _)| *domain).collect() }
    }
}

/// What the moves in between touched.
#[derive(Default)]
struct Touched {
    /// With their turns.
    turns: HashMap<ItemNo, Version>,
    /// Within their domains.
    within: HashMap<ItemNo, Version>,
    /// Those that came, left or took their turn along, so that no reorder carries them.
    bound: HashSet<ItemNo>,
    /// Domains whose items flowed over their turns, with the version that made them do so last.
    flowed: HashMap<DomainNo, Version>,
    /// What came or left, with its domain then.
    passing: HashMap<ItemNo, DomainNo>,
}

impl Touched {
    fn by(moves: &[Move]) -> Self {
        let mut touched = Self::default();
        for Move { version, change } in moves {
            match *change {
                Change::Insert { item, letter, .. } => {
                    touched.turns.insert(item, *version);
                    touched.bound.insert(item);
                    touched.passing.insert(item, letter.domain);
                    touched.flowed.insert(letter.domain, *version);
                }
                Change::Relocate { item, .. } => {
                    touched.turns.insert(item, *version);
                    touched.bound.insert(item);
                }
                Change::Remove { item, letter, .. } => {
                    touched.bound.insert(item);
                    touched.passing.insert(item, letter.domain);
                    touched.flowed.insert(letter.domain, *version);
                }
                // A change of domain, or a pin: the place stays.
                Change::SetLetter { .. } => {}
                Change::Permute { item, letter, .. } => {
                    touched.within.insert(item, *version);
                    touched.flowed.insert(letter.domain, *version);
                }
            }
        }
        touched
    }
}

/// What moved between two orders, that of now from the top down; `moves` is what led from the one to the other.
pub(super) fn moved(before: &Order, after: &Order, moves: &[Move]) -> Vec<Moved> {
    let touched = Touched::by(moves);
    if touched.turns.is_empty() && touched.within.is_empty() {
        return Vec::new();
    }
    let (old, new) = (common(before, after, after), common(after, before, after));
    let bound = |one: &Standing| touched.bound.contains(&one.item) || one.pinned;
    let mut all = turns(&old, &new, &touched, bound);
    all.extend(within(&old, &new, &touched, bound));
    keep_causes(&mut all, &touched, &new);
    all.sort_by_key(|moved| (after.place_of(moved.item), !moved.turn));
    all
}

/// Leaves out what only gave way to something of its domain that is told anyway.
fn keep_causes(all: &mut Vec<Moved>, touched: &Touched, new: &[Standing]) {
    let domains: HashMap<ItemNo, DomainNo> = new.iter().map(|one| (one.item, one.domain)).collect();
    let own = |moved: &Moved| {
        touched.turns.contains_key(&moved.item) || touched.within.contains_key(&moved.item)
    };
    let told = all.iter().filter(|moved| own(moved)).filter_map(|moved| domains.get(&moved.item));
    let mut caused: HashSet<DomainNo> = told.copied().collect();
    let passing = touched.passing.iter().filter(|(item, _)| !domains.contains_key(item));
    caused.extend(passing.map(|(_, domain)| *domain));
    all.retain(|moved| {
        own(moved) || domains.get(&moved.item).is_none_or(|domain| !caused.contains(domain))
    });
}

/// An item of an order, and where it stands.
#[derive(Clone, Copy)]
struct Standing {
    item: ItemNo,
    domain: DomainNo,
    pinned: bool,
    /// In the whole order, from 1.
    place: u32,
    /// In its sub-backlog, from 1.
    domain_place: u32,
}

/// The items of an order that another one has, too, from the top down, with the domains that they have in `named`. Pinned in
/// either counts as pinned.
fn common(order: &Order, other: &Order, named: &Order) -> Vec<Standing> {
    let mut counts: HashMap<DomainNo, u32> = HashMap::new();
    let mut all = Vec::new();
    for (place, (item, letter)) in (1..).zip(order.iter_from(0)) {
        // A change of domain keeps the place: it is as if it had been of this one before.
        let domain = named.letter_of(item).map_or(letter.domain, |letter| letter.domain);
        let domain_place = counts.entry(domain).or_default();
        *domain_place += 1;
        let Some(elsewhere) = other.letter_of(item) else { continue };
        all.push(Standing {
            item,
            domain,
            pinned: letter.pinned || elsewhere.pinned,
            place,
            domain_place: *domain_place,
        });
    }
    all
}

/// The turns that moved.
fn turns(
    old: &[Standing],
    new: &[Standing],
    touched: &Touched,
    bound: impl Fn(&Standing) -> bool,
) -> Vec<Moved> {
    let mut lists: HashMap<DomainNo, Vec<ItemNo>> = HashMap::new();
    for one in new.iter().rev().filter(|one| !bound(one)) {
        lists.entry(one.domain).or_default().push(one.item);
    }
    // The order of before, with the order that each domain has now.
    let rewritten = old.iter().map(|one| {
        let next = lists.get_mut(&one.domain).filter(|_| !bound(one)).and_then(Vec::pop);
        next.unwrap_or(one.item)
    });
    let rewritten: Vec<ItemNo> = rewritten.collect();
    let now: Vec<ItemNo> = new.iter().map(|one| one.item).collect();
    let old_place: HashMap<ItemNo, u32> = old.iter().map(|one| (one.item, one.place)).collect();
    let new_place: HashMap<ItemNo, u32> = new.iter().map(|one| (one.item, one.place)).collect();
    let places = |item: ItemNo| (old_place.get(&item), new_place.get(&item));
    // Where one of the domain came, left, or was both ranked and reordered, others have flowed over its turns.
    let domains: HashMap<ItemNo, DomainNo> = new.iter().map(|one| (one.item, one.domain)).collect();
    let gave_way = |item: ItemNo| touched.flowed.get(domains.get(&item)?).copied();
    let domain_of = |item: ItemNo| domains.get(&item).copied();
    found(&rewritten, &now, &touched.turns, gave_way, domain_of)
        .into_iter()
        .filter_map(|Found { item, up, passed, version }| {
            let (Some(from), Some(to)) = places(item) else { return None };
            Some(Moved { item, turn: true, from: *from, to: *to, up, passed, version })
        })
        .collect()
}

/// What moved within its domain.
fn within(
    old: &[Standing],
    new: &[Standing],
    touched: &Touched,
    bound: impl Fn(&Standing) -> bool,
) -> Vec<Moved> {
    let domains: HashSet<DomainNo> = new
        .iter()
        .filter(|one| touched.within.contains_key(&one.item))
        .map(|one| one.domain)
        .collect();
    let lists = |side: &[Standing]| {
        let mut lists: BTreeMap<u16, (Vec<ItemNo>, HashMap<ItemNo, u32>)> = BTreeMap::new();
        for one in side.iter().filter(|one| domains.contains(&one.domain) && !bound(one)) {
            let (list, places) = lists.entry(one.domain.0).or_default();
            list.push(one.item);
            places.insert(one.item, one.domain_place);
        }
        lists
    };
    let (before, after) = (lists(old), lists(new));
    let mut all = Vec::new();
    for (domain, (now, new_places)) in &after {
        let Some((then, old_places)) = before.get(domain) else { continue };
        for Found { item, up, passed, version } in
            found(then, now, &touched.within, |_| None, |_| Some(DomainNo(*domain)))
        {
            let (Some(from), Some(to)) = (old_places.get(&item), new_places.get(&item)) else {
                continue;
            };
            all.push(Moved { item, turn: false, from: *from, to: *to, up, passed, version });
        }
    }
    all
}

/// What stands elsewhere.
struct Found {
    item: ItemNo,
    up: bool,
    passed: Passed,
    version: Version,
}

/// What stands elsewhere between the rest, with what it went past. `gave_way` is the version for what nobody touched.
fn found(
    before: &[ItemNo],
    after: &[ItemNo],
    touched: &HashMap<ItemNo, Version>,
    gave_way: impl Fn(ItemNo) -> Option<Version>,
    domain_of: impl Fn(ItemNo) -> Option<DomainNo>,
) -> Vec<Found> {
    let ranks: HashMap<ItemNo, usize> =
        before.iter().enumerate().map(|(rank, item)| (*item, rank)).collect();
    let sequence: Vec<(usize, u64)> = after
        .iter()
        .map(|item| {
            let rank = ranks.get(item).copied().unwrap_or(usize::MAX);
            let weight = match (touched.get(item), gave_way(*item)) {
                (Some(_), _) => 1,
                (None, Some(_)) => GAVE_WAY,
                (None, None) => UNTOUCHED,
            };
            (rank, weight)
        })
        .collect();
    let kept = heaviest_increasing(&sequence, before.len());
    // The ranks of before that were kept; both orders have them in this order.
    let kept_ranks: Vec<usize> =
        sequence.iter().zip(&kept).filter(|(_, kept)| **kept).map(|((rank, _), _)| *rank).collect();
    let items = kept_ranks.iter().filter_map(|rank| before.get(*rank).copied());
    let stays = Kept::new(items.collect(), domain_of);
    let mut all = Vec::new();
    let mut above_now = 0;
    for ((item, (rank, _)), kept) in after.iter().zip(&sequence).zip(&kept) {
        if *kept {
            above_now += 1;
            continue;
        }
        let Some(version) = touched.get(item).copied().or_else(|| gave_way(*item)) else {
            continue;
        };
        let above_then = kept_ranks.partition_point(|kept| kept < rank);
        let up = above_now < above_then;
        let passed = stays.between(above_then, above_now);
        all.push(Found { item: *item, up, passed, version });
    }
    all
}

/// Which of a sequence of ranks and weights belong to its heaviest increasing part.
fn heaviest_increasing(sequence: &[(usize, u64)], ranks: usize) -> Vec<bool> {
    // A Fenwick tree over the ranks: the heaviest part that ends at a rank or before it, and with which element.
    let mut tree: Vec<(u64, Option<usize>)> = vec![(0, None); ranks + 1];
    let mut previous = vec![None; sequence.len()];
    let mut best = (0, None);
    for (index, (rank, weight)) in sequence.iter().enumerate() {
        let Some(end) = rank.checked_add(1).filter(|end| *end <= ranks) else { continue };
        let mut below = (0, None);
        let mut at = *rank;
        while at > 0 {
            if let Some(one) = tree.get(at).filter(|one| one.0 > below.0) {
                below = *one;
            }
            at &= at - 1;
        }
        if let Some(slot) = previous.get_mut(index) {
            *slot = below.1;
        }
        let own = (below.0 + weight, Some(index));
        let mut at = end;
        while at <= ranks {
            if let Some(slot) = tree.get_mut(at).filter(|slot| slot.0 < own.0) {
                *slot = own;
            }
            at += at & at.wrapping_neg();
        }
        if own.0 > best.0 {
            best = own;
        }
    }
    let mut kept = vec![false; sequence.len()];
    let mut at = best.1;
    while let Some(index) = at {
        if let Some(slot) = kept.get_mut(index) {
            *slot = true;
        }
        at = previous.get(index).copied().flatten();
    }
    kept
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_lies_between_is_what_one_would_collect(
            domains in prop::collection::vec(0..4_u16, 0..30),
            from in 0..32_usize,
            to in 0..32_usize,
        ) {
            let (from, to) = (from.min(domains.len()), to.min(domains.len()));
            let items: Vec<ItemNo> = (0..).map(ItemNo).take(domains.len()).collect();
            let of = |item: ItemNo| DomainNo(domains[usize::try_from(item.0).unwrap()]);
            let mut all = items[from.min(to)..from.max(to)].to_vec();
            let mut named: Vec<DomainNo> = all.iter().copied().map(of).collect();
            named.sort_unstable();
            named.dedup();
            if from < to {
                all.reverse();
            }
            let passed = Kept::new(items, |item| Some(of(item))).between(from, to);
            prop_assert_eq!(&passed.first, &all[..all.len().min(SAID_MAX)]);
            prop_assert_eq!((passed.count, passed.domains), (all.len(), named));
        }
    }
}
