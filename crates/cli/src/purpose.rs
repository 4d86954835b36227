//! `koepel vision` and `koepel goal`: what the product is for.

use std::io::Read as _;

use clap::{Args, Subcommand};
use koepel_api::v1;
use serde::Serialize;

use crate::{
    as_of::{AsOf, FORMS},
    circumstances::{Expected, Receipt, Why, required},
    context::Context,
    failure::{Failure, Kind},
    moment,
    names::{self, ProductRef},
    output::without_controls,
    product::mask,
    table::{Column, Table},
};

/// What can be done with the vision.
#[derive(Debug, Subcommand)]
pub(crate) enum VisionCommand {
    /// Show the vision in force
    Show(ShowArgs),
    /// Publish a vision in place of the one in force (Chief PO)
    Publish(PublishArgs),
}

/// What `vision show` can be given.
#[derive(Args, Debug)]
pub(crate) struct ShowArgs {
    /// Product; may be left out when there is one only
    #[arg(value_name = "PRODUCT")]
    of: Option<ProductRef>,
    /// The vision as it was
    #[arg(long, value_name = "MOMENT", help = format!("The vision as it was: {FORMS}"))]
    as_of: Option<AsOf>,
}

/// What `vision publish` can be given.
#[derive(Args, Debug)]
pub(crate) struct PublishArgs {
    /// File with the text; - for standard input
    #[arg(value_name = "FILE")]
    file: std::path::PathBuf,
    /// Product; may be left out when there is one only
    #[arg(value_name = "PRODUCT")]
    of: Option<ProductRef>,
    #[command(flatten)]
    why: Why,
    #[command(flatten)]
    expected: Expected,
}

/// What can be done with goals.
#[derive(Debug, Subcommand)]
pub(crate) enum GoalCommand {
    /// List the goals of a product
    List(ListArgs),
    /// Add a goal (Chief PO)
    Add(AddArgs),
    /// Change a goal's name or summary (Chief PO)
    Edit(EditArgs),
    /// Say that a goal is reached or given up (Chief PO)
    Close(CloseArgs),
}

/// What `goal list` can be given.
#[derive(Args, Debug)]
pub(crate) struct ListArgs {
    /// Product; may be left out when there is one only
    #[arg(value_name = "PRODUCT")]
    of: Option<ProductRef>,
}

/// A goal's id, perhaps with its product in front.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GoalRef {
    product: Option<String>,
    id: String,
}

impl std::str::FromStr for GoalRef {
    type Err = String;

    fn from_str(given: &str) -> Result<Self, String> {
        let bare = given.strip_prefix("products/").unwrap_or(given);
        let (product, id) = match bare.rsplit_once('/') {
            Some((product, id)) => {
                (Some(product.strip_suffix("/goals").unwrap_or(product).to_owned()), id)
            }
            None => (None, bare),
        };
        if id.is_empty() || id.contains(char::is_whitespace) {
            return Err(format!("`{given}` names no goal: give its id, or PRODUCT/GOAL"));
        }
        Ok(Self { product, id: id.to_owned() })
    }
}

/// What `goal add` can be given.
#[derive(Args, Debug)]
pub(crate) struct AddArgs {
    /// Id of the goal, such as webshop/fewer-returns
    goal: GoalRef,
    /// Name to show [default: the id]
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// What is reached when it is reached
    #[arg(long, value_name = "TEXT")]
    summary: Option<String>,
}

/// What `goal edit` can be given.
#[derive(Args, Debug)]
#[command(group(clap::ArgGroup::new("change").args(["name", "summary"]).required(true).multiple(true)))]
pub(crate) struct EditArgs {
    /// The goal
    goal: GoalRef,
    /// New name to show
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// New summary
    #[arg(long, value_name = "TEXT")]
    summary: Option<String>,
    #[command(flatten)]
    expected: Expected,
}

/// What `goal close` can be given.
#[derive(Args, Debug)]
pub(crate) struct CloseArgs {
    /// The goal
    goal: GoalRef,
    /// Why
    #[arg(long, short, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    expected: Expected,
}

