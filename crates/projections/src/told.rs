//! A step of the story in words that can be read aloud: what happened, and what it meant for the item.
//!
//! Items other than the one in question are said with their titles of now, the first of several only.

use koepel_domain::{
    commit::Commit,
    event::{Event, ItemRanked},
    ids::ItemKey,
    order::ItemNo,
    product::Product,
};

use crate::{
    explain::{How, Step},
    sentence::sentence,
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
) -> Option<Told<'a>> {
    let key = product.key(item)?;
    match step.how {
        How::Own => {
            let mut newest_first = commit.events.iter().rev();
            let event =
                newest_first.find(|event| event.item() == Some(&key) && changes_order(event))?;
            let sentence = sentence(event, product);
            Some(Told { event, sentence, effect: went_past(step, event, product) })
        }
        How::Passed | How::Left => {
            let (event, sentence) = others(step, commit, product)?;
            let way = if step.from_place < step.to_place { "down" } else { "up" };
            let (from, to) = (step.from_place, step.to_place);
            let effect = format!("That moved {key} {way} from place {from} to {to}");
            Some(Told { event, sentence, effect })
        }
    }
}

/// What others did, and the event to which it belongs.
fn others<'a>(
    step: &Step,
    commit: &'a Commit<Event>,
    product: &Product,
) -> Option<(&'a Event, String)> {
    let keys: Vec<ItemKey> = step.passed.iter().filter_map(|no| product.key(*no)).collect();
    let events: Vec<&Event> = commit
        .events
        .iter()
        .filter(|event| changes_order(event))
        .filter(|event| event.item().is_some_and(|item| keys.contains(item)))
        .collect();
    let first = *events.first()?;
    if let Some(head) = events.iter().find_map(|event| family_of(event)) {
        return Some(family(first, head, commit, product));
    }
    let subject = titled(product, first.item()?);
    let more = step.passed_total.saturating_sub(1);
    let told = match (more, together(&events)) {
        (0, _) => format!("{subject} {}", sentence(first, product)),
        (_, Some(verb)) => format!("{subject} and {} {verb}", count(more, "more item")),
        (_, None) => format!(
            "{subject} {}, and {} came, went or moved along with it",
            sentence(first, product),
            count(more, "more item"),
        ),
    };
    Some((first, told))
}

/// A family that moved together: its head, if that moved, or the first of those that came to it.
fn family<'a>(
    first: &'a Event,
    head: &ItemKey,
    commit: &'a Commit<Event>,
    product: &Product,
) -> (&'a Event, String) {
    let members = commit.events.iter().filter(|event| family_of(event) == Some(head)).count();
    let members = u32::try_from(members).unwrap_or(u32::MAX);
    let moved = commit.events.iter().find(|event| {
        matches!(event, Event::ItemRanked(ItemRanked { item, family_of: None, .. }) if item == head)
    });
    if let Some(moved) = moved {
        let belong = if members == 1 { "belongs" } else { "belong" };
        let told = format!(
            "{} {}, together with {} that {belong} to it",
            titled(product, head),
            sentence(moved, product),
            count(members, "item"),
        );
        return (moved, told);
    }
    let subject = first.item().map_or_else(String::new, |item| titled(product, item));
    if members == 1 {
        return (first, format!("{subject} {}", sentence(first, product)));
    }
    let more = count(members.saturating_sub(1), "more item");
    (first, format!("{subject} and {more} that belong to {head} were moved to it"))
}

/// What an item itself went past.
fn went_past(step: &Step, event: &Event, product: &Product) -> String {
    let keys: Vec<ItemKey> = step.passed.iter().filter_map(|no| product.key(*no)).collect();
    let Some((first, others)) = keys.split_first() else { return String::new() };
    let first = titled(product, first);
    if step.passed_total == 1 {
        return format!("It went past {first}");
    }
    let said = others.iter().take(SAID_MAX - 1).map(ToString::to_string);
    let said: Vec<String> = [first].into_iter().chain(said).collect();
    let own = if matches!(event, Event::ItemReordered(_)) { " of its own domain" } else { "" };
    let all = usize::try_from(step.passed_total).is_ok_and(|total| total == said.len());
    let which = if all { ":" } else { ", among them" };
    format!("It went past {} items{own}{which} {}", step.passed_total, listed(&said))
}

/// `A`, `A and B`, `A, B and C`.
fn listed(said: &[String]) -> String {
    match said.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, first)) => format!("{} and {last}", first.join(", ")),
    }
}

fn titled(product: &Product, key: &ItemKey) -> String {
    product
        .item_by_key(key)
        .map_or_else(|| key.to_string(), |(_, item)| format!("{key} “{}”", item.title))
}

fn count(number: u32, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

fn family_of(event: &Event) -> Option<&ItemKey> {
    if let Event::ItemRanked(ranked) = event { ranked.family_of.as_ref() } else { None }
}

/// What is said of several to which the same happened.
fn together(events: &[&Event]) -> Option<String> {
    let verbs: Option<Vec<String>> = events.iter().map(|event| plural(event)).collect();
    let verbs = verbs?;
    let first = verbs.first()?;
    verbs.iter().all(|verb| verb == first).then(|| first.clone())
}

/// What happened, of several.
fn plural(event: &Event) -> Option<String> {
    Some(match event {
        Event::ItemCreated(e) if e.imported => "were imported".to_owned(),
        Event::ItemCreated(e) => match &e.split_from {
            Some(from) => format!("were split from {from}"),
            None => "were created".to_owned(),
        },
        Event::ItemRanked(e) if e.undoes.is_some() => "went back".to_owned(),
        Event::ItemRanked(_) => "were ranked".to_owned(),
        Event::ItemReordered(e) if e.undoes.is_some() => "went back within the domain".to_owned(),
        Event::ItemReordered(_) => "were reordered within the domain".to_owned(),
        Event::ItemMerged(e) if e.duplicate => format!("were marked as duplicates of {}", e.into),
        Event::ItemMerged(e) => format!("were merged into {}", e.into),
        Event::ItemCompleted(_) => "were done".to_owned(),
        Event::ItemDropped(_) => "were dropped".to_owned(),
        Event::ItemReopened(_) => "were reopened".to_owned(),
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
