//! Targets of webhooks.

use clap::{Args, Subcommand};
use koepel_api::v1::{self, AlertShape as BodyShape};
use serde::Serialize;

use super::{OfProduct, ReceiverShape, Whose, receiver};
use crate::{
    circumstances::required,
    context::Context,
    failure::Failure,
    moment, names,
    table::{Column, Table},
    words,
};

/// What can be done with a target.
#[derive(Debug, Subcommand)]
pub(crate) enum TargetCommand {
    /// Send alerts to an address; shows the secret that signatures are checked with, once
    Add(AddArgs),
    /// Send nothing there any more
    Remove(RemoveArgs),
}

/// What `alert target add` can be given.
#[derive(Args, Debug)]
#[command(
    after_help = "Signed as Standard Webhooks says: webhook-id, webhook-timestamp, webhook-signature. With --quiet only the secret is printed."
)]
pub(crate) struct AddArgs {
    /// Id, such as team-chat
    id: String,
    /// Address, https://…
    url: String,
    #[command(flatten)]
    product: OfProduct,
    #[command(flatten)]
    whose: Whose,
    /// How the body looks
    #[arg(long, value_parser = words::parser::<BodyShape>(), value_name = "SHAPE", default_value = "standard")]
    shape: BodyShape,
}

/// What `alert target remove` can be given.
#[derive(Args, Debug)]
pub(crate) struct RemoveArgs {
    /// The target's id
    id: String,
    #[command(flatten)]
    product: OfProduct,
}

/// A target as JSON.
#[derive(Serialize)]
struct TargetShape {
    id: String,
    receiver: ReceiverShape,
    url: String,
    shape: Option<String>,
    create_time: Option<String>,
    creator: Option<String>,
    /// Shown only when it is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

impl From<&v1::AlertTarget> for TargetShape {
    fn from(target: &v1::AlertTarget) -> Self {
        Self {
            id: names::short(&target.name).to_owned(),
            receiver: target.receiver.as_ref().into(),
            url: target.url.clone(),
            shape: words::for_programs::<BodyShape>(target.shape),
            create_time: moment::rfc3339(target.create_time.as_ref()),
            creator: names::short_or_none(&target.creator).map(str::to_owned),
            secret: None,
        }
    }
}

pub(super) async fn run(command: TargetCommand, ctx: &mut Context) -> Result<(), Failure> {
    match command {
        TargetCommand::Add(args) => add(args, ctx).await,
        TargetCommand::Remove(args) => remove(args, ctx).await,
    }
}

pub(super) async fn list(args: OfProduct, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let product = ctx.product_of(&session, args.of.as_ref()).await?;
    let question = v1::ListAlertTargetsRequest { parent: names::product(&product) };
    let answer = session
        .ask(question, async |request| session.alerts().list_alert_targets(request).await)
        .await?;
    if ctx.out.is_json() {
        let shapes: Vec<_> = answer.targets.iter().map(TargetShape::from).collect();
        return ctx.out.json(&shapes);
    }
    if answer.targets.is_empty() {
        ctx.out.note(&format!(
            "{product} has no target of a webhook that you may see. `koepel alert target add ID URL` makes one."
        ));
        return Ok(());
    }
    let mut table = Table::new([
        Column::Word("TARGET"),
        Column::Word("WHOSE"),
        Column::Word("SHAPE"),
        Column::Text("ADDRESS"),
        Column::Word("SINCE"),
        Column::Word("MADE BY"),
    ])
    .sparse(&["MADE BY"]);
    for target in &answer.targets {
        table.row([
            names::short(&target.name).to_owned(),
            receiver(target.receiver.as_ref()),
            words::for_people::<BodyShape>(target.shape),
            target.url.clone(),
            moment::minute(target.create_time.as_ref(), &ctx.out.view().zone),
            names::short(&target.creator).to_owned(),
        ]);
    }
    let text = table.render(ctx.out.view());
    ctx.out.text(&text)
}

async fn add(args: AddArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let product = ctx.product_of(&session, args.product.of.as_ref()).await?;
    let target = v1::AlertTarget {
        receiver: Some(args.whose.receiver(&session, &product).await?),
        url: args.url,
        shape: args.shape.into(),
        ..v1::AlertTarget::default()
    };
    let command = |request_id| v1::CreateAlertTargetRequest {
        parent: names::product(&product),
        target_id: args.id,
        target: Some(target),
        secret: String::new(),
        request_id,
    };
    let answer = session
        .command(command, async |request| session.alerts().create_alert_target(request).await)
        .await?;
    let target = required(answer.target, "target")?;
    if ctx.out.is_json() {
        let shape = TargetShape { secret: Some(answer.secret), ..TargetShape::from(&target) };
        return ctx.out.json(&shape);
    }
    if ctx.out.is_quiet() {
        return ctx.out.line(&answer.secret);
    }
    let id = names::short(&target.name);
    ctx.out.line(&format!(
        "Alerts of {} go to {}. Signatures are checked with this secret, which is not shown again:\n\n  {}\n\n`koepel alert test --target {id}` sends a try.",
        receiver(target.receiver.as_ref()),
        target.url,
        answer.secret
    ))
}

async fn remove(args: RemoveArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let product = ctx.product_of(&session, args.product.of.as_ref()).await?;
    let name = format!("products/{product}/alertTargets/{}", args.id);
    let question = v1::RemoveAlertTargetRequest { name: name.clone() };
    session
        .ask(question, async |request| session.alerts().remove_alert_target(request).await)
        .await?;
    if ctx.out.is_json() {
        return ctx.out.json(&serde_json::json!({ "removed": args.id }));
    }
    ctx.out.say(&format!("Nothing is sent to {} any more; its secret is forgotten.", args.id))
}