/// The vision as JSON.
#[derive(Serialize)]
struct VisionShape {
    text: String,
    edition: u32,
    author: String,
    author_display_name: String,
    publish_time: Option<String>,
    changed_at_version: u64,
}

impl From<&v1::Vision> for VisionShape {
    fn from(vision: &v1::Vision) -> Self {
        Self {
            text: vision.text.clone(),
            edition: vision.edition,
            author: names::short(&vision.author).to_owned(),
            author_display_name: vision.author_display_name.clone(),
            publish_time: moment::rfc3339(vision.publish_time.as_ref()),
            changed_at_version: vision.changed_at_version,
        }
    }
}

/// A goal as JSON.
#[derive(Serialize)]
struct GoalShape {
    id: String,
    display_name: String,
    summary: String,
    closed: bool,
    closed_reason: String,
    changed_at_version: u64,
}

impl From<&v1::Goal> for GoalShape {
    fn from(goal: &v1::Goal) -> Self {
        Self {
            id: names::short(&goal.name).to_owned(),
            display_name: goal.display_name.clone(),
            summary: goal.summary.clone(),
            closed: goal.closed,
            closed_reason: goal.closed_reason.clone(),
            changed_at_version: goal.changed_at_version,
        }
    }
}

/// The answer of a command, as JSON.
#[derive(Serialize)]
struct Changed<T> {
    #[serde(flatten)]
    what: T,
    receipt: Receipt,
}

/// Runs one of the commands on the vision.
pub(crate) async fn vision(command: VisionCommand, ctx: &mut Context) -> Result<(), Failure> {
    match command {
        VisionCommand::Show(args) => show(args, ctx).await,
        VisionCommand::Publish(args) => publish(args, ctx).await,
    }
}

async fn show(args: ShowArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let product = ctx.product_of(&session, args.of.as_ref()).await?;
    let as_of = args.as_of.map(|as_of| as_of.to_wire(&product));
    let name = format!("products/{product}/vision");
    let question = v1::GetVisionRequest { name, min_version: 0, as_of };
    let answer =
        session.ask(question, async |request| session.roadmap().get_vision(request).await).await?;
    let vision = required(answer.vision, "vision")?;
    if ctx.out.is_json() {
        return ctx.out.json(&VisionShape::from(&vision));
    }
    let by = if vision.author_display_name.is_empty() {
        names::short(&vision.author)
    } else {
        &vision.author_display_name
    };
    let when = moment::minute(vision.publish_time.as_ref(), &ctx.out.view().zone);
    let text = without_controls(vision.text.trim_end());
    ctx.out.text(&format!("{text}\n\nEdition {}, by {by}, {when}\n", vision.edition))
}

async fn publish(args: PublishArgs, ctx: &mut Context) -> Result<(), Failure> {
    let read = if args.file.as_os_str() == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(&args.file)
    };
    let text = read.map_err(|error| {
        Failure::new(Kind::Failed, format!("{} cannot be read: {error}", args.file.display()))
    })?;
    let session = ctx.session().await?;
    let product = ctx.product_of(&session, args.of.as_ref()).await?;
    let command = |request_id| v1::PublishVisionRequest {
        product: names::product(&product),
        text,
        expected_version: args.expected.version(),
        reason: args.why.text(),
        request_id,
    };
    let answer = session
        .command(command, async |request| session.roadmap().publish_vision(request).await)
        .await?;
    let (vision, receipt) =
        (required(answer.vision, "vision")?, required(answer.receipt, "receipt")?);
    if ctx.out.is_json() {
        let what = VisionShape::from(&vision);
        return ctx.out.json(&Changed { what, receipt: Receipt::from(&receipt) });
    }
    let told = format!("Edition {} of the vision is in force.", vision.edition);
    ctx.out.say(&format!("{told} Version {}.", receipt.version))
}

