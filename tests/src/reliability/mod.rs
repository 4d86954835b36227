//! What the reliability tests share: a server that is killed, starved and lied to by its disk; a ledger of what it
//! acknowledged; and two naive models to hold its answers against.
//!
//! - `node` runs the binary; `offline` reads a log that nobody has open, through the binary too.
//! - `command` is what clients do, `load` does it at random, `ledger` keeps what came of it.
//! - `model` is one list of items. `replay` folds the events of a log into it, `oracle` the commands themselves. Neither
//!   knows anything of the server's code.
//! - `trace` reads what `strace` saw of a run, `disk` what a power cut may leave of it.
//!
//! `KOEPEL_HEAVY=1` asks for the full counts, `KOEPEL_SEED` repeats a run's random choices.

pub mod command;
pub mod disk;
pub mod house;
pub mod ledger;
pub mod load;
pub mod model;
pub mod node;
pub mod offline;
pub mod oracle;
pub mod replay;
pub mod trace;

use std::sync::{Mutex, MutexGuard, PoisonError};

use rand::{RngCore as _, SeedableRng as _, rngs::StdRng};

/// Whether the full counts are asked for: `KOEPEL_HEAVY=1`.
#[must_use]
pub fn is_heavy() -> bool {
    std::env::var_os("KOEPEL_HEAVY").is_some_and(|value| value == "1")
}

/// The full count when `KOEPEL_HEAVY=1`, else the one for every day.
#[must_use]
pub fn count(every_day: usize, heavy: usize) -> usize {
    if is_heavy() { heavy } else { every_day }
}

/// The seed of a test: `KOEPEL_SEED`, else a fresh one. It is printed, so that a failure can be repeated.
///
/// # Panics
/// If `KOEPEL_SEED` is no number.
#[must_use]
pub fn seed(test: &str) -> u64 {
    let seed = match std::env::var("KOEPEL_SEED") {
        Ok(text) => text.parse().expect("KOEPEL_SEED is a number"),
        Err(_) => u64::from(rand::rng().next_u32()),
    };
    tell(&format!("{test}: repeat with KOEPEL_SEED={seed}"));
    seed
}

/// Random choices that a seed and a name repeat.
#[must_use]
pub fn random(seed: u64, part: u64) -> StdRng {
    StdRng::seed_from_u64(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(part))
}

/// Says something to whoever runs the tests.
pub fn tell(text: &str) {
    #[expect(clippy::print_stderr, reason = "what was skipped, counted and seeded is told")]
    {
        eprintln!("{text}");
    }
}

/// The machine for one test alone, where the runner does not see to it.
pub fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether the tests may mount file systems.
#[must_use]
pub fn is_root() -> bool {
    let id = std::process::Command::new("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
