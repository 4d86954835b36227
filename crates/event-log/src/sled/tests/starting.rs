//! Starts that were interrupted: what they left half done does not stand in the way of the next.

use std::fs;
use std::path::PathBuf;

use super::*;

/// The snapshots that sled left in a directory, finished or not.
fn snapshots(dir: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    paths.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("snap.")).collect()
}

/// Opens a log whose last start ended while sled wrote this of a snapshot, and checks that all is there.
async fn opened_after(half_written: &[u8]) {
    let (log, dir) = new_log().await;
    let head = append(&log, &online(), 0, 20).await;
    log.close().await.unwrap();
    drop(log);
    // A whole snapshot of an earlier start is there as well.
    drop(open(dir.path()));
    let half = dir.path().join("snap.00000000FFFFFFFF.generating");
    fs::write(&half, half_written).unwrap();

    let report = SledLog::verify_offline(dir.path(), &settings(), |_| Ok(())).unwrap();
    assert_eq!(report.problems, []);
    fs::write(&half, half_written).unwrap();
    let log = open(dir.path());
    assert_eq!(*log.heads_outcome(), HeadsOutcome::Matched);
    assert_eq!(log.head(&online()).await, Ok(head));
    assert_eq!(read_all(&log, &online()).await.unwrap().len(), 20);
    assert!(!half.exists(), "it would grow to be one more each time");
    assert_eq!(snapshots(dir.path()).len(), 1, "{:?}", snapshots(dir.path()));
}

#[tokio::test]
async fn a_start_that_was_cut_off_before_the_first_byte_of_a_snapshot_is_not_taken_for_damage() {
    opened_after(&[]).await;
}

#[tokio::test]
async fn a_start_that_was_cut_off_within_a_snapshot_is_not_taken_for_damage() {
    opened_after(&[7; 300]).await;
}

/// What a first start leaves that is cut off before its head file was durable, the settings' file being this.
fn cut_off(settings: &[u8]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path()));
    let file = |name: &str| dir.path().join(name);
    fs::remove_file(file("heads")).unwrap();
    fs::write(file("conf"), settings).unwrap();
    fs::write(file("db"), [0; 100]).unwrap();
    fs::write(file("snap.0000000000000010"), [7; 40]).unwrap();
    fs::write(file("being-made"), []).unwrap();
    dir
}

#[tokio::test]
async fn a_first_start_that_was_cut_off_is_made_again() {
    for settings in [&[][..], &[0; 62], &[1; 58]] {
        let dir = cut_off(settings);
        let log = open(dir.path());
        assert_eq!(*log.heads_outcome(), HeadsOutcome::Fresh);
        let head = append(&log, &online(), 0, 3).await;
        log.close().await.unwrap();
        drop(log);
        assert_eq!(open(dir.path()).head(&online()).await, Ok(head), "{settings:?}");
    }
}

#[test]
fn a_log_whose_first_start_was_cut_off_has_nothing_to_verify() {
    let dir = cut_off(&[0; 62]);
    let refused = SledLog::verify_offline(dir.path(), &settings(), |_| Ok(())).unwrap_err();
    assert!(matches!(refused, OpenError::Unusable { .. }), "{refused}");
    assert!(refused.to_string().ends_with("start it again"), "{refused}");
}

#[tokio::test]
async fn nothing_of_a_log_that_had_come_into_being_is_taken_for_a_first_start() {
    let (log, dir) = new_log().await;
    assert!(!dir.path().join("being-made").exists(), "from here on nothing may be cleared away");
    let head = append(&log, &online(), 0, 3).await;
    log.close().await.unwrap();
    drop(log);
    // The head file was durable, the mark's removal was not.
    fs::write(dir.path().join("being-made"), []).unwrap();
    let log = open(dir.path());
    assert_eq!(log.head(&online()).await, Ok(head));
    drop(log);
    assert!(!dir.path().join("being-made").exists());
    // A head file that is lost later leaves a log that is verified, not made again.
    fs::remove_file(dir.path().join("heads")).unwrap();
    let log = open(dir.path());
    assert!(matches!(log.heads_outcome(), HeadsOutcome::Rebuilt { .. }));
    assert_eq!(log.head(&online()).await, Ok(head));
}
