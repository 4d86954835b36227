//! A log of every released version opens, and tells what it told then.
//!
//! In `fixtures/logs` are, for each version of the program that wrote a log: `0.1.log`, the log's directory as sled left it,
//! packed; `0.1.koepel`, a backup of it; `0.1.json`, what it tells. None is ever changed but for the state's hash, when the
//! shape of the state changes: `cargo run -p koepel-engine --example fixture_log -- expect 0.1` writes that anew, and whoever
//! commits it sees that nothing else has become another.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers")]

mod stored;

use std::{collections::BTreeSet, fs, path::PathBuf};

use koepel_domain::{event::Event, system};
use koepel_engine::check_record;
use koepel_event_log::{Settings, SledLog, restore};
use serde_json::Value;

/// The stored logs, by version.
fn versions() -> Vec<(String, PathBuf)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/logs");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let logs = files.filter(|file| file.extension().is_some_and(|ending| ending == "log"));
    logs.map(|file| (file.file_stem().unwrap().to_str().unwrap().to_owned(), file)).collect()
}

fn expected(log: &std::path::Path) -> Value {
    serde_json::from_slice(&fs::read(log.with_extension("json")).unwrap()).unwrap()
}

#[track_caller]
fn compare(version: &str, told: &Value, expected: &Value) {
    for (product, expected) in expected.as_object().unwrap() {
        for (what, expected) in expected.as_object().unwrap() {
            let told = &told[product][what];
            assert_eq!(
                told, expected,
                "{what} of {product} in the log of {version}; if the shape of the state was changed, see above"
            );
        }
    }
    assert_eq!(told.as_object().unwrap().len(), expected.as_object().unwrap().len());
}

#[tokio::test]
async fn a_log_of_every_version_opens_and_tells_what_it_told() {
    let versions = versions();
    assert!(!versions.is_empty());
    for (version, file) in versions {
        let dir = tempfile::tempdir().unwrap();
        let log = dir.path().join("log");
        stored::unpack(&fs::read(&file).unwrap(), &log);
        let report = SledLog::verify_offline(&log, &Settings::default(), check_record).unwrap();
        assert_eq!(report.problems, [], "{version}");
        assert!(!report.redacted.is_empty(), "{version} has something redacted");
        let log = SledLog::open(&log, Settings::default()).unwrap();
        compare(&version, &stored::told(&log).await, &expected(&file));
    }
}

#[tokio::test]
async fn a_backup_of_every_version_restores_to_the_same() {
    for (version, file) in versions() {
        let dir = tempfile::tempdir().unwrap();
        let log = dir.path().join("log");
        let backup = fs::read(file.with_extension("koepel")).unwrap();
        restore(&backup[..], &log, Settings::default()).await.unwrap();
        let log = SledLog::open(&log, Settings::default()).unwrap();
        compare(&version, &stored::told(&log).await, &expected(&file));
    }
}

/// Events that came after the first version need not be in its log; the first has all that it knew.
#[test]
fn the_log_of_the_first_version_has_every_event_that_it_knew() {
    let (_, file) = versions().into_iter().find(|(version, _)| version == "0.1").unwrap();
    let expected = expected(&file);
    let has = |product: &str| -> BTreeSet<String> {
        let types = expected[product]["types"].as_array().unwrap().iter();
        types.map(|kind| kind.as_str().unwrap().to_owned()).collect()
    };
    let (product, system) = (has("webshop"), has("system"));
    assert_eq!(product.len(), 25);
    assert!(product.iter().all(|kind| Event::TYPES.iter().any(|(name, _)| name == kind)));
    assert!(system::Event::TYPES.iter().take(4).all(|(kind, _)| system.contains(*kind)));
}

#[test]
fn what_was_unpacked_packs_to_the_same() {
    for (version, file) in versions() {
        let dir = tempfile::tempdir().unwrap();
        let packed = fs::read(&file).unwrap();
        stored::unpack(&packed, &dir.path().join("log"));
        let again = dir.path().join("again");
        stored::unpack(&stored::pack(&dir.path().join("log")), &again);
        for entry in fs::read_dir(&again).unwrap().map(|entry| entry.unwrap()) {
            let was = dir.path().join("log").join(entry.file_name());
            if was.is_file() {
                let same = fs::read(entry.path()).unwrap() == fs::read(was).unwrap();
                assert!(same, "{version}: {:?}", entry.file_name());
            }
        }
    }
}
