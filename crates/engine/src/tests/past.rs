//! A product as it was: the same as a replay up to that moment, whatever is at hand to begin from.

use std::{fs, path::Path, sync::Arc};

use koepel_domain::{
    ids::{Timestamp, Version},
    product::Product,
};
use koepel_event_log::{EventLog as _, MemoryLog};

use super::{
    brake::Brake,
    support::{
        Products, ask, chief, engine, item, ledger, numbered, records, run, set_up, settings,
        webshop,
    },
};
use crate::{At, Error, Settings};

/// Each state of a product, from before the first commit on.
async fn all_states(log: &Brake) -> Vec<Product> {
    let mut states = vec![Product::default()];
    for record in records(log).await {
        let mut state = states.last().unwrap().clone();
        state.apply(&crate::decode_record::<Product>(&record).unwrap()).unwrap();
        states.push(state);
    }
    states
}

async fn items(engine: &Arc<Products>, count: u32) {
    for n in 0..count {
        run(engine, chief(), item("online", &format!("item {n}"))).await.unwrap();
    }
}

fn in_dir(dir: &Path) -> Settings {
    Settings { snapshots: Some(dir.to_owned()), past_every: 10, snapshot_at_stop: 1, ..settings() }
}

fn files(dir: &Path) -> Vec<String> {
    let names = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
    names.retain(|name| name.ends_with(".past"));
    names.sort();
    names
}

#[tokio::test]
async fn each_version_is_as_it_was_when_it_was_the_last() {
    let dir = tempfile::tempdir().unwrap();
    let log = Brake::on(MemoryLog::new());
    for settings in [settings(), in_dir(dir.path())] {
        let engine = engine(&log, settings);
        if log.head(&webshop()).await.unwrap().version.get() == 0 {
            set_up(&engine).await;
            items(&engine, 60).await;
        }
        engine.open(&webshop()).await.unwrap();
        let states = all_states(&log).await;
        // There and back, so that each is folded from what another left, or from the beginning.
        let versions = (0..states.len()).chain((0..states.len()).rev()).map(|n| (n * 7) % 66);
        for version in versions {
            let at = At::Version(Version(u64::try_from(version).unwrap()));
            let view = engine.as_of(&webshop(), at).await.unwrap();
            assert_eq!(view.state, states[version]);
            assert_eq!(view.head.version.get(), view.state.version().0);
        }
        engine.stop().await;
    }
    assert!(!files(dir.path()).is_empty());
}

#[tokio::test]
async fn a_time_means_the_last_version_that_is_not_later() {
    let log = Brake::on(MemoryLog::new());
    let engine = engine(&log, settings());
    set_up(&engine).await;
    // The clock of the sixth commit is an hour ahead, that of the seventh is right again.
    let start = 1_700_000_000_000_000;
    for (n, now) in [(0, start + 3_600_000_000), (1, start + 1_000_000), (2, start + 2_000_000)] {
        let command = item("online", &format!("item {n}"));
        let request = crate::Request { now: Timestamp(now), ..ask(chief(), command) };
        engine.execute(&webshop(), request).await.unwrap();
    }
    for (time, version) in [
        (start - 1, 0),
        (start, 5),
        (start + 1_000_000, 7),
        (start + 1_999_999, 7),
        (start + 2_000_000, 8),
        (i64::MAX, 8),
    ] {
        let view = engine.as_of(&webshop(), At::Time(Timestamp(time))).await.unwrap();
        assert_eq!(view.state.version(), Version(version), "as of {time}");
    }
}

#[tokio::test]
async fn the_future_is_refused_and_the_present_is_at_hand() {
    let log = Brake::on(MemoryLog::new());
    let engine = engine(&log, settings());
    set_up(&engine).await;
    let future = engine.as_of(&webshop(), At::Version(Version(6))).await.unwrap_err();
    assert_eq!(future, Error::Future { wanted: Version(6), current: Version(5) });
    let read = log.records_read();
    engine.as_of(&webshop(), At::Version(Version(5))).await.unwrap();
    assert_eq!(log.records_read(), read, "nothing was read for it");
}

#[tokio::test]
async fn looking_back_reads_from_the_nearest_file_and_leaves_files_where_there_were_none() {
    let dir = tempfile::tempdir().unwrap();
    let log = Brake::on(MemoryLog::new());
    let first = engine(&log, in_dir(dir.path()));
    set_up(&first).await;
    items(&first, 95).await;
    ledger(&first, Version(100)).await;
    first.stop().await;
    let by_the_worker = files(dir.path()).len();
    assert!(by_the_worker > 3, "{by_the_worker}");

    let looked_back = async |version| {
        let engine = engine(&log, in_dir(dir.path()));
        engine.open(&webshop()).await.unwrap();
        let before = log.records_read();
        let view = engine.as_of(&webshop(), At::Version(Version(version))).await.unwrap();
        assert_eq!(view.state.version(), Version(version));
        engine.stop().await;
        log.records_read() - before
    };
    let few = looked_back(99).await;
    assert!(few < 40, "{few} records were read from the nearest file");
    // Without files, everything; but only the first time.
    for file in files(dir.path()) {
        fs::remove_file(dir.path().join(file)).unwrap();
    }
    assert!(looked_back(99).await >= 99);
    let again = looked_back(98).await;
    assert!(again < 99, "{again} records, though the first left files behind");
    assert!(!files(dir.path()).is_empty());
}

#[tokio::test]
async fn a_file_that_does_not_fit_the_log_is_not_believed() {
    let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let log = Brake::on(MemoryLog::new());
    for (dir, title) in [(&other, "another history"), (&dir, "this one")] {
        let log = if title == "this one" { log.clone() } else { Brake::on(MemoryLog::new()) };
        let engine = engine(&log, in_dir(dir.path()));
        set_up(&engine).await;
        for _ in 0..50 {
            run(&engine, chief(), item("online", title)).await.unwrap();
        }
        ledger(&engine, Version(55)).await;
        engine.stop().await;
    }
    let states = all_states(&log).await;
    // The files of the other history, a flipped bit, and half a file.
    for file in files(other.path()) {
        fs::copy(other.path().join(&file), dir.path().join(&file)).unwrap();
    }
    let damaged = files(dir.path());
    let mut bytes = fs::read(dir.path().join(&damaged[0])).unwrap();
    bytes[40] ^= 1;
    fs::write(dir.path().join(&damaged[0]), &bytes).unwrap();
    fs::write(dir.path().join(&damaged[1]), &bytes[..bytes.len() / 2]).unwrap();
    let engine = engine(&log, in_dir(dir.path()));
    engine.open(&webshop()).await.unwrap();
    for version in [54, 30, 12] {
        let view = engine.as_of(&webshop(), At::Version(Version(version))).await.unwrap();
        assert_eq!(view.state, states[usize::try_from(version).unwrap()]);
    }
    let no = states[54].item_no(&numbered("ONLINE", 1)).unwrap();
    assert_eq!(states[54].item(no).unwrap().title.as_str(), "this one");
}
