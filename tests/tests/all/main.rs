//! End-to-end tests: each starts the real binary and talks to it over gRPC, by the command line, by plain HTTP or from
//! Python. One target, so that everything is linked once.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::expect_used,
    clippy::large_futures,
    clippy::needless_update,
    reason = "test helpers: what fails here fails the test"
)]

mod admin;
mod alerts;
mod alerts_failing;
mod alerts_letters;
mod alerts_schedule;
mod alerts_tls;
mod alerts_told;
mod backfill;
mod backlog;
mod command_line;
mod directory;
mod erasure;
mod errors;
mod escalations;
mod escalations_clock;
mod escalations_many;
mod event;
mod explain;
mod filter;
mod http;
mod ingest;
mod ingest_whole;
mod ingest_wrong;
mod interleaving;
mod isolation;
mod languages;
mod limits;
mod log;
mod long_life;
mod mandate;
mod matrix;
mod narrowed;
mod nats;
mod outside;
mod paging;
mod plans;
mod points;
mod preview;
mod product;
mod push;
mod push_file;
mod readme;
mod receipts;
mod reflection;
mod refusal;
mod replayed;
mod roles;
mod search;
mod search_index;
mod service;
mod share;
mod sign_in;
mod sign_in_browser;
mod story;
