//! Alerts: who is told, by which way, once; tried again, given up, replayed; nowhere that it must not go.

use std::time::Duration;

use koepel_api::v1::{
    self, AlertChannel, DeliveryState, Role, alert_receiver::Receiver as Who,
    watch_alerts_response::What,
};
use koepel_tests::{Answer as _, Client, Does, Mail, Receiver, Settings, Shop};
use tonic::Code;

const PARENT: &str = "products/webshop";

/// Alerts that may go to loopback, with short pauses.
pub(crate) const LOOPBACK: &str = "[alerts]\nallow_private_targets = [\"127.0.0.0/8\"]\ntimeout_s = 2\nfirst_retry_ms = 50\nmax_attempts = 6\n";

pub(crate) fn settings(config: &str) -> Settings {
    Settings { config: config.to_owned(), ..Settings::default() }
}

fn person(id: &str) -> Option<v1::AlertReceiver> {
    Some(v1::AlertReceiver { receiver: Some(Who::Person(format!("people/{id}"))) })
}

fn seat(role: Role, domain: &str) -> Option<v1::AlertReceiver> {
    let domain = if domain.is_empty() { String::new() } else { Shop::domain_name(domain) };
    Some(v1::AlertReceiver {
        receiver: Some(Who::Seat(v1::AlertSeat { role: role.into(), domain })),
    })
}

fn target(id: &str, of: Option<v1::AlertReceiver>, url: &str) -> v1::CreateAlertTargetRequest {
    v1::CreateAlertTargetRequest {
        parent: PARENT.to_owned(),
        target_id: id.to_owned(),
        target: Some(v1::AlertTarget { receiver: of, url: url.to_owned(), ..Default::default() }),
        ..Default::default()
    }
}

/// Makes a target of the caller's. Answers with its secret.
pub(crate) async fn add_target(by: &Client, id: &str, whose: &str, url: &str) -> String {
    let made = by.alerts().create_alert_target(target(id, person(whose), url)).await.given();
    made.secret
}

/// Sends a try by every way to the caller.
pub(crate) async fn try_all(by: &Client) -> Vec<v1::Delivery> {
    let request = v1::SendTestAlertRequest { parent: PARENT.to_owned(), ..Default::default() };
    by.alerts().send_test_alert(request).await.given().deliveries
}

pub(crate) async fn deliveries(by: &Client, state: DeliveryState) -> Vec<v1::Delivery> {
    let request = v1::ListDeliveriesRequest {
        parent: PARENT.to_owned(),
        state: state.into(),
        page_size: 1_000,
        ..Default::default()
    };
    by.alerts().list_deliveries(request).await.given().deliveries
}

/// Waits until each that waits was tried.
async fn until_tried(by: &Client) {
    koepel_tests::eventually(async || {
        let pending = deliveries(by, DeliveryState::Pending).await;
        pending.iter().all(|one| one.attempts > 0).then_some(())
    })
    .await;
}

