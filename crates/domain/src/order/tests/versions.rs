//! Clones that go their own ways, changes that are taken back, and the stored form.

use proptest::prelude::*;

use super::{
    super::{Change, Error, ItemNo, Order},
    Shape, letter,
    notation::{item, read},
    oracle::Oracle,
    random::{Chance, Letters, change, make},
    sequence,
};

/// An order of so many items with the changes that made it.
fn history(
    shape: Shape,
    letters: Letters,
    steps: usize,
    chance: &mut Chance,
) -> (Order, Oracle, Vec<Change>) {
    let (mut order, mut oracle, mut changes) = (shape.order([]), Oracle::default(), Vec::new());
    for _ in 0..steps {
        let change = change(chance, &oracle, letters, 6);
        make(&mut order, &change);
        oracle.apply(&change);
        changes.push(change);
    }
    (order, oracle, changes)
}

fn shapes() -> impl Strategy<Value = Shape> {
    prop_oneof![Just(Shape::TINY), Just(Shape::SMALL), Just(Shape::usual())]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn clones_go_their_own_ways(seed: u64, shape in shapes(), domains in 1_u16..9, steps in 1_usize..400) {
        let (mut chance, letters) = (Chance(seed), Letters { domains, skewed: false });
        let (order, oracle, _) = history(shape, letters, steps, &mut chance);
        let mut versions = vec![(order, oracle)];
        for _ in 0..steps {
            let nth = chance.below(versions.len());
            if versions.len() < 5 || chance.below(40) == 0 {
                let version = versions[nth].clone();
                versions.truncate(5);
                versions.push(version);
            }
            let (order, oracle) = &mut versions[nth];
            let change = change(&mut chance, oracle, letters, 4);
            order.apply(&change).unwrap();
            oracle.apply(&change);
        }
        for (order, oracle) in versions {
            prop_assert_eq!(order.check(), Ok(()));
            prop_assert_eq!(sequence(&order), oracle.items);
        }
    }

    #[test]
    fn a_change_taken_back_leaves_the_order_as_it_was(seed: u64, shape in shapes(), domains in 1_u16..9, steps in 1_usize..300) {
        let (mut chance, letters) = (Chance(seed), Letters { domains, skewed: false });
        let (order, oracle, _) = history(shape, letters, steps, &mut chance);
        for _ in 0..10 {
            let change = change(&mut chance, &oracle, letters, 4);
            let mut changed = order.clone();
            changed.apply(&change).unwrap();
            changed.revert(&change).unwrap();
            prop_assert_eq!(changed.check(), Ok(()));
            prop_assert_eq!(&changed, &order);
        }
    }

    #[test]
    fn a_history_taken_back_and_made_again_ends_where_it_was(seed: u64, shape in shapes(), steps in 1_usize..600) {
        let letters = Letters { domains: 4, skewed: true };
        let (order, _, changes) = history(shape, letters, steps, &mut Chance(seed));
        let mut back = order.clone();
        for change in changes.iter().rev() {
            back.revert(change).unwrap();
        }
        prop_assert!(back.is_empty());
        prop_assert_eq!(back.check(), Ok(()));
        for change in &changes {
            back.apply(change).unwrap();
        }
        prop_assert_eq!(back.check(), Ok(()));
        prop_assert_eq!(&back, &order);
    }

    #[test]
    fn what_is_stored_is_read_again(seed: u64, shape in shapes(), domains in 1_u16..400, steps in 0_usize..900) {
        let letters = Letters { domains, skewed: true };
        let (order, ..) = history(shape, letters, steps, &mut Chance(seed));
        let stored = serde_json::to_string(&order).unwrap();
        let read: Order = serde_json::from_str(&stored).unwrap();
        prop_assert_eq!(read.check(), Ok(()));
        prop_assert_eq!(&read, &order);
        let built = shape.order(sequence(&order));
        prop_assert_eq!(built.check(), Ok(()));
        prop_assert_eq!(&built, &order);
    }

    #[test]
    fn an_order_built_at_once_goes_on_like_any(seed: u64, n in 0_u32..3000, domains in 1_u16..9, shape in shapes()) {
        let (mut chance, letters) = (Chance(seed), Letters { domains, skewed: false });
        let items: Vec<_> = (0..n).map(|item| (ItemNo(item), letters.pick(&mut chance))).collect();
        let mut oracle = Oracle { items: items.clone() };
        let mut order = shape.order(items);
        prop_assert_eq!(order.check(), Ok(()));
        for growth in [7, 0] {
            for _ in 0..200 {
                let change = change(&mut chance, &oracle, letters, growth);
                order.apply(&change).unwrap();
                oracle.apply(&change);
            }
            prop_assert_eq!(order.check(), Ok(()));
            prop_assert_eq!(sequence(&order), oracle.items.clone());
        }
    }
}

#[test]
fn the_stored_form_is_a_table_of_letters_and_the_sequence() {
    let order = Order::from_sequence(read("a x1 b P")).unwrap();
    let stored = serde_json::to_value(&order).unwrap();
    let letters = serde_json::json!([
        { "domain": 0, "pinned": false }, { "domain": 1, "pinned": false }, { "domain": 0, "pinned": true },
    ]);
    assert_eq!(
        stored,
        serde_json::json!({ "letters": letters, "items": [0, 23, 1, 15], "turns": [0, 1, 0, 2] })
    );
}

#[test]
fn a_stored_order_that_contradicts_itself_is_refused() {
    let read = |items: &str, turns: &str| {
        let letters = r#"[{"domain":0,"pinned":false}]"#;
        let stored = format!(r#"{{"letters":{letters},"items":{items},"turns":{turns}}}"#);
        serde_json::from_str::<Order>(&stored).map_err(|error| error.to_string())
    };
    assert!(read("[1,2]", "[0,0]").is_ok());
    assert_eq!(read("[1,1]", "[0,0]").unwrap_err(), "item number 1 is in the order already");
    assert_eq!(read("[1]", "[0,0]").unwrap_err(), "1 items but 2 turns");
    assert_eq!(read("[1]", "[7]").unwrap_err(), "no letter 7 in a table of 1");
}

#[test]
fn an_item_that_comes_twice_is_refused_whatever_its_letters() {
    let twice = Order::from_sequence([(ItemNo(3), letter(0, false)), (ItemNo(3), letter(1, true))]);
    assert_eq!(twice.unwrap_err(), Error::Known { item: ItemNo(3) });
}

#[test]
fn orders_are_equal_if_their_sequences_are() {
    let order = |text| Shape::TINY.order(read(text));
    assert_eq!(order("a b x1"), Shape::usual().order(read("a b x1")));
    assert_ne!(order("a b x1"), order("b a x1"));
    assert_ne!(order("a b x1"), order("a B x1"));
    assert_ne!(order("a b x1"), order("a b"));
    assert_eq!(format!("{:?}", order("a")), format!("{:?}", [(item('a'), letter(0, false))]));
}
