//! What the tests need and cargo does not bring. What is there is reused; what is missing is installed where that is
//! ours to do (our own target folder, or the system as root), and else the command to type is named.

mod nats;
mod provider;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail};

pub(crate) use self::{nats::nats_server, provider::provider};
use crate::{command, workspace};

/// A program that comes with the operating system's package manager.
pub(crate) struct SystemTool {
    pub(crate) program: &'static str,
    package: &'static str,
}

/// Traces the log's writes and makes single ones fail.
pub(crate) const STRACE: SystemTool = SystemTool { program: "strace", package: "strace" };
/// Makes the second of the two file systems on which the power is cut. That test needs root itself.
pub(crate) const MKFS_XFS: SystemTool = SystemTool { program: "mkfs.xfs", package: "xfsprogs" };

/// The browser of the tests.
pub(crate) const CHROMIUM: SystemTool = SystemTool { program: "chromium", package: "chromium" };

/// Sets the wall clock of one program wrong.
pub(crate) const FAKETIME: SystemTool = SystemTool { program: "faketime", package: "faketime" };

/// A program that speaks gRPC through reflection alone, as others would write one; and a mail server.
const PYTHON_PACKAGES: [&str; 3] =
    ["grpcio==1.85.1", "grpcio-reflection==1.85.1", "aiosmtpd==1.4.6"];

/// cargo-deny: ours in the target folder, else the one in the path.
pub(crate) fn cargo_deny() -> Result<Option<PathBuf>> {
    let ours = workspace::target()?.join("tools/cargo-deny/bin/cargo-deny");
    Ok(if ours.is_file() { Some(ours) } else { find("cargo-deny", &search_path()) })
}

/// Whether `cargo nextest` can be run.
pub(crate) fn has_nextest() -> Result<bool> {
    Ok(command::succeeds(workspace::cargo()?.args(["nextest", "--version"])))
}

/// Whether we may install system packages and mount file systems.
pub(crate) fn is_root() -> bool {
    command::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// Installs a system package unless its program is there.
///
/// # Errors
/// If it is missing and cannot be installed from here: with what to type.
pub(crate) fn need(tool: &SystemTool) -> Result<()> {
    if find(tool.program, &search_path()).is_some() {
        return Ok(());
    }
    install(tool.package)?;
    find(tool.program, &search_path())
        .map(drop)
        .with_context(|| format!("{} is still not in the path", tool.program))
}

/// Says what to do if there is no Node.
///
/// # Errors
/// If `node` or `npm` is not in the path.
pub(crate) fn need_node() -> Result<()> {
    for program in ["node", "npm"] {
        if find(program, &search_path()).is_none() {
            bail!(
                "{program} is not here; install Node 20 or newer, from https://nodejs.org or the system's packages"
            );
        }
    }
    Ok(())
}

fn install(package: &str) -> Result<()> {
    if !is_root() || find("apt-get", &search_path()).is_none() {
        bail!("{package} is missing; install it with: sudo apt-get install -y {package}");
    }
    let mut install = Command::new("apt-get");
    install
        .args(["install", "-y", "--no-install-recommends", package])
        .env("DEBIAN_FRONTEND", "noninteractive");
    if command::run(&mut install).is_ok() {
        return Ok(());
    }
    // The list of packages may be missing or too old.
    command::run(Command::new("apt-get").arg("update"))?;
    command::run(&mut install)
}

/// A Python with gRPC, reflection and a mail server, in the target folder. Made once; a stamp in it tells what it holds.
///
/// # Errors
/// If there is no Python, or if its packages can be had neither at once nor on a second try.
pub(crate) fn python() -> Result<PathBuf> {
    let folder = workspace::target()?.join("tools").join("py");
    let (python, stamp) = (folder.join("bin/python"), folder.join("packages.txt"));
    let wanted = PYTHON_PACKAGES.join("\n");
    if fs::read_to_string(&stamp).is_ok_and(|there| there == wanted) && works(&python) {
        return Ok(python);
    }
    if find("python3", &search_path()).is_none() {
        install("python3-venv")?;
    }
    let mut venv = Command::new("python3");
    venv.args(["-m", "venv", "--clear"]).arg(&folder);
    if command::run(&mut venv).is_err() {
        // Debian keeps this part of Python in a package of its own.
        install("python3-venv")?;
        command::run(&mut venv)?;
    }
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
        .args(PYTHON_PACKAGES);
    if command::run(&mut pip).is_err() {
        eprintln!("trying once more");
        command::run(&mut pip)?;
    }
    if !works(&python) {
        bail!("{} cannot import what was installed for it", python.display());
    }
    fs::write(&stamp, wanted).with_context(|| format!("write {}", stamp.display()))?;
    Ok(python)
}

/// Whether this Python starts and finds its packages: a system upgrade may have taken the one it was made from away.
fn works(python: &Path) -> bool {
    command::succeeds(
        Command::new(python)
            .args(["-c", "import aiosmtpd, grpc, grpc_reflection.v1alpha.reflection"]),
    )
}

/// The folders in which programs are looked for: the path, and those of the administrator.
fn search_path() -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).chain(["/usr/sbin", "/sbin"].map(PathBuf::from)).collect()
}

/// The first file of that name.
fn find(program: &str, folders: &[PathBuf]) -> Option<PathBuf> {
    folders.iter().map(|folder| folder.join(program)).find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_folder_that_has_a_program_wins() {
        let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let folders = [first.path().to_owned(), second.path().to_owned()];
        assert_eq!(find("tool", &folders), None);
        fs::write(second.path().join("tool"), "").unwrap();
        assert_eq!(find("tool", &folders), Some(second.path().join("tool")));
        fs::write(first.path().join("tool"), "").unwrap();
        assert_eq!(find("tool", &folders), Some(first.path().join("tool")));
        fs::create_dir(first.path().join("folder")).unwrap();
        assert_eq!(find("folder", &folders), None);
    }
}