/// Waits until so many stand so.
pub(crate) async fn until(by: &Client, state: DeliveryState, count: usize) -> Vec<v1::Delivery> {
    let wait = async {
        loop {
            let found = deliveries(by, state).await;
            if found.len() == count {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    match tokio::time::timeout(Duration::from_secs(60), wait).await {
        Ok(found) => found,
        Err(_) => panic!("{:#?}", deliveries(by, DeliveryState::Unspecified).await),
    }
}

/// The caller's alerts of the past, after a cursor.
async fn watched(by: &Client, after: &str) -> Vec<v1::WatchedAlert> {
    let request = v1::WatchAlertsRequest {
        parent: PARENT.to_owned(),
        after: after.to_owned(),
        until_caught_up: true,
        ..Default::default()
    };
    let mut stream = by.alerts().watch_alerts(request).await.given();
    let mut alerts = Vec::new();
    while let Some(message) = stream.message().await.unwrap() {
        if let Some(What::Alert(alert)) = message.what {
            alerts.push(alert);
        }
    }
    alerts
}

#[tokio::test]
async fn a_webhook_is_signed_and_comes_once() {
    let shop = Shop::open_with(settings(LOOPBACK)).await;
    let receiver = Receiver::start(&[]).await;
    let secret = add_target(&shop.chief, "chat", "p-chief", &receiver.url()).await;
    assert!(secret.starts_with("whsec_"), "{secret}");
    let sent = try_all(&shop.chief).await;
    let ways: Vec<i32> = sent.iter().map(|one| one.channel).collect();
    assert_eq!(ways, [i32::from(AlertChannel::Stream), i32::from(AlertChannel::Webhook)]);
    let requests = receiver.until(|all| all.len() == 1).await;
    let request = &requests[0];
    assert!(request.line.starts_with("POST /hook HTTP/1.1"), "{}", request.line);
    assert_eq!(request.headers["content-type"], "application/json");
    assert_eq!(request.id(), sent[1].id);
    let body = request.json();
    assert_eq!(
        (body["type"].as_str(), body["data"]["id"].as_str()),
        (Some("koepel.test"), Some(request.id()))
    );
    // As a receiver checks it.
    let key = read_secret(&secret);
    let seconds: i64 = request.headers["webhook-timestamp"].parse().unwrap();
    let expected = key.sign(request.id(), seconds, request.body.as_bytes());
    assert_eq!(request.headers["webhook-signature"], expected);
    until(&shop.chief, DeliveryState::Delivered, 2).await;
    assert_eq!(receiver.requests().len(), 1);
}

fn read_secret(text: &str) -> koepel_alerts::webhook::Secret {
    koepel_alerts::webhook::Secret::parse(text).unwrap()
}

#[tokio::test]
async fn slack_gets_the_shape_that_it_takes() {
    let shop = Shop::open_with(settings(LOOPBACK)).await;
    let receiver = Receiver::start(&[]).await;
    let mut request = target("slack", person("p-chief"), &receiver.url());
    request.target.as_mut().unwrap().shape = v1::AlertShape::Slack.into();
    shop.chief.alerts().create_alert_target(request).await.given();
    try_all(&shop.chief).await;
    let requests = receiver.until(|all| all.len() == 1).await;
    let body = requests[0].json();
    let text = body["text"].as_str().unwrap();
    assert!(text.starts_with("Webshop: Test alert\nThis is a test."), "{text}");
    assert_eq!(body.as_object().unwrap().len(), 1);
}

#[tokio::test]
async fn whatever_a_receiver_answers_nothing_is_lost_and_nothing_comes_twice_to_one_that_honours_ids()
 {
    let shop = Shop::open_with(settings(LOOPBACK)).await;
    let elsewhere = Receiver::start(&[]).await;
    let first = [
        Does::Answers(500),
        Does::Waits(429, "1".to_owned()),
        Does::Redirects(elsewhere.url()),
        Does::Hangs,
        // It has it, and nobody hears of it: it comes again, with the same id.
        Does::Closes,
    ];
    let receiver = Receiver::start(&first).await;
    add_target(&shop.chief, "chat", "p-chief", &receiver.url()).await;
    let sent = try_all(&shop.chief).await;
    let requests = receiver.until(|all| all.len() == 6).await;
    until(&shop.chief, DeliveryState::Delivered, 2).await;
    assert!(requests.iter().all(|one| one.id() == sent[1].id), "{requests:#?}");
    assert!(requests.iter().all(|one| one.body == requests[0].body));
    assert_eq!(receiver.taken().len(), 1);
    assert_eq!(elsewhere.requests().len(), 0, "redirects are not followed");
    let waited = requests[2].at - requests[1].at;
    assert!(waited >= Duration::from_millis(950), "Retry-After is honoured: {waited:?}");
    let told = deliveries(&shop.chief, DeliveryState::Delivered).await;
    let webhook = told.iter().find(|one| one.id == sent[1].id).unwrap();
    assert_eq!((webhook.attempts, webhook.error.as_str()), (6, ""));
}

#[tokio::test]
async fn what_never_arrives_is_given_up_and_can_be_replayed() {
    let shop = Shop::open_with(settings(LOOPBACK)).await;
    let receiver = Receiver::start(&vec![Does::Answers(500); 6]).await;
    add_target(&shop.chief, "chat", "p-chief", &receiver.url()).await;
    try_all(&shop.chief).await;
    let dead = until(&shop.chief, DeliveryState::Dead, 1).await;
    assert_eq!((dead[0].attempts, dead[0].error.as_str()), (6, "answered 500"));
    // Whoever is gone says so, and is not asked again.
    receiver.does(&[Does::Answers(410)]);
    try_all(&shop.chief).await;
    let dead = until(&shop.chief, DeliveryState::Dead, 2).await;
    assert_eq!(dead[0].attempts, 1);
    let replay = v1::ReplayDeliveriesRequest { parent: PARENT.to_owned(), ..Default::default() };
    assert_eq!(shop.chief.alerts().replay_deliveries(replay.clone()).await.given().replayed, 2);
    until(&shop.chief, DeliveryState::Dead, 0).await;
    until(&shop.chief, DeliveryState::Delivered, 4).await;
    let ids: Vec<String> =
        receiver.requests().iter().map(|request| request.id().to_owned()).collect();
    assert_eq!((ids.len(), receiver.taken().len()), (9, 2));
    assert_eq!(shop.chief.alerts().replay_deliveries(replay).await.given().replayed, 0);
    let named = v1::ReplayDeliveriesRequest {
        parent: PARENT.to_owned(),
        names: vec![dead[0].name.clone()],
        ..Default::default()
    };
    let refusal = shop.chief.alerts().replay_deliveries(named.clone()).await.refused();
    refusal.is(Code::FailedPrecondition, "NOT_DEAD");
    // Of another's delivery not even that it is there is told.
    let refusal = shop.online.alerts().replay_deliveries(named).await.refused();
    refusal.is(Code::NotFound, "UNKNOWN_DELIVERY");
}

#[tokio::test]
async fn a_receiver_that_hangs_holds_up_nobody_else() {
    let shop = Shop::open_with(settings(LOOPBACK)).await;
    let slow = Receiver::start(&vec![Does::Hangs; 100]).await;
    let quick = Receiver::start(&[]).await;
    add_target(&shop.chief, "slow", "p-chief", &slow.url()).await;
    for _ in 0..20 {
        try_all(&shop.chief).await;
    }
    slow.until(|all| all.len() >= 8).await;
    add_target(&shop.online, "quick", "p-online", &quick.url()).await;
    let begun = tokio::time::Instant::now();
    try_all(&shop.online).await;
    quick.until(|all| all.len() == 1).await;
    assert!(begun.elapsed() < Duration::from_millis(1_500), "{:?}", begun.elapsed());
    // Commands go on as ever.
    shop.fill(&["online"]).await;
}

#[tokio::test]
async fn what_was_taken_in_survives_a_kill() {
    let mut shop = Shop::open_with(settings(&format!("{LOOPBACK}give_up_after_s = 600\n"))).await;
    // Nobody listens at first.
    let receiver = Receiver::start(&vec![Does::Answers(503); 3]).await;
    add_target(&shop.chief, "chat", "p-chief", &receiver.url()).await;
    let sent: Vec<String> = {
        let mut ids = Vec::new();
        for _ in 0..5 {
            ids.push(try_all(&shop.chief).await[1].id.clone());
        }
        ids
    };
    shop.server.kill();
    shop.server.start_again().await;
    let chief = shop.server.client(shop.chief.token());
    until(&chief, DeliveryState::Delivered, 10).await;
    let taken = receiver.taken();
    assert_eq!(taken.len(), 5, "{taken:?}");
    assert!(sent.iter().all(|id| taken.contains(id)));
    assert_eq!(watched(&chief, "").await.len(), 5);
}

#[tokio::test]
async fn ones_own_alerts_are_watched_and_taken_up_again() {
    let shop = Shop::open().await;
    for _ in 0..3 {
        try_all(&shop.chief).await;
        try_all(&shop.online).await;
    }
    let all = watched(&shop.chief, "").await;
    assert_eq!(all.len(), 3);
    let alert = all[0].alert.as_ref().unwrap();
    assert_eq!((alert.kind, alert.by.as_str()), (v1::AlertKind::Test.into(), "people/p-chief"));
    assert_eq!(watched(&shop.chief, &all[1].cursor).await, all[2..]);
    assert_eq!(watched(&shop.chief, &all[2].cursor).await, []);
    // What comes is told as it comes.
    let request = v1::WatchAlertsRequest {
        parent: PARENT.to_owned(),
        after: all[2].cursor.clone(),
        ..Default::default()
    };
    let mut stream = shop.chief.alerts().watch_alerts(request.clone()).await.given();
    let first = stream.message().await.unwrap().unwrap().what;
    assert!(matches!(first, Some(What::CaughtUp(_))), "{first:?}");
    try_all(&shop.chief).await;
    let next = stream.message().await.unwrap().unwrap().what;
    assert!(matches!(next, Some(What::Alert(_))), "{next:?}");
    // From now on: nothing of the past, and the mark of having caught up is where to go on from.
    let now = v1::WatchAlertsRequest { after: String::new(), from_now: true, ..request.clone() };
    let mut fresh = shop.chief.alerts().watch_alerts(now.clone()).await.given();
    let Some(What::CaughtUp(mark)) = fresh.message().await.unwrap().unwrap().what else {
        panic!("something of the past")
    };
    try_all(&shop.chief).await;
    let next = fresh.message().await.unwrap().unwrap().what;
    assert!(matches!(next, Some(What::Alert(_))), "{next:?}");
    assert_eq!(watched(&shop.chief, &mark.cursor).await.len(), 1);
    let both = v1::WatchAlertsRequest { after: mark.cursor, ..now };
    let refusal = shop.chief.alerts().watch_alerts(both).await.refused();
    refusal.is(Code::InvalidArgument, "INVALID_FIELD").at(&["from_now"]);
    let ahead = v1::WatchAlertsRequest { after: "9999.0".to_owned(), ..request.clone() };
    let refusal = shop.chief.alerts().watch_alerts(ahead).await.refused();
    refusal.is(Code::OutOfRange, "VERSION_IN_FUTURE");
    let odd = v1::WatchAlertsRequest { after: "x".to_owned(), ..request.clone() };
    let refusal = shop.chief.alerts().watch_alerts(odd).await.refused();
    refusal.is(Code::InvalidArgument, "INVALID_FIELD").at(&["after"]);
    let refusal = shop.stranger.alerts().watch_alerts(request).await.refused();
    refusal.is(Code::NotFound, "UNKNOWN_PRODUCT");
}

#[tokio::test]
async fn a_repeated_try_is_one() {
    let shop = Shop::open().await;
    let request = v1::SendTestAlertRequest {
        parent: PARENT.to_owned(),
        request_id: koepel_tests::request_id(),
        ..Default::default()
    };
    let first = shop.chief.alerts().send_test_alert(request.clone()).await.given().deliveries;
    let second = shop.chief.alerts().send_test_alert(request).await.given().deliveries;
    assert_eq!(first, second);
    assert_eq!(watched(&shop.chief, "").await.len(), 1);
}

#[tokio::test]
async fn a_rule_says_by_which_ways_and_whose_it_is() {
    let shop = Shop::open_with(settings(LOOPBACK)).await;
    let receiver = Receiver::start(&[]).await;
    add_target(&shop.online, "chat", "p-online", &receiver.url()).await;
    let rule = |whose, channels: &[AlertChannel]| v1::SetAlertRuleRequest {
        parent: PARENT.to_owned(),
        rule: Some(v1::AlertRule {
            receiver: whose,
            channels: channels.iter().map(|way| (*way).into()).collect(),
            ..Default::default()
        }),
        request_id: String::new(),
    };
    let own = rule(person("p-online"), &[AlertChannel::Webhook]);
    shop.online.alerts().set_alert_rule(own).await.given();
    let sent = try_all(&shop.online).await;
    assert_eq!(sent.len(), 1);
    receiver.until(|all| all.len() == 1).await;
    shop.online.alerts().set_alert_rule(rule(person("p-online"), &[])).await.given();
    assert_eq!(try_all(&shop.online).await, []);
    // Of others only the Chief PO and administrators.
    for whose in [person("p-offline"), seat(Role::DomainPo, "online"), seat(Role::ChiefPo, "")] {
        let asked = rule(whose.clone(), &[AlertChannel::Email]);
        let refusal = shop.online.alerts().set_alert_rule(asked.clone()).await.refused();
        refusal.is(Code::PermissionDenied, "NOT_IN_MANDATE").says(&["the Chief PO (p-chief)"]);
        shop.chief.alerts().set_alert_rule(asked.clone()).await.given();
        shop.admin.alerts().set_alert_rule(asked.clone()).await.given();
        let refusal = shop.stranger.alerts().set_alert_rule(asked).await.refused();
        refusal.is(Code::NotFound, "UNKNOWN_PRODUCT");
    }
    let list = async |by: &Client| {
        let asked = v1::ListAlertRulesRequest { parent: PARENT.to_owned() };
        by.alerts().list_alert_rules(asked).await.given().rules.len()
    };
    assert_eq!((list(&shop.chief).await, list(&shop.online).await), (4, 2));
    assert_eq!(list(&shop.stakeholder).await, 0);
    // What is not there is refused.
    let nobody = rule(person("p-nobody"), &[]);
    shop.chief.alerts().set_alert_rule(nobody).await.refused().is(Code::NotFound, "UNKNOWN_PERSON");
    let nowhere = rule(seat(Role::DomainPo, "nowhere"), &[]);
    let refusal = shop.chief.alerts().set_alert_rule(nowhere).await.refused();
    refusal.is(Code::NotFound, "UNKNOWN_DOMAIN");
    let mut nowhere = rule(person("p-chief"), &[]);
    nowhere.rule.as_mut().unwrap().domains = vec![Shop::domain_name("nowhere")];
    let refusal = shop.chief.alerts().set_alert_rule(nowhere).await.refused();
    refusal.is(Code::NotFound, "UNKNOWN_DOMAIN");
    let remove = v1::RemoveAlertRuleRequest {
        parent: PARENT.to_owned(),
        receiver: person("p-online"),
        ..Default::default()
    };
    shop.online.alerts().remove_alert_rule(remove.clone()).await.given();
    let refusal = shop.online.alerts().remove_alert_rule(remove).await.refused();
    refusal.is(Code::NotFound, "UNKNOWN_RULE");
    // Now that of their role is in force: by e-mail only, and they have no address.
    assert_eq!(try_all(&shop.online).await, []);
}

#[tokio::test]
async fn a_target_goes_nowhere_private_and_its_secret_is_shown_once() {
    let shop = Shop::open().await;
    for url in [
        "http://127.0.0.1:1/",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://[::ffff:10.0.0.1]/",
        "https://localhost/",
        "https://a@example.com/",
        "ftp://example.com/",
    ] {
        let refusal = shop
            .chief
            .alerts()
            .create_alert_target(target("a", person("p-chief"), url))
            .await
            .refused();
        refusal.is(Code::InvalidArgument, "INVALID_FIELD").at(&["target.url"]);
    }
    let good = || target("a", person("p-chief"), "https://example.com/services/s3cret?k=s3cret");
    let made = shop.chief.alerts().create_alert_target(good()).await.given();
    assert_eq!(made.target.unwrap().url, "https://example.com/…");
    let refusal = shop.chief.alerts().create_alert_target(good()).await.refused();
    refusal.is(Code::AlreadyExists, "TARGET_EXISTS");
    let foreign = target("b", person("p-chief"), "https://example.com/");
    let refusal = shop.online.alerts().create_alert_target(foreign).await.refused();
    refusal.is(Code::PermissionDenied, "NOT_IN_MANDATE");
    let mut odd = target("c", person("p-chief"), "https://example.com/");
    odd.secret = "whsec_AAAA".to_owned();
    let refusal = shop.chief.alerts().create_alert_target(odd).await.refused();
    refusal.is(Code::InvalidArgument, "INVALID_FIELD").at(&["secret"]);
    let list = async |by: &Client| {
        let asked = v1::ListAlertTargetsRequest { parent: PARENT.to_owned() };
        by.alerts().list_alert_targets(asked).await.given().targets
    };
    assert!(!format!("{:?}", list(&shop.admin).await).contains("s3cret"));
    assert_eq!(list(&shop.online).await, []);
    let remove = v1::RemoveAlertTargetRequest { name: format!("{PARENT}/alertTargets/a") };
    let refusal = shop.online.alerts().remove_alert_target(remove.clone()).await.refused();
    refusal.is(Code::PermissionDenied, "NOT_IN_MANDATE");
    shop.chief.alerts().remove_alert_target(remove.clone()).await.given();
    let refusal = shop.chief.alerts().remove_alert_target(remove).await.refused();
    refusal.is(Code::NotFound, "UNKNOWN_TARGET");
    // Neither addresses nor secrets are in the log.
    let log = std::fs::read_dir(shop.server.data_dir().join("log")).unwrap();
    for file in log.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
        let bytes = std::fs::read(&file).unwrap();
        assert!(!bytes.windows(6).any(|six| six == b"s3cret"), "{}", file.display());
    }
}

#[tokio::test]
async fn a_contact_is_ones_own_and_administrators() {
    let shop = Shop::open().await;
    let set = |person: &str, email: &str, language: &str| v1::SetContactRequest {
        contact: Some(v1::Contact {
            person: person.to_owned(),
            email: email.to_owned(),
            language: language.to_owned(),
        }),
    };
    let own = shop.online.alerts().set_contact(set("", "anna@example.com", "da")).await.given();
    assert_eq!(own.contact.unwrap().person, "people/p-online");
    let foreign = set("people/p-chief", "anna@example.com", "");
    let refusal = shop.online.alerts().set_contact(foreign.clone()).await.refused();
    refusal.is(Code::PermissionDenied, "NOT_IN_MANDATE");
    shop.admin.alerts().set_contact(foreign).await.given();
    let of = |person: &str| v1::GetContactRequest { person: person.to_owned() };
    let asked = shop.admin.alerts().get_contact(of("people/p-online")).await.given();
    assert_eq!(asked.contact.unwrap().language, "da");
    let refusal = shop.online.alerts().get_contact(of("people/p-chief")).await.refused();
    refusal.is(Code::PermissionDenied, "NOT_IN_MANDATE");
    for (email, language, at) in [
        ("anna", "", "contact.email"),
        ("a@b\nBcc: c@d", "", "contact.email"),
        ("", "de", "contact.language"),
    ] {
        let refusal = shop.online.alerts().set_contact(set("", email, language)).await.refused();
        refusal.is(Code::InvalidArgument, "INVALID_FIELD").at(&[at]);
    }
    let refusal = shop.admin.alerts().set_contact(set("people/p-none", "", "")).await.refused();
    refusal.is(Code::NotFound, "UNKNOWN_PERSON");
}

/// Gives the caller an address.
pub(crate) async fn address(by: &Client, email: &str, language: &str) {
    let contact = v1::Contact {
        email: email.to_owned(),
        language: language.to_owned(),
        ..Default::default()
    };
    by.alerts().set_contact(v1::SetContactRequest { contact: Some(contact) }).await.given();
}

#[tokio::test]
async fn an_email_comes_in_ones_language_and_a_mail_server_that_was_away_gets_all() {
    let Some(mut mail) = Mail::start().await else { return };
    let config = format!("{LOOPBACK}give_up_after_s = 600\n{}", mail.config());
    let shop = Shop::open_with(settings(&config)).await;
    address(&shop.chief, "hanna@example.com", "da").await;
    address(&shop.online, "anna@example.com", "nl").await;
    let sent = try_all(&shop.chief).await;
    assert_eq!(sent.len(), 2);
    let letters = mail.until(1).await;
    assert_eq!(letters[0].header("X-To"), "hanna@example.com");
    assert_eq!(letters[0].header("Message-ID"), format!("<{}@example.com>", sent[1].id));
    assert_eq!(letters[0].header("Content-Language"), "da");
    assert_eq!(letters[0].header("Auto-Submitted"), "auto-generated");
    assert!(letters[0].header("To").contains("Name of p-chief"), "{}", letters[0].text);
    assert!(letters[0].text.contains("text/html; charset=utf-8"), "{}", letters[0].text);
    mail.kill();
    for by in [&shop.chief, &shop.online, &shop.online] {
        try_all(by).await;
    }
    // It was tried in vain.
    until_tried(&shop.admin).await;
    let pending = deliveries(&shop.admin, DeliveryState::Pending).await;
    assert!(pending.iter().any(|one| one.error.contains("mail server")), "{pending:#?}");
    mail.start_again().await;
    let letters = mail.until(4).await;
    until(&shop.admin, DeliveryState::Delivered, 8).await;
    let ids: std::collections::BTreeSet<String> =
        letters.iter().map(|letter| letter.header("Message-ID")).collect();
    assert_eq!((letters.len(), ids.len()), (4, 4), "nothing comes twice");
    assert_eq!(letters.iter().filter(|one| one.header("Content-Language") == "nl").count(), 2);
}

#[tokio::test]
async fn the_command_line_tells_sets_and_replays() {
    let shop = Shop::open_with(settings(LOOPBACK)).await;
    let receiver = Receiver::start(&vec![Does::Answers(500); 6]).await;
    let line = shop.server.command_line(shop.chief.token());
    line.run("alert rules").code(0).complains(&["There is no rule in webshop"]);
    line.run("alert targets").code(0).complains(&["koepel alert target add"]);
    let secret =
        line.run(&format!("-q alert target add chat {}", receiver.url())).code(0).out.clone();
    assert!(secret.starts_with("whsec_"), "{secret}");
    line.run("alert targets").code(0).tells(&["chat", "p-chief", "standard"]);
    line.run("alert test").code(0).tells(&["test", "stream", "webhook chat", "pending"]);
    until(&shop.chief, DeliveryState::Dead, 1).await;
    line.run("alert dead").code(0).tells(&["webhook chat", "dead", "answered 500"]);
    line.run("alert replay").code(0).tells(&["1 delivery is tried again."]);
    until(&shop.chief, DeliveryState::Delivered, 2).await;
    line.run("alert deliveries -o json")
        .code(0)
        .tells(&["\"state\": \"delivered\"", "\"channel\": \"webhook\""]);
    line.run("alert watch --past").code(0).tells(&["test"]);
    line.run("alert watch --past -o json")
        .code(0)
        .tells(&["\"cursor\":", "\"concern\":\"raised\""]);
    line.run("alert rule set --by stream --kind escalation-overdue --domain online")
        .code(0)
        .tells(&["p-chief is told what concerns them: escalation overdue, in online by: stream."]);
    line.run("alert rule set --role domain-po --role-domain online --silent")
        .code(0)
        .tells(&["domain PO of online is told what concerns them by: none."]);
    line.run("alert rules").code(0).tells(&["p-chief", "domain PO of online", "none"]);
    line.run("alert test")
        .code(0)
        .complains(&["these kinds only: escalation overdue", "--kind test"]);
    line.run("alert rule set --silent").code(0).tells(&["by: none"]);
    line.run("alert test").code(0).complains(&["your rule is silent"]);
    line.run("alert rule remove").code(0).tells(&["is gone"]);
    line.run("alert rule remove").code(3).complains(&["there is no rule for p-chief"]);
    line.run("alert contact --email hanna@example.com --language nl")
        .code(0)
        .tells(&["hanna@example.com", "nl"]);
    line.run("alert contact p-online").code(4).complains(&["administrator"]);
    line.run("alert target add bad https://10.0.0.1/")
        .code(1)
        .complains(&["10.0.0.1 is no public address"]);
    line.run("alert target remove chat").code(0).tells(&["its secret is forgotten"]);
}

#[tokio::test]
async fn an_alert_is_published_to_nats_and_one_that_was_away_gets_all() {
    let Some(mut broker) = koepel_tests::broker::Broker::start().await else { return };
    let config = format!("{LOOPBACK}give_up_after_s = 600\n[alerts.nats]\n{}", broker.config());
    let shop = Shop::open_with(settings(&config)).await;
    let sent = try_all(&shop.chief).await;
    assert_eq!(sent.len(), 2);
    until(&shop.chief, DeliveryState::Delivered, 2).await;
    broker.kill();
    for _ in 0..3 {
        try_all(&shop.online).await;
    }
    until_tried(&shop.admin).await;
    broker.start_again().await;
    until(&shop.admin, DeliveryState::Delivered, 8).await;
    let jetstream = broker.jetstream().await;
    let messages = koepel_tests::broker::messages_of(&jetstream, "KOEPEL_ALERTS").await;
    let subjects: Vec<&str> = messages.iter().map(|message| message.subject.as_str()).collect();
    let online = "koepel.alerts.webshop.p-online";
    assert_eq!(subjects, ["koepel.alerts.webshop.p-chief", online, online, online]);
    assert_eq!(messages[0].id, sent[1].id);
    assert_eq!(messages[0].event["type"], "koepel.test");
    assert_eq!(messages[0].event["data"]["to"], "people/p-chief");
}
