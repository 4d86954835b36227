//! What one accepted command left behind.

use crate::ids::{PersonId, Timestamp, Version};

/// All events of one accepted command.
#[derive(Clone, Debug, PartialEq)]
pub struct Commit<E> {
    /// The version that it made.
    pub version: Version,
    /// When it happened.
    pub time: Timestamp,
    /// Who gave the command.
    pub actor: PersonId,
    /// What happened; empty if nothing had to change.
    pub events: Vec<E>,
}

/// A commit that does not fit the state: the log was written by another program or is damaged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("version {version} does not fit what came before: {what}")]
pub struct Misfit {
    /// The commit's version.
    pub version: Version,
    /// What does not fit.
    pub what: String,
}
