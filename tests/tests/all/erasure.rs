//! R16, a person: after erasure no file of the data directory has their name or addresses, whatever they did and whatever went
//! wrong on the way to them; what somebody typed into a text goes by redaction, and all of it still folds.

use futures::future::join_all;
use koepel_api::v1::{self, DeliveryState, Role};
use koepel_tests::{Answer as _, Client, Mail, Settings, Shop, eventually};

use crate::{
    alerts::{LOOPBACK, deliveries, try_all},
    points::{chief, step, table, whole},
    sign_in::holding,
};

const NAME: &str = "Wilhelmina Oldenbarnevelt";
const EMAIL: &str = "refused-wilhelmina@oldenbarnevelt.example";
/// It leads nowhere (RFC 6761), so each attempt ends with an error that names it.
const URL: &str = "https://hooks.oldenbarnevelt.invalid/services/her-own";
/// What is in all of them.
const MARK: &str = "ldenbarnevelt";

/// Makes her, with all that can be of her.
async fn wilhelmina(shop: &Shop) -> Client {
    let create = v1::CreatePersonRequest {
        person_id: "p-wil".to_owned(),
        display_name: NAME.to_owned(),
        ..Default::default()
    };
    shop.admin.admin().create_person(create).await.given();
    Shop::grant(&shop.admin, "products/webshop", "p-wil", Role::Member, "").await;
    let token = v1::CreateTokenRequest { person: "people/p-wil".to_owned(), ..Default::default() };
    let wil = Shop::token(&shop.admin, token).await;
    let contact = v1::Contact { email: EMAIL.to_owned(), ..Default::default() };
    wil.alerts().set_contact(v1::SetContactRequest { contact: Some(contact) }).await.given();
    let receiver = v1::alert_receiver::Receiver::Person("people/p-wil".to_owned());
    let target = v1::CreateAlertTargetRequest {
        parent: "products/webshop".to_owned(),
        target_id: "hers".to_owned(),
        target: Some(v1::AlertTarget {
            receiver: Some(v1::AlertReceiver { receiver: Some(receiver) }),
            url: URL.to_owned(),
            ..Default::default()
        }),
        ..Default::default()
    };
    wil.alerts().create_alert_target(target).await.given();
    wil
}

/// Has her do what people do, and so much that there will be a snapshot.
async fn work(shop: &Shop, wil: &Client) {
    let many = (0..600).map(|_| async {
        let chief = &shop.chief;
        chief.backlog().create_item(Shop::new_item("backoffice", "x")).await.given();
    });
    join_all(many).await;
    let mut item = Shop::new_item("online", "A gift card");
    item.item.as_mut().unwrap().people = vec!["people/p-wil".to_owned()];
    wil.backlog().create_item(item).await.given();
    let raise = v1::RaiseEscalationRequest {
        parent: "products/webshop".to_owned(),
        topic: v1::Topic::Priority.into(),
        title: "Gift cards first?".to_owned(),
        items: vec![Shop::name("ONLINE-1")],
        ..Default::default()
    };
    let raised = wil.escalations().raise_escalation(raise).await.given().escalation.unwrap();
    let decide = v1::DecideEscalationRequest {
        name: raised.name,
        outcome: Some(v1::decide_escalation_request::Outcome::Other(v1::EscalationOption {
            title: "Yes".to_owned(),
            ..Default::default()
        })),
        reason: "why not".to_owned(),
        ..Default::default()
    };
    shop.chief.escalations().decide_escalation(decide).await.given();
    let question = v1::find_owner_request::What::Question("xylophones".to_owned());
    let ask = v1::FindOwnerRequest {
        parent: "products/webshop".to_owned(),
        what: Some(question),
        ..Default::default()
    };
    assert!(wil.directory().find_owner(ask).await.given().gap.is_some());
    let search = v1::SearchItemsRequest {
        parent: "products/webshop".to_owned(),
        query: "gift".to_owned(),
        ..Default::default()
    };
    assert_eq!(wil.backlog().search_items(search).await.given().hits.len(), 1);
}

