//! The actor of a product. It decides commands one after the other on a *tip*, a cheap clone that runs ahead of what is
//! durable; gives their commits to the log in groups; and when a group is durable, shows the state and answers.
//!
//! Nothing that is not durable is ever visible: readers see [`View`]s that are published only after the log has said
//! yes, and an answer that depends on a commit, a refusal included, waits for that commit's flush.
//!
//! While groups are with the log, as many as `in_flight_max`, what is decided meanwhile is *staged*: it gathers in
//! the group that follows. Whatever fails, what was staged never reached the log and is decided again; so is a lost
//! race, after catching up from the log. An append of unknown outcome tells its callers to repeat, and what the log
//! holds is read back before the next decision.

mod recover;

use std::{collections::VecDeque, sync::Arc, time::Duration};

use koepel_domain::ids::Version as DomainVersion;
use koepel_event_log::{AppendError, EventLog, Head, ProductName, Version};
use tokio::{
    sync::{mpsc, oneshot, watch},
    task::JoinSet,
};

use crate::{
    Aggregate,
    error::Error,
    group::{Decided, Failed, Group, Outcome, Refusal, Sent, decide, front},
    ids::{RequestIds, fingerprint},
    open::Fault,
    receipt::first_receipt,
    request::{Accepted, Pending},
    view::{Batch, View},
};

/// Most commands that are decided in one go, before the log's answers are looked at again.
const ROUND: usize = 64;
/// How long to wait before the log is read again after it could not be.
const RETRY: Duration = Duration::from_millis(100);

/// The actor's ends of all channels.
pub(crate) struct Ends<A: Aggregate> {
    pub(crate) commands: mpsc::Receiver<Pending<A>>,
    pub(crate) stop: oneshot::Receiver<()>,
    pub(crate) views: watch::Sender<Arc<View<A>>>,
    /// Wakes those who follow all products.
    pub(crate) news: watch::Sender<()>,
    pub(crate) feed: mpsc::UnboundedSender<Batch<A>>,
    pub(crate) fault: Fault,
}

pub(crate) struct ProductActor<A: Aggregate> {
    log: Arc<dyn EventLog>,
    product: ProductName,
    ends: Ends<A>,
    follow: watch::Receiver<Version>,
    in_flight_max: usize,
    durable: A,
    head: Head,
    tip: A,
    ids: RequestIds,
    in_flight: VecDeque<Sent<A>>,
    /// Only if there is something in flight.
    staged: VecDeque<Group<A>>,
    receipts: JoinSet<()>,
    behind: bool,
}

impl<A: Aggregate> ProductActor<A> {
    pub(crate) fn new(
        log: Arc<dyn EventLog>,
        product: ProductName,
        ends: Ends<A>,
        durable: A,
        head: Head,
        ids: RequestIds,
        in_flight_max: usize,
    ) -> Self {
        let mut follow = log.follow(&product);
        // What came between reading the log and now must not be missed.
        follow.mark_changed();
        let tip = durable.clone();
        Self {
            log,
            product,
            ends,
            follow,
            in_flight_max: in_flight_max.max(1),
            durable,
            head,
            tip,
            ids,
            in_flight: VecDeque::new(),
            staged: VecDeque::new(),
            receipts: JoinSet::new(),
            behind: false,
        }
    }

    /// Runs until it is told to stop or nobody can give it commands any more; what it has is answered first.
    pub(crate) async fn run(mut self) {
        let mut waiting = Vec::with_capacity(ROUND);
        let mut stopping = false;
        loop {
            tokio::select! {
                biased;
                outcome = front(&mut self.in_flight) => self.settle(outcome).await,
                _ = &mut self.ends.stop, if !stopping => {
                    stopping = true;
                    self.ends.commands.close();
                }
                count = self.ends.commands.recv_many(&mut waiting, ROUND), if self.has_room() => {
                    if count == 0 {
                        break;
                    }
                    self.take(waiting.drain(..).collect(), false).await;
                }
                Ok(()) = self.follow.changed(), if self.is_idle() => {
                    if self.log_is_ahead() {
                        self.catch_up().await;
                    }
                }
                () = tokio::time::sleep(RETRY), if self.behind && self.is_idle() => self.catch_up().await,
            }
        }
        while !self.in_flight.is_empty() {
            let outcome = front(&mut self.in_flight).await;
            self.settle(outcome).await;
        }
        while self.receipts.join_next().await.is_some() {}
    }

