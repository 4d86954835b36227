//! Who may decide an escalation at a moment, on whose mandate, and when that changes by itself because a term begins or ends.

use std::collections::BTreeSet;

use super::{Escalation, Turn};
use crate::{
    error::Error,
    ids::{DomainId, PersonId, Timestamp},
    mandate::Actor,
    order::DomainNo,
    points::{Decider, Route, Topic, default_line},
    product::Product,
    roles::Role,
    term::{EVER, NEVER, moments},
};

impl Product {
    /// Who may decide an escalation at a moment: whoever's turn it is and who stands in for them, but nobody in their own
    /// cause. In a deputy's turn whoever holds the seat may, too, once they are back. If nobody of the turn is there, the first
    /// of the line who is; if nobody of the line is, whoever the points name now, and then the built-in default.
    #[must_use]
    pub fn deciders(&self, escalation: &Escalation, now: Timestamp) -> Vec<PersonId> {
        self.decided_by(escalation, now).map(|(_, people)| people).unwrap_or_default()
    }

    /// Who is there to decide in one turn of an escalation, at a moment; nobody, if it is passed over.
    #[must_use]
    pub fn deciders_in(
        &self,
        escalation: &Escalation,
        turn: &Turn,
        now: Timestamp,
    ) -> Vec<PersonId> {
        let parties = self.parties(&escalation.raised_by, &escalation.domains, now);
        self.impartial(&turn.decider, &parties, now)
    }