/// All that a reader is told of her, in words.
async fn told(by: &Client) -> String {
    let product = "products/webshop".to_owned();
    let mut all = String::new();
    let asked = v1::ListItemHistoryRequest { name: Shop::name("ONLINE-1"), ..Default::default() };
    all += &format!("{:?}", by.backlog().list_item_history(asked).await.given());
    let asked = v1::ExplainRankRequest { name: Shop::name("ONLINE-1"), ..Default::default() };
    all += &format!("{:?}", by.backlog().explain_rank(asked).await.given());
    let name = format!("{product}/escalations/1");
    let asked = v1::GetEscalationRequest { name, ..Default::default() };
    all += &format!("{:?}", by.escalations().get_escalation(asked).await.given());
    let asked = v1::ListRolesRequest { product: product.clone(), ..Default::default() };
    all += &format!("{:?}", by.products().list_roles(asked).await.given());
    let from = Some(v1::Moment { at: Some(v1::moment::At::Version(3)) });
    let asked = v1::ListDifferencesRequest { parent: product.clone(), from, ..Default::default() };
    all += &format!("{:?}", by.history().list_differences(asked).await.given());
    let asked = v1::ListGapsRequest { parent: product, ..Default::default() };
    all += &format!("{:?}", by.directory().list_gaps(asked).await.given());
    all += &format!("{:?}", deliveries(by, DeliveryState::Unspecified).await);
    all += &format!("{:?}", by.admin().list_people(v1::ListPeopleRequest::default()).await.given());
    all
}

#[tokio::test]
async fn nothing_of_a_person_stays_but_an_opaque_id() {
    let Some(mail) = Mail::start().await else { return };
    let config = format!("{LOOPBACK}{}", mail.config());
    let mut shop = Shop::open_with(Settings { config, ..Settings::default() }).await;
    let data = shop.server.data_dir();
    let wil = wilhelmina(&shop).await;
    work(&shop, &wil).await;
    // Neither way leads to her. What is kept of that says how it failed, and not where she is.
    try_all(&wil).await;
    let failed = eventually(async || {
        let all = deliveries(&shop.admin, DeliveryState::Unspecified).await;
        let hers = |one: &&v1::Delivery| format!("{:?}", one.receiver).contains("p-wil");
        let errors: Vec<_> = all
            .iter()
            .filter(hers)
            .map(|one| one.error.clone())
            .filter(|error| !error.is_empty())
            .collect();
        let has = |word: &str| errors.iter().any(|error| error.contains(word));
        (has("550 5.1.1") && has("cannot be resolved")).then_some(errors)
    })
    .await;
    assert!(!failed.iter().any(|error| error.contains(MARK)), "{failed:?}");
    // With a snapshot of each, and a backup.
    let admin_line = shop.server.command_line(&shop.server.admin_token());
    admin_line.run("log backup before.koepel").code(0).tells(&[]);
    shop.server.restart().await;
    let admin = shop.server.admin();
    assert!(told(&admin).await.contains(NAME));
    assert!(data.join("snapshots/webshop.snapshot").is_file());
    let mut where_it_is = holding(&data, MARK.as_bytes());
    where_it_is.sort();
    let file = |name: &str| data.join(name).display().to_string();
    assert_eq!(where_it_is, ["contacts.json", "people.json", "targets.json"].map(file));

    let erase = v1::ErasePersonRequest {
        name: "people/p-wil".to_owned(),
        reason: "asked for it".to_owned(),
        ..Default::default()
    };
    admin.admin().erase_person(erase).await.given();
    assert_eq!(holding(&data, MARK.as_bytes()), Vec::<String>::new());
    let left = told(&admin).await;
    assert!(!left.contains(MARK) && left.contains("p-wil"), "{left}");
    shop.server.restart().await;
    let left = told(&shop.server.admin()).await;
    assert!(!left.contains(MARK) && left.contains("p-wil"), "{left}");
    let (_, written) = shop.server.stop().await;
    assert!(!written.contains(MARK), "{written}");
    assert_eq!(holding(&data, MARK.as_bytes()), Vec::<String>::new());
    let line = shop.server.command_line("");
    assert!(!line.run("log export --data-dir data").code(0).out.contains(MARK));
    line.run("log verify --data-dir data").code(0).tells(&[]);
    // A backup holds the log, and so never had it; it brings back what she could do, until she is erased again.
    line.run("log restore before.koepel --data-dir elsewhere").code(0).tells(&[]);
    assert!(!line.run("log export --data-dir elsewhere").code(0).out.contains(MARK));
    let elsewhere = shop.server.dir().join("elsewhere");
    assert_eq!(holding(&elsewhere, MARK.as_bytes()), Vec::<String>::new());
}

