//! A product as it was: the nearest state that is at hand, and the commits from there on.
//!
//! At hand are the states that were asked for last, kept in memory for a while, and files that were written now and then, as
//! snapshots are: a state alone, without what only the present needs. Losing one costs time, never data; where they are
//! missing, the first who asks for that stretch of the past leaves them behind.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use koepel_domain::ids::{Timestamp, Version as DomainVersion};
use koepel_event_log::{EventLog, Head, ProductName, ReadLimit, Version};
use serde::{Deserialize, Serialize};
use tokio::{sync::Mutex, task::spawn_blocking};

use crate::{
    Aggregate,
    error::Error,
    pages::{Pages, ends},
    recent::Recent,
    snapshot,
    view::View,
};

/// Between two files of the past lies at least one event for so many bytes of the last one, so that all of them take about as
/// much room as the log does.
const BYTES_AN_EVENT: u64 = 400;
/// So many states are kept in memory.
const KEPT: usize = 4;
/// As many commits are folded at a time.
const PAGE: ReadLimit = ReadLimit { commits: 2_048, size_bytes: 4 << 20 };

/// A moment in the history of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// A version; 0 is before the first.
    Version(DomainVersion),
    /// The greatest version whose time is not later.
    Time(Timestamp),
}

/// Commits whose times are looked at together.
const CHUNK: u64 = 64;

/// When commits were made, roughly: enough to find a moment by reading a few of them. Clocks go back now and then, so times
/// need not rise with versions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Moments {
    /// How many commits there are.
    count: u64,
    /// The earliest time of each [`CHUNK`] of commits.
    earliest: Vec<Timestamp>,
}

impl Moments {
    /// Notes the next commit.
    pub(crate) fn push(&mut self, time: Timestamp) {
        match self.earliest.last_mut() {
            Some(last) if !self.count.is_multiple_of(CHUNK) => *last = time.min(*last),
            Some(_) | None => self.earliest.push(time),
        }
        self.count += 1;
    }

    /// The versions among which the last one is whose time is not later than `time`: the first of them and how many.
    pub(crate) fn around(&self, time: Timestamp) -> Option<(Version, u64)> {
        let chunk = self.earliest.iter().rposition(|earliest| *earliest <= time)?;
        let before = u64::try_from(chunk).ok()? * CHUNK;
        Some((Version::new(before + 1), CHUNK.min(self.count - before)))
    }
}

/// The past of a product.
pub(crate) struct Past<A> {
    product: ProductName,
    dir: Option<PathBuf>,
    /// At least so many events lie between two files.
    every: u64,
    /// The size of the largest file, as far as is known: states grow.
    largest: AtomicU64,
    kept: Recent<Version, Arc<View<A>>>,
    /// One at a time folds: it takes a processor, and the next may find what the last one left.
    turn: Mutex<()>,
}

impl<A: Aggregate> Past<A> {
    pub(crate) fn new(product: ProductName, dir: Option<PathBuf>, every: u64) -> Self {
        let newest = dir.as_deref().and_then(|dir| snapshot::newest_past(dir, &product));
        let largest = AtomicU64::new(newest.map_or(0, |(_, size_bytes)| size_bytes));
        Self { product, dir, every, largest, kept: Recent::new(KEPT), turn: Mutex::default() }
    }

    /// The state as of a version that the log has.
    pub(crate) async fn view(
        &self,
        log: &dyn EventLog,
        wanted: Version,
    ) -> Result<Arc<View<A>>, Error<A::Error>> {
        if let Some(view) = self.kept.get(&wanted) {
            return Ok(view);
        }
        let _turn = self.turn.lock().await;
        if let Some(view) = self.kept.get(&wanted) {
            return Ok(view);
        }
        let view = Arc::new(self.folded(log, wanted).await?);
        self.kept.put(wanted, 1, Arc::clone(&view));
        Ok(view)
    }

    /// Folds from the nearest state on.
    async fn folded(
        &self,
        log: &dyn EventLog,
        wanted: Version,
    ) -> Result<View<A>, Error<A::Error>> {
        let mut view = self.nearest(log, wanted).await?;
        let mut events = 0;
        let span = (view.head.version.next(), wanted);
        let mut pages = Pages::<A>::new(log, &self.product, span, PAGE);
        while view.head.version < wanted {
            let page = pages.next().await?;
            if page.is_end() {
                return Err(ends(view.head.version).into());
            }
            let commits = page.decoded.iter().map(|(_, commit)| commit.events.len());
            events += count_events(commits);
            let folded = spawn_blocking(move || {
                let mut state = view.state;
                page.fold(&mut state).map(|(_, head)| View { state, head })
            });
            let folded =
                folded.await.map_err(|error| Error::Unavailable { why: error.to_string() })?;
            view = folded?;
            if is_due(events, self.every, self.largest.load(Ordering::Relaxed))
                && self.write(&view).await
            {
                events = 0;
            }
        }
        Ok(view)
    }

