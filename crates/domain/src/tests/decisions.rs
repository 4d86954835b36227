//! What a decision may order, on whose mandate, and which of it is watched afterwards.

use super::{
    escalations::{FIRST, decide, first, kinds, option, raise, raised, reopen, title},
    points::{point, with},
    random::Chance,
    world::{World, domain},
};
use crate::{
    command::{Anchor, Command},
    error::Error,
    escalations::{self, Choice, NewEscalation, Ordered, Outcome},
    event::Event,
    ids::{DecisionNo, EscalationNo},
    order::DomainNo,
    points::{Decider, Scope, Topic},
    roles::Role,
    text::Summary,
};

/// About an item alone, with options.
fn about(world: &World, items: &[&str], options: Vec<Vec<Ordered>>) -> Command {
    let choice = |orders| Choice { title: title("so"), orders };
    let new = NewEscalation {
        topic: Topic::Quality,
        title: title("Is it good enough?"),
        text: Summary::default(),
        items: items.iter().map(|item| world.key(item)).collect(),
        entries: Vec::new(),
        domains: Vec::new(),
        options: options.into_iter().map(choice).collect(),
    };
    Command::Escalate(escalations::Command::Raise(Box::new(new)))
}

/// `rank a above x`, `pin a`, `move a to d1`, `drop a`.
fn orders(world: &World, sentences: &[&str]) -> Vec<Ordered> {
    let order = |sentence: &&str| {
        let words: Vec<&str> = sentence.split(' ').collect();
        let item = world.key(words[1]);
        let rank = |to, with_family| Ordered::Rank { item: item.clone(), to, with_family };
        match words.as_slice() {
            ["rank", _, "above", other] => rank(Anchor::Before(world.key(other)), false),
            ["rank", _, "below", other] => rank(Anchor::After(world.key(other)), false),
            ["rank", _, "top"] => rank(Anchor::Top, false),
            ["rank", _, "bottom"] => rank(Anchor::Bottom, false),
            ["rank", _, "family", "above", other] => rank(Anchor::Before(world.key(other)), true),
            ["pin", _] => Ordered::Pin { item },
            ["unpin", _] => Ordered::Unpin { item },
            ["move", _, "to", to] => {
                Ordered::Move { item, domain: crate::ids::DomainId::new(to).unwrap() }
            }
            ["drop", _] => Ordered::Drop { item },
            _ => panic!("no order {sentence}"),
        }
    };
    sentences.iter().map(order).collect()
}

fn own(world: &World, sentences: &[&str]) -> Command {
    let orders = orders(world, sentences);
    decide(Outcome::Own(Choice { title: title("so"), orders }))
}

/// What is good enough in `d0` is for its PO to decide, by a point; `a` is raised.
fn of_one_domain(given: &str) -> World {
    let mut world = World::of(given);
    let d0 = point("d0", &[Topic::Quality], Scope::Domain(domain(0)), &["po 1d", "chief 1d"]);
    world.must("chief", &with(&[d0]));
    let command = about(&world, &["a"], Vec::new());
    world.must("member", &command);
    world
}

/// The refusals of this page.
pub(super) fn refusals() -> Vec<Error> {
    let mut one = of_one_domain("a x1");
    let mut two = raised();
    let (outside, twice) = (own(&one, &["drop x"]), own(&two, &["rank a above x", "rank x top"]));
    vec![one.refused("po0", &outside), two.refused("chief", &twice)]
}

#[test]
fn what_an_option_would_change_is_concerned() {
    let cases: [(&str, &[u16]); 5] = [
        ("drop a", &[0]),
        ("drop x", &[0, 1]),
        ("rank a below x", &[0, 1]),
        ("move a to d2", &[0, 2]),
        ("rank a top", &[0]),
    ];
    for (sentence, concerned) in cases {
        let mut world = World::of("a x1");
        let command = about(&world, &["a"], vec![Vec::new(), orders(&world, &[sentence])]);
        world.must("member", &command);
        let concerned: Vec<_> = concerned.iter().map(|no| DomainNo(*no)).collect();
        assert_eq!(first(&world).domains, concerned, "{sentence}");
    }
    // So a conflict between domains that names one item is between domains: it is not the PO's of this item.
    let mut world = of_one_domain("a x1");
    let command = about(&world, &["a"], vec![orders(&world, &["rank a above x"])]);
    world.must("po1", &command);
    let held = world.product.escalation(EscalationNo(2)).unwrap();
    let decider = held.turn_now().map(|turn| turn.decider.clone());
    assert_eq!(decider, Some(Decider::Seat(Role::ChiefPo, None)));
}

