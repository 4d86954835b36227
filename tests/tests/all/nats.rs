//! Committed events on NATS JetStream: what is published, where, and what happens when NATS is not as it should be.

use std::{collections::BTreeMap, fs, net::TcpListener, time::Duration};

use async_nats::{
    ConnectOptions,
    jetstream::{message::PublishMessage, stream},
};
use koepel_api::v1;
use koepel_tests::{
    Answer as _, Process, Proxy, Settings, Shop,
    broker::{self, Broker, STREAM},
};
use tokio::time::Instant;

fn settings(config: String) -> Settings {
    Settings { config, ..Default::default() }
}

/// Waits until the server has said this.
async fn said(process: &mut Process, what: &str) {
    assert!(process.until(|lines| lines.iter().any(|line| line.contains(what))).await, "{what}");
}

/// A bit of everything: new, ranked, pinned and moved items, roles and a domain.
async fn work(shop: &Shop) {
    shop.fill(&["online", "offline", "online"]).await;
    let place = koepel_tests::before("ONLINE-1");
    let name = Shop::name("OFFLINE-1");
    let rank = v1::RankItemRequest { name: name.clone(), place, ..Default::default() };
    shop.chief.backlog().rank_item(rank).await.given();
    let pin = v1::PinItemRequest {
        name: Shop::name("ONLINE-2"),
        reason: "promised".to_owned(),
        ..Default::default()
    };
    shop.chief.backlog().pin_item(pin).await.given();
    let domain = Shop::domain_name("backoffice");
    let go = v1::MoveItemRequest { name, domain, ..Default::default() };
    shop.chief.backlog().move_item(go).await.given();
}

#[tokio::test]
async fn without_a_setting_nobody_is_contacted() {
    // Where a NATS server is by custom; if that is taken, nobody looks.
    let listener = TcpListener::bind("127.0.0.1:4222").ok();
    let environment = [("NATS_URL", "nats://127.0.0.1:4222"), ("NATS_URLS", "127.0.0.1:4222")];
    let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let mut shop =
        Shop::open_with(Settings { environment: environment.to_vec(), ..Default::default() }).await;
    work(&shop).await;
    let metrics = broker::metrics(shop.server.authority()).await;
    assert!(!metrics.keys().any(|name| name.contains("nats")), "{metrics:?}");
    let (status, written) = shop.server.stop().await;
    assert!(status.success() && !written.contains("NATS"), "{written}");
    assert!(!shop.server.data_dir().join("nats.json").exists());
    if let Some(listener) = listener {
        listener.set_nonblocking(true).unwrap();
        assert!(listener.accept().is_err(), "somebody connected");
    }
}

#[tokio::test]
async fn each_event_is_published_once_in_order_as_a_cloud_event() {
    let Some(broker) = Broker::start().await else { return };
    let shop = Shop::open_with(settings(broker.config())).await;
    work(&shop).await;
    broker::until_published(shop.server.authority()).await;
    let messages = broker.messages().await;
    assert_eq!(broker::compare(&shop.admin, "webshop", &messages).await, 0, "none twice");
    assert!(messages.iter().all(|it| it.content_type == "application/cloudevents+json"));
    // Nothing of the server's own.
    assert!(messages.iter().all(|it| it.event["source"] == "products/webshop"), "{messages:?}");
    // Each belongs to a domain, or to none.
    let subject = |kind: &str, about: &str| {
        let found = messages.iter().find(|it| {
            it.event["type"] == format!("koepel.v1.{kind}")
                && it.event["subject"].as_str().unwrap().ends_with(about)
        });
        found.unwrap_or_else(|| panic!("{kind} of {about}")).subject.clone()
    };
    for (kind, about, domain) in [
        ("ItemCreated", "/items/ONLINE-1", "online"),
        ("ItemPinned", "/items/ONLINE-2", "online"),
        ("DomainAdded", "/domains/offline", "offline"),
        ("ItemMoved", "/items/OFFLINE-1", "backoffice"),
        ("ProductCreated", "products/webshop", "-"),
    ] {
        assert_eq!(subject(kind, about), format!("koepel.events.webshop.{domain}.{kind}"));
    }
    // By hand, what the API does not make.
    let event = &messages.last().unwrap().event;
    assert_eq!((&event["specversion"], &event["actor"]), (&"1.0".into(), &"people/p-chief".into()));
    assert_eq!(event["version"], shop.version().await.to_string());
    assert_eq!(
        (&event["data"]["item"], &event["data"]["to"]),
        (&"OFFLINE-1".into(), &"backoffice".into())
    );
}

