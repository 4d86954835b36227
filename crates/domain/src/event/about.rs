//! What an event is about.

use super::{EntryChanged, Event, ItemUpdated};
use crate::{
    ids::{EntryNo, EscalationNo, ItemKey},
    text::Reason,
};

impl ItemUpdated {
    /// An update of nothing, to begin with.
    pub(crate) fn nothing(item: &ItemKey) -> Self {
        Self {
            item: item.clone(),
            title: None,
            text: None,
            kind: None,
            status: None,
            parent: None,
            labels: None,
            estimate: None,
            value: None,
            moscow: None,
            goal: None,
            people: None,
            sources: None,
            aliases: None,
            imported: false,
            reason: Reason::default(),
        }
    }
}

impl EntryChanged {
    /// A change of nothing, to begin with.
    pub(crate) fn nothing(entry: EntryNo) -> Self {
        Self {
            entry,
            title: None,
            aim: None,
            goal: None,
            domain: None,
            when: None,
            release: None,
            items: None,
            imported: false,
            reason: Reason::default(),
        }
    }
}

impl Event {
    /// The entry of the roadmap that it is about, if it is about one.
    #[must_use]
    pub fn entry(&self) -> Option<EntryNo> {
        match self {
            Self::EntryAdded(e) => Some(e.entry),
            Self::EntryChanged(e) => Some(e.entry),
            Self::EntryRemoved(e) => Some(e.entry),
            Self::ProductCreated(_)
            | Self::ProductUpdated(_)
            | Self::DomainAdded(_)
            | Self::DomainUpdated(_)
            | Self::DomainDeleted(_)
            | Self::RoleGranted(_)
            | Self::RoleRevoked(_)
            | Self::RoleTermChanged(_)
            | Self::DeputyNamed(_)
            | Self::DeputyDismissed(_)
            | Self::QuestionUnanswered(_)
            | Self::GapResolved(_)
            | Self::ItemCreated(_)
            | Self::ItemUpdated(_)
            | Self::ItemRanked(_)
            | Self::ItemReordered(_)
            | Self::ItemPinned(_)
            | Self::ItemUnpinned(_)
            | Self::ItemMoved(_)
            | Self::ItemSplit(_)
            | Self::ItemMerged(_)
            | Self::ItemCompleted(_)
            | Self::ItemDropped(_)
            | Self::ItemReopened(_)
            | Self::LinkAdded(_)
            | Self::LinkRemoved(_)
            | Self::LinkResolved(_)
            | Self::RequestMade(_)
            | Self::RequestWithdrawn(_)
            | Self::VisionPublished(_)
            | Self::GoalAdded(_)
            | Self::GoalUpdated(_)
            | Self::GoalClosed(_)
            | Self::SyncStarted(_)
            | Self::SyncClosed(_)
            | Self::SourceTold(_)
            | Self::ConnectionAdded(_)
            | Self::ConnectionUpdated(_)
            | Self::ConnectionRemoved(_)
            | Self::EscalationPointsSaved(_)
            | Self::CalendarRemoved(_)
            | Self::CalendarSaved(_)
            | Self::EscalationRaised(_)
            | Self::EscalationRouted(_)
            | Self::EscalationAcknowledged(_)
            | Self::EscalationCommented(_)
            | Self::EscalationReminded(_)
            | Self::EscalationOverdue(_)
            | Self::EscalationHandedOver(_)
            | Self::EscalationDecided(_)
            | Self::EscalationWithdrawn(_)
            | Self::EscalationReopened(_)
            | Self::DecisionNotFollowed(_)
            | Self::TextRedacted(_) => None,
        }
    }

