//! Items made out of one, and items that become one: split, merge, mark as duplicate.

use crate::{
    command::NewItem,
    decide::status_word,
    domains::changed,
    error::Error,
    event::{
        Event, ItemDropped, ItemMerged, ItemSplit, ItemUpdated, LinkAdded, LinkData, RequestMade,
    },
    ids::{DomainId, ItemKey, Version},
    item::{ALIASES_HELD_MAX, Item, LIST_MAX, LinkTarget, SOURCES_HELD_MAX},
    mandate::{Act, Actor},
    order::{ItemNo, Letter},
    product::Product,
    text::Reason,
};

use super::{bounded, each_once, sorted};

/// A list that must have an entry.
fn some_of(what: &'static str, count: usize) -> Result<(), Error> {
    if count == 0 {
        return Err(Error::TooMany { what, count, limit: LIST_MAX });
    }
    bounded(what, count, LIST_MAX)
}

impl Product {
    pub(crate) fn split_item(
        &self,
        actor: &Actor,
        key: &ItemKey,
        into: &[NewItem],
        keep: bool,
        reason: &Reason,
        expected: Option<Version>,
    ) -> Result<Vec<Event>, Error> {
        let (no, item) = self.find_open(key, expected)?;
        let domain = self.domain_of(item)?;
        self.may(actor, Act::CloseItem, &[domain])?;
        if !keep {
            self.not_pinned(key, item)?;
        }
        some_of("parts of a split", into.len())?;
        // The parts stand directly below the item in its sub-backlog. Their turns come where that asks nobody else to
        // move: at the end.
        let place = self.order.place_of(no).ok_or(Error::Broken("an open item without a place"))?;
        let turns = self.order.turns_before(Letter::free(item.domain), place);
        let above = turns + u32::from(item.pin.is_none());
        let keys = (0..into.len()).map(|ahead| self.next_key(item.domain, ahead));
        let keys: Vec<ItemKey> = keys.collect::<Result<_, _>>()?;
        let (split_keys, why) = (keys.clone(), reason.clone());
        let split = ItemSplit { item: key.clone(), into: split_keys, kept: keep, reason: why };
        let mut events: Vec<Event> = vec![split.into()];
        let mut state = self.clone();
        for ((turn, part), part_key) in (above..).zip(into).zip(keys) {
            if !part.status.is_open() {
                return Err(Error::WrongStatus(status_word(part.status)));
            }
            let arrival = state.arrival_at_turn(item.domain, turn);
            let part = state.part_of(item, part);
            let mut created = state.created(part_key, domain, &part, Some(arrival), reason)?;
            created.split_from = Some(key.clone());
            let resolved = state.resolved_by(&created.item, &created.sources);
            let more: Vec<Event> = [created.into()].into_iter().chain(resolved).collect();
            state.foresee(&more)?;
            events.extend(more);
        }
        if !keep {
            let (from, reason) = (Some(state.spot(&state.order, no)?), reason.clone());
            events.push(
                ItemDropped { item: key.clone(), from, imported: false, decision: None, reason }
                    .into(),
            );
        }
        Ok(events)
    }

    /// A part, with what is not told of it taken from the item. Estimate and value are not: they would count twice.
    fn part_of(&self, item: &Item, told: &NewItem) -> NewItem {
        let mut part = told.clone();
        if part.parent.is_none() {
            part.parent = item.parent.and_then(|parent| self.key(parent));
        }
        if part.labels.is_empty() {
            part.labels.clone_from(&item.labels);
        }
        if part.people.is_empty() {
            part.people.clone_from(&item.people);
        }
        part.moscow = part.moscow.or(item.moscow);
        // Nothing new is tied to a goal that is closed.
        let goal = || self.goal_id(item.goal).filter(|goal| self.open_goal(Some(goal)).is_ok());
        part.goal = part.goal.or_else(goal);
        part
    }

    pub(crate) fn merge_items(
        &self,
        actor: &Actor,
        into: &ItemKey,
        items: &[ItemKey],
        reason: &Reason,
        expected: Option<Version>,
    ) -> Result<Vec<Event>, Error> {
        self.find_open(into, expected)?;
        some_of("items of a merge", items.len())?;
        let mut state = self.clone();
        let mut events = Vec::new();
        for key in items {
            let more = state.merged(actor, key, into, false, reason)?;
            state.foresee(&more)?;
            events.extend(more);
        }
        Ok(events)
    }

