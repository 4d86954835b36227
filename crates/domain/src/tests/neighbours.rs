//! The neighbour that a caller saw, as a check: edge case 10 of ORDER.md.

use super::world::{World, check};
use crate::error::Error;

#[test]
fn a_move_whose_neighbours_are_as_seen_is_made() {
    for (when, then) in [
        ("chief: rank a after c seen d", "b x1 c a d"),
        ("chief: rank a before d seen c", "b x1 c a d"),
        ("chief: rank d top seen a", "d a b x1 c"),
        ("chief: rank a bottom seen d", "b x1 c d a"),
        ("chief: rank a after d seen end", "b x1 c d a"),
        ("chief: rank d before a seen end", "d a b x1 c"),
        // The sub-backlog has neighbours of its own.
        ("po0: reorder a after b seen c", "b a x1 c d"),
        ("po0: reorder d before c seen b", "a b x1 d c"),
        ("po0: reorder d top seen a", "d a x1 b c"),
        ("po0: reorder a after d seen end", "b c x1 d a"),
        ("po0: reorder a bottom seen d", "b c x1 d a"),
        ("chief: new n in d1 after b seen x", "a b n1 x1 c d"),
        ("po1: new n in d1 before x seen end", "a b n1 c d x1"),
    ] {
        check("a b x1 c d", &[(when, then)]);
    }
}

#[test]
fn a_move_whose_neighbours_changed_is_refused() {
    for when in [
        "chief: rank a after c seen x",
        "chief: rank a after c seen end",
        "chief: rank a before d seen b",
        "chief: rank a before x seen c",
        "chief: rank d top seen b",
        "chief: rank d top seen end",
        "chief: rank a bottom seen c",
        "chief: rank d before a seen b",
        "po0: reorder a after b seen x",
        "po0: reorder a after b seen d",
        "po0: reorder d before c seen a",
        "po0: reorder a after b seen end",
        "po0: reorder a bottom seen end",
        "po0: reorder d top seen c",
        "chief: new n in d1 after b seen c",
        "po1: new n in d1 before x seen b",
    ] {
        check("a b x1 c d", &[(when, "! NEIGHBOURS_MOVED")]);
    }
    check("a b x1 c d", &[("chief: rank a after c seen z", "! UNKNOWN_ITEM")]);
}

#[test]
fn the_moved_item_itself_counts_as_seen_only_where_it_stands() {
    // It is the neighbour that is seen: nothing to do.
    check(
        "a b c d",
        &[
            ("chief: rank b after a seen b", "="),
            ("chief: rank b before c seen b", "="),
            ("chief: rank a top seen a", "="),
            ("chief: rank d bottom seen d", "="),
            ("po0: reorder b after a seen b", "="),
            ("po0: reorder b before c seen b", "="),
            ("po0: reorder a top seen a", "="),
            ("po0: reorder d bottom seen d", "="),
        ],
    );
    // Or it is left out of what is seen.
    check(
        "a b c d",
        &[
            ("chief: rank b after a seen c", "="),
            ("chief: rank b after b seen c", "="),
            ("chief: rank b before b seen a", "="),
            ("po0: reorder b before c seen a", "="),
            ("po0: reorder b after b seen c", "="),
            ("po0: reorder d after c seen end", "="),
            ("po0: reorder a top seen b", "="),
        ],
    );
    // It was there when the caller looked, and is not any more.
    check(
        "a b c d",
        &[
            ("chief: rank d after a seen d", "! NEIGHBOURS_MOVED"),
            ("chief: rank d before b seen d", "! NEIGHBOURS_MOVED"),
            ("chief: rank d top seen d", "! NEIGHBOURS_MOVED"),
            ("chief: rank a bottom seen a", "! NEIGHBOURS_MOVED"),
            ("po0: reorder d after a seen d", "! NEIGHBOURS_MOVED"),
            ("po0: reorder d before b seen d", "! NEIGHBOURS_MOVED"),
            ("po0: reorder d top seen d", "! NEIGHBOURS_MOVED"),
            ("po0: reorder a bottom seen a", "! NEIGHBOURS_MOVED"),
        ],
    );
}

#[test]
fn pinned_items_are_neighbours_in_a_sub_backlog() {
    check(
        "a b P x1 c",
        &[
            ("po0: reorder a after b seen p", "b a P x1 c"),
            ("po0: reorder a after p seen b", "! NEIGHBOURS_MOVED"),
            ("po0: reorder b after p seen c", "a b P x1 c"),
        ],
    );
}

#[test]
fn a_refusal_names_the_present_neighbours() {
    let mut world = World::of("a b x1 c d");
    let error = world.try_says("chief: rank a after c seen x").unwrap_err();
    let (after, before) = (Some(world.key("c")), Some(world.key("d")));
    assert_eq!(
        error,
        Error::NeighboursMoved { item: "the place below D0-3".to_owned(), after, before }
    );
    assert_eq!(
        error.to_string(),
        "the order changed: the place below D0-3 now stands between D0-3 and D0-4"
    );
    let error = world.try_says("chief: rank d top seen x").unwrap_err();
    assert_eq!(
        error.to_string(),
        "the order changed: the place asked for now stands between the top and D0-1"
    );
    // The moved item is not its own neighbour.
    let error = world.try_says("po0: reorder b after a seen d").unwrap_err();
    let (after, before) = (Some(world.key("a")), Some(world.key("c")));
    assert_eq!(
        error,
        Error::NeighboursMoved { item: "the place below D0-1".to_owned(), after, before }
    );
}

#[test]
fn a_neighbour_that_has_left_is_no_neighbour() {
    check(
        "a b c d",
        &[
            ("po0: done c", "a b d"),
            ("chief: rank a after b seen c", "! NEIGHBOURS_MOVED"),
            ("po0: reorder a after b seen c", "! NEIGHBOURS_MOVED"),
            ("chief: rank a after b seen d", "b a d"),
        ],
    );
}
