//! The product itself, its domains, and who sits where.

use super::world::{World, actor, check, name, person};
use crate::{
    command::Command,
    domains::DOMAINS_MAX,
    event::{DomainAdded, Event, RoleGranted},
    grants::ROLES_MAX,
    ids::{DomainId, Version},
    product::Product,
    roles::Role,
    text::{Reason, Summary},
};

fn begin() -> Command {
    Command::CreateProduct {
        name: name("Webshop"),
        summary: Summary::default(),
        chief_po: person("chief"),
    }
}

#[test]
fn a_product_begins_once_and_with_a_chief_po() {
    let mut world = World { product: Product::default(), log: Vec::new() };
    assert!(!world.product.exists());
    assert_eq!(
        world
            .product
            .decide(&world.command("rename product x"), &actor("admin"))
            .unwrap_err()
            .code(),
        "UNKNOWN_PRODUCT"
    );
    assert_eq!(world.refused("chief", &begin()).code(), "NOT_IN_MANDATE");
    world.must("admin", &begin());
    assert_eq!((world.product.name(), world.chief()), ("Webshop", Some(&person("chief"))));
    assert_eq!(world.refused("admin", &begin()).code(), "PRODUCT_EXISTS");
    assert_eq!(world.product.version(), Version(1));
}

#[test]
fn product_and_domain_change_their_own_facts() {
    check(
        "",
        &[
            ("chief: rename product Webshop", "="),
            ("chief: rename product Shop", ""),
            ("po0: rename product Shop2", "! NOT_IN_MANDATE"),
            ("admin: rename d0 Online", ""),
            ("admin: rename d0 Online", "="),
            ("po0: rename d0 Mine", "! NOT_IN_MANDATE"),
            ("chief: rename d9 Mine", "! UNKNOWN_DOMAIN"),
        ],
    );
    let mut world = World::empty();
    let summary = |text: &str| Some(Summary::new(text).unwrap());
    let expected = Some(world.product.changed());
    let product =
        |text: &str| Command::UpdateProduct { name: None, summary: summary(text), expected };
    world.must("chief", &product("one"));
    assert_eq!(world.refused("chief", &product("two")).code(), "STALE");
    let expected = Some(world.product.domain_by_id(&super::world::domain(0)).unwrap().1.changed);
    let domain = |text: &str| Command::UpdateDomain {
        domain: super::world::domain(0),
        name: None,
        summary: summary(text),
        expected,
    };
    world.must("chief", &domain("one"));
    assert_eq!(world.refused("chief", &domain("two")).code(), "STALE");
    assert_eq!((world.product.summary(), world.product.name()), ("one", "Webshop"));
}

#[test]
fn an_id_or_key_is_given_to_one_domain_ever() {
    check(
        "",
        &[
            ("chief: add d0", "! DOMAIN_EXISTS"),
            ("chief: add d9", ""),
            ("chief: delete d9", ""),
            ("chief: add d9", "! DOMAIN_EXISTS"),
            ("chief: delete d9", "! UNKNOWN_DOMAIN"),
            ("po0: add d10", "! NOT_IN_MANDATE"),
            // Its default key is that of d9.
            ("chief: add d-9", "! KEY_TAKEN"),
        ],
    );
}

#[test]
fn a_domain_is_deleted_only_when_empty_and_its_seats_go_with_it() {
    let mut world = World::of("a x1 y1");
    let error = world.try_says("chief: delete d1").unwrap_err();
    assert_eq!(
        error.to_string(),
        "domain d1 still has 2 open items; move, complete or drop them first"
    );
    world.says("admin: grant member to guest for d1");
    world.says("po1: done x");
    world.says("chief: move y to d0");
    let events = world.says("chief: delete d1");
    let kinds: Vec<_> = events.iter().map(Event::kind).collect();
    assert_eq!(kinds, ["RoleRevoked", "RoleRevoked", "DomainDeleted"]);
    assert_eq!(world.holder(1), None);
    assert_eq!(world.product.domains().count(), usize::from(super::world::DOMAINS) - 1);
    // Its closed items keep their keys and are found.
    assert_eq!(world.key("x").to_string(), "D1-1");
    assert_eq!(world.try_says("po1: reopen x").unwrap_err().code(), "NOT_IN_MANDATE");
}

