//! The project's own tool: `cargo xtask <command>`.
//!
//! It builds, starts and checks the workspace from outside, by calling cargo and the finished binary. It uses none of
//! the workspace's crates and knows nothing of backlogs.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool: printing is what it does"
)]

mod bench;
mod binary;
mod ci;
mod command;
mod demo;
mod deny;
mod schemas;
mod steps;
mod story;
mod test;
mod tidy;
mod tools;
mod web;
mod workspace;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "Builds, runs and checks Koepel.",
    disable_help_subcommand = true
)]
struct Cli {
    #[command(subcommand)]
    task: Option<Task>,
}

#[derive(Subcommand)]
enum Task {
    /// Build Koepel and start it with the demo products, in a fresh directory
    Demo(demo::Args),
    /// Install what the tests need, then run all tests
    Test(test::Args),
    /// Run the whole gate: format, clippy, doc, tidy, deny, then all tests
    Ci(ci::Args),
    /// Check the rules of the house: floors, layout, sources, proto files
    Tidy,
    /// Write the JSON Schemas of the stored events, or check that they are fresh
    Schemas(schemas::Args),
    /// Build the dashboard, or write or check what is generated for it
    Web(web::Args),
    /// Make the pictures of the README anew, of the demo products
    Pictures,
    /// Look for known vulnerabilities in the dependencies; needs the advisory database from outside
    Advisories,
    /// Measure, and write target/bench/results.json
    Bench(bench::Args),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().task {
        Some(Task::Demo(args)) => demo::run(&args),
        Some(Task::Test(args)) => test::run(&args),
        Some(Task::Ci(args)) => ci::run(&args),
        Some(Task::Tidy) => tidy::run(),
        Some(Task::Schemas(args)) => schemas::run(&args),
        Some(Task::Web(args)) => web::run(&args),
        Some(Task::Pictures) => web::pictures(),
        Some(Task::Advisories) => deny::advisories(),
        Some(Task::Bench(args)) => bench::run(&args),
        None => Cli::command().print_help().map_err(Into::into),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
