//! Keeps the index of one product in step with it. Whatever is wrong with an index, another one is made.

use std::{path::PathBuf, sync::Arc, time::Duration};

use koepel_domain::{order::ItemNo, product::Product};
use koepel_engine::View;
use koepel_event_log::{EventLog as _, Head, ProductName, ReadLimit, SledLog, Version};
use koepel_search::{Index, Reader, Writer};
use tokio::{
    sync::{Notify, watch},
    task::spawn_blocking,
    time::{Instant, sleep},
};

use super::{Generation, Stage, texts};
use crate::app::stop_signal;

/// Changes that come within this time go into the index together, unless somebody waits for one of them.
const GATHER: Duration = Duration::from_millis(50);
/// So many times as long as it took to put changes in, no others are put in unless somebody waits: it is to leave the processors
/// to commands.
const REST: u32 = 4;
/// But never longer than this.
const REST_MOST: Duration = Duration::from_secs(1);
/// After so many versions that changed nothing in it, an index notes how far it is.
const NOTE_EVERY: u64 = 10_000;
/// Between two attempts to make an index that cannot be made.
const RETRY: Duration = Duration::from_secs(10);

/// Why a worker cannot go on.
enum End {
    /// The server stops, or the product does.
    Stopping,
    /// The index is no use.
    Index(String),
    /// A search failed in it, so it is looked at again.
    Doubt,
    /// The log cannot be read.
    Log(String),
}

impl From<koepel_search::Error> for End {
    fn from(error: koepel_search::Error) -> Self {
        Self::Index(error.to_string())
    }
}

/// Carries out what would hold up other tasks; a panic is told as an index that is no use.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, koepel_search::Error> + Send + 'static,
) -> Result<T, End> {
    let done = spawn_blocking(work).await.map_err(|error| End::Index(error.to_string()))?;
    Ok(done?)
}

pub(super) struct Worker {
    pub(super) product: ProductName,
    /// The folder of the index.
    pub(super) dir: PathBuf,
    pub(super) log: Arc<SledLog>,
    pub(super) views: watch::Receiver<Arc<View<Product>>>,
    pub(super) stage: watch::Sender<Stage>,
    pub(super) wanted: watch::Receiver<u64>,
    pub(super) broken: Arc<Notify>,
    pub(super) stopping: watch::Receiver<bool>,
}

/// An index that is open.
struct Open {
    index: Arc<Index>,
    /// There only once something was to be put in.
    writer: Option<Writer>,
    reader: Reader,
    /// How far it is.
    head: Head,
    /// How far it is as its files have it.
    noted: u64,
}

impl Worker {
    /// Runs until the server stops.
    pub(super) async fn run(mut self) {
        let product = self.product.clone();
        let mut attempts = 0_u32;
        loop {
            let begun = Instant::now();
            let end = self.follow().await;
            // One that had served for a while is made anew at once.
            attempts = if begun.elapsed() > RETRY { 1 } else { attempts + 1 };
            let why = match end {
                Ok(()) | Err(End::Stopping) => return,
                Err(End::Doubt) if attempts == 1 => {
                    tracing::warn!(%product, "a search failed; the search index is checked");
                    continue;
                }
                Err(End::Doubt) => self.drop_index("searches fail in it".to_owned()).await,
                Err(End::Index(why)) => self.drop_index(why).await,
                Err(End::Log(why)) => {
                    tracing::error!(%product, %why, "the log cannot be read for the search index");
                    why
                }
            };
            if attempts > 1 {
                self.stage.send_replace(Stage::Failing(why));
                tokio::select! {
                    () = sleep(RETRY) => {}
                    () = stop_signal(&mut self.stopping) => return,
                }
            }
            self.stage.send_replace(Stage::Making(0, 0));
        }
    }

    /// Removes what is no use, and says so; gives back why it is none.
    async fn drop_index(&self, why: String) -> String {
        tracing::error!(product = %self.product, %why, "the search index is no use; it is made anew");
        let dir = self.dir.clone();
        if let Err(End::Index(error)) = blocking(move || Ok(Index::remove(&dir)?)).await {
            let dir = self.dir.display();
            tracing::error!(product = %self.product, %dir, %error, "it cannot be removed");
        }
        why
    }

    /// Opens or makes the index, and keeps it in step until the server stops.
    async fn follow(&mut self) -> Result<(), End> {
        let mut open = self.open().await?;
        loop {
            let begun = Instant::now();
            let view = Arc::clone(&self.views.borrow_and_update());
            self.catch_up(&mut open, &view).await?;
            let reader = open.reader.clone();
            let generation = Generation { reader, view, places: std::sync::OnceLock::new() };
            self.stage.send_replace(Stage::Ready(Arc::new(generation)));
            let rest = (begun.elapsed() * REST).clamp(GATHER, REST_MOST);
            let mut stopping = self.stopping.clone();
            let broken = Arc::clone(&self.broken);
            tokio::select! {
                () = stop_signal(&mut stopping) => return self.note(&mut open).await,
                () = broken.notified() => return Err(End::Doubt),
                changed = self.change(open.head.version.get(), rest) => changed?,
            }
        }
    }

