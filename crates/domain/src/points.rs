//! Escalation points; see the branch that builds them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    calendar::{AnswerTime, Calendar},
    ids::{DomainId, PersonId},
    product::Product,
    roles::Role,
};

/// What a disagreement is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Topic {
    /// What comes first.
    Priority,
    /// Where it goes.
    Vision,
    /// What one needs of another.
    Dependency,
    /// Who has the hands for it.
    Capacity,
    /// When it is good enough.
    Quality,
    /// What it may cost.
    Budget,
    /// What the law asks.
    Compliance,
}

/// Who decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Decider {
    /// Whoever holds a seat.
    Seat(Role, Option<DomainId>),
    /// Whoever stands in for a seat.
    Deputy(Role, Option<DomainId>),
    /// Somebody by name.
    Person(PersonId),
}

/// One in the line of those who decide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Step {
    /// Who.
    pub decider: Decider,
    /// How long they have.
    pub answer: AnswerTime,
}

/// Who decides, one after the other, and by which calendar time is counted.
#[derive(Clone, Debug)]
pub struct Route {
    /// By which time is counted.
    pub calendar: Arc<Calendar>,
    /// One after the other.
    pub line: Vec<Step>,
}

impl Product {
    /// Who decides.
    #[must_use]
    pub fn route(&self, _topic: Topic, _domains: &[&DomainId]) -> Route {
        let answer = AnswerTime::Days(2);
        let line = vec![
            Step { decider: Decider::Seat(Role::ChiefPo, None), answer },
            Step { decider: Decider::Deputy(Role::ChiefPo, None), answer },
        ];
        Route { calendar: Arc::new(Calendar), line }
    }
}
