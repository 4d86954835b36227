//! A request may be repeated under its id, at any time, and is carried out once.

use std::sync::Arc;

use koepel_domain::{command::Command, ids::Version};
use koepel_event_log::{Hash, MemoryLog};

use super::{
    brake::Brake,
    support::{
        Products, ask, assert_like_its_log, chief, engine, item, person, records, set_up, settings,
        spawn, webshop,
    },
};
use crate::{Error, Request, Settings};

fn again(request: &Request<Command>) -> Request<Command> {
    Request { commit_id: super::support::fresh_id(), ..request.clone() }
}

/// Repeats a request that made version 6, and asserts that nothing else happens.
async fn assert_repeats(engine: &Arc<Products>, request: &Request<Command>) {
    let before = engine.view(&webshop()).await.unwrap().head;
    let first = records(&**engine.log()).await.remove(5);
    let first = crate::decode_record::<koepel_domain::product::Product>(&first).unwrap();
    let repeated = engine.execute(&webshop(), again(request)).await.unwrap();
    assert!(repeated.repeated);
    assert_eq!(*repeated.commit, first);
    assert!(repeated.view.state.version() >= Version(6));
    assert_eq!(engine.view(&webshop()).await.unwrap().head, before, "nothing happened");
}

async fn assert_reuse_is_refused(engine: &Arc<Products>, request: &Request<Command>) {
    let other =
        Request { command: item("online", "else"), body_hash: Hash::of(b"else"), ..again(request) };
    let request_id = request.request_id.unwrap();
    let refused = engine.execute(&webshop(), other).await.unwrap_err();
    assert_eq!(refused, Error::RequestIdReused { request_id, version: Version(6) });
}

#[tokio::test]
async fn a_repetition_gets_the_first_receipt_also_after_a_restart() {
    let log = MemoryLog::new();
    let dir = tempfile::tempdir().unwrap();
    let settings =
        Settings { snapshots: Some(dir.path().to_owned()), snapshot_at_stop: 7, ..settings() };
    let first = engine(&log, settings.clone());
    set_up(&first).await;
    let request = ask(chief(), item("online", "once"));
    assert!(!first.execute(&webshop(), request.clone()).await.unwrap().repeated);
    assert_repeats(&first, &request).await;
    assert_reuse_is_refused(&first, &request).await;
    first.stop().await;
    let no_snapshot = engine(&log, settings.clone());
    assert_repeats(&no_snapshot, &request).await;
    super::support::run(&no_snapshot, chief(), item("online", "more")).await.unwrap();
    no_snapshot.stop().await;
    assert!(dir.path().join("webshop.snapshot").exists());
    let from_snapshot = engine(&log, settings);
    assert_repeats(&from_snapshot, &request).await;
    assert_reuse_is_refused(&from_snapshot, &request).await;
    assert_like_its_log(&from_snapshot).await;
}

#[tokio::test]
async fn a_repetition_in_flight_waits_and_gets_the_same_commit() {
    let log = Brake::on(MemoryLog::new());
    let engine = engine(&log, settings());
    set_up(&engine).await;
    log.hold();
    let in_flight = ask(chief(), item("online", "in flight"));
    let first = spawn(&engine, in_flight.clone());
    log.waits_for(1).await;
    let staged = ask(chief(), item("online", "staged"));
    let mut all = Vec::new();
    for request in [&in_flight, &staged, &staged, &in_flight] {
        all.push(spawn(&engine, again(request)));
    }
    let other = Request { body_hash: Hash::of(b"else"), ..again(&staged) };
    let reused = spawn(&engine, other);
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert!(!reused.is_finished() && all.iter().all(|answer| !answer.is_finished()));
    log.release().await;
    assert_eq!(first.await.unwrap().unwrap().commit.version, Version(6));
    let mut seen = Vec::new();
    for answer in all {
        let accepted = answer.await.unwrap().unwrap();
        seen.push((accepted.commit.version.0, accepted.repeated));
    }
    assert_eq!(seen, [(6, true), (7, false), (7, true), (6, true)]);
    assert!(matches!(
        reused.await.unwrap(),
        Err(Error::RequestIdReused { version: Version(7), .. })
    ));
    assert_eq!(assert_like_its_log(&engine).await.state.items_len(), 2);
}

#[tokio::test]
async fn the_same_id_from_somebody_else_is_another_request() {
    let engine = engine(&MemoryLog::new(), settings());
    set_up(&engine).await;
    let request = ask(chief(), item("online", "hers"));
    engine.execute(&webshop(), request.clone()).await.unwrap();
    let his = Request { actor: person("po-online"), ..again(&request) };
    let answer = engine.execute(&webshop(), his.clone()).await.unwrap();
    assert_eq!((answer.commit.version, answer.repeated), (Version(7), false));
    let answer = engine.execute(&webshop(), his).await.unwrap();
    assert_eq!((answer.commit.version, answer.repeated), (Version(7), true));
}

#[tokio::test]
async fn a_refused_request_leaves_its_id_free() {
    let engine = engine(&MemoryLog::new(), settings());
    set_up(&engine).await;
    let request = ask(chief(), super::support::pin("ONLINE-1"));
    assert!(engine.execute(&webshop(), request.clone()).await.is_err());
    super::support::run(&engine, chief(), item("online", "now it is there")).await.unwrap();
    assert!(!engine.execute(&webshop(), request).await.unwrap().repeated);
}

#[tokio::test]
async fn a_request_without_an_id_is_carried_out_each_time() {
    let engine = engine(&MemoryLog::new(), settings());
    set_up(&engine).await;
    let request = Request { request_id: None, ..ask(chief(), item("online", "again")) };
    for version in 6..9 {
        let accepted = engine.execute(&webshop(), request.clone()).await.unwrap();
        assert_eq!(accepted.commit.version, Version(version));
    }
}

#[tokio::test]
async fn of_two_changes_that_expect_the_same_version_exactly_one_wins() {
    let log = MemoryLog::new();
    let engines = [engine(&log, settings()), engine(&log, settings())];
    set_up(&engines[0]).await;
    for round in 0..50_u64 {
        let made = super::support::run(&engines[0], chief(), item("online", "contested")).await;
        let made = made.unwrap().commit.version;
        let number = u32::try_from(round + 1).unwrap();
        let rename = |title: &str| Command::UpdateItem {
            item: super::support::numbered("ONLINE", number),
            changes: Box::new(koepel_domain::command::ItemChanges {
                title: Some(koepel_domain::text::Title::new(title).unwrap()),
                ..Default::default()
            }),
            reason: koepel_domain::text::Reason::default(),
            expected: Some(made),
        };
        let answers = [0, 1].map(|which: usize| {
            let at = if round % 2 == 0 { 0 } else { which };
            spawn(&engines[at], ask(chief(), rename(&format!("by {which}"))))
        });
        let mut won = Vec::new();
        for answer in answers {
            match answer.await.unwrap() {
                Ok(accepted) => won.push(accepted.commit.version),
                Err(Error::Refused(koepel_domain::error::Error::Stale { expected, .. })) => {
                    assert_eq!(expected, made);
                }
                Err(other) => panic!("{other}"),
            }
        }
        assert_eq!(won.len(), 1, "exactly one wins");
    }
}
