//! Pages of the overarching backlog and of the sub-backlogs.
//!
//! A sub-backlog is the overarching list filtered to a domain: both are read off the same order, so they cannot differ.

use koepel_domain::{
    item::Item,
    order::{DomainNo, ItemNo, Order},
    product::Product,
};

mod filter;

pub use filter::{Filter, filtered_page, matching};

/// Which list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The sub-backlog of this domain; `None` for the overarching backlog.
    pub domain: Option<DomainNo>,
    /// Whether done and dropped items follow the open ones, the last closed first.
    pub closed: bool,
}

/// Where a page begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// At this index of the list, from 0.
    At(u32),
    /// Below this item; if it is no longer in the list, at the index.
    After(ItemNo, u32),
}

/// A line of a backlog.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row<'a> {
    /// The item's number.
    pub no: ItemNo,
    /// The item.
    pub item: &'a Item,
    /// Its place in the overarching order, from 1; 0 if it is closed.
    pub place: u32,
    /// Its place in the sub-backlog, from 1; 0 if it is closed.
    pub domain_place: u32,
    /// Its index in the list that the page is of, from 0.
    pub index: u32,
}

fn len(order: &Order, domain: Option<DomainNo>) -> u32 {
    domain.map_or(order.len(), |domain| order.len_of_domain(domain))
}

fn index_of(order: &Order, domain: Option<DomainNo>, no: ItemNo) -> Option<u32> {
    match domain {
        None => order.place_of(no),
        Some(domain) => {
            let letter = order.letter_of(no)?;
            if letter.domain == domain { order.domain_place(no) } else { None }
        }
    }
}

/// How many items a list has.
#[must_use]
pub fn total(product: &Product, scope: Scope) -> u32 {
    let closed = if scope.closed { len(product.closed(), scope.domain) } else { 0 };
    len(product.order(), scope.domain) + closed
}

/// A page of at most `size` lines. Costs the page, not the product.
#[must_use]
pub fn page(product: &Product, scope: Scope, start: Start, size: usize) -> Vec<Row<'_>> {
    let open = len(product.order(), scope.domain);
    let first = match start {
        Start::At(index) => index,
        Start::After(no, fallback) => index_of(product.order(), scope.domain, no)
            .or_else(|| {
                let closed =
                    scope.closed.then(|| index_of(product.closed(), scope.domain, no)).flatten();
                closed.map(|index| open + index)
            })
            .map_or(fallback, |index| index + 1),
    };
    let mut rows = Vec::with_capacity(size.min(1_000));
    if first < open {
        open_rows(product, scope, first, size, &mut rows);
    }
    if scope.closed {
        let order = product.closed();
        let mut index = first.max(open);
        while rows.len() < size {
            let no = match scope.domain {
                None => order.item_at(index - open),
                Some(domain) => order.item_in_domain(domain, index - open),
            };
            let Some((no, item)) = no.and_then(|no| product.item(no).map(|item| (no, item))) else {
                break;
            };
            rows.push(Row { no, item, place: 0, domain_place: 0, index });
            index += 1;
        }
    }
    rows
}

fn open_rows<'a>(
    product: &'a Product,
    scope: Scope,
    first: u32,
    size: usize,
    rows: &mut Vec<Row<'a>>,
) {
    let order = product.order();
    match scope.domain {
        Some(domain) => {
            let lines = (first..).zip(order.iter_domain_from(domain, first)).take(size);
            rows.extend(lines.filter_map(|(index, (place, no, _))| {
                let item = product.item(no)?;
                Some(Row { no, item, place: place + 1, domain_place: index + 1, index })
            }));
        }
        None => {
            // One look-up of the sub-backlog's place for each domain on the page; from there it counts up.
            let mut reached: Vec<(DomainNo, u32)> = Vec::new();
            for (index, (no, letter)) in (first..).zip(order.iter_from(first)).take(size) {
                let Some(item) = product.item(no) else { continue };
                let domain_place =
                    match reached.iter_mut().find(|(domain, _)| *domain == letter.domain) {
                        Some((_, place)) => {
                            *place += 1;
                            *place
                        }
                        None => {
                            let place = order.domain_items_before(letter.domain, index) + 1;
                            reached.push((letter.domain, place));
                            place
                        }
                    };
                rows.push(Row { no, item, place: index + 1, domain_place, index });
            }
        }
    }
}