    pub(crate) fn mark_duplicate(
        &self,
        actor: &Actor,
        key: &ItemKey,
        of: &ItemKey,
        reason: &Reason,
        expected: Option<Version>,
    ) -> Result<Vec<Event>, Error> {
        self.find(key, expected)?;
        self.merged(actor, key, of, true, reason)
    }

    /// One item goes into another, which inherits what it knew.
    fn merged(
        &self,
        actor: &Actor,
        key: &ItemKey,
        into: &ItemKey,
        duplicate: bool,
        reason: &Reason,
    ) -> Result<Vec<Event>, Error> {
        let (no, item) = self.find_open(key, None)?;
        let (into_no, target) = self.find(into, None)?;
        let (domain, into_domain) = (self.domain_of(item)?, self.domain_of(target)?);
        let domains: &[&DomainId] = if duplicate { &[domain] } else { &[domain, into_domain] };
        self.may(actor, Act::CloseItem, domains)?;
        if no == into_no {
            let what = if duplicate { "a duplicate of" } else { "merged into" };
            return Err(Error::WithItself(key.clone(), what));
        }
        if target.closed.as_ref().is_some_and(|closed| closed.into.is_some()) {
            // It went into another item itself, perhaps into this one.
            return Err(Error::NotOpen { item: into.clone(), status: status_word(target.status) });
        }
        self.not_pinned(key, item)?;
        let from = Some(self.spot(&self.order, no)?);
        let (gone, into_key) = (key.clone(), into.clone());
        let merged =
            ItemMerged { item: gone, into: into_key, from, duplicate, reason: reason.clone() };
        let mut events: Vec<Event> = vec![merged.into()];
        // A duplicate may be of another domain's item, which changes only if the actor may change it. Else the duplicate
        // keeps what it knew; that people closed it, no import overrides.
        if self.may(actor, Act::EditItem, &[into_domain]).is_ok() {
            events.extend(self.inherited(key, item, into, into_no, target)?);
        }
        Ok(events)
    }

    /// Sources, other names, labels, links and requests go along, as a decision of whoever merges: imports leave them alone.
    fn inherited(
        &self,
        key: &ItemKey,
        item: &Item,
        into: &ItemKey,
        into_no: ItemNo,
        target: &Item,
    ) -> Result<Vec<Event>, Error> {
        let labels: Vec<_> = target.labels.iter().chain(&item.labels).cloned().collect();
        let labels = sorted(&labels);
        let sources = each_once(target.sources.iter().chain(&item.sources));
        let aliases = each_once(target.aliases.iter().chain(&item.aliases));
        bounded("labels", labels.len(), LIST_MAX)?;
        bounded("source links", sources.len(), SOURCES_HELD_MAX)?;
        bounded("other names", aliases.len(), ALIASES_HELD_MAX)?;
        let give = ItemUpdated {
            sources: changed(&item.sources, Some(&Vec::new())),
            aliases: changed(&item.aliases, Some(&Vec::new())),
            ..ItemUpdated::nothing(key)
        };
        let take = ItemUpdated {
            labels: changed(&target.labels, Some(&labels)),
            sources: changed(&target.sources, Some(&sources)),
            aliases: changed(&target.aliases, Some(&aliases)),
            ..ItemUpdated::nothing(into)
        };
        let links = item.links.iter().filter(|link| {
            let there = target.links.iter().any(|other| other.is_tie(link.kind, &link.target));
            link.target != LinkTarget::Item(into_no) && !there
        });
        let links: Vec<LinkData> = links.filter_map(|link| self.link_data(link)).collect();
        let requests = item.requests.iter().filter(|request| {
            let there = target.requests.iter().any(|other| other.domain == request.domain);
            request.domain != target.domain && !there
        });
        let requests: Vec<_> = requests
            .filter_map(|request| Some((self.domain(request.domain)?.id.clone(), &request.ask)))
            .collect();
        bounded("links", target.links.len() + links.len(), LIST_MAX)?;
        bounded("requests", target.requests.len() + requests.len(), LIST_MAX)?;
        let updates = [(key, give), (into, take)].into_iter();
        let updates = updates.filter(|(key, update)| *update != ItemUpdated::nothing(key));
        let mut events: Vec<Event> = updates.map(|(_, update)| update.into()).collect();
        events.extend(links.into_iter().map(|link| {
            let link = LinkData { imported: false, ..link };
            Event::from(LinkAdded { item: into.clone(), link })
        }));
        events.extend(requests.into_iter().map(|(domain, ask)| {
            let (item, ask) = (into.clone(), ask.clone());
            Event::from(RequestMade { item, domain, ask, imported: false })
        }));
        Ok(events)
    }
}
