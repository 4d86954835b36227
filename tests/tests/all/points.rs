//! Calendars and escalation points over the API and by the command line.

use std::fs;

use koepel_api::{date::Date, v1};
use koepel_tests::{Answer as _, Shop};
use serde_json::json;
use tonic::Code;

fn name(id: &str) -> String {
    format!("products/webshop/calendars/{id}")
}

fn office(id: &str) -> v1::Calendar {
    let day = || vec!["09:00-17:00".to_owned()];
    v1::Calendar {
        name: name(id),
        display_name: format!("The office of {id}"),
        time_zone: "Europe/Copenhagen".to_owned(),
        week: Some(v1::WeekHours {
            monday: day(),
            tuesday: day(),
            wednesday: day(),
            thursday: day(),
            friday: day(),
            ..Default::default()
        }),
        holidays: vec![v1::Country::Denmark.into()],
        days: vec![v1::CalendarDay {
            day: Some(Date { year: 2026, month: 12, day: 24 }),
            hours: Vec::new(),
            display_name: "Christmas Eve".to_owned(),
        }],
        ..Default::default()
    }
}

fn save(calendar: v1::Calendar) -> v1::SaveCalendarRequest {
    v1::SaveCalendarRequest { calendar: Some(calendar), ..Default::default() }
}

fn remove(id: &str) -> v1::RemoveCalendarRequest {
    v1::RemoveCalendarRequest {
        name: name(id),
        reason: "not needed".to_owned(),
        ..Default::default()
    }
}

fn days(days: u32) -> Option<v1::AnswerTime> {
    Some(v1::AnswerTime { length: Some(v1::answer_time::Length::WorkingDays(days)) })
}

pub(crate) fn chief() -> v1::escalation_step::Decider {
    v1::escalation_step::Decider::Seat(v1::Seat {
        role: v1::Role::ChiefPo.into(),
        domain: String::new(),
    })
}

pub(crate) fn step(decider: v1::escalation_step::Decider) -> v1::EscalationStep {
    v1::EscalationStep { decider: Some(decider), answer_time: days(2) }
}

/// A point for all topics in the whole product.
pub(crate) fn whole() -> v1::EscalationPoint {
    v1::EscalationPoint {
        name: "products/webshop/escalationPoints/all".to_owned(),
        topics: (1..=7).collect(),
        line: vec![step(chief())],
        ..Default::default()
    }
}

pub(crate) fn table(points: Vec<v1::EscalationPoint>) -> v1::SaveEscalationPointsRequest {
    v1::SaveEscalationPointsRequest {
        product: "products/webshop".to_owned(),
        points,
        reason: "agreed at the sync".to_owned(),
        ..Default::default()
    }
}

async fn points(shop: &Shop) -> v1::GetEscalationPointsResponse {
    let product = "products/webshop".to_owned();
    let get = v1::GetEscalationPointsRequest { product, ..Default::default() };
    shop.stakeholder.escalation_points().get_escalation_points(get).await.given()
}

async fn calendars(shop: &Shop) -> Vec<v1::Calendar> {
    let list = v1::ListCalendarsRequest { parent: "products/webshop".to_owned(), min_version: 0 };
    shop.stakeholder.escalation_points().list_calendars(list).await.given().calendars
}

#[tokio::test]
async fn a_deadline_is_counted_in_the_working_time_of_a_calendar() {
    let shop = Shop::open().await;
    let built_in = calendars(&shop).await;
    assert!(built_in.len() == 1 && built_in[0].built_in && built_in[0].default, "{built_in:?}");
    let made = shop.chief.escalation_points().save_calendar(save(office("copenhagen"))).await;
    let made = made.given().calendar.unwrap();
    assert!(made.default && !made.built_in && made.changed_at_version > 0);
    let time = |text: &str| {
        let time: jiff::Timestamp = text.parse().unwrap();
        Some(prost_types::Timestamp { seconds: time.as_second(), nanos: 0 })
    };
    let due = async |calendar: &str, from: &str, answer_time| {
        let request = v1::ComputeDeadlineRequest {
            calendar: name(calendar),
            from_time: time(from),
            answer_time,
            ..Default::default()
        };
        shop.member.escalation_points().compute_deadline(request).await.given()
    };
    // Raised on the evening before Christmas Eve: the 24th is off by the calendar, 25 and 26 by law, then it is the weekend.
    let answer = due("copenhagen", "2026-12-23T20:00:00+01:00", days(1)).await;
    assert_eq!(answer.opening_time, time("2026-12-28T09:00:00+01:00"));
    assert_eq!(answer.deadline, time("2026-12-29T09:00:00+01:00"));
    assert_eq!((answer.years_by_rule, answer.calendar.unwrap().name), (vec![], name("copenhagen")));
    let hours = Some(v1::AnswerTime { length: Some(v1::answer_time::Length::WorkingHours(9)) });
    let answer = due("-", "2026-11-27T16:00:00+01:00", hours).await;
    assert_eq!(answer.deadline, time("2026-11-30T17:00:00+01:00"));
    let answer = due("copenhagen", "2040-03-01T12:00:00Z", days(2)).await;
    assert_eq!(answer.years_by_rule, [2040]);
    // The built-in one is there for whoever names it.
    assert_eq!(
        due("built-in", "2026-12-24T12:00:00Z", days(1)).await.deadline,
        time("2026-12-25T12:00:00Z")
    );
}

