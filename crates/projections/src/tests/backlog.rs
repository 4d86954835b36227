//! Pages against the plain list.

use koepel_domain::order::DomainNo;
use proptest::prelude::*;

use super::World;
use crate::backlog::{Row, Scope, Start, page, total};

const ALL: Scope = Scope { domain: None, closed: false };

fn scopes() -> impl Iterator<Item = Scope> {
    let domains = [None, Some(DomainNo(0)), Some(DomainNo(1)), Some(DomainNo(2))];
    domains.into_iter().flat_map(|domain| [false, true].map(|closed| Scope { domain, closed }))
}

fn keys(world: &World, rows: &[Row<'_>]) -> Vec<String> {
    rows.iter().map(|row| world.product.key(row.no).unwrap().to_string()).collect()
}

#[test]
fn a_page_shows_places_in_both_lists() {
    let world = World::of("abacb");
    let rows = page(&world.product, ALL, Start::At(1), 3);
    assert_eq!(keys(&world, &rows), ["B-1", "A-2", "C-1"]);
    let places: Vec<_> = rows.iter().map(|row| (row.place, row.domain_place, row.index)).collect();
    assert_eq!(places, [(2, 1, 1), (3, 2, 2), (4, 1, 3)]);
    let of_b = Scope { domain: Some(DomainNo(1)), closed: false };
    let rows = page(&world.product, of_b, Start::At(0), 10);
    let places: Vec<_> = rows.iter().map(|row| (row.place, row.domain_place, row.index)).collect();
    assert_eq!(places, [(2, 1, 0), (5, 2, 1)]);
}

#[test]
fn closed_items_follow_the_last_closed_first() {
    let mut world = World::of("abab");
    for item in ["A-1", "B-2", "A-2"] {
        let complete = world.complete(item);
        world.does(complete);
    }
    let with_closed = Scope { domain: None, closed: true };
    let rows = page(&world.product, with_closed, Start::At(0), 10);
    assert_eq!(keys(&world, &rows), ["B-1", "A-2", "B-2", "A-1"]);
    assert_eq!(rows.last().map(|row| (row.place, row.domain_place)), Some((0, 0)));
    assert_eq!(total(&world.product, with_closed), 4);
    assert_eq!(total(&world.product, ALL), 1);
    let of_a = Scope { domain: Some(DomainNo(0)), closed: true };
    assert_eq!(keys(&world, &page(&world.product, of_a, Start::At(0), 10)), ["A-2", "A-1"]);
}

#[test]
fn a_page_goes_on_below_an_item_wherever_it_went() {
    let mut world = World::of("aaaa");
    let (second, third) = (world.no("A-2"), world.no("A-3"));
    let rank = world.rank("A-2", koepel_domain::command::Anchor::Top);
    world.does(rank);
    let rows = page(&world.product, ALL, Start::After(second, 2), 2);
    assert_eq!(keys(&world, &rows), ["A-1", "A-3"]);
    let complete = world.complete("A-3");
    world.does(complete);
    let rows = page(&world.product, ALL, Start::After(third, 2), 2);
    assert_eq!(keys(&world, &rows), ["A-4"], "the item left: from the index on");
    let beyond = page(&world.product, ALL, Start::At(9), 2);
    assert!(beyond.is_empty());
}

proptest! {
    #[test]
    fn pages_of_any_size_show_the_filtered_list_once(
        domains in "[abc]{0,20}",
        closed in proptest::collection::vec(0_usize..20, 0..8),
        size in 1_usize..7,
    ) {
        let mut world = World::of(&domains);
        for index in closed {
            if let Some(item) = world.order().get(index) {
                let complete = world.complete(item);
                world.does(complete);
            }
        }
        for scope in scopes() {
            let whole = page(&world.product, scope, Start::At(0), 1_000);
            prop_assert_eq!(whole.len(), usize::try_from(total(&world.product, scope)).unwrap());
            let open = world.order();
            let filtered: Vec<_> = open
                .iter()
                .filter(|key| scope.domain.is_none_or(|domain| key.starts_with(["A", "B", "C"][usize::from(domain.0)])))
                .cloned()
                .collect();
            let shown = keys(&world, &whole);
            prop_assert_eq!(&shown[..filtered.len()], &filtered[..]);
            let (mut start, mut paged) = (Start::At(0), Vec::new());
            loop {
                let rows = page(&world.product, scope, start, size);
                let Some(last) = rows.last() else { break };
                start = Start::After(last.no, last.index + 1);
                paged.extend(keys(&world, &rows));
            }
            prop_assert_eq!(paged, shown);
        }
    }
}
