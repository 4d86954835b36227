//! The wire types of Koepel's API and every conversion between them and the domain.
//!
//! Nothing below this crate knows a wire type, and behind these conversions no field is unchecked.

pub mod admin;
pub mod alert;
pub mod backlog;
pub mod bare;
pub mod check;
pub mod cloud_event;
pub mod common;
pub mod connection;
pub mod date;
pub mod directory;
pub mod escalation;
pub mod escalation_point;
pub mod event;
pub mod filter;
pub mod governance;
pub mod history;
mod hours;
pub mod ingest;
pub mod mandate;
pub mod names;
pub mod preview;
pub mod product;
pub mod push;
pub mod roadmap;
pub mod role;
pub mod search;
pub mod share;
pub mod sync;

/// Generated from `proto/koepel/v1`.
#[allow(
    warnings,
    missing_docs,
    clippy::all,
    clippy::pedantic,
    clippy::restriction,
    reason = "generated code"
)]
pub mod v1 {
    tonic::include_proto!("koepel.v1");
}

/// The compiled descriptors of `proto/`, for reflection.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
