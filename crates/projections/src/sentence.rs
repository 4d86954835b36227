//! Events as sentences that a stakeholder understands, in their language. The item is the unnamed subject: "was ranked from place
//! 17 to 3".
//!
//! Domains go by the names that they have now, as nobody knows their ids.

use koepel_domain::{
    event::Event, ids::DomainId, language::Language, product::Product, roles::Role, text::Reason,
};

use crate::words::{domain, words};

/// What happened, without its subject.
#[must_use]
pub fn sentence(event: &Event, product: &Product, language: Language) -> String {
    words(language).event(event, product)
}

/// A role with the name of the domain that it is for, or that of whoever stands in for it.
#[must_use]
pub fn post(
    product: &Product,
    (role, of, deputy): (Role, Option<&DomainId>, bool),
    language: Language,
) -> String {
    let (words, of) = (words(language), of.map(|of| domain(product, of)));
    if deputy { words.deputy(role, of.as_deref()) } else { words.role(role, of.as_deref()) }
}

/// Why, in the words of whoever did it; empty if they gave none.
#[must_use]
pub fn reason(event: &Event) -> &str {
    let reason: Option<&Reason> = match event {
        Event::ProductCreated(_)
        | Event::ProductUpdated(_)
        | Event::DomainAdded(_)
        | Event::DomainUpdated(_)
        | Event::LinkAdded(_)
        | Event::LinkRemoved(_)
        | Event::LinkResolved(_)
        | Event::RequestMade(_)
        | Event::GoalAdded(_)
        | Event::GoalUpdated(_)
        | Event::SyncStarted(_)
        | Event::SyncClosed(_)
        | Event::SourceTold(_)
        | Event::QuestionUnanswered(_)
        | Event::ConnectionAdded(_)
        | Event::ConnectionUpdated(_)
        | Event::EscalationRaised(_)
        | Event::EscalationAcknowledged(_)
        | Event::EscalationRouted(_)
        | Event::EscalationCommented(_)
        | Event::EscalationReminded(_)
        | Event::EscalationOverdue(_)
        | Event::EscalationHandedOver(_)
        | Event::DecisionNotFollowed(_) => None,
        Event::DomainDeleted(e) => Some(&e.reason),
        Event::RoleGranted(e) => Some(&e.reason),
        Event::RoleRevoked(e) => Some(&e.reason),
        Event::RoleTermChanged(e) => Some(&e.reason),
        Event::DeputyNamed(e) => Some(&e.reason),
        Event::DeputyDismissed(e) => Some(&e.reason),
        Event::GapResolved(e) => Some(&e.reason),
        Event::ItemCreated(e) => Some(&e.reason),
        Event::ItemUpdated(e) => Some(&e.reason),
        Event::ItemRanked(e) => Some(&e.reason),
        Event::ItemReordered(e) => Some(&e.reason),
        Event::ItemPinned(e) => Some(&e.reason),
        Event::ItemUnpinned(e) => Some(&e.reason),
        Event::ItemMoved(e) => Some(&e.reason),
        Event::ItemSplit(e) => Some(&e.reason),
        Event::ItemMerged(e) => Some(&e.reason),
        Event::ItemCompleted(e) => Some(&e.reason),
        Event::ItemDropped(e) => Some(&e.reason),
        Event::ItemReopened(e) => Some(&e.reason),
        Event::RequestWithdrawn(e) => Some(&e.reason),
        Event::VisionPublished(e) => Some(&e.reason),
        Event::GoalClosed(e) => Some(&e.reason),
        Event::EntryAdded(e) => Some(&e.reason),
        Event::EntryChanged(e) => Some(&e.reason),
        Event::EntryRemoved(e) => Some(&e.reason),
        Event::ConnectionRemoved(e) => Some(&e.reason),
        Event::EscalationDecided(e) => Some(&e.reason),
        Event::EscalationWithdrawn(e) => Some(&e.reason),
        Event::EscalationReopened(e) => Some(&e.reason),
        Event::CalendarSaved(e) => Some(&e.reason),
        Event::CalendarRemoved(e) => Some(&e.reason),
        Event::EscalationPointsSaved(e) => Some(&e.reason),
        Event::TextRedacted(e) => Some(&e.reason),
    };
    reason.map_or("", Reason::as_str)
}
