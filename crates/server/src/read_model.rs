//! The read model that the engine's workers keep for each product.

use koepel_domain::{commit::Commit, event::Event, order::Change, product::Product};
use koepel_engine::Projection;
use koepel_projections::{history::History, tenures::Tenures};
use serde::{Deserialize, Serialize};

/// What pages need to know of a product's past.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct ReadModel {
    /// The history of its items and of its order.
    pub(crate) history: History,
    /// Who held which role when.
    pub(crate) tenures: Tenures,
}

impl Projection<Product> for ReadModel {
    fn apply(&mut self, commit: &Commit<Event>, changes: &Vec<Change>, state: &Product) {
        self.history.apply(commit, changes, state);
        self.tenures.apply(commit);
    }
}
