//! Commands on items: make, change, give to another domain, complete, drop, reopen; split, merge and duplicate are in the
//! module below.

use std::{collections::HashSet, hash::Hash};

use crate::{
    command::{ItemChanges, NewItem, Place},
    decide::status_word,
    domains::changed,
    error::Error,
    event::{
        Arrival, Event, ItemCompleted, ItemCreated, ItemDropped, ItemMoved, ItemReopened,
        ItemUpdated, RequestWithdrawn,
    },
    ids::{DomainId, ItemKey, Version},
    item::{DEPTH_MAX, Item, LIST_MAX, SOURCES_MAX, Status},
    mandate::{Act, Actor},
    order::{DomainNo, ItemNo},
    product::Product,
    text::{Label, Reason, Source},
};

mod combine;

/// Most items that a product may ever have.
pub const ITEMS_MAX: u32 = 4_000_000;

pub(crate) fn sorted(labels: &[Label]) -> Vec<Label> {
    let mut labels = labels.to_vec();
    labels.sort();
    labels.dedup();
    labels
}

/// A list without repetitions, in its order.
pub(crate) fn each_once<'a, T: Clone + Eq + Hash + 'a>(
    list: impl IntoIterator<Item = &'a T>,
) -> Vec<T> {
    let mut met = HashSet::new();
    list.into_iter().filter(|one| met.insert(*one)).cloned().collect()
}

pub(crate) fn bounded(what: &'static str, count: usize, limit: usize) -> Result<(), Error> {
    if count > limit { Err(Error::TooMany { what, count, limit }) } else { Ok(()) }
}

impl Product {
    /// The key that the `ahead`-th next item of a domain gets.
    pub(crate) fn next_key(&self, domain: DomainNo, ahead: usize) -> Result<ItemKey, Error> {
        if self.items.len() + ahead >= usize::try_from(ITEMS_MAX).unwrap_or(usize::MAX) {
            return Err(Error::Full { what: "items", limit: ITEMS_MAX });
        }
        let domain = self.domain(domain).ok_or(Error::Broken("an item without a domain"))?;
        let number = u32::try_from(domain.numbers.len() + ahead + 1)
            .map_err(|_| Error::Full { what: "items", limit: ITEMS_MAX })?;
        Ok(ItemKey { domain: domain.key.clone(), number })
    }

    pub(crate) fn create_item(
        &self,
        actor: &Actor,
        domain: &DomainId,
        item: &NewItem,
        place: Option<&Place>,
        reason: &Reason,
    ) -> Result<Vec<Event>, Error> {
        let (no, _) = self.find_domain(domain)?;
        self.may(actor, Act::to_create(item.kind), &[domain])?;
        if !item.status.is_open() {
            return Err(Error::WrongStatus(status_word(item.status)));
        }
        let key = self.next_key(no, 0)?;
        let arrival = self.arrival(actor, no, place)?;
        let created = self.created(key.clone(), domain, item, Some(arrival), reason)?;
        let mut events = vec![created.into()];
        events.extend(self.resolved_by(&key, &item.sources));
        Ok(events)
    }

    /// The event of a new item, its lists and parent checked.
    pub(crate) fn created(
        &self,
        key: ItemKey,
        domain: &DomainId,
        item: &NewItem,
        arrival: Option<Arrival>,
        reason: &Reason,
    ) -> Result<ItemCreated, Error> {
        self.check_lists(None, &item.labels, item.people.len(), &item.sources)?;
        if let Some(parent) = &item.parent {
            self.check_parent(None, &key, parent)?;
        }
        self.open_goal(item.goal.as_ref())?;
        Ok(ItemCreated {
            item: key,
            domain: domain.clone(),
            kind: item.kind,
            status: item.status,
            title: item.title.clone(),
            text: item.text.clone(),
            parent: item.parent.clone(),
            labels: sorted(&item.labels),
            estimate: item.estimate,
            value: item.value,
            moscow: item.moscow,
            goal: item.goal.clone(),
            people: each_once(&item.people),
            sources: each_once(&item.sources),
            aliases: Vec::new(),
            arrival,
            split_from: None,
            imported: false,
            reason: reason.clone(),
        })
    }

