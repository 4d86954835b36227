//! What happens when a write or a sync fails, and when the disk is full.

use std::sync::atomic::Ordering;

use super::*;

/// Lets the sync of the next flushes fail, after everything has been written.
fn fail_syncs(log: &SledLog, count: u32) {
    log.shared.failing_syncs.store(count, Ordering::SeqCst);
}

/// Waits until the log serves again.
async fn ready(log: &SledLog) {
    while log.health() != Health::Ready {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_failed_sync_all_that_waited_is_unknown_and_the_log_comes_back() {
    let (log, _dir) = new_log().await;
    append(&log, &online(), 0, 3).await;
    fail_syncs(&log, 1);
    let waiting: Vec<_> =
        (3..8).map(|n| log.append(&online(), version(n), vec![sample(n)])).collect();
    for append in waiting {
        let answer = append.await;
        let open = matches!(
            answer,
            Err(AppendError::Unknown { .. }
                | AppendError::Unavailable { .. }
                | AppendError::Conflict { .. })
        );
        assert!(open || answer.is_ok(), "{answer:?}");
    }
    ready(&log).await;
    // What was acknowledged is there; what was not may be, whole and in order.
    let head = log.head(&online()).await.unwrap();
    assert!(head.version >= version(3));
    let records = read_all(&log, &online()).await.unwrap();
    assert_eq!(records.last().map(Record::head), Some(head));
    assert_eq!(*log.follow(&online()).borrow(), head.version);
    let at = head.version.get();
    assert_eq!(append(&log, &online(), at, at + 1).await.version, version(at + 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_of_a_group_whose_sync_fails_gets_no_acknowledgement() {
    let (log, _dir) = new_log().await;
    fail_syncs(&log, 1);
    let answer = log.append(&online(), version(0), vec![sample(1)]).await;
    assert!(matches!(answer, Err(AppendError::Unknown { .. })), "{answer:?}");
    ready(&log).await;
    assert!(log.head(&online()).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn while_it_is_being_opened_again_the_log_refuses_and_can_be_closed() {
    let (log, _dir) = new_log().await;
    append(&log, &online(), 0, 1).await;
    // A reader that still holds the database keeps it from being opened again.
    let held = log.shared.store();
    fail_syncs(&log, 1);
    let unknown = log.append(&online(), version(1), vec![sample(2)]).await;
    assert!(matches!(unknown, Err(AppendError::Unknown { .. })));
    assert!(matches!(log.health(), Health::Reopening { .. }));
    assert!(matches!(log.head(&online()).await, Err(ReadError::Unavailable { .. })));
    assert!(matches!(read_all(&log, &online()).await, Err(ReadError::Unavailable { .. })));
    let refused = log.append(&online(), version(1), vec![sample(2)]).await;
    assert!(
        matches!(refused, Err(AppendError::Unavailable { .. } | AppendError::Unknown { .. })),
        "{refused:?}"
    );
    log.close().await.unwrap();
    drop(held);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_acknowledged_commit_that_is_gone_after_reopening_is_never_served_over() {
    let (log, _dir) = new_log().await;
    append(&log, &online(), 0, 3).await;
    // As if version 4 had been acknowledged.
    let known = log.shared.product(&online());
    known.publish(1, Head { version: version(9), hash: crate::Hash::of(b"never") });
    fail_syncs(&log, 1);
    let unknown = log.append(&online(), version(3), vec![sample(4)]).await;
    assert!(matches!(unknown, Err(AppendError::Unknown { .. })));
    let refused = log.append(&online(), version(3), vec![sample(4)]).await;
    assert!(
        matches!(refused, Err(AppendError::Unavailable { .. } | AppendError::Unknown { .. })),
        "{refused:?}"
    );
    while !matches!(log.health(), Health::Failed { .. }) {
        tokio::task::yield_now().await;
    }
    assert!(matches!(read_all(&log, &online()).await, Err(ReadError::Unavailable { .. })));
}

#[tokio::test]
async fn a_full_disk_refuses_commits_and_goes_on_reading_and_recovers() {
    let dir = tempfile::tempdir().unwrap();
    append(&open(dir.path()), &online(), 0, 3).await;
    let full =
        SledLog::open(dir.path(), Settings { min_free_bytes: u64::MAX, ..settings() }).unwrap();
    let refused = full.append(&online(), version(3), vec![sample(4)]).await;
    assert!(matches!(refused, Err(AppendError::Full { .. })), "{refused:?}");
    assert_eq!(full.health(), Health::Ready);
    assert_eq!(read_all(&full, &online()).await.unwrap().len(), 3);
    full.shared.has_room.store(true, Ordering::SeqCst);
    assert_eq!(append(&full, &online(), 3, 4).await.version, version(4));
}
