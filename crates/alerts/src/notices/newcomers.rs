//! Whoever comes to a seat, or begins to stand in for its holder, while an escalation waits for that seat: they are told what they
//! would have been told had they been there when it was raised.
//!
//! Nothing happens when a term begins that was given before. So whoever tells asks at that moment who has come ([`begun`]).

use std::collections::BTreeMap;

use koepel_domain::{
    escalations::Escalation,
    event::Event,
    ids::{DomainId, EscalationNo, PersonId, Timestamp},
    outbox::{Facts, Kind},
    points::Decider,
    roles::Role,
    seats::Held,
    term::Term,
};

use super::{Concern, Teller, Told, on_turn, turn_now};

/// Of so many escalations newcomers are told at once, those that are due first first; of the others by their reminders.
const MOST: usize = 50;

/// How somebody comes to decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum As {
    Holder,
    Deputy,
}

/// Somebody in a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sits<'a> {
    person: &'a PersonId,
    role: Role,
    domain: Option<&'a DomainId>,
    how: As,
}

/// What a commit that changes who sits where has to tell.
pub(super) fn notices(teller: &Teller<'_>) -> Vec<Told> {
    let new = newcomers(&teller.commit.events, teller.commit.time);
    if new.is_empty() {
        return Vec::new();
    }
    let mut concerned = Soonest::new();
    for held in teller.product.open_escalations() {
        let of_this = || new.iter().filter(|sits| waits_for(held, sits));
        if of_this().next().is_none() {
            continue;
        }
        let deciders = teller.deciders(held, turn_now(held), teller.commit.time);
        let told: Vec<(PersonId, Concern)> = on_turn(held, turn_now(held), &deciders)
            .into_iter()
            .filter(|(person, _)| of_this().any(|sits| sits.person == person))
            .collect();
        if !told.is_empty() {
            let cause = format!("entrusted/{}", teller.commit.version);
            concerned.insert((due(held), held.no, cause), told);
        }
    }
    all(teller, concerned)
}

/// Those whose term was given before it began, and has begun in the present turn of an escalation.
pub(super) fn begun(teller: &Teller<'_>) -> Vec<Told> {
    let now = teller.commit.time;
    let mut concerned = Soonest::new();
    for held in teller.product.open_escalations() {
        let seated: Vec<(&PersonId, &Held)> = match held.turn_now().map(|turn| &turn.decider) {
            Some(Decider::Seat(role, domain)) => {
                let holder = teller.product.tenure_at(*role, domain.as_ref(), now);
                let deputy = teller.product.deputy_tenure_at(*role, domain.as_ref(), now);
                holder.into_iter().chain(deputy).collect()
            }
            Some(Decider::Deputy(role, domain)) => {
                teller.product.deputy_tenure_at(*role, domain.as_ref(), now).into_iter().collect()
            }
            Some(Decider::Person(_)) | None => Vec::new(),
        };
        for (person, tenure) in seated {
            let begins = tenure.term.as_ref().and_then(|term| term.begins);
            let in_turn = |begins: &Timestamp| {
                *begins > tenure.since.time && *begins > held.turn_since && *begins <= now
            };
            let Some(begins) = begins.filter(in_turn) else { continue };
            let deciders = teller.deciders(held, turn_now(held), now);
            let told = on_turn(held, turn_now(held), &deciders)
                .into_iter()
                .filter(|(decider, _)| decider == person);
            let cause = format!("entrusted/at-{}", begins.0);
            concerned.entry((due(held), held.no, cause)).or_default().extend(told);
        }
    }
    concerned.retain(|_, told| !told.is_empty());
    all(teller, concerned)
}

/// Whom it concerns by when it is due, which escalation it is, and the notice's cause.
type Soonest = BTreeMap<(Timestamp, EscalationNo, String), Vec<(PersonId, Concern)>>;

fn due(held: &Escalation) -> Timestamp {
    held.turn_now().map_or(Timestamp(i64::MAX), |turn| turn.due)
}

fn all(teller: &Teller<'_>, concerned: Soonest) -> Vec<Told> {
    let soonest = concerned.into_iter().take(MOST);
    soonest.filter_map(|((_, no, cause), concerned)| told(teller, no, &cause, concerned)).collect()
}

fn told(
    teller: &Teller<'_>,
    no: EscalationNo,
    cause: &str,
    concerned: Vec<(PersonId, Concern)>,
) -> Option<Told> {
    let held = teller.product.escalation(no)?;
    let deciders = teller.deciders(held, turn_now(held), teller.commit.time);
    let due = held.turn_now().filter(|_| !held.overdue).map(|turn| turn.due);
    let facts = Facts {
        by: Some(held.raised_by.clone()),
        decider: deciders.first().cloned(),
        due,
        next: due.and_then(|_| teller.next(held, turn_now(held))),
        ..teller.facts(held)
    };
    teller.tell(held, Kind::EscalationRaised, cause, facts, concerned)
}

/// Whether it is for this seat to decide now. If nobody was there when it was raised, it may be for any.
fn waits_for(held: &Escalation, sits: &Sits<'_>) -> bool {
    match held.turn_now().map(|turn| &turn.decider) {
        Some(Decider::Seat(role, domain)) => (*role, domain.as_ref()) == (sits.role, sits.domain),
        Some(Decider::Deputy(role, domain)) => {
            sits.how == As::Deputy && (*role, domain.as_ref()) == (sits.role, sits.domain)
        }
        Some(Decider::Person(_)) => false,
        None => true,
    }
}

/// Those who are in a seat now and were not before.
fn newcomers(events: &[Event], now: Timestamp) -> Vec<Sits<'_>> {
    let has = |term: Option<&Term>| term.is_none_or(|term| term.has(now));
    let (mut came, mut were) = (Vec::new(), Vec::new());
    for event in events {
        if let Event::RoleGranted(e) = event {
            let (role, domain, how) = (e.role, e.domain.as_ref(), As::Holder);
            came.push(Sits { person: &e.person, role, domain, how });
        } else if let Event::RoleTermChanged(e) = event {
            let (role, domain, how) = (e.role, e.domain.as_ref(), As::Holder);
            let sits = Sits { person: &e.person, role, domain, how };
            if has(e.term.from.as_ref()) {
                were.push(sits);
            }
            came.push(sits);
        } else if let Event::DeputyNamed(e) = event {
            let (role, domain, how) = (e.role, e.domain.as_ref(), As::Deputy);
            came.push(Sits { person: &e.person, role, domain, how });
        } else if let Event::RoleRevoked(e) = event
            && has(e.term.as_ref())
        {
            let (role, domain, how) = (e.role, e.domain.as_ref(), As::Holder);
            were.push(Sits { person: &e.person, role, domain, how });
        } else if let Event::DeputyDismissed(e) = event
            && has(Some(&e.term))
        {
            let (role, domain, how) = (e.role, e.domain.as_ref(), As::Deputy);
            were.push(Sits { person: &e.person, role, domain, how });
        }
    }
    came.retain(|sits| sits.role.is_single_seat() && !were.contains(sits));
    came
}
