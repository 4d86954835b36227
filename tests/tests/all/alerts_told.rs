//! What an escalation tells by all four ways, through a kill, once.

use std::collections::BTreeSet;

use koepel_api::v1::{
    self, AlertKind, DeliveryState, Topic,
    ordered_change::{Change, Rank},
    watch_alerts_response::What,
};
use koepel_tests::{
    Answer as _, Client, Mail, Receiver, Settings, Shop, at, before, broker::Broker, request_id,
};

use crate::alerts::{LOOPBACK, add_target, address, deliveries, until};

/// Monday 30 November 2026, 09:00 UTC.
const MONDAY: &str = "2026-11-30T09:00:00Z";
const MONDAY_S: i64 = 1_796_029_200;
const DAY: i64 = 24 * 3_600;
const FIRST: &str = "products/webshop/escalations/1";

fn raise() -> v1::RaiseEscalationRequest {
    let rank =
        Rank { item: Shop::name("ONLINE-1"), place: before("OFFLINE-1"), with_family: false };
    let option = |title: &str, changes: Vec<Change>| v1::EscalationOption {
        title: title.to_owned(),
        changes: changes
            .into_iter()
            .map(|change| v1::OrderedChange { change: Some(change) })
            .collect(),
        summary: String::new(),
    };
    v1::RaiseEscalationRequest {
        parent: "products/webshop".to_owned(),
        topic: Topic::Priority.into(),
        title: "Who gets the test hall first?".to_owned(),
        text: "Both need the same two weeks.".to_owned(),
        items: vec![Shop::name("ONLINE-1"), Shop::name("OFFLINE-1")],
        options: vec![
            option("The tills", Vec::new()),
            option("The web shop", vec![Change::Rank(rank)]),
        ],
        request_id: request_id(),
        ..Default::default()
    }
}

/// The kinds of the caller's alerts, in order.
async fn watched(by: &Client) -> Vec<AlertKind> {
    let request = v1::WatchAlertsRequest {
        parent: "products/webshop".to_owned(),
        until_caught_up: true,
        ..Default::default()
    };
    let mut stream = by.alerts().watch_alerts(request).await.given();
    let mut kinds = Vec::new();
    while let Some(message) = stream.message().await.unwrap() {
        if let Some(What::Alert(watched)) = message.what {
            kinds.push(AlertKind::try_from(watched.alert.unwrap().kind).unwrap());
        }
    }
    kinds
}

/// The caller's alerts, once there are so many.
async fn told(by: &Client, count: usize) -> Vec<AlertKind> {
    koepel_tests::eventually(async || {
        let kinds = watched(by).await;
        (kinds.len() >= count).then_some(kinds)
    })
    .await
}

#[tokio::test]
async fn a_deputy_named_ahead_hears_what_waits_when_their_days_begin_and_once() {
    let arguments = vec!["--manual-clock".to_owned(), MONDAY.to_owned()];
    let mut shop = Shop::open_with(Settings { arguments, ..Settings::default() }).await;
    shop.fill(&["offline", "online"]).await;
    shop.online.escalations().raise_escalation(raise()).await.given();
    told(&shop.chief, 1).await;
    let date = |day| koepel_api::date::Date { year: 2026, month: 12, day };
    shop.name_deputy("p-stranger", date(1), date(20)).await;
    // The first minute of Tuesday: nobody does anything, and the reminder is hours away.
    Shop::set_seconds(&shop.admin, MONDAY_S + 15 * 3_600 + 60).await;
    assert_eq!(told(&shop.stranger, 1).await, [AlertKind::EscalationRaised]);
    // Looking again, after a start too, tells nothing twice. What comes next goes to both.
    shop.server.restart().await;
    let client = |of: &Client| shop.server.client(of.token());
    let (admin, chief, deputy) = (client(&shop.admin), client(&shop.chief), client(&shop.stranger));
    Shop::set_seconds(&admin, MONDAY_S + DAY + 6 * 3_600).await;
    told(&chief, 2).await;
    let kinds = told(&deputy, 2).await;
    assert_eq!(kinds, [AlertKind::EscalationRaised, AlertKind::EscalationReminder]);
}

