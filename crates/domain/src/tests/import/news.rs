//! News with a time: whatever order it comes in, the latest counts; people's decisions outlast it.

use std::collections::BTreeMap;

use super::{domain_id, link, request, titled, told};
use crate::{
    command::{Command, ImportEntry, ImportItem},
    event::Event,
    ids::Timestamp,
    item::{LinkKind, LinkTarget, Status},
    news::{Stamp, Told},
    roadmap::{Horizon, When},
    tests::{
        random::Chance,
        world::{World, actor, source},
    },
    text::Label,
};

/// News of a moment.
fn at(moment: i64, item: ImportItem) -> ImportItem {
    ImportItem { told: Told::At(Stamp { at: Timestamp(moment), tie: 1 }), ..item }
}

/// News of a status and of nothing else.
fn status(moment: i64, name: &str, status: Status) -> ImportItem {
    let item = ImportItem { status: Some(status), link_kinds: Vec::new(), ..told(name, "d0", "n") };
    at(moment, ImportItem { title: None, domain: None, requests: None, ..item })
}

fn tell(world: &mut World, item: &ImportItem) -> Vec<Event> {
    world.must("tool", &Command::Import(vec![item.clone()]))
}

#[test]
fn older_news_never_overwrites_newer() {
    let mut world = World::of("");
    tell(&mut world, &at(5, told("src", "d0", "n")));
    tell(&mut world, &status(7, "src", Status::InProgress));
    tell(&mut world, &at(6, ImportItem { status: Some(Status::Done), ..told("src", "d0", "m") }));
    assert_eq!((world.order(), world.item("m").status), ("m".to_owned(), Status::InProgress));
    tell(&mut world, &at(4, told("src", "d1", "o")));
    assert_eq!(world.order(), "m");
}

#[test]
fn of_one_moment_the_greater_tie_counts_whichever_comes_first() {
    for turned in [false, true] {
        let mut world = World::of("");
        let tied = |tie, title: &str| ImportItem {
            told: Told::At(Stamp { at: Timestamp(5), tie }),
            ..told("src", "d0", title)
        };
        let mut both = [tied(2, "n"), tied(9, "m")];
        if turned {
            both.reverse();
        }
        both.iter().for_each(|one| drop(tell(&mut world, one)));
        assert_eq!(world.order(), "m");
    }
}

#[test]
fn news_that_is_known_changes_nothing_and_leaves_nothing_behind() {
    let mut world = World::of("");
    let news = at(5, told("src", "d0", "n"));
    let events = tell(&mut world, &news);
    assert!(
        matches!(events.as_slice(), [Event::ItemCreated(_), Event::SourceTold(_)]),
        "{events:?}"
    );
    assert_eq!(tell(&mut world, &news), []);
}

#[test]
fn what_changes_nothing_is_known_to_be_of_later_all_the_same() {
    let mut world = World::of("");
    tell(&mut world, &at(1, told("src", "d0", "n")));
    let events = tell(&mut world, &at(3, told("src", "d0", "n")));
    assert!(matches!(events.as_slice(), [Event::SourceTold(_)]), "{events:?}");
    let changed = world.item("n").changed;
    tell(&mut world, &at(2, told("src", "d0", "m")));
    assert_eq!((world.order(), world.item("n").changed), ("n".to_owned(), changed));
}

#[test]
fn a_change_of_an_item_that_is_not_here_is_refused() {
    let mut world = World::of("");
    let news = status(1, "src", Status::Done);
    let refused = world.refused("tool", &Command::Import(vec![news.clone()]));
    assert_eq!(refused.code(), "UNKNOWN_ORIGIN");
    assert!(refused.to_string().contains("src") && refused.to_string().contains("title"));
    let homeless = ImportItem { domain: None, ..told("src", "d0", "n") };
    assert!(world.refused("tool", &Command::Import(vec![homeless])).to_string().contains("domain"));
    // Later in the same import it is here.
    let command = Command::Import(vec![at(0, told("src", "d0", "n")), news]);
    world.must("tool", &command);
    assert_eq!(world.closed(), "n");
}

#[test]
fn a_file_without_times_counts_from_when_it_was_read() {
    let mut world = World::of("");
    let file = |now, title: &str| ImportItem {
        told: Told::Now(Timestamp(now)),
        ..told("src", "d0", title)
    };
    let events = tell(&mut world, &file(1, "n"));
    assert!(matches!(events.as_slice(), [Event::ItemCreated(_)]), "{events:?}");
    tell(&mut world, &at(5, told("src", "d0", "m")));
    tell(&mut world, &file(4, "o"));
    assert_eq!(world.order(), "m", "the file is older");
    assert_eq!(tell(&mut world, &file(9, "m")), [], "it says nothing new");
    tell(&mut world, &file(9, "o"));
    tell(&mut world, &at(8, told("src", "d0", "p")));
    assert_eq!(world.order(), "o", "the file is newer");
}

