//! `cargo xtask ci`: the gate, the same by hand and in CI.

use anyhow::Result;

use crate::{command, deny, schemas, steps::Steps, test, tidy, tools, web, workspace};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only the checks; the tests are run apart
    #[arg(long)]
    no_tests: bool,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let mut steps = Steps::new();
    steps.run("fmt", || cargo(&["fmt", "--all", "--check"]));
    steps.run("clippy", || {
        cargo(&["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"])
    });
    steps.run("doc", doc);
    steps.run("tidy", tidy::run);
    steps.run("schemas", schemas::check);
    steps.run("dashboard types", web::check_types);
    steps.run("dashboard sources", web::check_sources);
    if let Some(deny) = tools::cargo_deny()? {
        steps.run("deny", || deny::check(&deny, &["licenses", "bans", "sources"]));
    } else {
        steps.skip("deny", deny::HOW_TO_INSTALL);
    }
    if !args.no_tests {
        test::steps(&mut steps, &test::Args::default());
    }
    steps.finish()
}

fn cargo(args: &[&str]) -> Result<()> {
    command::run(workspace::cargo()?.args(args))
}

fn doc() -> Result<()> {
    let doc = ["doc", "--workspace", "--no-deps"];
    command::run(workspace::cargo()?.args(doc).env("RUSTDOCFLAGS", "--deny warnings"))
}
