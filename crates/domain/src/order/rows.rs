//! For each letter below an inner node of the text, how many of its turns each child holds.
//!
//! Knows columns, not children. Rows lie in blocks shared between versions, so that a write after a clone copies the block
//! of its letter and not the rows of every domain; and a letter that does not occur below costs nothing.

use std::sync::Arc;

use super::{cost::own, letter::Which};

/// The columns of a row: the most children of an inner node of the text.
pub(super) const FAN: usize = 32;
/// Letters to a block; both letters of a domain lie side by side.
const LETTERS: usize = 16;

/// One count for each child; those past the last child are nought.
pub(super) type Row = [u32; FAN];
type Block = [Row; LETTERS];

/// The row of a letter that does not occur.
pub(super) const ZERO: Row = [0; FAN];

/// The rows of one inner node.
#[derive(Clone, Default)]
pub(super) struct Rows {
    blocks: Vec<Option<Arc<Block>>>,
}

impl Rows {
    /// The row of a letter: all noughts if it does not occur.
    #[inline]
    pub(super) fn row(&self, code: u16) -> &Row {
        let code = usize::from(code);
        let block = self.blocks.get(code / LETTERS).and_then(Option::as_deref);
        block.and_then(|block| block.get(code % LETTERS)).unwrap_or(&ZERO)
    }

    /// One or two rows whose sum counts what is asked for; not for [`Which::ANY`].
    #[inline]
    pub(super) fn pair(&self, which: Which) -> (&Row, &Row) {
        let (first, second) = which.codes();
        (self.row(first), second.map_or(&ZERO, |code| self.row(code)))
    }

    fn row_mut(&mut self, code: u16) -> Option<&mut Row> {
        let code = usize::from(code);
        if self.blocks.len() <= code / LETTERS {
            self.blocks.resize(code / LETTERS + 1, None);
        }
        let block = self.blocks.get_mut(code / LETTERS)?;
        own(block.get_or_insert_with(|| Arc::new([[0; FAN]; LETTERS]))).get_mut(code % LETTERS)
    }

    pub(super) fn add(&mut self, code: u16, column: usize, n: u32) -> Option<()> {
        *self.row_mut(code)?.get_mut(column)? += n;
        Some(())
    }

    pub(super) fn sub(&mut self, code: u16, column: usize, n: u32) -> Option<()> {
        let cell = self.row_mut(code)?.get_mut(column)?;
        *cell = cell.checked_sub(n)?;
        Some(())
    }

    /// Makes room for a new child: columns from `at` on move one to the right, `at` becomes nought.
    pub(super) fn open_column(&mut self, at: usize) -> Option<()> {
        for row in self.rows_mut() {
            open(row, at)?;
        }
        Some(())
    }

    /// Drops the column of a child whose turns now count with the child before it.
    pub(super) fn fold_column(&mut self, at: usize) -> Option<()> {
        for row in self.rows_mut() {
            fold(row, at)?;
        }
        Some(())
    }

    /// Counts `n` turns of a letter with another child.
    pub(super) fn shift(&mut self, code: u16, from: usize, to: usize, n: u32) -> Option<()> {
        let row = self.row_mut(code)?;
        let cell = row.get_mut(from)?;
        *cell = cell.checked_sub(n)?;
        *row.get_mut(to)? += n;
        Some(())
    }

    fn rows_mut(&mut self) -> impl Iterator<Item = &mut Row> {
        self.blocks.iter_mut().flatten().flat_map(own)
    }

    /// Calls `f` with each letter that occurs and its count over all columns.
    pub(super) fn tally(&self, f: &mut impl FnMut(u16, u32)) {
        let rows = self
            .blocks
            .iter()
            .zip(0..)
            .filter_map(|(block, nth)| block.as_deref().map(|b| (b, nth)));
        for (block, nth) in rows {
            for (row, code) in block.iter().zip(nth * LETTERS..) {
                let n = row.iter().sum::<u32>();
                if n > 0
                    && let Ok(code) = u16::try_from(code)
                {
                    f(code, n);
                }
            }
        }
    }

    /// The columns of two neighbours with `widths` children, cut anew so that the first of the results has `at` of them.
    pub(super) fn recut(a: &Self, b: &Self, widths: (usize, usize), at: usize) -> (Self, Self) {
        let (mut left, mut right) = (Self::default(), Self::default());
        for nth in 0..a.blocks.len().max(b.blocks.len()) {
            let block = |rows: &'_ Self| rows.blocks.get(nth).cloned().flatten();
            let (from_a, from_b) = (block(a), block(b));
            let (mut to_left, mut to_right) = ([ZERO; LETTERS], [ZERO; LETTERS]);
            for (letter, to) in to_left.iter_mut().zip(&mut to_right).enumerate() {
                let row = |block: &Option<Arc<Block>>| block.as_deref()?.get(letter).copied();
                let (from_a, from_b) = (row(&from_a).unwrap_or(ZERO), row(&from_b).unwrap_or(ZERO));
                (*to.0, *to.1) = cut_anew(&from_a, &from_b, widths, at);
            }
            let keep = |block: Block| {
                block.as_flattened().iter().any(|n| *n != 0).then(|| Arc::new(block))
            };
            left.blocks.push(keep(to_left));
            right.blocks.push(keep(to_right));
        }
        (left, right)
    }
}

/// A nought before the count at `at`; the last count, which is nought, falls out.
pub(super) fn open(row: &mut Row, at: usize) -> Option<()> {
    let moved = row.get_mut(at..)?;
    moved.copy_within(..moved.len().checked_sub(1)?, 1);
    *moved.first_mut()? = 0;
    Some(())
}

/// The count at `at` added to the one before it, and its column dropped.
pub(super) fn fold(row: &mut Row, at: usize) -> Option<()> {
    let gone = *row.get(at)?;
    *row.get_mut(at.checked_sub(1)?)? += gone;
    let moved = row.get_mut(at..)?;
    moved.copy_within(1.., 0);
    *moved.last_mut()? = 0;
    Some(())
}

/// The first `widths` counts of two rows, cut anew so that the first of the results has `at` of them.
pub(super) fn cut_anew(a: &Row, b: &Row, widths: (usize, usize), at: usize) -> (Row, Row) {
    let (mut left, mut right) = (ZERO, ZERO);
    let all = a.iter().take(widths.0).chain(b.iter().take(widths.1));
    let cuts = left.iter_mut().take(at).chain(&mut right);
    cuts.zip(all).for_each(|(to, from)| *to = *from);
    (left, right)
}

/// The column that holds the `k`-th of what two rows count, and how many of them lie before that column.
#[inline]
pub(super) fn find((a, b): (&Row, &Row), k: u32) -> Option<(usize, u32)> {
    let mut before = 0;
    for (column, (a, b)) in a.iter().zip(b).enumerate() {
        let here = a + b;
        if k - before < here {
            return Some((column, before));
        }
        before += here;
    }
    None
}

/// How many of what two rows count lie before a column.
#[inline]
pub(super) fn before((a, b): (&Row, &Row), column: usize) -> u32 {
    a.iter().zip(b).take(column).map(|(a, b)| a + b).sum()
}
