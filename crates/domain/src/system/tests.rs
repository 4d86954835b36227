//! People and tokens: who may, what is refused, and what a token opens when.

use super::*;
use crate::{commit::Commit, mandate::Actor, text::Reason};

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
    for reserved in ["system", "share-link"] {
        check(&[], &add(reserved), Err(Error::PersonExists(person(reserved))));
    }
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
        let invitation = InvitationId::new("n1").unwrap();
        let identity = IdentityId::new("i1").unwrap();
        let reason = Reason::default();
        for command in [
            add("p1"),
            issue("t1", "p1", 1, None),
            revoke("t1"),
            invite("n1", "p1", 1, 9),
            Command::RevokeInvitation { invitation, reason: reason.clone() },
            Command::UnbindIdentity { identity, reason },
            erase("p1"),
        ] {
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
        invite("n1", "p1", 3, 100),
        bind("i1", 3, 7),
        begin("s1", 7, 4, 50, 90),
        share("l1", "webshop", 5, 100),
        invite("n2", "p2", 6, 100),
        erase("p2"),
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
        "version 9 does not fit what came before: version 12 was expected"
    );
}

/// Whether a secret is kept, in force or not.
fn knows(system: &System, secret: &SecretHash) -> bool {
    system.secrets.contains_key(secret)
}

fn invite(id: &str, of: &str, secret: u8, until: i64) -> Command {
    Command::InvitePerson {
        invitation: InvitationId::new(id).unwrap(),
        person: person(of),
        expires_at: Timestamp(until),
        secret: SecretHash([secret; 32]),
    }
}

fn bind(id: &str, secret: u8, account: u8) -> Command {
    Command::BindIdentity {
        identity: IdentityId::new(id).unwrap(),
        invitation: SecretHash([secret; 32]),
        account: IdentityHash([account; 32]),
    }
}

fn begin(id: &str, account: u8, secret: u8, idle: i64, end: i64) -> Command {
    Command::BeginSession {
        session: SessionId::new(id).unwrap(),
        account: IdentityHash([account; 32]),
        idle_until: Timestamp(idle),
        expires_at: Timestamp(end),
        secret: SecretHash([secret; 32]),
    }
}

fn share(id: &str, product: &str, secret: u8, end: i64) -> Command {
    let facts = NewShareLink {
        product: ProductId::new(product).unwrap(),
        opens: Shared::Roadmap,
        purpose: None,
        expires_at: Timestamp(end),
        secret: SecretHash([secret; 32]),
    };
    Command::CreateShareLink { share: ShareId::new(id).unwrap(), facts: Box::new(facts) }
}

fn erase(id: &str) -> Command {
    Command::ErasePerson { person: person(id), reason: Reason::default() }
}

#[test]
fn an_account_is_bound_by_an_open_invitation_once() {
    let invited = [add("p1"), add("p2"), invite("n1", "p1", 1, 100), invite("n2", "p2", 2, 100)];
    check(&invited, &bind("i1", 1, 7), Ok(()));
    check(&invited, &bind("i1", 9, 7), Err(Error::InvitationOver));
    let used = [&invited[..], &[bind("i1", 1, 7)]].concat();
    check(&used, &bind("i2", 1, 8), Err(Error::InvitationOver));
    // One account is one person's; a person may have several accounts.
    check(&used, &bind("i2", 2, 7), Err(Error::AccountBound(person("p1"))));
    let again = [&used[..], &[invite("n3", "p1", 3, 100)]].concat();
    check(&again, &bind("i2", 3, 8), Ok(()));
    let revoke = Command::RevokeInvitation {
        invitation: InvitationId::new("n1").unwrap(),
        reason: Reason::default(),
    };
    check(
        &[&invited[..], std::slice::from_ref(&revoke)].concat(),
        &bind("i1", 1, 7),
        Err(Error::InvitationOver),
    );
    let unknown = Err(Error::UnknownInvitation(InvitationId::new("n1").unwrap()));
    check(&used, &revoke, unknown);
}