    /// Who has said that they are on it, if they may still decide.
    #[must_use]
    pub fn acknowledged_by<'a>(
        &self,
        escalation: &'a Escalation,
        now: Timestamp,
    ) -> Option<&'a (PersonId, Timestamp)> {
        let said = escalation.acknowledged.as_ref()?;
        let may = !escalation.is_open() || self.deciders(escalation, now).contains(&said.0);
        may.then_some(said)
    }

    /// As [`Self::deciders`], never nobody, with the mandate that they have for it.
    fn decided_by(
        &self,
        escalation: &Escalation,
        now: Timestamp,
    ) -> Option<(Decider, Vec<PersonId>)> {
        let parties = self.parties(&escalation.raised_by, &escalation.domains, now);
        let found = |decider: &Decider, people: Vec<PersonId>| {
            (!people.is_empty()).then(|| (decider.clone(), people))
        };
        let there = |decider: &Decider| found(decider, self.impartial(decider, &parties, now));
        let on_turn = escalation.turn_now().and_then(|turn| {
            let mut people = self.impartial(&turn.decider, &parties, now);
            if let Decider::Deputy(role, domain) = &turn.decider {
                let back = self.holder_at(*role, domain.as_ref(), now);
                people.extend(back.filter(|person| !parties.contains(person)).cloned());
            }
            found(&turn.decider, people)
        });
        on_turn.or_else(|| escalation.line.iter().find_map(|turn| there(&turn.decider))).or_else(
            || {
                let route = self.route_of(escalation.topic, &escalation.domains);
                let steps = route.line.into_iter().chain(default_line());
                steps.map(|step| step.decider).find_map(|decider| there(&decider))
            },
        )
    }

    /// The way of what concerns these domains.
    pub(super) fn route_of(&self, topic: Topic, domains: &[DomainNo]) -> Route {
        let domains = domains.iter().filter_map(|no| self.domain(*no));
        let domains: Vec<&DomainId> = domains.map(|domain| &domain.id).collect();
        self.route(topic, &domains)
    }

    /// Who is a party to it: who raised it and, if it is between domains, their POs and who stands in for them. What concerns
    /// one domain alone is its PO's to decide, if a point says so.
    pub(crate) fn parties(
        &self,
        raised_by: &PersonId,
        domains: &[DomainNo],
        now: Timestamp,
    ) -> Vec<PersonId> {
        let between = if domains.len() > 1 { domains } else { &[] };
        let ids = between.iter().filter_map(|no| self.domain(*no)).map(|domain| &domain.id);
        let pos = ids.flat_map(|id| {
            let holder = self.holder_at(Role::DomainPo, Some(id), now);
            holder.into_iter().chain(self.deputy_at(Role::DomainPo, Some(id), now))
        });
        [raised_by].into_iter().chain(pos).cloned().collect()
    }

    /// Who may decide in a turn, the parties left out; the holder of a seat first. A person may who is anything here at the
    /// moment.
    pub(crate) fn impartial(
        &self,
        decider: &Decider,
        parties: &[PersonId],
        now: Timestamp,
    ) -> Vec<PersonId> {
        let people: Vec<&PersonId> = match decider {
            Decider::Seat(role, domain) => {
                let holder = self.holder_at(*role, domain.as_ref(), now);
                let deputy = self.deputy_at(*role, domain.as_ref(), now);
                holder.into_iter().chain(deputy).collect()
            }
            Decider::Deputy(role, domain) => {
                self.deputy_at(*role, domain.as_ref(), now).into_iter().collect()
            }
            Decider::Person(person) => {
                self.mandates_at(person, now).next().map(|_| person).into_iter().collect()
            }
        };
        people.into_iter().filter(|person| !parties.contains(person)).cloned().collect()
    }

    /// Refuses whoever may not decide now; else says on whose mandate they do.
    pub(super) fn may_decide(
        &self,
        actor: &Actor,
        escalation: &Escalation,
    ) -> Result<Decider, Error> {
        let (mandate, may) = self.decided_by(escalation, actor.now).unzip();
        let may = may.unwrap_or_default();
        // A token for one role decides on that role's turn only.
        let of_role = |only| match &mandate {
            Some(Decider::Seat(role, _) | Decider::Deputy(role, _)) => *role == only,
            Some(Decider::Person(_)) | None => false,
        };
        let may_use = may.contains(&actor.person) && actor.only_role.is_none_or(of_role);
        if let Some(mandate) = mandate.clone().filter(|_| may_use) {
            // Who is back decides as the holder of the seat, also in the deputy's turn.
            return Ok(match mandate {
                Decider::Deputy(role, domain)
                    if self.deputy_at(role, domain.as_ref(), actor.now) != Some(&actor.person) =>
                {
                    Decider::Seat(role, domain)
                }
                Decider::Seat(..) | Decider::Deputy(..) | Decider::Person(_) => mandate,
            });
        }
        let parties = self.parties(&escalation.raised_by, &escalation.domains, actor.now);
        Err(Error::NotTheDecider {
            escalation: escalation.no,
            own_cause: parties.contains(&actor.person),
            deciders: may,
        })
    }

    /// From when on somebody may decide an escalation that nobody may decide yet: now, or when a term begins or ends. `None` if
    /// it has a line, or as long as nobody is given a role or named in a point.
    pub(crate) fn somebody_from(&self, held: &Escalation, now: Timestamp) -> Option<Timestamp> {
        if !held.is_open() || !held.line.is_empty() {
            return None;
        }
        let may = |at: &Timestamp| self.decided_by(held, *at).is_some();
        if may(&now) {
            return Some(now);
        }
        self.turns_of_terms(held, now).into_iter().find(may)
    }

    /// Until when whoever is on it may decide: the last day of their term in the seat, or now, if they may not any more.
    pub(crate) fn on_it_until(&self, held: &Escalation, now: Timestamp) -> Option<Timestamp> {
        let (person, _) = held.acknowledged.as_ref().filter(|_| held.is_open())?;
        let (mandate, people) = self.decided_by(held, now).unzip();
        if !people.is_some_and(|people| people.contains(person)) {
            return Some(now);
        }
        let ends = match mandate? {
            Decider::Seat(role, domain) | Decider::Deputy(role, domain) => {
                let (role, domain) = (role, domain.as_ref());
                let seats =
                    [self.tenure_at(role, domain, now), self.deputy_tenure_at(role, domain, now)];
                let own = seats.into_iter().flatten().filter(|(sitting, _)| *sitting == person);
                own.map(|(_, held)| moments(held.term.as_ref()).1).max()
            }
            Decider::Person(person) => {
                let held = self.held_by(&person).filter(|held| held.at(now));
                held.map(|held| moments(held.term.as_ref()).1).max()
            }
        };
        ends.filter(|ends| *ends < NEVER)
    }

    /// The moments after `now` at which it may change who decides an escalation without a line: the terms of the seats and
    /// people that the points name, and of the parties.
    fn turns_of_terms(&self, held: &Escalation, now: Timestamp) -> BTreeSet<Timestamp> {
        let mut seats: BTreeSet<(Role, Option<DomainId>)> = BTreeSet::new();
        let mut turns = BTreeSet::new();
        let domains = held.domains.iter().filter_map(|no| self.domain(*no));
        seats.extend(domains.map(|domain| (Role::DomainPo, Some(domain.id.clone()))));
        let route = self.route_of(held.topic, &held.domains);
        for step in route.line.into_iter().chain(default_line()) {
            match step.decider {
                Decider::Seat(role, domain) | Decider::Deputy(role, domain) => {
                    seats.insert((role, domain));
                }
                Decider::Person(person) => {
                    let terms = self.held_by(&person).map(|held| moments(held.term.as_ref()));
                    turns.extend(terms.flat_map(|(begins, ends)| [begins, ends]));
                }
            }
        }
        for (role, domain) in seats {
            let range = (role, domain.clone(), EVER)..=(role, domain, NEVER);
            for sitting in self.seats.range(range.clone()).chain(self.stand_ins.range(range)) {
                turns.extend([sitting.0.2, sitting.1.ends]);
            }
        }
        turns.into_iter().filter(|at| now < *at && *at < NEVER).collect()
    }
}