#[test]
fn what_a_person_decided_outlasts_any_news() {
    let mut world = World::of("");
    tell(&mut world, &at(1, told("src", "d0", "n")));
    world.says("po0: done n");
    tell(&mut world, &status(9, "src", Status::InProgress));
    assert_eq!(world.closed(), "n");
}

#[test]
fn a_parent_that_is_not_here_is_taken_when_it_is_told_again() {
    let mut world = World::of("");
    let child = at(5, ImportItem { parent: Some(vec![source("up")]), ..told("src", "d0", "n") });
    tell(&mut world, &child);
    assert_eq!(world.item("n").parent, None);
    tell(&mut world, &at(9, told("up", "d0", "m")));
    tell(&mut world, &child);
    assert_eq!(world.item("n").parent, Some(world.no("m").unwrap()));
    assert_eq!(tell(&mut world, &child), []);
}

#[test]
fn a_parent_taken_later_in_the_same_import_is_known_to_be_of_its_moment() {
    let mut world = World::of("");
    let part_of = |moment, of: &str| {
        at(moment, ImportItem { parent: Some(vec![source(of)]), ..told("src", "d0", "n") })
    };
    tell(&mut world, &at(1, told("old", "d0", "o")));
    world.must("tool", &Command::Import(vec![part_of(9, "up"), at(9, told("up", "d0", "m"))]));
    assert_eq!(world.item("n").parent, world.no("m"));
    tell(&mut world, &part_of(5, "old"));
    assert_eq!(world.item("n").parent, world.no("m"));
}

#[test]
fn a_parent_that_would_be_a_cycle_is_told_again_when_it_is_none() {
    let mut world = World::of("");
    let part_of = |moment, name: &str, title: &str, of: &[&str]| {
        let parent = Some(of.iter().map(|of| source(of)).collect());
        at(moment, ImportItem { parent, ..told(name, "d0", title) })
    };
    tell(&mut world, &part_of(1, "b", "b", &[]));
    tell(&mut world, &part_of(1, "a", "a", &["b"]));
    let turned = part_of(5, "b", "b", &["a"]);
    tell(&mut world, &turned);
    assert!(world.product.parent_left_out(&turned).is_some(), "whoever brought it learns of it");
    tell(&mut world, &part_of(5, "a", "a", &[]));
    tell(&mut world, &turned);
    assert_eq!(world.item("b").parent, world.no("a"));
}

#[test]
fn news_that_drops_a_pinned_item_is_refused_to_whoever_brings_it() {
    let mut world = World::of("a");
    tell(&mut world, &at(1, told("src", "d0", "n")));
    world.says("chief: pin n");
    let news = status(2, "src", Status::Dropped);
    assert_eq!(world.refused("tool", &Command::Import(vec![news.clone()])).code(), "PINNED");
    world.says("chief: unpin n");
    tell(&mut world, &news);
    assert_eq!((world.order(), world.closed()), ("a".to_owned(), "n".to_owned()));
}

#[test]
fn only_links_of_the_kinds_that_are_told_follow() {
    let mut world = World::of("");
    let tied = |kind| crate::command::ImportLink { kind, ..link("other", &["other"]) };
    let links = vec![tied(LinkKind::Needs), tied(LinkKind::RelatesTo)];
    tell(&mut world, &at(1, ImportItem { links, ..told("src", "d0", "n") }));
    let none = ImportItem { link_kinds: vec![LinkKind::Needs], ..told("src", "d0", "n") };
    tell(&mut world, &at(2, none));
    let kinds: Vec<_> = world.item("n").links.iter().map(|link| link.kind).collect();
    assert_eq!(kinds, [LinkKind::RelatesTo]);
}

#[test]
fn a_tool_of_one_domain_brings_nothing_into_another() {
    let mut world = World::of("");
    world.says("admin: grant tool to jira for d1");
    let command = |domain: &str| Command::Import(vec![at(1, told("src", domain, "n"))]);
    assert_eq!(world.refused("jira", &command("d0")).code(), "NOT_IN_MANDATE");
    world.must("jira", &command("d1"));
    world.says("chief: move n to d2");
    let news = Command::Import(vec![status(2, "src", Status::Done)]);
    let refused = world.refused("jira", &news);
    assert!(refused.to_string().contains("a tool of d2"), "{refused}");
    assert!(world.product.decide(&news, &actor("tool")).is_ok());
}

