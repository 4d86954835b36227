//! Items as a source tells them: made, changed or left alone.
//!
//! An item is known again by its source link. What a person decided here stays as decided; links and requests that people
//! made stay, those of an earlier import follow the source. Of a field the latest news counts ([`crate::news`]).

mod plans;

use std::collections::{BTreeSet, HashSet};

use crate::{
    command::{ImportItem, ImportLink, ItemChanges, Place},
    error::Error,
    event::{
        Event, ItemCompleted, ItemCreated, ItemDropped, ItemMoved, ItemReopened, LinkAdded,
        LinkData, LinkRemoved, RequestMade, RequestWithdrawn, SourceTold, TargetData,
    },
    ids::{DomainId, ItemKey},
    item::{
        ALIASES_HELD_MAX, DEPTH_MAX, Fields, Item, Kind, LIST_MAX, Link, LinkTarget, SOURCES_MAX,
        Status, Unresolved,
    },
    items::{bounded, each_once, sorted},
    mandate::{Act, Actor},
    news::{Field, Told},
    order::{DomainNo, ItemNo},
    product::Product,
    text::{Label, Reason, Source},
};

/// Most items of one import commit.
pub const ITEMS_MAX: usize = 500;
/// Most entries of the roadmap that a source plans for one item.
pub const ENTRIES_EACH_MAX: usize = 20;

/// What an import would do with an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is new.
    Created,
    /// Something of it changes.
    Updated,
    /// Nothing changes.
    Unchanged,
}

/// Why an imported item is not part of what its source says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum ParentLeftOut {
    /// No item goes by any of the names.
    #[error("the parent is not here")]
    NotHere,
    /// The parent is the item itself or below it.
    #[error("a cycle of parents")]
    Cycle,
    /// There would be too many levels.
    #[error("parents nest deeper than {DEPTH_MAX}")]
    TooDeep,
    /// Nothing is in the way any more: others of the same import were until they had changed.
    #[error("the parent can be taken by the next import only")]
    NotYet,
}

impl Product {
    pub(crate) fn import(&self, actor: &Actor, items: &[ImportItem]) -> Result<Vec<Event>, Error> {
        self.may(actor, Act::Import, &self.domains_concerned(items))?;
        bounded("items of an import", items.len(), ITEMS_MAX)?;
        let mut state = self.clone();
        let mut events = Vec::new();
        for item in items {
            let (_, more) = state.import_item(actor, item)?;
            state.foresee(&more)?;
            events.extend(more);
        }
        // A source may tell a child before its parent.
        for item in items.iter().filter(|item| item.parent.is_some()) {
            let more = state.import_parent_again(item);
            state.foresee(&more)?;
            events.extend(more);
        }
        Ok(events)
    }

