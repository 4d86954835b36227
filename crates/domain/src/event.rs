//! Everything that can have happened. Events are the stored format: a field is never renamed, reused or given another
//! meaning; a change of shape is a new schema version with an upcaster.
//!
//! Places and turns in events count from 1, as people do. `after` is the item above, `before` the one below.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{
    ids::{ContentHash, DomainId, DomainKey, ItemKey, PersonId, Version},
    item::{Estimate, Kind, LinkKind, Moscow, Status, Value},
    roles::Role,
    text::{Label, Name, Reason, Source, Summary, Text, Title},
};

mod parts;

pub use parts::{Arrival, Change, LinkData, Spot, TargetData};

use parts::is_false;

// A macro, because kind, schema version, encoding and decoding of an event must never disagree, and a new event must be
// one line.
//
// `Name = 3 [1 as old::Name1, 2] { … }` is written in schema version 3. Of version 2 it says that the struct of today reads
// it, because all that came since has a default; of version 1 that it has the shape `old::Name1`, for which there is a
// `From<old::Name1> for Name`. Without brackets there never was another version.
macro_rules! events {
    ($($(#[$doc:meta])* $name:ident = $schema:literal $([$($old:literal $(as $shape:ty)?),+])? {
        $($(#[$field_doc:meta])* $field:ident: $type:ty,)*
    })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
            #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
            pub struct $name { $($(#[$field_doc])* pub $field: $type,)* }

            impl From<$name> for Event {
                fn from(event: $name) -> Self {
                    Self::$name(event)
                }
            }
        )*

        /// Something that happened in a product.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Event {
            $($(#[$doc])* $name($name),)*
        }

        impl Event {
            /// All event types with their schema versions of today.
            pub const TYPES: &'static [(&'static str, u16)] = &[$((stringify!($name), $schema)),*];

            /// Each event type with each schema version that it was ever written in; all of them are read.
            pub const WRITTEN: &'static [(&'static str, u16)] =
                &[$($($((stringify!($name), $old),)+)? (stringify!($name), $schema),)*];

            /// The JSON Schemas of today, each by its type and schema version.
            #[cfg(feature = "schema")]
            pub(crate) fn schemas(
                generator: fn() -> schemars::SchemaGenerator,
            ) -> Vec<(&'static str, u16, schemars::Schema)> {
                vec![$((stringify!($name), $schema, generator().into_root_schema_for::<$name>())),*]
            }

            /// Its type, as stored.
            #[must_use]
            pub fn kind(&self) -> &'static str {
                match self { $(Self::$name(_) => stringify!($name),)* }
            }

            /// The schema version in which it is written.
            #[must_use]
            pub fn schema(&self) -> u16 {
                match self { $(Self::$name(_) => $schema,)* }
            }

            /// Writes the payload.
            ///
            /// # Errors
            /// The serializer's.
            pub fn serialize_payload<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self { $(Self::$name(event) => event.serialize(serializer),)* }
            }

            /// Reads a payload of a type and schema version, bringing an old one up to today's.
            ///
            /// # Errors
            /// [`Undecodable`] if the type or schema version is unknown or the payload does not fit.
            pub fn deserialize_payload<'de, D: Deserializer<'de>>(kind: &str, schema: u16, payload: D) -> Result<Self, Undecodable> {
                let misfit = |error: D::Error| Undecodable::Misfit { kind: kind.to_owned(), why: error.to_string() };
                match (kind, schema) {
                    $(
                        (stringify!($name), $schema) => read!($name, payload).map(Self::$name).map_err(misfit),
                        $($((stringify!($name), $old) => read!($name, payload $(, $shape)?).map(Self::$name).map_err(misfit),)+)?
                    )*
                    _ => Err(Undecodable::Unknown { kind: kind.to_owned(), schema }),
                }
            }
        }
    };
}

/// Reads an event by the struct of today, or by that of an older shape.
macro_rules! read {
    ($name:ident, $payload:ident) => {
        $name::deserialize($payload)
    };
    ($name:ident, $payload:ident, $shape:ty) => {
        <$shape>::deserialize($payload).map($name::from)
    };
}

