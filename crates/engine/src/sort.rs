//! What a name of the log stands for: a product, the inbox or the outbox of a product, or the server itself.

use koepel_event_log::ProductName;

/// The reserved product that holds the facts of the whole server.
pub const SYSTEM: &str = "system";

/// How the name of an inbox ends. No product's id has two hyphens in a row.
const INBOX: &str = "--inbox";
/// How the name of an outbox ends.
const OUTBOX: &str = "--outbox";

/// What a name of the log stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// A product.
    Product,
    /// What tools push to a product.
    Inbox,
    /// What a product tells people.
    Outbox,
    /// The server.
    System,
}

impl Sort {
    /// By the name alone.
    #[must_use]
    pub fn of(name: &ProductName) -> Self {
        if name.as_str() == SYSTEM {
            Self::System
        } else if name.as_str().ends_with(INBOX) {
            Self::Inbox
        } else if name.as_str().ends_with(OUTBOX) {
            Self::Outbox
        } else {
            Self::Product
        }
    }

    /// The name of a product's inbox; none if the name is too long to have one, which no product's id is.
    #[must_use]
    pub fn inbox_of(product: &str) -> Option<ProductName> {
        ProductName::new(&format!("{product}{INBOX}")).ok()
    }

    /// The name of a product's outbox; as [`Self::inbox_of`].
    #[must_use]
    pub fn outbox_of(product: &str) -> Option<ProductName> {
        ProductName::new(&format!("{product}{OUTBOX}")).ok()
    }

    /// The product that an inbox or an outbox is of.
    #[must_use]
    pub fn product_of(name: &ProductName) -> Option<&str> {
        let name = name.as_str();
        name.strip_suffix(INBOX).or_else(|| name.strip_suffix(OUTBOX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_it_stands_for() {
        let longest = "a".repeat(40);
        for product in ["webshop", longest.as_str()] {
            let inbox = Sort::inbox_of(product).unwrap();
            assert_eq!((Sort::of(&inbox), Sort::product_of(&inbox)), (Sort::Inbox, Some(product)));
            let outbox = Sort::outbox_of(product).unwrap();
            let of = (Sort::of(&outbox), Sort::product_of(&outbox));
            assert_eq!(of, (Sort::Outbox, Some(product)));
        }
        let sort = |name: &str| Sort::of(&ProductName::new(name).unwrap());
        assert_eq!((sort("webshop"), sort("system")), (Sort::Product, Sort::System));
        assert_eq!(sort("the-inbox"), Sort::Product);
    }
}
