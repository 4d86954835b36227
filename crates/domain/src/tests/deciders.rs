//! Who may decide as time passes: terms begin and end, seats fall vacant, people leave.

use super::{
    escalations::{acknowledge, first, kinds, later, option, pass, raise, raised},
    points::{point, with},
    world::{World, actor, domain, person},
};
use crate::{
    command::Command,
    error::Error,
    escalations::{self, Standing},
    ids::{PersonId, Timestamp},
    mandate::Actor,
    points::{Decider, Scope, Topic},
    roles::Role,
};

const DAY: i64 = 24 * 60 * 60 * 1_000_000;

fn at(who: &str, now: Timestamp) -> Actor {
    Actor { now, ..actor(who) }
}

fn deciders(world: &World, now: Timestamp) -> Vec<PersonId> {
    world.product.deciders(first(world), now)
}

/// Two POs disagree; guest stands in for the Chief PO until a day. The Chief PO has let their time pass.
fn handed_over(until: &str) -> (World, Timestamp) {
    let mut world = World::of("x1 a b c1");
    world.says(&format!("admin: deputise guest as chief until {until}"));
    let command = raise(&world, "a", "x");
    world.must("po0", &command);
    let due = first(&world).line[0].due;
    let events = pass(&mut world, due);
    assert_eq!(kinds(&events).last(), Some(&"EscalationHandedOver"));
    (world, due)
}

#[test]
fn who_holds_the_seat_decides_in_their_deputys_turn_too() {
    let (mut world, due) = handed_over("1970-12-31");
    assert_eq!(deciders(&world, due), [person("guest"), person("chief")]);
    world.run(&at("chief", due), &option(1)).unwrap();
    let decision = world.product.decisions().next().unwrap();
    assert_eq!(decision.on_turn, Some(Decider::Seat(Role::ChiefPo, None)), "on their own mandate");
    let (mut world, due) = handed_over("1970-12-31");
    world.run(&at("guest", due), &option(1)).unwrap();
    let decision = world.product.decisions().next().unwrap();
    assert_eq!(decision.on_turn, Some(Decider::Deputy(Role::ChiefPo, None)));
}

#[test]
fn the_last_turn_is_somebodys_whoever_leaves_during_it() {
    // The deputy's term ends in the deputy's turn.
    let (mut world, _) = handed_over("1970-01-06");
    let last = first(&world).turn_now().unwrap().due;
    pass(&mut world, last);
    assert!(first(&world).overdue);
    let after = Timestamp(30 * DAY);
    assert_eq!(deciders(&world, after), [person("chief")]);
    world.run(&at("chief", after), &option(1)).unwrap();
    assert!(matches!(first(&world).standing, Standing::Decided(_)));
    // The seat falls vacant in the last turn: whoever takes it, has the turn.
    let mut world = raised();
    world.says("admin: revoke chief from chief");
    assert_eq!(deciders(&world, Timestamp(0)), [] as [PersonId; 0]);
    world.says("admin: grant chief to po3");
    world.must("po3", &option(1));
}

#[test]
fn a_person_who_has_left_decides_nothing_and_the_next_of_the_line_does() {
    let mut world = World::of("x1 a b c1");
    let line = ["member 1d", "chief 1d"];
    let across = point("across", &[Topic::Priority], Scope::Across, &line);
    world.must("chief", &with(std::slice::from_ref(&across)));
    assert!(world.product.point_gaps(Timestamp(0)).is_empty());
    let command = raise(&world, "a", "x");
    world.must("po0", &command);
    assert_eq!(deciders(&world, Timestamp(0)), [person("member")]);
    world.says("admin: revoke member from member");
    assert_eq!(deciders(&world, Timestamp(0)), [person("chief")]);
    assert_eq!(world.refused("member", &option(1)).code(), "NOT_THE_DECIDER");
    // What is raised now goes past them, and the table is not saved with them again.
    world.must("po0", &command);
    let second = world.product.escalation(crate::ids::EscalationNo(2)).unwrap();
    assert_eq!(second.line.len(), 1);
    assert_eq!(world.refused("chief", &with(&[across])).code(), "POINT_INVALID");
}

