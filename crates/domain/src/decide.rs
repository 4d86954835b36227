//! From a command to events or a refusal: the one place where commands are told apart.

use crate::{
    command::Command,
    commit::Commit,
    error::Error,
    event::{Event, Spot},
    ids::{DomainId, ItemKey, PersonId, Version},
    item::{Item, Status},
    mandate::{self, Act, Actor},
    order::{Change, DomainNo, ItemNo, Order},
    product::{Domain, Product},
};

impl Product {
    /// What a command would do: the events, none if nothing has to change.
    ///
    /// # Errors
    /// [`Error`]; a refused command leaves nothing behind.
    pub fn decide(&self, command: &Command, actor: &Actor) -> Result<Vec<Event>, Error> {
        if let Command::CreateProduct { name, summary, chief_po } = command {
            return self.create_product(actor, name, summary, chief_po);
        }
        if !self.exists() {
            return Err(Error::UnknownProduct);
        }
        let mut events = self.decide_more(command, actor)?;
        self.note_departures(&mut events)?;
        Ok(events)
    }

    /// As [`Self::decide`], of a product that has begun.
    fn decide_more(&self, command: &Command, actor: &Actor) -> Result<Vec<Event>, Error> {
        match command {
            Command::CreateProduct { .. } => Err(Error::ProductExists),
            Command::UpdateProduct { name, summary, expected } => {
                self.update_product(actor, name.as_ref(), summary.as_ref(), *expected)
            }
            Command::AddDomain { domain, key, name, summary } => {
                self.add_domain(actor, domain, key, name, summary)
            }
            Command::UpdateDomain { domain, name, summary, expected } => {
                self.update_domain(actor, domain, name.as_ref(), summary.as_ref(), *expected)
            }
            Command::DeleteDomain { domain, reason, expected } => {
                self.delete_domain(actor, domain, reason, *expected)
            }
            Command::Cast(command) => self.cast(actor, command),
            Command::Directory(command) => self.mind_gap(actor, command),
            Command::CreateItem { domain, item, place, reason } => {
                self.create_item(actor, domain, item, place.as_ref(), reason)
            }
            Command::UpdateItem { item, changes, reason, expected } => {
                self.update_item(actor, item, changes, reason, *expected)
            }
            Command::RankItem { item, place, with_family, reason, expected } => {
                self.rank_item(actor, item, place, *with_family, reason, *expected)
            }
            Command::ReorderItem { item, place, reason, expected } => {
                self.reorder_item(actor, item, place, reason, *expected)
            }
            Command::PinItem { item, reason, expected } => {
                self.pin_item(actor, item, reason, *expected)
            }
            Command::UnpinItem { item, reason, expected } => {
                self.unpin_item(actor, item, reason, *expected)
            }
            Command::UndoMove { version, reason } => self.undo_move(actor, *version, reason),
            Command::MoveItem { item, domain, reason, expected } => {
                self.move_item(actor, item, domain, reason, *expected)
            }
            Command::SplitItem { item, into, keep, reason, expected } => {
                self.split_item(actor, item, into, *keep, reason, *expected)
            }
            Command::MergeItems { into, items, reason, expected } => {
                self.merge_items(actor, into, items, reason, *expected)
            }
            Command::MarkDuplicate { item, of, reason, expected } => {
                self.mark_duplicate(actor, item, of, reason, *expected)
            }
            Command::CompleteItem { item, reason, expected } => {
                self.complete_item(actor, item, reason, *expected)
            }
            Command::DropItem { item, reason, expected } => {
                self.drop_item(actor, item, reason, *expected)
            }
            Command::ReopenItem { item, place, reason, expected } => {
                self.reopen_item(actor, item, place.as_ref(), reason, *expected)
            }
            Command::AddLink { item, link, expected } => {
                self.add_link(actor, item, link, *expected)
            }
            Command::RemoveLink { item, link, expected } => {
                self.remove_link(actor, item, link, *expected)
            }
            Command::RequestDomain { item, domain, ask, expected } => {
                self.request_domain(actor, item, domain, ask, *expected)
            }
            Command::WithdrawRequest { item, domain, reason, expected } => {
                self.withdraw_request(actor, item, domain, reason, *expected)
            }
            Command::PublishVision { text, reason, expected } => {
                self.publish_vision(actor, text, reason, *expected)
            }
            Command::AddGoal { goal, name, summary } => self.add_goal(actor, goal, name, summary),
            Command::UpdateGoal { goal, name, summary, expected } => {
                self.update_goal(actor, goal, name.as_ref(), summary.as_ref(), *expected)
            }
            Command::CloseGoal { goal, reason, expected } => {
                self.close_goal(actor, goal, reason, *expected)
            }
            Command::AddEntry { entry, reason } => self.add_entry(actor, entry, reason),
            Command::UpdateEntry { entry, changes, reason, expected } => {
                self.update_entry(actor, *entry, changes, reason, *expected)
            }
            Command::RemoveEntry { entry, reason, expected } => {
                self.remove_entry(actor, *entry, reason, *expected)
            }
            Command::StartSync { sync, title } => self.start_sync(actor, sync.as_ref(), title),
            Command::CloseSync { sync, summary, expected } => {
                self.close_sync(actor, sync, summary, *expected)
            }
            Command::Connect(command) => self.connect(actor, command),
            Command::Escalate(command) => self.escalate(actor, command),
            Command::KeepCalendars(command) => self.keep_calendars(actor, command),
            Command::SavePoints { points, reason, expected } => {
                self.save_points(actor, points, reason, *expected)
            }
            Command::Import(items) => self.import(actor, items),
        }
    }

