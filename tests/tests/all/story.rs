//! The story of an escalation, whole: two domain POs disagree on a rank, one raises it, the Chief PO is alerted by all four ways and
//! does not answer, the server is killed between the reminder and the end of their time, the deputy's turn comes, they decide for the
//! second option, the rank changes in the same commit, and the losing PO's later move against it is seen. Nobody is told anything
//! twice, by no way.

use std::collections::BTreeMap;

use koepel_api::v1::{
    self, Topic,
    decide_escalation_request::Outcome,
    ordered_change::{Change, Rank},
    watch_alerts_response::What,
};
use koepel_tests::{
    Answer as _, Client, Mail, Receiver, Settings, Shop, at, before, broker, broker::Broker,
    eventually, request_id,
};

use crate::{
    alerts::{LOOPBACK, add_target, address, deliveries},
    alerts_letters::subject,
};

/// Monday 30 November 2026, 09:00 UTC.
const MONDAY: &str = "2026-11-30T09:00:00Z";
const PARENT: &str = "products/webshop";
const FIRST: &str = "products/webshop/escalations/1";

/// What somebody is told, by cause, and how often by each way: stream, webhook, e-mail, NATS.
type Told = BTreeMap<String, [usize; 4]>;

struct Ears {
    mail: Mail,
    broker: Broker,
    /// The webhooks of the Chief PO and of the deputy.
    hooks: [Receiver; 2],
}

fn option(title: &str, first: &str, second: &str) -> v1::EscalationOption {
    let rank = Rank { item: Shop::name(first), place: before(second), with_family: false };
    let changes = vec![v1::OrderedChange { change: Some(Change::Rank(rank)) }];
    v1::EscalationOption { title: title.to_owned(), changes, ..Default::default() }
}

async fn raise(by: &Client) -> v1::Escalation {
    let raise = v1::RaiseEscalationRequest {
        parent: PARENT.to_owned(),
        topic: Topic::Priority.into(),
        title: "Who gets the test hall first?".to_owned(),
        text: "Both need the same two weeks.".to_owned(),
        items: vec![Shop::name("ONLINE-2"), Shop::name("OFFLINE-1")],
        options: vec![
            option("The web shop", "ONLINE-2", "OFFLINE-1"),
            option("The tills", "OFFLINE-1", "ONLINE-2"),
        ],
        request_id: request_id(),
        ..Default::default()
    };
    by.escalations().raise_escalation(raise).await.given().escalation.unwrap()
}

/// What somebody was told by the stream, by cause.
async fn streamed(by: &Client) -> Vec<v1::Alert> {
    let request = v1::WatchAlertsRequest {
        parent: PARENT.to_owned(),
        until_caught_up: true,
        ..Default::default()
    };
    let mut stream = by.alerts().watch_alerts(request).await.given();
    let mut alerts = Vec::new();
    while let Some(message) = stream.message().await.unwrap() {
        if let Some(What::Alert(watched)) = message.what {
            alerts.push(watched.alert.unwrap());
        }
    }
    alerts
}

/// All that one of the two was told, by whatever way; a receiver that honours ids counts none twice.
async fn told(ears: &Ears, by: &Client, nth: usize) -> Told {
    let person = ["p-chief", "p-member"][nth];
    let mut told = Told::new();
    // Which turn it was is said by its end, in microseconds.
    let plain = |cause: &str| match cause.rsplit_once('/') {
        Some((cause, end)) if end.len() > 10 && end.parse::<u64>().is_ok() => cause.to_owned(),
        _ => cause.to_owned(),
    };
    let mut hear = |cause: &str, way: usize| told.entry(plain(cause)).or_default()[way] += 1;
    let alerts = streamed(by).await;
    alerts.iter().for_each(|alert| hear(&alert.cause, 0));
    let mut hooked = BTreeMap::new();
    for request in ears.hooks[nth].requests() {
        hooked.insert(request.id().to_owned(), request.json());
    }
    hooked.values().for_each(|body| hear(body["data"]["cause"].as_str().unwrap(), 1));
    // A letter names no cause: the delivery whose id it has does.
    let mailed: Vec<String> =
        ears.mail.taken().into_iter().map(|id| id[1..id.find('@').unwrap()].to_owned()).collect();
    let all = deliveries(by, v1::DeliveryState::Delivered).await;
    let own = Some(v1::alert_receiver::Receiver::Person(format!("people/{person}")));
    for delivery in all.iter().filter(|one| one.receiver.as_ref().unwrap().receiver == own) {
        if mailed.contains(&delivery.id) {
            hear(&delivery.alert.as_ref().unwrap().cause, 2);
        }
    }
    let subject = format!("koepel.alerts.webshop.{person}");
    let jetstream = ears.broker.jetstream().await;
    if jetstream.get_stream("KOEPEL_ALERTS").await.is_err() {
        // It is made with the first alert.
        return told;
    }
    let messages = broker::messages_of(&jetstream, "KOEPEL_ALERTS").await;
    for message in messages.iter().filter(|message| message.subject == subject) {
        hear(message.event["data"]["cause"].as_str().unwrap(), 3);
    }
    told
}

/// Waits until one of the two was told just this, by each way once.
async fn until_told(ears: &Ears, by: &Client, nth: usize, causes: &[&str]) {
    let wanted: Told = causes.iter().map(|cause| ((*cause).to_owned(), [1; 4])).collect();
    let all = causes.len() * 4;
    let found = eventually(async || {
        let found = told(ears, by, nth).await;
        (found.values().flatten().sum::<usize>() >= all).then_some(found)
    })
    .await;
    assert_eq!(found, wanted);
}

