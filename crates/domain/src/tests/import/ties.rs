//! Links, parents, requests and names as a source tells them: pending, resolved, followed, inherited.

use super::{
    super::world::{World, reason, source, story},
    import, link, request, told,
};
use crate::{
    command::{Command, ImportItem},
    event::Event,
    ids::DomainId,
    import::ParentLeftOut,
    item::LinkTarget,
    text::{Label, Source},
};

fn part_of(name: &str) -> Option<Vec<Source>> {
    Some(vec![source(name)])
}

#[test]
fn a_link_waits_for_the_item_that_it_means() {
    let mut world = World::of("a");
    let waits =
        ImportItem { links: vec![link("KEP-7", &["kep/7", "KEP-7"])], ..told("src", "d0", "n") };
    import(&mut world, std::slice::from_ref(&waits));
    assert!(matches!(world.item("n").links[0].target, LinkTarget::Pending(_)));
    let found = LinkTarget::Item(crate::order::ItemNo(2));
    for arrives in [
        told("kep/7", "d1", "y"),
        ImportItem { aliases: vec![source("KEP-7")], ..told("elsewhere", "d1", "y") },
    ] {
        let mut world = world.clone();
        let events = import(&mut world, &[arrives]);
        assert!(
            matches!(events.as_slice(), [Event::ItemCreated(_), Event::LinkResolved(_)]),
            "{events:?}"
        );
        assert_eq!(world.item("n").links[0].target, found);
        assert_eq!(import(&mut world, std::slice::from_ref(&waits)), []);
    }
    // It may also get its name later, or from people.
    let mut later = world.clone();
    import(&mut later, &[told("elsewhere", "d1", "y")]);
    import(
        &mut later,
        &[ImportItem { aliases: vec![source("KEP-7")], ..told("elsewhere", "d1", "y") }],
    );
    assert_eq!(later.item("n").links[0].target, found);
    let mut by_hand = world.clone();
    by_hand.says("po1: new y in d1");
    let command = by_hand.change("y", |changes| changes.sources = Some(vec![source("kep/7")]));
    by_hand.must("po1", &command);
    assert_eq!(by_hand.item("n").links[0].target, found);
    let mut made = world;
    let mut item = story("y");
    item.sources = vec![source("KEP-7")];
    let (domain, reason) = (DomainId::new("d1").unwrap(), reason("by hand"));
    made.must("po1", &Command::CreateItem { domain, item, place: None, reason });
    assert_eq!(made.item("n").links[0].target, found);
}

#[test]
fn links_that_come_to_mean_the_same_become_one() {
    let mut world = World::of("");
    let both = ImportItem {
        links: vec![link("#7", &["#7"]), link("seven", &["seven"])],
        ..told("src", "d0", "n")
    };
    import(&mut world, &[both]);
    assert_eq!(world.item("n").links.len(), 2);
    import(
        &mut world,
        &[ImportItem { aliases: vec![source("#7"), source("seven")], ..told("7", "d0", "y") }],
    );
    assert_eq!(world.item("n").links.len(), 1);
}

#[test]
fn a_reference_told_twice_is_one_link() {
    let mut world = World::of("");
    let links = vec![link("#7", &["a7"]), link("#7", &["b7"]), link("#7", &["a7"])];
    import(&mut world, &[ImportItem { links, ..told("src", "d0", "n") }]);
    assert_eq!(world.item("n").links.len(), 1);
    import(&mut world, &[told("b7", "d0", "y")]);
    assert!(matches!(world.item("n").links[0].target, LinkTarget::Pending(_)));
}

#[test]
fn links_of_one_text_and_different_names_wait_for_different_items() {
    let mut world = World::of("");
    let of = |repo: &str, title: &str| {
        let (own, means) = (format!("{repo}/1"), format!("{repo}/12"));
        ImportItem { links: vec![link("see 12", &[&means])], ..told(&own, "d0", title) }
    };
    import(&mut world, &[of("repo-a", "a"), of("repo-b", "b")]);
    world.says("po0: merge b into a");
    let targets = |world: &World| -> Vec<LinkTarget> {
        world.item("a").links.iter().map(|link| link.target.clone()).collect()
    };
    import(&mut world, &[told("repo-a/12", "d1", "y")]);
    let y = LinkTarget::Item(world.no("y").unwrap());
    assert!(matches!(targets(&world).as_slice(), [first, LinkTarget::Pending(_)] if *first == y));
    import(&mut world, &[told("repo-b/12", "d1", "z")]);
    assert_eq!(targets(&world), [y, LinkTarget::Item(world.no("z").unwrap())]);
}

