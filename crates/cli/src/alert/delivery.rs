//! What became of deliveries; tries; replays.

use clap::Args;
use koepel_api::v1::{self, AlertChannel, AlertConcern, DeliveryState};
use serde::Serialize;

use super::{AlertShape, OfProduct, ReceiverShape, in_words, receiver};
use crate::{
    context::Context,
    failure::Failure,
    moment, names,
    session::Session,
    table::{Column, Table},
    words,
};

/// What `alert deliveries` can be given.
#[derive(Args, Debug)]
pub(crate) struct DeliveriesArgs {
    #[command(flatten)]
    product: OfProduct,
    /// Only those that stand so
    #[arg(long, value_parser = words::parser::<DeliveryState>(), value_name = "STATE")]
    state: Option<DeliveryState>,
    /// How many
    #[arg(long, short = 'n', value_name = "COUNT", default_value_t = 50)]
    limit: i32,
}

/// What `alert test` can be given.
#[derive(Args, Debug)]
pub(crate) struct TestArgs {
    #[command(flatten)]
    product: OfProduct,
    /// To this target only [default: every way to you]
    #[arg(long, value_name = "TARGET")]
    target: Option<String>,
}

/// What `alert replay` can be given.
#[derive(Args, Debug)]
pub(crate) struct ReplayArgs {
    /// Numbers of deliveries that were given up [default: all of them]
    #[arg(value_name = "NUMBER")]
    numbers: Vec<u64>,
    /// Why
    #[arg(long, short, value_name = "TEXT")]
    reason: Option<String>,
}

/// A delivery as JSON.
#[derive(Serialize)]
struct Shape {
    number: String,
    id: String,
    state: Option<String>,
    channel: Option<String>,
    receiver: ReceiverShape,
    concern: Option<String>,
    target: Option<String>,
    attempts: u32,
    error: String,
    create_time: Option<String>,
    next_time: Option<String>,
    end_time: Option<String>,
    alert: Option<AlertShape>,
}

impl From<&v1::Delivery> for Shape {
    fn from(delivery: &v1::Delivery) -> Self {
        Self {
            number: names::short(&delivery.name).to_owned(),
            id: delivery.id.clone(),
            state: words::for_programs::<DeliveryState>(delivery.state),
            channel: words::for_programs::<AlertChannel>(delivery.channel),
            receiver: delivery.receiver.as_ref().into(),
            concern: words::for_programs::<AlertConcern>(delivery.concern),
            target: names::short_or_none(&delivery.target).map(str::to_owned),
            attempts: delivery.attempts,
            error: delivery.error.clone(),
            create_time: moment::rfc3339(delivery.create_time.as_ref()),
            next_time: moment::rfc3339(delivery.next_time.as_ref()),
            end_time: moment::rfc3339(delivery.end_time.as_ref()),
            alert: delivery.alert.as_ref().map(AlertShape::from),
        }
    }
}

/// The way, with the target where there is one.
fn way(delivery: &v1::Delivery) -> String {
    let way = words::for_people::<AlertChannel>(delivery.channel);
    match names::short_or_none(&delivery.target) {
        None => way,
        Some(target) => format!("{way} {target}"),
    }
}

fn show(deliveries: &[v1::Delivery], ctx: &mut Context) -> Result<(), Failure> {
    if ctx.out.is_json() {
        let shapes: Vec<_> = deliveries.iter().map(Shape::from).collect();
        return ctx.out.json(&shapes);
    }
    let mut table = Table::new([
        Column::Number("NO"),
        Column::Wrapped("ALERT"),
        Column::Word("TO"),
        Column::Word("BY"),
        Column::Word("STATE"),
        Column::Number("TRIES"),
        Column::Word("NEXT"),
        Column::Wrapped("ERROR"),
    ])
    .sparse(&["NEXT", "ERROR"]);
    for delivery in deliveries {
        table.row([
            names::short(&delivery.name).to_owned(),
            delivery.alert.as_ref().map_or_else(String::new, in_words),
            receiver(delivery.receiver.as_ref()),
            way(delivery),
            words::for_people::<DeliveryState>(delivery.state),
            delivery.attempts.to_string(),
            delivery
                .next_time
                .as_ref()
                .map_or_else(String::new, |next| moment::second(Some(next), &ctx.out.view().zone)),
            delivery.error.clone(),
        ]);
    }
    let text = table.render(ctx.out.view());
    ctx.out.text(&text)
}

pub(super) async fn list(args: DeliveriesArgs, ctx: &mut Context) -> Result<(), Failure> {
    let state = args.state.unwrap_or(DeliveryState::Unspecified);
    some(args.product, state, args.limit, "Nothing was told yet that you may see.", ctx).await
}

