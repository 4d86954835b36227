//! The housekeeper: writes the head file, and looks after a flush that does not return.
//!
//! It sleeps for as long as nothing has been written. It is a thread of its own so that a commit
//! never waits for the syncs of the head file.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::Instant;
use tracing::{error, warn};

use super::head_file;
use super::shared::Shared;
use crate::Health;

/// The head file is at most this much behind while commits come in.
const HEADS_EVERY: Duration = Duration::from_secs(1);

/// How often a flush is looked after.
const TICK: Duration = Duration::from_millis(250);

/// After this time a flush that does not return is reported as a failure of the log.
const STALLED: Duration = Duration::from_secs(60);

/// What the housekeeper is asked to do.
#[derive(Debug)]
pub(super) enum Chore {
    /// Heads have become durable that the head file does not know.
    HeadsChanged,
    /// Write the head file now.
    WriteHeads(oneshot::Sender<Result<(), String>>),
    /// Write the head file if told so, answer, and stop.
    Stop { write: bool, done: Sender<Result<(), String>> },
}

/// Tells the housekeeper whether a flush is under way: odd while one is.
#[derive(Debug, Default)]
pub(super) struct FlushWatch(AtomicU64);

impl FlushWatch {
    /// A flush begins.
    pub(super) fn begin(&self) {
        self.0.fetch_add(1, Ordering::Release);
    }

    /// The flush has returned.
    pub(super) fn end(&self) {
        self.0.fetch_add(1, Ordering::Release);
    }

    /// The number of the flush under way.
    fn under_way(&self) -> Option<u64> {
        let count = self.0.load(Ordering::Acquire);
        (count % 2 == 1).then_some(count)
    }
}

/// Works until told to stop.
pub(super) fn run(shared: &Shared, chores: &Receiver<Chore>, flush: &Arc<FlushWatch>) {
    let mut due: Option<Instant> = None;
    let mut stuck: Option<(u64, Instant)> = None;
    loop {
        let watching = due.is_some() || flush.under_way().is_some();
        let chore = if watching {
            chores.recv_timeout(TICK)
        } else {
            chores.recv().map_err(|_| RecvTimeoutError::Disconnected)
        };
        match chore {
            Ok(Chore::HeadsChanged) => due = due.or(Some(Instant::now() + HEADS_EVERY)),
            Ok(Chore::WriteHeads(done)) => {
                let _ = done.send(write_heads(shared));
            }
            Ok(Chore::Stop { write, done }) => {
                let written = if write { write_heads(shared) } else { Ok(()) };
                let _ = done.send(written);
                return;
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        if due.is_some_and(|due| due <= Instant::now()) {
            due = None;
            if let Err(why) = write_heads(shared) {
                warn!(why, "the head file could not be written");
                due = Some(Instant::now() + HEADS_EVERY);
            }
        }
        stuck = look_after(shared, flush, stuck);
    }
}

/// Nudges a flush that was under way at the last look already, and reports one that is stalled.
fn look_after(
    shared: &Shared,
    flush: &FlushWatch,
    stuck: Option<(u64, Instant)>,
) -> Option<(u64, Instant)> {
    let number = flush.under_way()?;
    match stuck {
        Some((same, since)) if same == number => {
            if let Some(store) = shared.store() {
                store.nudge_if_failed();
            }
            if since.elapsed() > STALLED && shared.health() == Health::Ready {
                let why = "a flush does not return; restart the process".to_owned();
                error!(why, "the log is stalled");
                shared.set_health(Health::Failed { why });
            }
            Some((same, since))
        }
        Some(_) | None => Some((number, Instant::now())),
    }
}

fn write_heads(shared: &Shared) -> Result<(), String> {
    shared.unwritten_heads.store(false, Ordering::Release);
    head_file::write(&shared.dir, &shared.heads()).map_err(|error| error.to_string())
}
