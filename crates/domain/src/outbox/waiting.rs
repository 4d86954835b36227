//! What waits to be sent, way by way, so that what waits for one is not looked through for another.

use imbl::{OrdMap, OrdSet};
use serde::{Deserialize, Serialize};

use super::{Channel, Delivery, HOLD_MAX, Receiver, To};
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

/// When it is a delivery's turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// At once: it was never tried.
    Fresh,
    /// It failed, and is tried again then.
    Again(Timestamp),
    /// It is held back by the receiver's schedule; together with all that is held for them until then. Also after it failed.
    Held(Timestamp),
}

/// The deliveries that wait for a way.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Waiting {
    /// Those that were never tried, the oldest first.
    fresh: OrdSet<u64>,
    /// Those that failed, the next to be tried first.
    again: OrdSet<(Timestamp, u64)>,
    /// Those that are held back, the next to be sent first, with all for the same receiver beside each other.
    held: OrdMap<(Timestamp, Receiver), OrdSet<u64>>,
}

impl Waiting {
    /// Those to be sent now: never tried, or tried and due, or held until now. A clock that was set back is no reason to wait
    /// longer than `longest` for another attempt, nor longer than [`HOLD_MAX`] for what is held.
    pub fn due(&self, now: Timestamp, longest: Timestamp) -> impl Iterator<Item = u64> {
        let soon = self.again.iter().take_while(move |(next, _)| *next <= now);
        let never = self.again.iter().rev().take_while(move |(next, _)| *next > longest.max(now));
        let again = soon.chain(never).map(|(_, no)| *no);
        let held = self.held.iter().take_while(move |((hold, _), _)| *hold <= now);
        let most = Timestamp(now.0.saturating_add(HOLD_MAX));
        let lost = self.held.iter().rev().take_while(move |((hold, _), _)| *hold > most);
        let held = held.chain(lost).flat_map(|(_, numbers)| numbers.iter().copied());
        self.fresh.iter().copied().chain(again).chain(held)
    }

    /// When the next one is due after a moment.
    #[must_use]
    pub fn next_after(&self, now: Timestamp) -> Option<Timestamp> {
        let again = self.again.range((now, u64::MAX)..).next().map(|(next, _)| *next);
        let held = self.held.keys().map(|(hold, _)| *hold).find(|hold| *hold > now);
        again.into_iter().chain(held).min()
    }

    /// What is held for the same receiver until the same moment as a delivery, itself among it; the oldest first.
    pub fn together(&self, delivery: &Delivery) -> impl Iterator<Item = u64> {
        let group = match delivery.turn() {
            Some(Turn::Held(hold)) => self.held.get(&(hold, delivery.to.receiver.clone())),
            Some(Turn::Fresh | Turn::Again(_)) | None => None,
        };
        group.into_iter().flat_map(|numbers| numbers.iter().copied())
    }

    pub(super) fn len(&self) -> usize {
        let held: usize = self.held.values().map(OrdSet::len).sum();
        self.fresh.len() + self.again.len() + held
    }

    pub(super) fn is_empty(&self) -> bool {
        self.fresh.is_empty() && self.again.is_empty() && self.held.is_empty()
    }

    /// Takes a delivery in that is to be sent.
    pub(super) fn insert(&mut self, delivery: &Delivery) {
        let no = delivery.no;
        match delivery.turn() {
            None => {}
            Some(Turn::Fresh) => drop(self.fresh.insert(no)),
            Some(Turn::Again(next)) => drop(self.again.insert((next, no))),
            Some(Turn::Held(hold)) => {
                let group = self.held.entry((hold, delivery.to.receiver.clone()));
                group.or_default().insert(no);
            }
        }
    }

    /// Takes a delivery out, as it was when it was taken in.
    pub(super) fn remove(&mut self, delivery: &Delivery) {
        let no = delivery.no;
        match delivery.turn() {
            None => {}
            Some(Turn::Fresh) => drop(self.fresh.remove(&no)),
            Some(Turn::Again(next)) => drop(self.again.remove(&(next, no))),
            Some(Turn::Held(hold)) => {
                let key = (hold, delivery.to.receiver.clone());
                if let Some(group) = self.held.get_mut(&key) {
                    group.remove(&no);
                    if group.is_empty() {
                        self.held.remove(&key);
                    }
                }
            }
        }
    }

