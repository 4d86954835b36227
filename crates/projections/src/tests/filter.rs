//! Filtered lists against a filter of all pages.

use koepel_domain::{
    command::{Command, ItemChanges},
    goals::GoalNo,
    ids::{DomainId, GoalId},
    item::{Kind, Moscow, Status},
    order::{DomainNo, ItemNo},
    text::{Label, Name, Reason, Summary},
};
use proptest::prelude::*;

use super::{World, key, why};
use crate::backlog::{Filter, Row, Scope, Start, filtered_page, matching, page};

const KINDS: [Kind; 2] = [Kind::Story, Kind::Defect];
const STATUSES: [Status; 4] = [Status::New, Status::Ready, Status::Done, Status::Dropped];
const WORDS: [Option<Moscow>; 3] = [None, Some(Moscow::Must), Some(Moscow::Could)];
const LABELS: [&str; 2] = ["peak", "2027"];

fn label(text: &str) -> Label {
    Label::new(text).unwrap()
}

/// Some of a list, by the bits of a number.
fn some<T: Clone>(all: &[T], bits: u8) -> Vec<T> {
    let chosen = all.iter().enumerate().filter(|(nth, _)| bits & (1 << nth) != 0);
    chosen.map(|(_, one)| one.clone()).collect()
}

fn changed(world: &mut World, item: &str, bits: u8) {
    let changes = ItemChanges {
        kind: Some(KINDS[usize::from(bits & 1)]),
        status: Some(STATUSES[usize::from(bits >> 1 & 1)]),
        moscow: Some(WORDS[usize::from(bits >> 2) % 3]),
        labels: Some(some(&LABELS, bits >> 4).into_iter().map(label).collect()),
        ..ItemChanges::default()
    };
    let (item, changes, reason) = (key(item), Box::new(changes), Reason::default());
    world.does(Command::UpdateItem { item, changes, reason, expected: None });
}

/// A goal, and an item that serves it and is part of another.
fn serves(world: &mut World, item: &str, goal: &str, parent: Option<&str>) {
    let goal = GoalId::new(goal).unwrap();
    let (name, summary) = (Name::new("A goal").unwrap(), Summary::default());
    world.tries(Command::AddGoal { goal: goal.clone(), name, summary });
    let changes = ItemChanges {
        goal: Some(Some(goal)),
        parent: Some(parent.map(key)),
        ..ItemChanges::default()
    };
    let (item, changes, reason) = (key(item), Box::new(changes), Reason::default());
    world.does(Command::UpdateItem { item, changes, reason, expected: None });
}

fn asks(world: &mut World, item: &str, domain: &str) {
    let domain = DomainId::new(domain).unwrap();
    world.tries(Command::RequestDomain {
        item: key(item),
        domain,
        ask: why("help"),
        expected: None,
    });
}

fn pins(world: &mut World, item: &str) {
    world.does(Command::PinItem { item: key(item), reason: why("promised"), expected: None });
}

fn found(world: &World, scope: Scope, filter: &Filter) -> Vec<String> {
    let found = matching(&world.product, scope, filter);
    found.iter().map(|no| world.product.key(*no).unwrap().to_string()).collect()
}

const OPEN: Scope = Scope { domain: None, closed: false };
const ALL: Scope = Scope { domain: None, closed: true };

#[test]
fn what_a_filter_leaves_keeps_its_places_and_closed_items_follow() {
    let mut world = World::of("abab");
    for item in ["A-1", "B-1", "B-2"] {
        let complete = world.complete(item);
        world.does(complete);
    }
    let of_a = Filter { domains: vec![DomainNo(0)], ..Filter::default() };
    assert_eq!(found(&world, OPEN, &of_a), ["A-2"]);
    let of_b = Filter { domains: vec![DomainNo(1)], ..Filter::default() };
    assert_eq!(found(&world, ALL, &of_b), ["B-2", "B-1"]);
    let done = Filter { statuses: vec![Status::Done], ..Filter::default() };
    assert!(found(&world, OPEN, &done).is_empty());
    assert_eq!(found(&world, ALL, &done), ["B-2", "B-1", "A-1"]);
    let sub = Scope { domain: Some(DomainNo(1)), closed: true };
    assert!(found(&world, sub, &of_a).is_empty(), "of a domain that the list is not of");

    let world = World::of("aabba");
    let items = matching(&world.product, OPEN, &of_b);
    let rows = filtered_page(&world.product, &items, Start::At(1), 5);
    let places: Vec<_> = rows.iter().map(|row| (row.place, row.domain_place, row.index)).collect();
    assert_eq!(places, [(4, 2, 1)]);
    assert!(filtered_page(&world.product, &items, Start::At(9), 5).is_empty());
    let gone = Start::After(ItemNo(0), 1);
    assert_eq!(filtered_page(&world.product, &items, gone, 5).len(), 1, "from the index on");
}

