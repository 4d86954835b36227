//! `EventService`: pages from the log, woken by the product's view. No events are kept for a reader: a slow one costs
//! nothing but its place.

use std::{collections::HashMap, pin::Pin, sync::Arc, time::Duration};

use futures::{Stream, StreamExt as _, stream};
use koepel_api::{
    event::{self as convert, Subscription},
    v1::{self, event_service_server::EventService, subscribe_response::What},
};
use koepel_domain::{ids::PersonId, product::Product};
use koepel_engine::View;
use koepel_event_log::{EventLog as _, ReadLimit, Record, Version};
use tokio::{
    sync::{mpsc, oneshot, watch},
    time::Instant,
};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};

use super::status;
use crate::{
    app::{App, Caller, log_name, stop_signal},
    event::{self, About},
};

/// Small pages and few messages on the way keep a stalled reader cheap.
const PAGE: ReadLimit = ReadLimit { commits: 64, size_bytes: 32 << 10 };
const MESSAGES: usize = 8;
const HEARTBEAT: Duration = Duration::from_secs(15);

pub(crate) struct Handler(pub(crate) Arc<App>);

/// Counts a reader for as long as it lives.
pub(crate) struct Place {
    app: Arc<App>,
    person: PersonId,
}

impl Place {
    pub(crate) fn take(app: &Arc<App>, person: &PersonId) -> Result<Self, Status> {
        let limit = app.config.limits.streams_per_person;
        let mut streams = app.streams.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let open = streams.entry(person.clone()).or_default();
        if *open >= limit {
            let message = format!(
                "you have {open} open event streams; at most {limit} are allowed: close one first"
            );
            return Err(status::exhausted("TOO_MANY_STREAMS", message, HashMap::new()));
        }
        *open += 1;
        app.metrics.streams.inc();
        Ok(Self { app: Arc::clone(app), person: person.clone() })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut streams =
            self.app.streams.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(open) = streams.get_mut(&self.person) {
            *open -= 1;
            if *open == 0 {
                streams.remove(&self.person);
            }
        }
        self.app.metrics.streams.dec();
    }
}

struct Reader {
    app: Arc<App>,
    caller: Caller,
    wanted: Subscription,
    next: u64,
    views: watch::Receiver<Arc<View<Product>>>,
    out: mpsc::Sender<v1::SubscribeResponse>,
    _place: Place,
}

/// Why a reader's stream ends before its time.
enum End {
    Gone,
    Because(Status),
}

impl End {
    fn stopping() -> Self {
        let message = "the server is stopping; go on from where you were";
        Self::Because(status::unavailable(message.to_owned()))
    }
}

impl Reader {
    /// Reads to the end, and says why it was one. The reason goes a way of its own, because a reader that takes nothing has no
    /// room for it, and must not take what came so far for the whole.
    async fn run(mut self, reason: oneshot::Sender<Status>) {
        if let Err(End::Because(status)) = self.follow().await {
            // If the reader has gone there is nobody to tell.
            let _gone = reason.send(status);
        }
    }

    async fn follow(&mut self) -> Result<(), End> {
        let mut stopping = self.app.stopping.subscribe();
        let mut system = self.app.system_view.clone();
        let mut caught_up = false;
        let mut beat = Instant::now() + HEARTBEAT;
        loop {
            system.mark_unchanged();
            self.may_go_on()?;
            let head = self.views.borrow_and_update().head.version.get();
            while self.next <= head {
                // Reading a long past takes a while, in which a token may be revoked.
                self.may_go_on()?;
                self.page(head).await?;
            }
            if !caught_up {
                caught_up = true;
                self.send(What::CaughtUp(v1::CaughtUp { version: head })).await?;
                if self.wanted.until_caught_up {
                    return Ok(());
                }
            }
            tokio::select! {
                changed = self.views.changed() => if changed.is_err() {
                    return Err(End::stopping());
                },
                // Tokens and people: whoever may not read on is ended at once, not at the next event.
                changed = system.changed() => if changed.is_err() {
                    return Err(End::stopping());
                },
                () = stop_signal(&mut stopping) => return Err(End::stopping()),
                () = self.out.closed() => return Err(End::Gone),
                () = tokio::time::sleep_until(beat) => {
                    let version = self.next - 1;
                    self.send(What::Heartbeat(v1::Heartbeat { version })).await?;
                    beat = Instant::now() + HEARTBEAT;
                }
            }
        }
    }

