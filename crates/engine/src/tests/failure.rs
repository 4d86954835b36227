//! A log that fails: what callers are told, and that everything goes on afterwards.

use std::sync::{Arc, Mutex};

use koepel_domain::{
    command::Command,
    ids::Version,
    item::Kind,
    text::{Reason, Text, Title},
};
use koepel_event_log::{AppendError, EventLog, Fault, Health, MemoryLog, SledLog};

use super::{
    brake::Brake,
    support::{
        ask, assert_like_its_log, chief, engine, item, pin, records, run, set_up, settings, spawn,
        titles, webshop,
    },
};
use crate::{Engine, Error, Settings};

type Next = Arc<Mutex<Option<Fault>>>;

/// A log whose next append goes wrong when told so.
fn faulty() -> (MemoryLog, Next) {
    let next = Next::default();
    let faults = Arc::clone(&next);
    (MemoryLog::with_faults(move |_, _| faults.lock().unwrap().take()), next)
}

#[tokio::test]
async fn an_unknown_outcome_is_told_and_the_repetition_is_carried_out_once() {
    for (fault, stored) in [(Fault::UnknownButStored, true), (Fault::UnknownAndLost, false)] {
        let (log, next) = faulty();
        let engine = engine(&log, settings());
        set_up(&engine).await;
        *next.lock().unwrap() = Some(fault);
        let request = ask(chief(), item("online", "perhaps"));
        let told = engine.execute(&webshop(), request.clone()).await.unwrap_err();
        assert!(matches!(told, Error::OutcomeUnknown { .. }), "{told}");
        let answer = engine.execute(&webshop(), request.clone()).await.unwrap();
        assert_eq!((answer.commit.version, answer.repeated), (Version(6), stored));
        assert_eq!(engine.execute(&webshop(), request).await.unwrap().commit.version, Version(6));
        assert_eq!(assert_like_its_log(&engine).await.state.items_len(), 1);
    }
}

#[tokio::test]
async fn what_was_stored_after_all_becomes_visible_without_another_command() {
    let (log, next) = faulty();
    let engine = engine(&log, settings());
    set_up(&engine).await;
    *next.lock().unwrap() = Some(Fault::UnknownButStored);
    assert!(run(&engine, chief(), item("online", "stored")).await.is_err());
    let view = engine.view_at_least(&webshop(), Version(6)).await.unwrap();
    assert_eq!(titles(&view.state), ["stored"]);
}

#[tokio::test]
async fn a_full_disk_and_a_log_that_is_away_are_told_and_the_next_command_goes_through() {
    let why = || "a fault was asked for".to_owned();
    let cases = [
        (Fault::Full, Error::DiskFull { free_bytes: 0, needed_bytes: 1 }),
        (Fault::Unavailable, Error::Unavailable { why: why() }),
    ];
    for (fault, expected) in cases {
        let (log, next) = faulty();
        let engine = engine(&log, settings());
        set_up(&engine).await;
        *next.lock().unwrap() = Some(fault);
        let request = ask(chief(), item("online", "one"));
        assert_eq!(engine.execute(&webshop(), request.clone()).await.unwrap_err(), expected);
        assert_eq!(engine.view(&webshop()).await.unwrap().state.version(), Version(5));
        let answer = engine.execute(&webshop(), request).await.unwrap();
        assert_eq!((answer.commit.version, answer.repeated), (Version(6), false));
    }
}

#[tokio::test]
async fn a_conflict_without_a_winner_is_decided_again() {
    let (log, next) = faulty();
    let engine = engine(&log, settings());
    set_up(&engine).await;
    *next.lock().unwrap() = Some(Fault::Conflict);
    let answer = run(&engine, chief(), item("online", "one")).await.unwrap();
    assert_eq!(answer.commit.version, Version(6));
}

#[tokio::test(start_paused = true)]
async fn while_the_log_is_away_reads_go_on_and_it_catches_up_by_itself() {
    let log = MemoryLog::new();
    let (one, other) = (engine(&log, settings()), engine(&log, settings()));
    set_up(&one).await;
    assert_like_its_log(&other).await;
    let why = "it is being opened".to_owned();
    log.set_health(Health::Reopening { why: why.clone() });
    let refused = run(&other, chief(), item("online", "one")).await.unwrap_err();
    assert_eq!(refused, Error::Unavailable { why });
    assert_eq!(other.view(&webshop()).await.unwrap().state.version(), Version(5));
    log.set_health(Health::Ready);
    run(&one, chief(), item("online", "one")).await.unwrap();
    let view = other.view_at_least(&webshop(), Version(6)).await.unwrap();
    assert_eq!(titles(&view.state), ["one"]);
}

