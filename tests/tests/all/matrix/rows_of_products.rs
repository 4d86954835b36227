//! The rows of the matrix, part two: what else there is in a product.

use koepel_api::v1;
use koepel_domain::mandate::Act;
use prost::Message as _;

use super::{
    house::{Given, NOWHERE, Thing},
    rows::{
        For, ONLINE, Row, Shown, WHOLE, calendar, decision, entry, escalation, mask, name_deputy,
        one, online, read, row,
    },
    things::reason,
};

/// Whoever's turn it is in each product: its Chief PO, and whoever stands in.
const DECIDERS: &str = "chief deputy other-chief";

const fn whole(
    method: &'static str,
    act: Act,
    thing: Thing,
    asks: fn(&Given) -> Vec<Vec<u8>>,
) -> Row {
    row(method, For::Act(act, WHOLE), thing, asks)
}

fn tracker(given: &Given) -> String {
    format!("{}/connections/tracker", given.product)
}

fn grant(given: &Given) -> v1::GrantRoleRequest {
    v1::GrantRoleRequest {
        product: given.product.clone(),
        person: given.name.clone(),
        role: v1::Role::Stakeholder.into(),
        ..Default::default()
    }
}

fn import(given: &Given) -> Vec<Vec<u8>> {
    let dry_run = given.product.ends_with(NOWHERE);
    let start = v1::ImportStart { dry_run, ..crate::ingest::mapping() };
    let id = given.fresh();
    let line = format!("{{\"id\":\"{id}\",\"title\":\"Imported\",\"team\":\"online\"}}\n");
    let messages = crate::ingest::messages(&given.product, start, line.as_bytes());
    messages.iter().map(v1::ImportRequest::encode_to_vec).collect()
}

fn push(given: &Given) -> Vec<Vec<u8>> {
    let event = v1::PushedEvent {
        id: given.fresh(),
        source: "/tracker".to_owned(),
        r#type: "comment".to_owned(),
        data: "{\"type\":\"comment\"}".to_owned(),
        ..Default::default()
    };
    one(&v1::PushRequest { connection: tracker(given), events: vec![event] })
}

fn discard(given: &Given, parent: String) -> Vec<Vec<u8>> {
    let names = vec![format!("{}/pushes/9999.0", given.product)];
    one(&v1::DiscardPushesRequest { parent, names, reason: reason(), ..Default::default() })
}

fn points(given: &Given) -> Vec<Vec<u8>> {
    let decider = v1::escalation_step::Decider::Seat(v1::Seat {
        role: v1::Role::ChiefPo.into(),
        domain: String::new(),
    });
    let length = Some(v1::answer_time::Length::WorkingDays(2));
    let step =
        v1::EscalationStep { decider: Some(decider), answer_time: Some(v1::AnswerTime { length }) };
    let point = v1::EscalationPoint {
        name: format!("{}/escalationPoints/all", given.product),
        topics: (1..=7).collect(),
        line: vec![step],
        ..Default::default()
    };
    one(&v1::SaveEscalationPointsRequest {
        product: given.product.clone(),
        points: vec![point],
        reason: reason(),
        ..Default::default()
    })
}

fn deadline(given: &Given) -> Vec<Vec<u8>> {
    let length = Some(v1::answer_time::Length::WorkingDays(1));
    let answer_time = Some(v1::AnswerTime { length });
    let calendar = format!("{}/calendars/f1", given.product);
    one(&v1::ComputeDeadlineRequest { calendar, answer_time, ..Default::default() })
}