    /// The domains that items belong to, or would.
    fn domains_concerned<'a>(&'a self, items: &'a [ImportItem]) -> Vec<&'a DomainId> {
        let told = items.iter().filter_map(|item| item.domain.as_ref());
        let held = items.iter().filter_map(|item| self.item(self.item_by_source(&item.source)?));
        let held = held.filter_map(|item| self.domain(item.domain).map(|domain| &domain.id));
        told.chain(held).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// What an import of one item would do. Items that the same import brings do not matter for this: a link to one of them
    /// is either new anyway, or was pending before and resolves by itself.
    ///
    /// # Errors
    /// As the import itself.
    pub fn import_outcome(&self, actor: &Actor, item: &ImportItem) -> Result<Outcome, Error> {
        if self.item_by_source(&item.source).is_none() {
            return Ok(Outcome::Created);
        }
        self.import_item(actor, item).map(|(outcome, _)| outcome)
    }

    /// Why an item, once it was imported, is not part of what its source says; none if it is, or if people decided on
    /// another parent. A parent that is left out leaves the one that the item has.
    #[must_use]
    pub fn parent_left_out(&self, from: &ImportItem) -> Option<ParentLeftOut> {
        let names = from.parent.as_ref().filter(|names| !names.is_empty())?;
        let no = self.item_by_source(&from.source)?;
        let (item, key) = (self.item(no)?, self.key(no)?);
        if item.sources.first() != Some(&from.source) || !free(item, from).has(Fields::PARENT) {
            return None;
        }
        let Some(parent) = self.item_by_names(names) else { return Some(ParentLeftOut::NotHere) };
        if item.parent == Some(parent) {
            return None;
        }
        match self.check_parent(Some(no), &key, &self.key(parent)?) {
            Ok(()) => Some(ParentLeftOut::NotYet),
            Err(Error::TooDeep { .. }) => Some(ParentLeftOut::TooDeep),
            Err(_) => Some(ParentLeftOut::Cycle),
        }
    }

    fn import_item(
        &self,
        actor: &Actor,
        from: &ImportItem,
    ) -> Result<(Outcome, Vec<Event>), Error> {
        if let Some(domain) = &from.domain {
            self.find_domain(domain)?;
        }
        bounded("labels", from.labels.as_ref().map_or(0, Vec::len), LIST_MAX)?;
        bounded("people", from.people.as_ref().map_or(0, Vec::len), LIST_MAX)?;
        bounded("links", from.links.len(), LIST_MAX)?;
        bounded("requests", from.requests.as_ref().map_or(0, Vec::len), LIST_MAX)?;
        bounded("planned entries", from.entries.len(), ENTRIES_EACH_MAX)?;
        bounded("other names", from.aliases.len(), SOURCES_MAX)?;
        match self.item_by_source(&from.source) {
            None => Ok((Outcome::Created, self.import_new(actor, from)?)),
            Some(no) => {
                let events = self.import_again(actor, no, from)?;
                Ok((if events.is_empty() { Outcome::Unchanged } else { Outcome::Updated }, events))
            }
        }
    }

    fn import_new(&self, actor: &Actor, from: &ImportItem) -> Result<Vec<Event>, Error> {
        let unknown = |missing| Error::UnknownOrigin { origin: from.source.clone(), missing };
        let title = from.title.as_ref().ok_or_else(|| unknown("title"))?;
        let home = from.domain.as_ref().ok_or_else(|| unknown("domain"))?;
        let (domain, _) = self.find_domain(home)?;
        let key = self.next_key(domain, 0)?;
        let status = from.status.unwrap_or(Status::New);
        let arrival = if status.is_open() {
            Some(self.arrival(actor, domain, Some(&Place::BOTTOM))?)
        } else {
            None
        };
        let parent = self.import_parent(None, &key, from).flatten();
        let created = ItemCreated {
            item: key.clone(),
            domain: home.clone(),
            kind: from.kind.unwrap_or(Kind::Story),
            status,
            title: title.clone(),
            text: from.text.clone().unwrap_or_default(),
            parent,
            labels: sorted(from.labels.as_deref().unwrap_or(&[])),
            estimate: from.estimate.flatten(),
            value: from.value.flatten(),
            moscow: from.moscow.flatten(),
            goal: None,
            people: each_once(from.people.iter().flatten()),
            sources: vec![from.source.clone()],
            aliases: each_once(&from.aliases),
            arrival,
            split_from: None,
            imported: true,
            reason: Reason::default(),
        };
        let mut events = vec![created.into()];
        events.extend(self.resolved_by(&key, [&from.source].into_iter().chain(&from.aliases)));
        for data in self.wanted_links(None, from, told_fields(from)) {
            events.push(LinkAdded { item: key.clone(), link: data }.into());
        }
        for (_, domain, ask) in self.wanted_requests(domain, from)? {
            let (item, domain, ask) = (key.clone(), domain.clone(), ask.clone());
            events.push(RequestMade { item, domain, ask, imported: true }.into());
        }
        events.extend(self.import_entries(&key, None, home, title, from)?);
        events.extend(self.told(&key, None, from));
        Ok(events)
    }

    /// Of what moment the news is, if the source says so or the item has such news already; a file that changes nothing is
    /// no news.
    fn told(&self, key: &ItemKey, item: Option<&Item>, from: &ImportItem) -> Option<Event> {
        let news = item.and_then(|item| item.news.as_deref());
        let stamp = from.told.stamp();
        let mut fields = told_fields(from);
        let no = self.item_by_source(&from.source);
        let named = from.parent.as_ref().is_some_and(|names| !names.is_empty());
        if named && self.import_parent(no, key, from).is_none() {
            // It is told once more when the parent can be taken.
            fields = fields.without(Fields::PARENT);
        }
        let mut entries: Vec<Label> = each_once(from.entries.iter().map(|entry| &entry.name));
        if let Some(news) = news {
            fields = news.older_than(stamp, fields);
            entries.retain(|name| news.entry_older_than(stamp, name));
        } else if let Told::Now(_) = from.told {
            return None;
        }
        if fields.is_empty() && entries.is_empty() {
            return None;
        }
        let (item, fields) = (key.clone(), Field::of(fields));
        Some(SourceTold { item, at: stamp.at, tie: stamp.tie, fields, entries }.into())
    }

    fn import_again(
        &self,
        actor: &Actor,
        no: ItemNo,
        from: &ImportItem,
    ) -> Result<Vec<Event>, Error> {
        let item = self.item(no).ok_or(Error::Broken("a source of no item"))?;
        if item.sources.first() != Some(&from.source) {
            // It went into an item that has an identity of its own.
            return Ok(Vec::new());
        }
        let key = self.key_or_broken(no)?;
        let free = free(item, from);
        let (changes, none) = (self.import_changes(no, item, &key, from), Reason::default());
        let aliases = wanted_aliases(item, from, free);
        let updated = self.updated(&key, item, &changes, Some(&aliases), true, &none);
        let mut events: Vec<Event> = updated.into_iter().map(Event::from).collect();
        if aliases != item.aliases {
            events.extend(self.resolved_by(&key, &aliases));
        }
        let home = self.import_home(item, from)?;
        let home_id = &self.domain(home).ok_or(Error::Broken("an item without a domain"))?.id;
        if home != item.domain {
            let (from, to) = (self.domain_of(item)?.clone(), home_id.clone());
            let (item, imported, reason) = (key.clone(), true, Reason::default());
            events.push(ItemMoved { item, from, to, imported, decision: None, reason }.into());
        }
        events.extend(self.import_status(actor, no, home, &key, from)?);
        events.extend(self.import_links(no, item, &key, from));
        events.extend(self.import_requests(item, home, &key, from)?);
        let title = changes.title.as_ref().unwrap_or(&item.title);
        events.extend(self.import_entries(&key, Some((no, item)), home_id, title, from)?);
        if matches!(from.told, Told::At(_)) || !events.is_empty() {
            events.extend(self.told(&key, Some(item), from));
        }
        Ok(events)
    }

    /// The domain that an item is to be in: the source's, unless a person decided on another or the item is pinned in it.
    fn import_home(&self, item: &Item, from: &ImportItem) -> Result<DomainNo, Error> {
        let Some(told) = &from.domain else { return Ok(item.domain) };
        let (told, _) = self.find_domain(told)?;
        let deleted = self.domain(item.domain).is_none_or(|domain| domain.deleted);
        let moves = free(item, from).has(Fields::DOMAIN) || deleted;
        Ok(if moves && item.pin.is_none() { told } else { item.domain })
    }

    /// The fields that the source tells and no person decided here.
    fn import_changes(
        &self,
        no: ItemNo,
        item: &Item,
        key: &ItemKey,
        from: &ImportItem,
    ) -> ItemChanges {
        let free = free(item, from);
        let free = |field: Fields| free.has(field);
        let open = from.status.filter(|status| status.is_open() && item.status.is_open());
        let parent = self.import_parent(Some(no), key, from);
        ItemChanges {
            title: from.title.clone().filter(|_| free(Fields::TITLE)),
            text: from.text.clone().filter(|_| free(Fields::TEXT)),
            kind: from.kind.filter(|_| free(Fields::KIND)),
            status: open.filter(|_| free(Fields::STATUS)),
            parent: parent.filter(|_| free(Fields::PARENT)),
            labels: from.labels.clone().filter(|_| free(Fields::LABELS)),
            estimate: from.estimate.filter(|_| free(Fields::ESTIMATE)),
            value: from.value.filter(|_| free(Fields::VALUE)),
            moscow: from.moscow.filter(|_| free(Fields::MOSCOW)),
            goal: None,
            people: from.people.clone().filter(|_| free(Fields::PEOPLE)),
            sources: None,
        }
    }

    /// What to set the parent to; nothing if the source does not say, or if it is not here yet or may not be one.
    fn import_parent(
        &self,
        no: Option<ItemNo>,
        key: &ItemKey,
        from: &ImportItem,
    ) -> Option<Option<ItemKey>> {
        let names = from.parent.as_ref()?;
        if names.is_empty() {
            return Some(None);
        }
        let parent = self.key(self.item_by_names(names)?)?;
        self.check_parent(no, key, &parent).is_ok().then_some(Some(parent))
    }

    /// The parent of an item that is here, if it can be taken now and could not be before.
    fn import_parent_again(&self, from: &ImportItem) -> Vec<Event> {
        let no = self.item_by_source(&from.source);
        let held = no.and_then(|no| Some((self.item(no)?, self.key(no)?)));
        let Some((item, key)) = held else { return Vec::new() };
        let own = item.sources.first() == Some(&from.source);
        let free = own && free(item, from).has(Fields::PARENT);
        let Some(parent) = self.import_parent(no, &key, from).filter(|_| free) else {
            return Vec::new();
        };
        let changes = ItemChanges { parent: Some(parent), ..ItemChanges::default() };
        let updated = self.updated(&key, item, &changes, None, true, &Reason::default());
        let told = self.told(&key, Some(item), from);
        updated.map(Event::from).into_iter().chain(told).collect()
    }

    /// `home` is the domain in which the item is by then.
    fn import_status(
        &self,
        actor: &Actor,
        no: ItemNo,
        home: DomainNo,
        key: &ItemKey,
        from: &ImportItem,
    ) -> Result<Option<Event>, Error> {
        let item = self.item(no).ok_or(Error::Broken("a source of no item"))?;
        let free = free(item, from).has(Fields::STATUS);
        let Some(to) = from.status.filter(|to| free && *to != item.status) else {
            return Ok(None);
        };
        if to == Status::Dropped
            && let Some(pin) = &item.pin
        {
            return match from.told {
                Told::Now(_) => Ok(None),
                // News comes once, so whoever sent it has to know.
                Told::At(_) => Err(Error::Pinned { item: key.clone(), reason: pin.reason.clone() }),
            };
        }
        // The spot is told before a change of domain in the same commit, which keeps it.
        let spot = if item.status.is_open() { Some(self.spot(&self.order, no)?) } else { None };
        let (item_key, reason) = (key.clone(), Reason::default());
        Ok(match to {
            Status::Done => {
                Some(ItemCompleted { item: item_key, from: spot, imported: true, reason }.into())
            }
            Status::Dropped => Some(
                ItemDropped { item: item_key, from: spot, imported: true, decision: None, reason }
                    .into(),
            ),
            Status::New | Status::Ready | Status::InProgress if item.status.is_open() => None,
            Status::New | Status::Ready | Status::InProgress => {
                let arrival = self.arrival(actor, home, Some(&Place::BOTTOM))?;
                Some(
                    ItemReopened { item: item_key, status: to, arrival, imported: true, reason }
                        .into(),
                )
            }
        })
    }

    /// The links that the source tells, each once, resolved as far as the other items are here.
    fn wanted_links(&self, own: Option<ItemNo>, from: &ImportItem, free: Fields) -> Vec<LinkData> {
        let mut wanted: Vec<LinkData> = Vec::new();
        let mut told = HashSet::new();
        let links = from.links.iter().filter(|link| free.has(Fields::links(link.kind)));
        for link in links.filter(|link| told.insert((link.kind, &link.raw))) {
            let means_itself =
                link.names.iter().any(|name| *name == from.source || from.aliases.contains(name));
            let target = match self.item_by_names(&link.names) {
                Some(no) if Some(no) == own => continue,
                None if means_itself => continue,
                Some(no) => match self.key(no) {
                    Some(key) => TargetData::Item(key),
                    None => continue,
                },
                None => unresolved(link),
            };
            let data = LinkData { kind: link.kind, target, imported: true };
            if !wanted.contains(&data) {
                wanted.push(data);
            }
        }
        wanted
    }

    fn import_links(
        &self,
        no: ItemNo,
        item: &Item,
        key: &ItemKey,
        from: &ImportItem,
    ) -> Vec<Event> {
        let free = free(item, from);
        let wanted = self.wanted_links(Some(no), from, free);
        let is = |link: &Link, data: &LinkData| {
            link.kind == data.kind && self.same_target(&link.target, &data.target)
        };
        let gone = item
            .links
            .iter()
            .filter(|link| link.imported && free.has(Fields::links(link.kind)))
            .filter(|link| !wanted.iter().any(|data| is(link, data)));
        let gone = gone.filter_map(|link| self.link_data(link));
        let mut events: Vec<Event> =
            gone.map(|link| LinkRemoved { item: key.clone(), link }.into()).collect();
        let mut room = LIST_MAX.saturating_sub(item.links.len()) + events.len();
        for data in wanted {
            if room > 0 && !item.links.iter().any(|link| is(link, &data)) {
                room -= 1;
                events.push(LinkAdded { item: key.clone(), link: data }.into());
            }
        }
        events
    }

    fn same_target(&self, target: &LinkTarget, data: &TargetData) -> bool {
        match (target, data) {
            (LinkTarget::Item(no), TargetData::Item(key)) => self.item_no(key) == Some(*no),
            (LinkTarget::Pending(pending), TargetData::Pending { raw, names, external }) => {
                let Unresolved { raw: own_raw, names: own_names, external: own_external } =
                    pending.as_ref();
                own_raw == raw && own_names == names && own_external == external
            }
            (LinkTarget::Uri(a), TargetData::Uri(b)) => a == b,
            (LinkTarget::Item(_), TargetData::Pending { .. } | TargetData::Uri(_))
            | (LinkTarget::Pending(_), TargetData::Item(_) | TargetData::Uri(_))
            | (LinkTarget::Uri(_), TargetData::Item(_) | TargetData::Pending { .. }) => false,
        }
    }

    /// The requests that the source tells, each domain once, its own left out.
    fn wanted_requests<'a>(
        &self,
        home: DomainNo,
        from: &'a ImportItem,
    ) -> Result<Vec<(DomainNo, &'a DomainId, &'a Reason)>, Error> {
        let mut wanted: Vec<(DomainNo, &DomainId, &Reason)> = Vec::new();
        for (domain, ask) in from.requests.iter().flatten() {
            let (no, _) = self.find_domain(domain)?;
            if no != home && wanted.iter().all(|(other, ..)| *other != no) {
                wanted.push((no, domain, ask));
            }
        }
        Ok(wanted)
    }

