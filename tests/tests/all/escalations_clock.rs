//! R10: the clock an hour forth and back, ten seconds back, years ahead, with escalations open. Order is by version; of each turn
//! there is one reminder, one end, one handing over, and each is told once. By a clock that is moved by hand, and by one on the
//! wall that is set wrong.

use std::collections::BTreeMap;

use koepel_api::v1::{self, watch_alerts_response::What};
use koepel_tests::{Answer as _, Client, Server, Settings, Shop, WallClock, broker, day, scratch};

const PARENT: &str = "products/webshop";
const MONDAY: &str = "2026-11-30T09:00:00Z";
const MONDAY_S: i64 = 1_796_029_200;
const HOUR: i64 = 3_600;
const YEAR: i64 = 365 * 24 * HOUR;

/// When a turn of an escalation is reminded, and when it ends; in seconds since 1970.
fn turn(escalation: &v1::Escalation, index: usize) -> (i64, i64) {
    let turn = &escalation.line[index];
    (turn.remind_time.unwrap().seconds, turn.due_time.unwrap().seconds)
}

/// What happened to each escalation, in order: `1 Raised`.
async fn happened(by: &Client) -> Vec<String> {
    let events = broker::events(by, "webshop").await;
    let versions: Vec<u64> = events.iter().map(|event| event.version).collect();
    assert!(versions.is_sorted(), "order is by version");
    let escalations = events.iter().filter(|event| event.r#type.contains(".Escalation"));
    let short = |event: &v1::Event| {
        let no = event.subject.rsplit('/').next().unwrap().to_owned();
        format!("{no} {}", event.r#type.trim_start_matches("koepel.v1.Escalation"))
    };
    escalations.map(short).collect()
}

/// Waits until just this has happened.
async fn until(by: &Client, wanted: &[&str]) {
    let found = koepel_tests::eventually(async || {
        let found = happened(by).await;
        (found.len() >= wanted.len()).then_some(found)
    })
    .await;
    assert_eq!(found, wanted);
}

/// Has a command decided, so that what was due before it has happened by then or never will by this clock.
async fn settle(by: &Client) {
    let item = Shop::new_item("online", "A story");
    by.backlog().create_item(item).await.given();
}

/// The causes of the alerts that somebody was told, with how often.
async fn told(by: &Client) -> BTreeMap<String, usize> {
    let request = v1::WatchAlertsRequest {
        parent: PARENT.to_owned(),
        after: String::new(),
        until_caught_up: true,
        ..Default::default()
    };
    let mut stream = by.alerts().watch_alerts(request).await.given();
    let mut causes = BTreeMap::new();
    while let Some(message) = stream.message().await.unwrap() {
        if let Some(What::Alert(watched)) = message.what {
            *causes.entry(watched.alert.unwrap().cause).or_default() += 1;
        }
    }
    causes
}

/// Waits until somebody was told so much, and checks that nothing came twice.
async fn until_told(by: &Client, count: usize) {
    let causes = koepel_tests::eventually(async || {
        let causes = told(by).await;
        (causes.len() >= count).then_some(causes)
    })
    .await;
    assert_eq!(causes.len(), count, "{causes:#?}");
    assert!(causes.values().all(|count| *count == 1), "{causes:#?}");
}

#[tokio::test]
async fn a_clock_that_jumps_loses_no_deadline_and_keeps_none_twice() {
    let arguments = vec!["--manual-clock".to_owned(), MONDAY.to_owned()];
    let mut shop = Shop::open_with(Settings { arguments, ..Settings::default() }).await;
    let date = |year, month| koepel_api::date::Date { year, month, day: 1 };
    shop.name_deputy("p-member", date(2026, 11), date(2027, 10)).await;
    let first = Shop::dispute(&shop.online).await;
    Shop::set_seconds(&shop.admin, MONDAY_S - HOUR).await;
    let second = Shop::dispute(&shop.online).await;
    Shop::set_seconds(&shop.admin, MONDAY_S - HOUR - 10).await;
    let third = Shop::dispute(&shop.online).await;
    assert!(turn(&second, 0).1 <= turn(&first, 0).1, "by the clock that there was");
    assert_eq!(third.name, format!("{PARENT}/escalations/3"), "by version, not by time");
    let raised = ["1 Raised", "2 Raised", "3 Raised"];
    until(&shop.chief, &raised).await;

    // An hour forth and back, and ten seconds back, around the first reminder of the one raised first.
    let (remind, due) = turn(&first, 0);
    let reminded = [&raised[..], &["3 Reminded", "2 Reminded", "1 Reminded"]].concat();
    Shop::set_seconds(&shop.admin, remind).await;
    koepel_tests::eventually(async || (happened(&shop.chief).await.len() >= 6).then_some(())).await;
    for at in [remind - HOUR, remind + HOUR, remind - 10, remind, remind + 10] {
        Shop::set_seconds(&shop.admin, at).await;
        settle(&shop.online).await;
    }
    let found = happened(&shop.chief).await;
    let sorted = |mut list: Vec<String>| {
        list.sort();
        list
    };
    let strings = |list: &[&str]| list.iter().map(|&one| one.to_owned()).collect::<Vec<_>>();
    assert_eq!(sorted(found), sorted(strings(&reminded)));

    // The end of the first turn; then a machine that starts with its clock an hour behind.
    Shop::set_seconds(&shop.admin, due).await;
    koepel_tests::eventually(async || (happened(&shop.chief).await.len() >= 12).then_some(()))
        .await;
    shop.server.kill();
    let behind = jiff::Timestamp::from_second(due - HOUR).unwrap().to_string();
    shop.server.set_arguments(&["--manual-clock", &behind]);
    shop.server.start_again().await;
    let client = |of: &Client| shop.server.client(of.token());
    let (admin, chief, online) = (client(&shop.admin), client(&shop.chief), client(&shop.online));
    for at in [due - 10, due, due + 10] {
        Shop::set_seconds(&admin, at).await;
        settle(&online).await;
    }
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for what in happened(&chief).await {
        *counts.entry(what).or_default() += 1;
    }
    for no in 1..=3 {
        for what in ["Raised", "Reminded", "Overdue", "HandedOver"] {
            assert_eq!(counts.get(&format!("{no} {what}")), Some(&1), "{no} {what}: {counts:?}");
        }
    }

    // Years ahead, when nobody stands in any more, and back to Monday with one more.
    Shop::set_seconds(&admin, MONDAY_S + 10 * YEAR).await;
    koepel_tests::eventually(async || (happened(&chief).await.len() >= 18).then_some(())).await;
    Shop::set_seconds(&admin, MONDAY_S).await;
    let fourth = Shop::dispute(&online).await;
    let (remind, due) = turn(&fourth, 0);
    Shop::set_seconds(&admin, remind).await;
    koepel_tests::eventually(async || (happened(&chief).await.len() >= 20).then_some(())).await;
    Shop::set_seconds(&admin, due).await;
    koepel_tests::eventually(async || (happened(&chief).await.len() >= 22).then_some(())).await;
    Shop::set_seconds(&admin, MONDAY_S - YEAR).await;
    settle(&online).await;
    let found = happened(&chief).await;
    assert_eq!(found[18..], ["4 Raised", "4 Reminded", "4 Overdue", "4 HandedOver"]);
    assert_eq!(found.len(), 22);
    // Of each that it was raised, the reminder, that time was over, that it went on; of the first three, that it came to its end.
    until_told(&chief, 4 * 4 + 3).await;
}

#[tokio::test]
async fn a_wall_clock_that_is_set_wrong_loses_no_deadline_and_keeps_none_twice() {
    let dir = scratch();
    let Some(wall) = WallClock::hang(dir.path()) else { return };
    let settings = Settings { environment: wall.environment(), ..Settings::default() };
    let shop = Shop::set_up(Server::start_with(settings).await).await;
    shop.name_deputy("p-member", day(-1), day(300)).await;
    let first = Shop::dispute(&shop.online).await;
    let now = async || {
        let clock = shop.admin.admin().get_clock(v1::GetClockRequest {}).await.given();
        assert!(!clock.manual);
        clock.time.unwrap().seconds
    };
    let right = now().await;
    let (remind, due) = turn(&first, 0);
    let raised = ["1 Raised"];
    // An hour behind, ten seconds more: nothing comes of it.
    for ahead in [-HOUR, -HOUR - 10, 0] {
        wall.set(ahead);
        settle(&shop.online).await;
        assert!((now().await - right - ahead).abs() < 300, "the server looks at this clock");
    }
    until(&shop.chief, &raised).await;
    let reminded = [&raised[..], &["1 Reminded"]].concat();
    wall.set(remind - right + 1);
    until(&shop.chief, &reminded).await;
    for ahead in [remind - right - HOUR, remind - right + 20, remind - right - 10] {
        wall.set(ahead);
        settle(&shop.online).await;
    }
    until(&shop.chief, &reminded).await;
    let over = [&reminded[..], &["1 Overdue", "1 HandedOver"]].concat();
    wall.set(due - right + 1);
    until(&shop.chief, &over).await;
    wall.set(due - right - HOUR);
    settle(&shop.online).await;
    let ended = [&over[..], &["1 Reminded", "1 Overdue"]].concat();
    wall.set(10 * YEAR);
    until(&shop.chief, &ended).await;
    // Years ahead was wrong. What is raised now has its time as ever.
    wall.set(0);
    let second = Shop::dispute(&shop.online).await;
    assert!(turn(&second, 0).1 < right + YEAR);
    let again = [&ended[..], &["2 Raised", "2 Reminded"]].concat();
    wall.set(turn(&second, 0).0 - right + 1);
    until(&shop.chief, &again).await;
    until_told(&shop.chief, 4 + 1 + 2).await;
}
