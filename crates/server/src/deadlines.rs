//! Deadlines: when a moment that was stored has come, the product is told that time has passed, as an ordinary command of the
//! service itself. The deadlines are in the products' states, so none is lost by a stop, and one that passed meanwhile is kept
//! at the next start. To do so twice changes nothing.

use std::{sync::Arc, time::Duration};

use koepel_domain::{command::Command, escalations, ids::Timestamp, mandate::Actor};
use koepel_event_log::ProductName;

use crate::{
    app::{App, stop_signal},
    clock::moved,
};

/// The longest sleep: a clock that was set forth meanwhile is seen after it.
const LOOK: Duration = Duration::from_secs(1);
/// The pause after a commit somewhere, so that a busy log is not looked through for each.
const SETTLE: Duration = Duration::from_millis(50);
/// The pause after a command that failed.
const PAUSE: Duration = Duration::from_secs(1);

/// Keeps the deadlines of all products until the server stops.
pub(crate) async fn keep(app: Arc<App>) {
    let mut stopping = app.stopping.subscribe();
    let mut news = app.products.news();
    let mut hands = app.clock.hands();
    loop {
        news.mark_unchanged();
        let pause = match soonest(&app).await {
            None => LOOK,
            Some((product, at)) if at <= app.clock.now() => {
                if elapse(&app, &product).await {
                    continue;
                } else {
                    PAUSE
                }
            }
            Some((_, at)) => until(at, app.clock.now()).min(LOOK),
        };
        tokio::select! {
            () = stop_signal(&mut stopping) => return,
            () = moved(&mut hands) => {}
            () = tokio::time::sleep(pause) => {}
            changed = news.changed() => match changed {
                Ok(()) => tokio::time::sleep(SETTLE).await,
                Err(_) => return,
            },
        }
    }
}

/// The product with the next deadline, and when that is.
async fn soonest(app: &App) -> Option<(ProductName, Timestamp)> {
    let mut soonest: Option<(ProductName, Timestamp)> = None;
    for (name, _) in app.products.heads() {
        // A product that cannot be read is told of elsewhere.
        let Ok(view) = app.products.view(&name).await else { continue };
        let Some(at) = view.state.next_deadline() else { continue };
        if soonest.as_ref().is_none_or(|(_, first)| at < *first) {
            soonest = Some((name, at));
        }
    }
    soonest
}

/// Tells a product that time has passed. Says whether it took that.
async fn elapse(app: &App, product: &ProductName) -> bool {
    let command = Command::Escalate(escalations::Command::Elapse);
    let request = app.request_of(Actor::system(app.clock.now()), command);
    match app.products.execute(product, request).await {
        Ok(_) => true,
        Err(error) => {
            tracing::warn!(%product, %error, "a deadline has passed and is kept as soon as the log takes it");
            false
        }
    }
}

fn until(at: Timestamp, now: Timestamp) -> Duration {
    Duration::from_micros(u64::try_from(at.0.saturating_sub(now.0)).unwrap_or(0))
}