#[tokio::test]
async fn nobody_is_erased_whose_turn_comes_in_an_open_escalation_whatever_the_points_say_by_now() {
    let shop = Shop::open().await;
    let wil = wilhelmina(&shop).await;
    let hers = v1::escalation_step::Decider::Person("people/p-wil".to_owned());
    let of_her = v1::EscalationPoint { line: vec![step(chief()), step(hers)], ..whole() };
    let save = async |point| {
        shop.chief.escalation_points().save_escalation_points(table(vec![point])).await.given();
    };
    save(of_her).await;
    let raised = Shop::dispute(&shop.online).await;
    save(whole()).await;
    let erase = v1::ErasePersonRequest {
        name: "people/p-wil".to_owned(),
        reason: "asked for it".to_owned(),
        ..Default::default()
    };
    let refused = shop.admin.admin().erase_person(erase.clone()).await.refused();
    assert_eq!(refused.code, tonic::Code::FailedPrecondition);
    assert!(
        refused.message.contains("a decider of the open escalation 1 in webshop"),
        "{refused:?}"
    );
    // Once it is over, nothing waits for her.
    let withdraw = v1::WithdrawEscalationRequest {
        name: raised.name,
        reason: "we agreed".to_owned(),
        ..Default::default()
    };
    shop.online.escalations().withdraw_escalation(withdraw).await.given();
    drop(wil);
    shop.admin.admin().erase_person(erase).await.given();
}

#[tokio::test]
async fn a_name_that_was_typed_into_texts_goes_by_redaction_from_every_file() {
    let mut shop = Shop::open().await;
    let data = shop.server.data_dir();
    let wil = wilhelmina_of_texts(&shop).await;
    drop(wil);
    shop.server.restart().await;
    let erase = v1::ErasePersonRequest { name: "people/p-wil".to_owned(), ..Default::default() };
    shop.server.admin().admin().erase_person(erase).await.given();
    let before = shop.server.command_line(&shop.server.admin_token());
    let order = before.run("backlog webshop").code(0).out;
    let (status, _) = shop.server.stop().await;
    assert!(status.success());
    assert!(!holding(&data, MARK.as_bytes()).is_empty(), "it is in texts, and so in the log");
    let line = shop.server.command_line("");
    // What was told to people is kept beside the product, and redacted by itself; the answer says so.
    let redact = |product: &str| {
        let command = format!("log redact {product} --text '{NAME}' --reason asked --by p-chief");
        line.json(&format!("{command} --yes --data-dir data"))
    };
    let elsewhere = &redact("webshop")["elsewhere"];
    let others: Vec<_> =
        elsewhere.as_array().unwrap().iter().map(|one| one["product"].as_str().unwrap()).collect();
    assert_eq!(others, ["webshop--outbox"]);
    redact("webshop--outbox");
    assert_eq!(holding(&data, MARK.as_bytes()), Vec::<String>::new());
    let ran = line.run("log verify --data-dir data").code(0);
    ran.tells(&["was taken out"]);
    shop.server.start_again().await;
    let after = shop.server.command_line(&shop.server.admin_token());
    let order_after = after.run("backlog webshop").code(0).out;
    let rows = |text: &str| {
        let (_, rows) = text.split_once("STATUS").unwrap();
        rows.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(rows(&order.replace(NAME, "[redacted]")), rows(&order_after));
    let chief = shop.server.client(shop.chief.token());
    let search = v1::SearchItemsRequest {
        parent: "products/webshop".to_owned(),
        query: "gift".to_owned(),
        ..Default::default()
    };
    assert_eq!(chief.backlog().search_items(search).await.given().hits.len(), 1);
    let (status, _) = shop.server.stop().await;
    assert!(status.success());
    // Also of what was made anew from the log: index, snapshots.
    assert_eq!(holding(&data, MARK.as_bytes()), Vec::<String>::new());
    assert!(data.join("search").is_dir() && data.join("snapshots/webshop.snapshot").is_file());
}

/// Her name in a title, a text, a reason and a comment.
async fn wilhelmina_of_texts(shop: &Shop) -> Client {
    let wil = wilhelmina(shop).await;
    work(shop, &wil).await;
    let mut item = Shop::new_item("online", &format!("Ask {NAME}"));
    item.item.as_mut().unwrap().text = format!("{NAME} knows more.");
    let made = shop.chief.backlog().create_item(item).await.given().item.unwrap();
    let pin = v1::PinItemRequest {
        name: made.name,
        reason: format!("promised to {NAME}"),
        ..Default::default()
    };
    shop.chief.backlog().pin_item(pin).await.given();
    let comment = v1::CommentEscalationRequest {
        name: "products/webshop/escalations/1".to_owned(),
        text: format!("As {NAME} said."),
        ..Default::default()
    };
    shop.chief.escalations().comment_escalation(comment).await.given();
    wil
}
