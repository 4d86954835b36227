//! Tests of importing what was exported, whole and altered.

use super::*;
use crate::record::tests::{event, noise, sample};
use crate::redaction::tests::{gone, notice};
use crate::{MemoryLog, ReadLimit, Settings, export};

fn name(name: &str) -> ProductName {
    ProductName::new(name).unwrap()
}

/// A log with all that an export can hold: JSON as it is, bytes, what was taken out, and commits of more than a page.
async fn log() -> MemoryLog {
    let log = MemoryLog::new();
    let odd = [
        &b"{\"a\":  1.50, \"b\":12345678901234567890123}"[..],
        b"null",
        b" {}",
        b"{\n}",
        &[0, 255],
        b"",
    ];
    let mut commits: Vec<NewCommit> = (0..30).map(sample).collect();
    commits[3].events = odd.map(|bytes| event("Odd", bytes)).to_vec();
    commits[4] = NewCommit {
        request_id: None,
        body_hash: Hash::ZERO,
        cause: Some("rule 4".to_owned()),
        time_us: -5,
        events: Vec::new(),
        ..sample(4)
    };
    commits[5].events = vec![gone(b"text", "{\"title\": \"-\"}"), gone(b"more", "no JSON")];
    commits[6].events = vec![event("Big", &noise(6, 900_000))];
    commits[7].events = vec![event("Big", &noise(7, 900_000))];
    commits.push(notice(40, 6, 0, "{\"title\": \"-\"}"));
    commits.push(notice(41, 6, 1, "no JSON"));
    log.append(&name("online"), Version::ZERO, commits).await.unwrap();
    log.append(&name("shop"), Version::ZERO, (0..3).map(sample).collect()).await.unwrap();
    log
}

fn fine(_: &Record) -> Result<(), String> {
    Ok(())
}

async fn exported(log: &MemoryLog, products: &[&str]) -> Vec<u8> {
    let mut out = Vec::new();
    for product in products {
        export(log, &name(product), &mut out).await.unwrap();
    }
    out
}

fn opened(dir: &std::path::Path) -> SledLog {
    SledLog::open(dir, Settings::default()).unwrap()
}

#[tokio::test]
async fn an_imported_product_is_the_one_that_was_exported() {
    let log = log().await;
    let lines = exported(&log, &["online", "shop"]).await;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    let there = opened(&path);
    there.append(&name("before"), Version::ZERO, vec![sample(1)]).await.unwrap();
    let heads = import(there, &lines[..], None, fine).await.unwrap();
    assert_eq!(heads, log.products().await.unwrap());
    let copy = opened(&path);
    for (product, _) in heads {
        let limit = ReadLimit { commits: 100, size_bytes: usize::MAX };
        let first = Version::new(1);
        assert_eq!(copy.read(&product, first, limit).await, log.read(&product, first, limit).await);
    }
    assert_eq!(copy.head(&name("before")).await.unwrap().version, Version::new(1));
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn one_product_of_several_is_imported_if_only_that_is_wanted() {
    let log = log().await;
    let lines = exported(&log, &["online", "shop"]).await;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    let heads = import(opened(&path), &lines[..], Some(&name("shop")), fine).await.unwrap();
    assert_eq!(heads, [(name("shop"), log.head(&name("shop")).await.unwrap())]);
    let refused = import(opened(&path), &lines[..], Some(&name("none")), fine).await.unwrap_err();
    assert_eq!(refused.to_string(), "the export has no commit of product none");
}

/// Checks that an import is refused with these words, and leaves the log as it was.
async fn check(lines: &[u8], words: &str) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    let there = opened(&path);
    let head = there.append(&name("shop"), Version::ZERO, vec![sample(9)]).await.unwrap();
    let refused = import(there, lines, None, fine).await.unwrap_err().to_string();
    assert!(refused.contains(words), "{refused:?} should say {words:?}");
    assert_eq!(opened(&path).products().await.unwrap(), [(name("shop"), head)]);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn what_is_there_is_not_overwritten() {
    let lines = exported(&log().await, &["online", "shop"]).await;
    check(&lines, "the log has a product shop already, at version 1").await;
}

#[tokio::test]
async fn an_export_that_was_altered_is_refused() {
    let whole = String::from_utf8(exported(&log().await, &["online"]).await).unwrap();
    let lines: Vec<&str> = whole.lines().collect();
    let altered = |from: &str, to: &str| {
        assert!(whole.contains(from), "{from}");
        whole.replacen(from, to, 1).into_bytes()
    };
    check(b"", "the export has no commit").await;
    check(b"{}\n", "line 1 of the export cannot be used: missing field").await;
    check(&altered(r#""ONLINE-9""#, r#""ONLINE-8""#), "one of them was altered").await;
    check(&altered(r#""actor":"person-7""#, r#""actor":"person-8""#), "was altered").await;
    check(&altered(r#""stand_in":{"title": "-"}"#, r#""stand_in":{"title": "+"}"#), "vouches")
        .await;
    check(&altered(r#""payload_hex":"00ff""#, r#""payload_hex":"00f""#), "not hexadecimal").await;
    check(lines[1..].join("\n").as_bytes(), "it is version 2, and 1 should come here").await;
    let swapped = [&lines[..2], &lines[3..4], &lines[2..3]].concat().join("\n");
    check(swapped.as_bytes(), "line 3 of the export cannot be used: it is version 4").await;
    // Cut off between two lines an export is one of an earlier time; within a line it is none.
    check(&whole.as_bytes()[..whole.len() - 10], "line 32").await;
}

#[tokio::test]
async fn a_product_that_comes_in_two_pieces_is_refused() {
    let log = log().await;
    let (online, shop) = (exported(&log, &["online"]).await, exported(&log, &["shop"]).await);
    let dir = tempfile::tempdir().unwrap();
    let lines = [&shop[..], &online[..], &shop[..]].concat();
    let refused =
        import(opened(&dir.path().join("log")), &lines[..], None, fine).await.unwrap_err();
    assert!(refused.to_string().contains("goes on after another one"), "{refused}");
}

#[tokio::test]
async fn what_nobody_can_decode_is_refused() {
    let lines = exported(&log().await, &["shop"]).await;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    let odd = |record: &Record| {
        if record.version == Version::new(2) { Err("odd".to_owned()) } else { Ok(()) }
    };
    let refused = import(opened(&path), &lines[..], None, odd).await.unwrap_err().to_string();
    assert!(refused.contains("version 2 of product shop cannot be decoded: odd"), "{refused}");
    assert_eq!(opened(&path).products().await.unwrap(), []);
}
