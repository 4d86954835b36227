//! Tests of the log on disk. What only it does; the rest is the conformance suite.

mod damage;
mod failure;
mod growth;
mod starting;
mod tamper;

use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;

use super::*;
use crate::record::tests::sample;

crate::event_log_conformance!(new_log());

/// A log in a new directory, which goes when both have been dropped.
async fn new_log() -> (SledLog, TempDir) {
    let dir = tempfile::tempdir().unwrap();
    (open(dir.path()), dir)
}

fn settings() -> Settings {
    Settings { cache_bytes: 4 << 20, ..Settings::default() }
}

#[track_caller]
fn open(dir: &Path) -> SledLog {
    SledLog::open(dir, settings()).unwrap()
}

/// The database itself, as soon as nobody holds it any more.
///
/// The last background thread of one that was dropped may hold sled's lock for a moment yet.
fn database(dir: &Path) -> ::sled::Db {
    let held = std::fs::File::open(dir.join("db")).unwrap();
    rustix::fs::flock(&held, rustix::fs::FlockOperation::LockExclusive).unwrap();
    drop(held);
    ::sled::open(dir).unwrap()
}

fn online() -> ProductName {
    ProductName::new("online").unwrap()
}

fn version(number: u64) -> Version {
    Version::new(number)
}

async fn append(log: &SledLog, product: &ProductName, from: u64, to: u64) -> Head {
    let commits = (from + 1..=to).map(sample).collect();
    log.append(product, version(from), commits).await.unwrap()
}

async fn read_all(log: &SledLog, product: &ProductName) -> Result<Vec<Record>, ReadError> {
    let limit = ReadLimit { commits: usize::MAX, size_bytes: usize::MAX };
    log.read(product, version(1), limit).await
}

#[tokio::test]
async fn what_was_acknowledged_is_there_after_closing_and_opening() {
    let dir = tempfile::tempdir().unwrap();
    let log = open(dir.path());
    assert_eq!(*log.heads_outcome(), HeadsOutcome::Fresh);
    let first = append(&log, &online(), 0, 5).await;
    append(&log, &ProductName::new("other").unwrap(), 0, 2).await;
    let before = read_all(&log, &online()).await.unwrap();
    log.close().await.unwrap();
    drop(log);

    let log = open(dir.path());
    assert_eq!(*log.heads_outcome(), HeadsOutcome::Matched);
    assert_eq!(log.head(&online()).await, Ok(first));
    assert_eq!(*log.follow(&online()).borrow(), version(5));
    assert_eq!(read_all(&log, &online()).await, Ok(before));
    assert_eq!(append(&log, &online(), 5, 6).await.version, version(6));
    assert_eq!(log.products().await.unwrap().len(), 2);
}

#[tokio::test]
async fn dropping_the_log_finishes_what_is_queued() {
    let dir = tempfile::tempdir().unwrap();
    let log = open(dir.path());
    for n in 0..20 {
        drop(log.append(&online(), version(n), vec![sample(n)]));
    }
    drop(log);
    assert_eq!(open(dir.path()).head(&online()).await.unwrap().version, version(20));
}

#[tokio::test]
async fn a_closed_log_says_so_to_everybody() {
    let (log, _dir) = new_log().await;
    append(&log, &online(), 0, 1).await;
    let queued = log.append(&online(), version(1), vec![sample(2)]);
    log.close().await.unwrap();
    assert_eq!(queued.await.unwrap().version, version(2));
    let refused = log.append(&online(), version(2), vec![sample(3)]).await;
    assert_eq!(refused, Err(AppendError::Closed));
    assert_eq!(log.head(&online()).await, Err(ReadError::Closed));
    assert_eq!(read_all(&log, &online()).await, Err(ReadError::Closed));
    assert_eq!(log.write_heads().await, Err(ReadError::Closed));
    assert_eq!(log.close().await, Ok(()));
}

#[tokio::test]
async fn a_directory_can_be_open_only_once() {
    let (log, dir) = new_log().await;
    append(&log, &online(), 0, 1).await;
    let refused = SledLog::open(dir.path(), settings()).unwrap_err();
    assert!(matches!(refused, OpenError::Locked { .. }), "{refused}");
    assert_eq!(append(&log, &online(), 1, 2).await.version, version(2));
    drop(log);
    open(dir.path());
}

#[tokio::test]
async fn a_database_that_is_just_being_closed_is_waited_for() {
    let (log, dir) = new_log().await;
    append(&log, &online(), 0, 1).await;
    drop(log);
    let (opened, is_open) = std::sync::mpsc::channel();
    let (_go, gone) = std::sync::mpsc::channel::<()>();
    let path = dir.path().to_owned();
    let other = std::thread::spawn(move || {
        let db = database(&path);
        opened.send(()).unwrap();
        let _ = gone.recv_timeout(Duration::from_millis(100));
        drop(db);
    });
    is_open.recv().unwrap();
    open(dir.path());
    other.join().unwrap();
}

#[tokio::test]
async fn heads_are_written_on_request() {
    let (log, dir) = new_log().await;
    let head = append(&log, &online(), 0, 3).await;
    log.write_heads().await.unwrap();
    let found = head_file::read(dir.path()).unwrap();
    assert_eq!(found, head_file::Found::Heads([(online(), head)].into()));
}

#[tokio::test]
async fn without_a_head_file_the_whole_log_is_verified_and_it_is_said() {
    for damage in [None, Some("no head file at all")] {
        let (log, dir) = new_log().await;
        append(&log, &online(), 0, 30).await;
        drop(log);
        match damage {
            None => std::fs::remove_file(head_file::path(dir.path())).unwrap(),
            Some(text) => std::fs::write(head_file::path(dir.path()), text).unwrap(),
        }
        let log = open(dir.path());
        assert!(matches!(log.heads_outcome(), HeadsOutcome::Rebuilt { .. }));
        assert_eq!(log.head(&online()).await.unwrap().version, version(30));
        drop(log);
        assert_eq!(*open(dir.path()).heads_outcome(), HeadsOutcome::Matched);
    }
}

#[tokio::test]
async fn appends_that_wait_together_share_a_flush() {
    let (log, _dir) = new_log().await;
    // The first flush keeps the writer busy while the others queue up.
    let waiting: Vec<_> =
        (0..200).map(|n| log.append(&online(), version(n), vec![sample(n)])).collect();
    for append in waiting {
        append.await.unwrap();
    }
    let stats = log.stats();
    assert_eq!(stats.commits, 200);
    assert!(stats.flushes < 100, "{stats:?}");
    assert_eq!(read_all(&log, &online()).await.unwrap().len(), 200);
}
