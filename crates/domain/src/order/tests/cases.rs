//! The edge cases of the order by name, as far as they concern the structure; the numbers are those of its specification.

use super::{
    super::{Change, DomainNo, Error, ItemNo, Letter, Order},
    Shape, letter,
    notation::{check, item, read},
    sequence,
};

#[test]
fn case_1_a_reorder_permutes_the_items_of_the_letter_over_their_turns() {
    check("a x1 b y1 c", |order| order.permute(item('a'), 2), Ok("b x1 c y1 a"));
    check("a x1 b y1 c", |order| order.permute(item('c'), 0), Ok("c x1 a y1 b"));
    check("a x1 b y1 c", |order| order.permute(item('c'), 1), Ok("a x1 c y1 b"));
}

#[test]
fn case_2_a_reorder_flows_around_a_pinned_item() {
    // After P, of the free items without a, one lies above: the place reached is that of the second turn.
    check(
        "a b P c",
        |order| order.permute(item('a'), order.turns_before(letter(0, false), 2) - 1),
        Ok("b a P c"),
    );
    check("a b P c", |order| order.permute(item('a'), 2), Ok("b c P a"));
}

#[test]
fn case_4_a_reorder_to_the_same_rank_changes_nothing() {
    check("a", |order| order.permute(item('a'), 0), Ok("a"));
    check("x1 a y1", |order| order.permute(item('a'), 0), Ok("x1 a y1"));
    check("a b c", |order| order.permute(item('b'), 1), Ok("a b c"));
    check("a b c", |order| order.relocate(item('b'), 1), Ok("a b c"));
}

#[test]
fn case_5_pin_and_unpin_move_nothing() {
    check("a b x1 c", |order| order.set_letter(item('b'), letter(0, true)), Ok("a B x1 c"));
    check("a B x1 c", |order| order.set_letter(item('b'), letter(0, false)), Ok("a b x1 c"));
}

#[test]
fn case_5_a_pin_binds_to_the_turn_and_not_to_an_ordinal() {
    check("a P c", |order| order.insert(item('x'), letter(1, false), 0), Ok("x1 a P c"));
    check("a P c", |order| order.remove(item('a')), Ok("P c"));
    check("a b P c", |order| order.permute(item('c'), 0), Ok("c a P b"));
}

#[test]
fn case_6_a_rank_moves_a_pinned_item_with_its_turn_and_it_stays_pinned() {
    check("a P x1 Q c", |order| order.relocate(item('p'), 3), Ok("a x1 Q P c"));
    check("a P x1 Q c", |order| order.relocate(item('p'), 2), Ok("a x1 P Q c"));
    check("a P x1 Q c", |order| order.relocate(item('c'), 1), Ok("a c P x1 Q"));
}

#[test]
fn case_7_an_item_that_leaves_takes_its_own_turn_along() {
    check("a x1 b y1 c", |order| order.remove(item('b')), Ok("a x1 y1 c"));
    check("a x1 B y1 c", |order| order.remove(item('b')), Ok("a x1 y1 c"));
    let mut order = Shape::TINY.order(read("a x1 B y1 c"));
    assert_eq!(order.remove(item('b')), Ok((letter(0, true), 2)));
}

#[test]
fn case_8_a_change_of_domain_keeps_the_place_and_moves_nobody() {
    check("a x1 b y1", |order| order.set_letter(item('b'), letter(1, false)), Ok("a x1 b1 y1"));
    check("a x1 b y1", |order| order.set_letter(item('b'), letter(0, false)), Ok("a x1 b y1"));
    let there_and_back = |order: &mut Order| {
        order.set_letter(item('x'), letter(0, false))?;
        order.set_letter(item('x'), letter(1, false))
    };
    check("a x1 b y1", there_and_back, Ok("a x1 b y1"));
}

#[test]
fn case_9_an_item_from_a_domain_comes_to_the_end_and_takes_its_rank_in_the_domain() {
    let arrive = |order: &mut Order| {
        order.insert(item('n'), letter(0, false), order.len())?;
        order.permute(item('n'), 1)
    };
    check("a x1 b P c y1", arrive, Ok("a x1 n P b y1 c"));
}

#[test]
fn case_11_an_empty_domain_has_no_turns() {
    let mut order = Shape::TINY.order(read("a x1 b"));
    order.remove(item('x')).unwrap();
    assert_eq!(order.len_of_domain(DomainNo(1)), 0);
    assert_eq!(order.select(letter(1, false), 0), None);
    assert_eq!(order.turns_before(letter(1, false), 9), 0);
    assert_eq!(order.iter_domain_from(DomainNo(1), 0).count(), 0);
}

