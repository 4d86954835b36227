//! Whether a table of points may be saved: each point by itself, then each cell.

use std::collections::BTreeSet;

use super::{Cell, DEPTH_MAX, Decider, POINTS_MAX, Point, STEPS_MAX, Scope, Step, Topic};
use crate::{
    error::Error,
    ids::{CalendarId, DomainId, Malformed, PersonId, PointId, Timestamp},
    product::Product,
    roles::Role,
};

/// What is wrong with a field of a point.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// There is no such domain.
    #[error("there is no domain {0} in this product")]
    UnknownDomain(DomainId),
    /// There is no such calendar.
    #[error("there is no calendar {0} in this product; save it first")]
    UnknownCalendar(CalendarId),
    /// Nobody of this product, or not any more.
    #[error("{0} has no role in this product now; give them one first")]
    UnknownPerson(PersonId),
    /// A role that several may hold.
    #[error("a {0} holds no seat; name the Chief PO, a domain PO, a deputy or a person")]
    NoSeat(&'static str),
    /// A seat of the whole product with a domain.
    #[error("the {0} answers for the whole product; name no domain")]
    SeatDomain(&'static str),
    /// No topic, or no step.
    #[error("there must be at least one")]
    None,
    /// More steps than fit.
    #[error("{count} steps do not fit; at most {STEPS_MAX} do")]
    TooManySteps {
        /// How many.
        count: usize,
    },
    /// A hierarchy too deep.
    #[error(
        "{count} different seats or persons decide one after the other; at most {DEPTH_MAX} may, beside their deputies"
    )]
    TooDeep {
        /// How many.
        count: usize,
    },
    /// The same decider again.
    #[error("{0} is in the line twice")]
    Twice(String),
    /// An answer time out of range.
    #[error(transparent)]
    Answer(#[from] Malformed),
    /// No domain is the one concerned.
    #[error(
        "across domains no single domain is concerned; name the domain, or add a point across domains for {0}"
    )]
    NoneConcerned(&'static str),
}

/// All cells of a product: each topic in each domain, and across them.
pub(super) fn cells(product: &Product) -> impl Iterator<Item = Cell> {
    let domains: Vec<_> =
        product.domains().map(|(_, domain)| Some(domain.id.clone())).chain([None]).collect();
    Topic::ALL.into_iter().flat_map(move |topic| {
        let cell = move |domain| Cell { topic, domain };
        domains.clone().into_iter().map(cell)
    })
}

/// The most specific points of a cell: one, in a table without gaps and overlaps.
pub(super) fn of_cell<'a>(points: &'a [Point], cell: &Cell) -> Vec<&'a Point> {
    let own = |scope: &Scope| match (scope, &cell.domain) {
        (Scope::Domain(domain), Some(wanted)) => domain == wanted,
        (Scope::Across, None) => true,
        (Scope::Product | Scope::Domain(_) | Scope::Across, _) => false,
    };
    let about = |point: &&Point| point.topics.contains(&cell.topic);
    let own: Vec<_> = points.iter().filter(about).filter(|point| own(&point.scope)).collect();
    if own.is_empty() {
        points.iter().filter(about).filter(|point| point.scope == Scope::Product).collect()
    } else {
        own
    }
}

/// Refuses a table that may not be saved. An empty one may: the built-in default decides then.
pub(super) fn table(product: &Product, points: &[Point], now: Timestamp) -> Result<(), Error> {
    if points.len() > POINTS_MAX {
        return Err(Error::TooMany { what: "points", count: points.len(), limit: POINTS_MAX });
    }
    let mut ids = BTreeSet::new();
    for (nth, point) in points.iter().enumerate() {
        if !ids.insert(&point.id) {
            return Err(Error::PointTwice(point.id.clone()));
        }
        alone(product, point, now)
            .map_err(|(field, wrong)| invalid(nth, &point.id, field, wrong))?;
    }
    if points.is_empty() {
        return Ok(());
    }
    cells(product).try_for_each(|cell| decided(points, cell))
}

fn invalid(nth: usize, point: &PointId, field: String, wrong: Wrong) -> Error {
    Error::PointInvalid { nth, point: point.clone(), field, wrong }
}

