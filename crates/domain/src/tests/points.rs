//! Calendars and escalation points: what may be saved, and which way an escalation goes.

use std::sync::Arc;

use super::world::{World, domain, person, reason};
use crate::{
    calendar::{self, AnswerTime, BUILT_IN, Calendar, Country, DayHours, OWN_DAYS_MAX, OwnDay},
    command::Command,
    day::Day,
    error::Error,
    event::Event,
    ids::{CalendarId, DomainId, PointId, Timestamp, Version},
    points::{Decider, POINTS_MAX, Point, Scope, Step, Topic, default_line},
    roles::Role,
    text::{Line, Reason},
};

fn office(id: &str) -> Calendar {
    Calendar { id: CalendarId::new(id).unwrap(), ..Calendar::built_in() }
}

fn save(calendar: Calendar) -> Command {
    keep(calendar, false, None)
}

fn keep(calendar: Calendar, default: bool, expected: Option<Version>) -> Command {
    let (calendar, reason) = (Arc::new(calendar), Reason::default());
    Command::KeepCalendars(calendar::Command::Save { calendar, default, reason, expected })
}

fn remove(id: &str, why: &str) -> Command {
    let (calendar, reason) = (CalendarId::new(id).unwrap(), reason(why));
    Command::KeepCalendars(calendar::Command::Remove { calendar, reason, expected: None })
}

fn own(day: u8) -> OwnDay {
    let day = Day::new(2026, 12, day).unwrap();
    OwnDay { day, hours: DayHours::default(), name: Line::default() }
}

/// `chief 2d`, `deputy of chief 1d`, `po 8h`, `po of d0 8h`, `p-x 1d`.
fn step(text: &str) -> Step {
    let (who, time) = text.rsplit_once(' ').unwrap();
    let (count, unit) = time.split_at(time.len() - 1);
    let count = count.parse().unwrap();
    let answer = if unit == "h" { AnswerTime::Hours(count) } else { AnswerTime::Days(count) };
    let seat = |text: &str| match text.split_once(" of ") {
        Some((_, id)) => (Role::DomainPo, Some(DomainId::new(id).unwrap())),
        None if text == "chief" => (Role::ChiefPo, None),
        None => (Role::DomainPo, None),
    };
    let decider = match who.strip_prefix("deputy of ") {
        Some(who) => {
            let (role, domain) = seat(who);
            Decider::Deputy(role, domain)
        }
        None if who == "chief" || who.starts_with("po") && !who.contains("po0") => {
            let (role, domain) = seat(who);
            Decider::Seat(role, domain)
        }
        None => Decider::Person(person(who)),
    };
    Step { decider, answer }
}

pub(super) fn point(id: &str, topics: &[Topic], scope: Scope, line: &[&str]) -> Point {
    Point {
        id: PointId::new(id).unwrap(),
        topics: topics.to_vec(),
        scope,
        calendar: None,
        line: line.iter().map(|text| step(text)).collect(),
    }
}

/// A point for all topics in the whole product.
pub(super) fn whole() -> Point {
    point("all", &Topic::ALL, Scope::Product, &["chief 2d", "deputy of chief 1d"])
}

pub(super) fn table(points: &[Point]) -> Command {
    Command::SavePoints { points: points.to_vec(), reason: reason("agreed"), expected: None }
}

/// A table of [`whole`] and others.
pub(super) fn with(others: &[Point]) -> Command {
    let mut points = vec![whole()];
    points.extend(others.iter().cloned());
    table(&points)
}

fn refused(command: &Command) -> Error {
    World::of("").refused("chief", command)
}

/// The refusals of calendars and points.
pub(super) fn refusals() -> Vec<Error> {
    let mut closed = office("copenhagen");
    closed.week = calendar::Week::default();
    let twice = Calendar { days: vec![own(24), own(24)], ..office("copenhagen") };
    let mut refusals = vec![
        refused(&save(office(BUILT_IN))),
        refused(&save(closed)),
        refused(&save(twice)),
        refused(&remove("copenhagen", "gone")),
        refused(&with(&[whole()])),
        refused(&with(&[point("other", &[Topic::Budget], Scope::Product, &["chief 1d"])])),
        refused(&table(&[point("one", &[Topic::Budget], Scope::Product, &["chief 1d"])])),
        refused(&with(&[point("other", &[], Scope::Across, &["chief 1d"])])),
    ];
    let mut world = World::of("");
    world.must("chief", &save(office("copenhagen")));
    world.must("chief", &save(office("utrecht")));
    refusals.push(world.refused("chief", &remove("copenhagen", "gone")));
    let counted = Point { calendar: Some(CalendarId::new("utrecht").unwrap()), ..whole() };
    world.must("chief", &table(&[counted]));
    refusals.push(world.refused("chief", &remove("utrecht", "gone")));
    world.must("chief", &with(&[named("one")]));
    refusals.push(world.try_says("chief: delete d1").unwrap_err());
    refusals
}

