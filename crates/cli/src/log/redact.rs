//! `koepel log redact`: takes a text out of a product's log for good.

use std::{
    fs,
    io::{self, BufRead as _, IsTerminal as _, Read as _, Write as _},
    path::{Path, PathBuf},
};

use clap::Args;
use koepel_domain::{
    ids::{PersonId, Timestamp},
    text::Reason,
};
use koepel_event_log::{EventLog as _, ProductName, SledLog, left_over, redact};
use koepel_server::{
    redaction::{Found, Order, Plan, Refused, plan},
    remove_search_index, remove_snapshots,
};
use serde::Serialize;

use super::{Place, counted, data_dir, hash, open, wanted};
use crate::{
    context::Context,
    edge,
    failure::{Failure, Kind},
    names::{PersonRef, ProductRef},
    output::on_one_line,
    serve::{search_dir, snapshots_dir},
};

/// So many places are shown to people; programs get all.
const SHOWN: usize = 20;

/// What `log redact` can be given.
#[derive(Args, Debug)]
#[command(
    after_help = "The text goes out of every event of the product that holds it; [redacted] stands in its place, and all else \
                        stays as it was: `koepel log verify` still verifies, and shows what was taken out. The log is written \
                        anew, so there has to be room for a second one. An interrupted run can be run again.\n\
                        No server may be running on the data directory. Backups and exports made before hold the text until \
                        they are deleted, and whoever has read it has read it."
)]
pub(crate) struct RedactArgs {
    /// Product whose log holds the text; `system` for the server's own
    #[arg(value_name = "PRODUCT")]
    of: ProductRef,
    #[command(flatten)]
    text: TextArgs,
    /// Why; stays in the log, so without the text itself
    #[arg(long, value_name = "WHY")]
    reason: String,
    /// Person who decides this, by id
    #[arg(long, value_name = "PERSON")]
    by: PersonRef,
    /// Only say where the text stands
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    place: Place,
}

/// The text.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
struct TextArgs {
    /// Text to take out, in the same letters; the shell may remember it
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
    /// File with the text, but for a line end after it; - for standard input
    #[arg(long, value_name = "FILE")]
    text_from: Option<PathBuf>,
}

/// What was done, or would be, as JSON.
#[derive(Serialize)]
struct RedactShape {
    product: String,
    done: bool,
    events: Vec<FoundShape>,
    left: Vec<LeftShape>,
    elsewhere: Vec<ElsewhereShape>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<hash::StateShape>,
}

/// An event that holds the text, as JSON.
#[derive(Serialize)]
struct FoundShape {
    version: u64,
    event: u32,
    r#type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<String>,
    fields: Vec<String>,
}

/// A place in which the text stays, as JSON.
#[derive(Serialize)]
struct LeftShape {
    version: u64,
    place: String,
}

/// Another product that has the text, as JSON.
#[derive(Serialize)]
struct ElsewhereShape {
    product: String,
    events: u64,
}

impl RedactShape {
    fn of(product: &ProductName, plan: &Plan, state: Option<hash::StateShape>) -> Self {
        let found = |found: &Found| FoundShape {
            version: found.version.get(),
            event: found.event,
            r#type: found.kind.clone(),
            about: found.about.clone(),
            fields: found.fields.clone(),
        };
        let left = plan
            .left
            .iter()
            .map(|left| LeftShape { version: left.version.get(), place: left.place.clone() });
        let elsewhere = plan.elsewhere.iter().map(|(product, events)| ElsewhereShape {
            product: product.to_string(),
            events: *events,
        });
        Self {
            product: product.to_string(),
            done: state.is_some(),
            events: plan.found.iter().map(found).collect(),
            left: left.collect(),
            elsewhere: elsewhere.collect(),
            state,
        }
    }
}

pub(super) async fn run(args: RedactArgs, ctx: &mut Context) -> Result<(), Failure> {
    let data_dir = data_dir(&args.place)?;
    let order = order(&args)?;
    let log = open(&args.place)?;
    let product = wanted(&log, Some(&args.of)).await?.remove(0);
    let plan = plan(&log, &product, &order, &mut edge::commit_id).await.map_err(refused)?;
    let interrupted = left_over(log.dir());
    if !ctx.out.is_json() {
        tell(&product, &plan, ctx)?;
    }
    if args.dry_run {
        if ctx.out.is_json() {
            return ctx.out.json(&RedactShape::of(&product, &plan, None));
        }
        if plan.found.is_empty() {
            ctx.out
                .line(&format!("Nothing would go out of product {product}: {}.", nowhere(&plan)))?;
        }
        return Ok(());
    }
    if plan.found.is_empty() && interrupted.is_none() {
        return Err(Failure::new(
            Kind::NotFound,
            format!("product {product} has no text to take out: {}", nowhere(&plan)),
        ));
    }
    if !plan.found.is_empty() && !args.yes {
        confirm(&product, &plan, ctx)?;
    }
    done(log, &data_dir, &product, &plan, interrupted.is_some(), ctx).await
}

fn nowhere(plan: &Plan) -> &'static str {
    if plan.left.is_empty() { "it stands nowhere" } else { "where it stands, it cannot go" }
}

fn order(args: &RedactArgs) -> Result<Order, Failure> {
    let text = match (&args.text.text, &args.text.text_from) {
        (Some(text), _) => text.clone(),
        (None, Some(file)) => read(file)?,
        (None, None) => return Err(Failure::usage("give the text with --text or --text-from")),
    };
    let reason =
        Reason::new(&args.reason).map_err(|error| Failure::usage(format!("the reason {error}")))?;
    if reason.is_empty() {
        return Err(Failure::usage(
            "the reason must not be empty: whoever misses the text will ask",
        ));
    }
    let PersonRef(by) = &args.by;
    let by = PersonId::new(by.trim_start_matches("people/"))
        .map_err(|error| Failure::usage(error.to_string()))?;
    Ok(Order { text, by, reason, now: Timestamp(edge::now().as_microsecond()) })
}

