//! The reserved product `system` through the same engine.

use std::sync::Arc;

use koepel_domain::{
    ids::{PersonId, Timestamp, TokenId, Version},
    system::{Command, Error as Refusal, NewToken, SecretHash, System},
    text::Reason,
};
use koepel_event_log::{Hash, MemoryLog, ProductName};

use super::support::{admin, chief, fresh_id};
use crate::{Engine, Error, Request, SYSTEM, Settings, check_record, replay};

fn ask(command: Command) -> Request<Command> {
    let body_hash = Hash::of(format!("{command:?}").as_bytes());
    Request {
        command,
        actor: admin(),
        request_id: Some(fresh_id()),
        body_hash,
        commit_id: fresh_id(),
        now: Timestamp(7),
        happened: None,
        cause: Some("first start".to_owned()),
    }
}

fn add(person: &str) -> Command {
    let person = PersonId::new(person).unwrap();
    Command::AddPerson { person, tool: false, administrator: true }
}

#[tokio::test]
async fn people_and_tokens_are_kept_and_found_again_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let log = MemoryLog::new();
    let settings = Settings {
        snapshots: Some(dir.path().to_owned()),
        snapshot_at_stop: 1,
        ..Settings::default()
    };
    let name = ProductName::new(SYSTEM).unwrap();
    let first: Engine<System, ()> = Engine::new(Arc::new(log.clone()), settings.clone());
    first.open(&name).await.unwrap();
    first.execute(&name, ask(add("p-hanna"))).await.unwrap();
    let token = TokenId::new("t-one").unwrap();
    let secret = SecretHash([7; 32]);
    let facts = NewToken {
        person: chief().person,
        purpose: None,
        product: None,
        role: None,
        expires_at: None,
        secret,
    };
    let issue = Command::IssueToken { token: token.clone(), facts: Box::new(facts) };
    let issue = ask(issue);
    first.execute(&name, issue.clone()).await.unwrap();
    let refused = first.execute(&name, ask(add("p-hanna"))).await.unwrap_err();
    assert_eq!(refused, Error::Refused(Refusal::PersonExists(chief().person)));
    first.stop().await;
    let second: Engine<System, ()> = Engine::new(Arc::new(log.clone()), settings);
    let view = second.view(&name).await.unwrap();
    assert_eq!(view.state.token_by_secret(&secret, Timestamp(9)).unwrap().0, &token);
    assert_eq!(view.state.token(&token).unwrap().created_at, Timestamp(7));
    let repeated = second.execute(&name, issue).await.unwrap();
    assert_eq!((repeated.commit.version, repeated.repeated), (Version(2), true));
    let reason = Reason::new("lost").unwrap();
    second.execute(&name, ask(Command::RevokeToken { token, reason })).await.unwrap();
    let (state, head) = replay::<System>(&log, &name).await.unwrap();
    let view = second.view(&name).await.unwrap();
    assert_eq!((&view.state, view.head), (&state, head));
    assert!(view.state.token_by_secret(&secret, Timestamp(9)).is_none());
    let report = koepel_event_log::verify(&log, check_record).await.unwrap();
    assert!(report.problems.is_empty(), "{report:?}");
}
