//! Calendars and escalation points, between wire and domain.

use std::sync::Arc;

use koepel_domain::{
    calendar::{AnswerTime, Calendar, Command as Keep, Country, DATA_DATE, Kept, OwnDay, Zone},
    command::Command,
    day::Day,
    ids::{CalendarId, DomainId, ProductId, Timestamp},
    points::{Cell, Decider, Point, Scope, Step, Topic},
    product::Product,
    text::{Line, Name},
};

use crate::{
    check::{AtField as _, Collect, Invalid},
    common::{self, Call, expected, reason, request_id, said, timestamp},
    date::{date, read_date},
    hours::{read_hours, read_week, spans, week},
    names, v1,
};

/// Most points and most days that a request may have; the domain allows fewer.
const LIST_MAX: usize = 10_000;

fn missing(field: &str) -> Invalid {
    Invalid::field(field, "is missing")
}

fn short(field: &str, length: usize) -> Result<(), Invalid> {
    if length <= LIST_MAX {
        return Ok(());
    }
    Err(Invalid::field(field, format_args!("has {length} entries; at most {LIST_MAX} are taken")))
}

/// `SaveCalendar`.
///
/// # Errors
/// [`Invalid`].
pub fn save_calendar(request: v1::SaveCalendarRequest) -> Result<Call<Command>, Invalid> {
    let from = request.calendar.ok_or_else(|| missing("calendar"))?;
    let (product, id) = names::calendar("calendar.name", &from.name)?;
    short("calendar.days", from.days.len())?;
    let mut wrong = Collect::default();
    let name = wrong.take(Name::new(&from.display_name).at("calendar.display_name"));
    let zone = wrong.take(Zone::new(&from.time_zone).at("calendar.time_zone"));
    let week = read_week("calendar.week", &from.week.unwrap_or_default(), &mut wrong);
    let mut holidays = Vec::new();
    for (nth, country) in from.holidays.iter().enumerate() {
        holidays.extend(wrong.take(read_country(&format!("calendar.holidays[{nth}]"), *country)));
    }
    let mut days = Vec::new();
    for (nth, day) in from.days.iter().enumerate() {
        days.extend(wrong.take(read_own_day(&format!("calendar.days[{nth}]"), day)));
    }
    let reason = wrong.take(reason(&request.reason));
    wrong.finish()?;
    let command = (|| {
        let (name, zone, reason) = (name?, zone?, reason?);
        let calendar = Arc::new(Calendar { id, name, zone, week, holidays, days });
        let expected = expected(request.expected_version);
        Some(Keep::Save { calendar, default: from.default, reason, expected })
    })();
    let command = Command::KeepCalendars(command.ok_or_else(|| missing("calendar"))?);
    Ok(Call { product, command, request_id: request_id(&request.request_id)? })
}

fn read_country(field: &str, country: i32) -> Result<Country, Invalid> {
    match v1::Country::try_from(country) {
        Ok(v1::Country::Denmark) => Ok(Country::Denmark),
        Ok(v1::Country::Netherlands) => Ok(Country::Netherlands),
        Ok(v1::Country::Unspecified) => Err(Invalid::field(field, "is not specified")),
        Err(_) => {
            let what = format_args!("{country} is no country whose holidays are known");
            Err(Invalid::field(field, what))
        }
    }
}

fn read_own_day(field: &str, from: &v1::CalendarDay) -> Result<OwnDay, Invalid> {
    let at = |part: &str| format!("{field}.{part}");
    let day = said(&at("day"), from.day.as_ref())?;
    Ok(OwnDay {
        day: read_date(&at("day"), day)?,
        hours: read_hours(&at("hours"), &from.hours)?,
        name: Line::new(&from.display_name).at(&at("display_name"))?,
    })
}

/// `RemoveCalendar`.
///
/// # Errors
/// [`Invalid`].
pub fn remove_calendar(request: v1::RemoveCalendarRequest) -> Result<Call<Command>, Invalid> {
    let (product, calendar) = names::calendar("name", &request.name)?;
    let reason = reason(&request.reason)?;
    let expected = expected(request.expected_version);
    let command = Command::KeepCalendars(Keep::Remove { calendar, reason, expected });
    Ok(Call { product, command, request_id: request_id(&request.request_id)? })
}