#[tokio::test]
async fn a_calendar_that_cannot_be_is_refused_with_the_field() {
    let shop = Shop::open().await;
    let wrong = v1::Calendar {
        time_zone: "Europe/Atlantis".to_owned(),
        holidays: vec![0],
        week: Some(v1::WeekHours { monday: vec!["17:00-09:00".to_owned()], ..Default::default() }),
        ..office("copenhagen")
    };
    let refused = shop.chief.escalation_points().save_calendar(save(wrong)).await.refused();
    refused.is(Code::InvalidArgument, "INVALID_FIELD").at(&[
        "calendar.time_zone",
        "calendar.week.monday",
        "calendar.holidays[0]",
    ]);
    let closed = v1::Calendar { week: None, ..office("copenhagen") };
    let refused = shop.chief.escalation_points().save_calendar(save(closed)).await.refused();
    refused.is(Code::InvalidArgument, "CALENDAR_NEVER_OPEN").at(&["calendar.week"]);
    let mut twice = office("copenhagen");
    twice.days.push(twice.days[0].clone());
    let refused = shop.chief.escalation_points().save_calendar(save(twice)).await.refused();
    refused.is(Code::InvalidArgument, "CALENDAR_DAY_TWICE").says(&["2026-12-24"]);
    let refused = shop.admin.escalation_points().save_calendar(save(office("built-in"))).await;
    refused.refused().is(Code::InvalidArgument, "CALENDAR_RESERVED").at(&["calendar.name"]);
    let refused = shop.online.escalation_points().save_calendar(save(office("mine"))).await;
    refused
        .refused()
        .is(Code::PermissionDenied, "NOT_IN_MANDATE")
        .says(&["the Chief PO (p-chief)"]);
    let refused = shop.chief.escalation_points().remove_calendar(remove("none")).await.refused();
    refused.is(Code::NotFound, "UNKNOWN_CALENDAR");
    let get = v1::GetCalendarRequest { name: name("none"), min_version: 0 };
    let refused = shop.member.escalation_points().get_calendar(get).await.refused();
    refused.is(Code::NotFound, "UNKNOWN_CALENDAR");
    let no_time = v1::ComputeDeadlineRequest { calendar: name("-"), ..Default::default() };
    let refused = shop.member.escalation_points().compute_deadline(no_time).await.refused();
    refused.is(Code::InvalidArgument, "INVALID_FIELD").at(&["answer_time"]);
}

#[tokio::test]
async fn a_calendar_that_is_used_or_the_default_is_not_removed() {
    let shop = Shop::open().await;
    for id in ["copenhagen", "utrecht"] {
        shop.admin.escalation_points().save_calendar(save(office(id))).await.given();
    }
    let counted = v1::EscalationPoint { calendar: name("utrecht"), ..whole() };
    shop.chief.escalation_points().save_escalation_points(table(vec![counted])).await.given();
    let refused = shop.chief.escalation_points().remove_calendar(remove("utrecht")).await.refused();
    refused.is(Code::FailedPrecondition, "CALENDAR_IN_USE").says(&["escalation point all"]);
    let refused = shop.chief.escalation_points().remove_calendar(remove("copenhagen")).await;
    refused.refused().is(Code::FailedPrecondition, "CALENDAR_IS_DEFAULT");
    let stale = v1::SaveCalendarRequest {
        expected_version: 1,
        ..save(v1::Calendar { default: true, ..office("utrecht") })
    };
    let refused = shop.chief.escalation_points().save_calendar(stale.clone()).await.refused();
    refused.is(Code::Aborted, "STALE");
    let fresh = v1::SaveCalendarRequest { expected_version: 0, ..stale };
    shop.chief.escalation_points().save_calendar(fresh).await.given();
    shop.chief.escalation_points().remove_calendar(remove("copenhagen")).await.given();
    let left: Vec<_> =
        calendars(&shop).await.into_iter().map(|one| (one.name, one.default)).collect();
    assert_eq!(left, [(name("utrecht"), true)]);
}

