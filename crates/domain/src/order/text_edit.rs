//! Changes of the text: a turn comes, goes, or becomes another letter's.
//!
//! Each is one walk from the root, which owns (and so copies, if shared) the nodes that it changes. `None` means that the turn
//! or the place is not there, which callers rule out first.

use std::sync::Arc;

use super::{
    caps::{Caps, cut, least, share},
    cost::own,
    letter::Which,
    n32,
    rows::{self, Rows, ZERO},
    run::Run,
    text::{Inner, Node, Text, count, nth},
};

impl Text {
    /// Puts a turn before the one at `place`; answers how many turns of its letter lie above it.
    pub(super) fn insert(&mut self, place: u32, code: u16) -> Option<u32> {
        let (rank, right) = self.root.insert(place, code, self.caps)?;
        if let Some(right) = right {
            let left = std::mem::replace(&mut self.root, Node::Leaf(Arc::default()));
            self.root = Node::Inner(Arc::new(Inner::over([left, right])?));
        }
        self.len += 1;
        Some(rank)
    }

    /// Takes the `k`-th turn of a letter out; answers the place where it was.
    pub(super) fn remove(&mut self, code: u16, k: u32) -> Option<u32> {
        let place = self.root.remove(code, k, self.caps)?;
        while let Node::Inner(inner) = &self.root
            && let [only] = inner.kids.as_slice()
        {
            self.root = only.clone();
        }
        self.len -= 1;
        Some(place)
    }

    /// Makes the `k`-th turn of a letter another letter's; answers its place and how many turns of the new letter lie above it.
    pub(super) fn exchange(&mut self, old: u16, k: u32, new: u16) -> Option<(u32, u32)> {
        self.root.exchange(old, k, new)
    }
}

impl Node {
    /// Answers the rank of the new turn, and the node that was split off to the right, if one was.
    fn insert(&mut self, place: u32, code: u16, caps: Caps) -> Option<(u32, Option<Self>)> {
        match self {
            Self::Leaf(leaf) => {
                let leaf = own(leaf);
                let at = place as usize;
                let rank = count(leaf.as_slice().get(..at)?, Which::letter(code));
                if leaf.len() < caps.leaf {
                    leaf.insert(at, code)?;
                    return Some((rank, None));
                }
                let mut right = Run::default();
                let cut = cut(leaf.len(), at);
                Run::recut(leaf, &mut right, cut);
                if at <= cut {
                    leaf.insert(at, code)?
                } else {
                    right.insert(at - cut, code)?
                }
                Some((rank, Some(Self::Leaf(Arc::new(right)))))
            }
            Self::Inner(inner) => {
                let (rank, right) = own(inner).insert(place, code, caps)?;
                Some((rank, right.map(|right| Self::Inner(Arc::new(right)))))
            }
        }
    }

    fn remove(&mut self, code: u16, k: u32, caps: Caps) -> Option<u32> {
        match self {
            Self::Leaf(leaf) => {
                let leaf = own(leaf);
                let at = nth(leaf.as_slice(), Which::letter(code), k)?;
                leaf.remove(at)?;
                Some(n32(at))
            }
            Self::Inner(inner) => own(inner).remove(code, k, caps),
        }
    }

    fn exchange(&mut self, old: u16, k: u32, new: u16) -> Option<(u32, u32)> {
        match self {
            Self::Leaf(leaf) => {
                let leaf = own(leaf);
                let at = nth(leaf.as_slice(), Which::letter(old), k)?;
                *leaf.get_mut(at)? = new;
                Some((n32(at), count(leaf.as_slice().get(..at)?, Which::letter(new))))
            }
            Self::Inner(inner) => {
                let inner = own(inner);
                let (column, before) = rows::find(inner.rows.pair(Which::letter(old)), k)?;
                let (place, rank) = inner.kids.get_mut(column)?.exchange(old, k - before, new)?;
                inner.rows.sub(old, column, 1)?;
                inner.rows.add(new, column, 1)?;
                let place = place + rows::before((&inner.sizes, &ZERO), column);
                Some((place, rank + rows::before(inner.rows.pair(Which::letter(new)), column)))
            }
        }
    }

