//! Backfills: a history from elsewhere, as it was known there at the time.

use koepel_api::v1::{self, ImportStart};
use koepel_tests::{Answer as _, Server, Shop, shared_data};
use prost_types::Timestamp;
use tonic::Code;

use super::ingest::import;

/// A tracker's history: each line tells what changed, and when.
const HISTORY: &str = r#"
name = "tracker"
[input]
format = "jsonl"
tells = "changes"
[item]
source = { join = "https://tracker.example/{id}" }
title = "title"
domain = "team"
status = { from = "state", values = { todo = "new", doing = "in-progress", done = "done" } }
[[entries]]
name = "release"
release = "release"
end = "due"
"#;

/// Out of order, as files are.
const LINES: &str = r#"{"at":"2024-03-01T10:00:00Z","id":1,"state":"doing","release":"v2","due":"2024-09-01"}
{"at":"2024-01-01T10:00:00+01:00","id":1,"title":"Pay by invoice","team":"online","release":"v1","due":"2024-06-01"}
{"at":"2024-05-01T10:00:00Z","id":2,"title":"Credit check","team":"back-office"}
{"at":"2024-06-01T10:00:00Z","id":1,"state":"done"}
{"at":"2024-06-01T10:00:00Z","id":9,"state":"done"}
"#;

fn start() -> ImportStart {
    ImportStart {
        mapping: HISTORY.to_owned(),
        backfill_time: "at".to_owned(),
        ..Default::default()
    }
}

fn second(text: &str) -> v1::Moment {
    let days = |month: i64| [0, 31, 60, 91, 121, 152][usize::try_from(month - 1).unwrap()];
    let (month, day) = text.split_once('-').unwrap();
    let (month, day): (i64, i64) = (month.parse().unwrap(), day.parse().unwrap());
    let seconds = 1_704_067_200 + (days(month) + day - 1) * 86_400 + 43_200;
    v1::Moment { at: Some(v1::moment::At::Time(Timestamp { seconds, nanos: 0 })) }
}

/// Keys and statuses as of noon of a day of 2024.
async fn backlog(server: &Server, day: &str) -> Vec<(String, i32)> {
    let asked = v1::ListBacklogRequest {
        parent: "products/past".to_owned(),
        as_of: Some(second(day)),
        ..Default::default()
    };
    let rows = server.admin().backlog().list_backlog(asked).await.given().rows;
    rows.into_iter().map(|row| (row.key, row.status)).collect()
}

async fn release(server: &Server, day: &str) -> String {
    let asked = v1::ListRoadmapEntriesRequest {
        parent: "products/past".to_owned(),
        as_of: Some(second(day)),
        ..Default::default()
    };
    let entries = server.admin().roadmap().list_roadmap_entries(asked).await.given().entries;
    entries.into_iter().map(|entry| entry.release).collect()
}