#[tokio::test]
async fn a_product_that_is_made_later_is_published_too() {
    let Some(broker) = Broker::start().await else { return };
    let shop = Shop::open_with(settings(broker.config())).await;
    broker::until_published(shop.server.authority()).await;
    let request = v1::CreateProductRequest {
        product_id: "later".to_owned(),
        display_name: "Later".to_owned(),
        chief_po: "people/p-chief".to_owned(),
        ..Default::default()
    };
    shop.admin.products().create_product(request).await.given();
    let begun = Instant::now();
    let published = broker::until_published(shop.server.authority()).await;
    assert!(published < Duration::from_secs(10), "{published:?} of {:?}", begun.elapsed());
    let messages = broker.messages().await;
    broker::compare(&shop.admin, "later", &messages).await;
    broker::compare(&shop.admin, "webshop", &messages).await;
}

#[tokio::test]
async fn other_names_are_used_if_they_are_set() {
    let Some(broker) = Broker::start().await else { return };
    let mut config = broker.config();
    config.push_str("stream = \"WISHES\"\nsubject_prefix = \"shop.koepel\"\nmax_bytes = 1048576\nmax_age_s = 60\n");
    let environment = vec![("KOEPEL_NATS_STREAM".to_owned(), "EVENTS".to_owned())];
    let shop = Shop::open_with(Settings { config, environment, ..Default::default() }).await;
    broker::until_published(shop.server.authority()).await;
    let jetstream = broker.jetstream().await;
    let stream = jetstream.get_stream("EVENTS").await.unwrap();
    let stream::Config { subjects, max_bytes, max_age, storage, discard, .. } =
        &stream.cached_info().config;
    assert_eq!((subjects.join(","), *max_bytes), ("shop.koepel.>".to_owned(), 1 << 20));
    assert_eq!((*max_age, *storage), (Duration::from_secs(60), stream::StorageType::File));
    assert_eq!(*discard, stream::DiscardPolicy::Old);
    let last = stream.get_raw_message(1).await.unwrap();
    assert_eq!(last.subject.as_str(), "shop.koepel.webshop.-.ProductCreated");
}

#[tokio::test]
async fn a_broker_that_was_away_gets_what_it_missed() {
    let Some(mut broker) = Broker::start().await else { return };
    let mut shop = Shop::open_with(settings(broker.config())).await;
    broker::until_published(shop.server.authority()).await;
    for keeps in [true, false] {
        broker.kill();
        broker::until_away(shop.server.authority()).await;
        work_on(&shop, 20).await;
        let (status, ready) = page(&shop, "/readyz").await;
        assert_eq!(status, 200, "commands are taken: {ready}");
        if !keeps {
            broker.forget();
        }
        broker.start_again().await;
        let took = broker::until_published(shop.server.authority()).await;
        assert!(took < Duration::from_secs(10), "{took:?}");
        broker::compare(&shop.admin, "webshop", &broker.messages().await).await;
    }
    // Said once each time, not at each try.
    let (_, written) = shop.server.stop().await;
    let count = |what: &str| written.lines().filter(|line| line.contains(what)).count();
    assert_eq!(count("events are not published to NATS"), 2, "{written}");
    assert_eq!(count("NATS is back"), 2, "{written}");
    assert_eq!(count("this is not the stream that was published to"), 1, "{written}");
}

