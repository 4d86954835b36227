//! People and tokens: who may, what is refused, and what a token opens when.

use super::*;
use crate::mandate::Actor;

fn admin() -> Actor {
    Actor::system(Timestamp(0))
}

fn person(id: &str) -> PersonId {
    PersonId::new(id).unwrap()
}

fn token(id: &str) -> TokenId {
    TokenId::new(id).unwrap()
}

fn add(id: &str) -> Command {
    Command::AddPerson { person: person(id), tool: false, administrator: false }
}

fn issue(id: &str, of: &str, secret: u8, expires_at: Option<i64>) -> Command {
    let facts = NewToken {
        person: person(of),
        purpose: Some(Name::new("nightly import").unwrap()),
        product: Some(ProductId::new("webshop").unwrap()),
        role: Some(Role::Tool),
        expires_at: expires_at.map(Timestamp),
        secret: SecretHash([secret; 32]),
    };
    Command::IssueToken { token: token(id), facts: Box::new(facts) }
}

fn revoke(id: &str) -> Command {
    Command::RevokeToken { token: token(id), reason: Reason::default() }
}

/// Decides and folds in.
fn run(system: &mut System, command: &Command) -> Result<Vec<Event>, Error> {
    let events = system.decide(command, &admin())?;
    let version = system.version().next();
    let time = Timestamp(i64::try_from(version.0).unwrap());
    let commit = Commit { version, time, actor: PersonId::system(), events };
    system.apply(&commit).unwrap();
    Ok(commit.events)
}

/// Given commands, when one more is given, then it is refused so, or accepted.
#[track_caller]
fn check(given: &[Command], when: &Command, then: Result<(), Error>) {
    let mut system = System::default();
    for command in given {
        run(&mut system, command).unwrap();
    }
    let before = system.clone();
    let decided = run(&mut system, when);
    if let Err(error) = &decided {
        assert_eq!(system, before, "{error}");
        assert!(!error.to_string().ends_with('.') && !error.code().is_empty());
    }
    assert_eq!(decided.map(|_| ()), then);
}

#[test]
fn a_person_is_known_once() {
    check(&[], &add("p1"), Ok(()));
    check(&[add("p1")], &add("p2"), Ok(()));
    check(&[add("p1")], &add("p1"), Err(Error::PersonExists(person("p1"))));
    // Nobody can be taken for the service itself.
    check(&[], &add("system"), Err(Error::PersonExists(person("system"))));
}

#[test]
fn a_token_is_of_a_known_person_and_has_a_secret_of_its_own() {
    let given = [add("p1"), issue("t1", "p1", 1, None)];
    check(&given, &issue("t2", "p1", 2, None), Ok(()));
    check(&given, &issue("t2", "p2", 2, None), Err(Error::UnknownPerson(person("p2"))));
    check(&given, &issue("t1", "p1", 2, None), Err(Error::TokenExists(token("t1"))));
    check(&given, &issue("t2", "p1", 1, None), Err(Error::TokenExists(token("t2"))));
}

#[test]
fn a_revoked_token_is_gone() {
    let given = [add("p1"), issue("t1", "p1", 1, None), revoke("t1")];
    check(&given, &revoke("t1"), Err(Error::UnknownToken(token("t1"))));
    check(&given, &revoke("t9"), Err(Error::UnknownToken(token("t9"))));
    let mut system = System::default();
    for command in &given {
        run(&mut system, command).unwrap();
    }
    assert_eq!(system.token_by_secret(&SecretHash([1; 32]), Timestamp(0)), None);
    assert_eq!(system.token(&token("t1")), None);
}