    fn has_room(&self) -> bool {
        match self.staged.back() {
            None => true,
            Some(group) => self.staged.len() == 1 && group.after.is_none(),
        }
    }

    fn is_idle(&self) -> bool {
        self.in_flight.is_empty() && self.ends.fault.get().is_none()
    }

    /// Whether somebody else has appended.
    fn log_is_ahead(&mut self) -> bool {
        *self.follow.borrow_and_update() > self.head.version
    }

    /// Decides commands, and gives the log what was accepted; `alone` puts each commit into a group of its own.
    async fn take(&mut self, waiting: VecDeque<Pending<A>>, alone: bool) {
        if self.is_idle() && (self.behind || self.log_is_ahead()) {
            self.catch_up().await;
        }
        if let Some(error) = self.unable() {
            waiting.into_iter().for_each(|pending| pending.answer(Err(error.clone())));
            return;
        }
        self.decide_all(waiting, alone);
        self.dispatch();
    }

    fn decide_all(&mut self, mut waiting: VecDeque<Pending<A>>, alone: bool) {
        while let Some(pending) = waiting.pop_front() {
            let Some(pending) = self.repeated(pending) else { continue };
            match decide(&mut self.tip, &pending) {
                Ok(outcome) => self.stage(pending, outcome, alone),
                Err(Failed::Refused(error)) => self.hold(Decided::Refused(pending, error)),
                Err(Failed::Broken(what)) => {
                    tracing::error!(product = %self.product, %what, "a command could not be decided");
                    let why = format!("a fault in this program: {what}; nothing was done");
                    pending.answer(Err(Error::Unavailable { why }));
                    // The tip holds half of something. What it had been given is decided anew, without the culprit.
                    let staged = std::mem::take(&mut self.staged);
                    self.tip = self.base().clone();
                    self.ids.forget_after(self.tip.version());
                    let decided = staged.into_iter().flat_map(|group| group.decided);
                    let mut again: VecDeque<_> = decided.map(Decided::pending).collect();
                    again.append(&mut waiting);
                    waiting = again;
                }
            }
        }
    }

    /// The state that the next group builds on.
    fn base(&self) -> &A {
        self.in_flight.back().map_or(&self.durable, |sent| &sent.after)
    }

    /// Adds a commit to the group that gathers.
    fn stage(&mut self, pending: Pending<A>, outcome: Outcome<A>, alone: bool) {
        self.ids.add(outcome.applied.fingerprint, outcome.applied.commit.version);
        if self.staged.back().is_none_or(|group| group.after.is_some()) {
            self.staged.push_back(Group::new());
        }
        if let Some(group) = self.staged.back_mut() {
            group.push(pending, outcome);
            group.after = (alone || group.is_full()).then(|| self.tip.clone());
        }
    }

    /// Keeps an answer until all that it may depend on is durable.
    fn hold(&mut self, decided: Decided<A>) {
        if let Some(group) = self.staged.back_mut() {
            group.decided.push(decided);
        } else if let Some(sent) = self.in_flight.back_mut() {
            sent.decided.push(decided);
        } else {
            self.answer(vec![decided]);
        }
    }

    /// Gives the log what is staged, as far as it may have it.
    fn dispatch(&mut self) {
        while self.in_flight.len() < self.in_flight_max
            && let Some(group) = self.staged.pop_front()
        {
            let expected = Version::new(self.base().version().0);
            let after = group.after.unwrap_or_else(|| self.tip.clone());
            let append = self.log.append(&self.product, expected, group.records);
            let (decided, applied) = (group.decided, group.applied);
            self.in_flight.push_back(Sent { decided, applied, after, append });
        }
    }

