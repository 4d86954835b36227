//! A persistent array: a clone costs one reference count, a write after it copies one page and the path to it.
//!
//! Knows nothing of orders. Entries never written read as absent and take no memory page, so a far index is no harm.

use std::sync::Arc;

use super::cost::{own, work};

const BITS: u32 = 4;
const FAN: usize = 1 << BITS;

/// An array of `u32 → T` in pages of `N` (a power of two) entries, under a tree of as many levels as the greatest index needs.
pub(super) struct Paged<T, const N: usize> {
    root: Page<T, N>,
    height: u32,
}

enum Page<T, const N: usize> {
    Absent,
    Branch(Arc<[Page<T, N>; FAN]>),
    Entries(Arc<[T; N]>),
}

impl<T, const N: usize> Clone for Page<T, N> {
    fn clone(&self) -> Self {
        match self {
            Self::Absent => Self::Absent,
            Self::Branch(branch) => Self::Branch(Arc::clone(branch)),
            Self::Entries(entries) => Self::Entries(Arc::clone(entries)),
        }
    }
}

impl<T, const N: usize> Clone for Paged<T, N> {
    fn clone(&self) -> Self {
        Self { root: self.root.clone(), height: self.height }
    }
}

impl<T, const N: usize> Default for Paged<T, N> {
    fn default() -> Self {
        Self { root: Page::Absent, height: 0 }
    }
}

impl<T: Copy + Default, const N: usize> Paged<T, N> {
    const PAGE_BITS: u32 = {
        assert!(N.is_power_of_two(), "a page holds a power of two of entries");
        N.trailing_zeros()
    };

    /// The entry, or `None` if neither it nor one of the same page was ever written.
    #[inline]
    pub(super) fn get(&self, index: u32) -> Option<&T> {
        work(1);
        let mut shift = Self::PAGE_BITS + BITS * self.height;
        if u64::from(index) >> shift != 0 {
            return None;
        }
        let index = index as usize;
        let mut page = &self.root;
        loop {
            match page {
                Page::Absent => return None,
                Page::Branch(branch) => {
                    shift -= BITS;
                    page = branch.get(index >> shift & (FAN - 1))?;
                }
                Page::Entries(entries) => return entries.get(index & (N - 1)),
            }
        }
    }

    /// The entry for writing, made if it is absent; `None` never happens, but costs less to pass on than to disprove.
    #[inline]
    pub(super) fn entry(&mut self, index: u32) -> Option<&mut T> {
        while u64::from(index) >> (Self::PAGE_BITS + BITS * self.height) != 0 {
            self.grow();
        }
        let index = index as usize;
        let mut shift = Self::PAGE_BITS + BITS * self.height;
        let mut page = &mut self.root;
        loop {
            if matches!(page, Page::Absent) {
                *page = if shift > Self::PAGE_BITS {
                    Page::Branch(Arc::new([const { Page::Absent }; FAN]))
                } else {
                    Page::Entries(Arc::new([T::default(); N]))
                };
            }
            match page {
                Page::Absent => return None,
                Page::Branch(branch) => {
                    shift -= BITS;
                    page = own(branch).get_mut(index >> shift & (FAN - 1))?;
                }
                Page::Entries(entries) => return own(entries).get_mut(index & (N - 1)),
            }
        }
    }

    /// One level more, the present root becoming the first page below.
    fn grow(&mut self) {
        if !matches!(self.root, Page::Absent) {
            let mut branch = [const { Page::Absent }; FAN];
            if let Some(first) = branch.first_mut() {
                std::mem::swap(first, &mut self.root);
            }
            self.root = Page::Branch(Arc::new(branch));
        }
        self.height += 1;
    }

    /// Whether the root is the same node of memory.
    #[cfg(test)]
    pub(super) fn shares_all_with(&self, other: &Self) -> bool {
        match (&self.root, &other.root) {
            (Page::Absent, Page::Absent) => true,
            (Page::Branch(a), Page::Branch(b)) => Arc::ptr_eq(a, b),
            (Page::Entries(a), Page::Entries(b)) => Arc::ptr_eq(a, b),
            (Page::Absent | Page::Branch(_) | Page::Entries(_), _) => false,
        }
    }

    /// Calls `f` with each entry of each page written, in order.
    pub(super) fn for_each(&self, f: &mut impl FnMut(u32, &T)) {
        walk(&self.root, 0, Self::PAGE_BITS + BITS * self.height, f);
    }
}

fn walk<T, const N: usize>(page: &Page<T, N>, base: u32, shift: u32, f: &mut impl FnMut(u32, &T)) {
    match page {
        Page::Absent => {}
        Page::Branch(branch) => {
            for (page, nth) in branch.iter().zip(0..) {
                walk(page, base | nth << (shift - BITS), shift - BITS, f);
            }
        }
        Page::Entries(entries) => {
            for (entry, nth) in entries.iter().zip(0..) {
                f(base | nth, entry);
            }
        }
    }
}
