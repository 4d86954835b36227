//! Undo: the reverse move, to the former neighbours; refused once the item has moved since.

use super::world::{World, check, reason};
use crate::{command::Command, event::Event, ids::Version, item::Status, order::ItemNo};

#[test]
fn an_undone_rank_lands_where_the_item_was() {
    for when in [
        "rank b top",
        "rank b bottom",
        "rank a bottom",
        "rank d top",
        "rank x after d",
        "rank p top",
    ] {
        check(
            "a x1 b P c d",
            &[
                (&format!("chief: {when}"), &after("a x1 b P c d", when)),
                ("chief: undo", "a x1 b P c d"),
            ],
        );
    }
}

fn after(given: &str, when: &str) -> String {
    let mut world = World::of(given);
    world.says(&format!("chief: {when}"));
    world.order()
}

#[test]
fn an_undone_reorder_lands_where_the_item_was() {
    for when in ["reorder b top", "reorder b bottom", "reorder a bottom", "reorder d top"] {
        check(
            "a x1 b P c d",
            &[
                (&format!("po0: {when}"), &after("a x1 b P c d", when)),
                ("po0: undo", "a x1 b P c d"),
            ],
        );
    }
}

#[test]
fn undoing_an_undo_is_a_redo() {
    check(
        "a b c x1",
        &[
            ("chief: rank a bottom", "b c x1 a"),
            ("chief: undo", "a b c x1"),
            ("chief: undo", "b c x1 a"),
            ("chief: undo", "a b c x1"),
            ("po0: reorder c top", "c a b x1"),
            ("po0: undo", "a b c x1"),
            ("chief: undo", "c a b x1"),
        ],
    );
}

#[test]
fn an_undo_says_what_it_reverses() {
    let mut world = World::of("a b");
    let ranked = world.says("chief: rank a bottom");
    let version = world.product.version();
    let events = world.says("chief: undo");
    let ([Event::ItemRanked(ranked)], [Event::ItemRanked(undone)]) =
        (ranked.as_slice(), events.as_slice())
    else {
        panic!("{ranked:?} {events:?}")
    };
    assert_eq!((ranked.undoes, undone.undoes), (None, Some(version)));
}

#[test]
fn a_family_goes_back_as_it_came() {
    // Given, who is below a, the move.
    for (given, children, when) in [
        ("a b x1 c y2", "b c", "bottom"),
        ("y2 b z c x1 a", "b c", "top"),
        ("b a c y2 x1", "b c", "after y"),
        ("y2 b z c x1 a", "b c x", "before z"),
        ("a y2 b", "b", "after a"),
        ("c b y2 a", "b c", "after a"),
    ] {
        let mut world = World::of(given);
        for child in children.split(' ') {
            world.says(&format!("chief: parent {child} a"));
        }
        let (before, when) = (world.order(), format!("chief: rank a family {when}"));
        world.says(&when);
        let moved = world.order();
        assert_ne!(moved, before, "{when} given {given}");
        world.says("chief: undo");
        assert_eq!(world.order(), before, "undo of {when} given {given}");
        world.says("chief: undo");
        assert_eq!(world.order(), moved, "redo of {when} given {given}");
        world.says("chief: undo");
        assert_eq!(world.order(), before, "undo of the redo of {when} given {given}");
    }
}

#[test]
fn an_undo_of_a_family_names_its_head_even_if_only_others_moved() {
    let mut world = World::of("a y b c");
    world.says("po0: parent b a");
    world.says("po0: parent c a");
    world.says("chief: rank a family top");
    assert_eq!(world.order(), "a b c y");
    let head = Some(world.key("a"));
    for _ in 0..2 {
        for event in world.says("chief: undo") {
            let Event::ItemRanked(e) = event else { panic!("{event:?}") };
            assert_eq!(e.family_of, head);
        }
    }
}

#[test]
fn a_family_goes_back_together_or_not_at_all() {
    let mut world = World::of("a b c x1");
    world.says("po0: parent b a");
    world.says("chief: rank a family bottom");
    world.says("po0: reorder b top");
    assert_eq!(world.try_says("chief: undo 1").unwrap_err().code(), "NOTHING_TO_UNDO");
}

