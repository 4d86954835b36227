//! The log on one machine's disk, in sled 0.34.
//!
//! # What is acknowledged is durable
//! A commit is answered after sled's `flush` **and** `fdatasync` of sled's file have succeeded, and
//! files and directories have been synced when the log was opened. Acknowledged commits survive a
//! kill and a power cut, as far as the disk keeps what it says it has written.
//!
//! # What is not
//! A commit that was not acknowledged may be there after a crash or not, but whole: all commits of
//! one append, or none.
//!
//! # What a damaged disk can do
//! Each read checks hash and link of each record. sled may panic on a damaged file, which is caught,
//! or open shorter without a word, which the file `heads` beside it shows; that file is at most a
//! second behind, so a log that has lost less than the last second before a crash is not noticed.
//!
//! # What it takes on disk
//! sled rewrites a leaf some three times until it is full, and cleans a segment of half a megabyte
//! once half of it is dead: in the long run its file has 1.6 to 2 bytes for each byte stored, the
//! less the larger the values, and in the first thousand commits more. So packs are compressed;
//! `examples/disk_size` measures it. sled's own `segment_size` would change little in the long run, and is not an
//! interface it promises; `mode` and the background flush change nothing.
//!
//! # Threads
//! One writer (`writer.rs`) and one housekeeper (`housekeeper.rs`); reads run on tokio's blocking
//! pool. `shared.rs` is what they share, `store.rs` the only file that calls sled.

mod audit;
mod birth;
pub(crate) mod durable;
mod head_file;
mod housekeeper;
mod layout;
mod open;
mod packs;
mod recovery;
mod shared;
mod store;
mod writer;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use tokio::sync::{oneshot, watch};

use self::housekeeper::{Chore, FlushWatch};
pub use self::open::{HeadsOutcome, OpenError};
use self::shared::Shared;
use self::writer::{Job, Message, Writer};
use crate::{
    AppendError, BoxFuture, EventLog, Head, Health, NewCommit, ProductName, ReadError, ReadLimit,
    Record, Stats, VerifyReport, Version, record,
};

/// How a log on disk is to be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How many bytes sled may use to cache pages.
    pub cache_bytes: u64,
    /// Commits are refused while fewer bytes than this are free on the disk.
    pub min_free_bytes: u64,
    /// How often sled tidies up in the background, in milliseconds.
    pub background_flush_ms: u64,
}

impl Default for Settings {
    /// 64 MiB of cache, 64 MiB kept free, tidying twice a second.
    fn default() -> Settings {
        Settings { cache_bytes: 64 << 20, min_free_bytes: 64 << 20, background_flush_ms: 500 }
    }
}

/// Why a log did not close as it should. What was acknowledged is durable all the same.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the log did not close cleanly: {why}")]
pub struct CloseError {
    /// What failed.
    pub why: String,
}

/// A log on one machine's disk.
///
/// Dropping it closes it, and waits for what is queued.
#[derive(Debug)]
pub struct SledLog {
    shared: Arc<Shared>,
    queue: Sender<Message>,
    chores: Sender<Chore>,
    outcome: HeadsOutcome,
    threads: Mutex<Vec<JoinHandle<()>>>,
    /// Held for as long as the log exists, also while the database is being opened again.
    _lock: File,
}

impl SledLog {
    /// Opens the log in a directory, or makes a new one. Blocks; the cost does not grow with the
    /// history, but for what sled replays, and unless the head file is missing.
    ///
    /// # Errors
    /// [`OpenError`] says what to do. Nothing is ever deleted.
    pub fn open(dir: impl AsRef<Path>, settings: Settings) -> Result<SledLog, OpenError> {
        let dir = dir.as_ref();
        let opened = open::open(dir, &settings)?;
        let shared = Arc::new(Shared::new(dir.to_owned(), settings, opened.store));
        let (queue, messages) = mpsc::channel();
        let (chores, asked) = mpsc::channel();
        let flush = Arc::new(FlushWatch::default());
        let writer = Writer::new(
            Arc::clone(&shared),
            messages,
            chores.clone(),
            Arc::clone(&flush),
            &opened.recovered,
        );
        let spawn = |name: &str, work: Box<dyn FnOnce() + Send>| {
            std::thread::Builder::new().name(name.to_owned()).spawn(work).map_err(|error| {
                OpenError::Unusable { dir: dir.to_owned(), what: format!("a thread: {error}") }
            })
        };
        let keeper = Arc::clone(&shared);
        let threads = vec![
            spawn("log-housekeeper", Box::new(move || housekeeper::run(&keeper, &asked, &flush)))?,
            spawn("log-writer", Box::new(move || writer.run()))?,
        ];
        let threads = Mutex::new(threads);
        let outcome = opened.outcome;
        Ok(SledLog { shared, queue, chores, outcome, threads, _lock: opened.lock })
    }

    /// What opening found in place of the head file.
    #[must_use]
    pub fn heads_outcome(&self) -> &HeadsOutcome {
        &self.outcome
    }

