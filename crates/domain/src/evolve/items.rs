//! Folding in items and their fields.

use std::sync::Arc;

use crate::{
    event::{ItemCreated, ItemUpdated, SourceTold},
    item::{Fields, Item, Status, TextRef},
    news::Stamp,
    order::{ItemNo, Letter},
    product::{Product, index},
    text::{Source, Text},
};

use super::{Fold, Why};

impl Product {
    pub(super) fn item_created(&mut self, e: &ItemCreated, fold: &mut Fold<'_>) -> Result<(), Why> {
        let no = ItemNo(self.items_len());
        let domain = self.known_domain(&e.domain)?;
        let parent = self.known_opt(e.parent.as_ref())?;
        let goal = self.known_goal(e.goal.as_ref())?;
        self.number(no, e)?;
        self.items.push_back(Arc::new(Item {
            key_domain: domain,
            number: e.item.number,
            domain,
            kind: e.kind,
            status: e.status,
            moscow: e.moscow,
            goal,
            title: e.title.clone(),
            text: text_ref(&e.text, fold),
            parent,
            estimate: e.estimate,
            value: e.value,
            labels: e.labels.clone(),
            people: e.people.clone(),
            sources: e.sources.clone(),
            aliases: e.aliases.clone(),
            links: Vec::new(),
            requests: Vec::new(),
            pin: None,
            closed: None,
            last_move: None,
            decided: if e.imported { Fields::default() } else { told(e) },
            news: None,
            created_at: fold.time,
            changed: fold.version,
            changed_at: fold.time,
        }));
        self.children.extend(parent.map(|parent| (parent, no)));
        self.hold_sources(no, &e.sources);
        self.hold_aliases(no, &e.aliases);
        match &e.arrival {
            Some(arrival) => self.arrive(no, arrival, fold),
            None => self.put_away(no, Letter::free(domain), fold),
        }
    }

    /// Gives an item the next number of its domain.
    fn number(&mut self, no: ItemNo, e: &ItemCreated) -> Result<(), Why> {
        let domain = self.known_domain(&e.domain)?;
        let slot = self.domains.get_mut(usize::from(domain.0));
        let domain = Arc::make_mut(slot.ok_or_else(|| Why::Domain(e.domain.clone()))?);
        domain.numbers.push_back(no);
        let next = usize::try_from(e.item.number).is_ok_and(|n| n == domain.numbers.len());
        if domain.key == e.item.domain && next {
            Ok(())
        } else {
            Err(Why::Other("the item's key is not the domain's next"))
        }
    }

    pub(super) fn item_updated(&mut self, e: &ItemUpdated, fold: &Fold<'_>) -> Result<(), Why> {
        let no = self.known(&e.item)?;
        let mut parent = self.item(no).and_then(|item| item.parent);
        if let Some(change) = &e.parent {
            if let Some(parent) = parent {
                self.children.remove(&(parent, no));
            }
            parent = self.known_opt(change.to.as_ref())?;
            self.children.extend(parent.map(|parent| (parent, no)));
        }
        if let Some(sources) = &e.sources {
            for source in &sources.from {
                self.sources.remove(source);
            }
            self.hold_sources(no, &sources.to);
        }
        if let Some(aliases) = &e.aliases {
            for alias in &aliases.from {
                self.aliases.remove(&(alias.clone(), no));
            }
            self.hold_aliases(no, &aliases.to);
        }
        let text = e.text.as_ref().map(|text| text_ref(text, fold));
        let goal = e.goal.as_ref().map(|goal| self.known_goal(goal.to.as_ref())).transpose()?;
        self.edit(no, fold, |item| {
            item.parent = parent;
            item.goal = goal.unwrap_or(item.goal);
            set_fields(item, e, text);
            item.decide(changed(e), e.imported);
        })
    }

    /// News that changes nothing is no change of the item: only of what moment it is gets known.
    pub(super) fn source_told(&mut self, e: &SourceTold) -> Result<(), Why> {
        let no = self.known(&e.item)?;
        let slot = self.items.get_mut(index(no));
        let item = Arc::make_mut(slot.ok_or(Why::Other("the item is not there"))?);
        let fields = e.fields.iter().fold(Fields::default(), |all, field| all.with(field.alone()));
        let news = Arc::make_mut(item.news.get_or_insert_default());
        news.note(Stamp { at: e.at, tie: e.tie }, fields, &e.entries);
        Ok(())
    }

    fn hold_sources(&mut self, no: ItemNo, sources: &[Source]) {
        self.sources.extend(sources.iter().map(|source| (source.clone(), no)));
    }

    fn hold_aliases(&mut self, no: ItemNo, aliases: &[Source]) {
        self.aliases.extend(aliases.iter().map(|alias| (alias.clone(), no)));
    }
}

/// Sets the fields that an update names; the parent is set where its children are.
fn set_fields(item: &mut Item, e: &ItemUpdated, text: Option<TextRef>) {
    if let Some(change) = &e.title {
        item.title = change.to.clone();
    }
    if let Some(text) = text {
        item.text = text;
    }
    if let Some(change) = &e.kind {
        item.kind = change.to;
    }
    if let Some(change) = &e.status {
        item.status = change.to;
    }
    if let Some(change) = &e.labels {
        item.labels.clone_from(&change.to);
    }
    if let Some(change) = &e.estimate {
        item.estimate = change.to;
    }
    if let Some(change) = &e.value {
        item.value = change.to;
    }
    if let Some(change) = &e.moscow {
        item.moscow = change.to;
    }
    if let Some(change) = &e.people {
        item.people.clone_from(&change.to);
    }
    if let Some(change) = &e.sources {
        item.sources.clone_from(&change.to);
    }
    if let Some(change) = &e.aliases {
        item.aliases.clone_from(&change.to);
    }
}

fn all(fields: &[(bool, Fields)]) -> Fields {
    let given = fields.iter().filter(|(given, _)| *given);
    given.fold(Fields::default(), |all, (_, field)| all.with(*field))
}

/// The fields that an update names.
fn changed(e: &ItemUpdated) -> Fields {
    all(&[
        (e.title.is_some(), Fields::TITLE),
        (e.text.is_some(), Fields::TEXT),
        (e.kind.is_some(), Fields::KIND),
        (e.status.is_some(), Fields::STATUS),
        (e.parent.is_some(), Fields::PARENT),
        (e.labels.is_some(), Fields::LABELS),
        (e.estimate.is_some(), Fields::ESTIMATE),
        (e.value.is_some(), Fields::VALUE),
        (e.moscow.is_some(), Fields::MOSCOW),
        (e.people.is_some(), Fields::PEOPLE),
    ])
}

/// The fields that whoever made an item filled in.
fn told(e: &ItemCreated) -> Fields {
    all(&[
        (true, Fields::TITLE),
        (true, Fields::KIND),
        (true, Fields::DOMAIN),
        (!e.text.is_empty(), Fields::TEXT),
        (e.status != Status::New, Fields::STATUS),
        (e.parent.is_some(), Fields::PARENT),
        (!e.labels.is_empty(), Fields::LABELS),
        (e.estimate.is_some(), Fields::ESTIMATE),
        (e.value.is_some(), Fields::VALUE),
        (e.moscow.is_some(), Fields::MOSCOW),
        (!e.people.is_empty(), Fields::PEOPLE),
    ])
}

fn text_ref(text: &Text, fold: &Fold<'_>) -> TextRef {
    if text.is_empty() {
        TextRef::default()
    } else {
        TextRef { version: fold.version, fingerprint: text.fingerprint() }
    }
}
