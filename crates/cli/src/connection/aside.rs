//! Pushes that were set aside: listed, tried again, given up.

use clap::Args;
use koepel_api::v1;
use serde::Serialize;

use super::named;
use crate::{
    context::Context,
    failure::Failure,
    moment,
    names::{self, ProductRef},
    table::{Column, Table},
};

/// Whose pushes.
#[derive(Args, Debug)]
pub(crate) struct Whose {
    /// Product; may be left out when there is one only
    #[arg(long = "of", value_name = "PRODUCT")]
    of: Option<ProductRef>,
    /// Only those of this connection
    #[arg(long, short, value_name = "ID")]
    connection: Option<String>,
}

/// What `connection aside` can be given.
#[derive(Args, Debug)]
pub(crate) struct AsideArgs {
    #[command(flatten)]
    whose: Whose,
    /// How many
    #[arg(long, short = 'n', value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    limit: u16,
}

/// What `connection replay` can be given.
#[derive(Args, Debug)]
pub(crate) struct ReplayArgs {
    /// Pushes, as `connection aside` shows them [default: all]
    #[arg(value_name = "PUSH")]
    pushes: Vec<String>,
    #[command(flatten)]
    whose: Whose,
}

/// What `connection discard` can be given.
#[derive(Args, Debug)]
pub(crate) struct DiscardArgs {
    /// Pushes, as `connection aside` shows them
    #[arg(value_name = "PUSH", required = true)]
    pushes: Vec<String>,
    #[command(flatten)]
    whose: Whose,
    /// Why
    #[arg(long, short, value_name = "TEXT")]
    reason: String,
}

/// A push that was set aside, as JSON.
#[derive(Serialize)]
struct Shape {
    push: String,
    connection: String,
    event_id: String,
    code: String,
    reason: String,
    waits_for: Vec<String>,
    time: Option<String>,
    event: String,
}

/// What became of pushes, as JSON.
#[derive(Serialize)]
struct Replayed {
    applied: u32,
    set_aside: u32,
}

/// How many were given up, as JSON.
#[derive(Serialize)]
struct Discarded {
    discarded: u32,
}

impl Whose {
    fn parent(&self, product: &str) -> String {
        self.connection.as_ref().map_or_else(|| names::product(product), |id| named(product, id))
    }
}

fn pushes(product: &str, given: &[String]) -> Vec<String> {
    given.iter().map(|push| format!("products/{product}/pushes/{push}")).collect()
}

pub(super) async fn list(args: AsideArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let product = ctx.product_of(&session, args.whose.of.as_ref()).await?;
    let question = v1::ListSetAsidePushesRequest {
        parent: args.whose.parent(&product),
        page_size: args.limit.into(),
        page_token: String::new(),
    };
    let answer = session
        .ask(question, async |request| session.connections().list_set_aside_pushes(request).await)
        .await?;
    if ctx.out.is_json() {
        let shape = |push: &v1::SetAsidePush| Shape {
            push: names::short(&push.name).to_owned(),
            connection: names::short(&push.connection).to_owned(),
            event_id: push.event_id.clone(),
            code: push.code.clone(),
            reason: push.reason.clone(),
            waits_for: push.waits_for.clone(),
            time: moment::rfc3339(push.time.as_ref()),
            event: push.event.clone(),
        };
        let shapes: Vec<_> = answer.pushes.iter().map(shape).collect();
        return ctx.out.json(&shapes);
    }
    if answer.pushes.is_empty() {
        ctx.out.note("Nothing is set aside: all that was pushed is applied, or about to be.");
        return Ok(());
    }
    let mut table = Table::new([
        Column::Word("PUSH"),
        Column::Word("CONNECTION"),
        Column::Text("EVENT"),
        Column::Word("SINCE"),
        Column::Wrapped("WHY"),
    ]);
    for push in &answer.pushes {
        table.row([
            names::short(&push.name).to_owned(),
            names::short(&push.connection).to_owned(),
            push.event_id.clone(),
            moment::minute(push.time.as_ref(), &ctx.out.view().zone),
            push.reason.clone(),
        ]);
    }
    let text = table.render(ctx.out.view());
    ctx.out.text(&text)?;
    let shown = u32::try_from(answer.pushes.len()).unwrap_or(u32::MAX);
    if shown < answer.total_size {
        ctx.out.note(&format!("{shown} of {}; more with --limit", answer.total_size));
    }
    Ok(())
}

pub(super) async fn replay(args: ReplayArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let product = ctx.product_of(&session, args.whose.of.as_ref()).await?;
    let question = v1::ReplayPushesRequest {
        parent: args.whose.parent(&product),
        names: pushes(&product, &args.pushes),
    };
    let answer = session
        .ask(question, async |request| session.connections().replay_pushes(request).await)
        .await?;
    if ctx.out.is_json() {
        let v1::ReplayPushesResponse { applied, set_aside } = answer;
        return ctx.out.json(&Replayed { applied, set_aside });
    }
    ctx.out.line(&format!("{} applied, {} still set aside.", answer.applied, answer.set_aside))
}

pub(super) async fn discard(args: DiscardArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let product = ctx.product_of(&session, args.whose.of.as_ref()).await?;
    let command = |request_id| v1::DiscardPushesRequest {
        parent: args.whose.parent(&product),
        names: pushes(&product, &args.pushes),
        reason: args.reason,
        request_id,
    };
    let answer = session
        .command(command, async |request| session.connections().discard_pushes(request).await)
        .await?;
    if ctx.out.is_json() {
        return ctx.out.json(&Discarded { discarded: answer.discarded });
    }
    ctx.out.line(&format!("{} given up; the log keeps them.", answer.discarded))
}