    /// The directory that the log is in.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.shared.dir
    }

    /// How it is run.
    pub(crate) fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    /// How many bytes the log takes on disk.
    ///
    /// # Errors
    /// Whatever the system answers.
    pub fn size_on_disk_bytes(&self) -> std::io::Result<u64> {
        fn size(path: PathBuf) -> std::io::Result<u64> {
            let meta = std::fs::metadata(&path)?;
            if !meta.is_dir() {
                return Ok(meta.len());
            }
            let mut sum = 0;
            for entry in std::fs::read_dir(path)? {
                sum += size(entry?.path())?;
            }
            Ok(sum)
        }
        size(self.shared.dir.clone())
    }

    /// Writes the head file now; to be called with each snapshot that relies on the log.
    ///
    /// # Errors
    /// [`ReadError::Unavailable`] when it cannot be written, [`ReadError::Closed`].
    pub fn write_heads(&self) -> BoxFuture<'static, Result<(), ReadError>> {
        let (done, written) = oneshot::channel();
        let asked = self.chores.send(Chore::WriteHeads(done));
        Box::pin(async move {
            asked.map_err(|_| ReadError::Closed)?;
            let written = written.await.map_err(|_| ReadError::Closed)?;
            written.map_err(|why| ReadError::Unavailable { why })
        })
    }

    /// Finishes what has been queued, writes the head file, and closes the database. Afterwards the
    /// log answers `Closed`; the directory may be opened again when the handle has been dropped.
    ///
    /// # Errors
    /// [`CloseError`] when something of that failed.
    pub fn close(&self) -> BoxFuture<'static, Result<(), CloseError>> {
        let (done, closed) = oneshot::channel();
        // If nobody listens it has been closed before.
        let asked = self.queue.send(Message::Close(done));
        Box::pin(async move {
            if asked.is_err() {
                return Ok(());
            }
            match closed.await {
                Ok(result) => result.map_err(|why| CloseError { why }),
                Err(_) => Ok(()),
            }
        })
    }

    /// Verifies the whole log, also what cannot be seen through [`EventLog`]: entries that belong to
    /// no product, parts that are missing, records behind a gap. See [`crate::verify`].
    ///
    /// # Errors
    /// [`ReadError`] when it could not begin; what is found goes in the report.
    pub fn verify(
        &self,
        decode: impl Fn(&Record) -> Result<(), String> + Send + 'static,
    ) -> BoxFuture<'static, Result<VerifyReport, ReadError>> {
        let store = self.shared.readable();
        Box::pin(async move {
            let store = store?;
            blocking(move || Ok(audit::audit(&store, VerifyReport::MAX_PROBLEMS, decode))).await
        })
    }
}

impl SledLog {
    /// Verifies the log in a directory that nobody has open, also one that [`SledLog::open`]
    /// refuses, and compares it with its head file. Blocks.
    ///
    /// # Errors
    /// [`OpenError`] when sled itself cannot open it, or it is in use. What is found goes in the
    /// report.
    pub fn verify_offline(
        dir: impl AsRef<Path>,
        settings: &Settings,
        decode: impl Fn(&Record) -> Result<(), String>,
    ) -> Result<VerifyReport, OpenError> {
        open::verify(dir.as_ref(), settings, decode)
    }
}

impl Drop for SledLog {
    fn drop(&mut self) {
        let (done, _) = oneshot::channel();
        let _ = self.queue.send(Message::Close(done));
        let threads =
            std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            let _ = thread.join();
        }
    }
}

/// Runs something that may wait for the disk where waiting harms nobody.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ReadError> + Send + 'static,
) -> Result<T, ReadError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(ReadError::Unavailable { why: error.to_string() }),
    }
}

impl EventLog for SledLog {
    fn append(
        &self,
        product: &ProductName,
        expected: Version,
        commits: Vec<NewCommit>,
    ) -> BoxFuture<'static, Result<Head, AppendError>> {
        let (reply, answer) = oneshot::channel();
        let asked = record::encode_all(&commits).and_then(|commits| {
            let job = Job { product: product.clone(), expected, commits, reply };
            self.queue.send(Message::Append(job)).map_err(|_| AppendError::Closed)
        });
        let shared = Arc::clone(&self.shared);
        Box::pin(async move {
            asked?;
            answer.await.unwrap_or_else(|_| {
                // The writer answers all that it takes up; this came when it had just stopped.
                Err(if shared.is_closed() {
                    AppendError::Closed
                } else {
                    AppendError::Unknown { why: "the writer ended without an answer".into() }
                })
            })
        })
    }

    fn read(
        &self,
        product: &ProductName,
        from: Version,
        limit: ReadLimit,
    ) -> BoxFuture<'static, Result<Vec<Record>, ReadError>> {
        let store = self.shared.readable();
        let durable = self.shared.known(product.as_str()).map(|product| product.durable());
        let product = product.clone();
        Box::pin(async move {
            let store = store?;
            let Some(durable) = durable.filter(|durable| durable.head.version >= from) else {
                return Ok(Vec::new());
            };
            if durable.head == Head::ZERO {
                return Ok(Vec::new());
            }
            let head = durable.head.version;
            blocking(move || store.read(durable.number, &product, from, head, limit)).await
        })
    }

    fn head(&self, product: &ProductName) -> BoxFuture<'static, Result<Head, ReadError>> {
        let head = self.shared.readable().map(|_| {
            self.shared.known(product.as_str()).map_or(Head::ZERO, |product| product.durable().head)
        });
        Box::pin(std::future::ready(head))
    }

    fn products(&self) -> BoxFuture<'static, Result<Vec<(ProductName, Head)>, ReadError>> {
        let heads = self.shared.readable().map(|_| self.shared.heads().into_iter().collect());
        Box::pin(std::future::ready(heads))
    }

    fn follow(&self, product: &ProductName) -> watch::Receiver<Version> {
        self.shared.product(product).follow()
    }

    fn health(&self) -> Health {
        self.shared.health()
    }

    fn stats(&self) -> Stats {
        self.shared.counters.stats()
    }
}

#[cfg(test)]
mod tests;
