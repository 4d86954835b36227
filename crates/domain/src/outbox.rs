//! Alerts on their way to people: a log of its own beside each product, so that what is to be told is durable before anything
//! is sent. The state knows up to which version the product was looked through, who is told what by which rule, and what became
//! of each delivery.
//!
//! What is worth telling, and to whom, is not decided here, nor who may set rules: the server asks the product first. Addresses
//! and secrets are not here either; they are in files beside the log.

use std::sync::Arc;

use imbl::{OrdMap, OrdSet, Vector};
use serde::{Deserialize, Serialize};

use crate::{
    commit::{Commit, Misfit},
    ids::{ContentHash, Timestamp, Version},
    text::{Line, Reason},
};

mod fold;
mod notice;
mod schedule;
mod waiting;

pub use notice::{Channel, Concern, Facts, Kind, Notice, Receiver, Role, Rule, To};
pub use schedule::Schedule;
pub use waiting::{Turn, Waiting, Way};

/// Most notices of one commit.
pub const NOTICES_MAX: usize = 100;
/// So many causes are known, to tell a repetition.
pub const KNOWN_MAX: usize = 100_000;
/// So many deliveries that arrived are kept, and as many that were given up; the oldest go first.
pub const FINISHED_MAX: usize = 10_000;
/// Nothing is held back for as long as this, in microseconds: 30 days.
pub const HOLD_MAX: i64 = 30 * 86_400 * 1_000_000;
/// Most rules of a product.
pub const RULES_MAX: usize = 1_000;

/// A notice with those that it goes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Queued {
    /// What is told.
    pub notice: Notice,
    /// To whom, and by which way; in the order in which deliveries get their numbers.
    pub to: Vec<To>,
}

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Became {
    /// It arrived.
    Delivered,
    /// It did not, and is tried again.
    Failed {
        /// When.
        next: Timestamp,
        /// Why.
        error: Line,
    },
    /// It did not, and is given up.
    Dead {
        /// Why.
        error: Line,
    },
}

/// What became of a delivery at an attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Outcome {
    /// Which.
    pub delivery: u64,
    /// What.
    pub became: Became,
}

/// Something that happened to an outbox. Stored; see [`crate::event`] for the rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Event {
    /// The product was looked through up to a version, and this is to be told.
    NoticesQueued {
        /// The last version that was looked at.
        through: Version,
        /// The number of the first delivery; the others follow.
        first: u64,
        /// What is told, and to whom.
        notices: Vec<Queued>,
    },
    /// Deliveries were tried.
    DeliveriesTried {
        /// What became of each.
        outcomes: Vec<Outcome>,
    },
    /// Somebody had deliveries that were given up tried again.
    DeliveriesReplayed {
        /// Which.
        deliveries: Vec<u64>,
        /// Why.
        #[serde(default)]
        reason: Reason,
    },
    /// A rule says what somebody is told.
    RuleSet {
        /// Whose rule.
        receiver: Receiver,
        /// What it says.
        rule: Rule,
    },
    /// A rule was taken away; what is told without one is told again.
    RuleRemoved {
        /// Whose rule.
        receiver: Receiver,
    },
    /// Texts of an event were taken out of the log, for good; as [`crate::event::TextRedacted`].
    TextRedacted {
        /// The version whose commit holds the event.
        version: Version,
        /// Which of the commit's events it is, from 0.
        event: u32,
        /// The hash of the payload that stands in the place of the one before.
        stand_in: ContentHash,
        /// Why.
        reason: Reason,
    },
}

impl Event {
    /// All event types with their schema versions of today.
    pub const TYPES: &'static [(&'static str, u16)] = &[
        ("NoticesQueued", 1),
        ("DeliveriesTried", 1),
        ("DeliveriesReplayed", 1),
        ("RuleSet", 1),
        ("RuleRemoved", 1),
        ("TextRedacted", 1),
    ];

    /// Its type, as stored.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NoticesQueued { .. } => "NoticesQueued",
            Self::DeliveriesTried { .. } => "DeliveriesTried",
            Self::DeliveriesReplayed { .. } => "DeliveriesReplayed",
            Self::RuleSet { .. } => "RuleSet",
            Self::RuleRemoved { .. } => "RuleRemoved",
            Self::TextRedacted { .. } => "TextRedacted",
        }
    }
}

