//! An inbox: taken in once, settled, set aside, given up.

use super::*;
use crate::ids::PersonId;

fn connection() -> ConnectionId {
    ConnectionId::new("jira").unwrap()
}

fn push(id: &str) -> Push {
    Push {
        id: Line::new(id).unwrap(),
        source: Line::new("/s").unwrap(),
        time: None,
        body: "{}".to_owned(),
        fault: Reason::default(),
    }
}

fn receive(ids: &[&str]) -> Command {
    Command::Receive { connection: connection(), pushes: ids.iter().map(|id| push(id)).collect() }
}

fn at(version: u64, index: u32) -> PushAt {
    PushAt { version: Version(version), index }
}

fn aside(at: PushAt) -> Aside {
    Aside {
        at,
        connection: connection(),
        id: Line::new("x").unwrap(),
        code: "PINNED".to_owned(),
        reason: Reason::new("it is pinned").unwrap(),
        waits_for: Vec::new(),
    }
}

fn settle(through: u64, aside: Vec<Aside>, applied: Vec<PushAt>) -> Command {
    Command::Settle { through: Version(through), aside, applied }
}

fn run(inbox: &mut Inbox, command: &Command) -> Result<Vec<Event>, Error> {
    let events = inbox.decide(command)?;
    let version = inbox.version().next();
    let time = Timestamp(i64::try_from(version.0).unwrap());
    let commit = Commit { version, time, actor: PersonId::system(), events };
    inbox.apply(&commit).unwrap();
    inbox.check().unwrap();
    Ok(commit.events)
}

fn taken(events: &[Event]) -> usize {
    events
        .iter()
        .map(
            |event| if let Event::PushesReceived { pushes, .. } = event { pushes.len() } else { 0 },
        )
        .sum()
}

#[test]
fn a_push_is_taken_in_once_however_often_it_comes() {
    let mut inbox = Inbox::default();
    assert_eq!(taken(&run(&mut inbox, &receive(&["1", "2", "1"])).unwrap()), 2);
    assert_eq!(taken(&run(&mut inbox, &receive(&["2", "3"])).unwrap()), 1);
    assert_eq!(run(&mut inbox, &receive(&["1", "2", "3"])).unwrap(), []);
    // The same id through another connection is another push.
    let other = ConnectionId::new("github").unwrap();
    let command = Command::Receive { connection: other, pushes: vec![push("1")] };
    assert_eq!(taken(&run(&mut inbox, &command).unwrap()), 1);
    assert_eq!(inbox.tally(&connection()).received, 3);
}

#[test]
fn what_is_not_settled_is_behind() {
    let mut inbox = Inbox::default();
    assert!(!inbox.is_behind());
    run(&mut inbox, &receive(&["1"])).unwrap();
    assert!(inbox.is_behind());
    run(&mut inbox, &settle(1, Vec::new(), vec![at(1, 0)])).unwrap();
    assert!(!inbox.is_behind());
    assert_eq!(run(&mut inbox, &settle(1, Vec::new(), Vec::new())).unwrap(), []);
}

