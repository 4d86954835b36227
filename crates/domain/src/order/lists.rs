//! The lists: for each letter, its items in their order.
//!
//! One counted B-tree a letter, all in the same two arenas. Each item knows its leaf and each node its parent, so the rank of an
//! item is found from below, without keys. Knows items and letters, not places.

use super::{
    arena::{Arena, Slot},
    caps::Caps,
    cost::work,
    n32,
    paged::Paged,
    run::Run,
};

/// The most items of a leaf: with its header 256 bytes.
pub(super) const ITEMS: usize = 60;
/// The most children of an inner node.
pub(super) const FAN: usize = 32;

/// The items of each letter.
#[derive(Clone)]
pub(super) struct Lists {
    /// By the code of the letter.
    pub(super) heads: Paged<Head, 32>,
    pub(super) leaves: Arena<Leaf>,
    pub(super) inners: Arena<Inner>,
    /// By the number of the item: its leaf, or nought.
    pub(super) homes: Paged<u32, 512>,
    pub(super) caps: Caps,
}

/// Where a list begins: its root, nought if the list is empty, and how many levels of inner nodes there are.
#[derive(Clone, Copy, Default)]
pub(super) struct Head {
    pub(super) root: u32,
    pub(super) levels: u32,
    pub(super) len: u32,
}

/// Successive items of a list.
#[derive(Clone, Copy, Default)]
pub(super) struct Leaf {
    pub(super) items: Run<u32, ITEMS>,
    pub(super) code: u16,
    /// The parent, nought for a root.
    pub(super) up: u32,
    /// The next leaf of the same list.
    pub(super) next: u32,
}

/// Children, with the items below each.
#[derive(Clone, Copy, Default)]
pub(super) struct Inner {
    pub(super) kids: Run<Kid, FAN>,
    pub(super) up: u32,
}

/// A child of an inner node, which does not say whether it is a leaf: that follows from the level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Kid {
    pub(super) id: u32,
    pub(super) count: u32,
}

/// A place in a list, to walk on from.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    leaf: &'a Leaf,
    at: usize,
}

impl Slot for Leaf {
    fn link(&mut self) -> &mut u32 {
        &mut self.next
    }
}

impl Slot for Inner {
    fn link(&mut self) -> &mut u32 {
        &mut self.up
    }
}

impl Default for Lists {
    fn default() -> Self {
        Self::new(Caps { leaf: ITEMS, fan: FAN })
    }
}

impl Lists {
    pub(super) fn new(caps: Caps) -> Self {
        Self {
            heads: Paged::default(),
            leaves: Arena::default(),
            inners: Arena::default(),
            homes: Paged::default(),
            caps,
        }
    }

    pub(super) fn head(&self, code: u16) -> Head {
        self.heads.get(u32::from(code)).copied().unwrap_or_default()
    }

    pub(super) fn len(&self, code: u16) -> u32 {
        self.head(code).len
    }

    /// The leaf of an item.
    #[inline]
    fn home(&self, item: u32) -> Option<(u32, &Leaf)> {
        let id = self.homes.get(item).copied().filter(|id| *id != 0)?;
        Some((id, self.leaves.get(id)?))
    }

    /// The letter of an item.
    pub(super) fn code(&self, item: u32) -> Option<u16> {
        self.home(item).map(|(_, leaf)| leaf.code)
    }

    /// The letter of an item, and how many items of its list come before it.
    pub(super) fn rank(&self, item: u32) -> Option<(u16, u32)> {
        let (mut child, leaf) = self.home(item)?;
        let mut rank = n32(position(leaf.items.as_slice(), item)?);
        let mut up = leaf.up;
        while up != 0 {
            work(1);
            let inner = self.inners.get(up)?;
            rank += inner
                .kids
                .as_slice()
                .iter()
                .take_while(|kid| kid.id != child)
                .map(|kid| kid.count)
                .sum::<u32>();
            (child, up) = (up, inner.up);
        }
        Some((leaf.code, rank))
    }

    /// The `k`-th item of a list, to walk on from.
    pub(super) fn cursor(&self, code: u16, mut k: u32) -> Option<Cursor<'_>> {
        let head = self.head(code);
        let mut id = head.root;
        for _ in 0..head.levels {
            work(1);
            let kids = self.inners.get(id)?.kids.as_slice();
            id = kids
                .iter()
                .find(|kid| {
                    k < kid.count || {
                        k -= kid.count;
                        false
                    }
                })?
                .id;
        }
        let leaf = (id != 0).then(|| self.leaves.get(id)).flatten()?;
        Some(Cursor { leaf, at: k as usize }).filter(|cursor| cursor.at < leaf.items.len())
    }

    /// The `k`-th item of a list.
    pub(super) fn item(&self, code: u16, k: u32) -> Option<u32> {
        let cursor = self.cursor(code, k)?;
        cursor.leaf.items.get(cursor.at)
    }
}

impl<'a> Cursor<'a> {
    /// The item here; the cursor goes on to the next.
    #[inline]
    pub(super) fn step(&mut self, lists: &'a Lists) -> Option<u32> {
        if self.at == self.leaf.items.len() {
            let next = Some(self.leaf.next).filter(|id| *id != 0)?;
            *self = Self { leaf: lists.leaves.get(next)?, at: 0 };
        }
        let item = self.leaf.items.get(self.at)?;
        self.at += 1;
        Some(item)
    }
}

/// Where an item is in its leaf.
#[inline]
pub(super) fn position(items: &[u32], item: u32) -> Option<usize> {
    work(items.len() / 16);
    items.iter().position(|other| *other == item)
}
