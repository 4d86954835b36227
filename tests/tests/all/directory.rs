//! Whom to ask: owners by name and by words in three languages, and the questions that nobody could answer.

use koepel_api::v1::{self, find_owner_request::What};
use koepel_tests::{Answer as _, Client, Shop, day};
use tonic::Code;

const PRODUCT: &str = "products/webshop";

async fn ask(by: &Client, what: What) -> v1::FindOwnerResponse {
    let request =
        v1::FindOwnerRequest { parent: PRODUCT.to_owned(), what: Some(what), ..Default::default() };
    by.directory().find_owner(request).await.given()
}

async fn words(by: &Client, question: &str) -> v1::FindOwnerResponse {
    ask(by, What::Question(question.to_owned())).await
}

/// A shop whose domains say what they are for.
async fn shop() -> Shop {
    let shop = Shop::open().await;
    for (domain, name, summary) in [
        ("online", "Online shop", "Gavekort og betaling; gift cards"),
        ("offline", "Winkels", "Kassa en cadeaukaarten in de winkel"),
        ("backoffice", "Back office", "Lager og fakturaer"),
    ] {
        let domain = v1::Domain {
            name: Shop::domain_name(domain),
            display_name: name.to_owned(),
            summary: summary.to_owned(),
            ..Default::default()
        };
        let paths = vec!["display_name".to_owned(), "summary".to_owned()];
        let update = v1::UpdateDomainRequest {
            domain: Some(domain),
            update_mask: Some(prost_types::FieldMask { paths }),
            ..Default::default()
        };
        shop.chief.products().update_domain(update).await.given();
    }
    shop
}

#[tokio::test]
async fn what_has_a_name_has_one_owner() {
    let shop = shop().await;
    shop.fill(&["online"]).await;
    let (item, domain) = (Shop::name("ONLINE-1"), Shop::domain_name("offline"));
    for (what, owner) in [
        (What::Item(item), "people/p-online"),
        (What::Domain(domain), "people/p-offline"),
        (What::Topic("budget".to_owned()), "people/p-chief"),
        (What::Question("online-1?".to_owned()), "people/p-online"),
        (What::Question("Who owns webshop/ONLINE-1".to_owned()), "people/p-online"),
        (What::Question("WINKELS".to_owned()), "people/p-offline"),
        (What::Question("hvem ejer gavekortet?".to_owned()), "people/p-online"),
        (What::Question("wie gaat over de cadeaukaart".to_owned()), "people/p-offline"),
        (What::Question("who decides on quality".to_owned()), "people/p-chief"),
    ] {
        let answer = ask(&shop.stakeholder, what.clone()).await;
        let found = answer.owner.unwrap();
        assert_eq!(found.person, owner, "{what:?}: {}", found.found_by);
        assert_eq!((answer.fallback, answer.gap), (false, None), "{what:?}");
        assert!(found.since_time.is_some() && !found.found_by.is_empty());
        assert_eq!(found.ask, found.person);
    }
    let several = words(&shop.member, "the shop with gift cards and the kassa").await;
    assert_eq!(several.owner.unwrap().person, "people/p-online");
    assert_eq!(several.others.len(), 1);
}

#[tokio::test]
async fn what_is_not_there_is_refused_by_its_name() {
    let shop = Shop::open().await;
    let refused = async |what| {
        let parent = PRODUCT.to_owned();
        let request = v1::FindOwnerRequest { parent, what, ..Default::default() };
        shop.member.directory().find_owner(request).await.refused()
    };
    refused(None).await.is(Code::InvalidArgument, "INVALID_FIELD").at(&["what"]);
    let none = Some(What::Item(Shop::name("ONLINE-9")));
    refused(none).await.is(Code::NotFound, "UNKNOWN_ITEM");
    let none = Some(What::Domain(Shop::domain_name("moon")));
    refused(none).await.is(Code::NotFound, "UNKNOWN_DOMAIN");
    let none = Some(What::Entry("products/webshop/roadmapEntries/9".to_owned()));
    refused(none).await.is(Code::NotFound, "UNKNOWN_ENTRY");
    refused(Some(What::Topic("weather".to_owned())))
        .await
        .at(&["topic"])
        .says(&["priority, vision"]);
    refused(Some(What::Question("x".repeat(201)))).await.at(&["question"]);
}

