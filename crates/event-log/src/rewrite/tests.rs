//! Tests of taking payloads out: what is gone, what stays, and what an interruption leaves.

use super::*;
use crate::record::tests::{event, noise, sample};
use crate::redaction::tests::notice;
use crate::{Settings, VerifyReport};

const SECRET: &[u8] = br#"{"title":"the text that has to go"}"#;
const STAND_IN: &str = r#"{"title":"-"}"#;

fn online() -> ProductName {
    ProductName::new("online").unwrap()
}

fn other() -> ProductName {
    ProductName::new("other").unwrap()
}

fn opened(dir: &Path) -> SledLog {
    SledLog::open(dir, Settings::default()).unwrap()
}

/// A log whose third version has a secret in its second event, and another product.
async fn filled(dir: &Path) -> SledLog {
    let log = opened(dir);
    let mut commits: Vec<NewCommit> = (0..40).map(sample).collect();
    commits[2].events.push(event("ItemUpdated", SECRET));
    commits[7].events = (0..20).map(|n| event("Big", &noise(n, 3000))).collect();
    log.append(&online(), Version::ZERO, commits).await.unwrap();
    log.append(&other(), Version::ZERO, (0..5).map(sample).collect()).await.unwrap();
    log
}

fn stand_ins() -> BTreeMap<(Version, u32), Bytes> {
    BTreeMap::from([((Version::new(3), 1), Bytes::from_static(STAND_IN.as_bytes()))])
}

fn notices() -> Vec<NewCommit> {
    vec![notice(90, 3, 1, STAND_IN)]
}

async fn records(log: &SledLog, product: &ProductName) -> Vec<Record> {
    let limit = ReadLimit { commits: 1_000, size_bytes: usize::MAX };
    log.read(product, Version::new(1), limit).await.unwrap()
}

fn verified(dir: &Path) -> VerifyReport {
    SledLog::verify_offline(dir, &Settings::default(), |_| Ok(())).unwrap()
}

/// Whether any file below holds these bytes.
fn holds(dir: &Path, bytes: &[u8]) -> bool {
    fs::read_dir(dir).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return holds(&path, bytes);
        }
        fs::read(path).unwrap().windows(bytes.len()).any(|window| window == bytes)
    })
}

#[tokio::test]
async fn a_payload_is_gone_and_all_else_is_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    let log = filled(&path).await;
    // Alone in its pack and too short to be compressed: there to be found.
    let lone = NewCommit { events: vec![event("Lone", b"secret-4f9")], ..sample(60) };
    log.append(&online(), Version::new(40), vec![lone]).await.unwrap();
    assert!(holds(&path, b"secret-4f9"));
    let (before, others) = (records(&log, &online()).await, records(&log, &other()).await);
    let mut stand_ins = stand_ins();
    stand_ins.insert((Version::new(41), 0), Bytes::from_static(b"{}"));
    let mut notices = notices();
    notices.push(notice(91, 41, 0, "{}"));

    let head = redact(log, &online(), &stand_ins, notices).await.unwrap();

    assert!(!holds(dir.path(), b"secret-4f9"));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "nothing is left beside it");
    let report = verified(&path);
    assert_eq!(report.problems, []);
    let redacted: Vec<_> =
        report.redacted.iter().map(|(_, one)| (one.version.get(), one.event, one.by)).collect();
    let by = |version| Some(Version::new(version));
    assert_eq!(redacted, [(3, 1, by(42)), (41, 0, by(43))]);
    let log = opened(&path);
    assert_eq!(log.head(&online()).await.unwrap(), head);
    assert_eq!(head.version, Version::new(43));
    assert_eq!(records(&log, &other()).await, others);
    let after = records(&log, &online()).await;
    for (was, is) in before.iter().zip(&after) {
        assert_eq!((was.version, was.hash), (is.version, is.hash));
        if ![3, 41].contains(&was.version.get()) {
            assert_eq!(was, is);
        }
    }
    let (hash, size_bytes) = (crate::Hash::of(SECRET), u32::try_from(SECRET.len()).unwrap());
    let stand_in = Bytes::from_static(STAND_IN.as_bytes());
    let expected = Payload::Redacted { hash, size_bytes, stand_in };
    assert_eq!(after[2].commit.events[1].payload, expected);
    assert_eq!(after[2].commit.events[0], before[2].commit.events[0]);
}