    pub(crate) fn check_lists(
        &self,
        holder: Option<ItemNo>,
        labels: &[Label],
        people: usize,
        sources: &[Source],
    ) -> Result<(), Error> {
        bounded("labels", labels.len(), LIST_MAX)?;
        bounded("people", people, LIST_MAX)?;
        // What an item has from those that went into it may be given back, if less.
        let held = holder.and_then(|no| self.item(no)).map_or(0, |item| item.sources.len());
        bounded("source links", sources.len(), SOURCES_MAX.max(held))?;
        for source in sources {
            if let Some(other) = self.item_by_source(source).filter(|other| Some(*other) != holder)
            {
                return Err(Error::SourceTaken {
                    source_link: source.clone(),
                    item: self.key_or_broken(other)?,
                });
            }
        }
        Ok(())
    }

    /// A parent that is there, at most [`DEPTH_MAX`] levels up, and not a descendant of the item.
    pub(crate) fn check_parent(
        &self,
        no: Option<ItemNo>,
        key: &ItemKey,
        parent: &ItemKey,
    ) -> Result<(), Error> {
        let mut path = vec![key.clone()];
        let mut above =
            Some(self.item_no(parent).ok_or_else(|| Error::UnknownItem(parent.clone()))?);
        while let Some(at) = above {
            path.push(self.key_or_broken(at)?);
            if Some(at) == no {
                return Err(Error::ParentCycle { path });
            }
            if path.len() > DEPTH_MAX + 1 {
                return Err(Error::TooDeep { item: key.clone(), limit: DEPTH_MAX });
            }
            above = self.item(at).and_then(|item| item.parent);
        }
        // What hangs below the item comes along.
        let below = no.map_or(0, |no| self.depth_below(no, DEPTH_MAX + 1));
        if path.len() - 1 + below > DEPTH_MAX {
            return Err(Error::TooDeep { item: key.clone(), limit: DEPTH_MAX });
        }
        Ok(())
    }

    /// How many levels hang below an item. One look at each descendant: a family is small, and no deeper than the limit.
    fn depth_below(&self, no: ItemNo, limit: usize) -> usize {
        if limit == 0 {
            return 0;
        }
        self.children(no).map(|child| 1 + self.depth_below(child, limit - 1)).max().unwrap_or(0)
    }

    pub(crate) fn update_item(
        &self,
        actor: &Actor,
        key: &ItemKey,
        to: &ItemChanges,
        reason: &Reason,
        expected: Option<Version>,
    ) -> Result<Vec<Event>, Error> {
        let (no, item) = self.find(key, expected)?;
        // An impediment that becomes something else is an item like any other.
        for kind in [item.kind, to.kind.unwrap_or(item.kind)] {
            self.may(actor, Act::to_edit(kind), &[self.domain_of(item)?])?;
        }
        if let Some(status) = to.status {
            if !item.status.is_open() {
                return Err(Error::NotOpen { item: key.clone(), status: status_word(item.status) });
            }
            if !status.is_open() {
                return Err(Error::WrongStatus(status_word(status)));
            }
        }
        let people = to.people.as_ref().map_or(0, Vec::len);
        self.check_lists(
            Some(no),
            to.labels.as_deref().unwrap_or(&[]),
            people,
            to.sources.as_deref().unwrap_or(&[]),
        )?;
        if let Some(Some(parent)) = &to.parent {
            self.check_parent(Some(no), key, parent)?;
        }
        self.open_goal(to.goal.as_ref().and_then(Option::as_ref))?;
        let mut events: Vec<Event> =
            self.updated(key, item, to, None, false, reason).into_iter().map(Event::from).collect();
        if let Some(sources) = &to.sources {
            events.extend(self.resolved_by(key, sources));
        }
        Ok(events)
    }

    /// The event of what really changes, if anything does.
    pub(crate) fn updated(
        &self,
        key: &ItemKey,
        item: &Item,
        to: &ItemChanges,
        aliases: Option<&Vec<Source>>,
        imported: bool,
        reason: &Reason,
    ) -> Option<ItemUpdated> {
        let parent_now = item.parent.and_then(|parent| self.key(parent));
        let labels = to.labels.as_deref().map(sorted);
        let text = to.text.as_ref().filter(|text| {
            if text.is_empty() {
                item.text.version != Version(0)
            } else {
                text.fingerprint() != item.text.fingerprint
            }
        });
        let people = to.people.as_ref().map(each_once);
        let sources = to.sources.as_ref().map(each_once);
        let nothing = ItemUpdated { imported, reason: reason.clone(), ..ItemUpdated::nothing(key) };
        let updated = ItemUpdated {
            title: changed(&item.title, to.title.as_ref()),
            text: text.cloned(),
            kind: changed(&item.kind, to.kind.as_ref()),
            status: changed(&item.status, to.status.as_ref()),
            parent: changed(&parent_now, to.parent.as_ref()),
            labels: changed(&item.labels, labels.as_ref()),
            estimate: changed(&item.estimate, to.estimate.as_ref()),
            value: changed(&item.value, to.value.as_ref()),
            moscow: changed(&item.moscow, to.moscow.as_ref()),
            goal: changed(&self.goal_id(item.goal), to.goal.as_ref()),
            people: changed(&item.people, people.as_ref()),
            sources: changed(&item.sources, sources.as_ref()),
            aliases: changed(&item.aliases, aliases),
            ..nothing.clone()
        };
        (updated != nothing).then_some(updated)
    }

