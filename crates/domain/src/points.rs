//! Escalation points: which topic, where, is decided by whom, within which time, and who comes next.
//!
//! The table is saved as a whole, so that it never has a gap or an overlap when it is saved: each topic, in each domain and
//! across domains, has exactly one most specific point. A domain that is added later may open a gap; the built-in default
//! decides there until somebody saves the table anew.

mod check;
#[cfg(test)]
mod tests;

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

pub use check::Wrong;

use crate::{
    calendar::{AnswerTime, Calendar},
    decide::fresh,
    error::Error,
    event::{EscalationPointsSaved, Event},
    ids::{CalendarId, DomainId, PersonId, PointId, Timestamp, Version},
    mandate::{Act, Actor},
    product::Product,
    roles::Role,
    text::Reason,
};

/// Most points of a product.
pub const POINTS_MAX: usize = 500;
/// Most steps of a point's line.
pub const STEPS_MAX: usize = 4;
/// Most seats and persons of a line, their deputies not counted.
pub const DEPTH_MAX: usize = 2;

/// What a disagreement is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Topic {
    /// What comes first.
    Priority,
    /// Where the product goes.
    Vision,
    /// What one domain needs from another.
    Dependency,
    /// Who has how much time.
    Capacity,
    /// What is good enough.
    Quality,
    /// Money.
    Budget,
    /// Law and rules.
    Compliance,
}

impl Topic {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Priority,
        Self::Vision,
        Self::Dependency,
        Self::Capacity,
        Self::Quality,
        Self::Budget,
        Self::Compliance,
    ];

    /// As it is written and said.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Priority => "priority",
            Self::Vision => "vision",
            Self::Dependency => "dependency",
            Self::Capacity => "capacity",
            Self::Quality => "quality",
            Self::Budget => "budget",
            Self::Compliance => "compliance",
        }
    }
}

/// Where a point decides. A domain's point goes before one of the product.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Scope {
    /// Wherever no other point does.
    Product,
    /// What concerns one domain alone.
    Domain(DomainId),
    /// What concerns several domains, or none in particular.
    Across,
}

/// Who decides.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "StoredDecider", into = "StoredDecider")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Decider {
    /// Whoever holds a seat: the Chief PO, the PO of a domain; without a domain, that of the domain concerned.
    Seat(Role, Option<DomainId>),
    /// Whoever stands in for the holder of a seat.
    Deputy(Role, Option<DomainId>),
    /// One person.
    Person(PersonId),
}

/// [`Decider`] as it is stored.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
enum StoredDecider {
    /// Whoever holds a seat.
    Seat { role: Role, domain: Option<DomainId> },
    /// Whoever stands in for the holder of a seat.
    Deputy { role: Role, domain: Option<DomainId> },
    /// One person.
    Person { person: PersonId },
}

impl From<StoredDecider> for Decider {
    fn from(stored: StoredDecider) -> Self {
        match stored {
            StoredDecider::Seat { role, domain } => Self::Seat(role, domain),
            StoredDecider::Deputy { role, domain } => Self::Deputy(role, domain),
            StoredDecider::Person { person } => Self::Person(person),
        }
    }
}

impl From<Decider> for StoredDecider {
    fn from(decider: Decider) -> Self {
        match decider {
            Decider::Seat(role, domain) => Self::Seat { role, domain },
            Decider::Deputy(role, domain) => Self::Deputy { role, domain },
            Decider::Person(person) => Self::Person { person },
        }
    }
}

/// "the PO of online", "the Chief PO's deputy", "p-hanna".
impl fmt::Display for Decider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seat(role, domain) => f.write_str(&seat(*role, domain.as_ref())),
            Self::Deputy(role @ Role::ChiefPo, domain) => {
                write!(f, "{}'s deputy", seat(*role, domain.as_ref()))
            }
            Self::Deputy(role, domain) => {
                write!(f, "the deputy of {}", seat(*role, domain.as_ref()))
            }
            Self::Person(person) => person.fmt(f),
        }
    }
}

fn seat(role: Role, domain: Option<&DomainId>) -> String {
    match domain {
        Some(domain) if role == Role::DomainPo => format!("the PO of {domain}"),
        Some(domain) => format!("the {} of {domain}", role.title()),
        None if role == Role::DomainPo => "the PO of the domain concerned".to_owned(),
        None => format!("the {}", role.title()),
    }
}

/// One after the other in a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Step {
    /// Who decides.
    pub decider: Decider,
    /// How long they have, before it goes to the next.
    pub answer: AnswerTime,
}

/// An escalation point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Point {
    /// Its id.
    pub id: PointId,
    /// About what; each once, in order.
    pub topics: Vec<Topic>,
    /// Where.
    pub scope: Scope,
    /// In whose working time answers are counted; the product's default calendar, if none is named.
    pub calendar: Option<CalendarId>,
    /// Who decides, one after the other.
    pub line: Vec<Step>,
}

/// The table of a product's points.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// As they were saved; none: the built-in default decides everything.
    pub points: Vec<Point>,
    /// The version of its last change.
    pub changed: Version,
}

/// A topic in one domain, or across domains.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cell {
    /// About what.
    pub topic: Topic,
    /// In which domain; `None` across domains.
    pub domain: Option<DomainId>,
}

/// "budget × offline".
impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.domain.as_ref().map_or("across domains", DomainId::as_str);
        write!(f, "{} × {place}", self.topic.word())
    }
}