#[test]
fn an_item_is_not_tied_to_itself() {
    let mut world = World::of("");
    let links = vec![link("src", &["src"]), link("me", &["me"])];
    let item = ImportItem { aliases: vec![source("me")], links, ..told("src", "d0", "n") };
    import(&mut world, std::slice::from_ref(&item));
    assert!(world.item("n").links.is_empty());
}

#[test]
fn imported_links_and_requests_follow_the_source_and_peoples_stay() {
    let mut world = World::of("a x1");
    let item = ImportItem {
        links: vec![link("#7", &["#7"])],
        requests: Some(vec![request("d1", "theirs"), request("d2", "theirs")]),
        ..told("src", "d0", "n")
    };
    import(&mut world, &[item]);
    world.says("po0: link n needs a");
    world.says("po0: ask n of d3");
    // Asked anew by people, it is theirs.
    world.says("po0: ask n of d2");
    import(&mut world, &[told("src", "d0", "n")]);
    let item = world.item("n");
    assert_eq!(
        item.links.iter().map(|link| &link.target).collect::<Vec<_>>(),
        [&LinkTarget::Item(crate::order::ItemNo(0))]
    );
    assert_eq!(item.requests.iter().map(|request| request.domain.0).collect::<Vec<_>>(), [3, 2]);
}

#[test]
fn a_domain_told_twice_is_asked_once() {
    let mut world = World::of("");
    let requests = Some(vec![request("d1", "one"), request("d1", "two")]);
    import(&mut world, &[ImportItem { requests, ..told("src", "d0", "n") }]);
    assert_eq!(world.item("n").requests.len(), 1);
    assert_eq!(world.item("n").requests[0].ask.as_str(), "one");
}

#[test]
fn a_parent_is_found_by_any_name_before_or_after_its_child() {
    for reverse in [false, true] {
        let mut world = World::of("");
        let mut items = vec![
            ImportItem { aliases: vec![source("up")], ..told("1", "d0", "a") },
            ImportItem { parent: part_of("up"), ..told("2", "d0", "b") },
            ImportItem { parent: part_of("2"), ..told("3", "d1", "c") },
            ImportItem { parent: part_of("nowhere"), ..told("4", "d1", "d") },
        ];
        if reverse {
            items.reverse();
        }
        import(&mut world, &items);
        assert_eq!(
            (world.item("b").parent, world.item("c").parent),
            (world.no("a"), world.no("b"))
        );
        assert_eq!(world.item("d").parent, None);
    }
}

#[test]
fn a_parent_that_cannot_be_one_is_left_out() {
    let mut world = World::of("");
    let items = [
        ImportItem { parent: part_of("2"), ..told("1", "d0", "a") },
        ImportItem { parent: part_of("1"), ..told("2", "d0", "b") },
        ImportItem { parent: part_of("3"), ..told("3", "d0", "c") },
    ];
    import(&mut world, &items);
    let parents = ["a", "b", "c"].map(|name| world.item(name).parent.is_some());
    assert_eq!(parents.iter().filter(|has| **has).count(), 1);
    let told: Vec<_> = items.iter().map(|item| world.product.parent_left_out(item)).collect();
    assert_eq!(told, [Some(ParentLeftOut::Cycle), None, Some(ParentLeftOut::Cycle)]);
}

#[test]
fn a_parent_that_is_left_out_is_told_and_found_by_a_later_import() {
    let mut world = World::of("");
    let child = ImportItem { parent: part_of("1"), ..told("2", "d0", "b") };
    import(&mut world, std::slice::from_ref(&child));
    assert_eq!(world.product.parent_left_out(&child), Some(ParentLeftOut::NotHere));
    assert_eq!(ParentLeftOut::NotHere.to_string(), "the parent is not here");
    import(&mut world, &[told("1", "d0", "a")]);
    assert_eq!(world.product.parent_left_out(&child), Some(ParentLeftOut::NotYet));
    import(&mut world, std::slice::from_ref(&child));
    assert_eq!(world.product.parent_left_out(&child), None);
    assert_eq!(world.item("b").parent, world.no("a"));
    // What people decided is not the source's to fill.
    world.says("po0: parent b none");
    assert_eq!(import(&mut world, std::slice::from_ref(&child)), []);
    assert_eq!(world.product.parent_left_out(&child), None);
}

