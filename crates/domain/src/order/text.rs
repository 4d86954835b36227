//! The text: whose each turn is, from the top of the order to its end, and the counts that answer rank and select.
//!
//! A counted B-tree with persistent nodes. An inner node holds, for each letter that occurs below, a row with its count in each
//! child, so that the places of a letter are found without looking at the turns between them. Knows letters, not items.

use std::sync::Arc;

use super::{
    caps::{Caps, even},
    cost::work,
    letter::Which,
    n32,
    rows::{self, FAN, Row, Rows, ZERO},
    run::Run,
};

/// The most turns of a leaf.
pub(super) const TURNS: usize = 1024;

/// The sequence of turns.
#[derive(Clone)]
pub(super) struct Text {
    pub(super) root: Node,
    pub(super) len: u32,
    pub(super) caps: Caps,
}

#[derive(Clone)]
pub(super) enum Node {
    Leaf(Arc<Leaf>),
    Inner(Arc<Inner>),
}

/// The codes of the letters of successive turns.
pub(super) type Leaf = Run<u16, TURNS>;

/// Children with their sizes, and their counts by letter. Columns of `sizes` and `rows` past the last child are nought.
#[derive(Clone, Default)]
pub(super) struct Inner {
    pub(super) sizes: Row,
    pub(super) rows: Rows,
    pub(super) kids: Vec<Node>,
}

impl Default for Text {
    fn default() -> Self {
        Self::new(Caps { leaf: TURNS, fan: FAN })
    }
}

impl Text {
    pub(super) fn new(caps: Caps) -> Self {
        Self { root: Node::Leaf(Arc::default()), len: 0, caps }
    }

    /// The text of these letters, in time proportional to their number.
    pub(super) fn build(codes: &[u16], caps: Caps) -> Option<Self> {
        let mut rest = codes.iter().copied();
        let leaf = |n| Node::Leaf(Arc::new(Run::of(rest.by_ref().take(n))));
        let mut level: Vec<Node> = even(codes.len(), caps.leaf).map(leaf).collect();
        while level.len() > 1 {
            let sizes = even(level.len(), caps.fan);
            let mut rest = level.into_iter();
            let over =
                |n| Inner::over(rest.by_ref().take(n)).map(|inner| Node::Inner(Arc::new(inner)));
            level = sizes.map(over).collect::<Option<_>>()?;
        }
        let Some(root) = level.pop() else { return Some(Self::new(caps)) };
        Some(Self { root, len: n32(codes.len()), caps })
    }

    /// The letter of the turn at a place, and how many turns of that letter lie above it.
    pub(super) fn turn(&self, place: u32) -> Option<(u16, u32)> {
        self.root.turn(place)
    }

    /// The place of the `k`-th of the turns asked for.
    pub(super) fn nth(&self, which: Which, mut k: u32) -> Option<u32> {
        let (mut node, mut place) = (&self.root, 0);
        loop {
            work(1);
            match node {
                Node::Leaf(leaf) => return Some(place + n32(nth(leaf.as_slice(), which, k)?)),
                Node::Inner(inner) => {
                    let (column, before) = rows::find(inner.cells(which), k)?;
                    k -= before;
                    place += rows::before((&inner.sizes, &ZERO), column);
                    node = inner.kids.get(column)?;
                }
            }
        }
    }

    /// How many of the turns asked for lie above a place; past the end, all of them.
    pub(super) fn before(&self, which: Which, mut place: u32) -> u32 {
        let (mut node, mut sum) = (&self.root, 0);
        loop {
            work(1);
            match node {
                Node::Leaf(leaf) => {
                    let codes = leaf.as_slice();
                    return sum + count(codes.get(..place as usize).unwrap_or(codes), which);
                }
                Node::Inner(inner) => {
                    let cells = inner.cells(which);
                    let Some((column, before)) = rows::find(inner.cells(Which::ANY), place) else {
                        return sum + rows::before(cells, FAN);
                    };
                    sum += rows::before(cells, column);
                    place -= before;
                    let Some(child) = inner.kids.get(column) else { return sum };
                    node = child;
                }
            }
        }
    }
}

impl Node {
    fn turn(&self, place: u32) -> Option<(u16, u32)> {
        work(1);
        match self {
            Self::Leaf(leaf) => {
                let (above, rest) = leaf.as_slice().split_at_checked(place as usize)?;
                let code = *rest.first()?;
                Some((code, count(above, Which::letter(code))))
            }
            Self::Inner(inner) => {
                let (column, before) = rows::find(inner.cells(Which::ANY), place)?;
                let (code, rank) = inner.kids.get(column)?.turn(place - before)?;
                Some((code, rank + rows::before(inner.cells(Which::letter(code)), column)))
            }
        }
    }

    /// The entries of this node itself: turns or children.
    pub(super) fn entries(&self) -> usize {
        match self {
            Self::Leaf(leaf) => leaf.len(),
            Self::Inner(inner) => inner.kids.len(),
        }
    }

    /// The turns below.
    pub(super) fn size(&self) -> u32 {
        match self {
            Self::Leaf(leaf) => n32(leaf.len()),
            Self::Inner(inner) => inner.sizes.iter().sum(),
        }
    }

    /// Calls `f` with letters below and their counts; a letter may come more than once.
    pub(super) fn tally(&self, f: &mut impl FnMut(u16, u32)) {
        match self {
            Self::Leaf(leaf) => leaf.as_slice().iter().for_each(|code| f(*code, 1)),
            Self::Inner(inner) => inner.rows.tally(f),
        }
    }
}

impl Inner {
    /// A node over these children.
    pub(super) fn over(kids: impl IntoIterator<Item = Node>) -> Option<Self> {
        let mut inner = Self::default();
        for (column, kid) in kids.into_iter().enumerate() {
            *inner.sizes.get_mut(column)? = kid.size();
            let mut fits = Some(());
            kid.tally(&mut |code, n| fits = fits.and(inner.rows.add(code, column, n)));
            fits?;
            inner.kids.push(kid);
        }
        Some(inner)
    }

    /// Two rows whose sum counts, child by child, the turns asked for.
    #[inline]
    pub(super) fn cells(&self, which: Which) -> (&Row, &Row) {
        if which.is_any() { (&self.sizes, &ZERO) } else { self.rows.pair(which) }
    }
}

/// How many of the letters are asked for; of at most [`TURNS`] letters.
#[inline]
pub(super) fn count(codes: &[u16], which: Which) -> u32 {
    work(codes.len() / 32);
    // Summed in sixteen bits, so that the compiler can count eight turns at a time.
    u32::from(codes.iter().map(|code| u16::from(which.matches(*code))).sum::<u16>())
}

/// Where the `k`-th of the letters asked for is.
#[inline]
pub(super) fn nth(codes: &[u16], which: Which, mut k: u32) -> Option<usize> {
    const STEP: usize = 64;
    if which.is_any() {
        return Some(k as usize).filter(|at| *at < codes.len());
    }
    let mut start = 0;
    for block in codes.chunks(STEP) {
        let here = count(block, which);
        if k < here {
            let mut matching = block.iter().enumerate().filter(|(_, code)| which.matches(**code));
            return matching.nth(k as usize).map(|(at, _)| start + at);
        }
        k -= here;
        start += STEP;
    }
    None
}