#[tokio::test(start_paused = true)]
async fn a_commit_that_could_not_be_read_when_it_came_is_read_later() {
    let below = MemoryLog::new();
    let log = Brake::on(below.clone());
    let (one, other) = (engine(&below, settings()), engine(&log, settings()));
    set_up(&one).await;
    other.view(&webshop()).await.unwrap();
    log.unreadable(true);
    run(&one, chief(), item("online", "one")).await.unwrap();
    assert!(other.view_at_least(&webshop(), Version(6)).await.is_err(), "it cannot know");
    let refused = run(&other, chief(), item("online", "two")).await.unwrap_err();
    assert!(matches!(refused, Error::Unavailable { .. }), "{refused}");
    log.unreadable(false);
    let view = other.view_at_least(&webshop(), Version(6)).await.unwrap();
    assert_eq!(titles(&view.state), ["one"]);
}

#[tokio::test]
async fn a_closed_log_is_told_and_views_stay() {
    let dir = tempfile::tempdir().unwrap();
    let log = Arc::new(SledLog::open(dir.path(), koepel_event_log::Settings::default()).unwrap());
    let engine = engine(&log, settings());
    set_up(&engine).await;
    let request = ask(chief(), item("online", "one"));
    engine.execute(&webshop(), request.clone()).await.unwrap();
    log.close().await.unwrap();
    let refused = run(&engine, chief(), item("online", "late")).await.unwrap_err();
    assert_eq!(refused, Error::Unavailable { why: "the log is closed".to_owned() });
    let repeated = engine.execute(&webshop(), request).await.unwrap_err();
    assert!(matches!(repeated, Error::Unavailable { .. }), "{repeated}");
    assert_eq!(engine.view(&webshop()).await.unwrap().state.version(), Version(6));
}

/// Three appends with the log and one group behind them; the one in the middle fails like this.
async fn in_the_middle(error: AppendError) -> Vec<Result<u64, String>> {
    let log = Brake::on(MemoryLog::new());
    let engine = engine(&log, Settings { appends_in_flight: 3, ..settings() });
    set_up(&engine).await;
    log.hold();
    let mut answers = Vec::new();
    for n in 1..=4 {
        answers.push(spawn(&engine, ask(chief(), item("online", &format!("item {n}")))));
        log.waits_for(n.min(3)).await;
    }
    log.release_one().await;
    // The first is through; the fourth goes to the log instead.
    log.waits_for(3).await;
    log.fail_one(error);
    log.release().await;
    let mut outcomes = Vec::new();
    for answer in answers {
        let outcome = answer.await.unwrap();
        outcomes.push(outcome.map(|ok| ok.commit.version.0).map_err(|error| error.to_string()));
    }
    let state = assert_like_its_log(&engine).await.state.clone();
    let done = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(usize::try_from(state.items_len()).unwrap(), done, "each once");
    outcomes
}

#[tokio::test]
async fn what_stood_on_a_failed_append_is_decided_again() {
    let full = AppendError::Full { free_bytes: 0, needed_bytes: 1 };
    let told = Err(Error::<koepel_domain::error::Error>::from(full.clone()).to_string());
    assert_eq!(in_the_middle(full).await, [Ok(6), told, Ok(7), Ok(8)]);
    let unknown = AppendError::Unknown { why: "no answer".to_owned() };
    let told = Err(Error::<koepel_domain::error::Error>::from(unknown.clone()).to_string());
    assert_eq!(in_the_middle(unknown).await, [Ok(6), told, Ok(7), Ok(8)]);
    let conflict = AppendError::Conflict { head: koepel_event_log::Version::new(6) };
    assert_eq!(in_the_middle(conflict).await, [Ok(6), Ok(7), Ok(8), Ok(9)]);
}

fn split(bytes: usize, pieces: usize) -> Command {
    let mut piece =
        koepel_domain::command::NewItem::plain(Kind::Task, Title::new("piece").unwrap());
    piece.text = Text::new(&"x".repeat(bytes / pieces)).unwrap();
    Command::SplitItem {
        item: super::support::key("ONLINE-1"),
        into: vec![piece; pieces],
        keep: true,
        reason: Reason::default(),
        expected: None,
    }
}

