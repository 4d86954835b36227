//! Walks along the order: over all items from a place on, or over those of one domain.
//!
//! A step is cheap because nothing is searched twice: the text is walked leaf by leaf, past children without a turn asked for,
//! and each letter met keeps its place in its list.

use std::{
    collections::{HashMap, hash_map::Entry},
    hash::{BuildHasherDefault, Hasher},
};

use super::{
    DomainNo, ItemNo, Letter, Order,
    cost::work,
    letter::Which,
    lists::{Cursor, Lists},
    rows::{self, ZERO},
    text::{Inner, Node, Text, count, nth},
};

impl Order {
    /// The items from a place on, with their letters.
    pub fn iter_from(&self, place: u32) -> impl Iterator<Item = (ItemNo, Letter)> + '_ {
        let mut walk = Walk::new(&self.lists);
        let mut turns = Turns::from(&self.text, Which::ANY, place);
        std::iter::from_fn(move || {
            let (_, code) = turns.next()?;
            Some((walk.item(code, || turns.rank(code))?, Letter::from_code(code)))
        })
    }

    /// The items of a domain from the `k`-th of its sub-backlog on: overall place, item, and whether it is pinned.
    pub fn iter_domain_from(
        &self,
        domain: DomainNo,
        k: u32,
    ) -> impl Iterator<Item = (u32, ItemNo, bool)> + '_ {
        let mut walk = Walk::new(&self.lists);
        let mut turns = Which::domain(domain).map(|which| Turns::from(&self.text, which, k));
        std::iter::from_fn(move || {
            let turns = turns.as_mut()?;
            let (place, code) = turns.next()?;
            Some((place, walk.item(code, || turns.rank(code))?, Letter::from_code(code).pinned))
        })
    }
}

/// Where the walk is in the list of each letter that it met.
struct Walk<'a> {
    lists: &'a Lists,
    cursors: HashMap<u16, Cursor<'a>, BuildHasherDefault<CodeHasher>>,
}

impl<'a> Walk<'a> {
    fn new(lists: &'a Lists) -> Self {
        Self { lists, cursors: HashMap::default() }
    }

    /// The item whose turn the walk has come to; `rank` says how many turns of its letter lie above, if the walk is new to it.
    fn item(&mut self, code: u16, rank: impl FnOnce() -> u32) -> Option<ItemNo> {
        let cursor = match self.cursors.entry(code) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => entry.insert(self.lists.cursor(code, rank())?),
        };
        cursor.step(self.lists).map(ItemNo)
    }
}

/// The turns asked for, from the `k`-th of them on: place and code.
struct Turns<'a> {
    which: Which,
    /// The way down: each inner node with the column gone down by.
    path: Vec<(&'a Inner, usize)>,
    codes: &'a [u16],
    /// Of the first of `codes`.
    place: u32,
    at: usize,
}

impl<'a> Turns<'a> {
    fn from(text: &'a Text, which: Which, mut k: u32) -> Self {
        let mut turns = Self { which, path: Vec::with_capacity(4), codes: &[], place: 0, at: 0 };
        let mut node = &text.root;
        loop {
            work(1);
            match node {
                Node::Leaf(leaf) => {
                    turns.codes = leaf.as_slice();
                    turns.at = nth(turns.codes, which, k).unwrap_or(turns.codes.len());
                    return turns;
                }
                Node::Inner(inner) => {
                    let found = rows::find(inner.cells(which), k);
                    let Some((kid, (column, before))) =
                        found.and_then(|at| Some((inner.kids.get(at.0)?, at)))
                    else {
                        // Past the end: nothing is left to walk.
                        turns.path.clear();
                        return turns;
                    };
                    k -= before;
                    turns.place += rows::before((&inner.sizes, &ZERO), column);
                    turns.path.push((inner, column));
                    node = kid;
                }
            }
        }
    }

    /// How many turns of a letter lie above the turn last answered.
    fn rank(&self, code: u16) -> u32 {
        let letter = Which::letter(code);
        let above = self.codes.get(..self.at.saturating_sub(1)).unwrap_or(&[]);
        let lefts =
            self.path.iter().map(|(inner, column)| rows::before(inner.cells(letter), *column));
        lefts.sum::<u32>() + count(above, letter)
    }

    /// Goes on to the next leaf that has a turn asked for.
    fn next_leaf(&mut self) -> Option<()> {
        self.place += super::n32(self.codes.len());
        let mut node = loop {
            let (inner, column) = self.path.last_mut()?;
            *column += 1;
            if let Some(kid) = skip(inner, self.which, column, &mut self.place) {
                break kid;
            }
            self.path.pop();
        };
        loop {
            work(1);
            match node {
                Node::Leaf(leaf) => {
                    (self.codes, self.at) = (leaf.as_slice(), 0);
                    return Some(());
                }
                Node::Inner(inner) => {
                    let mut column = 0;
                    node = skip(inner, self.which, &mut column, &mut self.place)?;
                    self.path.push((inner, column));
                }
            }
        }
    }
}

impl Iterator for Turns<'_> {
    type Item = (u32, u16);

    fn next(&mut self) -> Option<(u32, u16)> {
        loop {
            let rest = self.codes.get(self.at..).unwrap_or(&[]);
            if let Some(skipped) = first(rest, self.which) {
                let code = *rest.get(skipped)?;
                let place = self.place + super::n32(self.at + skipped);
                self.at += skipped + 1;
                return Some((place, code));
            }
            self.next_leaf()?;
        }
    }
}

/// The first child from `column` on that has a turn asked for; `column` and `place` go along.
fn skip<'a>(
    inner: &'a Inner,
    which: Which,
    column: &mut usize,
    place: &mut u32,
) -> Option<&'a Node> {
    let (a, b) = inner.cells(which);
    let cells = a.iter().zip(b).zip(inner.sizes.iter().zip(&inner.kids)).skip(*column);
    for (((a, b), (size, kid)), nth) in cells.zip(*column..) {
        if a + b > 0 {
            *column = nth;
            return Some(kid);
        }
        *place += size;
    }
    None
}

/// Where the first of the letters asked for is.
#[inline]
fn first(codes: &[u16], which: Which) -> Option<usize> {
    const STEP: usize = 32;
    if codes.first().is_some_and(|code| which.matches(*code)) {
        return Some(0);
    }
    let block = codes.chunks(STEP).position(|block| count(block, which) > 0)?;
    let start = block * STEP;
    codes.iter().skip(start).position(|code| which.matches(*code)).map(|at| start + at)
}

/// Spreads the codes of letters, which are small and dense; they come from the order, not from outside.
#[derive(Default)]
struct CodeHasher(u64);

impl Hasher for CodeHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u16(u16::from(*byte)));
    }

    fn write_u16(&mut self, code: u16) {
        self.0 = (self.0 ^ u64::from(code)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}