    fn import_requests(
        &self,
        item: &Item,
        home: DomainNo,
        key: &ItemKey,
        from: &ImportItem,
    ) -> Result<Vec<Event>, Error> {
        let told = free(item, from).has(Fields::REQUESTS);
        let wanted = if told { self.wanted_requests(home, from)? } else { Vec::new() };
        let mut events: Vec<Event> = Vec::new();
        for request in &item.requests {
            let stays = !told || wanted.iter().any(|(no, ..)| *no == request.domain);
            if request.domain == home || (request.imported && !stays) {
                let asked =
                    self.domain(request.domain).ok_or(Error::Broken("a request to no domain"))?;
                let (item, domain, reason) = (key.clone(), asked.id.clone(), Reason::default());
                events.push(RequestWithdrawn { item, domain, imported: true, reason }.into());
            }
        }
        let mut room = LIST_MAX.saturating_sub(item.requests.len()) + events.len();
        for (no, domain, ask) in wanted {
            let held = item.requests.iter().find(|request| request.domain == no);
            if held.is_some_and(|request| !request.imported || request.ask == *ask) {
                continue;
            }
            if held.is_none() {
                let Some(left) = room.checked_sub(1) else { continue };
                room = left;
            }
            let (item, domain, ask) = (key.clone(), domain.clone(), ask.clone());
            events.push(RequestMade { item, domain, ask, imported: true }.into());
        }
        Ok(events)
    }
}