/// Products, domains, roles.
#[rustfmt::skip]
pub(super) const PRODUCTS: &[Row] = &[
    read("ProductService/GetProduct", |given| one(&v1::GetProductRequest { name: given.product.clone(), ..Default::default() })).shown(Shown::Plans),
    whole("ProductService/UpdateProduct", Act::EditProduct, Thing::Nothing, |given| one(&v1::UpdateProductRequest { product: Some(v1::Product { name: given.product.clone(), summary: given.fresh(), ..Default::default() }), update_mask: mask("summary"), ..Default::default() })),
    whole("ProductService/CreateDomain", Act::ManageDomains, Thing::Nothing, |given| one(&v1::CreateDomainRequest { parent: given.product.clone(), domain_id: given.fresh(), ..Default::default() })),
    read("ProductService/GetDomain", |given| one(&v1::GetDomainRequest { name: given.domain("online"), ..Default::default() })),
    read("ProductService/ListDomains", |given| one(&v1::ListDomainsRequest { parent: given.product.clone(), ..Default::default() })),
    online("ProductService/UpdateDomain", Act::ManageDomains, Thing::Nothing, |given| one(&v1::UpdateDomainRequest { domain: Some(v1::Domain { name: given.domain("online"), summary: given.fresh(), ..Default::default() }), update_mask: mask("summary"), ..Default::default() })),
    whole("ProductService/DeleteDomain", Act::ManageDomains, Thing::Domain, |given| one(&v1::DeleteDomainRequest { name: given.name.clone(), ..Default::default() })),
    whole("ProductService/GrantRole", Act::GrantRoles, Thing::Person, |given| one(&grant(given))),
    whole("ProductService/GrantRole", Act::SeatChief, Thing::Nothing, |given| one(&v1::GrantRoleRequest { person: given.chief.clone(), role: v1::Role::ChiefPo.into(), replace: true, ..grant(given) })).also("the Chief PO's seat"),
    whole("ProductService/RevokeRole", Act::GrantRoles, Thing::Granted, |given| one(&v1::RevokeRoleRequest { product: given.product.clone(), person: given.name.clone(), role: v1::Role::Stakeholder.into(), ..Default::default() })),
    whole("ProductService/RevokeRole", Act::SeatChief, Thing::Nothing, |given| one(&v1::RevokeRoleRequest { product: given.product.clone(), person: "people/p-guest".to_owned(), role: v1::Role::ChiefPo.into(), ..Default::default() })).also("the Chief PO's seat").lacks("NO_SUCH_ROLE"),
    online("ProductService/NameDeputy", Act::NameDeputy, Thing::Nothing, |given| one(&name_deputy(given, v1::Role::DomainPo, "online"))),
    whole("ProductService/NameDeputy", Act::NameDeputy, Thing::Nothing, |given| one(&name_deputy(given, v1::Role::ChiefPo, ""))).also("of the Chief PO"),
    online("ProductService/DismissDeputy", Act::NameDeputy, Thing::Deputy, |given| one(&v1::DismissDeputyRequest { product: given.product.clone(), person: given.name.clone(), role: v1::Role::DomainPo.into(), domain: given.domain("online"), ..Default::default() })),
    read("ProductService/ListRoles", |given| one(&v1::ListRolesRequest { product: given.product.clone(), ..Default::default() })),
    read("ProductService/GetMandate", |given| one(&v1::GetMandateRequest { product: given.product.clone(), ..Default::default() })),
];

