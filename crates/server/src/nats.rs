//! Publishing to NATS JetStream: every committed event, as a CloudEvent, by a follower of all products that keeps a
//! checkpoint of its own. Commands know nothing of it: what was not published yet waits in the log, not in memory.
//!
//! - Each event gets there at least once. Its id is the message's `Nats-Msg-Id`, so a stream, or a reader, that drops what it
//!   had before has each once.
//! - A product's events come in order. Several are on their way at once; each that follows another unacknowledged one names
//!   it as the message that must lie before it, so one that got lost takes those after it along, and all are sent again.
//! - The checkpoint moves when the stream has acknowledged. It is written once a second and at a stop: that much may come
//!   twice.
//! - A stream that is another one than before, or has lost its end, gets everything from the beginning; so does a product
//!   whose log is not the one that was published.
//!
//! `link` connects and looks after the stream, `session` publishes over one connection, `checkpoint` is how far that came,
//! `told` is what is said of it.

mod checkpoint;
pub(crate) mod link;
mod session;
mod subject;
mod told;

use std::{sync::Arc, time::Duration};

use rand::Rng as _;
use tokio::{sync::watch, time::Instant};

pub(crate) use self::told::Told;
use self::{
    checkpoint::Checkpoint,
    link::Link,
    session::{End, Session},
};
use crate::{
    app::{App, stop_signal},
    config::nats::Nats,
};

/// The pause after a first failure, and the longest.
const PAUSE: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(3));
/// What lasted so long was no failure.
const SOUND: Duration = Duration::from_secs(10);

/// Why nothing can be published at the moment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Away {
    /// No server answers.
    #[error("no server answers: {0}")]
    Unreachable(String),
    /// The server does not know us, or does not allow it.
    #[error("the server refuses it: {0}")]
    Refused(String),
    /// The stream does not take our events.
    #[error("the stream cannot be used: {0}")]
    Stream(String),
    /// The log cannot be read.
    #[error("the log cannot be read: {0}")]
    Log(String),
}

/// Publishes until the server stops.
pub(crate) async fn publish(app: Arc<App>, settings: Nats, told: Arc<Told>) {
    let stopping = app.stopping.subscribe();
    let checkpoint = Checkpoint::open(&app.config.data_dir);
    told.reached_all(checkpoint.products());
    let mut publisher = Publisher { app, settings, told, stopping, checkpoint, failures: 0 };
    loop {
        let begun = Instant::now();
        let end = Box::pin(publisher.session()).await;
        publisher.checkpoint.save().await;
        match end {
            End::Stopped => break,
            // All is looked at anew.
            End::Again => {}
            End::Away(away) => publisher.told.away(&away),
        }
        if begun.elapsed() > SOUND {
            publisher.failures = 0;
        }
        publisher.failures = publisher.failures.saturating_add(1);
        let pause = pause(publisher.failures);
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = stop_signal(&mut publisher.stopping) => break,
        }
    }
}

/// Twice as long after each failure, and never the same for two servers that were cut off together.
fn pause(failures: u32) -> Duration {
    let doubled = PAUSE.0.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1)));
    doubled.min(PAUSE.1).mul_f64(rand::rng().random_range(0.5..1.0))
}

/// What outlives a connection.
struct Publisher {
    app: Arc<App>,
    settings: Nats,
    told: Arc<Told>,
    stopping: watch::Receiver<bool>,
    checkpoint: Checkpoint,
    /// In a row, since something was acknowledged.
    failures: u32,
}

impl Publisher {
    /// Connects, and publishes for as long as that goes well.
    async fn session(&mut self) -> End {
        let mut stopping = self.stopping.clone();
        let link = tokio::select! {
            link = Link::open(&self.settings) => link,
            () = stop_signal(&mut stopping) => return End::Stopped,
        };
        let link = match link {
            Ok(link) => link,
            Err(away) => return End::Away(away),
        };
        if self.checkpoint.fit(link.identity.clone(), link.last_sequence) {
            tracing::warn!(
                stream = self.settings.stream,
                "this is not the stream that was published to, or it has lost its end: all events are published again, from the first on"
            );
            self.told.reached_all(self.checkpoint.products());
        }
        self.told.there(&self.settings);
        let end = Session::new(self, link).run().await;
        self.told.connected(false);
        end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_bound_and_differ() {
        for (failures, longest) in [(1, 100), (2, 200), (3, 400), (6, 3_000), (u32::MAX, 3_000)] {
            let longest = Duration::from_millis(longest);
            let pauses: Vec<_> = (0..20).map(|_| pause(failures)).collect();
            assert!(pauses.iter().all(|pause| *pause >= longest / 2 && *pause <= longest));
            assert!(pauses.iter().any(|pause| *pause != pauses[0]));
        }
    }
}
