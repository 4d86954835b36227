//! Roles, their terms, deputies and vacancies, between wire and domain.

use koepel_domain::{
    command::Command,
    grants,
    ids::{DomainId, PersonId, ProductId, Timestamp},
    product::Product,
    roles::Role,
    seats::{Held, Vacancy},
    term::{Term, Zone},
};

use crate::{
    check::{AtField as _, Invalid},
    common::{Call, read_role, reason, request_id, role, said, timestamp},
    date::{Date, date, read_date},
    names, v1,
};

fn domain_opt(name: &str, product: &ProductId) -> Result<Option<DomainId>, Invalid> {
    if name.is_empty() { Ok(None) } else { names::domain_of("domain", name, product).map(Some) }
}

/// Reads a term; none if neither day is said.
fn read_term(
    first: Option<&Date>,
    last: Option<&Date>,
    zone: &str,
) -> Result<Option<Term>, Invalid> {
    let first = first.map(|day| read_date("first_day", day)).transpose()?;
    let last = last.map(|day| read_date("last_day", day)).transpose()?;
    let zone = if zone.is_empty() { Zone::utc() } else { Zone::new(zone).at("time_zone")? };
    Term::new(first, last, &zone).at("last_day")
}

fn cast(product: ProductId, command: grants::Command, id: &str) -> Result<Call<Command>, Invalid> {
    Ok(Call { product, command: Command::Cast(command), request_id: request_id(id)? })
}

/// `GrantRole`.
///
/// # Errors
/// [`Invalid`].
pub fn grant(request: v1::GrantRoleRequest) -> Result<Call<Command>, Invalid> {
    let product = names::product("product", &request.product)?;
    let person = names::person("person", &request.person)?;
    let role = said("role", read_role("role", request.role)?)?;
    let domain = domain_opt(&request.domain, &product)?;
    let (first, last) = (request.first_day.as_ref(), request.last_day.as_ref());
    let term = read_term(first, last, &request.time_zone)?;
    let (replace, reason) = (request.replace, reason(&request.reason)?);
    let command = grants::Command::Grant { person, role, domain, term, replace, reason };
    cast(product, command, &request.request_id)
}

/// `RevokeRole`.
///
/// # Errors
/// [`Invalid`].
pub fn revoke(request: v1::RevokeRoleRequest) -> Result<Call<Command>, Invalid> {
    let product = names::product("product", &request.product)?;
    let person = names::person("person", &request.person)?;
    let role = said("role", read_role("role", request.role)?)?;
    let domain = domain_opt(&request.domain, &product)?;
    let command =
        grants::Command::Revoke { person, role, domain, reason: reason(&request.reason)? };
    cast(product, command, &request.request_id)
}

/// `NameDeputy`.
///
/// # Errors
/// [`Invalid`].
pub fn name_deputy(request: v1::NameDeputyRequest) -> Result<Call<Command>, Invalid> {
    let product = names::product("product", &request.product)?;
    let person = names::person("person", &request.person)?;
    let role = said("role", read_role("role", request.role)?)?;
    let domain = domain_opt(&request.domain, &product)?;
    let (first, last) = (request.first_day.as_ref(), request.last_day.as_ref());
    let term = read_term(first, last, &request.time_zone)?;
    let reason = reason(&request.reason)?;
    let command = grants::Command::NameDeputy { person, role, domain, term, reason };
    cast(product, command, &request.request_id)
}

/// `DismissDeputy`.
///
/// # Errors
/// [`Invalid`].
pub fn dismiss_deputy(request: v1::DismissDeputyRequest) -> Result<Call<Command>, Invalid> {
    let product = names::product("product", &request.product)?;
    let person = names::person("person", &request.person)?;
    let role = said("role", read_role("role", request.role)?)?;
    let domain = domain_opt(&request.domain, &product)?;
    let reason = reason(&request.reason)?;
    let command = grants::Command::DismissDeputy { person, role, domain, reason };
    cast(product, command, &request.request_id)
}

/// A term on the wire.
#[must_use]
pub fn term(term: &Term) -> v1::Term {
    v1::Term {
        first_day: term.first.map(date),
        last_day: term.last.map(date),
        time_zone: term.zone.to_string(),
        begin_time: term.begins.map(timestamp),
        end_time: term.ends.map(timestamp),
    }
}

fn state(held: &Held, now: Timestamp) -> v1::RoleState {
    match (held.at(now), held.ended(now)) {
        (true, _) => v1::RoleState::InForce,
        (false, true) => v1::RoleState::Over,
        (false, false) => v1::RoleState::Coming,
    }
}

/// Whose role it is, which, and for which domain.
pub type Whose<'a> = (&'a PersonId, Role, Option<&'a DomainId>);

/// A role that somebody holds, on the wire.
#[must_use]
pub fn grant_out(
    id: &ProductId,
    (person, held_role, domain): Whose<'_>,
    display_name: String,
    held: &Held,
    now: Timestamp,
) -> v1::RoleGrant {
    v1::RoleGrant {
        person: names::of_person(person),
        person_display_name: display_name,
        role: role(held_role).into(),
        domain: domain.map_or_else(String::new, |domain| names::of_domain(id, domain)),
        since_version: held.since.version.0,
        since_time: Some(timestamp(held.since.time)),
        term: held.term.as_ref().map(term),
        state: state(held, now).into(),
    }
}

/// Somebody who stands in for another, on the wire.
#[must_use]
pub fn deputy_out(
    id: &ProductId,
    (person, seat, domain): Whose<'_>,
    display_name: String,
    held: &Held,
    now: Timestamp,
) -> v1::Deputy {
    v1::Deputy {
        person: names::of_person(person),
        person_display_name: display_name,
        role: role(seat).into(),
        domain: domain.map_or_else(String::new, |domain| names::of_domain(id, domain)),
        term: held.term.as_ref().map(term),
        state: state(held, now).into(),
        since_version: held.since.version.0,
        since_time: Some(timestamp(held.since.time)),
    }
}

/// A vacant seat on the wire, with whoever stands in when it becomes vacant; `name_of` tells the name to show of a person.
#[must_use]
pub fn vacancy(
    id: &ProductId,
    product: &Product,
    vacancy: &Vacancy<'_>,
    now: Timestamp,
    name_of: &dyn Fn(&PersonId) -> String,
) -> v1::Vacancy {
    let at = vacancy.from.unwrap_or(now);
    let deputy = product.deputy_tenure_at(vacancy.role, vacancy.domain, at);
    v1::Vacancy {
        role: role(vacancy.role).into(),
        domain: vacancy.domain.map_or_else(String::new, |domain| names::of_domain(id, domain)),
        from_time: vacancy.from.map(timestamp),
        first_day: vacancy.first_day.map(date),
        next_person: vacancy.next.map_or_else(String::new, |(next, _)| names::of_person(next)),
        next_person_display_name: vacancy.next.map_or_else(String::new, |(next, _)| name_of(next)),
        next_term: vacancy.next.and_then(|(_, held)| held.term.as_ref()).map(term),
        deputy: deputy.map_or_else(String::new, |(deputy, _)| names::of_person(deputy)),
        deputy_display_name: deputy.map_or_else(String::new, |(deputy, _)| name_of(deputy)),
        deputy_term: deputy.and_then(|(_, held)| held.term.as_ref()).map(term),
    }
}