#[tokio::test]
async fn an_escalation_is_told_by_all_ways_through_a_kill_and_nothing_twice() {
    use AlertKind::{
        DecisionNotFollowed, EscalationDecided, EscalationOverdue, EscalationRaised,
        EscalationReminder,
    };
    let (Some(mail), Some(broker)) = (Mail::start().await, Broker::start().await) else { return };
    let receiver = Receiver::start(&[]).await;
    let config = format!("{LOOPBACK}{}[alerts.nats]\n{}", mail.config(), broker.config());
    let arguments = vec!["--manual-clock".to_owned(), MONDAY.to_owned()];
    let mut shop = Shop::open_with(Settings { config, arguments, ..Settings::default() }).await;
    shop.fill(&["offline", "online", "backoffice"]).await;
    address(&shop.chief, "hanna@example.com", "nl").await;
    add_target(&shop.chief, "chat", "p-chief", &receiver.url()).await;
    shop.online.escalations().raise_escalation(raise()).await.given();
    assert_eq!(told(&shop.chief, 1).await, [EscalationRaised]);
    let requests = receiver.until(|all| all.len() == 1).await;
    let body = requests[0].json();
    assert_eq!(body["type"], "koepel.escalation.raised");
    assert_eq!(body["data"]["concern"], "decides");
    assert_eq!(body["data"]["escalation"], FIRST);
    let letters = mail.until(1).await;
    assert!(letters[0].header("Subject").contains("Escalatie 1 ingediend"), "{}", letters[0].text);
    // Whoever raised it knows; the other PO is told.
    assert_eq!(told(&shop.offline, 1).await, [EscalationRaised]);
    assert_eq!(watched(&shop.online).await, []);
    // Nobody answers. The reminder comes, then a kill, then the time is over.
    let held = v1::GetEscalationRequest { name: FIRST.to_owned(), ..Default::default() };
    let due = shop.chief.escalations().get_escalation(held).await.given().escalation.unwrap();
    let due = due.due_time.unwrap().seconds;
    Shop::set_seconds(&shop.admin, due - 1).await;
    told(&shop.chief, 2).await;
    receiver.until(|all| all.len() == 2).await;
    shop.server.kill();
    shop.server.start_again().await;
    let client = |of: &Client| shop.server.client(of.token());
    let (admin, chief, online) = (client(&shop.admin), client(&shop.chief), client(&shop.online));
    Shop::set_seconds(&admin, due + DAY).await;
    let kinds = told(&chief, 3).await;
    assert_eq!(kinds, [EscalationRaised, EscalationReminder, EscalationOverdue]);
    let decide = v1::DecideEscalationRequest {
        name: FIRST.to_owned(),
        outcome: Some(v1::decide_escalation_request::Outcome::Option(2)),
        reason: "the season begins online".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    chief.escalations().decide_escalation(decide).await.given();
    told(&online, 3).await;
    // A departure from it, twice: told once.
    for key in ["OFFLINE-1", "ONLINE-1", "OFFLINE-1"] {
        let rank = v1::RankItemRequest {
            name: Shop::name(key),
            place: at(v1::Edge::Top),
            request_id: request_id(),
            ..Default::default()
        };
        chief.backlog().rank_item(rank).await.given();
    }
    let kinds = told(&online, 4).await;
    assert_eq!(kinds[2..], [EscalationDecided, DecisionNotFollowed]);
    let kinds = told(&chief, 4).await;
    assert_eq!(kinds[3..], [DecisionNotFollowed], "what they did themselves they know");
    // Each way has each alert, and no receiver that honours ids has one twice.
    koepel_tests::eventually(async || {
        deliveries(&admin, DeliveryState::Pending).await.is_empty().then_some(())
    })
    .await;
    assert_eq!(receiver.taken().len(), 4);
    let ids: BTreeSet<String> =
        mail.letters().iter().map(|letter| letter.header("Message-ID")).collect();
    assert_eq!(ids.len(), 4);
    let messages =
        koepel_tests::broker::messages_of(&broker.jetstream().await, "KOEPEL_ALERTS").await;
    let of_chief =
        messages.iter().filter(|one| one.subject == "koepel.alerts.webshop.p-chief").count();
    assert_eq!(of_chief, 4);
    until(&admin, DeliveryState::Dead, 0).await;
    assert!(MONDAY_S < due);
}
