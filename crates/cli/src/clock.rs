//! `koepel clock`: the server's clock, and moving one that stands still.

use clap::{Args, Subcommand};
use jiff::Timestamp;
use koepel_api::v1;
use serde::Serialize;

use crate::{circumstances::required, context::Context, failure::Failure, moment};

/// What can be done with the clock.
#[derive(Debug, Subcommand)]
pub(crate) enum ClockCommand {
    /// Show the server's time
    Show,
    /// Move a clock that stands still (`koepel serve --manual-clock`), forth or back
    Set(SetArgs),
}

/// What `clock set` can be given.
#[derive(Args, Debug)]
pub(crate) struct SetArgs {
    /// A time such as 2026-12-01T09:00:00Z or 2026-12-01, or how far forth from where it stands: 2h, 3d
    #[arg(value_name = "TIME")]
    to: String,
}

/// The clock as JSON.
#[derive(Serialize)]
struct ClockShape {
    time: Option<String>,
    manual: bool,
}

/// Runs one of them.
pub(crate) async fn run(command: ClockCommand, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let ask = async |request| session.admin().get_clock(request).await;
    let clock = session.ask(v1::GetClockRequest {}, ask).await?;
    let (time, manual) = match command {
        ClockCommand::Show => (clock.time, clock.manual),
        ClockCommand::Set(args) => {
            let stands = required(clock.time, "time")?;
            let stands = Timestamp::new(stands.seconds, stands.nanos)
                .map_err(|error| Failure::usage(error.to_string()))?;
            let to = moment::given(&args.to, stands, &ctx.out.view().zone)
                .map_err(|error| Failure::usage(error.to_string()))?;
            let request = v1::SetClockRequest { time: Some(moment::to_wire(to)) };
            let set = async |request| session.admin().set_clock(request).await;
            (session.ask(request, set).await?.time, true)
        }
    };
    if ctx.out.is_json() {
        return ctx.out.json(&ClockShape { time: moment::rfc3339(time.as_ref()), manual });
    }
    let shown = moment::second(time.as_ref(), &ctx.out.view().zone);
    let still = if manual { ", and stands still" } else { "" };
    ctx.out.line(&format!("{shown}{still}"))
}
