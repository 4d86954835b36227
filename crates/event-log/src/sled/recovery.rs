//! What the writer does after a failure: opens the database again, for as long as it takes, and
//! refuses to go on when something that was acknowledged is gone.
//!
//! What failed may be on the disk, on its way there, or lost; only reading it again tells.

use std::sync::Arc;
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

use tokio::time::Instant;
use tracing::{error, info, warn};

use super::store::Store;
use super::writer::{Message, Stop, Writer};
use super::{durable, open};
use crate::{AppendError, Health};

/// How long to wait before the second attempt to open the database again; doubles up to a limit.
const FIRST_BACKOFF: Duration = Duration::from_millis(20);
const LAST_BACKOFF: Duration = Duration::from_secs(5);

impl Writer {
    /// After a failure: tells everybody, and opens the database again, for as long as it takes.
    /// Answers only if the log is closed meanwhile.
    pub(super) fn recover(&mut self, why: String) -> Option<Stop> {
        error!(why, "the log failed to store commits; it is being opened again");
        let mut closing = None;
        while let Ok(message) = self.queue.try_recv() {
            match message {
                // It was queued before anybody could know: for its caller the outcome is open.
                Message::Append(job) => job.refuse(AppendError::Unknown { why: why.clone() }),
                Message::Close(close) => closing = Some(close),
            }
        }
        if closing.is_some() {
            return Some(Stop::Close(closing));
        }
        let mut backoff = FIRST_BACKOFF;
        loop {
            match self.reopen() {
                Ok(()) => {
                    info!("the log has been opened again");
                    return None;
                }
                Err(Reopen::Retry(why)) => {
                    warn!(why, retry_ms = backoff.as_millis(), "the log cannot be opened yet");
                    self.shared.set_health(Health::Reopening { why: why.clone() });
                    if let Some(stop) = self.refuse_for(Some(backoff), &why) {
                        return Some(stop);
                    }
                    backoff = (backoff * 2).min(LAST_BACKOFF);
                }
                Err(Reopen::Never(why)) => {
                    error!(why, "the log has lost acknowledged commits and will not serve again");
                    self.shared.set_health(Health::Failed { why: why.clone() });
                    return self.refuse_for(None, &why);
                }
            }
        }
    }

    /// Refuses what comes for this long, or for ever. Answers when the log is to be closed.
    fn refuse_for(&self, time: Option<Duration>, why: &str) -> Option<Stop> {
        let until = time.map(|time| Instant::now() + time);
        loop {
            let message = match until {
                Some(until) => {
                    self.queue.recv_timeout(until.saturating_duration_since(Instant::now()))
                }
                None => self.queue.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match message {
                Ok(Message::Append(job)) => {
                    job.refuse(AppendError::Unavailable { why: why.to_owned() });
                }
                Ok(Message::Close(close)) => return Some(Stop::Close(Some(close))),
                Err(RecvTimeoutError::Timeout) => return None,
                Err(RecvTimeoutError::Disconnected) => return Some(Stop::Close(None)),
            }
        }
    }

    /// Opens the database again, and compares it with what has been acknowledged.
    fn reopen(&mut self) -> Result<(), Reopen> {
        let retry = |error: &dyn std::fmt::Display| Reopen::Retry(error.to_string());
        durable::forget_cached(&self.shared.dir).map_err(|error| retry(&error))?;
        let store =
            Store::open(&self.shared.dir, &self.shared.settings).map_err(|error| retry(&error))?;
        let recovered = open::recover(&store).map_err(|error| retry(&error))?;
        for (name, acknowledged) in self.shared.heads() {
            if let Err(lost) = open::compare(&store, &recovered, &name, acknowledged) {
                return Err(Reopen::Never(lost.to_string()));
            }
        }
        self.adopt(&recovered);
        self.shared.plug(Arc::new(store));
        Ok(())
    }
}

/// Why the database was not opened again.
enum Reopen {
    /// It may work later.
    Retry(String),
    /// What was acknowledged is gone.
    Never(String),
}
