//! `koepel events`: what happened in a product, and what happens.

use std::time::Duration;

use clap::Args;
use koepel_api::{
    cloud_event::CloudEvent,
    v1::{self, subscribe_response::What},
};
use serde_json::Value;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use crate::{
    context::{Context, domain_within},
    edge,
    failure::Failure,
    moment,
    names::{self, DomainRef, ProductRef},
    output::{View, on_one_line},
    refusal,
    session::Session,
};

/// The pause before the first try to go on, and the longest one.
const PAUSE: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(15));
/// How often reading past events is taken up again before it fails.
const TRIES: u32 = 5;

/// What `events` can be given.
#[derive(Args, Debug)]
#[command(
    after_help = "With -o json each line is a CloudEvent 1.0 with the attributes version, index, count, actor and requestid."
)]
pub(crate) struct EventsArgs {
    /// Product; may be left out when --product says it, or when there is one only
    #[arg(value_name = "PRODUCT")]
    of: Option<ProductRef>,
    /// First version wanted
    #[arg(long, value_name = "VERSION", default_value_t = 1, hide_default_value = true)]
    from: u64,
    /// Go on with what happens, until stopped
    #[arg(long, short)]
    follow: bool,
    /// Only events of this type; may be given several times
    #[arg(
        help = "Only events of this type, such as ItemRanked; may be given several times",
        long = "type",
        short = 't',
        value_name = "TYPE"
    )]
    types: Vec<String>,
    /// Only events of items of this domain
    #[arg(long, short, value_name = "DOMAIN")]
    domain: Option<DomainRef>,
}

pub(crate) async fn run(args: EventsArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let product = ctx.product_of(&session, args.of.as_ref()).await?;
    let domain = args.domain.as_ref().map(|domain| domain_within(domain, &product)).transpose()?;
    let question = v1::SubscribeRequest {
        product: names::product(&product),
        from_version: args.from,
        types: args.types,
        domain: domain.unwrap_or_default(),
        until_caught_up: !args.follow,
    };
    let mut reader = Reader { progress: Progress { next: args.from, seen: None }, shown: 0 };
    let mut failures = 0;
    loop {
        let before = reader.progress;
        let status = match reader.read(&session, &question, ctx).await? {
            None if !args.follow => break,
            // The server ended a stream without an end: it stops or restarts.
            None => Status::unavailable("the server ended the stream"),
            Some(status) => status,
        };
        if reader.progress != before {
            failures = 0;
        }
        failures += 1;
        let ended_for_slowness = resume_from(&status);
        reader.progress.next = ended_for_slowness.unwrap_or(reader.progress.next);
        let again = refusal::may_be_repeated(&status) || ended_for_slowness.is_some();
        if !again || (!args.follow && failures > TRIES) {
            return Err(session.refused(&status));
        }
        if failures == 1 && args.follow {
            ctx.out.note(&format!(
                "the stream was interrupted ({}); going on …",
                on_one_line(status.message())
            ));
        }
        let pause = PAUSE.0.saturating_mul(2_u32.saturating_pow(failures.min(16))).min(PAUSE.1);
        tokio::time::sleep(edge::jittered(pause)).await;
    }
    if reader.shown == 0 && !ctx.out.is_json() {
        ctx.out.note(&format!(
            "No such events from version {} on; {product} is at version {}.",
            args.from,
            reader.progress.next.saturating_sub(1)
        ));
    }
    Ok(())
}

/// How far a stream was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Progress {
    /// The version to ask for next.
    next: u64,
    /// The last event shown; the rest of its commit may still have to come.
    seen: Option<(u64, u32)>,
}

impl Progress {
    /// Notes an event, and says whether it is new.
    fn advance(&mut self, event: &v1::Event) -> bool {
        let here = (event.version, event.index);
        if self.seen.is_some_and(|seen| here <= seen) {
            return false;
        }
        self.seen = Some(here);
        // Not beyond its version: after an interruption the rest of the commit is wanted.
        self.next = self.next.max(event.version);
        true
    }

    /// Notes that all up to this version was sent.
    fn complete(&mut self, version: u64) {
        self.next = self.next.max(version.saturating_add(1));
    }
}

/// Shows a stream and remembers how far it came.
struct Reader {
    progress: Progress,
    shown: u64,
}

impl Reader {
    /// Reads until the stream ends; with a status if it ended with one.
    async fn read(
        &mut self,
        session: &Session,
        question: &v1::SubscribeRequest,
        ctx: &mut Context,
    ) -> Result<Option<Status>, Failure> {
        let question =
            v1::SubscribeRequest { from_version: self.progress.next, ..question.clone() };
        let mut client = session.events();
        let mut stream = match client.subscribe(question).await {
            Ok(answer) => answer.into_inner(),
            Err(status) => return Ok(Some(status)),
        };
        let mut caught_up = false;
        loop {
            let what = match stream.message().await {
                Ok(Some(answer)) => answer.what,
                Ok(None) => break,
                Err(status) => {
                    ctx.out.flush()?;
                    return Ok(Some(status));
                }
            };
            match what {
                Some(What::Event(event)) if self.progress.advance(&event) => {
                    self.shown += 1;
                    show(&event, ctx)?;
                    // What happens now is shown now; past events come in bulk and are written in bulk.
                    if caught_up {
                        ctx.out.flush()?;
                    }
                }
                Some(What::Event(_)) | None => {}
                Some(What::CaughtUp(mark)) => {
                    caught_up = true;
                    self.progress.complete(mark.version);
                    ctx.out.flush()?;
                }
                Some(What::Heartbeat(mark)) => {
                    self.progress.complete(mark.version);
                    ctx.out.flush()?;
                }
            }
        }
        ctx.out.flush()?;
        Ok(None)
    }
}

