//! Rules: what somebody is told, and by which ways.

use clap::{Args, Subcommand};
use koepel_api::v1::{self, AlertChannel, AlertKind};
use serde::Serialize;

use super::{
    OfProduct, ReceiverShape, Whose, receiver,
    schedule::{ScheduleArgs, ScheduleShape, when},
};
use crate::{
    circumstances::required,
    context::{Context, domain_within},
    failure::Failure,
    names::{self, DomainRef},
    table::{Column, Table},
    words,
};

/// What can be done with a rule.
#[derive(Debug, Subcommand)]
pub(crate) enum RuleCommand {
    /// Say what somebody is told, in place of the rule before
    Set(SetArgs),
    /// Take a rule away; what is told without one is told again
    Remove(RemoveArgs),
}

/// What `alert rule set` can be given.
#[derive(Args, Debug)]
#[command(
    after_help = "Without a rule everybody is told what concerns them, by every way that has an address of theirs."
)]
pub(crate) struct SetArgs {
    #[command(flatten)]
    product: OfProduct,
    #[command(flatten)]
    whose: Whose,
    /// By this way; may be given several times
    #[arg(long, value_parser = words::parser::<AlertChannel>(), value_name = "WAY", required_unless_present = "silent")]
    by: Vec<AlertChannel>,
    /// By no way at all
    #[arg(long, conflicts_with = "by")]
    silent: bool,
    /// Only this kind; may be given several times
    #[arg(long, value_parser = words::parser::<AlertKind>(), value_name = "KIND")]
    kind: Vec<AlertKind>,
    /// Only what involves this domain, but for what they are asked to decide; may be given several times
    #[arg(long, short, value_name = "DOMAIN")]
    domain: Vec<DomainRef>,
    /// Also what does not concern them
    #[arg(long)]
    everything: bool,
    #[command(flatten)]
    schedule: ScheduleArgs,
}

/// What `alert rule remove` can be given.
#[derive(Args, Debug)]
pub(crate) struct RemoveArgs {
    #[command(flatten)]
    product: OfProduct,
    #[command(flatten)]
    whose: Whose,
}

/// A rule as JSON.
#[derive(Serialize)]
struct RuleShape {
    receiver: ReceiverShape,
    kinds: Vec<String>,
    domains: Vec<String>,
    channels: Vec<String>,
    everything: bool,
    schedule: Option<ScheduleShape>,
}

impl From<&v1::AlertRule> for RuleShape {
    fn from(rule: &v1::AlertRule) -> Self {
        Self {
            receiver: rule.receiver.as_ref().into(),
            kinds: rule
                .kinds
                .iter()
                .filter_map(|kind| words::for_programs::<AlertKind>(*kind))
                .collect(),
            domains: rule.domains.iter().map(|name| names::short(name).to_owned()).collect(),
            channels: rule
                .channels
                .iter()
                .filter_map(|way| words::for_programs::<AlertChannel>(*way))
                .collect(),
            everything: rule.everything,
            schedule: rule.schedule.as_ref().map(Into::into),
        }
    }
}

pub(super) async fn run(command: RuleCommand, ctx: &mut Context) -> Result<(), Failure> {
    match command {
        RuleCommand::Set(args) => set(args, ctx).await,
        RuleCommand::Remove(args) => remove(args, ctx).await,
    }
}

/// What a rule lets through, in words.
fn what(rule: &v1::AlertRule) -> String {
    let kinds: Vec<String> =
        rule.kinds.iter().map(|kind| words::for_people::<AlertKind>(*kind)).collect();
    let domains: Vec<&str> = rule.domains.iter().map(|name| names::short(name)).collect();
    let whom = if rule.everything { "everything" } else { "what concerns them" };
    let mut text =
        if kinds.is_empty() { whom.to_owned() } else { format!("{whom}: {}", kinds.join(", ")) };
    if !domains.is_empty() {
        text.push_str(&format!(", in {}", domains.join(", ")));
    }
    text
}

fn ways(rule: &v1::AlertRule) -> String {
    let ways: Vec<String> =
        rule.channels.iter().map(|way| words::for_people::<AlertChannel>(*way)).collect();
    if ways.is_empty() { "none".to_owned() } else { ways.join(", ") }
}

pub(super) async fn list(args: OfProduct, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let product = ctx.product_of(&session, args.of.as_ref()).await?;
    let question = v1::ListAlertRulesRequest { parent: names::product(&product) };
    let answer = session
        .ask(question, async |request| session.alerts().list_alert_rules(request).await)
        .await?;
    if ctx.out.is_json() {
        let shapes: Vec<_> = answer.rules.iter().map(RuleShape::from).collect();
        return ctx.out.json(&shapes);
    }
    if answer.rules.is_empty() {
        ctx.out.note(&format!(
            "There is no rule in {product} that you may see: you are told what concerns you, by every way that has an address of yours. `koepel alert rule set --by WAY` makes one."
        ));
        return Ok(());
    }
    let mut table = Table::new([
        Column::Word("WHOSE"),
        Column::Wrapped("WHAT"),
        Column::Wrapped("BY"),
        Column::Wrapped("WHEN"),
    ])
    .sparse(&["WHEN"]);
    for rule in &answer.rules {
        let when = when(rule.schedule.as_ref());
        table.row([receiver(rule.receiver.as_ref()), what(rule), ways(rule), when]);
    }
    let text = table.render(ctx.out.view());
    ctx.out.text(&text)
}

async fn set(args: SetArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let product = ctx.product_of(&session, args.product.of.as_ref()).await?;
    let domains: Result<Vec<String>, Failure> =
        args.domain.iter().map(|domain| domain_within(domain, &product)).collect();
    let rule = v1::AlertRule {
        receiver: Some(args.whose.receiver(&session, &product).await?),
        kinds: args.kind.into_iter().map(Into::into).collect(),
        domains: domains?,
        channels: args.by.into_iter().map(Into::into).collect(),
        everything: args.everything,
        schedule: args.schedule.to_wire()?,
    };
    let command = |request_id| v1::SetAlertRuleRequest {
        parent: names::product(&product),
        rule: Some(rule),
        request_id,
    };
    let answer = session
        .command(command, async |request| session.alerts().set_alert_rule(request).await)
        .await?;
    let rule = required(answer.rule, "rule")?;
    if ctx.out.is_json() {
        return ctx.out.json(&RuleShape::from(&rule));
    }
    let when = when(rule.schedule.as_ref());
    ctx.out.say(&format!(
        "{} is told {} by: {}{}{when}.",
        receiver(rule.receiver.as_ref()),
        what(&rule),
        ways(&rule),
        if when.is_empty() { "" } else { "; written to " }
    ))
}

async fn remove(args: RemoveArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let product = ctx.product_of(&session, args.product.of.as_ref()).await?;
    let whose = args.whose.receiver(&session, &product).await?;
    let command = |request_id| v1::RemoveAlertRuleRequest {
        parent: names::product(&product),
        receiver: Some(whose.clone()),
        request_id,
    };
    session
        .command(command, async |request| session.alerts().remove_alert_rule(request).await)
        .await?;
    if ctx.out.is_json() {
        return ctx.out.json(&ReceiverShape::from(Some(&whose)));
    }
    ctx.out.say(&format!(
        "The rule for {} is gone: told is what concerns them, by every way.",
        receiver(Some(&whose))
    ))
}
