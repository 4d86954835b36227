//! `koepel log`: the log itself, opened without a server; only a backup can also be taken from a running one.

mod backup;

use std::{
    fs::File,
    io::BufReader,
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand};
use koepel_event_log::{
    EventLog as _, ExportError, OpenError, ProductName, Settings, SledLog, VerifyReport, export,
    restore,
};
use serde::Serialize;

use crate::{
    context::Context,
    credentials::default_data_dir,
    failure::{Failure, Kind},
    names::ProductRef,
    serve::log_dir,
};
use backup::BackupShape;

/// What can be done with a log.
#[derive(Debug, Subcommand)]
pub(crate) enum LogCommand {
    /// Check chain, gaps and every record
    Verify(VerifyArgs),
    /// Write a consistent backup to a file
    Backup(backup::BackupArgs),
    /// Make a new log out of a backup; refuses to overwrite one
    Restore(RestoreArgs),
    /// Print all commits as JSON Lines
    Export(ExportArgs),
}

/// Where the log is.
#[derive(Args, Debug)]
pub(crate) struct Place {
    /// Data directory of the server [default: as for serve]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

/// What `log verify` can be given.
#[derive(Args, Debug)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    place: Place,
}

/// What `log restore` can be given.
#[derive(Args, Debug)]
pub(crate) struct RestoreArgs {
    /// Backup to read
    file: PathBuf,
    #[command(flatten)]
    place: Place,
}

/// What `log export` can be given.
#[derive(Args, Debug)]
pub(crate) struct ExportArgs {
    /// Only this product; `system` for the server's own
    #[arg(value_name = "PRODUCT")]
    of: Option<ProductRef>,
    #[command(flatten)]
    place: Place,
}

/// Runs one of them.
pub(crate) async fn run(command: LogCommand, ctx: &mut Context) -> Result<(), Failure> {
    match command {
        LogCommand::Verify(args) => verify(&args, ctx),
        LogCommand::Backup(args) => backup::run(args, ctx).await,
        LogCommand::Restore(args) => restored(&args, ctx).await,
        LogCommand::Export(args) => exported(args, ctx).await,
    }
}

/// What a verification found, as JSON.
#[derive(Serialize)]
struct VerifyShape {
    intact: bool,
    products: u64,
    commits: u64,
    problems: Vec<ProblemShape>,
}

/// Something that does not fit, as JSON.
#[derive(Serialize)]
struct ProblemShape {
    product: Option<String>,
    version: Option<u64>,
    what: String,
}

impl From<&VerifyReport> for VerifyShape {
    fn from(report: &VerifyReport) -> Self {
        let problems = report.problems.iter().map(|problem| ProblemShape {
            product: problem.product.as_ref().map(ToString::to_string),
            version: problem.version.map(koepel_event_log::Version::get),
            what: problem.what.clone(),
        });
        Self {
            intact: report.is_intact(),
            products: report.products,
            commits: report.commits,
            problems: problems.collect(),
        }
    }
}

fn verify(args: &VerifyArgs, ctx: &mut Context) -> Result<(), Failure> {
    let dir = existing(&args.place)?;
    let report = SledLog::verify_offline(&dir, &Settings::default(), koepel_server::check_record)
        .map_err(|error| unopened(&error))?;
    if ctx.out.is_json() {
        ctx.out.json(&VerifyShape::from(&report))?;
    }
    if report.is_intact() {
        if !ctx.out.is_json() {
            ctx.out.line(&intact(&report))?;
        }
        return Ok(());
    }
    // The answer first, then the failure, which goes to standard error.
    ctx.out.flush()?;
    Err(damaged(&report, &dir))
}

fn intact(report: &VerifyReport) -> String {
    format!(
        "The log is intact: {} of {}, every record as it was written.",
        counted(report.commits, "commit", "commits"),
        counted(report.products, "product", "products")
    )
}

fn damaged(report: &VerifyReport, dir: &Path) -> Failure {
    let found =
        counted(u64::try_from(report.problems.len()).unwrap_or(u64::MAX), "problem", "problems");
    let more = if report.problems.len() >= VerifyReport::MAX_PROBLEMS { " or more" } else { "" };
    let mut failure = Failure::new(
        Kind::Failed,
        format!("the log in {} is not as it was written: {found}{more}", dir.display()),
    );
    for problem in &report.problems {
        failure = failure.detail(problem.to_string());
    }
    failure.help("keep the directory as it is, and restore a backup into a new one with `koepel log restore`")
}

async fn restored(args: &RestoreArgs, ctx: &mut Context) -> Result<(), Failure> {
    let data_dir = data_dir(&args.place)?;
    let dir = log_dir(&data_dir);
    let file = File::open(&args.file).map_err(|error| {
        Failure::new(
            Kind::Failed,
            format!("the backup {} cannot be read: {error}", args.file.display()),
        )
    })?;
    let summary = restore(BufReader::new(file), &dir, Settings::default())
        .await
        .map_err(|error| Failure::new(Kind::Failed, error.to_string()))?;
    if ctx.out.is_json() {
        return ctx.out.json(&BackupShape::of(&args.file, None, Some(&summary)));
    }
    let products = u64::try_from(summary.products.len()).unwrap_or(u64::MAX);
    ctx.out.line(&format!(
        "Restored {} of {} into {}.",
        counted(summary.commits(), "commit", "commits"),
        counted(products, "product", "products"),
        dir.display()
    ))?;
    ctx.out.note(&format!(
        "`koepel serve --data-dir {}` starts with it. Not in a backup, and to be copied from the old data directory: the names \
         of people (people.json), the key by which imports know people again (people.key; without it an import makes everybody \
         somebody else), and the administrator's token (admin.token). If that is lost, start once with --new-admin-token.",
        data_dir.display()
    ));
    Ok(())
}

