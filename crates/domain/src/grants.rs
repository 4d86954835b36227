//! Giving and taking roles, for good or from a day to a day, and naming deputies for the seats that only one person holds.

use crate::{
    error::Error,
    event::{
        Change, DeputyDismissed, DeputyNamed, Event, RoleGranted, RoleRevoked, RoleTermChanged,
    },
    ids::{DomainId, PersonId},
    mandate::{Act, Actor},
    product::Product,
    roles::{Role, RoleOf},
    seats::Held,
    term::{Days, Term, moments},
    text::Reason,
};

/// Most roles that are held in a product, those that are over or have not begun included; and most deputies.
pub const ROLES_MAX: u32 = 10_000;
/// Most days for which somebody stands in for another: who is away for longer holds the seat no more.
pub const DEPUTY_DAYS_MAX: u32 = 366;

const DAY_MICROS: i64 = 24 * 60 * 60 * 1_000_000;

/// Something asked about who is what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Give a role.
    Grant {
        /// To whom.
        person: PersonId,
        /// Which.
        role: Role,
        /// For which domain.
        domain: Option<DomainId>,
        /// From which day to which; none: from now on, without end.
        term: Option<Term>,
        /// Whether to take the seat from whoever holds it then, or the person's own other term of the role.
        replace: bool,
        /// Why.
        reason: Reason,
    },
    /// Take a role, with all terms of it that are not over.
    Revoke {
        /// From whom.
        person: PersonId,
        /// Which.
        role: Role,
        /// For which domain.
        domain: Option<DomainId>,
        /// Why.
        reason: Reason,
    },
    /// Name somebody who stands in for the holder of a seat.
    NameDeputy {
        /// Who.
        person: PersonId,
        /// The seat: the Chief PO's or a domain PO's.
        role: Role,
        /// Of which domain.
        domain: Option<DomainId>,
        /// From which day to which; it needs a last day.
        term: Option<Term>,
        /// Why.
        reason: Reason,
    },
    /// Let somebody stand in no longer, nor later.
    DismissDeputy {
        /// Who.
        person: PersonId,
        /// The seat.
        role: Role,
        /// Of which domain.
        domain: Option<DomainId>,
        /// Why.
        reason: Reason,
    },
}

/// Somebody and the role that is given to or taken from them.
#[derive(Clone, Copy)]
struct Whose<'a> {
    person: &'a PersonId,
    role: Role,
    domain: Option<&'a DomainId>,
    reason: &'a Reason,
}

impl Whose<'_> {
    fn role_of(&self) -> RoleOf {
        RoleOf { role: self.role, domain: self.domain.cloned() }
    }

    fn revoked(&self, person: &PersonId, term: Option<&Term>) -> Event {
        RoleRevoked {
            person: person.clone(),
            role: self.role,
            domain: self.domain.cloned(),
            term: term.cloned(),
            reason: self.reason.clone(),
        }
        .into()
    }

    fn changed(&self, person: &PersonId, from: Option<&Term>, to: Option<Term>) -> Event {
        RoleTermChanged {
            person: person.clone(),
            role: self.role,
            domain: self.domain.cloned(),
            term: Change { from: from.cloned(), to },
            reason: self.reason.clone(),
        }
        .into()
    }

    fn dismissed(&self, term: &Term) -> Event {
        DeputyDismissed {
            person: self.person.clone(),
            role: self.role,
            domain: self.domain.cloned(),
            term: term.clone(),
            reason: self.reason.clone(),
        }
        .into()
    }
}

impl Product {
    pub(crate) fn cast(&self, actor: &Actor, command: &Command) -> Result<Vec<Event>, Error> {
        match command {
            Command::Grant { person, role, domain, term, replace, reason } => {
                let domain = domain.as_ref();
                let whose = Whose { person, role: *role, domain, reason };
                self.grant_role(actor, whose, term.as_ref(), *replace)
            }
            Command::Revoke { person, role, domain, reason } => {
                let domain = domain.as_ref();
                self.revoke_role(actor, Whose { person, role: *role, domain, reason })
            }
            Command::NameDeputy { person, role, domain, term, reason } => {
                let domain = domain.as_ref();
                let whose = Whose { person, role: *role, domain, reason };
                self.name_deputy(actor, whose, term.as_ref())
            }
            Command::DismissDeputy { person, role, domain, reason } => {
                let domain = domain.as_ref();
                self.dismiss_deputy(actor, Whose { person, role: *role, domain, reason })
            }
        }
    }