#[test]
fn parts_are_direct_ones_and_who_serves_no_goal_can_be_asked_for() {
    let mut world = World::of("abab");
    serves(&mut world, "B-1", "g", Some("A-1"));
    serves(&mut world, "A-2", "h", Some("B-1"));
    let part_of = Some(world.product.item_no(&key("A-1")).unwrap());
    let parts = Filter { part_of, ..Filter::default() };
    assert_eq!(found(&world, OPEN, &parts), ["B-1"]);
    let of = |goal| Filter { goal: Some(goal), ..Filter::default() };
    assert_eq!(found(&world, OPEN, &of(Some(GoalNo(1)))), ["A-2"]);
    assert_eq!(found(&world, OPEN, &of(None)), ["A-1", "B-2"]);
    let complete = world.complete("B-1");
    world.does(complete);
    assert!(found(&world, OPEN, &parts).is_empty());
    assert_eq!(found(&world, ALL, &parts), ["B-1"]);
}

proptest! {
    #[test]
    fn a_filtered_list_is_the_whole_list_filtered(
        items in proptest::collection::vec((0_usize..3, any::<u8>(), 0_u8..16), 0..16),
        chosen in (any::<u8>(), any::<u8>(), any::<u8>(), any::<u8>(), any::<u8>()),
        flags in (any::<bool>(), any::<bool>(), any::<bool>(), 0_usize..4, 0_usize..4),
        (parent, goal) in (0_u32..8, 0_u16..8),
        size in 1_usize..5,
    ) {
        let domains = ["a", "b", "c"];
        let mut world = World::of(&items.iter().map(|(domain, ..)| domains[*domain]).collect::<String>());
        let keys: Vec<String> = world.order();
        for (item, (_, bits, more)) in keys.iter().zip(&items) {
            changed(&mut world, item, *bits);
            if more & 4 != 0 {
                let parent = keys.first().filter(|first| *first != item).map(String::as_str);
                serves(&mut world, item, if more & 8 != 0 { "g" } else { "h" }, parent);
            }
            if more & 1 != 0 {
                asks(&mut world, item, domains[usize::from(more >> 2) % 3]);
            }
            if more & 2 != 0 {
                pins(&mut world, item);
            }
            if more & 12 == 12 {
                // Unless it is pinned.
                let complete = world.complete(item);
                world.tries(complete);
            }
        }
        let (kinds, statuses, moscow, labels, of) = chosen;
        let (pinned, closed, narrow, asked, scope) = flags;
        // Most filters say little: one that says all leaves nothing.
        let or_all = |bits: u8| if bits & 0x80 != 0 { 0 } else { bits };
        let filter = Filter {
            kinds: some(&KINDS, or_all(kinds)),
            statuses: some(&STATUSES, or_all(statuses)),
            moscow: some(&WORDS, or_all(moscow)),
            labels: some(&LABELS, or_all(labels) & 1).into_iter().map(label).collect(),
            pinned: pinned && narrow,
            domains: some(&[DomainNo(0), DomainNo(1), DomainNo(2)], or_all(of)),
            asks_of: (asked < 3 && narrow).then(|| DomainNo(u16::try_from(asked).unwrap())),
            part_of: (parent < 3 && narrow).then_some(ItemNo(parent)),
            goal: (goal < 3).then(|| goal.checked_sub(1).map(GoalNo)),
        };
        let domain = (scope < 3).then(|| DomainNo(u16::try_from(scope).unwrap()));
        let scope = Scope { domain, closed };
        let whole = page(&world.product, scope, Start::At(0), 1_000);
        let expected: Vec<&Row<'_>> = whole.iter().filter(|row| filter.passes(row.item)).collect();
        let found = matching(&world.product, scope, &filter);
        let (mut start, mut paged) = (Start::At(0), Vec::new());
        loop {
            let rows = filtered_page(&world.product, &found, start, size);
            let Some(last) = rows.last() else { break };
            start = Start::After(last.no, last.index + 1);
            paged.extend(rows);
        }
        prop_assert_eq!(paged.len(), expected.len());
        for (index, (row, expected)) in (0_u32..).zip(paged.iter().zip(expected)) {
            prop_assert_eq!(row, &Row { index, ..*expected });
        }
    }
}
