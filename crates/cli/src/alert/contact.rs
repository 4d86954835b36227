//! Where and in which language somebody is written to.

use clap::Args;
use koepel_api::v1;
use serde::Serialize;

use crate::{
    circumstances::required, context::Context, failure::Failure, names, names::PersonRef,
    table::facts,
};

/// What `alert contact` can be given.
#[derive(Args, Debug)]
#[command(after_help = "It is kept beside the log and never in it.")]
pub(crate) struct ContactArgs {
    /// Person (others than yourself: administrator) [default: you]
    person: Option<PersonRef>,
    /// E-mail address; empty for none
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// Language of e-mails: en, da, nl; empty for the server's
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
}

/// A contact as JSON.
#[derive(Serialize)]
struct Shape {
    person: String,
    email: Option<String>,
    language: Option<String>,
}

pub(super) async fn run(args: ContactArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let person = args.person.map(|person| person.0).unwrap_or_default();
    let question = v1::GetContactRequest { person };
    let answer =
        session.ask(question, async |request| session.alerts().get_contact(request).await).await?;
    let mut contact = required(answer.contact, "contact")?;
    if args.email.is_some() || args.language.is_some() {
        if let Some(email) = args.email {
            contact.email = email;
        }
        if let Some(language) = args.language {
            contact.language = language;
        }
        let question = v1::SetContactRequest { contact: Some(contact) };
        let answer = session
            .ask(question, async |request| session.alerts().set_contact(request).await)
            .await?;
        contact = required(answer.contact, "contact")?;
    }
    let some = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    if ctx.out.is_json() {
        return ctx.out.json(&Shape {
            person: names::short(&contact.person).to_owned(),
            email: some(&contact.email),
            language: some(&contact.language),
        });
    }
    let pairs = [
        ("person", names::short(&contact.person).to_owned()),
        ("e-mail", some(&contact.email).unwrap_or_else(|| "none".to_owned())),
        ("language", some(&contact.language).unwrap_or_else(|| "the server's".to_owned())),
    ];
    let text = facts(&pairs, ctx.out.view());
    ctx.out.text(&text)
}
