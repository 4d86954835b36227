//! Which items of a backlog a filter leaves, kept for a moment: such a list is read page by page, and a version's list is gone
//! through once, not once a page.

use std::{sync::Arc, time::Duration};

use koepel_domain::{
    ids::{ProductId, Version},
    order::ItemNo,
};
use koepel_engine::Recent;
use koepel_projections::backlog::{Filter, Scope};
use tokio::{sync::Semaphore, task::spawn_blocking, time::timeout};

/// So many lists may be gone through at once: each takes a processor.
const AT_ONCE: usize = 2;
/// So long a call waits for its turn.
const TURN: Duration = Duration::from_secs(10);
/// So many items are kept in all, four bytes each; a list counts as this many at least.
const KEPT_MAX: usize = 2_000_000;
const LEAST: usize = 10_000;

/// What is filtered, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Of {
    pub(crate) product: ProductId,
    pub(crate) version: Version,
    pub(crate) scope: Scope,
    pub(crate) filter: Filter,
}

/// What is left.
pub(crate) type Found = Arc<Vec<ItemNo>>;

/// Why a list could not be gone through.
#[derive(Debug)]
pub(crate) enum Failed {
    /// Too many are, at a time.
    Busy,
    /// A fault.
    Broken(String),
}

/// The filtered lists of a server.
pub(crate) struct FilteredLists {
    turns: Arc<Semaphore>,
    kept: Recent<Of, Found>,
}

impl Default for FilteredLists {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(AT_ONCE)), kept: Recent::new(KEPT_MAX) }
    }
}

impl FilteredLists {
    /// What is left; `find` finds it, if nobody has lately.
    pub(crate) async fn found(
        &self,
        of: Of,
        find: impl FnOnce(&Of) -> Vec<ItemNo> + Send + 'static,
    ) -> Result<Found, Failed> {
        if let Some(found) = self.kept.get(&of) {
            return Ok(found);
        }
        let turn = timeout(TURN, Arc::clone(&self.turns).acquire_owned()).await;
        let Ok(Ok(turn)) = turn else { return Err(Failed::Busy) };
        // Somebody may have found it meanwhile.
        if let Some(found) = self.kept.get(&of) {
            return Ok(found);
        }
        let finding = spawn_blocking(move || {
            let found = Arc::new(find(&of));
            // Held until here, also if the caller has gone.
            drop(turn);
            (of, found)
        });
        let (of, found) = finding.await.map_err(|error| Failed::Broken(error.to_string()))?;
        self.kept.put(of, found.len().max(LEAST), Arc::clone(&found));
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn of(version: u64, pinned: bool) -> Of {
        Of {
            product: ProductId::new("webshop").unwrap(),
            version: Version(version),
            scope: Scope { domain: None, closed: false },
            filter: Filter { pinned, ..Filter::default() },
        }
    }

    #[tokio::test]
    async fn a_versions_list_is_gone_through_once_for_each_filter() {
        let lists = FilteredLists::default();
        let count = Arc::new(AtomicUsize::new(0));
        for (version, pinned, times) in [(1, true, 1), (1, true, 1), (1, false, 2), (2, true, 3)] {
            let count = Arc::clone(&count);
            let counted = Arc::clone(&count);
            let find = move |_: &Of| {
                counted.fetch_add(1, Ordering::SeqCst);
                vec![ItemNo(7)]
            };
            let found = lists.found(of(version, pinned), find).await.unwrap();
            assert_eq!((found.as_slice(), count.load(Ordering::SeqCst)), (&[ItemNo(7)][..], times));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_waits_for_too_long_is_told_so() {
        let lists = FilteredLists::default();
        let _all = Arc::clone(&lists.turns).acquire_many_owned(2).await.unwrap();
        let failed = lists.found(of(1, true), |_| Vec::new()).await.unwrap_err();
        assert!(matches!(failed, Failed::Busy));
    }
}
