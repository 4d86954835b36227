//! Escalations and decisions in words: who decides, and what is ordered.

use koepel_domain::{escalations::Ordered, language::Language, points::Decider, product::Product};

use crate::words::words;

/// Who decides, as people say it: "the Chief PO", "the deputy of the domain PO of Online".
#[must_use]
pub fn decider(product: &Product, decider: &Decider, language: Language) -> String {
    words(language).decider(product, decider)
}

/// A change that a decision orders: "rank ONLINE-3 above OFFLINE-2".
#[must_use]
pub fn ordered(product: &Product, ordered: &Ordered, language: Language) -> String {
    words(language).ordered(product, ordered)
}