/// The way that an escalation goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// In whose working time answers are counted.
    pub calendar: Arc<Calendar>,
    /// Who decides, one after the other; never empty. The PO of the domain concerned is that of a domain here.
    pub line: Vec<Step>,
    /// The point that says so; `None` for the built-in default.
    pub point: Option<PointId>,
}

/// The line of the built-in default: the Chief PO, then the deputy, two working days each.
#[must_use]
pub fn default_line() -> Vec<Step> {
    let step = |decider| Step { decider, answer: AnswerTime::Days(2) };
    vec![step(Decider::Seat(Role::ChiefPo, None)), step(Decider::Deputy(Role::ChiefPo, None))]
}

impl Product {
    /// All escalation points, as they were saved.
    pub fn points(&self) -> impl Iterator<Item = &Point> {
        self.points.points.iter()
    }

    /// The version of the last change of the points.
    #[must_use]
    pub fn points_changed(&self) -> Version {
        self.points.changed
    }

    /// The way that an escalation goes which is about `topic` and concerns `domains` (each once; none: none in particular).
    /// Never fails: where no point decides, the built-in default does.
    #[must_use]
    pub fn route(&self, topic: Topic, domains: &[&DomainId]) -> Route {
        let domain = match domains {
            [domain] => Some(*domain),
            [] | [..] => None,
        };
        let cell = Cell { topic, domain: domain.cloned() };
        let found = check::of_cell(&self.points.points, &cell).first().copied();
        let resolved = found.map(|point| (point, resolve(&point.line, domain)));
        match resolved {
            Some((point, line)) if !line.is_empty() => {
                let named = point.calendar.as_ref().and_then(|id| self.calendar(id));
                let calendar = named.map_or_else(|| self.default_calendar(), |held| &held.calendar);
                Route { calendar: Arc::clone(calendar), line, point: Some(point.id.clone()) }
            }
            Some(_) | None => Route {
                calendar: Arc::clone(self.default_calendar()),
                line: default_line(),
                point: None,
            },
        }
    }

    /// The cells that no point decides, so that the built-in default does: a domain was added since, or no table was saved.
    /// And those whose point names nobody who is there at the moment: the default decides there, too.
    #[must_use]
    pub fn point_gaps(&self, now: Timestamp) -> Vec<Cell> {
        let there = |step: &Step| !self.impartial(&step.decider, &[], now).is_empty();
        let decided = |cell: &Cell| {
            let route = self.route(cell.topic, cell.domain.as_ref().as_slice());
            route.point.is_some() && route.line.iter().any(there)
        };
        check::cells(self).filter(|cell| !decided(cell)).collect()
    }

    /// The table without the points that are for a domain alone, if there are any: they end with it. Its table could not be saved
    /// without them before, as it would have had gaps.
    ///
    /// # Errors
    /// [`Error::DomainDecides`], if other points have the domain's PO decide: somebody has to say who does instead.
    pub(crate) fn points_without(
        &self,
        domain: &DomainId,
        reason: &Reason,
    ) -> Result<Option<Event>, Error> {
        let own = |point: &Point| matches!(&point.scope, Scope::Domain(of) if of == domain);
        let (gone, kept): (Vec<&Point>, Vec<&Point>) = self.points().partition(|point| own(point));
        let names = |step: &Step| match &step.decider {
            Decider::Seat(_, of) | Decider::Deputy(_, of) => of.as_ref() == Some(domain),
            Decider::Person(_) => false,
        };
        let naming = kept.iter().filter(|point| point.line.iter().any(names));
        let points: Vec<PointId> = naming.map(|point| point.id.clone()).collect();
        if !points.is_empty() {
            return Err(Error::DomainDecides { domain: domain.clone(), points });
        }
        let saved = || {
            let points = kept.into_iter().cloned().collect();
            EscalationPointsSaved { points, reason: reason.clone() }.into()
        };
        Ok((!gone.is_empty()).then(saved))
    }

    pub(crate) fn save_points(
        &self,
        actor: &Actor,
        points: &[Point],
        reason: &Reason,
        expected: Option<Version>,
    ) -> Result<Vec<Event>, Error> {
        self.may(actor, Act::SetEscalationPoints, &[])?;
        fresh("the table of escalation points", expected, self.points.changed)?;
        let mut points = points.to_vec();
        for point in &mut points {
            point.topics.sort_unstable();
            point.topics.dedup();
        }
        check::table(self, &points, actor.now)?;
        if points == self.points.points {
            return Ok(Vec::new());
        }
        Ok(vec![EscalationPointsSaved { points, reason: reason.clone() }.into()])
    }
}

/// A line with the domain concerned put in. A step for which there is none is left out.
fn resolve(line: &[Step], domain: Option<&DomainId>) -> Vec<Step> {
    let decider = |decider: &Decider| match decider {
        Decider::Seat(Role::DomainPo, None) => {
            Some(Decider::Seat(Role::DomainPo, Some(domain?.clone())))
        }
        Decider::Deputy(Role::DomainPo, None) => {
            Some(Decider::Deputy(Role::DomainPo, Some(domain?.clone())))
        }
        Decider::Seat(..) | Decider::Deputy(..) | Decider::Person(_) => Some(decider.clone()),
    };
    let step = |step: &Step| Some(Step { decider: decider(&step.decider)?, answer: step.answer });
    line.iter().filter_map(step).collect()
}
