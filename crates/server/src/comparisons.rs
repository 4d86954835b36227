//! What is different between two versions of a product, kept for a moment: such a list is read page by page, and two states
//! are compared once, not once a page. A comparison that has begun ends and is kept also if whoever asked gave up, so that
//! asking again is soon answered.

use std::{sync::Arc, time::Duration};

use koepel_domain::{
    ids::{ProductId, Version},
    language::Language,
};
use koepel_engine::Recent;
use koepel_projections::difference::Difference;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::spawn_blocking,
    time::timeout,
};

/// So many may be made at once: each takes a processor.
const AT_ONCE: usize = 2;
/// So long a call waits for its turn.
const TURN: Duration = Duration::from_secs(10);
/// So many differences are kept in all, some 300 bytes each; a comparison counts as this many at least.
const KEPT_MAX: usize = 300_000;
const LEAST: usize = 1_000;

/// What is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Of {
    pub(crate) product: ProductId,
    pub(crate) from: Version,
    pub(crate) to: Version,
    /// The edition of people's names, which stand in the sentences.
    pub(crate) names: u64,
    /// The language of the sentences.
    pub(crate) language: Language,
}

/// What was found.
pub(crate) type Found = Arc<Vec<Difference>>;

/// The comparisons of a server.
pub(crate) struct Comparisons {
    turns: Arc<Semaphore>,
    kept: Recent<Of, Found>,
}

/// The comparison, if somebody made it, or the right to make it.
pub(crate) enum Turn {
    Made(Found),
    Make(OwnedSemaphorePermit),
}

/// Too many compare at a time.
#[derive(Debug)]
pub(crate) struct Busy;

impl Default for Comparisons {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(AT_ONCE)), kept: Recent::new(KEPT_MAX) }
    }
}

impl Comparisons {
    /// What was found, or the right to find it.
    pub(crate) async fn turn(&self, of: &Of) -> Result<Turn, Busy> {
        if let Some(found) = self.kept.get(of) {
            return Ok(Turn::Made(found));
        }
        let turn = timeout(TURN, Arc::clone(&self.turns).acquire_owned()).await;
        let Ok(Ok(turn)) = turn else { return Err(Busy) };
        // Somebody may have made it meanwhile.
        Ok(self.kept.get(of).map_or(Turn::Make(turn), Turn::Made))
    }

    /// Compares, and keeps what was found.
    ///
    /// # Errors
    /// Why it could not be done.
    pub(crate) async fn make(
        self: &Arc<Self>,
        of: Of,
        turn: OwnedSemaphorePermit,
        compare: impl FnOnce() -> Vec<Difference> + Send + 'static,
    ) -> Result<Found, String> {
        let this = Arc::clone(self);
        let made = spawn_blocking(move || {
            let found = Arc::new(compare());
            this.kept.put(of, found.len().max(LEAST), Arc::clone(&found));
            drop(turn);
            found
        });
        made.await.map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::sync::oneshot;

    use super::*;

    fn of(to: u64) -> Of {
        let product = ProductId::new("webshop").unwrap();
        let language = Language::En;
        Of { product, from: Version(1), to: Version(to), names: 0, language }
    }

    /// Asks for a comparison, and makes it if nobody has; says whether it was made.
    async fn ask(comparisons: &Arc<Comparisons>, to: u64) -> bool {
        match comparisons.turn(&of(to)).await.unwrap() {
            Turn::Made(_) => false,
            Turn::Make(turn) => {
                comparisons.make(of(to), turn, Vec::new).await.unwrap();
                true
            }
        }
    }

    #[tokio::test]
    async fn two_versions_are_compared_once_for_all_who_ask() {
        let comparisons = Arc::new(Comparisons::default());
        let (one, other) = tokio::join!(ask(&comparisons, 2), ask(&comparisons, 3));
        assert!(one && other);
        assert!(!ask(&comparisons, 2).await && !ask(&comparisons, 3).await);
        assert!(ask(&comparisons, 4).await, "another version is another comparison");
        let renamed = comparisons.turn(&Of { names: 1, ..of(2) }).await.unwrap();
        assert!(matches!(renamed, Turn::Make(_)), "with other names the sentences are others");
        let danish = comparisons.turn(&Of { language: Language::Da, ..of(2) }).await.unwrap();
        assert!(matches!(danish, Turn::Make(_)), "and in another language");
    }

    #[tokio::test]
    async fn whoever_waited_for_a_turn_finds_what_was_made_meanwhile() {
        let comparisons = Arc::new(Comparisons::default());
        let mut turns = Vec::new();
        for to in [2, 3] {
            let Turn::Make(turn) = comparisons.turn(&of(to)).await.unwrap() else { panic!("made") };
            turns.push((to, turn));
        }
        let waits = tokio::spawn({
            let comparisons = Arc::clone(&comparisons);
            async move { matches!(comparisons.turn(&of(2)).await, Ok(Turn::Made(_))) }
        });
        tokio::task::yield_now().await;
        assert!(!waits.is_finished(), "both turns are taken");
        let (to, turn) = turns.remove(0);
        comparisons.make(of(to), turn, Vec::new).await.unwrap();
        assert!(waits.await.unwrap());
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_waits_for_too_long_is_told_so() {
        let comparisons = Arc::new(Comparisons::default());
        let mut turns = Vec::new();
        for to in [2, 3] {
            turns.push(comparisons.turn(&of(to)).await.unwrap());
        }
        assert!(comparisons.turn(&of(4)).await.is_err());
    }

    #[tokio::test]
    async fn what_nobody_waits_for_any_more_is_made_and_kept() {
        let comparisons = Arc::new(Comparisons::default());
        let Turn::Make(turn) = comparisons.turn(&of(2)).await.unwrap() else { panic!("made") };
        let (go, gone) = oneshot::channel::<()>();
        let count = Arc::new(AtomicUsize::new(0));
        let making = tokio::spawn({
            let (comparisons, count) = (Arc::clone(&comparisons), Arc::clone(&count));
            async move {
                let compare = move || {
                    gone.blocking_recv().ok();
                    count.fetch_add(1, Ordering::SeqCst);
                    Vec::new()
                };
                comparisons.make(of(2), turn, compare).await.is_ok()
            }
        });
        // It has begun, and then whoever asked is gone.
        tokio::task::yield_now().await;
        making.abort();
        assert!(making.await.unwrap_err().is_cancelled());
        go.send(()).unwrap();
        // Both turns are free again once it is made.
        let both = Arc::clone(&comparisons.turns).acquire_many_owned(2).await.unwrap();
        drop(both);
        assert!(!ask(&comparisons, 2).await, "it is there");
        assert_eq!(count.load(Ordering::SeqCst), 1);
    }
}
