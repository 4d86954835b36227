//! The builds of the project's binaries that the demo, the tests and the benchmark start.
//!
//! The same two packages are selected each time, whichever binary is wanted: another selection would unite the
//! features of dependencies in another way and build them again.

use std::path::PathBuf;

use anyhow::Result;

use crate::{command, workspace};

/// How thoroughly the compiler works.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// For a first look: it takes a third of the time to build.
    Dev,
    /// For whatever is measured or relied on.
    Release,
}

/// Builds a binary and answers its path.
pub(crate) fn build(profile: Profile, binary: &str) -> Result<PathBuf> {
    let packages = ["--package", "koepel-cli", "--package", "koepel-tests"];
    let mut cargo = workspace::cargo()?;
    cargo.arg("build").args(packages).args(["--bin", binary]);
    let folder = match profile {
        Profile::Dev => "debug",
        Profile::Release => {
            cargo.arg("--release");
            "release"
        }
    };
    command::run(&mut cargo)?;
    Ok(workspace::target()?.join(folder).join(format!("{binary}{}", std::env::consts::EXE_SUFFIX)))
}
