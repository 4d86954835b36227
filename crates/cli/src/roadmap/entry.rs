//! `koepel entry`: entries of the roadmap.

use clap::{Args, Subcommand, ValueEnum};
use koepel_api::{date::Date, v1};
use serde::Serialize;

use super::{EntryShape, goal_name, planned, progress, some};
use crate::{
    as_of::{AsOf, FORMS},
    circumstances::{Expected, Receipt, Why, required},
    context::{Context, domain_within},
    failure::Failure,
    moment,
    names::{self, DomainRef, ItemRef},
    session::Session,
    table::{Column, Table, facts},
    telling::because,
};

/// What can be done with entries of the roadmap.
#[derive(Debug, Subcommand)]
pub(crate) enum EntryCommand {
    /// Show an entry
    Show(ShowArgs),
    /// Put something on the roadmap (PO of the domain, Chief PO)
    Add(AddArgs),
    /// Change an entry; a new time, release or domain needs a reason
    Edit(EditArgs),
    /// Take an entry off the roadmap
    Remove(RemoveArgs),
    /// Show what happened to an entry
    History(HistoryArgs),
}

/// An entry's number, perhaps with its product in front.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EntryRef {
    product: Option<String>,
    number: String,
}

impl std::str::FromStr for EntryRef {
    type Err = String;

    fn from_str(given: &str) -> Result<Self, String> {
        let (product, number) = match given.rsplit_once('/') {
            Some((product, number)) => (Some(product), number),
            None => (None, given),
        };
        let product = product.map(|product| {
            let product = product.strip_prefix("products/").unwrap_or(product);
            product.strip_suffix("/roadmapEntries").unwrap_or(product).to_owned()
        });
        if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
            return Err(format!(
                "`{given}` names no roadmap entry: give its number, or PRODUCT/NUMBER"
            ));
        }
        Ok(Self { product, number: number.to_owned() })
    }
}

impl EntryRef {
    async fn name(&self, session: &Session, ctx: &Context) -> Result<String, Failure> {
        let product = ctx.product(session, self.product.as_deref()).await?;
        Ok(format!("products/{product}/roadmapEntries/{}", self.number))
    }
}

/// What `entry show` can be given.
#[derive(Args, Debug)]
pub(crate) struct ShowArgs {
    /// The entry's number
    entry: EntryRef,
    /// The entry as it was
    #[arg(long, value_name = "MOMENT", help = format!("The entry as it was: {FORMS}"))]
    as_of: Option<AsOf>,
}

/// How near something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Horizon {
    /// Being worked on
    Now,
    /// When that is done
    Next,
    /// Some day
    Later,
}

impl From<Horizon> for v1::Horizon {
    fn from(horizon: Horizon) -> Self {
        match horizon {
            Horizon::Now => Self::Now,
            Horizon::Next => Self::Next,
            Horizon::Later => Self::Later,
        }
    }
}

/// When something is planned.
#[derive(Args, Debug)]
struct When {
    /// First day
    #[arg(long, value_name = "DAY", value_parser = day)]
    start: Option<Date>,
    /// Last day
    #[arg(long, value_name = "DAY", value_parser = day)]
    end: Option<Date>,
    /// Instead of days: now, next or later
    #[arg(long, value_enum, conflicts_with_all = ["start", "end"])]
    horizon: Option<Horizon>,
}

/// Reads a day.
pub(crate) fn day(text: &str) -> Result<Date, String> {
    let day: jiff::civil::Date =
        text.parse().map_err(|_| format!("`{text}` is no day: give one such as 2027-03-26"))?;
    Ok(Date { year: day.year().into(), month: day.month().into(), day: day.day().into() })
}

impl When {
    fn to_wire(&self) -> Option<v1::When> {
        let at = match (self.horizon, self.start, self.end) {
            (Some(horizon), _, _) => v1::when::At::Horizon(v1::Horizon::from(horizon).into()),
            (None, None, None) => return None,
            (None, start, end) => v1::when::At::Dates(v1::DateSpan { start, end }),
        };
        Some(v1::When { at: Some(at) })
    }
}

/// What `entry add` can be given.
#[derive(Args, Debug)]
pub(crate) struct AddArgs {
    /// The domain whose plan it is
    domain: DomainRef,
    /// Title: 1 to 200 characters
    title: String,
    #[command(flatten)]
    when: When,
    #[command(flatten)]
    fields: Fields,
    #[command(flatten)]
    why: Why,
}

/// Fields that both new and old entries have.
#[derive(Args, Debug)]
struct Fields {
    /// What is better for whom when it is there, in one line
    #[arg(long, value_name = "TEXT")]
    aim: Option<String>,
    /// The goal that it serves, by its id
    #[arg(long, value_name = "GOAL")]
    goal: Option<String>,
    /// The release that it comes with
    #[arg(long, value_name = "RELEASE")]
    release: Option<String>,
    /// An item that it consists of; may be given several times
    #[arg(long = "item", value_name = "ITEM")]
    items: Vec<ItemRef>,
}