/// What is planned, and when it is talked about.
#[rustfmt::skip]
pub(super) const PLANS: &[Row] = &[
    online("RoadmapService/CreateRoadmapEntry", Act::PlanRoadmap, Thing::Nothing, |given| one(&v1::CreateRoadmapEntryRequest { parent: given.domain("online"), entry: Some(entry(given)), ..Default::default() })),
    read("RoadmapService/GetRoadmapEntry", |given| one(&v1::GetRoadmapEntryRequest { name: format!("{}/roadmapEntries/1", given.product), ..Default::default() })).shown(Shown::Plans),
    read("RoadmapService/ListRoadmapEntries", |given| one(&v1::ListRoadmapEntriesRequest { parent: given.product.clone(), ..Default::default() })).shown(Shown::Plans),
    online("RoadmapService/UpdateRoadmapEntry", Act::PlanRoadmap, Thing::Entry, |given| one(&v1::UpdateRoadmapEntryRequest { entry: Some(v1::RoadmapEntry { name: given.name.clone(), title: "Another".to_owned(), ..Default::default() }), update_mask: mask("title"), ..Default::default() })),
    online("RoadmapService/RemoveRoadmapEntry", Act::PlanRoadmap, Thing::Entry, |given| one(&v1::RemoveRoadmapEntryRequest { name: given.name.clone(), reason: reason(), ..Default::default() })),
    read("RoadmapService/ListRoadmapEntryHistory", |given| one(&v1::ListRoadmapEntryHistoryRequest { name: format!("{}/roadmapEntries/1", given.product), ..Default::default() })),
    whole("RoadmapService/PublishVision", Act::PublishVision, Thing::Nothing, |given| one(&v1::PublishVisionRequest { product: given.product.clone(), text: given.fresh(), ..Default::default() })),
    read("RoadmapService/GetVision", |given| one(&v1::GetVisionRequest { name: format!("{}/vision", given.product), ..Default::default() })).shown(Shown::Plans),
    whole("RoadmapService/CreateGoal", Act::ManageGoals, Thing::Nothing, |given| one(&v1::CreateGoalRequest { parent: given.product.clone(), goal_id: given.fresh(), ..Default::default() })),
    whole("RoadmapService/UpdateGoal", Act::ManageGoals, Thing::Goal, |given| one(&v1::UpdateGoalRequest { goal: Some(v1::Goal { name: given.name.clone(), summary: "Another".to_owned(), ..Default::default() }), update_mask: mask("summary"), ..Default::default() })),
    whole("RoadmapService/CloseGoal", Act::ManageGoals, Thing::Goal, |given| one(&v1::CloseGoalRequest { name: given.name.clone(), reason: reason(), ..Default::default() })),
    read("RoadmapService/ListGoals", |given| one(&v1::ListGoalsRequest { parent: given.product.clone(), ..Default::default() })).shown(Shown::Plans),
    whole("SyncService/StartSync", Act::HoldSync, Thing::NoSync, |given| one(&v1::StartSyncRequest { parent: given.product.clone(), ..Default::default() })),
    whole("SyncService/CloseSync", Act::HoldSync, Thing::OpenSync, |given| one(&v1::CloseSyncRequest { name: given.name.clone(), ..Default::default() })),
    read("SyncService/GetSync", |given| one(&v1::GetSyncRequest { name: format!("{}/syncs/1", given.product), ..Default::default() })),
    read("SyncService/ListSyncs", |given| one(&v1::ListSyncsRequest { parent: given.product.clone(), ..Default::default() })),
    read("EventService/Subscribe", |given| one(&v1::SubscribeRequest { product: given.product.clone(), until_caught_up: true, ..Default::default() })),
    read("HistoryService/ListDifferences", |given| one(&v1::ListDifferencesRequest { parent: given.product.clone(), ..Default::default() })),
    read("DirectoryService/FindOwner", |given| one(&v1::FindOwnerRequest { parent: given.product.clone(), what: Some(v1::find_owner_request::What::Question("online".to_owned())), ..Default::default() })),
    read("DirectoryService/ListGaps", |given| one(&v1::ListGapsRequest { parent: given.product.clone(), ..Default::default() })),
    whole("DirectoryService/ResolveGap", Act::ResolveGap, Thing::Gap, |given| one(&v1::ResolveGapRequest { name: given.name.clone(), ..Default::default() })),
];

/// Who decides, and what was decided.
#[rustfmt::skip]
pub(super) const DECISIONS: &[Row] = &[
    whole("EscalationService/RaiseEscalation", Act::RaiseEscalation, Thing::Nothing, |given| one(&escalation(given))),
    row("EscalationService/AcknowledgeEscalation", For::Only(DECIDERS), Thing::Escalation, |given| one(&v1::AcknowledgeEscalationRequest { name: given.name.clone(), ..Default::default() })),
    whole("EscalationService/CommentEscalation", Act::CommentEscalation, Thing::Escalation, |given| one(&v1::CommentEscalationRequest { name: given.name.clone(), text: "Well.".to_owned(), ..Default::default() })),
    row("EscalationService/DecideEscalation", For::Only(DECIDERS), Thing::Escalation, |given| one(&decision(given))),
    row("EscalationService/WithdrawEscalation", For::Only("raiser"), Thing::Escalation, |given| one(&v1::WithdrawEscalationRequest { name: given.name.clone(), reason: reason(), ..Default::default() })),
    row("EscalationService/ReopenEscalation", For::ActOr(Act::ReopenEscalation, WHOLE, "raiser"), Thing::Decided, |given| one(&v1::ReopenEscalationRequest { name: given.name.clone(), reason: reason(), ..Default::default() })),
    read("EscalationService/GetEscalation", |given| one(&v1::GetEscalationRequest { name: format!("{}/escalations/1", given.product), ..Default::default() })),
    read("EscalationService/ListEscalations", |given| one(&v1::ListEscalationsRequest { parent: given.product.clone(), ..Default::default() })),
    read("EscalationService/ListEscalationHistory", |given| one(&v1::ListEscalationHistoryRequest { name: format!("{}/escalations/1", given.product), ..Default::default() })),
    read("GovernanceService/GetDecision", |given| one(&v1::GetDecisionRequest { name: format!("{}/decisions/1", given.product), ..Default::default() })),
    read("GovernanceService/ListDecisions", |given| one(&v1::ListDecisionsRequest { parent: given.product.clone(), ..Default::default() })),
    whole("EscalationPointService/SaveCalendar", Act::KeepCalendars, Thing::Nothing, |given| one(&v1::SaveCalendarRequest { calendar: calendar(given), ..Default::default() })),
    whole("EscalationPointService/RemoveCalendar", Act::KeepCalendars, Thing::Calendar, |given| one(&v1::RemoveCalendarRequest { name: given.name.clone(), reason: reason(), ..Default::default() })),
    read("EscalationPointService/GetCalendar", |given| one(&v1::GetCalendarRequest { name: format!("{}/calendars/f1", given.product), ..Default::default() })),
    read("EscalationPointService/ListCalendars", |given| one(&v1::ListCalendarsRequest { parent: given.product.clone(), ..Default::default() })),
    read("EscalationPointService/ComputeDeadline", deadline),
    whole("EscalationPointService/SaveEscalationPoints", Act::SetEscalationPoints, Thing::Nothing, points),
    read("EscalationPointService/GetEscalationPoints", |given| one(&v1::GetEscalationPointsRequest { product: given.product.clone(), ..Default::default() })),
];