    /// The escalation that it is about, if it is about one.
    #[must_use]
    pub fn escalation(&self) -> Option<EscalationNo> {
        match self {
            Self::EscalationRaised(e) => Some(e.escalation),
            Self::EscalationRouted(e) => Some(e.escalation),
            Self::EscalationAcknowledged(e) => Some(e.escalation),
            Self::EscalationCommented(e) => Some(e.escalation),
            Self::EscalationReminded(e) => Some(e.escalation),
            Self::EscalationOverdue(e) => Some(e.escalation),
            Self::EscalationHandedOver(e) => Some(e.escalation),
            Self::EscalationDecided(e) => Some(e.escalation),
            Self::EscalationWithdrawn(e) => Some(e.escalation),
            Self::EscalationReopened(e) => Some(e.escalation),
            Self::ProductCreated(_)
            | Self::ProductUpdated(_)
            | Self::DomainAdded(_)
            | Self::DomainUpdated(_)
            | Self::DomainDeleted(_)
            | Self::RoleGranted(_)
            | Self::RoleRevoked(_)
            | Self::RoleTermChanged(_)
            | Self::DeputyNamed(_)
            | Self::DeputyDismissed(_)
            | Self::QuestionUnanswered(_)
            | Self::GapResolved(_)
            | Self::ItemCreated(_)
            | Self::ItemUpdated(_)
            | Self::ItemRanked(_)
            | Self::ItemReordered(_)
            | Self::ItemPinned(_)
            | Self::ItemUnpinned(_)
            | Self::ItemMoved(_)
            | Self::ItemSplit(_)
            | Self::ItemMerged(_)
            | Self::ItemCompleted(_)
            | Self::ItemDropped(_)
            | Self::ItemReopened(_)
            | Self::LinkAdded(_)
            | Self::LinkRemoved(_)
            | Self::LinkResolved(_)
            | Self::RequestMade(_)
            | Self::RequestWithdrawn(_)
            | Self::VisionPublished(_)
            | Self::GoalAdded(_)
            | Self::GoalUpdated(_)
            | Self::GoalClosed(_)
            | Self::EntryAdded(_)
            | Self::EntryChanged(_)
            | Self::EntryRemoved(_)
            | Self::SyncStarted(_)
            | Self::SyncClosed(_)
            | Self::SourceTold(_)
            | Self::ConnectionAdded(_)
            | Self::ConnectionUpdated(_)
            | Self::ConnectionRemoved(_)
            | Self::CalendarSaved(_)
            | Self::CalendarRemoved(_)
            | Self::EscalationPointsSaved(_)
            | Self::DecisionNotFollowed(_)
            | Self::TextRedacted(_) => None,
        }
    }

    /// Whether it says something that others of its commit do not say: that a source told of an item is no change of it.
    #[must_use]
    pub fn is_news(&self) -> bool {
        !matches!(self, Self::SourceTold(_))
    }

    /// The item that it is about, if it is about one.
    #[must_use]
    pub fn item(&self) -> Option<&ItemKey> {
        match self {
            Self::ProductCreated(_)
            | Self::ProductUpdated(_)
            | Self::DomainAdded(_)
            | Self::DomainUpdated(_)
            | Self::DomainDeleted(_)
            | Self::RoleGranted(_)
            | Self::RoleRevoked(_)
            | Self::RoleTermChanged(_)
            | Self::DeputyNamed(_)
            | Self::DeputyDismissed(_)
            | Self::QuestionUnanswered(_)
            | Self::GapResolved(_)
            | Self::VisionPublished(_)
            | Self::GoalAdded(_)
            | Self::GoalUpdated(_)
            | Self::GoalClosed(_)
            | Self::EntryAdded(_)
            | Self::EntryChanged(_)
            | Self::EntryRemoved(_)
            | Self::SyncStarted(_)
            | Self::SyncClosed(_)
            | Self::ConnectionAdded(_)
            | Self::ConnectionUpdated(_)
            | Self::ConnectionRemoved(_)
            | Self::EscalationRaised(_)
            | Self::EscalationRouted(_)
            | Self::EscalationAcknowledged(_)
            | Self::EscalationCommented(_)
            | Self::EscalationReminded(_)
            | Self::EscalationOverdue(_)
            | Self::EscalationHandedOver(_)
            | Self::EscalationDecided(_)
            | Self::EscalationWithdrawn(_)
            | Self::EscalationReopened(_) => None,
            Self::DecisionNotFollowed(e) => Some(&e.item),
            Self::CalendarSaved(_) | Self::CalendarRemoved(_) | Self::EscalationPointsSaved(_) => {
                None
            }
            Self::SourceTold(e) => Some(&e.item),
            Self::ItemCreated(e) => Some(&e.item),
            Self::ItemUpdated(e) => Some(&e.item),
            Self::ItemRanked(e) => Some(&e.item),
            Self::ItemReordered(e) => Some(&e.item),
            Self::ItemPinned(e) => Some(&e.item),
            Self::ItemUnpinned(e) => Some(&e.item),
            Self::ItemMoved(e) => Some(&e.item),
            Self::ItemSplit(e) => Some(&e.item),
            Self::ItemMerged(e) => Some(&e.item),
            Self::ItemCompleted(e) => Some(&e.item),
            Self::ItemDropped(e) => Some(&e.item),
            Self::ItemReopened(e) => Some(&e.item),
            Self::LinkAdded(e) => Some(&e.item),
            Self::LinkRemoved(e) => Some(&e.item),
            Self::LinkResolved(e) => Some(&e.item),
            Self::RequestMade(e) => Some(&e.item),
            Self::RequestWithdrawn(e) => Some(&e.item),
            Self::TextRedacted(e) => e.item.as_ref(),
        }
    }
}
