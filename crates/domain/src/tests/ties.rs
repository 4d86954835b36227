//! Links between items and requests to other domains.

use super::world::{World, check, domain, reason, source};
use crate::{
    command::{Command, LinkEnd, LinkTo},
    item::{LIST_MAX, LinkKind},
    text::Reason,
};

#[test]
fn an_item_is_tied_to_another_once() {
    check(
        "a b x1",
        &[
            ("po0: link a needs x", "a b x1"),
            ("po0: link a needs x", "! LINK_EXISTS"),
            ("po0: link a needs a", "! WITH_ITSELF"),
            ("po0: link a needs z", "! UNKNOWN_ITEM"),
            ("po0: unlink a needs b", "! NO_SUCH_LINK"),
            ("po0: unlink a needs x", "a b x1"),
            ("po0: unlink a needs x", "! NO_SUCH_LINK"),
            ("po1: link a needs x", "! NOT_IN_MANDATE"),
        ],
    );
}

#[test]
fn a_link_leads_to_an_item_or_an_address() {
    let mut world = World::of("a");
    let link = |world: &World, target: LinkEnd, add: bool| {
        let (item, link) = (world.key("a"), LinkTo { kind: LinkKind::RelatesTo, target });
        if add {
            Command::AddLink { item, link, expected: None }
        } else {
            Command::RemoveLink { item, link, expected: None }
        }
    };
    let uri = LinkEnd::Uri(source("https://example.org"));
    let pending = LinkEnd::Pending(source("https://example.org"));
    let (add, remove) = (link(&world, uri.clone(), true), link(&world, uri, false));
    world.must("po0", &add);
    let (wait, forget) = (link(&world, pending.clone(), true), link(&world, pending, false));
    assert_eq!(world.refused("po0", &wait).code(), "NO_SUCH_LINK");
    assert_eq!(world.refused("po0", &forget).to_string(), "D0-1 has no such link");
    world.must("po0", &remove);
    assert!(world.item("a").links.is_empty());
}

#[test]
fn an_item_has_at_most_50_links() {
    let mut world = World::of("a");
    let add = |world: &World, nth: usize| {
        let target = LinkEnd::Uri(source(&format!("https://example.org/{nth}")));
        Command::AddLink {
            item: world.key("a"),
            link: LinkTo { kind: LinkKind::Needs, target },
            expected: None,
        }
    };
    for nth in 0..LIST_MAX {
        let command = add(&world, nth);
        world.must("member", &command);
    }
    let (again, more) = (add(&world, 0), add(&world, LIST_MAX));
    assert_eq!(world.refused("member", &again).code(), "LINK_EXISTS");
    assert_eq!(world.refused("member", &more).code(), "TOO_MANY");
}

#[test]
fn a_domain_asks_another_for_something() {
    check(
        "a x1",
        &[
            ("po0: ask a of d1", "a x1"),
            ("po0: ask a of d1", "="),
            ("po0: ask a of d0", "! OWN_DOMAIN"),
            ("po0: ask a of d9", "! UNKNOWN_DOMAIN"),
            ("po1: ask a of d1", "! NOT_IN_MANDATE"),
            ("po0: withdraw a from d2", "! NO_SUCH_REQUEST"),
            ("po0: withdraw a from d9", "! UNKNOWN_DOMAIN"),
            ("po0: withdraw a from d1", "a x1"),
            ("po0: withdraw a from d1", "! NO_SUCH_REQUEST"),
        ],
    );
}

#[test]
fn a_request_says_what_is_asked_and_asking_anew_replaces_it() {
    let mut world = World::of("a");
    let ask = |world: &World, ask: Reason| Command::RequestDomain {
        item: world.key("a"),
        domain: domain(1),
        ask,
        expected: None,
    };
    let (empty, first, second) = (
        ask(&world, Reason::default()),
        ask(&world, reason("an address")),
        ask(&world, reason("a stamp")),
    );
    assert_eq!(world.refused("po0", &empty).code(), "REASON_MISSING");
    world.must("po0", &first);
    world.must("po0", &second);
    let [request] = world.item("a").requests.as_slice() else { panic!() };
    assert_eq!((request.ask.as_str(), request.since), ("a stamp", world.product.version()));
}

#[test]
fn a_request_to_a_domain_that_was_deleted_can_be_taken_back() {
    let mut world = World::of("a");
    world.says("po0: ask a of d3");
    world.says("chief: delete d3");
    assert_eq!(world.try_says("po0: ask a of d3").unwrap_err().code(), "UNKNOWN_DOMAIN");
    world.says("po0: withdraw a from d3");
    assert!(world.item("a").requests.is_empty());
}
