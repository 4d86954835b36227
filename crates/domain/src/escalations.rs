//! Escalations: a disagreement that somebody raised, on its way to whoever decides it and, if they do not answer in time, to the
//! next in line.
//!
//! Whose turn it is and until when is computed once, when it is raised, and stored as instants: a calendar or a point that
//! changes later touches new escalations only. Who holds a seat is asked at the moment that counts. Nobody decides in their own
//! cause: who raised it, and the POs of several domains concerned with those who stand in for them, are passed over.
//! One that nobody may decide when it is raised is given its line as soon as somebody is there.

use serde::{Deserialize, Serialize};

use crate::{
    command::Anchor,
    decide::fresh,
    error::Error,
    event::Event,
    ids::{DecisionNo, DomainId, EntryNo, EscalationNo, ItemKey, PersonId, Timestamp, Version},
    mandate::Actor,
    order::{DomainNo, ItemNo},
    points::{Decider, Topic},
    product::{Product, Since},
    text::{Reason, Summary, Title},
};

mod answer;
mod clock;
mod decide;
mod deciders;
mod raise;

pub use decide::{NewDecision, Outcome};
pub use raise::NewEscalation;

/// Most escalations that a product may ever have.
pub const ESCALATIONS_MAX: u32 = 100_000;
/// Most escalations that are open at a time.
pub const OPEN_MAX: usize = 20_000;
/// Most items of an escalation.
pub const ITEMS_MAX: usize = 50;
/// Most roadmap entries of an escalation.
pub const ENTRIES_MAX: usize = 20;
/// Most options of an escalation.
pub const OPTIONS_MAX: usize = 10;
/// Most changes that a decision orders.
pub const ORDERS_MAX: usize = 20;
/// Most commits that tell of one escalation: comments, mostly.
pub const STORY_MAX: usize = 1_000;
/// Most escalations whose deadlines are kept by one commit.
pub const ELAPSED_MAX: usize = 500;

/// Something asked about escalations. `expected` is compared with the version of the escalation's last change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Put a disagreement before whoever decides it.
    Raise(Box<NewEscalation>),
    /// Say that one is on it.
    Acknowledge {
        /// Which.
        escalation: EscalationNo,
        /// See [`Command`].
        expected: Option<Version>,
    },
    /// Say something about it.
    Comment {
        /// Which.
        escalation: EscalationNo,
        /// What.
        text: Summary,
        /// See [`Command`].
        expected: Option<Version>,
    },
    /// Decide it.
    Decide(Box<NewDecision>),
    /// Take it back.
    Withdraw {
        /// Which.
        escalation: EscalationNo,
        /// Why; required.
        reason: Reason,
        /// See [`Command`].
        expected: Option<Version>,
    },
    /// Have it decided again.
    Reopen {
        /// Which.
        escalation: EscalationNo,
        /// Why; required.
        reason: Reason,
        /// See [`Command`].
        expected: Option<Version>,
    },
    /// Time has passed; the service's own.
    Elapse,
}

/// A way out that may be chosen, with the changes that choosing it orders.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Choice {
    /// One line.
    pub title: Title,
    /// What changes if it is chosen, one after the other.
    pub orders: Vec<Ordered>,
}

/// A change that a decision orders. It is made on the mandate of the decision, not of whoever decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Ordered {
    /// An item is ranked in the overarching order.
    Rank {
        /// Which.
        item: ItemKey,
        /// Where to.
        to: Anchor,
        /// Whether its open descendants come along.
        with_family: bool,
    },
    /// An item is pinned where it stands then.
    Pin {
        /// Which.
        item: ItemKey,
    },
    /// A pin is taken out.
    Unpin {
        /// Which.
        item: ItemKey,
    },
    /// An item goes to another domain.
    Move {
        /// Which.
        item: ItemKey,
        /// Where to.
        domain: DomainId,
    },
    /// An item is dropped.
    Drop {
        /// Which.
        item: ItemKey,
    },
}

impl Ordered {
    /// The item that changes.
    #[must_use]
    pub fn item(&self) -> &ItemKey {
        match self {
            Self::Rank { item, .. }
            | Self::Pin { item }
            | Self::Unpin { item }
            | Self::Move { item, .. }
            | Self::Drop { item } => item,
        }
    }

    /// The item next to which it puts the one that changes, if it does.
    #[must_use]
    pub fn anchor(&self) -> Option<&ItemKey> {
        match self {
            Self::Rank { to: Anchor::Before(other) | Anchor::After(other), .. } => Some(other),
            Self::Rank { to: Anchor::Top | Anchor::Bottom, .. }
            | Self::Pin { .. }
            | Self::Unpin { .. }
            | Self::Move { .. }
            | Self::Drop { .. } => None,
        }
    }
}

/// One whose turn it is to decide, and until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Turn {
    /// Who.
    pub decider: Decider,
    /// When they are reminded.
    pub remind_at: Timestamp,
    /// Until when they have to have answered.
    pub due: Timestamp,
}

/// Where an escalation stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// Waits for a decision.
    Open,
    /// Decided.
    Decided(DecisionNo),
    /// Taken back.
    Withdrawn(Reason),
}

