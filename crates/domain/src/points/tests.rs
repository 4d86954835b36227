//! How deciders and cells are said, and how they are stored.

use super::*;

fn domain() -> DomainId {
    DomainId::new("online").unwrap()
}

#[test]
fn a_decider_is_said_as_people_would() {
    let person = PersonId::new("p-hanna").unwrap();
    for (decider, said) in [
        (Decider::Seat(Role::ChiefPo, None), "the Chief PO"),
        (Decider::Deputy(Role::ChiefPo, None), "the Chief PO's deputy"),
        (Decider::Seat(Role::DomainPo, Some(domain())), "the PO of online"),
        (Decider::Seat(Role::DomainPo, None), "the PO of the domain concerned"),
        (Decider::Deputy(Role::DomainPo, Some(domain())), "the deputy of the PO of online"),
        (Decider::Person(person), "p-hanna"),
    ] {
        assert_eq!(decider.to_string(), said);
        let stored = serde_json::to_string(&decider).unwrap();
        assert_eq!(serde_json::from_str::<Decider>(&stored).unwrap(), decider, "{stored}");
        let packed = postcard::to_stdvec(&decider).unwrap();
        assert_eq!(postcard::from_bytes::<Decider>(&packed).unwrap(), decider);
    }
}

#[test]
fn a_cell_names_its_topic_and_its_domain() {
    let cell = |domain| Cell { topic: Topic::Budget, domain };
    assert_eq!(cell(Some(domain())).to_string(), "budget × online");
    assert_eq!(cell(None).to_string(), "budget × across domains");
}