/// Something asked of an outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Take in what is to be told of the product's versions up to one; what was told before is passed over.
    Queue {
        /// The last version that was looked at; nought if this comes from no version.
        through: Version,
        /// What is told, and to whom; at most [`NOTICES_MAX`].
        notices: Vec<Queued>,
    },
    /// Note what became of deliveries.
    Try {
        /// What became of each.
        outcomes: Vec<Outcome>,
    },
    /// Try deliveries again that were given up.
    Replay {
        /// Which.
        deliveries: Vec<u64>,
        /// Why.
        reason: Reason,
    },
    /// Say what somebody is told.
    SetRule {
        /// Whose rule.
        receiver: Receiver,
        /// What it says.
        rule: Rule,
    },
    /// Take a rule away.
    RemoveRule {
        /// Whose rule.
        receiver: Receiver,
    },
}

/// Why an outbox refuses a command.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Too much at once.
    #[error("{count} notices at once do not fit; at most {} do", NOTICES_MAX)]
    TooMany {
        /// How many.
        count: usize,
    },
    /// Not given up.
    #[error("delivery {0} was not given up; only those are tried again on request")]
    NotDead(u64),
    /// No such rule.
    #[error("there is no rule for {0}")]
    NoRule(Receiver),
    /// Too many rules.
    #[error("a product has at most {} rules; remove one first", RULES_MAX)]
    RulesFull,
}

impl Error {
    /// A stable code for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooMany { .. } => "TOO_MANY",
            Self::NotDead(_) => "NOT_DEAD",
            Self::NoRule(_) => "UNKNOWN_RULE",
            Self::RulesFull => "FULL",
        }
    }
}

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// To be sent, or sent again.
    Pending {
        /// From when on.
        next: Timestamp,
    },
    /// It arrived.
    Delivered {
        /// When.
        at: Timestamp,
    },
    /// It was given up.
    Dead {
        /// When.
        at: Timestamp,
    },
}

/// A notice on its way to one receiver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Its number in the product, from 1.
    pub no: u64,
    /// What is told.
    pub notice: Arc<Notice>,
    /// To whom, and by which way.
    pub to: To,
    /// Where it stands.
    pub state: State,
    /// How often it was tried since it was taken in or replayed.
    pub attempts: u32,
    /// Why the last attempt failed; empty if none did.
    pub error: Line,
    /// When it was taken in, or replayed.
    pub since: Timestamp,
}

impl Delivery {
    /// When it is its turn to be sent; of one that is to be sent.
    #[must_use]
    pub fn turn(&self) -> Option<Turn> {
        let State::Pending { next } = self.state else { return None };
        Some(match (self.to.hold, self.attempts) {
            (Some(_), _) => Turn::Held(next),
            (None, 0) => Turn::Fresh,
            (None, _) => Turn::Again(next),
        })
    }

    /// From when on it could have been sent: when it was taken in or replayed, or until when it was held back.
    #[must_use]
    pub fn ready(&self) -> Timestamp {
        self.to.hold.map_or(self.since, |hold| hold.max(self.since))
    }
}

/// An outbox as of a version.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Outbox {
    version: Version,
    /// Up to which version the product was looked through.
    through: Version,
    /// How many deliveries there ever were.
    count: u64,
    deliveries: OrdMap<u64, Arc<Delivery>>,
    /// Those to be sent, by the way that they go.
    waiting: OrdMap<Way, Waiting>,
    /// Those that arrived and are kept, the oldest first.
    delivered: Vector<u64>,
    /// Those that were given up.
    dead: OrdSet<u64>,
    /// How many that were given up are not kept any more.
    dropped: u64,
    rules: OrdMap<Receiver, Rule>,
    known: OrdSet<u64>,
    /// The same, the oldest first.
    known_in_turn: Vector<u64>,
}

impl Outbox {
    /// How many commits it has had.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }

    /// The version up to which the product was looked through.
    #[must_use]
    pub fn through(&self) -> Version {
        self.through
    }

    /// Whether a notice was taken in, as far as is remembered.
    #[must_use]
    pub fn knows(&self, notice: &Notice) -> bool {
        self.known.contains(&notice.fingerprint())
    }

    /// A delivery, if it is kept still.
    #[must_use]
    pub fn delivery(&self, no: u64) -> Option<&Arc<Delivery>> {
        self.deliveries.get(&no)
    }

