//! What calls are about, beside items.

use koepel_api::v1;
use koepel_tests::{Answer as _, day};

use super::house::{Given, House, Thing};

fn why() -> String {
    "why".to_owned()
}

/// What is in a product.
#[expect(clippy::wildcard_enum_match_arm, reason = "the other things are made elsewhere")]
pub(super) async fn make(house: &House, product: &str, thing: Thing, given: &mut Given) {
    let chief = house.chief(product);
    let (parent, fresh) = (given.product.clone(), given.fresh());
    match thing {
        Thing::Goal => {
            let goal_id = fresh;
            let request = v1::CreateGoalRequest { parent, goal_id, ..Default::default() };
            given.name = chief.roadmap().create_goal(request).await.given().goal.unwrap().name;
        }
        Thing::Entry => {
            let request = v1::CreateRoadmapEntryRequest {
                parent: given.domain("online"),
                entry: Some(super::rows::entry(given)),
                ..Default::default()
            };
            let made = chief.roadmap().create_roadmap_entry(request).await.given();
            given.name = made.entry.unwrap().name;
        }
        Thing::NoSync | Thing::OpenSync => sync(house, product, thing, given).await,
        Thing::Gap => {
            let question = format!("nobody knows {fresh}");
            let what = Some(v1::find_owner_request::What::Question(question));
            let request = v1::FindOwnerRequest { parent, what, ..Default::default() };
            given.name = chief.directory().find_owner(request).await.given().gap.unwrap().name;
        }
        Thing::Calendar => {
            let calendar = super::rows::calendar(given);
            let request = v1::SaveCalendarRequest { calendar, ..Default::default() };
            let made = chief.escalation_points().save_calendar(request).await.given();
            given.name = made.calendar.unwrap().name;
        }
        Thing::Escalation | Thing::Decided => {
            let request = super::rows::escalation(given);
            let made = house.raiser.escalations().raise_escalation(request).await.given();
            given.name = made.escalation.unwrap().name;
            if thing == Thing::Decided {
                let request = super::rows::decision(given);
                let made = chief.escalations().decide_escalation(request).await.given();
                given.other = made.decision;
            }
        }
        Thing::Target => {
            let request = super::rows::target(given, &given.chief.clone());
            let made = chief.alerts().create_alert_target(request).await.given();
            given.name = made.target.unwrap().name;
        }
        _ => {}
    }
}

/// Leaves a product with or without an open sync.
async fn sync(house: &House, product: &str, thing: Thing, given: &mut Given) {
    let chief = house.chief(product);
    let parent = given.product.clone();
    let request = v1::ListSyncsRequest { parent: parent.clone(), ..Default::default() };
    let syncs = chief.syncs().list_syncs(request).await.given().syncs;
    let open = syncs.into_iter().find(|sync| sync.close_time.is_none());
    match (thing, open) {
        (Thing::OpenSync, None) => {
            let request = v1::StartSyncRequest { parent, ..Default::default() };
            given.name = chief.syncs().start_sync(request).await.given().sync.unwrap().name;
        }
        (Thing::OpenSync, Some(open)) => given.name = open.name,
        (_, Some(open)) => {
            let request = v1::CloseSyncRequest { name: open.name, ..Default::default() };
            chief.syncs().close_sync(request).await.given();
        }
        (_, None) => {}
    }
}

/// Who is what, and what opens the door.
#[expect(clippy::wildcard_enum_match_arm, reason = "the other things are made elsewhere")]
pub(super) async fn of_people(house: &House, product: &str, thing: Thing, given: &mut Given) {
    let fresh = format!("{product}-{}", given.no);
    let mut admin = house.admin.admin();
    let person = || "people/p-guest".to_owned();
    match thing {
        Thing::Tool | Thing::Connection => {
            let tool = format!("tool-{fresh}");
            house.person(&tool).await;
            given.name = format!("people/p-{tool}");
            if thing == Thing::Connection {
                house.connect(product, &tool, &given.fresh()).await;
                given.name = format!("{}/connections/{}", given.product, given.fresh());
            }
        }
        Thing::Domain => {
            let id = given.fresh();
            let made = koepel_tests::Shop::domain(&house.admin, &given.product, &id).await;
            given.name = made.name;
        }
        Thing::Person | Thing::Granted | Thing::Deputy => {
            house.person(&fresh).await;
            given.name = format!("people/p-{fresh}");
            if thing == Thing::Granted {
                house.grant(product, &fresh, v1::Role::Stakeholder, "").await;
            }
            if thing == Thing::Deputy {
                let request = v1::NameDeputyRequest {
                    person: given.name.clone(),
                    ..super::rows::name_deputy(given, v1::Role::DomainPo, "online")
                };
                house.admin.products().name_deputy(request).await.given();
            }
        }
        Thing::Link => {
            let made = house.link(product, v1::Shared::Roadmap, "").await;
            given.name = made.share_link.unwrap().name;
        }
        Thing::Token => {
            let request = v1::CreateTokenRequest { person: person(), ..Default::default() };
            given.name = admin.create_token(request).await.given().token.unwrap().name;
        }
        Thing::Invitation => {
            let request = v1::InvitePersonRequest { person: person(), ..Default::default() };
            given.name = admin.invite_person(request).await.given().invitation.unwrap().name;
        }
        _ => {}
    }
}

/// Two days that no other deputy of the same seat has.
pub(super) fn days(
    given: &Given,
) -> (Option<koepel_api::date::Date>, Option<koepel_api::date::Date>) {
    let first = 50 + 2 * given.no;
    (Some(day(first)), Some(day(first + 1)))
}

/// A reason.
pub(super) fn reason() -> String {
    why()
}
