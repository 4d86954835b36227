//! Tests of the order: what they share, and where they are.
//!
//! `oracle` is the specification as code; `cases` are the edge cases by name; `steps` are random walks compared with the oracle;
//! `versions` are clones, history and the stored form; `work` is how the cost grows.

use std::sync::Arc;

use super::{DomainNo, ItemNo, Letter, Order, caps::Caps, text::Node};

mod cases;
mod notation;
mod oracle;
mod random;
mod steps;
mod versions;
mod work;

/// The node sizes of a test: those of the product, or tiny ones, with which structure changes at each step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    text: Caps,
    lists: Caps,
}

impl Shape {
    const TINY: Self = Self { text: Caps { leaf: 8, fan: 4 }, lists: Caps { leaf: 8, fan: 4 } };
    const SMALL: Self = Self { text: Caps { leaf: 20, fan: 6 }, lists: Caps { leaf: 11, fan: 5 } };

    fn usual() -> Self {
        let order = Order::new();
        Self { text: order.text.caps, lists: order.lists.caps }
    }

    fn order(self, items: impl IntoIterator<Item = (ItemNo, Letter)>) -> Order {
        Order::build(items, self.text, self.lists).unwrap()
    }
}

impl Order {
    /// Whether not one node is this version's own.
    fn shares_all_with(&self, other: &Self) -> bool {
        let text = match (&self.text.root, &other.text.root) {
            (Node::Leaf(a), Node::Leaf(b)) => Arc::ptr_eq(a, b),
            (Node::Inner(a), Node::Inner(b)) => Arc::ptr_eq(a, b),
            (Node::Leaf(_), Node::Inner(_)) | (Node::Inner(_), Node::Leaf(_)) => false,
        };
        let (a, b) = (&self.lists, &other.lists);
        let nodes = a.leaves.pages().shares_all_with(b.leaves.pages())
            && a.inners.pages().shares_all_with(b.inners.pages());
        text && nodes && a.heads.shares_all_with(&b.heads) && a.homes.shares_all_with(&b.homes)
    }
}

fn letter(domain: u16, pinned: bool) -> Letter {
    Letter { domain: DomainNo(domain), pinned }
}

/// The items of an order from the top down.
fn sequence(order: &Order) -> Vec<(ItemNo, Letter)> {
    order.iter_from(0).collect()
}
