//! The read model that the engine's workers keep for each product.

use koepel_domain::{commit::Commit, event::Event, order::Change, product::Product};
use koepel_engine::Projection;
use koepel_projections::history::History;
use serde::{Deserialize, Serialize};

/// The history of a product's items and of its order.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct ReadModel(pub(crate) History);

impl Projection<Product> for ReadModel {
    fn apply(&mut self, commit: &Commit<Event>, changes: &Vec<Change>, state: &Product) {
        self.0.apply(commit, changes, state);
    }
}
