//! What verification finds of a log that somebody has edited with sled itself.

use super::*;
use crate::record::tests::{event, noise};
use crate::record::{self, pack};
use crate::{MemoryLog, verify};

/// A log whose every commit is a value of its own: versions 1 to `count`.
async fn singles(count: u64) -> TempDir {
    let (log, dir) = new_log().await;
    for n in 0..count {
        append(&log, &online(), n, n + 1).await;
    }
    drop(log);
    dir
}

/// Lets somebody edit the database, then verifies it: the first problem, if any, and how many.
async fn after(dir: &TempDir, edit: impl FnOnce(&::sled::Db)) -> (Option<(String, u64)>, usize) {
    let db = database(dir.path());
    edit(&db);
    db.flush().unwrap();
    drop(db);
    let report = SledLog::verify_offline(dir.path(), &settings(), |_| Ok(())).unwrap();
    let first = report.problems.first().map(|problem| {
        let product = problem.product.as_ref().map_or("", |name| name.as_str()).to_owned();
        (product, problem.version.map_or(0, Version::get))
    });
    (first, report.problems.len())
}

fn key(number: u32, version: u64, part: u16) -> [u8; layout::KEY_BYTES] {
    layout::Key { number, version, part }.encode()
}

fn bad(version: u64) -> Option<(String, u64)> {
    Some(("online".to_owned(), version))
}

#[tokio::test]
async fn an_untouched_log_is_intact() {
    let dir = singles(20).await;
    assert_eq!(after(&dir, |_| {}).await, (None, 0));
}

#[tokio::test]
async fn an_altered_record_is_named() {
    let dir = singles(20).await;
    let (first, _) = after(&dir, |db| {
        let mut value = db.get(key(1, 7, 0)).unwrap().unwrap().to_vec();
        value[30] ^= 1;
        db.insert(key(1, 7, 0), value).unwrap();
    })
    .await;
    assert_eq!(first, bad(7));
}

#[tokio::test]
async fn a_record_altered_with_a_hash_of_its_own_is_found_at_the_link_after_it() {
    let dir = singles(20).await;
    let (first, _) = after(&dir, |db| {
        let before = pack::last_hash(&db.get(key(1, 6, 0)).unwrap().unwrap()).unwrap();
        let mut builder = pack::Builder::after(Head { version: version(6), hash: before });
        builder.push(&online(), &record::encode(&sample(999)).unwrap());
        for (key, value) in store::values_of(1, builder) {
            db.insert(key.encode(), value).unwrap();
        }
    })
    .await;
    assert_eq!(first, bad(8));
}

#[tokio::test]
async fn dropped_records_are_named() {
    for gone in [1, 9] {
        let dir = singles(20).await;
        let (first, _) = after(&dir, |db| {
            db.remove(key(1, gone, 0)).unwrap();
        })
        .await;
        assert_eq!(first, bad(gone));
    }
}

#[tokio::test]
async fn swapped_records_are_named() {
    let dir = singles(20).await;
    let (first, _) = after(&dir, |db| {
        let third = db.get(key(1, 3, 0)).unwrap().unwrap();
        let fifth = db.insert(key(1, 5, 0), third).unwrap().unwrap();
        db.insert(key(1, 3, 0), fifth).unwrap();
    })
    .await;
    assert_eq!(first, bad(3));
}

#[tokio::test]
async fn an_added_record_is_named() {
    let (log, dir) = new_log().await;
    append(&log, &online(), 0, 4).await;
    append(&log, &online(), 4, 6).await;
    drop(log);
    let (first, _) = after(&dir, |db| {
        let value = db.get(key(1, 5, 0)).unwrap().unwrap();
        db.insert(key(1, 3, 0), value).unwrap();
    })
    .await;
    assert_eq!(first, bad(3));
}

#[tokio::test]
async fn a_dropped_end_is_named_and_refused_at_opening() {
    let dir = singles(20).await;
    let (first, count) = after(&dir, |db| {
        db.remove(key(1, 20, 0)).unwrap();
    })
    .await;
    assert_eq!((first, count), (bad(20), 1));
    let refused = SledLog::open(dir.path(), settings()).unwrap_err();
    assert!(
        matches!(&refused, OpenError::Shortened { known, found, .. }
            if (known.get(), found.get()) == (20, 19)),
        "{refused}"
    );
}

