//! How full nodes may be, and where they are cut: one rule for both trees.
//!
//! The sizes are values, not constants, so that the tests can run the same code with tiny nodes, where structure changes at
//! each step.

/// The most entries of a leaf and the most children of an inner node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Caps {
    pub(super) leaf: usize,
    pub(super) fan: usize,
}

/// The least entries of a node that has a sibling: a quarter of the most, so that a node just split or merged is far from both
/// bounds.
pub(super) fn least(most: usize) -> usize {
    (most / 4).max(2)
}

/// Where to cut a full node of `len` entries that is to take one more at `at`: in the middle, but in favour of what is likely to
/// come next when lists grow at their end or top.
pub(super) fn cut(len: usize, at: usize) -> usize {
    if at == len {
        len - least(len)
    } else if at == 0 {
        least(len)
    } else {
        len / 2
    }
}

/// How many entries of two neighbours the first of them gets: all, if that leaves it room to grow, else half.
pub(super) fn share(total: usize, most: usize) -> usize {
    if total <= most * 3 / 4 { total } else { total / 2 }
}

/// The sizes of the nodes that hold `n` entries when all are built at once: even, and with room to grow.
pub(super) fn even(n: usize, most: usize) -> impl Iterator<Item = usize> {
    let nodes = n.div_ceil((most * 7 / 8).max(2));
    (0..nodes).map(move |nth| n * (nth + 1) / nodes - n * nth / nodes)
}