#[test]
fn the_first_calendar_is_the_default_until_another_is_made_it() {
    let mut world = World::of("");
    assert!(world.product.default_calendar().is_built_in());
    let events = world.must("admin", &save(office("copenhagen")));
    assert!(matches!(events.as_slice(), [Event::CalendarSaved(saved)] if saved.default));
    world.must("chief", &save(office("utrecht")));
    let default = |world: &World| world.product.default_calendar().id.to_string();
    assert_eq!(default(&world), "copenhagen");
    world.must("chief", &keep(office("utrecht"), true, None));
    assert_eq!(default(&world), "utrecht");
    // Saved again without the word, it stays the default, and nothing has changed.
    assert_eq!(world.must("chief", &save(office("utrecht"))), []);
    world.must("chief", &remove("copenhagen", "moved"));
    world.must("chief", &remove("utrecht", "moved"));
    assert_eq!(default(&world), BUILT_IN);
    assert_eq!(world.product.calendars().count(), 0);
}

#[test]
fn a_calendar_is_saved_in_order_and_changed_only_as_it_was_seen() {
    let mut world = World::of("");
    let id = CalendarId::new("copenhagen").unwrap();
    let mut calendar = office("copenhagen");
    calendar.days = vec![own(31), own(24)];
    calendar.holidays = vec![Country::Netherlands, Country::Denmark, Country::Netherlands];
    world.must("chief", &keep(calendar.clone(), false, Some(Version(0))));
    let kept = world.product.calendar(&id).unwrap().clone();
    assert_eq!(kept.calendar.days, [own(24), own(31)]);
    assert_eq!(kept.calendar.holidays, [Country::Denmark, Country::Netherlands]);
    calendar.days.clear();
    let stale = world.refused("chief", &keep(calendar.clone(), false, Some(Version(0))));
    assert_eq!(stale.code(), "STALE");
    world.must("chief", &keep(calendar, false, Some(kept.changed)));
    assert_eq!(world.refused("chief", &remove("copenhagen", "")).code(), "REASON_MISSING");
    assert_eq!(world.refused("po0", &save(office("other"))).code(), "NOT_IN_MANDATE");
    assert_eq!(world.refused("po0", &remove("copenhagen", "x")).code(), "NOT_IN_MANDATE");
    let many = Calendar { days: vec![own(1); OWN_DAYS_MAX + 1], ..office("other") };
    assert_eq!(world.refused("chief", &save(many)).code(), "TOO_MANY");
}

#[test]
fn without_a_table_the_chief_po_decides_and_then_the_deputy() {
    let world = World::of("");
    let route = world.product.route(Topic::Budget, &[&domain(0), &domain(1)]);
    assert_eq!((route.line, route.point), (default_line(), None));
    assert!(route.calendar.is_built_in());
    // Seven topics in four domains and across them.
    assert_eq!(world.product.point_gaps(Timestamp(0)).len(), 7 * 5);
}

#[test]
fn the_most_specific_point_decides() {
    let mut world = World::of("");
    let here = Calendar { days: vec![own(24)], ..office("here") };
    world.must("chief", &save(office("utrecht")));
    world.must("chief", &save(here));
    let counted = Point {
        calendar: Some(CalendarId::new("here").unwrap()),
        ..point(
            "d0",
            &[Topic::Budget, Topic::Budget],
            Scope::Domain(domain(0)),
            &["po 8h", "chief 1d"],
        )
    };
    let across = point("across", &[Topic::Budget], Scope::Across, &["chief 4h"]);
    world.must("chief", &with(&[counted, across]));
    let route = |topic, domains: &[u16]| {
        let domains: Vec<_> = domains.iter().map(|no| domain(*no)).collect();
        let route = world.product.route(topic, &domains.iter().collect::<Vec<_>>());
        let line: Vec<_> =
            route.line.iter().map(|step| format!("{} {}", step.decider, step.answer)).collect();
        let point = route.point.map_or_else(String::new, |point| point.to_string());
        format!("{point} by {}: {}", route.calendar.id, line.join(", "))
    };
    let whole = "all by utrecht: the Chief PO 2 working days, the Chief PO's deputy 1 working day";
    assert_eq!(
        route(Topic::Budget, &[0]),
        "d0 by here: the PO of d0 8 working hours, the Chief PO 1 working day"
    );
    assert_eq!(route(Topic::Budget, &[1]), whole);
    assert_eq!(route(Topic::Budget, &[0, 1]), "across by utrecht: the Chief PO 4 working hours");
    assert_eq!(route(Topic::Budget, &[]), "across by utrecht: the Chief PO 4 working hours");
    assert_eq!(route(Topic::Vision, &[0]), whole);
    assert!(world.product.point_gaps(Timestamp(0)).is_empty());
}

