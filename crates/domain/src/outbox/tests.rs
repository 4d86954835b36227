//! An outbox: told once by cause, tried until it arrived or was given up, replayed; rules.

use super::*;
use crate::ids::PersonId;

fn person(id: &str) -> Receiver {
    Receiver::Person(PersonId::new(id).unwrap())
}

fn notice(cause: &str) -> Notice {
    Notice {
        cause: Line::new(cause).unwrap(),
        kind: Kind::EscalationRaised,
        version: Version(3),
        time: Timestamp(1),
        domains: Vec::new(),
        facts: Facts::default(),
    }
}

fn to(channel: Channel) -> To {
    let (receiver, concern) = (person("p-hanna"), Concern::Decides);
    To { channel, receiver, concern, target: None, hold: None }
}

fn queue(through: u64, causes: &[&str], channels: &[Channel]) -> Command {
    let to: Vec<To> = channels.iter().map(|channel| to(*channel)).collect();
    let queued = |cause: &&str| Queued { notice: notice(cause), to: to.clone() };
    Command::Queue { through: Version(through), notices: causes.iter().map(queued).collect() }
}

fn tried(delivery: u64, became: Became) -> Command {
    Command::Try { outcomes: vec![Outcome { delivery, became }] }
}

fn failed(next: i64) -> Became {
    Became::Failed { next: Timestamp(next), error: Line::new("answered 500").unwrap() }
}

fn run(outbox: &mut Outbox, command: &Command) -> Result<usize, Error> {
    let events = outbox.decide(command)?;
    let version = outbox.version().next();
    let time = Timestamp(i64::try_from(version.0).unwrap());
    let commit = Commit { version, time, actor: PersonId::system(), events };
    outbox.apply(&commit).unwrap();
    outbox.check().unwrap();
    Ok(commit.events.len())
}

/// The deliveries that are to be sent at a moment.
fn due(outbox: &Outbox, now: i64) -> Vec<u64> {
    let due = |(_, waiting): (_, &Waiting)| -> Vec<u64> {
        waiting.due(Timestamp(now), Timestamp(i64::MAX)).collect()
    };
    outbox.waiting().flat_map(due).collect()
}

#[test]
fn a_cause_is_told_once_however_often_it_comes() {
    let mut outbox = Outbox::default();
    let email = [Channel::Email];
    run(&mut outbox, &queue(3, &["a", "b", "a"], &email)).unwrap();
    assert_eq!((outbox.pending_len(), outbox.through()), (2, Version(3)));
    assert_eq!(run(&mut outbox, &queue(3, &["b"], &email)), Ok(0));
    assert_eq!(run(&mut outbox, &queue(4, &["b", "c"], &email)), Ok(1));
    assert_eq!(due(&outbox, 0), [1, 2, 3]);
    // What was looked at is noted, though there was nothing to tell.
    assert_eq!(run(&mut outbox, &queue(9, &[], &email)), Ok(1));
    assert_eq!(run(&mut outbox, &queue(8, &[], &email)), Ok(0));
    assert_eq!(outbox.through(), Version(9));
}

#[test]
fn a_delivery_is_tried_until_it_arrives() {
    let mut outbox = Outbox::default();
    run(&mut outbox, &queue(3, &["a"], &[Channel::Email, Channel::Webhook])).unwrap();
    run(&mut outbox, &tried(1, failed(50))).unwrap();
    assert_eq!((due(&outbox, 49), due(&outbox, 50)), (vec![2], vec![2, 1]));
    assert_eq!(outbox.delivery(1).unwrap().error.as_str(), "answered 500");
    run(&mut outbox, &tried(1, Became::Delivered)).unwrap();
    assert_eq!(due(&outbox, 99), [2]);
    let held = outbox.delivery(1).unwrap();
    assert_eq!((held.attempts, held.error.as_str()), (2, ""));
    assert_eq!(run(&mut outbox, &tried(1, failed(60))), Ok(0), "it has arrived");
    assert_eq!(run(&mut outbox, &tried(77, Became::Delivered)), Ok(0), "there is none");
}

#[test]
fn what_is_held_back_waits_and_is_one_letter_also_after_a_failure() {
    let mut outbox = Outbox::default();
    let held = |cause: &str, hold: i64| Queued {
        notice: notice(cause),
        to: vec![To { hold: Some(Timestamp(hold)), ..to(Channel::Email) }],
    };
    let notices = vec![held("a", 50), held("b", 50), held("c", 1)];
    run(&mut outbox, &Command::Queue { through: Version(1), notices }).unwrap();
    // The last was held until this very moment: others of it may have gone.
    assert_eq!(outbox.delivery(3).unwrap().to.hold, None);
    assert_eq!((due(&outbox, 49), due(&outbox, 50)), (vec![3], vec![3, 1, 2]));
    let together = |outbox: &Outbox, no| -> Vec<u64> {
        let (_, waiting) = outbox.waiting().next().unwrap();
        waiting.together(outbox.delivery(no).unwrap()).collect()
    };
    assert_eq!(together(&outbox, 2), [1, 2]);
    let outcomes = [1, 2].map(|delivery| Outcome { delivery, became: failed(70) }).to_vec();
    run(&mut outbox, &Command::Try { outcomes }).unwrap();
    assert_eq!((due(&outbox, 69), due(&outbox, 70)), (vec![3], vec![3, 1, 2]));
    assert_eq!(together(&outbox, 1), [1, 2]);
    run(&mut outbox, &tried(1, Became::Dead { error: Line::default() })).unwrap();
    run(&mut outbox, &Command::Replay { deliveries: vec![1], reason: Reason::default() }).unwrap();
    assert_eq!(due(&outbox, 6), [3, 1], "whoever replays it waits for nothing");
}

