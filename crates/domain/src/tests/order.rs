//! Rank, reorder, pin, leave and change of domain: ARCHITECTURE.md "One order" and the edge cases 1 to 8 of ORDER.md.

use super::world::{World, check, source, story};
use crate::{command::Command, event::Event, item::Status, order::DomainNo};

#[test]
fn a_reorder_permutes_the_domains_items_over_the_turns_they_hold() {
    for (when, then) in [
        ("po0: reorder a after c", "b x1 c a y2 d"),
        ("po0: reorder a bottom", "b x1 c d y2 a"),
        ("po0: reorder d top", "d x1 a b y2 c"),
        ("po0: reorder d before b", "a x1 d b y2 c"),
        ("po0: reorder d after a", "a x1 d b y2 c"),
        ("po0: reorder b after c", "a x1 c b y2 d"),
        ("po0: reorder c before b", "a x1 c b y2 d"),
        ("chief: reorder a after c", "b x1 c a y2 d"),
        ("po1: reorder x top", "="),
    ] {
        check("a x1 b c y2 d", &[(when, then)]);
    }
}

#[test]
fn a_reorder_flows_around_pinned_items() {
    for (when, then) in [
        // No turn of the domain lies between P and c.
        ("po0: reorder a after p", "b a P c"),
        ("po0: reorder a before p", "b a P c"),
        ("po0: reorder c after p", "="),
        ("po0: reorder c before p", "="),
        ("po0: reorder c top", "c a P b"),
        ("po0: reorder a bottom", "b c P a"),
        ("po0: reorder b after p", "="),
    ] {
        check("a b P c", &[(when, then)]);
    }
    check(
        "P a x1 Q b R",
        &[("po0: reorder b before q", "="), ("po0: reorder b before p", "P b x1 Q a R")],
    );
    check(
        "P a x1 Q b R",
        &[("po0: reorder a after r", "P b x1 Q a R"), ("po0: reorder a after r", "=")],
    );
}

#[test]
fn a_reorder_is_refused_for_a_pinned_item_and_next_to_another_domains() {
    check(
        "a b P x1",
        &[
            ("po0: reorder p top", "! PINNED"),
            ("chief: reorder p top", "! PINNED"),
            ("po0: reorder a after x", "! FOREIGN_ANCHOR"),
            ("po0: reorder x top", "! NOT_IN_MANDATE"),
            ("po0: reorder a after z", "! UNKNOWN_ITEM"),
            ("po0: reorder z top", "! UNKNOWN_ITEM"),
        ],
    );
}

#[test]
fn a_move_to_where_the_item_is_makes_no_event() {
    for when in ["top", "bottom", "before a", "after a"] {
        check("a x1", &[(&format!("po0: reorder a {when}"), "=")]);
    }
    for when in ["before b", "after b", "after a", "before c"] {
        check(
            "a b c",
            &[(&format!("po0: reorder b {when}"), "="), (&format!("chief: rank b {when}"), "=")],
        );
    }
    check(
        "a",
        &[
            ("chief: rank a top", "="),
            ("chief: rank a bottom", "="),
            ("chief: rank a after a", "="),
        ],
    );
}

#[test]
fn a_reorder_tells_the_place_reached() {
    let mut world = World::of("a x1 b P c");
    let events = world.says("po0: reorder a after p");
    let [Event::ItemReordered(e)] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!((e.from.place, e.to.place, e.from_turn, e.to_turn), (1, 3, 1, 2));
    assert_eq!((&e.to.after, &e.to.before), (&Some(world.key("x")), &Some(world.key("p"))));
    assert_eq!((&e.from.after, &e.from.before), (&None, &Some(world.key("x"))));
}

#[test]
fn a_rank_moves_the_item_with_its_turn_and_nothing_else() {
    for (when, then) in [
        ("chief: rank a after x", "x1 a b y2 P"),
        ("chief: rank y top", "y2 a x1 b P"),
        ("chief: rank a bottom", "x1 b y2 P a"),
        ("chief: rank b before x", "a b x1 y2 P"),
        ("chief: rank y before b", "a x1 y2 b P"),
        ("chief: rank a after p", "x1 b y2 P a"),
        ("chief: rank a before p", "x1 b y2 a P"),
        // Item and turn of a pinned one move, and it stays pinned.
        ("chief: rank p top", "P a x1 b y2"),
        ("chief: rank p after a", "a P x1 b y2"),
    ] {
        check("a x1 b y2 P", &[(when, then)]);
    }
}

#[test]
fn a_rank_next_to_a_pinned_item_is_exact() {
    check("a b P c", &[("chief: rank a after p", "b P a c")]);
    check("a P Q b", &[("chief: rank a before q", "P a Q b")]);
}

