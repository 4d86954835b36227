//! From what happened in a product to what is worth telling, and whom it concerns.
//!
//! What is told once is told by its cause: however many events one cause makes, there is one notice of it. Nobody is told what they
//! did themselves, but of a decision that they do not follow.

use koepel_domain::{
    commit::Commit,
    escalations::Escalation,
    event::Event,
    ids::{DecisionNo, DomainId, EscalationNo, ItemKey, PersonId, Timestamp},
    outbox::{Concern, Facts, Kind, Notice},
    product::Product,
    roles::Role,
    text::{Line, Reason},
};

/// A notice, and whom it concerns. Somebody may be concerned for several reasons; the weightiest counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// What is told.
    pub notice: Notice,
    /// Whom it concerns, and why.
    pub concerned: Vec<(PersonId, Concern)>,
}

/// The events that have something to tell, by their types.
const TELLING: [&str; 11] = [
    "EscalationRaised",
    "EscalationRouted",
    "EscalationAcknowledged",
    "EscalationCommented",
    "EscalationReminded",
    "EscalationOverdue",
    "EscalationHandedOver",
    "EscalationDecided",
    "EscalationWithdrawn",
    "EscalationReopened",
    "DecisionNotFollowed",
];

/// Whether an event of this type may have something to tell.
#[must_use]
pub fn may_tell(kind: &str) -> bool {
    TELLING.contains(&kind)
}

/// What a commit has to tell; `product` is the state after it.
#[must_use]
pub fn notices(commit: &Commit<Event>, product: &Product) -> Vec<Told> {
    let teller = Teller { commit, product };
    commit.events.iter().filter_map(|event| teller.told(event)).collect()
}

/// What an event says beside the state after it.
struct Says {
    kind: Kind,
    /// After `escalation/7/`.
    cause: String,
    said: Reason,
    outcome: Line,
    decision: Option<DecisionNo>,
}

impl Says {
    fn new(kind: Kind, cause: impl Into<String>) -> Self {
        let (said, outcome) = (Reason::default(), Line::default());
        Self { kind, cause: cause.into(), said, outcome, decision: None }
    }
}

struct Teller<'a> {
    commit: &'a Commit<Event>,
    product: &'a Product,
}