#[test]
fn a_point_that_names_nobody_who_is_there_is_a_gap_where_the_default_decides() {
    let mut world = World::of("a x1");
    world.says("admin: grant member to temp until 1970-01-02");
    let across = point("across", &[Topic::Priority], Scope::Across, &["temp 1d"]);
    let po = point("d0", &[Topic::Priority], Scope::Domain(domain(0)), &["po 1d"]);
    world.must("chief", &with(&[across, po]));
    assert_eq!(world.product.point_gaps(Timestamp(0)), []);
    let gaps = world.product.point_gaps(Timestamp(2 * DAY));
    assert_eq!(
        gaps.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["priority × across domains"]
    );
    let command = raise(&world, "a", "x");
    world.run(&at("po0", Timestamp(2 * DAY)), &command).unwrap();
    assert_eq!(first(&world).line[0].decider, Decider::Seat(Role::ChiefPo, None));
    // A PO who raises what would be theirs to decide: the Chief PO does.
    let Command::Escalate(escalations::Command::Raise(mut new)) = command else { panic!() };
    new.items.pop();
    new.options.clear();
    world.must("po0", &Command::Escalate(escalations::Command::Raise(new)));
    let second = world.product.escalation(crate::ids::EscalationNo(2)).unwrap();
    assert_eq!(second.line[0].decider, Decider::Seat(Role::ChiefPo, None));
}

#[test]
fn who_stands_in_for_a_party_is_a_party() {
    let mut world = World::of("x1 a b c1");
    world.says("admin: deputise guest as chief until 1970-12-31");
    world.says("admin: deputise guest as po for d1 until 1970-12-31");
    let command = raise(&world, "a", "x");
    world.must("po0", &command);
    assert_eq!(deciders(&world, Timestamp(0)), [person("chief")]);
    assert_eq!(first(&world).line.len(), 1, "the deputy has no turn");
    let error = world.refused("guest", &option(1));
    assert!(matches!(error, Error::NotTheDecider { own_cause: true, .. }), "{error}");
}

#[test]
fn what_nobody_can_decide_waits_for_the_term_that_brings_somebody() {
    let mut world = World::of("x1 a b c1");
    world.says("admin: deputise guest as chief from 1970-02-02 until 1970-02-20");
    let command = raise(&world, "a", "x");
    world.must("chief", &command);
    assert_eq!(first(&world).line, []);
    let begins = Timestamp(32 * DAY);
    assert_eq!(world.product.next_deadline(), Some(begins), "the deputy's first moment");
    assert_eq!(kinds(&pass(&mut world, begins)), ["EscalationRouted"]);
    let turn = first(&world).turn_now().unwrap().clone();
    assert!(turn.remind_at > begins, "their time begins then");
    assert_eq!(kinds(&pass(&mut world, turn.remind_at)), ["EscalationReminded"]);
    world.run(&at("guest", turn.remind_at), &option(1)).unwrap();
    assert_eq!(world.replayed(), world.product);
    // A service that stood still until nobody is there again looks for the next moment.
    let mut world = World::of("x1 a b c1");
    world.says("admin: deputise guest as chief from 1970-02-02 until 1970-02-03");
    world.says("admin: deputise po3 as chief from 1970-03-02 until 1970-03-20");
    world.must("chief", &command);
    assert_eq!(kinds(&pass(&mut world, Timestamp(40 * DAY))), ["EscalationRouted"]);
    assert_eq!(first(&world).line, []);
    assert_eq!(kinds(&pass(&mut world, Timestamp(70 * DAY))), ["EscalationRouted"]);
    assert_eq!(deciders(&world, Timestamp(70 * DAY)), [person("po3")]);
    world.says("po0: title a other");
    assert_eq!(world.replayed(), world.product);
}

#[test]
fn who_was_on_it_and_may_decide_no_more_is_no_reason_not_to_remind() {
    // Their term ends; the reminder comes then, or when it would have come.
    let mut world = World::of("x1 a b c1");
    world.says("admin: deputise guest as chief until 1970-01-01");
    let command = raise(&world, "a", "x");
    world.must("po0", &command);
    let turn = first(&world).turn_now().unwrap().clone();
    world.must("guest", &acknowledge());
    let reminder = turn.remind_at.max(Timestamp(DAY));
    assert_eq!(world.product.next_deadline(), Some(reminder));
    assert!(world.product.acknowledged_by(first(&world), Timestamp(0)).is_some());
    assert_eq!(world.product.acknowledged_by(first(&world), Timestamp(DAY)), None);
    assert_eq!(kinds(&pass(&mut world, reminder)), ["EscalationReminded"]);
    assert_eq!(first(&world).acknowledged, None);
    // A successor comes.
    let mut world = raised();
    world.must("chief", &acknowledge());
    assert_eq!(world.product.next_deadline(), Some(first(&world).line[0].due));
    world.says("admin: replace chief by po3");
    let remind_at = first(&world).line[0].remind_at;
    assert_eq!(world.product.next_deadline(), Some(remind_at));
    assert_eq!(kinds(&pass(&mut world, later(remind_at))), ["EscalationReminded"]);
    assert_eq!(world.replayed(), world.product);
}
