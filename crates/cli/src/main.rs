//! The `koepel` program: a client of Koepel's API, and the way to start the server.
//!
//! Every subcommand is a file named after its part of the domain. A client command can do no more than any other client
//! of the API; only `serve` and `demo` start a server, and only `log` opens a log by itself.

mod alert;
mod answer_time;
mod arguments;
mod as_of;
mod backlog;
mod calendar;
mod circumstances;
mod clock;
mod completions;
mod connection;
mod context;
mod credentials;
mod decision;
mod deputy;
mod diff;
mod domain;
mod edge;
mod escalation;
mod events;
mod explain;
mod failure;
mod identity;
mod import;
mod invitation;
mod item;
mod log;
mod login;
mod moment;
mod names;
mod output;
mod person;
mod pin;
mod place;
mod point;
mod product;
mod purpose;
mod rank;
mod refusal;
mod roadmap;
mod role;
mod search;
mod serve;
mod session;
mod settings_file;
mod share;
mod status;
mod sync;
mod table;
mod telling;
mod term;
mod token;
mod undo;
mod who;
mod words;

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use clap::Parser as _;

use crate::{
    arguments::{Cli, Command},
    context::Context,
    failure::{Failure, Kind},
    output::Paint,
};

/// Most of the time of folding a log goes into small pieces of memory, which the allocator of the C library hands out slowly
/// once a product has many items. This one is as quick as others that are, and gives the most back.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version go to standard output, which may be closed; a wrong command line to standard error.
            let code = u8::try_from(error.exit_code()).unwrap_or(2);
            return match error.print() {
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                    ExitCode::from(Kind::ClosedPipe.exit_code())
                }
                Ok(()) | Err(_) => ExitCode::from(code),
            };
        }
    };
    let paint = Paint::for_errors(cli.globals.color);
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if failure.kind != Kind::ClosedPipe {
                // If nobody can read it, the exit code says it.
                io::stderr().write_all(failure.render(paint).as_bytes()).ok();
            }
            ExitCode::from(failure.kind.exit_code())
        }
    }
}

fn run(cli: Cli) -> Result<(), Failure> {
    let serves = matches!(cli.command, Command::Serve(_) | Command::Demo(_));
    let mut runtime = if serves {
        tokio::runtime::Builder::new_multi_thread()
    } else {
        tokio::runtime::Builder::new_current_thread()
    };
    let runtime = runtime.enable_all().build().map_err(|error| {
        Failure::new(Kind::Failed, format!("the program cannot start: {error}"))
    })?;
    let mut ctx = Context::new(cli.globals)?;
    let done = runtime.block_on(Box::pin(cli.command.run(&mut ctx)));
    let flushed = ctx.out.flush();
    // A reader of standard input may still wait for a key; the program does not wait for it.
    runtime.shutdown_background();
    done.and(flushed)
}