impl Teller<'_> {
    fn told(&self, event: &Event) -> Option<Told> {
        let version = self.commit.version;
        let (no, says) = match event {
            Event::EscalationRaised(e) => {
                let said = reason(e.text.as_str());
                (e.escalation, Says { said, ..Says::new(Kind::EscalationRaised, "raised") })
            }
            // To those whose turn it is by now it is the same as one that others let pass.
            Event::EscalationRouted(e) if !e.line.is_empty() => {
                (e.escalation, Says::new(Kind::EscalationHandedOver, format!("routed/{version}")))
            }
            Event::EscalationAcknowledged(e) => {
                let cause = format!("acknowledged/{version}");
                (e.escalation, Says::new(Kind::EscalationAcknowledged, cause))
            }
            Event::EscalationCommented(e) => {
                let cause = format!("comment/{version}");
                let said = reason(e.text.as_str());
                (e.escalation, Says { said, ..Says::new(Kind::EscalationCommented, cause) })
            }
            Event::EscalationReminded(e) => {
                let cause = format!("reminder/{}", e.due.0);
                (e.escalation, Says::new(Kind::EscalationReminder, cause))
            }
            Event::EscalationOverdue(e) => {
                let cause = format!("overdue/{}", e.due.0);
                (e.escalation, Says::new(Kind::EscalationOverdue, cause))
            }
            Event::EscalationHandedOver(e) => {
                let cause = format!("handed-over/{}", e.due.0);
                (e.escalation, Says::new(Kind::EscalationHandedOver, cause))
            }
            Event::EscalationDecided(e) => {
                let says = Says::new(Kind::EscalationDecided, format!("decided/{}", e.decision));
                let outcome = line(e.outcome.as_str());
                let decision = Some(e.decision);
                (e.escalation, Says { said: e.reason.clone(), outcome, decision, ..says })
            }
            Event::EscalationWithdrawn(e) => {
                let says = Says::new(Kind::EscalationWithdrawn, format!("withdrawn/{version}"));
                (e.escalation, Says { said: e.reason.clone(), ..says })
            }
            Event::EscalationReopened(e) => {
                let says = Says::new(Kind::EscalationReopened, format!("reopened/{version}"));
                (e.escalation, Says { said: e.reason.clone(), ..says })
            }
            Event::DecisionNotFollowed(e) => {
                return self.not_followed(e.decision, [e.item.clone(), e.below.clone()]);
            }
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
            | Event::ItemCreated(_)
            | Event::ItemUpdated(_)
            | Event::ItemRanked(_)
            | Event::ItemReordered(_)
            | Event::ItemPinned(_)
            | Event::ItemUnpinned(_)
            | Event::ItemMoved(_)
            | Event::ItemSplit(_)
            | Event::ItemMerged(_)
            | Event::ItemCompleted(_)
            | Event::ItemDropped(_)
            | Event::ItemReopened(_)
            | Event::LinkAdded(_)
            | Event::LinkRemoved(_)
            | Event::LinkResolved(_)
            | Event::RequestMade(_)
            | Event::RequestWithdrawn(_)
            | Event::SourceTold(_)
            | Event::VisionPublished(_)
            | Event::GoalAdded(_)
            | Event::GoalUpdated(_)
            | Event::GoalClosed(_)
            | Event::EntryAdded(_)
            | Event::EntryChanged(_)
            | Event::EntryRemoved(_)
            | Event::SyncStarted(_)
            | Event::SyncClosed(_)
            | Event::ConnectionAdded(_)
            | Event::ConnectionUpdated(_)
            | Event::ConnectionRemoved(_)
            | Event::CalendarSaved(_)
            | Event::CalendarRemoved(_)
            | Event::EscalationPointsSaved(_)
            | Event::EscalationRouted(_)
            | Event::TextRedacted(_) => return None,
        };
        self.escalation(no, says)
    }

    /// What there is to tell of an escalation.
    fn escalation(&self, no: EscalationNo, says: Says) -> Option<Told> {
        let held = self.product.escalation(no)?;
        let deciders =
            if held.is_open() { self.product.deciders(held, self.commit.time) } else { Vec::new() };
        let due = held.turn_now().filter(|_| held.is_open()).map(|turn| turn.due);
        let facts = Facts {
            escalation: Some(no.0),
            decision: says.decision.map(|no| no.0),
            title: line(held.title.as_str()),
            items: held.items.iter().filter_map(|item| self.product.key(*item)).collect(),
            by: self.by(),
            decider: deciders.first().cloned(),
            due,
            outcome: says.outcome,
            said: says.said,
        };
        let mut concerned = self.involved(held);
        match says.kind {
            // Those whose time is over, if it went on to others: these are told of that.
            Kind::EscalationOverdue if self.handed_over(no) => {
                concerned = self.before(held).map(|person| (person, Concern::Line)).collect();
            }
            Kind::EscalationHandedOver | Kind::EscalationDecided => {
                concerned.extend(self.before(held).map(|person| (person, Concern::Line)));
            }
            Kind::EscalationRaised
            | Kind::EscalationAcknowledged
            | Kind::EscalationCommented
            | Kind::EscalationReminder
            | Kind::EscalationOverdue
            | Kind::EscalationWithdrawn
            | Kind::EscalationReopened
            | Kind::DecisionNotFollowed
            | Kind::Test => {}
        }
        let on_turn = !(says.kind == Kind::EscalationOverdue && self.handed_over(no));
        for (place, person) in deciders.iter().enumerate().filter(|_| on_turn) {
            let concern = if place == 0 { Concern::Decides } else { Concern::StandsIn };
            concerned.push((person.clone(), concern));
        }
        // Whoever did it knows.
        concerned.retain(|(person, _)| *person != self.commit.actor);
        let cause = format!("escalation/{no}/{}", says.cause);
        Some(Told { notice: self.notice(&cause, says.kind, self.domains(held), facts)?, concerned })
    }

    fn not_followed(&self, no: DecisionNo, items: [ItemKey; 2]) -> Option<Told> {
        let decision = self.product.decision(no)?;
        let held = self.product.escalation(decision.escalation)?;
        let facts = Facts {
            escalation: Some(held.no.0),
            decision: Some(no.0),
            title: line(held.title.as_str()),
            items: items.to_vec(),
            by: self.by(),
            outcome: line(decision.outcome.as_str()),
            ..Facts::default()
        };
        let mut concerned = self.involved(held);
        concerned.push((decision.by.clone(), Concern::Line));
        // However many moves depart from it, it is told once.
        let cause = format!("decision/{no}/not-followed");
        let domains = self.domains(held);
        Some(Told {
            notice: self.notice(&cause, Kind::DecisionNotFollowed, domains, facts)?,
            concerned,
        })
    }

    fn notice(
        &self,
        cause: &str,
        kind: Kind,
        domains: Vec<DomainId>,
        facts: Facts,
    ) -> Option<Notice> {
        let cause = Line::new(cause).ok()?;
        let (version, time) = (self.commit.version, self.commit.time);
        Some(Notice { cause, kind, version, time, domains, facts })
    }

    /// Who did it; nobody for what the service does by itself.
    fn by(&self) -> Option<PersonId> {
        Some(self.commit.actor.clone()).filter(|actor| *actor != PersonId::system())
    }

    /// Who raised it, and the POs of its domains.
    fn involved(&self, held: &Escalation) -> Vec<(PersonId, Concern)> {
        let domains = self.domains(held);
        let po = |domain: &DomainId| {
            self.product.holder_at(Role::DomainPo, Some(domain), self.commit.time).cloned()
        };
        let pos = domains.iter().filter_map(po).map(|person| (person, Concern::Domain));
        std::iter::once((held.raised_by.clone(), Concern::Raised)).chain(pos).collect()
    }

    /// Those whose turn it was before the one now; all, once it is decided.
    fn before(&self, held: &Escalation) -> impl Iterator<Item = PersonId> {
        let now = usize::try_from(held.turn).unwrap_or(usize::MAX);
        let turns = if held.is_open() { now } else { now.saturating_add(1) };
        let past = held.line.iter().take(turns);
        let people = past.flat_map(|turn| self.people(&turn.decider, self.commit.time));
        people.collect::<Vec<_>>().into_iter()
    }

    fn people(&self, decider: &koepel_domain::points::Decider, now: Timestamp) -> Vec<PersonId> {
        use koepel_domain::points::Decider;
        let found = match decider {
            Decider::Seat(role, domain) => self.product.holder_at(*role, domain.as_ref(), now),
            Decider::Deputy(role, domain) => self.product.deputy_at(*role, domain.as_ref(), now),
            Decider::Person(person) => Some(person),
        };
        found.into_iter().cloned().collect()
    }

    fn handed_over(&self, no: EscalationNo) -> bool {
        let mut events = self.commit.events.iter();
        events.any(|event| matches!(event, Event::EscalationHandedOver(e) if e.escalation == no))
    }

    fn domains(&self, held: &Escalation) -> Vec<DomainId> {
        let domains = held.domains.iter().filter_map(|no| self.product.domain(*no));
        domains.map(|domain| domain.id.clone()).collect()
    }
}

/// A title as a line: none is longer than a line may be.
fn line(text: &str) -> Line {
    Line::new(text).unwrap_or_default()
}

fn reason(text: &str) -> Reason {
    Reason::new(text).unwrap_or_default()
}

#[cfg(test)]
mod tests;
