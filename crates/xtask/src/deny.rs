//! cargo-deny: licences, bans and sources for the gate; advisories apart, because their database comes from outside.

use std::{path::Path, process::Command};

use anyhow::{Context as _, Result, bail};

use crate::{command, tools, workspace};

/// For whoever does not have it.
pub(crate) const HOW_TO_INSTALL: &str =
    "cargo-deny is not installed: cargo install --locked cargo-deny";

/// Runs the named checks of `deny.toml` with the cargo-deny given.
pub(crate) fn check(deny: &Path, checks: &[&str]) -> Result<()> {
    let mut check = Command::new(deny);
    command::run(
        check
            .current_dir(workspace::root()?)
            .args(["check", "--hide-inclusion-graph"])
            .args(checks),
    )
}

/// Checks the advisories, where their database can be had.
///
/// # Errors
/// If one applies that `deny.toml` does not except, or if nothing could be checked.
pub(crate) fn advisories() -> Result<()> {
    let deny = tools::cargo_deny()?.context(HOW_TO_INSTALL)?;
    let fetched = Command::new(&deny)
        .current_dir(workspace::root()?)
        .args(["fetch", "db"])
        .status()?
        .success();
    if !fetched {
        bail!("nothing was checked: the advisory database cannot be reached from here");
    }
    check(&deny, &["advisories"])
}
