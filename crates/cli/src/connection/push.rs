//! `koepel push`: sends the events of a file through a connection, as a team's tool would.

use std::path::PathBuf;

use clap::Args;
use futures::{StreamExt as _, stream};
use koepel_api::v1;
use serde::{Serialize, de::IgnoredAny};

use super::{OfProduct, named};
use crate::{
    context::Context,
    failure::{Failure, Kind},
};

/// So many events go in one message at most, and about so many bytes.
const AT_ONCE: usize = 500;
const BYTES_AT_ONCE: usize = 1 << 20;

/// What `push` can be given.
#[derive(Args, Debug)]
#[command(
    after_help = "A line holds a CloudEvent 1.0 as JSON. What cannot be applied is set aside, and the rest goes in. Sending a file again is safe: events that were taken in before are passed over."
)]
pub(crate) struct PushArgs {
    /// The connection's id
    connection: String,
    /// File with an event a line; - for standard input
    file: PathBuf,
    #[command(flatten)]
    product: OfProduct,
}

/// What became of the events, as JSON.
#[derive(Serialize)]
struct Pushed {
    received: u64,
    repeated: u64,
}

/// Runs it.
pub(crate) async fn push(args: PushArgs, ctx: &mut Context) -> Result<(), Failure> {
    let cannot = |why: std::io::Error| {
        Failure::new(Kind::Failed, format!("{} cannot be read: {why}", args.file.display()))
    };
    let text = if args.file.as_os_str() == "-" {
        std::io::read_to_string(std::io::stdin()).map_err(cannot)?
    } else {
        std::fs::read_to_string(&args.file).map_err(cannot)?
    };
    let mut events = Vec::new();
    for (line, text) in (1..).zip(text.lines()) {
        if !text.trim().is_empty() {
            events.push(event(text).map_err(|why| {
                Failure::new(Kind::Failed, format!("line {line}: {why}; nothing was sent"))
            })?);
        }
    }
    let session = ctx.session().await?;
    let product = ctx.product_of(&session, args.product.of.as_ref()).await?;
    let connection = named(&product, &args.connection);
    let messages = messages(&connection, events);
    let refused = |status: tonic::Status| session.refused(&status);
    let mut client = session.ingest();
    let answers = client.push(stream::iter(messages)).await.map_err(refused)?;
    let mut answers = answers.into_inner();
    let mut pushed = Pushed { received: 0, repeated: 0 };
    while let Some(answer) = answers.next().await {
        let answer = answer.map_err(refused)?;
        pushed.received += u64::from(answer.received);
        pushed.repeated += u64::from(answer.repeated_events);
    }
    if ctx.out.is_json() {
        return ctx.out.json(&pushed);
    }
    ctx.out.line(&format!(
        "{} durable now{}. `koepel connection aside` tells which could not be applied, and why.",
        if pushed.received == 1 {
            "1 event is".to_owned()
        } else {
            format!("{} events are", pushed.received)
        },
        if pushed.repeated > 0 {
            format!(", {} had come before", pushed.repeated)
        } else {
            String::new()
        }
    ))
}

/// Events by the message.
fn messages(connection: &str, events: Vec<v1::PushedEvent>) -> Vec<v1::PushRequest> {
    let mut messages: Vec<v1::PushRequest> = Vec::new();
    let mut bytes = 0;
    for event in events {
        bytes += event.json.len();
        match messages.last_mut() {
            Some(last) if last.events.len() < AT_ONCE && bytes <= BYTES_AT_ONCE => {
                last.events.push(event);
            }
            Some(_) | None => {
                bytes = event.json.len();
                let connection = connection.to_owned();
                messages.push(v1::PushRequest { connection, events: vec![event] });
            }
        }
    }
    messages
}

/// A line as an event. What is wrong with the event itself is the server's to say: it sets it aside, and the rest goes in.
fn event(line: &str) -> Result<v1::PushedEvent, String> {
    serde_json::from_str::<IgnoredAny>(line).map_err(|error| format!("no JSON: {error}"))?;
    Ok(v1::PushedEvent { json: line.trim().to_owned(), ..v1::PushedEvent::default() })
}
