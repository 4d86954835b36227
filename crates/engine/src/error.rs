//! Why a command or query of a product did not go through.

use koepel_domain::ids::Version;
use koepel_event_log as log;
use uuid::Uuid;

/// What went wrong; `E` is the domain's refusal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error<E> {
    /// The domain refused; nothing was left behind.
    #[error("{0}")]
    Refused(E),
    /// There is no such product.
    #[error("there is no such product")]
    UnknownProduct,
    /// The request id was used for another request.
    #[error(
        "request id {request_id} was used before, with another body, for version {version}; make a new id for a new request"
    )]
    RequestIdReused {
        /// The id.
        request_id: Uuid,
        /// What it did then.
        version: Version,
    },
    /// It is not known whether the command went through.
    #[error("outcome unknown, repeat with the same request id: {why}")]
    OutcomeUnknown {
        /// What failed.
        why: String,
    },
    /// Nothing was done; it may work soon.
    #[error("not available at the moment: {why}")]
    Unavailable {
        /// What is the matter.
        why: String,
    },
    /// The disk is full.
    #[error(
        "the disk is full ({free_bytes} bytes free, {needed_bytes} needed); nothing was done, reads go on, commands will when there is room"
    )]
    DiskFull {
        /// Free now.
        free_bytes: u64,
        /// Needed.
        needed_bytes: u64,
    },
    /// The command would make a commit that is too large.
    #[error("the change is {size_bytes} bytes; at most {limit_bytes} fit into one commit")]
    TooLarge {
        /// Its size.
        size_bytes: u64,
        /// What fits.
        limit_bytes: u64,
    },
    /// The product's log is damaged.
    #[error(
        "the log of this product is damaged at version {version}: {what}; restore it from a backup"
    )]
    Damaged {
        /// Where.
        version: Version,
        /// What is wrong.
        what: String,
    },
    /// The moment asked for has not come yet.
    #[error("version {wanted} is in the future; the product is at version {current}")]
    Future {
        /// What was asked for.
        wanted: Version,
        /// What there is.
        current: Version,
    },
    /// The version asked for does not come in time.
    #[error("version {wanted} was not reached in time; the product is at version {current}")]
    TooSlow {
        /// What was asked for.
        wanted: Version,
        /// What there is.
        current: Version,
    },
}

/// What is wrong with a product's log, and where.
#[derive(Clone, Debug)]
pub(crate) struct Damage {
    pub(crate) version: Version,
    pub(crate) what: String,
}

impl Damage {
    pub(crate) fn new(version: log::Version, what: String) -> Self {
        Self { version: Version(version.get()), what }
    }
}

impl<E> From<Damage> for Error<E> {
    fn from(damage: Damage) -> Self {
        Self::Damaged { version: damage.version, what: damage.what }
    }
}

impl<E> From<log::ReadError> for Error<E> {
    fn from(error: log::ReadError) -> Self {
        match error {
            log::ReadError::Damaged { version, what, .. } => Damage::new(version, what).into(),
            log::ReadError::Unavailable { .. } | log::ReadError::Closed => {
                Self::Unavailable { why: error.to_string() }
            }
        }
    }
}

impl<E> From<log::AppendError> for Error<E> {
    fn from(error: log::AppendError) -> Self {
        match error {
            log::AppendError::Unknown { why } => Self::OutcomeUnknown { why },
            log::AppendError::Full { free_bytes, needed_bytes } => {
                Self::DiskFull { free_bytes, needed_bytes }
            }
            log::AppendError::TooLarge { size_bytes, limit_bytes } => {
                Self::TooLarge { size_bytes, limit_bytes }
            }
            log::AppendError::Unavailable { why } => Self::Unavailable { why },
            log::AppendError::Invalid { .. }
            | log::AppendError::Closed
            | log::AppendError::Conflict { .. } => Self::Unavailable { why: error.to_string() },
        }
    }
}