#[test]
fn of_two_that_stand_as_decided_none_is_moved() {
    for (sentence, order) in [
        ("rank a above x", "a b x1 c"),
        ("rank x below a", "a b x1 c"),
        ("rank x above a", "x1 a b c"),
        ("rank a below x", "b x1 a c"),
        ("rank a top", "a b x1 c"),
        ("rank b top", "b a x1 c"),
        ("rank a family above c", "b x1 a c"),
    ] {
        let mut world = World::of("a b x1 c");
        let command = about(&world, &["a", "x"], Vec::new());
        world.must("member", &command);
        let command = own(&world, &[sentence]);
        world.must("chief", &command);
        assert_eq!(world.order(), order, "{sentence}");
    }
}

#[test]
fn a_po_decides_for_their_domain_and_not_on_the_chief_pos_mandate() {
    for (sentence, said) in [
        ("pin a", "! NOT_IN_MANDATE"),
        ("unpin p", "! NOT_IN_MANDATE"),
        ("rank a top", "! NOT_IN_MANDATE"),
        ("rank a above b", "! NOT_IN_MANDATE"),
        ("drop x", "! OUTSIDE_ESCALATION"),
        ("move a to d1", "! OUTSIDE_ESCALATION"),
        ("drop b", "x1 a P"),
    ] {
        let mut world = of_one_domain("x1 b a P");
        let command = own(&world, &[sentence]);
        match world.run(&super::world::actor("po0"), &command) {
            Ok(_) => assert_eq!(world.order(), said, "{sentence}"),
            Err(error) => assert_eq!(format!("! {}", error.code()), said, "{sentence}: {error}"),
        }
    }
    let mut world = of_one_domain("a x1");
    let command = own(&world, &["drop x"]);
    assert_eq!(
        world.refused("po0", &command).to_string(),
        "escalation 1 does not concern domain d1, to which D1-1 belongs; raise one that does, or leave this to whoever answers for it"
    );
}

#[test]
fn the_chief_po_ranks_and_pins_within_what_is_concerned_also_of_one_domain() {
    let mut world = World::of("x1 b a");
    let command = about(&world, &["a"], Vec::new());
    world.must("po0", &command);
    let outside = own(&world, &["rank a above x"]);
    assert_eq!(world.refused("chief", &outside).code(), "OUTSIDE_ESCALATION");
    let command = own(&world, &["rank a top", "pin a"]);
    world.must("chief", &command);
    assert_eq!(world.order(), "A x1 b");
}

#[test]
fn a_family_that_comes_along_is_of_the_domains_concerned() {
    let mut world = World::of("x1 a b y2");
    world.says("chief: parent y b");
    let command = raise(&world, "a", "x");
    world.must("po0", &command);
    let command = own(&world, &["rank b family above x"]);
    assert_eq!(world.refused("chief", &command).code(), "OUTSIDE_ESCALATION");
    world.says("chief: parent y none");
    world.must("chief", &command);
}

#[test]
fn a_po_replaces_no_decision_that_reached_further() {
    let mut world = of_one_domain("x1 a b c1");
    let across = raise(&world, "a", "x");
    world.must("po0", &across);
    let decide = |no: u32, replaces: &[u32]| {
        let new = escalations::NewDecision {
            escalation: EscalationNo(no),
            outcome: Outcome::Own(Choice::plain(title("so"))),
            replaces: replaces.iter().map(|no| DecisionNo(*no)).collect(),
            reason: super::world::reason("so"),
            expected: None,
        };
        Command::Escalate(escalations::Command::Decide(Box::new(new)))
    };
    world.must("chief", &decide(2, &[]));
    let error = world.refused("po0", &decide(1, &[1]));
    assert!(error.to_string().contains("several domains, of which decision 1 is"), "{error}");
    world.must("po0", &decide(1, &[]));
    world.must("member", &about(&world.clone(), &["a"], Vec::new()));
    world.must("po0", &decide(3, &[2]));
}

