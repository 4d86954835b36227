//! How items come into the order: edge case 9 of ORDER.md. New, reopened, split.

use super::world::{World, check};
use crate::{event::Event, item::Status};

#[test]
fn a_domain_po_brings_a_turn_at_the_end_and_the_domains_items_flow_down() {
    for (when, then) in [
        ("po0: new n in d0", "a x1 b P y2 c z2 n"),
        ("po0: new n in d0 bottom", "a x1 b P y2 c z2 n"),
        ("po0: new n in d0 top", "n x1 a P y2 b z2 c"),
        ("po0: new n in d0 after a", "a x1 n P y2 b z2 c"),
        ("po0: new n in d0 before c", "a x1 b P y2 n z2 c"),
        ("po0: new n in d0 after c", "a x1 b P y2 c z2 n"),
        // Next to a pinned item: its turn is the first of the domain below.
        ("po0: new n in d0 after p", "a x1 b P y2 n z2 c"),
        ("po0: new n in d0 before p", "a x1 b P y2 n z2 c"),
        ("po1: new n in d1 top", "a n1 b P y2 c z2 x1"),
        ("po3: new n in d3 top", "a x1 b P y2 c z2 n3"),
    ] {
        check("a x1 b P y2 c z2", &[(when, then)]);
    }
}

#[test]
fn the_chief_po_places_the_turn() {
    for (when, then) in [
        ("chief: new n in d0 top", "n a x1 b P"),
        ("chief: new n in d1 after a", "a n1 x1 b P"),
        ("chief: new n in d0 before p", "a x1 b n P"),
        ("chief: new n in d0 after p", "a x1 b P n"),
        ("chief: new n in d0", "a x1 b P n"),
        ("chief: new n in d0 bottom seen p", "a x1 b P n"),
        ("chief: new n in d3 after x", "a x1 n3 b P"),
    ] {
        check("a x1 b P", &[(when, then)]);
    }
}

#[test]
fn an_arrival_tells_turn_and_place() {
    let mut world = World::of("a x1 b");
    let events = world.says("po0: new n in d0 after a");
    let [Event::ItemCreated(e)] = events.as_slice() else { panic!("{events:?}") };
    let arrival = e.arrival.as_ref().unwrap();
    assert_eq!((arrival.turn_place, arrival.turn, arrival.place), (4, 2, 3));
    assert_eq!(world.order(), "a x1 n b");
}

#[test]
fn whoever_may_not_order_a_sub_backlog_brings_items_to_its_bottom() {
    check(
        "a x1",
        &[
            ("member0: new n in d0", "a x1 n"),
            ("tool: new m in d1", "a x1 n m1"),
            ("member0: new o in d0 top", "! NOT_IN_MANDATE"),
            ("tool: new o in d0 after a", "! NOT_IN_MANDATE"),
            ("tool: new o in d0 bottom", "a x1 n m1 o"),
            ("member0: new q in d1", "! NOT_IN_MANDATE"),
            ("po0: new q in d1", "! NOT_IN_MANDATE"),
            ("po0: new q in d0 after x", "! FOREIGN_ANCHOR"),
            ("po0: new q in d9", "! UNKNOWN_DOMAIN"),
        ],
    );
}

#[test]
fn a_reopened_item_brings_a_new_turn() {
    check(
        "a b x1 c",
        &[
            ("po0: reopen b", "! ALREADY_OPEN"),
            ("po0: done b", "a x1 c"),
            ("po1: reopen b", "! NOT_IN_MANDATE"),
            ("po0: reopen b after b", "! ANCHOR_CLOSED"),
            ("po0: reopen b top", "b x1 a c"),
            ("po0: drop b", "x1 a c"),
            ("chief: reopen b after x", "x1 b a c"),
            ("po0: done b", "x1 a c"),
            ("po0: reopen b", "x1 a c b"),
        ],
    );
    let mut world = World::of("a b");
    world.says("po0: drop a");
    assert!(world.item("a").closed.is_some());
    world.says("po0: reopen a");
    assert_eq!((world.item("a").status, &world.item("a").closed), (Status::Ready, &None));
}

#[test]
fn an_item_is_not_reopened_into_a_deleted_domain() {
    let mut world = World::of("a3 b");
    world.says("po3: done a");
    world.says("chief: delete d3");
    assert_eq!(world.try_says("chief: reopen a").unwrap_err().code(), "UNKNOWN_DOMAIN");
    world.says("chief: move a to d0");
    world.says("po0: reopen a top");
    assert_eq!(world.order(), "a b");
}
