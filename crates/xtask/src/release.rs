//! The release build that the demo, the tests and the benchmark share.
//!
//! The same two packages are selected each time, whichever binary is wanted: another selection would unite the
//! features of dependencies in another way and build them again.

use std::path::PathBuf;

use anyhow::Result;

use crate::{command, workspace};

/// Builds a binary and answers its path.
pub(crate) fn build(binary: &str) -> Result<PathBuf> {
    let packages = ["--package", "koepel-cli", "--package", "koepel-tests"];
    command::run(
        workspace::cargo()?.args(["build", "--release"]).args(packages).args(["--bin", binary]),
    )?;
    Ok(workspace::target()?
        .join("release")
        .join(format!("{binary}{}", std::env::consts::EXE_SUFFIX)))
}
