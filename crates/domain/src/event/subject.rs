//! The one resource that an event is about, as other programs are told.

use super::Event;
use crate::ids::{
    CalendarId, ConnectionId, DecisionNo, DomainId, EntryNo, EscalationNo, GoalId, ItemKey, SyncId,
};

/// What an event is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// An item.
    Item(ItemKey),
    /// A domain; also of roles and deputies of a domain.
    Domain(DomainId),
    /// An entry of the roadmap.
    Entry(EntryNo),
    /// A goal.
    Goal(GoalId),
    /// The vision.
    Vision,
    /// A PO-sync.
    Sync(SyncId),
    /// An escalation.
    Escalation(EscalationNo),
    /// A decision.
    Decision(DecisionNo),
    /// A gap of the directory.
    Gap(u32),
    /// A connection.
    Connection(ConnectionId),
    /// A calendar.
    Calendar(CalendarId),
    /// The product itself.
    Product,
}

impl Subject {
    /// The domain, or the product if there is none.
    fn of_part(domain: Option<&DomainId>) -> Self {
        domain.map_or(Self::Product, |domain| Self::Domain(domain.clone()))
    }
}

impl Event {
    /// What it is about. What a decision orders is about the item that it moves; that the decision was not followed is about
    /// the decision.
    #[must_use]
    pub fn subject(&self) -> Subject {
        match self {
            Self::ProductCreated(_) | Self::ProductUpdated(_) | Self::EscalationPointsSaved(_) => {
                Subject::Product
            }
            Self::DomainAdded(e) => Subject::Domain(e.domain.clone()),
            Self::DomainUpdated(e) => Subject::Domain(e.domain.clone()),
            Self::DomainDeleted(e) => Subject::Domain(e.domain.clone()),
            Self::RoleGranted(e) => Subject::of_part(e.domain.as_ref()),
            Self::RoleRevoked(e) => Subject::of_part(e.domain.as_ref()),
            Self::RoleTermChanged(e) => Subject::of_part(e.domain.as_ref()),
            Self::DeputyNamed(e) => Subject::of_part(e.domain.as_ref()),
            Self::DeputyDismissed(e) => Subject::of_part(e.domain.as_ref()),
            Self::QuestionUnanswered(e) => Subject::Gap(e.gap),
            Self::GapResolved(e) => Subject::Gap(e.gap),
            Self::ItemCreated(e) => Subject::Item(e.item.clone()),
            Self::ItemUpdated(e) => Subject::Item(e.item.clone()),
            Self::ItemRanked(e) => Subject::Item(e.item.clone()),
            Self::ItemReordered(e) => Subject::Item(e.item.clone()),
            Self::ItemPinned(e) => Subject::Item(e.item.clone()),
            Self::ItemUnpinned(e) => Subject::Item(e.item.clone()),
            Self::ItemMoved(e) => Subject::Item(e.item.clone()),
            Self::ItemSplit(e) => Subject::Item(e.item.clone()),
            Self::ItemMerged(e) => Subject::Item(e.item.clone()),
            Self::ItemCompleted(e) => Subject::Item(e.item.clone()),
            Self::ItemDropped(e) => Subject::Item(e.item.clone()),
            Self::ItemReopened(e) => Subject::Item(e.item.clone()),
            Self::LinkAdded(e) => Subject::Item(e.item.clone()),
            Self::LinkRemoved(e) => Subject::Item(e.item.clone()),
            Self::LinkResolved(e) => Subject::Item(e.item.clone()),
            Self::RequestMade(e) => Subject::Item(e.item.clone()),
            Self::RequestWithdrawn(e) => Subject::Item(e.item.clone()),
            Self::SourceTold(e) => Subject::Item(e.item.clone()),
            Self::VisionPublished(_) => Subject::Vision,
            Self::GoalAdded(e) => Subject::Goal(e.goal.clone()),
            Self::GoalUpdated(e) => Subject::Goal(e.goal.clone()),
            Self::GoalClosed(e) => Subject::Goal(e.goal.clone()),
            Self::EntryAdded(e) => Subject::Entry(e.entry),
            Self::EntryChanged(e) => Subject::Entry(e.entry),
            Self::EntryRemoved(e) => Subject::Entry(e.entry),
            Self::SyncStarted(e) => Subject::Sync(e.sync.clone()),
            Self::SyncClosed(e) => Subject::Sync(e.sync.clone()),
            Self::ConnectionAdded(e) => Subject::Connection(e.connection.clone()),
            Self::ConnectionUpdated(e) => Subject::Connection(e.connection.clone()),
            Self::ConnectionRemoved(e) => Subject::Connection(e.connection.clone()),
            Self::CalendarSaved(e) => Subject::Calendar(e.calendar.id.clone()),
            Self::CalendarRemoved(e) => Subject::Calendar(e.calendar.clone()),
            Self::EscalationRaised(e) => Subject::Escalation(e.escalation),
            Self::EscalationRouted(e) => Subject::Escalation(e.escalation),
            Self::EscalationAcknowledged(e) => Subject::Escalation(e.escalation),
            Self::EscalationCommented(e) => Subject::Escalation(e.escalation),
            Self::EscalationReminded(e) => Subject::Escalation(e.escalation),
            Self::EscalationOverdue(e) => Subject::Escalation(e.escalation),
            Self::EscalationHandedOver(e) => Subject::Escalation(e.escalation),
            Self::EscalationDecided(e) => Subject::Escalation(e.escalation),
            Self::EscalationWithdrawn(e) => Subject::Escalation(e.escalation),
            Self::EscalationReopened(e) => Subject::Escalation(e.escalation),
            Self::DecisionNotFollowed(e) => Subject::Decision(e.decision),
            Self::TextRedacted(e) => match (&e.item, &e.domain) {
                (Some(item), _) => Subject::Item(item.clone()),
                (None, domain) => Subject::of_part(domain.as_ref()),
            },
        }
    }
}