#[tokio::test]
async fn an_absent_or_missing_owner_has_somebody_to_ask() {
    let shop = shop().await;
    let vacant = words(&shop.member, "backoffice").await.owner.unwrap();
    assert_eq!((vacant.person.as_str(), vacant.ask.as_str()), ("", "people/p-chief"));
    let deputy = v1::NameDeputyRequest {
        product: PRODUCT.to_owned(),
        person: "people/p-member".to_owned(),
        role: v1::Role::DomainPo.into(),
        domain: Shop::domain_name("online"),
        last_day: Some(day(5)),
        ..Default::default()
    };
    shop.online.products().name_deputy(deputy).await.given();
    let away = words(&shop.member, "online").await.owner.unwrap();
    assert_eq!((away.person.as_str(), away.ask.as_str()), ("people/p-online", "people/p-member"));
    assert_eq!(away.deputy_term.unwrap().last_day, Some(day(5)));
}

#[tokio::test]
async fn a_question_that_nobody_can_answer_is_the_chief_pos_and_noted_once() {
    let shop = shop().await;
    let version = shop.version().await;
    let first = words(&shop.stakeholder, "Who waters the plants?").await;
    let owner = first.owner.unwrap();
    assert_eq!((first.fallback, owner.ask.as_str()), (true, "people/p-chief"));
    let gap = first.gap.unwrap();
    assert_eq!(
        (gap.name.as_str(), gap.asked_by.as_str()),
        ("products/webshop/gaps/1", "people/p-stakeholder")
    );
    let again = words(&shop.member, " who  WATERS the plants? ").await;
    assert_eq!(again.gap.unwrap().name, gap.name);
    assert_eq!(shop.version().await, version + 1, "one question is one commit");
    let list = || v1::ListGapsRequest { parent: PRODUCT.to_owned(), ..Default::default() };
    let listed = shop.chief.directory().list_gaps(list()).await.given().gaps;
    assert_eq!(listed.len(), 1);
    let resolve = || v1::ResolveGapRequest { name: gap.name.clone(), ..Default::default() };
    let refusal = shop.online.directory().resolve_gap(resolve()).await.refused();
    refusal.is(Code::PermissionDenied, "NOT_IN_MANDATE");
    shop.chief.directory().resolve_gap(resolve()).await.given();
    shop.chief.directory().resolve_gap(resolve()).await.refused().is(Code::NotFound, "UNKNOWN_GAP");
    assert!(shop.chief.directory().list_gaps(list()).await.given().gaps.is_empty());
}

/// A table in which one person decides budgets, and the domain's PO quality in their domain.
async fn pointed(shop: &Shop) {
    use v1::escalation_step::Decider;
    let seat =
        |role: v1::Role| Decider::Seat(v1::Seat { role: role.into(), domain: String::new() });
    let step = |decider| v1::EscalationStep {
        decider: Some(decider),
        answer_time: Some(v1::AnswerTime { length: Some(v1::answer_time::Length::WorkingDays(2)) }),
    };
    let point = |id: &str, topics: &[v1::Topic], domain: String, decider| v1::EscalationPoint {
        name: format!("{PRODUCT}/escalationPoints/{id}"),
        topics: topics.iter().map(|topic| i32::from(*topic)).collect(),
        domain,
        line: vec![step(decider)],
        ..Default::default()
    };
    let budget = Decider::Person("people/p-member".to_owned());
    let others: Vec<_> = (1..=7).filter_map(|topic| v1::Topic::try_from(topic).ok()).collect();
    let others: Vec<_> = others.into_iter().filter(|it| *it != v1::Topic::Budget).collect();
    let online = Shop::domain_name("online");
    let points = vec![
        point("money", &[v1::Topic::Budget], String::new(), budget),
        point("rest", &others, String::new(), seat(v1::Role::ChiefPo)),
        point("quality-online", &[v1::Topic::Quality], online, seat(v1::Role::DomainPo)),
    ];
    let save = v1::SaveEscalationPointsRequest {
        product: PRODUCT.to_owned(),
        points,
        ..Default::default()
    };
    shop.chief.escalation_points().save_escalation_points(save).await.given();
}

