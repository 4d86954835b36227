//! What is different between two moments: net, and with what a PO would say.

use koepel_domain::{
    command::{Anchor, Command, EntryChanges, ItemChanges, NewEntry},
    ids::{DomainId, EntryNo},
    language::Language,
    product::Product,
    roadmap::{Horizon, When},
    text::{Line, Reason, Title},
};
use proptest::prelude::*;

use super::{World, key, why};
use crate::difference::{Difference, Kind, differences};

/// What changed since a state.
fn since(world: &World, before: &Product) -> Vec<Difference> {
    since_in(world, before, Language::En)
}

/// As [`since`], in a language.
fn since_in(world: &World, before: &Product, language: Language) -> Vec<Difference> {
    let moves = world.history.moves();
    let first = moves.partition_point(|one| one.version <= before.version());
    differences(before, &world.product, &moves[first..], &|person| person.to_string(), language)
}

/// The sentences, with `!` before what crosses domains.
fn told(world: &World, before: &Product) -> Vec<String> {
    let mark = |one: &Difference| if one.crosses { "! " } else { "" };
    since(world, before).iter().map(|one| format!("{}{}", mark(one), one.sentence)).collect()
}

/// Given an order, when items are moved, then this is what is told.
#[track_caller]
fn check(given: &str, moves: &[(&str, &str, Anchor)], expected: &[&str]) {
    let mut world = World::of(given);
    let before = world.product.clone();
    for (how, item, anchor) in moves {
        let command = match *how {
            "rank" => world.rank(item, anchor.clone()),
            _ => world.reorder(item, anchor.clone()),
        };
        world.does(command);
    }
    assert_eq!(told(&world, &before), expected, "{given} {moves:?} is now {:?}", world.order());
}

fn below(item: &str) -> Anchor {
    Anchor::After(key(item))
}

#[test]
fn an_item_that_was_ranked_rose_past_others() {
    check(
        "aabbc",
        &[("rank", "B-2", Anchor::Top)],
        &[
            "! B-2 “A story” rose from place 4 to 1, past A-1 “A story” of a, A-2 “A story” of a and 1 more",
        ],
    );
    check(
        "ab",
        &[("rank", "A-1", Anchor::Bottom)],
        &["! A-1 “A story” fell from place 1 to 2, past B-1 “A story” of b"],
    );
    // Past its own alone it is nobody else's business.
    check(
        "aab",
        &[("rank", "A-2", Anchor::Top)],
        &["A-2 “A story” rose from place 2 to 1, past A-1 “A story”"],
    );
}

#[test]
fn an_item_that_was_reordered_moved_within_its_domain_alone() {
    check(
        "abaab",
        &[("reorder", "A-3", Anchor::Top)],
        &["A-3 “A story” rose from place 3 to 1 within a, past A-1 “A story” and A-2 “A story”"],
    );
}

#[test]
fn moves_that_cancel_out_are_not_told() {
    check("aabbc", &[("rank", "B-2", Anchor::Top), ("rank", "B-2", below("B-1"))], &[]);
    check("aaab", &[("reorder", "A-3", Anchor::Top), ("reorder", "A-3", Anchor::Bottom)], &[]);
    // One after the other to the top, the last first: they stand as they stood.
    check(
        "abc",
        &[("rank", "C-1", Anchor::Top), ("rank", "B-1", Anchor::Top), ("rank", "A-1", Anchor::Top)],
        &[],
    );
}

#[test]
fn a_reorder_and_a_rank_of_others_are_told_apart() {
    check(
        "abaab",
        &[("reorder", "A-3", Anchor::Top), ("rank", "B-2", Anchor::Top)],
        &[
            "! B-2 “A story” rose from place 5 to 1, past A-3 “A story” of a, B-1 “A story” and 2 more",
            "A-3 “A story” rose from place 3 to 1 within a, past A-1 “A story” and A-2 “A story”",
        ],
    );
}

#[test]
fn who_gave_way_to_an_item_that_was_ranked_and_then_reordered_is_told() {
    // B-1 takes its turn up, and then goes back to the turn of B-2, which gets the one higher up.
    check(
        "acbb",
        &[("rank", "B-1", Anchor::Top), ("reorder", "B-1", below("B-2"))],
        &[
            "! B-2 “A story” rose from place 4 to 1, past A-1 “A story” of a, C-1 “A story” of c and 1 more",
        ],
    );
}

#[test]
fn an_item_that_changed_its_domain_moved_within_the_new_one() {
    let mut world = World::of("abbab");
    let before = world.product.clone();
    let (item, domain) = (key("A-2"), DomainId::new("b").unwrap());
    let (reason, expected) = (why("theirs"), None);
    world.does(Command::MoveItem { item, domain, reason, expected });
    let reorder = world.reorder("A-2", Anchor::Before(key("B-1")));
    world.does(reorder);
    assert_eq!(
        told(&world, &before),
        [
            "! A-2 “A story” went from a to b",
            "A-2 “A story” rose from place 3 to 1 within b, past B-1 “A story” and B-2 “A story”",
        ]
    );
}

#[test]
fn those_that_flow_down_for_a_new_item_are_not_told() {
    let mut world = World::of("abab");
    let before = world.product.clone();
    // By the PO of the domain: its turn comes at the end, and go down one turn each.
    world.creates("a", Anchor::Bottom);
    let up = world.reorder("A-3", Anchor::Top);
    world.does(up);
    assert_eq!(told(&world, &before), ["A-3 “A story” came into a at place 1"]);
}

