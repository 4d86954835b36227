//! What the end-to-end tests share: a real server process, clients of it, the command line, and a small product to work
//! on.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    clippy::redundant_clone,
    clippy::type_complexity,
    clippy::cast_possible_truncation,
    reason = "test helpers: what fails here fails the test"
)]

pub mod absent;
mod answer;
mod authority;
pub mod broker;
mod client;
mod command_line;
mod day;
mod eventually;
mod mail;
mod process;
pub mod provider;
mod proxy;
pub mod raw;
mod receiver;
pub mod reliability;
pub mod secrets;
mod server;
mod shop;
mod wall_clock;

pub use crate::{
    answer::{Answer, Refusal},
    authority::{Authority, Certificate},
    client::{Client, Connection},
    command_line::{CommandLine, Ran},
    day::day,
    eventually::eventually,
    mail::{Letter, Mail, Mails},
    process::Process,
    proxy::Proxy,
    receiver::{Does, Receiver, Request},
    server::{Server, Settings, binary, scratch, shared_data},
    shop::{Shop, after, at, before, request_id},
    wall_clock::WallClock,
};
