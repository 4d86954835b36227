//! What somebody was when they did something, whatever they became since.

use koepel_domain::{
    command::Command,
    grants,
    ids::{DomainId, PersonId, Timestamp, Version},
    roles::Role,
    term::{Term, Zone},
};

use super::{World, why};

fn person(id: &str) -> PersonId {
    PersonId::new(id).unwrap()
}

fn grant(who: &str, role: Role, domain: Option<&str>) -> Command {
    let domain = domain.map(|id| DomainId::new(id).unwrap());
    let (person, replace, reason) = (person(who), true, why("a change"));
    Command::Cast(grants::Command::Grant { person, role, domain, term: None, replace, reason })
}

/// What somebody was when the version after `version` was made.
fn held(world: &World, who: &str, version: Version) -> String {
    let held = world.tenures.held(&person(who), version.next(), Timestamp(0));
    let told = held.iter().map(|(role, domain, deputy)| {
        let role = match domain {
            Some(domain) => format!("{} of {domain}", role.title()),
            None => role.title().to_owned(),
        };
        if *deputy { format!("deputy {role}") } else { role }
    });
    told.collect::<Vec<_>>().join(", ")
}

#[test]
fn a_seat_that_changed_hands_was_the_first_ones_until_then() {
    let mut world = World::empty();
    let made = world.product.version();
    let seated = world.does(grant("hanna", Role::ChiefPo, None));
    let left = world.does(grant("bram", Role::ChiefPo, None));
    let reader = world.does(grant("hanna", Role::Stakeholder, None));
    assert_eq!(
        held(&world, "hanna", made),
        "",
        "whoever grants a role was nothing of the kind yet"
    );
    assert_eq!(held(&world, "chief", made), "Chief PO");
    assert_eq!(held(&world, "hanna", seated), "Chief PO");
    assert_eq!(held(&world, "hanna", left), "");
    assert_eq!(held(&world, "hanna", reader), "stakeholder");
    assert_eq!(held(&world, "bram", reader), "Chief PO");
    assert_eq!(held(&world, "chief", seated), "");
}

#[test]
fn a_role_is_held_again_and_beside_others() {
    let mut world = World::empty();
    world.does(grant("p", Role::Member, Some("b")));
    let both = world.does(grant("p", Role::DomainPo, Some("a")));
    let revoke = |domain: &str| {
        Command::Cast(grants::Command::Revoke {
            person: person("p"),
            role: Role::Member,
            domain: Some(DomainId::new(domain).unwrap()),
            reason: why("left"),
        })
    };
    let one = world.does(revoke("b"));
    let again = world.does(grant("p", Role::Member, Some("b")));
    assert_eq!(held(&world, "p", both), "domain PO of a, member of b");
    assert_eq!(held(&world, "p", one), "domain PO of a");
    assert_eq!(held(&world, "p", again), "domain PO of a, member of b");
}

#[test]
fn a_deleted_domain_takes_its_roles_along() {
    let mut world = World::empty();
    let before = world.does(grant("p", Role::DomainPo, Some("c")));
    let domain = DomainId::new("c").unwrap();
    let delete = Command::DeleteDomain { domain, reason: why("empty"), expected: None };
    let deleted = world.does(delete);
    assert_eq!(held(&world, "p", before), "domain PO of c");
    assert_eq!(held(&world, "p", deleted), "");
}

#[test]
fn whoever_stands_in_for_somebody_is_told_as_such_while_they_do() {
    let mut world = World::empty();
    let days = |first: &str, last: &str| {
        let day = |text: &str| Some(text.parse().unwrap());
        Term::new(day(first), day(last), &Zone::utc()).unwrap()
    };
    let deputy = |person, term| {
        let (role, domain, reason) = (Role::ChiefPo, None, why("leave"));
        Command::Cast(grants::Command::NameDeputy { person, role, domain, term, reason })
    };
    world.does(deputy(person("p"), days("1970-01-01", "1970-01-01")));
    let named = world.does(deputy(person("q"), days("1970-01-02", "1970-01-02")));
    assert_eq!(held(&world, "p", named), "deputy Chief PO");
    assert_eq!(held(&world, "q", named), "");
    let (person, role, domain, reason) = (person("p"), Role::ChiefPo, None, why("back"));
    let dismiss = grants::Command::DismissDeputy { person, role, domain, reason };
    let dismissed = world.does(Command::Cast(dismiss));
    assert_eq!(held(&world, "p", dismissed), "");
}