#[test]
fn which_way_an_item_went_is_told_by_what_it_went_past() {
    let mut world = World::of("bbbacc");
    let before = world.product.clone();
    for item in ["B-1", "B-2", "B-3"] {
        let done = world.complete(item);
        world.does(done);
    }
    let rank = world.rank("A-1", Anchor::Bottom);
    world.does(rank);
    assert_eq!(
        told(&world, &before)[0],
        "! A-1 “A story” fell past C-2 “A story” of c and C-1 “A story” of c; it is at place 3, and was at 4"
    );
}

#[test]
fn what_comes_and_leaves_moves_nobody() {
    let mut world = World::of("abc");
    let before = world.product.clone();
    world.creates("c", Anchor::Top);
    let done = world.complete("A-1");
    world.does(done);
    assert_eq!(
        told(&world, &before),
        ["A-1 “A story” was done and left place 1", "C-2 “A story” came into c at place 1",]
    );
    // Made and closed in between is told once; before it was made nothing of it is.
    let before = world.product.clone();
    world.creates("b", Anchor::Bottom);
    let done = world.complete("B-2");
    world.does(done);
    assert_eq!(told(&world, &before), ["B-2 “A story” came, and was done"]);
    assert_eq!(told(&world, &world.product), [""; 0]);
}

#[test]
fn fields_are_told_with_what_they_were() {
    let mut world = World::of("ab");
    let before = world.product.clone();
    let title = Some(Title::new("Pay by invoice").unwrap());
    let changes =
        Box::new(ItemChanges { title, parent: Some(Some(key("B-1"))), ..Default::default() });
    let (item, reason) = (key("A-1"), why("clearer"));
    let version = world.does(Command::UpdateItem { item, changes, reason, expected: None });
    let found = since(&world, &before);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].sentence, "A-1 “Pay by invoice” was called “A story”; is part of B-1");
    assert_eq!((found[0].kind, found[0].version), (Kind::Fields, Some(version)));
    // Back again, it is as it was.
    let title = Some(Title::new("A story").unwrap());
    let changes = Box::new(ItemChanges { title, parent: Some(None), ..Default::default() });
    let (item, reason) = (key("A-1"), Reason::default());
    world.does(Command::UpdateItem { item, changes, reason, expected: None });
    assert_eq!(told(&world, &before), [""; 0]);
}

#[test]
fn a_plan_that_slipped_says_so() {
    let mut world = World::of("a");
    let entry = NewEntry {
        domain: DomainId::new("a").unwrap(),
        title: Title::new("Invoices").unwrap(),
        aim: Line::default(),
        goal: None,
        when: When::Horizon(Horizon::Now),
        release: None,
        items: Vec::new(),
    };
    let nothing = world.product.clone();
    world.does(Command::AddEntry { entry: Box::new(entry), reason: Reason::default() });
    assert_eq!(
        told(&world, &nothing),
        ["Roadmap entry 1 “Invoices” of a was put on the roadmap: now"]
    );
    let before = world.product.clone();
    let later = Some(When::Horizon(Horizon::Later));
    let changes = Box::new(EntryChanges { when: later, ..Default::default() });
    let (entry, reason, expected) = (EntryNo(1), why("no room"), None);
    world.does(Command::UpdateEntry { entry, changes, reason: reason.clone(), expected });
    let found = since(&world, &before);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].sentence, "Roadmap entry 1 “Invoices” of a slipped from “now” to “later”");
    assert!(found[0].slipped && !found[0].crosses);
    world.does(Command::RemoveEntry { entry, reason, expected });
    assert_eq!(
        told(&world, &before),
        ["Roadmap entry 1 “Invoices” of a was taken off the roadmap; it was planned for “now”"]
    );
    assert_eq!(told(&world, &nothing), [""; 0], "it came and went");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Something is told of the order if and only if it is another one, and only of what was moved in between.
    #[test]
    fn what_is_told_of_the_order_is_what_moved(
        domains in "[abc]{10}",
        moves in prop::collection::vec((any::<bool>(), 0_usize..10, 0_usize..10), 0..7),
    ) {
        let mut world = World::of(&domains);
        let (before, was) = (world.product.clone(), world.order());
        let mut touched = Vec::new();
        for (ranked, item, other) in moves {
            let keys = world.order();
            let (item, other) = (keys[item].clone(), below(&keys[other]));
            let command =
                if ranked { world.rank(&item, other) } else { world.reorder(&item, other) };
            if world.tries(command) {
                touched.push(item);
            }
        }
        let found = since(&world, &before);
        prop_assert_eq!(found.is_empty(), world.order() == was, "{:?}", found);
        // A page that begins in one language goes on in another: only the words differ.
        for language in Language::ALL {
            let told = since_in(&world, &before, language).into_iter().zip(&found);
            for (one, english) in told {
                let sentence = english.sentence.clone();
                prop_assert_eq!(&Difference { sentence, ..one }, english);
            }
        }
        for one in &found {
            prop_assert!(one.kind == Kind::Order && one.version > Some(before.version()));
            // The item itself, or one of its domain to which it gave way.
            let domain = one.sentence.split('-').next().unwrap();
            let told = touched.iter().any(|item| item.split('-').next() == Some(domain));
            prop_assert!(told, "nothing of {} was touched", one.sentence);
        }
    }
}
