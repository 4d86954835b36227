//! An item as the state keeps it: what decisions and pages need. Long texts stay in the log.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    goals::GoalNo,
    ids::{PersonId, Timestamp, Version},
    news::News,
    order::{DomainNo, ItemNo},
    text::{Label, Reason, Source, Title},
};

/// Most levels of parents above an item.
pub const DEPTH_MAX: usize = 16;
/// Most labels, people, links or requests of an item.
pub const LIST_MAX: usize = 50;
/// Most source links that an item is given, and most other names that an import tells of it.
pub const SOURCES_MAX: usize = 20;
/// Most source links of an item that took others in: each of them brings its own.
pub const SOURCES_HELD_MAX: usize = 200;
/// Most other names of an item that took others in.
pub const ALIASES_HELD_MAX: usize = 1_000;

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Kind {
    /// A large piece of work, split over time.
    Epic,
    /// Something the product can do.
    Feature,
    /// A user's wish.
    Story,
    /// Work that no user sees by itself.
    Task,
    /// Something that does not work as it should.
    Defect,
    /// Something in the team's way.
    Impediment,
}

/// Where an item stands; the first three are open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Status {
    /// Not looked at yet.
    New,
    /// Understood well enough to begin.
    Ready,
    /// Being worked on.
    InProgress,
    /// Finished; not in the order.
    Done,
    /// Will not be done; not in the order.
    Dropped,
}

impl Status {
    /// Whether items of this status have a place in the order.
    #[must_use]
    pub fn is_open(self) -> bool {
        match self {
            Self::New | Self::Ready | Self::InProgress => true,
            Self::Done | Self::Dropped => false,
        }
    }
}

/// `MoSCoW`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Moscow {
    /// Without it the rest has no value.
    Must,
    /// Important, but there is a way around.
    Should,
    /// Welcome if there is room.
    Could,
    /// Agreed not to be done this time.
    Wont,
}

/// An estimate in the team's own unit, in hundredths: 0 to 100,000.00.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Estimate(u32);

impl Estimate {
    /// The largest, in hundredths.
    pub const MAX_HUNDREDTHS: u32 = 10_000_000;

    /// From hundredths of a unit; `None` above [`Self::MAX_HUNDREDTHS`].
    #[must_use]
    pub fn from_hundredths(hundredths: u32) -> Option<Self> {
        (hundredths <= Self::MAX_HUNDREDTHS).then_some(Self(hundredths))
    }

    /// In hundredths of a unit.
    #[must_use]
    pub fn hundredths(self) -> u32 {
        self.0
    }
}

/// A value in the product's own unit: 0 to 1,000,000,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Value(u32);

impl Value {
    /// The largest.
    pub const MAX: u32 = 1_000_000_000;

    /// `None` above [`Self::MAX`].
    #[must_use]
    pub fn new(value: u32) -> Option<Self> {
        (value <= Self::MAX).then_some(Self(value))
    }

    /// The number.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }
}

/// How one item is tied to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum LinkKind {
    /// The other one is needed first.
    Needs,
    /// The two have to do with each other.
    RelatesTo,
    /// This one takes the other's place.
    Replaces,
    /// The other one takes this one's place.
    ReplacedBy,
    /// The other one needs this one first.
    NeededBy,
    /// This one is the other, written down again.
    Duplicates,
    /// The other one is this one, written down again.
    DuplicatedBy,
}

impl LinkKind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Needs,
        Self::RelatesTo,
        Self::Replaces,
        Self::ReplacedBy,
        Self::NeededBy,
        Self::Duplicates,
        Self::DuplicatedBy,
    ];
}

/// The far end of a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkTarget {
    /// An item of the same product.
    Item(ItemNo),
    /// Nothing here answers to it yet.
    Pending(Arc<Unresolved>),
    /// An address outside the product.
    Uri(Source),
}

/// A reference that waits for the item it means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unresolved {
    /// What the source called it.
    pub raw: Source,
    /// The names it may go by, the surest first.
    pub names: Vec<Source>,
    /// Whether `raw` is an address, which leads somewhere even if no item ever answers to it.
    pub external: bool,
}

/// A tie from an item to something else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// How they are tied.
    pub kind: LinkKind,
    /// To what.
    pub target: LinkTarget,
    /// Whether an import made it; imports take away only what imports made.
    pub imported: bool,
}

impl Link {
    /// Whether it ties in this way to this end.
    pub(crate) fn is_tie(&self, kind: LinkKind, target: &LinkTarget) -> bool {
        self.kind == kind && self.target == *target
    }
}

/// Something an item needs from another domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Who is asked.
    pub domain: DomainNo,
    /// For what.
    pub ask: Reason,
    /// The version that asked.
    pub since: Version,
    /// Whether an import made it.
    pub imported: bool,
}

/// A pin: item and turn belong together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// The Chief PO's reason.
    pub reason: Reason,
    /// The version that pinned.
    pub since: Version,
}

/// Why and when an item left the order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// In the words of whoever closed it.
    pub reason: Reason,
    /// What it was merged into or is a duplicate of.
    pub into: Option<ItemNo>,
}

