//! The rules of Koepel: products, domains, items, the interleaved order, who may do what.
//!
//! Pure: no clock, no randomness, no I/O. Time, ids and the actor come in with a command. [`product::Product`] decides a
//! [`command::Command`] into [`event::Event`]s or an [`error::Error`], and folds events in; nothing else changes it.

pub mod backlog;
pub mod calendar;
pub mod command;
pub mod commit;
pub mod connections;
pub mod day;
mod decide;
pub mod decisions;
pub mod directory;
pub mod domains;
pub mod error;
pub mod escalations;
pub mod event;
mod evolve;
pub mod goals;
pub mod grants;
pub mod ids;
pub mod import;
pub mod inbox;
pub mod item;
pub mod items;
pub mod language;
mod links;
pub mod mandate;
pub mod news;
pub mod order;
pub mod outbox;
pub mod points;
pub mod product;
pub mod roadmap;
pub mod roles;
#[cfg(feature = "schema")]
pub mod schema;
pub mod seats;
pub mod syncs;
pub mod system;
pub mod term;
pub mod text;

#[cfg(test)]
mod tests;