/// What comes in, and what is shown outside.
#[rustfmt::skip]
pub(super) const OUTSIDE: &[Row] = &[
    online("ConnectionService/CreateConnection", Act::Connect, Thing::Tool, |given| one(&v1::CreateConnectionRequest { parent: given.product.clone(), connection_id: given.fresh(), connection: Some(v1::Connection { domain: given.domain("online"), tool: given.name.clone(), mapping: crate::push::TRACKER.to_owned(), ..Default::default() }), ..Default::default() })),
    online("ConnectionService/UpdateConnection", Act::Connect, Thing::Connection, |given| one(&v1::UpdateConnectionRequest { connection: Some(v1::Connection { name: given.name.clone(), source: "/another".to_owned(), ..Default::default() }), update_mask: mask("source"), ..Default::default() })),
    online("ConnectionService/RemoveConnection", Act::Connect, Thing::Connection, |given| one(&v1::RemoveConnectionRequest { name: given.name.clone(), reason: reason(), ..Default::default() })),
    read("ConnectionService/GetConnection", |given| one(&v1::GetConnectionRequest { name: tracker(given), ..Default::default() })),
    read("ConnectionService/ListConnections", |given| one(&v1::ListConnectionsRequest { parent: given.product.clone(), ..Default::default() })),
    row("ConnectionService/ListSetAsidePushes", For::ActOr(Act::Connect, ONLINE, "tool-online"), Thing::Nothing, |given| one(&v1::ListSetAsidePushesRequest { parent: tracker(given), ..Default::default() })),
    whole("ConnectionService/ListSetAsidePushes", Act::Connect, Thing::Nothing, |given| one(&v1::ListSetAsidePushesRequest { parent: given.product.clone(), ..Default::default() })).also("of all"),
    row("ConnectionService/ReplayPushes", For::ActOr(Act::Connect, ONLINE, "tool-online"), Thing::Nothing, |given| one(&v1::ReplayPushesRequest { parent: tracker(given), ..Default::default() })),
    whole("ConnectionService/ReplayPushes", Act::Connect, Thing::Nothing, |given| one(&v1::ReplayPushesRequest { parent: given.product.clone(), ..Default::default() })).also("of all"),
    row("IngestService/Push", For::Only("tool-online"), Thing::Person, push),
    row("ConnectionService/DiscardPushes", For::ActOr(Act::Connect, ONLINE, "tool-online"), Thing::Nothing, |given| discard(given, tracker(given))).lacks("NOT_SET_ASIDE"),
    whole("ConnectionService/DiscardPushes", Act::Connect, Thing::Nothing, |given| discard(given, given.product.clone())).also("of all").lacks("NOT_SET_ASIDE"),
    whole("IngestService/Import", Act::Import, Thing::Person, import),
    whole("ShareService/CreateShareLink", Act::Share, Thing::Nothing, |given| one(&v1::CreateShareLinkRequest { parent: given.product.clone(), opens: v1::Shared::Roadmap.into(), ..Default::default() })),
    whole("ShareService/ListShareLinks", Act::Share, Thing::Nothing, |given| one(&v1::ListShareLinksRequest { parent: given.product.clone(), ..Default::default() })),
    whole("ShareService/RevokeShareLink", Act::Share, Thing::Link, |given| one(&v1::RevokeShareLinkRequest { name: given.name.clone(), ..Default::default() })),
];
