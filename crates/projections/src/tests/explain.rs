//! Why an item is ranked where it is: small stories in full, and for any story that its places form a chain.

use koepel_domain::{
    command::{Anchor, Command},
    order::ItemNo,
};
use proptest::prelude::*;

use super::{World, key, why};
use crate::{
    explain::{How, PASSED_MAX, Step, Story, story},
    history::KEPT_EVERY,
};

/// Part of the story of an item, as somebody sees it now.
fn part(
    world: &World,
    item: ItemNo,
    rest: Option<usize>,
    steps_max: usize,
    moves_max: usize,
) -> Story {
    let (version, now) = (world.product.version(), world.product.order());
    story(world.history.stretch(version, now, rest, moves_max), item, steps_max).unwrap()
}

fn whole(world: &World, item: &str) -> Story {
    part(world, world.no(item), None, usize::MAX, usize::MAX)
}

/// A step as a word: how, from, to, and what passed.
fn told(world: &World, step: &Step) -> String {
    let passed = step.passed.iter().map(|no| world.product.key(*no).unwrap().to_string());
    let passed: Vec<_> = passed.collect();
    format!("{:?} {}>{} {}", step.how, step.from_place, step.to_place, passed.join(" "))
}

#[track_caller]
fn check(world: &World, item: &str, then: &[&str]) {
    let story = whole(world, item);
    let steps: Vec<_> =
        story.steps.iter().map(|step| told(world, step).trim_end().to_owned()).collect();
    assert_eq!(steps, then);
    assert_eq!(story.rest, 0);
}

#[test]
fn a_rank_names_what_was_passed_and_what_passed() {
    let mut world = World::of("aabb");
    let rank = world.rank("B-2", Anchor::Before(key("A-2")));
    world.does(rank);
    check(&world, "B-2", &["Own 4>2 A-2 B-1", "Own 0>4"]);
    check(&world, "A-2", &["Passed 2>3 B-2", "Own 0>2"]);
    check(&world, "B-1", &["Passed 3>4 B-2", "Own 0>3"]);
    check(&world, "A-1", &["Own 0>1"]);
    let rank = world.rank("B-2", Anchor::Bottom);
    world.does(rank);
    check(&world, "A-2", &["Passed 3>2 B-2", "Passed 2>3 B-2", "Own 0>2"]);
}

#[test]
fn a_reorder_concerns_its_domain_only() {
    let mut world = World::of("abaab");
    let reorder = world.reorder("A-3", Anchor::Top);
    world.does(reorder);
    check(&world, "A-3", &["Own 4>1 A-1 A-2", "Own 0>4"]);
    check(&world, "A-1", &["Passed 1>3 A-3", "Own 0>1"]);
    check(&world, "B-1", &["Own 0>2"]);
}

#[test]
fn pins_are_told_though_nothing_moves() {
    let mut world = World::of("ab");
    world.does(Command::PinItem { item: key("B-1"), reason: why("promised"), expected: None });
    world.does(Command::UnpinItem { item: key("B-1"), reason: why("no more"), expected: None });
    check(&world, "B-1", &["Own 2>2", "Own 2>2", "Own 0>2"]);
    check(&world, "A-1", &["Own 0>1"]);
}

#[test]
fn what_left_above_made_room() {
    let mut world = World::of("abab");
    for item in ["A-1", "B-2"] {
        let complete = world.complete(item);
        world.does(complete);
    }
    check(&world, "A-2", &["Left 3>2 A-1", "Own 0>3"]);
    // One that has left has a story, too: it ends with its leaving.
    check(&world, "A-1", &["Own 1>0", "Own 0>1"]);
}

#[test]
fn a_story_goes_on_where_its_first_part_ended() {
    let mut world = World::of("aaaa");
    for _ in 0..5 {
        for command in [world.rank("A-4", Anchor::Top), world.rank("A-4", Anchor::Bottom)] {
            world.does(command);
        }
    }
    let item = world.no("A-1");
    let expected = whole(&world, "A-1").steps;
    for (steps_max, moves_max) in [(1, usize::MAX), (3, usize::MAX), (usize::MAX, 2), (2, 1)] {
        let (mut rest, mut steps) = (None, Vec::new());
        while rest != Some(0) {
            let part = part(&world, item, rest, steps_max, moves_max);
            assert!(rest.is_none_or(|rest| part.rest < rest), "each part gets on");
            steps.extend(part.steps);
            rest = Some(part.rest);
        }
        assert_eq!(steps, expected, "{steps_max} steps, {moves_max} moves");
    }
}