#[test]
fn orders_that_undo_each_other_are_refused_and_what_is_closed_is_not_watched() {
    let cases: [(&[&str], &str); 8] = [
        (&["rank a above x", "drop x"], "a b c1"),
        (&["rank a above x", "drop a"], "x1 b c1"),
        (&["rank a below x", "rank x below c"], "! ORDERS_CONTRADICT"),
        (&["rank a above x", "rank x above a"], "! ORDERS_CONTRADICT"),
        (&["rank a above x", "rank x top"], "! ORDERS_CONTRADICT"),
        (&["rank a above x", "rank a bottom"], "! ORDERS_CONTRADICT"),
        (&["rank x below c", "rank a below x"], "b c1 x1 a"),
        (&["rank a top", "rank b top"], "b a x1 c1"),
    ];
    for (given, said) in cases {
        let mut world = raised();
        let command = own(&world, given);
        match world.run(&super::world::actor("chief"), &command) {
            Ok(_) => assert_eq!(world.order(), said, "{given:?}"),
            Err(error) => assert_eq!(format!("! {}", error.code()), said, "{given:?}: {error}"),
        }
        assert_eq!(world.replayed(), world.product);
    }
    let mut world = raised();
    let command = own(&world, &["rank a above x", "drop x"]);
    world.must("chief", &command);
    assert_eq!(kinds(&world.says("chief: reopen x top")), ["ItemReopened"]);
}

#[test]
fn decided_anew_the_decision_of_before_is_no_longer_in_force() {
    let mut world = raised();
    world.must("chief", &option(2));
    world.must("chief", &reopen());
    // It contradicts nothing of the first: it orders nothing.
    world.must("chief", &decide(Outcome::Own(Choice::plain(title("It does not matter")))));
    let decisions: Vec<_> = world.product.decisions().cloned().collect();
    assert_eq!(decisions[0].replaced_by, Some(DecisionNo(2)));
    assert_eq!(decisions[1].replaces, [DecisionNo(1)]);
    assert_eq!(kinds(&world.says("chief: rank a bottom")), ["ItemRanked"]);
    assert_eq!(world.product.escalation(FIRST).unwrap().last_decision, Some(DecisionNo(2)));
}

/// Whatever a PO decides about what concerns their domain alone, and whatever the orders: it stays in it, and no turn changes
/// its place.
#[test]
fn no_decision_of_a_domain_po_changes_another_domains_item() {
    let begin = of_one_domain("x1 a B b2 c Y1 d e");
    let letters = ["x", "a", "b", "c", "y", "d", "e"];
    let (mut chance, mut taken) = (Chance(17), 0);
    for nth in 0..3_000 {
        let mut world = begin.clone();
        let some = (0..1 + chance.below(3)).map(|_| {
            let one = chance.pick(&letters).unwrap();
            let two = chance.pick(&letters).unwrap();
            match chance.below(8) {
                0 => format!("rank {one} above {two}"),
                1 => format!("rank {one} top"),
                2 => format!("pin {one}"),
                3 => format!("unpin {one}"),
                4 => format!("move {one} to d{}", chance.below(4)),
                _ => format!("drop {one}"),
            }
        });
        let some: Vec<String> = some.collect();
        let command = own(&world, &some.iter().map(String::as_str).collect::<Vec<_>>());
        let Ok(events) = world.run(&super::world::actor("po0"), &command) else { continue };
        taken += 1;
        for key in events.iter().filter_map(Event::item) {
            let (_, item) = begin.product.item_by_key(key).unwrap();
            assert_eq!(item.domain.0, 0, "{nth}: {some:?}: {events:?}");
        }
        let others = |world: &World| {
            let rest = world.product.order.iter_from(0).filter(|(_, letter)| letter.domain.0 != 0);
            rest.collect::<Vec<_>>()
        };
        assert_eq!(others(&world), others(&begin), "{nth}: {some:?}");
    }
    assert!(taken > 100, "{taken}");
}
