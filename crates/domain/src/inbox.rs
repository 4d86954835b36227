//! What team tools push, before it is applied: a log of its own beside each product, so that a push is durable before its
//! mapping is looked at. The state knows which were settled, that is applied or set aside, and why one was set aside; the
//! pushes themselves stay in the log.
//!
//! Who may push and what a push means is not decided here: the server asks the product, then the mapping.

use imbl::{OrdMap, OrdSet, Vector};
use serde::{Deserialize, Serialize};

use crate::{
    commit::{Commit, Misfit},
    ids::{ConnectionId, ContentHash, Timestamp, Version},
    text::{Line, Reason, Source},
};

/// Most pushes of one commit.
pub const PUSHES_MAX: usize = 1_000;
/// Longest body of a push, in bytes.
pub const BODY_MAX: usize = 64 * 1024;
/// From so many pushes of a connection that are set aside on nothing new is taken of it, until some were settled.
pub const ASIDE_MAX: u64 = 10_000;
/// So many ids of the last pushes of a product are known, to tell a repetition.
pub const KNOWN_MAX: usize = 100_000;

/// A push, as the tool sent it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Push {
    /// The event's id, unique in its source.
    pub id: Line,
    /// The event's source.
    #[serde(default, skip_serializing_if = "Line::is_empty")]
    pub source: Line,
    /// When it happened there, if the event says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<Timestamp>,
    /// The event as one JSON text, attributes and `data`.
    pub body: String,
    /// Why it cannot be read, if it cannot.
    #[serde(default, skip_serializing_if = "Reason::is_empty")]
    pub fault: Reason,
}

impl Push {
    /// What tells it from others; the same for two of them only by a chance of 1 to 2^64, or because their tool wants it so.
    #[must_use]
    pub fn fingerprint(&self, connection: &ConnectionId) -> u64 {
        let mut text = String::with_capacity(128);
        for part in [connection.as_str(), self.source.as_str(), self.id.as_str()] {
            text.push_str(part);
            text.push('\n');
        }
        crate::text::fingerprint(&text)
    }
}

/// Where a push stands in the inbox's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PushAt {
    /// The version that took it in.
    pub version: Version,
    /// Which of that version's pushes it is, from 0.
    pub index: u32,
}

/// A push that could not be applied, or not wholly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Aside {
    /// Which.
    pub at: PushAt,
    /// Whose.
    pub connection: ConnectionId,
    /// The event's id.
    pub id: Line,
    /// A stable code: `UNKNOWN_ORIGIN`.
    pub code: String,
    /// Why.
    pub reason: Reason,
    /// The item without which it cannot be applied, by any of these names; as soon as it is here it is tried again. Always
    /// written: this is part of the state, whose snapshots know no field that is left out.
    #[serde(default)]
    pub waits_for: Vec<Source>,
}

/// Something that happened to an inbox. Stored; see [`crate::event`] for the rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Event {
    /// Pushes came in.
    PushesReceived {
        /// Through which connection.
        connection: ConnectionId,
        /// What.
        pushes: Vec<Push>,
    },
    /// Pushes up to a version were applied or set aside.
    PushesSettled {
        /// The last version of which nothing is left to do, but what is set aside.
        through: Version,
        /// What was set aside, or once more with another reason.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        aside: Vec<Aside>,
        /// What had been set aside and was applied now.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        applied: Vec<PushAt>,
    },
    /// Somebody gave up pushes that were set aside.
    PushesDiscarded {
        /// Which.
        pushes: Vec<PushAt>,
        /// Why.
        reason: Reason,
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
    pub const TYPES: &'static [(&'static str, u16)] =
        &[("PushesReceived", 1), ("PushesSettled", 1), ("PushesDiscarded", 1), ("TextRedacted", 1)];

    /// Its type, as stored.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::PushesReceived { .. } => "PushesReceived",
            Self::PushesSettled { .. } => "PushesSettled",
            Self::PushesDiscarded { .. } => "PushesDiscarded",
            Self::TextRedacted { .. } => "TextRedacted",
        }
    }
}

