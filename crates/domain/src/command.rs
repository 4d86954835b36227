//! Everything that can be asked of a product, with every field checked already.

use serde::{Deserialize, Serialize};

use crate::{
    calendar, connections, directory, escalations, grants,
    ids::{DomainId, DomainKey, EntryNo, GoalId, ItemKey, PersonId, SyncId, Version},
    item::{Estimate, Kind, LinkKind, Moscow, Status, Value},
    news::Told,
    points::Point,
    roadmap::When,
    text::{Label, Line, Name, Reason, Source, Summary, Text, Title},
};

/// A place to go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Next to what, or at which end.
    pub anchor: Anchor,
    /// The item that the caller saw on the other side of the gap; `Some(None)` for the end of the list; `None` to not check.
    pub seen: Option<Option<ItemKey>>,
}

impl Place {
    /// The end of the list, unchecked.
    pub const BOTTOM: Self = Self { anchor: Anchor::Bottom, seen: None };
}

/// What a place is next to. Stored with what a decision orders.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Anchor {
    /// Above all.
    Top,
    /// Below all.
    Bottom,
    /// Directly above an item.
    Before(ItemKey),
    /// Directly below an item.
    After(ItemKey),
}

/// The facts of a new item.
#[derive(Clone, Debug, PartialEq)]
pub struct NewItem {
    /// What it is.
    pub kind: Kind,
    /// Where it stands; an open one.
    pub status: Status,
    /// One line.
    pub title: Title,
    /// Its long text.
    pub text: Text,
    /// What it is part of.
    pub parent: Option<ItemKey>,
    /// Its labels, in any order.
    pub labels: Vec<Label>,
    /// Its estimate.
    pub estimate: Option<Estimate>,
    /// Its value.
    pub value: Option<Value>,
    /// `MoSCoW`.
    pub moscow: Option<Moscow>,
    /// The goal that it serves.
    pub goal: Option<GoalId>,
    /// People concerned.
    pub people: Vec<PersonId>,
    /// Addresses in the team's own tool.
    pub sources: Vec<Source>,
}

impl NewItem {
    /// An item with nothing but a kind and a title.
    #[must_use]
    pub fn plain(kind: Kind, title: Title) -> Self {
        Self {
            kind,
            status: Status::New,
            title,
            text: Text::default(),
            parent: None,
            labels: Vec::new(),
            estimate: None,
            value: None,
            moscow: None,
            goal: None,
            people: Vec::new(),
            sources: Vec::new(),
        }
    }
}

/// Fields of an item to change; `None` leaves a field as it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ItemChanges {
    /// One line.
    pub title: Option<Title>,
    /// Its long text.
    pub text: Option<Text>,
    /// What it is.
    pub kind: Option<Kind>,
    /// Where it stands; an open one.
    pub status: Option<Status>,
    /// What it is part of.
    pub parent: Option<Option<ItemKey>>,
    /// Its labels.
    pub labels: Option<Vec<Label>>,
    /// Its estimate.
    pub estimate: Option<Option<Estimate>>,
    /// Its value.
    pub value: Option<Option<Value>>,
    /// `MoSCoW`.
    pub moscow: Option<Option<Moscow>>,
    /// The goal that it serves.
    pub goal: Option<Option<GoalId>>,
    /// People concerned.
    pub people: Option<Vec<PersonId>>,
    /// Addresses in the team's own tool.
    pub sources: Option<Vec<Source>>,
}

/// The facts of a new entry of the roadmap.
#[derive(Clone, Debug, PartialEq)]
pub struct NewEntry {
    /// Whose plan it is.
    pub domain: DomainId,
    /// One line.
    pub title: Title,
    /// What is better for whom when it is there.
    pub aim: Line,
    /// The goal that it serves.
    pub goal: Option<GoalId>,
    /// When.
    pub when: When,
    /// The release that it comes with.
    pub release: Option<Label>,
    /// The items that it consists of.
    pub items: Vec<ItemKey>,
}

