//! Very many open escalations whose deadlines come at the same moment: each is kept once, and told once, also through a kill in
//! the middle. `KOEPEL_HEAVY=1` takes ten thousand.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use futures::{StreamExt as _, stream};
use koepel_api::v1::{self, subscribe_response::What};
use koepel_tests::{Answer as _, Client, Receiver, Settings, Shop, broker, reliability};
use prost_types::Timestamp;
use tokio::time::Instant;

use crate::alerts::add_target;

const MONDAY: &str = "2026-11-30T09:00:00Z";
const PARENT: &str = "products/webshop";
/// So much may everything take together.
const PATIENCE: Duration = Duration::from_secs(600);
const CONFIG: &str = "[alerts]\nallow_private_targets = [\"127.0.0.0/8\"]\n";

/// Waits until so many events of a type have come in all.
async fn until_happened(by: &Client, kind: &str, count: usize) {
    let request = v1::SubscribeRequest {
        product: PARENT.to_owned(),
        types: vec![format!("koepel.v1.{kind}")],
        ..Default::default()
    };
    let mut stream = by.events().subscribe(request).await.given();
    let mut seen = 0;
    let all = async {
        while seen < count {
            if let Some(What::Event(_)) = stream.message().await.unwrap().unwrap().what {
                seen += 1;
            }
        }
    };
    assert!(tokio::time::timeout(PATIENCE, all).await.is_ok(), "{kind}: {count} wanted");
}

/// Waits until the receiver has taken so many different ones.
async fn until_taken(receiver: &Receiver, count: usize) {
    let begun = Instant::now();
    let mut looked = 0;
    loop {
        let come = receiver.count();
        if come >= count && come != looked {
            looked = come;
            if receiver.taken().len() >= count {
                return;
            }
        }
        assert!(begun.elapsed() < PATIENCE, "{count} wanted, {come} came");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// How many events of each type there are, if none is there twice for an escalation and a turn.
async fn counted(by: &Client) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    let mut met = BTreeSet::new();
    for event in broker::events(by, "webshop").await {
        let kind = event.r#type.trim_start_matches("koepel.v1.").to_owned();
        if kind.starts_with("Escalation") {
            assert!(met.insert((kind.clone(), event.subject, event.data)), "{kind} twice");
            *counts.entry(kind).or_default() += 1;
        }
    }
    counts
}

#[tokio::test]
async fn each_of_very_many_deadlines_of_the_same_moment_is_kept_and_told_once_through_a_kill() {
    let count = reliability::count(600, 10_000);
    let arguments = vec!["--manual-clock".to_owned(), MONDAY.to_owned()];
    let settings = Settings { config: CONFIG.to_owned(), arguments, ..Settings::default() };
    let mut shop = Shop::open_with(settings).await;
    let receiver = Receiver::start(&[]).await;
    add_target(&shop.chief, "chat", "p-chief", &receiver.url()).await;
    let date = |year, month| koepel_api::date::Date { year, month, day: 1 };
    shop.name_deputy("p-member", date(2026, 11), date(2027, 10)).await;
    let raised: Vec<v1::Escalation> = stream::iter(0..count)
        .map(|_| Shop::dispute(&shop.online))
        .buffer_unordered(16)
        .collect()
        .await;
    let line = raised[0].line.clone();
    assert!(raised.iter().all(|one| one.line == line), "all have the same deadlines");
    let moment = |time: Option<Timestamp>| time.unwrap();
    let (remind, due, last) =
        (moment(line[0].remind_time), moment(line[0].due_time), moment(line[1].due_time));
    Shop::set_clock(&shop.admin, remind).await;
    until_happened(&shop.chief, "EscalationReminded", count).await;
    // Killed when the first deadlines of many are kept, and told of to some.
    Shop::set_clock(&shop.admin, due).await;
    until_happened(&shop.chief, "EscalationHandedOver", 1).await;
    let before = receiver.count();
    receiver.until(|all| all.len() > before || all.len() >= 3 * count).await;
    shop.server.kill();
    let late = as_text(due);
    shop.server.set_arguments(&["--manual-clock", &late]);
    shop.server.start_again().await;
    let client = |of: &Client| shop.server.client(of.token());
    let (admin, chief) = (client(&shop.admin), client(&shop.chief));
    until_happened(&chief, "EscalationHandedOver", count).await;
    Shop::set_clock(&admin, last).await;
    until_happened(&chief, "EscalationOverdue", 2 * count).await;
    // Raised, the reminder, that time was over, that it went on to the deputy, that the deputy let it pass, too.
    until_taken(&receiver, 5 * count).await;
    let counts = counted(&chief).await;
    for (kind, wanted) in [
        ("EscalationRaised", count),
        ("EscalationReminded", 2 * count),
        ("EscalationOverdue", 2 * count),
        ("EscalationHandedOver", count),
    ] {
        assert_eq!(counts.get(kind), Some(&wanted), "{kind}");
    }
    let mut ids: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for request in receiver.requests() {
        let cause = request.json()["data"]["cause"].as_str().unwrap().to_owned();
        ids.entry(cause).or_default().insert(request.id().to_owned());
    }
    assert!(ids.values().all(|ids| ids.len() == 1), "one id for each cause");
    assert_eq!((ids.len(), receiver.taken().len()), (5 * count, 5 * count));
}

/// A moment as the command line takes it.
fn as_text(at: Timestamp) -> String {
    jiff::Timestamp::from_second(at.seconds).unwrap().to_string()
}