/// Reads an answer time that must be there.
///
/// # Errors
/// [`Invalid`] for `field`, also if it is out of range.
pub fn read_answer_time(field: &str, from: Option<&v1::AnswerTime>) -> Result<AnswerTime, Invalid> {
    use v1::answer_time::Length::{WorkingDays, WorkingHours};
    let length = from.and_then(|from| from.length);
    let none = || Invalid::field(field, "says no time; give working_hours or working_days");
    // More than fit are out of range in any case.
    let count = |count: u32| u16::try_from(count).unwrap_or(u16::MAX);
    let time = match length.ok_or_else(none)? {
        WorkingHours(hours) => AnswerTime::Hours(count(hours)),
        WorkingDays(days) => AnswerTime::Days(count(days)),
    };
    time.check().at(field)
}

/// An answer time on the wire.
#[must_use]
pub fn answer_time(time: AnswerTime) -> v1::AnswerTime {
    use v1::answer_time::Length::{WorkingDays, WorkingHours};
    let length = match time {
        AnswerTime::Hours(hours) => WorkingHours(hours.into()),
        AnswerTime::Days(days) => WorkingDays(days.into()),
    };
    v1::AnswerTime { length: Some(length) }
}

/// `SaveEscalationPoints`.
///
/// # Errors
/// [`Invalid`].
pub fn save_points(request: v1::SaveEscalationPointsRequest) -> Result<Call<Command>, Invalid> {
    let product = names::product("product", &request.product)?;
    short("points", request.points.len())?;
    let mut wrong = Collect::default();
    let mut points = Vec::new();
    for (nth, point) in request.points.iter().enumerate() {
        points.extend(wrong.take(read_point(&format!("points[{nth}]"), point, &product)));
    }
    let reason = wrong.take(reason(&request.reason));
    wrong.finish()?;
    let expected = expected(request.expected_version);
    let command = Command::SavePoints { points, reason: reason.unwrap_or_default(), expected };
    Ok(Call { product, command, request_id: request_id(&request.request_id)? })
}

fn read_point(
    field: &str,
    from: &v1::EscalationPoint,
    product: &ProductId,
) -> Result<Point, Invalid> {
    let at = |part: &str| format!("{field}.{part}");
    let id = names::point_of(&at("name"), &from.name, product)?;
    short(&at("topics"), from.topics.len())?;
    short(&at("line"), from.line.len())?;
    let mut topics = Vec::new();
    for (nth, topic) in from.topics.iter().enumerate() {
        topics.push(read_topic(&at(&format!("topics[{nth}]")), *topic)?);
    }
    let scope = match (from.domain.as_str(), from.across_domains) {
        ("", false) => Scope::Product,
        ("", true) => Scope::Across,
        (domain, false) => Scope::Domain(names::domain_of(&at("domain"), domain, product)?),
        (_, true) => {
            let what = "is given along with across_domains; leave one of them";
            return Err(Invalid::field(&at("domain"), what));
        }
    };
    let calendar = match from.calendar.as_str() {
        "" => None,
        name => Some(names::calendar_of(&at("calendar"), name, product)?),
    };
    let mut line = Vec::new();
    for (nth, step) in from.line.iter().enumerate() {
        line.push(read_step(&at(&format!("line[{nth}]")), step, product)?);
    }
    Ok(Point { id, topics, scope, calendar, line })
}

/// Reads a topic that must be said.
///
/// # Errors
/// [`Invalid`] for `field`.
pub fn read_topic(field: &str, value: i32) -> Result<Topic, Invalid> {
    said(field, common::read_topic(field, value)?)
}

fn read_step(field: &str, from: &v1::EscalationStep, product: &ProductId) -> Result<Step, Invalid> {
    use v1::escalation_step::Decider::{Deputy, Person, Seat};
    let none =
        || Invalid::field(&format!("{field}.seat"), "says nobody; give seat, deputy or person");
    let decider = match from.decider.as_ref().ok_or_else(none)? {
        Seat(seat) => {
            let (role, domain) = read_seat(&format!("{field}.seat"), seat, product)?;
            Decider::Seat(role, domain)
        }
        Deputy(seat) => {
            let (role, domain) = read_seat(&format!("{field}.deputy"), seat, product)?;
            Decider::Deputy(role, domain)
        }
        Person(name) => Decider::Person(names::person(&format!("{field}.person"), name)?),
    };
    let answer = read_answer_time(&format!("{field}.answer_time"), from.answer_time.as_ref())?;
    Ok(Step { decider, answer })
}

