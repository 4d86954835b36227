//! `koepel share`: links by which people without an account read.

use clap::{Args, Subcommand};
use jiff::tz::TimeZone;
use koepel_api::v1;
use serde::Serialize;

use crate::{
    circumstances::{Receipt, Why, required},
    context::Context,
    edge,
    failure::{Failure, Kind},
    moment,
    names::{self, DomainRef, ProductRef},
    table::{Column, Table},
};

/// What can be done with share links.
#[derive(Debug, Subcommand)]
pub(crate) enum ShareCommand {
    /// Make a link; it is shown once and never again (Chief PO, administrator)
    Create(CreateArgs),
    /// List the links of a product that are in force (Chief PO, administrator)
    List(ListArgs),
    /// End a link at once (Chief PO, administrator)
    Revoke(RevokeArgs),
}

/// What `share create` can be given.
#[derive(Args, Debug)]
#[command(
    after_help = "A link opens reading only, and shows nobody's name. With --quiet only the link itself is printed."
)]
pub(crate) struct CreateArgs {
    /// Product; may be left out when there is one only
    #[arg(value_name = "PRODUCT")]
    of: Option<ProductRef>,
    /// Only the roadmap, vision and goals
    #[arg(long, conflicts_with = "domain")]
    roadmap: bool,
    /// Only the backlog of this domain
    #[arg(long, short, value_name = "DOMAIN")]
    domain: Option<DomainRef>,
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    purpose: Option<String>,
    /// When it expires: a length such as 90d or 12w, a day, or a time; at most 366 days [default: 30d]
    #[arg(long, value_name = "WHEN")]
    expires: Option<String>,
}

/// What `share list` can be given.
#[derive(Args, Debug)]
pub(crate) struct ListArgs {
    /// Product; may be left out when there is one only
    #[arg(value_name = "PRODUCT")]
    of: Option<ProductRef>,
}

/// What `share revoke` can be given.
#[derive(Args, Debug)]
pub(crate) struct RevokeArgs {
    /// The link's id, as `share list` shows it
    link: String,
    /// Product; may be left out when there is one only
    #[arg(value_name = "PRODUCT")]
    of: Option<ProductRef>,
    #[command(flatten)]
    why: Why,
}

/// A link as JSON; never the secret.
#[derive(Serialize)]
struct LinkShape {
    name: String,
    id: String,
    opens: &'static str,
    domain: Option<String>,
    purpose: String,
    expire_time: Option<String>,
    create_time: Option<String>,
    creator: String,
}

/// What a link opens, in a word.
fn opens(link: &v1::ShareLink) -> &'static str {
    match link.opens() {
        v1::Shared::Product => "product",
        v1::Shared::Roadmap => "roadmap",
        v1::Shared::Domain => "domain",
        v1::Shared::Unspecified => "",
    }
}

impl From<&v1::ShareLink> for LinkShape {
    fn from(link: &v1::ShareLink) -> Self {
        Self {
            name: link.name.clone(),
            id: names::short(&link.name).to_owned(),
            opens: opens(link),
            domain: names::short_or_none(&link.domain).map(ToOwned::to_owned),
            purpose: link.purpose.clone(),
            expire_time: moment::rfc3339(link.expire_time.as_ref()),
            create_time: moment::rfc3339(link.create_time.as_ref()),
            creator: names::short(&link.creator).to_owned(),
        }
    }
}

/// A list of links as JSON.
#[derive(Serialize)]
struct Links {
    share_links: Vec<LinkShape>,
}

/// A link that was made, as JSON: the only place where the secret is.
#[derive(Serialize)]
struct Made {
    share_link: LinkShape,
    secret: String,
    url: String,
    receipt: Receipt,
}

/// A link that was ended, as JSON.
#[derive(Serialize)]
struct Revoked {
    receipt: Receipt,
}

/// Runs one of them.
pub(crate) async fn run(command: ShareCommand, ctx: &mut Context) -> Result<(), Failure> {
    match command {
        ShareCommand::Create(args) => create(args, ctx).await,
        ShareCommand::List(args) => list(args, ctx).await,
        ShareCommand::Revoke(args) => revoke(args, ctx).await,
    }
}

