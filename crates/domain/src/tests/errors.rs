//! Every refusal is met at least once, has a code of its own, and reads as a sentence.

use std::collections::BTreeSet;

use super::world::{World, actor};
use crate::{command::Command, error::Error, mandate::Actor, product::Product, text::Reason};

/// The code of each variant. A new variant breaks this function; it then needs an example in [`examples`].
fn code(error: &Error) -> &'static str {
    match error {
        Error::Mandate(_)
        | Error::UnknownProduct
        | Error::ProductExists
        | Error::UnknownItem(_)
        | Error::UnknownDomain(_)
        | Error::DomainExists(_)
        | Error::KeyTaken(_)
        | Error::DomainNotEmpty { .. }
        | Error::DomainPlans { .. }
        | Error::DomainDecides { .. }
        | Error::Stale { .. }
        | Error::NeighboursMoved { .. }
        | Error::NotOpen { .. }
        | Error::AlreadyOpen(_)
        | Error::AnchorClosed { .. }
        | Error::ForeignAnchor { .. }
        | Error::Pinned { .. }
        | Error::NotPinned(_)
        | Error::ReasonMissing(_)
        | Error::NothingToUndo { .. }
        | Error::NoWayBack { .. }
        | Error::ParentCycle { .. }
        | Error::TooDeep { .. }
        | Error::TooMany { .. }
        | Error::WithItself(..)
        | Error::SourceTaken { .. }
        | Error::NoSuchLink(_)
        | Error::LinkExists(_)
        | Error::NoSuchRequest { .. }
        | Error::OwnDomain { .. }
        | Error::WrongStatus(_)
        | Error::RoleDomain { .. }
        | Error::SeatTaken { .. }
        | Error::RoleHeld { .. }
        | Error::TermOver(_)
        | Error::NoSeat(_)
        | Error::DeputyOpen
        | Error::DeputyLong { .. }
        | Error::DeputyOfSelf { .. }
        | Error::DeputyTaken { .. }
        | Error::NoSuchDeputy { .. }
        | Error::UnknownGap(_)
        | Error::NoSuchRole { .. }
        | Error::UnknownGoal(_)
        | Error::GoalExists(_)
        | Error::GoalGone { .. }
        | Error::UnknownEntry(_)
        | Error::EntryGone { .. }
        | Error::UnknownSync(_)
        | Error::SyncExists(_)
        | Error::SyncOpen(_)
        | Error::SyncEnded(_)
        | Error::UnknownConnection(_)
        | Error::ConnectionExists(_)
        | Error::ConnectionGone { .. }
        | Error::ToolTaken { .. }
        | Error::UnknownCalendar(_)
        | Error::CalendarReserved(_)
        | Error::NeverOpen(_)
        | Error::DayTwice { .. }
        | Error::CalendarInUse { .. }
        | Error::DefaultCalendar(_)
        | Error::PointTwice(_)
        | Error::PointInvalid { .. }
        | Error::PointGap(_)
        | Error::PointOverlap { .. }
        | Error::UnknownOrigin { .. }
        | Error::UnknownEscalation(_)
        | Error::EscalationEnded { .. }
        | Error::EscalationOpen(_)
        | Error::NotTheDecider { .. }
        | Error::NotTheRaiser { .. }
        | Error::NoSuchOption { .. }
        | Error::OutsideEscalation { .. }
        | Error::OrdersContradict { .. }
        | Error::UnknownDecision(_)
        | Error::DecisionReplaced { .. }
        | Error::OnlyTheService(_)
        | Error::Missing(_)
        | Error::Full { .. }
        | Error::Broken(_) => error.code(),
    }
}

const VARIANTS: usize = 81;

/// What a product that is `prepared` by sentences says to one more.
fn said(given: &str, prepared: &[&str], sentence: &str) -> Error {
    let mut world = World::of(given);
    for prepare in prepared {
        world.says(prepare);
    }
    world.try_says(sentence).unwrap_err()
}

/// What a product says to a command made for it.
fn answered(given: &str, who: &str, command: impl FnOnce(&World) -> Command) -> Error {
    let mut world = World::of(given);
    let command = command(&world);
    world.refused(who, &command)
}

