//! Steps by chance, repeatable from a seed, and the questions that compare an order with the oracle.

use super::{
    super::{Change, ItemNo, Letter, Order},
    letter,
    oracle::Oracle,
};

/// `SplitMix64`.
pub(super) struct Chance(pub(super) u64);

impl Chance {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// A number below `n`, or nought.
    pub(super) fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n.max(1) as u64).unwrap()
    }

    fn place(&mut self, n: usize) -> u32 {
        // Ends are likelier than chance would have them.
        let place = match self.below(8) {
            0 => 0,
            1 => n.saturating_sub(1),
            _ => self.below(n),
        };
        u32::try_from(place).unwrap()
    }
}

/// How letters fall.
#[derive(Clone, Copy, Debug)]
pub(super) struct Letters {
    pub(super) domains: u16,
    pub(super) skewed: bool,
}

impl Letters {
    pub(super) fn pick(self, chance: &mut Chance) -> Letter {
        let mut domain = chance.below(self.domains.into());
        if self.skewed {
            for _ in 0..3 {
                domain = domain.min(chance.below(self.domains.into()));
            }
        }
        // One domain is one letter: nothing pinned.
        letter(u16::try_from(domain).unwrap(), self.domains > 1 && chance.below(8) == 0)
    }
}

/// A change that fits the oracle; items come in with likelihood `growth` in 16, and leave with the rest of 8.
pub(super) fn change(
    chance: &mut Chance,
    oracle: &Oracle,
    letters: Letters,
    growth: usize,
) -> Change {
    let n = oracle.items.len();
    let kind = if n == 0 { 0 } else { chance.below(16) };
    if kind < growth || n == 0 {
        let fresh = |item: &ItemNo| oracle.place_of(*item).is_none();
        let mut numbers =
            std::iter::repeat_with(|| ItemNo(u32::try_from(chance.below(3 * n + 9)).unwrap()));
        let item = numbers.find(fresh).unwrap();
        return Change::Insert { item, letter: letters.pick(chance), place: chance.place(n + 1) };
    }
    let from = chance.place(n);
    let (item, letter) = oracle.items[from as usize];
    match kind {
        0..8 => Change::Remove { item, letter, place: from },
        8..11 => Change::Relocate { item, from, to: chance.place(n) },
        11..13 => Change::SetLetter { item, from: letter, to: letters.pick(chance) },
        _ => {
            let len = oracle.places_of(letter).count();
            let from_k = u32::try_from(oracle.rank_at(from as usize)).unwrap();
            Change::Permute { item, letter, from_k, to_k: chance.place(len) }
        }
    }
}

/// Makes the change by the operation of its name.
pub(super) fn make(order: &mut Order, change: &Change) {
    match *change {
        Change::Insert { item, letter, place } => order.insert(item, letter, place).unwrap(),
        Change::Remove { item, letter, place } => {
            assert_eq!(order.remove(item), Ok((letter, place)))
        }
        Change::Relocate { item, to, .. } => order.relocate(item, to).unwrap(),
        Change::SetLetter { item, to, .. } => order.set_letter(item, to).unwrap(),
        Change::Permute { item, to_k, .. } => order.permute(item, to_k).unwrap(),
    }
}

/// Asks one question of each kind.
#[track_caller]
pub(super) fn ask(chance: &mut Chance, order: &Order, oracle: &Oracle, letters: Letters) {
    let count = |n: usize| u32::try_from(n).unwrap();
    let n = oracle.items.len();
    assert_eq!(order.len(), count(n));
    let other = letters.pick(chance);
    let above = chance.place(n + 2);
    let turns: Vec<usize> = oracle.places_of(other).collect();
    let held: Vec<usize> = oracle.places_of_domain(other.domain).collect();
    assert_eq!(order.len_of(other), count(turns.len()));
    assert_eq!(order.len_of_domain(other.domain), count(held.len()));
    assert_eq!(
        order.turns_before(other, above),
        count(turns.partition_point(|p| count(*p) < above))
    );
    assert_eq!(
        order.domain_items_before(other.domain, above),
        count(held.partition_point(|p| count(*p) < above))
    );
    let k = chance.below(turns.len() + 1);
    assert_eq!(order.select(other, count(k)), turns.get(k).map(|p| count(*p)));
    let k = chance.below(held.len() + 1);
    assert_eq!(
        order.item_in_domain(other.domain, count(k)),
        held.get(k).map(|p| oracle.items[*p].0)
    );
    let page = order.iter_domain_from(other.domain, count(k)).take(5);
    let there = held
        .iter()
        .skip(k)
        .take(5)
        .map(|p| (count(*p), oracle.items[*p].0, oracle.items[*p].1.pinned));
    assert!(page.eq(there), "a page of {other:?} from {k}");

    let place = chance.below(n + 1);
    assert!(
        order.iter_from(count(place)).take(7).eq(oracle.items.iter().skip(place).take(7).copied())
    );
    assert_eq!(order.item_at(count(place)), oracle.items.get(place).map(|at| at.0));
    assert_eq!(order.turn_at(count(place)), oracle.items.get(place).map(|at| at.1));
    if let Some((item, letter)) = oracle.items.get(place) {
        let in_domain = oracle.places_of_domain(letter.domain).take_while(|p| *p < place).count();
        assert_eq!(order.place_of(*item), Some(count(place)));
        assert_eq!(order.letter_of(*item), Some(*letter));
        assert_eq!(order.rank_in_letter(*item), Some(count(oracle.rank_at(place))));
        assert_eq!(order.domain_place(*item), Some(count(in_domain)));
    }
}