    /// Shares the entries of two neighbours out anew; `right` may be left without any.
    fn share(&mut self, right: &mut Self, caps: Caps) -> Option<()> {
        let total = self.entries() + right.entries();
        match (self, right) {
            (Self::Leaf(left), Self::Leaf(right)) => {
                Run::recut(own(left), own(right), share(total, caps.leaf));
            }
            (Self::Inner(left), Self::Inner(right)) => {
                Inner::recut(own(left), own(right), share(total, caps.fan))
            }
            (Self::Leaf(_), Self::Inner(_)) | (Self::Inner(_), Self::Leaf(_)) => return None,
        }
        Some(())
    }
}

impl Inner {
    fn insert(&mut self, place: u32, code: u16, caps: Caps) -> Option<(u32, Option<Self>)> {
        let (column, before) = self.gap(place)?;
        let (rank, right) = self.kids.get_mut(column)?.insert(place - before, code, caps)?;
        let rank = rank + rows::before(self.rows.pair(Which::letter(code)), column);
        *self.sizes.get_mut(column)? += 1;
        self.rows.add(code, column, 1)?;
        let Some(right) = right else { return Some((rank, None)) };
        if self.kids.len() < caps.fan {
            self.adopt(column + 1, right)?;
            return Some((rank, None));
        }
        let cut = cut(self.kids.len(), column + 1);
        let mut sibling = Self::default();
        Self::recut(self, &mut sibling, cut);
        if column < cut {
            self.adopt(column + 1, right)?
        } else {
            sibling.adopt(column + 1 - cut, right)?
        }
        Some((rank, Some(sibling)))
    }

    fn remove(&mut self, code: u16, k: u32, caps: Caps) -> Option<u32> {
        let (column, before) = rows::find(self.rows.pair(Which::letter(code)), k)?;
        let kid = self.kids.get_mut(column)?;
        let place = kid.remove(code, k - before, caps)?;
        let most = match kid {
            Node::Leaf(_) => caps.leaf,
            Node::Inner(_) => caps.fan,
        };
        let short = kid.entries() < least(most);
        let place = place + rows::before((&self.sizes, &ZERO), column);
        *self.sizes.get_mut(column)? -= 1;
        self.rows.sub(code, column, 1)?;
        if short && self.kids.len() > 1 {
            self.relieve(column.saturating_sub(1), caps)?;
        }
        Some(place)
    }

    /// The first child that has a gap at `place`, be it at its end, and how many turns lie before the child.
    fn gap(&self, place: u32) -> Option<(usize, u32)> {
        let mut before = 0;
        for (column, size) in self.sizes.iter().take(self.kids.len()).enumerate() {
            if place - before <= *size {
                return Some((column, before));
            }
            before += size;
        }
        None
    }

    /// Takes a child in at `column`, whose turns were counted with the child before it.
    fn adopt(&mut self, column: usize, kid: Node) -> Option<()> {
        let size = kid.size();
        rows::open(&mut self.sizes, column)?;
        *self.sizes.get_mut(column)? = size;
        *self.sizes.get_mut(column - 1)? -= size;
        self.rows.open_column(column)?;
        let mut fits = Some(());
        kid.tally(&mut |code, n| fits = fits.and(self.rows.shift(code, column - 1, column, n)));
        self.kids.insert(column, kid);
        fits
    }

    /// Shares out the entries of a child and the one after it, one of which has too few.
    fn relieve(&mut self, column: usize, caps: Caps) -> Option<()> {
        let mut right = self.kids.remove(column + 1);
        self.kids.get_mut(column)?.share(&mut right, caps)?;
        rows::fold(&mut self.sizes, column + 1)?;
        self.rows.fold_column(column + 1)?;
        if right.entries() > 0 {
            self.adopt(column + 1, right)?;
        }
        Some(())
    }

    /// Shares the children of two neighbours out anew, `at` to the first.
    fn recut(left: &mut Self, right: &mut Self, at: usize) {
        let widths = (left.kids.len(), right.kids.len());
        (left.rows, right.rows) = Rows::recut(&left.rows, &right.rows, widths, at);
        (left.sizes, right.sizes) = rows::cut_anew(&left.sizes, &right.sizes, widths, at);
        left.kids.append(&mut right.kids);
        right.kids.extend(left.kids.drain(at..));
    }
}
