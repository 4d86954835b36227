//! Items as a source tells them: made, changed, left alone; decided here or followed; pending and resolved.

use super::world::{World, actor, person, reason, source};
use crate::{
    command::{Command, ImportItem, ImportLink},
    error::Error,
    event::Event,
    ids::{DomainId, Timestamp},
    import::Outcome,
    item::{Estimate, Kind, LinkKind, LinkTarget, Moscow, Status, Value},
    news::Told,
    order::DomainNo,
    text::{Label, Text, Title},
};

mod news;
mod plans;
mod ties;

/// An item of which a source tells the least.
pub(super) fn told(name: &str, domain: &str, title: &str) -> ImportItem {
    ImportItem {
        source: source(name),
        told: Told::Now(Timestamp(0)),
        aliases: Vec::new(),
        domain: domain_id(domain),
        kind: None,
        status: None,
        title: titled(title),
        text: None,
        labels: None,
        estimate: None,
        value: None,
        moscow: None,
        people: None,
        parent: None,
        link_kinds: LinkKind::ALL.to_vec(),
        links: Vec::new(),
        requests: Some(Vec::new()),
        entries: Vec::new(),
    }
}

pub(super) fn domain_id(domain: &str) -> Option<DomainId> {
    Some(DomainId::new(domain).unwrap())
}

pub(super) fn titled(title: &str) -> Option<Title> {
    Some(Title::new(title).unwrap())
}

pub(super) fn link(raw: &str, names: &[&str]) -> ImportLink {
    let names: Vec<_> = names.iter().map(|name| source(name)).collect();
    ImportLink { kind: LinkKind::Needs, raw: source(raw), external: names.is_empty(), names }
}

fn request(domain: &str, ask: &str) -> (DomainId, crate::text::Reason) {
    (DomainId::new(domain).unwrap(), reason(ask))
}

/// An item of which a source tells everything.
fn full() -> ImportItem {
    ImportItem {
        aliases: vec![source("#1"), source("one")],
        kind: Some(Kind::Feature),
        status: Some(Status::InProgress),
        text: Some(Text::new("Long.").unwrap()),
        labels: Some(vec![
            Label::new("z").unwrap(),
            Label::new("a").unwrap(),
            Label::new("z").unwrap(),
        ]),
        estimate: Some(Estimate::from_hundredths(300)),
        value: Some(Value::new(3)),
        moscow: Some(Some(Moscow::Should)),
        people: Some(vec![person("p2"), person("p1"), person("p2")]),
        links: vec![link("other", &["other"]), link("https://elsewhere", &[])],
        requests: Some(vec![request("d1", "an address"), request("d0", "its own")]),
        ..told("src", "d0", "n")
    }
}

/// Imports twice: the second time nothing may change.
#[track_caller]
fn import(world: &mut World, items: &[ImportItem]) -> Vec<Event> {
    let command = Command::Import(items.to_vec());
    let events = world.must("tool", &command);
    assert_eq!(world.must("tool", &command), [], "told again, it changed something");
    for item in items {
        assert_eq!(world.product.import_outcome(&actor("tool"), item), Ok(Outcome::Unchanged));
    }
    events
}

#[test]
fn an_item_told_first_is_made_at_the_bottom_with_all_that_is_told() {
    let mut world = World::of("a x1");
    assert_eq!(world.product.import_outcome(&actor("tool"), &full()), Ok(Outcome::Created));
    import(&mut world, &[full()]);
    assert_eq!(world.order(), "a x1 n");
    let item = world.item("n");
    assert_eq!(
        (item.kind, item.status, item.moscow),
        (Kind::Feature, Status::InProgress, Some(Moscow::Should))
    );
    assert_eq!((item.estimate, item.value), (Estimate::from_hundredths(300), Value::new(3)));
    assert_eq!(item.labels.iter().map(Label::as_str).collect::<Vec<_>>(), ["a", "z"]);
    assert_eq!(item.people, [person("p2"), person("p1")]);
    assert_eq!(
        (&item.sources, &item.aliases),
        (&vec![source("src")], &vec![source("#1"), source("one")])
    );
    assert_eq!(item.links.len(), 2);
    assert!(matches!(item.links[0].target, LinkTarget::Pending(_)));
    assert_eq!(item.links[1].target, LinkTarget::Uri(source("https://elsewhere")));
    // A domain is not asked for something by its own item.
    assert_eq!(
        item.requests.iter().map(|request| request.domain).collect::<Vec<_>>(),
        [DomainNo(1)]
    );
    assert_eq!(item.decided, crate::item::Fields::default());
}