async fn exported(args: ExportArgs, ctx: &mut Context) -> Result<(), Failure> {
    let log = open(&args.place)?;
    let unread = |error: koepel_event_log::ReadError| Failure::new(Kind::Failed, error.to_string());
    let known: Vec<ProductName> =
        log.products().await.map_err(unread)?.into_iter().map(|(product, _)| product).collect();
    let wanted = match &args.of {
        None => known,
        Some(ProductRef(id)) => {
            let product = known.iter().find(|product| product.as_str() == id).cloned();
            vec![product.ok_or_else(|| unknown(id, &known))?]
        }
    };
    for product in wanted {
        export(&log, &product, ctx.out.writer()).await.map_err(|error| match error {
            ExportError::Write(error) => Failure::from(error),
            ExportError::Read(error) => unread(error),
        })?;
    }
    Ok(())
}

fn unknown(id: &str, known: &[ProductName]) -> Failure {
    let known: Vec<&str> = known.iter().map(ProductName::as_str).collect();
    Failure::new(Kind::NotFound, format!("the log has no product {id}"))
        .detail(format!("it has {}", known.join(", ")))
}

/// The data directory that was named, or the server's default.
fn data_dir(place: &Place) -> Result<PathBuf, Failure> {
    place
        .data_dir
        .clone()
        .or_else(|| default_data_dir(|name| std::env::var_os(name)))
        .ok_or_else(|| Failure::usage("give the data directory with --data-dir"))
}

/// The directory of a log that is there; opening would make a new one.
fn existing(place: &Place) -> Result<PathBuf, Failure> {
    let data_dir = data_dir(place)?;
    let dir = log_dir(&data_dir);
    if dir.is_dir() {
        return Ok(dir);
    }
    Err(Failure::new(Kind::NotFound, format!("there is no log in {}", data_dir.display()))
        .help("give the server's data directory with --data-dir"))
}

fn open(place: &Place) -> Result<SledLog, Failure> {
    SledLog::open(existing(place)?, Settings::default()).map_err(|error| unopened(&error))
}

fn unopened(error: &OpenError) -> Failure {
    match error {
        OpenError::Locked { dir } => Failure::new(
            Kind::Failed,
            format!("the log in {} is in use: a server is running on it", dir.display()),
        )
        .help("stop the server first")
        .help("a backup can be taken while it runs: `koepel log backup FILE`, without --data-dir"),
        OpenError::Shortened { .. }
        | OpenError::Different { .. }
        | OpenError::Damaged { .. }
        | OpenError::Unusable { .. } => Failure::new(Kind::Failed, error.to_string()),
    }
}

/// `1 commit`, `12 commits`.
fn counted(count: u64, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

#[cfg(test)]
mod tests {
    use koepel_event_log::{Problem, Version};

    use super::*;
    use crate::output::Paint;

    #[test]
    fn an_intact_log_is_said_in_one_line() {
        let report = VerifyReport { products: 1, commits: 12, problems: Vec::new() };
        assert_eq!(
            intact(&report),
            "The log is intact: 12 commits of 1 product, every record as it was written."
        );
    }

    #[test]
    fn each_problem_is_named_with_its_place() {
        let problem = Problem {
            product: Some(ProductName::new("webshop").unwrap()),
            version: Some(Version::new(7)),
            what: "its hash does not fit".to_owned(),
        };
        let report = VerifyReport { products: 1, commits: 11, problems: vec![problem] };
        let failure = damaged(&report, Path::new("d/log"));
        let text = failure.render(Paint::plain());
        assert!(
            text.starts_with("error: the log in d/log is not as it was written: 1 problem\n"),
            "{text}"
        );
        assert!(text.contains("\n  product webshop, version 7: its hash does not fit\n"), "{text}");
        assert_eq!(failure.kind.exit_code(), 1);
    }

    #[test]
    fn a_log_in_use_says_what_to_do() {
        let failure = unopened(&OpenError::Locked { dir: PathBuf::from("d/log") });
        let text = failure.render(Paint::plain());
        assert!(
            text.starts_with("error: the log in d/log is in use: a server is running on it\n"),
            "{text}"
        );
        assert!(text.contains("koepel log backup FILE"), "{text}");
    }

    #[test]
    fn a_log_that_is_not_there_is_not_made() {
        let dir = std::env::temp_dir().join(format!("koepel-none-{}", crate::edge::request_id()));
        let failure = existing(&Place { data_dir: Some(dir.clone()) }).unwrap_err();
        assert_eq!(failure.kind, Kind::NotFound);
        assert!(!dir.exists());
    }
}
