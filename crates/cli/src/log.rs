//! `koepel log`: the log itself, opened without a server; only a backup can also be taken from a running one.

mod backup;
mod hash;
mod import;
mod redact;

use std::{
    fs::{self, File},
    io::{self, BufReader},
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand};
use koepel_event_log::{
    EventLog as _, ExportError, OpenError, ProductName, Settings, SledLog, VerifyReport, export,
    left_over, restore,
};
use koepel_server::remove_snapshots;
use serde::Serialize;

use crate::{
    context::Context,
    credentials::default_data_dir,
    failure::{Failure, Kind},
    names::ProductRef,
    serve::{log_dir, search_dir, snapshots_dir},
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
    /// Bring in products that were exported; refuses to overwrite one
    Import(import::ImportArgs),
    /// Print the hash of a product's state, to compare two logs
    Hash(hash::HashArgs),
    /// Take a text out of a product's log for good
    Redact(redact::RedactArgs),
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
        LogCommand::Verify(args) => verify(&args, ctx).await,
        LogCommand::Backup(args) => backup::run(args, ctx).await,
        LogCommand::Restore(args) => restored(&args, ctx).await,
        LogCommand::Export(args) => exported(args, ctx).await,
        LogCommand::Import(args) => import::run(args, ctx).await,
        LogCommand::Hash(args) => hash::run(args, ctx).await,
        LogCommand::Redact(args) => redact::run(args, ctx).await,
    }
}

/// What a verification found, as JSON.
#[derive(Serialize)]
struct VerifyShape {
    intact: bool,
    products: u64,
    commits: u64,
    problems: Vec<ProblemShape>,
    redacted: Vec<RedactedShape>,
    states: Vec<hash::StateShape>,
}

/// A payload from which texts were taken out, as JSON.
#[derive(Serialize)]
struct RedactedShape {
    product: String,
    version: u64,
    event: u32,
    by: Option<u64>,
}

/// Something that does not fit, as JSON.
#[derive(Serialize)]
struct ProblemShape {
    product: Option<String>,
    version: Option<u64>,
    what: String,
}

impl VerifyShape {
    fn of(report: &VerifyReport, states: Vec<hash::StateShape>) -> Self {
        let problems = report.problems.iter().map(|problem| ProblemShape {
            product: problem.product.as_ref().map(ToString::to_string),
            version: problem.version.map(koepel_event_log::Version::get),
            what: problem.what.clone(),
        });
        let redacted = report.redacted.iter().map(|(product, one)| RedactedShape {
            product: product.to_string(),
            version: one.version.get(),
            event: one.event,
            by: one.by.map(koepel_event_log::Version::get),
        });
        Self {
            intact: report.is_intact(),
            products: report.products,
            commits: report.commits,
            problems: problems.collect(),
            redacted: redacted.collect(),
            states,
        }
    }
}

