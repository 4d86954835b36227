//! `koepel item move`, `split`, `merge` and `duplicate`: what belongs where, and what is one piece of work.

use clap::Args;
use koepel_api::v1;
use serde::Serialize;

use super::{ItemShape, changed, where_it_is};
use crate::{
    circumstances::{Expected, Receipt, Why, required},
    context::{Context, domain_within},
    failure::Failure,
    names::{self, DomainRef, ItemRef},
    place::within,
};

/// What `item move` can be given.
#[derive(Args, Debug)]
pub(crate) struct MoveArgs {
    /// The item
    item: ItemRef,
    /// Domain that it goes to
    domain: DomainRef,
    #[command(flatten)]
    why: Why,
    #[command(flatten)]
    expected: Expected,
}

/// What `item split` can be given.
#[derive(Args, Debug)]
pub(crate) struct SplitArgs {
    /// The item
    item: ItemRef,
    /// Titles of the new items; kind, parent, labels, MoSCoW and people they take from the first
    #[arg(required = true, value_name = "TITLE")]
    titles: Vec<String>,
    /// Keep the first item open beside its parts; otherwise it is dropped as split
    #[arg(long)]
    keep: bool,
    #[command(flatten)]
    why: Why,
    #[command(flatten)]
    expected: Expected,
}

/// What `item merge` can be given.
#[derive(Args, Debug)]
pub(crate) struct MergeArgs {
    /// The item that stays
    into: ItemRef,
    /// Items that go into it
    #[arg(required = true, value_name = "ITEM")]
    items: Vec<ItemRef>,
    #[command(flatten)]
    why: Why,
    #[command(flatten)]
    expected: Expected,
}

/// What `item duplicate` can be given.
#[derive(Args, Debug)]
pub(crate) struct DuplicateArgs {
    /// The item that is the duplicate; it leaves the order
    item: ItemRef,
    /// The item that stays
    #[arg(long, value_name = "ITEM")]
    of: ItemRef,
    #[command(flatten)]
    why: Why,
    #[command(flatten)]
    expected: Expected,
}

pub(super) async fn move_item(args: MoveArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let name = ctx.item(&session, &args.item).await?;
    let domain = domain_within(&args.domain, names::product_of(&name))?;
    let expected_version = args.expected.version();
    let command = |request_id| v1::MoveItemRequest {
        name,
        domain,
        expected_version,
        reason: args.why.text(),
        request_id,
    };
    let answer = session
        .command(command, async |request| session.backlog().move_item(request).await)
        .await?;
    changed(ctx, answer.item, answer.receipt, |item, _| {
        format!(
            "{} belongs to {} now, at {}.",
            item.key,
            names::short(&item.domain),
            where_it_is(item)
        )
    })
}

/// The answer of a split, as JSON.
#[derive(Serialize)]
struct Parts {
    items: Vec<ItemShape>,
    receipt: Receipt,
}

pub(super) async fn split(args: SplitArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let name = ctx.item(&session, &args.item).await?;
    let key = names::short(&name).to_owned();
    let into =
        args.titles.into_iter().map(|title| v1::Item { title, ..v1::Item::default() }).collect();
    let command = |request_id| v1::SplitItemRequest {
        name,
        into,
        keep: args.keep,
        expected_version: args.expected.version(),
        reason: args.why.text(),
        request_id,
    };
    let answer = session
        .command(command, async |request| session.backlog().split_item(request).await)
        .await?;
    let receipt = required(answer.receipt, "receipt")?;
    if ctx.out.is_json() {
        let items = answer.items.iter().map(ItemShape::from).collect();
        return ctx.out.json(&Parts { items, receipt: Receipt::from(&receipt) });
    }
    // The answer has the first item too; its fate is told last.
    for item in answer.items.iter().filter(|item| item.key != key) {
        if ctx.out.is_quiet() {
            ctx.out.line(&item.key)?;
        } else {
            ctx.out.line(&format!(
                "{} is made out of {key}, at {}.",
                item.key,
                where_it_is(item)
            ))?;
        }
    }
    let fate = if args.keep { "stays open" } else { "is dropped as split" };
    ctx.out.say(&format!("{key} {fate}. Version {}.", receipt.version))
}

pub(super) async fn merge(args: MergeArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let into = ctx.item(&session, &args.into).await?;
    let product = names::product_of(&into).to_owned();
    let names =
        args.items.iter().map(|item| within(item, &product)).collect::<Result<Vec<_>, _>>()?;
    let keys: Vec<String> = names.iter().map(|name| names::short(name).to_owned()).collect();
    let expected_version = args.expected.version();
    let command = |request_id| v1::MergeItemsRequest {
        into,
        names,
        expected_version,
        reason: args.why.text(),
        request_id,
    };
    let answer = session
        .command(command, async |request| session.backlog().merge_items(request).await)
        .await?;
    changed(ctx, answer.item, answer.receipt, |item, _| {
        format!("{} went into {}, which is at {}.", keys.join(", "), item.key, where_it_is(item))
    })
}

pub(super) async fn duplicate(args: DuplicateArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let name = ctx.item(&session, &args.item).await?;
    let duplicate_of = within(&args.of, names::product_of(&name))?;
    let expected_version = args.expected.version();
    let reason = args.why.text();
    let command = |request_id| v1::MarkDuplicateRequest {
        name,
        duplicate_of,
        expected_version,
        reason,
        request_id,
    };
    let answer = session
        .command(command, async |request| session.backlog().mark_duplicate(request).await)
        .await?;
    changed(ctx, answer.item, answer.receipt, |item, _| {
        format!(
            "{} is a duplicate of {} and has left the order.",
            item.key,
            names::short(&item.merged_into)
        )
    })
}
