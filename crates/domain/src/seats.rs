//! Who holds which role from when to when, who sits in which seat at a moment, who stands in for them, and which seats are
//! vacant. Only looks; what changes it is in `grants`.
//!
//! Each question about a seat at a moment is one look-up: the terms of a seat never overlap, so the last one that began
//! before the moment is the only one that can hold.

use imbl::OrdMap;
use serde::{Deserialize, Serialize};

use crate::{
    day::Day,
    ids::{DomainId, PersonId, Timestamp},
    product::{Product, Since},
    roles::Role,
    term::{EVER, NEVER, Term, moments, tomorrow},
};

/// A role that somebody has, or a seat that they stand in for: since when it was so, and for how long.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// When it was given.
    pub since: Since,
    /// From which day to which; without limit, if there is none.
    pub term: Option<Term>,
}

impl Held {
    /// Whether it is in force.
    #[must_use]
    pub fn at(&self, now: Timestamp) -> bool {
        let (begins, ends) = moments(self.term.as_ref());
        begins <= now && now < ends
    }

    /// Whether it is over.
    #[must_use]
    pub fn ended(&self, now: Timestamp) -> bool {
        moments(self.term.as_ref()).1 <= now
    }

    /// Whether some moment belongs to both.
    pub(crate) fn overlaps(&self, other: Option<&Term>) -> bool {
        let (begins, ends) = moments(self.term.as_ref());
        let (from, to) = moments(other);
        begins < to && from < ends
    }

    /// Since when somebody has been it: the first moment of their term, or when they got it if that was later or is not said.
    #[must_use]
    pub fn begun(&self) -> Timestamp {
        let begins = self.term.as_ref().and_then(|term| term.begins);
        begins.map_or(self.since.time, |begins| begins.max(self.since.time))
    }
}

/// Who, what, for which domain, and the first moment.
pub(crate) type Grant = (PersonId, Role, Option<DomainId>, Timestamp);
/// What, for which domain, and the first moment.
pub(crate) type Seat = (Role, Option<DomainId>, Timestamp);

/// Somebody in a seat, or standing in for whoever is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sitting {
    pub(crate) person: PersonId,
    /// The first moment after it.
    pub(crate) ends: Timestamp,
}

/// How somebody comes to the mandate of a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Capacity {
    /// They hold it.
    Holder,
    /// They stand in for whoever holds it.
    Deputy,
}

/// A seat that nobody holds, now or from a moment on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vacancy<'a> {
    /// Which.
    pub role: Role,
    /// Of which domain, if it is a domain PO's.
    pub domain: Option<&'a DomainId>,
    /// From when on; none: it is vacant now.
    pub from: Option<Timestamp>,
    /// The day on which that is, or on which it became vacant, if the last holder had a last day.
    pub first_day: Option<Day>,
    /// Who holds it next, and from when on.
    pub next: Option<(&'a PersonId, &'a Held)>,
}

fn sitting_at<'a>(
    seats: &'a OrdMap<Seat, Sitting>,
    role: Role,
    domain: Option<&DomainId>,
    now: Timestamp,
) -> Option<(&'a Seat, &'a Sitting)> {
    let from = (role, domain.cloned(), EVER);
    let found = seats.range(from..=(role, domain.cloned(), now)).next_back();
    found.filter(|(_, sitting)| now < sitting.ends)
}

fn held_of<'a>(
    grants: &'a OrdMap<Grant, Held>,
    person: &PersonId,
    role: Role,
    domain: Option<&DomainId>,
) -> impl Iterator<Item = &'a Held> + use<'a> {
    let key = |moment| (person.clone(), role, domain.cloned(), moment);
    grants.range(key(EVER)..=key(NEVER)).map(|(_, held)| held)
}

fn all_of<'a>(
    grants: &'a OrdMap<Grant, Held>,
    person: &PersonId,
) -> impl Iterator<Item = (Role, Option<&'a DomainId>, &'a Held)> + use<'a> {
    let from: Grant = (person.clone(), Role::ChiefPo, None, EVER);
    let person = person.clone();
    grants
        .range(from..)
        .take_while(move |((holder, ..), _)| *holder == person)
        .map(|((_, role, domain, _), held)| (*role, domain.as_ref(), held))
}

