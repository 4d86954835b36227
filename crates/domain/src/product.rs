//! The state of a product: what decisions and pages need, cheap to clone.
//!
//! Everything in it is a persistent map, list or order, so a clone costs a few reference counts and shares what does not
//! change. Equal states serialize equally. Invariants, checked after each command in tests (`product/check.rs`):
//! - an open item is in `order`, a closed one in `closed`, under its domain and with `pinned` only if it has a pin;
//! - the domain of an open item was not deleted;
//! - `sources` and `aliases` lead to the items that hold them, and `waiting` to those with such a pending link; a source has
//!   one holder;
//! - `children` mirrors `parent`, which leads up at most [`DEPTH_MAX`](crate::item::DEPTH_MAX) levels;
//! - `moves` mirrors `last_move`; `seats` and `stand_ins` lead to those of `roles` and `deputies` that one person holds at
//!   a time, and their terms do not overlap;
//! - no item has a link twice, a link to itself, or a request to its own domain;
//! - `planned` mirrors the items of entries, `entry_sources`, `goal_ids` and `sync_ids` lead to what has that name; only the
//!   last sync may be open;
//! - `open_escalations` and `deadlines` mirror the escalations that wait; `watched` holds pairs of open items of decisions that
//!   nothing took the place of and every move has followed, and `watched_items` leads to them from both items;
//! - the default calendar is there, if any is, and the calendars that points name are.

use std::{ops::Bound, sync::Arc};

use imbl::{OrdMap, OrdSet, Vector};
use serde::{Deserialize, Serialize};

use crate::{
    calendar::Kept,
    connections::Connection,
    decisions::{Decision, Pair},
    directory::Gap,
    escalations::Escalation,
    goals::{Goal, GoalNo, Vision},
    ids::{
        CalendarId, ConnectionId, DecisionNo, DomainId, DomainKey, EntryNo, EscalationNo, GoalId,
        ItemKey, SyncId, Timestamp, Version,
    },
    item::Item,
    order::{DomainNo, ItemNo, Letter, Order},
    points::Table,
    roadmap::Entry,
    seats::{Grant, Held, Seat, Sitting},
    syncs::Sync,
    text::{Name, Source, Summary},
};

mod check;

/// A domain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Domain {
    /// Its id.
    pub id: DomainId,
    /// First part of its items' keys.
    pub key: DomainKey,
    /// Its name.
    pub name: Name,
    /// What it is for.
    pub summary: Summary,
    /// Whether it was deleted.
    pub deleted: bool,
    /// The version of its last change.
    pub changed: Version,
    /// The items that were made in it: the n-th has the number n + 1 in its key.
    pub(crate) numbers: Vector<ItemNo>,
}

/// When something began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Since {
    /// The version that did it.
    pub version: Version,
    /// Its time.
    pub time: Timestamp,
}

/// A product as of a version.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Product {
    pub(crate) version: Version,
    pub(crate) name: Option<Name>,
    pub(crate) summary: Summary,
    pub(crate) created_at: Timestamp,
    pub(crate) changed: Version,
    pub(crate) order_changed: Version,
    pub(crate) domains: Vector<Arc<Domain>>,
    pub(crate) domain_ids: OrdMap<DomainId, DomainNo>,
    pub(crate) domain_keys: OrdMap<DomainKey, DomainNo>,
    pub(crate) roles: OrdMap<Grant, Held>,
    pub(crate) seats: OrdMap<Seat, Sitting>,
    pub(crate) deputies: OrdMap<Grant, Held>,
    pub(crate) stand_ins: OrdMap<Seat, Sitting>,
    pub(crate) items: Vector<Arc<Item>>,
    pub(crate) order: Order,
    pub(crate) closed: Order,
    pub(crate) children: OrdSet<(ItemNo, ItemNo)>,
    pub(crate) sources: OrdMap<Source, ItemNo>,
    pub(crate) aliases: OrdSet<(Source, ItemNo)>,
    pub(crate) waiting: OrdSet<(Source, ItemNo)>,
    pub(crate) moves: OrdMap<(Version, u32), ItemNo>,
    pub(crate) vision: Option<Arc<Vision>>,
    pub(crate) goals: Vector<Arc<Goal>>,
    pub(crate) goal_ids: OrdMap<GoalId, GoalNo>,
    pub(crate) entries: Vector<Arc<Entry>>,
    pub(crate) entry_sources: OrdMap<Source, EntryNo>,
    pub(crate) planned: OrdSet<(ItemNo, EntryNo)>,
    pub(crate) syncs: Vector<Arc<Sync>>,
    pub(crate) sync_ids: OrdMap<SyncId, u32>,
    pub(crate) connections: OrdMap<ConnectionId, Arc<Connection>>,
    pub(crate) gaps: OrdMap<u32, Arc<Gap>>,
    pub(crate) gap_texts: OrdMap<String, u32>,
    pub(crate) gaps_made: u32,
    pub(crate) escalations: Vector<Arc<Escalation>>,
    pub(crate) open_escalations: OrdSet<EscalationNo>,
    pub(crate) deadlines: OrdSet<(Timestamp, EscalationNo)>,
    pub(crate) decisions: Vector<Arc<Decision>>,
    pub(crate) watched: OrdSet<(DecisionNo, Pair)>,
    pub(crate) watched_items: OrdSet<(ItemNo, DecisionNo, Pair)>,
    pub(crate) calendars: OrdMap<CalendarId, Kept>,
    pub(crate) default_calendar: Option<CalendarId>,
    pub(crate) points: Arc<Table>,
}

