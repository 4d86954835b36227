//! `koepel completions`.

use clap::{Args, CommandFactory as _};
use clap_complete::{Shell, generate};

use crate::{arguments::Cli, context::Context, failure::Failure};

/// What `completions` can be given.
#[derive(Args, Debug)]
#[command(
    after_help = "For example: koepel completions bash > ~/.local/share/bash-completion/completions/koepel"
)]
pub(crate) struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

pub(crate) fn run(args: CompletionsArgs, ctx: &mut Context) -> Result<(), Failure> {
    // Into memory first: the generator does not know what to do about a closed pipe.
    let mut script = Vec::new();
    generate(args.shell, &mut Cli::command(), "koepel", &mut script);
    ctx.out.bytes(&script)
}
