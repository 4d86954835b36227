//! What waits to be sent, way by way, so that what waits for one is not looked through for another.

use imbl::OrdSet;
use serde::{Deserialize, Serialize};

use super::{Channel, To};
use crate::ids::{TargetId, Timestamp};

/// What deliveries go by, one beside the other: to each only some are under way at once.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Way {
    /// To one target of a webhook.
    Target(Option<TargetId>),
    /// By the mail server.
    Email,
    /// By NATS.
    Nats,
}

impl To {
    /// The way that it goes; none, if there is nothing to send.
    #[must_use]
    pub fn way(&self) -> Option<Way> {
        match self.channel {
            Channel::Stream => None,
            Channel::Webhook => Some(Way::Target(self.target.clone())),
            Channel::Email => Some(Way::Email),
            Channel::Nats => Some(Way::Nats),
        }
    }
}

/// The deliveries that wait for a way.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Waiting {
    /// Those that were never tried, the oldest first.
    fresh: OrdSet<u64>,
    /// Those that failed, the next to be tried first.
    again: OrdSet<(Timestamp, u64)>,
}

impl Waiting {
    /// Those to be sent now: never tried, or tried and due. A clock that was set back is no reason to wait longer than `longest`.
    pub fn due(&self, now: Timestamp, longest: Timestamp) -> impl Iterator<Item = u64> {
        let soon = self.again.iter().take_while(move |(next, _)| *next <= now);
        let never = self.again.iter().rev().take_while(move |(next, _)| *next > longest.max(now));
        self.fresh.iter().copied().chain(soon.chain(never).map(|(_, no)| *no))
    }

    /// When the next one is due after a moment.
    #[must_use]
    pub fn next_after(&self, now: Timestamp) -> Option<Timestamp> {
        self.again.range((now, u64::MAX)..).next().map(|(next, _)| *next)
    }

    pub(super) fn len(&self) -> usize {
        self.fresh.len() + self.again.len()
    }

    /// `next` is when it is tried again; none, if it was not tried yet.
    pub(super) fn insert(&mut self, no: u64, next: Option<Timestamp>) {
        match next {
            None => drop(self.fresh.insert(no)),
            Some(next) => drop(self.again.insert((next, no))),
        }
    }

    pub(super) fn remove(&mut self, no: u64, next: Option<Timestamp>) {
        match next {
            None => drop(self.fresh.remove(&no)),
            Some(next) => drop(self.again.remove(&(next, no))),
        }
    }

    pub(super) fn contains(&self, no: u64, next: Option<Timestamp>) -> bool {
        match next {
            None => self.fresh.contains(&no),
            Some(next) => self.again.contains(&(next, no)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_never_tried_comes_first_and_what_waits_is_passed_over() {
        let mut waiting = Waiting::default();
        for (no, next) in [(1, Some(10)), (2, None), (3, Some(20)), (4, Some(900)), (5, None)] {
            waiting.insert(no, next.map(Timestamp));
        }
        let due = |now, longest| -> Vec<u64> {
            waiting.due(Timestamp(now), Timestamp(longest)).collect()
        };
        assert_eq!(due(5, 100), [2, 5, 4], "nobody waits longer than the longest pause");
        assert_eq!(due(10, 1_000), [2, 5, 1]);
        assert_eq!(due(900, 1_000), [2, 5, 1, 3, 4]);
        assert_eq!(due(1_000, 100), [2, 5, 1, 3, 4], "each once");
        let next = |now| waiting.next_after(Timestamp(now)).map(|at| at.0);
        assert_eq!((next(0), next(10), next(19), next(900)), (Some(10), Some(20), Some(20), None));
        waiting.remove(2, None);
        waiting.remove(1, Some(Timestamp(10)));
        assert_eq!((waiting.len(), waiting.contains(5, None)), (3, true));
        assert!(!waiting.contains(1, Some(Timestamp(10))));
    }
}