#[tokio::test]
async fn the_owner_of_a_topic_is_whom_the_escalation_points_name() {
    let shop = shop().await;
    pointed(&shop).await;
    let budget = ask(&shop.stakeholder, What::Topic("budget".to_owned())).await.owner.unwrap();
    assert_eq!((budget.role(), budget.domain.as_str()), (v1::Role::Unspecified, ""));
    assert_eq!(
        (budget.person.as_str(), budget.ask.as_str()),
        ("people/p-member", "people/p-member")
    );
    let decider = Some(v1::decider::Who::Person("people/p-member".to_owned()));
    assert_eq!(budget.decider.unwrap().who, decider);
    assert_eq!(budget.found_by, "budget is a topic that p-member decides");
    let asked = words(&shop.stakeholder, "who decides on the budget?").await.owner.unwrap();
    assert_eq!(asked.person, "people/p-member");

    let matter = |topic: v1::Topic, domain: &str| {
        let domain = if domain.is_empty() { String::new() } else { Shop::domain_name(domain) };
        What::Matter(v1::Matter { topic: topic.into(), domain })
    };
    for (topic, domain, owner) in [
        (v1::Topic::Quality, "online", "people/p-online"),
        (v1::Topic::Quality, "offline", "people/p-chief"),
        (v1::Topic::Quality, "", "people/p-chief"),
        (v1::Topic::Budget, "online", "people/p-member"),
    ] {
        let found = ask(&shop.member, matter(topic, domain)).await.owner.unwrap();
        assert_eq!(found.person, owner, "{topic:?} in {domain:?}: {}", found.found_by);
    }
    let refused = async |what| {
        let (parent, what) = (PRODUCT.to_owned(), Some(what));
        let request = v1::FindOwnerRequest { parent, what, ..Default::default() };
        shop.member.directory().find_owner(request).await.refused()
    };
    refused(matter(v1::Topic::Unspecified, "")).await.at(&["matter.topic"]);
    refused(matter(v1::Topic::Budget, "moon")).await.is(Code::NotFound, "UNKNOWN_DOMAIN");

    let reader = shop.server.command_line(shop.stakeholder.token());
    reader.run("who owns --topic quality --domain online").code(0).tells(&[
        "domain PO of online",
        "p-online",
        "quality is a topic that the PO of online decides in online",
    ]);
    reader
        .run("who owns --topic budget")
        .code(0)
        .tells(&["named by an escalation point", "Name of p-member (p-member)"]);
    let told = reader.json("who owns --topic budget");
    assert_eq!(told["owner"]["decider"]["person"], "p-member");
    reader.run("who owns").code(2).complains(&["WHAT"]);
}

#[tokio::test]
async fn people_ask_on_the_command_line() {
    let shop = shop().await;
    let reader = shop.server.command_line(shop.stakeholder.token());
    reader.run("who owns the gift cards").code(0).tells(&[
        "domain PO of online (Online shop)",
        "Name of p-online (p-online), since ",
        "gift",
    ]);
    reader.run("who owns the moon").code(0).tells(&["Chief PO", "Name of p-chief (p-chief)"]);
    reader.run("who gaps").code(0).tells(&["the moon", "Name of p-stakeholder (p-stakeholder)"]);
    let answer = reader.json("who owns the moon");
    assert_eq!((&answer["fallback"], &answer["gap"]["number"]), (&true.into(), &"1".into()));
    reader
        .run("who gaps --resolve 1")
        .code(4)
        .complains(&["the Chief PO (p-chief) or an administrator may"]);
    let chief = shop.server.command_line(shop.chief.token());
    chief.run("who gaps --resolve 1 --reason nobody").code(0).tells(&["Gap 1 is closed"]);
}
