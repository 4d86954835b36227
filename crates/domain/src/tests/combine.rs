//! Split, merge and duplicate: what parts inherit from the item, and the item that stays from those that go.

use super::world::{World, check, person, reason, source, story};
use crate::{
    command::{Command, ImportItem, LinkEnd, LinkTo, NewItem},
    event::Event,
    item::{Estimate, Fields, LinkKind, LinkTarget, Moscow, Status, Value},
    order::DomainNo,
    text::Label,
};

fn labels(texts: &[&str]) -> Vec<Label> {
    texts.iter().map(|text| Label::new(text).unwrap()).collect()
}

/// `a` and `b` of one domain, each with a label, a source, links and requests.
fn two() -> World {
    let mut world = World::of("a b c x1");
    for (item, label) in [("a", "old"), ("b", "new")] {
        let command = world.change(item, |changes| {
            changes.labels = Some(labels(&[label, "both"]));
            changes.sources = Some(vec![source(&format!("https://tool/{item}"))]);
        });
        world.must("po0", &command);
    }
    for sentence in [
        "link b needs a",
        "link b needs x",
        "link b needs c",
        "link a needs c",
        "ask b of d1",
        "ask b of d2",
        "ask a of d2",
    ] {
        world.says(&format!("po0: {sentence}"));
    }
    world
}

#[test]
fn a_merged_item_leaves_the_order_and_what_it_knew_stays() {
    let mut world = two();
    world.says("po0: merge b into a");
    assert_eq!(world.order(), "a c x1");
    let (a, b) = (world.item("a"), world.item("b"));
    assert_eq!(a.labels, labels(&["both", "new", "old"]));
    assert_eq!(a.sources, [source("https://tool/a"), source("https://tool/b")]);
    let to = |name: &str| LinkTarget::Item(world.no(name).unwrap());
    assert_eq!(
        a.links.iter().map(|link| link.target.clone()).collect::<Vec<_>>(),
        [to("c"), to("x")]
    );
    assert_eq!(
        a.requests.iter().map(|request| request.domain).collect::<Vec<_>>(),
        [DomainNo(2), DomainNo(1)]
    );
    assert_eq!(b.status, Status::Dropped);
    assert_eq!(b.closed.as_ref().unwrap().into, world.no("a"));
    assert_eq!(b.sources, []);
    assert_eq!(world.product.item_by_source(&source("https://tool/b")), world.no("a"));
}

#[test]
fn what_was_inherited_is_a_decision_of_people_that_imports_leave_alone() {
    let mut world = two();
    world.says("po0: merge b into a");
    let a = world.item("a");
    assert!(a.decided.has(Fields::LABELS));
    assert!(
        a.links.iter().all(|link| !link.imported)
            && a.requests.iter().all(|request| !request.imported)
    );
}

#[test]
fn a_duplicate_may_be_of_any_domains_item_but_a_merge_is_the_mandate_of_both() {
    check(
        "a b x1",
        &[
            ("po0: merge a into x", "! NOT_IN_MANDATE"),
            ("po1: merge a into x", "! NOT_IN_MANDATE"),
            ("po1: duplicate a of x", "! NOT_IN_MANDATE"),
            ("po0: duplicate a of x", "b x1"),
            ("chief: merge b into x", "x1"),
        ],
    );
}

#[test]
fn a_duplicate_of_another_domains_item_leaves_that_item_as_it_is() {
    let mut world = two();
    let x = world.item("x").clone();
    let events = world.says("po0: duplicate b of x");
    assert!(matches!(events.as_slice(), [Event::ItemMerged(_)]), "{events:?}");
    assert_eq!(*world.item("x"), x);
    assert_eq!(world.item("b").sources, [source("https://tool/b")]);
    // Whoever may change the other domain's item hands on what this one knew.
    world.says("chief: duplicate a of x");
    assert_eq!(world.item("x").sources, [source("https://tool/a")]);
}

#[test]
fn a_duplicate_that_keeps_its_source_is_not_reopened_by_an_import() {
    let mut world = World::of("x1");
    let told =
        ImportItem { status: Some(Status::InProgress), ..super::import::told("src", "d0", "n") };
    let import = Command::Import(vec![told]);
    world.must("tool", &import);
    world.says("po0: duplicate n of x");
    assert_eq!(world.product.item_by_source(&source("src")), world.no("n"));
    assert_eq!(world.must("tool", &import), []);
    assert_eq!(world.item("n").status, Status::Dropped);
}

