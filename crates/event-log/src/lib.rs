//! The event log: an append-only sequence of commits for each product, held by a hash chain.
//!
//! This crate knows products, versions and bytes. It must not know what an event means: whoever
//! needs that (verify, export of readable text) passes a function in.
//!
//! - [`EventLog`] is what the rest of the house builds on. It promises only what an embedded store
//!   and a replicated one can both keep: append commits of one product at an expected version, all
//!   or none; read and follow a product from a version.
//! - [`MemoryLog`] keeps everything in memory, for tests, and can be told to fail.
//! - [`SledLog`] keeps it on one machine's disk; `src/sled/mod.rs` says how, and what survives what.
//! - [`verify`], [`scrub`], [`backup`], [`restore`] and [`export`] work through the trait.
//! - [`redact`] and [`import()`] write a log anew beside the old one, and put it in its place.
//! - `conformance` (feature `conformance`) is the suite that every implementation passes.

mod backup;
#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
mod error;
mod export;
mod import;
mod log;
mod memory;
mod record;
mod redaction;
mod rewrite;
mod scrub;
mod sled;
mod stats;
mod types;
mod varint;
mod verify;

pub use crate::backup::{BackupError, BackupSummary, RestoreError, backup, restore};
pub use crate::error::{AppendError, ReadError};

pub use crate::export::{ExportError, export};
pub use crate::import::{ImportError, import};
pub use crate::log::{BoxFuture, EventLog, Health, ReadLimit};
pub use crate::memory::{Fault, MemoryLog};
pub use crate::record::{MAX_APPEND_BYTES, MAX_COMMIT_BYTES, MAX_KIND_BYTES};
pub use crate::redaction::{REDACTION, Redaction, Redactions};
pub use crate::rewrite::{RewriteError, left_over, redact};

pub use crate::scrub::{ScrubPace, ScrubSummary, scrub};
pub use crate::sled::{CloseError, HeadsOutcome, OpenError, Settings, SledLog};
pub use crate::stats::Stats;
pub use crate::types::{
    Event, Hash, Head, InvalidHash, InvalidName, NewCommit, Payload, ProductName, Record, Version,
};
pub use crate::verify::{Problem, VerifyReport, verify};
