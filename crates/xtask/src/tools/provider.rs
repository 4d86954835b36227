//! An identity provider for the tests: oidc-provider from npm, in the versions of the lock file in `tests/provider`, installed
//! into the target folder. Needs Node; the system is not changed.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context as _, Result};

use crate::{command, workspace};

/// The files that say what is installed.
const FILES: [&str; 2] = ["package.json", "package-lock.json"];

/// The folder with its packages; installed if need be. A stamp in it tells what it holds.
///
/// # Errors
/// If there is no Node, or its packages cannot be had.
pub(crate) fn provider() -> Result<PathBuf> {
    let from = workspace::root()?.join("tests").join("provider");
    let folder = workspace::target()?.join("tools").join("provider");
    let stamp = folder.join("installed.json");
    let lock = fs::read(from.join("package-lock.json")).context("read the provider's lock file")?;
    if fs::read(&stamp).is_ok_and(|there| there == lock) {
        return Ok(folder);
    }
    super::need_node()?;
    fs::create_dir_all(&folder).with_context(|| format!("make {}", folder.display()))?;
    for file in FILES {
        fs::copy(from.join(file), folder.join(file)).with_context(|| format!("copy {file}"))?;
    }
    let mut install = Command::new("npm");
    // What its packages would run at their installation is not needed.
    install.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&folder);
    command::run(&mut install)?;
    fs::write(&stamp, lock).with_context(|| format!("write {}", stamp.display()))?;
    Ok(folder)
}
