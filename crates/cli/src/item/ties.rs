//! `koepel item link`, `unlink`, `request` and `withdraw`: what an item has to do with others.

use clap::Args;
use koepel_api::v1::{self, LinkKind, link::Target};

use super::changed;
use crate::{
    circumstances::{Expected, Why},
    context::{Context, domain_within},
    failure::Failure,
    names::{self, DomainRef, ItemRef},
    place::within,
    words,
};

/// What `item link` can be given.
#[derive(Args, Debug)]
pub(crate) struct LinkArgs {
    /// The item
    item: ItemRef,
    /// How it is tied
    #[arg(value_parser = words::parser::<LinkKind>(), value_name = "KIND")]
    kind: LinkKind,
    /// Item, or address with ://
    target: String,
    #[command(flatten)]
    expected: Expected,
}

/// What `item unlink` can be given.
#[derive(Args, Debug)]
pub(crate) struct UnlinkArgs {
    #[command(flatten)]
    link: LinkArgs,
    /// TARGET is the source's name of something that is not here yet
    #[arg(long)]
    pending: bool,
}

/// What `item request` can be given.
#[derive(Args, Debug)]
pub(crate) struct RequestArgs {
    /// The item
    item: ItemRef,
    /// Domain that is asked
    domain: DomainRef,
    /// What is asked
    #[arg(long, value_name = "TEXT")]
    ask: String,
    #[command(flatten)]
    expected: Expected,
}

/// What `item withdraw` can be given.
#[derive(Args, Debug)]
pub(crate) struct WithdrawArgs {
    /// The item
    item: ItemRef,
    /// Domain that was asked
    domain: DomainRef,
    #[command(flatten)]
    why: Why,
    #[command(flatten)]
    expected: Expected,
}

pub(super) async fn link(args: LinkArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let name = ctx.item(&session, &args.item).await?;
    let target = target(&args.target, names::product_of(&name))?;
    let expected_version = args.expected.version();
    let link = Some(v1::Link { kind: args.kind.into(), target: Some(target) });
    let command = |request_id| v1::AddLinkRequest { name, link, expected_version, request_id };
    let answer =
        session.command(command, async |request| session.backlog().add_link(request).await).await?;
    changed(ctx, answer.item, answer.receipt, |item, _| {
        format!("{} {} {}.", item.key, in_words(args.kind), shown(&args.target))
    })
}

pub(super) async fn unlink(args: UnlinkArgs, ctx: &mut Context) -> Result<(), Failure> {
    let UnlinkArgs { link: args, pending } = args;
    let session = ctx.session().await?;
    let name = ctx.item(&session, &args.item).await?;
    let target = if pending {
        Target::Pending(args.target.clone())
    } else {
        target(&args.target, names::product_of(&name))?
    };
    let expected_version = args.expected.version();
    let link = Some(v1::Link { kind: args.kind.into(), target: Some(target) });
    let command = |request_id| v1::RemoveLinkRequest { name, link, expected_version, request_id };
    let answer = session
        .command(command, async |request| session.backlog().remove_link(request).await)
        .await?;
    changed(ctx, answer.item, answer.receipt, |item, _| {
        format!("“{} {} {}” is taken away.", item.key, in_words(args.kind), shown(&args.target))
    })
}

pub(super) async fn request(args: RequestArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let name = ctx.item(&session, &args.item).await?;
    let domain = domain_within(&args.domain, names::product_of(&name))?;
    let expected_version = args.expected.version();
    let command = |request_id| v1::RequestDomainRequest {
        name,
        domain,
        ask: args.ask,
        expected_version,
        request_id,
    };
    let answer = session
        .command(command, async |request| session.backlog().request_domain(request).await)
        .await?;
    changed(ctx, answer.item, answer.receipt, |item, _| {
        format!("{} is asked for {}.", args.domain.domain, item.key)
    })
}

pub(super) async fn withdraw(args: WithdrawArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let name = ctx.item(&session, &args.item).await?;
    let domain = domain_within(&args.domain, names::product_of(&name))?;
    let expected_version = args.expected.version();
    let reason = args.why.text();
    let command = |request_id| v1::WithdrawRequestRequest {
        name,
        domain,
        expected_version,
        reason,
        request_id,
    };
    let answer = session
        .command(command, async |request| session.backlog().withdraw_request(request).await)
        .await?;
    changed(ctx, answer.item, answer.receipt, |item, _| {
        format!("{} is no longer asked for {}.", args.domain.domain, item.key)
    })
}

fn target(given: &str, product: &str) -> Result<Target, Failure> {
    if given.contains("://") {
        return Ok(Target::Uri(given.to_owned()));
    }
    let item: ItemRef = given.parse().map_err(|error: names::Error| {
        Failure::usage(format!("{error}, or an address such as https://example.org/7"))
    })?;
    within(&item, product).map(Target::Item)
}

fn shown(target: &str) -> &str {
    if target.contains("://") { target } else { names::short(target) }
}

fn in_words(kind: LinkKind) -> String {
    let word = words::for_people::<LinkKind>(kind.into());
    match kind {
        LinkKind::ReplacedBy | LinkKind::NeededBy | LinkKind::DuplicatedBy => format!("is {word}"),
        LinkKind::Unspecified
        | LinkKind::Needs
        | LinkKind::RelatesTo
        | LinkKind::Replaces
        | LinkKind::Duplicates => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_an_item_or_an_address() {
        assert_eq!(
            target("offline-7", "webshop"),
            Ok(Target::Item("products/webshop/items/OFFLINE-7".to_owned()))
        );
        assert_eq!(
            target("https://example.org/7", "webshop"),
            Ok(Target::Uri("https://example.org/7".to_owned()))
        );
        assert!(target("something else", "webshop").is_err());
        assert!(target("retail/A-1", "webshop").is_err());
    }
}
