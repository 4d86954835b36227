//! What a source plans for its items: put on the roadmap, moved, taken off; decided here or followed.

use super::told;
use crate::{
    command::{Command, EntryChanges, ImportEntry, ImportItem},
    day::Day,
    event::Event,
    ids::Timestamp,
    news::{Stamp, Told},
    roadmap::{Entry, Horizon, Span, When},
    tests::world::{World, domain, reason, source},
    text::{Label, Title},
};

fn label(text: &str) -> Label {
    Label::new(text).unwrap()
}

fn by(day: &str) -> When {
    When::Days(Span::new(None, Some(day.parse::<Day>().unwrap())).unwrap())
}

fn planned(name: &str, release: Option<&str>, when: Option<When>) -> ImportEntry {
    let release = Some(release.map(label));
    ImportEntry { name: label(name), title: None, release, when: Some(when) }
}

fn news(moment: i64, entries: Vec<ImportEntry>) -> ImportItem {
    let told_at = Told::At(Stamp { at: Timestamp(moment), tie: 1 });
    ImportItem { told: told_at, entries, ..told("src", "d0", "n") }
}

fn tell(world: &mut World, item: ImportItem) -> Vec<Event> {
    world.must("tool", &Command::Import(vec![item]))
}

fn entry<'a>(world: &'a World, name: &str) -> &'a Entry {
    let no = world.product.entry_by_source(&source(&format!("src#{name}"))).unwrap();
    world.product.entry(no).unwrap()
}

#[test]
fn what_is_planned_comes_onto_the_roadmap_of_the_items_domain() {
    let mut world = World::of("");
    let plans = vec![
        planned("alpha", Some("v1.1"), Some(by("2027-03-01"))),
        planned("beta", Some("v1.2"), None),
        planned("stable", None, None),
    ];
    tell(&mut world, news(1, plans));
    assert_eq!(
        world.product.entries().count(),
        2,
        "what has neither release nor time is not planned"
    );
    let alpha = entry(&world, "alpha");
    assert_eq!((alpha.title.as_str(), alpha.when), ("n: alpha", by("2027-03-01")));
    assert_eq!(
        (alpha.release.as_ref().unwrap().as_str(), &alpha.items),
        ("v1.1", &vec![world.no("n").unwrap()])
    );
    assert_eq!(entry(&world, "beta").when, When::Horizon(Horizon::Later));
}

#[test]
fn a_slip_is_a_change_with_the_old_plan_and_the_new() {
    let mut world = World::of("");
    tell(&mut world, news(1, vec![planned("beta", Some("v1.2"), Some(by("2027-03-01")))]));
    let events =
        tell(&mut world, news(2, vec![planned("beta", Some("v1.3"), Some(by("2027-07-01")))]));
    let Some(Event::EntryChanged(change)) = events.first() else { panic!("{events:?}") };
    assert_eq!(change.when.as_ref().unwrap().from, by("2027-03-01"));
    assert_eq!(change.release.as_ref().unwrap().to, Some(label("v1.3")));
    assert!(change.imported && change.title.is_none());
    // Older news comes late.
    tell(&mut world, news(0, vec![planned("beta", Some("v1.1"), None)]));
    assert_eq!(entry(&world, "beta").when, by("2027-07-01"));
}

#[test]
fn what_is_planned_no_more_goes_and_may_come_back() {
    let mut world = World::of("");
    tell(&mut world, news(1, vec![planned("beta", Some("v1.2"), None)]));
    tell(&mut world, news(2, vec![planned("beta", None, None)]));
    assert_eq!(world.product.entries().count(), 0);
    assert!(entry(&world, "beta").removed.is_some());
    tell(&mut world, news(3, vec![planned("beta", Some("v1.4"), None)]));
    assert_eq!(world.product.entries().count(), 1);
    assert_eq!(entry(&world, "beta").release, Some(label("v1.4")));
}

