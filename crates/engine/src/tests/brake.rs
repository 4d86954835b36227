//! A log whose disk a test can hold back, watch and damage. Everything else is the log below.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use koepel_event_log::{
    AppendError, BoxFuture, EventLog, Head, Health, MemoryLog, NewCommit, ProductName, ReadError,
    ReadLimit, Record, Stats, Version,
};
use tokio::sync::{oneshot, watch};

type Outcome = Result<Head, AppendError>;

struct Job {
    product: ProductName,
    expected: Version,
    commits: Vec<NewCommit>,
    reply: oneshot::Sender<Outcome>,
}

#[derive(Default)]
struct State {
    held: bool,
    waiting: VecDeque<Job>,
    damaged: Option<Version>,
    unreadable: bool,
    records_read: u64,
    at_follow: Option<Box<dyn FnOnce() + Send>>,
}

/// See above. Clones share the log.
#[derive(Clone)]
pub(super) struct Brake {
    below: MemoryLog,
    state: Arc<Mutex<State>>,
    appends: Arc<watch::Sender<usize>>,
}

impl Brake {
    pub(super) fn on(below: MemoryLog) -> Self {
        let appends = Arc::new(watch::Sender::new(0));
        Self { below, state: Arc::default(), appends }
    }

    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// From now on appends wait.
    pub(super) fn hold(&self) {
        self.with(|state| state.held = true);
    }

    /// Waits until so many appends wait.
    pub(super) async fn waits_for(&self, count: usize) {
        self.appends.subscribe().wait_for(|waiting| *waiting == count).await.unwrap();
    }

    /// How many commits are in each of the appends that wait.
    pub(super) fn waiting(&self) -> Vec<usize> {
        self.with(|state| state.waiting.iter().map(|job| job.commits.len()).collect())
    }

    /// Lets the first append through to the log below.
    pub(super) async fn release_one(&self) {
        let job = self.with(|state| state.waiting.pop_front()).unwrap();
        let outcome = self.below.append(&job.product, job.expected, job.commits).await;
        self.appends.send_modify(|waiting| *waiting -= 1);
        let _gone = job.reply.send(outcome);
    }

    /// Answers the first append with an error; nothing reaches the log.
    pub(super) fn fail_one(&self, error: AppendError) {
        let job = self.with(|state| state.waiting.pop_front()).unwrap();
        self.appends.send_modify(|waiting| *waiting -= 1);
        let _gone = job.reply.send(Err(error));
    }

    /// Lets all appends through, those to come too.
    pub(super) async fn release(&self) {
        self.with(|state| state.held = false);
        while !self.waiting().is_empty() {
            self.release_one().await;
        }
    }

    /// Makes every read fail from this version on.
    pub(super) fn damage(&self, version: u64) {
        self.with(|state| state.damaged = Some(Version::new(version)));
    }

    /// Makes every read fail for the moment.
    pub(super) fn unreadable(&self, unreadable: bool) {
        self.with(|state| state.unreadable = unreadable);
    }

    pub(super) fn records_read(&self) -> u64 {
        self.with(|state| state.records_read)
    }

    /// Does something at the moment when somebody begins to follow.
    pub(super) fn at_follow(&self, act: impl FnOnce() + Send + 'static) {
        self.with(|state| state.at_follow = Some(Box::new(act)));
    }
}

impl EventLog for Brake {
    fn append(
        &self,
        product: &ProductName,
        expected: Version,
        commits: Vec<NewCommit>,
    ) -> BoxFuture<'static, Outcome> {
        let (reply, outcome) = oneshot::channel();
        let job = Job { product: product.clone(), expected, commits, reply };
        let through = self.with(|state| {
            if state.held {
                state.waiting.push_back(job);
                return None;
            }
            Some(job)
        });
        match through {
            Some(job) => self.below.append(&job.product, job.expected, job.commits),
            None => {
                self.appends.send_modify(|waiting| *waiting += 1);
                Box::pin(async move { outcome.await.unwrap_or(Err(AppendError::Closed)) })
            }
        }
    }

    fn read(
        &self,
        product: &ProductName,
        from: Version,
        limit: ReadLimit,
    ) -> BoxFuture<'static, Result<Vec<Record>, ReadError>> {
        let (log, product) = (self.clone(), product.clone());
        Box::pin(async move {
            let (damaged, unreadable) = log.with(|state| (state.damaged, state.unreadable));
            if unreadable {
                return Err(ReadError::Unavailable { why: "a test said so".to_owned() });
            }
            let mut page = log.below.read(&product, from, limit).await?;
            let reached = !page.is_empty();
            page.retain(|record| damaged.is_none_or(|version| record.version < version));
            match damaged.filter(|_| reached) {
                Some(version) if page.is_empty() => {
                    let what = "a bit flipped".to_owned();
                    Err(ReadError::Damaged { product, version: version.max(from), what })
                }
                Some(_) | None => {
                    log.with(|state| state.records_read += u64::try_from(page.len()).unwrap());
                    Ok(page)
                }
            }
        })
    }

    fn head(&self, product: &ProductName) -> BoxFuture<'static, Result<Head, ReadError>> {
        self.below.head(product)
    }

    fn products(&self) -> BoxFuture<'static, Result<Vec<(ProductName, Head)>, ReadError>> {
        self.below.products()
    }

    fn follow(&self, product: &ProductName) -> watch::Receiver<Version> {
        if let Some(act) = self.with(|state| state.at_follow.take()) {
            act();
        }
        self.below.follow(product)
    }

    fn health(&self) -> Health {
        self.below.health()
    }

    fn stats(&self) -> Stats {
        self.below.stats()
    }
}