#[tokio::test]
async fn what_is_redacted_can_be_redacted_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    redact(filled(&path).await, &online(), &stand_ins(), notices()).await.unwrap();
    let again = BTreeMap::from([((Version::new(3), 1), Bytes::from_static(b"{}"))]);
    redact(opened(&path), &online(), &again, vec![notice(91, 3, 1, "{}")]).await.unwrap();
    assert_eq!(verified(&path).problems, []);
    let log = opened(&path);
    let payload = &records(&log, &online()).await[2].commit.events[1].payload;
    assert_eq!(payload.hash(), crate::Hash::of(SECRET), "of what was there in the beginning");
    assert_eq!(payload.readable().unwrap(), &Bytes::from_static(b"{}"));
}

#[tokio::test]
async fn without_a_notice_the_log_says_that_it_was_tampered_with() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    redact(filled(&path).await, &online(), &stand_ins(), Vec::new()).await.unwrap();
    let report = verified(&path);
    assert_eq!(report.problems.len(), 1);
    let told = report.problems[0].to_string();
    assert!(
        told.starts_with("product online, version 3: the payload of event 1 was taken out"),
        "{told}"
    );
}

#[tokio::test]
async fn an_event_that_is_not_there_leaves_all_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    let wrong = BTreeMap::from([((Version::new(3), 2), Bytes::from_static(b"{}"))]);
    let log = filled(&path).await;
    let head = log.head(&online()).await.unwrap();
    let refused = redact(log, &online(), &wrong, notices()).await.unwrap_err();
    assert_eq!(refused.to_string(), "version 3 of product online has no event 2");
    assert_eq!(left_over(&path), None);
    assert_eq!(opened(&path).head(&online()).await.unwrap(), head);
}

#[tokio::test]
async fn interrupted_before_the_swap_the_old_log_stands_and_it_can_be_run_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    let log = filled(&path).await;
    let before = records(&log, &online()).await;
    let rewriting = Rewriting::begin(log).unwrap();
    rewriting.without(&online(), &stand_ins(), notices()).await.unwrap();
    // As a kill leaves it: neither closed nor removed.
    drop(rewriting);
    assert!(left_over(&path).is_some());
    let log = opened(&path);
    assert_eq!(records(&log, &online()).await, before);
    redact(log, &online(), &stand_ins(), notices()).await.unwrap();
    assert_eq!(left_over(&path), None);
    assert_eq!(verified(&path).redacted.len(), 1);
}

#[tokio::test]
async fn interrupted_after_the_swap_the_new_log_stands_and_the_old_one_is_removed_next_time() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    let rewriting = Rewriting::begin(filled(&path).await).unwrap();
    let head = rewriting.without(&online(), &stand_ins(), notices()).await.unwrap();
    let Rewriting { old, new, dir: at, building } = rewriting;
    new.close().await.unwrap();
    drop(new);
    put_in_place(&old, &at, &building).await.unwrap();
    drop(old);
    assert!(left_over(&path).is_some());
    assert_eq!(verified(&path).problems, []);
    let log = opened(&path);
    assert_eq!(log.head(&online()).await.unwrap(), head);
    // Nothing is left to take out, but what held it is.
    assert_eq!(redact(log, &online(), &BTreeMap::new(), Vec::new()).await.unwrap(), head);
    assert_eq!(left_over(&path), None);
}

#[tokio::test]
async fn nobody_else_opens_a_log_that_is_being_written_anew() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    let rewriting = Rewriting::begin(filled(&path).await).unwrap();
    let locked = |path: &Path| {
        matches!(SledLog::open(path, Settings::default()), Err(OpenError::Locked { .. }))
    };
    assert!(locked(&path));
    rewriting.without(&online(), &stand_ins(), notices()).await.unwrap();
    // Its database is closed by now, its lock is not.
    rewriting.old.close().await.unwrap();
    assert!(locked(&path));
}

#[tokio::test]
async fn a_log_of_another_user_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    let log = filled(&path).await;
    if let Err(error) = std::os::unix::fs::chown(&path, Some(65_534), None) {
        #[expect(clippy::print_stderr, reason = "a skipped test is told")]
        {
            eprintln!("SKIPPED: only root can give a directory away: {error}");
        }
        return;
    }
    let refused = redact(log, &online(), &stand_ins(), notices()).await.unwrap_err().to_string();
    assert!(refused.contains("belongs to another user"), "{refused}");
    assert_eq!(left_over(&path), None);
    assert_eq!(verified(&path).redacted, []);
}
