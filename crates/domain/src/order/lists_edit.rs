//! Changes of the lists: an item comes or goes, and the nodes around it are split or merged.
//!
//! Nodes are small and are changed as values: read, changed, stored. `None` means that the item or the rank is not there, which
//! callers rule out first.

use super::{
    caps::{cut, even, least, share},
    lists::{Head, Inner, Kid, Leaf, Lists, position},
    n32,
    run::Run,
};

impl Lists {
    /// Puts an item that is in no list into one, before its `k`-th.
    pub(super) fn insert(&mut self, code: u16, mut k: u32, item: u32) -> Option<()> {
        let mut head = self.head(code);
        if head.root == 0 {
            head.root = self.leaves.alloc(Leaf { code, ..Leaf::default() })?;
        }
        head.len += 1;
        *self.heads.entry(u32::from(code))? = head;
        let mut id = head.root;
        for _ in 0..head.levels {
            let inner = self.inners.entry(id)?;
            let kid = inner.kids.iter_mut().find(|kid| {
                k <= kid.count || {
                    k -= kid.count;
                    false
                }
            })?;
            kid.count += 1;
            id = kid.id;
        }
        self.put(id, k as usize, item)
    }

    /// Takes an item out of its list; answers the letter and how many items came before it.
    pub(super) fn remove(&mut self, item: u32) -> Option<(u16, u32)> {
        let home = self.homes.entry(item)?;
        let id = std::mem::take(home);
        let leaf = self.leaves.entry(id)?;
        let at = position(leaf.items.as_slice(), item)?;
        leaf.items.remove(at)?;
        let (code, parent, left) = (leaf.code, leaf.up, leaf.items.len());
        let (mut rank, mut child, mut up) = (n32(at), id, parent);
        while up != 0 {
            let inner = self.inners.entry(up)?;
            for kid in inner.kids.iter_mut() {
                if kid.id == child {
                    kid.count -= 1;
                    break;
                }
                rank += kid.count;
            }
            (child, up) = (up, inner.up);
        }
        let head = self.heads.entry(u32::from(code))?;
        head.len -= 1;
        if left == 0 && parent == 0 {
            *head = Head::default();
            self.leaves.free(id)?;
        } else if left < least(self.caps.leaf) && parent != 0 {
            self.relieve_leaf(parent, id)?;
        }
        Some((code, rank))
    }

    /// Moves an item within its list to a rank, counted without it.
    pub(super) fn shift(&mut self, item: u32, to: u32) -> Option<()> {
        let (code, _) = self.remove(item)?;
        self.insert(code, to, item)
    }

    /// Marks items as taken; answers the first that was already.
    pub(super) fn reserve(&mut self, items: &[u32]) -> Option<u32> {
        items.iter().copied().find(|item| {
            self.homes.entry(*item).is_none_or(|home| std::mem::replace(home, u32::MAX) != 0)
        })
    }

    /// Builds a list of items, none of which is in a list; the list must be empty.
    pub(super) fn build(&mut self, code: u16, items: &[u32]) -> Option<()> {
        let mut rest = items.iter().copied();
        let mut level: Vec<Kid> = Vec::new();
        let mut next = 0;
        for size in even(items.len(), self.caps.leaf).collect::<Vec<_>>().into_iter().rev() {
            let items =
                Run::of(rest.by_ref().rev().take(size).collect::<Vec<_>>().into_iter().rev());
            next = self.leaves.alloc(Leaf { items, code, up: 0, next })?;
            for item in items.as_slice() {
                *self.homes.entry(*item)? = next;
            }
            level.push(Kid { id: next, count: n32(size) });
        }
        level.reverse();
        let mut levels = 0;
        while level.len() > 1 {
            let mut rest = level.iter().copied();
            let mut above = Vec::new();
            for size in even(level.len(), self.caps.fan) {
                let kids = Run::of(rest.by_ref().take(size));
                let id = self.inners.alloc(Inner { kids, up: 0 })?;
                self.set_up(kids.as_slice(), id, levels)?;
                above.push(Kid { id, count: sum(&kids) });
            }
            level = above;
            levels += 1;
        }
        let root = level.first().map_or(0, |kid| kid.id);
        *self.heads.entry(u32::from(code))? = Head { root, levels, len: n32(items.len()) };
        Some(())
    }

    fn put(&mut self, id: u32, at: usize, item: u32) -> Option<()> {
        let most = self.caps.leaf;
        let leaf = self.leaves.entry(id)?;
        if leaf.items.len() < most {
            leaf.items.insert(at, item)?;
            *self.homes.entry(item)? = id;
            return Some(());
        }
        let cut = cut(most, at);
        let mut right = Leaf { items: Run::default(), ..*leaf };
        Run::recut(&mut leaf.items, &mut right.items, cut);
        if at <= cut {
            leaf.items.insert(at, item)?
        } else {
            right.items.insert(at - cut, item)?
        }
        let (up, left) = (leaf.up, Kid { id, count: n32(leaf.items.len()) });
        let new = self.leaves.alloc(right)?;
        self.leaves.entry(id)?.next = new;
        *self.homes.entry(item)? = id;
        self.set_homes(right.items.as_slice(), new)?;
        self.adopt(up, 0, left, Kid { id: new, count: n32(right.items.len()) }, right.code)
    }

