//! How much of the disk the log takes, and that nothing of it is where sled does not sync.

use proptest::prelude::*;

use super::*;
use crate::record::tests::{event, noise};

/// The files that sled keeps beside its log, which it never syncs.
fn blobs(dir: &Path) -> usize {
    std::fs::read_dir(dir.join("blobs")).unwrap().count()
}

fn sized(n: u64, size: usize) -> NewCommit {
    let events = noise(n, size).chunks(4000).map(|chunk| event("Imported", chunk)).collect();
    NewCommit { events, ..sample(n) }
}

#[tokio::test]
async fn the_largest_commits_never_leave_the_log_of_sled() {
    let (log, dir) = new_log().await;
    let mut at = 0;
    for size in [4_000_000, 1 << 20, 7 * 1024, 1, 131_052, 131_053, 2_000_000] {
        for _ in 0..3 {
            let commit = sized(at, size);
            log.append(&online(), version(at), vec![commit]).await.unwrap();
            at += 1;
        }
        assert_eq!(blobs(dir.path()), 0, "after {size} bytes");
    }
    assert_eq!(read_all(&log, &online()).await.unwrap().len(), 21);
}

#[test]
fn a_leaf_full_of_the_largest_values_stays_below_the_threshold_of_sled() {
    let dir = tempfile::tempdir().unwrap();
    let db = ::sled::Config::new().path(dir.path()).open().unwrap();
    // Leaves of every fullness are written as links are consolidated, in order and backwards.
    for n in 0..400_u64 {
        for number in [1, u32::MAX] {
            let up = layout::Key { number, version: n, part: u16::MAX };
            let down = layout::Key { number, version: u64::MAX - n, part: u16::MAX };
            for key in [up, down] {
                db.insert(key.encode(), vec![0xa5; layout::PART_BYTES]).unwrap();
            }
        }
    }
    db.flush().unwrap();
    assert_eq!(blobs(dir.path()), 0);
}

#[test]
fn the_threshold_of_sled_is_where_this_crate_believes_it_to_be() {
    let dir = tempfile::tempdir().unwrap();
    let db = ::sled::Config::new().path(dir.path()).open().unwrap();
    db.insert([1], vec![0; 131_000]).unwrap();
    assert_eq!(blobs(dir.path()), 0);
    db.insert([2], vec![0; 131_060]).unwrap();
    db.flush().unwrap();
    assert!(blobs(dir.path()) > 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn commits_of_any_size_read_back_from_the_log_of_sled_alone(
        appends in prop::collection::vec(
            prop::collection::vec(prop_oneof![0..700_usize, 6_000..9_000_usize, 0..400_000_usize], 1..8),
            1..10,
        ),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let (log, dir) = new_log().await;
            let mut expected = Vec::new();
            for sizes in appends {
                let at = expected.len() as u64;
                let commits: Vec<NewCommit> =
                    (at..).zip(sizes).map(|(n, size)| sized(n, size)).collect();
                log.append(&online(), version(at), commits.clone()).await.unwrap();
                expected.extend(commits);
            }
            assert_eq!(blobs(dir.path()), 0);
            drop(log);
            let log = open(dir.path());
            let found = read_all(&log, &online()).await.unwrap();
            assert!(found.into_iter().map(|record| record.commit).eq(expected));
            assert_eq!(blobs(dir.path()), 0);
        });
    }
}
