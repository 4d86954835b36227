//! Steps as they are read aloud.

use koepel_domain::{
    command::{Anchor, Command, NewItem, Place},
    ids::DomainId,
    item::Kind,
    language::Language,
    text::{Reason, Title},
};

use super::{World, key, why};
use crate::{explain::story, told::told};

/// The story of an item, the latest first: what happened, and what it meant.
fn aloud(world: &World, item: &str) -> Vec<String> {
    let (version, now, no) = (world.product.version(), world.product.order(), world.no(item));
    let stretch = world.history.stretch(version, now, None, usize::MAX);
    let steps = story(stretch, no, usize::MAX).unwrap().steps;
    let told = steps.iter().map(|step| {
        let commit = world.log.iter().find(|commit| commit.version == step.version).unwrap();
        let told = told(step, commit, &world.product, no, Language::En).unwrap();
        if told.effect.is_empty() {
            format!("{}.", told.sentence)
        } else {
            format!("{}. {}.", told.sentence, told.effect)
        }
    });
    told.collect()
}

#[track_caller]
fn check(world: &World, item: &str, latest: &str) {
    assert_eq!(aloud(world, item).first().map(String::as_str), Some(latest));
}

/// A-1, then A-2 with so many children below it.
fn family(children: usize) -> World {
    let mut world = World::of("aa");
    for _ in 0..children {
        let mut item = NewItem::plain(Kind::Story, Title::new("A part").unwrap());
        item.parent = Some(key("A-2"));
        let domain = DomainId::new("a").unwrap();
        let place = Some(Place { anchor: Anchor::Bottom, seen: None });
        world.does(Command::CreateItem { domain, item, place, reason: Reason::default() });
    }
    world
}

fn rank_family(item: &str) -> Command {
    let place = Place { anchor: Anchor::Top, seen: None };
    let (item, reason) = (key(item), why("ranked"));
    Command::RankItem { item, place, with_family: true, reason, expected: None }
}

#[test]
fn what_moved_past_an_item_is_said_with_its_title_and_apart_from_what_it_meant() {
    let mut world = World::of("aab");
    let rank = world.rank("B-1", Anchor::Top);
    world.does(rank);
    check(
        &world,
        "A-2",
        "B-1 “A story” was ranked from place 3 to place 1, at the top, above A-1. That moved A-2 down from place 2 to 3.",
    );
    check(
        &world,
        "B-1",
        "was ranked from place 3 to place 1, at the top, above A-1. It went past 2 items: A-1 “A story” and A-2.",
    );
    let complete = world.complete("B-1");
    world.does(complete);
    check(
        &world,
        "A-2",
        "B-1 “A story” was done and left place 1. That moved A-2 up from place 3 to 2.",
    );
}

#[test]
fn a_family_is_told_by_its_head_and_its_whole_size() {
    let mut world = family(25);
    let version = world.does(rank_family("A-2"));
    check(
        &world,
        "A-1",
        "A-2 “A story” was ranked from place 2 to place 1, at the top, above A-1, together with 25 items that belong to it. \
         That moved A-1 down from place 1 to 27.",
    );
    check(
        &world,
        "A-27",
        "was ranked from place 27 to place 26, between A-26 and A-1, along with A-2. It went past A-1 “A story”.",
    );
    world.does(Command::UndoMove { version, reason: why("a mistake") });
    let told = aloud(&world, "A-1");
    let told = told.first().unwrap();
    assert!(
        told.starts_with("A-2 “A story” went back from")
            && told.contains(&format!("(undoing version {version}), together with 25 items"))
            && told.ends_with("That moved A-1 up from place 27 to 1."),
        "{told}"
    );
}

#[test]
fn a_family_comes_to_a_head_that_stays() {
    let mut world = family(2);
    let rank = world.rank("A-2", Anchor::Top);
    world.does(rank);
    world.does(rank_family("A-2"));
    check(
        &world,
        "A-1",
        "A-3 “A part” and 1 more item that belong to A-2 were moved to it. That moved A-1 down from place 2 to 4.",
    );
}

#[test]
fn a_long_way_is_told_by_its_length_and_the_first() {
    let mut world = World::of(&"a".repeat(30));
    let rank = world.rank("A-30", Anchor::Top);
    world.does(rank);
    let told = aloud(&world, "A-30").remove(0);
    assert!(
        told.ends_with("It went past 29 items, among them A-1 “A story”, A-2 and A-3."),
        "{told}"
    );
}

#[test]
fn a_reorder_counts_its_own_domain_only() {
    let mut world = World::of("abaab");
    let reorder = world.reorder("A-3", Anchor::Top);
    world.does(reorder);
    check(
        &world,
        "A-3",
        "was reordered within its domain from place 4 to place 1, at the top, above B-1. It went past 2 items of its own \
         domain: A-1 “A story” and A-2.",
    );
}

#[test]
fn several_that_left_together_are_told_once() {
    let mut world = World::of("aaaab");
    let (into, items) = (key("B-1"), vec![key("A-1"), key("A-2"), key("A-3")]);
    world.does(Command::MergeItems { into, items, reason: why("the same"), expected: None });
    check(
        &world,
        "A-4",
        "A-1 “A story” and 2 more items were merged into B-1. That moved A-4 up from place 4 to 1.",
    );
}
