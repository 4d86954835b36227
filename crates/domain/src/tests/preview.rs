//! A preview tells what the command then does, and leaves nothing behind.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::{
    escalations::{option, raised},
    world::{World, actor},
};
use crate::{
    backlog::preview::Preview,
    error::Error,
    ids::DecisionNo,
    order::{DomainNo, ItemNo},
    product::Product,
};

fn asks(world: &World, sentence: &str) -> Result<Preview, Error> {
    let (who, command) = sentence.split_once(": ").unwrap();
    world.product.preview(&world.command(command), &actor(who))
}

fn titles(world: &World, items: &[ItemNo]) -> String {
    let title = |no: &ItemNo| world.product.item(*no).unwrap().title.to_string();
    items.iter().map(title).collect()
}

/// What a move passes, the nearest to its new place first; the count; by domain.
#[track_caller]
fn passes(world: &World, sentence: &str) -> (String, u32, Vec<(u16, u32)>) {
    let preview = asks(world, sentence).unwrap();
    let domains = preview.domains.iter().map(|(domain, items)| (domain.0, *items)).collect();
    (titles(world, &preview.passed), preview.passed_total, domains)
}

#[test]
fn a_rank_passes_what_stands_between_whosever_it_is() {
    let world = World::of("a x1 b P y1 c");
    let check = |sentence, passed: &str, total, domains: &[(u16, u32)]| {
        assert_eq!(
            passes(&world, sentence),
            (passed.to_owned(), total, domains.to_vec()),
            "{sentence}"
        );
    };
    check("chief: rank c top", "axbpy", 5, &[(0, 3), (1, 2)]);
    check("chief: rank a after y", "ypbx", 4, &[(0, 2), (1, 2)]);
    check("chief: rank x before p", "b", 1, &[(0, 1)]);
    check("chief: rank c bottom", "", 0, &[]);
    let preview = asks(&world, "chief: rank x before p").unwrap();
    let places =
        |standing: crate::backlog::preview::Standing| (standing.place, standing.domain_place);
    assert_eq!((places(preview.from), places(preview.to)), ((1, 0), (2, 0)));
}

#[test]
fn a_reorder_passes_items_of_its_domain_only_and_pinned_ones_as_well() {
    let world = World::of("a x1 b P y1 c");
    assert_eq!(passes(&world, "po0: reorder c top"), ("abp".to_owned(), 3, vec![(0, 3)]));
    assert_eq!(passes(&world, "po0: reorder a after b"), ("b".to_owned(), 1, vec![(0, 1)]));
    assert_eq!(passes(&world, "po0: reorder a top"), (String::new(), 0, Vec::new()));
}

#[test]
fn a_family_that_goes_along_is_not_passed() {
    let mut world = World::of("a x1 b y1 c z1");
    world.says("chief: parent b c");
    world.says("chief: parent x c");
    assert_eq!(
        passes(&world, "chief: rank c family top"),
        ("ay".to_owned(), 2, vec![(0, 1), (1, 1)])
    );
    assert_eq!(passes(&world, "chief: rank c top"), ("axby".to_owned(), 4, vec![(0, 2), (1, 2)]));
}

#[test]
fn ten_are_told_one_by_one_and_all_are_counted() {
    let world = World::of("a b c d e f g h i j k l m");
    let (passed, total, domains) = passes(&world, "chief: rank m top");
    assert_eq!((passed.as_str(), total, domains), ("abcdefghij", 12, vec![(0, 12)]));
    assert_eq!(passes(&world, "chief: rank a bottom").0, "mlkjihgfed");
}

#[test]
fn a_preview_is_refused_as_its_command_is() {
    let world = World::of("a P x1 c");
    for sentence in [
        "po0: rank a bottom",
        "po1: reorder a bottom",
        "po0: reorder p top",
        "po0: reorder a after x",
        "chief: rank a after q",
        "chief: rank q top",
        "chief: rank a before c seen a",
        "chief: rank a before c seen p",
        "po0: reorder c before p seen c",
    ] {
        let refused = asks(&world, sentence).unwrap_err();
        assert_eq!(world.clone().try_says(sentence).unwrap_err(), refused, "{sentence}");
    }
    let create = world.command("new n in d0");
    assert_eq!(world.product.preview(&create, &actor("chief")).unwrap_err().code(), "BROKEN");
}