fn read_seat(
    field: &str,
    from: &v1::Seat,
    product: &ProductId,
) -> Result<(koepel_domain::roles::Role, Option<DomainId>), Invalid> {
    let role = format!("{field}.role");
    let role = said(&role, common::read_role(&role, from.role)?)?;
    let domain = match from.domain.as_str() {
        "" => None,
        name => Some(names::domain_of(&format!("{field}.domain"), name, product)?),
    };
    Ok((role, domain))
}

/// A calendar on the wire; the built-in one, if it was not saved.
#[must_use]
pub fn calendar(
    id: &ProductId,
    product: &Product,
    calendar: &Calendar,
    kept: Option<&Kept>,
) -> v1::Calendar {
    let own = |own: &OwnDay| v1::CalendarDay {
        day: Some(date(own.day)),
        hours: spans(&own.hours),
        display_name: own.name.to_string(),
    };
    let country = |country: &Country| match country {
        Country::Denmark => v1::Country::Denmark.into(),
        Country::Netherlands => v1::Country::Netherlands.into(),
    };
    v1::Calendar {
        name: names::of_calendar(id, &calendar.id),
        display_name: calendar.name.to_string(),
        time_zone: calendar.zone.to_string(),
        week: Some(week(&calendar.week)),
        holidays: calendar.holidays.iter().map(country).collect(),
        days: calendar.days.iter().map(own).collect(),
        default: product.default_calendar().id == calendar.id,
        built_in: calendar.is_built_in(),
        changed_at_version: kept.map_or(0, |kept| kept.changed.0),
    }
}

/// What a preview of a deadline says.
#[must_use]
pub fn deadline(
    calendar: &Calendar,
    from: Timestamp,
    answer: AnswerTime,
) -> v1::ComputeDeadlineResponse {
    let deadline = calendar.deadline(from, answer);
    let years = calendar.years_by_rule(from, deadline);
    let data: Option<Day> = DATA_DATE.parse().ok();
    v1::ComputeDeadlineResponse {
        opening_time: Some(timestamp(calendar.next_opening(from))),
        deadline: Some(timestamp(deadline)),
        years_by_rule: years.into_iter().map(i32::from).collect(),
        holidays_date: data.map(date),
        ..v1::ComputeDeadlineResponse::default()
    }
}

/// A decider on the wire.
#[must_use]
pub fn decider(id: &ProductId, decider: &Decider) -> v1::escalation_step::Decider {
    use v1::escalation_step::Decider as Wire;
    let seat = |role, domain: &Option<DomainId>| v1::Seat {
        role: common::role(role).into(),
        domain: domain.as_ref().map_or_else(String::new, |domain| names::of_domain(id, domain)),
    };
    match decider {
        Decider::Seat(role, domain) => Wire::Seat(seat(*role, domain)),
        Decider::Deputy(role, domain) => Wire::Deputy(seat(*role, domain)),
        Decider::Person(person) => Wire::Person(names::of_person(person)),
    }
}

/// A step of a line on the wire.
#[must_use]
pub fn step(id: &ProductId, step: &Step) -> v1::EscalationStep {
    v1::EscalationStep {
        decider: Some(decider(id, &step.decider)),
        answer_time: Some(answer_time(step.answer)),
    }
}

/// A point on the wire.
#[must_use]
pub fn point(id: &ProductId, point: &Point) -> v1::EscalationPoint {
    let domain = match &point.scope {
        Scope::Domain(domain) => names::of_domain(id, domain),
        Scope::Product | Scope::Across => String::new(),
    };
    let calendar = point.calendar.as_ref();
    v1::EscalationPoint {
        name: names::of_point(id, &point.id),
        topics: point.topics.iter().map(|topic| common::topic(*topic).into()).collect(),
        domain,
        across_domains: point.scope == Scope::Across,
        calendar: calendar.map_or_else(String::new, |calendar| names::of_calendar(id, calendar)),
        line: point.line.iter().map(|one| step(id, one)).collect(),
    }
}