/// Why stored bytes are no event of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undecodable {
    /// Written by a newer program, or not by us.
    #[error(
        "event type {kind} with schema version {schema} is unknown to this program; a newer one may have written it"
    )]
    Unknown {
        /// The type.
        kind: String,
        /// The schema version.
        schema: u16,
    },
    /// The payload is not of the type's shape.
    #[error("payload is no {kind}: {why}")]
    Misfit {
        /// The type.
        kind: String,
        /// What does not fit.
        why: String,
    },
}

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
    RoleGranted = 1 {
        /// Who.
        person: PersonId,
        /// Which.
        role: Role,
        /// For which domain, if the role belongs to one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        domain: Option<DomainId>,
        /// Why.
        reason: Reason,
    }
    /// Somebody lost a role.
    RoleRevoked = 1 {
        /// Who.
        person: PersonId,
        /// Which.
        role: Role,
        /// For which domain, if the role belongs to one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        domain: Option<DomainId>,
        /// Why.
        reason: Reason,
    }
    /// An item was made.
    ItemCreated = 1 {
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
    ItemUpdated = 1 {
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
    ItemRanked = 1 {
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
    ItemPinned = 1 {
        /// Which item.
        item: ItemKey,
        /// Where it stands.
        at: Spot,
        /// Why.
        reason: Reason,
    }
    /// The pin was taken out.
    ItemUnpinned = 1 {
        /// Which item.
        item: ItemKey,
        /// Where it stands.
        at: Spot,
        /// Why.
        #[serde(default, skip_serializing_if = "Reason::is_empty")]
        reason: Reason,
    }
    /// An item went to another domain; an open one kept its place.
    ItemMoved = 1 {
        /// Which item.
        item: ItemKey,
        /// Its domain before.
        from: DomainId,
        /// Its domain now.
        to: DomainId,
        /// Whether an import did it.
        #[serde(default, skip_serializing_if = "is_false")]
        imported: bool,
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
    ItemDropped = 1 {
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

impl ItemUpdated {
    /// An update of nothing, to begin with.
    pub(crate) fn nothing(item: &ItemKey) -> Self {
        Self {
            item: item.clone(),
            title: None,
            text: None,
            kind: None,
            status: None,
            parent: None,
            labels: None,
            estimate: None,
            value: None,
            moscow: None,
            people: None,
            sources: None,
            aliases: None,
            imported: false,
            reason: Reason::default(),
        }
    }
}

impl Event {
    /// The item that it is about, if it is about one.
    #[must_use]
    pub fn item(&self) -> Option<&ItemKey> {
        match self {
            Self::ProductCreated(_)
            | Self::ProductUpdated(_)
            | Self::DomainAdded(_)
            | Self::DomainUpdated(_)
            | Self::DomainDeleted(_)
            | Self::RoleGranted(_)
            | Self::RoleRevoked(_) => None,
            Self::ItemCreated(e) => Some(&e.item),
            Self::ItemUpdated(e) => Some(&e.item),
            Self::ItemRanked(e) => Some(&e.item),
            Self::ItemReordered(e) => Some(&e.item),
            Self::ItemPinned(e) => Some(&e.item),
            Self::ItemUnpinned(e) => Some(&e.item),
            Self::ItemMoved(e) => Some(&e.item),
            Self::ItemSplit(e) => Some(&e.item),
            Self::ItemMerged(e) => Some(&e.item),
            Self::ItemCompleted(e) => Some(&e.item),
            Self::ItemDropped(e) => Some(&e.item),
            Self::ItemReopened(e) => Some(&e.item),
            Self::LinkAdded(e) => Some(&e.item),
            Self::LinkRemoved(e) => Some(&e.item),
            Self::LinkResolved(e) => Some(&e.item),
            Self::RequestMade(e) => Some(&e.item),
            Self::RequestWithdrawn(e) => Some(&e.item),
            Self::TextRedacted(e) => e.item.as_ref(),
        }
    }
}

#[cfg(test)]
mod tests;
