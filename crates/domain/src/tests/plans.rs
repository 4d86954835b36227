//! Vision and goals, the roadmap, syncs.

use super::world::{World, domain, name, reason, source};
use crate::{
    command::{Command, EntryChanges, NewEntry, NewItem},
    event::{EntryAdded, EntryChanged, Event},
    ids::{EntryNo, GoalId, SyncId, Version},
    item::{Estimate, Status},
    roadmap::{Horizon, Plan, Progress, Shift, Span, When},
    text::{Label, Line, Reason, Summary, Text, Title},
};

fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

fn vision(what: &str) -> Command {
    Command::PublishVision { text: text(what), reason: Reason::default(), expected: None }
}

fn goal(id: &str) -> GoalId {
    GoalId::new(id).unwrap()
}

fn add_goal(id: &str) -> Command {
    Command::AddGoal { goal: goal(id), name: name("Fewer returns"), summary: Summary::default() }
}

fn close_goal(id: &str, why: &str) -> Command {
    Command::CloseGoal { goal: goal(id), reason: reason(why), expected: None }
}

fn days(start: &str, end: &str) -> When {
    let day = |text: &str| (!text.is_empty()).then(|| text.parse().unwrap());
    When::Days(Span::new(day(start), day(end)).unwrap())
}

fn entry(no: u16) -> NewEntry {
    NewEntry {
        domain: domain(no),
        title: Title::new("Pay by invoice").unwrap(),
        aim: Line::new("Dealers order without a card").unwrap(),
        goal: None,
        when: days("2027-01-04", "2027-03-26"),
        release: None,
        items: Vec::new(),
    }
}

fn add(entry: NewEntry) -> Command {
    Command::AddEntry { entry: Box::new(entry), reason: Reason::default() }
}

fn change(no: u32, why: &str, set: impl FnOnce(&mut EntryChanges)) -> Command {
    let mut changes = Box::default();
    set(&mut changes);
    Command::UpdateEntry { entry: EntryNo(no), changes, reason: reason(why), expected: None }
}

fn remove(no: u32, why: &str) -> Command {
    Command::RemoveEntry { entry: EntryNo(no), reason: reason(why), expected: None }
}

fn start(id: Option<&str>) -> Command {
    Command::StartSync { sync: id.map(|id| SyncId::new(id).unwrap()), title: Line::default() }
}

fn close(id: &str) -> Command {
    let (sync, summary) = (SyncId::new(id).unwrap(), Summary::new("Agreed.").unwrap());
    Command::CloseSync { sync, summary, expected: None }
}

#[test]
fn the_vision_is_one_and_counts_its_editions() {
    let mut world = World::empty();
    assert_eq!(world.product.vision(), None);
    assert_eq!(world.refused("po0", &vision("Mine")).code(), "NOT_IN_MANDATE");
    assert_eq!(world.refused("chief", &vision(" \n")).code(), "MISSING");
    world.must("chief", &vision("One shop, everywhere."));
    assert_eq!(world.must("chief", &vision("One shop, everywhere.")), []);
    let first = world.product.vision().unwrap().clone();
    world.must("chief", &vision("One shop, in every street."));
    let second = world.product.vision().unwrap();
    assert_eq!((first.edition, second.edition), (1, 2));
    assert_eq!(second.by.as_str(), "chief");
    let stale = Command::PublishVision {
        text: text("Three"),
        reason: Reason::default(),
        expected: Some(first.since),
    };
    assert_eq!(world.refused("chief", &stale).code(), "STALE");
}

#[test]
fn goals_are_the_chief_pos_and_end_with_a_reason() {
    let mut world = World::of("a");
    assert_eq!(world.refused("po0", &add_goal("g")).code(), "NOT_IN_MANDATE");
    world.must("chief", &add_goal("g"));
    assert_eq!(world.refused("chief", &add_goal("g")).code(), "GOAL_EXISTS");
    let tie = |world: &World, id| world.change("a", |to| to.goal = Some(Some(goal(id))));
    let unknown = tie(&world, "h");
    assert_eq!(world.refused("po0", &unknown).code(), "UNKNOWN_GOAL");
    let tied = tie(&world, "g");
    world.must("po0", &tied);
    assert_eq!(world.must("po0", &tied), []);
    assert_eq!(world.product.goal_id(world.item("a").goal), Some(goal("g")));
    assert_eq!(world.refused("chief", &close_goal("g", "")).code(), "REASON_MISSING");
    world.must("chief", &close_goal("g", "reached"));
    assert_eq!(world.refused("chief", &close_goal("g", "again")).code(), "GOAL_CLOSED");
    // Nothing new is tied to it; what was stays.
    let item = NewItem { goal: Some(goal("g")), ..super::world::story("b") };
    let create =
        Command::CreateItem { domain: domain(0), item, place: None, reason: Reason::default() };
    assert_eq!(world.refused("po0", &create).code(), "GOAL_CLOSED");
    assert_eq!(world.product.goal_id(world.item("a").goal), Some(goal("g")));
    world.says("po0: split a into b c");
    assert_eq!((world.item("b").goal, world.item("c").goal), (None, None));
    assert_eq!(world.refused("chief", &add_goal("g")).code(), "GOAL_EXISTS");
}