#[test]
fn only_the_last_move_of_an_item_that_is_still_there_is_undone() {
    check(
        "a b c",
        &[
            ("chief: undo", "! NOTHING_TO_UNDO"),
            ("chief: rank a bottom", "b c a"),
            ("po0: reorder a top", "a b c"),
            ("chief: undo 1", "! NOTHING_TO_UNDO"),
            ("chief: rank b bottom", "a c b"),
            ("po0: done b", "a c"),
            ("chief: undo 1", "! NOTHING_TO_UNDO"),
            ("po0: reopen b", "a c b"),
            ("chief: undo 2", "! NOTHING_TO_UNDO"),
            ("chief: rank b top", "b a c"),
            ("chief: move b to d1", "b1 a c"),
            ("chief: undo 1", "! NOTHING_TO_UNDO"),
        ],
    );
}

#[test]
fn other_items_may_have_moved_since() {
    check(
        "a b c d",
        &[
            ("chief: rank b bottom", "a c d b"),
            ("chief: rank a after d", "c d a b"),
            // After its former predecessor a.
            ("chief: undo 1", "="),
        ],
    );
    check(
        "a b c d",
        &[
            ("chief: rank b bottom", "a c d b"),
            ("chief: rank a after c", "c a d b"),
            ("chief: undo 1", "c a b d"),
        ],
    );
    check(
        "a b c d",
        &[
            ("chief: rank b top", "b a c d"),
            ("po0: done a", "b c d"),
            // Its former predecessor has left: before its former successor c.
            ("chief: undo 1", "="),
            ("chief: rank c bottom", "b d c"),
            ("chief: undo 3", "d b c"),
        ],
    );
}

#[test]
fn without_its_former_neighbours_an_item_cannot_go_back() {
    check(
        "a b c d",
        &[
            ("chief: rank b bottom", "a c d b"),
            ("po0: done a", "c d b"),
            ("po0: done c", "d b"),
            ("chief: undo 2", "! NO_WAY_BACK"),
        ],
    );
    check(
        "a b c d x1",
        &[
            ("po0: reorder b bottom", "a c d b x1"),
            ("po0: done a", "c d b x1"),
            // It is a neighbour among the domain's unpinned items no more.
            ("chief: move c to d1", "c1 d b x1"),
            ("po0: undo 2", "! NO_WAY_BACK"),
        ],
    );
}

#[test]
fn an_end_of_the_list_is_always_a_way_back() {
    check(
        "a b c",
        &[("chief: rank a bottom", "b c a"), ("po0: done b", "c a"), ("chief: undo 1", "a c")],
    );
    check(
        "a b c",
        &[("chief: rank c top", "c a b"), ("po0: done b", "c a"), ("chief: undo 1", "a c")],
    );
    check(
        "a b c",
        &[("po0: reorder a bottom", "b c a"), ("po0: done b", "c a"), ("po0: undo 1", "a c")],
    );
    check(
        "a b c",
        &[("po0: reorder c top", "c a b"), ("po0: done b", "c a"), ("po0: undo 1", "a c")],
    );
}

#[test]
fn an_undo_needs_the_mandate_of_the_move() {
    check(
        "a b x1",
        &[
            ("chief: rank a bottom", "b x1 a"),
            ("po0: undo", "! NOT_IN_MANDATE"),
            ("chief: undo", "a b x1"),
            ("po0: reorder a bottom", "b a x1"),
            ("po1: undo", "! NOT_IN_MANDATE"),
            ("chief: undo", "a b x1"),
            // The Chief PO reordered; so may the domain's PO.
            ("po0: undo", "b a x1"),
        ],
    );
}

#[test]
fn an_item_pinned_since_goes_back_with_its_turn_but_not_over_turns() {
    check(
        "a b c",
        &[
            ("chief: rank a bottom", "b c a"),
            ("chief: pin a", "b c A"),
            ("chief: undo 1", "A b c"),
            ("po0: reorder c before b", "A c b"),
            ("chief: pin c", "A C b"),
            ("po0: undo 1", "! PINNED"),
        ],
    );
}

#[test]
fn what_is_closed_forgets_how_it_moved() {
    let mut world = World::of("a b");
    world.says("chief: rank a bottom");
    assert!(world.item("a").last_move.is_some());
    world.says("po0: done a");
    assert!(world.item("a").last_move.is_none());
    assert_eq!(world.item("a").status, Status::Done);
    assert_eq!(world.no("a"), Some(ItemNo(0)));
}

#[test]
fn a_version_of_the_future_moved_nothing_yet() {
    let mut world = World::of("a");
    let version = Version(999_999);
    let command = Command::UndoMove { version, reason: reason("back") };
    let error = world.refused("chief", &command);
    assert_eq!(error.code(), "NOTHING_TO_UNDO");
    let now = world.product.version();
    let says = format!(
        "version 999999 is in the future, there is nothing to undo; the product is at version {now}"
    );
    assert_eq!(error.to_string(), says);
}
