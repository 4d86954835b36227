//! `koepel escalation`: raise a disagreement, bring it further, decide it.

mod option;
pub(crate) mod ordered;
mod show;

use clap::{Args, Subcommand};
use koepel_api::v1::{self, Topic};
use serde::Serialize;

use self::{
    option::OptionArg,
    show::{EscalationShape, card, entries, list_text},
};
use crate::{
    as_of::{AsOf, FORMS},
    circumstances::{Expected, Receipt, required},
    context::{Context, domain_within},
    failure::Failure,
    names::{self, DomainRef, ItemRef, NumberRef, ProductRef},
    place::within,
    words,
};

/// What can be done with escalations.
#[derive(Debug, Subcommand)]
pub(crate) enum EscalationCommand {
    /// List escalations, the last raised first
    List(ListArgs),
    /// Show an escalation: who decides until when, and what happened
    Show(ShowArgs),
    /// Put a disagreement before whoever decides it (all but suppliers, stakeholders and tools)
    Raise(Box<RaiseArgs>),
    /// Say that you are on it (whose turn it is)
    Acknowledge(AcknowledgeArgs),
    /// Say something about it
    Comment(CommentArgs),
    /// Decide it, and make the changes that the decision orders (whose turn it is)
    Decide(Box<DecideArgs>),
    /// Take it back (who raised it)
    Withdraw(EndArgs),
    /// Have it decided again (who raised it, or the Chief PO)
    Reopen(EndArgs),
}

/// What `escalation list` can be given.
#[derive(Args, Debug)]
pub(crate) struct ListArgs {
    /// Product; may be left out when there is one only
    #[arg(value_name = "PRODUCT")]
    of: Option<ProductRef>,
    /// Only those that concern this domain
    #[arg(long, short, value_name = "DOMAIN")]
    domain: Option<DomainRef>,
    /// Only those that are about this item
    #[arg(long, value_name = "ITEM")]
    item: Option<ItemRef>,
    /// Decided and withdrawn ones, too
    #[arg(long)]
    all: bool,
    /// Only those that you may decide now
    #[arg(long)]
    mine: bool,
    #[arg(long, value_name = "MOMENT", help = format!("As they stood at a moment: {FORMS}"))]
    as_of: Option<AsOf>,
    /// How many
    #[arg(long, short = 'n', value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    limit: u16,
}

/// What `escalation show` can be given.
#[derive(Args, Debug)]
pub(crate) struct ShowArgs {
    /// Its number, or PRODUCT/NUMBER
    escalation: NumberRef,
}

/// What `escalation raise` can be given.
#[derive(Args, Debug)]
pub(crate) struct RaiseArgs {
    /// What it is, in one line
    title: String,
    /// Product; may be left out when there is one only
    #[arg(value_name = "PRODUCT")]
    of: Option<ProductRef>,
    /// What it is about
    #[arg(long, value_parser = words::parser::<Topic>(), default_value = "priority")]
    topic: Topic,
    /// What the matter is
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
    /// An item that it is about; may be given several times
    #[arg(long = "item", value_name = "ITEM")]
    items: Vec<ItemRef>,
    /// A roadmap entry that it is about, by its number; may be given several times
    #[arg(long = "entry", value_name = "ENTRY")]
    entries: Vec<NumberRef>,
    /// A domain that is concerned, beside those of the items and entries; may be given several times
    #[arg(long = "domain", short, value_name = "DOMAIN")]
    domains: Vec<DomainRef>,
    /// A way out, with the changes that choosing it orders after =>; may be given several times
    #[arg(
        long = "option",
        value_name = "TITLE[ => CHANGES]",
        help = "A way out, with the changes that choosing it orders: \
                \"Tills first => rank OFFLINE-2 above ONLINE-3, pin OFFLINE-2\"; may be given several times",
        long_help = option::FORMS
    )]
    options: Vec<OptionArg>,
}

/// What `escalation acknowledge` can be given.
#[derive(Args, Debug)]
pub(crate) struct AcknowledgeArgs {
    /// Its number, or PRODUCT/NUMBER
    escalation: NumberRef,
    #[command(flatten)]
    expected: Expected,
}

/// What `escalation comment` can be given.
#[derive(Args, Debug)]
pub(crate) struct CommentArgs {
    /// Its number, or PRODUCT/NUMBER
    escalation: NumberRef,
    /// What to say
    text: String,
}

/// What `escalation decide` can be given.
#[derive(Args, Debug)]
pub(crate) struct DecideArgs {
    /// Its number, or PRODUCT/NUMBER
    escalation: NumberRef,
    /// One of its options, by its number from 1
    #[arg(long, value_name = "N", required_unless_present = "other", conflicts_with = "other")]
    option: Option<u32>,
    /// Another way out, with the changes that it orders after =>
    #[arg(long, value_name = "TITLE[ => CHANGES]", long_help = option::FORMS)]
    other: Option<OptionArg>,
    /// A decision that it takes the place of, by its number; may be given several times
    #[arg(long, value_name = "DECISION")]
    replaces: Vec<NumberRef>,
    /// Why; kept in the decision log
    #[arg(long, short, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    expected: Expected,
}

