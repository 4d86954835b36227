//! `koepel login`: browsers that are signed in.

use clap::{Args, Subcommand};
use koepel_api::v1;
use serde::Serialize;

use crate::{
    circumstances::{Receipt, Why, required},
    context::Context,
    failure::Failure,
    moment,
    names::{self, SessionRef},
    table::{Column, Table},
};

/// What can be done with them.
#[derive(Debug, Subcommand)]
pub(crate) enum LoginCommand {
    /// List browsers that are signed in: everybody's for an administrator, else your own
    List,
    /// Sign a browser out at once
    End(EndArgs),
}

/// What `login end` can be given.
#[derive(Args, Debug)]
pub(crate) struct EndArgs {
    /// The session's id, as `login list` shows it
    session: SessionRef,
    #[command(flatten)]
    why: Why,
}

/// A session as JSON.
#[derive(Serialize)]
struct SessionShape {
    name: String,
    id: String,
    person: String,
    identity: String,
    create_time: Option<String>,
    idle_time: Option<String>,
    expire_time: Option<String>,
}

/// A list of sessions as JSON.
#[derive(Serialize)]
struct Sessions {
    sessions: Vec<SessionShape>,
}

/// A session that was ended, as JSON.
#[derive(Serialize)]
struct Ended {
    receipt: Receipt,
}

/// Runs one of them.
pub(crate) async fn run(command: LoginCommand, ctx: &mut Context) -> Result<(), Failure> {
    match command {
        LoginCommand::List => list(ctx).await,
        LoginCommand::End(args) => end(args, ctx).await,
    }
}

async fn list(ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let mut question = v1::ListSessionsRequest { page_size: 1_000, ..Default::default() };
    let mut all = Vec::new();
    loop {
        let send = async |request| session.admin().list_sessions(request).await;
        let page = session.ask(question.clone(), send).await?;
        all.extend(page.sessions);
        if page.next_page_token.is_empty() {
            break;
        }
        question.page_token = page.next_page_token;
    }
    if ctx.out.is_json() {
        let shape = |session: &v1::Session| SessionShape {
            name: session.name.clone(),
            id: names::short(&session.name).to_owned(),
            person: names::short(&session.person).to_owned(),
            identity: names::short(&session.identity).to_owned(),
            create_time: moment::rfc3339(session.create_time.as_ref()),
            idle_time: moment::rfc3339(session.idle_time.as_ref()),
            expire_time: moment::rfc3339(session.expire_time.as_ref()),
        };
        return ctx.out.json(&Sessions { sessions: all.iter().map(shape).collect() });
    }
    let mut table = Table::new([
        Column::Word("SESSION"),
        Column::Word("PERSON"),
        Column::Word("SINCE"),
        Column::Word("UNUSED UNTIL"),
        Column::Word("EXPIRES"),
    ]);
    let view = ctx.out.view();
    for session in &all {
        table.row([
            names::short(&session.name).to_owned(),
            names::short(&session.person).to_owned(),
            moment::minute(session.create_time.as_ref(), &view.zone),
            moment::minute(session.idle_time.as_ref(), &view.zone),
            moment::minute(session.expire_time.as_ref(), &view.zone),
        ]);
    }
    let text = table.render(view);
    ctx.out.text(&text)
}

async fn end(args: EndArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let name = args.session.0;
    let id = names::short(&name).to_owned();
    let reason = args.why.text();
    let command = |request_id| v1::EndSessionRequest { name, reason, request_id };
    let answer = session
        .command(command, async |request| session.admin().end_session(request).await)
        .await?;
    let receipt = required(answer.receipt, "receipt")?;
    if ctx.out.is_json() {
        return ctx.out.json(&Ended { receipt: Receipt::from(&receipt) });
    }
    ctx.out.say(&format!("{id} is signed out."))
}