#[tokio::test]
async fn a_stream_that_is_deleted_is_made_again_without_a_new_event() {
    let Some(broker) = Broker::start().await else { return };
    let shop = Shop::open_with(settings(broker.config())).await;
    broker::until_published(shop.server.authority()).await;
    let jetstream = broker.jetstream().await;
    jetstream.delete_stream(STREAM).await.unwrap();
    let published = broker::metrics(shop.server.authority()).await["koepel_nats_published_total"];
    broker::until(shop.server.authority(), |it| {
        it["koepel_nats_published_total"] >= 2.0 * published && it["koepel_nats_lag_commits"] == 0.0
    })
    .await;
    broker::compare(&shop.admin, "webshop", &broker.messages().await).await;
}

#[tokio::test]
async fn a_connection_that_goes_quiet_costs_no_command() {
    let Some(broker) = Broker::start().await else { return };
    let proxy = Proxy::to(broker.authority()).await;
    let shop = Shop::open_with(settings(broker::config(proxy.authority()))).await;
    broker::until_published(shop.server.authority()).await;
    proxy.cut();
    work_on(&shop, 50).await;
    let metrics = broker::metrics(shop.server.authority()).await;
    assert_eq!(metrics["koepel_nats_lag_commits"], 50.0);
    proxy.mend();
    let took = broker::until_published(shop.server.authority()).await;
    assert!(took < Duration::from_secs(10), "{took:?}");
    broker::compare(&shop.admin, "webshop", &broker.messages().await).await;
}

#[tokio::test]
async fn connections_that_break_again_and_again_do_not_mix_up_the_order() {
    let Some(broker) = Broker::start().await else { return };
    forgetful_stream(&broker).await;
    let proxy = Proxy::to(broker.authority()).await;
    let shop = Shop::open_with(settings(broker::config(proxy.authority()))).await;
    broker::until_published(shop.server.authority()).await;
    proxy.cut();
    import(&shop, 10_000).await;
    proxy.mend();
    let mut broken = 0;
    for _ in 0..10 {
        let before = broker::metrics(shop.server.authority()).await;
        let grown = |it: &BTreeMap<String, f64>, name: &str, by| it[name] >= before[name] + by;
        broker::until(shop.server.authority(), |it| {
            grown(it, "koepel_nats_published_total", 100.0) || it["koepel_nats_lag_commits"] == 0.0
        })
        .await;
        // A window is on its way, or all have arrived: then nobody notices.
        proxy.sever();
        let noticed = |it: &BTreeMap<String, f64>| grown(it, "koepel_nats_errors_total", 1.0);
        let done = |it: &BTreeMap<String, f64>| noticed(it) || it["koepel_nats_lag_commits"] == 0.0;
        broker::until(shop.server.authority(), done).await;
        broken += usize::from(noticed(&broker::metrics(shop.server.authority()).await));
    }
    assert!(broken > 0, "no connection broke while something was on its way");
    broker::until_published(shop.server.authority()).await;
    broker::compare(&shop.admin, "webshop", &broker.messages().await).await;
}

#[tokio::test]
async fn what_comes_twice_has_the_same_id() {
    let Some(broker) = Broker::start().await else { return };
    forgetful_stream(&broker).await;
    let mut shop = Shop::open_with(settings(broker.config())).await;
    broker::until_published(shop.server.authority()).await;
    shop.server.restart().await;
    let saved = fs::read(shop.server.data_dir().join("nats.json")).unwrap();
    shop = connected(shop);
    work(&shop).await;
    broker::until_published(shop.server.authority()).await;
    // As a crash before the checkpoint leaves it.
    shop.server.kill();
    until_forgotten(&broker, "first").await;
    fs::write(shop.server.data_dir().join("nats.json"), saved).unwrap();
    shop.server.start_again().await;
    shop = connected(shop);
    broker::until_published(shop.server.authority()).await;
    let twice = broker::compare(&shop.admin, "webshop", &broker.messages().await).await;
    assert!(twice > 0, "nothing came twice");
    // And a checkpoint that cannot be read.
    shop.server.kill();
    until_forgotten(&broker, "second").await;
    fs::write(shop.server.data_dir().join("nats.json"), "{").unwrap();
    shop.server.start_again().await;
    shop = connected(shop);
    broker::until_published(shop.server.authority()).await;
    let more = broker::compare(&shop.admin, "webshop", &broker.messages().await).await;
    assert!(more > twice, "{more} of {twice}");
}