    /// Waits for a change, and then for others to come with it unless somebody waits.
    async fn change(&mut self, reached: u64, rest: Duration) -> Result<(), End> {
        self.views.changed().await.map_err(|_| End::Stopping)?;
        tokio::select! {
            () = sleep(rest) => Ok(()),
            wanted = self.wanted.wait_for(|wanted| *wanted > reached) => {
                wanted.map(|_| ()).map_err(|_| End::Stopping)
            }
        }
    }

    /// The index that lies there, if it is of this log; else a new one.
    async fn open(&self) -> Result<Open, End> {
        let dir = self.dir.clone();
        let found = match blocking(move || Index::open(&dir)).await {
            Ok(found) => found,
            Err(End::Index(why)) => {
                tracing::error!(product = %self.product, %why, "the search index is no use; it is made anew");
                None
            }
            Err(end @ (End::Stopping | End::Log(_) | End::Doubt)) => return Err(end),
        };
        if let Some((index, mark)) = found {
            if let Some(head) = self.of_this_log(&mark).await? {
                let reader = index.read()?;
                let version = head.version.get();
                tracing::info!(product = %self.product, version, items = reader.len(), "search index opened");
                let index = Arc::new(index);
                return Ok(Open { index, writer: None, reader, head, noted: version });
            }
            tracing::warn!(product = %self.product, %mark, "the search index is of another log; it is made anew");
        }
        let dir = self.dir.clone();
        let index = blocking(move || Index::create(&dir)).await?;
        let reader = index.read()?;
        Ok(Open { index: Arc::new(index), writer: None, reader, head: Head::ZERO, noted: 0 })
    }

    /// The head that an index has come to, if the log has that commit.
    async fn of_this_log(&self, mark: &str) -> Result<Option<Head>, End> {
        let read = mark.split_once(' ');
        let read =
            read.and_then(|(version, hash)| Some((version.parse().ok()?, hash.parse().ok()?)));
        let Some((version, hash)) = read else { return Ok(None) };
        let head = Head { version: Version::new(version), hash };
        if version == 0 || version > self.views.borrow().head.version.get() {
            return Ok(None);
        }
        let limit = ReadLimit { commits: 1, size_bytes: 1 };
        let records = self.log.read(&self.product, head.version, limit).await;
        let records = records.map_err(|error| End::Log(error.to_string()))?;
        Ok(records.first().is_some_and(|record| record.head() == head).then_some(head))
    }

    /// Puts into the index what a state has more than it.
    async fn catch_up(&self, open: &mut Open, view: &Arc<View<Product>>) -> Result<(), End> {
        let (from, to) = (open.head.version.get(), view.head.version.get());
        if from == to {
            return Ok(());
        }
        let begun = Instant::now();
        let state = &view.state;
        let mut wanted = if from == 0 {
            texts::Wanted::of(state, (0..state.items_len()).map(ItemNo))
        } else {
            let touched = texts::touched(&self.log, &self.product, state, from, to).await;
            texts::Wanted::of(state, touched.map_err(End::Log)?)
        };
        let mut done = 0;
        while let Some(found) =
            wanted.next(&self.log, &self.product, state).await.map_err(End::Log)?
        {
            if *self.stopping.borrow() {
                return Err(End::Stopping);
            }
            done += u64::try_from(found.len()).unwrap_or(u64::MAX);
            self.tell(done, u64::from(state.items_len()));
            let writer = Self::writer(open).await?;
            let view = Arc::clone(view);
            let put = move || {
                for (no, text) in found {
                    if let Some(item) = view.state.item(no) {
                        writer.put(no.0, item.title.as_str(), text.as_str())?;
                    }
                }
                Ok(writer)
            };
            open.writer = Some(blocking(put).await?);
        }
        open.head = view.head;
        if done > 0 || to - open.noted >= NOTE_EVERY {
            self.note(open).await?;
            let index = Arc::clone(&open.index);
            open.reader = blocking(move || index.read()).await?;
        }
        if from == 0 {
            let took_ms = begun.elapsed().as_millis();
            tracing::info!(product = %self.product, version = to, items = done, took_ms, "search index made");
        }
        Ok(())
    }

    /// The one writer of an index.
    async fn writer(open: &mut Open) -> Result<Writer, End> {
        match open.writer.take() {
            Some(writer) => Ok(writer),
            None => {
                let index = Arc::clone(&open.index);
                blocking(move || index.writer()).await
            }
        }
    }

    /// Says how far it is, as long as there is nothing to search.
    fn tell(&self, done: u64, all: u64) {
        self.stage.send_if_modified(|stage| match stage {
            Stage::Making(..) => {
                *stage = Stage::Making(done, all);
                true
            }
            Stage::Ready(_) | Stage::Failing(_) => false,
        });
    }

    /// Makes what was put in lasting, with how far it is.
    async fn note(&self, open: &mut Open) -> Result<(), End> {
        let Head { version, hash } = open.head;
        if version.get() == open.noted {
            return Ok(());
        }
        let mut writer = Self::writer(open).await?;
        let commit = move || {
            writer.commit(&format!("{version} {hash}"))?;
            Ok(writer)
        };
        open.writer = Some(blocking(commit).await?);
        open.noted = version.get();
        Ok(())
    }
}