/// What `escalation withdraw` and `reopen` can be given.
#[derive(Args, Debug)]
pub(crate) struct EndArgs {
    /// Its number, or PRODUCT/NUMBER
    escalation: NumberRef,
    /// Why
    #[arg(long, short, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    expected: Expected,
}

/// The answer of a command, as JSON.
#[derive(Serialize)]
struct Changed {
    escalation: EscalationShape,
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<String>,
    receipt: Receipt,
}

/// Runs one of them.
pub(crate) async fn run(command: EscalationCommand, ctx: &mut Context) -> Result<(), Failure> {
    match command {
        EscalationCommand::List(args) => list(args, ctx).await,
        EscalationCommand::Show(args) => show(args, ctx).await,
        EscalationCommand::Raise(args) => raise(*args, ctx).await,
        EscalationCommand::Acknowledge(args) => acknowledge(args, ctx).await,
        EscalationCommand::Comment(args) => comment(args, ctx).await,
        EscalationCommand::Decide(args) => decide(*args, ctx).await,
        EscalationCommand::Withdraw(args) => withdraw(args, ctx).await,
        EscalationCommand::Reopen(args) => reopen(args, ctx).await,
    }
}

async fn list(args: ListArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let product = ctx.product_of(&session, args.of.as_ref()).await?;
    let parent = match &args.domain {
        Some(domain) => domain_within(domain, &product)?,
        None => names::product(&product),
    };
    let item = args.item.as_ref().map(|item| within(item, &product)).transpose()?;
    let question = v1::ListEscalationsRequest {
        parent,
        item: item.unwrap_or_default(),
        all: args.all,
        mine: args.mine,
        page_size: args.limit.into(),
        as_of: args.as_of.as_ref().map(|moment| moment.to_wire(&product)),
        ..v1::ListEscalationsRequest::default()
    };
    let answer = session
        .ask(question, async |request| session.escalations().list_escalations(request).await)
        .await?;
    if ctx.out.is_json() {
        let shapes: Vec<_> = answer.escalations.iter().map(EscalationShape::from).collect();
        return ctx.out.json(&shapes);
    }
    if answer.escalations.is_empty() {
        let about =
            args.item.as_ref().map_or_else(String::new, |item| format!(" about {}", item.key));
        let which = match (args.mine, args.all) {
            _ if args.as_of.is_some() => "stood so then",
            (true, _) => "waits for you to decide it",
            (false, true) => "was ever raised",
            (false, false) => "is open",
        };
        ctx.out.note(&format!("No escalation of {product}{about} {which}."));
        return Ok(());
    }
    let text = list_text(&answer.escalations, ctx.out.view());
    ctx.out.text(&text)?;
    if !answer.next_page_token.is_empty() {
        ctx.out.note("There are more; `--limit` shows up to 1,000.");
    }
    Ok(())
}

async fn show(args: ShowArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let name = args.escalation.name(&session, ctx, "escalations").await?;
    let question = v1::GetEscalationRequest { name: name.clone(), ..Default::default() };
    let answer = session
        .ask(question, async |request| session.escalations().get_escalation(request).await)
        .await?;
    let escalation = required(answer.escalation, "escalation")?;
    let question = v1::ListEscalationHistoryRequest {
        name,
        page_size: 200,
        ..v1::ListEscalationHistoryRequest::default()
    };
    let history = session
        .ask(question, async |request| session.escalations().list_escalation_history(request).await)
        .await?;
    if ctx.out.is_json() {
        let mut shape = EscalationShape::from(&escalation);
        shape.text = Some(answer.text);
        shape.history = entries(&history.entries);
        return ctx.out.json(&shape);
    }
    let text = card(&escalation, &answer.text, &history.entries, ctx.out.view());
    ctx.out.text(&text)
}

async fn raise(args: RaiseArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    // An item that is named with its product says which product is meant.
    let of = args.items.iter().find_map(|item| item.product.clone()).map(ProductRef);
    let product = ctx.product_of(&session, args.of.as_ref().or(of.as_ref())).await?;
    let items: Result<Vec<_>, _> = args.items.iter().map(|item| within(item, &product)).collect();
    let domains: Result<Vec<_>, _> =
        args.domains.iter().map(|domain| domain_within(domain, &product)).collect();
    let options: Result<Vec<_>, _> =
        args.options.iter().map(|option| option.to_wire(&product)).collect();
    let entries = args.entries.iter().map(|entry| entry.within(&product, "roadmapEntries"));
    let (items, domains, options) = (items?, domains?, options?);
    let entries: Vec<_> = entries.collect();
    let command = |request_id| v1::RaiseEscalationRequest {
        parent: names::product(&product),
        topic: args.topic.into(),
        title: args.title,
        text: args.text.unwrap_or_default(),
        items,
        roadmap_entries: entries,
        domains,
        options,
        request_id,
    };
    let answer = session
        .command(command, async |request| session.escalations().raise_escalation(request).await)
        .await?;
    let escalation = required(answer.escalation, "escalation")?;
    let sentence = show::raised(&escalation, ctx.out.view());
    changed(ctx, &escalation, answer.receipt, None, &sentence)
}

