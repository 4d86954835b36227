//! A step of the story in words that can be read aloud: what happened, and what it meant for the item.
//!
//! Items other than the one in question are said with their titles of now, the first of several only.

use koepel_domain::{
    commit::Commit,
    event::{Event, ItemRanked},
    ids::ItemKey,
    item::Item,
    language::Language,
    order::ItemNo,
    product::Product,
};

use crate::{
    explain::{How, Step},
    words::{Past, Stands, Together, Words, words},
};

/// So many of several items are said; the ear keeps no more.
const SAID_MAX: usize = 3;

/// A step in words.
#[derive(Clone, Debug, PartialEq)]
pub struct Told<'a> {
    /// What it was, or the first of several that happened together.
    pub event: &'a Event,
    /// What happened. Without a subject if it happened to the item in question, otherwise with it.
    pub sentence: String,
    /// What it meant for the item: "That moved ONLINE-3 down from place 12 to 13"; empty if there is nothing to add.
    pub effect: String,
}

/// Tells a step of an item by the commit that made it. `None` if the commit has nothing of the kind.
#[must_use]
pub fn told<'a>(
    step: &Step,
    commit: &'a Commit<Event>,
    product: &Product,
    item: ItemNo,
    language: Language,
) -> Option<Told<'a>> {
    let key = product.key(item)?;
    let teller = Teller { product, words: words(language) };
    match step.how {
        How::Own => {
            let mut newest_first = commit.events.iter().rev();
            let event =
                newest_first.find(|event| event.item() == Some(&key) && changes_order(event))?;
            let sentence = teller.words.event(event, product);
            Some(Told { event, sentence, effect: teller.went_past(step, event) })
        }
        How::Passed | How::Left => {
            let (event, sentence) = teller.others(step, commit)?;
            let effect = teller.words.moved_by(&key, step.from_place, step.to_place);
            Some(Told { event, sentence, effect })
        }
    }
}

/// Where an item stands now, or that it stands nowhere; empty if there is none.
#[must_use]
pub fn stands(product: &Product, no: ItemNo, language: Language) -> String {
    let words = words(language);
    let Some((key, item)) = product.key(no).zip(product.item(no)) else { return String::new() };
    let titled = words.titled(&key, item.title.as_str());
    let order = product.order();
    let (Some(place), Some(in_domain)) = (order.place_of(no), order.domain_place(no)) else {
        return words.stands_nowhere(&titled, item.status);
    };
    let domain = product.domain(item.domain).map_or("", |domain| domain.name.as_str());
    words.stands(Stands {
        titled: &titled,
        place: (place + 1, order.len()),
        in_domain: (in_domain + 1, order.len_of_domain(item.domain)),
        domain,
        pinned: item.pin.as_ref().map(|pin| pin.reason.as_str().trim_end_matches('.')),
    })
}

/// Who tells of what.
struct Teller<'a> {
    product: &'a Product,
    words: &'a dyn Words,
}

