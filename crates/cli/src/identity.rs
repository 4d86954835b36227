//! `koepel identity`: whose the accounts at the identity provider are.

use clap::{Args, Subcommand};
use koepel_api::v1;
use serde::Serialize;

use crate::{
    circumstances::{Receipt, Why, required},
    context::Context,
    failure::Failure,
    moment,
    names::{self, IdentityRef},
    table::{Column, Table},
};

/// What can be done with accounts.
#[derive(Debug, Subcommand)]
pub(crate) enum IdentityCommand {
    /// List which accounts are bound to whom; what the provider calls them is not known (administrator)
    List,
    /// Take an account from its person; their sessions with it end (administrator)
    Unbind(UnbindArgs),
}

/// What `identity unbind` can be given.
#[derive(Args, Debug)]
pub(crate) struct UnbindArgs {
    /// The account's id, as `identity list` shows it
    identity: IdentityRef,
    #[command(flatten)]
    why: Why,
}

/// An account as JSON.
#[derive(Serialize)]
struct IdentityShape {
    name: String,
    id: String,
    person: String,
    bind_time: Option<String>,
}

/// A list of accounts as JSON.
#[derive(Serialize)]
struct Identities {
    identities: Vec<IdentityShape>,
}

/// An account that was unbound, as JSON.
#[derive(Serialize)]
struct Unbound {
    receipt: Receipt,
}

/// Runs one of them.
pub(crate) async fn run(command: IdentityCommand, ctx: &mut Context) -> Result<(), Failure> {
    match command {
        IdentityCommand::List => list(ctx).await,
        IdentityCommand::Unbind(args) => unbind(args, ctx).await,
    }
}

async fn list(ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let mut question = v1::ListIdentitiesRequest { page_size: 1_000, ..Default::default() };
    let mut all = Vec::new();
    loop {
        let send = async |request| session.admin().list_identities(request).await;
        let page = session.ask(question.clone(), send).await?;
        all.extend(page.identities);
        if page.next_page_token.is_empty() {
            break;
        }
        question.page_token = page.next_page_token;
    }
    if ctx.out.is_json() {
        let shape = |identity: &v1::Identity| IdentityShape {
            name: identity.name.clone(),
            id: names::short(&identity.name).to_owned(),
            person: names::short(&identity.person).to_owned(),
            bind_time: moment::rfc3339(identity.bind_time.as_ref()),
        };
        return ctx.out.json(&Identities { identities: all.iter().map(shape).collect() });
    }
    let mut table =
        Table::new([Column::Word("IDENTITY"), Column::Word("PERSON"), Column::Word("SINCE")]);
    let view = ctx.out.view();
    for identity in &all {
        table.row([
            names::short(&identity.name).to_owned(),
            names::short(&identity.person).to_owned(),
            moment::minute(identity.bind_time.as_ref(), &view.zone),
        ]);
    }
    let text = table.render(view);
    ctx.out.text(&text)
}

async fn unbind(args: UnbindArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let name = args.identity.0;
    let id = names::short(&name).to_owned();
    let reason = args.why.text();
    let command = |request_id| v1::UnbindIdentityRequest { name, reason, request_id };
    let answer = session
        .command(command, async |request| session.admin().unbind_identity(request).await)
        .await?;
    let receipt = required(answer.receipt, "receipt")?;
    if ctx.out.is_json() {
        return ctx.out.json(&Unbound { receipt: Receipt::from(&receipt) });
    }
    ctx.out.say(&format!("{id} is nobody any more."))
}
