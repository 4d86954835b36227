//! `koepel rank` and `koepel reorder`: the two ways to move an item.

use clap::{ArgGroup, Args};
use koepel_api::v1;

use crate::{
    circumstances::{Expected, Why},
    context::Context,
    failure::Failure,
    item::{changed, was_changed, where_it_is},
    names::{self, ItemRef},
    place::PlaceArgs,
};

/// What `rank` can be given.
#[derive(Args, Debug)]
#[command(
    group(somewhere()),
    after_help = "The item takes its turn along; all others keep their relative order."
)]
pub(crate) struct RankArgs {
    /// The item
    item: ItemRef,
    #[command(flatten)]
    place: PlaceArgs,
    /// Take all open items that are part of it along, in their order
    #[arg(long)]
    with_family: bool,
    #[command(flatten)]
    why: Why,
    #[command(flatten)]
    expected: Expected,
}

/// What `reorder` can be given.
#[derive(Args, Debug)]
#[command(
    group(somewhere()),
    after_help = "Only items of the same domain change places, over the turns that the domain holds already. \
                        A pinned neighbour is a signpost: the answer says which place was reached."
)]
pub(crate) struct ReorderArgs {
    /// The item
    item: ItemRef,
    #[command(flatten)]
    place: PlaceArgs,
    #[command(flatten)]
    why: Why,
    #[command(flatten)]
    expected: Expected,
}

/// A move has to say where to.
fn somewhere() -> ArgGroup {
    ArgGroup::new("somewhere").args(["top", "bottom", "before", "after", "between"]).required(true)
}

pub(crate) async fn rank(args: RankArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let name = ctx.item(&session, &args.item).await?;
    let place = args.place.to_wire(names::product_of(&name))?;
    let command = |request_id| v1::RankItemRequest {
        name,
        place,
        with_family: args.with_family,
        expected_version: args.expected.version(),
        reason: args.why.text(),
        request_id,
    };
    let answer = session
        .command(command, async |request| session.backlog().rank_item(request).await)
        .await?;
    changed(ctx, answer.item, answer.receipt, moved)
}

pub(crate) async fn reorder(args: ReorderArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let name = ctx.item(&session, &args.item).await?;
    let place = args.place.to_wire(names::product_of(&name))?;
    let expected_version = args.expected.version();
    let command = |request_id| v1::ReorderItemRequest {
        name,
        place,
        expected_version,
        reason: args.why.text(),
        request_id,
    };
    let answer = session
        .command(command, async |request| session.backlog().reorder_item(request).await)
        .await?;
    changed(ctx, answer.item, answer.receipt, moved)
}

/// Where the item is now, and how to take the move back.
pub(crate) fn moved(item: &v1::Item, receipt: &v1::Receipt) -> String {
    if !was_changed(item, receipt) {
        return format!("{} stays at {}; nothing had to move.", item.key, where_it_is(item));
    }
    let product = names::product_of(&item.name);
    format!(
        "{} is at {} now. `koepel undo {product} {}` takes it back.",
        item.key,
        where_it_is(item),
        receipt.version
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_move_says_the_place_reached_and_how_to_undo_it() {
        let item = v1::Item {
            name: "products/webshop/items/ONLINE-42".to_owned(),
            key: "ONLINE-42".to_owned(),
            domain: "products/webshop/domains/online".to_owned(),
            place: 3,
            domain_place: 2,
            changed_at_version: 17,
            ..v1::Item::default()
        };
        let receipt =
            |version| v1::Receipt { product: "products/webshop".to_owned(), version, time: None };
        assert_eq!(
            moved(&item, &receipt(17)),
            "ONLINE-42 is at place 3 (2 in online) now. `koepel undo webshop 17` takes it back."
        );
        assert_eq!(
            moved(&item, &receipt(18)),
            "ONLINE-42 stays at place 3 (2 in online); nothing had to move."
        );
    }
}