/// An escalation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalation {
    /// Its number.
    pub no: EscalationNo,
    /// What it is about.
    pub topic: Topic,
    /// One line.
    pub title: Title,
    /// The items that it is about.
    pub items: Vec<ItemNo>,
    /// The roadmap entries that it is about.
    pub entries: Vec<EntryNo>,
    /// The domains concerned: those named, and those of all that it is about or that an option would change.
    pub domains: Vec<DomainNo>,
    /// The ways out.
    pub options: Vec<Choice>,
    /// Who raised it.
    pub raised_by: PersonId,
    /// When.
    pub raised: Since,
    /// Who decides, one after the other; empty if nobody could when it was raised.
    pub line: Vec<Turn>,
    /// Whose turn it is, from 0.
    pub turn: u32,
    /// Since when.
    pub turn_since: Timestamp,
    /// Whether who decides was reminded in this turn.
    pub reminded: bool,
    /// Whether the last in line let their time pass.
    pub overdue: bool,
    /// Who has said that they are on it, and when.
    pub acknowledged: Option<(PersonId, Timestamp)>,
    /// Until when they may decide, as the terms of roles and deputies say; `None`: without end, or nobody is on it.
    pub on_it_until: Option<Timestamp>,
    /// If the line is empty: from when on somebody may decide, as the terms of roles and deputies say.
    pub somebody_from: Option<Timestamp>,
    /// Where it stands.
    pub standing: Standing,
    /// The last decision of it, also when it was reopened since.
    pub last_decision: Option<DecisionNo>,
    /// The versions whose commits tell of it, the first one first.
    pub story: Vec<Version>,
    /// The version of its last change.
    pub changed: Version,
}

impl Escalation {
    /// Whether it waits for a decision.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.standing, Standing::Open)
    }

    /// Whose turn it is, and until when.
    #[must_use]
    pub fn turn_now(&self) -> Option<&Turn> {
        self.line.get(usize::try_from(self.turn).ok()?)
    }

    /// The next moment at which something is due of it by itself.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Timestamp> {
        if !self.is_open() || self.overdue {
            return None;
        }
        let Some(turn) = self.turn_now() else { return self.somebody_from };
        let reminder = match &self.acknowledged {
            None => Some(turn.remind_at),
            // Whoever is on it is not reminded for as long as they may decide.
            Some(_) => self.on_it_until.map(|until| until.max(turn.remind_at)),
        };
        let reminder = reminder.filter(|_| !self.reminded);
        Some(reminder.map_or(turn.due, |at| at.min(turn.due)))
    }
}

impl Product {
    /// All escalations, in the order in which they were raised.
    pub fn escalations(&self) -> impl DoubleEndedIterator<Item = &Escalation> {
        self.escalations.iter().map(AsRef::as_ref)
    }

    /// An escalation by its number.
    #[must_use]
    pub fn escalation(&self, no: EscalationNo) -> Option<&Escalation> {
        self.escalations.get(usize::try_from(no.0.checked_sub(1)?).ok()?).map(AsRef::as_ref)
    }

    /// Those that wait for a decision, the one raised first first.
    pub fn open_escalations(&self) -> impl Iterator<Item = &Escalation> {
        self.open_escalations.iter().filter_map(|no| self.escalation(*no))
    }

    /// The next moment at which something is due by itself.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.deadlines.get_min().map(|(at, _)| *at)
    }

    pub(crate) fn escalate(&self, actor: &Actor, command: &Command) -> Result<Vec<Event>, Error> {
        match command {
            Command::Raise(new) => self.raise_escalation(actor, new),
            Command::Acknowledge { escalation, expected } => {
                self.acknowledge_escalation(actor, *escalation, *expected)
            }
            Command::Comment { escalation, text, expected } => {
                self.comment_escalation(actor, *escalation, text, *expected)
            }
            Command::Decide(new) => self.decide_escalation(actor, new),
            Command::Withdraw { escalation, reason, expected } => {
                self.withdraw_escalation(actor, *escalation, reason, *expected)
            }
            Command::Reopen { escalation, reason, expected } => {
                self.reopen_escalation(actor, *escalation, reason, *expected)
            }
            Command::Elapse => self.elapse(actor),
        }
    }

    /// The escalation, if it is there and unchanged since the caller saw it.
    fn find_escalation(
        &self,
        no: EscalationNo,
        expected: Option<Version>,
    ) -> Result<&Escalation, Error> {
        let found = self.escalation(no).ok_or(Error::UnknownEscalation(no))?;
        fresh(&format!("escalation {no}"), expected, found.changed)?;
        Ok(found)
    }

    /// As [`Self::find_escalation`], and waiting for a decision.
    fn find_open_escalation(
        &self,
        no: EscalationNo,
        expected: Option<Version>,
    ) -> Result<&Escalation, Error> {
        let found = self.find_escalation(no, expected)?;
        let ended = |how| Err(Error::EscalationEnded { escalation: no, how });
        match &found.standing {
            Standing::Open => Ok(found),
            Standing::Decided(_) => ended("decided"),
            Standing::Withdrawn(_) => ended("withdrawn"),
        }
    }
}