    async fn page(&mut self, head: u64) -> Result<(), End> {
        let name = log_name(&self.wanted.product).map_err(End::Because)?;
        let read = self.app.log.read(&name, Version::new(self.next), PAGE).await;
        let page = read.map_err(|error| End::Because(status::unavailable(error.to_string())))?;
        for record in page {
            let version = record.version.get();
            if version > head {
                break;
            }
            for event in self.events(&record) {
                self.send(What::Event(event)).await?;
            }
            self.next = version + 1;
        }
        Ok(())
    }

    fn events(&self, record: &Record) -> Vec<v1::Event> {
        let types = &self.wanted.types;
        let wanted = |kind: &str| types.is_empty() || types.iter().any(|wanted| wanted == kind);
        event::of(&self.wanted.product, record, wanted)
            .filter(|(about, _)| self.wants(about))
            .map(|(_, event)| event)
            .collect()
    }

    /// Whether an event is of the domain that the reader asked for: of what belongs to it now, or of the domain itself.
    fn wants(&self, about: &About) -> bool {
        let Some(wanted) = &self.wanted.domain else { return true };
        event::domain(about, &self.views.borrow().state).is_some_and(|domain| domain == *wanted)
    }

    /// Whether the reader may still see the product: tokens end, and roles are taken.
    fn may_go_on(&self) -> Result<(), End> {
        if !self.app.is_in_force(&self.caller) {
            let message = "the token or session has ended; subscribe again with another one";
            let ended = status::unauthenticated("TOKEN_UNKNOWN", message);
            return Err(End::Because(self.app.with_sign_in(ended)));
        }
        // Roles have days: what counts is what they are now, not when they began to follow.
        let mut caller = self.caller.clone();
        caller.actor.now = self.app.clock.now();
        if App::may_see(&caller, &self.wanted.product, &self.views.borrow().state) {
            Ok(())
        } else {
            Err(End::Because(status::no_product()))
        }
    }

    async fn send(&self, what: What) -> Result<(), End> {
        let message = v1::SubscribeResponse { what: Some(what) };
        let limit = Duration::from_secs(self.app.config.limits.stalled_reader_s);
        match tokio::time::timeout(limit, self.out.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(End::Gone),
            Err(_) => {
                let message = format!(
                    "nothing was taken for {} s; subscribe again from version {}",
                    limit.as_secs(),
                    self.next
                );
                let metadata = HashMap::from([("next_version".to_owned(), self.next.to_string())]);
                self.app.metrics.stalled_readers.inc();
                Err(End::Because(status::exhausted("READER_STALLED", message, metadata)))
            }
        }
    }
}

#[tonic::async_trait]
impl EventService for Handler {
    type SubscribeStream =
        Pin<Box<dyn Stream<Item = Result<v1::SubscribeResponse, Status>> + Send>>;

    async fn subscribe(
        &self,
        request: Request<v1::SubscribeRequest>,
    ) -> Result<Response<Self::SubscribeStream>, Status> {
        let caller = self.0.caller(request.metadata())?;
        let request = request.into_inner();
        let wanted = convert::subscribe(request).map_err(|error| status::invalid(&error))?;
        let view = self.0.view(&caller, &wanted.product, 0).await?;
        if let Some(domain) = &wanted.domain
            && view.state.domain_by_id(domain).is_none()
        {
            let message = format!("there is no domain {domain} in product {}", wanted.product);
            return Err(status::not_found("UNKNOWN_DOMAIN", message));
        }
        let head = view.head.version.get();
        let next = wanted.from;
        if next > head + 1 {
            let message = format!(
                "version {next} is in the future; the product is at version {head}, so {} is the last that can be asked for",
                head + 1
            );
            return Err(status::out_of_range(message, head));
        }
        let place = Place::take(&self.0, &caller.actor.person)?;
        let views = self
            .0
            .products
            .watch(&log_name(&wanted.product)?)
            .await
            .map_err(|error| status::of_product(&wanted.product, &error))?;
        let (out, messages) = mpsc::channel(MESSAGES);
        let app = Arc::clone(&self.0);
        let reader = Reader { app, caller, wanted, next, views, out, _place: place };
        let (reason, ended) = oneshot::channel();
        tokio::spawn(reader.run(reason));
        // A stream that came to its own end has no reason.
        let ended = stream::once(ended).filter_map(async |reason| reason.ok().map(Err));
        Ok(Response::new(Box::pin(ReceiverStream::new(messages).map(Ok).chain(ended))))
    }
}
