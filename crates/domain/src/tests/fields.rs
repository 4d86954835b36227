//! An item's own fields, its parents, its sources, and the version that a caller saw.

use super::world::{World, check, person, reason, source, story};
use crate::{
    command::{Command, ItemChanges, NewItem},
    error::Error,
    event::Event,
    ids::Version,
    item::{DEPTH_MAX, Estimate, Fields, Kind, Moscow, Status, Value},
    text::{Label, Reason, Text, Title},
};

fn full() -> NewItem {
    NewItem {
        kind: Kind::Defect,
        status: Status::InProgress,
        text: Text::new("Long.\n").unwrap(),
        labels: ["b", "a", "b"].map(|label| Label::new(label).unwrap()).to_vec(),
        estimate: Estimate::from_hundredths(150),
        value: Value::new(7),
        moscow: Some(Moscow::Must),
        people: vec![person("p2"), person("p1"), person("p2")],
        sources: vec![source("s1"), source("s2"), source("s1")],
        ..story("n")
    }
}

fn create(item: NewItem) -> Command {
    Command::CreateItem {
        domain: super::world::domain(0),
        item,
        place: None,
        reason: Reason::default(),
    }
}

#[test]
fn a_new_item_has_what_it_was_given_each_once() {
    let mut world = World::of("a");
    world.must("po0", &create(full()));
    let item = world.item("n");
    assert_eq!(
        (item.kind, item.status, item.moscow),
        (Kind::Defect, Status::InProgress, Some(Moscow::Must))
    );
    assert_eq!((item.estimate, item.value), (Estimate::from_hundredths(150), Value::new(7)));
    assert_eq!(item.labels.iter().map(Label::as_str).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(item.people, [person("p2"), person("p1")]);
    assert_eq!(item.sources, [source("s1"), source("s2")]);
    assert_eq!(item.text.version, world.product.version());
    assert_eq!(item.changed, world.product.version());
    // What a person filled in is decided; the rest is not.
    assert!(item.decided.has(Fields::TITLE.with(Fields::ESTIMATE).with(Fields::STATUS)));
    assert!(!world.item("a").decided.has(Fields::ESTIMATE));
}

#[test]
fn a_new_item_is_open_and_within_bounds() {
    let mut world = World::of("a");
    let label = |n: usize| Label::new(&format!("l{n}")).unwrap();
    for (item, code) in [
        (NewItem { status: Status::Done, ..full() }, "WRONG_STATUS"),
        (NewItem { status: Status::Dropped, ..full() }, "WRONG_STATUS"),
        (NewItem { labels: (0..51).map(label).collect(), ..full() }, "TOO_MANY"),
        (
            NewItem { people: (0..51).map(|n| person(&format!("p{n}"))).collect(), ..full() },
            "TOO_MANY",
        ),
        (
            NewItem { sources: (0..21).map(|n| source(&format!("s{n}"))).collect(), ..full() },
            "TOO_MANY",
        ),
        (NewItem { parent: Some("D0-7".parse().unwrap()), ..full() }, "UNKNOWN_ITEM"),
    ] {
        assert_eq!(world.refused("po0", &create(item)).code(), code);
    }
}

#[test]
fn an_update_tells_only_what_changed() {
    let mut world = World::of("a");
    world.must("po0", &create(full()));
    let command = world.change("n", |changes| {
        changes.kind = Some(Kind::Defect);
        changes.estimate = Some(None);
        changes.labels = Some(["b", "a"].map(|label| Label::new(label).unwrap()).to_vec());
        changes.text = Some(Text::new("Long.").unwrap());
    });
    let events = world.must("member0", &command);
    let [Event::ItemUpdated(e)] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!(
        e.estimate.as_ref().map(|change| (change.from, change.to)),
        Some((Estimate::from_hundredths(150), None))
    );
    assert_eq!((&e.kind, &e.labels, &e.text, &e.title), (&None, &None, &None, &None));
}

#[test]
fn an_update_with_what_is_there_makes_no_event() {
    let mut world = World::of("a");
    world.must("po0", &create(full()));
    let full = full();
    let same = ItemChanges {
        title: Some(full.title),
        text: Some(full.text),
        kind: Some(full.kind),
        status: Some(full.status),
        parent: Some(None),
        labels: Some(full.labels),
        estimate: Some(full.estimate),
        value: Some(full.value),
        moscow: Some(full.moscow),
        goal: Some(None),
        people: Some(full.people),
        sources: Some(full.sources),
    };
    let command = world.change("n", |changes| *changes = same);
    assert_eq!(world.must("po0", &command), []);
    let command = world.change("a", |changes| changes.text = Some(Text::default()));
    assert_eq!(world.must("po0", &command), []);
}

#[test]
fn every_field_can_be_changed_and_emptied() {
    let mut world = World::of("a b");
    world.must("po0", &create(full()));
    let command = world.change("n", |changes| {
        *changes = ItemChanges {
            title: Some(Title::new("m").unwrap()),
            text: Some(Text::default()),
            kind: Some(Kind::Epic),
            status: Some(Status::Ready),
            parent: Some(Some(world.key("a"))),
            labels: Some(Vec::new()),
            estimate: Some(None),
            value: Some(None),
            moscow: Some(None),
            goal: Some(None),
            people: Some(Vec::new()),
            sources: Some(Vec::new()),
        };
    });
    world.must("po0", &command);
    let item = world.item("m");
    assert_eq!((item.kind, item.status, item.parent), (Kind::Epic, Status::Ready, world.no("a")));
    assert_eq!(item.text, crate::item::TextRef::default());
    assert!(item.labels.is_empty() && item.people.is_empty() && item.sources.is_empty());
    assert_eq!((item.estimate, item.value, item.moscow), (None, None, None));
    assert_eq!(world.product.item_by_source(&source("s1")), None);
    assert_eq!(
        world.product.children(world.no("a").unwrap()).collect::<Vec<_>>(),
        [world.no("m").unwrap()]
    );
    world.says("po0: parent m none");
    assert_eq!(world.product.children(world.no("a").unwrap()).count(), 0);
}

#[test]
fn a_status_is_closed_and_opened_by_commands_of_their_own() {
    let mut world = World::of("a");
    let to = |world: &World, status| world.change("a", |changes| changes.status = Some(status));
    let command = to(&world, Status::Done);
    assert_eq!(
        world.refused("po0", &command).to_string(),
        "status done is not given by this command; complete, drop or reopen the item instead"
    );
    world.says("po0: done a");
    let command = to(&world, Status::Ready);
    assert_eq!(
        world.refused("po0", &command).to_string(),
        "D0-1 is done and has no place in the order; reopen it first"
    );
    // Other fields of a closed item can be put right.
    world.says("po0: title a z");
}

#[test]
fn an_item_cannot_be_part_of_itself() {
    let mut world = World::of("a b c d");
    world.says("po0: parent b a");
    world.says("po0: parent c b");
    let error = world.try_says("po0: parent a c").unwrap_err();
    let path = ["a", "c", "b", "a"].map(|name| world.key(name)).to_vec();
    assert_eq!(error, Error::ParentCycle { path });
    assert_eq!(error.to_string(), "D0-1 would be part of itself: D0-1 → D0-3 → D0-2 → D0-1");
    check("a b", &[("po0: parent a a", "! PARENT_CYCLE"), ("po0: parent a z", "! UNKNOWN_ITEM")]);
}

#[test]
fn parents_have_at_most_16_levels() {
    let mut world = World::of("");
    for n in 0..=DEPTH_MAX + 1 {
        world.says(&format!("po0: new i{n} in d0"));
    }
    for n in 1..=DEPTH_MAX {
        world.says(&format!("po0: parent i{n} i{}", n - 1));
    }
    let last = DEPTH_MAX + 1;
    let error = world.try_says(&format!("po0: parent i{last} i{DEPTH_MAX}")).unwrap_err();
    assert_eq!(error.to_string(), "D0-18 would have more than 16 levels of parents");
    // What hangs below an item comes along.
    assert_eq!(world.try_says(&format!("po0: parent i0 i{last}")).unwrap_err().code(), "TOO_DEEP");
    // The longest possible way round is a cycle, not too deep.
    assert_eq!(
        world.try_says(&format!("po0: parent i0 i{DEPTH_MAX}")).unwrap_err().code(),
        "PARENT_CYCLE"
    );
    world.says(&format!("po0: parent i{last} i{}", DEPTH_MAX - 1));
}

#[test]
fn a_source_is_one_items() {
    let mut world = World::of("a b");
    let give = |world: &World, item: &str, sources: &[&str]| {
        world.change(item, |changes| {
            changes.sources = Some(sources.iter().map(|text| source(text)).collect())
        })
    };
    let (first, second) = (give(&world, "a", &["s1", "s2"]), give(&world, "b", &["s2"]));
    world.must("po0", &first);
    assert_eq!(world.refused("po0", &second).to_string(), "s2 is the source of D0-1 already");
    let taken = create(NewItem { sources: vec![source("s1")], ..story("n") });
    assert_eq!(world.refused("po0", &taken).code(), "SOURCE_TAKEN");
    let less = give(&world, "a", &["s1"]);
    world.must("po0", &less);
    world.must("po0", &second);
    assert_eq!(world.product.item_by_source(&source("s2")), world.no("b"));
}

#[test]
fn who_saw_another_version_of_the_resource_is_refused() {
    let mut world = World::of("a b x1");
    world.says("chief: rank x top");
    let seen = world.item("a").changed;
    world.says("po0: title a a");
    let stale = |version| Some(Version(version));
    let item = world.key("a");
    for (expected, refused) in
        [(stale(seen.0), false), (stale(seen.0 + 1), true), (stale(0), true), (None, false)]
    {
        let reason = reason("now");
        let command = Command::CompleteItem { item: item.clone(), reason, expected };
        let mut world = world.clone();
        if refused {
            let error = Error::Stale {
                what: "D0-1".to_owned(),
                expected: expected.unwrap(),
                current: seen,
            };
            assert_eq!(world.refused("po0", &command), error);
            let says = if expected > Some(seen) {
                "has not reached version"
            } else {
                "changed at version"
            };
            assert!(error.to_string().contains(says), "{error}");
        } else {
            world.must("po0", &command);
        }
    }
    // Another item's change is none of this one's.
    world.says("po0: title b b2");
    assert_eq!(world.item("a").changed, seen);
}

#[test]
fn every_change_of_an_item_is_a_change_of_its_version() {
    let mut world = World::of("a b x1");
    for sentence in [
        "po0: title a a",
        "chief: rank a bottom",
        "po0: reorder a top",
        "chief: pin a",
        "chief: unpin a",
        "po0: link a needs b",
        "po0: unlink a needs b",
        "po0: ask a of d2",
        "po0: withdraw a from d2",
        "po0: split a keep into p",
        "chief: move a to d1",
        "po1: done a",
        "po1: reopen a",
    ] {
        let events = world.says(sentence);
        let expected =
            if events.is_empty() { world.item("a").changed } else { world.product.version() };
        assert_eq!(world.item("a").changed, expected, "{sentence}");
    }
}