/// Runs one of the commands on goals.
pub(crate) async fn goal(command: GoalCommand, ctx: &mut Context) -> Result<(), Failure> {
    match command {
        GoalCommand::List(args) => list(args, ctx).await,
        GoalCommand::Add(args) => add(args, ctx).await,
        GoalCommand::Edit(args) => edit(args, ctx).await,
        GoalCommand::Close(args) => close(args, ctx).await,
    }
}

async fn list(args: ListArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let product = ctx.product_of(&session, args.of.as_ref()).await?;
    let question = v1::ListGoalsRequest {
        parent: names::product(&product),
        page_size: 1_000,
        ..v1::ListGoalsRequest::default()
    };
    let answer =
        session.ask(question, async |request| session.roadmap().list_goals(request).await).await?;
    let goals: Vec<GoalShape> = answer.goals.iter().map(GoalShape::from).collect();
    if ctx.out.is_json() {
        return ctx.out.json(&goals);
    }
    if goals.is_empty() {
        ctx.out.note(&format!(
            "{product} has no goals yet. `koepel goal add {product}/GOAL --name TEXT` adds one."
        ));
        return Ok(());
    }
    let mut table = Table::new([
        Column::Word("GOAL"),
        Column::Text("NAME"),
        Column::Wrapped("SUMMARY"),
        Column::Word("STATE"),
    ])
    .sparse(&["STATE", "SUMMARY"]);
    for goal in &goals {
        let state =
            if goal.closed { format!("closed: {}", goal.closed_reason) } else { String::new() };
        table.row([goal.id.clone(), goal.display_name.clone(), goal.summary.clone(), state]);
    }
    let text = table.render(ctx.out.view());
    ctx.out.text(&text)
}

async fn add(args: AddArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let product = ctx.product(&session, args.goal.product.as_deref()).await?;
    let command = |request_id| v1::CreateGoalRequest {
        parent: names::product(&product),
        goal_id: args.goal.id,
        display_name: args.name.unwrap_or_default(),
        summary: args.summary.unwrap_or_default(),
        request_id,
    };
    let answer = session
        .command(command, async |request| session.roadmap().create_goal(request).await)
        .await?;
    changed(ctx, answer.goal, answer.receipt, "is added")
}

async fn edit(args: EditArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let product = ctx.product(&session, args.goal.product.as_deref()).await?;
    let (paths, display_name, summary) = mask(args.name, args.summary);
    let name = format!("products/{product}/goals/{}", args.goal.id);
    let goal = v1::Goal { name, display_name, summary, ..v1::Goal::default() };
    let command = |request_id| v1::UpdateGoalRequest {
        goal: Some(goal),
        update_mask: Some(prost_types::FieldMask { paths }),
        expected_version: args.expected.version(),
        request_id,
    };
    let answer = session
        .command(command, async |request| session.roadmap().update_goal(request).await)
        .await?;
    changed(ctx, answer.goal, answer.receipt, "is changed")
}

async fn close(args: CloseArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let product = ctx.product(&session, args.goal.product.as_deref()).await?;
    let command = |request_id| v1::CloseGoalRequest {
        name: format!("products/{product}/goals/{}", args.goal.id),
        reason: args.reason,
        expected_version: args.expected.version(),
        request_id,
    };
    let answer = session
        .command(command, async |request| session.roadmap().close_goal(request).await)
        .await?;
    changed(ctx, answer.goal, answer.receipt, "is closed; nothing new can be tied to it")
}

fn changed(
    ctx: &mut Context,
    goal: Option<v1::Goal>,
    receipt: Option<v1::Receipt>,
    verb: &str,
) -> Result<(), Failure> {
    let (goal, receipt) = (required(goal, "goal")?, required(receipt, "receipt")?);
    if ctx.out.is_json() {
        let what = GoalShape::from(&goal);
        return ctx.out.json(&Changed { what, receipt: Receipt::from(&receipt) });
    }
    if ctx.out.is_quiet() {
        return ctx.out.line(names::short(&goal.name));
    }
    ctx.out.line(&format!("Goal “{}” {verb}. Version {}.", goal.display_name, receipt.version))
}