/// Fields of an entry to change; `None` leaves a field as it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EntryChanges {
    /// One line.
    pub title: Option<Title>,
    /// What is better for whom when it is there.
    pub aim: Option<Line>,
    /// The goal that it serves.
    pub goal: Option<Option<GoalId>>,
    /// Whose plan it is.
    pub domain: Option<DomainId>,
    /// When.
    pub when: Option<When>,
    /// The release that it comes with.
    pub release: Option<Option<Label>>,
    /// The items that it consists of.
    pub items: Option<Vec<ItemKey>>,
}

/// A link as a caller names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkTo {
    /// How they are tied.
    pub kind: LinkKind,
    /// To what.
    pub target: LinkEnd,
}

/// The far end of a link as a caller names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkEnd {
    /// An item of the same product.
    Item(ItemKey),
    /// An address.
    Uri(Source),
    /// What a source called it; only to take such a link away.
    Pending(Source),
}

/// A reference of an imported item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportLink {
    /// How they are tied.
    pub kind: LinkKind,
    /// What the source called it.
    pub raw: Source,
    /// The names it may go by, the surest first; none for an address that can mean no item.
    pub names: Vec<Source>,
    /// Whether `raw` is an address, which leads somewhere even if no item ever answers to it.
    pub external: bool,
}

/// An item as a source tells it. Its identity is `source`. What the source does not say stays as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportItem {
    /// The address or name by which it is known again.
    pub source: Source,
    /// When it was so.
    pub told: Told,
    /// Other names by which references may mean it; none: the source does not say.
    pub aliases: Vec<Source>,
    /// The domain it belongs to; `None`: the source does not say. Likewise below. A new item needs one.
    pub domain: Option<DomainId>,
    /// What it is.
    pub kind: Option<Kind>,
    /// Where it stands, open or closed.
    pub status: Option<Status>,
    /// One line; a new item needs it.
    pub title: Option<Title>,
    /// Its long text.
    pub text: Option<Text>,
    /// Its labels.
    pub labels: Option<Vec<Label>>,
    /// Its estimate.
    pub estimate: Option<Option<Estimate>>,
    /// Its value.
    pub value: Option<Option<Value>>,
    /// `MoSCoW`.
    pub moscow: Option<Option<Moscow>>,
    /// People concerned.
    pub people: Option<Vec<PersonId>>,
    /// What it is part of, by any of its names; no names: of nothing.
    pub parent: Option<Vec<Source>>,
    /// The kinds of ties that the source tells all of.
    pub link_kinds: Vec<LinkKind>,
    /// Ties to others, of these kinds.
    pub links: Vec<ImportLink>,
    /// Domains that it needs something from, and what.
    pub requests: Option<Vec<(DomainId, Reason)>>,
    /// What is planned for it, on the roadmap.
    pub entries: Vec<ImportEntry>,
}

/// An entry of the roadmap for an imported item. With the item's source, `name` is its identity.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportEntry {
    /// What the source's mapping calls it: `beta`.
    pub name: Label,
    /// One line; `None`: made of the item's title and `name`.
    pub title: Option<Title>,
    /// With which release; `None`: the source does not say.
    pub release: Option<Option<Label>>,
    /// When; `None`: the source does not say. Without time and release it is planned no more.
    pub when: Option<Option<When>>,
}

