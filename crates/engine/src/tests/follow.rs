//! A second engine on the same log: sees what the first one does, and may take commands as well.

use koepel_domain::ids::Version;
use koepel_event_log::MemoryLog;

use super::{
    brake::Brake,
    support::{
        ask, assert_like_its_log, chief, engine, item, key, pin, run, set_up, settings, spawn,
        titles, webshop,
    },
};
use crate::{Error, Request};

#[tokio::test]
async fn an_engine_sees_another_ones_commits_without_a_command_of_its_own() {
    let log = MemoryLog::new();
    let (one, other) = (engine(&log, settings()), engine(&log, settings()));
    set_up(&one).await;
    let mut watch = other.watch(&webshop()).await.unwrap();
    for n in 1..=20 {
        run(&one, chief(), item("online", &format!("item {n}"))).await.unwrap();
        let seen = watch.wait_for(|view| view.state.version() == Version(5 + n)).await.unwrap();
        assert_eq!(titles(&seen.state).last(), Some(&format!("item {n}")));
    }
    assert_like_its_log(&other).await;
}

#[tokio::test]
async fn an_engine_that_has_opened_a_product_sees_it_being_made_elsewhere() {
    let log = MemoryLog::new();
    let (one, other) = (engine(&log, settings()), engine(&log, settings()));
    other.open(&webshop()).await.unwrap();
    set_up(&one).await;
    assert_eq!(other.view_at_least(&webshop(), Version(5)).await.unwrap().head.version.get(), 5);
}

#[tokio::test]
async fn who_follows_all_products_hears_of_a_commit_in_one_that_was_just_made() {
    let log = MemoryLog::new();
    let engine = engine(&log, settings());
    let mut news = engine.news();
    assert!(engine.heads().is_empty() && !news.has_changed().unwrap());
    set_up(&engine).await;
    news.changed().await.unwrap();
    let head = engine.view(&webshop()).await.unwrap().head;
    assert_eq!(engine.heads(), [(webshop(), head)]);
    run(&engine, chief(), item("online", "heard of")).await.unwrap();
    assert!(news.has_changed().unwrap());
}

#[tokio::test]
async fn a_commit_that_comes_while_a_product_is_being_opened_is_not_missed() {
    let below = MemoryLog::new();
    let log = Brake::on(below.clone());
    let (one, other) = (engine(&below, settings()), engine(&log, settings()));
    set_up(&one).await;
    let append = {
        let mut record = super::support::records(&below).await.remove(4).commit;
        record.request_id = None;
        record.events.clear();
        move || {
            use koepel_event_log::EventLog as _;
            drop(below.append(&webshop(), koepel_event_log::Version::new(5), vec![record]));
        }
    };
    log.at_follow(append);
    let view = other.view_at_least(&webshop(), Version(6)).await.unwrap();
    assert_eq!(view.state.version(), Version(6));
}

#[tokio::test]
async fn a_lost_race_catches_up_and_decides_again() {
    let below = MemoryLog::new();
    let log = Brake::on(below.clone());
    let (one, other) = (engine(&below, settings()), engine(&log, settings()));
    set_up(&one).await;
    run(&one, chief(), item("online", "contested")).await.unwrap();
    other.view(&webshop()).await.unwrap();
    log.hold();
    // Decided on version 6, while the other engine gets on to version 8.
    let create = spawn(&other, ask(chief(), item("online", "second")));
    log.waits_for(1).await;
    let complete = spawn(&other, ask(chief(), pin("ONLINE-1")));
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    let done = koepel_domain::command::Command::CompleteItem {
        item: key("ONLINE-1"),
        reason: koepel_domain::text::Reason::default(),
        expected: None,
    };
    run(&one, chief(), done).await.unwrap();
    run(&one, chief(), item("online", "first")).await.unwrap();
    log.release().await;
    let created = create.await.unwrap().unwrap();
    assert_eq!(created.commit.version, Version(9));
    let events = format!("{:?}", created.commit.events);
    assert!(events.contains("ONLINE-3"), "decided on the fresh state: {events}");
    let refused = complete.await.unwrap().unwrap_err();
    assert!(matches!(refused, Error::Refused(koepel_domain::error::Error::NotOpen { .. })));
    let view = assert_like_its_log(&other).await;
    assert_eq!(titles(&view.state), ["first", "second"]);
}

#[tokio::test]
async fn refusals_are_given_on_a_fresh_state() {
    let log = MemoryLog::new();
    let (one, other) = (engine(&log, settings()), engine(&log, settings()));
    set_up(&one).await;
    other.view(&webshop()).await.unwrap();
    for n in 1..=20 {
        run(&one, chief(), item("online", "new")).await.unwrap();
        run(&other, chief(), pin(&format!("ONLINE-{n}"))).await.unwrap();
    }
}

#[tokio::test]
async fn a_commit_of_somebody_else_is_not_taken_for_one_that_was_to_come_before() {
    let below = MemoryLog::new();
    let log = Brake::on(below.clone());
    let (one, other) = (engine(&below, settings()), engine(&log, settings()));
    set_up(&one).await;
    other.view(&webshop()).await.unwrap();
    log.hold();
    let without_id =
        |title: &str| Request { request_id: None, ..ask(chief(), item("online", title)) };
    let first = spawn(&other, without_id("first"));
    log.waits_for(1).await;
    // Decided on top of the first. Were it with the log already, expecting version 6, it would fit below what follows.
    let second = spawn(&other, without_id("second"));
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    run(&one, chief(), item("online", "somebody else's")).await.unwrap();
    log.release().await;
    assert_eq!(first.await.unwrap().unwrap().commit.version, Version(7));
    assert_eq!(second.await.unwrap().unwrap().commit.version, Version(8));
    for engine in [&one, &other] {
        let view = assert_like_its_log(engine).await;
        assert_eq!(titles(&view.state), ["somebody else's", "first", "second"]);
    }
}