#[test]
fn a_rank_does_not_bind_later_reorders_but_a_pin_does() {
    check("a x1 b c", &[("chief: rank c top", "c a x1 b"), ("po0: reorder a top", "a c x1 b")]);
    check(
        "a x1 b c",
        &[
            ("chief: rank c top", "c a x1 b"),
            ("chief: pin c", "C a x1 b"),
            ("po0: reorder a top", "="),
            ("po0: reorder b top", "C b x1 a"),
        ],
    );
}

#[test]
fn a_family_moves_in_its_order_with_its_head_first() {
    let family = |order: &str| {
        let mut world = World::of(order);
        for (child, parent) in [("b", "a"), ("c", "b"), ("x", "a")] {
            if world.no(child).is_some() {
                world.says(&format!("chief: parent {child} {parent}"));
            }
        }
        world
    };
    for (given, when, then) in [
        ("a b c x1 y z", "rank a family bottom", "y z a b c x1"),
        ("y b z C x1 a", "rank a family top", "a b C x1 y z"),
        ("y b z C x1 a", "rank a family after z", "y z a b C x1"),
        ("y b z C x1 a", "rank a family before z", "y a b C x1 z"),
        ("a b c y x1 z", "rank a family after a", "a b c x1 y z"),
        ("a y c z b", "rank b family top", "b c a y z"),
    ] {
        let mut world = family(given);
        world.says(&format!("chief: {when}"));
        assert_eq!(world.order(), then, "{when}, given {given}");
    }
    let mut world = family("a b c x1 y z");
    assert_eq!(world.says("chief: rank a family top"), []);
    let error = world.try_says("chief: rank a family after b").unwrap_err();
    assert_eq!(error.code(), "WITH_ITSELF");
    // What is closed stays behind; what hangs below it comes along.
    let mut world = family("y z a b c x1");
    world.says("po0: done b");
    world.says("chief: rank a family top");
    assert_eq!(world.order(), "a c x1 y z");
}

#[test]
fn each_event_of_a_family_names_its_head() {
    let mut world = World::of("a y b");
    world.says("po0: parent b a");
    let events = world.says("chief: rank a family bottom");
    let heads = events.into_iter().map(|event| {
        let Event::ItemRanked(e) = event else { panic!("{event:?}") };
        (e.item, e.family_of)
    });
    let (a, b) = (world.key("a"), world.key("b"));
    assert_eq!(heads.collect::<Vec<_>>(), [(a.clone(), None), (b, Some(a))]);
}

#[test]
fn pin_and_unpin_move_nothing() {
    check(
        "a b x1 c",
        &[
            ("chief: pin b", "a B x1 c"),
            ("chief: pin b", "="),
            ("chief: unpin b", "a b x1 c"),
            ("chief: unpin b", "! NOT_PINNED"),
            ("po0: pin a", "! NOT_IN_MANDATE"),
            ("po0: done b", "a x1 c"),
            ("chief: pin b", "! NOT_OPEN"),
            ("chief: unpin b", "! NOT_OPEN"),
        ],
    );
    // What comes in above shifts a pinned item: its turn is bound, not its number.
    check("a P", &[("chief: new n in d1 top", "n1 a P")]);
}

#[test]
fn an_item_is_pinned_with_one_reason_which_is_needed() {
    let mut world = World::of("a P");
    let pin = |world: &World, item: &str, why: &str| Command::PinItem {
        item: world.key(item),
        reason: super::world::reason(why),
        expected: None,
    };
    let (bare, other) = (pin(&world, "a", ""), pin(&world, "p", "another"));
    assert_eq!(world.refused("chief", &bare).code(), "REASON_MISSING");
    assert_eq!(
        world.refused("chief", &other).to_string(),
        "D0-2 is pinned (for a test); the Chief PO has to unpin it first"
    );
}

#[test]
fn an_item_that_leaves_takes_its_turn_along() {
    check(
        "a x1 b y2 c",
        &[
            ("po0: done b", "a x1 y2 c"),
            ("po2: drop y", "a x1 c"),
            ("po0: done b", "! NOT_OPEN"),
            ("po0: drop b", "! NOT_OPEN"),
            ("po0: reorder c after b", "! ANCHOR_CLOSED"),
            ("chief: rank c after y", "! ANCHOR_CLOSED"),
            ("chief: rank b top", "! NOT_OPEN"),
            ("po0: reorder b top", "! NOT_OPEN"),
        ],
    );
}

#[test]
fn a_pinned_item_may_be_done_but_is_unpinned_before_it_is_dropped_or_given_away() {
    check(
        "a P b",
        &[
            ("po0: drop p", "! PINNED"),
            ("chief: drop p", "! PINNED"),
            ("chief: move p to d1", "! PINNED"),
            ("chief: merge p into a", "! PINNED"),
            ("po0: duplicate p of a", "! PINNED"),
            ("po0: split p into y z", "! PINNED"),
            ("po0: done p", "a b"),
            ("po0: reopen p", "a b p"),
        ],
    );
}