    /// Takes the node `right`, split off from `left`, in with the parent of both, which are nodes of `level`.
    fn adopt(&mut self, up: u32, level: u32, left: Kid, right: Kid, code: u16) -> Option<()> {
        if up == 0 {
            let kids = Run::of([left, right]);
            let root = self.inners.alloc(Inner { kids, up: 0 })?;
            let head = self.heads.entry(u32::from(code))?;
            (head.root, head.levels) = (root, level + 1);
            return self.set_up(kids.as_slice(), root, level);
        }
        let most = self.caps.fan;
        let inner = self.inners.entry(up)?;
        let at = child(&inner.kids, left.id)?;
        *inner.kids.get_mut(at)? = left;
        if inner.kids.len() < most {
            return inner.kids.insert(at + 1, right);
        }
        let cut = cut(most, at + 1);
        let mut sibling = Inner { kids: Run::default(), up: inner.up };
        Run::recut(&mut inner.kids, &mut sibling.kids, cut);
        if at < cut {
            inner.kids.insert(at + 1, right)?
        } else {
            sibling.kids.insert(at + 1 - cut, right)?
        }
        let (above, left) = (inner.up, Kid { id: up, count: sum(&inner.kids) });
        let new = self.inners.alloc(sibling)?;
        self.set_up(sibling.kids.as_slice(), new, level)?;
        self.adopt(above, level + 1, left, Kid { id: new, count: sum(&sibling.kids) }, code)
    }

    /// Shares the items of a leaf that has too few out anew between it and a neighbour.
    fn relieve_leaf(&mut self, up: u32, id: u32) -> Option<()> {
        let (a, b) = self.neighbours(up, id)?;
        let (mut left, mut right) = (*self.leaves.get(a)?, *self.leaves.get(b)?);
        let (had_left, had_right) = (left.items.len(), right.items.len());
        Run::recut(&mut left.items, &mut right.items, share(had_left + had_right, self.caps.leaf));
        self.set_homes(left.items.as_slice().get(had_left..).unwrap_or(&[]), a)?;
        let gained = right.items.len().saturating_sub(had_right);
        self.set_homes(right.items.as_slice().get(..gained)?, b)?;
        let counts = (n32(left.items.len()), n32(right.items.len()));
        if counts.1 == 0 {
            left.next = right.next;
            self.leaves.free(b)?;
        } else {
            *self.leaves.entry(b)? = right;
        }
        *self.leaves.entry(a)? = left;
        self.settle(up, 0, a, counts, left.code)
    }

    /// The same for an inner node of `level`.
    fn relieve_inner(&mut self, up: u32, level: u32, id: u32, code: u16) -> Option<()> {
        let (a, b) = self.neighbours(up, id)?;
        let (mut left, mut right) = (*self.inners.get(a)?, *self.inners.get(b)?);
        let (had_left, had_right) = (left.kids.len(), right.kids.len());
        Run::recut(&mut left.kids, &mut right.kids, share(had_left + had_right, self.caps.fan));
        self.set_up(left.kids.as_slice().get(had_left..).unwrap_or(&[]), a, level - 1)?;
        let gained = right.kids.len().saturating_sub(had_right);
        self.set_up(right.kids.as_slice().get(..gained)?, b, level - 1)?;
        let counts = (sum(&left.kids), sum(&right.kids));
        if counts.1 == 0 {
            self.inners.free(b)?;
        } else {
            *self.inners.entry(b)? = right;
        }
        *self.inners.entry(a)? = left;
        self.settle(up, level, a, counts, code)
    }

    /// Notes with their parent how two neighbours of `level` share; a right one without items is gone. Goes on upwards.
    fn settle(
        &mut self,
        up: u32,
        level: u32,
        left: u32,
        counts: (u32, u32),
        code: u16,
    ) -> Option<()> {
        let inner = self.inners.entry(up)?;
        let at = child(&inner.kids, left)?;
        inner.kids.get_mut(at)?.count = counts.0;
        if counts.1 > 0 {
            inner.kids.get_mut(at + 1)?.count = counts.1;
            return Some(());
        }
        inner.kids.remove(at + 1)?;
        let (above, kids) = (inner.up, inner.kids.len());
        if above != 0 && kids < least(self.caps.fan) {
            return self.relieve_inner(above, level + 1, up, code);
        }
        if above == 0 && kids == 1 {
            let only = inner.kids.get(0)?;
            self.set_up(&[only], 0, level)?;
            self.inners.free(up)?;
            let head = self.heads.entry(u32::from(code))?;
            (head.root, head.levels) = (only.id, level);
        }
        Some(())
    }

    /// A child and the one before it, or, if it is the first, the one after it.
    fn neighbours(&self, up: u32, id: u32) -> Option<(u32, u32)> {
        let kids = &self.inners.get(up)?.kids;
        let left = child(kids, id)?.saturating_sub(1);
        Some((kids.get(left)?.id, kids.get(left + 1)?.id))
    }

    fn set_homes(&mut self, items: &[u32], leaf: u32) -> Option<()> {
        items.iter().try_for_each(|item| self.homes.entry(*item).map(|home| *home = leaf))
    }

    /// Sets the parent of nodes of `level`.
    fn set_up(&mut self, kids: &[Kid], up: u32, level: u32) -> Option<()> {
        for kid in kids {
            if level == 0 {
                self.leaves.entry(kid.id)?.up = up;
            } else {
                self.inners.entry(kid.id)?.up = up;
            }
        }
        Some(())
    }
}

fn child<const N: usize>(kids: &Run<Kid, N>, id: u32) -> Option<usize> {
    kids.as_slice().iter().position(|kid| kid.id == id)
}

fn sum<const N: usize>(kids: &Run<Kid, N>) -> u32 {
    kids.as_slice().iter().map(|kid| kid.count).sum()
}
