//! Folding in links and requests.

use std::{collections::HashSet, sync::Arc};

use crate::{
    event::{
        LinkAdded, LinkData, LinkRemoved, LinkResolved, RequestMade, RequestWithdrawn, TargetData,
    },
    item::{Link, LinkTarget, Request, Unresolved},
    order::ItemNo,
    product::Product,
    text::Source,
};

use super::{Fold, Why};

impl Product {
    pub(super) fn link_added(&mut self, e: &LinkAdded, fold: &Fold<'_>) -> Result<(), Why> {
        let no = self.known(&e.item)?;
        let link = self.link(&e.link)?;
        if let LinkTarget::Pending(pending) = &link.target {
            self.waiting.extend(pending.names.iter().map(|name| (name.clone(), no)));
        }
        self.edit(no, fold, |item| item.links.push(link))
    }

    pub(super) fn link_removed(&mut self, e: &LinkRemoved, fold: &Fold<'_>) -> Result<(), Why> {
        let no = self.known(&e.item)?;
        let gone = self.link(&e.link)?;
        self.edit(no, fold, |item| {
            item.links.retain(|link| !link.is_tie(gone.kind, &gone.target));
        })?;
        if let LinkTarget::Pending(pending) = &gone.target {
            self.stop_waiting(no, pending);
        }
        Ok(())
    }

    pub(super) fn link_resolved(&mut self, e: &LinkResolved, fold: &Fold<'_>) -> Result<(), Why> {
        let no = self.known(&e.item)?;
        let to_no = self.known(&e.to)?;
        let named = self.item(to_no).ok_or_else(|| Why::Item(e.to.clone()))?;
        // Sources of one text may mean different items: only what goes by a name of this one is resolved.
        let answers: HashSet<Source> =
            named.sources.iter().chain(&named.aliases).cloned().collect();
        let to = LinkTarget::Item(to_no);
        let mut resolved = Vec::new();
        self.edit(no, fold, |item| {
            for link in item.links.iter_mut().filter(|link| link.kind == e.kind) {
                if let LinkTarget::Pending(pending) = &link.target
                    && pending.raw == e.raw
                    && pending.names.iter().any(|name| answers.contains(name))
                {
                    resolved.push(Arc::clone(pending));
                    link.target = to.clone();
                }
            }
            each_tie_once(&mut item.links);
        })?;
        if resolved.is_empty() {
            return Err(Why::Other("there is no such pending link"));
        }
        for pending in resolved {
            self.stop_waiting(no, &pending);
        }
        Ok(())
    }

    pub(super) fn request_made(&mut self, e: &RequestMade, fold: &Fold<'_>) -> Result<(), Why> {
        let no = self.known(&e.item)?;
        let domain = self.known_domain(&e.domain)?;
        let (ask, since, imported) = (e.ask.clone(), fold.version, e.imported);
        self.edit(no, fold, |item| {
            item.requests.retain(|request| request.domain != domain);
            item.requests.push(Request { domain, ask, since, imported });
        })
    }

    pub(super) fn request_withdrawn(
        &mut self,
        e: &RequestWithdrawn,
        fold: &Fold<'_>,
    ) -> Result<(), Why> {
        let no = self.known(&e.item)?;
        let domain = self.known_domain(&e.domain)?;
        self.edit(no, fold, |item| item.requests.retain(|request| request.domain != domain))
    }

    /// Takes `no` off the waiting list for names that no other pending link of it goes by.
    fn stop_waiting(&mut self, no: ItemNo, unresolved: &Unresolved) {
        for name in &unresolved.names {
            let still = self.item(no).is_some_and(|item| {
                item.links.iter().any(|link| match &link.target {
                    LinkTarget::Pending(other) => other.names.contains(name),
                    LinkTarget::Item(_) | LinkTarget::Uri(_) => false,
                })
            });
            if !still {
                self.waiting.remove(&(name.clone(), no));
            }
        }
    }

    fn link(&self, data: &LinkData) -> Result<Link, Why> {
        let target = match &data.target {
            TargetData::Item(key) => LinkTarget::Item(self.known(key)?),
            TargetData::Pending { raw, names, external } => {
                let (raw, names, external) = (raw.clone(), names.clone(), *external);
                LinkTarget::Pending(Arc::new(Unresolved { raw, names, external }))
            }
            TargetData::Uri(uri) => LinkTarget::Uri(uri.clone()),
        };
        Ok(Link { kind: data.kind, target, imported: data.imported })
    }
}

/// What came to mean the same becomes one; if people made it, too, it is theirs.
fn each_tie_once(links: &mut Vec<Link>) {
    let mut once: Vec<Link> = Vec::with_capacity(links.len());
    for link in links.drain(..) {
        match once.iter_mut().find(|same| same.is_tie(link.kind, &link.target)) {
            Some(same) => same.imported &= link.imported,
            None => once.push(link),
        }
    }
    *links = once;
}
