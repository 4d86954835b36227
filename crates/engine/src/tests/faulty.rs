//! A domain with faults: what a broken `decide`, `apply` or `encode` may do to others, namely nothing.

use std::sync::Arc;

use koepel_domain::{
    commit::{Commit, Misfit},
    event::Undecodable,
    ids::{Timestamp, Version},
    mandate::Actor,
};
use koepel_event_log::{self as log, Hash, MemoryLog, ProductName};
use serde::{Deserialize, Serialize};

use super::{
    brake::Brake,
    support::{chief, fresh_id},
};
use crate::{Aggregate, Engine, Error, Request};

/// Adds up numbers, and has a fault for some.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Sum {
    version: u64,
    sum: u64,
}

const DECIDE_PANICS: u64 = 101;
const APPLY_PANICS: u64 = 102;
const APPLY_FAILS: u64 = 103;
const ENCODE_FAILS: u64 = 104;

#[derive(Clone, Debug, thiserror::Error)]
#[error("no")]
struct No;

impl Aggregate for Sum {
    type Command = u64;
    type Event = u64;
    type Error = No;
    type Changes = ();

    fn version(&self) -> Version {
        Version(self.version)
    }

    fn decide(&self, command: &u64, _: &Actor) -> Result<Vec<u64>, No> {
        assert_ne!(*command, DECIDE_PANICS);
        if *command == 0 { Err(No) } else { Ok(vec![*command]) }
    }

    fn apply(&mut self, commit: &Commit<u64>) -> Result<(), Misfit> {
        self.version = commit.version.0;
        for number in &commit.events {
            self.sum += number;
            assert_ne!(*number, APPLY_PANICS);
            if *number == APPLY_FAILS {
                return Err(Misfit { version: commit.version, what: "a fault".to_owned() });
            }
        }
        Ok(())
    }

    fn encode(event: &u64) -> Result<log::Event, String> {
        if *event == ENCODE_FAILS {
            return Err("a fault".to_owned());
        }
        let payload = log::Payload::Present(event.to_string().into_bytes().into());
        Ok(log::Event { kind: "Added".to_owned(), schema: 1, payload })
    }

    fn decode(event: &log::Event) -> Result<u64, Undecodable> {
        let log::Payload::Present(bytes) = &event.payload else { unreachable!() };
        Ok(String::from_utf8_lossy(bytes).parse().unwrap())
    }
}

fn ask(number: u64) -> Request<u64> {
    Request {
        command: number,
        actor: chief(),
        request_id: Some(fresh_id()),
        body_hash: Hash::ZERO,
        commit_id: fresh_id(),
        now: Timestamp(1),
        happened: None,
        cause: None,
    }
}

#[tokio::test]
async fn a_command_that_breaks_is_refused_alone() {
    let name = ProductName::new("sum").unwrap();
    let log = Brake::on(MemoryLog::new());
    let engine: Arc<Engine<Sum, ()>> =
        Arc::new(Engine::new(Arc::new(log.clone()), crate::Settings::default()));
    engine.open(&name).await.unwrap();
    log.hold();
    let spawn = |number| {
        let (engine, name) = (Arc::clone(&engine), name.clone());
        tokio::spawn(async move { engine.execute(&name, ask(number)).await })
    };
    let first = spawn(1);
    log.waits_for(1).await;
    let numbers = [2, DECIDE_PANICS, 3, APPLY_PANICS, 4, 0, APPLY_FAILS, 5, ENCODE_FAILS, 6]
        .map(|n| (n, spawn(n)));
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    log.release().await;
    first.await.unwrap().unwrap();
    for (number, answer) in numbers {
        let answer = answer.await.unwrap();
        match number {
            0 => assert!(matches!(answer, Err(Error::Refused(No)))),
            1..=6 => assert_eq!(answer.unwrap().commit.version, Version(number)),
            _ => assert!(matches!(answer, Err(Error::Unavailable { .. })), "{number}"),
        }
    }
    let view = engine.view(&name).await.unwrap();
    assert_eq!(view.state, Sum { version: 6, sum: 21 });
    assert_eq!(crate::replay::<Sum>(&log, &name).await.unwrap().0, view.state);
}