#[test]
fn a_token_opens_until_it_expires() {
    let mut system = System::default();
    run(&mut system, &add("p1")).unwrap();
    run(&mut system, &issue("t1", "p1", 1, Some(100))).unwrap();
    run(&mut system, &issue("t2", "p1", 2, None)).unwrap();
    for (secret, now, opens) in [(1, 99, true), (1, 100, false), (2, i64::MAX, true), (3, 0, false)]
    {
        let found = system.token_by_secret(&SecretHash([secret; 32]), Timestamp(now));
        assert_eq!(found.is_some(), opens, "secret {secret} at {now}");
    }
    let (id, held) = system.token_by_secret(&SecretHash([1; 32]), Timestamp(0)).unwrap();
    assert_eq!((id.as_str(), held.role, held.created_at), ("t1", Some(Role::Tool), Timestamp(2)));
    assert_eq!(format!("{:?}", held.secret), "SecretHash(…)");
}

#[test]
fn only_administrators_with_an_unlimited_token_may() {
    let system = System::default();
    let limited = Actor { only_role: Some(Role::ChiefPo), ..admin() };
    let somebody = Actor { administrator: false, ..admin() };
    for actor in [limited, somebody] {
        for command in [add("p1"), issue("t1", "p1", 1, None), revoke("t1")] {
            assert_eq!(system.decide(&command, &actor), Err(Error::NotAdministrator));
        }
    }
}

#[test]
fn a_server_is_full_at_its_limits() {
    let person_added = |n: usize| Event::PersonAdded {
        person: person(&format!("p{n}")),
        tool: false,
        administrator: false,
    };
    let token_issued = |n: usize| {
        let mut secret = [0; 32];
        secret[..8].copy_from_slice(&n.to_le_bytes());
        Event::TokenIssued {
            token: token(&format!("t{n}")),
            person: person("p0"),
            purpose: None,
            product: None,
            role: None,
            expires_at: None,
            secret: SecretHash(secret),
        }
    };
    let people = (0..PEOPLE_MAX).map(person_added);
    let events = people.chain((0..TOKENS_MAX).map(token_issued)).collect();
    let commit =
        Commit { version: Version(1), time: Timestamp(0), actor: PersonId::system(), events };
    let mut system = System::default();
    system.apply(&commit).unwrap();
    let full = |what| Err(Error::Full { what, limit: 100_000 });
    assert_eq!(system.decide(&add("one-more"), &admin()), full("people"));
    assert_eq!(system.decide(&issue("one-more", "p1", 255, None), &admin()), full("tokens"));
}

#[test]
fn people_and_tokens_are_listed_by_id_after_one() {
    let mut system = System::default();
    for id in ["b", "a", "c"] {
        run(&mut system, &add(id)).unwrap();
    }
    run(&mut system, &issue("t1", "a", 1, None)).unwrap();
    let ids = |after: Option<&str>| -> Vec<String> {
        let after = after.map(person);
        system.people_after(after.as_ref()).map(|(id, _)| id.to_string()).collect()
    };
    assert_eq!(
        (ids(None).concat(), ids(Some("a")).concat(), ids(Some("c"))),
        ("abc".into(), "bc".into(), Vec::new())
    );
    assert_eq!(system.tokens_after(None).count(), 1);
    assert_eq!(system.tokens_after(Some(&token("t1"))).count(), 0);
}

#[test]
fn a_replayed_or_stored_system_is_the_same() {
    let mut system = System::default();
    let mut log = Vec::new();
    let commands = [
        add("p1"),
        add("p2"),
        issue("t1", "p1", 1, Some(9)),
        issue("t2", "p2", 2, None),
        revoke("t1"),
    ];
    for command in commands {
        let events = run(&mut system, &command).unwrap();
        log.push(Commit {
            version: system.version(),
            time: Timestamp(i64::try_from(system.version().0).unwrap()),
            actor: PersonId::system(),
            events,
        });
    }
    let mut replayed = System::default();
    log.iter().for_each(|commit| replayed.apply(commit).unwrap());
    assert_eq!(replayed, system);
    let stored = postcard::to_stdvec(&system).unwrap();
    assert_eq!(postcard::from_bytes::<System>(&stored).unwrap(), system);
    let gap = Commit {
        version: Version(9),
        time: Timestamp(0),
        actor: PersonId::system(),
        events: Vec::new(),
    };
    assert_eq!(
        system.apply(&gap).unwrap_err().to_string(),
        "version 9 does not fit what came before: version 6 was expected"
    );
}