#[test]
fn each_seat_has_one_holder() {
    check(
        "",
        &[
            ("admin: grant chief to po0", "! SEAT_TAKEN"),
            ("admin: grant chief to chief", "="),
            ("chief: replace chief by po0", "! NOT_IN_MANDATE"),
            ("admin: replace chief by po0", ""),
            ("chief: rename product x", "! NOT_IN_MANDATE"),
            ("po0: rename product x", ""),
            ("po0: grant po to po0 for d1", "! SEAT_TAKEN"),
            ("po0: replace po by po0 for d1", ""),
            ("po0: revoke po from po1 for d1", "! NO_SUCH_ROLE"),
            ("po0: revoke po from po0 for d1", ""),
            ("po0: grant po to po1 for d1", ""),
            ("po0: revoke chief from po0", "! NOT_IN_MANDATE"),
            ("admin: revoke chief from po0", ""),
            ("admin: grant chief to chief", ""),
        ],
    );
    let mut world = World::empty();
    let error = world.try_says("admin: grant po to guest for d1").unwrap_err();
    assert_eq!(
        error.to_string(),
        "po1 is domain PO of d1 already; exactly one is accountable: revoke that first, or replace"
    );
    world.says("admin: replace po by guest for d1");
    assert_eq!(world.holder(1), Some(&person("guest")));
    assert_eq!(world.product.roles_of(&person("po1")).count(), 0);
    assert_eq!(world.product.roles_of(&person("guest")).count(), 2);
}

#[test]
fn a_role_is_for_the_domain_or_product_that_it_belongs_to() {
    check(
        "",
        &[
            ("chief: grant po to guest", "! ROLE_DOMAIN"),
            ("admin: grant chief to guest for d0", "! ROLE_DOMAIN"),
            ("chief: grant stakeholder to member for d0", "! ROLE_DOMAIN"),
            ("chief: grant member to guest for d9", "! UNKNOWN_DOMAIN"),
            ("chief: grant member to guest for d0", ""),
            ("chief: grant member to guest for d0", "="),
            ("chief: grant member to guest for d1", ""),
            ("chief: grant member to guest", ""),
            ("chief: revoke member from guest for d0", ""),
            ("chief: revoke member from guest for d0", "! NO_SUCH_ROLE"),
            ("po0: grant member to guest for d0", "! NOT_IN_MANDATE"),
        ],
    );
}

#[test]
fn who_sits_in_a_domain_is_a_change_of_the_domain() {
    let mut world = World::empty();
    let changed =
        |world: &World| world.product.domain_by_id(&super::world::domain(0)).unwrap().1.changed;
    world.says("admin: replace po by guest for d0");
    assert_eq!(changed(&world), world.product.version());
    world.says("admin: revoke po from guest for d0");
    assert_eq!(changed(&world), world.product.version());
    // A member's coming is not.
    world.says("admin: grant member to guest for d0");
    assert!(changed(&world) < world.product.version());
}

#[test]
fn a_product_is_full_of_domains_or_roles_at_its_limits() {
    let mut world = World::empty();
    let there = u32::from(super::world::DOMAINS);
    let added = (there..DOMAINS_MAX).map(|no| {
        let domain = DomainId::new(&format!("d{no}")).unwrap();
        let key = domain.default_key();
        DomainAdded { domain, key, name: name("More"), summary: Summary::default() }.into()
    });
    world.fold(added.collect());
    let error = world.try_says("chief: add one-more").unwrap_err();
    assert_eq!(error.to_string(), "a product holds at most 1000 domains");
    let held = u32::try_from(world.product.roles().count()).unwrap();
    let granted = (held..ROLES_MAX).map(|no| {
        let person = person(&format!("p{no}"));
        let (role, domain, term, reason) = (Role::Member, None, None, Reason::default());
        RoleGranted { person, role, domain, term, reason }.into()
    });
    world.fold(granted.collect());
    assert_eq!(world.try_says("chief: grant member to one-more").unwrap_err().code(), "FULL");
    assert_eq!(world.product.check(), Ok(()));
}