#[test]
fn what_is_not_there_is_refused_and_changes_nothing() {
    let (n, z) = (item('n'), item('z'));
    check(
        "a b",
        |order| order.insert(item('a'), letter(1, false), 0),
        Err(Error::Known { item: item('a') }),
    );
    check(
        "a b",
        |order| order.insert(n, letter(0, false), 3),
        Err(Error::NoSuchPlace { place: 3, last: 2 }),
    );
    check("a b", |order| order.remove(z), Err(Error::Unknown { item: z }));
    check("a b", |order| order.relocate(z, 0), Err(Error::Unknown { item: z }));
    check(
        "a b",
        |order| order.relocate(item('a'), 2),
        Err(Error::NoSuchPlace { place: 2, last: 1 }),
    );
    check("a b", |order| order.set_letter(z, letter(0, true)), Err(Error::Unknown { item: z }));
    check("a b", |order| order.permute(z, 0), Err(Error::Unknown { item: z }));
    check("a B c", |order| order.permute(item('a'), 2), Err(Error::NoSuchRank { k: 2, last: 1 }));
    let domain = DomainNo(DomainNo::MAX.0 + 1);
    let far = Letter::free(domain);
    check("a b", |order| order.insert(n, far, 0), Err(Error::NoSuchDomain { domain }));
    check("a b", |order| order.set_letter(item('a'), far), Err(Error::NoSuchDomain { domain }));
}

#[test]
fn a_change_that_does_not_fit_is_refused_and_changes_nothing() {
    let (a, b, free, pinned) = (item('a'), item('b'), letter(0, false), letter(0, true));
    let elsewhere = |expected, found| Err(Error::Elsewhere { item: a, expected, found });
    let other = Err(Error::OtherLetter { item: a, expected: pinned, found: free });
    let apply = |change: Change| move |order: &mut Order| order.apply(&change);
    check("a b", apply(Change::Remove { item: a, letter: free, place: 1 }), elsewhere(1, 0));
    check("a b", apply(Change::Remove { item: a, letter: pinned, place: 0 }), other);
    check("b a", apply(Change::Relocate { item: a, from: 0, to: 1 }), elsewhere(0, 1));
    check("a b", apply(Change::SetLetter { item: a, from: pinned, to: free }), other);
    check("a b", apply(Change::Permute { item: a, letter: pinned, from_k: 0, to_k: 0 }), other);
    check(
        "a b",
        apply(Change::Permute { item: a, letter: free, from_k: 1, to_k: 0 }),
        elsewhere(1, 0),
    );
    check(
        "a b",
        |order| order.revert(&Change::Insert { item: a, letter: free, place: 1 }),
        elsewhere(1, 0),
    );
    check(
        "a b",
        apply(Change::Insert { item: b, letter: free, place: 0 }),
        Err(Error::Known { item: b }),
    );
}

#[test]
fn questions_about_what_is_not_there_are_answered_with_none() {
    let order = Shape::TINY.order(read("a x1 B"));
    let far = DomainNo(u16::MAX);
    assert_eq!((order.item_at(3), order.turn_at(3)), (None, None));
    assert_eq!((order.place_of(item('z')), order.place_of(ItemNo(u32::MAX))), (None, None));
    assert_eq!((order.letter_of(item('z')), order.rank_in_letter(item('z'))), (None, None));
    assert_eq!(
        (order.select(letter(0, false), 1), order.select(Letter::free(far), 0)),
        (None, None)
    );
    assert_eq!((order.item_in_domain(DomainNo(0), 2), order.item_in_domain(far, 0)), (None, None));
    assert_eq!((order.len_of(Letter::free(far)), order.domain_items_before(far, 9)), (0, 0));
    assert_eq!((order.iter_from(3).count(), order.iter_from(u32::MAX).count()), (0, 0));
    assert_eq!(
        (order.iter_domain_from(DomainNo(0), 2).count(), order.iter_domain_from(far, 0).count()),
        (0, 0)
    );
    let empty = Order::new();
    assert_eq!(
        (empty.len(), empty.is_empty(), empty.item_at(0), sequence(&empty).len()),
        (0, true, None, 0)
    );
    empty.check().unwrap();
}

#[test]
fn the_greatest_numbers_are_taken() {
    let (item, letter) = (ItemNo(u32::MAX), Letter::pinned(DomainNo::MAX));
    let mut order = Order::new();
    order.insert(item, letter, 0).unwrap();
    order.insert(ItemNo(0), Letter::default(), 0).unwrap();
    assert_eq!((order.place_of(item), order.letter_of(item)), (Some(1), Some(letter)));
    order.check().unwrap();
}