#[tokio::test]
async fn gaps_and_overlaps_are_refused_and_a_new_domain_shows_its_gap() {
    let shop = Shop::open().await;
    let before = points(&shop).await;
    assert_eq!((before.points.len(), before.gaps.len(), before.changed_at_version), (0, 28, 0));
    assert_eq!(before.default_line.len(), 2);
    let budget = |id: &str, domain: &str| v1::EscalationPoint {
        name: format!("products/webshop/escalationPoints/{id}"),
        topics: vec![v1::Topic::Budget.into()],
        domain: if domain.is_empty() { String::new() } else { Shop::domain_name(domain) },
        ..whole()
    };
    let but_budget = v1::EscalationPoint { topics: vec![1, 2, 3, 4, 5, 7], ..whole() };
    let save = async |points| {
        shop.chief.escalation_points().save_escalation_points(table(points)).await.refused()
    };
    save(vec![but_budget, budget("online", "online")])
        .await
        .is(Code::InvalidArgument, "POINT_GAP")
        .says(&["budget × offline has no point; add one for the product or for offline"]);
    save(vec![whole(), budget("one", "online"), budget("two", "online")])
        .await
        .is(Code::InvalidArgument, "POINT_OVERLAP")
        .says(&["budget × online has two points, one and two"]);
    save(vec![whole(), whole()]).await.is(Code::InvalidArgument, "POINT_TWICE");
    let mut stranger = budget("one", "online");
    let person = "people/p-stranger".to_owned();
    stranger.line.push(step(v1::escalation_step::Decider::Person(person)));
    save(vec![whole(), stranger])
        .await
        .is(Code::InvalidArgument, "POINT_INVALID")
        .at(&["points[1].line[1].decider"])
        .says(&["escalation point one", "p-stranger has no role"]);
    let by_hand = v1::EscalationPoint { topics: vec![99], domain: "online".to_owned(), ..whole() };
    save(vec![by_hand])
        .await
        .is(Code::InvalidArgument, "INVALID_FIELD")
        .at(&["points[0].topics[0]"]);
    let request = table(vec![whole()]);
    let refused = shop.offline.escalation_points().save_escalation_points(request.clone()).await;
    refused.refused().is(Code::PermissionDenied, "NOT_IN_MANDATE");

    // Only of domains, so that a new one opens a gap.
    let mut all: Vec<_> = ["online", "offline", "backoffice"]
        .map(|domain| v1::EscalationPoint { topics: whole().topics, ..budget(domain, domain) })
        .into();
    all.push(v1::EscalationPoint { across_domains: true, ..whole() });
    let saved = shop.admin.escalation_points().save_escalation_points(table(all)).await.given();
    assert_eq!(saved.points.len(), 4);
    assert!(points(&shop).await.gaps.is_empty());
    Shop::domain(&shop.chief, "products/webshop", "mobile").await;
    let after = points(&shop).await;
    assert!(after.gaps.iter().all(|gap| gap.domain == Shop::domain_name("mobile")));
    assert_eq!(after.gaps.len(), 7);
    let as_of =
        Some(v1::Moment { at: Some(v1::moment::At::Version(saved.receipt.unwrap().version)) });
    let product = "products/webshop".to_owned();
    let then = v1::GetEscalationPointsRequest { product, as_of, ..Default::default() };
    let then = shop.member.escalation_points().get_escalation_points(then).await.given();
    assert!(then.gaps.is_empty());
}

#[tokio::test]
async fn what_was_saved_is_told_with_its_reason() {
    let shop = Shop::open().await;
    shop.chief.escalation_points().save_calendar(save(office("copenhagen"))).await.given();
    shop.chief.escalation_points().save_escalation_points(table(vec![whole()])).await.given();
    let chief = shop.server.command_line(shop.chief.token());
    chief.run("events webshop").code(0).tells(&[
        "CalendarSaved",
        "copenhagen",
        "default=true",
        "EscalationPointsSaved",
        "agreed at the sync",
    ]);
}