#[test]
fn what_the_source_does_not_say_has_a_default_and_stays() {
    let mut world = World::of("");
    import(&mut world, &[told("src", "d0", "n")]);
    let item = world.item("n");
    assert_eq!((item.kind, item.status), (Kind::Story, Status::New));
    import(&mut world, &[full()]);
    import(&mut world, &[ImportItem { title: titled("m"), ..told("src", "d0", "n") }]);
    let item = world.item("m");
    assert_eq!(
        (item.kind, item.status, item.moscow),
        (Kind::Feature, Status::InProgress, Some(Moscow::Should))
    );
    assert_eq!(
        (item.labels.len(), item.people.len(), item.estimate),
        (2, 2, Estimate::from_hundredths(300))
    );
    // Links and requests are told as a whole, and there are always other names if the source has any.
    assert!(item.links.is_empty() && item.requests.is_empty());
    assert_eq!(item.aliases.len(), 2);
}

#[test]
fn what_changed_in_the_source_changes_here() {
    let mut world = World::of("");
    import(&mut world, &[full()]);
    let changed = ImportItem {
        kind: Some(Kind::Epic),
        status: Some(Status::Ready),
        text: Some(Text::default()),
        labels: Some(Vec::new()),
        estimate: Some(None),
        people: Some(vec![person("p3")]),
        requests: Some(vec![request("d1", "two addresses"), request("d2", "a stamp")]),
        links: vec![link("https://elsewhere", &[])],
        ..full()
    };
    import(&mut world, &[changed]);
    let item = world.item("n");
    assert_eq!((item.kind, item.status, item.estimate), (Kind::Epic, Status::Ready, None));
    assert_eq!(item.text, crate::item::TextRef::default());
    assert_eq!((item.labels.len(), item.links.len()), (0, 1));
    let asks: Vec<_> =
        item.requests.iter().map(|request| (request.domain.0, request.ask.as_str())).collect();
    assert_eq!(asks, [(1, "two addresses"), (2, "a stamp")]);
}

#[test]
fn a_field_decided_here_is_not_overwritten() {
    let mut world = World::of("");
    import(&mut world, &[full()]);
    let command = world.change("n", |changes| {
        changes.title = Some(Title::new("m").unwrap());
        changes.text = Some(Text::new("Mine.").unwrap());
        changes.kind = Some(Kind::Task);
        changes.status = Some(Status::New);
        changes.labels = Some(Vec::new());
        changes.estimate = Some(None);
        changes.value = Some(None);
        changes.moscow = Some(None);
        changes.people = Some(Vec::new());
    });
    world.must("po0", &command);
    let before = world.item("m").clone();
    assert_eq!(import(&mut world, &[full()]), []);
    assert_eq!(*world.item("m"), before);
    // What was not decided here still follows.
    import(&mut world, &[ImportItem { aliases: Vec::new(), domain: domain_id("d1"), ..full() }]);
    assert_eq!(world.order(), "m1");
}

#[test]
fn an_item_made_by_hand_follows_the_source_in_what_was_not_filled_in() {
    let mut world = World::of("");
    world.says("po0: new mine in d0");
    let command = world.change("mine", |changes| changes.sources = Some(vec![source("src")]));
    world.must("po0", &command);
    import(&mut world, &[ImportItem { domain: domain_id("d1"), ..full() }]);
    let item = world.item("mine");
    assert_eq!((item.kind, item.domain, item.value), (Kind::Story, DomainNo(0), Value::new(3)));
}

#[test]
fn a_domain_decided_here_stays_and_is_not_asked_by_its_own_item() {
    let mut world = World::of("");
    import(&mut world, &[full()]);
    world.says("chief: move n to d1");
    assert!(world.item("n").requests.is_empty());
    import(&mut world, &[full()]);
    assert_eq!(world.order(), "n1");
    assert!(world.item("n").requests.iter().all(|request| request.domain == DomainNo(0)));
}

#[test]
fn a_change_of_domain_in_the_source_keeps_the_place() {
    let mut world = World::of("a x1");
    import(&mut world, &[told("src", "d0", "n"), told("src2", "d0", "m")]);
    import(
        &mut world,
        &[ImportItem { requests: Some(vec![request("d0", "more")]), ..told("src", "d1", "n") }],
    );
    assert_eq!(world.order(), "a x1 n1 m");
    // Asked by people, it ends when the item comes to whom was asked.
    world.says("po1: ask n of d2");
    import(&mut world, &[told("src", "d2", "n")]);
    assert!(world.item("n").requests.is_empty());
}