/// Something asked of an inbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Take pushes in; those that were taken in before are passed over.
    Receive {
        /// Through which connection.
        connection: ConnectionId,
        /// What; at most [`PUSHES_MAX`].
        pushes: Vec<Push>,
    },
    /// Note what became of pushes.
    Settle {
        /// The last version of which nothing is left to do.
        through: Version,
        /// What is set aside.
        aside: Vec<Aside>,
        /// What had been set aside and was applied.
        applied: Vec<PushAt>,
    },
    /// Give up pushes that were set aside.
    Discard {
        /// Which.
        pushes: Vec<PushAt>,
        /// Why; required.
        reason: Reason,
    },
}

/// Why an inbox refuses a command.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Too much was set aside.
    #[error(
        "{} pushes of this connection are set aside already; see why, then replay or discard them",
        ASIDE_MAX
    )]
    Full,
    /// Too much at once.
    #[error("{count} pushes at once do not fit; at most {} do", PUSHES_MAX)]
    TooMany {
        /// How many.
        count: usize,
    },
    /// Too long.
    #[error("the event {id} is {bytes} bytes long; at most {} fit", BODY_MAX)]
    TooLong {
        /// Which.
        id: Line,
        /// How long.
        bytes: usize,
    },
    /// Not set aside.
    #[error("no push {}.{} is set aside", .0.version, .0.index)]
    NotAside(PushAt),
    /// A reason is needed.
    #[error("say why: discarding pushes needs a reason")]
    ReasonMissing,
}

impl Error {
    /// A stable code for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Full => "INBOX_FULL",
            Self::TooMany { .. } => "TOO_MANY",
            Self::TooLong { .. } => "PUSH_TOO_LONG",
            Self::NotAside(_) => "NOT_SET_ASIDE",
            Self::ReasonMissing => "REASON_MISSING",
        }
    }
}

/// What became of the pushes of a connection so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Taken in.
    pub received: u64,
    /// Set aside at the moment.
    pub aside: u64,
    /// Given up.
    pub discarded: u64,
    /// When the last one was taken in.
    pub last: Timestamp,
}

/// What is set aside, as the state keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// What and why.
    pub aside: Aside,
    /// Since when.
    pub since: Timestamp,
}

/// An inbox as of a version.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Inbox {
    version: Version,
    /// The last version that took pushes in.
    received: Version,
    settled: Version,
    held: OrdMap<PushAt, Held>,
    tallies: OrdMap<ConnectionId, Tally>,
    known: OrdSet<u64>,
    /// The same, the oldest first.
    known_in_turn: Vector<u64>,
}

impl Inbox {
    /// How many commits it has had.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }

    /// The version up to which everything was applied or set aside.
    #[must_use]
    pub fn settled(&self) -> Version {
        self.settled
    }

    /// Whether pushes wait to be applied.
    #[must_use]
    pub fn is_behind(&self) -> bool {
        self.settled < self.received
    }

    /// What is set aside, the oldest first.
    pub fn held(&self) -> impl Iterator<Item = &Held> {
        self.held.values()
    }

    /// What is set aside after one, the oldest first.
    pub fn held_after(&self, after: Option<PushAt>) -> impl Iterator<Item = &Held> {
        use std::ops::Bound::{Excluded, Unbounded};
        self.held.range((after.map_or(Unbounded, Excluded), Unbounded)).map(|(_, held)| held)
    }

    /// One that is set aside.
    #[must_use]
    pub fn held_at(&self, at: PushAt) -> Option<&Held> {
        self.held.get(&at)
    }

    /// What became of a connection's pushes.
    #[must_use]
    pub fn tally(&self, connection: &ConnectionId) -> Tally {
        self.tallies.get(connection).copied().unwrap_or_default()
    }

    /// What a command would do.
    ///
    /// # Errors
    /// [`Error`]; a refused command leaves nothing behind.
    pub fn decide(&self, command: &Command) -> Result<Vec<Event>, Error> {
        match command {
            Command::Receive { connection, pushes } => self.receive(connection, pushes),
            Command::Settle { through, aside, applied } => {
                let applied: Vec<PushAt> =
                    applied.iter().filter(|at| self.held.contains_key(*at)).copied().collect();
                // One that was given up or applied meanwhile is not set aside once more.
                let gone = |at: PushAt| at.version <= self.settled && !self.held.contains_key(&at);
                let aside: Vec<Aside> =
                    aside.iter().filter(|aside| !gone(aside.at)).cloned().collect();
                if *through <= self.settled && aside.is_empty() && applied.is_empty() {
                    return Ok(Vec::new());
                }
                let through = (*through).max(self.settled);
                Ok(vec![Event::PushesSettled { through, aside, applied }])
            }
            Command::Discard { pushes, reason } => {
                if reason.is_empty() {
                    return Err(Error::ReasonMissing);
                }
                if let Some(at) = pushes.iter().find(|at| !self.held.contains_key(*at)) {
                    return Err(Error::NotAside(*at));
                }
                let (pushes, reason) = (pushes.clone(), reason.clone());
                Ok(vec![Event::PushesDiscarded { pushes, reason }])
            }
        }
    }

