//! From what happened in a product to what is worth telling, and whom it concerns.
//!
//! What is told once is told by its cause: however many events one cause makes, there is one notice of it. Nobody is told what they
//! did themselves, but of a decision that they do not follow.
//!
//! A commit may pass several turns of an escalation. What it says of each is said of that one ([`passing`]), and whoever comes to a
//! seat whose turn it is hears what was asked of it before ([`newcomers`]).

mod newcomers;
mod passing;

use koepel_domain::{
    commit::Commit,
    escalations::Escalation,
    event::Event,
    ids::{DecisionNo, DomainId, EscalationNo, ItemKey, PersonId, Timestamp},
    outbox::{Concern, Facts, Kind, Notice},
    points::Decider,
    product::Product,
    roles::Role,
    text::{Line, Reason},
};

use self::passing::{Passed, Passing, Step};

/// A notice, and whom it concerns. Somebody may be concerned for several reasons; the weightiest counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// What is told.
    pub notice: Notice,
    /// Whom it concerns, and why.
    pub concerned: Vec<(PersonId, Concern)>,
}

/// The events that have something to tell, by their types.
const TELLING: [&str; 14] = [
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
    "RoleGranted",
    "RoleTermChanged",
    "DeputyNamed",
];

/// Whether an event of this type may have something to tell.
#[must_use]
pub fn may_tell(kind: &str) -> bool {
    TELLING.contains(&kind)
}

/// What a commit has to tell; `product` is the state after it.
#[must_use]
pub fn notices(commit: &Commit<Event>, product: &Product) -> Vec<Told> {
    let teller = Teller { commit, product, passing: Passing::of(commit, product) };
    let events = (0..).zip(&commit.events);
    let mut told: Vec<Told> =
        events.filter_map(|(place, event)| teller.told(place, event)).collect();
    told.extend(newcomers::notices(&teller));
    told
}

/// What those are to be told whose term has begun while an escalation waits for their seat. Nothing happened when it began, so no
/// commit tells it; however often it is asked for, the causes are the same.
#[must_use]
pub fn begun(product: &Product, now: Timestamp) -> Vec<Told> {
    let (version, actor, events) = (product.version(), PersonId::system(), Vec::new());
    let commit = Commit { version, time: now, actor, events };
    let passing = Passing::of(&commit, product);
    newcomers::begun(&Teller { commit: &commit, product, passing })
}

/// The next moment at which the term of somebody in a seat, or of a deputy, begins.
#[must_use]
pub fn next_beginning(product: &Product, now: Timestamp) -> Option<Timestamp> {
    let terms = product.roles().chain(product.deputies());
    let seats = terms.filter(|(_, role, ..)| role.is_single_seat());
    let begins = seats.filter_map(|(.., held)| held.term.as_ref()?.begins);
    begins.filter(|begins| *begins > now).min()
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
    passing: Passing,
}

