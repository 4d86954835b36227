//! What the actor of a product does when an append failed, or the log has what it has not: who is told, who is decided
//! again, and how the state catches up.

use std::collections::VecDeque;

use koepel_event_log::{AppendError, ReadError, ReadLimit};

use super::ProductActor;
use crate::{
    Aggregate,
    error::{Damage, Error},
    group::{Decided, Refusal, Sent},
    request::Pending,
    view::{Batch, Page},
};

/// How much of the log is read in one go when catching up.
const PAGE: ReadLimit = ReadLimit { commits: 1_024, size_bytes: 4 << 20 };

impl<A: Aggregate> ProductActor<A> {
    /// An append failed: answers those for whom that is the end, and decides the others again.
    pub(super) async fn fail(&mut self, sent: Sent<A>, error: AppendError) {
        let mut again = VecDeque::new();
        let mut alone = false;
        match error {
            AppendError::Conflict { head } => {
                tracing::debug!(product = %self.product, %head, "lost a race; deciding again");
                self.behind = true;
                again.extend(sent.decided.into_iter().map(Decided::pending));
            }
            AppendError::TooLarge { .. } | AppendError::Invalid { .. }
                if sent.applied.len() > 1 =>
            {
                // One of them is to blame, and the others are not to suffer for it.
                alone = true;
                again.extend(sent.decided.into_iter().map(Decided::pending));
            }
            error @ (AppendError::Unknown { .. }
            | AppendError::Unavailable { .. }
            | AppendError::Full { .. }
            | AppendError::TooLarge { .. }
            | AppendError::Invalid { .. }
            | AppendError::Closed) => {
                tracing::warn!(product = %self.product, %error, "an append failed");
                self.behind = matches!(error, AppendError::Unknown { .. });
                give_up(sent.decided, &error.into(), &mut again);
            }
        }
        // What was sent on top of it was decided on a state that did not come about.
        while let Some(mut next) = self.in_flight.pop_front() {
            let unknown = match (&mut next.append).await {
                Err(AppendError::Unknown { why }) => why,
                Ok(_) => "the write before it failed".to_owned(),
                Err(_) => {
                    again.extend(next.decided.into_iter().map(Decided::pending));
                    continue;
                }
            };
            self.behind = true;
            give_up(next.decided, &Error::OutcomeUnknown { why: unknown }, &mut again);
        }
        let staged = std::mem::take(&mut self.staged);
        again.extend(staged.into_iter().flat_map(|group| group.decided).map(Decided::pending));
        self.tip = self.durable.clone();
        self.ids.forget_after(self.tip.version());
        self.take(again, alone).await;
    }

    /// Folds in what the log has beyond the durable state, and drops the tip. Only when nothing is in flight.
    pub(super) async fn catch_up(&mut self) {
        // It may be tried often; that it cannot be done is said once.
        let first = !std::mem::replace(&mut self.behind, true);
        loop {
            let page = match self.log.read(&self.product, self.head.version.next(), PAGE).await {
                Ok(page) => page,
                Err(ReadError::Damaged { version, what, .. }) => {
                    self.damaged(Damage::new(version, what));
                    break;
                }
                Err(error @ (ReadError::Unavailable { .. } | ReadError::Closed)) => {
                    if first {
                        tracing::warn!(product = %self.product, %error, "cannot catch up with the log");
                    }
                    break;
                }
            };
            if page.is_empty() {
                self.behind = false;
                break;
            }
            let mut after = self.durable.clone();
            match Page::decode(page).fold(&mut after) {
                Ok((applied, head)) => self.publish(Batch { applied, after, head }),
                Err(damage) => {
                    self.damaged(damage);
                    break;
                }
            }
        }
        self.tip = self.durable.clone();
    }

    fn damaged(&self, damage: Damage) {
        tracing::error!(product = %self.product, version = %damage.version, what = damage.what, "the log is damaged");
        // The first one stands.
        let _later = self.ends.fault.set(damage);
    }
}

/// Tells those who waited for a commit that it failed. Who was refused is still to hear why, from a state that stands.
fn give_up<A: Aggregate>(
    decided: Vec<Decided<A>>,
    error: &Refusal<A>,
    again: &mut VecDeque<Pending<A>>,
) {
    for decided in decided {
        match decided {
            Decided::Commit(pending, _) | Decided::Repeats(pending, _) => {
                pending.answer(Err(error.clone()))
            }
            Decided::Refused(pending, _) => again.push_back(pending),
        }
    }
}