#[test]
fn a_preview_names_the_decisions_that_the_move_would_not_follow() {
    let mut world = raised();
    world.must("chief", &option(1));
    let against = ["rank a bottom", "rank x top", "rank a top", "rank x bottom"];
    let told = against.map(|command| asks(&world, &format!("chief: {command}")).unwrap().decisions);
    assert!(told.contains(&vec![DecisionNo(1)]) && told.contains(&Vec::new()), "{told:?}");
    for (command, told) in against.iter().zip(told) {
        let events = world.clone().says(&format!("chief: {command}"));
        let noted = super::escalations::kinds(&events).contains(&"DecisionNotFollowed");
        assert_eq!(noted, !told.is_empty(), "{command}");
    }
}

/// The items above an item, in the order or in its domain's.
fn above(product: &Product, no: ItemNo, domain: Option<DomainNo>) -> BTreeSet<ItemNo> {
    let items = product.order().iter_from(0);
    let items = items.filter(|(_, letter)| domain.is_none_or(|domain| letter.domain == domain));
    items.map(|(item, _)| item).take_while(|item| *item != no).collect()
}

const NAMES: [&str; 12] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];

proptest! {
    #[test]
    fn a_preview_tells_what_the_command_then_does(
        domains in proptest::collection::vec((0_u16..4, any::<bool>()), 2..12),
        parents in proptest::collection::vec((0_usize..12, 0_usize..12), 0..6),
        moved in 0_usize..12,
        beside in 0_usize..12,
        place in 0_usize..4,
        how in 0_usize..3,
    ) {
        let tokens = NAMES.iter().zip(&domains).map(|(name, (domain, pinned))| {
            let name = if *pinned { name.to_uppercase() } else { (*name).to_owned() };
            if *domain == 0 { name } else { format!("{name}{domain}") }
        });
        let mut world = World::of(&tokens.collect::<Vec<_>>().join(" "));
        let name = |nth: usize| NAMES[nth % domains.len()];
        for (child, parent) in parents {
            // Nobody is their own ancestor.
            let _refused = world.try_says(&format!("chief: parent {} {}", name(child), name(parent)));
        }
        let verb = ["rank", "rank", "reorder"][how];
        let family = if how == 1 { " family" } else { "" };
        let to = ["top".to_owned(), "bottom".to_owned(), format!("before {}", name(beside)), format!("after {}", name(beside))];
        let sentence = format!("chief: {verb} {}{family} {}", name(moved), to[place]);
        let preview = asks(&world, &sentence);
        let before = world.product.clone();
        let done = world.try_says(&sentence);
        let preview = match (preview, done) {
            (Ok(preview), Ok(_)) => preview,
            (Err(told), Err(refused)) => {
                prop_assert_eq!(told, refused);
                return Ok(());
            }
            (preview, done) => return Err(TestCaseError::fail(format!("{preview:?} {done:?}"))),
        };
        let (no, after) = (preview.item, &world.product);
        let places = |product: &Product| (product.order().place_of(no), product.order().domain_place(no));
        prop_assert_eq!(places(&before), (Some(preview.from.place), Some(preview.from.domain_place)));
        prop_assert_eq!(places(after), (Some(preview.to.place), Some(preview.to.domain_place)));
        let own = (how == 2).then(|| before.item(no).unwrap().domain);
        let (was, is) = (above(&before, no, own), above(after, no, own));
        let mut family = BTreeSet::from([no]);
        if how == 1 {
            for _ in 0..domains.len() {
                let more: Vec<_> = family.iter().flat_map(|no| before.children(*no)).collect();
                family.extend(more);
            }
        }
        let passed: BTreeSet<ItemNo> =
            was.symmetric_difference(&is).copied().filter(|no| !family.contains(no)).collect();
        prop_assert_eq!(usize::try_from(preview.passed_total).unwrap(), passed.len());
        prop_assert_eq!(preview.passed.len(), passed.len().min(10));
        prop_assert!(preview.passed.iter().all(|no| passed.contains(no)));
        let mut counts = BTreeMap::new();
        for no in &passed {
            *counts.entry(before.item(*no).unwrap().domain).or_insert(0) += 1;
        }
        prop_assert_eq!(preview.domains.iter().copied().collect::<BTreeMap<_, _>>(), counts);
        prop_assert!(preview.domains.is_sorted_by_key(|(_, items)| std::cmp::Reverse(*items)));
    }
}
