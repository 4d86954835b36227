//! The service killed, cut off from its power, lied to by its disk, pushed to in any order, and held against a naive model;
//! and NATS taken away from it: R1 to R5, R8 and R15.
//!
//! `KOEPEL_HEAVY=1` runs the full counts, `KOEPEL_SEED` repeats a run. What needs root, or `strace`, says so when it is
//! skipped.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::await_holding_lock,
    reason = "test helpers: what fails here fails the test"
)]

mod crash;
mod damage;
mod full;
mod inject;
mod kill;
mod outage;
mod power;
mod pushes;
mod random;
mod tamper;
