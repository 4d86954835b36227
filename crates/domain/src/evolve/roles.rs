//! Folding in roles, seats and deputies.

use imbl::OrdMap;

use crate::{
    event::{DeputyDismissed, DeputyNamed, RoleGranted, RoleRevoked, RoleTermChanged},
    ids::{DomainId, PersonId},
    product::{Product, Since},
    roles::Role,
    seats::{Grant, Held, Seat, Sitting},
    term::{Term, moments},
};

use super::{Fold, Why};

/// A role of somebody, as an event names it.
#[derive(Clone, Copy)]
struct Whose<'a> {
    person: &'a PersonId,
    role: Role,
    domain: Option<&'a DomainId>,
}

impl Whose<'_> {
    fn grant(&self, term: Option<&Term>) -> Grant {
        (self.person.clone(), self.role, self.domain.cloned(), moments(term).0)
    }

    fn seat(&self, term: Option<&Term>) -> Seat {
        (self.role, self.domain.cloned(), moments(term).0)
    }

    /// Lets them sit for a term, where only one person sits. Whoever sat there before, in a term that is over, need not be
    /// found any more.
    fn sit(&self, seats: &mut OrdMap<Seat, Sitting>, term: Option<&Term>) {
        if !self.role.is_single_seat() {
            return;
        }
        let (begins, ends) = moments(term);
        let over = seats.range(self.seat(None)..(self.role, self.domain.cloned(), ends));
        let over = over.filter(|(_, sitting)| begins < sitting.ends).map(|(seat, _)| seat.clone());
        for seat in over.collect::<Vec<_>>() {
            seats.remove(&seat);
        }
        seats.insert(self.seat(term), Sitting { person: self.person.clone(), ends });
    }

    /// Lets them sit no more for a term, if it is they who do.
    fn rise(&self, seats: &mut OrdMap<Seat, Sitting>, term: Option<&Term>) {
        let seat = self.seat(term);
        if seats.get(&seat).is_some_and(|sitting| sitting.person == *self.person) {
            seats.remove(&seat);
        }
    }
}

impl Product {
    pub(super) fn role_granted(&mut self, e: &RoleGranted, fold: &Fold<'_>) -> Result<(), Why> {
        let whose = Whose { person: &e.person, role: e.role, domain: e.domain.as_ref() };
        let held = Held { since: since(fold), term: e.term.clone() };
        self.roles.insert(whose.grant(e.term.as_ref()), held);
        whose.sit(&mut self.seats, e.term.as_ref());
        self.seat_touched(whose, fold)
    }

    pub(super) fn role_revoked(&mut self, e: &RoleRevoked, fold: &Fold<'_>) -> Result<(), Why> {
        let whose = Whose { person: &e.person, role: e.role, domain: e.domain.as_ref() };
        self.roles.remove(&whose.grant(e.term.as_ref()));
        whose.rise(&mut self.seats, e.term.as_ref());
        self.seat_touched(whose, fold)
    }

    pub(super) fn role_term_changed(
        &mut self,
        e: &RoleTermChanged,
        fold: &Fold<'_>,
    ) -> Result<(), Why> {
        let whose = Whose { person: &e.person, role: e.role, domain: e.domain.as_ref() };
        let (from, to) = (e.term.from.as_ref(), e.term.to.as_ref());
        let held = self.roles.remove(&whose.grant(from)).ok_or(Why::Other("nobody held that"))?;
        whose.rise(&mut self.seats, from);
        self.roles.insert(whose.grant(to), Held { term: to.cloned(), ..held });
        whose.sit(&mut self.seats, to);
        self.seat_touched(whose, fold)
    }

    pub(super) fn deputy_named(&mut self, e: &DeputyNamed, fold: &Fold<'_>) -> Result<(), Why> {
        let whose = Whose { person: &e.person, role: e.role, domain: e.domain.as_ref() };
        let held = Held { since: since(fold), term: Some(e.term.clone()) };
        self.deputies.insert(whose.grant(Some(&e.term)), held);
        whose.sit(&mut self.stand_ins, Some(&e.term));
        self.seat_touched(whose, fold)
    }

    pub(super) fn deputy_dismissed(
        &mut self,
        e: &DeputyDismissed,
        fold: &Fold<'_>,
    ) -> Result<(), Why> {
        let whose = Whose { person: &e.person, role: e.role, domain: e.domain.as_ref() };
        self.deputies.remove(&whose.grant(Some(&e.term)));
        whose.rise(&mut self.stand_ins, Some(&e.term));
        self.seat_touched(whose, fold)
    }

    /// Takes out what is left of a domain's roles and deputies when it is deleted: what was over before.
    pub(super) fn forget_roles(&mut self, domain: &DomainId) {
        let ended = |grants: &OrdMap<Grant, Held>| -> Vec<Grant> {
            grants.keys().filter(|(_, _, of, _)| of.as_ref() == Some(domain)).cloned().collect()
        };
        for (person, role, of, begins) in ended(&self.roles) {
            self.seats.remove(&(role, of.clone(), begins));
            self.roles.remove(&(person, role, of, begins));
        }
        for (person, role, of, begins) in ended(&self.deputies) {
            self.stand_ins.remove(&(role, of.clone(), begins));
            self.deputies.remove(&(person, role, of, begins));
        }
    }

    /// Who sits in a domain's seat is a change of the domain.
    fn seat_touched(&mut self, whose: Whose<'_>, fold: &Fold<'_>) -> Result<(), Why> {
        match whose.domain.filter(|_| whose.role.is_single_seat()) {
            Some(domain) => self.edit_domain(domain, fold, |_| ()),
            None => Ok(()),
        }
    }
}

fn since(fold: &Fold<'_>) -> Since {
    Since { version: fold.version, time: fold.time }
}