#[test]
fn an_invitation_ends_by_itself() {
    let mut system = System::default();
    run(&mut system, &add("p1")).unwrap();
    run(&mut system, &invite("n1", "p1", 1, 100)).unwrap();
    let at = |now| Actor { now: Timestamp(now), ..admin() };
    assert!(system.decide(&bind("i1", 1, 7), &at(99)).is_ok());
    assert_eq!(system.decide(&bind("i1", 1, 7), &at(100)), Err(Error::InvitationOver));
    assert!(system.invitation_by_secret(&SecretHash([1; 32]), Timestamp(100)).is_none());
    assert_eq!(system.opened(&SecretHash([1; 32]), Timestamp(0)), None);
}

#[test]
fn programs_and_strangers_are_not_invited() {
    let tool = Command::AddPerson { person: person("ci"), tool: true, administrator: false };
    check(&[tool], &invite("n1", "ci", 1, 9), Err(Error::ToolSignsIn(person("ci"))));
    check(&[], &invite("n1", "p1", 1, 9), Err(Error::UnknownPerson(person("p1"))));
    check(&[add("p1"), erase("p1")], &invite("n1", "p1", 1, 9), Err(Error::Erased(person("p1"))));
    let given = [add("p1"), invite("n1", "p1", 1, 9)];
    check(&given, &invite("n1", "p1", 2, 9), Err(Error::Taken("the invitation's id")));
    check(&given, &invite("n2", "p1", 1, 9), Err(Error::Taken("the invitation's id")));
}

#[test]
fn a_session_ends_when_it_is_idle_and_in_any_case() {
    let mut system = System::default();
    for command in
        [add("p1"), invite("n1", "p1", 1, 100), bind("i1", 1, 7), begin("s1", 7, 2, 50, 90)]
    {
        run(&mut system, &command).unwrap();
    }
    let secret = SecretHash([2; 32]);
    let goes_on = |system: &System, now| system.opened(&secret, Timestamp(now)).is_some();
    assert!(goes_on(&system, 49) && !goes_on(&system, 50));
    let extend = |until| Command::ExtendSession {
        session: SessionId::new("s1").unwrap(),
        idle_until: Timestamp(until),
    };
    assert_eq!(run(&mut system, &extend(40)), Ok(Vec::new()));
    run(&mut system, &extend(200)).unwrap();
    assert!(goes_on(&system, 89) && !goes_on(&system, 90));
    let late = Actor { now: Timestamp(95), ..admin() };
    let unknown = Error::UnknownSession(SessionId::new("s1").unwrap());
    assert_eq!(system.decide(&extend(300), &late), Err(unknown.clone()));
    let end =
        Command::EndSession { session: SessionId::new("s1").unwrap(), reason: Reason::default() };
    run(&mut system, &end).unwrap();
    assert!(!goes_on(&system, 0) && !knows(&system, &secret));
    assert_eq!(run(&mut system, &end), Err(unknown));
    assert_eq!(run(&mut system, &begin("s1", 8, 3, 50, 90)), Err(Error::AccountUnbound));
}

#[test]
fn one_session_too_many_ends_the_oldest() {
    let mut system = System::default();
    for command in [add("p1"), invite("n1", "p1", 1, 100), bind("i1", 1, 7)] {
        run(&mut system, &command).unwrap();
    }
    for n in 0..SESSIONS_MAX {
        let secret = u8::try_from(n).unwrap() + 10;
        let events = run(&mut system, &begin(&format!("s{n}"), 7, secret, 1_000, 2_000)).unwrap();
        assert_eq!(events.len(), 1);
    }
    let events = run(&mut system, &begin("one-more", 7, 200, 1_000, 2_000)).unwrap();
    assert!(matches!(&events[0], Event::SessionEnded { session, .. } if session.as_str() == "s0"));
    assert_eq!(system.sessions_after(None).count(), SESSIONS_MAX);
}

#[test]
fn an_unbound_account_has_no_sessions() {
    let unbind = Command::UnbindIdentity {
        identity: IdentityId::new("i1").unwrap(),
        reason: Reason::default(),
    };
    let mut system = System::default();
    for command in
        [add("p1"), invite("n1", "p1", 1, 100), bind("i1", 1, 7), begin("s1", 7, 2, 50, 90)]
    {
        run(&mut system, &command).unwrap();
    }
    run(&mut system, &unbind).unwrap();
    assert!(!knows(&system, &SecretHash([2; 32])));
    assert_eq!(system.identity_by_account(&IdentityHash([7; 32])), None);
    let unknown = Error::UnknownIdentity(IdentityId::new("i1").unwrap());
    assert_eq!(run(&mut system, &unbind), Err(unknown));
}