#[test]
fn a_domain_that_is_added_later_may_open_a_gap_where_the_default_decides() {
    let mut world = World::of("");
    let domains = (0..4)
        .map(|no| point(&format!("d{no}"), &Topic::ALL, Scope::Domain(domain(no)), &["po 1d"]));
    let mut points: Vec<_> = domains.collect();
    points.push(point("across", &Topic::ALL, Scope::Across, &["chief 1d"]));
    world.must("chief", &table(&points));
    assert!(world.product.point_gaps(Timestamp(0)).is_empty());
    world.says("chief: add d4");
    let gaps = world.product.point_gaps(Timestamp(0));
    assert_eq!((gaps.len(), gaps[0].to_string().as_str()), (7, "priority × d4"));
    let added = DomainId::new("d4").unwrap();
    assert_eq!(world.product.route(Topic::Quality, &[&added]).line, default_line());
    let gap = world.refused("chief", &table(&[&points[..4], &points[4..]].concat()[..1]));
    assert_eq!(gap.to_string(), "priority × d1 has no point; add one for the product or for d1");
    // A domain that is deleted takes its point along.
    world.says("chief: delete d3");
    assert_eq!(world.product.points().count(), 4);
    assert_eq!(world.product.point_gaps(Timestamp(0)).len(), 7);
}

/// A point of more than one domain that names the PO of `d1`.
fn named(id: &str) -> Point {
    point(id, &[Topic::Budget], Scope::Across, &["po of d1 1d", "chief 1d"])
}

#[test]
fn a_domain_whose_po_decides_for_others_is_not_deleted() {
    let mut world = World::of("");
    let other = Point {
        topics: vec![Topic::Vision],
        line: named("x").line.into_iter().rev().collect(),
        ..named("two")
    };
    let own = point("own", &[Topic::Budget], Scope::Domain(domain(1)), &["po 1d"]);
    world.must("chief", &with(&[named("one"), other, own.clone()]));
    assert_eq!(
        world.try_says("chief: delete d1").unwrap_err().to_string(),
        "the PO of domain d1 decides by the points one and two; save the escalation points without them first"
    );
    world.must("chief", &with(&[own]));
    let events = world.says("chief: delete d1");
    let kinds: Vec<_> = events.iter().map(Event::kind).collect();
    assert_eq!(kinds, ["EscalationPointsSaved", "RoleRevoked", "DomainDeleted"]);
    // The table can be saved as it is left.
    let left: Vec<_> = world.product.points().cloned().collect();
    assert_eq!(left, [whole()]);
    assert_eq!(world.must("chief", &table(&left)), []);
}

#[test]
fn gaps_and_overlaps_are_refused_with_their_cell() {
    let budget = |id, scope| point(id, &[Topic::Budget], scope, &["chief 1d"]);
    let d0 = || Scope::Domain(domain(0));
    let but_budget: Vec<_> =
        Topic::ALL.into_iter().filter(|topic| *topic != Topic::Budget).collect();
    let rest = point("rest", &but_budget, Scope::Product, &["chief 1d"]);
    for (points, said) in [
        (
            vec![rest.clone(), budget("one", d0())],
            "budget × d1 has no point; add one for the product or for d1",
        ),
        (
            vec![
                rest.clone(),
                budget("a", d0()),
                budget("b", Scope::Domain(domain(1))),
                budget("c", Scope::Domain(domain(2))),
                budget("d", Scope::Domain(domain(3))),
            ],
            "budget × across domains has no point; add one for the product or across domains",
        ),
        (
            vec![whole(), budget("a", d0()), budget("b", d0())],
            "budget × d0 has two points, a and b; leave one of them",
        ),
        (
            vec![whole(), budget("a", Scope::Across), budget("b", Scope::Across)],
            "budget × across domains has two points, a and b; leave one of them",
        ),
        (
            vec![rest, budget("a", Scope::Product), budget("b", Scope::Product)],
            "budget × d0 has two points, a and b; leave one of them",
        ),
    ] {
        assert_eq!(refused(&table(&points)).to_string(), said);
    }
}

