//! A log in memory, for tests: several engines can work on it at once, and it can be told to fail.
//!
//! It keeps nothing when the process ends and must not be used where that matters.

use std::collections::BTreeMap;
use std::fmt;
use std::future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use crate::stats::Counters;
use crate::{
    AppendError, BoxFuture, EventLog, Head, Health, NewCommit, ProductName, ReadError, ReadLimit,
    Record, Stats, Version, record,
};

/// What a [`MemoryLog`] does instead of an ordinary append.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Answers [`AppendError::Unknown`] although the commits are stored.
    UnknownButStored,
    /// Answers [`AppendError::Unknown`], and the commits are not stored.
    UnknownAndLost,
    /// Answers [`AppendError::Conflict`] with the present head, as if a race had been lost.
    Conflict,
    /// Answers [`AppendError::Full`].
    Full,
    /// Answers [`AppendError::Unavailable`].
    Unavailable,
}

/// Chooses what goes wrong: called with the product and the number of the append, from 1 on.
type Faults = Box<dyn FnMut(&ProductName, u64) -> Option<Fault> + Send>;

/// A log in memory. Clones share the same log.
#[derive(Clone, Default)]
pub struct MemoryLog {
    shared: Arc<Mutex<Inner>>,
    counters: Arc<Counters>,
}

#[derive(Default)]
struct Inner {
    products: BTreeMap<ProductName, Product>,
    faults: Option<Faults>,
    appends: u64,
    health: Option<Health>,
}

struct Product {
    records: Vec<Record>,
    version: watch::Sender<Version>,
}

impl Default for Product {
    fn default() -> Product {
        Product { records: Vec::new(), version: watch::Sender::new(Version::ZERO) }
    }
}

impl Product {
    fn head(&self) -> Head {
        self.records.last().map_or(Head::ZERO, Record::head)
    }
}

impl MemoryLog {
    /// An empty log.
    #[must_use]
    pub fn new() -> MemoryLog {
        MemoryLog::default()
    }

    /// An empty log that asks before each append whether it should go wrong. `faults` gets the
    /// product and the number of the append, counted from 1 over all products.
    #[must_use]
    pub fn with_faults(
        faults: impl FnMut(&ProductName, u64) -> Option<Fault> + Send + 'static,
    ) -> MemoryLog {
        let log = MemoryLog::default();
        log.lock().faults = Some(Box::new(faults));
        log
    }

    /// Makes the log answer with this health. While it is not ready, reads and appends are refused
    /// as a log that is being reopened would.
    pub fn set_health(&self, health: Health) {
        self.lock().health = Some(health);
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn append_now(
        &self,
        name: &ProductName,
        expected: Version,
        commits: Vec<NewCommit>,
    ) -> Result<Head, AppendError> {
        let encoded = record::encode_all(&commits)?;
        let size_bytes = encoded.iter().map(|commit| commit.bytes.len()).sum();
        let inner = &mut *self.lock();
        if let Some(why) = inner.unready() {
            return Err(AppendError::Unavailable { why });
        }
        inner.appends += 1;
        let appends = inner.appends;
        let fault = inner.faults.as_mut().and_then(|faults| faults(name, appends));
        let head = inner.products.get(name).map_or(Head::ZERO, Product::head);
        let why = "a fault was asked for".to_owned();
        match fault {
            None | Some(Fault::UnknownButStored) => {}
            Some(Fault::UnknownAndLost) => return Err(AppendError::Unknown { why }),
            Some(Fault::Conflict) => return Err(AppendError::Conflict { head: head.version }),
            Some(Fault::Full) => {
                return Err(AppendError::Full { free_bytes: 0, needed_bytes: 1 });
            }
            Some(Fault::Unavailable) => return Err(AppendError::Unavailable { why }),
        }
        if head.version != expected {
            return Err(AppendError::Conflict { head: head.version });
        }
        let product = inner.products.entry(name.clone()).or_default();
        let mut head = head;
        let count = commits.len();
        for (mut commit, encoded) in commits.into_iter().zip(encoded) {
            commit.body_hash = commit.kept_body_hash();
            let version = head.version.next();
            let hash = record::chain(head.hash, encoded.content, name, version);
            let record =
                Record { product: name.clone(), version, previous: head.hash, hash, commit };
            product.records.push(record);
            head = Head { version, hash };
        }
        self.counters.flushed(count, size_bytes, Duration::ZERO);
        product.version.send_replace(head.version);
        if fault.is_some() { Err(AppendError::Unknown { why }) } else { Ok(head) }
    }

    fn read_now(
        &self,
        name: &ProductName,
        from: Version,
        limit: ReadLimit,
    ) -> Result<Vec<Record>, ReadError> {
        let inner = self.ready()?;
        let Some(product) = inner.products.get(name) else { return Ok(Vec::new()) };
        let skipped = usize::try_from(from.before().get()).unwrap_or(usize::MAX);
        let mut page = Vec::new();
        let mut size_bytes = 0_usize;
        for record in product.records.iter().skip(skipped) {
            let events = record.commit.events.iter();
            let payload_bytes: u64 = events.map(|event| event.payload.size_bytes()).sum();
            size_bytes =
                size_bytes.saturating_add(usize::try_from(payload_bytes).unwrap_or(usize::MAX));
            let full = page.len() >= limit.commits || size_bytes > limit.size_bytes;
            if full && !page.is_empty() {
                break;
            }
            page.push(record.clone());
        }
        Ok(page)
    }

    fn ready(&self) -> Result<MutexGuard<'_, Inner>, ReadError> {
        let inner = self.lock();
        match inner.unready() {
            Some(why) => Err(ReadError::Unavailable { why }),
            None => Ok(inner),
        }
    }
}