#[test]
fn closed_items_are_kept_the_last_closed_first() {
    let world = check(
        "a x1 B c",
        &[("po0: done b", "a x1 c"), ("po1: drop x", "a c"), ("po0: done a", "c")],
    );
    assert_eq!(world.closed(), "a x1 b");
    assert!(matches!(world.item("x").status, Status::Dropped));
    assert!(world.item("b").pin.is_none());
}

#[test]
fn dropping_needs_a_reason() {
    let mut world = World::of("a");
    let (item, reason) = (world.key("a"), crate::text::Reason::default());
    let command = Command::DropItem { item, reason, expected: None };
    assert_eq!(
        world.refused("po0", &command).to_string(),
        "say why: dropping an item needs a reason"
    );
}

#[test]
fn a_change_of_domain_keeps_every_place() {
    check(
        "a x1 b y2",
        &[
            ("chief: move a to d1", "a1 x1 b y2"),
            ("chief: move a to d1", "="),
            ("po1: reorder x top", "x1 a1 b y2"),
            ("chief: move a to d0", "x1 a b y2"),
            ("po0: move b to d2", "! NOT_IN_MANDATE"),
            ("po2: move b to d2", "! NOT_IN_MANDATE"),
            ("chief: move b to d9", "! UNKNOWN_DOMAIN"),
        ],
    );
}

#[test]
fn whoever_is_po_of_both_domains_may_move_between_them() {
    let mut world = World::of("a x1");
    world.says("admin: replace po by po0 for d1");
    world.says("po0: move a to d1");
    assert_eq!(world.order(), "a1 x1");
}

#[test]
fn to_another_domain_and_back_is_the_identity_of_the_order() {
    for given in ["a b x1 c y1", "a", "x1 a x2 b", "P a x1 b Q1"] {
        for name in ["a", "b"].iter().filter(|name| given.contains(**name)) {
            let before = World::of(given);
            let mut world = before.clone();
            world.says(&format!("chief: move {name} to d1"));
            world.says(&format!("chief: move {name} to d0"));
            assert_eq!(world.product.order, before.product.order);
        }
    }
}

#[test]
fn an_item_keeps_its_key_wherever_it_goes() {
    let mut world = World::of("a b");
    world.says("chief: move b to d3");
    assert_eq!(world.key("b").to_string(), "D0-2");
    world.says("po3: new c in d3");
    assert_eq!(world.key("c").to_string(), "D3-1");
    world.says("po0: new d in d0");
    assert_eq!(world.key("d").to_string(), "D0-3");
}

#[test]
fn a_request_ends_when_the_item_goes_to_the_domain_that_was_asked() {
    let mut world = World::of("a");
    world.says("po0: ask a of d1");
    world.says("po0: ask a of d2");
    let events = world.says("chief: move a to d1");
    assert!(
        matches!(events.as_slice(), [Event::ItemMoved(_), Event::RequestWithdrawn(_)]),
        "{events:?}"
    );
    assert_eq!(
        world.item("a").requests.iter().map(|r| r.domain).collect::<Vec<_>>(),
        [DomainNo(2)]
    );
}

#[test]
fn a_split_puts_the_parts_below_the_item_and_moves_no_other_domains_item() {
    // Whoever leaves takes their turn along.
    check("a x1 b c", &[("po0: split a into p q", "x1 p q b c")]);
    check("a x1 b c", &[("po0: split b into p q", "a x1 p q c")]);
    check("a x1 b c", &[("po0: split a keep into p q", "a x1 p q b c")]);
    check("a P b x1", &[("po0: split p keep into q r", "a P q x1 r b")]);
    check(
        "a b",
        &[("po1: split a into p", "! NOT_IN_MANDATE"), ("po0: split a into z z", "z z b")],
    );
}

#[test]
fn a_split_is_of_1_to_50_open_parts_with_sources_of_their_own() {
    let mut world = World::of("a");
    let split = |world: &World, into: Vec<_>| Command::SplitItem {
        item: world.key("a"),
        into,
        keep: true,
        reason: super::world::reason("too large"),
        expected: None,
    };
    let with = |titles: &[&str]| -> Vec<_> {
        titles
            .iter()
            .map(|title| {
                let mut part = story(title);
                part.sources = vec![source("s1")];
                part
            })
            .collect()
    };
    let mut closed = story("p");
    closed.status = Status::Done;
    for (into, code) in [
        (with(&["p", "q"]), "SOURCE_TAKEN"),
        (vec![story("p"); 51], "TOO_MANY"),
        (vec![closed], "WRONG_STATUS"),
    ] {
        let command = split(&world, into);
        assert_eq!(world.refused("po0", &command).code(), code);
    }
    let command = split(&world, vec![story("p"); 50]);
    assert_eq!(world.must("po0", &command).len(), 51);
    let empty = split(&world, Vec::new());
    assert_eq!(
        world.refused("po0", &empty).to_string(),
        "0 parts of a split do not fit; 1 to 50 do"
    );
}
