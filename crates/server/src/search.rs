//! Searching products: for each that somebody searches an index in the folder `search`, and a worker that keeps it in step.
//!
//! An index is derived from the log and the state, and can be thrown away at any time. What readers get is a [`Generation`]: the
//! index as of a commit of its own, and the product's state of exactly the version that this shows.

mod texts;
mod worker;

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use koepel_domain::{order::ItemNo, product::Product};
use koepel_engine::View;
use koepel_event_log::{ProductName, SledLog};
use koepel_search::Reader;
use tokio::{
    sync::{Notify, Semaphore, watch},
    task::JoinHandle,
    time::{Instant, timeout_at},
};

use self::worker::Worker;

/// How long a search waits for an index that is being made, or for a version that the index has not reached.
const WAIT: Duration = Duration::from_secs(5);
/// So many places are looked up one by one; for more, all are listed once.
const LOOKED_UP: usize = 1_000;
/// So many searches may be carried out at a time: each takes a processor.
const AT_A_TIME: usize = 4;

/// An index as of a commit of its own, and the state of exactly the version that it shows.
pub(crate) struct Generation {
    pub(crate) reader: Reader,
    pub(crate) view: Arc<View<Product>>,
    /// Places by the number of the item; made by the first who needs many of them.
    places: OnceLock<Vec<u32>>,
}

impl Generation {
    /// The places of items, of which so many are to be looked up.
    pub(crate) fn places(&self, count: usize) -> Places<'_> {
        let product = &self.view.state;
        let listed = (count > LOOKED_UP).then(|| self.places.get_or_init(|| listed(product)));
        Places { product, listed: listed.map(Vec::as_slice) }
    }
}

/// The places of items, from 0: those of the open ones in the order, then those of the closed ones.
pub(crate) struct Places<'a> {
    product: &'a Product,
    listed: Option<&'a [u32]>,
}

impl Places<'_> {
    /// The place of an item; one that has none stands behind all.
    pub(crate) fn of(&self, no: ItemNo) -> u32 {
        let place = match self.listed {
            Some(listed) => usize::try_from(no.0).ok().and_then(|no| listed.get(no).copied()),
            None => self.product.order().place_of(no).or_else(|| {
                let closed = self.product.closed().place_of(no)?;
                Some(self.product.order().len() + closed)
            }),
        };
        place.unwrap_or(u32::MAX)
    }
}

/// The places of all items, by their numbers.
fn listed(product: &Product) -> Vec<u32> {
    let mut places = vec![u32::MAX; usize::try_from(product.items_len()).unwrap_or(0)];
    let open = product.order().iter_from(0).map(|(no, _)| no);
    let closed = product.closed().iter_from(0).map(|(no, _)| no);
    for (place, ItemNo(no)) in (0..).zip(open.chain(closed)) {
        if let Some(of) = usize::try_from(no).ok().and_then(|no| places.get_mut(no)) {
            *of = place;
        }
    }
    places
}

/// How far an index is.
#[derive(Clone)]
enum Stage {
    /// It is being made, or brought up to date: so many items of so many.
    Making(u64, u64),
    /// It can be searched.
    Ready(Arc<Generation>),
    /// It cannot be made at the moment; it will be tried again.
    Failing(String),
}

/// Why there is nothing to search yet.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotYet {
    /// It takes longer.
    #[error("the index for searching is being made: {0} of {1} items; try again in a moment")]
    Making(u64, u64),
    /// Something keeps it from being made.
    #[error("there is no index for searching at the moment: {0}")]
    Failing(String),
    /// It has not got as far as was asked for.
    #[error("the index for searching has not reached it in time")]
    Behind(u64),
}

/// The index of one product.
struct Search {
    stage: watch::Receiver<Stage>,
    /// The greatest version that somebody waits for.
    wanted: watch::Sender<u64>,
    /// Rung by whose search failed.
    broken: Arc<Notify>,
    worker: JoinHandle<()>,
}

