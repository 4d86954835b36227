//! Folding: what does not fit is said, and replaying a log gives the same state.

use super::world::{World, domain, reason};
use crate::{
    commit::{Commit, Misfit},
    event::{
        Arrival, DomainUpdated, Event, ItemCompleted, ItemCreated, ItemPinned, ItemRanked,
        ItemReordered, LinkResolved, Spot,
    },
    ids::{ItemKey, PersonId, Timestamp, Version},
    item::{Kind, LinkKind, Status},
    text::{Reason, Source, Text, Title},
};

fn fold(world: &World, version: u64, event: impl Into<Event>) -> Misfit {
    let commit = Commit {
        version: Version(version),
        time: Timestamp(0),
        actor: PersonId::system(),
        events: vec![event.into()],
    };
    world.product.clone().apply(&commit).unwrap_err()
}

fn spot(place: u32) -> Spot {
    Spot { place, after: None, before: None }
}

fn key(text: &str) -> ItemKey {
    text.parse().unwrap()
}

#[test]
fn a_commit_that_is_not_the_next_one_is_refused() {
    let world = World::of("a");
    let next = world.product.version().0 + 1;
    let event = || DomainUpdated { domain: domain(0), name: None, summary: None };
    for version in [0, 1, next - 1, next + 1] {
        let misfit = fold(&world, version, event());
        assert_eq!(
            misfit,
            Misfit { version: Version(version), what: format!("version {next} was expected") }
        );
    }
}

#[test]
fn an_event_that_speaks_of_what_is_not_there_is_refused() {
    let world = World::of("a b x1");
    let next = world.product.version().0 + 1;
    let ranked = |item: &str, from, to| ItemRanked {
        item: key(item),
        from: spot(from),
        to: spot(to),
        family_of: None,
        undoes: None,
        decision: None,
        reason: Reason::default(),
    };
    let reordered = |from_turn, to_turn| ItemReordered {
        item: key("D0-1"),
        from: spot(1),
        to: spot(2),
        from_turn,
        to_turn,
        undoes: None,
        reason: Reason::default(),
    };
    let created = |item: &str, domain_no| ItemCreated {
        item: key(item),
        domain: domain(domain_no),
        kind: Kind::Story,
        status: Status::New,
        title: Title::new("n").unwrap(),
        text: Text::default(),
        parent: None,
        labels: Vec::new(),
        estimate: None,
        value: None,
        moscow: None,
        goal: None,
        people: Vec::new(),
        sources: Vec::new(),
        aliases: Vec::new(),
        arrival: Some(Arrival { turn_place: 4, turn: 3, place: 4 }),
        split_from: None,
        imported: false,
        reason: Reason::default(),
    };
    let completed = |item: &str, from| ItemCompleted {
        item: key(item),
        from,
        imported: false,
        reason: Reason::default(),
    };
    let pinned = ItemPinned { item: key("D1-7"), at: spot(1), decision: None, reason: reason("x") };
    let resolved = LinkResolved {
        item: key("D0-1"),
        kind: LinkKind::Needs,
        raw: Source::new("x").unwrap(),
        to: key("D0-2"),
    };
    let cases: Vec<(Event, &str)> = vec![
        (ranked("D0-9", 1, 2).into(), "ItemRanked: there is no item D0-9"),
        (ranked("D0-1", 2, 1).into(), "ItemRanked: item number 0 is at 0, not at 1"),
        (ranked("D0-1", 0, 1).into(), "ItemRanked: places count from 1"),
        (ranked("D0-1", 1, 4).into(), "ItemRanked: place 3 is past the last one, 2"),
        (reordered(2, 1).into(), "ItemReordered: item number 0 is at 0, not at 1"),
        (reordered(1, 3).into(), "ItemReordered: rank 2 is past the last one of the letter, 1"),
        (created("D0-1", 0).into(), "ItemCreated: the item's key is not the domain's next"),
        (created("D1-3", 0).into(), "ItemCreated: the item's key is not the domain's next"),
        (created("D9-1", 9).into(), "ItemCreated: there is no domain d9"),
        (completed("D0-9", Some(spot(1))).into(), "ItemCompleted: there is no item D0-9"),
        (completed("D0-1", None).into(), "ItemCompleted: item number 0 is not in the order"),
        (pinned.into(), "ItemPinned: there is no item D1-7"),
        (resolved.into(), "LinkResolved: there is no such pending link"),
        (
            DomainUpdated { domain: domain(9), name: None, summary: None }.into(),
            "DomainUpdated: there is no domain d9",
        ),
    ];
    for (event, what) in cases {
        assert_eq!(
            fold(&world, next, event),
            Misfit { version: Version(next), what: what.to_owned() }
        );
    }
    let misfit = fold(&world, next, completed("D0-9", None));
    assert_eq!(
        misfit.to_string(),
        format!(
            "version {next} does not fit what came before: ItemCompleted: there is no item D0-9"
        )
    );
}

#[test]
fn a_commit_without_events_is_a_version() {
    let mut world = World::of("a");
    let before = world.product.clone();
    assert_eq!(world.says("chief: rank a top"), []);
    assert_eq!(world.product.version(), before.version().next());
    assert_eq!(world.product.order_changed(), before.order_changed());
}

#[test]
fn the_version_of_the_order_is_that_of_its_last_change() {
    let mut world = World::of("a b x1");
    for (sentence, changes) in [
        ("chief: rank a bottom", true),
        ("po0: reorder a top", true),
        ("chief: pin a", true),
        ("po0: title a a", false),
        ("po0: done a", true),
        ("po0: reopen a", true),
        ("chief: move a to d1", true),
        ("po0: link b needs x", false),
    ] {
        let before = world.product.order_changed();
        world.says(sentence);
        let expected = if changes { world.product.version() } else { before };
        assert_eq!(world.product.order_changed(), expected, "{sentence}");
    }
}