impl Teller<'_> {
    /// What others did, and the event to which it belongs.
    fn others<'e>(&self, step: &Step, commit: &'e Commit<Event>) -> Option<(&'e Event, String)> {
        let keys: Vec<ItemKey> =
            step.passed.iter().filter_map(|no| self.product.key(*no)).collect();
        let events: Vec<&Event> = commit
            .events
            .iter()
            .filter(|event| changes_order(event))
            .filter(|event| event.item().is_some_and(|item| keys.contains(item)))
            .collect();
        let first = *events.first()?;
        if let Some(head) = events.iter().find_map(|event| family_of(event)) {
            return Some(self.family(first, head, commit));
        }
        let subject = self.titled(first.item()?);
        let more = step.passed_total.saturating_sub(1);
        let told = match (more, together(&events)) {
            (0, _) => self.of(&subject, first),
            (_, Some(what)) => self.words.together(&subject, more, what),
            (_, None) => self.words.along(&self.of(&subject, first), more),
        };
        Some((first, told))
    }

    /// A family that moved together: its head, if that moved, or the first of those that came to it.
    fn family<'e>(
        &self,
        first: &'e Event,
        head: &ItemKey,
        commit: &'e Commit<Event>,
    ) -> (&'e Event, String) {
        let members = commit.events.iter().filter(|event| family_of(event) == Some(head)).count();
        let members = u32::try_from(members).unwrap_or(u32::MAX);
        let moved = commit.events.iter().find(|event| {
            matches!(event, Event::ItemRanked(ItemRanked { item, family_of: None, .. }) if item == head)
        });
        if let Some(moved) = moved {
            let told = self.of(&self.titled(head), moved);
            return (moved, self.words.with_family(&told, members));
        }
        let subject = first.item().map_or_else(String::new, |item| self.titled(item));
        if members == 1 {
            return (first, self.of(&subject, first));
        }
        (first, self.words.came_to(&subject, members.saturating_sub(1), head))
    }

    /// What an item itself went past.
    fn went_past(&self, step: &Step, event: &Event) -> String {
        let keys: Vec<ItemKey> =
            step.passed.iter().filter_map(|no| self.product.key(*no)).collect();
        let Some((first, others)) = keys.split_first() else { return String::new() };
        let others = others.iter().take(SAID_MAX - 1).map(ToString::to_string);
        let others = others.take(if step.passed_total == 1 { 0 } else { SAID_MAX });
        self.words.went_past(&Past {
            said: [self.titled(first)].into_iter().chain(others).collect(),
            total: step.passed_total,
            own_domain: matches!(event, Event::ItemReordered(_)),
        })
    }

    /// What happened, with its subject, which comes first in each of the languages.
    fn of(&self, subject: &str, event: &Event) -> String {
        format!("{subject} {}", self.words.event(event, self.product))
    }

    fn titled(&self, key: &ItemKey) -> String {
        let found = self.product.item_by_key(key);
        let titled = |item: &Item| self.words.titled(key, item.title.as_str());
        found.map_or_else(|| key.to_string(), |(_, item)| titled(item))
    }
}

fn family_of(event: &Event) -> Option<&ItemKey> {
    if let Event::ItemRanked(ranked) = event { ranked.family_of.as_ref() } else { None }
}

/// What happened to all of several, if it was the same.
fn together<'a>(events: &[&'a Event]) -> Option<Together<'a>> {
    let all: Option<Vec<Together<'_>>> = events.iter().map(|event| of_several(event)).collect();
    let all = all?;
    let first = *all.first()?;
    all.iter().all(|one| *one == first).then_some(first)
}