    /// The deliveries that are kept, the newest first, those before `before` only.
    pub fn deliveries_before(&self, before: Option<u64>) -> impl Iterator<Item = &Arc<Delivery>> {
        let before = before.unwrap_or(u64::MAX);
        self.deliveries.range(..before).rev().map(|(_, delivery)| delivery)
    }

    /// Those to be sent, by the way that they go; a way that nothing waits for is not there.
    pub fn waiting(&self) -> impl Iterator<Item = (&Way, &Waiting)> {
        self.waiting.iter()
    }

    /// How many are to be sent.
    #[must_use]
    pub fn pending_len(&self) -> usize {
        self.waiting.values().map(Waiting::len).sum()
    }

    /// Those that were given up, the oldest first.
    pub fn dead(&self) -> impl Iterator<Item = u64> {
        self.dead.iter().copied()
    }

    /// How many were given up.
    #[must_use]
    pub fn dead_len(&self) -> usize {
        self.dead.len()
    }

    /// How many that were given up are not kept any more, for there were more than [`FINISHED_MAX`]: they can be replayed no more.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// All rules.
    pub fn rules(&self) -> impl Iterator<Item = (&Receiver, &Rule)> {
        self.rules.iter()
    }

    /// Somebody's rule.
    #[must_use]
    pub fn rule(&self, receiver: &Receiver) -> Option<&Rule> {
        self.rules.get(receiver)
    }

    /// What a command would do.
    ///
    /// # Errors
    /// [`Error`]; a refused command leaves nothing behind.
    pub fn decide(&self, command: &Command) -> Result<Vec<Event>, Error> {
        match command {
            Command::Queue { through, notices } => self.queue(*through, notices),
            Command::Try { outcomes } => {
                let waits = |outcome: &&Outcome| {
                    let held = self.deliveries.get(&outcome.delivery);
                    held.is_some_and(|held| matches!(held.state, State::Pending { .. }))
                };
                let outcomes: Vec<Outcome> = outcomes.iter().filter(waits).cloned().collect();
                if outcomes.is_empty() {
                    return Ok(Vec::new());
                }
                Ok(vec![Event::DeliveriesTried { outcomes }])
            }
            Command::Replay { deliveries, reason } => {
                if let Some(no) = deliveries.iter().find(|no| !self.dead.contains(*no)) {
                    return Err(Error::NotDead(*no));
                }
                if deliveries.is_empty() {
                    return Ok(Vec::new());
                }
                let (deliveries, reason) = (deliveries.clone(), reason.clone());
                Ok(vec![Event::DeliveriesReplayed { deliveries, reason }])
            }
            Command::SetRule { receiver, rule } => {
                let held = self.rules.get(receiver);
                if held == Some(rule) {
                    return Ok(Vec::new());
                }
                if held.is_none() && self.rules.len() >= RULES_MAX {
                    return Err(Error::RulesFull);
                }
                Ok(vec![Event::RuleSet { receiver: receiver.clone(), rule: rule.clone() }])
            }
            Command::RemoveRule { receiver } => {
                if !self.rules.contains_key(receiver) {
                    return Err(Error::NoRule(receiver.clone()));
                }
                Ok(vec![Event::RuleRemoved { receiver: receiver.clone() }])
            }
        }
    }

    fn queue(&self, through: Version, notices: &[Queued]) -> Result<Vec<Event>, Error> {
        if notices.len() > NOTICES_MAX {
            return Err(Error::TooMany { count: notices.len() });
        }
        let mut met = std::collections::HashSet::new();
        let new = notices.iter().filter(|queued| {
            let fingerprint = queued.notice.fingerprint();
            !self.known.contains(&fingerprint) && met.insert(fingerprint)
        });
        let notices: Vec<Queued> = new.cloned().collect();
        if notices.is_empty() && through <= self.through {
            return Ok(Vec::new());
        }
        let through = through.max(self.through);
        Ok(vec![Event::NoticesQueued { through, first: self.count + 1, notices }])
    }

    /// Folds a commit in.
    ///
    /// # Errors
    /// [`Misfit`] if it is not the next one.
    pub fn apply(&mut self, commit: &Commit<Event>) -> Result<(), Misfit> {
        if commit.version != self.version.next() {
            let what = format!("version {} was expected", self.version.next());
            return Err(Misfit { version: commit.version, what });
        }
        self.version = commit.version;
        for event in &commit.events {
            self.fold(event, commit.time)
                .map_err(|what| Misfit { version: commit.version, what: what.to_owned() })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
