//! Damaged logs: refused naming version and fault, and no other product suffers.

use koepel_domain::ids::Version;
use koepel_event_log::{Event, EventLog, Hash, MemoryLog, NewCommit, Payload, ProductName};

use super::{
    brake::Brake,
    support::{
        Products, ask, begin, chief, engine, fresh_id, item, pin, run, set_up, settings, spawn,
        webshop,
    },
};
use crate::{Error, Settings};

/// Asserts that every access names this version and fault.
async fn assert_damaged(engine: &Products, version: u64, what: &str) {
    let name = webshop();
    let errors = [
        run(engine, chief(), pin("ONLINE-1")).await.unwrap_err(),
        engine.create(&name, begin()).await.unwrap_err(),
        engine.view(&name).await.unwrap_err(),
        engine.view_at_least(&name, Version(1)).await.unwrap_err(),
        engine.watch(&name).await.unwrap_err(),
        engine.read(&name, Version(1), |_, _| ()).await.unwrap_err(),
    ];
    for error in errors {
        let Error::Damaged { version: at, what: why } = error else { panic!("{error}") };
        assert_eq!(at, Version(version));
        assert!(why.contains(what), "{why}");
    }
    let damaged = engine.damaged().await;
    assert_eq!(damaged.len(), 1);
    assert_eq!((&damaged[0].0, damaged[0].1), (&name, Version(version)));
    assert_eq!(engine.names().await.len(), 2, "it is open, and so is the other one");
}

async fn other_product(engine: &Products) {
    let name = ProductName::new("bakery").unwrap();
    let version = match engine.view(&name).await {
        Ok(_) => engine.execute(&name, ask(super::support::admin(), rename())).await,
        Err(_) => engine.create(&name, begin()).await,
    };
    version.unwrap();
}

fn rename() -> koepel_domain::command::Command {
    koepel_domain::command::Command::UpdateProduct {
        name: Some(koepel_domain::text::Name::new("Bakery").unwrap()),
        summary: None,
        expected: None,
    }
}

fn foreign(kind: &str, payload: &'static [u8]) -> NewCommit {
    NewCommit {
        commit_id: fresh_id(),
        recorded_at_us: 0,
        time_us: 0,
        actor: "p-hanna".to_owned(),
        request_id: None,
        body_hash: Hash::ZERO,
        cause: None,
        events: vec![Event {
            kind: kind.to_owned(),
            schema: 1,
            payload: Payload::Present(payload.into()),
        }],
    }
}

#[tokio::test]
async fn a_damaged_record_is_named_at_every_access_and_others_go_on() {
    for damaged in [1, 3, 5] {
        let log = Brake::on(MemoryLog::new());
        let first = engine(&log, settings());
        set_up(&first).await;
        other_product(&first).await;
        first.stop().await;
        log.damage(damaged);
        let below = engine(&log, settings());
        let bakery = ProductName::new("bakery").unwrap();
        if damaged == 1 {
            // The damage is in both then.
            assert!(below.view(&bakery).await.is_err());
            assert!(below.view(&webshop()).await.is_err());
            assert_eq!(below.damaged().await.len(), 2);
            continue;
        }
        below.open(&webshop()).await.unwrap();
        other_product(&below).await;
        assert_damaged(&below, damaged, "a bit flipped").await;
        below.stop().await;
    }
}

#[tokio::test]
async fn damage_that_is_found_later_is_named_at_every_access_too() {
    let log = MemoryLog::new();
    let engine = engine(&log, settings());
    set_up(&engine).await;
    other_product(&engine).await;
    let mut views = engine.watch(&webshop()).await.unwrap();
    views.mark_unchanged();
    let strange = foreign("SomethingElse", b"{}");
    log.append(&webshop(), koepel_event_log::Version::new(5), vec![strange]).await.unwrap();
    while engine.damaged().await.is_empty() {
        tokio::task::yield_now().await;
    }
    assert_damaged(&engine, 6, "SomethingElse").await;
    assert!(!views.has_changed().unwrap(), "nothing of it was shown");
    other_product(&engine).await;
}

#[tokio::test]
async fn a_record_that_does_not_fit_the_state_is_damage() {
    let log = MemoryLog::new();
    let first = engine(&log, settings());
    set_up(&first).await;
    other_product(&first).await;
    first.stop().await;
    let missing = foreign("DomainDeleted", br#"{"domain":"nowhere","reason":""}"#);
    log.append(&webshop(), koepel_event_log::Version::new(5), vec![missing]).await.unwrap();
    let second = engine(&log, settings());
    other_product(&second).await;
    second.open(&webshop()).await.unwrap();
    assert_damaged(&second, 6, "nowhere").await;
}

#[tokio::test]
async fn damage_in_the_first_receipt_of_a_repetition_is_named() {
    let log = Brake::on(MemoryLog::new());
    let engine = engine(&log, settings());
    set_up(&engine).await;
    let request = ask(chief(), item("online", "one"));
    engine.execute(&webshop(), request.clone()).await.unwrap();
    log.damage(6);
    let error = engine.execute(&webshop(), request).await.unwrap_err();
    assert!(matches!(error, Error::Damaged { version: Version(6), .. }), "{error}");
    run(&engine, chief(), item("online", "two")).await.unwrap();
}

#[tokio::test]
async fn a_snapshot_whose_own_commit_is_damaged_is_kept_but_not_used() {
    let log = Brake::on(MemoryLog::new());
    let dir = tempfile::tempdir().unwrap();
    let settings =
        Settings { snapshots: Some(dir.path().to_owned()), snapshot_at_stop: 1, ..settings() };
    let first = engine(&log, settings.clone());
    set_up(&first).await;
    first.stop().await;
    log.damage(5);
    let second = engine(&log, settings);
    let error = second.view(&webshop()).await.unwrap_err();
    assert!(matches!(error, Error::Damaged { version: Version(5), .. }), "{error}");
    let waiting = spawn(&second, ask(chief(), pin("ONLINE-1")));
    assert!(waiting.await.unwrap().is_err());
    second.stop().await;
    assert!(dir.path().join("webshop.snapshot.bad").exists(), "somebody may need it");
    assert!(!dir.path().join("webshop.snapshot").exists(), "damaged state is no snapshot");
}
