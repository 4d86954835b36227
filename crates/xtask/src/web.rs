//! `cargo xtask web`: the dashboard's packages, its generated types, its build, and the checks of its sources.
//!
//! npm and what it installs do the work; what is there and fresh is not done again.

mod types;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::UNIX_EPOCH,
};

use anyhow::{Context as _, Result, bail};

use crate::{
    binary::{self, Profile},
    command, tools, workspace,
};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Write the TypeScript types of `proto/` instead
    #[arg(long, conflicts_with_all = ["check", "browser"])]
    types: bool,
    /// Check types, sources and units of the dashboard instead; build nothing
    #[arg(long)]
    check: bool,
    /// Run the tests in a browser instead, against the binary that `KOEPEL_BIN` names; what follows goes to the runner
    #[arg(long)]
    browser: bool,
    /// Measure it in a browser instead, with the release binary, and write target/bench/dashboard.json
    #[arg(long, conflicts_with_all = ["check", "browser", "types"])]
    measure: bool,
    /// What the test runner is told, such as a part of a file's name
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pass_on: Vec<String>,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    if args.types {
        return write_types();
    }
    if args.check {
        check_types()?;
        check_sources()?;
        return passed(units()?);
    }
    build()?;
    if args.browser {
        return passed(browser(&|vitest: &mut Command| {
            vitest.args(&args.pass_on);
        })?);
    }
    if args.measure {
        let koepel = binary::build(Profile::Release, "koepel")?;
        return with_binary("measure", &koepel);
    }
    Ok(())
}

/// `cargo xtask pictures`: those of the README, of the demo products.
pub(crate) fn pictures() -> Result<()> {
    tools::need(&tools::CHROMIUM)?;
    build()?;
    with_binary("pictures", &binary::build(Profile::Dev, "koepel")?)
}

/// Runs one of the projects of `vite.config.ts` that start the binary and are no tests.
fn with_binary(project: &str, koepel: &Path) -> Result<()> {
    let mut vitest = program("vitest")?;
    vitest.args(["run", "--reporter", "default", "--project", project]);
    command::run(vitest.env("KOEPEL_BIN", koepel).env("KOEPEL_TARGET", workspace::target()?))
}

fn passed((counts, content): (command::Counts, bool)) -> Result<()> {
    if !content {
        bail!("{} tests failed", counts.failed);
    }
    Ok(())
}

/// The folder of the dashboard's sources.
pub(crate) fn folder() -> Result<PathBuf> {
    Ok(workspace::root()?.join("crates/dashboard/web"))
}

/// A program that npm has installed.
pub(crate) fn program(name: &str) -> Result<Command> {
    let folder = folder()?;
    let mut program = Command::new(folder.join("node_modules/.bin").join(name));
    program.current_dir(folder);
    Ok(program)
}

/// Installs the packages of the lock file, unless they are there.
///
/// # Errors
/// If there is no Node, or the packages cannot be had.
pub(crate) fn install() -> Result<()> {
    let folder = folder()?;
    let lock =
        fs::read(folder.join("package-lock.json")).context("read the dashboard's lock file")?;
    let stamp = folder.join("node_modules/.installed.json");
    if fs::read(&stamp).is_ok_and(|there| there == lock) {
        return Ok(());
    }
    tools::need_node()?;
    let mut install = Command::new("npm");
    // What its packages would run at their installation is not needed.
    install.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&folder);
    command::run(&mut install)?;
    fs::write(&stamp, lock).with_context(|| format!("write {}", stamp.display()))
}

/// Builds the files that the server hands out, unless they are newer than all that they are made of.
///
/// # Errors
/// If the packages cannot be had, or the sources do not build.
pub(crate) fn build() -> Result<()> {
    let folder = folder()?;
    let (stamp, made_of) = (folder.join("dist/.made-of"), made_of(&folder)?);
    if fs::read_to_string(&stamp).is_ok_and(|before| before == made_of) {
        return Ok(());
    }
    install()?;
    command::run(program("vite")?.args(["build", "--logLevel", "warn"]))?;
    fs::write(&stamp, made_of).with_context(|| format!("write {}", stamp.display()))
}

/// Each source with its size and time of change, a line each.
fn made_of(folder: &Path) -> Result<String> {
    let mut lines = Vec::new();
    let mut folders = vec![folder.join("src"), folder.join("public")];
    let files = ["index.html", "package-lock.json", "tsconfig.json", "vite.config.ts"];
    let mut found: Vec<PathBuf> = files.map(|file| folder.join(file)).to_vec();
    while let Some(next) = folders.pop() {
        let Ok(entries) = fs::read_dir(&next) else { continue };
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    for path in found {
        let Ok(about) = fs::metadata(&path) else { continue };
        let changed = about.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
        lines.push(format!("{} {} {}\n", path.display(), about.len(), changed.as_nanos()));
    }
    lines.sort_unstable();
    Ok(lines.concat())
}

fn write_types() -> Result<()> {
    install()?;
    let into = folder()?.join(types::FOLDER);
    for (file, text) in types::made()? {
        let path = into.join(file);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(&path, text).with_context(|| format!("write {}", path.display()))?;
    }
    Ok(())
}

/// Fails if the types that are checked in are not those of `proto/`.
pub(crate) fn check_types() -> Result<()> {
    install()?;
    let stale = types::stale(&folder()?.join(types::FOLDER), &types::made()?)?;
    for file in &stale {
        println!("crates/dashboard/web/{}/{file}: is not what proto/ says", types::FOLDER);
    }
    if !stale.is_empty() {
        bail!("{} files are stale: run `cargo xtask web --types`", stale.len());
    }
    Ok(())
}

/// The compiler and the linter.
pub(crate) fn check_sources() -> Result<()> {
    install()?;
    command::run(program("tsc")?.arg("--noEmit"))?;
    command::run(program("oxlint")?.args(["--deny-warnings", "src", "tests"]))
}

/// The dashboard's unit tests.
pub(crate) fn units() -> Result<(command::Counts, bool)> {
    install()?;
    command::count(program("vitest")?.args(["run", "--project", "units"]))
}

/// The dashboard in a real browser, against the real binary. `environment` names what the tests start.
pub(crate) fn browser(environment: &impl Fn(&mut Command)) -> Result<(command::Counts, bool)> {
    install()?;
    let mut vitest = program("vitest")?;
    vitest.args(["run", "--project", "browser"]);
    vitest.env("KOEPEL_TARGET", workspace::target()?);
    environment(&mut vitest);
    command::count(&mut vitest)
}
