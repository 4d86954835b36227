//! Nodes under stable numbers, in a persistent array, with the numbers of freed nodes used again.
//!
//! A node can so be reached from above and from below (from an item, from a child), and versions of the order still share all
//! nodes that they have in common. Knows nothing of trees. Number nought is no node.

use super::paged::Paged;

/// What a freed node keeps: the number of the node freed before it.
pub(super) trait Slot: Copy + Default {
    fn link(&mut self) -> &mut u32;
}

type Pages<T> = Paged<T, 8>;

/// Nodes by number.
#[derive(Clone)]
pub(super) struct Arena<T> {
    pages: Pages<T>,
    /// The last node freed.
    free: u32,
    /// The greatest number given out.
    last: u32,
}

impl<T> Default for Arena<T> {
    fn default() -> Self {
        Self { pages: Paged::default(), free: 0, last: 0 }
    }
}

impl<T: Slot> Arena<T> {
    #[inline]
    pub(super) fn get(&self, id: u32) -> Option<&T> {
        self.pages.get(id)
    }

    #[inline]
    pub(super) fn entry(&mut self, id: u32) -> Option<&mut T> {
        self.pages.entry(id)
    }

    #[cfg(test)]
    pub(super) fn pages(&self) -> &Pages<T> {
        &self.pages
    }

    /// Stores a node; answers its number.
    pub(super) fn alloc(&mut self, node: T) -> Option<u32> {
        let id = if self.free == 0 { self.last.checked_add(1)? } else { self.free };
        let slot = self.pages.entry(id)?;
        if self.free == 0 {
            self.last = id;
        } else {
            self.free = *slot.link();
        }
        *slot = node;
        Some(id)
    }

    /// Gives a number back.
    pub(super) fn free(&mut self, id: u32) -> Option<()> {
        let slot = self.pages.entry(id)?;
        *slot = T::default();
        *slot.link() = self.free;
        self.free = id;
        Some(())
    }

    /// How many nodes are in use, counted along the list of the freed ones.
    pub(super) fn count_used(&self) -> Option<u32> {
        let (mut used, mut free) = (self.last, self.free);
        while free != 0 {
            used = used.checked_sub(1)?;
            let mut slot = *self.pages.get(free)?;
            free = *slot.link();
        }
        Some(used)
    }
}
