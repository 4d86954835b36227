//! Escalations over the API: who is asked, what silence does, what a decision changes, and what becomes of it. The clock is
//! moved by hand.

use koepel_api::v1::{
    self, EscalationState, Topic,
    ordered_change::{Change, Rank},
};
use koepel_tests::{Answer as _, Client, Settings, Shop, before, request_id};
use prost_types::Timestamp;
use tonic::Code;

/// Monday 30 November 2026, 09:00 UTC.
const MONDAY: &str = "2026-11-30T09:00:00Z";
const MONDAY_S: i64 = 1_796_029_200;
const HOUR: i64 = 3_600;
const FIRST: &str = "products/webshop/escalations/1";

fn settings() -> Settings {
    let arguments = vec!["--manual-clock".to_owned(), MONDAY.to_owned()];
    Settings { arguments, ..Default::default() }
}

async fn shop() -> Shop {
    let shop = Shop::open_with(settings()).await;
    shop.fill(&["offline", "online", "backoffice"]).await;
    shop
}

fn option(title: &str, changes: Vec<Change>) -> v1::EscalationOption {
    let changes = changes.into_iter().map(|change| v1::OrderedChange { change: Some(change) });
    v1::EscalationOption {
        title: title.to_owned(),
        changes: changes.collect(),
        summary: String::new(),
    }
}

fn rank(key: &str, place: Option<v1::Place>) -> Change {
    Change::Rank(Rank { item: Shop::name(key), place, with_family: false })
}

fn raise() -> v1::RaiseEscalationRequest {
    v1::RaiseEscalationRequest {
        parent: "products/webshop".to_owned(),
        topic: Topic::Priority.into(),
        title: "Who gets the test hall first?".to_owned(),
        text: "Both need the same two weeks.".to_owned(),
        items: vec![Shop::name("ONLINE-1"), Shop::name("OFFLINE-1")],
        options: vec![
            option("The tills", Vec::new()),
            option("The web shop", vec![rank("ONLINE-1", before("OFFLINE-1"))]),
        ],
        request_id: request_id(),
        ..Default::default()
    }
}

async fn raised(shop: &Shop) -> v1::Escalation {
    shop.online.escalations().raise_escalation(raise()).await.given().escalation.unwrap()
}

async fn get(by: &Client) -> v1::Escalation {
    let request = v1::GetEscalationRequest { name: FIRST.to_owned(), ..Default::default() };
    by.escalations().get_escalation(request).await.given().escalation.unwrap()
}

fn decide(option: u32) -> v1::DecideEscalationRequest {
    v1::DecideEscalationRequest {
        name: FIRST.to_owned(),
        outcome: Some(v1::decide_escalation_request::Outcome::Option(option)),
        reason: "the season begins online".to_owned(),
        request_id: request_id(),
        ..Default::default()
    }
}

