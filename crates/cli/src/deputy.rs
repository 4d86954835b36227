//! `koepel deputy`: who stands in for the Chief PO or a domain PO, from a day to a day.

use clap::{Args, Subcommand};
use koepel_api::v1::{self, Role};
use serde::Serialize;

use crate::{
    as_of::{AsOf, FORMS},
    circumstances::{Receipt, required},
    context::Context,
    failure::Failure,
    moment,
    names::{self, ProductRef},
    role::{Seat, place_of, seat_told, state_told},
    table::{Column, Table},
    term::{TermArgs, TermShape, columns, told},
    words,
};

/// What can be done with deputies.
#[derive(Debug, Subcommand)]
pub(crate) enum DeputyCommand {
    /// List who stands in for whom, now or later
    List(ListArgs),
    /// Name somebody who stands in (the holder of the seat, the Chief PO or an administrator)
    Name(NameArgs),
    /// Let somebody stand in no longer, nor later
    Dismiss(DismissArgs),
}

/// What `deputy list` can be given.
#[derive(Args, Debug)]
pub(crate) struct ListArgs {
    /// Product; may be left out when there is one only
    #[arg(value_name = "PRODUCT")]
    of: Option<ProductRef>,
    /// Also those who did
    #[arg(long)]
    all: bool,
    /// The deputies as they were
    #[arg(long, value_name = "MOMENT", help = format!("The deputies as they were: {FORMS}"))]
    as_of: Option<AsOf>,
}

/// What `deputy name` can be given.
#[derive(Args, Debug)]
pub(crate) struct NameArgs {
    #[command(flatten)]
    seat: Seat,
    #[command(flatten)]
    term: TermArgs,
}

/// What `deputy dismiss` can be given.
#[derive(Args, Debug)]
pub(crate) struct DismissArgs {
    #[command(flatten)]
    seat: Seat,
}

/// A deputy as JSON.
#[derive(Serialize)]
pub(crate) struct DeputyShape {
    person: String,
    person_display_name: Option<String>,
    role: Option<String>,
    domain: Option<String>,
    term: Option<TermShape>,
    state: Option<String>,
    since_version: u64,
    since_time: Option<String>,
}

impl From<&v1::Deputy> for DeputyShape {
    fn from(deputy: &v1::Deputy) -> Self {
        Self {
            person: names::short(&deputy.person).to_owned(),
            person_display_name: Some(deputy.person_display_name.clone())
                .filter(|name| !name.is_empty()),
            role: words::for_programs::<Role>(deputy.role),
            domain: names::short_or_none(&deputy.domain).map(ToOwned::to_owned),
            term: deputy.term.as_ref().map(TermShape::from),
            state: state_told(deputy.state),
            since_version: deputy.since_version,
            since_time: moment::rfc3339(deputy.since_time.as_ref()),
        }
    }
}

/// Deputies as JSON.
#[derive(Serialize)]
struct Deputies {
    version: u64,
    deputies: Vec<DeputyShape>,
}

/// The answer of a command on a deputy, as JSON.
#[derive(Serialize)]
struct Changed {
    #[serde(skip_serializing_if = "Option::is_none")]
    deputy: Option<DeputyShape>,
    receipt: Receipt,
}

/// Runs one of them.
pub(crate) async fn run(command: DeputyCommand, ctx: &mut Context) -> Result<(), Failure> {
    match command {
        DeputyCommand::List(args) => list(args, ctx).await,
        DeputyCommand::Name(args) => name(args, ctx).await,
        DeputyCommand::Dismiss(args) => dismiss(args, ctx).await,
    }
}

async fn list(args: ListArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let product = ctx.product_of(&session, args.of.as_ref()).await?;
    let as_of = args.as_of.map(|as_of| as_of.to_wire(&product));
    let parent = names::product(&product);
    let question =
        v1::ListRolesRequest { product: parent, min_version: 0, as_of, include_over: args.all };
    let answer =
        session.ask(question, async |request| session.products().list_roles(request).await).await?;
    if ctx.out.is_json() {
        let deputies = answer.deputies.iter().map(DeputyShape::from).collect();
        return ctx.out.json(&Deputies { version: answer.version, deputies });
    }
    if answer.deputies.is_empty() {
        ctx.out.note("Nobody stands in for anybody, now or later.");
        return Ok(());
    }
    let mut table = Table::new([
        Column::Word("DEPUTY"),
        Column::Text("NAME"),
        Column::Word("OF"),
        Column::Word("DOMAIN"),
        Column::Word("FROM"),
        Column::Word("UNTIL"),
        Column::Word("STATE"),
    ]);
    for deputy in &answer.deputies {
        let (from, until) = columns(deputy.term.as_ref());
        table.row([
            names::short(&deputy.person).to_owned(),
            deputy.person_display_name.clone(),
            words::role(deputy.role),
            names::short(&deputy.domain).to_owned(),
            from,
            until,
            state_told(deputy.state).unwrap_or_default().replace('_', " "),
        ]);
    }
    let text = table.render(ctx.out.view());
    ctx.out.text(&text)
}

async fn name(args: NameArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let (product, domain) = place_of(&args.seat, &session, ctx).await?;
    let Seat { person, role, why, .. } = args.seat;
    let command = |request_id| v1::NameDeputyRequest {
        product,
        person: person.0,
        role: role.into(),
        domain,
        first_day: args.term.from,
        last_day: args.term.until,
        time_zone: args.term.zone.unwrap_or_default(),
        reason: why.text(),
        request_id,
    };
    let answer = session
        .command(command, async |request| session.products().name_deputy(request).await)
        .await?;
    let (deputy, receipt) = (answer.deputy, required(answer.receipt, "receipt")?);
    if ctx.out.is_json() {
        return ctx.out.json(&Changed {
            deputy: deputy.as_ref().map(DeputyShape::from),
            receipt: Receipt::from(&receipt),
        });
    }
    let Some(deputy) = deputy else {
        return ctx.out.say(&format!("This was done before. Version {}.", receipt.version));
    };
    ctx.out.say(&format!(
        "{} is deputy of the {} {}. Version {}.",
        names::short(&deputy.person),
        seat_told(&receipt.product, &deputy.domain, deputy.role),
        told(deputy.term.as_ref()),
        receipt.version
    ))
}

async fn dismiss(args: DismissArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let (product, domain) = place_of(&args.seat, &session, ctx).await?;
    let Seat { person, role, why, .. } = args.seat;
    let told = format!(
        "{} is no longer deputy of the {}.",
        names::short(&person.0),
        seat_told(&product, &domain, role.into())
    );
    let command = |request_id| v1::DismissDeputyRequest {
        product,
        person: person.0,
        role: role.into(),
        domain,
        reason: why.text(),
        request_id,
    };
    let answer = session
        .command(command, async |request| session.products().dismiss_deputy(request).await)
        .await?;
    let receipt = required(answer.receipt, "receipt")?;
    if ctx.out.is_json() {
        return ctx.out.json(&Changed { deputy: None, receipt: Receipt::from(&receipt) });
    }
    ctx.out.say(&format!("{told} Version {}.", receipt.version))
}