async fn verify(args: &VerifyArgs, ctx: &mut Context) -> Result<(), Failure> {
    let dir = existing(&args.place)?;
    let report = SledLog::verify_offline(&dir, &Settings::default(), koepel_server::check_record)
        .map_err(|error| unopened(&error))?;
    // Every record may be as it was written and yet not follow from those before.
    let states =
        if report.is_intact() { hash::all(&open(&args.place)?).await } else { Ok(Vec::new()) };
    let (states, folded) = match states {
        Ok(states) => (states, Ok(())),
        Err(failure) => (Vec::new(), Err(failure)),
    };
    if ctx.out.is_json() {
        ctx.out.json(&VerifyShape::of(&report, states))?;
    } else if report.is_intact() {
        ctx.out.line(&intact(&report))?;
        for line in redacted(&report) {
            ctx.out.line(&line)?;
        }
        for state in states {
            ctx.out.line(&format!("  {}", state.line()))?;
        }
    }
    if let Some(left) = left_over(&dir) {
        ctx.out.note(&format!(
            "{} is left of a redaction or import that was interrupted, and may hold what was to go. Run that again, or remove it.",
            left.display()
        ));
    }
    if report.is_intact() {
        ctx.out.flush()?;
        return folded;
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

/// So many redactions are shown to people; programs get all.
const SHOWN: usize = 20;

/// What was taken out of each product, a line an event.
fn redacted(report: &VerifyReport) -> Vec<String> {
    let mut lines = Vec::new();
    for (product, one) in report.redacted.iter().take(SHOWN) {
        let by = one.by.map_or_else(|| "nobody".to_owned(), |by| format!("version {by}"));
        lines.push(format!(
            "  product {product}, version {}: a text of event {} was taken out, as {by} says",
            one.version, one.event
        ));
    }
    if report.redacted.len() > SHOWN {
        lines.push(format!(
            "  and texts of {} more events; `-o json` names all",
            report.redacted.len() - SHOWN
        ));
    }
    lines
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

/// Removes the snapshots of all products.
fn forget_snapshots(dir: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let name = entry?.file_name();
        let product = name.to_str().and_then(|name| name.split_once('.'));
        if let Some(product) = product.and_then(|(product, _)| ProductName::new(product).ok()) {
            remove_snapshots(dir, &product)?;
        }
    }
    Ok(())
}

/// Removes a directory with all that is in it, if it is there.
fn remove_all(dir: &Path) -> Result<(), Failure> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            let why = format!("{} cannot be removed: {error}", dir.display());
            Err(Failure::new(Kind::Failed, why))
        }
        Ok(()) | Err(_) => Ok(()),
    }
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
    // Snapshots that lie there are of another log, or of this one before something was taken out of it.
    forget_snapshots(&snapshots_dir(&data_dir)).map_err(|error| {
        let why = format!("the snapshots in {} cannot be removed: {error}", data_dir.display());
        Failure::new(Kind::Failed, why)
    })?;
    // The same goes for what was made to search it.
    remove_all(&search_dir(&data_dir))?;
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
    let products = wanted(&log, args.of.as_ref()).await?;
    for product in &products {
        export(&log, product, ctx.out.writer()).await.map_err(|error| match error {
            ExportError::Write(error) => Failure::from(error),
            ExportError::Read(error) => unread(&error),
        })?;
    }
    ctx.out.flush()?;
    // An export is of use also of what cannot be folded; that is for verify to say.
    if let Ok(states) = hash::states(&log, &products).await {
        for state in states {
            ctx.out.note(&format!("Exported {}.", state.line()));
        }
    }
    Ok(())
}

fn unread(error: &koepel_event_log::ReadError) -> Failure {
    Failure::new(Kind::Failed, error.to_string())
}

/// The product that was named, or all that the log has.
async fn wanted(log: &SledLog, of: Option<&ProductRef>) -> Result<Vec<ProductName>, Failure> {
    let known = log.products().await.map_err(|error| unread(&error))?;
    let known: Vec<ProductName> = known.into_iter().map(|(product, _)| product).collect();
    let Some(ProductRef(id)) = of else { return Ok(known) };
    let product = known.iter().find(|product| product.as_str() == id).cloned();
    Ok(vec![product.ok_or_else(|| unknown(id, &known))?])
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
    use koepel_event_log::{Problem, Redaction, Version};

    use super::*;
    use crate::output::Paint;

    #[test]
    fn an_intact_log_is_said_in_one_line() {
        let report = VerifyReport { products: 1, commits: 12, ..VerifyReport::default() };
        assert_eq!(
            intact(&report),
            "The log is intact: 12 commits of 1 product, every record as it was written."
        );
    }

    #[test]
    fn the_first_redactions_are_shown_and_the_others_counted() {
        let product = ProductName::new("webshop").unwrap();
        let one = |n: u64| {
            let (version, by) = (Version::new(n), Some(Version::new(99)));
            (product.clone(), Redaction { version, event: 2, by })
        };
        let redacted_of = |count: u64| {
            let redacted_events = (1..=count).map(one).collect();
            redacted(&VerifyReport { redacted: redacted_events, ..VerifyReport::default() })
        };
        assert_eq!(redacted_of(0), [] as [&str; 0]);
        let line =
            "  product webshop, version 1: a text of event 2 was taken out, as version 99 says";
        assert_eq!(redacted_of(1), [line]);
        let many = redacted_of(25);
        assert_eq!(many.len(), 21);
        assert_eq!(many[20], "  and texts of 5 more events; `-o json` names all");
    }

    #[test]
    fn each_problem_is_named_with_its_place() {
        let problem = Problem {
            product: Some(ProductName::new("webshop").unwrap()),
            version: Some(Version::new(7)),
            what: "its hash does not fit".to_owned(),
        };
        let problems = vec![problem];
        let report = VerifyReport { products: 1, commits: 11, problems, ..VerifyReport::default() };
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