    pub(super) fn contains(&self, delivery: &Delivery) -> bool {
        let no = delivery.no;
        match delivery.turn() {
            None => false,
            Some(Turn::Fresh) => self.fresh.contains(&no),
            Some(Turn::Again(next)) => self.again.contains(&(next, no)),
            Some(Turn::Held(_)) => self.together(delivery).any(|held| held == no),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        ids::{PersonId, Version},
        outbox::{Concern, Facts, Kind, Notice, State},
        text::Line,
    };

    /// A delivery to be sent at this moment: held until then for this person, or failed before, or never tried.
    fn delivery(no: u64, failed: Option<i64>, held: Option<(&str, i64)>) -> Delivery {
        let notice = Notice {
            cause: Line::new("a").unwrap(),
            kind: Kind::Test,
            version: Version(0),
            time: Timestamp(0),
            domains: Vec::new(),
            facts: Facts::default(),
        };
        let person = held.map_or("p-a", |(person, _)| person);
        let receiver = Receiver::Person(PersonId::new(person).unwrap());
        let hold = held.map(|(_, hold)| Timestamp(hold));
        Delivery {
            no,
            notice: Arc::new(notice),
            to: To {
                channel: Channel::Email,
                receiver,
                concern: Concern::Raised,
                target: None,
                hold,
            },
            state: State::Pending { next: failed.map(Timestamp).or(hold).unwrap_or(Timestamp(0)) },
            attempts: failed.map_or(0, |_| 1),
            error: Line::default(),
            since: Timestamp(0),
        }
    }

    fn waiting(deliveries: &[Delivery]) -> Waiting {
        let mut waiting = Waiting::default();
        deliveries.iter().for_each(|delivery| waiting.insert(delivery));
        assert_eq!(waiting.len(), deliveries.len());
        assert!(deliveries.iter().all(|delivery| waiting.contains(delivery)));
        waiting
    }

    #[test]
    fn what_was_never_tried_comes_first_and_what_waits_is_passed_over() {
        let deliveries = [(1, Some(10)), (2, None), (3, Some(20)), (4, Some(900)), (5, None)]
            .map(|(no, failed)| delivery(no, failed, None));
        let mut waiting = waiting(&deliveries);
        let due = |now, longest| -> Vec<u64> {
            waiting.due(Timestamp(now), Timestamp(longest)).collect()
        };
        assert_eq!(due(5, 100), [2, 5, 4], "nobody waits longer than the longest pause");
        assert_eq!(due(10, 1_000), [2, 5, 1]);
        assert_eq!(due(900, 1_000), [2, 5, 1, 3, 4]);
        assert_eq!(due(1_000, 100), [2, 5, 1, 3, 4], "each once");
        let next = |now| waiting.next_after(Timestamp(now)).map(|at| at.0);
        assert_eq!((next(0), next(10), next(19), next(900)), (Some(10), Some(20), Some(20), None));
        waiting.remove(&deliveries[1]);
        waiting.remove(&deliveries[0]);
        assert_eq!((waiting.len(), waiting.contains(&deliveries[4])), (3, true));
        assert!(!waiting.contains(&deliveries[0]));
    }

    #[test]
    fn what_is_held_comes_with_its_moment_and_stands_together() {
        let deliveries = [
            delivery(1, None, Some(("p-a", 50))),
            delivery(2, None, Some(("p-b", 50))),
            delivery(3, None, Some(("p-a", 50))),
            delivery(4, None, Some(("p-a", 70))),
            delivery(5, None, None),
        ];
        let mut waiting = waiting(&deliveries);
        let due = |waiting: &Waiting, now| -> Vec<u64> {
            waiting.due(Timestamp(now), Timestamp(i64::MAX)).collect()
        };
        assert_eq!(due(&waiting, 49), [5]);
        assert_eq!(due(&waiting, 50), [5, 1, 3, 2]);
        assert_eq!(waiting.next_after(Timestamp(0)), Some(Timestamp(50)));
        assert_eq!(waiting.next_after(Timestamp(50)), Some(Timestamp(70)));
        let together = |waiting: &Waiting, of: &Delivery| waiting.together(of).collect::<Vec<_>>();
        assert_eq!(together(&waiting, &deliveries[2]), [1, 3]);
        assert_eq!(together(&waiting, &deliveries[3]), [4]);
        assert_eq!(together(&waiting, &deliveries[4]), Vec::<u64>::new());
        // After a failure they go on together.
        for no in [1, 3] {
            let before = delivery(no, None, Some(("p-a", 50)));
            waiting.remove(&before);
            waiting.insert(&delivery(no, Some(60), Some(("p-a", 50))));
        }
        assert_eq!(due(&waiting, 59), [5, 2]);
        assert_eq!(together(&waiting, &delivery(3, Some(60), Some(("p-a", 50)))), [1, 3]);
        // However far the clock was set back.
        assert_eq!(
            due(&waiting, 71 - HOLD_MAX - 2).len(),
            2,
            "one is held for longer than anything can be"
        );
        deliveries.iter().skip(1).for_each(|delivery| waiting.remove(delivery));
        waiting.remove(&delivery(1, Some(60), Some(("p-a", 50))));
        waiting.remove(&delivery(3, Some(60), Some(("p-a", 50))));
        assert!(waiting.is_empty(), "{waiting:?}");
    }
}