/// That exactly one point decides a cell, and that its line is one there.
fn decided(points: &[Point], cell: Cell) -> Result<(), Error> {
    let point = match of_cell(points, &cell).as_slice() {
        [] => return Err(Error::PointGap(cell)),
        [point] => *point,
        [first, second, ..] => {
            return Err(Error::PointOverlap {
                cell,
                first: first.id.clone(),
                second: second.id.clone(),
            });
        }
    };
    let concerned = |step: &Step| match &step.decider {
        Decider::Seat(Role::DomainPo, None) | Decider::Deputy(Role::DomainPo, None) => true,
        Decider::Seat(..) | Decider::Deputy(..) | Decider::Person(_) => false,
    };
    let Some(step) = point.line.iter().position(concerned).filter(|_| cell.domain.is_none()) else {
        return Ok(());
    };
    let nth = points.iter().position(|one| one.id == point.id).unwrap_or_default();
    let wrong = Wrong::NoneConcerned(cell.topic.word());
    Err(invalid(nth, &point.id, format!("line[{step}].decider"), wrong))
}

/// A point by itself: which of its fields is wrong, and how.
fn alone(product: &Product, point: &Point, now: Timestamp) -> Result<(), (String, Wrong)> {
    if point.topics.is_empty() {
        return Err(("topics".to_owned(), Wrong::None));
    }
    match &point.scope {
        Scope::Domain(id) if product.domain_by_id(id).is_none() => {
            return Err(("scope".to_owned(), Wrong::UnknownDomain(id.clone())));
        }
        Scope::Product | Scope::Domain(_) | Scope::Across => {}
    }
    if let Some(id) = point.calendar.as_ref().filter(|id| product.calendar(id).is_none()) {
        return Err(("calendar".to_owned(), Wrong::UnknownCalendar(id.clone())));
    }
    let line = |wrong| ("line".to_owned(), wrong);
    match point.line.len() {
        0 => return Err(line(Wrong::None)),
        count if count > STEPS_MAX => return Err(line(Wrong::TooManySteps { count })),
        _ => {}
    }
    for (nth, step) in point.line.iter().enumerate() {
        decider(product, &step.decider, now)
            .map_err(|wrong| (format!("line[{nth}].decider"), wrong))?;
        step.answer.check().map_err(|wrong| (format!("line[{nth}].answer"), wrong.into()))?;
        if point.line.iter().take(nth).any(|earlier| earlier.decider == step.decider) {
            return Err((format!("line[{nth}].decider"), Wrong::Twice(step.decider.to_string())));
        }
    }
    let principals: BTreeSet<_> = point.line.iter().map(|step| principal(&step.decider)).collect();
    if principals.len() > DEPTH_MAX {
        return Err(line(Wrong::TooDeep { count: principals.len() }));
    }
    Ok(())
}

/// Whose decision it is: a deputy decides for the seat.
fn principal(decider: &Decider) -> Decider {
    match decider {
        Decider::Seat(role, domain) | Decider::Deputy(role, domain) => {
            Decider::Seat(*role, domain.clone())
        }
        Decider::Person(person) => Decider::Person(person.clone()),
    }
}

fn decider(product: &Product, decider: &Decider, now: Timestamp) -> Result<(), Wrong> {
    match decider {
        Decider::Seat(role, _) | Decider::Deputy(role, _) if !role.is_single_seat() => {
            Err(Wrong::NoSeat(role.title()))
        }
        Decider::Seat(role, Some(_)) | Decider::Deputy(role, Some(_))
            if role.needs_domain() == Some(false) =>
        {
            Err(Wrong::SeatDomain(role.title()))
        }
        Decider::Seat(_, Some(domain)) | Decider::Deputy(_, Some(domain))
            if product.domain_by_id(domain).is_none() =>
        {
            Err(Wrong::UnknownDomain(domain.clone()))
        }
        Decider::Person(person) if product.mandates_at(person, now).next().is_none() => {
            Err(Wrong::UnknownPerson(person.clone()))
        }
        Decider::Seat(..) | Decider::Deputy(..) | Decider::Person(_) => Ok(()),
    }
}
