//! The trait that every log implements, and what it promises.

use std::pin::Pin;

use tokio::sync::watch;

use crate::{AppendError, Head, NewCommit, ProductName, ReadError, Record, Stats, Version};

/// A future that can be sent to another thread.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// How much one read may answer with, whichever is reached first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadLimit {
    /// The most records.
    pub commits: usize,
    /// The most bytes of them, encoded; one record is always answered, even if it is larger.
    pub size_bytes: usize,
}

impl Default for ReadLimit {
    /// 1,024 records and 1 MiB.
    fn default() -> ReadLimit {
        ReadLimit { commits: 1024, size_bytes: 1 << 20 }
    }
}

/// Whether a log can serve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// It serves.
    Ready,
    /// Something failed, and it is being opened again; it recovers by itself.
    Reopening {
        /// What failed.
        why: String,
    },
    /// It will never serve again in this process; a person has to look.
    Failed {
        /// What was found.
        why: String,
    },
}

/// An append-only log of commits, one sequence for each product.
///
/// Futures are to be awaited inside a tokio runtime.
pub trait EventLog: Send + Sync + 'static {
    /// Appends commits, all or none, as versions `expected + 1 ..= expected + n`, and resolves once
    /// they are durable, with the head they made.
    ///
    /// Calls are queued in the order in which they are made, not polled: what this function does
    /// before it returns suffices. So a caller may append at `v` and then at `v + n` before the
    /// first is durable. If one fails, those that expected its versions fail with
    /// [`AppendError::Conflict`]. A future that is dropped does not take its append back.
    ///
    /// # Errors
    /// Only [`AppendError::Unknown`] leaves open whether the commits are stored.
    fn append(
        &self,
        product: &ProductName,
        expected: Version,
        commits: Vec<NewCommit>,
    ) -> BoxFuture<'static, Result<Head, AppendError>>;

    /// Reads records of a product from a version on, that one included, upward.
    ///
    /// Answers with none only if `from` lies past the head. Each record's hash, and its link to the
    /// record before, have been checked, also for the first of a page.
    ///
    /// # Errors
    /// [`ReadError::Damaged`] names the first version at or after `from` that cannot be served. If
    /// undamaged ones come before it, these are answered first.
    fn read(
        &self,
        product: &ProductName,
        from: Version,
        limit: ReadLimit,
    ) -> BoxFuture<'static, Result<Vec<Record>, ReadError>>;

    /// The head of a product; [`Head::ZERO`] for one that has no commits.
    fn head(&self, product: &ProductName) -> BoxFuture<'static, Result<Head, ReadError>>;

    /// All products that have commits, with their heads, by name.
    fn products(&self) -> BoxFuture<'static, Result<Vec<(ProductName, Head)>, ReadError>>;

    /// The product's version, which wakes on each durable append by anybody.
    fn follow(&self, product: &ProductName) -> watch::Receiver<Version>;

    /// Whether the log can serve.
    fn health(&self) -> Health;

    /// What has been written since the log was opened.
    fn stats(&self) -> Stats;
}

impl<L: EventLog + ?Sized> EventLog for std::sync::Arc<L> {
    fn append(
        &self,
        product: &ProductName,
        expected: Version,
        commits: Vec<NewCommit>,
    ) -> BoxFuture<'static, Result<Head, AppendError>> {
        (**self).append(product, expected, commits)
    }

    fn read(
        &self,
        product: &ProductName,
        from: Version,
        limit: ReadLimit,
    ) -> BoxFuture<'static, Result<Vec<Record>, ReadError>> {
        (**self).read(product, from, limit)
    }

    fn head(&self, product: &ProductName) -> BoxFuture<'static, Result<Head, ReadError>> {
        (**self).head(product)
    }

    fn products(&self) -> BoxFuture<'static, Result<Vec<(ProductName, Head)>, ReadError>> {
        (**self).products()
    }

    fn follow(&self, product: &ProductName) -> watch::Receiver<Version> {
        (**self).follow(product)
    }

    fn health(&self) -> Health {
        (**self).health()
    }

    fn stats(&self) -> Stats {
        (**self).stats()
    }
}