    fn grant_role(
        &self,
        actor: &Actor,
        whose: Whose<'_>,
        term: Option<&Term>,
        replace: bool,
    ) -> Result<Vec<Event>, Error> {
        let Whose { person, role, domain, reason } = whose;
        self.may(actor, seating(role), &[])?;
        self.role_fits(role, domain)?;
        begins_in_time(actor, term)?;
        let counts = |held: &Held| held.overlaps(term) && !held.ended(actor.now);
        let own: Vec<&Held> =
            self.terms_of(person, role, domain).filter(|held| counts(held)).collect();
        if own.iter().any(|held| held.term.as_ref() == term) {
            return Ok(Vec::new());
        }
        let others = self.holders_in(role, domain, term);
        let others: Vec<_> =
            others.filter(|(holder, held)| *holder != person && counts(held)).collect();
        if !replace {
            if let Some((holder, held)) = others.first() {
                let (holder, days) = ((*holder).clone(), Days::of(held.term.as_ref()));
                return Err(Error::SeatTaken { holder, role: whose.role_of(), days });
            }
            if let Some(held) = own.first() {
                let (person, days) = (person.clone(), Days::of(held.term.as_ref()));
                return Err(Error::RoleHeld { person, role: whose.role_of(), days });
            }
        }
        if self.roles.len() >= usize::try_from(ROLES_MAX).unwrap_or(usize::MAX) {
            return Err(Error::Full { what: "roles", limit: ROLES_MAX });
        }
        let begins = moments(term).0;
        let mut events = Vec::new();
        for (holder, held) in others {
            let old = held.term.as_ref();
            let kept = term.filter(|_| moments(old).0 < begins && actor.now < begins);
            events.push(match kept.and_then(|term| Term::until(old, term)) {
                Some(until) => whose.changed(holder, old, Some(until)),
                None => whose.revoked(holder, old),
            });
        }
        events.extend(own.iter().skip(1).map(|held| whose.revoked(person, held.term.as_ref())));
        events.push(match own.first() {
            Some(held) => whose.changed(person, held.term.as_ref(), term.cloned()),
            None => {
                let (domain, term) = (domain.cloned(), term.cloned());
                let (person, reason) = (person.clone(), reason.clone());
                RoleGranted { person, role, domain, term, reason }.into()
            }
        });
        // Nobody stands in for themselves.
        let stood_in = self.deputy_terms_of(person, role, domain);
        let stood_in = stood_in.filter(|held| counts(held));
        events.extend(stood_in.filter_map(|held| Some(whose.dismissed(held.term.as_ref()?))));
        Ok(events)
    }

    fn revoke_role(&self, actor: &Actor, whose: Whose<'_>) -> Result<Vec<Event>, Error> {
        let Whose { person, role, domain, .. } = whose;
        self.may(actor, seating(role), &[])?;
        self.role_fits(role, domain)?;
        let held = self.terms_of(person, role, domain).filter(|held| !held.ended(actor.now));
        let events: Vec<Event> =
            held.map(|held| whose.revoked(person, held.term.as_ref())).collect();
        if events.is_empty() {
            return Err(Error::NoSuchRole { person: person.clone(), role: whose.role_of() });
        }
        Ok(events)
    }

    fn name_deputy(
        &self,
        actor: &Actor,
        whose: Whose<'_>,
        term: Option<&Term>,
    ) -> Result<Vec<Event>, Error> {
        let Whose { person, role, domain, reason } = whose;
        self.seat_fits(role, domain)?;
        self.may(actor, Act::NameDeputy, &domain.into_iter().collect::<Vec<_>>())?;
        begins_in_time(actor, term)?;
        let whole = term.and_then(|term| Some((term, term.last?, term.ends?)));
        let (term, last, ends) = whole.ok_or(Error::DeputyOpen)?;
        let days = term.first.map_or_else(
            || ends.0.saturating_sub(actor.now.0) / DAY_MICROS,
            |first| i64::from(last.since(first)) + 1,
        );
        if days > i64::from(DEPUTY_DAYS_MAX) {
            return Err(Error::DeputyLong { days, limit: DEPUTY_DAYS_MAX });
        }
        let mut holders = self.holders_in(role, domain, Some(term));
        if let Some((_, held)) =
            holders.find(|(holder, held)| *holder == person && !held.ended(actor.now))
        {
            let (person, days) = (person.clone(), Days::of(held.term.as_ref()));
            return Err(Error::DeputyOfSelf { person, role: whose.role_of(), days });
        }
        let mut deputies = self.deputies_in(role, domain, Some(term));
        if let Some((deputy, held)) = deputies.find(|(_, held)| !held.ended(actor.now)) {
            if deputy == person && held.term.as_ref() == Some(term) {
                return Ok(Vec::new());
            }
            let (deputy, days) = (deputy.clone(), Days::of(held.term.as_ref()));
            return Err(Error::DeputyTaken { deputy, role: whose.role_of(), days });
        }
        if self.deputies.len() >= usize::try_from(ROLES_MAX).unwrap_or(usize::MAX) {
            return Err(Error::Full { what: "deputies", limit: ROLES_MAX });
        }
        let (person, domain) = (person.clone(), domain.cloned());
        let (term, reason) = (term.clone(), reason.clone());
        Ok(vec![DeputyNamed { person, role, domain, term, reason }.into()])
    }