    /// The nearest state that is at hand and not later than `wanted`.
    async fn nearest(
        &self,
        log: &dyn EventLog,
        wanted: Version,
    ) -> Result<View<A>, Error<A::Error>> {
        let in_memory = self.kept.greatest(|version| (*version <= wanted).then_some(*version));
        let least = in_memory.as_ref().map_or(Version::ZERO, |view| view.head.version);
        for version in self.files().await.into_iter().rev() {
            if version > wanted || version <= least {
                continue;
            }
            if let Some(found) = self.read(log, version).await? {
                return Ok(found);
            }
        }
        let beginning = || View { state: A::default(), head: Head::ZERO };
        Ok(in_memory.map_or_else(beginning, |view| View::clone(&view)))
    }

    /// The versions of which there are files, in order.
    async fn files(&self) -> Vec<Version> {
        let Some(dir) = self.dir.clone() else { return Vec::new() };
        let product = self.product.clone();
        let listed = spawn_blocking(move || snapshot::past_versions(&dir, &product)).await;
        listed.unwrap_or_default()
    }

    /// Reads a file. One that does not fit the log is deleted.
    async fn read(
        &self,
        log: &dyn EventLog,
        version: Version,
    ) -> Result<Option<View<A>>, Error<A::Error>> {
        let Some(dir) = self.dir.clone() else { return Ok(None) };
        let (product, path) = (self.product.clone(), snapshot::past(&dir, &self.product, version));
        let read = {
            let path = path.clone();
            spawn_blocking(move || snapshot::read_from::<A>(&path, &product)).await
        };
        let unfit = match read {
            Ok(Ok(Some(snapshot::Snapshot { head, size_bytes, body: state }))) => {
                let one = ReadLimit { commits: 1, size_bytes: 1 };
                let page = log.read(&self.product, version, one).await?;
                let fits = page.first().is_some_and(|record| record.head() == head)
                    && state.version().0 == version.get();
                if fits {
                    self.largest.fetch_max(size_bytes, Ordering::Relaxed);
                    return Ok(Some(View { state, head }));
                }
                "the log has another commit at its version".to_owned()
            }
            Ok(Ok(None)) => return Ok(None),
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        tracing::warn!(product = %self.product, %version, why = %unfit, "a state of the past is not used, and deleted");
        // If it cannot be deleted it is not used the next time, either.
        let _still_there = std::fs::remove_file(&path).is_err();
        Ok(None)
    }

    /// Writes a state of the past; says whether it did.
    async fn write(&self, view: &View<A>) -> bool {
        let Some(dir) = self.dir.clone() else { return false };
        let written = write(dir, self.product.clone(), view.head, view.state.clone()).await;
        self.largest.fetch_max(written.unwrap_or(0), Ordering::Relaxed);
        written.is_some()
    }
}

/// Writes a state to a file of the past; answers with its size. One that cannot be written is told and left out.
pub(crate) async fn write<A: Aggregate>(
    dir: PathBuf,
    product: ProductName,
    head: Head,
    state: A,
) -> Option<u64> {
    let name = product.clone();
    let written = spawn_blocking(move || {
        let bytes = snapshot::encode(&product, head, &state)?;
        snapshot::write_to(&snapshot::past(&dir, &product, head.version), &bytes)?;
        Ok::<_, snapshot::Error>(u64::try_from(bytes.len()).unwrap_or(u64::MAX))
    });
    let why = match written.await {
        Ok(Ok(size_bytes)) => return Some(size_bytes),
        Ok(Err(error)) => error.to_string(),
        Err(error) => error.to_string(),
    };
    tracing::warn!(product = %name, version = %head.version, %why, "a state of the past could not be written; looking back will take longer");
    None
}

/// Whether a file of the past is due after so many events, if at least `every` lie between two and the last one had so many
/// bytes.
pub(crate) fn is_due(events: u64, every: u64, size_bytes: u64) -> bool {
    events >= every.max(size_bytes / BYTES_AN_EVENT)
}

/// How many events commits have; one without any counts as one, as it takes as long to read.
pub(crate) fn count_events(commits: impl Iterator<Item = usize>) -> u64 {
    commits.map(|events| u64::try_from(events.max(1)).unwrap_or(u64::MAX)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_version_that_is_not_later_is_among_those_that_are_looked_at() {
        // The clock goes back twice, once by much.
        let times: Vec<i64> =
            (0..1_000).map(|n| if n % 250 == 0 { n - 100 } else { n * 2 }).collect();
        let mut moments = Moments::default();
        times.iter().for_each(|time| moments.push(Timestamp(*time)));
        for wanted in -150..2_100 {
            let last = times.iter().rposition(|time| *time <= wanted);
            let around = moments.around(Timestamp(wanted));
            assert_eq!(last.is_some(), around.is_some(), "{wanted}");
            let (Some(last), Some((first, count))) = (last, around) else { continue };
            let version = u64::try_from(last).unwrap() + 1;
            let range = first.get()..first.get() + count;
            assert!(range.contains(&version), "{version} as of {wanted} is not in {range:?}");
            assert!(range.end <= 1_001);
        }
        assert_eq!(Moments::default().around(Timestamp(0)), None);
    }
}
