//! `koepel connection`: team tools that push what happens there, and what could not be applied of it.

mod aside;
mod push;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use koepel_api::v1;
use serde::Serialize;

use crate::{
    circumstances::{Receipt, required},
    context::Context,
    failure::{Failure, Kind},
    moment,
    names::{self, DomainRef, PersonRef, ProductRef},
    session::Session,
    table::{Column, Table, facts},
};

pub(crate) use self::push::{PushArgs, push};

/// What can be done with connections.
#[derive(Debug, Subcommand)]
pub(crate) enum ConnectionCommand {
    /// List the connections of a product
    List(OfProduct),
    /// Show a connection with its mapping
    Show(OneArgs),
    /// Let a team's tool push into a domain; makes a tool and its token unless one is named (Chief PO, domain PO)
    Add(Box<AddArgs>),
    /// Change a connection's source or mapping
    Edit(EditArgs),
    /// End a connection; what it brought stays
    Remove(RemoveArgs),
    /// List pushes that were set aside, each with its reason
    Aside(aside::AsideArgs),
    /// Try pushes again that were set aside
    Replay(aside::ReplayArgs),
    /// Give up pushes that were set aside
    Discard(aside::DiscardArgs),
}

/// A product, or the only one.
#[derive(Args, Debug)]
pub(crate) struct OfProduct {
    /// Product; may be left out when there is one only
    #[arg(value_name = "PRODUCT")]
    of: Option<ProductRef>,
}

/// A connection.
#[derive(Args, Debug)]
pub(crate) struct OneArgs {
    /// The connection's id
    id: String,
    #[command(flatten)]
    product: OfProduct,
}

/// What `connection add` can be given.
#[derive(Args, Debug)]
#[command(
    after_help = "The mapping reads CloudEvents: the title in an event's data is at `data.title`. With --quiet only the token is printed."
)]
pub(crate) struct AddArgs {
    /// Domain that it writes to, such as webshop/online
    domain: DomainRef,
    /// Id, such as online-jira
    id: String,
    /// How its events are read (TOML)
    #[arg(long, short, value_name = "FILE")]
    mapping: PathBuf,
    /// The CloudEvents source that its events must have [default: any]
    #[arg(long, value_name = "TEXT")]
    source: Option<String>,
    /// The tool that pushes [default: a new one, with a token that is shown once (administrator)]
    #[arg(long, value_name = "PERSON")]
    tool: Option<PersonRef>,
    /// Why
    #[arg(long, short, value_name = "TEXT")]
    reason: Option<String>,
}

/// What `connection edit` can be given.
#[derive(Args, Debug)]
pub(crate) struct EditArgs {
    #[command(flatten)]
    one: OneArgs,
    /// How its events are read (TOML)
    #[arg(long, short, value_name = "FILE", required_unless_present = "source")]
    mapping: Option<PathBuf>,
    /// The CloudEvents source that its events must have; empty for any
    #[arg(long, value_name = "TEXT")]
    source: Option<String>,
}

/// What `connection remove` can be given.
#[derive(Args, Debug)]
pub(crate) struct RemoveArgs {
    #[command(flatten)]
    one: OneArgs,
    /// Why
    #[arg(long, short, value_name = "TEXT")]
    reason: String,
}

/// A connection as JSON.
#[derive(Serialize)]
struct Shape {
    id: String,
    domain: String,
    tool: String,
    source: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    mapping: String,
    removed: bool,
    removed_reason: String,
    changed_at_version: u64,
    received: u64,
    set_aside: u64,
    discarded: u64,
    behind: bool,
    last_time: Option<String>,
}

impl From<&v1::Connection> for Shape {
    fn from(connection: &v1::Connection) -> Self {
        let tally = connection.tally.unwrap_or_default();
        Self {
            id: names::short(&connection.name).to_owned(),
            domain: names::short(&connection.domain).to_owned(),
            tool: names::short(&connection.tool).to_owned(),
            source: connection.source.clone(),
            mapping: connection.mapping.clone(),
            removed: connection.removed,
            removed_reason: connection.removed_reason.clone(),
            changed_at_version: connection.changed_at_version,
            received: tally.received,
            set_aside: tally.set_aside,
            discarded: tally.discarded,
            behind: tally.behind,
            last_time: moment::rfc3339(tally.last_time.as_ref()),
        }
    }
}