#[test]
fn parts_of_a_split_serve_the_goal_of_the_whole() {
    let mut world = World::of("a");
    world.must("chief", &add_goal("g"));
    let tied = world.change("a", |to| to.goal = Some(Some(goal("g"))));
    world.must("po0", &tied);
    world.says("po0: split a into b c");
    assert_eq!(world.product.goal_id(world.item("b").goal), Some(goal("g")));
}

#[test]
fn an_entry_is_planned_by_the_po_of_its_domain() {
    let mut world = World::of("a b1");
    assert_eq!(world.refused("po1", &add(entry(0))).code(), "NOT_IN_MANDATE");
    assert_eq!(world.refused("member0", &add(entry(0))).code(), "NOT_IN_MANDATE");
    assert_eq!(world.refused("chief", &add(entry(9))).code(), "UNKNOWN_DOMAIN");
    let ghost = NewEntry { items: vec!["D0-77".parse().unwrap()], ..entry(0) };
    assert_eq!(world.refused("po0", &add(ghost)).code(), "UNKNOWN_ITEM");
    let ghost = NewEntry { goal: Some(goal("g")), ..entry(0) };
    assert_eq!(world.refused("po0", &add(ghost)).code(), "UNKNOWN_GOAL");
    let (a, b) = (world.key("a"), world.key("b"));
    let events = world.must("po0", &add(NewEntry { items: vec![b.clone(), a, b], ..entry(0) }));
    assert!(matches!(&events[..], [Event::EntryAdded(EntryAdded { entry: EntryNo(1), .. })]));
    let made = world.product.entry(EntryNo(1)).unwrap();
    assert_eq!(made.items, [world.no("b").unwrap(), world.no("a").unwrap()], "each once");
    assert_eq!(world.product.entries_of(world.no("b").unwrap()).collect::<Vec<_>>(), [EntryNo(1)]);
    // To another domain's part: only for who plans both.
    let give = change(1, "theirs", |to| to.domain = Some(domain(1)));
    assert_eq!(world.refused("po0", &give).code(), "NOT_IN_MANDATE");
    world.must("chief", &give);
    let title = change(1, "", |to| to.title = Some(Title::new("Invoices").unwrap()));
    assert_eq!(world.refused("po0", &title).code(), "NOT_IN_MANDATE");
    world.must("po1", &title);
}

#[test]
fn a_plan_moves_with_its_old_value_and_a_reason() {
    let mut world = World::empty();
    world.must("po0", &add(entry(0)));
    let later = days("2027-01-04", "2027-06-25");
    let slip = |why: &str| change(1, why, |to| to.when = Some(later));
    assert_eq!(world.refused("po0", &slip("")).code(), "REASON_MISSING");
    let events = world.must("po0", &slip("the bank is late"));
    let [Event::EntryChanged(EntryChanged { when: Some(when), title: None, .. })] = &events[..]
    else {
        panic!("{events:?}")
    };
    assert_eq!((when.from, when.to), (days("2027-01-04", "2027-03-26"), later));
    assert_eq!(world.must("po0", &slip("again")), [], "nothing changes twice");
    // What does not move needs no reason.
    world.must("po0", &change(1, "", |to| to.aim = Some(Line::default())));
    let seen = world.product.entry(EntryNo(1)).unwrap().changed;
    let stale = Command::UpdateEntry {
        entry: EntryNo(1),
        changes: Box::default(),
        reason: Reason::default(),
        expected: Some(Version(seen.0 - 1)),
    };
    assert_eq!(world.refused("po0", &stale).code(), "STALE");
    assert_eq!(world.refused("po0", &slip_of(2)).code(), "UNKNOWN_ENTRY");
    assert_eq!(
        world.refused("po1", &slip_of(1)).to_string(),
        "planning this domain's part of the roadmap is not in your mandate; the Chief PO (chief) or the PO of d0 (po0) may"
    );
}

