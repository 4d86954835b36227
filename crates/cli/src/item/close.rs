//! `koepel item done`, `drop` and `reopen`: leaving the order and coming back.

use clap::Args;
use koepel_api::v1;

use super::{changed, where_it_is};
use crate::{
    circumstances::{Expected, Why},
    context::Context,
    failure::Failure,
    names::{self, ItemRef},
    place::PlaceArgs,
};

/// What `item done` can be given.
#[derive(Args, Debug)]
pub(crate) struct DoneArgs {
    /// The item
    item: ItemRef,
    #[command(flatten)]
    why: Why,
    #[command(flatten)]
    expected: Expected,
}

/// What `item drop` can be given.
#[derive(Args, Debug)]
pub(crate) struct DropArgs {
    /// The item
    item: ItemRef,
    /// Why the work will not be done
    #[arg(long, short, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    expected: Expected,
}

/// What `item reopen` can be given.
#[derive(Args, Debug)]
pub(crate) struct ReopenArgs {
    /// The item
    item: ItemRef,
    #[command(flatten)]
    place: PlaceArgs,
    #[command(flatten)]
    why: Why,
    #[command(flatten)]
    expected: Expected,
}

pub(super) async fn done(args: DoneArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let name = ctx.item(&session, &args.item).await?;
    let expected_version = args.expected.version();
    let command = |request_id| v1::CompleteItemRequest {
        name,
        expected_version,
        reason: args.why.text(),
        request_id,
    };
    let answer = session
        .command(command, async |request| session.backlog().complete_item(request).await)
        .await?;
    changed(ctx, answer.item, answer.receipt, |item, _| {
        format!(
            "{} is done and has left the order. `koepel item reopen {}` brings it back.",
            item.key, item.key
        )
    })
}

pub(super) async fn drop(args: DropArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let name = ctx.item(&session, &args.item).await?;
    let expected_version = args.expected.version();
    let command = |request_id| v1::DropItemRequest {
        name,
        reason: args.reason,
        expected_version,
        request_id,
    };
    let answer = session
        .command(command, async |request| session.backlog().drop_item(request).await)
        .await?;
    changed(ctx, answer.item, answer.receipt, |item, _| {
        format!(
            "{} is dropped and has left the order. `koepel item reopen {}` brings it back.",
            item.key, item.key
        )
    })
}

pub(super) async fn reopen(args: ReopenArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let name = ctx.item(&session, &args.item).await?;
    let place = args.place.to_wire(names::product_of(&name))?;
    let expected_version = args.expected.version();
    let command = |request_id| v1::ReopenItemRequest {
        name,
        place,
        expected_version,
        reason: args.why.text(),
        request_id,
    };
    let answer = session
        .command(command, async |request| session.backlog().reopen_item(request).await)
        .await?;
    changed(ctx, answer.item, answer.receipt, |item, _| {
        format!("{} is open again, at {}.", item.key, where_it_is(item))
    })
}