/// The answer of a command, as JSON.
#[derive(Serialize)]
struct Changed {
    connection: Shape,
    receipt: Receipt,
    /// Of the tool that was made with it; shown only now.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

/// Runs one of them.
pub(crate) async fn run(command: ConnectionCommand, ctx: &mut Context) -> Result<(), Failure> {
    match command {
        ConnectionCommand::List(args) => list(args, ctx).await,
        ConnectionCommand::Show(args) => show(args, ctx).await,
        ConnectionCommand::Add(args) => add(*args, ctx).await,
        ConnectionCommand::Edit(args) => edit(args, ctx).await,
        ConnectionCommand::Remove(args) => remove(args, ctx).await,
        ConnectionCommand::Aside(args) => aside::list(args, ctx).await,
        ConnectionCommand::Replay(args) => aside::replay(args, ctx).await,
        ConnectionCommand::Discard(args) => aside::discard(args, ctx).await,
    }
}

/// `products/webshop/connections/online-jira`.
fn named(product: &str, id: &str) -> String {
    format!("products/{product}/connections/{id}")
}

async fn list(args: OfProduct, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let product = ctx.product_of(&session, args.of.as_ref()).await?;
    let question = v1::ListConnectionsRequest {
        parent: names::product(&product),
        page_size: 1_000,
        ..v1::ListConnectionsRequest::default()
    };
    let answer = session
        .ask(question, async |request| session.connections().list_connections(request).await)
        .await?;
    if ctx.out.is_json() {
        let shapes: Vec<_> = answer.connections.iter().map(Shape::from).collect();
        return ctx.out.json(&shapes);
    }
    if answer.connections.is_empty() {
        ctx.out.note(&format!(
            "No tool pushes into {product} yet. `koepel connection add {product}/DOMAIN ID --mapping FILE` lets one."
        ));
        return Ok(());
    }
    let mut table = Table::new([
        Column::Word("CONNECTION"),
        Column::Word("DOMAIN"),
        Column::Word("TOOL"),
        Column::Number("RECEIVED"),
        Column::Number("SET ASIDE"),
        Column::Word("LAST"),
        Column::Wrapped("STATE"),
    ])
    .sparse(&["STATE"]);
    for connection in &answer.connections {
        let tally = connection.tally.unwrap_or_default();
        table.row([
            names::short(&connection.name).to_owned(),
            names::short(&connection.domain).to_owned(),
            names::short(&connection.tool).to_owned(),
            tally.received.to_string(),
            tally.set_aside.to_string(),
            moment::minute(tally.last_time.as_ref(), &ctx.out.view().zone),
            state(connection),
        ]);
    }
    let text = table.render(ctx.out.view());
    ctx.out.text(&text)
}

fn state(connection: &v1::Connection) -> String {
    if connection.removed {
        return format!("removed: {}", connection.removed_reason);
    }
    let behind = connection.tally.is_some_and(|tally| tally.behind);
    if behind { "being applied".to_owned() } else { String::new() }
}

async fn show(args: OneArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let product = ctx.product_of(&session, args.product.of.as_ref()).await?;
    let question = v1::GetConnectionRequest { name: named(&product, &args.id), min_version: 0 };
    let answer = session
        .ask(question, async |request| session.connections().get_connection(request).await)
        .await?;
    let connection = required(answer.connection, "connection")?;
    if ctx.out.is_json() {
        return ctx.out.json(&Shape::from(&connection));
    }
    let tally = connection.tally.unwrap_or_default();
    let any = if connection.source.is_empty() { "any" } else { connection.source.as_str() };
    let pairs = [
        ("connection", names::short(&connection.name).to_owned()),
        ("domain", names::short(&connection.domain).to_owned()),
        ("tool", names::short(&connection.tool).to_owned()),
        ("source", any.to_owned()),
        ("received", tally.received.to_string()),
        ("set aside", tally.set_aside.to_string()),
        ("discarded", tally.discarded.to_string()),
        ("last push", moment::minute(tally.last_time.as_ref(), &ctx.out.view().zone)),
        ("state", state(&connection)),
    ];
    let text = facts(&pairs, ctx.out.view());
    ctx.out.text(&text)?;
    ctx.out.text(&format!("\n{}\n", connection.mapping.trim_end()))
}

fn read_mapping(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file).map_err(|error| {
        Failure::new(
            Kind::Failed,
            format!("the mapping {} cannot be read: {error}", file.display()),
        )
    })
}

