//! From what happened in a product to what is worth telling, and whom it concerns.
//!
//! What is told once is told by its cause: however many events one cause makes, there is one notice of it.

use koepel_domain::{
    commit::Commit,
    event::Event,
    ids::PersonId,
    outbox::{Concern, Notice},
    product::Product,
};

/// A notice, and whom it concerns. Somebody may be concerned for several reasons; the weightiest counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// What is told.
    pub notice: Notice,
    /// Whom it concerns, and why.
    pub concerned: Vec<(PersonId, Concern)>,
}

/// Whether a commit with an event of this type may have something to tell.
#[must_use]
pub fn may_tell(kind: &str) -> bool {
    kind.starts_with("Escalation") || kind == "DecisionNotFollowed"
}

/// What a commit has to tell; `product` is the state after it.
#[must_use]
pub fn notices(commit: &Commit<Event>, product: &Product) -> Vec<Told> {
    let _ = (commit, product);
    Vec::new()
}