fn slip_of(no: u32) -> Command {
    change(no, "late", |to| to.when = Some(When::Horizon(Horizon::Later)))
}

#[test]
fn an_entry_that_was_removed_stays_known_and_is_not_changed() {
    let mut world = World::empty();
    world.must("po0", &add(entry(0)));
    assert_eq!(world.refused("po1", &remove(1, "no")).code(), "NOT_IN_MANDATE");
    assert_eq!(world.refused("po0", &remove(1, "")).code(), "REASON_MISSING");
    world.must("po0", &remove(1, "the law changed"));
    assert_eq!(world.product.entries().count(), 0);
    assert_eq!(world.product.entry(EntryNo(1)).unwrap().removed, Some(reason("the law changed")));
    assert_eq!(world.refused("po0", &remove(1, "again")).code(), "ENTRY_REMOVED");
    let refused = world.refused("po0", &slip_of(1));
    assert_eq!(
        refused.to_string(),
        "roadmap entry 1 was taken off the roadmap (the law changed); add a new one"
    );
    // Its number is not given again.
    world.must("po0", &add(entry(0)));
    assert!(world.product.entry(EntryNo(2)).is_some());
}

#[test]
fn dates_are_in_order_and_one_is_there() {
    let day = |text: &str| Some(text.parse().unwrap());
    assert!(Span::new(None, None).is_err());
    assert!(Span::new(day("2027-01-01"), day("2027-01-01")).is_ok());
    let reversed = Span::new(day("2027-01-02"), day("2027-01-01")).unwrap_err().to_string();
    assert_eq!(
        reversed,
        "time on the roadmap \"2027-01-02 to 2027-01-01\" is not in order: the end is before the start; swap them"
    );
}

#[test]
fn progress_counts_the_parts_of_items_once_and_nothing_dropped() {
    let mut world = World::of("a b c d e f g");
    for (child, parent) in [("b", "a"), ("c", "a"), ("d", "c")] {
        world.says(&format!("po0: parent {child} {parent}"));
    }
    for (item, points) in [("a", 100), ("b", 300), ("d", 500), ("e", 200)] {
        let estimate = Some(Estimate::from_hundredths(points));
        let sized = world.change(item, |to| to.estimate = estimate);
        world.must("po0", &sized);
    }
    let begun = world.change("e", |to| to.status = Some(Status::InProgress));
    world.must("po0", &begun);
    for sentence in ["done b", "drop f", "merge g into e"] {
        world.says(&format!("po0: {sentence}"));
    }
    // d is told twice: as itself and as part of c; g went into e.
    let items = ["a", "d", "f", "g"].map(|item| world.key(item)).to_vec();
    world.must("po0", &add(NewEntry { items, ..entry(0) }));
    let progress = world.product.progress(world.product.entry(EntryNo(1)).unwrap());
    let expected = Progress {
        done: 1,
        in_progress: 1,
        items: 3,
        done_hundredths: 300,
        hundredths: 1_000,
        without_estimate: 0,
    };
    assert_eq!(progress, expected, "b, d and e");
}

#[test]
fn a_plan_slips_by_its_end_its_horizon_or_its_release() {
    let label = |text: &str| Label::new(text).unwrap();
    let (old, new) = (label("v1.9"), label("v1.10"));
    let at = |when| Plan { when, release: None };
    let (now, later) = (When::Horizon(Horizon::Now), When::Horizon(Horizon::Later));
    for (from, to, shift) in [
        (at(days("", "2027-01-01")), at(days("", "2027-01-02")), Shift::Later),
        (
            at(days("2026-01-01", "2027-01-01")),
            at(days("2026-06-01", "2027-01-01")),
            Shift::Unclear,
        ),
        (at(days("2026-01-01", "")), at(days("2026-06-01", "")), Shift::Later),
        (at(days("2026-01-01", "2026-03-31")), at(days("2026-01-01", "")), Shift::Unclear),
        (at(now), at(later), Shift::Later),
        (at(days("", "2027-01-01")), at(later), Shift::Later),
        (at(now), at(days("", "2027-01-01")), Shift::Unclear),
        (
            Plan { when: later, release: Some(&old) },
            Plan { when: later, release: Some(&new) },
            Shift::Later,
        ),
        (
            Plan { when: days("", "2027-01-02"), release: Some(&old) },
            Plan { when: days("", "2027-01-01"), release: Some(&new) },
            Shift::Earlier,
        ),
    ] {
        assert_eq!(from.shift(to), shift, "{from:?} to {to:?}");
        let back = match shift {
            Shift::Later => Shift::Earlier,
            Shift::Earlier => Shift::Later,
            Shift::Unclear => Shift::Unclear,
        };
        assert_eq!(to.shift(from), back, "{to:?} back to {from:?}");
    }
}