    pub(crate) fn move_item(
        &self,
        actor: &Actor,
        key: &ItemKey,
        domain: &DomainId,
        reason: &Reason,
        expected: Option<Version>,
    ) -> Result<Vec<Event>, Error> {
        let (_, item) = self.find(key, expected)?;
        self.find_domain(domain)?;
        self.may(actor, Act::MoveItem, &[self.domain_of(item)?, domain])?;
        self.give(key, domain, reason)
    }

    /// As [`Self::move_item`], for whoever may.
    pub(crate) fn give(
        &self,
        key: &ItemKey,
        domain: &DomainId,
        reason: &Reason,
    ) -> Result<Vec<Event>, Error> {
        let (_, item) = self.find(key, None)?;
        let from = self.domain_of(item)?;
        let (to_no, _) = self.find_domain(domain)?;
        if from == domain {
            return Ok(Vec::new());
        }
        self.not_pinned(key, item)?;
        let (from, to, reason) = (from.clone(), domain.clone(), reason.clone());
        let moved =
            ItemMoved { item: key.clone(), from, to, imported: false, decision: None, reason };
        // Nobody is asked for something by an item of their own.
        let asked = item.requests.iter().any(|request| request.domain == to_no);
        let settled = asked.then(|| RequestWithdrawn {
            item: key.clone(),
            domain: domain.clone(),
            imported: false,
            reason: Reason::default(),
        });
        Ok([moved.into()].into_iter().chain(settled.map(Event::from)).collect())
    }

    pub(crate) fn complete_item(
        &self,
        actor: &Actor,
        key: &ItemKey,
        reason: &Reason,
        expected: Option<Version>,
    ) -> Result<Vec<Event>, Error> {
        let (no, item) = self.find_open(key, expected)?;
        self.may(actor, Act::CloseItem, &[self.domain_of(item)?])?;
        let from = Some(self.spot(&self.order, no)?);
        Ok(vec![
            ItemCompleted { item: key.clone(), from, imported: false, reason: reason.clone() }
                .into(),
        ])
    }

    pub(crate) fn drop_item(
        &self,
        actor: &Actor,
        key: &ItemKey,
        reason: &Reason,
        expected: Option<Version>,
    ) -> Result<Vec<Event>, Error> {
        let (_, item) = self.find_open(key, expected)?;
        self.may(actor, Act::CloseItem, &[self.domain_of(item)?])?;
        self.dropped(key, reason)
    }

    /// As [`Self::drop_item`], for whoever may.
    pub(crate) fn dropped(&self, key: &ItemKey, reason: &Reason) -> Result<Vec<Event>, Error> {
        let (no, item) = self.find_open(key, None)?;
        if reason.is_empty() {
            return Err(Error::ReasonMissing("dropping an item"));
        }
        self.not_pinned(key, item)?;
        let from = Some(self.spot(&self.order, no)?);
        Ok(vec![
            ItemDropped {
                item: key.clone(),
                from,
                imported: false,
                decision: None,
                reason: reason.clone(),
            }
            .into(),
        ])
    }

    pub(crate) fn reopen_item(
        &self,
        actor: &Actor,
        key: &ItemKey,
        place: Option<&Place>,
        reason: &Reason,
        expected: Option<Version>,
    ) -> Result<Vec<Event>, Error> {
        let (_, item) = self.find(key, expected)?;
        let domain = self.domain_of(item)?;
        self.may(actor, Act::CloseItem, &[domain])?;
        if item.status.is_open() {
            return Err(Error::AlreadyOpen(key.clone()));
        }
        // A deleted domain takes nothing in.
        self.find_domain(domain)?;
        let arrival = self.arrival(actor, item.domain, place)?;
        let (item, reason) = (key.clone(), reason.clone());
        Ok(vec![
            ItemReopened { item, status: Status::Ready, arrival, imported: false, reason }.into(),
        ])
    }
}