pub(super) async fn dead(args: OfProduct, ctx: &mut Context) -> Result<(), Failure> {
    some(args, DeliveryState::Dead, 1_000, "No delivery was given up.", ctx).await
}

async fn some(
    product: OfProduct,
    state: DeliveryState,
    limit: i32,
    none: &str,
    ctx: &mut Context,
) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let product = ctx.product_of(&session, product.of.as_ref()).await?;
    let question = v1::ListDeliveriesRequest {
        parent: names::product(&product),
        state: state.into(),
        page_size: limit,
        page_token: String::new(),
    };
    let answer = session
        .ask(question, async |request| session.alerts().list_deliveries(request).await)
        .await?;
    if answer.deliveries.is_empty() && !ctx.out.is_json() {
        ctx.out.note(none);
        return Ok(());
    }
    let gone = (answer.dropped > 0 && state == DeliveryState::Dead).then_some(answer.dropped);
    show(&answer.deliveries, ctx)?;
    if !answer.next_page_token.is_empty() && !ctx.out.is_json() {
        ctx.out.note("There are more; --limit shows up to 1,000.");
    }
    if let Some(gone) = gone.filter(|_| !ctx.out.is_json()) {
        ctx.out.note(&format!(
            "{gone} older ones that were given up are not kept any more and cannot be replayed."
        ));
    }
    Ok(())
}

pub(super) async fn test(args: TestArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let product = ctx.product_of(&session, args.product.of.as_ref()).await?;
    let target = args.target.map(|id| format!("products/{product}/alertTargets/{id}"));
    let command = |request_id| v1::SendTestAlertRequest {
        parent: names::product(&product),
        target: target.unwrap_or_default(),
        request_id,
    };
    let answer = session
        .command(command, async |request| session.alerts().send_test_alert(request).await)
        .await?;
    if answer.deliveries.is_empty() && !ctx.out.is_json() {
        let why = silence(&session, &product).await?;
        ctx.out.note(&format!("Nothing is sent to you: {why}."));
        return Ok(());
    }
    show(&answer.deliveries, ctx)?;
    if !ctx.out.is_json() {
        ctx.out.note("`koepel alert deliveries` shows what becomes of it.");
    }
    Ok(())
}

/// Why a try takes no way to whoever asks for it.
async fn silence(session: &Session, product: &str) -> Result<String, Failure> {
    use v1::alert_receiver::Receiver;
    let question = v1::ListAlertRulesRequest { parent: names::product(product) };
    let answer = session
        .ask(question, async |request| session.alerts().list_alert_rules(request).await)
        .await?;
    let me = Receiver::Person(super::me(session).await?);
    let is_own = |rule: &&v1::AlertRule| {
        rule.receiver.as_ref().and_then(|one| one.receiver.as_ref()) == Some(&me)
    };
    let rule = answer.rules.iter().find(is_own);
    Ok(match rule {
        Some(rule) if rule.channels.is_empty() => {
            "your rule is silent; `koepel alert rule remove` takes it away".to_owned()
        }
        Some(rule) if !rule.kinds.is_empty() && !takes_tries(rule) => {
            let kinds = rule.kinds.iter().map(|kind| words::for_people::<v1::AlertKind>(*kind));
            let kinds = kinds.collect::<Vec<_>>().join(", ");
            format!(
                "your rule takes these kinds only: {kinds}; add `--kind test` to it, or try one target with --target"
            )
        }
        Some(_) => {
            "no way that your rule names has an address of yours; `koepel alert rules` shows it"
                .to_owned()
        }
        None => "a rule of your role leaves it out; `koepel alert rules` shows them".to_owned(),
    })
}

fn takes_tries(rule: &v1::AlertRule) -> bool {
    rule.kinds.contains(&v1::AlertKind::Test.into())
}

pub(super) async fn replay(args: ReplayArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let product = ctx.product_of(&session, None).await?;
    let named = args.numbers.iter().map(|number| format!("products/{product}/deliveries/{number}"));
    let named: Vec<String> = named.collect();
    let command = |request_id| v1::ReplayDeliveriesRequest {
        parent: names::product(&product),
        names: named,
        reason: args.reason.unwrap_or_default(),
        request_id,
    };
    let answer = session
        .command(command, async |request| session.alerts().replay_deliveries(request).await)
        .await?;
    if ctx.out.is_json() {
        return ctx.out.json(&serde_json::json!({ "replayed": answer.replayed }));
    }
    match answer.replayed {
        0 => ctx.out.say("No delivery was given up: there is nothing to try again."),
        1 => ctx.out.say("1 delivery is tried again."),
        count => ctx.out.say(&format!("{count} deliveries are tried again.")),
    }
}
