//! Publishes alerts to a stream of NATS, on a connection of its own: `koepel.alerts.<product>.<person or role>`. The delivery's id
//! is the message's `Nats-Msg-Id`.

use std::{sync::Arc, time::Duration};

use async_nats::{HeaderMap, jetstream::context::PublishErrorKind};
use koepel_alerts::{retry::Failure, why::Why};
use tokio::{sync::Mutex, time::Instant};

use crate::{
    config::{alerts, nats::Nats},
    nats::{Away, link::Link},
};

/// After a failure to connect, nobody tries for so long.
const PAUSE: Duration = Duration::from_secs(1);

/// What is known of the connection.
enum State {
    /// Nothing was tried.
    New,
    /// There is one.
    There(Arc<Link>),
    /// There is none, since when and why.
    Away(Instant, Why),
}

/// Publishes alerts.
pub(super) struct Publisher {
    settings: Nats,
    state: Mutex<State>,
}

impl Publisher {
    /// Publishes to a stream of its own on these servers.
    pub(super) fn new(servers: Nats, alerts: alerts::Nats) -> Self {
        let settings = Nats {
            stream: alerts.stream,
            subject_prefix: alerts.subject_prefix,
            max_age: None,
            max_bytes: None,
            ..servers
        };
        Self { settings, state: Mutex::new(State::New) }
    }

    /// Publishes a message; the stream has it when this answers well.
    pub(super) async fn publish(
        &self,
        product: &str,
        receiver: &str,
        id: &str,
        body: Vec<u8>,
    ) -> Result<(), Failure> {
        let link = self.link().await?;
        let subject = format!("{}.{product}.{receiver}", self.settings.subject_prefix);
        let mut headers = HeaderMap::new();
        headers.insert("Nats-Msg-Id", id);
        headers.insert("content-type", "application/json");
        let sent = link.context.publish_with_headers(subject, headers, body.into()).await;
        let acknowledged = match sent {
            Ok(acknowledgement) => acknowledgement.await.map(drop),
            Err(error) => Err(error),
        };
        acknowledged.map_err(|error| {
            let gone = matches!(error.kind(), PublishErrorKind::StreamNotFound);
            Failure::passing(if gone { Why::NatsStream } else { Why::NatsTookNot })
        })
    }

    /// The connection; made anew if it was lost.
    async fn link(&self) -> Result<Arc<Link>, Failure> {
        let mut state = self.state.lock().await;
        match &*state {
            State::There(link) if !link.condition.borrow().lost => return Ok(Arc::clone(link)),
            State::Away(since, why) if since.elapsed() < PAUSE => {
                return Err(Failure::passing(*why));
            }
            State::There(_) | State::Away(..) | State::New => {}
        }
        match Box::pin(Link::open(&self.settings)).await {
            Ok(link) => {
                let link = Arc::new(link);
                *state = State::There(Arc::clone(&link));
                Ok(link)
            }
            Err(away) => {
                let why = match &away {
                    Away::Unreachable(_) | Away::Log(_) => Why::NatsAway,
                    Away::Refused(_) => Why::NatsRefuses,
                    Away::Stream(_) => Why::NatsStream,
                };
                if !matches!(&*state, State::Away(_, before) if *before == why) {
                    tracing::warn!(error = %away, "alerts cannot be told over NATS");
                }
                *state = State::Away(Instant::now(), why);
                Err(Failure::passing(why))
            }
        }
    }
}
