//! What is different between two versions of a product, kept for a moment: such a list is read page by page, and two states
//! are compared once, not once a page. A comparison that has begun ends and is kept also if whoever asked gave up, so that
//! asking again is soon answered.

use std::{sync::Arc, time::Duration};

use koepel_domain::ids::{ProductId, Version};
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
