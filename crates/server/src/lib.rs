//! The server: listens, authenticates, and puts the other crates together. The only one that reads the clock.

mod alerts;
mod app;
mod backup;
mod clock;
mod comparisons;
pub mod config;
mod dashboard;
mod deadlines;
mod demo;
mod directory;
mod erasure;
mod event;
mod filtered;
mod first_bytes;
mod first_start;
mod grpc;
mod http;
mod ids;
mod import;
mod kept;
pub mod listen;
mod metrics;
mod nats;
mod owner;
mod push;
mod read_model;
mod refused_body;
mod route;
mod search;
mod serve;
mod sign_in;
pub mod telemetry;

pub use koepel_engine::{StateHash, check_record, redaction, remove_snapshots, state_hash};

/// Whether the dashboard is in this build.
#[must_use]
pub fn has_dashboard() -> bool {
    koepel_dashboard::page("").is_some()
}

pub use crate::{
    demo::{DemoError, Loaded},
    first_start::Error as FirstStartError,
    route::Route,
    search::remove as remove_search_index,
    serve::{Error, Running, Stopper, start},
};