    pub(crate) fn may(&self, actor: &Actor, act: Act, domains: &[&DomainId]) -> Result<(), Error> {
        Ok(mandate::check(self, actor, act, domains)?)
    }

    /// The item, if it is there and unchanged since the caller saw it.
    pub(crate) fn find(
        &self,
        key: &ItemKey,
        expected: Option<Version>,
    ) -> Result<(ItemNo, &Item), Error> {
        let (no, item) = self.item_by_key(key).ok_or_else(|| Error::UnknownItem(key.clone()))?;
        fresh(&key.to_string(), expected, item.changed)?;
        Ok((no, item))
    }

    /// As [`Self::find`], and in the order.
    pub(crate) fn find_open(
        &self,
        key: &ItemKey,
        expected: Option<Version>,
    ) -> Result<(ItemNo, &Item), Error> {
        let (no, item) = self.find(key, expected)?;
        if item.status.is_open() {
            Ok((no, item))
        } else {
            Err(Error::NotOpen { item: key.clone(), status: status_word(item.status) })
        }
    }

    pub(crate) fn find_domain(&self, id: &DomainId) -> Result<(DomainNo, &Domain), Error> {
        self.domain_by_id(id).ok_or_else(|| Error::UnknownDomain(id.clone()))
    }

    pub(crate) fn domain_of(&self, item: &Item) -> Result<&DomainId, Error> {
        self.domain(item.domain)
            .map(|domain| &domain.id)
            .ok_or(Error::Broken("an item without a domain"))
    }

    pub(crate) fn key_or_broken(&self, no: ItemNo) -> Result<ItemKey, Error> {
        self.key(no).ok_or(Error::Broken("an item without a key"))
    }

    /// Where an item stands in `order`.
    pub(crate) fn spot(&self, order: &Order, no: ItemNo) -> Result<Spot, Error> {
        let place = order.place_of(no).ok_or(Error::Broken("an open item without a place"))?;
        let neighbour = |place: Option<u32>| {
            place.and_then(|place| order.item_at(place)).and_then(|no| self.key(no))
        };
        Ok(Spot {
            place: place + 1,
            after: neighbour(place.checked_sub(1)),
            before: neighbour(place.checked_add(1)),
        })
    }

    /// Folds in events that are decided but not yet committed, to decide the next ones on.
    pub(crate) fn foresee(&mut self, events: &[Event]) -> Result<(), Error> {
        let version = self.version;
        let events = events.to_vec();
        let (actor, time) = (PersonId::system(), self.created_at);
        self.apply(&Commit { version: version.next(), time, actor, events })
            .map_err(|_| Error::Broken("events that do not fit the state"))?;
        self.version = version;
        Ok(())
    }

    /// The order after one more change.
    pub(crate) fn after(&self, change: &Change) -> Result<Order, Error> {
        let mut order = self.order.clone();
        order.apply(change).map_err(|_| Error::Broken("a change that does not fit the order"))?;
        Ok(order)
    }
}

pub(crate) fn fresh(what: &str, expected: Option<Version>, current: Version) -> Result<(), Error> {
    match expected {
        Some(expected) if expected != current => {
            Err(Error::Stale { what: what.to_owned(), expected, current })
        }
        Some(_) | None => Ok(()),
    }
}

pub(crate) fn status_word(status: Status) -> &'static str {
    match status {
        Status::New => "new",
        Status::Ready => "ready",
        Status::InProgress => "in progress",
        Status::Done => "done",
        Status::Dropped => "dropped",
    }
}