#[test]
fn what_is_set_aside_stays_until_it_is_applied_or_given_up() {
    let mut inbox = Inbox::default();
    run(&mut inbox, &receive(&["1", "2", "3"])).unwrap();
    let all = (0..3).map(|index| aside(at(1, index))).collect();
    run(&mut inbox, &settle(1, all, Vec::new())).unwrap();
    assert_eq!(inbox.tally(&connection()).aside, 3);
    run(&mut inbox, &settle(1, Vec::new(), vec![at(1, 0)])).unwrap();
    let since = inbox.held_at(at(1, 1)).unwrap().since;
    let again = Aside { code: "OTHER".to_owned(), ..aside(at(1, 1)) };
    run(&mut inbox, &settle(1, vec![again], Vec::new())).unwrap();
    assert_eq!(inbox.held_at(at(1, 1)).unwrap().since, since, "it waits since then");
    let reason = Reason::new("sent by mistake").unwrap();
    run(&mut inbox, &Command::Discard { pushes: vec![at(1, 1)], reason: reason.clone() }).unwrap();
    let tally = inbox.tally(&connection());
    assert_eq!((tally.aside, tally.discarded), (1, 1));
    assert_eq!(inbox.held().map(|held| held.aside.at).collect::<Vec<_>>(), [at(1, 2)]);
    let gone = Command::Discard { pushes: vec![at(1, 1)], reason };
    assert_eq!(run(&mut inbox, &gone), Err(Error::NotAside(at(1, 1))));
    run(&mut inbox, &settle(1, vec![aside(at(1, 1)), aside(at(1, 0))], Vec::new())).unwrap();
    assert_eq!(inbox.held().count(), 1, "what was given up or applied does not come back");
    let unsaid = Command::Discard { pushes: vec![at(1, 2)], reason: Reason::default() };
    assert_eq!(run(&mut inbox, &unsaid), Err(Error::ReasonMissing));
}

#[test]
fn an_inbox_that_is_full_of_what_was_set_aside_takes_no_more() {
    let mut inbox = Inbox::default();
    run(&mut inbox, &receive(&["1"])).unwrap();
    let many: Vec<Aside> =
        (0..u32::try_from(ASIDE_MAX).unwrap()).map(|index| aside(at(1, index))).collect();
    run(&mut inbox, &settle(1, many, Vec::new())).unwrap();
    assert_eq!(run(&mut inbox, &receive(&["2"])), Err(Error::Full));
    assert_eq!(run(&mut inbox, &receive(&["1"])).unwrap(), [], "what is known is no news");
    let other = ConnectionId::new("github").unwrap();
    let command = Command::Receive { connection: other, pushes: vec![push("1")] };
    assert!(run(&mut inbox, &command).is_ok(), "another connection is not stopped by it");
    run(&mut inbox, &settle(1, Vec::new(), vec![at(1, 7)])).unwrap();
    assert!(run(&mut inbox, &receive(&["2"])).is_ok());
}

#[test]
fn too_many_or_too_long_are_refused() {
    let mut inbox = Inbox::default();
    let pushes = vec![push("1"); PUSHES_MAX + 1];
    let many = Command::Receive { connection: connection(), pushes };
    assert_eq!(run(&mut inbox, &many), Err(Error::TooMany { count: PUSHES_MAX + 1 }));
    let long = Push { body: "x".repeat(BODY_MAX + 1), ..push("1") };
    let command = Command::Receive { connection: connection(), pushes: vec![long] };
    assert_eq!(run(&mut inbox, &command).unwrap_err().code(), "PUSH_TOO_LONG");
    assert_eq!(inbox, Inbox::default());
}

#[test]
fn only_so_many_ids_are_known() {
    let mut inbox = Inbox::default();
    let ids: Vec<String> = (0..KNOWN_MAX + 500).map(|id| id.to_string()).collect();
    for some in ids.chunks(PUSHES_MAX) {
        let pushes = some.iter().map(|id| push(id)).collect();
        run(&mut inbox, &Command::Receive { connection: connection(), pushes }).unwrap();
    }
    assert_eq!(run(&mut inbox, &receive(&["99999"])).unwrap(), []);
    assert_eq!(taken(&run(&mut inbox, &receive(&["0"])).unwrap()), 1, "long ago");
}

#[test]
fn a_snapshot_of_what_was_set_aside_is_read_as_it_was_written() {
    let mut inbox = Inbox::default();
    run(&mut inbox, &receive(&["a", "b"])).unwrap();
    let waits_for = vec![crate::text::Source::new("https://tool.example/7").unwrap()];
    let all = vec![aside(at(1, 0)), Aside { waits_for, ..aside(at(1, 1)) }];
    run(&mut inbox, &settle(1, all, Vec::new())).unwrap();
    let stored = postcard::to_stdvec(&inbox).unwrap();
    assert_eq!(postcard::from_bytes::<Inbox>(&stored), Ok(inbox));
}
