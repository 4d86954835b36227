//! Deadlines: when a moment that was stored has come, the product is told that time has passed, as an ordinary command of the
//! service itself. The deadlines are in the products' states, so none is lost by a stop, and one that passed meanwhile is kept
//! at the next start. To do so twice changes nothing.
//!
//! Every product that is due is told once a round. One whose log does not take it waits, longer each time, and holds up no other.

use std::{collections::HashMap, sync::Arc, time::Duration};

use futures::{StreamExt as _, stream};
use koepel_domain::{command::Command, escalations, ids::Timestamp, mandate::Actor};
use koepel_event_log::ProductName;
use tokio::time::Instant;

use crate::{
    app::{App, stop_signal},
    clock::moved,
};

/// The longest sleep: a clock that was set forth meanwhile is seen after it.
const LOOK: Duration = Duration::from_secs(1);
/// The pause after a commit somewhere, so that a busy log is not looked through for each.
const SETTLE: Duration = Duration::from_millis(50);
/// The pause of a product after a command that failed, and the longest one.
const PAUSE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));
/// So many products are told at a time.
const AT_A_TIME: usize = 16;

/// Keeps the deadlines of all products until the server stops.
pub(crate) async fn keep(app: Arc<App>) {
    let mut stopping = app.stopping.subscribe();
    let mut news = app.products.news();
    let mut hands = app.clock.hands();
    let mut held_up = HeldUp::default();
    loop {
        news.mark_unchanged();
        let round = held_up.round(&deadlines(&app).await, app.clock.now(), Instant::now());
        let mut told = stream::iter(round.due)
            .map(async |product| {
                let taken = elapse(&app, &product).await;
                (product, taken)
            })
            .buffer_unordered(AT_A_TIME);
        let mut pause = round.pause;
        loop {
            let ended = tokio::select! {
                ended = told.next() => ended,
                () = stop_signal(&mut stopping) => return,
            };
            let Some((product, taken)) = ended else { break };
            pause = pause.min(held_up.note(product, taken, Instant::now()));
        }
        drop(told);
        tokio::select! {
            () = stop_signal(&mut stopping) => return,
            () = moved(&mut hands) => {}
            () = tokio::time::sleep(pause) => {}
            changed = news.changed() => match changed {
                Ok(()) => tokio::time::sleep(SETTLE.min(pause)).await,
                Err(_) => return,
            },
        }
    }
}

/// The next deadline of each product that has one.
async fn deadlines(app: &App) -> Vec<(ProductName, Timestamp)> {
    let mut all = Vec::new();
    for (name, _) in app.products.heads() {
        // A product that cannot be read is told of elsewhere.
        let Ok(view) = app.products.view(&name).await else { continue };
        if let Some(at) = view.state.next_deadline() {
            all.push((name, at));
        }
    }
    all
}

/// Products that did not take it: how often in a row, and until when each is left alone.
#[derive(Default)]
struct HeldUp(HashMap<ProductName, (u32, Instant)>);

/// What is to be done now.
#[derive(Debug, PartialEq, Eq)]
struct Round {
    due: Vec<ProductName>,
    /// Until something else is due.
    pause: Duration,
}

impl HeldUp {
    /// Who is due, each once; those that are left alone are not.
    fn round(&self, deadlines: &[(ProductName, Timestamp)], now: Timestamp, at: Instant) -> Round {
        let mut round = Round { due: Vec::new(), pause: LOOK };
        for (product, deadline) in deadlines {
            let rest = self.0.get(product).map_or(Duration::ZERO, |(_, end)| *end - at);
            let wait = until(*deadline, now).max(rest);
            if wait.is_zero() {
                round.due.push(product.clone());
            } else {
                round.pause = round.pause.min(wait);
            }
        }
        round
    }

    /// Notes whether a product took it. How long the next look may wait for it: not at all if it did, as there may be more.
    fn note(&mut self, product: ProductName, taken: bool, at: Instant) -> Duration {
        if taken {
            self.0.remove(&product);
            return Duration::ZERO;
        }
        let failures = self.0.get(&product).map_or(0, |(failures, _)| *failures);
        let pause = PAUSE.0.saturating_mul(2_u32.saturating_pow(failures)).min(PAUSE.1);
        self.0.insert(product, (failures.saturating_add(1), at + pause));
        pause
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> ProductName {
        ProductName::new(text).unwrap()
    }

    #[tokio::test]
    async fn a_product_that_fails_holds_up_no_other_and_is_tried_less_and_less() {
        let (mut held_up, begin) = (HeldUp::default(), Instant::now());
        let all = [(name("bad"), Timestamp(1)), (name("good"), Timestamp(2))];
        let now = Timestamp(2);
        let round = held_up.round(&all, now, begin);
        assert_eq!(round.due, [name("bad"), name("good")]);
        assert_eq!(held_up.note(name("good"), true, begin), Duration::ZERO);
        assert_eq!(held_up.note(name("bad"), false, begin), PAUSE.0);
        // More of the good one is due at once; the bad one is left alone.
        let round = held_up.round(&all, now, begin);
        assert_eq!(round, Round { due: vec![name("good")], pause: PAUSE.0 });
        let round = held_up.round(&all, now, begin + PAUSE.0);
        assert_eq!(round.due, [name("bad"), name("good")]);
        assert_eq!(held_up.note(name("bad"), false, begin), 2 * PAUSE.0);
        for _ in 0..40 {
            held_up.note(name("bad"), false, begin);
        }
        assert_eq!(held_up.note(name("bad"), false, begin), PAUSE.1);
        held_up.note(name("bad"), true, begin);
        assert_eq!(held_up.round(&all, now, begin).due, [name("bad"), name("good")]);
    }

    #[tokio::test]
    async fn the_next_look_is_at_the_soonest_deadline() {
        let all = [(name("a"), Timestamp(900_000)), (name("b"), Timestamp(100_000))];
        let round = HeldUp::default().round(&all, Timestamp(0), Instant::now());
        assert_eq!(round, Round { due: Vec::new(), pause: Duration::from_millis(100) });
    }
}