    fn receive(&self, connection: &ConnectionId, pushes: &[Push]) -> Result<Vec<Event>, Error> {
        if pushes.len() > PUSHES_MAX {
            return Err(Error::TooMany { count: pushes.len() });
        }
        if let Some(long) = pushes.iter().find(|push| push.body.len() > BODY_MAX) {
            return Err(Error::TooLong { id: long.id.clone(), bytes: long.body.len() });
        }
        let mut met = std::collections::HashSet::new();
        let new = pushes.iter().filter(|push| {
            let fingerprint = push.fingerprint(connection);
            !self.known.contains(&fingerprint) && met.insert(fingerprint)
        });
        let pushes: Vec<Push> = new.cloned().collect();
        if pushes.is_empty() {
            return Ok(Vec::new());
        }
        if self.tally(connection).aside >= ASIDE_MAX {
            return Err(Error::Full);
        }
        Ok(vec![Event::PushesReceived { connection: connection.clone(), pushes }])
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
            match event {
                Event::PushesReceived { connection, pushes } => {
                    self.received = commit.version;
                    self.note(connection, pushes, commit.time);
                }
                Event::PushesSettled { through, aside, applied } => {
                    self.settled = self.settled.max(*through);
                    applied.iter().for_each(|at| drop(self.take(*at)));
                    for aside in aside {
                        self.hold(aside, commit.time);
                    }
                }
                Event::PushesDiscarded { pushes, .. } => {
                    for held in pushes.iter().filter_map(|at| self.take(*at)).collect::<Vec<_>>() {
                        self.count(&held.aside.connection, |tally| tally.discarded += 1);
                    }
                }
                // The events of before are read without the texts by now.
                Event::TextRedacted { .. } => {}
            }
        }
        Ok(())
    }

    fn note(&mut self, connection: &ConnectionId, pushes: &[Push], time: Timestamp) {
        for push in pushes {
            let fingerprint = push.fingerprint(connection);
            if self.known.insert(fingerprint).is_none() {
                self.known_in_turn.push_back(fingerprint);
            }
        }
        while self.known_in_turn.len() > KNOWN_MAX {
            if let Some(oldest) = self.known_in_turn.pop_front() {
                self.known.remove(&oldest);
            }
        }
        let count = u64::try_from(pushes.len()).unwrap_or(u64::MAX);
        self.count(connection, |tally| {
            tally.received += count;
            tally.last = time;
        });
    }

    fn hold(&mut self, aside: &Aside, now: Timestamp) {
        let since = self.take(aside.at).map_or(now, |held| held.since);
        self.count(&aside.connection, |tally| tally.aside += 1);
        self.held.insert(aside.at, Held { aside: aside.clone(), since });
    }

    fn take(&mut self, at: PushAt) -> Option<Held> {
        let held = self.held.remove(&at)?;
        self.count(&held.aside.connection, |tally| tally.aside = tally.aside.saturating_sub(1));
        Some(held)
    }

    fn count(&mut self, connection: &ConnectionId, edit: impl FnOnce(&mut Tally)) {
        let mut tally = self.tally(connection);
        edit(&mut tally);
        self.tallies.insert(connection.clone(), tally);
    }

    /// Checks all invariants.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<(), String> {
        let aside: u64 = self.tallies.values().map(|tally| tally.aside).sum();
        if u64::try_from(self.held.len()) != Ok(aside) {
            return Err(format!("{} are set aside, {aside} are counted", self.held.len()));
        }
        if self.known.len() != self.known_in_turn.len() || self.known.len() > KNOWN_MAX {
            return Err(format!(
                "{} known, {} in turn",
                self.known.len(),
                self.known_in_turn.len()
            ));
        }
        match self.held.keys().find(|at| at.version > self.received) {
            Some(at) => Err(format!("{at:?} is set aside and was never taken in")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