#[tokio::test]
async fn a_history_from_elsewhere_can_be_looked_back_on() {
    let server = Server::start().await;
    let admin = server.admin();
    let report = import(&admin, "products/past", start(), LINES.as_bytes()).await.given();
    assert_eq!((report.read, report.created, report.updated, report.unchanged), (5, 2, 2, 0));
    assert!(report.product_created && report.left_out[0].reason.contains("title"));
    assert_eq!(report.left_out[0].lines, [5]);
    let (new, doing) = (v1::ItemStatus::New.into(), v1::ItemStatus::InProgress.into());
    assert_eq!(backlog(&server, "01-31").await, [("ONLINE-1".to_owned(), new)]);
    assert_eq!(backlog(&server, "03-31").await, [("ONLINE-1".to_owned(), doing)]);
    let open = [("ONLINE-1".to_owned(), doing), ("BACKOFFICE-1".to_owned(), new)];
    assert_eq!(backlog(&server, "05-31").await, open);
    assert_eq!(backlog(&server, "06-30").await, [("BACKOFFICE-1".to_owned(), new)]);
    assert_eq!(
        (release(&server, "01-31").await, release(&server, "05-31").await),
        ("v1".into(), "v2".into())
    );
    // There was no product before.
    let asked = v1::GetProductRequest {
        name: "products/past".to_owned(),
        as_of: Some(v1::Moment {
            at: Some(v1::moment::At::Time(Timestamp { seconds: 1, nanos: 0 })),
        }),
        ..Default::default()
    };
    admin.products().get_product(asked).await.refused().is(Code::NotFound, "BEFORE_BEGINNING");
    // What slipped between two days.
    let asked = v1::ListDifferencesRequest {
        parent: "products/past".to_owned(),
        from: Some(second("01-31")),
        to: Some(second("05-31")),
        ..Default::default()
    };
    let told = admin.history().list_differences(asked).await.given().differences;
    assert!(told.iter().any(|one| one.sentence.contains("slipped")), "{told:?}");
    // Again it adds nothing; more of it goes on.
    let version = Shop::version_of(&admin, "products/past").await;
    let again = import(&admin, "products/past", start(), LINES.as_bytes()).await.given();
    assert_eq!((again.unchanged, again.commits), (4, 0));
    let more = format!("{LINES}{}\n", r#"{"at":"2024-07-01T10:00:00Z","id":2,"state":"done"}"#);
    let report = import(&admin, "products/past", start(), more.as_bytes()).await.given();
    assert_eq!((report.updated, report.commits), (1, 1));
    assert_eq!(Shop::version_of(&admin, "products/past").await, version + 1);
    // News of before what was told is no continuation.
    let before = r#"{"at":"2024-02-01T10:00:00Z","id":3,"title":"Late","team":"online"}"#;
    let refused = import(&admin, "products/past", start(), before.as_bytes()).await.refused();
    refused.is(Code::FailedPrecondition, "BACKFILL_GOES_BACK");
}

#[tokio::test]
async fn a_backfill_makes_its_product_tells_of_the_past_and_is_an_administrators() {
    let shop = Shop::open().await;
    let version = shop.version().await;
    let into = async |by: &koepel_tests::Client, product: &str, start: ImportStart, lines: &str| {
        import(by, product, start, lines.as_bytes()).await.refused()
    };
    let line = r#"{"at":"2024-01-01T10:00:00Z","id":1,"title":"t","team":"online"}"#;
    into(&shop.admin, "products/webshop", start(), line)
        .await
        .is(Code::FailedPrecondition, "PRODUCT_HAS_HISTORY");
    into(&shop.chief, "products/webshop", start(), line)
        .await
        .is(Code::PermissionDenied, "NOT_IN_MANDATE");
    for (wrong, says) in [
        (line.replace("2024-01", "2199-01"), "future"),
        (line.replace("2024-01-01", "30000-01-01"), "line 1"),
        (line.replace("\"at\":\"2024-01-01T10:00:00Z\",", ""), "line 1"),
    ] {
        into(&shop.admin, "products/past", start(), &wrong)
            .await
            .is(Code::InvalidArgument, "INVALID_FIELD")
            .says(&[says]);
    }
    let nowhere = ImportStart { backfill_time: "a..b".to_owned(), ..start() };
    into(&shop.admin, "products/past", nowhere, line)
        .await
        .is(Code::InvalidArgument, "INVALID_FIELD")
        .at(&["start.backfill_time"]);
    assert_eq!(shop.version().await, version);
    let past = v1::GetProductRequest { name: "products/past".to_owned(), ..Default::default() };
    shop.admin.products().get_product(past).await.refused().is(Code::NotFound, "UNKNOWN_PRODUCT");
}

#[tokio::test]
async fn a_real_history_is_replayed_and_its_slips_are_told() {
    let Some(file) = shared_data("kep/kep-history.jsonl") else { return };
    let file = std::fs::read(file).unwrap();
    let server = Server::start().await;
    let admin = server.admin();
    let start = ImportStart {
        mapping: include_str!("../../mappings/kep-history.toml").to_owned(),
        backfill_time: "date".to_owned(),
        ..Default::default()
    };
    let report = import(&admin, "products/past", start.clone(), &file).await.given();
    let left_out: usize = report.left_out.iter().map(|left_out| left_out.lines.len()).sum();
    let told = report.created + report.updated + report.unchanged;
    assert_eq!((report.read, report.created, left_out), (1_423, 479, 30));
    assert_eq!(usize::try_from(told).unwrap() + left_out, 1_423);
    let moment = |seconds| {
        Some(v1::Moment { at: Some(v1::moment::At::Time(Timestamp { seconds, nanos: 0 })) })
    };
    // The ends of 2021-12-01 and 2022-12-01.
    let asked = v1::ListDifferencesRequest {
        parent: "products/past".to_owned(),
        from: moment(1_638_403_199),
        to: moment(1_669_939_199),
        page_size: 1_000,
        ..Default::default()
    };
    let told = admin.history().list_differences(asked).await.given().differences;
    let slipped = told.iter().filter(|one| one.sentence.contains("slipped from")).count();
    // Counted from the file alone: 63 of proposals whose path stayed, and 3 of one that moved.
    assert_eq!(slipped, 66);
    let again = import(&admin, "products/past", start, &file).await.given();
    assert_eq!((again.created, again.updated, again.commits), (0, 0, 0));
}
