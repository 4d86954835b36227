//! The benchmark: Koepel's release binary against the floors of the quality figures, as ratios measured in one run.
//!
//! `cargo xtask bench [--quick] [--only P1,P4] [--rounds N] [--dir DIR]`. The sides run in turn, there and back
//! (a b c c b a), several rounds; a ratio is of two sides in the same round, and its median is quoted with its spread. It is no test:
//! nothing here passes or fails but the table that it prints. It knows the server only by its binary and its API; only `log` makes
//! and reads a log in process.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a measuring tool, run by hand: what goes wrong ends it, and figures are for reading"
)]

mod client;
mod commands;
mod disk;
mod escalations;
mod figures;
mod fill;
mod floor;
mod import;
mod large;
mod load;
mod log;
mod order;
mod past;
mod process;
mod push;
mod replay;
mod search;
mod small;
mod stalled;
mod visible;

use std::{fs, path::PathBuf};

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};

use crate::figures::Report;

/// As in the server, so that the floors have what it has.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Koepel's release binary against its floors
#[derive(Parser)]
#[command(name = "bench")]
struct Arguments {
    #[command(subcommand)]
    part: Option<Part>,
    /// Small sizes and short times, to see that everything still works; the figures mean little
    #[arg(long)]
    quick: bool,
    /// Only these figures, such as P1,P4
    #[arg(long, value_delimiter = ',', value_name = "P…")]
    only: Vec<String>,
    /// Only with so many clients, for P1; for profiles
    #[arg(long, value_delimiter = ',', value_name = "N…")]
    clients: Vec<usize>,
    /// How often the sides run, there and back
    #[arg(long, value_name = "N")]
    rounds: Option<usize>,
    /// Seconds that a side runs at a time
    #[arg(long, value_name = "S")]
    seconds: Option<f64>,
    /// Where the data goes; deleted before and after
    #[arg(long, value_name = "DIR", default_value = "target/bench/data")]
    dir: PathBuf,
}

/// What the benchmark starts itself again as.
#[derive(Subcommand)]
enum Part {
    /// A floor: a server that makes what it is given durable and knows nothing of it
    #[command(hide = true)]
    Floor(floor::Arguments),
    /// The order in process, at one size
    #[command(hide = true)]
    Order { orders: u32, items: u32 },
    /// Makes a log of so many commits
    #[command(hide = true)]
    FillLog { dir: PathBuf, commits: u64 },
    /// Reads and decodes a log, and folds nothing
    #[command(hide = true)]
    ReadLog { dir: PathBuf },
}

/// How much is to be measured.
pub(crate) struct Plan {
    pub(crate) quick: bool,
    only: Vec<String>,
    clients: Vec<usize>,
    /// There and back, so often.
    pub(crate) rounds: usize,
    /// How long a side runs at a time.
    pub(crate) seconds: f64,
    dir: PathBuf,
}

impl Plan {
    /// Whether one of these figures is wanted.
    fn wants(&self, figures: &[&str]) -> bool {
        self.only.is_empty()
            || figures
                .iter()
                .any(|figure| self.only.iter().any(|only| only.eq_ignore_ascii_case(figure)))
    }

    /// Whether a load with so many clients is wanted.
    pub(crate) fn wants_clients(&self, count: usize) -> bool {
        self.clients.is_empty() || self.clients.contains(&count)
    }

    /// A fresh directory for a server's data.
    pub(crate) fn fresh(&self, name: &str) -> Result<PathBuf> {
        let dir = self.dir.join(name);
        if dir.exists() {
            fs::remove_dir_all(&dir)?;
        }
        fs::create_dir_all(&dir)?;
        Ok(dir)
    }

    /// One number for a quick run, another for a whole one.
    pub(crate) fn either<N>(&self, quick: N, whole: N) -> N {
        if self.quick { quick } else { whole }
    }
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    // The settings of the server's own runtime.
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match arguments.part {
        Some(Part::Floor(floor)) => runtime.block_on(floor::run(floor)),
        Some(Part::Order { orders, items }) => order::print(orders, items),
        Some(Part::FillLog { dir, commits }) => runtime.block_on(log::fill(&dir, commits)),
        Some(Part::ReadLog { dir }) => runtime.block_on(log::read(&dir)),
        None => {
            let plan = Plan {
                quick: arguments.quick,
                only: arguments.only,
                clients: arguments.clients,
                rounds: arguments.rounds.unwrap_or(if arguments.quick { 1 } else { 5 }),
                seconds: arguments.seconds.unwrap_or(if arguments.quick { 0.5 } else { 4.0 }),
                dir: arguments.dir,
            };
            runtime.block_on(Box::pin(measure(&plan)))
        }
    }
}

async fn measure(plan: &Plan) -> Result<()> {
    let mut report = Report::new(plan);
    if plan.wants(&["P1", "P2"]) {
        commands::run(plan, &mut report).await.context("P1, P2")?;
    }
    if plan.wants(&["P3"]) {
        import::run(plan, &mut report).await.context("P3")?;
    }
    if plan.wants(&["P4", "P5", "P9"]) {
        large::run(plan, &mut report).await.context("P4, P5, P9")?;
    }
    if plan.wants(&["P5"]) {
        order::run(&mut report, plan.quick).context("P5 in process")?;
    }
    if plan.wants(&["P6", "P9", "P11"]) {
        small::run(plan, &mut report).await.context("P6, P9, P11")?;
    }
    if plan.wants(&["pushes"]) {
        push::run(plan, &mut report).await.context("pushes")?;
    }
    if plan.wants(&["alerts"]) {
        escalations::alerts(plan, &mut report).await.context("alerts")?;
    }
    if plan.wants(&["deadlines"]) {
        escalations::deadlines(plan, &mut report).await.context("deadlines")?;
    }
    if plan.wants(&["P7", "P8"]) {
        replay::run(plan, &mut report).await.context("P7, P8")?;
    }
    if plan.wants(&["P14"]) {
        past::run(plan, &mut report).await.context("P14")?;
    }
    if plan.wants(&["search"]) {
        search::run(plan, &mut report).await.context("search")?;
    }
    if plan.wants(&["P10"]) {
        disk::run(plan, &mut report).await.context("P10")?;
    }
    report.print();
    let file = PathBuf::from("target/bench/results.json");
    fs::create_dir_all("target/bench")?;
    fs::write(&file, report.json()?)?;
    if plan.dir.exists() {
        fs::remove_dir_all(&plan.dir)?;
    }
    println!("\nAll figures, round by round: {}", file.display());
    Ok(())
}
