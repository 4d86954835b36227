//! `koepel roadmap`: what is planned for when.

pub(crate) mod entry;

use clap::Args;
use koepel_api::{date::Date, v1};
use serde::Serialize;

use crate::{
    as_of::{AsOf, FORMS},
    context::{Context, domain_within},
    failure::Failure,
    names::{self, DomainRef, ProductRef},
    output::View,
    table::{Column, Table},
};

/// What `roadmap` can be given.
#[derive(Args, Debug)]
pub(crate) struct RoadmapArgs {
    /// Product; may be left out when --product says it, or when there is one only
    #[arg(value_name = "PRODUCT")]
    of: Option<ProductRef>,
    /// Only this domain's part
    #[arg(long, short, value_name = "DOMAIN")]
    domain: Option<DomainRef>,
    /// Only what serves this goal
    #[arg(long, value_name = "GOAL")]
    goal: Option<String>,
    /// Only what comes with this release
    #[arg(long, value_name = "RELEASE")]
    release: Option<String>,
    /// The roadmap as it was
    #[arg(long, value_name = "MOMENT", help = format!("The roadmap as it was: {FORMS}"))]
    as_of: Option<AsOf>,
}

/// An entry as JSON.
#[derive(Serialize)]
struct EntryShape {
    number: u32,
    domain: String,
    title: String,
    aim: String,
    goal: Option<String>,
    start: Option<String>,
    end: Option<String>,
    horizon: Option<&'static str>,
    release: Option<String>,
    items: Vec<String>,
    done_items: u32,
    items_in_progress: u32,
    all_items: u32,
    done_estimate: f64,
    all_estimate: f64,
    removed_reason: Option<String>,
    changed_at_version: u64,
}

/// A text, if there is one.
pub(crate) fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// A day, as `2027-01-04`.
pub(crate) fn written(date: &Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year, date.month, date.day)
}

fn horizon_word(horizon: i32) -> Option<&'static str> {
    match v1::Horizon::try_from(horizon) {
        Ok(v1::Horizon::Now) => Some("now"),
        Ok(v1::Horizon::Next) => Some("next"),
        Ok(v1::Horizon::Later) => Some("later"),
        Ok(v1::Horizon::Unspecified) | Err(_) => None,
    }
}

impl From<&v1::RoadmapEntry> for EntryShape {
    fn from(entry: &v1::RoadmapEntry) -> Self {
        let at = entry.when.as_ref().and_then(|when| when.at.as_ref());
        let (span, horizon) = match at {
            Some(v1::when::At::Dates(span)) => (Some(span), None),
            Some(v1::when::At::Horizon(horizon)) => (None, horizon_word(*horizon)),
            None => (None, None),
        };
        let progress = entry.progress.unwrap_or_default();
        Self {
            number: names::short(&entry.name).parse().unwrap_or(0),
            domain: names::short(&entry.domain).to_owned(),
            title: entry.title.clone(),
            aim: entry.aim.clone(),
            goal: names::short_or_none(&entry.goal).map(ToOwned::to_owned),
            start: span.and_then(|span| span.start.as_ref()).map(written),
            end: span.and_then(|span| span.end.as_ref()).map(written),
            horizon,
            release: some(&entry.release),
            items: entry.items.iter().map(|item| names::short(item).to_owned()).collect(),
            done_items: progress.done_items,
            items_in_progress: progress.items_in_progress,
            all_items: progress.all_items,
            done_estimate: progress.done_estimate,
            all_estimate: progress.all_estimate,
            removed_reason: some(&entry.removed_reason),
            changed_at_version: entry.changed_at_version,
        }
    }
}

/// A roadmap as JSON.
#[derive(Serialize)]
struct RoadmapShape {
    version: u64,
    entries: Vec<EntryShape>,
}

/// When, as a table shows it: `2027-01-04 – 2027-03-26`, `– 2027-03-26`, `next`.
fn planned(entry: &EntryShape) -> String {
    match (&entry.start, &entry.end, entry.horizon) {
        (Some(start), Some(end), _) => format!("{start} – {end}"),
        (Some(start), None, _) => format!("{start} –"),
        (None, Some(end), _) => format!("– {end}"),
        (None, None, horizon) => horizon.unwrap_or("").to_owned(),
    }
}

/// How far: `3 of 8`; empty without items.
fn progress(entry: &EntryShape) -> String {
    match entry.all_items {
        0 => String::new(),
        all => format!("{} of {all}", entry.done_items),
    }
}

pub(crate) async fn run(args: RoadmapArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let said = args.of.as_ref().map(|product| product.0.as_str());
    let said = said.or_else(|| args.domain.as_ref().and_then(|domain| domain.product.as_deref()));
    let product = ctx.product(&session, said).await?;
    let parent = match &args.domain {
        Some(domain) => domain_within(domain, &product)?,
        None => names::product(&product),
    };
    let mut question = v1::ListRoadmapEntriesRequest {
        parent,
        page_size: 1_000,
        as_of: args.as_of.as_ref().map(|as_of| as_of.to_wire(&product)),
        goal: args.goal.map_or_else(String::new, |goal| goal_name(&product, &goal)),
        release: args.release.unwrap_or_default(),
        ..v1::ListRoadmapEntriesRequest::default()
    };
    let mut entries = Vec::new();
    let version = loop {
        let page = session.ask(question.clone(), async |request| {
            session.roadmap().list_roadmap_entries(request).await
        });
        let page = page.await?;
        entries.extend(page.entries.iter().map(EntryShape::from));
        if page.next_page_token.is_empty() {
            break page.version;
        }
        question.page_token = page.next_page_token;
    };
    if ctx.out.is_json() {
        return ctx.out.json(&RoadmapShape { version, entries });
    }
    if entries.is_empty() {
        ctx.out.note(&format!(
            "Nothing is planned here. `koepel entry add {product}/DOMAIN TITLE --end DAY` puts something on the roadmap."
        ));
        return Ok(());
    }
    if !ctx.out.is_quiet() {
        let count = entries.len();
        let what = if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") };
        ctx.out.line(&format!("Roadmap of {product}: {what}, version {version}"))?;
    }
    let text = table(&entries, ctx.out.view());
    ctx.out.text(&text)
}

fn table(entries: &[EntryShape], view: &View) -> String {
    let mut table = Table::new([
        Column::Number("#"),
        Column::Word("WHEN"),
        Column::Word("DOMAIN"),
        Column::Text("TITLE"),
        Column::Word("RELEASE"),
        Column::Word("GOAL"),
        Column::Word("DONE"),
    ])
    .sparse(&["RELEASE", "GOAL", "DONE"])
    .yielding(&["GOAL", "RELEASE"]);
    for entry in entries {
        table.row([
            entry.number.to_string(),
            planned(entry),
            entry.domain.clone(),
            entry.title.clone(),
            entry.release.clone().unwrap_or_default(),
            entry.goal.clone().unwrap_or_default(),
            progress(entry),
        ]);
    }
    table.render(view)
}

/// The resource name of a goal, which may be given whole.
pub(crate) fn goal_name(product: &str, goal: &str) -> String {
    if goal.is_empty() || goal.starts_with("products/") {
        goal.to_owned()
    } else {
        format!("products/{product}/goals/{goal}")
    }
}