/// The fields that a source tells.
fn told_fields(from: &ImportItem) -> Fields {
    let named = [
        (from.title.is_some(), Fields::TITLE),
        (from.text.is_some(), Fields::TEXT),
        (from.kind.is_some(), Fields::KIND),
        (from.parent.is_some(), Fields::PARENT),
        (from.labels.is_some(), Fields::LABELS),
        (from.estimate.is_some(), Fields::ESTIMATE),
        (from.value.is_some(), Fields::VALUE),
        (from.moscow.is_some(), Fields::MOSCOW),
        (from.status.is_some(), Fields::STATUS),
        (from.people.is_some(), Fields::PEOPLE),
        (from.domain.is_some(), Fields::DOMAIN),
        (!from.aliases.is_empty(), Fields::ALIASES),
        (from.requests.is_some(), Fields::REQUESTS),
    ];
    let named = named.into_iter().filter(|(told, _)| *told).map(|(_, field)| field);
    let links = from.link_kinds.iter().map(|kind| Fields::links(*kind));
    named.chain(links).fold(Fields::default(), Fields::with)
}

/// The fields that a source tells, that no person decided here, and of which no later news has come.
fn free(item: &Item, from: &ImportItem) -> Fields {
    let told = told_fields(from).without(item.decided);
    let older = item.news.as_ref().map(|news| news.older_than(from.told.stamp(), told));
    older.unwrap_or(told)
}

/// The other names that the source tells. An item that took others in keeps theirs.
fn wanted_aliases(item: &Item, from: &ImportItem, free: Fields) -> Vec<Source> {
    if !free.has(Fields::ALIASES) {
        return item.aliases.clone();
    }
    let kept: &[Source] = if item.sources.len() > 1 { &item.aliases } else { &[] };
    let mut wanted = each_once(from.aliases.iter().chain(kept));
    wanted.truncate(ALIASES_HELD_MAX);
    wanted
}

fn unresolved(link: &ImportLink) -> TargetData {
    if link.names.is_empty() && link.external {
        TargetData::Uri(link.raw.clone())
    } else {
        TargetData::Pending {
            raw: link.raw.clone(),
            names: link.names.clone(),
            external: link.external,
        }
    }
}
