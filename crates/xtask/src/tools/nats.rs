//! A NATS server for the tests: the one in the path if it is new enough, else Debian 13's, fetched by apt from where this
//! machine gets its own packages and unpacked into the target folder. The system is not changed.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail};

use super::{find, search_path};
use crate::{command, workspace};

/// The first that can be relied on with what it has acknowledged.
const AT_LEAST: [u32; 3] = [2, 10, 23];
/// Debian's release that has one.
const RELEASE: &str = "trixie";
/// Debian's keys; those of a release come with the one before.
const KEYS: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// Where it is; fetched if need be.
///
/// # Errors
/// If there is none, and it cannot be fetched: with what to do.
pub(crate) fn nats_server() -> Result<PathBuf> {
    let folder = workspace::target()?.join("tools").join("nats");
    let ours = folder.join("nats-server");
    let found = find("nats-server", &search_path()).into_iter().chain([ours.clone()]);
    if let Some(there) = found.into_iter().find(|program| is_new_enough(program)) {
        return Ok(there);
    }
    let fetched = fetch(&folder.join("apt"), &ours);
    // The lists of packages are larger than all that is wanted of them.
    fs::remove_dir_all(folder.join("apt")).ok();
    let [major, minor, patch] = AT_LEAST;
    fetched.with_context(|| {
        format!("put a nats-server of {major}.{minor}.{patch} or newer into the path, from https://github.com/nats-io/nats-server/releases")
    })?;
    if !is_new_enough(&ours) {
        bail!("{} does not run", ours.display());
    }
    Ok(ours)
}

fn is_new_enough(program: &Path) -> bool {
    let told = || command::output(Command::new(program).arg("--version")).ok();
    program.is_file() && told().is_some_and(|told| version(&told).is_some_and(|it| it >= AT_LEAST))
}

/// The version in `nats-server: v2.10.27`.
fn version(told: &str) -> Option<[u32; 3]> {
    let (_, version) = told.trim().rsplit_once('v')?;
    let plain = version.split(['-', '+']).next().unwrap_or_default();
    let numbers: Vec<u32> = plain.split('.').map_while(|number| number.parse().ok()).collect();
    numbers.try_into().ok()
}

fn fetch(folder: &Path, to: &Path) -> Result<()> {
    for program in ["apt-get", "dpkg-deb"] {
        if find(program, &search_path()).is_none() {
            bail!("{program} is not here to fetch it with");
        }
    }
    let origin = origin()?;
    let (lists, cache) = (folder.join("lists"), folder.join("cache"));
    for needed in [lists.join("partial"), cache.join("archives/partial")] {
        fs::create_dir_all(&needed).with_context(|| format!("make {}", needed.display()))?;
    }
    let sources = folder.join("sources.list");
    let signed =
        if Path::new(KEYS).is_file() { format!("signed-by={KEYS} ") } else { String::new() };
    let source = format!("deb [{signed}target=Packages lang=none] {origin} {RELEASE} main\n");
    fs::write(&sources, source).with_context(|| format!("write {}", sources.display()))?;
    let apt = |arguments: &[&str]| {
        let mut apt = Command::new("apt-get");
        apt.current_dir(folder).arg("-q");
        let ours = [("State::Lists", &lists), ("Cache", &cache), ("Etc::SourceList", &sources)];
        for (setting, path) in ours {
            apt.arg("-o").arg(format!("Dir::{setting}={}", path.display()));
        }
        // The user that apt would become may not be allowed in here.
        apt.args(["-o", "Dir::Etc::SourceParts=-", "-o", "APT::Sandbox::User=root"]);
        command::run(apt.args(arguments))
    };
    apt(&["update"])?;
    apt(&["download", "nats-server"])?;
    let entries = fs::read_dir(folder).with_context(|| format!("read {}", folder.display()))?;
    let package = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .find(|path| path.extension().is_some_and(|extension| extension == "deb"))
        .context("apt has fetched no package")?;
    let unpacked = folder.join("unpacked");
    command::run(Command::new("dpkg-deb").arg("-x").arg(package).arg(&unpacked))?;
    let program = unpacked.join("usr/sbin/nats-server");
    fs::rename(&program, to).with_context(|| format!("find {}", program.display()))
}

/// Where this machine gets Debian's packages from, as apt tells.
fn origin() -> Result<String> {
    let system = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let codename = system
        .lines()
        .find_map(|line| line.strip_prefix("VERSION_CODENAME="))
        .map(|name| name.trim_matches('"').to_owned());
    let told = command::output(Command::new("apt-get").args([
        "indextargets",
        "--format",
        "$(REPO_URI) $(RELEASE) $(COMPONENT)",
        "Identifier: Packages",
    ]))?;
    let origin = codename.and_then(|codename| origin_in(&told, &codename));
    origin.context("apt names no place where this system's main packages come from")
}

fn origin_in(told: &str, codename: &str) -> Option<String> {
    told.lines().find_map(|line| {
        let mut words = line.split_whitespace();
        let (origin, release, component) = (words.next()?, words.next()?, words.next()?);
        (release == codename && component == "main").then(|| origin.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_and_compared_by_its_numbers() {
        assert_eq!(version("nats-server: v2.10.27\n"), Some([2, 10, 27]));
        assert_eq!(version("nats-server: v2.12.0-RC.1"), Some([2, 12, 0]));
        assert_eq!(version("nats-server: v2.9"), None);
        for (told, enough) in
            [("v2.9.10", false), ("v2.10.22", false), ("v2.10.23", true), ("v3.0.0", true)]
        {
            assert_eq!(version(told).unwrap() >= AT_LEAST, enough, "{told}");
        }
    }

    #[test]
    fn the_origin_is_that_of_the_systems_own_main_packages() {
        let told = "https://other.example/apt nodistro main\n\
                    https://third.example/debian bookworm stable\n\
                    http://deb.example/debian/ bookworm main\n\
                    http://deb.example/debian/ bookworm-updates main\n";
        assert_eq!(origin_in(told, "bookworm").unwrap(), "http://deb.example/debian/");
        assert_eq!(origin_in(told, "trixie"), None);
    }
}
