//! Why stored bytes are no event of ours.

/// Why stored bytes are no event of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undecodable {
    /// Written by a newer program, or not by us.
    #[error(
        "event type {kind} with schema version {schema} is unknown to this program; a newer one may have written it"
    )]
    Unknown {
        /// The type.
        kind: String,
        /// The schema version.
        schema: u16,
    },
    /// The payload is not of the type's shape.
    #[error("payload is no {kind}: {why}")]
    Misfit {
        /// The type.
        kind: String,
        /// What does not fit.
        why: String,
    },
}
