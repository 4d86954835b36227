//! `koepel sync`: when POs met, so that what changed since can be asked.

use clap::{Args, Subcommand};
use koepel_api::v1;
use serde::Serialize;

use crate::{
    circumstances::{Receipt, required},
    context::Context,
    failure::Failure,
    moment,
    names::{self, ProductRef},
    table::{Column, Table},
};

/// What can be done with syncs.
#[derive(Debug, Subcommand)]
pub(crate) enum SyncCommand {
    /// List the syncs of a product, the last one first
    List(ListArgs),
    /// Begin a sync (any PO)
    Start(StartArgs),
    /// End a sync; what happens from then on is news for the next one
    Close(CloseArgs),
}

/// What `sync list` can be given.
#[derive(Args, Debug)]
pub(crate) struct ListArgs {
    /// Product; may be left out when there is one only
    #[arg(value_name = "PRODUCT")]
    of: Option<ProductRef>,
    /// How many
    #[arg(long, short = 'n', value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    limit: u16,
}

/// What `sync start` can be given.
#[derive(Args, Debug)]
pub(crate) struct StartArgs {
    /// Product; may be left out when there is one only
    #[arg(value_name = "PRODUCT")]
    of: Option<ProductRef>,
    /// Id, such as 2026-W47 [default: the next number]
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// What it is called
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
}

/// What `sync close` can be given.
#[derive(Args, Debug)]
pub(crate) struct CloseArgs {
    /// The sync's id
    id: String,
    /// Product; may be left out when there is one only
    #[arg(value_name = "PRODUCT")]
    of: Option<ProductRef>,
    /// What came of it
    #[arg(long, value_name = "TEXT")]
    summary: Option<String>,
}

/// A sync as JSON.
#[derive(Serialize)]
struct SyncShape {
    id: String,
    display_name: String,
    start_version: u64,
    start_time: Option<String>,
    close_version: Option<u64>,
    close_time: Option<String>,
    summary: String,
}

impl From<&v1::Sync> for SyncShape {
    fn from(sync: &v1::Sync) -> Self {
        Self {
            id: names::short(&sync.name).to_owned(),
            display_name: sync.display_name.clone(),
            start_version: sync.start_version,
            start_time: moment::rfc3339(sync.start_time.as_ref()),
            close_version: Some(sync.close_version).filter(|version| *version > 0),
            close_time: moment::rfc3339(sync.close_time.as_ref()),
            summary: sync.summary.clone(),
        }
    }
}

/// The answer of a command, as JSON.
#[derive(Serialize)]
struct Changed {
    sync: SyncShape,
    receipt: Receipt,
}

/// Runs one of them.
pub(crate) async fn run(command: SyncCommand, ctx: &mut Context) -> Result<(), Failure> {
    match command {
        SyncCommand::List(args) => list(args, ctx).await,
        SyncCommand::Start(args) => start(args, ctx).await,
        SyncCommand::Close(args) => close(args, ctx).await,
    }
}

async fn list(args: ListArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let product = ctx.product_of(&session, args.of.as_ref()).await?;
    let question = v1::ListSyncsRequest {
        parent: names::product(&product),
        page_size: args.limit.into(),
        ..v1::ListSyncsRequest::default()
    };
    let answer =
        session.ask(question, async |request| session.syncs().list_syncs(request).await).await?;
    if ctx.out.is_json() {
        let shapes: Vec<_> = answer.syncs.iter().map(SyncShape::from).collect();
        return ctx.out.json(&shapes);
    }
    if answer.syncs.is_empty() {
        ctx.out
            .note(&format!("{product} had no sync yet. `koepel sync start {product}` begins one."));
        return Ok(());
    }
    let mut table = Table::new([
        Column::Word("SYNC"),
        Column::Word("BEGAN"),
        Column::Word("ENDED"),
        Column::Text("TITLE"),
        Column::Wrapped("SUMMARY"),
    ])
    .sparse(&["TITLE", "SUMMARY"]);
    for sync in &answer.syncs {
        let zone = &ctx.out.view().zone;
        let ended = moment::minute(sync.close_time.as_ref(), zone);
        table.row([
            names::short(&sync.name).to_owned(),
            moment::minute(sync.start_time.as_ref(), zone),
            if ended.is_empty() { "now being held".to_owned() } else { ended },
            sync.display_name.clone(),
            sync.summary.clone(),
        ]);
    }
    let text = table.render(ctx.out.view());
    ctx.out.text(&text)
}

async fn start(args: StartArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let product = ctx.product_of(&session, args.of.as_ref()).await?;
    let command = |request_id| v1::StartSyncRequest {
        parent: names::product(&product),
        sync_id: args.id.unwrap_or_default(),
        display_name: args.title.unwrap_or_default(),
        request_id,
    };
    let answer =
        session.command(command, async |request| session.syncs().start_sync(request).await).await?;
    changed(ctx, answer.sync, answer.receipt, |id| {
        format!(
            "Sync {id} has begun. `koepel diff {product} --from last-sync` tells what changed since the last one."
        )
    })
}

async fn close(args: CloseArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let product = ctx.product_of(&session, args.of.as_ref()).await?;
    let command = |request_id| v1::CloseSyncRequest {
        name: format!("products/{product}/syncs/{}", args.id),
        summary: args.summary.unwrap_or_default(),
        expected_version: 0,
        request_id,
    };
    let answer =
        session.command(command, async |request| session.syncs().close_sync(request).await).await?;
    changed(ctx, answer.sync, answer.receipt, |id| format!("Sync {id} has ended."))
}

fn changed(
    ctx: &mut Context,
    sync: Option<v1::Sync>,
    receipt: Option<v1::Receipt>,
    sentence: impl FnOnce(&str) -> String,
) -> Result<(), Failure> {
    let (sync, receipt) = (required(sync, "sync")?, required(receipt, "receipt")?);
    if ctx.out.is_json() {
        return ctx
            .out
            .json(&Changed { sync: SyncShape::from(&sync), receipt: Receipt::from(&receipt) });
    }
    if ctx.out.is_quiet() {
        return ctx.out.line(names::short(&sync.name));
    }
    ctx.out.line(&format!("{} Version {}.", sentence(names::short(&sync.name)), receipt.version))
}
