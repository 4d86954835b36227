//! Files with flipped bits and cut off ends: the right records are served, or an error is.

use std::fs;
use std::path::PathBuf;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::*;

/// A small log of two products and what it holds, closed. With a snapshot of sled's if wished, which
/// it writes when it opens a database.
async fn made(with_snapshot: bool) -> (TempDir, Vec<(ProductName, Vec<Record>)>) {
    let (log, dir) = new_log().await;
    let other = ProductName::new("other").unwrap();
    for n in 0..25 {
        append(&log, &online(), n * 2, n * 2 + 2).await;
        append(&log, &other, n, n + 1).await;
    }
    let mut expected = Vec::new();
    for product in [online(), other] {
        let records = read_all(&log, &product).await.unwrap();
        expected.push((product, records));
    }
    drop(log);
    if with_snapshot {
        drop(open(dir.path()));
    }
    (dir, expected)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

/// Files that sled relies on.
fn files(dir: &Path) -> Vec<PathBuf> {
    let names = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    let relevant = names.filter(|path| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        name == "db" || name == "conf" || name.starts_with("snap.")
    });
    let mut files: Vec<PathBuf> = relevant.collect();
    files.sort();
    files
}

/// What became of a damaged log.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
enum Outcome {
    Unharmed,
    RefusedAtOpening,
    RefusedAtReading,
}

/// Opens a damaged log and reads all of it, each record by itself too. Panics if anything is served
/// that was not written, or a shorter log is taken for whole.
async fn examine(dir: &Path, expected: &[(ProductName, Vec<Record>)], what: &str) -> Outcome {
    let log = match SledLog::open(dir, settings()) {
        Ok(log) => log,
        Err(refused) => {
            let text = refused.to_string();
            assert!(text.contains(&*dir.to_string_lossy()), "{what}: {text}");
            return Outcome::RefusedAtOpening;
        }
    };
    let mut outcome = Outcome::Unharmed;
    for (product, records) in expected {
        assert_eq!(log.head(product).await.unwrap().version.get(), records.len() as u64, "{what}");
        for record in records {
            let one = ReadLimit { commits: 1, size_bytes: 1 };
            match log.read(product, record.version, one).await {
                Ok(page) => assert_eq!(page.first(), Some(record), "{what}"),
                Err(error) => {
                    let named = format!("version {} of product {product} ", record.version);
                    assert!(error.to_string().contains(&named), "{what}: {error}");
                    outcome = Outcome::RefusedAtReading;
                }
            }
        }
    }
    outcome
}

#[tokio::test]
async fn with_any_bit_flipped_no_wrong_data_is_served() {
    let mut random = StdRng::seed_from_u64(0x6b6f_6570_656c);
    let mut harmed = 0;
    for with_snapshot in [false, true] {
        let (dir, expected) = made(with_snapshot).await;
        for trial in 0..75 {
            let target = tempfile::tempdir().unwrap();
            copy(dir.path(), target.path());
            let files = files(target.path());
            // The database itself is most of what there is.
            let file = &files[if trial % 5 == 4 { random.random_range(0..files.len()) } else { 1 }];
            let mut bytes = fs::read(file).unwrap();
            let written = bytes.iter().rposition(|byte| *byte != 0).unwrap_or(0);
            let at = random.random_range(0..=written);
            let bit = random.random_range(0..8);
            bytes[at] ^= 1 << bit;
            fs::write(file, bytes).unwrap();
            let what = format!("{} byte {at} bit {bit}, snapshot {with_snapshot}", file.display());
            if examine(target.path(), &expected, &what).await != Outcome::Unharmed {
                harmed += 1;
            }
        }
    }
    assert!(harmed > 20, "only {harmed} of 150 flips did any harm: the trials hit nothing");
}

#[tokio::test]
async fn a_log_that_lost_its_end_is_never_taken_for_whole() {
    for with_snapshot in [false, true] {
        let (dir, expected) = made(with_snapshot).await;
        let bytes = fs::read(dir.path().join("db")).unwrap();
        let written = bytes.iter().rposition(|byte| *byte != 0).unwrap() + 1;
        for trial in 0..12 {
            let target = tempfile::tempdir().unwrap();
            copy(dir.path(), target.path());
            let kept = written * trial / 12;
            fs::write(target.path().join("db"), &bytes[..kept]).unwrap();
            let outcome = examine(target.path(), &expected, &format!("cut to {kept}")).await;
            assert_ne!(outcome, Outcome::Unharmed, "cut to {kept} bytes, snapshot {with_snapshot}");
        }
    }
}

#[tokio::test]
async fn a_database_that_is_gone_is_not_replaced_by_an_empty_one() {
    let (dir, _) = made(false).await;
    fs::remove_file(dir.path().join("db")).unwrap();
    let refused = SledLog::open(dir.path(), settings()).unwrap_err();
    assert!(
        matches!(&refused, OpenError::Shortened { product, known, found, .. }
            if *product == online() && known.get() == 50 && found.get() == 0),
        "{refused}"
    );
    assert!(!dir.path().join("db").exists());
}

#[tokio::test]
async fn an_older_copy_of_the_database_is_refused() {
    let (log, dir) = new_log().await;
    append(&log, &online(), 0, 3).await;
    drop(log);
    let old = tempfile::tempdir().unwrap();
    copy(dir.path(), old.path());
    append(&open(dir.path()), &online(), 3, 5).await;
    // Another history of the same length, under the heads of the first.
    let log = open(old.path());
    let commits = (10..12).map(sample).collect();
    log.append(&online(), version(3), commits).await.unwrap();
    drop(log);
    fs::copy(head_file::path(dir.path()), head_file::path(old.path())).unwrap();
    let refused = SledLog::open(old.path(), settings()).unwrap_err();
    assert!(
        matches!(&refused, OpenError::Different { version: at, .. } if *at == version(5)),
        "{refused}"
    );
}