/// What `entry edit` can be given.
#[derive(Args, Debug)]
pub(crate) struct EditArgs {
    /// The entry's number
    entry: EntryRef,
    /// New title
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    #[command(flatten)]
    when: When,
    #[command(flatten)]
    fields: Fields,
    /// To another domain's part
    #[arg(long, value_name = "DOMAIN")]
    domain: Option<DomainRef>,
    /// It serves no goal any more
    #[arg(long, conflicts_with = "goal")]
    no_goal: bool,
    /// It comes with no release in particular
    #[arg(long, conflicts_with = "release")]
    no_release: bool,
    /// It consists of no items any more
    #[arg(long, conflicts_with = "items")]
    no_items: bool,
    #[command(flatten)]
    why: Why,
    #[command(flatten)]
    expected: Expected,
}

/// What `entry remove` can be given.
#[derive(Args, Debug)]
pub(crate) struct RemoveArgs {
    /// The entry's number
    entry: EntryRef,
    /// Why
    #[arg(long, short, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    expected: Expected,
}

/// What `entry history` can be given.
#[derive(Args, Debug)]
pub(crate) struct HistoryArgs {
    /// The entry's number
    entry: EntryRef,
}

/// The answer of a command on an entry, as JSON.
#[derive(Serialize)]
struct Changed {
    entry: EntryShape,
    receipt: Receipt,
}

/// Runs one of them.
pub(crate) async fn run(command: EntryCommand, ctx: &mut Context) -> Result<(), Failure> {
    match command {
        EntryCommand::Show(args) => show(args, ctx).await,
        EntryCommand::Add(args) => add(args, ctx).await,
        EntryCommand::Edit(args) => edit(args, ctx).await,
        EntryCommand::Remove(args) => remove(args, ctx).await,
        EntryCommand::History(args) => history(args, ctx).await,
    }
}

async fn show(args: ShowArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let name = args.entry.name(&session, ctx).await?;
    let as_of = args.as_of.map(|as_of| as_of.to_wire(names::product_of(&name)));
    let question = v1::GetRoadmapEntryRequest { name, min_version: 0, as_of };
    let answer = session
        .ask(question, async |request| session.roadmap().get_roadmap_entry(request).await)
        .await?;
    let entry = required(answer.entry, "entry")?;
    let shape = EntryShape::from(&entry);
    if ctx.out.is_json() {
        return ctx.out.json(&shape);
    }
    let off = shape.removed_reason.as_ref().map(|why| format!("taken off the roadmap: {why}"));
    let pairs = [
        ("Entry", shape.number.to_string()),
        ("Title", shape.title.clone()),
        ("When", planned(&shape)),
        ("Release", shape.release.clone().unwrap_or_default()),
        ("Domain", shape.domain.clone()),
        ("Aim", shape.aim.clone()),
        ("Goal", shape.goal.clone().unwrap_or_default()),
        ("Items", shape.items.join(", ")),
        ("Done", progress(&shape)),
        ("Removed", off.unwrap_or_default()),
        ("Changed", format!("version {}", shape.changed_at_version)),
    ];
    let text = facts(&pairs, ctx.out.view());
    ctx.out.text(&text)
}

async fn add(args: AddArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let parent = ctx.domain(&session, &args.domain).await?;
    let product = names::product_of(&parent).to_owned();
    let when = args.when.to_wire().ok_or_else(|| {
        Failure::usage("when is it planned?".to_owned())
            .help("give --start DAY, --end DAY or both, or --horizon now, next or later")
    })?;
    let items = args.fields.items.iter().map(|item| names::item(&product, &item.key)).collect();
    let entry = v1::RoadmapEntry {
        title: args.title,
        when: Some(when),
        aim: args.fields.aim.unwrap_or_default(),
        goal: args.fields.goal.map_or_else(String::new, |goal| goal_name(&product, &goal)),
        release: args.fields.release.unwrap_or_default(),
        items,
        ..v1::RoadmapEntry::default()
    };
    let command = |request_id| v1::CreateRoadmapEntryRequest {
        parent,
        entry: Some(entry),
        reason: args.why.text(),
        request_id,
    };
    let answer = session
        .command(command, async |request| session.roadmap().create_roadmap_entry(request).await)
        .await?;
    changed(ctx, answer.entry, answer.receipt, |entry| {
        format!("Entry {} is on the roadmap: {}.", entry.number, planned(entry))
    })
}

