//! The naive model: one list of open items, and what is known of each. Everything costs the whole list.

use std::collections::{BTreeMap, HashMap, HashSet};

use koepel_api::v1::{self, ItemStatus};

/// What is known of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The id of its domain.
    pub domain: String,
    /// Whether it is pinned.
    pub pinned: bool,
    /// `new`, `ready`, `in_progress`, `done` or `dropped`.
    pub status: String,
    /// Its title.
    pub title: String,
    /// The version of its last change.
    pub changed: u64,
    /// Its last move, if that can be undone.
    pub last_move: Option<LastMove>,
}

/// Where an item was before it was moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastMove {
    /// The version that moved it.
    pub version: u64,
    /// Whether it was ranked; otherwise it was reordered.
    pub ranked: bool,
    /// Its upper neighbour then: in the whole order, or among the unpinned ones of its domain.
    pub after: Option<String>,
    /// Its lower neighbour then.
    pub before: Option<String>,
}

/// One order, seen from above.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// The open items.
    pub order: Vec<String>,
    /// All items by key.
    pub items: BTreeMap<String, Item>,
}

impl Model {
    /// Whether an item is open.
    #[must_use]
    pub fn is_open(&self, key: &str) -> bool {
        self.order.iter().any(|other| other == key)
    }

    /// The place of an open item, from 0.
    #[must_use]
    pub fn place(&self, key: &str) -> Option<usize> {
        self.order.iter().position(|other| other == key)
    }

    /// The sub-backlog of a domain: the list, filtered.
    #[must_use]
    pub fn domain(&self, domain: &str) -> Vec<String> {
        self.order.iter().filter(|key| self.items[*key].domain == domain).cloned().collect()
    }

    /// The unpinned items of a domain, in order.
    #[must_use]
    pub fn unpinned(&self, domain: &str) -> Vec<String> {
        self.domain(domain).into_iter().filter(|key| !self.items[key].pinned).collect()
    }

    /// Puts the unpinned items of a domain, in this order, on the turns that they hold.
    ///
    /// # Panics
    /// If these are others than the domain's.
    pub fn permute(&mut self, domain: &str, wanted: &[String]) {
        let mut wanted = wanted.iter();
        let mut order = std::mem::take(&mut self.order);
        for key in &mut order {
            let item = &self.items[key];
            if item.domain == domain && !item.pinned {
                key.clone_from(wanted.next().expect("as many items as turns"));
            }
        }
        assert!(wanted.next().is_none(), "as many items as turns");
        self.order = order;
    }

    /// Gives an item a new turn at a place of the whole order, and the `k`-th of its domain's unpinned turns.
    pub fn arrive(&mut self, key: &str, place: usize, k: usize) {
        self.order.insert(place, key.to_owned());
        let domain = self.items[key].domain.clone();
        let mut own = self.unpinned(&domain);
        own.retain(|other| other != key);
        own.insert(k, key.to_owned());
        self.permute(&domain, &own);
    }

    /// Takes an item and its turn out of the order.
    ///
    /// # Panics
    /// If it is not open.
    pub fn leave(&mut self, key: &str, status: &str) {
        let place = self.place(key).expect("an open item");
        self.order.remove(place);
        let item = self.items.get_mut(key).expect("an item");
        status.clone_into(&mut item.status);
        item.pinned = false;
        item.last_move = None;
    }

    /// Compares with a list as the server shows it; of the whole product if `domain` is empty.
    ///
    /// # Errors
    /// The first difference.
    pub fn agrees(&self, domain: &str, rows: &[v1::BacklogRow]) -> Result<(), String> {
        let wanted: Vec<String> =
            if domain.is_empty() { self.order.clone() } else { self.domain(domain) };
        if wanted.len() != rows.len() {
            return Err(format!("{} items are shown, not {}", rows.len(), wanted.len()));
        }
        let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
        let places: HashMap<&String, usize> = self.order.iter().zip(0..).collect();
        for (row, key) in rows.iter().zip(&wanted) {
            let item = &self.items[key];
            let own = item.domain.as_str();
            let domain_place = seen.entry(own).or_default();
            *domain_place += 1;
            let place = u32::try_from(places[key] + 1).unwrap_or(u32::MAX);
            let expected = (key.as_str(), place, *domain_place, item.pinned, item.changed);
            let shown =
                (row.key.as_str(), row.place, row.domain_place, row.pinned, row.changed_at_version);
            if shown != expected
                || row.title != item.title
                || status(row.status) != item.status
                || !row.domain.ends_with(&format!("/domains/{own}"))
            {
                return Err(format!("{row:?} is shown; expected are {key}: {expected:?} {item:?}"));
            }
        }
        Ok(())
    }

    /// Compares the items that are not open with what the server shows below the open ones.
    ///
    /// # Errors
    /// The first difference.
    pub fn agrees_closed(&self, rows: &[v1::BacklogRow]) -> Result<(), String> {
        let shown: BTreeMap<&str, (&str, u64)> = rows
            .iter()
            .filter(|row| row.place == 0)
            .map(|row| (row.key.as_str(), (status(row.status), row.changed_at_version)))
            .collect();
        let open: HashSet<&String> = self.order.iter().collect();
        let closed = self.items.iter().filter(|(key, _)| !open.contains(key));
        let wanted: BTreeMap<&str, (&str, u64)> = closed
            .map(|(key, item)| (key.as_str(), (item.status.as_str(), item.changed)))
            .collect();
        if shown == wanted { Ok(()) } else { Err(format!("closed are {shown:?}, not {wanted:?}")) }
    }
}

/// The word of events for a status on the wire.
#[must_use]
pub fn status(wire: i32) -> &'static str {
    match ItemStatus::try_from(wire) {
        Ok(ItemStatus::New) => "new",
        Ok(ItemStatus::Ready) => "ready",
        Ok(ItemStatus::InProgress) => "in_progress",
        Ok(ItemStatus::Done) => "done",
        Ok(ItemStatus::Dropped) => "dropped",
        Ok(ItemStatus::Unspecified) | Err(_) => "?",
    }
}