#[test]
fn no_part_however_far_back_takes_back_more_than_lies_between_two_orders_kept() {
    let mut world = World::of("abab");
    let old = (world.product.version(), world.product.order().clone());
    for _ in 0..5 * KEPT_EVERY {
        for command in [world.rank("A-1", Anchor::Bottom), world.rank("A-1", Anchor::Top)] {
            world.does(command);
        }
    }
    let (version, now) = (world.product.version(), world.product.order());
    let mut expected = now.clone();
    let moves = world.history.moves();
    for rest in (0..=moves.len()).rev() {
        let stretch = world.history.stretch(version, now, Some(rest), 3);
        assert!(stretch.moves.len() <= KEPT_EVERY + 3, "{rest}: {}", stretch.moves.len());
        let mut order = stretch.order;
        for one in stretch.moves[stretch.told..].iter().rev() {
            order.revert(&one.change).unwrap();
        }
        assert_eq!(order, expected, "{rest}");
        if let Some(last) = rest.checked_sub(1) {
            expected.revert(&moves[last].change).unwrap();
        }
    }
    // Somebody who sees an older state is told of that one, though the history has gone on.
    let item = world.no("A-2");
    let stretch = world.history.stretch(old.0, &old.1, None, usize::MAX);
    let story = story(stretch, item, usize::MAX).unwrap();
    assert_eq!(story.steps.iter().map(|step| step.to_place).collect::<Vec<_>>(), [3]);
}

#[test]
fn only_the_first_that_passed_are_named() {
    let mut world = World::of(&"a".repeat(30));
    let rank = world.rank("A-30", Anchor::Top);
    world.does(rank);
    let story = whole(&world, "A-30");
    let step = story.steps.first().map(|step| (step.passed.len(), step.passed_total));
    assert_eq!(step, Some((PASSED_MAX, 29)));
}

/// A command on items of the order, chosen by numbers.
fn some_command(world: &World, (what, item, other): (u8, usize, usize)) -> Option<Command> {
    let order = world.order();
    let pick = |index: usize| order.get(index % order.len().max(1)).cloned();
    let (item, anchor) = (pick(item)?, Anchor::After(key(&pick(other)?)));
    let (name, reason, expected) = (key(&item), why("why"), None);
    Some(match what % 8 {
        0 | 1 => world.rank(&item, anchor),
        2 | 3 => world.reorder(&item, anchor),
        4 => world.complete(&item),
        5 => Command::PinItem { item: name, reason, expected },
        6 => Command::UnpinItem { item: name, reason, expected },
        _ => {
            let domain = koepel_domain::ids::DomainId::new("c").unwrap();
            Command::MoveItem { item: name, domain, reason, expected }
        }
    })
}

proptest! {
    #[test]
    fn the_places_of_any_story_lead_from_the_arrival_to_now(
        domains in "[abc]{1,12}",
        commands in proptest::collection::vec((any::<u8>(), 0_usize..12, 0_usize..12), 0..40),
        late in "[abc]{0,3}",
    ) {
        let mut world = World::of(&domains);
        for command in commands {
            if let Some(command) = some_command(&world, command) {
                world.tries(command);
            }
        }
        for domain in late.chars() {
            world.creates(&domain.to_string(), Anchor::Top);
        }
        let items = u32::try_from(domains.len() + late.len()).unwrap();
        for no in (0..items).map(ItemNo) {
            let story = part(&world, no, None, usize::MAX, usize::MAX);
            let mut place = 0;
            for step in story.steps.iter().rev() {
                prop_assert_eq!(step.from_place, place);
                place = step.to_place;
                prop_assert!(step.how == How::Own || !step.passed.is_empty(), "{:?}", step);
            }
            prop_assert_eq!(place, world.product.order().place_of(no).map_or(0, |place| place + 1));
        }
    }
}
