//! Stopping: what is in flight is answered, and nothing begins any more.

use std::sync::Arc;

use koepel_domain::ids::Version;
use koepel_event_log::{EventLog as _, MemoryLog};

use super::{
    brake::Brake,
    support::{ask, begin, chief, engine, item, run, set_up, settings, spawn, webshop},
};
use crate::Error;

#[tokio::test]
async fn a_stop_answers_what_is_in_flight_and_takes_no_more() {
    let log = Brake::on(MemoryLog::new());
    let engine = engine(&log, settings());
    set_up(&engine).await;
    let repeated = ask(chief(), item("online", "repeated"));
    engine.execute(&webshop(), repeated.clone()).await.unwrap();
    log.hold();
    let first = spawn(&engine, ask(chief(), item("online", "first")));
    log.waits_for(1).await;
    let mut answers = vec![first];
    for _ in 0..100 {
        answers.push(spawn(&engine, ask(chief(), item("online", "waiting"))));
    }
    answers.push(spawn(&engine, repeated));
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
    let stop = tokio::spawn({
        let engine = Arc::clone(&engine);
        async move { engine.stop().await }
    });
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert!(!stop.is_finished(), "it waits for the disk");
    let stopping = Error::Unavailable { why: "the server is stopping".to_owned() };
    assert_eq!(run(&engine, chief(), item("online", "late")).await.unwrap_err(), stopping);
    log.release().await;
    stop.await.unwrap();
    for answer in answers {
        assert!(answer.is_finished(), "answered before the stop was over");
        answer.await.unwrap().unwrap();
    }
    assert_eq!(log.head(&webshop()).await.unwrap().version.get(), 107);
}

#[tokio::test]
async fn after_a_stop_nothing_begins_any_more() {
    let engine = engine(&MemoryLog::new(), settings());
    set_up(&engine).await;
    engine.stop().await;
    let stopping = Error::Unavailable { why: "the server is stopping".to_owned() };
    assert_eq!(run(&engine, chief(), item("online", "late")).await.unwrap_err(), stopping);
    assert_eq!(engine.create(&webshop(), begin()).await.unwrap_err(), stopping);
    assert_eq!(engine.open(&webshop()).await.unwrap_err(), stopping);
    assert_eq!(engine.view(&webshop()).await.unwrap_err(), stopping);
    assert!(engine.names().await.is_empty());
    engine.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_waits_for_a_version_does_not_hold_up_a_stop() {
    let engine = engine(&MemoryLog::new(), settings());
    set_up(&engine).await;
    let reader = tokio::spawn({
        let engine = Arc::clone(&engine);
        async move { engine.view_at_least(&webshop(), Version(99)).await }
    });
    tokio::task::yield_now().await;
    let started = tokio::time::Instant::now();
    engine.stop().await;
    assert_eq!(started.elapsed(), std::time::Duration::ZERO);
    let told = reader.await.unwrap().unwrap_err();
    assert_eq!(told, Error::Unavailable { why: "the server is stopping".to_owned() });
}

#[tokio::test]
async fn a_caller_who_goes_away_does_not_take_the_command_along() {
    let log = Brake::on(MemoryLog::new());
    let engine = engine(&log, settings());
    set_up(&engine).await;
    log.hold();
    let gone = spawn(&engine, ask(chief(), item("online", "sent")));
    log.waits_for(1).await;
    gone.abort();
    assert!(gone.await.unwrap_err().is_cancelled());
    log.release().await;
    assert_eq!(engine.view_at_least(&webshop(), Version(6)).await.unwrap().head.version.get(), 6);
}
