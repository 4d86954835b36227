//! `cargo xtask bench`: builds the benchmark and the server for release and measures.

use std::process::Command;

use anyhow::Result;

use crate::{
    binary::{self, Profile},
    command, workspace,
};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// What the benchmark is told: which figures, how long
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pass_on: Vec<String>,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let koepel = binary::build(Profile::Release, "koepel")?;
    let bench = binary::build(Profile::Release, "bench")?;
    command::run(
        Command::new(bench)
            .current_dir(workspace::root()?)
            .args(&args.pass_on)
            .env("KOEPEL_BIN", koepel),
    )
}
