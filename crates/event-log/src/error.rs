//! What can go wrong with the log: one variant for each thing that a caller would do differently.

use crate::{ProductName, Version};

/// Why an append did not answer with a head.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// The product is not at the expected version: somebody else was first. Nothing was appended.
    #[error("the product is at version {head}, not at the expected one")]
    Conflict {
        /// The version that it is at.
        head: Version,
    },
    /// The commits may or may not be in the log; reading from the expected version on tells which.
    /// Repeat the command with the same request id once the log is ready again.
    #[error("it is not known whether the commits were stored: {why}")]
    Unknown {
        /// What failed.
        why: String,
    },
    /// The log cannot take commits at the moment. Nothing was appended.
    #[error("the log takes no commits at the moment: {why}")]
    Unavailable {
        /// What it is waiting for.
        why: String,
    },
    /// The disk is too full to take the commits safely. Nothing was appended; reads go on, and
    /// appends too as soon as there is room.
    #[error("the disk is full: {free_bytes} bytes are free, {needed_bytes} are needed")]
    Full {
        /// How much is free.
        free_bytes: u64,
        /// How much has to be free.
        needed_bytes: u64,
    },
    /// A commit, or all of an append together, is larger than the log takes. Nothing was appended.
    #[error("{size_bytes} bytes are more than the {limit_bytes} that fit")]
    TooLarge {
        /// How large it is, encoded.
        size_bytes: u64,
        /// How large it may be.
        limit_bytes: u64,
    },
    /// The commits are not well formed. Nothing was appended.
    #[error("the commits are not well formed: {what}")]
    Invalid {
        /// What is wrong with which of them.
        what: String,
    },
    /// The log has been closed. Nothing was appended.
    #[error("the log is closed")]
    Closed,
}

/// Why a read did not answer with records.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// What is stored is not what was written.
    #[error("version {version} of product {product} is damaged: {what}")]
    Damaged {
        /// The product.
        product: ProductName,
        /// The first version that cannot be served.
        version: Version,
        /// What does not fit.
        what: String,
    },
    /// The log cannot be read at the moment.
    #[error("the log cannot be read at the moment: {why}")]
    Unavailable {
        /// What it is waiting for, or what failed.
        why: String,
    },
    /// The log has been closed.
    #[error("the log is closed")]
    Closed,
}
