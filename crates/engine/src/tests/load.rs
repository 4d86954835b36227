//! Many callers at once, on one engine and on two.

use std::{collections::HashSet, sync::Arc};

use koepel_domain::{
    command::{Anchor, Command},
    event::Event,
    product::Product,
};
use koepel_event_log::{EventLog, MemoryLog, SledLog};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};

use super::support::{
    Products, ask, assert_like_its_log, chief, engine, item, numbered, person, rank, records,
    reorder, set_up, settings, webshop,
};
use crate::{Error, Request, Settings};

/// A command of a caller: creates, ranks and reorders.
pub(super) fn random(dice: &mut StdRng, items: u32, title: &str) -> Request<Command> {
    let (domain, key) = if dice.random() { ("online", "ONLINE") } else { ("offline", "OFFLINE") };
    let one = |dice: &mut StdRng| dice.random_range(1..=items);
    let anchor = |dice: &mut StdRng, key: &str| match dice.random_range(0..4) {
        0 => Anchor::Top,
        1 => Anchor::Bottom,
        2 => Anchor::Before(numbered(key, one(dice))),
        _ => Anchor::After(numbered(key, one(dice))),
    };
    match dice.random_range(0..4) {
        0 | 1 => ask(person(&format!("po-{domain}")), item(domain, title)),
        2 => {
            let other = if dice.random() { "ONLINE" } else { "OFFLINE" };
            ask(chief(), rank(numbered(key, one(dice)), anchor(dice, other)))
        }
        _ => {
            let place = anchor(dice, key);
            ask(person(&format!("po-{domain}")), reorder(numbered(key, one(dice)), place))
        }
    }
}

/// Runs callers on the engines in turn, each with its own commands, and checks what is left.
async fn check(engines: &[Arc<Products>], callers: u64, commands: u64) {
    set_up(&engines[0]).await;
    let tasks = (0..callers).map(|caller| {
        let index = usize::try_from(caller).unwrap() % engines.len();
        let engine = Arc::clone(&engines[index]);
        tokio::spawn(async move {
            let mut dice = StdRng::seed_from_u64(caller);
            let mut accepted = Vec::new();
            for n in 0..commands {
                let items = u32::try_from(n * callers / 8 + 2).unwrap();
                let request = random(&mut dice, items, &format!("{caller}/{n}"));
                match engine.execute(&webshop(), request.clone()).await {
                    Ok(answer) => {
                        assert!(!answer.repeated);
                        accepted.push((request.request_id, answer.commit));
                    }
                    Err(Error::Refused(_)) => {}
                    Err(error) => panic!("{error}"),
                }
            }
            accepted
        })
    });
    let tasks: Vec<_> = tasks.collect();
    let mut accepted = Vec::new();
    for task in tasks {
        accepted.extend(task.await.unwrap());
    }
    // Each accepted command is in the log once, at its version, as answered; and nothing else is.
    accepted.sort_by_key(|(_, commit)| commit.version);
    let records = records(&**engines[0].log()).await;
    assert_eq!(records.len(), accepted.len() + 5);
    for ((record, (id, commit)), version) in records[5..].iter().zip(&accepted).zip(6..) {
        assert_eq!((record.version.get(), record.commit.request_id), (version, *id), "gapless");
        assert_eq!(crate::decode_record::<Product>(record).unwrap(), **commit);
    }
    let mut ids = HashSet::new();
    assert!(records.iter().all(|record| ids.insert(record.commit.request_id)), "each once");
    let created = accepted.iter().flat_map(|(_, commit)| &commit.events);
    let created = created.filter(|event| matches!(event, Event::ItemCreated(_))).count();
    let first = assert_like_its_log(&engines[0]).await;
    assert_eq!(usize::try_from(first.state.items_len()).unwrap(), created);
    for engine in engines {
        let view = assert_like_its_log(engine).await;
        assert_eq!((view.head, &view.state), (first.head, &first.state));
        view.state.order().check().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_engines_on_one_log_under_load_agree_and_apply_each_command_once() {
    let log = MemoryLog::new();
    check(&[engine(&log, settings()), engine(&log, settings())], 64, 60).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_engines_on_one_log_on_disk_agree_and_apply_each_command_once() {
    let dir = tempfile::tempdir().unwrap();
    let log = Arc::new(SledLog::open(dir.path(), koepel_event_log::Settings::default()).unwrap());
    let engines = [0, 1, 2].map(|_| engine(&log, settings()));
    check(&engines, 24, 20).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_engine_with_a_pipeline_on_disk_serves_many_callers() {
    let dir = tempfile::tempdir().unwrap();
    let log = Arc::new(SledLog::open(dir.path(), koepel_event_log::Settings::default()).unwrap());
    let settings = Settings { appends_in_flight: 8, ..settings() };
    let engine = engine(&log, settings);
    check(&[Arc::clone(&engine)], 64, 20).await;
    let stats = log.stats();
    assert!(stats.commits > stats.flushes, "callers share flushes: {stats:?}");
}
