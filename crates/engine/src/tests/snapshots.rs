//! Snapshots: a restart costs the tail, and one that is unfit costs time but nothing else.

use std::{fs, path::Path, sync::Arc};

use koepel_domain::ids::Version;
use koepel_event_log::{EventLog as _, MemoryLog};

use super::{
    brake::Brake,
    support::{Products, assert_like_its_log, chief, engine, item, run, set_up, settings, webshop},
};
use crate::Settings;

fn in_dir(dir: &Path) -> Settings {
    Settings {
        snapshots: Some(dir.to_owned()),
        snapshot_every: 10,
        snapshot_at_stop: 3,
        ..settings()
    }
}

async fn items(engine: &Arc<Products>, count: u32) {
    for n in 0..count {
        run(engine, chief(), item("online", &format!("item {n}"))).await.unwrap();
    }
}

/// Opens the product and answers with how many records that took.
async fn reopen(log: &Brake, settings: Settings) -> (Arc<Products>, u64) {
    let engine = engine(log, settings);
    let before = log.records_read();
    engine.open(&webshop()).await.unwrap();
    (engine, log.records_read() - before)
}

#[tokio::test]
async fn a_restart_reads_only_what_came_after_the_snapshot() {
    let dir = tempfile::tempdir().unwrap();
    let log = Brake::on(MemoryLog::new());
    let first = engine(&log, in_dir(dir.path()));
    set_up(&first).await;
    items(&first, 195).await;
    first.stop().await;
    // At version 200 by the interval; nothing worth one at the stop.
    let (second, read) = reopen(&log, in_dir(dir.path())).await;
    assert_eq!(read, 1, "the snapshot's own commit");
    items(&second, 2).await;
    second.stop().await;
    let (third, read) = reopen(&log, in_dir(dir.path())).await;
    assert_eq!(read, 3, "a tail of two was no snapshot worth");
    items(&third, 3).await;
    third.stop().await;
    let (fourth, read) = reopen(&log, in_dir(dir.path())).await;
    assert_eq!(read, 1, "a tail of five was");
    let view = assert_like_its_log(&fourth).await;
    assert_eq!(view.state.version(), Version(205));
    fourth.stop().await;
    fs::remove_dir_all(dir.path()).unwrap();
    let (fifth, read) = reopen(&log, in_dir(dir.path())).await;
    assert_eq!(read, 205, "without one, everything");
    assert_like_its_log(&fifth).await;
}

#[tokio::test]
async fn a_large_snapshot_is_written_less_often() {
    let dir = tempfile::tempdir().unwrap();
    let log = Brake::on(MemoryLog::new());
    let settings = Settings { snapshot_every: 1, snapshot_at_stop: 1_000, ..in_dir(dir.path()) };
    let first = engine(&log, settings.clone());
    set_up(&first).await;
    items(&first, 300).await;
    first.stop().await;
    let (second, read) = reopen(&log, settings.clone()).await;
    assert!((2..250).contains(&read), "{read}");
    items(&second, 1).await;
    second.stop().await;
    let (_, again) = reopen(&log, settings).await;
    assert_eq!(again, read + 1, "the size of the last one is known after a restart, too");
}

/// Spoils the snapshot of a product with 30 commits, and asserts that it is set aside and all is rebuilt.
async fn check(spoil: impl FnOnce(&Path)) {
    let dir = tempfile::tempdir().unwrap();
    let log = Brake::on(MemoryLog::new());
    let first = engine(&log, in_dir(dir.path()));
    set_up(&first).await;
    items(&first, 25).await;
    first.stop().await;
    spoil(&dir.path().join("webshop.snapshot"));
    let (second, read) = reopen(&log, in_dir(dir.path())).await;
    assert!(read >= 30, "{read}: all is folded anew");
    assert!(
        dir.path().join("webshop.snapshot.bad").exists(),
        "it is kept for whoever wants to look"
    );
    assert_like_its_log(&second).await;
    second.stop().await;
    let (third, read) = reopen(&log, in_dir(dir.path())).await;
    assert_eq!(read, 1, "and there is a good one again");
    assert_like_its_log(&third).await;
}

/// The snapshot of another history of the same product, so many items long.
async fn other_history(length: u32) -> Vec<u8> {
    let dir = tempfile::tempdir().unwrap();
    let settings = Settings { snapshot_every: 1_000, ..in_dir(dir.path()) };
    let engine = engine(&MemoryLog::new(), settings);
    set_up(&engine).await;
    items(&engine, length).await;
    engine.stop().await;
    fs::read(dir.path().join("webshop.snapshot")).unwrap()
}

#[tokio::test]
async fn a_damaged_snapshot_is_set_aside() {
    check(|file| {
        let mut bytes = fs::read(file).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(file, bytes).unwrap();
    })
    .await;
    check(|file| {
        let bytes = fs::read(file).unwrap();
        fs::write(file, &bytes[..bytes.len() / 2]).unwrap();
    })
    .await;
    check(|file| fs::write(file, b"").unwrap()).await;
}

#[tokio::test]
async fn a_snapshot_of_another_history_is_set_aside() {
    let same_version = other_history(25).await;
    check(|file| fs::write(file, same_version).unwrap()).await;
}

#[tokio::test]
async fn a_snapshot_that_is_ahead_of_the_log_is_set_aside() {
    let ahead = other_history(40).await;
    check(|file| fs::write(file, ahead).unwrap()).await;
}

#[tokio::test]
async fn a_snapshot_that_cannot_be_written_harms_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a file, no folder");
    fs::write(&file, b"").unwrap();
    let log = MemoryLog::new();
    let first = engine(&log, in_dir(&file));
    // The folder cannot be read either, so the product is folded from its log.
    set_up(&first).await;
    items(&first, 50).await;
    assert_like_its_log(&first).await;
    first.stop().await;
    assert_eq!(log.head(&webshop()).await.unwrap().version.get(), 55);
}