/// Something asked of a product. `expected` is compared with the version of the resource's last change.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Begin a product.
    CreateProduct {
        /// Its name.
        name: Name,
        /// What it is for.
        summary: Summary,
        /// Who answers for it.
        chief_po: PersonId,
    },
    /// Change its own facts.
    UpdateProduct {
        /// Its name.
        name: Option<Name>,
        /// What it is for.
        summary: Option<Summary>,
        /// See [`Command`].
        expected: Option<Version>,
    },
    /// Add a domain.
    AddDomain {
        /// Its id.
        domain: DomainId,
        /// Its key.
        key: DomainKey,
        /// Its name.
        name: Name,
        /// What it is for.
        summary: Summary,
    },
    /// Change a domain's own facts.
    UpdateDomain {
        /// Which.
        domain: DomainId,
        /// Its name.
        name: Option<Name>,
        /// What it is for.
        summary: Option<Summary>,
        /// See [`Command`].
        expected: Option<Version>,
    },
    /// Delete a domain without items.
    DeleteDomain {
        /// Which.
        domain: DomainId,
        /// Why.
        reason: Reason,
        /// See [`Command`].
        expected: Option<Version>,
    },
    /// Give or take a role, or name or dismiss a deputy.
    Cast(grants::Command),
    /// Mind the gaps of the directory.
    Directory(directory::Command),
    /// Make an item.
    CreateItem {
        /// In which domain.
        domain: DomainId,
        /// Its facts.
        item: NewItem,
        /// Where; `None`: at the bottom.
        place: Option<Place>,
        /// Why.
        reason: Reason,
    },
    /// Change an item's fields.
    UpdateItem {
        /// Which.
        item: ItemKey,
        /// What.
        changes: Box<ItemChanges>,
        /// Why.
        reason: Reason,
        /// See [`Command`].
        expected: Option<Version>,
    },
    /// Move an item and its turn.
    RankItem {
        /// Which.
        item: ItemKey,
        /// Where to, in the overarching order.
        place: Place,
        /// Whether all open descendants come along.
        with_family: bool,
        /// Why.
        reason: Reason,
        /// See [`Command`].
        expected: Option<Version>,
    },
    /// Move an item over its domain's turns.
    ReorderItem {
        /// Which.
        item: ItemKey,
        /// Where to, in the sub-backlog.
        place: Place,
        /// Why.
        reason: Reason,
        /// See [`Command`].
        expected: Option<Version>,
    },
    /// Tie an item to its turn.
    PinItem {
        /// Which.
        item: ItemKey,
        /// Why; required.
        reason: Reason,
        /// See [`Command`].
        expected: Option<Version>,
    },
    /// Take the pin out.
    UnpinItem {
        /// Which.
        item: ItemKey,
        /// Why.
        reason: Reason,
        /// See [`Command`].
        expected: Option<Version>,
    },
    /// Reverse a move.
    UndoMove {
        /// The version that made it.
        version: Version,
        /// Why.
        reason: Reason,
    },
    /// Give an item to another domain.
    MoveItem {
        /// Which.
        item: ItemKey,
        /// To which domain.
        domain: DomainId,
        /// Why.
        reason: Reason,
        /// See [`Command`].
        expected: Option<Version>,
    },
    /// Make new items out of one.
    SplitItem {
        /// Which.
        item: ItemKey,
        /// The new ones, 1 to 50.
        into: Vec<NewItem>,
        /// Whether the first stays open.
        keep: bool,
        /// Why.
        reason: Reason,
        /// See [`Command`].
        expected: Option<Version>,
    },
    /// Merge items into one.
    MergeItems {
        /// The one that stays.
        into: ItemKey,
        /// The ones that go, 1 to 50.
        items: Vec<ItemKey>,
        /// Why.
        reason: Reason,
        /// See [`Command`].
        expected: Option<Version>,
    },
    /// Say that an item is the same work as another.
    MarkDuplicate {
        /// The one that goes.
        item: ItemKey,
        /// The one that stays.
        of: ItemKey,
        /// Why.
        reason: Reason,
        /// See [`Command`].
        expected: Option<Version>,
    },
    /// The work is done.
    CompleteItem {
        /// Which.
        item: ItemKey,
        /// Why.
        reason: Reason,
        /// See [`Command`].
        expected: Option<Version>,
    },
    /// The work will not be done.
    DropItem {
        /// Which.
        item: ItemKey,
        /// Why; required.
        reason: Reason,
        /// See [`Command`].
        expected: Option<Version>,
    },
    /// Bring an item back.
    ReopenItem {
        /// Which.
        item: ItemKey,
        /// Where; `None`: at the bottom.
        place: Option<Place>,
        /// Why.
        reason: Reason,
        /// See [`Command`].
        expected: Option<Version>,
    },
    /// Tie an item to something.
    AddLink {
        /// Which.
        item: ItemKey,
        /// How, and to what.
        link: LinkTo,
        /// See [`Command`].
        expected: Option<Version>,
    },
    /// Take a tie away.
    RemoveLink {
        /// Which.
        item: ItemKey,
        /// How, and to what.
        link: LinkTo,
        /// See [`Command`].
        expected: Option<Version>,
    },
    /// Ask another domain for something.
    RequestDomain {
        /// For which item.
        item: ItemKey,
        /// Whom.
        domain: DomainId,
        /// For what.
        ask: Reason,
        /// See [`Command`].
        expected: Option<Version>,
    },
    /// Take a request back.
    WithdrawRequest {
        /// Of which item.
        item: ItemKey,
        /// From whom.
        domain: DomainId,
        /// Why.
        reason: Reason,
        /// See [`Command`].
        expected: Option<Version>,
    },
    /// Publish a vision; it takes the place of the one in force.
    PublishVision {
        /// The text; required.
        text: Text,
        /// Why.
        reason: Reason,
        /// See [`Command`]; 0 if there was none.
        expected: Option<Version>,
    },
    /// Add a goal.
    AddGoal {
        /// Its id.
        goal: GoalId,
        /// Its name.
        name: Name,
        /// What is reached when it is reached.
        summary: Summary,
    },
    /// Change a goal's own facts.
    UpdateGoal {
        /// Which.
        goal: GoalId,
        /// Its name.
        name: Option<Name>,
        /// What is reached when it is reached.
        summary: Option<Summary>,
        /// See [`Command`].
        expected: Option<Version>,
    },
    /// A goal is reached, or given up.
    CloseGoal {
        /// Which.
        goal: GoalId,
        /// Why; required.
        reason: Reason,
        /// See [`Command`].
        expected: Option<Version>,
    },
    /// Put something on the roadmap.
    AddEntry {
        /// Its facts.
        entry: Box<NewEntry>,
        /// Why.
        reason: Reason,
    },
    /// Change an entry of the roadmap.
    UpdateEntry {
        /// Which.
        entry: EntryNo,
        /// What.
        changes: Box<EntryChanges>,
        /// Why; required if it moves in time, to another release or to another domain.
        reason: Reason,
        /// See [`Command`].
        expected: Option<Version>,
    },
    /// Take an entry off the roadmap.
    RemoveEntry {
        /// Which.
        entry: EntryNo,
        /// Why; required.
        reason: Reason,
        /// See [`Command`].
        expected: Option<Version>,
    },
    /// Begin a PO-sync.
    StartSync {
        /// Its id; `None`: the next number.
        sync: Option<SyncId>,
        /// What it is called.
        title: Line,
    },
    /// End a PO-sync.
    CloseSync {
        /// Which.
        sync: SyncId,
        /// What came of it.
        summary: Summary,
        /// See [`Command`].
        expected: Option<Version>,
    },
    /// Connect a team's tool, or change or end that.
    Connect(connections::Command),
    /// Raise a disagreement, or bring one further.
    Escalate(escalations::Command),
    /// Save or remove a calendar.
    KeepCalendars(calendar::Command),
    /// Put a table of escalation points in the place of the one before.
    SavePoints {
        /// All of them; none for the built-in default.
        points: Vec<Point>,
        /// Why.
        reason: Reason,
        /// See [`Command`].
        expected: Option<Version>,
    },
    /// Make or change items as a source tells them; at most [`crate::import::ITEMS_MAX`].
    Import(Vec<ImportItem>),
}