/// The indexes of all products that somebody has searched since the start.
pub(crate) struct Searches {
    dir: PathBuf,
    log: Arc<SledLog>,
    stopping: watch::Receiver<bool>,
    all: Mutex<HashMap<ProductName, Search>>,
    /// Who searches takes one.
    pub(crate) turns: Arc<Semaphore>,
}

impl Searches {
    /// None yet; each is opened or made when it is asked for.
    pub(crate) fn new(dir: PathBuf, log: Arc<SledLog>, stopping: watch::Receiver<bool>) -> Self {
        let turns = Arc::new(Semaphore::new(AT_A_TIME));
        Self { dir, log, stopping, all: Mutex::default(), turns }
    }

    /// The index of a product, at this version or later.
    pub(crate) async fn at_least(
        &self,
        product: &ProductName,
        views: watch::Receiver<Arc<View<Product>>>,
        version: u64,
    ) -> Result<Arc<Generation>, NotYet> {
        let mut stage = self.stage(product, views, version);
        let ready = |stage: &Stage| match stage {
            Stage::Ready(generation) => generation.view.head.version.get() >= version,
            Stage::Making(..) | Stage::Failing(_) => false,
        };
        let waited = timeout_at(Instant::now() + WAIT, stage.wait_for(ready)).await;
        let reached = waited.is_ok_and(|stage| stage.is_ok());
        let stage = stage.borrow().clone();
        match stage {
            Stage::Ready(generation) if reached => Ok(generation),
            Stage::Ready(generation) => Err(NotYet::Behind(generation.view.head.version.get())),
            Stage::Making(done, all) => Err(NotYet::Making(done, all)),
            Stage::Failing(why) => Err(NotYet::Failing(why)),
        }
    }

    /// How far the index is, whose worker is started if there is none, and told that somebody waits for this version.
    fn stage(
        &self,
        product: &ProductName,
        views: watch::Receiver<Arc<View<Product>>>,
        version: u64,
    ) -> watch::Receiver<Stage> {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let search = all.entry(product.clone()).or_insert_with(|| self.begin(product, views));
        search.wanted.send_if_modified(|wanted| {
            let more = version > *wanted;
            *wanted = version.max(*wanted);
            more
        });
        search.stage.clone()
    }

    fn begin(&self, product: &ProductName, views: watch::Receiver<Arc<View<Product>>>) -> Search {
        let (stage, watched) = watch::channel(Stage::Making(0, 0));
        let (wanted, asked) = watch::channel(0);
        let broken = Arc::new(Notify::new());
        let worker = Worker {
            product: product.clone(),
            dir: self.dir.join(product.as_str()),
            log: Arc::clone(&self.log),
            views,
            stage,
            wanted: asked,
            broken: Arc::clone(&broken),
            stopping: self.stopping.clone(),
        };
        Search { stage: watched, wanted, broken, worker: tokio::spawn(worker.run()) }
    }

    /// A search failed in an index: it is checked, and made anew if it is no use.
    pub(crate) fn is_broken(&self, product: &ProductName) {
        let all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(search) = all.get(product) {
            search.broken.notify_one();
        }
    }

    /// Waits for all workers, which end when the server stops.
    pub(crate) async fn stop(&self) {
        let all = std::mem::take(&mut *self.all.lock().unwrap_or_else(PoisonError::into_inner));
        for (product, search) in all {
            if let Err(error) = search.worker.await {
                tracing::error!(%product, %error, "the worker of a search index ended badly");
            }
        }
    }
}

/// Removes what was made to search a product, in the folder that holds the indexes of all. Says whether there was something.
///
/// # Errors
/// If it cannot be removed.
pub fn remove(dir: &std::path::Path, product: &ProductName) -> std::io::Result<bool> {
    koepel_search::Index::remove(&dir.join(product.as_str()))
}