#[tokio::test]
async fn a_stream_of_somebody_else_is_named_and_left_alone() {
    let Some(broker) = Broker::start().await else { return };
    let jetstream = broker.jetstream().await;
    let mut stream = stream::Config {
        name: STREAM.to_owned(),
        subjects: vec!["orders.>".to_owned()],
        ..Default::default()
    };
    jetstream.create_stream(&stream).await.unwrap();
    let mut shop = Shop::open_with(settings(broker.config())).await;
    said(shop.server.process(), "KOEPEL_EVENTS does not take koepel.events.>, but: orders.>").await;
    work(&shop).await;
    let metrics = broker::metrics(shop.server.authority()).await;
    assert_eq!(metrics["koepel_nats_connected"], 0.0);
    assert!(metrics["koepel_nats_errors_total"] >= 1.0, "{metrics:?}");
    assert_eq!(metrics["koepel_nats_lag_commits"], shop.version().await as f64);
    assert_eq!(page(&shop, "/readyz").await.0, 200);
    let info = jetstream.get_stream(STREAM).await.unwrap();
    assert_eq!(info.cached_info().config.subjects, stream.subjects, "it is not changed");
    // Its owner lets it take ours as well.
    stream.subjects.push("koepel.events.*.*.*".to_owned());
    jetstream.update_stream(&stream).await.unwrap();
    broker::until_published(shop.server.authority()).await;
    broker::compare(&shop.admin, "webshop", &broker.messages().await).await;
}

#[tokio::test]
async fn somebody_else_may_publish_into_the_stream_as_well() {
    let Some(broker) = Broker::start().await else { return };
    let jetstream = broker.jetstream().await;
    let stream = stream::Config {
        name: STREAM.to_owned(),
        subjects: vec!["koepel.events.>".to_owned(), "orders.>".to_owned()],
        ..Default::default()
    };
    jetstream.create_stream(&stream).await.unwrap();
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let foreign = tokio::spawn(async move {
        let mut count = 0;
        while !*stopped.borrow() {
            let ack = jetstream.publish("orders.new", "{}".into()).await.unwrap();
            ack.await.unwrap();
            count += 1;
        }
        count
    });
    let shop = Shop::open_with(settings(broker.config())).await;
    work_on(&shop, 100).await;
    broker::until_published(shop.server.authority()).await;
    stop.send_replace(true);
    assert!(foreign.await.unwrap() > 0);
    let messages = broker.messages().await;
    broker::compare(&shop.admin, "webshop", &messages).await;
}

#[tokio::test]
async fn a_login_that_is_refused_is_told_without_the_secret() {
    let secret = "s3cret-of-this-test";
    let Some(broker) = Broker::start_with(&["--user", "koepel", "--pass", secret]).await else {
        return;
    };
    for right in [false, true] {
        let password = if right { secret.to_owned() } else { format!("{secret}-wrong") };
        let mut config = broker.config();
        config.push_str(&format!("user = \"koepel\"\npassword = \"{password}\"\n"));
        let environment = vec![("KOEPEL_LOG".to_owned(), "trace,async_nats=trace".to_owned())];
        let settings = Settings { config, environment, ..Default::default() };
        let mut shop = Shop::open_with(settings).await;
        if right {
            broker::until_published(shop.server.authority()).await;
            let login =
                ConnectOptions::with_user_and_password("koepel".to_owned(), secret.to_owned());
            let messages = broker::messages(&broker.jetstream_as(login).await).await;
            broker::compare(&shop.admin, "webshop", &messages).await;
        } else {
            said(shop.server.process(), "the server refuses it: authorization violation").await;
            work(&shop).await;
            assert_eq!(page(&shop, "/readyz").await.0, 200);
        }
        let (_, metrics) = page(&shop, "/metrics").await;
        assert!(!metrics.contains(secret), "{metrics}");
        let (status, written) = shop.server.stop().await;
        assert!(status.success() && !written.contains(secret), "the secret is in the log");
    }
}

