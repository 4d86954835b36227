//! `koepel pin` and `koepel unpin`.

use clap::Args;
use koepel_api::v1;

use crate::{
    circumstances::{Expected, Why},
    context::Context,
    failure::Failure,
    item::{changed, was_changed, where_it_is},
    names::{self, ItemRef},
};

/// What `pin` can be given.
#[derive(Args, Debug)]
pub(crate) struct PinArgs {
    /// The item
    item: ItemRef,
    /// What the commitment is; everybody sees it
    #[arg(long, short, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    expected: Expected,
}

/// What `unpin` can be given.
#[derive(Args, Debug)]
pub(crate) struct UnpinArgs {
    /// The item
    item: ItemRef,
    #[command(flatten)]
    why: Why,
    #[command(flatten)]
    expected: Expected,
}

pub(crate) async fn pin(args: PinArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let name = ctx.item(&session, &args.item).await?;
    let expected_version = args.expected.version();
    let command =
        |request_id| v1::PinItemRequest { name, reason: args.reason, expected_version, request_id };
    let answer =
        session.command(command, async |request| session.backlog().pin_item(request).await).await?;
    changed(ctx, answer.item, answer.receipt, |item, receipt| {
        let already = if was_changed(item, receipt) { "" } else { "already " };
        let product = names::product_of(&item.name);
        format!(
            "{} is {already}pinned at {}. `koepel unpin {product}/{}` takes the pin out.",
            item.key,
            where_it_is(item),
            item.key
        )
    })
}

pub(crate) async fn unpin(args: UnpinArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let name = ctx.item(&session, &args.item).await?;
    let expected_version = args.expected.version();
    let reason = args.why.text();
    let command = |request_id| v1::UnpinItemRequest { name, reason, expected_version, request_id };
    let answer = session
        .command(command, async |request| session.backlog().unpin_item(request).await)
        .await?;
    changed(ctx, answer.item, answer.receipt, |item, _| {
        format!("{} is no longer pinned and stays at {}.", item.key, where_it_is(item))
    })
}