/// The types of what happened to the escalation, the newest first, once there are so many.
async fn story(by: &Client, count: usize) -> Vec<String> {
    let request = v1::ListEscalationHistoryRequest { name: FIRST.to_owned(), ..Default::default() };
    koepel_tests::eventually(async || {
        let told = by.escalations().list_escalation_history(request.clone()).await.given();
        let kinds: Vec<String> = told.entries.iter().map(|entry| entry.r#type.clone()).collect();
        (kinds.len() >= count).then_some(kinds)
    })
    .await
}

async fn keys(by: &Client) -> Vec<String> {
    let request =
        v1::ListBacklogRequest { parent: "products/webshop".to_owned(), ..Default::default() };
    let rows = by.backlog().list_backlog(request).await.given().rows;
    rows.into_iter().map(|row| row.key).collect()
}

#[tokio::test]
async fn a_decision_changes_the_rank_in_its_own_commit_and_the_explanation_names_it() {
    let shop = shop().await;
    let held = raised(&shop).await;
    assert_eq!(held.name, FIRST);
    assert_eq!(held.deciders, ["people/p-chief"]);
    assert_eq!(held.options[1].summary, "rank ONLINE-1 above OFFLINE-1");
    assert_eq!(held.display_names["people/p-chief"], "Name of p-chief");
    let done = shop.chief.escalations().decide_escalation(decide(2)).await.given();
    assert_eq!(done.decision, "products/webshop/decisions/1");
    assert_eq!(keys(&shop.chief).await, ["ONLINE-1", "OFFLINE-1", "BACKOFFICE-1"]);
    let explain = v1::ExplainRankRequest { name: Shop::name("ONLINE-1"), ..Default::default() };
    let explained = shop.stakeholder.backlog().explain_rank(explain).await.given();
    let step = explained.steps[0].entry.clone().unwrap();
    assert!(step.sentence.ends_with("by decision 1"), "{}", step.sentence);
    assert_eq!(step.version, done.receipt.unwrap().version);
    let events = koepel_tests::broker::events(&shop.admin, "webshop").await;
    let of_commit: Vec<_> = events.iter().filter(|event| event.version == step.version).collect();
    let kinds: Vec<&str> = of_commit.iter().map(|event| event.r#type.as_str()).collect();
    assert_eq!(kinds, ["koepel.v1.ItemRanked", "koepel.v1.EscalationDecided"]);
    assert_eq!(of_commit[1].subject, FIRST);
    assert!(of_commit[0].data.contains("\"decision\":1"), "{}", of_commit[0].data);
}

#[tokio::test]
async fn a_later_move_against_a_decision_is_shown_with_both_events() {
    let shop = shop().await;
    raised(&shop).await;
    let decided = shop.chief.escalations().decide_escalation(decide(2)).await.given();
    shop.fill(&["offline"]).await;
    // Not by the losing PO, whose item nothing of theirs can move past: by the Chief PO, next time.
    let move_back = v1::RankItemRequest {
        name: Shop::name("OFFLINE-1"),
        place: before("ONLINE-1"),
        ..Default::default()
    };
    let moved = shop.chief.backlog().rank_item(move_back).await.given().receipt.unwrap();
    let request = v1::ListDecisionsRequest {
        parent: "products/webshop".to_owned(),
        not_followed: true,
        ..Default::default()
    };
    let listed = shop.stakeholder.governance().list_decisions(request).await.given().decisions;
    let [held] = listed.as_slice() else { panic!("{listed:?}") };
    assert_eq!(held.decide_version, decided.receipt.unwrap().version);
    assert_eq!(held.not_followed_version, moved.version);
    assert_eq!((held.outcome.as_str(), held.mandate.as_str()), ("The web shop", "the Chief PO"));
    assert_eq!(held.decided_by_name, "Name of p-chief");
    let history = v1::ListItemHistoryRequest { name: Shop::name("ONLINE-1"), ..Default::default() };
    let told = shop.stakeholder.backlog().list_item_history(history).await.given().entries;
    assert!(told[0].sentence.contains("decision 1 (“The web shop”) is not followed"), "{told:?}");
}

#[tokio::test]
async fn silence_is_told_and_survives_a_kill_and_nothing_is_told_twice() {
    let mut shop = shop().await;
    let held = raised(&shop).await;
    let turn = held.line[0].clone();
    let (remind, due) = (turn.remind_time.unwrap().seconds, turn.due_time.unwrap().seconds);
    assert!(remind > MONDAY_S && due > remind + HOUR, "{turn:?}");
    Shop::set_seconds(&shop.admin, remind).await;
    assert_eq!(story(&shop.chief, 2).await, ["EscalationReminded", "EscalationRaised"]);
    // Killed between reminder and overdue, and started again after the deadline.
    let token = |client: &Client| client.token().to_owned();
    let (admin, chief) = (token(&shop.admin), token(&shop.chief));
    shop.server.kill();
    shop.server.set_arguments(&["--manual-clock", "2026-12-24T09:00:00Z"]);
    shop.server.start_again().await;
    let (admin, chief) = (shop.server.client(&admin), shop.server.client(&chief));
    let told = ["EscalationOverdue", "EscalationReminded", "EscalationRaised"];
    assert_eq!(story(&chief, 3).await, told);
    // An hour back, ten seconds forth, years ahead: nothing more comes of it.
    for at in [due - HOUR, due + 10, due + 10 * 365 * 24 * HOUR] {
        Shop::set_seconds(&admin, at).await;
    }
    let held = get(&chief).await;
    assert!(held.overdue && held.state == i32::from(EscalationState::Open), "{held:?}");
    let comment = v1::CommentEscalationRequest {
        name: FIRST.to_owned(),
        text: "still waiting".to_owned(),
        ..Default::default()
    };
    chief.escalations().comment_escalation(comment).await.given();
    assert_eq!(story(&chief, 4).await[1..], told);
    chief.escalations().decide_escalation(decide(1)).await.given();
}

#[tokio::test]
async fn what_is_wrong_is_said_with_the_field_and_who_may() {
    let shop = shop().await;
    let send = async |change: &dyn Fn(&mut v1::RaiseEscalationRequest)| {
        let mut request = raise();
        change(&mut request);
        shop.online.escalations().raise_escalation(request).await
    };
    send(&|request| request.topic = 0).await.refused().at(&["topic"]);
    send(&|request| request.topic = 99).await.refused().at(&["topic"]);
    send(&|request| request.title.clear()).await.refused().at(&["title"]);
    send(&|request| request.text = "x".repeat(2_001)).await.refused().at(&["text"]);
    send(&|request| request.items.push("products/x/items/A-1".to_owned()))
        .await
        .refused()
        .at(&["items"]);
    send(&|request| request.options.push(option("", Vec::new())))
        .await
        .refused()
        .at(&["options[3].title"]);
    send(&|request| request.options = vec![option("x", vec![rank("ONLINE-1", None)])])
        .await
        .refused()
        .at(&["place"]);
    let many = |request: &mut v1::RaiseEscalationRequest| {
        request.options = (0..11).map(|no| option(&no.to_string(), Vec::new())).collect();
    };
    send(&many).await.refused().is(Code::InvalidArgument, "TOO_MANY");
    send(&|request| request.items.push(Shop::name("ONLINE-9")))
        .await
        .refused()
        .is(Code::NotFound, "UNKNOWN_ITEM");
    shop.stakeholder
        .escalations()
        .raise_escalation(raise())
        .await
        .refused()
        .is(Code::PermissionDenied, "NOT_IN_MANDATE");
    shop.stranger
        .escalations()
        .raise_escalation(raise())
        .await
        .refused()
        .is(Code::NotFound, "UNKNOWN_PRODUCT");
    raised(&shop).await;
    for who in [&shop.online, &shop.offline, &shop.member, &shop.admin] {
        let refused = who.escalations().decide_escalation(decide(1)).await.refused();
        refused.is(Code::PermissionDenied, "NOT_THE_DECIDER").says(&["p-chief may"]);
    }
    let refused = shop.chief.escalations().decide_escalation(decide(7)).await.refused();
    refused.is(Code::InvalidArgument, "NO_SUCH_OPTION").says(&["options 1 to 2"]);
    let nothing = v1::DecideEscalationRequest { outcome: None, ..decide(1) };
    shop.chief.escalations().decide_escalation(nothing).await.refused().at(&["outcome"]);
    let stale = v1::DecideEscalationRequest { expected_version: 1, ..decide(1) };
    shop.chief.escalations().decide_escalation(stale).await.refused().is(Code::Aborted, "STALE");
    let mut same = decide(1);
    shop.chief.escalations().decide_escalation(same.clone()).await.given();
    shop.chief.escalations().decide_escalation(same.clone()).await.given();
    same.reason = "another".to_owned();
    let reused = shop.chief.escalations().decide_escalation(same).await.refused();
    reused.is(Code::AlreadyExists, "REQUEST_ID_REUSED");
    let refused = shop.chief.escalations().decide_escalation(decide(1)).await.refused();
    refused.is(Code::FailedPrecondition, "ESCALATION_ENDED");
}

#[tokio::test]
async fn escalations_are_listed_by_state_domain_and_whose_turn_it_is_page_by_page() {
    let shop = shop().await;
    for _ in 0..5 {
        raised(&shop).await;
    }
    shop.chief.escalations().decide_escalation(decide(1)).await.given();
    let list = async |by: &Client, change: &dyn Fn(&mut v1::ListEscalationsRequest)| {
        let mut request = v1::ListEscalationsRequest {
            parent: "products/webshop".to_owned(),
            ..Default::default()
        };
        change(&mut request);
        let answer = by.escalations().list_escalations(request).await.given();
        let names = answer.escalations.iter().map(|one| one.name.rsplit('/').next().unwrap());
        (names.map(str::to_owned).collect::<Vec<_>>().join(" "), answer.next_page_token)
    };
    assert_eq!(list(&shop.stakeholder, &|_| {}).await.0, "5 4 3 2");
    assert_eq!(list(&shop.chief, &|request| request.all = true).await.0, "5 4 3 2 1");
    let decided = EscalationState::Decided.into();
    assert_eq!(list(&shop.chief, &|request| request.state = decided).await.0, "1");
    assert_eq!(list(&shop.chief, &|request| request.mine = true).await.0, "5 4 3 2");
    assert_eq!(list(&shop.online, &|request| request.mine = true).await.0, "");
    let of = |domain: &'static str| {
        move |request: &mut v1::ListEscalationsRequest| {
            request.parent = format!("products/webshop/domains/{domain}");
        }
    };
    assert_eq!(list(&shop.online, &of("offline")).await.0, "5 4 3 2");
    assert_eq!(list(&shop.online, &of("backoffice")).await.0, "");
    let about = |key: &'static str| {
        move |request: &mut v1::ListEscalationsRequest| request.item = Shop::name(key)
    };
    assert_eq!(list(&shop.stakeholder, &about("ONLINE-1")).await.0, "5 4 3 2");
    assert_eq!(list(&shop.stakeholder, &about("BACKOFFICE-1")).await.0, "");
    let all_about = |request: &mut v1::ListEscalationsRequest| {
        (request.item, request.all, request.page_size) = (Shop::name("ONLINE-1"), true, 4);
    };
    let (page, rest) = list(&shop.stakeholder, &all_about).await;
    assert_eq!(page, "5 4 3 2");
    let all_about = |request: &mut v1::ListEscalationsRequest| {
        all_about(request);
        request.page_token.clone_from(&rest);
    };
    assert_eq!(list(&shop.stakeholder, &all_about).await, ("1".to_owned(), String::new()));
    let item = async |item: &str| {
        let (parent, item) = ("products/webshop".to_owned(), item.to_owned());
        let request = v1::ListEscalationsRequest { parent, item, ..Default::default() };
        shop.stakeholder.escalations().list_escalations(request).await.refused()
    };
    let refusal = item(&Shop::name("ONLINE-99")).await;
    refusal.is(Code::NotFound, "UNKNOWN_ITEM").says(&["ONLINE-99"]);
    let refusal = item("products/other/items/ONLINE-1").await;
    refusal.is(Code::InvalidArgument, "INVALID_FIELD").at(&["item"]);
    let (page, token) = list(&shop.chief, &|request| request.page_size = 2).await;
    assert_eq!(page, "5 4");
    let next = |request: &mut v1::ListEscalationsRequest| {
        (request.page_size, request.page_token) = (3, token.clone());
    };
    assert_eq!(list(&shop.chief, &next).await, ("3 2".to_owned(), String::new()));
    let parent = "products/webshop".to_owned();
    let both =
        v1::ListEscalationsRequest { parent, all: true, state: decided, ..Default::default() };
    let refusal = shop.chief.escalations().list_escalations(both).await.refused();
    refusal.is(Code::InvalidArgument, "INVALID_FIELD").at(&["all"]).says(&["state"]);
}

