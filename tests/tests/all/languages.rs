//! What is told comes in the reader's language, whoever else reads the same.

use koepel_api::v1::{self, Edge};
use koepel_tests::{Answer as _, Client, Shop, at, before};

/// As a browser in Copenhagen asks.
const DANISH: &str = "da-DK,da;q=0.9,en;q=0.5";
/// As a browser in Utrecht asks.
const DUTCH: &str = "nl-NL,nl;q=0.9,en;q=0.8";

/// A shop in which the Chief PO has ranked ONLINE-2 to the top.
async fn shop() -> Shop {
    let shop = Shop::open().await;
    shop.fill(&["online", "offline", "online"]).await;
    let rank = v1::RankItemRequest {
        name: Shop::name("ONLINE-2"),
        place: at(Edge::Top),
        reason: "the fair".to_owned(),
        ..Default::default()
    };
    shop.chief.backlog().rank_item(rank).await.given();
    shop
}

async fn history(by: &Client) -> v1::HistoryEntry {
    let name = Shop::name("ONLINE-2");
    let request = v1::ListItemHistoryRequest { name, ..Default::default() };
    by.backlog().list_item_history(request).await.given().entries.remove(0)
}

async fn explained(by: &Client, key: &str) -> v1::ExplainRankResponse {
    let request = v1::ExplainRankRequest { name: Shop::name(key), ..Default::default() };
    by.backlog().explain_rank(request).await.given()
}

/// What is different since the items were there.
async fn differences(by: &Client, from: u64) -> Vec<String> {
    let at = Some(v1::moment::At::Version(from));
    let request = v1::ListDifferencesRequest {
        parent: "products/webshop".to_owned(),
        from: Some(v1::Moment { at }),
        ..Default::default()
    };
    let told = by.history().list_differences(request).await.given();
    told.differences.into_iter().map(|one| one.sentence).collect()
}

#[tokio::test]
async fn a_history_and_an_explanation_come_in_the_language_that_is_asked_for() {
    let shop = shop().await;
    for (languages, by, sentence) in [
        (
            "fr, de;q=0.5",
            "Name of p-chief, Chief PO",
            "was ranked from place 3 to place 1, at the top, above ONLINE-1",
        ),
        (
            DANISH,
            "Name of p-chief, ledende PO",
            "blev omprioriteret fra plads 3 til plads 1, øverst, over ONLINE-1",
        ),
        (
            DUTCH,
            "Name of p-chief, hoofd-PO",
            "is verplaatst van plaats 3 naar plaats 1, bovenaan, boven ONLINE-1",
        ),
    ] {
        let entry = history(&shop.member.in_languages(languages)).await;
        assert_eq!((entry.by.as_str(), entry.sentence.as_str()), (by, sentence));
        assert_eq!(entry.reason, "the fair", "what somebody wrote stays as they wrote it");
    }
    let danish = explained(&shop.member.in_languages(DANISH), "OFFLINE-1").await;
    assert_eq!(
        danish.summary,
        "OFFLINE-1 »A story« står på plads 3 af 3 i den overordnede backlog og på plads 1 af 1 i delbackloggen for offline."
    );
    let step = danish.steps.first().unwrap();
    assert_eq!(step.effect, "Dermed rykkede OFFLINE-1 ned fra plads 2 til 3");
    let entry = step.entry.as_ref().unwrap();
    assert!(entry.sentence.starts_with("ONLINE-2 »A story« blev omprioriteret"), "{entry:?}");
    // Without a language all is as it was before there were others.
    let plain = explained(&shop.member, "OFFLINE-1").await;
    assert_eq!(plain.steps[0].effect, "That moved OFFLINE-1 down from place 2 to 3");
}