/// Where to go on when the server ended the stream because it was read too slowly.
fn resume_from(status: &Status) -> Option<u64> {
    if status.code() != Code::ResourceExhausted {
        return None;
    }
    let info = status.get_details_error_info()?;
    info.metadata.get("next_version")?.parse().ok()
}

fn show(event: &v1::Event, ctx: &mut Context) -> Result<(), Failure> {
    if ctx.out.is_json() {
        return ctx.out.json_line(&CloudEvent::from(event));
    }
    let text = line(event, ctx.out.view());
    ctx.out.line(&text)
}

/// An event on one line: version, time, what, on what, by whom, and the plain facts of its payload.
fn line(event: &v1::Event, view: &View) -> String {
    let kind = event.r#type.rsplit('.').next().unwrap_or_default();
    let mut text = format!(
        "{:>7}  {}  {:<18} {:<14} {}",
        event.version,
        moment::second(event.time.as_ref(), &view.zone),
        kind,
        names::short(&event.subject),
        names::short(&event.actor)
    );
    if event.redacted {
        text.push_str("  (the payload was taken out of the log)");
    } else if let Ok(Value::Object(fields)) = serde_json::from_str(&event.data) {
        for (name, value) in fields {
            match plain(&value) {
                // What the line says already, and what nobody gave.
                Some(value) if value.is_empty() || value == names::short(&event.subject) => {}
                Some(value) => text.push_str(&format!("  {name}={value}")),
                None => {}
            }
        }
    }
    cut(&on_one_line(text.trim_end()), view)
}

/// A fact of a payload in a word or two: a plain value, a place by its number, a change as `before→after`, a thing by its id.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if text.contains(char::is_whitespace) => {
            serde_json::to_string(text).ok()
        }
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::Object(fields) => {
            match (fields.get("place"), fields.get("from"), fields.get("to")) {
                (Some(place), _, _) => plain(place),
                (None, Some(from), Some(to)) => Some(format!("{}→{}", plain(from)?, plain(to)?)),
                _ => fields.get("id").and_then(plain),
            }
        }
        Value::Null | Value::Array(_) => None,
    }
}

/// Cuts a line to the terminal. By characters: a wide one may push the end over the edge, where the terminal wraps it.
fn cut(line: &str, view: &View) -> String {
    match view.width {
        Some(width) if line.chars().count() > usize::from(width) => {
            let mut cut: String = line.chars().take(usize::from(width).saturating_sub(1)).collect();
            cut.push('…');
            cut
        }
        _ => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(version: u64, index: u32) -> v1::Event {
        v1::Event {
            id: format!("c-{version}/{index}"),
            source: "products/webshop".to_owned(),
            r#type: "koepel.v1.ItemRanked".to_owned(),
            subject: "products/webshop/items/ONLINE-42".to_owned(),
            time: Some(prost_types::Timestamp { seconds: 1_795_267_980, nanos: 0 }),
            version,
            index,
            count: 2,
            actor: "people/p-1".to_owned(),
            request_id: "r-1".to_owned(),
            data: r#"{"item":"ONLINE-42","from":{"place":17},"to":{"place":3},"reason":"the shops \"wait\"","status":{"from":"new","to":"ready"}}"#.to_owned(),
            redacted: false,
        }
    }

    #[test]
    fn a_line_has_the_plain_facts() {
        assert_eq!(
            line(&event(17, 0), &View::plain(None)),
            "     17  2026-11-21 13:33:00  ItemRanked         ONLINE-42      p-1  from=17  reason=\"the shops \
             \\\"wait\\\"\"  status=new→ready  to=3"
        );
        assert_eq!(line(&event(17, 0), &View::plain(Some(40))).chars().count(), 40);
    }

    #[test]
    fn a_thing_is_named_by_its_id() {
        let data = r#"{"calendar":{"id":"copenhagen","name":"Office"},"default":true}"#.to_owned();
        let saved = v1::Event { data, ..event(9, 0) };
        let line = line(&saved, &View::plain(None));
        assert!(line.ends_with("p-1  calendar=copenhagen  default=true"), "{line}");
    }

    #[test]
    fn after_an_interruption_nothing_is_missed_and_nothing_shown_twice() {
        let mut progress = Progress { next: 1, seen: None };
        assert!(progress.advance(&event(3, 0)));
        assert_eq!(progress.next, 3);
        assert!(!progress.advance(&event(3, 0)));
        assert!(progress.advance(&event(3, 1)));
        progress.complete(4);
        assert_eq!(progress.next, 5);
        assert!(progress.advance(&event(5, 0)));
    }
}
