//! Commands that were decided together and share one append: what was decided, and what waits for the log.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use koepel_domain::commit::Commit;
use koepel_event_log::{AppendError, BoxFuture, Head, NewCommit};

use crate::{
    Aggregate,
    error::Error,
    ids::fingerprint,
    request::{Pending, record},
    view::Applied,
};

/// At so many commits a group is full.
const GROUP_COMMITS: usize = 1_024;
/// At so many bytes of events a group is full; with one commit more it is still below what the log takes at once.
const GROUP_BYTES: u64 = 1 << 20;

pub(crate) type Refusal<A> = Error<<A as Aggregate>::Error>;

/// What became of a command, while its answer waits for the log.
pub(crate) enum Decided<A: Aggregate> {
    /// It made this commit.
    Commit(Pending<A>, Arc<Commit<A::Event>>),
    /// It repeats a request whose commit is not durable yet, either.
    Repeats(Pending<A>, Arc<Commit<A::Event>>),
    /// It was refused on a state that is not durable yet.
    Refused(Pending<A>, Refusal<A>),
}

impl<A: Aggregate> Decided<A> {
    pub(crate) fn pending(self) -> Pending<A> {
        match self {
            Self::Commit(pending, _) | Self::Repeats(pending, _) | Self::Refused(pending, _) => {
                pending
            }
        }
    }
}

/// Decided commands whose commits the log does not have yet, with the answers that depend on them.
pub(crate) struct Group<A: Aggregate> {
    pub(crate) decided: Vec<Decided<A>>,
    pub(crate) applied: Vec<Applied<A>>,
    pub(crate) records: Vec<NewCommit>,
    size_bytes: u64,
    /// The state after it, once it takes no more commits; before that, it is the tip.
    pub(crate) after: Option<A>,
}

impl<A: Aggregate> Group<A> {
    pub(crate) fn new() -> Self {
        Self {
            decided: Vec::new(),
            applied: Vec::new(),
            records: Vec::new(),
            size_bytes: 0,
            after: None,
        }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.records.len() >= GROUP_COMMITS || self.size_bytes >= GROUP_BYTES
    }

    pub(crate) fn push(&mut self, pending: Pending<A>, outcome: Outcome<A>) {
        let payloads = outcome.record.events.iter().map(|event| event.payload.size_bytes());
        self.size_bytes += payloads.sum::<u64>();
        self.decided.push(Decided::Commit(pending, Arc::clone(&outcome.applied.commit)));
        self.applied.push(outcome.applied);
        self.records.push(outcome.record);
    }
}

/// A group that the log has been given.
pub(crate) struct Sent<A: Aggregate> {
    pub(crate) decided: Vec<Decided<A>>,
    pub(crate) applied: Vec<Applied<A>>,
    pub(crate) after: A,
    pub(crate) append: BoxFuture<'static, Result<Head, AppendError>>,
}

/// The outcome of the first append in flight; never, if there is none.
pub(crate) async fn front<A: Aggregate>(
    in_flight: &mut VecDeque<Sent<A>>,
) -> Result<Head, AppendError> {
    match in_flight.front_mut() {
        Some(sent) => (&mut sent.append).await,
        None => std::future::pending().await,
    }
}

/// What an accepted command did.
pub(crate) struct Outcome<A: Aggregate> {
    pub(crate) applied: Applied<A>,
    record: NewCommit,
}

/// Why a command made no commit.
pub(crate) enum Failed<A: Aggregate> {
    Refused(Refusal<A>),
    /// A fault of this program; the tip may hold half of something.
    Broken(String),
}

/// Decides one command on the tip and folds its commit in.
pub(crate) fn decide<A: Aggregate>(
    tip: &mut A,
    pending: &Pending<A>,
) -> Result<Outcome<A>, Failed<A>> {
    // A panic must not take the product along. The tip is dropped then, so nobody sees what it left.
    catch_unwind(AssertUnwindSafe(|| decide_and_apply(tip, pending)))
        .unwrap_or_else(|_| Err(Failed::Broken("deciding it panicked".to_owned())))
}

fn decide_and_apply<A: Aggregate>(
    tip: &mut A,
    pending: &Pending<A>,
) -> Result<Outcome<A>, Failed<A>> {
    let request = &pending.request;
    let events = tip
        .decide(&request.command, &request.actor)
        .map_err(|refusal| Failed::Refused(Error::Refused(refusal)))?;
    let record = record::<A>(request, &events).map_err(Failed::Broken)?;
    let version = tip.version().next();
    let commit =
        Commit { version, time: request.time(), actor: request.actor.person.clone(), events };
    let changes = tip.apply(&commit).map_err(|misfit| Failed::Broken(misfit.to_string()))?;
    let fingerprint = pending.identity().map_or(0, |(id, actor)| fingerprint(actor, id));
    Ok(Outcome { applied: Applied { commit: Arc::new(commit), changes, fingerprint }, record })
}