async fn add(args: AddArgs, ctx: &mut Context) -> Result<(), Failure> {
    let mapping = read_mapping(&args.mapping)?;
    let session = ctx.session().await?;
    let product = ctx.product(&session, args.domain.product.as_deref()).await?;
    let tool = match &args.tool {
        Some(tool) => tool.0.clone(),
        None => new_tool(&session, &args.id).await?,
    };
    let connection = v1::Connection {
        domain: names::domain(&product, &args.domain.domain),
        tool: tool.clone(),
        source: args.source.unwrap_or_default(),
        mapping,
        ..v1::Connection::default()
    };
    let command = |request_id| v1::CreateConnectionRequest {
        parent: names::product(&product),
        connection_id: args.id,
        connection: Some(connection),
        reason: args.reason.unwrap_or_default(),
        request_id,
    };
    let answer = session
        .command(command, async |request| session.connections().create_connection(request).await)
        .await?;
    let secret = match args.tool {
        Some(_) => None,
        None => Some(new_token(&session, &product, &tool).await?),
    };
    let (connection, receipt) =
        (required(answer.connection, "connection")?, required(answer.receipt, "receipt")?);
    if ctx.out.is_json() {
        let (connection, receipt) = (Shape::from(&connection), Receipt::from(&receipt));
        return ctx.out.json(&Changed { connection, receipt, secret });
    }
    let id = names::short(&connection.name);
    let Some(secret) = secret else {
        return ctx.out.line(&format!(
            "{} may push through {id} now. Version {}.",
            names::short(&tool),
            receipt.version
        ));
    };
    ctx.out.line(&secret)?;
    // After the secret is out: standard error may be in front of it otherwise.
    ctx.out.flush()?;
    ctx.out.note(&format!(
        "\nThis is the token of the new tool {}, which may push through {id} now. It is shown only now: give it to the tool as \
         `Authorization: Bearer …` for POST /events, or try it: koepel push {id} events.jsonl -p {product} --token-file FILE",
        names::short(&tool)
    ));
    Ok(())
}

/// Makes the tool known that a connection is for.
async fn new_tool(session: &Session, connection: &str) -> Result<String, Failure> {
    let command = |request_id| v1::CreatePersonRequest {
        display_name: format!("Connection {connection}"),
        tool: true,
        request_id,
        ..v1::CreatePersonRequest::default()
    };
    let answer = session
        .command(command, async |request| session.admin().create_person(request).await)
        .await?;
    Ok(required(answer.person, "person")?.name)
}

async fn new_token(session: &Session, product: &str, tool: &str) -> Result<String, Failure> {
    let command = |request_id| v1::CreateTokenRequest {
        person: tool.to_owned(),
        purpose: "pushing".to_owned(),
        product: names::product(product),
        role: v1::Role::Tool.into(),
        request_id,
        ..v1::CreateTokenRequest::default()
    };
    let answer = session
        .command(command, async |request| session.admin().create_token(request).await)
        .await?;
    Ok(answer.secret)
}

async fn edit(args: EditArgs, ctx: &mut Context) -> Result<(), Failure> {
    let mapping = args.mapping.as_deref().map(read_mapping).transpose()?;
    let session = ctx.session().await?;
    let product = ctx.product_of(&session, args.one.product.of.as_ref()).await?;
    let given = [("mapping", mapping.is_some()), ("source", args.source.is_some())];
    let paths = given.iter().filter(|(_, given)| *given).map(|(name, _)| (*name).to_owned());
    let update_mask = Some(prost_types::FieldMask { paths: paths.collect() });
    let connection = v1::Connection {
        name: named(&product, &args.one.id),
        source: args.source.unwrap_or_default(),
        mapping: mapping.unwrap_or_default(),
        ..v1::Connection::default()
    };
    let command = |request_id| v1::UpdateConnectionRequest {
        connection: Some(connection),
        update_mask,
        expected_version: 0,
        request_id,
    };
    let answer = session
        .command(command, async |request| session.connections().update_connection(request).await)
        .await?;
    changed(ctx, answer.connection, answer.receipt, "was changed")
}

async fn remove(args: RemoveArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let product = ctx.product_of(&session, args.one.product.of.as_ref()).await?;
    let command = |request_id| v1::RemoveConnectionRequest {
        name: named(&product, &args.one.id),
        reason: args.reason,
        expected_version: 0,
        request_id,
    };
    let answer = session
        .command(command, async |request| session.connections().remove_connection(request).await)
        .await?;
    changed(ctx, answer.connection, answer.receipt, "was removed; nothing can be pushed through it")
}

fn changed(
    ctx: &mut Context,
    connection: Option<v1::Connection>,
    receipt: Option<v1::Receipt>,
    what: &str,
) -> Result<(), Failure> {
    let (connection, receipt) =
        (required(connection, "connection")?, required(receipt, "receipt")?);
    if ctx.out.is_json() {
        let (connection, receipt) = (Shape::from(&connection), Receipt::from(&receipt));
        return ctx.out.json(&Changed { connection, receipt, secret: None });
    }
    let id = names::short(&connection.name);
    if ctx.out.is_quiet() {
        return ctx.out.line(id);
    }
    ctx.out.line(&format!("{id} {what}. Version {}.", receipt.version))
}
