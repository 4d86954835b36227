//! `koepel decision`: what was decided, why, on whose mandate, and whether it is followed.

use clap::{Args, Subcommand};
use koepel_api::v1::{self, Topic};
use serde::Serialize;

use crate::{
    as_of::{AsOf, FORMS},
    circumstances::required,
    context::Context,
    escalation::ordered::{self, OrderedShape},
    failure::Failure,
    moment,
    names::{self, NumberRef, ProductRef},
    output::{View, on_one_line, without_controls},
    table::{Column, Table, facts},
    words,
};

/// What can be done with decisions.
#[derive(Debug, Subcommand)]
pub(crate) enum DecisionCommand {
    /// List decisions, the last one first
    List(ListArgs),
    /// Show a decision
    Show(ShowArgs),
}

/// What `decision list` can be given.
#[derive(Args, Debug)]
pub(crate) struct ListArgs {
    /// Product; may be left out when there is one only
    #[arg(value_name = "PRODUCT")]
    of: Option<ProductRef>,
    /// Words that have to be in it: in its outcome, reason or options, or keys of items
    #[arg(long, value_name = "WORDS")]
    query: Option<String>,
    /// Only about this topic
    #[arg(long, value_parser = words::parser::<Topic>())]
    topic: Option<Topic>,
    /// Only those that no other took the place of
    #[arg(long)]
    in_force: bool,
    /// Only those that a later move did not follow
    #[arg(long)]
    not_followed: bool,
    #[arg(long, value_name = "MOMENT", help = format!("As they stood at a moment: {FORMS}"))]
    as_of: Option<AsOf>,
    /// How many
    #[arg(long, short = 'n', value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    limit: u16,
}

/// What `decision show` can be given.
#[derive(Args, Debug)]
pub(crate) struct ShowArgs {
    /// Its number, or PRODUCT/NUMBER
    decision: NumberRef,
}

/// A decision as JSON.
#[derive(Serialize)]
struct DecisionShape {
    number: String,
    escalation: String,
    topic: Option<String>,
    outcome: String,
    option: Option<u32>,
    options: Vec<String>,
    /// In words.
    changes: String,
    ordered: Vec<OrderedShape>,
    reason: String,
    decided_by: String,
    decided_by_name: Option<String>,
    mandate: String,
    decide_time: Option<String>,
    decide_version: u64,
    replaces: Vec<String>,
    replaced_by: Option<String>,
    not_followed_version: Option<u64>,
}

impl From<&v1::Decision> for DecisionShape {
    fn from(held: &v1::Decision) -> Self {
        Self {
            number: names::short(&held.name).to_owned(),
            escalation: names::short(&held.escalation).to_owned(),
            topic: words::for_programs::<Topic>(held.topic),
            outcome: held.outcome.clone(),
            option: Some(held.option).filter(|option| *option > 0),
            options: held.options.clone(),
            changes: held.summary.clone(),
            ordered: ordered::shapes(&held.changes),
            reason: held.reason.clone(),
            decided_by: names::short(&held.decided_by).to_owned(),
            decided_by_name: Some(held.decided_by_name.clone()).filter(|name| !name.is_empty()),
            mandate: held.mandate.clone(),
            decide_time: moment::rfc3339(held.decide_time.as_ref()),
            decide_version: held.decide_version,
            replaces: held.replaces.iter().map(|no| names::short(no).to_owned()).collect(),
            replaced_by: names::short_or_none(&held.replaced_by).map(str::to_owned),
            not_followed_version: Some(held.not_followed_version).filter(|version| *version > 0),
        }
    }
}

/// Runs one of them.
pub(crate) async fn run(command: DecisionCommand, ctx: &mut Context) -> Result<(), Failure> {
    match command {
        DecisionCommand::List(args) => list(args, ctx).await,
        DecisionCommand::Show(args) => show(args, ctx).await,
    }
}

