//! What is seen when: durable things, and only those; and answers wait for what they depend on.

use koepel_domain::{error::Error as Refusal, ids::Version};
use koepel_event_log::MemoryLog;

use super::{
    brake::Brake,
    support::{
        admin, ask, assert_like_its_log, begin, chief, engine, item, key, pin, run, set_up,
        settings, spawn, titles, webshop,
    },
};
use crate::{Error, Settings};

#[tokio::test]
async fn an_accepted_command_is_in_the_view_when_its_answer_arrives() {
    let engine = engine(&MemoryLog::new(), settings());
    set_up(&engine).await;
    for n in 1..50 {
        let accepted = run(&engine, chief(), item("online", &format!("item {n}"))).await.unwrap();
        assert_eq!(accepted.commit.version, Version(5 + n));
        assert!(!accepted.repeated);
        let now = engine.view(&webshop()).await.unwrap();
        for view in [&accepted.view, &now] {
            assert_eq!(view.state.version(), accepted.commit.version);
            assert_eq!(view.head.version.get(), accepted.commit.version.0);
            assert_eq!(titles(&view.state).last(), Some(&format!("item {n}")));
        }
    }
    assert_like_its_log(&engine).await;
}

#[tokio::test]
async fn nothing_is_visible_before_it_is_durable() {
    let log = Brake::on(MemoryLog::new());
    let engine = engine(&log, settings());
    set_up(&engine).await;
    log.hold();
    let answer = spawn(&engine, ask(chief(), item("online", "waiting for the disk")));
    log.waits_for(1).await;
    assert!(!answer.is_finished());
    assert_eq!(engine.view(&webshop()).await.unwrap().state.version(), Version(5));
    let reached = engine.read(&webshop(), Version(5), |_, version| version).await.unwrap();
    assert_eq!(reached, Version(5), "the projection is no faster than the log");
    log.release().await;
    assert_eq!(answer.await.unwrap().unwrap().commit.version, Version(6));
    assert_eq!(engine.view(&webshop()).await.unwrap().state.version(), Version(6));
}

#[tokio::test]
async fn a_refusal_waits_for_the_commits_that_it_depends_on() {
    let log = Brake::on(MemoryLog::new());
    let engine = engine(&log, settings());
    set_up(&engine).await;
    log.hold();
    let first = spawn(&engine, ask(chief(), item("online", "first")));
    log.waits_for(1).await;
    // Refused because of what is in flight: the same domain again.
    let expected = Some(Version(3));
    let stale = super::support::key("ONLINE-1");
    let stale = koepel_domain::command::Command::CompleteItem {
        item: stale,
        reason: koepel_domain::text::Reason::default(),
        expected,
    };
    let refused = spawn(&engine, ask(chief(), stale));
    let unknown = spawn(&engine, ask(chief(), pin("ONLINE-9")));
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert!(!refused.is_finished() && !unknown.is_finished(), "they wait for the flush");
    log.release().await;
    assert!(first.await.unwrap().is_ok());
    let refused = refused.await.unwrap().unwrap_err();
    assert!(matches!(refused, Error::Refused(Refusal::Stale { current: Version(6), .. })));
    let unknown = unknown.await.unwrap().unwrap_err();
    assert_eq!(unknown, Error::Refused(Refusal::UnknownItem(key("ONLINE-9"))));
}

#[tokio::test]
async fn a_refusal_that_rests_on_a_failed_commit_is_decided_again() {
    let log = Brake::on(MemoryLog::new());
    let engine = engine(&log, settings());
    log.hold();
    let first = tokio::spawn({
        let engine = std::sync::Arc::clone(&engine);
        async move { engine.create(&webshop(), begin()).await }
    });
    log.waits_for(1).await;
    let second = tokio::spawn({
        let engine = std::sync::Arc::clone(&engine);
        async move { engine.create(&webshop(), begin()).await }
    });
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    log.fail_one(koepel_event_log::AppendError::Full { free_bytes: 1, needed_bytes: 2 });
    assert_eq!(
        first.await.unwrap().unwrap_err(),
        Error::DiskFull { free_bytes: 1, needed_bytes: 2 }
    );
    log.waits_for(1).await;
    log.release().await;
    assert_eq!(
        second.await.unwrap().unwrap().commit.version,
        Version(1),
        "it exists by the second"
    );
}

#[tokio::test]
async fn a_command_that_changes_nothing_is_a_commit_without_events() {
    let engine = engine(&MemoryLog::new(), settings());
    set_up(&engine).await;
    run(&engine, chief(), item("online", "one")).await.unwrap();
    run(&engine, chief(), pin("ONLINE-1")).await.unwrap();
    let again = run(&engine, chief(), pin("ONLINE-1")).await.unwrap();
    assert!(again.commit.events.is_empty());
    assert_eq!(again.commit.version, Version(8));
    assert_like_its_log(&engine).await;
}