fn everybody(
    grants: &OrdMap<Grant, Held>,
) -> impl Iterator<Item = (&PersonId, Role, Option<&DomainId>, &Held)> {
    grants.iter().map(|((person, role, domain, _), held)| (person, *role, domain.as_ref(), held))
}

impl Product {
    /// Who sits in the Chief PO's or a domain PO's seat at a moment. Other roles have no seat.
    #[must_use]
    pub fn holder_at(
        &self,
        role: Role,
        domain: Option<&DomainId>,
        now: Timestamp,
    ) -> Option<&PersonId> {
        sitting_at(&self.seats, role, domain, now).map(|(_, sitting)| &sitting.person)
    }

    /// Who stands in for whoever holds a seat at a moment, also if it is vacant.
    #[must_use]
    pub fn deputy_at(
        &self,
        role: Role,
        domain: Option<&DomainId>,
        now: Timestamp,
    ) -> Option<&PersonId> {
        sitting_at(&self.stand_ins, role, domain, now).map(|(_, sitting)| &sitting.person)
    }

    /// As [`Self::holder_at`], with their term.
    #[must_use]
    pub fn tenure_at(
        &self,
        role: Role,
        domain: Option<&DomainId>,
        now: Timestamp,
    ) -> Option<(&PersonId, &Held)> {
        let (seat, sitting) = sitting_at(&self.seats, role, domain, now)?;
        self.tenure(seat, sitting)
    }

    /// As [`Self::deputy_at`], with their term.
    #[must_use]
    pub fn deputy_tenure_at(
        &self,
        role: Role,
        domain: Option<&DomainId>,
        now: Timestamp,
    ) -> Option<(&PersonId, &Held)> {
        let (seat, sitting) = sitting_at(&self.stand_ins, role, domain, now)?;
        let key = (sitting.person.clone(), seat.0, seat.1.clone(), seat.2);
        self.deputies.get(&key).map(|held| (&sitting.person, held))
    }