async fn open() -> Option<(Shop, Ears)> {
    let (mail, broker) = (Mail::start().await?, Broker::start().await?);
    let hooks = [Receiver::start(&[]).await, Receiver::start(&[]).await];
    let config = format!("{LOOPBACK}{}[alerts.nats]\n{}", mail.config(), broker.config());
    let arguments = vec!["--manual-clock".to_owned(), MONDAY.to_owned()];
    let shop = Shop::open_with(Settings { config, arguments, ..Settings::default() }).await;
    shop.fill(&["online", "online", "offline"]).await;
    address(&shop.chief, "hanna@example.com", "da").await;
    address(&shop.member, "ruben@example.com", "nl").await;
    let date = |month| koepel_api::date::Date { year: 2026, month, day: 30 };
    shop.name_deputy("p-member", date(11), date(12)).await;
    add_target(&shop.chief, "chat-of-chief", "p-chief", &hooks[0].url()).await;
    add_target(&shop.member, "chat-of-deputy", "p-member", &hooks[1].url()).await;
    Some((shop, Ears { mail, broker, hooks }))
}

#[tokio::test]
async fn a_disagreement_reaches_its_decision_by_all_four_ways_and_through_a_kill() {
    let Some((mut shop, ears)) = open().await else { return };
    let raised = raise(&shop.online).await;
    let (first, second) = (raised.line[0].clone(), raised.line[1].clone());
    assert_eq!((raised.deciders[0].as_str(), raised.line.len()), ("people/p-chief", 2));
    until_told(&ears, &shop.chief, 0, &["escalation/1/raised"]).await;
    Shop::set_clock(&shop.admin, first.remind_time.unwrap()).await;
    let reminded = ["escalation/1/raised", "escalation/1/reminder"];
    until_told(&ears, &shop.chief, 0, &reminded).await;

    // Killed between the reminder and the end of the Chief PO's time.
    shop.server.kill();
    shop.server.start_again().await;
    let again = |of: &Client| shop.server.client(of.token());
    let (admin, chief, deputy) = (again(&shop.admin), again(&shop.chief), again(&shop.member));
    let online = again(&shop.online);
    Shop::set_clock(&admin, first.due_time.unwrap()).await;
    let handed = [&reminded[..], &["escalation/1/overdue", "escalation/1/handed-over"]].concat();
    until_told(&ears, &chief, 0, &handed).await;
    until_told(&ears, &deputy, 1, &handed).await;
    let held = v1::GetEscalationRequest { name: FIRST.to_owned(), ..Default::default() };
    let held = deputy.escalations().get_escalation(held).await.given().escalation.unwrap();
    assert_eq!(held.deciders[0], "people/p-member", "{held:?}");
    assert_eq!(held.due_time, second.due_time);

    // The deputy decides for the second option; the rank changes in the same commit.
    let decide = v1::DecideEscalationRequest {
        name: FIRST.to_owned(),
        outcome: Some(Outcome::Option(2)),
        reason: "A till that stands still costs more than a parcel that waits".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    let decided = deputy.escalations().decide_escalation(decide).await.given().receipt.unwrap();
    let events = broker::events(&admin, "webshop").await;
    let kinds: Vec<&str> = events
        .iter()
        .filter(|event| event.version == decided.version)
        .map(|event| event.r#type.as_str())
        .collect();
    assert_eq!(kinds, ["koepel.v1.ItemRanked", "koepel.v1.EscalationDecided"]);
    let explain = v1::ExplainRankRequest { name: Shop::name("OFFLINE-1"), ..Default::default() };
    let explained = online.backlog().explain_rank(explain).await.given();
    let step = explained.steps[0].entry.clone().unwrap();
    assert!(step.sentence.ends_with("by decision 1"), "{}", step.sentence);
    assert_eq!(step.version, decided.version);

    // The losing PO moves their item up within their own domain: allowed, and seen.
    let reorder = v1::ReorderItemRequest {
        name: Shop::name("ONLINE-2"),
        place: at(v1::Edge::Top),
        request_id: request_id(),
        ..Default::default()
    };
    let moved = online.backlog().reorder_item(reorder).await.given().receipt.unwrap();
    let request = v1::ListDecisionsRequest {
        parent: PARENT.to_owned(),
        not_followed: true,
        ..Default::default()
    };
    let listed = chief.governance().list_decisions(request).await.given().decisions;
    let [decision] = listed.as_slice() else { panic!("{listed:?}") };
    assert_eq!(decision.decide_version, decided.version);
    assert_eq!(decision.not_followed_version, moved.version);

    // Each of them was told each thing once by each way; so was nobody else by letter.
    let decided = [&handed[..], &["escalation/1/decided/1"]].concat();
    until_told(&ears, &chief, 0, &decided).await;
    let departed = [&handed[..], &["decision/1/not-followed"]].concat();
    until_told(&ears, &deputy, 1, &departed).await;
    for letter in ears.mail.letters() {
        let language = letter.header("Content-Language");
        let to = letter.header("X-To");
        assert_eq!(
            (to.starts_with("hanna"), to.starts_with("ruben")),
            (language == "da", language == "nl")
        );
        assert!(!subject(&letter).is_empty());
    }
}