#[test]
fn releases_are_compared_where_their_names_can_be() {
    let later = When::Horizon(Horizon::Later);
    for (from, to, shift) in [
        ("v1.9", "v1.10", Shift::Later),
        ("Q4 2025", "Q1 2026", Shift::Later),
        ("Spring 2028", "Spring 2027", Shift::Earlier),
        ("Spring 2027", "Summer 2027", Shift::Unclear),
        ("Spring", "v2", Shift::Unclear),
        ("v1.30-rc1", "v1.30", Shift::Unclear),
    ] {
        let (from, to) = (Label::new(from).unwrap(), Label::new(to).unwrap());
        let plan = |release| Plan { when: later, release: Some(release) };
        assert_eq!(plan(&from).shift(plan(&to)), shift, "{from} to {to}");
    }
}

#[test]
fn a_domain_that_plans_something_is_not_deleted() {
    let mut world = World::empty();
    world.must("po0", &add(entry(0)));
    let refused = world.try_says("chief: delete d0").unwrap_err();
    assert_eq!(
        refused.to_string(),
        "domain d0 still plans 1 roadmap entries; move or remove them first"
    );
    world.must("po0", &remove(1, "no"));
    world.says("chief: delete d0");
}

#[test]
fn syncs_are_held_one_at_a_time() {
    let mut world = World::empty();
    assert_eq!(world.refused("member0", &start(None)).code(), "NOT_IN_MANDATE");
    world.must("po1", &start(None));
    assert_eq!(world.refused("chief", &start(Some("2026-W47"))).code(), "SYNC_OPEN");
    assert_eq!(world.product.last_sync(), None);
    assert_eq!(world.refused("chief", &close("9")).code(), "UNKNOWN_SYNC");
    world.must("chief", &close("1"));
    assert_eq!(world.refused("chief", &close("1")).code(), "SYNC_CLOSED");
    assert_eq!(world.product.last_sync().unwrap().id.as_str(), "1");
    assert_eq!(world.refused("chief", &start(Some("1"))).code(), "SYNC_EXISTS");
    world.must("chief", &start(Some("3")));
    world.must("po0", &close("3"));
    // The number after two syncs is taken; the next free one is given.
    world.must("po0", &start(None));
    assert_eq!(world.product.open_sync().unwrap().id.as_str(), "4");
    assert_eq!(world.product.last_sync().unwrap().id.as_str(), "3");
    assert_eq!(world.product.sync(&SyncId::new("1").unwrap()).unwrap().summary.as_str(), "Agreed.");
}

#[test]
fn what_was_planned_is_the_same_after_a_replay() {
    let mut world = World::of("a b1");
    world.must("chief", &vision("One shop."));
    world.must("chief", &add_goal("g"));
    let a = world.key("a");
    world.must("po0", &add(NewEntry { goal: Some(goal("g")), items: vec![a], ..entry(0) }));
    world.must("po0", &slip_of(1));
    world.must("chief", &start(None));
    world.must("po0", &change(1, "", |to| to.items = Some(Vec::new())));
    world.must("chief", &close("1"));
    world.must("po0", &remove(1, "no"));
    assert_eq!(world.replayed(), world.product);
    assert_eq!(world.product.entry_by_source(&source("x")), None);
}

/// One refusal of each kind that plans know.
pub(super) fn refusals() -> Vec<crate::error::Error> {
    let mut world = World::of("a");
    for command in [add_goal("g"), close_goal("g", "reached"), start(Some("2026-W47"))] {
        world.must("chief", &command);
    }
    let mut refusals: Vec<_> = [
        vision(" "),
        add_goal("g"),
        close_goal("g", "again"),
        close_goal("h", "why"),
        slip_of(7),
        start(None),
        close("9"),
    ]
    .iter()
    .map(|command| world.refused("chief", command))
    .collect();
    for command in [add(entry(0)), remove(1, "no"), close("2026-W47")] {
        world.must("chief", &command);
    }
    let more = [slip_of(1), start(Some("2026-W47")), close("2026-W47")];
    refusals.extend(more.iter().map(|command| world.refused("chief", command)));
    world.must("chief", &add(entry(1)));
    refusals.push(world.try_says("chief: delete d1").unwrap_err());
    refusals
}