    fn dismiss_deputy(&self, actor: &Actor, whose: Whose<'_>) -> Result<Vec<Event>, Error> {
        let Whose { person, role, domain, .. } = whose;
        self.seat_fits(role, domain)?;
        self.may(actor, Act::NameDeputy, &domain.into_iter().collect::<Vec<_>>())?;
        let held = self.deputy_terms_of(person, role, domain).filter(|held| !held.ended(actor.now));
        let events: Vec<Event> =
            held.filter_map(|held| Some(whose.dismissed(held.term.as_ref()?))).collect();
        if events.is_empty() {
            return Err(Error::NoSuchDeputy { person: person.clone(), role: whose.role_of() });
        }
        Ok(events)
    }

    /// The roles and deputies of a domain that are not over, as they end with it.
    pub(crate) fn unseated<'a>(
        &'a self,
        actor: &Actor,
        domain: &'a DomainId,
        reason: &'a Reason,
    ) -> impl Iterator<Item = Event> + 'a {
        let now = actor.now;
        let of = move |of: Option<&DomainId>, held: &Held| of == Some(domain) && !held.ended(now);
        let revoked = self.roles().filter(move |(_, _, domain, held)| of(*domain, held));
        let revoked = revoked.map(move |(person, role, domain, held)| {
            Whose { person, role, domain, reason }.revoked(person, held.term.as_ref())
        });
        let dismissed = self.deputies().filter(move |(_, _, domain, held)| of(*domain, held));
        let dismissed = dismissed.filter_map(move |(person, role, domain, held)| {
            Some(Whose { person, role, domain, reason }.dismissed(held.term.as_ref()?))
        });
        revoked.chain(dismissed)
    }

    /// Whether somebody has a role that is not over.
    pub(crate) fn holds(
        &self,
        actor: &Actor,
        person: &PersonId,
        role: Role,
        domain: Option<&DomainId>,
    ) -> bool {
        self.terms_of(person, role, domain).any(|held| !held.ended(actor.now))
    }

    /// The loss of all terms of a role that are not over.
    pub(crate) fn losses(
        &self,
        actor: &Actor,
        person: &PersonId,
        role: Role,
        domain: Option<&DomainId>,
        reason: &Reason,
    ) -> Vec<Event> {
        let held = self.terms_of(person, role, domain).filter(|held| !held.ended(actor.now));
        let whose = Whose { person, role, domain, reason };
        held.map(|held| whose.revoked(person, held.term.as_ref())).collect()
    }

    fn role_fits(&self, role: Role, domain: Option<&DomainId>) -> Result<(), Error> {
        match (role.needs_domain(), domain) {
            (Some(true), None) => Err(Error::RoleDomain { role: role.title(), needed: true }),
            (Some(false), Some(_)) => Err(Error::RoleDomain { role: role.title(), needed: false }),
            (Some(true) | None, Some(domain)) => self.find_domain(domain).map(|_| ()),
            (Some(false) | None, None) => Ok(()),
        }
    }

    fn seat_fits(&self, role: Role, domain: Option<&DomainId>) -> Result<(), Error> {
        if !role.is_single_seat() {
            return Err(Error::NoSeat(role.title()));
        }
        self.role_fits(role, domain)
    }
}

fn seating(role: Role) -> Act {
    if role == Role::ChiefPo { Act::SeatChief } else { Act::GrantRoles }
}

fn begins_in_time(actor: &Actor, term: Option<&Term>) -> Result<(), Error> {
    match term {
        Some(term) if moments(Some(term)).1 <= actor.now => Err(Error::TermOver(term.to_string())),
        Some(_) | None => Ok(()),
    }
}
