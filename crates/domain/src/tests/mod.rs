//! Tests of the rules as a caller meets them: a product, commands, and the events, orders and refusals that follow.
//!
//! `world` is the notation. After each accepted command the whole state is checked, the changes told are compared with those
//! made, and a reorder is watched for moving what it must not.

mod arrival;
mod combine;
mod connections;
mod deciders;
mod decisions;
mod errors;
mod escalations;
mod fields;
mod grants;
mod house;
mod import;
mod mandate;
mod neighbours;
mod order;
mod plans;
mod points;
mod preview;
mod random;
mod replay;
mod ties;
mod undo;
mod world;
