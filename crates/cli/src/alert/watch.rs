//! `koepel alert watch`: one's own alerts as they come, and those of the past if they are asked for.

use std::time::Duration;

use clap::Args;
use koepel_api::v1::{self, AlertConcern, watch_alerts_response::What};
use serde::Serialize;
use tonic::Status;

use super::{AlertShape, OfProduct, in_words};
use crate::{
    context::Context, edge, failure::Failure, moment, names, output::on_one_line, refusal,
    session::Session, words,
};

/// The pause before the first try to go on, and the longest one.
const PAUSE: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(15));

/// What `alert watch` can be given.
#[derive(Args, Debug)]
pub(crate) struct WatchArgs {
    #[command(flatten)]
    product: OfProduct,
    /// After the alert of this cursor, as -o json shows it
    #[arg(long, value_name = "CURSOR", default_value = "", hide_default_value = true)]
    after: String,
    /// Those of the past, from the first one or from --after on, and then end
    #[arg(long)]
    past: bool,
    /// With --past: go on with what comes, until stopped
    #[arg(long, short, requires = "past")]
    follow: bool,
}

/// An alert of the stream as JSON.
#[derive(Serialize)]
struct Watched {
    cursor: String,
    concern: Option<String>,
    alert: Option<AlertShape>,
}

pub(super) async fn run(args: WatchArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let product = ctx.product_of(&session, args.product.of.as_ref()).await?;
    let ends = args.past && !args.follow;
    let mut question = v1::WatchAlertsRequest {
        parent: names::product(&product),
        from_now: !args.past && args.after.is_empty(),
        after: args.after,
        until_caught_up: ends,
    };
    if question.from_now && !ctx.out.is_json() {
        ctx.out.note(&format!(
            "Waiting for what is new for you in {product}; --past shows what there was."
        ));
    }
    let (mut failures, mut shown) = (0_u32, 0_u64);
    loop {
        let before = question.after.clone();
        let status = match read(&session, &mut question, &mut shown, ctx).await? {
            None if ends => break,
            None => Status::unavailable("the server ended the stream"),
            Some(status) => status,
        };
        if question.after != before {
            failures = 0;
        }
        failures += 1;
        if ends || !refusal::may_be_repeated(&status) {
            return Err(session.refused(&status));
        }
        if failures == 1 {
            ctx.out.note(&format!(
                "the stream was interrupted ({}); going on …",
                on_one_line(status.message())
            ));
        }
        let pause = PAUSE.0.saturating_mul(2_u32.saturating_pow(failures.min(16))).min(PAUSE.1);
        tokio::time::sleep(edge::jittered(pause)).await;
    }
    if shown == 0 && !ctx.out.is_json() {
        ctx.out.note(&format!("There are no alerts for you in {product}."));
    }
    Ok(())
}

/// Reads until the stream ends; with a status if it ended with one.
async fn read(
    session: &Session,
    question: &mut v1::WatchAlertsRequest,
    shown: &mut u64,
    ctx: &mut Context,
) -> Result<Option<Status>, Failure> {
    let mut client = session.alerts();
    let mut stream = match client.watch_alerts(question.clone()).await {
        Ok(answer) => answer.into_inner(),
        Err(status) => return Ok(Some(status)),
    };
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
            Some(What::Alert(watched)) => {
                *shown += 1;
                show(&watched, ctx)?;
                ctx.out.flush()?;
                (question.after, question.from_now) = (watched.cursor, false);
            }
            // From here on nothing is missed, also if there was no alert yet when the stream is interrupted.
            Some(What::CaughtUp(mark)) if !mark.cursor.is_empty() => {
                (question.after, question.from_now) = (mark.cursor, false);
            }
            Some(What::CaughtUp(_) | What::Heartbeat(_)) | None => {}
        }
    }
    ctx.out.flush()?;
    Ok(None)
}

fn show(watched: &v1::WatchedAlert, ctx: &mut Context) -> Result<(), Failure> {
    if ctx.out.is_json() {
        return ctx.out.json_line(&Watched {
            cursor: watched.cursor.clone(),
            concern: words::for_programs::<AlertConcern>(watched.concern),
            alert: watched.alert.as_ref().map(AlertShape::from),
        });
    }
    let alert = watched.alert.clone().unwrap_or_default();
    let zone = &ctx.out.view().zone;
    let mut text = format!(
        "{}  {}",
        moment::second(alert.time.as_ref(), zone),
        on_one_line(&in_words(&alert))
    );
    if AlertConcern::try_from(watched.concern) == Ok(AlertConcern::Decides) {
        text.push_str("  — you decide");
    }
    if alert.due_time.is_some() {
        text.push_str(&format!(", until {}", moment::minute(alert.due_time.as_ref(), zone)));
    }
    for (label, value) in [("decided", &alert.outcome), ("said", &alert.said)] {
        if !value.is_empty() {
            text.push_str(&format!("\n    {label}: {}", on_one_line(value)));
        }
    }
    ctx.out.line(&text)
}