#[test]
fn what_was_given_up_is_tried_again_on_request() {
    let mut outbox = Outbox::default();
    run(&mut outbox, &queue(3, &["a"], &[Channel::Webhook])).unwrap();
    let replay = Command::Replay { deliveries: vec![1], reason: Reason::default() };
    assert_eq!(run(&mut outbox, &replay), Err(Error::NotDead(1)));
    run(&mut outbox, &tried(1, Became::Dead { error: Line::new("gone").unwrap() })).unwrap();
    assert_eq!((due(&outbox, 99), outbox.dead().collect::<Vec<_>>()), (vec![], vec![1]));
    run(&mut outbox, &replay).unwrap();
    assert_eq!((due(&outbox, 0), outbox.dead_len()), (vec![1], 0));
    assert_eq!(outbox.delivery(1).unwrap().attempts, 0);
}

#[test]
fn what_is_watched_has_arrived() {
    let mut outbox = Outbox::default();
    run(&mut outbox, &queue(3, &["a"], &[Channel::Stream])).unwrap();
    assert!(matches!(outbox.delivery(1).unwrap().state, State::Delivered { .. }));
    assert_eq!(outbox.pending_len(), 0);
}

#[test]
fn only_the_last_that_arrived_are_kept() {
    let mut outbox = Outbox::default();
    let most = u64::try_from(FINISHED_MAX).unwrap();
    for round in 0..=FINISHED_MAX / NOTICES_MAX {
        let causes: Vec<String> = (0..NOTICES_MAX).map(|no| format!("{round}/{no}")).collect();
        let causes: Vec<&str> = causes.iter().map(String::as_str).collect();
        run(&mut outbox, &queue(3, &causes, &[Channel::Stream])).unwrap();
    }
    assert!(outbox.delivery(1).is_none());
    assert!(outbox.delivery(most).is_some());
    assert_eq!(outbox.deliveries_before(Some(most)).next().unwrap().no, most - 1);
}

#[test]
fn of_those_given_up_that_are_not_kept_it_is_known_how_many() {
    let mut outbox = Outbox::default();
    let dead = || Became::Dead { error: Line::new("gone").unwrap() };
    let mut next = 1;
    for round in 0..=FINISHED_MAX / NOTICES_MAX {
        let causes: Vec<String> = (0..NOTICES_MAX).map(|no| format!("{round}/{no}")).collect();
        let causes: Vec<&str> = causes.iter().map(String::as_str).collect();
        run(&mut outbox, &queue(3, &causes, &[Channel::Email])).unwrap();
        let outcomes = causes.iter().map(|_| {
            let delivery = next;
            next += 1;
            Outcome { delivery, became: dead() }
        });
        let outcomes = outcomes.collect();
        run(&mut outbox, &Command::Try { outcomes }).unwrap();
    }
    assert_eq!((outbox.dead_len(), outbox.dropped()), (FINISHED_MAX, NOTICES_MAX as u64));
    let oldest = u64::try_from(NOTICES_MAX).unwrap();
    let replay = |no| Command::Replay { deliveries: vec![no], reason: Reason::default() };
    assert_eq!(run(&mut outbox, &replay(oldest)), Err(Error::NotDead(oldest)));
    assert_eq!(run(&mut outbox, &replay(oldest + 1)), Ok(1));
}

#[test]
fn a_rule_is_set_changed_and_removed() {
    let mut outbox = Outbox::default();
    let rule = Rule { channels: vec![Channel::Email], ..Rule::default() };
    let set = Command::SetRule { receiver: person("p-anna"), rule: rule.clone() };
    assert_eq!(run(&mut outbox, &set), Ok(1));
    assert_eq!(run(&mut outbox, &set), Ok(0));
    assert_eq!(outbox.rule(&person("p-anna")), Some(&rule));
    let remove = Command::RemoveRule { receiver: person("p-anna") };
    assert_eq!(run(&mut outbox, &remove), Ok(1));
    assert_eq!(run(&mut outbox, &remove), Err(Error::NoRule(person("p-anna"))));
}

#[test]
fn too_much_at_once_is_refused() {
    let causes: Vec<String> = (0..=NOTICES_MAX).map(|no| no.to_string()).collect();
    let causes: Vec<&str> = causes.iter().map(String::as_str).collect();
    let refused = Outbox::default().decide(&queue(1, &causes, &[]));
    assert_eq!(refused, Err(Error::TooMany { count: NOTICES_MAX + 1 }));
}
