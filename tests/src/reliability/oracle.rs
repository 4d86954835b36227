//! The rules of the order, said once more and naively: what a command does to one plain list, or why it is refused.
//!
//! Taken from the specification, not from the code. A refused command may have several reasons; the server names one.

use tonic::Code;

use super::{
    command::{Anchor, Call, Command, Place},
    model::{Item, LastMove, Model},
};

/// All codes with which a command may be refused; none if it is to be accepted.
pub type Reasons = Vec<Code>;

/// The domains by the numbers of their POs; number 0 is the Chief PO.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The ids of the domains.
    pub domains: Vec<String>,
}

/// What the steps of one decision share.
struct Deciding<'a> {
    rules: &'a Rules,
    model: Model,
    actor: usize,
    version: u64,
    reasons: Reasons,
}

impl Rules {
    /// The model after a call that makes this version.
    ///
    /// # Errors
    /// Why the call is refused.
    pub fn decide(&self, model: &Model, call: &Call, version: u64) -> Result<Model, Reasons> {
        let (model, actor) = (model.clone(), call.actor);
        let mut deciding = Deciding { rules: self, model, actor, version, reasons: Vec::new() };
        deciding.decide(call);
        if deciding.reasons.is_empty() { Ok(deciding.model) } else { Err(deciding.reasons) }
    }
}