#[test]
fn a_share_link_opens_until_it_ends_and_is_ended_in_its_own_product() {
    let revoke = |id: &str, product: &str| Command::RevokeShareLink {
        share: ShareId::new(id).unwrap(),
        product: ProductId::new(product).unwrap(),
        reason: Reason::default(),
    };
    let unknown = |id: &str| Err(Error::UnknownShareLink(ShareId::new(id).unwrap()));
    let given = [share("l1", "webshop", 1, 100)];
    check(&given, &share("l1", "webshop", 2, 100), Err(Error::Taken("the share link's id")));
    check(&given, &share("l2", "webshop", 1, 100), Err(Error::Taken("the share link's id")));
    check(&given, &revoke("l1", "other"), unknown("l1"));
    check(&given, &revoke("l2", "webshop"), unknown("l2"));
    check(&given, &revoke("l1", "webshop"), Ok(()));
    let mut system = System::default();
    run(&mut system, &given[0]).unwrap();
    let opens =
        |system: &System, now| system.opened(&SecretHash([1; 32]), Timestamp(now)).is_some();
    assert!(opens(&system, 99) && !opens(&system, 100));
    let webshop = ProductId::new("webshop").unwrap();
    assert_eq!(system.share_links_after(&webshop, None).count(), 1);
    run(&mut system, &revoke("l1", "webshop")).unwrap();
    assert!(!opens(&system, 0));
}

#[test]
fn a_product_has_so_many_share_links() {
    let mut system = System::default();
    for n in 0..SHARE_LINKS_MAX {
        let secret = u8::try_from(n).unwrap();
        run(&mut system, &share(&format!("l{n}"), "webshop", secret, 1_000)).unwrap();
    }
    let full = Err(Error::Full { what: "share links of one product", limit: SHARE_LINKS_MAX });
    assert_eq!(run(&mut system, &share("more", "webshop", 200, 1_000)).map(|_| ()), full);
    assert!(run(&mut system, &share("more", "other", 200, 1_000)).is_ok());
}

#[test]
fn of_somebody_who_was_erased_the_id_is_left() {
    let administrator =
        Command::AddPerson { person: person("p1"), tool: false, administrator: true };
    let given = [
        administrator,
        add("p2"),
        issue("t1", "p1", 1, None),
        issue("t2", "p2", 2, None),
        invite("n1", "p1", 3, 100),
        invite("n2", "p1", 4, 100),
        bind("i1", 3, 7),
        begin("s1", 7, 5, 50, 90),
    ];
    let mut system = System::default();
    for command in &given {
        run(&mut system, command).unwrap();
    }
    run(&mut system, &erase("p1")).unwrap();
    let known: Vec<u8> =
        (1..=5).filter(|secret| knows(&system, &SecretHash([*secret; 32]))).collect();
    assert_eq!(known, [2], "nothing else opens anything");
    let left = Person { tool: false, administrator: false, erased: true };
    assert_eq!(system.person(&person("p1")), Some(&left));
    assert_eq!(system.identities_after(None).count() + system.invitations_after(None).count(), 0);
    // Twice is as good as once; the id is nobody else's, and nobody's to use.
    assert_eq!(run(&mut system, &erase("p1")), Ok(Vec::new()));
    assert_eq!(run(&mut system, &add("p1")), Err(Error::PersonExists(person("p1"))));
    assert_eq!(run(&mut system, &issue("t3", "p1", 9, None)), Err(Error::Erased(person("p1"))));
    check(&given, &erase("p9"), Err(Error::UnknownPerson(person("p9"))));
    let own = Actor { person: person("p1"), ..admin() };
    assert_eq!(
        System::default().decide(&erase("p1"), &own),
        Err(Error::UnknownPerson(person("p1")))
    );
    let mut other = System::default();
    run(&mut other, &add("p1")).unwrap();
    assert_eq!(other.decide(&erase("p1"), &own), Err(Error::OwnErasure(person("p1"))));
}
