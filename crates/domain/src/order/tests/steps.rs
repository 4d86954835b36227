//! Random walks, compared with the oracle at each step: a million steps in all, over sizes, letters and node sizes.

use proptest::prelude::*;

use super::{
    Shape,
    oracle::Oracle,
    random::{Chance, Letters, ask, change, make},
    sequence,
};

/// Walks so many steps around so many items: up to them, about them, and, if there is time, down to a few; answers to how many.
#[track_caller]
fn walk(shape: Shape, letters: Letters, items: usize, steps: usize, seed: u64) -> u32 {
    let mut chance = Chance(seed);
    let (mut order, mut oracle) = (shape.order([]), Oracle::default());
    for step in 0..steps {
        let growth = match oracle.items.len() {
            n if n * 3 > steps - step => 0,
            n if n < items && step < steps / 2 => 7,
            _ => 4,
        };
        let change = change(&mut chance, &oracle, letters, growth);
        make(&mut order, &change);
        oracle.apply(&change);
        if step % 4 == 0 {
            ask(&mut chance, &order, &oracle, letters);
        }
        if step % (items + 1) == 0 {
            order.check().unwrap();
            assert_eq!(sequence(&order), oracle.items);
        }
    }
    order.check().unwrap();
    assert_eq!(sequence(&order), oracle.items);
    order.len()
}

/// The same for 1, 3, 50 and 400 domains, even and skewed: eight walks.
fn walks(shape: Shape, items: usize, steps: usize) {
    for (domains, seed) in [(1, 1), (3, 2), (50, 3), (400, 4)] {
        for skewed in [false, true] {
            let left = walk(
                shape,
                Letters { domains, skewed },
                items,
                steps,
                seed + u64::from(skewed) * 10,
            );
            assert!(left < 50, "{left} items at the end");
        }
    }
}

#[test]
fn tiny_nodes_agree_with_the_oracle_on_a_few_items() {
    walks(Shape::TINY, 12, 20_000);
}

#[test]
fn tiny_nodes_agree_with_the_oracle_on_hundreds_of_items() {
    walks(Shape::TINY, 400, 60_000);
}

#[test]
fn small_nodes_agree_with_the_oracle_on_hundreds_of_items() {
    walks(Shape::SMALL, 700, 20_000);
}

#[test]
fn usual_nodes_agree_with_the_oracle_on_thousands_of_items() {
    walks(Shape::usual(), 4_000, 30_000);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_walk_agrees_with_the_oracle(
        seed: u64, domains in 1_u16..40, skewed: bool, items in 1_usize..200, steps in 1_usize..600, tiny: bool,
    ) {
        walk(if tiny { Shape::TINY } else { Shape::SMALL }, Letters { domains, skewed }, items, steps, seed);
    }
}
