//! How the cost of an operation grows with the number of items: counted, not timed, so that the answer is the same each time.
//!
//! What a piece of work is, `cost.rs` says.

use super::{
    super::{ItemNo, Letter, Order, cost},
    Shape,
    random::{Chance, Letters},
};

type Operation = fn(&mut Order, ItemNo, &mut Chance);

const OPERATIONS: [(&str, Operation); 10] = [
    ("insert", |order, _, chance| {
        let place = number(chance, order.len() + 1);
        order.insert(ItemNo(order.len()), pick(chance), place).unwrap();
    }),
    ("remove and insert", |order, item, _| {
        let (letter, place) = order.remove(item).unwrap();
        order.insert(item, letter, place).unwrap();
    }),
    ("relocate", |order, item, chance| order.relocate(item, number(chance, order.len())).unwrap()),
    ("permute", |order, item, chance| {
        let len = order.len_of(order.letter_of(item).unwrap());
        order.permute(item, number(chance, len)).unwrap();
    }),
    ("set letter", |order, item, chance| order.set_letter(item, pick(chance)).unwrap()),
    ("place of", |order, item, _| assert!(order.place_of(item).is_some())),
    ("item at", |order, item, _| assert!(order.item_at(item.0).is_some())),
    ("domain place", |order, item, _| assert!(order.domain_place(item).is_some())),
    ("page", |order, item, _| assert!(order.iter_from(item.0).take(20).last().is_some())),
    ("page of a domain", |order, item, _| {
        let domain = order.letter_of(item).unwrap().domain;
        assert!(order.iter_domain_from(domain, 0).take(20).last().is_some());
    }),
];

/// The greatest factor by which the mean may grow from a thousand items to a hundred thousand.
const FACTOR: u64 = 3;
/// The most work of one operation, even one that splits nodes which another version shares: a small part of a millisecond.
const MOST: u64 = 1_000;

#[track_caller]
fn check(after_clone: bool) {
    let (small, large) = (order(1_000), order(100_000));
    for (name, operation) in OPERATIONS {
        let (few, _) = work(&small, after_clone, operation);
        let (many, worst) = work(&large, after_clone, operation);
        assert!(
            many <= FACTOR * few,
            "{name}: {few} pieces of work at 1,000 items, {many} at 100,000 (times 100)"
        );
        assert!(worst <= MOST, "{name}: {worst} pieces of work at once");
    }
}

#[test]
fn an_operation_at_a_hundred_thousand_items_costs_at_most_thrice_what_it_costs_at_a_thousand() {
    check(false);
}

#[test]
fn so_does_the_first_operation_after_a_clone() {
    check(true);
}

#[test]
fn a_clone_shares_everything_and_a_change_ends_that() {
    let order = order(100_000);
    let mut version = order.clone();
    assert!(version.shares_all_with(&order));
    version.relocate(ItemNo(5), 70_000).unwrap();
    assert!(!version.shares_all_with(&order));
}

fn pick(chance: &mut Chance) -> Letter {
    Letters { domains: 50, skewed: false }.pick(chance)
}

fn number(chance: &mut Chance, below: u32) -> u32 {
    u32::try_from(chance.below(below as usize)).unwrap()
}

fn order(n: u32) -> Order {
    let mut chance = Chance(n.into());
    Shape::usual().order((0..n).map(|item| (ItemNo(item), pick(&mut chance))))
}

/// The mean (times 100) and the greatest work of an operation on items by chance.
fn work(order: &Order, after_clone: bool, operation: Operation) -> (u64, u64) {
    const TIMES: u64 = 2_000;
    let mut chance = Chance(7);
    let (mut sum, mut worst) = (0, 0);
    // The first version must own its nodes, or the first writes would copy those of `order`.
    let mut version = Shape::usual().order(order.iter_from(0));
    for _ in 0..TIMES {
        if after_clone {
            version = order.clone();
        }
        let item = ItemNo(number(&mut chance, order.len()));
        let before = cost::so_far();
        operation(&mut version, item, &mut chance);
        let spent = cost::so_far() - before;
        sum += spent;
        worst = worst.max(spent);
    }
    (sum * 100 / TIMES, worst)
}