async fn acknowledge(args: AcknowledgeArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let name = args.escalation.name(&session, ctx, "escalations").await?;
    let expected_version = args.expected.version();
    let command =
        |request_id| v1::AcknowledgeEscalationRequest { name, expected_version, request_id };
    let answer = session
        .command(command, async |request| {
            session.escalations().acknowledge_escalation(request).await
        })
        .await?;
    let escalation = required(answer.escalation, "escalation")?;
    let sentence = format!("You are on escalation {}.", names::short(&escalation.name));
    changed(ctx, &escalation, answer.receipt, None, &sentence)
}

async fn comment(args: CommentArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let name = args.escalation.name(&session, ctx, "escalations").await?;
    let (text, expected_version) = (args.text, 0);
    let command =
        |request_id| v1::CommentEscalationRequest { name, text, expected_version, request_id };
    let answer = session
        .command(command, async |request| session.escalations().comment_escalation(request).await)
        .await?;
    let escalation = required(answer.escalation, "escalation")?;
    let sentence = format!("Said of escalation {}.", names::short(&escalation.name));
    changed(ctx, &escalation, answer.receipt, None, &sentence)
}

async fn decide(args: DecideArgs, ctx: &mut Context) -> Result<(), Failure> {
    use v1::decide_escalation_request::Outcome;
    let session = ctx.session().await?;
    let name = args.escalation.name(&session, ctx, "escalations").await?;
    let product = names::product_of(&name).to_owned();
    let outcome = match (&args.other, args.option) {
        (Some(other), _) => Some(Outcome::Other(other.to_wire(&product)?)),
        (None, option) => option.map(Outcome::Option),
    };
    let replaces = args.replaces.iter().map(|no| no.within(&product, "decisions")).collect();
    let command = |request_id| v1::DecideEscalationRequest {
        name,
        outcome,
        replaces,
        reason: args.reason,
        expected_version: args.expected.version(),
        request_id,
    };
    let answer = session
        .command(command, async |request| session.escalations().decide_escalation(request).await)
        .await?;
    let escalation = required(answer.escalation, "escalation")?;
    let decision = names::short(&answer.decision).to_owned();
    let sentence = format!(
        "Escalation {} is decided: decision {decision}. `koepel decision show {product}/{decision}` shows it.",
        names::short(&escalation.name)
    );
    changed(ctx, &escalation, answer.receipt, Some(decision), &sentence)
}

async fn withdraw(args: EndArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let name = args.escalation.name(&session, ctx, "escalations").await?;
    let (reason, expected_version) = (args.reason, args.expected.version());
    let command =
        |request_id| v1::WithdrawEscalationRequest { name, reason, expected_version, request_id };
    let answer = session
        .command(command, async |request| session.escalations().withdraw_escalation(request).await)
        .await?;
    let escalation = required(answer.escalation, "escalation")?;
    let sentence = format!("Escalation {} is withdrawn.", names::short(&escalation.name));
    changed(ctx, &escalation, answer.receipt, None, &sentence)
}

async fn reopen(args: EndArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let name = args.escalation.name(&session, ctx, "escalations").await?;
    let (reason, expected_version) = (args.reason, args.expected.version());
    let command =
        |request_id| v1::ReopenEscalationRequest { name, reason, expected_version, request_id };
    let answer = session
        .command(command, async |request| session.escalations().reopen_escalation(request).await)
        .await?;
    let escalation = required(answer.escalation, "escalation")?;
    let sentence = show::raised(&escalation, ctx.out.view());
    changed(ctx, &escalation, answer.receipt, None, &sentence)
}

fn changed(
    ctx: &mut Context,
    escalation: &v1::Escalation,
    receipt: Option<v1::Receipt>,
    decision: Option<String>,
    sentence: &str,
) -> Result<(), Failure> {
    let receipt = required(receipt, "receipt")?;
    if ctx.out.is_json() {
        let (escalation, receipt) = (EscalationShape::from(escalation), Receipt::from(&receipt));
        return ctx.out.json(&Changed { escalation, decision, receipt });
    }
    if ctx.out.is_quiet() {
        return ctx.out.line(names::short(&escalation.name));
    }
    ctx.out.line(&format!("{sentence} Version {}.", receipt.version))
}