/// How an item came to where it is, to be undone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastMove {
    /// The version that moved it.
    pub version: Version,
    /// Which of the moves of that version it was, from 0.
    pub serial: u32,
    /// Whether it took its turn along.
    pub ranked: bool,
    /// The head of the family that it moved with, if it did.
    pub family_of: Option<ItemNo>,
    /// The item above its former place; of the overarching order if ranked, else of the domain's unpinned items.
    pub after: Option<ItemNo>,
    /// The item below its former place, likewise.
    pub before: Option<ItemNo>,
}

/// Some of the fields of an item that a source can tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fields(u32);

impl Fields {
    /// The title.
    pub const TITLE: Self = Self(1);
    /// The text.
    pub const TEXT: Self = Self(1 << 1);
    /// What it is.
    pub const KIND: Self = Self(1 << 2);
    /// Its parent.
    pub const PARENT: Self = Self(1 << 3);
    /// Its labels.
    pub const LABELS: Self = Self(1 << 4);
    /// Its estimate.
    pub const ESTIMATE: Self = Self(1 << 5);
    /// Its value.
    pub const VALUE: Self = Self(1 << 6);
    /// Its `MoSCoW`.
    pub const MOSCOW: Self = Self(1 << 7);
    /// Whether it is new, ready, in progress, done or dropped.
    pub const STATUS: Self = Self(1 << 8);
    /// The people concerned.
    pub const PEOPLE: Self = Self(1 << 9);
    /// Its domain.
    pub const DOMAIN: Self = Self(1 << 10);
    /// Its other names.
    pub const ALIASES: Self = Self(1 << 11);
    /// What it asks of other domains.
    pub const REQUESTS: Self = Self(1 << 12);

    /// Its links of a kind.
    #[must_use]
    pub fn links(kind: LinkKind) -> Self {
        Self(match kind {
            LinkKind::Needs => 1 << 13,
            LinkKind::RelatesTo => 1 << 14,
            LinkKind::Replaces => 1 << 15,
            LinkKind::ReplacedBy => 1 << 16,
            LinkKind::NeededBy => 1 << 17,
            LinkKind::Duplicates => 1 << 18,
            LinkKind::DuplicatedBy => 1 << 19,
        })
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// These but not `fields`.
    #[must_use]
    pub fn without(self, fields: Self) -> Self {
        Self(self.0 & !fields.0)
    }

    /// Whether all of `fields` are.
    #[must_use]
    pub fn has(self, fields: Self) -> bool {
        self.0 & fields.0 == fields.0
    }

    /// These and `fields`.
    #[must_use]
    pub fn with(self, fields: Self) -> Self {
        Self(self.0 | fields.0)
    }
}

/// A text that is in the log: where, and a fingerprint to see a change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextRef {
    /// The version whose commit holds it; 0 if the text is empty.
    pub version: Version,
    /// [`crate::text::Text::fingerprint`].
    pub fingerprint: u64,
}

/// An item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// The domain in whose numbering its key stands.
    pub key_domain: DomainNo,
    /// The key's number.
    pub number: u32,
    /// The domain it belongs to now.
    pub domain: DomainNo,
    /// What it is.
    pub kind: Kind,
    /// Where it stands.
    pub status: Status,
    /// `MoSCoW`.
    pub moscow: Option<Moscow>,
    /// The goal that it serves.
    pub goal: Option<GoalNo>,
    /// One line.
    pub title: Title,
    /// Where its long text is.
    pub text: TextRef,
    /// What it is part of.
    pub parent: Option<ItemNo>,
    /// Its estimate.
    pub estimate: Option<Estimate>,
    /// Its value.
    pub value: Option<Value>,
    /// Sorted, each once.
    pub labels: Vec<Label>,
    /// People concerned.
    pub people: Vec<PersonId>,
    /// Addresses in the team's own tool; the first is its identity for imports.
    pub sources: Vec<Source>,
    /// Other names by which an import may refer to it.
    pub aliases: Vec<Source>,
    /// Ties to others.
    pub links: Vec<Link>,
    /// Asked of other domains.
    pub requests: Vec<Request>,
    /// The pin, if pinned.
    pub pin: Option<Arc<Pin>>,
    /// Why it is closed, if it is.
    pub closed: Option<Arc<Closed>>,
    /// How it came to its place, if it was moved.
    pub last_move: Option<Arc<LastMove>>,
    /// Fields that a person decided here, which no source overwrites.
    pub decided: Fields,
    /// Of what moment that is which sources told of it, where they say so.
    pub news: Option<Arc<News>>,
    /// When it was made.
    pub created_at: Timestamp,
    /// The version of its last change.
    pub changed: Version,
    /// When that was.
    pub changed_at: Timestamp,
}

impl Item {
    /// Notes that a person decided on fields, unless an import did it.
    pub(crate) fn decide(&mut self, fields: Fields, imported: bool) {
        if !imported {
            self.decided = self.decided.with(fields);
        }
    }
}