/// Refusals of sentences, each given an order and what was done before.
fn of_sentences() -> Vec<Error> {
    let sentences: [(&str, &[&str], &str); 36] = [
        ("a", &[], "po1: done a"),
        ("a", &[], "po0: done z"),
        ("a", &[], "chief: move a to d9"),
        ("", &[], "chief: add d0"),
        ("", &["chief: add d9"], "chief: add d-9"),
        ("a", &[], "chief: delete d0"),
        ("a b c", &[], "po0: reorder a after b seen end"),
        ("a", &["po0: done a"], "po0: done a"),
        ("a", &[], "po0: reopen a"),
        ("a b", &["po0: done a"], "po0: reorder b after a"),
        ("a x1", &[], "po0: reorder a after x"),
        ("P", &[], "po0: drop p"),
        ("a", &[], "chief: unpin a"),
        ("a", &[], "chief: undo"),
        ("a b c d", &["chief: rank b bottom", "po0: done a", "po0: done c"], "chief: undo 2"),
        ("a", &[], "po0: parent a a"),
        ("a", &[], "po0: duplicate a of a"),
        ("a b", &[], "po0: unlink a needs b"),
        ("a b", &["po0: link a needs b"], "po0: link a needs b"),
        ("a", &[], "po0: withdraw a from d1"),
        ("a", &[], "po0: ask a of d0"),
        ("", &[], "admin: grant po to guest"),
        ("", &[], "admin: grant chief to guest"),
        ("", &[], "admin: revoke tool from guest"),
        ("", &[], "admin: grant chief to chief until 1970-01-09"),
        ("", &[], "admin: deputise guest as member until 1970-01-09"),
        ("", &[], "admin: deputise guest as chief"),
        ("", &[], "admin: deputise guest as chief until 1972-01-09"),
        ("", &[], "admin: deputise chief as chief until 1970-01-09"),
        (
            "",
            &["admin: deputise guest as chief until 1970-01-09"],
            "admin: deputise po0 as chief until 1970-01-09",
        ),
        ("", &[], "admin: dismiss guest as chief"),
        ("", &[], "admin: resolve 7"),
        ("", &[], "admin: grant stakeholder to guest for d0"),
        ("a b", &["po0: parent b a"], "chief: rank a family after b"),
        ("a b", &["po0: done a"], "po0: reorder a top"),
        ("a x1", &[], "po0: merge a into x"),
    ];
    sentences.iter().map(|(given, prepared, sentence)| said(given, prepared, sentence)).collect()
}

/// Refusals that no sentence of the notation brings about.
fn of_commands() -> Vec<Error> {
    let mut examples = Vec::new();
    examples.push(
        Product::default().decide(&World::of("").command("add d0"), &actor("admin")).unwrap_err(),
    );
    let begin = || Command::CreateProduct {
        name: super::world::name("Webshop"),
        summary: crate::text::Summary::default(),
        chief_po: super::world::person("chief"),
    };
    examples.push(answered("", "admin", |_| begin()));
    examples.push(answered("a", "po0", |world| Command::CompleteItem {
        item: world.key("a"),
        reason: Reason::default(),
        expected: Some(crate::ids::Version(1)),
    }));
    examples.push(answered("a", "po0", |world| Command::DropItem {
        item: world.key("a"),
        reason: Reason::default(),
        expected: None,
    }));
    examples.push(answered("a", "po0", |world| Command::SplitItem {
        item: world.key("a"),
        into: Vec::new(),
        keep: false,
        reason: Reason::default(),
        expected: None,
    }));
    examples.push(answered("a", "po0", |world| {
        world.change("a", |c| c.status = Some(crate::item::Status::Done))
    }));
    examples.push({
        let mut world = World::of("a b");
        let give = |world: &World, item| {
            world.change(item, |changes| changes.sources = Some(vec![super::world::source("s")]))
        };
        let (first, second) = (give(&world, "a"), give(&world, "b"));
        world.must("po0", &first);
        world.refused("po0", &second)
    });
    examples.push({
        let mut world = World::of("");
        for n in 0..18 {
            world.says(&format!("po0: new i{n} in d0"));
        }
        (1..17).for_each(|n| drop(world.says(&format!("po0: parent i{n} i{}", n - 1))));
        world.try_says("po0: parent i17 i16").unwrap_err()
    });
    examples.push({
        let mut world = World::of("");
        let key = "ANY".parse().unwrap();
        let domain = Command::AddDomain {
            domain: super::world::domain(999),
            key,
            name: super::world::name("More"),
            summary: crate::text::Summary::default(),
        };
        let one = world.product.domains.front().cloned().unwrap();
        world.product.domains.extend(std::iter::repeat_n(one, 1_000));
        world.product.decide(&domain, &actor("admin")).unwrap_err()
    });
    examples.push({
        let world = World::of("");
        let late = Actor { now: crate::ids::Timestamp(i64::MAX), ..actor("admin") };
        let command = world.command("grant member to guest until 1970-01-09");
        world.product.decide(&command, &late).unwrap_err()
    });
    // A state that contradicts itself is refused, not believed.
    examples.push({
        let mut world = World::of("a");
        world.product.order.remove(crate::order::ItemNo(0)).unwrap();
        world.product.decide(&world.command("done a"), &actor("po0")).unwrap_err()
    });
    examples
}

fn examples() -> Vec<Error> {
    let mut examples = of_sentences();
    examples.extend(of_commands());
    examples.extend(super::plans::refusals());
    examples.extend(super::connections::refusals());
    examples.extend(super::escalations::refusals());
    examples.extend(super::points::refusals());
    examples
}

#[test]
fn every_refusal_is_met() {
    let met: BTreeSet<&str> = examples().iter().map(code).collect();
    assert_eq!(met.len(), VARIANTS, "{met:?}");
}

#[test]
fn a_refusal_is_a_sentence_without_a_full_stop() {
    for error in examples() {
        let text = error.to_string();
        assert!(text.len() > 10 && !text.ends_with('.') && !text.contains("  "), "{text}");
        assert!(!text.contains("Some(") && !text.contains("None"), "{text}");
        assert!(
            error.code().chars().all(|c| c.is_ascii_uppercase() || c == '_'),
            "{}",
            error.code()
        );
    }
}