#[tokio::test]
async fn what_the_broker_does_not_allow_is_told() {
    let dir = koepel_tests::scratch();
    let rules = dir.path().join("nats.conf");
    let user = "{ user: koepel, password: pw, permissions: { publish: [\"$JS.API.>\"], subscribe: [\">\"] } }";
    fs::write(&rules, format!("authorization {{ users = [ {user} ] }}\n")).unwrap();
    let Some(broker) = Broker::start_with(&["-c", rules.to_str().unwrap()]).await else { return };
    let mut config = broker.config();
    config.push_str("user = \"koepel\"\npassword = \"pw\"\n");
    let mut shop = Shop::open_with(settings(config)).await;
    said(shop.server.process(), "the server refuses it: nats: Permissions Violation").await;
    work(&shop).await;
}

#[tokio::test]
async fn a_token_opens_the_broker() {
    let Some(broker) = Broker::start_with(&["--auth", "t0ken"]).await else { return };
    let environment = vec![("KOEPEL_NATS_TOKEN".to_owned(), "t0ken".to_owned())];
    let settings = Settings { config: broker.config(), environment, ..Default::default() };
    let shop = Shop::open_with(settings).await;
    broker::until_published(shop.server.authority()).await;
}

#[tokio::test]
async fn a_key_opens_the_broker() {
    // A pair that was made for this test and opens nothing else.
    let seed = "SUAEPCL5BDJPICXVEXCKQGGQ4BUKUUAY7IWVIMQIQHADQZKDP4CD2P5HDA";
    let user = "UDUNRIC4WWE3INMXGSNWDOPAOXW5GX6BUXZKOJQWRFJ2MNAPPLE66JPV";
    let dir = koepel_tests::scratch();
    let (rules, key) = (dir.path().join("nats.conf"), dir.path().join("seed.nk"));
    fs::write(&rules, format!("authorization {{ users = [ {{ nkey: {user} }} ] }}\n")).unwrap();
    fs::write(&key, format!("{seed}\n")).unwrap();
    let Some(broker) = Broker::start_with(&["-c", rules.to_str().unwrap()]).await else { return };
    let mut config = broker.config();
    config.push_str(&format!("nkey_file = {:?}\n", key.to_str().unwrap()));
    let shop = Shop::open_with(settings(config)).await;
    broker::until_published(shop.server.authority()).await;
}

#[tokio::test]
async fn a_stop_does_not_wait_for_a_broker_that_says_nothing() {
    let Some(broker) = Broker::start().await else { return };
    let proxy = Proxy::to(broker.authority()).await;
    let mut shop = Shop::open_with(settings(broker::config(proxy.authority()))).await;
    broker::until_published(shop.server.authority()).await;
    proxy.cut();
    // More than may be on its way at once.
    import(&shop, 1_500).await;
    let begun = Instant::now();
    let (status, written) = shop.server.stop().await;
    assert!(status.success(), "{written}");
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    proxy.mend();
    shop.server.start_again().await;
    shop = connected(shop);
    broker::until_published(shop.server.authority()).await;
    broker::compare(&shop.admin, "webshop", &broker.messages().await).await;
}

