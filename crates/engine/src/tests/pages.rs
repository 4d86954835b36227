//! A product's log page by page: each commit once and in order whatever a page holds, and no further than asked.

use koepel_domain::product::Product;
use koepel_event_log::{MemoryLog, ReadLimit, Version};

use super::{
    brake::Brake,
    support::{chief, engine, item, run, set_up, settings, webshop},
};
use crate::pages::{NoPage, Pages};

/// A log of 25 commits.
async fn log() -> MemoryLog {
    let log = MemoryLog::new();
    let engine = engine(&log, settings());
    set_up(&engine).await;
    for n in 6..=25 {
        run(&engine, chief(), item("online", &format!("item {n}"))).await.unwrap();
    }
    log
}

fn limit(commits: usize) -> ReadLimit {
    ReadLimit { commits, size_bytes: usize::MAX }
}

/// The versions of each page, up to the end.
async fn versions(log: &MemoryLog, span: (u64, u64), commits: usize) -> Vec<Vec<u64>> {
    let (name, span) = (webshop(), (Version::new(span.0), Version::new(span.1)));
    let mut pages: Pages<'_, Product> = Pages::new(log, &name, span, limit(commits));
    let mut all = Vec::new();
    loop {
        let page = pages.next().await.unwrap_or_else(|_| panic!("the log is readable"));
        if page.is_end() {
            return all;
        }
        all.push(page.decoded.iter().map(|(record, _)| record.version.get()).collect());
    }
}

#[tokio::test]
async fn each_commit_comes_once_and_in_order_whatever_a_page_holds() {
    let log = log().await;
    for commits in [1, 2, 7, 25, 1_000] {
        for (first, last, expected) in [
            (1, u64::MAX, 1..=25),
            (1, 25, 1..=25),
            (3, 14, 3..=14),
            (9, 9, 9..=9),
            (20, 99, 20..=25),
        ] {
            let pages = versions(&log, (first, last), commits).await;
            assert!(pages.iter().all(|page| page.len() <= commits), "{pages:?}");
            let joined: Vec<u64> = pages.concat();
            assert_eq!(joined, expected.collect::<Vec<_>>(), "{first} to {last} by {commits}");
        }
    }
}

#[tokio::test]
async fn beyond_the_end_and_behind_itself_there_is_nothing() {
    let log = log().await;
    assert_eq!(versions(&log, (26, u64::MAX), 5).await, Vec::<Vec<u64>>::new());
    assert_eq!(versions(&log, (9, 8), 5).await, Vec::<Vec<u64>>::new());
}

#[tokio::test]
async fn what_could_be_read_before_a_failure_is_there_and_the_failure_is_told() {
    let log = Brake::on(log().await);
    log.damage(11);
    let (name, span) = (webshop(), (Version::new(1), Version::new(25)));
    let mut pages: Pages<'_, Product> = Pages::new(&log, &name, span, limit(5));
    for last in [5, 10] {
        let page = pages.next().await.unwrap_or_else(|_| panic!("readable up to 10"));
        assert_eq!(page.decoded.last().unwrap().0.version.get(), last);
    }
    assert!(matches!(pages.next().await, Err(NoPage::Read(_))));
}
