//! `koepel item`: items, and what all commands on an item answer.

mod close;
mod combine;
mod create;
mod edit;
mod fields;
mod shape;
mod show;
mod ties;

use clap::Subcommand;
use koepel_api::v1;
use serde::Serialize;

use crate::{
    circumstances::{Receipt, required},
    context::Context,
    failure::Failure,
    names,
};
pub(crate) use shape::{ItemShape, place};
pub(crate) use show::{EntryShape, by_whom};

/// What can be done with items.
#[derive(Debug, Subcommand)]
pub(crate) enum ItemCommand {
    /// Show an item with its text, places, links and requests
    Show(show::ShowArgs),
    /// Make an item
    Create(create::CreateArgs),
    /// Change an item's own fields
    Edit(edit::EditArgs),
    /// Say that the work is done; the item leaves the order
    Done(close::DoneArgs),
    /// Say that the work will not be done; the item leaves the order
    Drop(close::DropArgs),
    /// Bring a done or dropped item back
    Reopen(close::ReopenArgs),
    /// Give an item to another domain; it keeps its place and its key
    Move(combine::MoveArgs),
    /// Make new items out of one, directly below it
    Split(combine::SplitArgs),
    /// Merge items into one
    Merge(combine::MergeArgs),
    /// Say that an item is the same work as another
    Duplicate(combine::DuplicateArgs),
    /// Tie an item to another, or to an address
    Link(ties::LinkArgs),
    /// Take such a tie away
    Unlink(ties::UnlinkArgs),
    /// Ask another domain for something that the item needs
    Request(ties::RequestArgs),
    /// Take such a request back
    Withdraw(ties::WithdrawArgs),
    /// Show what happened to an item, newest first
    History(show::HistoryArgs),
}

/// Runs one of them.
pub(crate) async fn run(command: ItemCommand, ctx: &mut Context) -> Result<(), Failure> {
    match command {
        ItemCommand::Show(args) => show::show(args, ctx).await,
        ItemCommand::Create(args) => create::run(args, ctx).await,
        ItemCommand::Edit(args) => edit::run(args, ctx).await,
        ItemCommand::Done(args) => close::done(args, ctx).await,
        ItemCommand::Drop(args) => close::drop(args, ctx).await,
        ItemCommand::Reopen(args) => close::reopen(args, ctx).await,
        ItemCommand::Move(args) => combine::move_item(args, ctx).await,
        ItemCommand::Split(args) => combine::split(args, ctx).await,
        ItemCommand::Merge(args) => combine::merge(args, ctx).await,
        ItemCommand::Duplicate(args) => combine::duplicate(args, ctx).await,
        ItemCommand::Link(args) => ties::link(args, ctx).await,
        ItemCommand::Unlink(args) => ties::unlink(args, ctx).await,
        ItemCommand::Request(args) => ties::request(args, ctx).await,
        ItemCommand::Withdraw(args) => ties::withdraw(args, ctx).await,
        ItemCommand::History(args) => show::history(args, ctx).await,
    }
}

/// The answer of a command on one item, as JSON.
#[derive(Serialize)]
struct Changed {
    item: ItemShape,
    receipt: Receipt,
}

/// Writes the answer of a command on one item: JSON, the key alone, or the sentence.
pub(crate) fn changed(
    ctx: &mut Context,
    item: Option<v1::Item>,
    receipt: Option<v1::Receipt>,
    sentence: impl FnOnce(&v1::Item, &v1::Receipt) -> String,
) -> Result<(), Failure> {
    let (item, receipt) = (required(item, "item")?, required(receipt, "receipt")?);
    if ctx.out.is_json() {
        return ctx
            .out
            .json(&Changed { item: ItemShape::from(&item), receipt: Receipt::from(&receipt) });
    }
    if ctx.out.is_quiet() {
        return ctx.out.line(&item.key);
    }
    ctx.out.line(&format!("{} Version {}.", sentence(&item, &receipt), receipt.version))
}

/// `place 3 (2 in online)`, or that it has none.
pub(crate) fn where_it_is(item: &v1::Item) -> String {
    if item.place == 0 {
        "outside the order".to_owned()
    } else {
        format!("place {} ({} in {})", item.place, item.domain_place, names::short(&item.domain))
    }
}

/// Whether the command changed the item; a command that asked for what was so already is accepted and changes nothing.
pub(crate) fn was_changed(item: &v1::Item, receipt: &v1::Receipt) -> bool {
    // Greater: the command was repeated, and somebody has changed the item since its first receipt.
    item.changed_at_version >= receipt.version
}
