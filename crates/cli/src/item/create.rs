//! `koepel item create`.

use clap::Args;
use koepel_api::v1::{self, ItemKind};

use super::{changed, fields::Fields, where_it_is};
use crate::{
    circumstances::Why,
    context::Context,
    failure::Failure,
    names::{self, DomainRef},
    place::PlaceArgs,
};

/// What `item create` can be given.
#[derive(Args, Debug)]
pub(crate) struct CreateArgs {
    /// Domain that it belongs to
    domain: DomainRef,
    /// Title, up to 200 characters
    title: String,
    #[command(flatten)]
    fields: Fields,
    #[command(flatten)]
    place: PlaceArgs,
    #[command(flatten)]
    why: Why,
}

pub(super) async fn run(args: CreateArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let product = ctx.product(&session, args.domain.product.as_deref()).await?;
    let place = args.place.to_wire(&product)?;
    let mut item =
        v1::Item { title: args.title, kind: ItemKind::Story.into(), ..v1::Item::default() };
    args.fields.put_into(&mut item, &product)?;
    let parent = names::domain(&product, &args.domain.domain);
    let command = |request_id| v1::CreateItemRequest {
        parent,
        item: Some(item),
        place,
        reason: args.why.text(),
        request_id,
    };
    let answer = session
        .command(command, async |request| session.backlog().create_item(request).await)
        .await?;
    changed(ctx, answer.item, answer.receipt, |item, _| {
        format!("{} is made, at {}.", item.key, where_it_is(item))
    })
}
