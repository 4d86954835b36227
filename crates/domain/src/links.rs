//! Commands on ties between items and on requests to other domains.

use std::collections::HashSet;

use crate::{
    command::{LinkEnd, LinkTo},
    error::Error,
    event::{
        Event, LinkAdded, LinkData, LinkRemoved, LinkResolved, RequestMade, RequestWithdrawn,
        TargetData,
    },
    ids::{DomainId, ItemKey, Version},
    item::{Item, LIST_MAX, Link, LinkKind, LinkTarget},
    items::bounded,
    mandate::{Act, Actor},
    order::ItemNo,
    product::{Product, holders},
    text::{Reason, Source},
};

impl Product {
    pub(crate) fn add_link(
        &self,
        actor: &Actor,
        key: &ItemKey,
        link: &LinkTo,
        expected: Option<Version>,
    ) -> Result<Vec<Event>, Error> {
        let (no, item) = self.find(key, expected)?;
        self.may(actor, Act::to_edit(item.kind), &[self.domain_of(item)?])?;
        let target = match &link.target {
            LinkEnd::Item(other) => {
                let (other_no, _) = self.find(other, None)?;
                if other_no == no {
                    return Err(Error::WithItself(key.clone(), "linked to"));
                }
                TargetData::Item(other.clone())
            }
            LinkEnd::Uri(uri) => TargetData::Uri(uri.clone()),
            LinkEnd::Pending(_) => return Err(Error::NoSuchLink(key.clone())),
        };
        if self.linked(item, link).is_some() {
            return Err(Error::LinkExists(key.clone()));
        }
        bounded("links", item.links.len() + 1, LIST_MAX)?;
        let link = LinkData { kind: link.kind, target, imported: false };
        Ok(vec![LinkAdded { item: key.clone(), link }.into()])
    }

    pub(crate) fn remove_link(
        &self,
        actor: &Actor,
        key: &ItemKey,
        link: &LinkTo,
        expected: Option<Version>,
    ) -> Result<Vec<Event>, Error> {
        let (_, item) = self.find(key, expected)?;
        self.may(actor, Act::to_edit(item.kind), &[self.domain_of(item)?])?;
        let link = self.linked(item, link).and_then(|link| self.link_data(link));
        let link = link.ok_or_else(|| Error::NoSuchLink(key.clone()))?;
        Ok(vec![LinkRemoved { item: key.clone(), link }.into()])
    }

    pub(crate) fn link_data(&self, link: &Link) -> Option<LinkData> {
        let target = match &link.target {
            LinkTarget::Item(no) => TargetData::Item(self.key(*no)?),
            LinkTarget::Pending(pending) => TargetData::Pending {
                raw: pending.raw.clone(),
                names: pending.names.clone(),
                external: pending.external,
            },
            LinkTarget::Uri(uri) => TargetData::Uri(uri.clone()),
        };
        Some(LinkData { kind: link.kind, target, imported: link.imported })
    }

    fn linked<'a>(&self, item: &'a Item, wanted: &LinkTo) -> Option<&'a Link> {
        item.links.iter().filter(|link| link.kind == wanted.kind).find(|link| {
            match (&link.target, &wanted.target) {
                (LinkTarget::Item(no), LinkEnd::Item(key)) => self.item_no(key) == Some(*no),
                (LinkTarget::Uri(a), LinkEnd::Uri(b)) => a == b,
                (LinkTarget::Pending(pending), LinkEnd::Uri(uri)) => {
                    pending.external && pending.raw == *uri
                }
                (LinkTarget::Pending(pending), LinkEnd::Pending(raw)) => pending.raw == *raw,
                (LinkTarget::Item(_), LinkEnd::Uri(_) | LinkEnd::Pending(_))
                | (LinkTarget::Uri(_), LinkEnd::Item(_) | LinkEnd::Pending(_))
                | (LinkTarget::Pending(_), LinkEnd::Item(_)) => false,
            }
        })
    }

    pub(crate) fn request_domain(
        &self,
        actor: &Actor,
        key: &ItemKey,
        domain: &DomainId,
        ask: &Reason,
        expected: Option<Version>,
    ) -> Result<Vec<Event>, Error> {
        let (_, item) = self.find(key, expected)?;
        let own = self.domain_of(item)?;
        self.may(actor, Act::to_edit(item.kind), &[own])?;
        let (no, _) = self.find_domain(domain)?;
        if own == domain {
            return Err(Error::OwnDomain { item: key.clone(), domain: domain.clone() });
        }
        if ask.is_empty() {
            return Err(Error::ReasonMissing("a request to another domain (what is asked?)"));
        }
        match item.requests.iter().find(|request| request.domain == no) {
            Some(request) if request.ask == *ask => return Ok(Vec::new()),
            Some(_) => {}
            None => bounded("requests", item.requests.len() + 1, LIST_MAX)?,
        }
        let (item, domain, ask) = (key.clone(), domain.clone(), ask.clone());
        Ok(vec![RequestMade { item, domain, ask, imported: false }.into()])
    }

    pub(crate) fn withdraw_request(
        &self,
        actor: &Actor,
        key: &ItemKey,
        domain: &DomainId,
        reason: &Reason,
        expected: Option<Version>,
    ) -> Result<Vec<Event>, Error> {
        let (_, item) = self.find(key, expected)?;
        self.may(actor, Act::to_edit(item.kind), &[self.domain_of(item)?])?;
        // A request to a domain that was deleted since can be taken back, too.
        let no = self.domain_ids.get(domain).ok_or_else(|| Error::UnknownDomain(domain.clone()))?;
        if !item.requests.iter().any(|request| request.domain == *no) {
            return Err(Error::NoSuchRequest { item: key.clone(), domain: domain.clone() });
        }
        let (item, domain, reason) = (key.clone(), domain.clone(), reason.clone());
        Ok(vec![RequestWithdrawn { item, domain, imported: false, reason }.into()])
    }

    /// What becomes of pending links when an item with these names appears.
    pub(crate) fn resolved_by<'a>(
        &self,
        key: &ItemKey,
        names: impl IntoIterator<Item = &'a Source>,
    ) -> Vec<Event> {
        let own = self.item_no(key);
        let mut events: Vec<Event> = Vec::new();
        let mut done: HashSet<(ItemNo, LinkKind, &Source)> = HashSet::new();
        for name in names {
            for no in holders(&self.waiting, name).filter(|no| Some(*no) != own) {
                let Some((item, waiting)) = self.key(no).zip(self.item(no)) else { continue };
                for link in &waiting.links {
                    if let LinkTarget::Pending(pending) = &link.target
                        && pending.names.contains(name)
                        && done.insert((no, link.kind, &pending.raw))
                    {
                        let (item, raw, to) = (item.clone(), pending.raw.clone(), key.clone());
                        events.push(LinkResolved { item, kind: link.kind, raw, to }.into());
                    }
                }
            }
        }
        events
    }
}