#[tokio::test]
async fn escalations_and_decisions_are_told_as_they_stood_then() {
    let shop = shop().await;
    let version = raised(&shop).await.changed_at_version;
    shop.chief.escalations().decide_escalation(decide(2)).await.given();
    let then = || Some(v1::Moment { at: Some(v1::moment::At::Version(version)) });
    let name = FIRST.to_owned();
    let request = v1::GetEscalationRequest { name, as_of: then(), ..Default::default() };
    let held = shop.member.escalations().get_escalation(request).await.given();
    assert_eq!((held.version, held.text.as_str()), (version, "Both need the same two weeks."));
    let held = held.escalation.unwrap();
    assert_eq!((held.state(), held.decision.as_str()), (EscalationState::Open, ""));
    assert_eq!(held.deciders, ["people/p-chief"]);
    let parent = || "products/webshop".to_owned();
    let list = v1::ListEscalationsRequest { parent: parent(), as_of: then(), ..Default::default() };
    let open = shop.member.escalations().list_escalations(list).await.given().escalations;
    assert_eq!(open, [held]);
    let list = v1::ListDecisionsRequest { parent: parent(), as_of: then(), ..Default::default() };
    assert_eq!(shop.member.governance().list_decisions(list).await.given().decisions, []);
    let name = "products/webshop/decisions/1".to_owned();
    let request = v1::GetDecisionRequest { name, as_of: then(), ..Default::default() };
    let refusal = shop.member.governance().get_decision(request.clone()).await.refused();
    refusal.is(Code::NotFound, "UNKNOWN_DECISION");
    let now = v1::GetDecisionRequest { as_of: None, ..request };
    assert!(shop.member.governance().get_decision(now).await.given().decision.is_some());
    let line = shop.server.command_line(shop.member.token());
    let listed = line.json(&format!("escalation list --as-of v{version}"));
    assert_eq!(listed[0]["state"], "open");
    let ordered = &listed[0]["options"][1]["ordered"][0];
    assert_eq!((&ordered["change"], &ordered["above"]), (&"rank".into(), &"OFFLINE-1".into()));
    let listed = line.json("decision list");
    assert_eq!(listed[0]["ordered"][0]["item"], "ONLINE-1");
    line.run(&format!("decision list --as-of v{version}")).code(0).complains(&["no such decision"]);
}

#[tokio::test]
async fn a_clock_that_goes_by_itself_is_not_set() {
    let shop = Shop::open().await;
    let time = Some(Timestamp { seconds: MONDAY_S, nanos: 0 });
    let refused = shop.admin.admin().set_clock(v1::SetClockRequest { time }).await.refused();
    refused.is(Code::FailedPrecondition, "CLOCK_GOES");
    let refused = shop.chief.admin().set_clock(v1::SetClockRequest { time }).await.refused();
    refused.is(Code::PermissionDenied, "NOT_IN_MANDATE");
    let clock = shop.admin.admin().get_clock(v1::GetClockRequest {}).await.given();
    assert!(!clock.manual && clock.time.unwrap().seconds > MONDAY_S - 40 * 365 * 24 * HOUR);
}
