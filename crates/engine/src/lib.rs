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
mod past;
mod product;
mod receipt;
mod request;
mod snapshot;
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
    request::{Accepted, Request},
    view::View,
};

/// The reserved product that holds the facts of the whole server.
pub const SYSTEM: &str = "system";