async fn create(args: CreateArgs, ctx: &mut Context) -> Result<(), Failure> {
    let expires =
        args.expires.as_deref().map(|given| moment::given(given, edge::now(), &TimeZone::system()));
    let expire_time = expires
        .transpose()
        .map_err(|error| Failure::usage(error.to_string()))?
        .map(moment::to_wire);
    let session = ctx.session().await?;
    let named = args.domain.as_ref().and_then(|domain| domain.product.clone()).map(ProductRef);
    let of = args.of.as_ref().or(named.as_ref());
    let product = ctx.product_of(&session, of).await?;
    let domain = args.domain.map(|domain| names::domain(&product, &domain.domain));
    let opens = match (args.roadmap, &domain) {
        (true, _) => v1::Shared::Roadmap,
        (false, Some(_)) => v1::Shared::Domain,
        (false, None) => v1::Shared::Product,
    };
    let command = |request_id| v1::CreateShareLinkRequest {
        parent: names::product(&product),
        opens: opens.into(),
        domain: domain.unwrap_or_default(),
        purpose: args.purpose.unwrap_or_default(),
        expire_time,
        request_id,
    };
    let answer = session
        .command_once(command, async |request| session.shares().create_share_link(request).await)
        .await;
    let answer = answer.map_err(|(failure, repeated)| lost(failure, repeated))?;
    let (link, receipt) =
        (required(answer.share_link, "share link")?, required(answer.receipt, "receipt")?);
    // A server that does not know its own address is where it was found.
    let url = if answer.url.starts_with('/') {
        format!("{}{}", session.server().trim_end_matches('/'), answer.url)
    } else {
        answer.url
    };
    if ctx.out.is_json() {
        return ctx.out.json(&Made {
            share_link: LinkShape::from(&link),
            secret: answer.secret,
            url,
            receipt: Receipt::from(&receipt),
        });
    }
    ctx.out.line(&url)?;
    // After the link is out: standard error may be in front of it otherwise.
    ctx.out.flush()?;
    let id = names::short(&link.name);
    ctx.out.note(&format!(
        "\nThis is the share link {id} of {product}; it expires {}. It is shown only now. Whoever has it reads without an account; \
         `koepel share revoke {id} {product}` ends it.",
        moment::minute(link.expire_time.as_ref(), &ctx.out.view().zone),
    ));
    Ok(())
}

/// A repeat that finds the link made has lost its secret: only the first answer held it.
fn lost(failure: Failure, repeated: bool) -> Failure {
    if repeated && failure.kind == Kind::Conflict {
        failure
            .detail("the link was made, but the answer with it was lost on the way")
            .help("find it with `koepel share list`, end it with `koepel share revoke ID`, and make another")
    } else {
        failure
    }
}

async fn list(args: ListArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let product = ctx.product_of(&session, args.of.as_ref()).await?;
    let mut question = v1::ListShareLinksRequest {
        parent: names::product(&product),
        page_size: 1_000,
        ..Default::default()
    };
    let mut all = Vec::new();
    loop {
        let send = async |request| session.shares().list_share_links(request).await;
        let page = session.ask(question.clone(), send).await?;
        all.extend(page.share_links);
        if page.next_page_token.is_empty() {
            break;
        }
        question.page_token = page.next_page_token;
    }
    if ctx.out.is_json() {
        return ctx.out.json(&Links { share_links: all.iter().map(LinkShape::from).collect() });
    }
    let mut table = Table::new([
        Column::Word("LINK"),
        Column::Word("OPENS"),
        Column::Word("BY"),
        Column::Word("MADE"),
        Column::Word("EXPIRES"),
        Column::Text("PURPOSE"),
    ]);
    let view = ctx.out.view();
    for link in &all {
        let what = names::short_or_none(&link.domain).unwrap_or_else(|| opens(link));
        table.row([
            names::short(&link.name).to_owned(),
            what.to_owned(),
            names::short(&link.creator).to_owned(),
            moment::minute(link.create_time.as_ref(), &view.zone),
            moment::minute(link.expire_time.as_ref(), &view.zone),
            link.purpose.clone(),
        ]);
    }
    let text = table.render(view);
    ctx.out.text(&text)
}

async fn revoke(args: RevokeArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let id = names::short(&args.link).to_owned();
    let name = if args.link.starts_with("products/") {
        args.link
    } else {
        let product = ctx.product_of(&session, args.of.as_ref()).await?;
        format!("{}/shareLinks/{id}", names::product(&product))
    };
    let reason = args.why.text();
    let command = |request_id| v1::RevokeShareLinkRequest { name, reason, request_id };
    let answer = session
        .command(command, async |request| session.shares().revoke_share_link(request).await)
        .await?;
    let receipt = required(answer.receipt, "receipt")?;
    if ctx.out.is_json() {
        return ctx.out.json(&Revoked { receipt: Receipt::from(&receipt) });
    }
    ctx.out.say(&format!("{id} opens nothing any more."))
}