#[tokio::test]
async fn large_commands_at_the_same_time_do_not_make_each_other_too_large() {
    let log = Brake::on(MemoryLog::new());
    let engine = engine(&log, settings());
    set_up(&engine).await;
    run(&engine, chief(), item("online", "whole")).await.unwrap();
    log.hold();
    let first = spawn(&engine, ask(chief(), pin("ONLINE-1")));
    log.waits_for(1).await;
    // 12 commits of 800 kB are more than the log takes in one append.
    let large: Vec<_> = (0..12).map(|_| spawn(&engine, ask(chief(), split(800_000, 50)))).collect();
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
    log.release().await;
    first.await.unwrap().unwrap();
    for large in large {
        large.await.unwrap().unwrap();
    }
    assert_like_its_log(&engine).await;
}

#[tokio::test]
async fn only_the_command_that_is_too_large_is_refused() {
    let log = Brake::on(MemoryLog::new());
    let engine = engine(&log, settings());
    set_up(&engine).await;
    log.hold();
    let first = spawn(&engine, ask(chief(), item("online", "first")));
    log.waits_for(1).await;
    let mut small = Vec::new();
    let mut culprit = ask(chief(), item("online", "too large"));
    culprit.cause = Some("x".repeat(5 << 20));
    let mut culprit = Some(culprit);
    let mut too_large = None;
    for n in 0..20 {
        small.push(spawn(&engine, ask(chief(), item("online", &format!("item {n}")))));
        if n == 10 {
            too_large = culprit.take().map(|culprit| spawn(&engine, culprit));
        }
    }
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
    log.release().await;
    first.await.unwrap().unwrap();
    for small in small {
        small.await.unwrap().unwrap();
    }
    let refused = too_large.unwrap().await.unwrap().unwrap_err();
    assert!(matches!(refused, Error::TooLarge { .. } | Error::Unavailable { .. }), "{refused}");
    assert_eq!(assert_like_its_log(&engine).await.state.items_len(), 21);
}

#[tokio::test]
async fn under_random_faults_each_command_is_carried_out_once() {
    use rand::{Rng as _, SeedableRng as _};
    for seed in 0..20 {
        let mut dice = rand::rngs::StdRng::seed_from_u64(seed);
        let log = MemoryLog::with_faults(move |_, append| {
            let faults = [
                Fault::UnknownButStored,
                Fault::UnknownAndLost,
                Fault::Conflict,
                Fault::Full,
                Fault::Unavailable,
            ];
            (append > 5 && dice.random_bool(0.3)).then(|| faults[dice.random_range(0..5)])
        });
        let settings =
            Settings { appends_in_flight: 1 + usize::from(seed.is_multiple_of(2)), ..settings() };
        let engine = engine(&log, settings);
        set_up(&engine).await;
        let callers: Vec<_> = (0..16)
            .map(|caller| {
                let engine = Arc::clone(&engine);
                tokio::spawn(async move {
                    for n in 0..20 {
                        let request = ask(chief(), item("online", &format!("{caller}/{n}")));
                        while let Err(error) = engine.execute(&webshop(), request.clone()).await {
                            assert!(!matches!(error, Error::Refused(_)), "{error}");
                        }
                    }
                })
            })
            .collect();
        for caller in callers {
            caller.await.unwrap();
        }
        let view = assert_like_its_log(&engine).await;
        let mut titles = titles(&view.state);
        titles.sort();
        titles.dedup();
        assert_eq!((titles.len(), view.state.items_len()), (320, 320), "seed {seed}");
        assert_eq!(records(&log).await.len(), 325, "each acknowledged command is one commit");
    }
}

#[tokio::test]
async fn a_product_of_a_failing_log_is_not_taken_for_unknown() {
    let log = MemoryLog::new();
    let engine: Arc<Engine<koepel_domain::product::Product, ()>> =
        Arc::new(Engine::new(Arc::new(log.clone()) as Arc<dyn EventLog>, settings()));
    log.set_health(Health::Failed { why: "gone".to_owned() });
    let error = engine.view(&webshop()).await.unwrap_err();
    assert!(matches!(error, Error::Unavailable { .. }), "{error}");
}