    fn tenure<'a>(&'a self, seat: &Seat, sitting: &'a Sitting) -> Option<(&'a PersonId, &'a Held)> {
        let key = (sitting.person.clone(), seat.0, seat.1.clone(), seat.2);
        self.roles.get(&key).map(|held| (&sitting.person, held))
    }

    /// What somebody is in this product, was, or will be; each with the domain it is for.
    pub fn roles_of(
        &self,
        person: &PersonId,
    ) -> impl Iterator<Item = (Role, Option<&DomainId>, &Held)> {
        all_of(&self.roles, person)
    }

    /// Everybody's roles, also those that are over or have not begun.
    pub fn roles(&self) -> impl Iterator<Item = (&PersonId, Role, Option<&DomainId>, &Held)> {
        everybody(&self.roles)
    }

    /// Everybody who stands in for the holder of a seat, did, or will.
    pub fn deputies(&self) -> impl Iterator<Item = (&PersonId, Role, Option<&DomainId>, &Held)> {
        everybody(&self.deputies)
    }

    /// Whose mandate somebody has at a moment: of the roles that they hold, and of the seats that they stand in for.
    pub fn mandates_at(
        &self,
        person: &PersonId,
        now: Timestamp,
    ) -> impl Iterator<Item = (Role, Option<&DomainId>, Capacity)> {
        let held = all_of(&self.roles, person).map(|one| (one, Capacity::Holder));
        let deputy = all_of(&self.deputies, person).map(|one| (one, Capacity::Deputy));
        let now = held.chain(deputy).filter(move |((_, _, held), _)| held.at(now));
        now.map(|((role, domain, _), capacity)| (role, domain, capacity))
    }

    /// All terms of somebody: of roles, and of seats that they stand in for.
    pub(crate) fn held_by(&self, person: &PersonId) -> impl Iterator<Item = &Held> {
        all_of(&self.roles, person).chain(all_of(&self.deputies, person)).map(|(_, _, held)| held)
    }

    /// The terms for which somebody has a role.
    pub(crate) fn terms_of(
        &self,
        person: &PersonId,
        role: Role,
        domain: Option<&DomainId>,
    ) -> impl Iterator<Item = &Held> {
        held_of(&self.roles, person, role, domain)
    }

    /// The terms for which somebody stands in for the holder of a seat.
    pub(crate) fn deputy_terms_of(
        &self,
        person: &PersonId,
        role: Role,
        domain: Option<&DomainId>,
    ) -> impl Iterator<Item = &Held> {
        held_of(&self.deputies, person, role, domain)
    }

    /// Those who sit in a seat in some moment of a term, in the order of time.
    pub(crate) fn holders_in(
        &self,
        role: Role,
        domain: Option<&DomainId>,
        term: Option<&Term>,
    ) -> impl Iterator<Item = (&PersonId, &Held)> {
        self.terms_in(&self.seats, &self.roles, role, domain, term)
    }

    /// Those who stand in for the holders of a seat in some moment of a term, in the order of time.
    pub(crate) fn deputies_in(
        &self,
        role: Role,
        domain: Option<&DomainId>,
        term: Option<&Term>,
    ) -> impl Iterator<Item = (&PersonId, &Held)> {
        self.terms_in(&self.stand_ins, &self.deputies, role, domain, term)
    }

    #[expect(clippy::unused_self, reason = "says whose maps they are")]
    fn terms_in<'a>(
        &'a self,
        seats: &'a OrdMap<Seat, Sitting>,
        grants: &'a OrdMap<Grant, Held>,
        role: Role,
        domain: Option<&DomainId>,
        term: Option<&Term>,
    ) -> impl Iterator<Item = (&'a PersonId, &'a Held)> + use<'a> {
        let (begins, ends) = moments(term);
        let key = |moment| (role, domain.cloned(), moment);
        let found = seats.range(key(EVER)..key(ends));
        found.filter(move |(_, sitting)| begins < sitting.ends).filter_map(|(seat, sitting)| {
            let key = (sitting.person.clone(), seat.0, seat.1.clone(), seat.2);
            grants.get(&key).map(|held| (&sitting.person, held))
        })
    }

    /// When a seat is vacant: now, or from the next gap in the terms of its holders on. None if it is held without end.
    #[must_use]
    pub fn vacancy<'a>(
        &'a self,
        role: Role,
        domain: Option<&'a DomainId>,
        now: Timestamp,
    ) -> Option<Vacancy<'a>> {
        let (mut moment, mut from, mut last) = (now, None, None);
        while let Some((seat, sitting)) = sitting_at(&self.seats, role, domain, moment) {
            if sitting.ends == NEVER {
                return None;
            }
            (moment, from) = (sitting.ends, Some(sitting.ends));
            last = self.tenure(seat, sitting);
        }
        let key = |moment| (role, domain.cloned(), moment);
        if last.is_none() {
            let before = self.seats.range(key(EVER)..=key(now)).next_back();
            last = before.and_then(|(seat, sitting)| self.tenure(seat, sitting));
        }
        let last_day = last.and_then(|(_, held)| held.term.as_ref()?.last);
        let next = self.seats.range(key(moment)..=key(NEVER)).next();
        Some(Vacancy {
            role,
            domain,
            from,
            first_day: last_day.and_then(tomorrow),
            next: next.and_then(|(seat, sitting)| self.tenure(seat, sitting)),
        })
    }

    /// The seats that are vacant, or will be: the Chief PO's, and those of the domains in the order in which they were added.
    pub fn vacancies(&self, now: Timestamp) -> impl Iterator<Item = Vacancy<'_>> {
        let chief = self.vacancy(Role::ChiefPo, None, now);
        let domains = self.domains();
        let domains = domains
            .filter_map(move |(_, domain)| self.vacancy(Role::DomainPo, Some(&domain.id), now));
        chief.into_iter().chain(domains)
    }
}