/// A gap on the wire.
#[must_use]
pub fn gap(id: &ProductId, cell: &Cell) -> v1::EscalationGap {
    let domain = cell.domain.as_ref();
    v1::EscalationGap {
        topic: common::topic(cell.topic).into(),
        domain: domain.map_or_else(String::new, |domain| names::of_domain(id, domain)),
    }
}

/// Reads `products/{product}/calendars/{calendar}`; the default one, `-`, is none.
///
/// # Errors
/// [`Invalid`] for `field`.
pub fn calendar_or_default(
    field: &str,
    name: &str,
) -> Result<(ProductId, Option<CalendarId>), Invalid> {
    match name.strip_suffix("/calendars/-") {
        Some(product) => Ok((names::product(field, product)?, None)),
        None => names::calendar(field, name).map(|(product, id)| (product, Some(id))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product() -> ProductId {
        ProductId::new("webshop").unwrap()
    }

    fn point_on_the_wire() -> v1::EscalationPoint {
        v1::EscalationPoint {
            name: "products/webshop/escalationPoints/all".to_owned(),
            topics: vec![v1::Topic::Budget.into()],
            domain: "products/webshop/domains/online".to_owned(),
            across_domains: false,
            calendar: "products/webshop/calendars/here".to_owned(),
            line: vec![v1::EscalationStep {
                decider: Some(v1::escalation_step::Decider::Deputy(v1::Seat {
                    role: v1::Role::DomainPo.into(),
                    domain: "products/webshop/domains/online".to_owned(),
                })),
                answer_time: Some(answer_time(AnswerTime::Days(2))),
            }],
        }
    }

    #[test]
    fn a_point_survives_the_wire() {
        let wire = point_on_the_wire();
        let read = read_point("points[0]", &wire, &product()).unwrap();
        assert_eq!(point(&product(), &read), wire);
    }

    #[test]
    fn each_field_of_a_point_is_refused_by_its_path() {
        type Spoil = fn(&mut v1::EscalationPoint);
        let cases: [(&str, Spoil); 9] = [
            ("points[0].name", |point| point.name = "all".to_owned()),
            ("points[0].topics[0]", |point| point.topics = vec![0]),
            ("points[0].topics[0]", |point| point.topics = vec![99]),
            ("points[0].domain", |point| point.across_domains = true),
            ("points[0].calendar", |point| point.calendar = "here".to_owned()),
            ("points[0].line[0].answer_time", |point| point.line[0].answer_time = None),
            ("points[0].line[0].answer_time", |point| {
                let length = Some(v1::answer_time::Length::WorkingDays(70_000));
                point.line[0].answer_time = Some(v1::AnswerTime { length });
            }),
            ("points[0].line[0].seat", |point| point.line[0].decider = None),
            ("points[0].line[0].person", |point| {
                point.line[0].decider = Some(v1::escalation_step::Decider::Person("x".to_owned()));
            }),
        ];
        for (field, spoil) in cases {
            let mut wire = point_on_the_wire();
            spoil(&mut wire);
            let refused = read_point("points[0]", &wire, &product()).unwrap_err();
            assert_eq!(refused.0[0].field, field);
        }
    }

    #[test]
    fn a_calendar_is_refused_with_all_its_wrong_fields() {
        let calendar = v1::Calendar {
            name: "products/webshop/calendars/here".to_owned(),
            time_zone: "Mars/Olympus".to_owned(),
            week: Some(v1::WeekHours {
                monday: vec!["9-17".to_owned()],
                tuesday: vec!["13:00-17:00".to_owned(), "09:00-12:00".to_owned()],
                ..v1::WeekHours::default()
            }),
            holidays: vec![0, 77],
            days: vec![v1::CalendarDay::default()],
            ..v1::Calendar::default()
        };
        let request = v1::SaveCalendarRequest { calendar: Some(calendar), ..Default::default() };
        let fields: Vec<_> =
            save_calendar(request).unwrap_err().0.into_iter().map(|wrong| wrong.field).collect();
        assert_eq!(
            fields,
            [
                "calendar.display_name",
                "calendar.time_zone",
                "calendar.week.monday",
                "calendar.week.tuesday",
                "calendar.holidays[0]",
                "calendar.holidays[1]",
                "calendar.days[0].day",
            ]
        );
    }
}