fn read(file: &Path) -> Result<String, Failure> {
    let cannot = |error: io::Error| {
        Failure::new(
            Kind::Failed,
            format!("the text in {} cannot be read: {error}", file.display()),
        )
    };
    let mut text = String::new();
    if file == Path::new("-") {
        io::stdin().read_to_string(&mut text).map_err(cannot)?;
    } else {
        text = fs::read_to_string(file).map_err(cannot)?;
    }
    let line = text.strip_suffix('\n').unwrap_or(&text);
    Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
}

fn refused(error: Refused) -> Failure {
    let told = Failure::new(Kind::Failed, error.to_string());
    match error {
        Refused::TooShort { .. } | Refused::InWords { .. } => Failure::usage(error.to_string()),
        Refused::UnknownPerson(_) => Failure::new(Kind::NotFound, error.to_string())
            .help("`koepel person list` shows them, on a running server"),
        Refused::Breaks { .. } => {
            told.help("nothing was changed; give a longer text, so that less goes with it")
        }
        Refused::Log(_) => told.help("`koepel log verify` says what is wrong with the log"),
    }
}

/// Says where the text stands.
fn tell(product: &ProductName, plan: &Plan, ctx: &mut Context) -> Result<(), Failure> {
    let events = counted(u64::try_from(plan.found.len()).unwrap_or(u64::MAX), "event", "events");
    if !plan.found.is_empty() {
        ctx.out.line(&format!("The text stands in {events} of product {product}:"))?;
    }
    for found in plan.found.iter().take(SHOWN) {
        let about = found.about.as_ref().map_or_else(String::new, |about| format!(" of {about}"));
        let fields = found.fields.join(", ");
        ctx.out.line(&format!("  version {}: {}{about}: {fields}", found.version, found.kind))?;
    }
    if plan.found.len() > SHOWN {
        let more = plan.found.len() - SHOWN;
        ctx.out.line(&format!("  and in {more} more; `--dry-run -o json` shows all"))?;
    }
    for left in plan.left.iter().take(SHOWN) {
        let place = on_one_line(&left.place);
        ctx.out
            .line(&format!("It stays in version {}, {place}: that is no text.", left.version))?;
    }
    for (other, events) in &plan.elsewhere {
        let events = counted(*events, "event", "events");
        ctx.out.line(&format!(
            "It stands in {events} of product {other}, too: take it out there as well."
        ))?;
    }
    Ok(())
}

fn confirm(product: &ProductName, plan: &Plan, ctx: &mut Context) -> Result<(), Failure> {
    if !io::stdin().is_terminal() || !ctx.out.is_terminal() {
        return Err(Failure::usage(
            "nobody can be asked here: say --yes if the text is to go for good",
        ));
    }
    let events = plan.found.len();
    ctx.out.text(&format!("Take it out of {events} of product {product} for good? [y/N] "))?;
    ctx.out.flush()?;
    io::stdout().flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    if matches!(answer.trim(), "y" | "Y" | "yes") {
        return Ok(());
    }
    Err(Failure::new(Kind::Failed, "nothing was changed"))
}

async fn done(
    log: SledLog,
    data_dir: &Path,
    product: &ProductName,
    plan: &Plan,
    interrupted: bool,
    ctx: &mut Context,
) -> Result<(), Failure> {
    let failed = |what: String| Failure::new(Kind::Failed, what);
    let log_dir = log.dir().to_owned();
    // First, while the log is locked: a snapshot of before would fit the new log, too.
    let snapshots = remove_snapshots(&snapshots_dir(data_dir), product).map_err(|error| {
        failed(format!("the snapshots of product {product} cannot be removed: {error}"))
    })?;
    // So would an index for searching, which holds all texts; the next search makes another one.
    remove_search_index(&search_dir(data_dir), product).map_err(|error| {
        failed(format!("the search index of product {product} cannot be removed: {error}"))
    })?;
    redact(log, product, &plan.stand_ins, plan.notices.clone())
        .await
        .map_err(|error| failed(error.to_string()))?;
    let log = SledLog::open(&log_dir, koepel_event_log::Settings::default())
        .map_err(|error| super::unopened(&error))?;
    let mut states = hash::states(&log, std::slice::from_ref(product)).await?;
    if ctx.out.is_json() {
        return ctx.out.json(&RedactShape::of(product, plan, states.pop()));
    }
    if interrupted {
        ctx.out.line("What an interrupted run had left beside the log was removed.")?;
    }
    if plan.found.is_empty() {
        return Ok(());
    }
    let head = log.head(product).await.map_err(|error| failed(error.to_string()))?;
    let deleted = match u64::try_from(snapshots) {
        Ok(0) => "is".to_owned(),
        many => {
            let many = counted(many.unwrap_or(u64::MAX), "snapshot", "snapshots");
            format!("and {many} are")
        }
    };
    ctx.out.line(&format!(
        "It is out of product {product}. Version {} says so; the log was written anew, the old one {deleted} deleted.",
        head.version
    ))?;
    for state in states {
        ctx.out.line(&format!("Now {}.", state.line()))?;
    }
    ctx.out.note(
        "Backups and exports that were made before still hold the text until they are deleted: take a new backup now, and let \
         the old ones expire. The hash of what was there stays, so who guesses a short text can find the guess confirmed.",
    );
    Ok(())
}