#[test]
fn what_a_po_decided_on_the_roadmap_stays() {
    let mut world = World::of("");
    tell(&mut world, news(1, vec![planned("beta", Some("v1.2"), None)]));
    let no = entry(&world, "beta").no;
    let changes = EntryChanges {
        when: Some(by("2027-05-01")),
        title: Some(Title::new("Shelves").unwrap()),
        ..EntryChanges::default()
    };
    let (changes, why) = (Box::new(changes), reason("agreed"));
    world.must(
        "po0",
        &Command::UpdateEntry { entry: no, changes, reason: why.clone(), expected: None },
    );
    tell(&mut world, news(2, vec![planned("beta", Some("v1.3"), Some(by("2027-09-01")))]));
    let held = entry(&world, "beta");
    assert_eq!((held.when, held.title.as_str()), (by("2027-05-01"), "Shelves"));
    world.must("po0", &Command::RemoveEntry { entry: no, reason: why, expected: None });
    tell(&mut world, news(3, vec![planned("beta", Some("v1.5"), None)]));
    assert_eq!(world.product.entries().count(), 0, "what a PO took off stays off");
}

#[test]
fn entries_go_to_another_domain_with_their_item() {
    let mut world = World::of("");
    tell(&mut world, news(1, vec![planned("beta", Some("v1.2"), None)]));
    let moved = ImportItem { domain: Some(domain(1)), ..news(2, Vec::new()) };
    tell(&mut world, moved);
    assert_eq!((world.order(), entry(&world, "beta").domain.0), ("n1".to_owned(), 1));
}

#[test]
fn an_entry_is_called_after_its_item_whatever_news_comes_first() {
    for turned in [false, true] {
        let mut world = World::of("");
        let renamed = ImportItem { entries: Vec::new(), ..told("src", "d0", "m") };
        let told_at = Told::At(Stamp { at: Timestamp(2), tie: 1 });
        let mut both = [
            news(1, vec![planned("beta", Some("v1.2"), None)]),
            ImportItem { told: told_at, ..renamed },
        ];
        if turned {
            both.reverse();
        }
        both.into_iter().for_each(|one| drop(tell(&mut world, one)));
        assert_eq!(entry(&world, "beta").title.as_str(), "m: beta", "turned: {turned}");
    }
}

#[test]
fn an_entry_that_comes_back_is_called_as_its_item_is_by_then() {
    let mut world = World::of("");
    let called = |moment, title: &str, entries| ImportItem {
        title: told("src", "d0", title).title,
        ..news(moment, entries)
    };
    tell(&mut world, called(1, "n", vec![planned("beta", Some("v1.2"), None)]));
    tell(&mut world, called(2, "n", vec![planned("beta", None, None)]));
    tell(&mut world, called(3, "m", Vec::new()));
    tell(&mut world, called(4, "m", vec![planned("beta", Some("v1.2"), None)]));
    assert_eq!(entry(&world, "beta").title.as_str(), "m: beta");
    // One that its source or a PO calls otherwise keeps that name.
    let named = ImportEntry {
        title: Some(Title::new("Shelves").unwrap()),
        ..planned("beta", Some("v1.2"), None)
    };
    tell(&mut world, called(5, "m", vec![named]));
    tell(&mut world, called(6, "o", Vec::new()));
    assert_eq!(entry(&world, "beta").title.as_str(), "Shelves");
}

#[test]
fn entries_go_with_their_item_also_by_news_that_is_too_old_for_them() {
    let mut world = World::of("");
    tell(&mut world, news(1, vec![planned("beta", Some("v1.2"), None)]));
    let untold = ImportItem { title: None, domain: None, ..news(3, Vec::new()) };
    tell(&mut world, ImportItem { entries: vec![planned("beta", Some("v1.3"), None)], ..untold });
    let entries = vec![planned("beta", Some("v1.1"), None)];
    tell(&mut world, ImportItem { domain: Some(domain(1)), ..news(2, entries) });
    let beta = entry(&world, "beta");
    assert_eq!((world.order(), beta.domain.0), ("n1".to_owned(), 1));
    assert_eq!(beta.release, Some(label("v1.3")));
}
