//! `koepel person`: people and tools that may hold roles.

use clap::{Args, Subcommand};
use koepel_api::v1;
use serde::Serialize;

use crate::{
    circumstances::{Receipt, required},
    context::Context,
    failure::Failure,
    names::{self, PersonRef},
    session::Session,
    table::{Column, Table},
};

/// What can be done with people.
#[derive(Debug, Subcommand)]
pub(crate) enum PersonCommand {
    /// List people and tools (administrator)
    List,
    /// Make a person or a tool known (administrator)
    Create(CreateArgs),
    /// Forget a person or tool: the name goes, and whatever lets them in ends (administrator)
    Erase(EraseArgs),
}

/// What `person erase` can be given.
#[derive(Args, Debug)]
#[command(
    after_help = "What they did stays, by an opaque id. A name that was typed into a text is taken out by `koepel log redact`; \
                        \
                        copies of people.json that were made before still have it."
)]
pub(crate) struct EraseArgs {
    /// Person or tool
    person: PersonRef,
    /// Why; kept in the log for good
    #[arg(long, short, value_name = "TEXT")]
    reason: String,
    /// Do it; it cannot be undone
    #[arg(long)]
    yes: bool,
}

/// What `person create` can be given.
#[derive(Args, Debug)]
pub(crate) struct CreateArgs {
    /// Opaque id; should not say who it is [default: the server makes one]
    #[arg(long, value_name = "ID")]
    id: Option<PersonRef>,
    /// Name to show; kept in the server's directory and never in the log
    #[arg(long, value_name = "TEXT")]
    name: String,
    /// It is a program
    #[arg(long)]
    tool: bool,
    /// They administer the server
    #[arg(long)]
    administrator: bool,
}

/// A person as JSON.
#[derive(Serialize)]
pub(crate) struct PersonShape {
    name: String,
    id: String,
    display_name: String,
    tool: bool,
    administrator: bool,
    erased: bool,
}

impl From<&v1::Person> for PersonShape {
    fn from(person: &v1::Person) -> Self {
        Self {
            name: person.name.clone(),
            id: names::short(&person.name).to_owned(),
            display_name: person.display_name.clone(),
            tool: person.tool,
            administrator: person.administrator,
            erased: person.erased,
        }
    }
}

/// A list of people as JSON.
#[derive(Serialize)]
struct People {
    people: Vec<PersonShape>,
}

/// The answer of a command on a person, as JSON.
#[derive(Serialize)]
struct Changed {
    person: PersonShape,
    receipt: Receipt,
}

/// Runs one of them.
pub(crate) async fn run(command: PersonCommand, ctx: &mut Context) -> Result<(), Failure> {
    match command {
        PersonCommand::List => list(ctx).await,
        PersonCommand::Create(args) => create(args, ctx).await,
        PersonCommand::Erase(args) => erase(args, ctx).await,
    }
}

async fn list(ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let people = all(&session).await?;
    if ctx.out.is_json() {
        return ctx.out.json(&People { people: people.iter().map(PersonShape::from).collect() });
    }
    let mut table =
        Table::new([Column::Word("PERSON"), Column::Text("NAME"), Column::Word("WHAT")]);
    for person in &people {
        table.row([
            names::short(&person.name).to_owned(),
            person.display_name.clone(),
            what(person),
        ]);
    }
    let text = table.render(ctx.out.view());
    ctx.out.text(&text)
}

async fn all(session: &Session) -> Result<Vec<v1::Person>, Failure> {
    let mut question = v1::ListPeopleRequest { page_size: 1_000, page_token: String::new() };
    let mut people = Vec::new();
    loop {
        let page = session
            .ask(question.clone(), async |request| session.admin().list_people(request).await)
            .await?;
        people.extend(page.people);
        if page.next_page_token.is_empty() {
            return Ok(people);
        }
        question.page_token = page.next_page_token;
    }
}

/// `person` or `tool`, and whether they administer the server.
pub(crate) fn what(person: &v1::Person) -> String {
    let what = if person.tool { "tool" } else { "person" };
    if person.erased {
        return format!("{what}, erased");
    }
    if person.administrator { format!("{what}, administrator") } else { what.to_owned() }
}

async fn create(args: CreateArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let command = |request_id| v1::CreatePersonRequest {
        person_id: args.id.map(|id| names::short(&id.0).to_owned()).unwrap_or_default(),
        display_name: args.name,
        tool: args.tool,
        administrator: args.administrator,
        request_id,
    };
    let answer = session
        .command(command, async |request| session.admin().create_person(request).await)
        .await?;
    let (person, receipt) =
        (required(answer.person, "person")?, required(answer.receipt, "receipt")?);
    if ctx.out.is_json() {
        return ctx.out.json(&Changed {
            person: PersonShape::from(&person),
            receipt: Receipt::from(&receipt),
        });
    }
    let id = names::short(&person.name);
    if ctx.out.is_quiet() {
        return ctx.out.line(id);
    }
    ctx.out.line(&format!(
        "{id} is known now. `koepel role grant {id} ROLE` gives a role, `koepel token create {id}` a token."
    ))
}

async fn erase(args: EraseArgs, ctx: &mut Context) -> Result<(), Failure> {
    let id = names::short(&args.person.0).to_owned();
    if !args.yes {
        return Err(Failure::usage(format!("this forgets {id} for good"))
            .help("say --yes if that is what you want"));
    }
    let session = ctx.session().await?;
    let (name, reason) = (args.person.0, args.reason);
    let command = |request_id| v1::ErasePersonRequest { name, reason, request_id };
    let answer = session
        .command(command, async |request| session.admin().erase_person(request).await)
        .await?;
    let (person, receipt) =
        (required(answer.person, "person")?, required(answer.receipt, "receipt")?);
    if ctx.out.is_json() {
        return ctx.out.json(&Changed {
            person: PersonShape::from(&person),
            receipt: Receipt::from(&receipt),
        });
    }
    ctx.out.say(&format!(
        "{id} is forgotten: the name is gone, and tokens, accounts, sessions and invitations have ended. If the name was typed \
         into a text, `koepel log redact` takes it out; copies of people.json that were made before still have it."
    ))
}
