//! Everything that can have happened. Events are the stored format: a field is never renamed, reused or given another
//! meaning; a change of shape is a new schema version with an upcaster.
//!
//! Places and turns in events count from 1, as people do. `after` is the item above, `before` the one below.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{
    ids::{
        ContentHash, DecisionNo, DomainId, DomainKey, EntryNo, GoalId, ItemKey, PersonId, SyncId,
        Timestamp, Version,
    },
    item::{Estimate, Kind, LinkKind, Moscow, Status, Value},
    news::Field,
    roadmap::When,
    text::{Label, Line, Name, Reason, Source, Summary, Text, Title},
};

mod about;
#[macro_use]
mod events;
mod connections;
mod directory;
mod escalations;
mod parts;
mod points;
mod roles;
mod subject;
mod undecodable;

pub use parts::{Arrival, Change, LinkData, Spot, TargetData};
pub use subject::Subject;
pub use undecodable::Undecodable;

use parts::{is_false, is_zero};

events! {
    /// A product began.
    ProductCreated = 1 {
        /// Its name.
        name: Name,
        /// What it is for.
        summary: Summary,
    }
    /// A product's own facts changed.
    ProductUpdated = 1 {
        /// Its name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<Change<Name>>,
        /// What it is for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        summary: Option<Change<Summary>>,
    }
    /// A domain was added.
    DomainAdded = 1 {
        /// Its id.
        domain: DomainId,
        /// First part of its items' keys.
        key: DomainKey,
        /// Its name.
        name: Name,
        /// What it is for.
        summary: Summary,
    }
    /// A domain's own facts changed.
    DomainUpdated = 1 {
        /// Which.
        domain: DomainId,
        /// Its name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<Change<Name>>,
        /// What it is for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        summary: Option<Change<Summary>>,
    }
    /// An empty domain was deleted.
    DomainDeleted = 1 {
        /// Which.
        domain: DomainId,
        /// Why.
        reason: Reason,
    }
    /// Somebody got a role.
    RoleGranted = 2 [1] (roles)
    /// Somebody lost a role.
    RoleRevoked = 2 [1] (roles)
    /// Somebody holds a role from another day, or to another day, than was said before.
    RoleTermChanged = 1 (roles)
    /// Somebody stands in for whoever holds a seat.
    DeputyNamed = 1 (roles)
    /// Somebody no longer stands in for the holder of a seat.
    DeputyDismissed = 1 (roles)
    /// Somebody asked who owns something, and the directory did not know.
    QuestionUnanswered = 1 (directory)
    /// A gap of the directory is closed.
    GapResolved = 1 (directory)
    /// An item was made.
    ItemCreated = 2 [1] {
        /// Its key.
        item: ItemKey,
        /// Its domain.
        domain: DomainId,
        /// What it is.
        kind: Kind,
        /// Where it stands.
        status: Status,
        /// One line.
        title: Title,
        /// Its long text.
        #[serde(default, skip_serializing_if = "Text::is_empty")]
        text: Text,
        /// What it is part of.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parent: Option<ItemKey>,
        /// Its labels.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        labels: Vec<Label>,
        /// In hundredths.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        estimate: Option<Estimate>,
        /// Its value.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<Value>,
        /// `MoSCoW`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        moscow: Option<Moscow>,
        /// The goal that it serves.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        goal: Option<GoalId>,
        /// People concerned.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        people: Vec<PersonId>,
        /// Addresses in the team's own tool.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        sources: Vec<Source>,
        /// Other names for imports.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        aliases: Vec<Source>,
        /// How it came into the order; none if it was closed from the beginning.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        arrival: Option<Arrival>,
        /// The item it was split from.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        split_from: Option<ItemKey>,
        /// Whether an import made it.
        #[serde(default, skip_serializing_if = "is_false")]
        imported: bool,
        /// Why.
        #[serde(default, skip_serializing_if = "Reason::is_empty")]
        reason: Reason,
    }
    /// An item's own fields changed.
    ItemUpdated = 2 [1] {
        /// Which item.
        item: ItemKey,
        /// One line.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<Change<Title>>,
        /// The new long text; the old one stands in an earlier event.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<Text>,
        /// What it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kind: Option<Change<Kind>>,
        /// Where it stands, open before and after.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<Change<Status>>,
        /// What it is part of.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parent: Option<Change<Option<ItemKey>>>,
        /// Its labels.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        labels: Option<Change<Vec<Label>>>,
        /// In hundredths.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        estimate: Option<Change<Option<Estimate>>>,
        /// Its value.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<Change<Option<Value>>>,
        /// `MoSCoW`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        moscow: Option<Change<Option<Moscow>>>,
        /// The goal that it serves.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        goal: Option<Change<Option<GoalId>>>,
        /// People concerned.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        people: Option<Change<Vec<PersonId>>>,
        /// Addresses in the team's own tool.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sources: Option<Change<Vec<Source>>>,
        /// Other names for imports.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        aliases: Option<Change<Vec<Source>>>,
        /// Whether an import did it.
        #[serde(default, skip_serializing_if = "is_false")]
        imported: bool,
        /// Why.
        #[serde(default, skip_serializing_if = "Reason::is_empty")]
        reason: Reason,
    }
    /// The Chief PO moved an item and its turn.
    ItemRanked = 2 [1] {
        /// Which item.
        item: ItemKey,
        /// The place left.
        from: Spot,
        /// The place reached.
        to: Spot,
        /// The head of the family that it moved with, if it did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        family_of: Option<ItemKey>,
        /// The version whose move this one reverses.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        undoes: Option<Version>,
        /// The decision that ordered it, if one did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        decision: Option<DecisionNo>,
        /// Why.
        #[serde(default, skip_serializing_if = "Reason::is_empty")]
        reason: Reason,
    }
    /// An item moved over the turns of its domain.
    ItemReordered = 1 {
        /// Which item.
        item: ItemKey,
        /// The place left.
        from: Spot,
        /// The place reached.
        to: Spot,
        /// Which of the domain's unpinned turns it had.
        from_turn: u32,
        /// Which it has now.
        to_turn: u32,
        /// The version whose move this one reverses.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        undoes: Option<Version>,
        /// Why.
        #[serde(default, skip_serializing_if = "Reason::is_empty")]
        reason: Reason,
    }
    /// The Chief PO tied an item to its turn.
    ItemPinned = 2 [1] {
        /// Which item.
        item: ItemKey,
        /// Where it stands.
        at: Spot,
        /// The decision that ordered it, if one did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        decision: Option<DecisionNo>,
        /// Why.
        reason: Reason,
    }
    /// The pin was taken out.
    ItemUnpinned = 2 [1] {
        /// Which item.
        item: ItemKey,
        /// Where it stands.
        at: Spot,
        /// The decision that ordered it, if one did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        decision: Option<DecisionNo>,
        /// Why.
        #[serde(default, skip_serializing_if = "Reason::is_empty")]
        reason: Reason,
    }
    /// An item went to another domain; an open one kept its place.
    ItemMoved = 2 [1] {
        /// Which item.
        item: ItemKey,
        /// Its domain before.
        from: DomainId,
        /// Its domain now.
        to: DomainId,
        /// Whether an import did it.
        #[serde(default, skip_serializing_if = "is_false")]
        imported: bool,
        /// The decision that ordered it, if one did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        decision: Option<DecisionNo>,
        /// Why.
        #[serde(default, skip_serializing_if = "Reason::is_empty")]
        reason: Reason,
    }
    /// An item was split.
    ItemSplit = 1 {
        /// Which item.
        item: ItemKey,
        /// The new items.
        into: Vec<ItemKey>,
        /// Whether it stays open beside them.
        kept: bool,
        /// Why.
        #[serde(default, skip_serializing_if = "Reason::is_empty")]
        reason: Reason,
    }
    /// An item went into another and left the order.
    ItemMerged = 1 {
        /// The item that left.
        item: ItemKey,
        /// The one that stays.
        into: ItemKey,
        /// The place left, if it was open.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Spot>,
        /// Whether it was the same work; otherwise the two became one.
        duplicate: bool,
        /// Why.
        #[serde(default, skip_serializing_if = "Reason::is_empty")]
        reason: Reason,
    }
    /// The work is done; the item left the order.
    ItemCompleted = 1 {
        /// Which item.
        item: ItemKey,
        /// The place left, if it was open.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Spot>,
        /// Whether an import did it.
        #[serde(default, skip_serializing_if = "is_false")]
        imported: bool,
        /// Why.
        #[serde(default, skip_serializing_if = "Reason::is_empty")]
        reason: Reason,
    }
    /// The work will not be done; the item left the order.
    ItemDropped = 2 [1] {
        /// Which item.
        item: ItemKey,
        /// The place left, if it was open.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Spot>,
        /// Whether an import did it.
        #[serde(default, skip_serializing_if = "is_false")]
        imported: bool,
        /// The decision that ordered it, if one did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        decision: Option<DecisionNo>,
        /// Why.
        #[serde(default, skip_serializing_if = "Reason::is_empty")]
        reason: Reason,
    }
    /// A closed item came back with a new turn.
    ItemReopened = 1 {
        /// Which item.
        item: ItemKey,
        /// Where it stands.
        status: Status,
        /// How it came into the order.
        arrival: Arrival,
        /// Whether an import did it.
        #[serde(default, skip_serializing_if = "is_false")]
        imported: bool,
        /// Why.
        #[serde(default, skip_serializing_if = "Reason::is_empty")]
        reason: Reason,
    }
    /// An item was tied to something.
    LinkAdded = 1 {
        /// Which item.
        item: ItemKey,
        /// How, and to what.
        link: LinkData,
    }
    /// A tie was taken away.
    LinkRemoved = 1 {
        /// Which item.
        item: ItemKey,
        /// How, and to what.
        link: LinkData,
    }
    /// What a pending link meant has appeared: each of this kind and text that waits for a name that the item has by then.
    LinkResolved = 1 {
        /// Which item.
        item: ItemKey,
        /// How they are tied.
        kind: LinkKind,
        /// What the source called it.
        raw: Source,
        /// The item that it means.
        to: ItemKey,
    }
    /// An item needs something from another domain.
    RequestMade = 1 {
        /// Which item.
        item: ItemKey,
        /// Who is asked.
        domain: DomainId,
        /// For what.
        #[serde(default, skip_serializing_if = "Reason::is_empty")]
        ask: Reason,
        /// Whether an import did it.
        #[serde(default, skip_serializing_if = "is_false")]
        imported: bool,
    }
    /// A request was taken back.
    RequestWithdrawn = 1 {
        /// Which item.
        item: ItemKey,
        /// Who was asked.
        domain: DomainId,
        /// Whether an import did it.
        #[serde(default, skip_serializing_if = "is_false")]
        imported: bool,
        /// Why.
        #[serde(default, skip_serializing_if = "Reason::is_empty")]
        reason: Reason,
    }
    /// A source told of an item, or of what is planned for it: from now on nothing counts that it says of an earlier moment.
    /// What changed by it is told by the other events of the commit.
    SourceTold = 1 {
        /// Which item.
        item: ItemKey,
        /// When it was so at the source.
        at: Timestamp,
        /// Of two pieces of news of one moment that with the greater number counts.
        #[serde(default, skip_serializing_if = "is_zero")]
        tie: u32,
        /// The fields told.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        fields: Vec<Field>,
        /// The entries of the roadmap told, by the names that the source's mapping has for them.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        entries: Vec<Label>,
    }
    /// The Chief PO published a vision; it takes the place of the one before.
    VisionPublished = 1 {
        /// Which edition it is, from 1.
        edition: u32,
        /// The text.
        text: Text,
        /// Why.
        #[serde(default, skip_serializing_if = "Reason::is_empty")]
        reason: Reason,
    }
    /// A goal was added.
    GoalAdded = 1 {
        /// Its id.
        goal: GoalId,
        /// Its name.
        name: Name,
        /// What is reached when it is reached.
        #[serde(default, skip_serializing_if = "Summary::is_empty")]
        summary: Summary,
    }
    /// A goal's own facts changed.
    GoalUpdated = 1 {
        /// Which.
        goal: GoalId,
        /// Its name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<Change<Name>>,
        /// What is reached when it is reached.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        summary: Option<Change<Summary>>,
    }
    /// A goal is reached, or given up.
    GoalClosed = 1 {
        /// Which.
        goal: GoalId,
        /// Why.
        reason: Reason,
    }
    /// Something was put on the roadmap.
    EntryAdded = 1 {
        /// Its number.
        entry: EntryNo,
        /// Whose plan it is.
        domain: DomainId,
        /// One line.
        title: Title,
        /// What is better for whom when it is there.
        #[serde(default, skip_serializing_if = "Line::is_empty")]
        aim: Line,
        /// The goal that it serves.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        goal: Option<GoalId>,
        /// When.
        when: When,
        /// The release that it comes with.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        release: Option<Label>,
        /// The items that it consists of.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        items: Vec<ItemKey>,
        /// What it is known by again in imports.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<Source>,
        /// Whether an import made it.
        #[serde(default, skip_serializing_if = "is_false")]
        imported: bool,
        /// Why.
        #[serde(default, skip_serializing_if = "Reason::is_empty")]
        reason: Reason,
    }
    /// An entry of the roadmap changed.
    EntryChanged = 1 {
        /// Which.
        entry: EntryNo,
        /// One line.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<Change<Title>>,
        /// What is better for whom when it is there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        aim: Option<Change<Line>>,
        /// The goal that it serves.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        goal: Option<Change<Option<GoalId>>>,
        /// Whose plan it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        domain: Option<Change<DomainId>>,
        /// When.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        when: Option<Change<When>>,
        /// The release that it comes with.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        release: Option<Change<Option<Label>>>,
        /// The items that it consists of.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        items: Option<Change<Vec<ItemKey>>>,
        /// Whether an import did it.
        #[serde(default, skip_serializing_if = "is_false")]
        imported: bool,
        /// Why.
        #[serde(default, skip_serializing_if = "Reason::is_empty")]
        reason: Reason,
    }
    /// An entry was taken off the roadmap.
    EntryRemoved = 1 {
        /// Which.
        entry: EntryNo,
        /// Whether an import did it.
        #[serde(default, skip_serializing_if = "is_false")]
        imported: bool,
        /// Why.
        #[serde(default, skip_serializing_if = "Reason::is_empty")]
        reason: Reason,
    }
    /// A PO-sync began.
    SyncStarted = 1 {
        /// Its id.
        sync: SyncId,
        /// What it is called.
        #[serde(default, skip_serializing_if = "Line::is_empty")]
        title: Line,
    }
    /// A PO-sync ended.
    SyncClosed = 1 {
        /// Which.
        sync: SyncId,
        /// What came of it.
        #[serde(default, skip_serializing_if = "Summary::is_empty")]
        summary: Summary,
    }
    /// A team's tool may push what happens there.
    ConnectionAdded = 1 (connections)
    /// A connection's own facts changed.
    ConnectionUpdated = 1 (connections)
    /// A team's tool may push no more.
    ConnectionRemoved = 1 (connections)
    /// A calendar was made, or got other facts.
    CalendarSaved = 1 (points)
    /// A calendar was removed; no point used it.
    CalendarRemoved = 1 (points)
    /// The table of escalation points was saved.
    EscalationPointsSaved = 1 (points)
    /// A disagreement was put before whoever decides it.
    EscalationRaised = 1 (escalations)
    /// Somebody is there to decide what nobody could decide before.
    EscalationRouted = 1 (escalations)
    /// Whoever decides said that they are on it.
    EscalationAcknowledged = 1 (escalations)
    /// Somebody said something about an escalation.
    EscalationCommented = 1 (escalations)
    /// Whoever decides was reminded.
    EscalationReminded = 1 (escalations)
    /// Whoever decides did not answer in time.
    EscalationOverdue = 1 (escalations)
    /// It is the turn of the next in line.
    EscalationHandedOver = 1 (escalations)
    /// An escalation was decided. What it changed are the events of the same commit that name the decision.
    EscalationDecided = 1 (escalations)
    /// An escalation was taken back.
    EscalationWithdrawn = 1 (escalations)
    /// An escalation is to be decided again, or after all.
    EscalationReopened = 1 (escalations)
    /// A move put two items the other way round than a decision had. The move is the other event of the commit.
    DecisionNotFollowed = 1 (escalations)
    /// Texts of an event were taken out of the log, for good. The log checks by this one that what stands in their place is
    /// what was put there; it knows the type's name and the first three fields.
    TextRedacted = 1 {
        /// The version whose commit holds the event.
        version: Version,
        /// Which of the commit's events it is, from 0.
        event: u32,
        /// The hash of the payload that stands in the place of the one before.
        stand_in: ContentHash,
        /// The item that the event is about, if it is about one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item: Option<ItemKey>,
        /// The domain that it is about, if it is about one and no item.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        domain: Option<DomainId>,
        /// Why.
        reason: Reason,
    }
}

#[cfg(test)]
mod tests;