#[tokio::test]
async fn a_product_that_is_gone_as_a_whole_is_named_and_refused_at_opening() {
    let dir = singles(20).await;
    let (first, count) = after(&dir, |db| {
        for entry in db.iter().keys() {
            db.remove(entry.unwrap()).unwrap();
        }
    })
    .await;
    assert_eq!((first, count), (bad(1), 1));
    let refused = SledLog::open(dir.path(), settings()).unwrap_err();
    assert!(
        matches!(&refused, OpenError::Shortened { known, found, .. }
            if (known.get(), found.get()) == (20, 0)),
        "{refused}"
    );
}

#[tokio::test]
async fn entries_that_belong_to_nothing_are_found() {
    let (log, dir) = new_log().await;
    append(&log, &online(), 0, 4).await;
    drop(log);
    let (first, count) = after(&dir, |db| {
        let value = db.get(key(1, 1, 0)).unwrap().unwrap();
        db.insert(key(7, 1, 0), value).unwrap();
        db.insert(b"what is this", b"?").unwrap();
    })
    .await;
    assert_eq!(count, 2);
    assert_eq!(first, Some((String::new(), 0)));
}

#[tokio::test]
async fn a_missing_part_is_named_by_verify_and_by_a_reader() {
    for gone in [0, 3] {
        let (log, dir) = new_log().await;
        append(&log, &online(), 0, 1).await;
        let events = vec![event("Big", &noise(2, 50_000))];
        let big = NewCommit { events, ..sample(2) };
        log.append(&online(), version(1), vec![big]).await.unwrap();
        append(&log, &online(), 2, 5).await;
        drop(log);
        let (first, count) = after(&dir, |db| {
            db.remove(key(1, 2, gone)).unwrap();
        })
        .await;
        assert_eq!((first, count), (bad(2), 1), "part {gone}");
        let log = open(dir.path());
        let one = ReadLimit { commits: 1, size_bytes: 1 };
        let damaged = log.read(&online(), version(2), one).await.unwrap_err();
        assert!(
            matches!(&damaged, ReadError::Damaged { version: at, .. } if *at == version(2)),
            "{damaged}"
        );
        // What comes before and after it is served.
        assert_eq!(read_all(&log, &online()).await.unwrap().len(), 1);
        assert_eq!(log.read(&online(), version(3), one).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn records_that_cannot_be_decoded_are_named_and_the_trait_finds_the_same() {
    let (log, _dir) = new_log().await;
    let memory = MemoryLog::new();
    let commits: Vec<NewCommit> = (1..=9).map(sample).collect();
    append(&log, &online(), 0, 9).await;
    memory.append(&online(), version(0), commits).await.unwrap();
    let decode = |record: &Record| {
        let known = !record.version.get().is_multiple_of(4);
        known.then_some(()).ok_or_else(|| "no such event".to_owned())
    };
    let own = log.verify(decode).await.unwrap();
    assert_eq!(
        own.problems.iter().map(|it| it.version).collect::<Vec<_>>(),
        [Some(version(4)), Some(version(8))]
    );
    assert_eq!(own.problems, verify(&log, decode).await.unwrap().problems);
    assert_eq!(own.problems, verify(&memory, decode).await.unwrap().problems);
    assert_eq!(
        own.problems[0].to_string(),
        "product online, version 4: it cannot be decoded: no such event"
    );
}

#[tokio::test]
async fn through_the_trait_damage_is_named_and_the_rest_still_read() {
    let dir = singles(20).await;
    let db = database(dir.path());
    let mut value = db.get(key(1, 7, 0)).unwrap().unwrap().to_vec();
    value[30] ^= 1;
    db.insert(key(1, 7, 0), value).unwrap();
    db.remove(key(1, 12, 0)).unwrap();
    drop(db);
    let log = open(dir.path());
    let report = verify(&log, |_| Ok(())).await.unwrap();
    let versions: Vec<u64> =
        report.problems.iter().map(|problem| problem.version.unwrap().get()).collect();
    assert_eq!(versions[..2], [7, 12]);
    let from = |_: &ProductName| Version::ZERO;
    let pace = crate::ScrubPace { pause: std::time::Duration::ZERO, ..Default::default() };
    let damaged = crate::scrub(&log, from, pace).await.unwrap_err();
    assert!(damaged.to_string().starts_with("version 7 of product online is damaged"), "{damaged}");
}

#[tokio::test]
async fn an_altered_name_of_a_product_is_found_at_opening() {
    let dir = singles(3).await;
    let db = database(dir.path());
    db.insert(layout::Key::name(1).encode(), "onlin").unwrap();
    drop(db);
    let refused = SledLog::open(dir.path(), settings()).unwrap_err();
    assert!(matches!(refused, OpenError::Damaged { .. }), "{refused}");
    assert!(refused.to_string().contains("restore from a backup"), "{refused}");
}
