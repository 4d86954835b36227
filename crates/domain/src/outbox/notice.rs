//! What is told, to whom, and by which way.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Schedule;
pub use crate::roles::Role;
use crate::{
    ids::{DomainId, ItemKey, PersonId, TargetId, Timestamp, Version},
    text::{Line, Reason},
};

/// What is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Kind {
    /// Somebody asks for a decision.
    EscalationRaised,
    /// Whoever is to decide is on it.
    EscalationAcknowledged,
    /// Somebody said something to it.
    EscalationCommented,
    /// Half of the time to answer has passed.
    EscalationReminder,
    /// The time to answer is over.
    EscalationOverdue,
    /// It went to the next in line.
    EscalationHandedOver,
    /// It was decided.
    EscalationDecided,
    /// It was taken back.
    EscalationWithdrawn,
    /// It was opened again.
    EscalationReopened,
    /// What was done since departs from a decision in force.
    DecisionNotFollowed,
    /// A try, to see whether alerts arrive.
    Test,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::EscalationRaised,
        Self::EscalationAcknowledged,
        Self::EscalationCommented,
        Self::EscalationReminder,
        Self::EscalationOverdue,
        Self::EscalationHandedOver,
        Self::EscalationDecided,
        Self::EscalationWithdrawn,
        Self::EscalationReopened,
        Self::DecisionNotFollowed,
        Self::Test,
    ];

    /// Whether somebody is asked to do something now.
    #[must_use]
    pub fn asks(self) -> bool {
        match self {
            Self::EscalationRaised
            | Self::EscalationReminder
            | Self::EscalationOverdue
            | Self::EscalationHandedOver
            | Self::EscalationReopened => true,
            Self::EscalationAcknowledged
            | Self::EscalationCommented
            | Self::EscalationDecided
            | Self::EscalationWithdrawn
            | Self::DecisionNotFollowed
            | Self::Test => false,
        }
    }
}

/// A way to a receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Channel {
    /// Whoever watches their alerts gets it, now or when they look. There is nothing to send.
    Stream,
    /// A signed HTTP request.
    Webhook,
    /// E-mail.
    Email,
    /// A message of a NATS stream.
    Nats,
}

impl Channel {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Stream, Self::Webhook, Self::Email, Self::Nats];
}

/// Whose rule or target it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Receiver {
    /// One person.
    Person(PersonId),
    /// Whoever holds a role.
    Seat {
        /// Which.
        role: Role,
        /// For which domain; whatever domain, if none is named.
        #[serde(default)]
        domain: Option<DomainId>,
    },
}

impl fmt::Display for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(person) => write!(f, "{person}"),
            Self::Seat { role, domain: None } => f.write_str(role.title()),
            Self::Seat { role, domain: Some(domain) } => write!(f, "{} of {domain}", role.title()),
        }
    }
}

/// What somebody is told. Without a rule: all that concerns them, by every way that has an address of theirs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Rule {
    /// These kinds only; all, if none is named.
    #[serde(default)]
    pub kinds: Vec<Kind>,
    /// What involves one of these domains only; all, if none is named. What they are asked to decide comes through whatever it
    /// involves.
    #[serde(default)]
    pub domains: Vec<DomainId>,
    /// By these ways only. None at all is silence.
    #[serde(default)]
    pub channels: Vec<Channel>,
    /// Also what does not concern them.
    #[serde(default)]
    pub everything: bool,
    /// When they are written to; at any time, if nothing is said.
    #[serde(default)]
    pub schedule: Option<Box<Schedule>>,
}

/// Why somebody is concerned, the weightiest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Concern {
    /// They are to decide now.
    Decides,
    /// They stand in for whoever is to decide.
    StandsIn,
    /// They asked for the decision.
    Raised,
    /// Their domain is involved.
    Domain,
    /// It went past them, or comes to them next.
    Line,
    /// A rule of theirs asks for it.
    Asked,
}

impl Concern {
    /// Whether they are asked to decide.
    #[must_use]
    pub fn decides(self) -> bool {
        match self {
            Self::Decides | Self::StandsIn => true,
            Self::Raised | Self::Domain | Self::Line | Self::Asked => false,
        }
    }
}

/// What there is to say of a notice. What is empty or absent is not said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Facts {
    /// The escalation's number.
    #[serde(default)]
    pub escalation: Option<u32>,
    /// The decision's number.
    #[serde(default)]
    pub decision: Option<u32>,
    /// What it is about, in one line.
    #[serde(default)]
    pub title: Line,
    /// The items that it is about.
    #[serde(default)]
    pub items: Vec<ItemKey>,
    /// Who did it; nobody for what the service does by itself.
    #[serde(default)]
    pub by: Option<PersonId>,
    /// Who is to decide now.
    #[serde(default)]
    pub decider: Option<PersonId>,
    /// Until when.
    #[serde(default)]
    pub due: Option<Timestamp>,
    /// Who comes after them, if they let that pass.
    #[serde(default)]
    pub next: Option<PersonId>,
    /// The ways out that were put forward, by number from 1; of what is open.
    #[serde(default)]
    pub options: Vec<Line>,
    /// What was decided.
    #[serde(default)]
    pub outcome: Line,
    /// What was said, or the reason that was given.
    #[serde(default)]
    pub said: Reason,
}

/// Something worth telling.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Notice {
    /// What made it, so that it is told once: `escalation/7/raised`.
    pub cause: Line,
    /// What it is.
    pub kind: Kind,
    /// The version of the product that it comes from; nought for none.
    pub version: Version,
    /// When it happened.
    pub time: Timestamp,
    /// The domains that it involves.
    #[serde(default)]
    pub domains: Vec<DomainId>,
    /// What there is to say of it.
    pub facts: Facts,
}

impl Notice {
    /// What tells its cause from others; the same for two of them only by a chance of 1 to 2^64.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        crate::text::fingerprint(self.cause.as_str())
    }
}

/// A receiver of a notice, and the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct To {
    /// The way.
    pub channel: Channel,
    /// Who is told.
    pub receiver: Receiver,
    /// Why them.
    pub concern: Concern,
    /// The webhook's target.
    #[serde(default)]
    pub target: Option<TargetId>,
    /// Until when it is held back, by the receiver's schedule when it was taken in. What is held until the same moment comes as
    /// one letter.
    #[serde(default)]
    pub hold: Option<Timestamp>,
}