/// What stays of an item, whatever it is called here.
fn remains(world: &World, name: &str) -> String {
    let Some(no) = world.product.item_by_source(&source(name)) else { return String::new() };
    let item = world.product.item(no).unwrap();
    let mut links: Vec<String> = item
        .links
        .iter()
        .map(|link| match &link.target {
            LinkTarget::Item(no) => {
                format!("{:?} {}", link.kind, world.product.item(*no).unwrap().sources[0])
            }
            LinkTarget::Pending(pending) => format!("{:?} {}?", link.kind, pending.raw),
            LinkTarget::Uri(uri) => format!("{:?} {uri}!", link.kind),
        })
        .collect();
    links.sort();
    let mut requests: Vec<_> =
        item.requests.iter().map(|request| (request.domain.0, request.ask.as_str())).collect();
    requests.sort_unstable();
    let entries: BTreeMap<_, _> = world
        .product
        .entries_of(no)
        .filter_map(|no| world.product.entry(no))
        .filter(|entry| entry.removed.is_none())
        .map(|entry| (entry.source.clone(), (entry.when, entry.release.clone(), entry.domain)))
        .collect();
    format!(
        "{:?} {:?} {:?} {:?} {links:?} {requests:?} {entries:?} {:?}",
        item.title, item.status, item.labels, item.domain, item.news
    )
}

fn some_news(chance: &mut Chance) -> ImportItem {
    let name = format!("src{}", chance.below(4));
    let title = format!("t{}", chance.below(9));
    let mut item = told(&name, &format!("d{}", chance.below(3)), &title);
    // Some moments come twice.
    let moment = i64::try_from(chance.below(40)).unwrap();
    item.told =
        Told::At(Stamp { at: Timestamp(moment), tie: u32::try_from(chance.below(999)).unwrap() });
    item.domain = domain_id("d0").filter(|_| chance.once_in(2)).or(item.domain);
    item.status = chance.pick(&[Status::New, Status::InProgress, Status::Done, Status::Dropped]);
    item.status = item.status.filter(|_| chance.once_in(2));
    item.labels =
        chance.once_in(2).then(|| vec![Label::new(&format!("l{}", chance.below(3))).unwrap()]);
    item.link_kinds.retain(|_| chance.once_in(2));
    for kind in item.link_kinds.clone() {
        if chance.once_in(2) {
            let other = format!("src{}", chance.below(6));
            item.links.push(crate::command::ImportLink { kind, ..link(&other, &[&other]) });
        }
    }
    item.requests =
        chance.once_in(2).then(|| vec![request("d3", &format!("ask {}", chance.below(3)))]);
    for name in ["alpha", "beta"] {
        let release = Some(Label::new(&format!("v{}", chance.below(3))).unwrap());
        let when = chance.pick(&[Horizon::Now, Horizon::Next]).map(When::Horizon);
        let (planned, told) = (!chance.once_in(3), chance.once_in(2));
        if told {
            item.entries.push(ImportEntry {
                name: Label::new(name).unwrap(),
                title: None,
                release: Some(release.filter(|_| planned)),
                when: Some(when.filter(|_| planned)),
            });
        }
    }
    item
}

#[test]
fn in_whatever_order_and_how_often_news_comes_the_same_stays() {
    for seed in 0..300 {
        let mut chance = Chance(seed);
        let news: Vec<ImportItem> = (0..25).map(|_| some_news(&mut chance)).collect();
        let told_in = |order: &[usize]| {
            let mut world = World::of("");
            order.iter().for_each(|at| drop(tell(&mut world, &news[*at])));
            world.product.check().unwrap();
            world
        };
        let first = told_in(&(0..news.len()).collect::<Vec<_>>());
        // Each of them at least once, some twice, in any order.
        let mut order: Vec<usize> = (0..news.len()).chain(0..news.len() / 2).collect();
        for left in (1..order.len()).rev() {
            order.swap(left, chance.below(left + 1));
        }
        let second = told_in(&order);
        for name in ["src0", "src1", "src2", "src3"] {
            assert_eq!(remains(&first, name), remains(&second, name), "seed {seed}, {name}");
        }
    }
}

#[test]
fn a_title_is_needed_once_only() {
    let mut world = World::of("");
    tell(&mut world, &at(1, told("src", "d0", "n")));
    tell(&mut world, &at(2, ImportItem { title: None, ..told("src", "d0", "m") }));
    tell(&mut world, &at(3, ImportItem { title: titled("o"), ..told("src", "d0", "m") }));
    assert_eq!(world.order(), "o");
}