#[test]
fn each_field_of_a_point_is_checked() {
    let of = |line: &[&str]| point("p", &[Topic::Budget], Scope::Domain(domain(0)), line);
    let role = |role| Point {
        line: vec![Step { decider: Decider::Seat(role, None), answer: AnswerTime::Days(1) }],
        ..of(&[])
    };
    let chief_of_domain = Decider::Deputy(Role::ChiefPo, Some(domain(0)));
    let cases = [
        (Point { topics: Vec::new(), ..of(&["chief 1d"]) }, "topics: there must be at least one"),
        (of(&[]), "line: there must be at least one"),
        (
            Point { scope: Scope::Domain(domain(9)), ..of(&["chief 1d"]) },
            "scope: there is no domain d9 in this product",
        ),
        (
            Point { calendar: Some(CalendarId::new("mars").unwrap()), ..of(&["chief 1d"]) },
            "calendar: there is no calendar mars in this product; save it first",
        ),
        (
            of(&["stranger 1d"]),
            "line[0].decider: stranger has no role in this product now; give them one first",
        ),
        (
            of(&["chief 1d", "po of d9 1d"]),
            "line[1].decider: there is no domain d9 in this product",
        ),
        (
            role(Role::Member),
            "line[0].decider: a member holds no seat; name the Chief PO, a domain PO, a deputy or a person",
        ),
        (
            Point {
                line: vec![Step { decider: chief_of_domain, answer: AnswerTime::Days(1) }],
                ..of(&[])
            },
            "line[0].decider: the Chief PO answers for the whole product; name no domain",
        ),
        (of(&["chief 0d"]), "line[0].answer: answer time \"0\" is not 1 to 400 working days"),
        (
            of(&["chief 10001h"]),
            "line[0].answer: answer time \"10001\" is not 1 to 10,000 working hours",
        ),
        (of(&["chief 1d", "chief 2d"]), "line[1].decider: the Chief PO is in the line twice"),
        (
            of(&["chief 1d", "po 1d", "guest 1d"]),
            "line: 3 different seats or persons decide one after the other; at most 2 may, beside their deputies",
        ),
        (
            of(&["chief 1d", "deputy of chief 1d", "po 1d", "deputy of po 1d", "member 1d"]),
            "line: 5 steps do not fit; at most 4 do",
        ),
    ];
    for (wrong, said) in cases {
        assert_eq!(refused(&with(&[wrong])).to_string(), format!("escalation point p, {said}"));
    }
    // Deputies do not count: two seats and both deputies are a line.
    let mut world = World::of("");
    world.must(
        "chief",
        &with(&[of(&["po 1d", "deputy of po 1d", "chief 1d", "deputy of chief 1d"])]),
    );
    world.must("chief", &with(&[of(&["guest 1d", "deputy of chief 1d"])]));
}

#[test]
fn across_domains_no_single_domain_is_concerned() {
    let all = point("all", &Topic::ALL, Scope::Product, &["po 1d", "chief 1d"]);
    assert_eq!(
        refused(&table(std::slice::from_ref(&all))).to_string(),
        "escalation point all, line[0].decider: across domains no single domain is concerned; name the domain, or add a point across domains for priority"
    );
    let mut world = World::of("");
    world.must(
        "chief",
        &table(&[all, point("across", &Topic::ALL, Scope::Across, &["po of d1 1d"])]),
    );
    assert_eq!(world.product.route(Topic::Quality, &[&domain(2)]).line[0], step("po of d2 1d"));
}

#[test]
fn a_table_is_saved_as_it_was_seen_and_an_empty_one_is_the_default_again() {
    let mut world = World::of("");
    let save = |points: &[Point], expected| Command::SavePoints {
        points: points.to_vec(),
        reason: Reason::default(),
        expected: Some(expected),
    };
    assert_eq!(world.refused("po0", &with(&[])).code(), "NOT_IN_MANDATE");
    world.must("admin", &save(&[whole()], Version(0)));
    assert_eq!(world.refused("chief", &save(&[], Version(0))).code(), "STALE");
    let seen = world.product.points_changed();
    assert_eq!(world.must("chief", &save(&[whole()], seen)), []);
    world.must("chief", &save(&[], seen));
    assert_eq!(world.product.points().count(), 0);
    let many = vec![whole(); POINTS_MAX + 1];
    assert_eq!(world.refused("chief", &table(&many)).code(), "TOO_MANY");
}