#[test]
fn an_item_is_no_duplicate_of_itself_nor_of_what_went_into_another() {
    check(
        "a b c",
        &[
            ("po0: merge a into a", "! WITH_ITSELF"),
            ("po0: duplicate a of a", "! WITH_ITSELF"),
            ("po0: merge b c b into a", "! NOT_OPEN"),
            ("po0: merge b into a", "a c"),
            ("po0: merge c into b", "! NOT_OPEN"),
            // Else each would be a duplicate of the other.
            ("po0: duplicate a of b", "! NOT_OPEN"),
            ("po0: duplicate b of a", "! NOT_OPEN"),
            ("po0: done a", "c"),
            ("po0: duplicate c of a", ""),
        ],
    );
}

#[test]
fn several_items_are_merged_one_after_the_other() {
    let mut world = two();
    let events = world.says("chief: merge b c x into a");
    let merged = events.iter().filter(|event| matches!(event, Event::ItemMerged(_)));
    assert_eq!(merged.count(), 3);
    assert_eq!((world.order(), world.closed()), ("a".to_owned(), "x1 c b".to_owned()));
    // What a was tied to is closed now, and stays tied.
    assert_eq!(world.item("a").links.len(), 2);
}

#[test]
fn a_merge_is_of_1_to_50_items() {
    let mut world = World::of("a b");
    let merge = |world: &World, count: usize| Command::MergeItems {
        into: world.key("a"),
        items: vec![world.key("b"); count],
        reason: reason("same"),
        expected: None,
    };
    for count in [0, 51] {
        let command = merge(&world, count);
        assert_eq!(world.refused("po0", &command).code(), "TOO_MANY");
    }
}

#[test]
fn no_source_is_lost_for_want_of_room() {
    let names: Vec<String> = ('a'..='k').map(String::from).collect();
    let mut world = World::of(&names.join(" "));
    for item in &names {
        let command = world.change(item, |changes| {
            changes.sources = Some((0..20).map(|n| source(&format!("{item}{n}"))).collect());
        });
        world.must("po0", &command);
    }
    let error = world.try_says("po0: merge b c d e f g h i j k into a").unwrap_err();
    assert_eq!(error.to_string(), "220 source links do not fit; at most 200 do");
    world.says("po0: merge b c d e f g h i j into a");
    assert_eq!(world.item("a").sources.len(), 200);
    // Who gives a list anew may give 20, or as many as are there.
    let mut fewer = world.item("a").sources.clone();
    fewer.pop();
    let command = world.change("a", |changes| changes.sources = Some(fewer));
    world.must("po0", &command);
    let command = world.change("k", |changes| {
        changes.sources = Some((0..21).map(|n| source(&format!("k{n}"))).collect());
    });
    let error = world.refused("po0", &command);
    assert_eq!(error.to_string(), "21 source links do not fit; at most 20 do");
}

#[test]
fn fifty_imported_items_go_into_one_with_all_their_names() {
    let mut world = World::of("");
    let told = |n: usize| ImportItem {
        aliases: (0..3).map(|nth| source(&format!("{n}/{nth}"))).collect(),
        ..super::import::told(&format!("src/{n}"), "d0", &format!("i{n}"))
    };
    let items: Vec<ImportItem> = (0..51).map(told).collect();
    world.must("tool", &Command::Import(items.clone()));
    let merged: Vec<String> = (1..51).map(|n| format!("i{n}")).collect();
    world.says(&format!("po0: merge {} into i0", merged.join(" ")));
    let item = world.item("i0");
    assert_eq!((item.sources.len(), item.aliases.len()), (51, 153));
    assert_eq!(world.must("tool", &Command::Import(items)), []);
    assert_eq!(world.product.item_by_names(&[source("50/2")]), world.no("i0"));
}