#[tokio::test]
async fn two_who_read_one_comparison_read_it_in_their_own_language() {
    let shop = shop().await;
    let from = shop.version().await - 1;
    let english = "ONLINE-2 “A story” rose from place 3 to 1, past ONLINE-1 “A story” and OFFLINE-1 “A story” of offline";
    let danish = "ONLINE-2 »A story« rykkede op fra plads 3 til 1, forbi ONLINE-1 »A story« og OFFLINE-1 »A story« fra offline";
    let dutch = "ONLINE-2 “A story” steeg van plaats 3 naar 1, voorbij ONLINE-1 “A story” en OFFLINE-1 “A story” van offline";
    // Again and again: the second time each is kept from the first.
    for _ in 0..2 {
        for (by, expected) in [
            (shop.member.clone(), english),
            (shop.online.in_languages(DANISH), danish),
            (shop.member.in_languages(DUTCH), dutch),
        ] {
            assert_eq!(differences(&by, from).await, [expected]);
        }
    }
}

#[tokio::test]
async fn who_decides_what_is_told_in_the_language_of_each_reader() {
    let shop = shop().await;
    let rank = v1::ordered_change::Rank {
        item: Shop::name("OFFLINE-1"),
        place: before("ONLINE-2"),
        with_family: false,
    };
    let change = v1::OrderedChange { change: Some(v1::ordered_change::Change::Rank(rank)) };
    let option = v1::EscalationOption {
        title: "The tills".to_owned(),
        changes: vec![change],
        summary: String::new(),
    };
    let raise = v1::RaiseEscalationRequest {
        parent: "products/webshop".to_owned(),
        topic: v1::Topic::Priority.into(),
        title: "Who comes first?".to_owned(),
        domains: vec![Shop::domain_name("online"), Shop::domain_name("offline")],
        options: vec![option],
        ..Default::default()
    };
    let danish = shop.online.in_languages(DANISH);
    let raised = danish.escalations().raise_escalation(raise).await.given().escalation.unwrap();
    assert_eq!(raised.line[0].title, "den ledende PO");
    assert_eq!(raised.options[0].summary, "placer OFFLINE-1 over ONLINE-2");
    let name = raised.name;
    let request = v1::ListEscalationHistoryRequest { name: name.clone(), ..Default::default() };
    let told = danish.escalations().list_escalation_history(request).await.given();
    assert_eq!(
        told.entries[0].sentence,
        "eskalering 1 »Who comes first?« blev rejst (prioritering); den ledende PO skal træffe beslutningen"
    );
    let decide = v1::DecideEscalationRequest {
        name,
        outcome: Some(v1::decide_escalation_request::Outcome::Option(1)),
        reason: "the season".to_owned(),
        ..Default::default()
    };
    shop.chief.escalations().decide_escalation(decide).await.given();
    let request = v1::GetDecisionRequest {
        name: "products/webshop/decisions/1".to_owned(),
        ..Default::default()
    };
    let dutch = shop.member.in_languages(DUTCH);
    let decision = dutch.governance().get_decision(request).await.given().decision.unwrap();
    assert_eq!(decision.mandate, "de hoofd-PO");
    assert_eq!(decision.summary, "OFFLINE-1 boven ONLINE-2 plaatsen");
    let request = v1::FindOwnerRequest {
        parent: "products/webshop".to_owned(),
        what: Some(v1::find_owner_request::What::Item(Shop::name("ONLINE-2"))),
        ..Default::default()
    };
    let owner = danish.directory().find_owner(request).await.given().owner.unwrap();
    assert_eq!(owner.found_by, "ONLINE-2 er et emne i backloggen");
}

#[tokio::test]
async fn the_command_line_asks_for_a_language_if_it_is_given_one() {
    let shop = shop().await;
    let line = shop.server.command_line(shop.member.token());
    line.run("explain webshop/ONLINE-2").code(0).tells(&["stands at place 1 of 3"]);
    line.run("--language nl explain webshop/ONLINE-2")
        .code(0)
        .tells(&["staat op plaats 1 van 3 in de overkoepelende backlog"]);
    let danish = shop.server.command_line(shop.member.token()).with("KOEPEL_LANGUAGE", "da");
    danish.run("item history webshop/ONLINE-2").code(0).tells(&["blev omprioriteret fra plads 3"]);
    line.run("--language fr explain webshop/ONLINE-2")
        .code(2)
        .complains(&["--language: language \"fr\" is not one of en, da, nl"]);
}