#[test]
fn a_pinned_item_stays_open_and_in_its_domain_unless_done() {
    let mut world = World::of("a");
    import(&mut world, &[told("src", "d0", "n")]);
    world.says("chief: pin n");
    let closed = |status, domain| ImportItem { status: Some(status), ..told("src", domain, "n") };
    import(&mut world, &[closed(Status::Dropped, "d1")]);
    assert_eq!(world.order(), "a N");
    import(&mut world, &[closed(Status::Done, "d0")]);
    assert_eq!((world.order(), world.item("n").status), ("a".to_owned(), Status::Done));
}

#[test]
fn closed_from_the_beginning_and_reopened() {
    let mut world = World::of("a");
    let told_as = |status| ImportItem { status: Some(status), ..told("src", "d0", "n") };
    let events = import(&mut world, &[told_as(Status::Done)]);
    assert!(
        matches!(events.as_slice(), [Event::ItemCreated(e)] if e.arrival.is_none()),
        "{events:?}"
    );
    assert_eq!((world.order(), world.closed()), ("a".to_owned(), "n".to_owned()));
    import(&mut world, &[told_as(Status::Dropped)]);
    assert_eq!(world.item("n").status, Status::Dropped);
    import(&mut world, &[told_as(Status::InProgress)]);
    assert_eq!((world.order(), world.item("n").status), ("a n".to_owned(), Status::InProgress));
    import(&mut world, &[told_as(Status::Done)]);
    // Reopened in another domain.
    import(&mut world, &[ImportItem { domain: domain_id("d1"), ..told_as(Status::New) }]);
    assert_eq!(world.order(), "a n1");
}

#[test]
fn a_status_decided_here_stays() {
    let mut world = World::of("");
    let told_as = |status| ImportItem { status: Some(status), ..told("src", "d0", "n") };
    import(&mut world, &[told_as(Status::New)]);
    world.says("po0: done n");
    assert_eq!(import(&mut world, &[told_as(Status::New)]), []);
    world.says("po0: reopen n");
    assert_eq!(import(&mut world, &[told_as(Status::Done)]), []);
}

#[test]
fn an_item_of_a_deleted_domain_follows_its_source_again() {
    let mut world = World::of("");
    let told_as = |status| ImportItem { status: Some(status), ..told("src", "d0", "n") };
    import(&mut world, &[told_as(Status::New)]);
    world.says("chief: move n to d3");
    import(&mut world, &[told_as(Status::Done)]);
    world.says("chief: delete d3");
    import(&mut world, &[told_as(Status::New)]);
    assert_eq!(world.order(), "n");
}

#[test]
fn an_import_is_refused_as_a_whole() {
    let mut world = World::of("a");
    let label = |n: usize| Label::new(&format!("l{n}")).unwrap();
    let many = |n: usize| (0..n).map(|n| source(&format!("s{n}"))).collect::<Vec<_>>();
    for (bad, code) in [
        (told("2", "d9", "n"), "UNKNOWN_DOMAIN"),
        (
            ImportItem { requests: Some(vec![request("d9", "more")]), ..told("2", "d0", "n") },
            "UNKNOWN_DOMAIN",
        ),
        (
            ImportItem { labels: Some((0..51).map(label).collect()), ..told("2", "d0", "n") },
            "TOO_MANY",
        ),
        (
            ImportItem {
                people: Some((0..51).map(|n| person(&format!("p{n}"))).collect()),
                ..told("2", "d0", "n")
            },
            "TOO_MANY",
        ),
        (ImportItem { aliases: many(21), ..told("2", "d0", "n") }, "TOO_MANY"),
        (ImportItem { links: vec![link("x", &["x"]); 51], ..told("2", "d0", "n") }, "TOO_MANY"),
        (
            ImportItem { requests: Some(vec![request("d1", "more"); 51]), ..told("2", "d0", "n") },
            "TOO_MANY",
        ),
    ] {
        let command = Command::Import(vec![told("1", "d0", "m"), bad]);
        assert_eq!(world.refused("tool", &command).code(), code);
    }
    let command = Command::Import(vec![told("1", "d0", "m"); 501]);
    assert_eq!(
        world.refused("admin", &command),
        Error::TooMany { what: "items of an import", count: 501, limit: 500 }
    );
    assert_eq!(world.refused("po0", &Command::Import(Vec::new())).code(), "NOT_IN_MANDATE");
    assert_eq!(import(&mut world, &[]), []);
}