const CALENDAR: &str = r#"id = "copenhagen"
name = "Copenhagen office"
time_zone = "Europe/Copenhagen"
default = true
holidays = ["denmark"]

[week]
monday = [
    "09:00-12:00",
    "13:00-17:00",
]
friday = ["09:00-14:00"]

[[days]]
day = 2026-12-23
name = "Half a day"
hours = ["09:00-12:00"]
"#;

const POINTS: &str = r#"[[points]]
id = "all"
topics = [
    "priority",
    "vision",
    "dependency",
    "capacity",
    "quality",
    "budget",
    "compliance",
]
scope = "product"

[[points.line]]
seat = "chief-po"
answer = "2d"

[[points.line]]
deputy = "chief-po"
answer = "1d"

[[points]]
id = "quality-offline"
topics = ["quality"]
domain = "offline"
calendar = "copenhagen"

[[points.line]]
seat = "domain-po"
domain = "offline"
answer = "8h"
"#;

#[tokio::test]
async fn files_are_saved_and_printed_unchanged_by_the_command_line() {
    let shop = Shop::open().await;
    let chief = shop.server.command_line(shop.chief.token());
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = dir.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let (calendar, table) = (file("calendar.toml", CALENDAR), file("points.toml", POINTS));
    let listed = chief.run("calendar list").code(0);
    listed.tells(&["built-in", "UTC"]).complains(&["has no calendar of its own yet"]);
    chief.run("point list").code(0).complains(&[
        "no escalation points yet",
        "the Chief PO (2 working days), then the Chief PO's deputy (2 working days)",
    ]);
    chief
        .run(&format!("calendar save {calendar} --reason 'we work there'"))
        .code(0)
        .tells(&["Calendar copenhagen was saved; it is the default."]);
    chief.run(&format!("point save {table}")).code(0).tells(&["2 points decide from now on."]);
    assert_eq!(chief.run("calendar show copenhagen -o toml").code(0).out, CALENDAR);
    assert_eq!(chief.run("point list -o toml").code(0).out, POINTS);
    chief.run("calendar show").code(0).tells(&[
        "09:00-12:00, 13:00-17:00",
        "Half a day",
        "denmark",
    ]);
    chief
        .run("point list")
        .code(0)
        .tells(&["quality-offline", "the PO of offline (8 working hours)"]);
    let shown = chief.json("point list");
    assert_eq!(
        shown["points"][1]["line"][0],
        json!({
            "kind": "seat", "role": "domain_po", "domain": "offline", "person": null, "answer_time": "8h",
        })
    );
    let due = chief.json("calendar deadline 3h --from 2026-11-27T13:00:00+01:00");
    assert_eq!(due["deadline"], "2026-11-30T10:00:00Z");
    chief.run("calendar deadline 3h copenhagen --from 2026-11-27T13:00:00+01:00").code(0).tells(&[
        "Fri 2026-11-27 13:00",
        "3 working hours",
        "Mon 2026-11-30 11:00",
    ]);
    chief
        .run("calendar deadline 1d --from 2040-03-01T12:00:00Z")
        .code(0)
        .complains(&["2040", "computed by its rules"]);

    // What is wrong is told before anything is asked of the server, or by the server with its field.
    let wrong = file("wrong.toml", &CALENDAR.replacen("name =", "nmae =", 1));
    chief
        .run(&format!("calendar save {wrong}"))
        .code(1)
        .complains(&["line 2", "unknown field `nmae`"]);
    let wrong = file("wrong.toml", &CALENDAR.replace("09:00-14:00", "14:00-09:00"));
    chief.run(&format!("calendar save {wrong}")).code(1).complains(&["calendar.week.friday"]);
    let wrong = file("wrong.toml", &POINTS.replace("    \"budget\",\n", ""));
    chief.run(&format!("point save {wrong}")).code(1).complains(&["budget × online has no point"]);
    chief.run("calendar save /nowhere.toml").code(1).complains(&["/nowhere.toml cannot be read"]);
    chief.run("backlog -o toml").code(2).complains(&["only `koepel calendar show`"]);
    chief.run("calendar deadline 2w").code(2).complains(&["working hours such as 8h"]);
    chief
        .run("calendar remove copenhagen --reason x")
        .code(1)
        .complains(&["quality-offline counts by"]);
}