impl Product {
    /// How many commits it has had.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }

    /// Whether it has begun.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.name.is_some()
    }

    /// Its name; empty before it began.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.as_ref().map_or("", Name::as_str)
    }

    /// What it is for.
    #[must_use]
    pub fn summary(&self) -> &str {
        self.summary.as_str()
    }

    /// When it began.
    #[must_use]
    pub fn created_at(&self) -> Timestamp {
        self.created_at
    }

    /// The version of the last change of its own facts.
    #[must_use]
    pub fn changed(&self) -> Version {
        self.changed
    }

    /// The version of the last change of the order of open items, or of which items are closed.
    #[must_use]
    pub fn order_changed(&self) -> Version {
        self.order_changed
    }

    /// All domains that were not deleted, in the order in which they were added.
    pub fn domains(&self) -> impl Iterator<Item = (DomainNo, &Domain)> {
        (0..)
            .map(DomainNo)
            .zip(self.domains.iter().map(Arc::as_ref))
            .filter(|(_, domain)| !domain.deleted)
    }

    /// A domain by its number, deleted or not.
    #[must_use]
    pub fn domain(&self, no: DomainNo) -> Option<&Domain> {
        self.domains.get(usize::from(no.0)).map(Arc::as_ref)
    }

    /// A domain by its id, if it was not deleted.
    #[must_use]
    pub fn domain_by_id(&self, id: &DomainId) -> Option<(DomainNo, &Domain)> {
        let no = *self.domain_ids.get(id)?;
        self.domain(no).filter(|domain| !domain.deleted).map(|domain| (no, domain))
    }

    /// Whether a domain ever had this id or key.
    #[must_use]
    pub fn domain_was(&self, id: &DomainId, key: &DomainKey) -> (bool, bool) {
        (self.domain_ids.contains_key(id), self.domain_keys.contains_key(key))
    }

    /// How many items there ever were.
    #[must_use]
    pub fn items_len(&self) -> u32 {
        u32::try_from(self.items.len()).unwrap_or(u32::MAX)
    }

    /// An item by its number.
    #[must_use]
    pub fn item(&self, no: ItemNo) -> Option<&Item> {
        self.items.get(index(no)).map(Arc::as_ref)
    }

    /// An item's number by its key.
    #[must_use]
    pub fn item_no(&self, key: &ItemKey) -> Option<ItemNo> {
        let domain = self.domain(*self.domain_keys.get(&key.domain)?)?;
        let position = key.number.checked_sub(1)?;
        domain.numbers.get(usize::try_from(position).ok()?).copied()
    }

    /// An item by its key.
    #[must_use]
    pub fn item_by_key(&self, key: &ItemKey) -> Option<(ItemNo, &Item)> {
        let no = self.item_no(key)?;
        self.item(no).map(|item| (no, item))
    }

    /// The key of an item.
    #[must_use]
    pub fn key(&self, no: ItemNo) -> Option<ItemKey> {
        self.item(no).and_then(|item| self.key_of(item))
    }

    /// The key of an item.
    #[must_use]
    pub fn key_of(&self, item: &Item) -> Option<ItemKey> {
        self.domain(item.key_domain)
            .map(|domain| ItemKey { domain: domain.key.clone(), number: item.number })
    }

    /// The item that holds a source link.
    #[must_use]
    pub fn item_by_source(&self, source: &Source) -> Option<ItemNo> {
        self.sources.get(source).copied()
    }

    /// The item that a reference means, by the first of its names that leads to one.
    #[must_use]
    pub fn item_by_names(&self, names: &[Source]) -> Option<ItemNo> {
        names.iter().find_map(|name| self.item_by_source(name).or_else(|| self.item_by_alias(name)))
    }

    /// The first item made that goes by another name.
    fn item_by_alias(&self, alias: &Source) -> Option<ItemNo> {
        holders(&self.aliases, alias).next()
    }

    /// The order of the open items.
    #[must_use]
    pub fn order(&self) -> &Order {
        &self.order
    }

    /// The done and dropped items, the last closed first.
    #[must_use]
    pub fn closed(&self) -> &Order {
        &self.closed
    }

    /// The direct children of an item, in the order in which they were made.
    pub fn children(&self, parent: ItemNo) -> impl Iterator<Item = ItemNo> {
        self.children
            .range((
                Bound::Included((parent, ItemNo(0))),
                Bound::Included((parent, ItemNo(u32::MAX))),
            ))
            .map(|(_, child)| *child)
    }

    /// The letter of an item in the order.
    #[must_use]
    pub fn letter(item: &Item) -> Letter {
        Letter { domain: item.domain, pinned: item.pin.is_some() }
    }
}

/// The items that a set has under a name, the first made first.
pub(crate) fn holders<'a>(
    set: &'a OrdSet<(Source, ItemNo)>,
    name: &Source,
) -> impl Iterator<Item = ItemNo> + use<'a> {
    set.range((name.clone(), ItemNo(0))..=(name.clone(), ItemNo(u32::MAX))).map(|(_, no)| *no)
}

/// An item's number as an index.
pub(crate) fn index(no: ItemNo) -> usize {
    // On every platform that this runs on, a usize holds a u32.
    usize::try_from(no.0).unwrap_or(usize::MAX)
}