#[tokio::test]
async fn a_stop_waits_for_what_is_on_its_way() {
    let Some(broker) = Broker::start().await else { return };
    let mut shop = Shop::open_with(settings(broker.config())).await;
    import(&shop, 1_500).await;
    let version = shop.version().await;
    let (status, written) = shop.server.stop().await;
    assert!(status.success(), "{written}");
    // What the checkpoint says is in the stream, and nothing more.
    let saved = fs::read(shop.server.data_dir().join("nats.json")).unwrap();
    let saved: serde_json::Value = serde_json::from_slice(&saved).unwrap();
    let reached = saved["products"]["webshop"]["version"].as_u64().unwrap_or(0);
    let messages = broker.messages().await;
    let versions = messages.iter().map(|it| it.event["version"].as_str().unwrap().parse().unwrap());
    let last: u64 = versions.max().unwrap_or(0);
    assert!(last >= reached && last <= version, "{last}, {reached}, {version}");
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    messages.iter().for_each(|it| *counts.entry(&it.id).or_default() += 1);
    assert!(counts.values().all(|count| *count == 1), "none twice");
    shop.server.start_again().await;
    shop = connected(shop);
    broker::until_published(shop.server.authority()).await;
    broker::compare(&shop.admin, "webshop", &broker.messages().await).await;
}

/// A stream that forgets at once what it has, so that what comes twice is there twice.
async fn forgetful_stream(broker: &Broker) {
    let stream = stream::Config {
        name: STREAM.to_owned(),
        subjects: vec!["koepel.>".to_owned()],
        duplicate_window: Duration::from_millis(100),
        ..Default::default()
    };
    broker.jetstream().await.create_stream(stream).await.unwrap();
}

/// Waits until the broker takes again what it has had: a message that comes after all of them is no duplicate any more, and a
/// broker forgets the oldest first.
async fn until_forgotten(broker: &Broker, id: &str) {
    let jetstream = broker.jetstream().await;
    let publish = || async {
        let message = PublishMessage::build().message_id(id).payload("{}".into());
        jetstream.send_publish("koepel.mark", message).await.unwrap().await.unwrap()
    };
    assert!(!publish().await.duplicate, "{id} is new");
    while publish().await.duplicate {}
}

/// New items, one after the other.
async fn work_on(shop: &Shop, items: usize) {
    for _ in 0..items {
        shop.fill(&["online"]).await;
    }
}

/// Many new items at once.
async fn import(shop: &Shop, items: u64) {
    let mut csv = String::from("Id,Name,Team\n");
    (0..items).for_each(|id| csv.push_str(&format!("{id},Item {id},online\n")));
    let mapping = "name = \"many\"\n[input]\nformat = \"csv\"\n[item]\n\
                   source = { join = \"https://many.example/{Id}\" }\ntitle = \"Name\"\ndomain = \"Team\"\n";
    let start = v1::ImportStart {
        product: "products/webshop".to_owned(),
        mapping: mapping.to_owned(),
        ..Default::default()
    };
    use v1::import_request::Part;
    let parts = [Part::Start(start), Part::Data(csv.into_bytes().into())];
    let parts = parts.map(|part| v1::ImportRequest { part: Some(part) });
    shop.chief.ingest().import(tokio_stream::iter(parts)).await.given();
}

/// The same shop, connected to where its server is now.
fn connected(shop: Shop) -> Shop {
    let client = |old: &koepel_tests::Client| shop.server.client(old.token());
    Shop {
        admin: client(&shop.admin),
        chief: client(&shop.chief),
        online: client(&shop.online),
        offline: client(&shop.offline),
        member: client(&shop.member),
        stakeholder: client(&shop.stakeholder),
        tool: client(&shop.tool),
        stranger: client(&shop.stranger),
        server: shop.server,
    }
}

async fn page(shop: &Shop, path: &str) -> (u16, String) {
    let text = crate::http::get(shop.server.authority(), path).await;
    let status = text.split(' ').nth(1).unwrap().parse().unwrap();
    (status, text)
}