impl Teller<'_> {
    fn told(&self, place: usize, event: &Event) -> Option<Told> {
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
            Event::EscalationReminded(_)
            | Event::EscalationOverdue(_)
            | Event::EscalationHandedOver(_) => return self.passed(place),
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

    /// What there is to tell of an escalation to which somebody did something.
    fn escalation(&self, no: EscalationNo, says: Says) -> Option<Told> {
        let held = self.product.escalation(no)?;
        let turn = turn_now(held);
        let deciders =
            if held.is_open() { self.deciders(held, turn, self.commit.time) } else { Vec::new() };
        let mut concerned = self.involved(held);
        match says.kind {
            // Those who decided, were to, or might have: for them it is over.
            Kind::EscalationDecided | Kind::EscalationWithdrawn => {
                concerned.extend(self.in_line(held, turn.saturating_add(1)));
            }
            Kind::EscalationRaised
            | Kind::EscalationAcknowledged
            | Kind::EscalationCommented
            | Kind::EscalationReminder
            | Kind::EscalationOverdue
            | Kind::EscalationHandedOver
            | Kind::EscalationReopened
            | Kind::DecisionNotFollowed
            | Kind::Test => {}
        }
        concerned.extend(on_turn(held, turn, &deciders));
        let due = held.turn_now().filter(|_| held.is_open() && !held.overdue);
        let facts = Facts {
            decision: says.decision.map(|no| no.0),
            by: self.by(),
            decider: deciders.first().cloned(),
            due: due.map(|turn| turn.due),
            next: due.and_then(|_| self.next(held, turn)),
            outcome: says.outcome,
            said: says.said,
            ..self.facts(held)
        };
        self.tell(held, says.kind, &says.cause, facts, concerned)
    }

    /// What there is to tell of time that has passed: whose turn it was then, and until when, not what has become of it since.
    fn passed(&self, place: usize) -> Option<Told> {
        let Step { no, turn, due, kind, goes_on, superseded } = *self.passing.steps.get(&place)?;
        if superseded {
            return None;
        }
        let held = self.product.escalation(no)?;
        let now = self.deciders(held, turn, self.commit.time);
        // Whose time it was is asked of the last moment of it: whoever came later has let nothing pass.
        let late = self.deciders(held, turn, Timestamp(due.0.saturating_sub(1)));
        let line_of = |people: &[PersonId]| -> Vec<(PersonId, Concern)> {
            people.iter().map(|person| (person.clone(), Concern::Line)).collect()
        };
        let mut concerned = Vec::new();
        let (decider, cause) = match kind {
            Passed::Reminded => {
                concerned.extend(self.involved(held));
                concerned.extend(on_turn(held, turn, &now));
                (now.first(), format!("reminder/{}", due.0))
            }
            Passed::HandedOver => {
                concerned.extend(self.involved(held));
                concerned.extend(self.in_line(held, turn));
                concerned.extend(on_turn(held, turn, &now));
                (now.first(), format!("handed-over/{}", due.0))
            }
            Passed::Overdue => {
                concerned.extend(line_of(&late));
                // If it went on to others, these, and all who are involved, are told of that.
                if !goes_on {
                    concerned.extend(self.involved(held));
                    concerned.extend(self.in_line(held, turn));
                    concerned.extend(on_turn(held, turn, &now));
                }
                let blamed = late.first().filter(|person| goes_on || now.first() == Some(*person));
                (blamed, format!("overdue/{}", due.0))
            }
        };
        let (by, decider, next) = (self.by(), decider.cloned(), self.next(held, turn));
        let facts = Facts { by, decider, due: Some(due), next, ..self.facts(held) };
        self.tell(held, kind.told(), &cause, facts, concerned)
    }

    /// What there always is to say of an escalation.
    fn facts(&self, held: &Escalation) -> Facts {
        let options = held.options.iter().filter(|_| held.is_open());
        Facts {
            escalation: Some(held.no.0),
            title: line(held.title.as_str()),
            items: held.items.iter().filter_map(|item| self.product.key(*item)).collect(),
            options: options.map(|option| line(option.title.as_str())).collect(),
            ..Facts::default()
        }
    }

    /// Who comes after a turn, if those whose it is let it pass: of later ones those in which there is somebody now.
    fn next(&self, held: &Escalation, turn: usize) -> Option<PersonId> {
        let there = |turn| self.product.deciders_in(held, turn, self.commit.time).into_iter();
        held.line.iter().skip(turn.saturating_add(1)).find_map(|turn| there(turn).next())
    }

    fn tell(
        &self,
        held: &Escalation,
        kind: Kind,
        cause: &str,
        facts: Facts,
        mut concerned: Vec<(PersonId, Concern)>,
    ) -> Option<Told> {
        // Whoever did it knows.
        concerned.retain(|(person, _)| *person != self.commit.actor);
        let cause = format!("escalation/{}/{cause}", held.no);
        Some(Told { notice: self.notice(&cause, kind, self.domains(held), facts)?, concerned })
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

    /// Who may decide in a turn, at a moment; the holder of a seat first.
    fn deciders(&self, held: &Escalation, turn: usize, at: Timestamp) -> Vec<PersonId> {
        if turn == turn_now(held) {
            return self.product.deciders(held, at);
        }
        let turn = u32::try_from(turn).unwrap_or(u32::MAX);
        self.product.deciders(&Escalation { turn, ..held.clone() }, at)
    }

    /// Those who may decide in the first so many turns.
    fn in_line(&self, held: &Escalation, turns: usize) -> Vec<(PersonId, Concern)> {
        let turns = 0..turns.min(held.line.len());
        let people = turns.flat_map(|turn| self.deciders(held, turn, self.commit.time));
        people.map(|person| (person, Concern::Line)).collect()
    }

    fn domains(&self, held: &Escalation) -> Vec<DomainId> {
        let domains = held.domains.iter().filter_map(|no| self.product.domain(*no));
        domains.map(|domain| domain.id.clone()).collect()
    }
}

/// Whose turn it is, from 0.
fn turn_now(held: &Escalation) -> usize {
    usize::try_from(held.turn).unwrap_or(usize::MAX)
}

/// Those who may decide in a turn, each with why they are told. In a deputy's turn whoever holds the seat may, too: it went past
/// them.
fn on_turn(held: &Escalation, turn: usize, deciders: &[PersonId]) -> Vec<(PersonId, Concern)> {
    let of_deputy = held.line.get(turn).is_some_and(|step| match step.decider {
        Decider::Deputy(..) => true,
        Decider::Seat(..) | Decider::Person(_) => false,
    });
    let concern = |place| match (place, of_deputy) {
        (0, _) => Concern::Decides,
        (_, true) => Concern::Line,
        (_, false) => Concern::StandsIn,
    };
    (0..).zip(deciders).map(|(place, person)| (person.clone(), concern(place))).collect()
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