async fn edit(args: EditArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let name = args.entry.name(&session, ctx).await?;
    let product = names::product_of(&name).to_owned();
    let mut entry = v1::RoadmapEntry { name, ..v1::RoadmapEntry::default() };
    let mut paths = Vec::new();
    let mut names_it = |path: &str, given: bool| {
        if given {
            paths.push(path.to_owned());
        }
    };
    names_it("title", args.title.is_some());
    names_it("aim", args.fields.aim.is_some());
    names_it("goal", args.fields.goal.is_some() || args.no_goal);
    names_it("release", args.fields.release.is_some() || args.no_release);
    names_it("items", !args.fields.items.is_empty() || args.no_items);
    names_it("domain", args.domain.is_some());
    entry.when = args.when.to_wire();
    names_it("when", entry.when.is_some());
    if paths.is_empty() {
        return Err(Failure::usage("nothing to change was given".to_owned())
            .help("`koepel entry edit --help` lists what can be changed"));
    }
    entry.title = args.title.unwrap_or_default();
    entry.aim = args.fields.aim.unwrap_or_default();
    entry.goal = args.fields.goal.map_or_else(String::new, |goal| goal_name(&product, &goal));
    entry.release = args.fields.release.unwrap_or_default();
    let items = args.fields.items.iter().map(|item| names::item(&product, &item.key));
    entry.items = items.collect();
    if let Some(domain) = &args.domain {
        entry.domain = domain_within(domain, &product)?;
    }
    let command = |request_id| v1::UpdateRoadmapEntryRequest {
        entry: Some(entry),
        update_mask: Some(prost_types::FieldMask { paths }),
        expected_version: args.expected.version(),
        reason: args.why.text(),
        request_id,
    };
    let answer = session
        .command(command, async |request| session.roadmap().update_roadmap_entry(request).await)
        .await?;
    changed(ctx, answer.entry, answer.receipt, |entry| {
        format!("Entry {} “{}” is planned {}.", entry.number, entry.title, planned(entry))
    })
}

async fn remove(args: RemoveArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let name = args.entry.name(&session, ctx).await?;
    let expected_version = args.expected.version();
    let reason = args.reason;
    let command =
        |request_id| v1::RemoveRoadmapEntryRequest { name, reason, expected_version, request_id };
    let answer = session
        .command(command, async |request| session.roadmap().remove_roadmap_entry(request).await)
        .await?;
    changed(ctx, answer.entry, answer.receipt, |entry| {
        format!("Entry {} “{}” is off the roadmap.", entry.number, entry.title)
    })
}

async fn history(args: HistoryArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let name = args.entry.name(&session, ctx).await?;
    let mut question = v1::ListRoadmapEntryHistoryRequest {
        name,
        page_size: 200,
        ..v1::ListRoadmapEntryHistoryRequest::default()
    };
    let mut entries = Vec::new();
    loop {
        let page = session.ask(question.clone(), async |request| {
            session.roadmap().list_roadmap_entry_history(request).await
        });
        let page = page.await?;
        entries.extend(page.entries);
        if page.next_page_token.is_empty() {
            break;
        }
        question.page_token = page.next_page_token;
    }
    if ctx.out.is_json() {
        let shapes: Vec<_> = entries.iter().map(HappeningShape::from).collect();
        return ctx.out.json(&shapes);
    }
    let mut table = Table::new([
        Column::Word("WHEN"),
        Column::Word("BY"),
        Column::Wrapped("WHAT"),
        Column::Number("VERSION"),
    ]);
    for entry in &entries {
        table.row([
            moment::minute(entry.time.as_ref(), &ctx.out.view().zone),
            entry.by.clone(),
            because(ctx.out.view().language, &entry.sentence, &entry.reason),
            entry.version.to_string(),
        ]);
    }
    let text = table.render(ctx.out.view());
    ctx.out.text(&text)
}

/// A line of a history as JSON.
#[derive(Serialize)]
struct HappeningShape {
    version: u64,
    time: Option<String>,
    by: String,
    r#type: String,
    sentence: String,
    reason: Option<String>,
}

impl From<&v1::HistoryEntry> for HappeningShape {
    fn from(entry: &v1::HistoryEntry) -> Self {
        Self {
            version: entry.version,
            time: moment::rfc3339(entry.time.as_ref()),
            by: entry.by.clone(),
            r#type: entry.r#type.clone(),
            sentence: entry.sentence.clone(),
            reason: some(&entry.reason),
        }
    }
}

fn changed(
    ctx: &mut Context,
    entry: Option<v1::RoadmapEntry>,
    receipt: Option<v1::Receipt>,
    sentence: impl FnOnce(&EntryShape) -> String,
) -> Result<(), Failure> {
    let (entry, receipt) = (required(entry, "entry")?, required(receipt, "receipt")?);
    let shape = EntryShape::from(&entry);
    if ctx.out.is_json() {
        return ctx.out.json(&Changed { entry: shape, receipt: Receipt::from(&receipt) });
    }
    if ctx.out.is_quiet() {
        return ctx.out.line(&shape.number.to_string());
    }
    ctx.out.line(&format!("{} Version {}.", sentence(&shape), receipt.version))
}
