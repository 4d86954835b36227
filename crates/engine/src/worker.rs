//! The projection worker of a product: folds what became durable into the read model, and writes snapshots of both.

use std::{path::PathBuf, sync::Arc, time::Duration};

use koepel_domain::ids::Version as DomainVersion;
use koepel_event_log::{Head, ProductName, Version};
use tokio::{
    sync::{RwLock, mpsc, watch},
    task::{JoinHandle, spawn_blocking},
};

use crate::{
    Aggregate, Projection,
    past::{self, Moments},
    snapshot,
    view::Batch,
};

/// A snapshot is written only after as many commits as pay for it: one for so many bytes of the last one.
const SNAPSHOT_BYTES_A_COMMIT: u64 = 200;

/// A read model, with when commits were made, and the version that both have reached.
pub(crate) struct Model<P> {
    pub(crate) moments: Moments,
    pub(crate) own: P,
}

/// A read model with the version that it has reached.
pub(crate) struct Projected<P> {
    pub(crate) model: RwLock<Model<P>>,
    reached: watch::Sender<Version>,
}

impl<P> Projected<P> {
    pub(crate) fn new(model: Model<P>, version: Version) -> Self {
        Self { model: RwLock::new(model), reached: watch::Sender::new(version) }
    }

    pub(crate) fn version(&self) -> DomainVersion {
        DomainVersion(self.reached.borrow().get())
    }

    /// Whether it has this version, or gets there in time.
    pub(crate) async fn reaches(&self, version: u64, timeout: Duration) -> bool {
        if self.version().0 >= version {
            return true;
        }
        let mut reached = self.reached.subscribe();
        let wanted = reached.wait_for(|reached| reached.get() >= version);
        tokio::time::timeout(timeout, wanted).await.is_ok()
    }
}

pub(crate) struct Worker<A: Aggregate, P> {
    pub(crate) product: ProductName,
    pub(crate) dir: Option<PathBuf>,
    /// At least so many commits lie between two snapshots.
    pub(crate) every: u64,
    /// At a stop a shorter tail than this is not worth a snapshot.
    pub(crate) at_stop: u64,
    pub(crate) projected: Arc<Projected<P>>,
    /// Without a bound, because the log is far slower than any fold; so a snapshot being made holds up no command.
    pub(crate) feed: mpsc::UnboundedReceiver<Batch<A>>,
    pub(crate) state: A,
    /// Of the request of each commit.
    pub(crate) fingerprints: Vec<u64>,
    pub(crate) head: Head,
    pub(crate) snapshot_version: Version,
    pub(crate) snapshot_bytes: u64,
    /// At least so many events lie between two states of the past that are written.
    pub(crate) past_every: u64,
    /// Events since the last one was.
    pub(crate) past_events: u64,
    /// The size of that.
    pub(crate) past_bytes: u64,
    /// One on its way to the disk.
    pub(crate) past_writing: Option<JoinHandle<Option<u64>>>,
    /// A snapshot on its way to the disk.
    pub(crate) writing: Option<JoinHandle<()>>,
}

impl<A: Aggregate, P: Projection<A>> Worker<A, P> {
    /// Runs until the product stops.
    pub(crate) async fn run(mut self) {
        while let Some(batch) = self.feed.recv().await {
            let mut model = self.projected.model.write().await;
            for applied in &batch.applied {
                model.moments.push(applied.commit.time);
                model.own.apply(&applied.commit, &applied.changes, &batch.after);
            }
            // Before the model is let go, so that who reads it knows its version.
            self.projected.reached.send_replace(batch.head.version);
            drop(model);
            self.fingerprints.extend(batch.applied.iter().map(|applied| applied.fingerprint));
            self.past_events +=
                past::count_events(batch.applied.iter().map(|one| one.commit.events.len()));
            self.state = batch.after;
            self.head = batch.head;
            if self.past_writing.as_ref().is_some_and(JoinHandle::is_finished) {
                self.past_written().await;
            }
            if past::is_due(self.past_events, self.past_every, self.past_bytes) {
                self.keep_past().await;
            }
            if self.tail() >= self.every.max(self.snapshot_bytes / SNAPSHOT_BYTES_A_COMMIT) {
                self.snapshot().await;
            }
        }
        if self.tail() >= self.at_stop.max(1) {
            self.snapshot().await;
        }
        self.written().await;
        self.past_written().await;
    }

    /// Leaves the state behind for those who will look back. It is a clone, so nobody waits for it to be written.
    async fn keep_past(&mut self) {
        self.past_written().await;
        // Whatever happens now, the next try is a whole interval away.
        self.past_events = 0;
        let Some(dir) = self.dir.clone() else { return };
        let (product, head, state) = (self.product.clone(), self.head, self.state.clone());
        self.past_writing = Some(tokio::spawn(past::write(dir, product, head, state)));
    }

    async fn past_written(&mut self) {
        if let Some(writing) = self.past_writing.take()
            && let Ok(Some(size_bytes)) = writing.await
        {
            self.past_bytes = size_bytes;
        }
    }

    fn tail(&self) -> u64 {
        self.head.version.get().saturating_sub(self.snapshot_version.get())
    }

    /// Takes a snapshot, and leaves it to another thread to write it. Only the taking holds up the model.
    async fn snapshot(&mut self) {
        self.written().await;
        // Whatever happens now, the next try is a whole interval away.
        self.snapshot_version = self.head.version;
        let Some(dir) = self.dir.clone() else { return };
        let (product, head, state) = (self.product.clone(), self.head, self.state.clone());
        let fingerprints = std::mem::take(&mut self.fingerprints);
        let projected = Arc::clone(&self.projected);
        let taken = spawn_blocking(move || {
            let model = projected.model.blocking_read();
            let encoded = snapshot::encode(
                &product,
                head,
                &(&state, &fingerprints, &model.moments, &model.own),
            );
            (encoded, fingerprints)
        });
        let bytes = match taken.await {
            Ok((encoded, fingerprints)) => {
                self.fingerprints = fingerprints;
                match encoded {
                    Ok(bytes) => bytes,
                    Err(error) => return not_written(&self.product, &error),
                }
            }
            Err(error) => {
                // It panicked, and what it was lent is gone: no more snapshots of this product.
                self.dir = None;
                return not_written(&self.product, &error);
            }
        };
        self.snapshot_bytes = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let (product, version, size_bytes) =
            (self.product.clone(), head.version, self.snapshot_bytes);
        self.writing =
            Some(spawn_blocking(move || match snapshot::write(&dir, &product, &bytes) {
                Ok(()) => tracing::info!(%product, %version, size_bytes, "snapshot written"),
                Err(error) => not_written(&product, &error),
            }));
    }

    async fn written(&mut self) {
        if let Some(writing) = self.writing.take()
            && let Err(error) = writing.await
        {
            not_written(&self.product, &error);
        }
    }
}

fn not_written(product: &ProductName, error: &dyn std::error::Error) {
    tracing::warn!(%product, %error, "no snapshot could be written; a restart will take longer");
}
