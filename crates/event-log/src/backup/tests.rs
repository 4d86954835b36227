//! Tests of backup and restore.

use super::*;
use crate::MemoryLog;
use crate::record::tests::{event, noise, sample};
use crate::redaction::tests::{gone, notice};

fn online() -> ProductName {
    ProductName::new("online").unwrap()
}

/// A log with two products, one commit of which takes several stored values, one redacted.
async fn log() -> MemoryLog {
    let log = MemoryLog::new();
    let big = NewCommit {
        events: (0..100).map(|n| event("Big", &noise(n, 3000))).collect(),
        ..sample(50)
    };
    let gone = NewCommit { events: vec![gone(b"text", "{}")], ..sample(51) };
    let mut commits: Vec<NewCommit> = (0..50).map(sample).collect();
    commits.extend([big.clone(), gone, notice(52, 52, 0, "{}")]);
    log.append(&online(), Version::ZERO, commits).await.unwrap();
    let system = ProductName::new("system").unwrap();
    log.append(&system, Version::ZERO, vec![sample(1)]).await.unwrap();
    log
}

async fn backed_up(log: &impl EventLog) -> (Vec<u8>, BackupSummary) {
    let mut bytes = Vec::new();
    let summary = backup(log, &mut bytes, 12).await.unwrap();
    (bytes, summary)
}

#[tokio::test]
async fn a_restored_log_is_the_one_that_was_backed_up() {
    let log = log().await;
    let (bytes, made) = backed_up(&log).await;
    assert_eq!((made.made_at_us, made.commits()), (12, 54));
    let dir = tempfile::tempdir().unwrap();
    let target = dir.path().join("log");
    let restored = restore(&bytes[..], &target, Settings::default()).await.unwrap();
    assert_eq!(restored, made);
    let copy = SledLog::open(&target, Settings::default()).unwrap();
    assert_eq!(copy.products().await, log.products().await);
    for (product, _) in made.products {
        let limit = ReadLimit { commits: 100, size_bytes: usize::MAX };
        let first = Version::new(1);
        assert_eq!(copy.read(&product, first, limit).await, log.read(&product, first, limit).await);
    }
    assert_eq!(backed_up(&copy).await.0, bytes);
}

#[tokio::test]
async fn a_backup_of_a_running_log_is_the_log_as_it_was_when_it_began() {
    struct Appending<'a> {
        out: Vec<u8>,
        log: &'a MemoryLog,
        next: u64,
    }
    impl Write for Appending<'_> {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            // An append comes in with each write.
            drop(self.log.append(&online(), Version::new(self.next), vec![sample(self.next)]));
            self.next += 1;
            self.out.write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let log = log().await;
    let mut out = Appending { out: Vec::new(), log: &log, next: 53 };
    let summary = backup(&log, &mut out, 0).await.unwrap();
    assert_eq!(summary.commits(), 54);
    assert!(log.head(&online()).await.unwrap().version > Version::new(53));
    let dir = tempfile::tempdir().unwrap();
    let target = dir.path().join("log");
    assert_eq!(restore(&out.out[..], &target, Settings::default()).await.unwrap(), summary);
}

#[tokio::test]
async fn a_restore_refuses_a_directory_that_is_not_empty() {
    let (bytes, _) = backed_up(&log().await).await;
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("something"), b"dear").unwrap();
    let refused = restore(&bytes[..], dir.path(), Settings::default()).await.unwrap_err();
    assert!(matches!(refused, RestoreError::NotEmpty { .. }), "{refused}");
    assert_eq!(std::fs::read(dir.path().join("something")).unwrap(), b"dear");
}

#[tokio::test]
async fn a_restore_does_not_meddle_with_another_one() {
    let (bytes, _) = backed_up(&log().await).await;
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join(".log.restoring")).unwrap();
    let target = dir.path().join("log");
    let refused = restore(&bytes[..], &target, Settings::default()).await.unwrap_err();
    assert!(matches!(refused, RestoreError::Unfinished { .. }), "{refused}");
    assert!(!target.exists());
}

#[tokio::test]
async fn a_backup_that_was_altered_or_cut_off_is_refused_and_leaves_nothing() {
    let log = MemoryLog::new();
    log.append(&online(), Version::ZERO, (0..3).map(sample).collect()).await.unwrap();
    let (good, _) = backed_up(&log).await;
    let dir = tempfile::tempdir().unwrap();
    let target = dir.path().join("log");
    let mut bad: Vec<Vec<u8>> = (0..good.len()).step_by(29).map(|at| good[..at].to_vec()).collect();
    bad.extend((0..good.len()).step_by(23).map(|at| {
        let mut altered = good.clone();
        altered[at] ^= 1 << (at % 8);
        altered
    }));
    bad.push([&good[..], b"x"].concat());
    for (n, bytes) in bad.into_iter().enumerate() {
        let refused = restore(&bytes[..], &target, Settings::default()).await.unwrap_err();
        assert!(matches!(refused, RestoreError::Damaged { .. }), "{n}: {refused}");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "{n}");
    }
}

#[tokio::test]
async fn a_backup_with_a_redaction_that_nobody_vouches_for_is_refused() {
    let log = MemoryLog::new();
    let redacted = NewCommit { events: vec![gone(b"text", "{}")], ..sample(1) };
    log.append(&online(), Version::ZERO, vec![redacted]).await.unwrap();
    let dir = tempfile::tempdir().unwrap();
    let target = dir.path().join("log");
    let (bytes, _) = backed_up(&log).await;
    let refused = restore(&bytes[..], &target, Settings::default()).await.unwrap_err().to_string();
    assert!(refused.contains("version 1 of product online: the payload of event 0"), "{refused}");
    assert!(!target.exists());
    log.append(&online(), Version::new(1), vec![notice(2, 1, 0, "{}")]).await.unwrap();
    let (bytes, made) = backed_up(&log).await;
    assert_eq!(restore(&bytes[..], &target, Settings::default()).await.unwrap(), made);
}