    /// Answers a repetition of an earlier request; gives back a request that is new.
    fn repeated(&mut self, pending: Pending<A>) -> Option<Pending<A>> {
        let Some((request_id, actor)) = pending.identity() else { return Some(pending) };
        let Some(version) = self.ids.get(fingerprint(actor, request_id)) else {
            return Some(pending);
        };
        if version > self.durable.version() {
            return self.repeated_in_flight(pending, version);
        }
        // Durable: the record in the log tells. Reading it must not hold up the others.
        let (log, product) = (Arc::clone(&self.log), self.product.clone());
        let view = Arc::clone(&self.ends.views.borrow());
        while self.receipts.try_join_next().is_some() {}
        self.receipts.spawn(async move {
            let version = Version::new(version.0);
            let answer = first_receipt::<A>(&*log, &product, version, &pending, view).await;
            pending.answer(answer);
        });
        None
    }

    /// As [`Self::repeated`], of a request whose commit is not durable yet: the first one's answer is this one's, too.
    fn repeated_in_flight(
        &mut self,
        pending: Pending<A>,
        version: DomainVersion,
    ) -> Option<Pending<A>> {
        let sent = self.in_flight.iter().flat_map(|sent| &sent.decided);
        let mut decided = sent.chain(self.staged.iter().flat_map(|group| &group.decided));
        let found = decided.find_map(|decided| match decided {
            Decided::Commit(first, commit) if commit.version == version => Some((first, commit)),
            Decided::Commit(..) | Decided::Repeats(..) | Decided::Refused(..) => None,
        });
        let Some((first, commit)) = found else {
            debug_assert!(false, "a version that is not durable yet has its commit");
            let why = "the first of these requests cannot be found".to_owned();
            pending.answer(Err(Error::Unavailable { why }));
            return None;
        };
        if first.identity() != pending.identity() {
            // Two fingerprints that are the same by chance.
            return Some(pending);
        }
        let decided = match pending.request.request_id {
            Some(request_id) if !first.request.body_hash.same_body(&pending.request.body_hash) => {
                Decided::Refused(pending, Error::RequestIdReused { request_id, version })
            }
            Some(_) | None => Decided::Repeats(pending, Arc::clone(commit)),
        };
        self.hold(decided);
        None
    }

    /// The first append in flight has an outcome.
    async fn settle(&mut self, outcome: Result<Head, AppendError>) {
        let Some(sent) = self.in_flight.pop_front() else { return };
        match outcome {
            Ok(head) => {
                self.publish(Batch { applied: sent.applied, after: sent.after, head });
                self.answer(sent.decided);
                self.dispatch();
            }
            Err(error) => self.fail(sent, error).await,
        }
    }

    /// Makes commits visible.
    fn publish(&mut self, batch: Batch<A>) {
        for applied in &batch.applied {
            self.ids.settle(applied.fingerprint, applied.commit.version);
        }
        self.durable = batch.after.clone();
        self.head = batch.head;
        let view = View { state: self.durable.clone(), head: self.head };
        self.ends.views.send_replace(Arc::new(view));
        self.ends.news.send_replace(());
        // The worker lives until this sender is gone, or the runtime is.
        let _gone = self.ends.feed.send(batch);
    }

    fn answer(&self, decided: Vec<Decided<A>>) {
        let view = Arc::clone(&self.ends.views.borrow());
        for decided in decided {
            let (pending, commit, repeated) = match decided {
                Decided::Commit(pending, commit) => (pending, commit, false),
                Decided::Repeats(pending, commit) => (pending, commit, true),
                Decided::Refused(pending, error) => {
                    pending.answer(Err(error));
                    continue;
                }
            };
            pending.answer(Ok(Accepted { commit, view: Arc::clone(&view), repeated }));
        }
    }

    fn unable(&self) -> Option<Refusal<A>> {
        if let Some(damage) = self.ends.fault.get() {
            return Some(damage.clone().into());
        }
        let why = "the log is being opened again; try again in a moment";
        self.behind.then(|| Error::Unavailable { why: why.to_owned() })
    }
}