async fn list(args: ListArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let product = ctx.product_of(&session, args.of.as_ref()).await?;
    let question = v1::ListDecisionsRequest {
        parent: names::product(&product),
        query: args.query.unwrap_or_default(),
        topic: args.topic.map_or(0, i32::from),
        in_force: args.in_force,
        not_followed: args.not_followed,
        page_size: args.limit.into(),
        as_of: args.as_of.as_ref().map(|moment| moment.to_wire(&product)),
        ..v1::ListDecisionsRequest::default()
    };
    let answer = session
        .ask(question, async |request| session.governance().list_decisions(request).await)
        .await?;
    if ctx.out.is_json() {
        let shapes: Vec<_> = answer.decisions.iter().map(DecisionShape::from).collect();
        return ctx.out.json(&shapes);
    }
    if answer.decisions.is_empty() {
        ctx.out.note(&format!("{product} has no such decision."));
        return Ok(());
    }
    let mut table = Table::new([
        Column::Number("#"),
        Column::Word("WHEN"),
        Column::Word("WHO"),
        Column::Text("OUTCOME"),
        Column::Wrapped("CHANGES"),
        Column::Word("STANDING"),
    ])
    .sparse(&["CHANGES", "STANDING"]);
    for held in &answer.decisions {
        table.row([
            names::short(&held.name).to_owned(),
            moment::minute(held.decide_time.as_ref(), &ctx.out.view().zone),
            who(held),
            on_one_line(&held.outcome),
            held.summary.clone(),
            standing(held),
        ]);
    }
    let text = table.render(ctx.out.view());
    ctx.out.text(&text)
}

fn who(held: &v1::Decision) -> String {
    match held.decided_by_name.as_str() {
        "" => names::short(&held.decided_by).to_owned(),
        name => name.to_owned(),
    }
}

/// What became of it; nothing, if it stands and is followed.
fn standing(held: &v1::Decision) -> String {
    match (held.replaced_by.as_str(), held.not_followed_version) {
        ("", 0) => String::new(),
        ("", version) => format!("not followed, version {version}"),
        (by, _) => format!("replaced by {}", names::short(by)),
    }
}

async fn show(args: ShowArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let name = args.decision.name(&session, ctx, "decisions").await?;
    let question = v1::GetDecisionRequest { name, ..Default::default() };
    let answer = session
        .ask(question, async |request| session.governance().get_decision(request).await)
        .await?;
    let held = required(answer.decision, "decision")?;
    if ctx.out.is_json() {
        return ctx.out.json(&DecisionShape::from(&held));
    }
    let text = card(&held, ctx.out.view());
    ctx.out.text(&text)
}

fn card(held: &v1::Decision, view: &View) -> String {
    let number = names::short(&held.name);
    let mut out = format!(
        "{}  {}\n\n",
        view.paint.accent(&format!("Decision {number}")),
        view.paint.bold(&on_one_line(&held.outcome))
    );
    let standing = match standing(held).as_str() {
        "" => "in force".to_owned(),
        other => other.to_owned(),
    };
    let mandate = match held.mandate.as_str() {
        "" => who(held),
        mandate => format!("{}, for {mandate}", who(held)),
    };
    let replaces: Vec<_> = held.replaces.iter().map(|no| names::short(no)).collect();
    let pairs = [
        ("Standing", standing),
        ("Topic", words::for_people::<Topic>(held.topic)),
        ("Escalation", names::short(&held.escalation).to_owned()),
        ("Decided by", mandate),
        ("Decided", moment::minute(held.decide_time.as_ref(), &view.zone)),
        ("Version", held.decide_version.to_string()),
        ("Changes", held.summary.clone()),
        ("Replaces", replaces.join(", ")),
    ];
    out.push_str(&facts(&pairs, view));
    out.push_str(&format!("\n{}\n", without_controls(&held.reason)));
    if !held.options.is_empty() {
        out.push_str(&format!("\n{}\n", view.paint.bold("Options")));
        for (no, option) in (1..).zip(&held.options) {
            let chosen = if no == held.option { "  (chosen)" } else { "" };
            out.push_str(&format!("  {no}  {}{chosen}\n", on_one_line(option)));
        }
    }
    out
}
