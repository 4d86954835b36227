//! Counters of what a log has written, cheap enough to be kept always.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How many classes of group sizes are told apart.
const GROUP_CLASSES: usize = 16;

/// What a log has written since it was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// How often something was made durable.
    pub flushes: u64,
    /// How many commits were made durable.
    pub commits: u64,
    /// How many bytes these had, encoded.
    pub size_bytes: u64,
    /// How many flushes were shared by 1, 2, 3–4, 5–8, … commits; the last class is open above.
    pub group_sizes: [u64; GROUP_CLASSES],
    /// How long all flushes took together, in microseconds.
    pub flush_total_us: u64,
    /// How long the slowest took, in microseconds.
    pub flush_max_us: u64,
}

impl Stats {
    /// The greatest group that counts in class `class` of [`Stats::group_sizes`].
    #[must_use]
    pub fn group_size_limit(class: usize) -> u64 {
        if class + 1 >= GROUP_CLASSES { u64::MAX } else { 1 << class }
    }
}

/// The counters behind [`Stats`].
#[derive(Debug, Default)]
pub(crate) struct Counters {
    flushes: AtomicU64,
    commits: AtomicU64,
    size_bytes: AtomicU64,
    group_sizes: [AtomicU64; GROUP_CLASSES],
    flush_total_us: AtomicU64,
    flush_max_us: AtomicU64,
}

impl Counters {
    /// Counts one flush.
    pub(crate) fn flushed(&self, commits: usize, size_bytes: usize, took: Duration) {
        let took_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let add = |counter: &AtomicU64, n: usize| {
            counter.fetch_add(u64::try_from(n).unwrap_or(u64::MAX), Ordering::Relaxed);
        };
        add(&self.flushes, 1);
        add(&self.commits, commits);
        add(&self.size_bytes, size_bytes);
        if let Some(class) = self.group_sizes.get(class_of(commits)) {
            add(class, 1);
        }
        self.flush_total_us.fetch_add(took_us, Ordering::Relaxed);
        self.flush_max_us.fetch_max(took_us, Ordering::Relaxed);
    }

    /// The counters as they stand.
    pub(crate) fn stats(&self) -> Stats {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Stats {
            flushes: get(&self.flushes),
            commits: get(&self.commits),
            size_bytes: get(&self.size_bytes),
            group_sizes: std::array::from_fn(|class| self.group_sizes.get(class).map_or(0, &get)),
            flush_total_us: get(&self.flush_total_us),
            flush_max_us: get(&self.flush_max_us),
        }
    }
}

/// The class of a group: 0 for one commit, 1 for two, 2 for three and four, and so on.
fn class_of(commits: usize) -> usize {
    let ceiling = commits.max(1).next_power_of_two();
    usize::try_from(ceiling.trailing_zeros()).unwrap_or(GROUP_CLASSES).min(GROUP_CLASSES - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_counts_in_the_class_of_the_next_power_of_two() {
        for (commits, class) in [(1, 0), (2, 1), (3, 2), (4, 2), (5, 3), (8, 3), (9, 4)] {
            assert_eq!(class_of(commits), class, "{commits} commits");
        }
        assert_eq!(class_of(usize::MAX / 4), GROUP_CLASSES - 1);
        assert_eq!(Stats::group_size_limit(3), 8);
    }

    #[test]
    fn a_flush_adds_to_every_counter() {
        let counters = Counters::default();
        counters.flushed(3, 1800, Duration::from_micros(250));
        counters.flushed(1, 600, Duration::from_micros(100));
        let stats = counters.stats();
        assert_eq!((stats.flushes, stats.commits, stats.size_bytes), (2, 4, 2400));
        assert_eq!((stats.flush_total_us, stats.flush_max_us), (350, 250));
        assert_eq!((stats.group_sizes[0], stats.group_sizes[2]), (1, 1));
    }
}