impl Inner {
    /// Why the log is not ready, if it is not.
    fn unready(&self) -> Option<String> {
        match &self.health {
            None | Some(Health::Ready) => None,
            Some(Health::Reopening { why } | Health::Failed { why }) => Some(why.clone()),
        }
    }
}

impl fmt::Debug for MemoryLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryLog").finish_non_exhaustive()
    }
}

impl EventLog for MemoryLog {
    fn append(
        &self,
        product: &ProductName,
        expected: Version,
        commits: Vec<NewCommit>,
    ) -> BoxFuture<'static, Result<Head, AppendError>> {
        Box::pin(future::ready(self.append_now(product, expected, commits)))
    }

    fn read(
        &self,
        product: &ProductName,
        from: Version,
        limit: ReadLimit,
    ) -> BoxFuture<'static, Result<Vec<Record>, ReadError>> {
        Box::pin(future::ready(self.read_now(product, from, limit)))
    }

    fn head(&self, product: &ProductName) -> BoxFuture<'static, Result<Head, ReadError>> {
        let head =
            self.ready().map(|inner| inner.products.get(product).map_or(Head::ZERO, Product::head));
        Box::pin(future::ready(head))
    }

    fn products(&self) -> BoxFuture<'static, Result<Vec<(ProductName, Head)>, ReadError>> {
        let products = self.ready().map(|inner| {
            let heads = inner.products.iter().map(|(name, product)| (name.clone(), product.head()));
            heads.filter(|(_, head)| head.version > Version::ZERO).collect()
        });
        Box::pin(future::ready(products))
    }

    fn follow(&self, product: &ProductName) -> watch::Receiver<Version> {
        self.lock().products.entry(product.clone()).or_default().version.subscribe()
    }

    fn health(&self) -> Health {
        self.lock().health.clone().unwrap_or(Health::Ready)
    }

    fn stats(&self) -> Stats {
        self.counters.stats()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::tests::sample;

    crate::event_log_conformance!(future::ready((MemoryLog::new(),)));

    fn online() -> ProductName {
        ProductName::new("online").unwrap()
    }

    #[tokio::test]
    async fn an_unknown_outcome_may_be_stored_or_lost() {
        for (fault, stored) in [(Fault::UnknownButStored, 1), (Fault::UnknownAndLost, 0)] {
            let log = MemoryLog::with_faults(move |_, append| (append == 1).then_some(fault));
            let answer = log.append(&online(), Version::ZERO, vec![sample(1)]).await;
            assert!(matches!(answer, Err(AppendError::Unknown { .. })));
            let head = log.head(&online()).await.unwrap();
            assert_eq!(head.version, Version::new(stored), "{fault:?}");
            assert!(log.append(&online(), head.version, vec![sample(2)]).await.is_ok());
        }
    }

    #[tokio::test]
    async fn other_faults_store_nothing() {
        for fault in [Fault::Conflict, Fault::Full, Fault::Unavailable] {
            let log = MemoryLog::with_faults(move |_, append| (append == 1).then_some(fault));
            assert!(log.append(&online(), Version::ZERO, vec![sample(1)]).await.is_err());
            assert_eq!(log.head(&online()).await, Ok(Head::ZERO), "{fault:?}");
        }
    }

    #[tokio::test]
    async fn clones_share_the_log_and_an_unready_one_refuses() {
        let log = MemoryLog::new();
        let other = log.clone();
        other.append(&online(), Version::ZERO, vec![sample(1)]).await.unwrap();
        assert_eq!(log.head(&online()).await.unwrap().version, Version::new(1));
        let why = "it is being opened".to_owned();
        log.set_health(Health::Reopening { why: why.clone() });
        assert_eq!(other.head(&online()).await, Err(ReadError::Unavailable { why: why.clone() }));
        let refused = other.append(&online(), Version::new(1), vec![sample(2)]).await;
        assert_eq!(refused, Err(AppendError::Unavailable { why }));
        log.set_health(Health::Ready);
        assert!(other.append(&online(), Version::new(1), vec![sample(2)]).await.is_ok());
    }
}