impl Deciding<'_> {
    fn refuse(&mut self, code: Code) {
        self.reasons.push(code);
    }

    fn is_chief(&self) -> bool {
        self.actor == 0
    }

    /// Refuses whoever is neither the Chief PO nor the PO of this domain.
    fn only_own(&mut self, domain: &str) {
        let own = self.actor.checked_sub(1).and_then(|at| self.rules.domains.get(at));
        if !self.is_chief() && own.is_none_or(|own| own != domain) {
            self.refuse(Code::PermissionDenied);
        }
    }

    fn only_chief(&mut self) {
        if !self.is_chief() {
            self.refuse(Code::PermissionDenied);
        }
    }

    /// The item, if there is one; checks what the caller saw of it.
    fn known(&mut self, key: &str, expected: u64) -> Option<Item> {
        let Some(item) = self.model.items.get(key).cloned() else {
            self.refuse(Code::NotFound);
            return None;
        };
        if expected != 0 && expected != item.changed {
            self.refuse(Code::Aborted);
        }
        Some(item)
    }

    /// The item, if it is open.
    fn open(&mut self, key: &str, expected: u64) -> Option<Item> {
        let item = self.known(key, expected)?;
        if self.model.is_open(key) {
            return Some(item);
        }
        self.refuse(Code::FailedPrecondition);
        None
    }

    fn not_pinned(&mut self, item: &Item) {
        if item.pinned {
            self.refuse(Code::FailedPrecondition);
        }
    }

    fn changed(&mut self, key: &str) {
        self.model.items.get_mut(key).unwrap().changed = self.version;
    }

    fn decide(&mut self, call: &Call) {
        let expected = call.expected;
        match &call.command {
            Command::Create { domain, title, place } => self.create(domain, title, place.as_ref()),
            Command::Retitle { item, title } => {
                let Some(found) = self.known(item, expected) else { return };
                self.only_own(&found.domain);
                if found.title != *title && self.reasons.is_empty() {
                    self.model.items.get_mut(item).unwrap().title.clone_from(title);
                    self.changed(item);
                }
            }
            Command::Rank { item, place } => {
                if self.open(item, expected).is_none() {
                    return;
                }
                self.only_chief();
                let to = self.place_in_product(Some(item), place);
                self.rank(item, to);
            }
            Command::Reorder { item, place } => {
                let Some(found) = self.open(item, expected) else { return };
                self.only_own(&found.domain);
                self.not_pinned(&found);
                let k = self.turn_in_domain(&found.domain, Some(item), place);
                self.reorder(item, k);
            }
            Command::Pin { item } | Command::Unpin { item } => {
                let Some(found) = self.open(item, expected) else { return };
                self.only_chief();
                let pin = matches!(call.command, Command::Pin { .. });
                if !pin && !found.pinned {
                    self.refuse(Code::FailedPrecondition);
                }
                if found.pinned != pin && self.reasons.is_empty() {
                    self.model.items.get_mut(item).unwrap().pinned = pin;
                    self.changed(item);
                }
            }
            Command::Undo { version } => self.undo(*version),
            Command::Move { item, domain } => self.give(item, domain, expected),
            Command::Complete { item } => {
                let Some(found) = self.open(item, expected) else { return };
                self.only_own(&found.domain);
                self.close(item, "done");
            }
            Command::Drop { item } => {
                let Some(found) = self.open(item, expected) else { return };
                self.only_own(&found.domain);
                self.not_pinned(&found);
                self.close(item, "dropped");
            }
            Command::Reopen { item, place } => {
                let Some(found) = self.known(item, expected) else { return };
                self.only_own(&found.domain);
                if self.model.is_open(item) {
                    self.refuse(Code::FailedPrecondition);
                }
                self.arrive(
                    item,
                    place.as_ref(),
                    |model| {
                        "ready".clone_into(&mut model.items.get_mut(item).unwrap().status);
                    },
                    &found.domain,
                );
            }
        }
    }

    fn create(&mut self, domain: &str, title: &str, place: Option<&Place>) {
        self.only_own(domain);
        let prefix = domain.to_uppercase();
        let mine = |key: &&String| key.split_once('-').is_some_and(|(domain, _)| domain == prefix);
        let key = format!("{prefix}-{}", self.model.items.keys().filter(mine).count() + 1);
        let item = Item {
            domain: domain.to_owned(),
            pinned: false,
            status: "new".to_owned(),
            title: title.to_owned(),
            changed: self.version,
            last_move: None,
        };
        self.arrive(&key, place, |model| drop(model.items.insert(key.clone(), item)), domain);
    }

    /// An item that comes into the order: from the Chief PO at a place of the whole, from a domain PO with a turn at the
    /// end, while it takes the place asked for in the sub-backlog.
    fn arrive(
        &mut self,
        key: &str,
        place: Option<&Place>,
        make: impl FnOnce(&mut Model),
        domain: &str,
    ) {
        let end = self.model.order.len();
        let unpinned = self.model.unpinned(domain);
        let bottom = Place { anchor: Anchor::Bottom, seen: None };
        let place = place.unwrap_or(&bottom);
        let (turn, k) = if self.is_chief() || *place == bottom {
            let to = if *place == bottom { Some(end) } else { self.place_in_product(None, place) };
            let above = &self.model.order[..to.unwrap_or(0)];
            (to, Some(unpinned.iter().filter(|key| above.contains(key)).count()))
        } else {
            (Some(end), self.turn_in_domain(domain, None, place))
        };
        if let (Some(turn), Some(k), true) = (turn, k, self.reasons.is_empty()) {
            make(&mut self.model);
            self.model.arrive(key, turn, k);
            self.changed(key);
        }
    }

    fn give(&mut self, key: &str, domain: &str, expected: u64) {
        let Some(found) = self.known(key, expected) else { return };
        self.only_own(&found.domain);
        self.only_own(domain);
        if found.domain == domain {
            return;
        }
        self.not_pinned(&found);
        if self.reasons.is_empty() {
            let item = self.model.items.get_mut(key).unwrap();
            domain.clone_into(&mut item.domain);
            item.last_move = None;
            self.changed(key);
        }
    }

    fn close(&mut self, key: &str, status: &str) {
        if self.reasons.is_empty() {
            self.model.leave(key, status);
            self.changed(key);
        }
    }

    /// Moves an item to an index of the order without it.
    fn rank(&mut self, key: &str, to: Option<usize>) {
        let (Some(to), true) = (to, self.reasons.is_empty()) else { return };
        let from = self.model.place(key).unwrap();
        if from == to {
            return;
        }
        let after = from.checked_sub(1).map(|place| self.model.order[place].clone());
        let before = self.model.order.get(from + 1).cloned();
        self.model.order.remove(from);
        self.model.order.insert(to, key.to_owned());
        let last = LastMove { version: self.version, ranked: true, after, before };
        self.model.items.get_mut(key).unwrap().last_move = Some(last);
        self.changed(key);
    }

    /// Moves an item to an index of its domain's unpinned items without it.
    fn reorder(&mut self, key: &str, to: Option<usize>) {
        let (Some(to), true) = (to, self.reasons.is_empty()) else { return };
        let domain = self.model.items[key].domain.clone();
        let mut own = self.model.unpinned(&domain);
        let from = own.iter().position(|other| other == key).unwrap();
        if from == to {
            return;
        }
        let after = from.checked_sub(1).map(|place| own[place].clone());
        let before = own.get(from + 1).cloned();
        own.remove(from);
        own.insert(to, key.to_owned());
        self.model.permute(&domain, &own);
        let last = LastMove { version: self.version, ranked: false, after, before };
        self.model.items.get_mut(key).unwrap().last_move = Some(last);
        self.changed(key);
    }

    fn undo(&mut self, version: u64) {
        let moved = |(_, item): &(&String, &Item)| {
            item.last_move.as_ref().is_some_and(|last| last.version == version)
        };
        let found = self.model.items.iter().find(moved);
        let Some((key, item)) = found.map(|(key, item)| (key.clone(), item.clone())) else {
            self.refuse(Code::FailedPrecondition);
            return;
        };
        let last = item.last_move.clone().unwrap();
        let mut list = if last.ranked {
            self.only_chief();
            self.model.order.clone()
        } else {
            self.only_own(&item.domain);
            self.not_pinned(&item);
            self.model.unpinned(&item.domain)
        };
        list.retain(|other| *other != key);
        let at = |other: Option<&String>| list.iter().position(|listed| Some(listed) == other);
        let below = last.after.as_ref().and_then(|after| at(Some(after))).map(|at| at + 1);
        let above = last.before.as_ref().and_then(|before| at(Some(before)));
        // Both gone: the end at which it was, if it was at one.
        let end = match (&last.after, &last.before) {
            (None, _) => Some(0),
            (Some(_), None) => Some(list.len()),
            (Some(_), Some(_)) => None,
        };
        let to = below.or(above).or(end);
        if to.is_none() {
            self.refuse(Code::FailedPrecondition);
        }
        if last.ranked { self.rank(&key, to) } else { self.reorder(&key, to) }
    }

    /// The index in the whole order, without the moved item, that a place means.
    fn place_in_product(&mut self, moved: Option<&str>, place: &Place) -> Option<usize> {
        let list = self.model.order.clone();
        self.resolve(&list, moved, place)
    }

    /// The index among a domain's unpinned items, without the moved one, that a place in its sub-backlog means.
    fn turn_in_domain(
        &mut self,
        domain: &str,
        moved: Option<&str>,
        place: &Place,
    ) -> Option<usize> {
        if let Anchor::Before(anchor) | Anchor::After(anchor) = &place.anchor
            && self.model.is_open(anchor)
            && self.model.items[anchor].domain != domain
        {
            self.refuse(Code::InvalidArgument);
            return None;
        }
        let list = self.model.domain(domain);
        let gap = self.resolve(&list, moved, place)?;
        let without = list.iter().filter(|key| moved != Some(key.as_str()));
        let above = without.take(gap);
        Some(above.filter(|key| !self.model.items[*key].pinned).count())
    }

    /// The gap in a list, without the moved item, that a place means, after the check of the neighbours.
    fn resolve(&mut self, list: &[String], moved: Option<&str>, place: &Place) -> Option<usize> {
        let own = list.iter().position(|key| Some(key.as_str()) == moved);
        let list: Vec<&String> = list.iter().filter(|key| moved != Some(key.as_str())).collect();
        let gap = match &place.anchor {
            Anchor::Top => 0,
            Anchor::Bottom => list.len(),
            Anchor::Before(anchor) | Anchor::After(anchor) => {
                if !self.model.items.contains_key(anchor) {
                    self.refuse(Code::NotFound);
                    return None;
                }
                let below = usize::from(matches!(place.anchor, Anchor::After(_)));
                match list.iter().position(|key| *key == anchor) {
                    Some(at) => at + below,
                    None if moved == Some(anchor.as_str()) => own?,
                    None => {
                        self.refuse(Code::FailedPrecondition);
                        return None;
                    }
                }
            }
        };
        let Some(seen) = &place.seen else { return Some(gap) };
        let above = gap.checked_sub(1).map(|at| list[at]);
        let other = match &place.anchor {
            Anchor::Top | Anchor::After(_) => list.get(gap).copied(),
            Anchor::Bottom | Anchor::Before(_) => above,
        };
        if seen.as_ref().is_some_and(|seen| !self.model.items.contains_key(seen)) {
            self.refuse(Code::NotFound);
        }
        // It stands in the gap: whoever looked saw it there.
        let is_moved = seen.is_some() && seen.as_deref() == moved && own == Some(gap);
        if other != seen.as_ref() && !is_moved {
            self.refuse(Code::Aborted);
        }
        Some(gap)
    }
}