#[tokio::test]
async fn what_waits_while_the_disk_is_busy_shares_one_append() {
    let log = Brake::on(MemoryLog::new());
    let engine = engine(&log, settings());
    set_up(&engine).await;
    log.hold();
    let first = spawn(&engine, ask(chief(), item("online", "first")));
    log.waits_for(1).await;
    let others: Vec<_> =
        (0..200).map(|_| spawn(&engine, ask(chief(), item("online", "other")))).collect();
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
    assert_eq!(log.waiting(), [1], "they are decided, and the log does not have them yet");
    log.release_one().await;
    log.waits_for(1).await;
    assert_eq!(log.waiting(), [200]);
    log.release().await;
    first.await.unwrap().unwrap();
    for other in others {
        other.await.unwrap().unwrap();
    }
    assert_like_its_log(&engine).await;
}

#[tokio::test]
async fn with_a_pipeline_commits_are_appended_before_earlier_ones_are_durable() {
    let log = Brake::on(MemoryLog::new());
    let engine = engine(&log, Settings { appends_in_flight: 3, ..settings() });
    set_up(&engine).await;
    log.hold();
    let mut answers = Vec::new();
    for n in 1..=5 {
        answers.push(spawn(&engine, ask(chief(), item("online", &format!("item {n}")))));
        log.waits_for(n.min(3)).await;
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
    }
    assert_eq!(log.waiting(), [1, 1, 1], "three with the log, two behind them");
    log.release_one().await;
    log.waits_for(3).await;
    assert_eq!(log.waiting(), [1, 1, 2]);
    log.release().await;
    for (n, answer) in (6..).zip(answers) {
        assert_eq!(answer.await.unwrap().unwrap().commit.version, Version(n));
    }
    assert_like_its_log(&engine).await;
}

#[tokio::test(start_paused = true)]
async fn a_reader_waits_for_its_version_and_no_longer_than_it_should() {
    let log = Brake::on(MemoryLog::new());
    let engine = engine(&log, settings());
    set_up(&engine).await;
    log.hold();
    let answer = spawn(&engine, ask(chief(), item("online", "late")));
    log.waits_for(1).await;
    let started = tokio::time::Instant::now();
    let late = engine.view_at_least(&webshop(), Version(6)).await.unwrap_err();
    assert_eq!(late, Error::TooSlow { wanted: Version(6), current: Version(5) });
    let late = engine.read(&webshop(), Version(6), |_, _| ()).await.unwrap_err();
    assert_eq!(late, Error::TooSlow { wanted: Version(6), current: Version(5) });
    assert_eq!(started.elapsed(), 2 * settings().min_version_timeout);
    let name = webshop();
    let (view, read, ()) = tokio::join!(
        engine.view_at_least(&name, Version(6)),
        engine.read(&name, Version(6), |_, version| version),
        log.release(),
    );
    assert_eq!(view.unwrap().state.version(), Version(6));
    assert_eq!(read.unwrap(), Version(6));
    answer.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_product_that_is_not_there_is_unknown_and_leaves_nothing_behind() {
    let engine = engine(&MemoryLog::new(), settings());
    assert_eq!(run(&engine, chief(), pin("A-1")).await.unwrap_err(), Error::UnknownProduct);
    assert_eq!(engine.view(&webshop()).await.unwrap_err(), Error::UnknownProduct);
    assert_eq!(engine.watch(&webshop()).await.unwrap_err(), Error::UnknownProduct);
    let read = engine.read(&webshop(), Version(0), |_, _| ()).await;
    assert_eq!(read.unwrap_err(), Error::UnknownProduct);
    assert!(engine.names().await.is_empty());
}

#[tokio::test]
async fn a_refused_creation_leaves_no_product_behind() {
    let engine = engine(&MemoryLog::new(), settings());
    let mut request = begin();
    request.actor = chief();
    let refused = engine.create(&webshop(), request).await.unwrap_err();
    assert!(matches!(refused, Error::Refused(Refusal::Mandate(_))), "{refused:?}");
    assert_eq!(engine.view(&webshop()).await.unwrap_err(), Error::UnknownProduct);
    assert!(engine.names().await.is_empty());
    set_up(&engine).await;
    assert_eq!(engine.names().await, [webshop()]);
}

#[tokio::test]
async fn a_product_that_was_opened_may_be_empty() {
    let engine = engine(&MemoryLog::new(), settings());
    engine.open(&webshop()).await.unwrap();
    assert_eq!(engine.view(&webshop()).await.unwrap().state.version(), Version(0));
    let mut request = begin();
    request.actor = chief();
    assert!(engine.create(&webshop(), request).await.is_err());
    assert_eq!(engine.names().await, [webshop()]);
    assert_eq!(engine.create(&webshop(), begin()).await.unwrap().commit.version, Version(1));
}

#[tokio::test]
async fn of_two_creators_at_once_one_wins() {
    let log = MemoryLog::new();
    let (one, other) = (engine(&log, settings()), engine(&log, settings()));
    for same in [true, false] {
        let name = koepel_event_log::ProductName::new(if same { "same" } else { "two" }).unwrap();
        let second = if same { &one } else { &other };
        let (a, b) = tokio::join!(one.create(&name, begin()), second.create(&name, begin()));
        let refusals: Vec<_> = [a, b].into_iter().filter_map(Result::err).collect();
        assert_eq!(refusals, [Error::Refused(Refusal::ProductExists)]);
        assert_eq!(second.view(&name).await.unwrap().state.version(), Version(1));
    }
    let again = one.create(&webshop(), ask(admin(), begin().command)).await;
    assert!(again.is_ok(), "another product is another matter");
}
