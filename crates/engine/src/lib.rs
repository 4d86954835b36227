//! The engine: product actors on an event log. Idempotency, deciding, appending, folding, snapshots, following.
//!
//! It knows neither wire types nor the clock: time and ids come in with a request.

mod aggregate;
mod codec;
mod engine;
mod error;
mod group;
mod ids;
mod open;
mod pages;
mod past;
mod product;
mod receipt;
mod recent;
pub mod redaction;
mod request;
mod snapshot;
mod sort;
mod state_hash;
#[cfg(test)]
mod tests;
mod view;
mod worker;

pub use crate::{
    aggregate::{Aggregate, Projection},
    codec::{check_record, decode_record},
    engine::{Engine, Settings, replay},
    error::Error,
    past::At,
    recent::Recent,
    request::{Accepted, Request},
    snapshot::remove as remove_snapshots,
    sort::{SYSTEM, Sort},
    state_hash::{StateHash, state_hash},
    view::View,
};