#[test]
fn parents_nest_16_deep_and_the_next_is_told() {
    let mut world = World::of("");
    let nested = |n: usize| ImportItem {
        parent: Some((1..=n).rev().take(1).map(|n| source(&(n - 1).to_string())).collect()),
        ..told(&n.to_string(), "d0", &format!("i{n}"))
    };
    let items: Vec<ImportItem> = (0..18).map(nested).collect();
    import(&mut world, &items);
    let left_out: Vec<_> =
        items.iter().filter_map(|item| world.product.parent_left_out(item)).collect();
    assert_eq!(left_out, [ParentLeftOut::TooDeep]);
    assert_eq!(ParentLeftOut::TooDeep.to_string(), "parents nest deeper than 16");
    assert_eq!(world.item("i17").parent, None);
}

#[test]
fn a_parent_emptied_in_the_source_is_cleared_unless_people_decided_it() {
    for decided in [false, true] {
        let mut world = World::of("");
        let items = [
            told("1", "d0", "a"),
            told("2", "d0", "b"),
            ImportItem { parent: part_of("1"), ..told("3", "d0", "c") },
        ];
        import(&mut world, &items);
        if decided {
            world.says("po0: parent c b");
        }
        // Not told, it stays.
        import(&mut world, &[told("3", "d0", "c")]);
        assert_eq!(world.item("c").parent, world.no(if decided { "b" } else { "a" }));
        import(&mut world, &[ImportItem { parent: Some(Vec::new()), ..told("3", "d0", "c") }]);
        assert_eq!(world.item("c").parent, world.no("b").filter(|_| decided));
    }
}

#[test]
fn parent_and_child_change_places_in_one_import() {
    let mut world = World::of("");
    let top = |name: &str, title: &str| ImportItem {
        parent: Some(Vec::new()),
        ..told(name, "d0", title)
    };
    let below = |name: &str, title: &str, parent: &str| ImportItem {
        parent: part_of(parent),
        ..told(name, "d0", title)
    };
    import(&mut world, &[top("1", "a"), below("2", "b", "1")]);
    import(&mut world, &[below("1", "a", "2"), top("2", "b")]);
    assert_eq!((world.item("a").parent, world.item("b").parent), (world.no("b"), None));
}

#[test]
fn an_item_that_took_another_in_follows_its_own_source_only() {
    let mut world = World::of("");
    let items = [
        ImportItem {
            labels: Some(vec![Label::new("one").unwrap()]),
            links: vec![link("x", &["x"])],
            aliases: vec![source("#1")],
            ..told("1", "d0", "a")
        },
        ImportItem {
            labels: Some(vec![Label::new("two").unwrap()]),
            links: vec![link("y", &["y"])],
            aliases: vec![source("#2")],
            requests: Some(vec![request("d1", "more")]),
            ..told("2", "d0", "b")
        },
        ImportItem { links: vec![link("z", &["z"])], ..told("3", "d0", "c") },
    ];
    import(&mut world, &items);
    world.says("po0: merge b into a");
    let before = world.item("a").clone();
    assert_eq!(import(&mut world, &items), []);
    assert_eq!(*world.item("a"), before);
    assert_eq!((before.labels.len(), before.links.len(), before.requests.len()), (2, 2, 1));
    // The one that went in is still found by its other name.
    import(&mut world, &[ImportItem { links: vec![link("#2", &["#2"])], ..told("3", "d0", "c") }]);
    assert_eq!(world.item("c").links[0].target, LinkTarget::Item(world.no("a").unwrap()));
}

#[test]
fn a_name_of_two_items_means_the_first_that_has_it() {
    let mut world = World::of("");
    let named = |name: &str, title: &str, aliases: &[&str]| ImportItem {
        aliases: aliases.iter().map(|alias| source(alias)).collect(),
        ..told(name, "d0", title)
    };
    import(&mut world, &[named("1", "a", &["same"]), named("2", "b", &["same"])]);
    assert_eq!(world.product.item_by_names(&[source("same")]), world.no("a"));
    import(&mut world, &[named("1", "a", &["other"])]);
    assert_eq!(world.product.item_by_names(&[source("same")]), world.no("b"));
    // An item's source is surer than another's other name.
    import(&mut world, &[named("same", "c", &[])]);
    assert_eq!(world.product.item_by_names(&[source("same")]), world.no("c"));
}
