//! The versions of each item, against the log.

use koepel_domain::{
    command::{Anchor, Command},
    ids::Version,
};

use super::{World, key, why};

/// The versions whose events concern an item, read off the log.
fn in_log(world: &World, item: &str) -> Vec<Version> {
    use koepel_domain::event::Event;
    let concerns = |event: &Event| {
        event.item() == Some(&key(item))
            || matches!(event, Event::ItemMerged(merged) if merged.into == key(item))
    };
    let commits = world.log.iter().filter(|commit| commit.events.iter().any(concerns));
    commits.map(|commit| commit.version).collect()
}

#[test]
fn an_item_has_the_versions_that_did_something_to_it() {
    let mut world = World::of("aab");
    let rank = world.rank("A-2", Anchor::Top);
    world.does(rank);
    let pin = Command::PinItem { item: key("B-1"), reason: why("promised"), expected: None };
    world.does(pin);
    let (into, items) = (key("A-1"), vec![key("A-2")]);
    let (reason, expected) = (why("the same"), None);
    world.does(Command::MergeItems { into, items, reason, expected });
    for item in ["A-1", "A-2", "B-1"] {
        assert_eq!(world.history.of(world.no(item)), in_log(&world, item), "{item}");
    }
    assert_eq!(world.history.of(world.no("A-1")).len(), 2, "made, and merged into");
    assert!(world.history.of(koepel_domain::order::ItemNo(99)).is_empty());
}

#[test]
fn the_moves_lead_from_nothing_to_the_order_of_now() {
    let mut world = World::of("abab");
    for command in [
        world.rank("B-2", Anchor::Top),
        world.reorder("A-2", Anchor::Before(key("A-1"))),
        world.complete("B-1"),
    ] {
        world.does(command);
    }
    let mut order = world.product.order().clone();
    for one in world.history.moves().iter().rev() {
        order.revert(&one.change).unwrap();
    }
    assert!(order.is_empty());
    let versions: Vec<_> = world.history.moves().iter().map(|one| one.version).collect();
    assert!(versions.is_sorted());
}
