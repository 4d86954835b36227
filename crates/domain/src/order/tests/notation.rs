//! A notation for tiny orders: `a b P c x1` are five items from the top down.
//!
//! A letter names the item, in upper case if it is pinned; a number after it is its domain, nought if there is none.

use super::{
    super::{Error, ItemNo, Letter, Order},
    Shape, letter, sequence,
};

/// The item that a letter names.
pub(super) fn item(name: char) -> ItemNo {
    ItemNo(u32::from(name.to_ascii_lowercase()) - u32::from('a'))
}

pub(super) fn read(order: &str) -> Vec<(ItemNo, Letter)> {
    let parse = |token: &str| {
        let name = token.chars().next().unwrap();
        let domain = token[1..].parse().unwrap_or_default();
        (item(name), letter(domain, name.is_ascii_uppercase()))
    };
    order.split_whitespace().map(parse).collect()
}

pub(super) fn write(items: &[(ItemNo, Letter)]) -> String {
    let token = |(item, letter): &(ItemNo, Letter)| {
        let name = char::from(b'a' + u8::try_from(item.0).unwrap());
        let name = if letter.pinned { name.to_ascii_uppercase() } else { name };
        let domain = if letter.domain.0 == 0 { String::new() } else { letter.domain.0.to_string() };
        format!("{name}{domain}")
    };
    items.iter().map(token).collect::<Vec<_>>().join(" ")
}

/// Given an order, when it is changed, then it is another, or the change is refused and it is the same.
#[track_caller]
pub(super) fn check<T>(
    given: &str,
    when: impl Fn(&mut Order) -> Result<T, Error>,
    then: Result<&str, Error>,
) {
    for shape in [Shape::TINY, Shape::usual()] {
        let mut order = shape.order(read(given));
        let done = when(&mut order).map(|_| ());
        assert_eq!(done, then.map(|_| ()));
        assert_eq!(write(&sequence(&order)), then.unwrap_or(given));
        order.check().unwrap();
    }
}
