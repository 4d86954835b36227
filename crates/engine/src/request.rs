//! A command on its way through the engine, and what comes back.

use std::sync::Arc;

use koepel_domain::{commit::Commit, ids::Timestamp, mandate::Actor};
use koepel_event_log::{Hash, NewCommit};
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::{Aggregate, error::Error, view::View};

/// A command with all that the engine must not make up: who, when, which ids.
#[derive(Clone, Debug)]
pub struct Request<C> {
    /// What is asked.
    pub command: C,
    /// By whom.
    pub actor: Actor,
    /// The client's id of the request, for repeating it safely.
    pub request_id: Option<Uuid>,
    /// A hash of the request's body, to tell a repetition from another request under the same id.
    pub body_hash: Hash,
    /// The id that the commit gets.
    pub commit_id: Uuid,
    /// Now, by the edge's clock.
    pub now: Timestamp,
    /// When it happened, where that was not now: the source's time, in a backfill.
    pub happened: Option<Timestamp>,
    /// What led to it, where that was not a person.
    pub cause: Option<String>,
}

impl<C> Request<C> {
    /// The time that its commit bears.
    pub(crate) fn time(&self) -> Timestamp {
        self.happened.unwrap_or(self.now)
    }
}

/// What an accepted command left behind, durable by now.
#[derive(Clone, Debug)]
pub struct Accepted<A: Aggregate> {
    /// Its commit, or the first one under the same request id.
    pub commit: Arc<Commit<A::Event>>,
    /// A state that includes it.
    pub view: Arc<View<A>>,
    /// Whether this was a repetition.
    pub repeated: bool,
}

pub(crate) type Answer<A> = Result<Accepted<A>, Error<<A as Aggregate>::Error>>;

/// A request with whoever waits for its answer.
pub(crate) struct Pending<A: Aggregate> {
    pub(crate) request: Request<A::Command>,
    pub(crate) reply: oneshot::Sender<Answer<A>>,
}

impl<A: Aggregate> Pending<A> {
    /// The id of the request, and whose it is.
    pub(crate) fn identity(&self) -> Option<(Uuid, &str)> {
        Some((self.request.request_id?, self.request.actor.person.as_str()))
    }

    pub(crate) fn answer(self, answer: Answer<A>) {
        // Whoever asked may have gone; the commit stands all the same.
        let _gone = self.reply.send(answer);
    }
}

/// The record of a request that was accepted.
pub(crate) fn record<A: Aggregate>(
    request: &Request<A::Command>,
    events: &[A::Event],
) -> Result<NewCommit, String> {
    Ok(NewCommit {
        commit_id: request.commit_id,
        recorded_at_us: request.now.0,
        time_us: request.time().0,
        actor: request.actor.person.as_str().to_owned(),
        request_id: request.request_id,
        body_hash: request.body_hash,
        cause: request.cause.clone(),
        events: events.iter().map(A::encode).collect::<Result<_, _>>()?,
    })
}
