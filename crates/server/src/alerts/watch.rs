//! The stream of somebody's own alerts: pages from the outbox's log, woken by the outbox. As with events, nothing is kept for a
//! reader.

use std::{collections::HashMap, sync::Arc, time::Duration};

use koepel_api::{
    alert::{self as convert, Cursor},
    v1::{self, watch_alerts_response::What},
};
use koepel_domain::{
    ids::{ProductId, Version},
    outbox::{Channel, Event, Outbox, Queued, Receiver},
};
use koepel_engine::decode_record;
use koepel_event_log::{EventLog as _, ReadLimit, Version as LogVersion};
use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};
use tonic::Status;

use super::outbox_name;
use crate::{
    app::{App, Caller, stop_signal},
    grpc::{event::Place, status},
};

/// Small pages and few messages on the way keep a stalled reader cheap.
const PAGE: ReadLimit = ReadLimit { commits: 64, size_bytes: 64 << 10 };
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Somebody who watches.
pub(crate) struct Watcher {
    pub(crate) app: Arc<App>,
    pub(crate) caller: Caller,
    pub(crate) product: ProductId,
    /// The last alert that they saw.
    pub(crate) after: Option<Cursor>,
    pub(crate) until_caught_up: bool,
    pub(crate) out: mpsc::Sender<v1::WatchAlertsResponse>,
    /// Counts them.
    pub(crate) place: Place,
}

/// Why a stream ends before its time.
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

impl Watcher {
    /// Sends to the end, and says why it was one.
    pub(crate) async fn run(mut self, reason: oneshot::Sender<Status>) {
        if let Err(End::Because(status)) = self.follow().await {
            // If the reader has gone there is nobody to tell.
            let _gone = reason.send(status);
        }
        drop(self.place);
    }

    async fn follow(&mut self) -> Result<(), End> {
        let mut stopping = self.app.stopping.subscribe();
        let mut system = self.app.system_view.clone();
        // Of any product's: an outbox that is not there yet has none of its own.
        let mut news = self.app.alerts.outboxes.news();
        let mut product_news = self.app.products.news();
        let mut caught_up = false;
        let mut beat = Instant::now() + HEARTBEAT;
        loop {
            system.mark_unchanged();
            news.mark_unchanged();
            product_news.mark_unchanged();
            self.may_go_on().await?;
            while self.page().await? {
                // Reading a long past takes a while, in which a token may be revoked.
                self.may_go_on().await?;
            }
            if !caught_up {
                caught_up = true;
                let cursor = self.after.unwrap_or_else(|| Cursor::end_of(Version(0)));
                let cursor = cursor.to_string();
                self.send(What::CaughtUp(v1::AlertsCaughtUp { cursor })).await?;
                if self.until_caught_up {
                    return Ok(());
                }
            }
            tokio::select! {
                changed = news.changed() => if changed.is_err() {
                    return Err(End::stopping());
                },
                // Roles, tokens and people: whoever may not read on is ended at once.
                changed = product_news.changed() => if changed.is_err() {
                    return Err(End::stopping());
                },
                changed = system.changed() => if changed.is_err() {
                    return Err(End::stopping());
                },
                () = stop_signal(&mut stopping) => return Err(End::stopping()),
                () = self.out.closed() => return Err(End::Gone),
                () = tokio::time::sleep_until(beat) => {
                    self.send(What::Heartbeat(v1::AlertsHeartbeat {})).await?;
                    beat = Instant::now() + HEARTBEAT;
                }
            }
        }
    }

    /// Sends what the next page has for them. Says whether there may be more.
    async fn page(&mut self) -> Result<bool, End> {
        let name = outbox_name(&self.product).map_err(End::Because)?;
        let head = self.app.outbox(&self.product).await.map_err(End::Because)?;
        let head = head.state.version();
        // The version of the last one seen may have more for them.
        let from = match self.after {
            None => Version(1),
            Some(Cursor { version, index: u32::MAX }) => version.next(),
            Some(after) => after.version,
        };
        if from > head {
            return Ok(false);
        }
        let read = self.app.log.read(&name, LogVersion::new(from.0.max(1)), PAGE).await;
        let page = read.map_err(|error| End::Because(status::unavailable(error.to_string())))?;
        let mut more = false;
        for record in page {
            let commit = decode_record::<Outbox>(&record)
                .map_err(|error| End::Because(status::internal(error.to_string())))?;
            if commit.version > head {
                break;
            }
            for (index, queued) in (0_u32..).zip(queued(&commit.events)) {
                let cursor = Cursor { version: commit.version, index };
                if self.after.is_none_or(|after| after < cursor) {
                    self.show(cursor, queued).await?;
                }
            }
            let end = Cursor::end_of(commit.version);
            if self.after.is_none_or(|after| after < end) {
                (self.after, more) = (Some(end), true);
            }
        }
        Ok(more)
    }

    /// Sends a notice if it is for them.
    async fn show(&self, cursor: Cursor, queued: &Queued) -> Result<(), End> {
        let person = Receiver::Person(self.caller.actor.person.clone());
        let own =
            queued.to.iter().find(|to| to.channel == Channel::Stream && to.receiver == person);
        let Some(to) = own else { return Ok(()) };
        let alert = v1::WatchedAlert {
            cursor: cursor.to_string(),
            alert: Some(convert::alert(&self.product, &queued.notice)),
            concern: convert::concern(to.concern).into(),
        };
        self.send(What::Alert(alert)).await
    }

    /// Whether they may still see the product: tokens end, and roles are taken.
    async fn may_go_on(&self) -> Result<(), End> {
        if !self.app.is_in_force(&self.caller) {
            let message = "the token or session has ended; watch again with another one";
            let ended = status::unauthenticated("TOKEN_UNKNOWN", message);
            return Err(End::Because(self.app.with_sign_in(ended)));
        }
        // Roles have days: what counts is what they are now, not when they began to watch.
        let mut caller = self.caller.clone();
        caller.actor.now = self.app.clock.now();
        self.app.view(&caller, &self.product, 0).await.map(drop).map_err(End::Because)
    }

    async fn send(&self, what: What) -> Result<(), End> {
        let message = v1::WatchAlertsResponse { what: Some(what) };
        let limit = Duration::from_secs(self.app.config.limits.stalled_reader_s);
        match tokio::time::timeout(limit, self.out.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(End::Gone),
            Err(_) => {
                let message = format!(
                    "nothing was taken for {} s; watch again from the last cursor",
                    limit.as_secs()
                );
                self.app.metrics.stalled_readers.inc();
                Err(End::Because(status::exhausted("READER_STALLED", message, HashMap::new())))
            }
        }
    }
}

/// What a commit took in.
fn queued(events: &[Event]) -> Vec<&Queued> {
    let mut all = Vec::new();
    for event in events {
        if let Event::NoticesQueued { notices, .. } = event {
            all.extend(notices);
        }
    }
    all
}
