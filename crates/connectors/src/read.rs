//! One record at a time, as a tool pushes it: the same reading as a file's, without a file.

use serde_json::Value;

use crate::{
    build::{self, Outcome},
    checks,
    draft::{DomainDraft, Draft},
    extract::Extract,
    mapping::Mapping,
    problem::Problem,
    step::Tables,
};

/// What a single record is.
#[derive(Clone, Debug, PartialEq)]
pub enum Read {
    /// An item, or news of one.
    Draft(Box<Draft>),
    /// A rule of the mapping leaves it out; its reason.
    LeftOut(String),
    /// Something is wrong with it; at least one problem.
    Wrong(Vec<Problem>),
}

impl Mapping {
    /// Reads one record as if it were a file's only one: draft and problems are on line 1. How files are cut into records,
    /// their `records` and `duplicates`, makes no difference here, and without a document there is nothing to look up.
    #[must_use]
    pub fn read(&self, record: &Value) -> Read {
        match build::record(self, record, 1, &Tables::new(), &mut []) {
            Outcome::Draft(drafted) => Read::Draft(Box::new(drafted.draft)),
            Outcome::LeftOut(reason) => Read::LeftOut(reason),
            Outcome::Wrong(problems) => Read::Wrong(problems),
        }
    }

    /// The domain that a record names as the item's owner, as it would be made; none if it names none that can be.
    #[must_use]
    pub fn domain_of(&self, record: &Value) -> Option<DomainDraft> {
        let field = self.item.domain.as_ref()?;
        let tables = Tables::new();
        let called = Extract::new(self, record, &tables, &mut []).one(field).ok()???;
        let called = checks::name(&called).ok()?;
        let id = self.domains.id(&called).ok()?;
        Some(self.domain(&id, &called))
    }

    /// The domain with this id, as it would be made. `called` is what the source calls it, or the id again.
    #[must_use]
    pub fn domain(&self, id: &str, called: &str) -> DomainDraft {
        self.domains.draft(id, called)
    }
}
