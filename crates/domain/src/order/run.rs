//! A short list stored inside its node, with room for `N` entries; and the one way in which two neighbours share theirs.
//!
//! Knows nothing of trees. Asking for a slot that is not there answers `None` or does nothing; it does not panic.

/// At most `N` entries, inline.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run<T, const N: usize> {
    slots: [T; N],
    len: u16,
}

impl<T: Copy + Default, const N: usize> Default for Run<T, N> {
    fn default() -> Self {
        Self { slots: [T::default(); N], len: 0 }
    }
}

impl<T: Copy + Default, const N: usize> Run<T, N> {
    /// The first `N` of the entries.
    pub(super) fn of(entries: impl IntoIterator<Item = T>) -> Self {
        let mut run = Self::default();
        for (slot, entry) in run.slots.iter_mut().zip(entries) {
            *slot = entry;
            run.len += 1;
        }
        run
    }

    #[inline]
    pub(super) fn len(&self) -> usize {
        usize::from(self.len)
    }

    #[inline]
    pub(super) fn as_slice(&self) -> &[T] {
        self.slots.get(..self.len()).unwrap_or(&[])
    }

    #[inline]
    pub(super) fn get(&self, at: usize) -> Option<T> {
        self.as_slice().get(at).copied()
    }

    #[inline]
    pub(super) fn get_mut(&mut self, at: usize) -> Option<&mut T> {
        let len = self.len();
        self.slots.get_mut(..len)?.get_mut(at)
    }

    #[inline]
    pub(super) fn iter_mut(&mut self) -> std::slice::IterMut<'_, T> {
        let len = self.len();
        self.slots.get_mut(..len).unwrap_or(&mut []).iter_mut()
    }

    /// Puts an entry before the one at `at`; `None` if there is no room or no such place.
    pub(super) fn insert(&mut self, at: usize, entry: T) -> Option<()> {
        let len = self.len();
        let moved = self.slots.get_mut(at..=len)?;
        moved.copy_within(..len - at, 1);
        *moved.first_mut()? = entry;
        self.len += 1;
        Some(())
    }

    /// Takes the entry at `at` out.
    pub(super) fn remove(&mut self, at: usize) -> Option<T> {
        let len = self.len();
        let moved = self.slots.get_mut(at..len)?;
        let taken = *moved.first()?;
        moved.copy_within(1.., 0);
        self.len -= 1;
        Some(taken)
    }

    /// Shares the entries of two neighbours out anew, in order, `at` of them to the first.
    ///
    /// A split, a merge and an evening out are all this.
    pub(super) fn recut(left: &mut Self, right: &mut Self, at: usize) {
        let (a, b) = (*left, *right);
        let mut all = a.as_slice().iter().chain(b.as_slice()).copied();
        *left = Self::of(all.by_ref().take(at));
        *right = Self::of(all);
    }
}