#[test]
fn a_pending_link_is_inherited_and_still_resolved() {
    let mut world = World::of("a b");
    let link = super::import::link("needs-it", &["later"]);
    let mut told = super::import::told("src-b", "d0", "b");
    told.links = vec![link];
    let command = world.change("b", |changes| changes.sources = Some(vec![source("src-b")]));
    world.must("po0", &command);
    world.must("tool", &Command::Import(vec![told]));
    world.says("po0: merge b into a");
    world.must("tool", &Command::Import(vec![super::import::told("later", "d1", "y")]));
    let y = LinkTarget::Item(world.no("y").unwrap());
    assert!(world.item("a").links.iter().all(|link| link.target == y));
    assert_eq!(world.item("a").links.len(), 1);
}

#[test]
fn a_reopened_duplicate_is_an_item_of_its_own_again() {
    let mut world = two();
    world.says("po0: duplicate b of a");
    world.says("po0: reopen b");
    assert_eq!(world.item("b").closed, None);
    assert_eq!(world.product.item_by_source(&source("https://tool/b")), world.no("a"));
    world.says("po0: duplicate a of b");
    assert_eq!(world.item("b").sources.len(), 2);
}

#[test]
fn links_of_all_kinds_are_inherited_once() {
    let mut world = World::of("a b c");
    let uri = LinkEnd::Uri(source("https://elsewhere"));
    for (item, kind) in [("a", LinkKind::Needs), ("b", LinkKind::Needs), ("b", LinkKind::RelatesTo)]
    {
        let link = LinkTo { kind, target: uri.clone() };
        let command = Command::AddLink { item: world.key(item), link, expected: None };
        world.must("member", &command);
    }
    world.says("po0: merge b into a");
    let kinds: Vec<_> = world.item("a").links.iter().map(|link| link.kind).collect();
    assert_eq!(kinds, [LinkKind::Needs, LinkKind::RelatesTo]);
}

#[test]
fn parts_that_answer_to_one_pending_link_resolve_it_once() {
    let mut world = World::of("a");
    let names = ["number:multi:77", "link:https://tool/multi/77"];
    let mut told = super::import::told("src", "d0", "n");
    told.links = vec![super::import::link("77", &names)];
    world.must("tool", &Command::Import(vec![told]));
    let part = |(title, name)| NewItem { sources: vec![source(name)], ..story(title) };
    let command = Command::SplitItem {
        item: world.key("a"),
        into: ["y", "z"].into_iter().zip(names).map(part).collect(),
        keep: false,
        reason: reason("too large"),
        expected: None,
    };
    world.must("po0", &command);
    let targets: Vec<_> = world.item("n").links.iter().map(|link| link.target.clone()).collect();
    assert_eq!(targets, [LinkTarget::Item(world.no("y").unwrap())]);
}

#[test]
fn an_item_that_was_split_leaves_from_above_its_parts() {
    let mut world = World::of("a x1 b");
    let events = world.says("po0: split b into y z");
    let Some(Event::ItemDropped(dropped)) = events.last() else { panic!("{events:?}") };
    let from = dropped.from.as_ref().unwrap();
    assert_eq!((from.place, &from.after), (3, &Some(world.key("x"))));
    assert_eq!(from.before, Some(world.key("y")));
}

#[test]
fn parts_take_from_the_item_what_is_not_told_of_them() {
    let mut world = World::of("a u o");
    world.says("po0: parent a u");
    let command = world.change("a", |changes| {
        changes.labels = Some(labels(&["one"]));
        changes.moscow = Some(Some(Moscow::Must));
        changes.people = Some(vec![person("ann")]);
        changes.estimate = Some(Estimate::from_hundredths(500));
        changes.value = Some(Value::new(9));
    });
    world.must("po0", &command);
    let own = NewItem {
        parent: Some(world.key("o")),
        labels: labels(&["two"]),
        moscow: Some(Moscow::Could),
        people: vec![person("bob")],
        ..story("z")
    };
    let (item, into) = (world.key("a"), vec![story("y"), own]);
    let reason = reason("too large");
    world.must("po0", &Command::SplitItem { item, into, keep: true, reason, expected: None });
    let facts = |name| {
        let item = world.item(name);
        (item.parent, item.labels.clone(), item.moscow, item.people.clone())
    };
    assert_eq!(facts("y"), facts("a"));
    assert_eq!(
        facts("z"),
        (world.no("o"), labels(&["two"]), Some(Moscow::Could), vec![person("bob")])
    );
    // Estimate and value would count twice.
    assert_eq!((world.item("y").estimate, world.item("y").value), (None, None));
}
