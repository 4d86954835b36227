//! What an operation costs, counted: the same on every machine and every day, unlike the clock.
//!
//! A piece of work is a node entered, a page found, or 64 bytes searched, or copied for a write after a clone. Outside the unit tests of this crate the counters are not compiled. Knows nothing of what is counted.

use std::sync::Arc;

#[cfg(test)]
thread_local! {
    static WORK: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// Counts pieces of work.
#[inline]
pub(super) fn work(pieces: usize) {
    #[cfg(test)]
    WORK.with(|work| work.set(work.get() + pieces as u64));
    #[cfg(not(test))]
    let _ = pieces;
}

/// The work counted by this thread so far.
#[cfg(test)]
pub(super) fn so_far() -> u64 {
    WORK.with(std::cell::Cell::get)
}

/// The node, for writing: copied first if another version of the order still holds it.
#[inline]
pub(super) fn own<T: Clone>(node: &mut Arc<T>) -> &mut T {
    #[cfg(test)]
    work(1 + if Arc::strong_count(node) > 1 { size_of::<T>() / 64 } else { 0 });
    Arc::make_mut(node)
}