/// What happened, of several.
fn of_several(event: &Event) -> Option<Together<'_>> {
    Some(match event {
        Event::ItemCreated(e) if e.imported => Together::Imported,
        Event::ItemCreated(e) => {
            e.split_from.as_ref().map_or(Together::Created, Together::SplitFrom)
        }
        Event::ItemRanked(e) if e.undoes.is_some() => Together::RankUndone,
        Event::ItemRanked(_) => Together::Ranked,
        Event::ItemReordered(e) if e.undoes.is_some() => Together::ReorderUndone,
        Event::ItemReordered(_) => Together::Reordered,
        Event::ItemMerged(e) if e.duplicate => Together::Duplicates(&e.into),
        Event::ItemMerged(e) => Together::Merged(&e.into),
        Event::ItemCompleted(_) => Together::Done,
        Event::ItemDropped(_) => Together::Dropped,
        Event::ItemReopened(_) => Together::Reopened,
        Event::ItemPinned(_)
        | Event::ItemUnpinned(_)
        | Event::ItemMoved(_)
        | Event::ProductCreated(_)
        | Event::ProductUpdated(_)
        | Event::DomainAdded(_)
        | Event::DomainUpdated(_)
        | Event::DomainDeleted(_)
        | Event::RoleGranted(_)
        | Event::RoleRevoked(_)
        | Event::RoleTermChanged(_)
        | Event::DeputyNamed(_)
        | Event::DeputyDismissed(_)
        | Event::QuestionUnanswered(_)
        | Event::GapResolved(_)
        | Event::ItemUpdated(_)
        | Event::ItemSplit(_)
        | Event::LinkAdded(_)
        | Event::LinkRemoved(_)
        | Event::LinkResolved(_)
        | Event::RequestMade(_)
        | Event::RequestWithdrawn(_)
        | Event::VisionPublished(_)
        | Event::GoalAdded(_)
        | Event::GoalUpdated(_)
        | Event::GoalClosed(_)
        | Event::EntryAdded(_)
        | Event::EntryChanged(_)
        | Event::EntryRemoved(_)
        | Event::SyncStarted(_)
        | Event::SyncClosed(_)
        | Event::SourceTold(_)
        | Event::ConnectionAdded(_)
        | Event::ConnectionUpdated(_)
        | Event::ConnectionRemoved(_)
        | Event::EscalationRaised(_)
        | Event::EscalationAcknowledged(_)
        | Event::EscalationRouted(_)
        | Event::EscalationCommented(_)
        | Event::EscalationReminded(_)
        | Event::EscalationOverdue(_)
        | Event::EscalationHandedOver(_)
        | Event::EscalationDecided(_)
        | Event::EscalationWithdrawn(_)
        | Event::EscalationReopened(_)
        | Event::DecisionNotFollowed(_)
        | Event::CalendarSaved(_)
        | Event::CalendarRemoved(_)
        | Event::EscalationPointsSaved(_)
        | Event::TextRedacted(_) => return None,
    })
}

/// Whether an event may change the order of open items.
fn changes_order(event: &Event) -> bool {
    match event {
        Event::ItemCreated(_)
        | Event::ItemRanked(_)
        | Event::ItemReordered(_)
        | Event::ItemPinned(_)
        | Event::ItemUnpinned(_)
        | Event::ItemMoved(_)
        | Event::ItemMerged(_)
        | Event::ItemCompleted(_)
        | Event::ItemDropped(_)
        | Event::ItemReopened(_) => true,
        Event::ProductCreated(_)
        | Event::ProductUpdated(_)
        | Event::DomainAdded(_)
        | Event::DomainUpdated(_)
        | Event::DomainDeleted(_)
        | Event::RoleGranted(_)
        | Event::RoleRevoked(_)
        | Event::RoleTermChanged(_)
        | Event::DeputyNamed(_)
        | Event::DeputyDismissed(_)
        | Event::QuestionUnanswered(_)
        | Event::GapResolved(_)
        | Event::ItemUpdated(_)
        | Event::ItemSplit(_)
        | Event::LinkAdded(_)
        | Event::LinkRemoved(_)
        | Event::LinkResolved(_)
        | Event::RequestMade(_)
        | Event::RequestWithdrawn(_)
        | Event::VisionPublished(_)
        | Event::GoalAdded(_)
        | Event::GoalUpdated(_)
        | Event::GoalClosed(_)
        | Event::EntryAdded(_)
        | Event::EntryChanged(_)
        | Event::EntryRemoved(_)
        | Event::SyncStarted(_)
        | Event::SyncClosed(_)
        | Event::SourceTold(_)
        | Event::ConnectionAdded(_)
        | Event::ConnectionUpdated(_)
        | Event::ConnectionRemoved(_)
        | Event::EscalationRaised(_)
        | Event::EscalationAcknowledged(_)
        | Event::EscalationRouted(_)
        | Event::EscalationCommented(_)
        | Event::EscalationReminded(_)
        | Event::EscalationOverdue(_)
        | Event::EscalationHandedOver(_)
        | Event::EscalationDecided(_)
        | Event::EscalationWithdrawn(_)
        | Event::EscalationReopened(_)
        | Event::DecisionNotFollowed(_)
        | Event::CalendarSaved(_)
        | Event::CalendarRemoved(_)
        | Event::EscalationPointsSaved(_)
        | Event::TextRedacted(_) => false,
    }
}
