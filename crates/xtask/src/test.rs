//! `cargo xtask test`: installs what the tests need, then runs all of them.
//!
//! What cannot be installed is told and fails the run, but the tests that do without are run all the same.
//! The tests learn of it through the environment: `KOEPEL_BIN` is the release binary, `KOEPEL_PYTHON` a Python with
//! gRPC and reflection, `KOEPEL_BROKER` a NATS server, `KOEPEL_PROVIDER` the folder of an identity provider, and `KOEPEL_HEAVY=1` asks for the full numbers of repetitions.

use std::process::Command;

use anyhow::Result;

use crate::{
    binary::{self, Profile},
    command::{self, Counts},
    steps::Steps,
    tools, web, workspace,
};

#[derive(Default, clap::Args)]
pub(crate) struct Args {
    /// The full numbers of kills, crash images, power cuts and random histories; takes long
    #[arg(long)]
    heavy: bool,
    /// What the test runner is told, such as a part of a test's name or `-p koepel-domain`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pass_on: Vec<String>,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let mut all = Steps::new();
    steps(&mut all, args);
    all.finish()
}

/// The same as part of a longer run.
pub(crate) fn steps(steps: &mut Steps, args: &Args) {
    steps.run("strace", || tools::need(&tools::STRACE));
    steps.run("faketime", || tools::need(&tools::FAKETIME));
    if tools::is_root() {
        steps.run("xfsprogs", || tools::need(&tools::MKFS_XFS));
    } else {
        steps.skip("xfsprogs", "only root can mount the file systems on which the power is cut");
    }
    let python = steps.run("python", tools::python);
    let broker = steps.run("nats-server", tools::nats_server);
    let provider = steps.run("oidc-provider", tools::provider);
    let browser = steps.run("chromium", || tools::need(&tools::CHROMIUM));
    steps.run("dashboard build", web::build);
    let koepel = steps.run("release build", || binary::build(Profile::Release, "koepel"));

    let environment = |command: &mut Command| {
        if let Some(python) = &python {
            command.env("KOEPEL_PYTHON", python);
        }
        if let Some(broker) = &broker {
            command.env("KOEPEL_BROKER", broker);
        }
        if let Some(provider) = &provider {
            command.env("KOEPEL_PROVIDER", provider);
        }
        if let Some(koepel) = &koepel {
            command.env("KOEPEL_BIN", koepel);
        }
        if args.heavy {
            command.env("KOEPEL_HEAVY", "1");
        }
    };
    let nextest = tools::has_nextest().unwrap_or(false);
    steps.tests("tests", || {
        let mut runner = workspace::cargo()?;
        runner.args(runner_args(nextest, args));
        environment(&mut runner);
        command::count(&mut runner)
    });
    // A chosen few tests want none of these.
    if !args.pass_on.is_empty() {
        return;
    }
    steps.tests("dashboard units", web::units);
    if browser.is_some() {
        steps.tests("dashboard", || web::browser(&environment));
    }
    // Cargo's own runner has run them already.
    if nextest {
        steps.tests("doc tests", doc_tests);
    }
}

fn doc_tests() -> Result<(Counts, bool)> {
    command::count(workspace::cargo()?.args(["test", "--doc", "--no-fail-fast"]))
}

/// All members are default members; naming them with `--workspace` would leave no room for `-p` among the arguments.
fn runner_args(nextest: bool, args: &Args) -> Vec<&str> {
    let mut runner = if nextest { vec!["nextest", "run"] } else { vec!["test", "--no-fail-fast"] };
    if nextest && args.heavy {
        runner.extend(["--profile", "heavy"]);
    }
    runner.extend(args.pass_on.iter().map(String::as_str));
    runner
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_runner_is_told_comes_last() {
        let args = Args { heavy: true, pass_on: vec!["-p".to_owned(), "koepel-domain".to_owned()] };
        assert_eq!(
            runner_args(true, &args),
            ["nextest", "run", "--profile", "heavy", "-p", "koepel-domain"]
        );
        assert_eq!(runner_args(false, &args), ["test", "--no-fail-fast", "-p", "koepel-domain"]);
    }

    #[test]
    fn without_wishes_everything_runs_in_the_profile_of_the_surroundings() {
        assert_eq!(runner_args(true, &Args::default()), ["nextest", "run"]);
    }
}
