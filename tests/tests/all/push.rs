//! Pushes: stored, acknowledged, applied once in whatever order; set aside with a reason, replayed, given up.

use std::time::Duration;

use futures::{StreamExt as _, stream};
use koepel_api::v1::{self, ItemStatus};
use koepel_tests::{Answer as _, Client, Server, Shop};
use prost_types::Timestamp;
use serde_json::{Value, json};
use tonic::Code;

/// How the events of a made-up tracker are read.
pub(crate) const TRACKER: &str = r#"
name = "tracker"
[input]
format = "json"
tells = "changes"
[[skip]]
reason = "a comment"
from = "type"
equals = "comment"
[item]
source = { join = "https://tracker.example/{data.id}" }
number = "data.id"
title = "data.title"
domain = "data.team"
labels = "data.labels"
parent = "data.parent"
status = { from = "data.state", values = { todo = "new", doing = "in-progress", done = "done", never = "dropped" } }
[[links]]
kind = "needs"
from = "data.needs"
[references]
resolve = ["number"]
[[entries]]
name = "release"
release = "data.release"
start = "data.start"
end = "data.due"
"#;

const CONNECTION: &str = "products/webshop/connections/tracker";

/// An event of the tracker at a second.
fn event(id: &str, second: i64, data: &Value) -> v1::PushedEvent {
    v1::PushedEvent {
        id: id.to_owned(),
        source: "/tracker".to_owned(),
        r#type: "issue".to_owned(),
        time: Some(Timestamp { seconds: 1_700_000_000 + second, nanos: 0 }),
        data: data.to_string(),
        ..Default::default()
    }
}

/// Connects the tracker with online. Answers with its tool.
pub(crate) async fn connect(shop: &Shop) -> Client {
    let person = v1::CreatePersonRequest {
        person_id: "t-tracker".to_owned(),
        tool: true,
        ..Default::default()
    };
    shop.admin.admin().create_person(person).await.given();
    let connection = v1::Connection {
        domain: Shop::domain_name("online"),
        tool: "people/t-tracker".to_owned(),
        source: "/tracker".to_owned(),
        mapping: TRACKER.to_owned(),
        ..Default::default()
    };
    let request = v1::CreateConnectionRequest {
        parent: "products/webshop".to_owned(),
        connection_id: "tracker".to_owned(),
        connection: Some(connection),
        ..Default::default()
    };
    shop.online.connections().create_connection(request).await.given();
    let token = v1::CreateTokenRequest {
        person: "people/t-tracker".to_owned(),
        product: "products/webshop".to_owned(),
        role: v1::Role::Tool.into(),
        ..Default::default()
    };
    Shop::token(&shop.admin, token).await
}

/// Pushes events in one message.
async fn push(tool: &Client, events: Vec<v1::PushedEvent>) -> v1::PushResponse {
    let message = v1::PushRequest { connection: CONNECTION.to_owned(), events };
    let answers = tool.ingest().push(stream::iter([message])).await.given();
    answers.into_iter_all().await.remove(0)
}

/// Reads a stream to its end.
trait All<T> {
    async fn into_iter_all(self) -> Vec<T>;
}

impl<T> All<T> for tonic::Streaming<T> {
    async fn into_iter_all(mut self) -> Vec<T> {
        let mut all = Vec::new();
        while let Some(one) = self.next().await {
            all.push(one.unwrap());
        }
        all
    }
}

/// The connection, once all that was pushed is settled.
pub(crate) async fn settled(shop: &Shop) -> v1::Connection {
    settled_by(&shop.admin).await
}

pub(crate) async fn aside(by: &Client) -> Vec<v1::SetAsidePush> {
    let asked =
        v1::ListSetAsidePushesRequest { parent: CONNECTION.to_owned(), ..Default::default() };
    by.connections().list_set_aside_pushes(asked).await.given().pushes
}

#[tokio::test]
async fn what_is_pushed_is_durable_then_applied_once() {
    let shop = Shop::open().await;
    let tool = connect(&shop).await;
    let made = event("1", 1, &json!({"id": 7, "title": "Pay by invoice", "labels": ["b2b"]}));
    let answer = push(&tool, vec![made.clone(), made.clone()]).await;
    assert_eq!((answer.received, answer.repeated_events), (1, 1));
    let answer = push(&tool, vec![made]).await;
    assert_eq!((answer.received, answer.repeated_events), (0, 1));
    let connection = settled(&shop).await;
    assert_eq!(connection.tally.unwrap().received, 1);
    assert_eq!(shop.order("online").await, ["ONLINE-1"]);
    let item = shop.item("ONLINE-1").await;
    assert_eq!((item.title.as_str(), &item.labels), ("Pay by invoice", &vec!["b2b".to_owned()]));
    // Who made it, and by what.
    let asked = v1::ListItemHistoryRequest { name: Shop::name("ONLINE-1"), ..Default::default() };
    let history = shop.admin.backlog().list_item_history(asked).await.given();
    assert_eq!(history.entries.len(), 1);
    assert_eq!(history.entries[0].person, "people/t-tracker");
}

#[tokio::test]
async fn older_news_never_overwrites_newer_and_a_persons_decision_stays() {
    let shop = Shop::open().await;
    let tool = connect(&shop).await;
    push(
        &tool,
        vec![
            event("b", 5, &json!({"id": 7, "state": "doing"})),
            event("a", 1, &json!({"id": 7, "title": "Pay by invoice", "state": "todo"})),
            event("c", 3, &json!({"id": 7, "title": "Pay on account", "state": "done"})),
        ],
    )
    .await;
    settled(&shop).await;
    let item = shop.item("ONLINE-1").await;
    assert_eq!(
        (item.title.as_str(), item.status),
        ("Pay on account", ItemStatus::InProgress.into())
    );
    let mut decided = item.clone();
    decided.title = "Invoices".to_owned();
    let update = v1::UpdateItemRequest {
        item: Some(decided),
        update_mask: Some(prost_types::FieldMask { paths: vec!["title".to_owned()] }),
        ..Default::default()
    };
    shop.online.backlog().update_item(update).await.given();
    push(&tool, vec![event("d", 9, &json!({"id": 7, "title": "Pay later", "state": "done"}))])
        .await;
    settled(&shop).await;
    let item = shop.item("ONLINE-1").await;
    assert_eq!((item.title.as_str(), item.status), ("Invoices", ItemStatus::Done.into()));
    // Of a closed item news is taken, too.
    push(&tool, vec![event("e", 10, &json!({"id": 7, "labels": ["late"]}))]).await;
    settled(&shop).await;
    assert_eq!(shop.item("ONLINE-1").await.labels, ["late"]);
    assert_eq!(aside(&shop.online).await, []);
}

#[tokio::test]
async fn a_change_waits_for_its_item_and_a_child_for_its_parent() {
    let shop = Shop::open().await;
    let tool = connect(&shop).await;
    push(&tool, vec![event("1", 5, &json!({"id": 7, "state": "doing"}))]).await;
    settled(&shop).await;
    let waiting = aside(&tool).await;
    assert_eq!((waiting[0].code.as_str(), waiting[0].event_id.as_str()), ("UNKNOWN_ORIGIN", "1"));
    assert_eq!(waiting[0].waits_for, ["https://tracker.example/7"]);
    assert!(waiting[0].event.contains("\"doing\""), "{waiting:?}");
    push(
        &tool,
        vec![
            event("2", 6, &json!({"id": 8, "title": "Credit check", "parent": "9"})),
            event("3", 1, &json!({"id": 7, "title": "Pay by invoice"})),
        ],
    )
    .await;
    none_aside_but(&shop, &["PARENT_LEFT_OUT"]).await;
    let keyed = titles(&shop).await;
    let (seven, eight) = (&keyed["Pay by invoice"], &keyed["Credit check"]);
    assert_eq!(shop.item(seven).await.status, i32::from(ItemStatus::InProgress));
    push(&tool, vec![event("4", 7, &json!({"id": 9, "title": "Dealers"}))]).await;
    none_aside_but(&shop, &[]).await;
    let parent = shop.item(eight).await.parent;
    assert_eq!(parent, Shop::name(&titles(&shop).await["Dealers"]));
}

async fn titles(shop: &Shop) -> std::collections::HashMap<String, String> {
    shop.rows("").await.into_iter().map(|row| (row.title, row.key)).collect()
}

/// Waits until what is set aside has just these codes.
async fn none_aside_but(shop: &Shop, codes: &[&str]) {
    let wait = async {
        loop {
            settled(shop).await;
            let held = aside(&shop.online).await;
            let held: Vec<&str> = held.iter().map(|push| push.code.as_str()).collect();
            if held == codes {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), wait).await.expect("it stays set aside");
}

#[tokio::test]
async fn what_cannot_be_applied_is_set_aside_and_the_rest_goes_in() {
    let shop = Shop::open().await;
    let tool = connect(&shop).await;
    let good = event("good", 1, &json!({"id": 1, "title": "Good"}));
    let comment = v1::PushedEvent { r#type: "comment".to_owned(), ..event("left", 1, &json!({})) };
    let foreign = v1::PushedEvent {
        source: "/other".to_owned(),
        ..event("f", 1, &json!({"id": 2, "title": "x"}))
    };
    let year = v1::PushedEvent {
        time: Some(Timestamp { seconds: 884_541_340_800, nanos: 0 }),
        ..event("year", 1, &json!({"id": 2, "title": "x"}))
    };
    push(
        &tool,
        vec![
            event("state", 1, &json!({"id": 2, "title": "x", "state": "perhaps"})),
            event("team", 1, &json!({"id": 3, "title": "x", "team": "offline"})),
            event(
                "dates",
                1,
                &json!({"id": 4, "title": "x", "start": "2027-05-01", "due": "2027-04-01"}),
            ),
            event("title", 1, &json!({"id": 5, "title": ["x"]})),
            v1::PushedEvent { data: "{".to_owned(), ..event("json", 1, &json!({})) },
            foreign,
            year,
            comment,
            good,
        ],
    )
    .await;
    settled(&shop).await;
    assert_eq!(
        shop.rows("").await.iter().map(|row| row.title.as_str()).collect::<Vec<_>>(),
        ["Good"]
    );
    let held = aside(&shop.online).await;
    let told = |id: &str| {
        held.iter().find(|push| push.event_id == id).unwrap_or_else(|| panic!("{id}: {held:?}"))
    };
    for (id, code, says) in [
        ("state", "UNREADABLE", "perhaps"),
        ("team", "FOREIGN_DOMAIN", "offline"),
        ("dates", "UNREADABLE", "2027-04-01"),
        ("title", "UNREADABLE", "title"),
        ("json", "NO_CLOUD_EVENT", "JSON"),
        ("f", "FOREIGN_SOURCE", "/tracker"),
        ("year", "NO_CLOUD_EVENT", "2199"),
    ] {
        let push = told(id);
        assert_eq!(push.code, code, "{push:?}");
        assert!(push.reason.contains(says), "{push:?}");
        assert!(!push.reason.starts_with("line "), "a push has no lines: {push:?}");
    }
    assert_eq!(held.len(), 7);
    // The mapping is mended, and what it refused is tried again.
    let mended = TRACKER.replace("todo = \"new\"", "todo = \"new\", perhaps = \"new\"");
    let update = v1::UpdateConnectionRequest {
        connection: Some(v1::Connection {
            name: CONNECTION.to_owned(),
            mapping: mended,
            ..Default::default()
        }),
        update_mask: Some(prost_types::FieldMask { paths: vec!["mapping".to_owned()] }),
        ..Default::default()
    };
    shop.online.connections().update_connection(update).await.given();
    let replay = v1::ReplayPushesRequest { parent: CONNECTION.to_owned(), names: Vec::new() };
    let answer = shop.online.connections().replay_pushes(replay).await.given();
    assert_eq!((answer.applied, answer.set_aside), (1, 6));
    assert_eq!(shop.rows("").await.len(), 2);
    let names: Vec<String> = aside(&shop.online).await.into_iter().map(|push| push.name).collect();
    let discard = v1::DiscardPushesRequest {
        parent: "products/webshop".to_owned(),
        names,
        reason: "sent by mistake".to_owned(),
        ..Default::default()
    };
    shop.chief.connections().discard_pushes(discard.clone()).await.given();
    shop.chief
        .connections()
        .discard_pushes(discard)
        .await
        .refused()
        .is(Code::NotFound, "NOT_SET_ASIDE");
    assert_eq!(aside(&shop.online).await, []);
}

#[tokio::test]
async fn what_is_of_later_than_now_does_not_outlast_what_comes() {
    let shop = Shop::open().await;
    let tool = connect(&shop).await;
    let ahead = event("1", 5_000_000_000, &json!({"id": 7, "title": "Of the year 2182"}));
    push(&tool, vec![ahead]).await;
    settled(&shop).await;
    let untimed = |id: &str, title: &str| v1::PushedEvent {
        time: None,
        ..event(id, 0, &json!({"id": 7, "title": title}))
    };
    // Without a time they count in the order in which they were sent.
    for (first, second) in [("a", "b"), ("y", "x"), ("m", "n"), ("q", "p")] {
        push(&tool, vec![untimed(first, first), untimed(second, second)]).await;
        settled(&shop).await;
        assert_eq!(shop.item("ONLINE-1").await.title, second);
    }
}

#[tokio::test]
async fn plans_are_pushed_and_slip() {
    let shop = Shop::open().await;
    let tool = connect(&shop).await;
    let planned = |id: &str, second, release: &str, due: &str| {
        event(id, second, &json!({"id": 7, "title": "Invoices", "release": release, "due": due}))
    };
    push(&tool, vec![planned("2", 2, "v2", "2027-05-01"), planned("1", 1, "v1", "2027-03-01")])
        .await;
    settled(&shop).await;
    let asked = v1::ListRoadmapEntriesRequest {
        parent: "products/webshop".to_owned(),
        ..Default::default()
    };
    let entries = shop.admin.roadmap().list_roadmap_entries(asked.clone()).await.given().entries;
    assert_eq!((entries.len(), entries[0].release.as_str()), (1, "v2"));
    assert_eq!(entries[0].items, [Shop::name("ONLINE-1")]);
    push(&tool, vec![planned("3", 3, "", "")]).await;
    settled(&shop).await;
    assert_eq!(shop.admin.roadmap().list_roadmap_entries(asked).await.given().entries.len(), 0);
}

#[tokio::test]
async fn only_its_tool_pushes_through_a_connection_and_only_into_its_domain() {
    let shop = Shop::open().await;
    let tool = connect(&shop).await;
    let one = || v1::PushRequest {
        connection: CONNECTION.to_owned(),
        events: vec![event("1", 1, &json!({"id": 1, "title": "x"}))],
    };
    let refused = async |by: &Client, message: v1::PushRequest| {
        let mut answers = by.ingest().push(stream::iter([message])).await.given();
        koepel_tests::Refusal::of(&answers.next().await.unwrap().unwrap_err())
    };
    for other in [&shop.tool, &shop.chief, &shop.admin] {
        refused(other, one())
            .await
            .is(Code::PermissionDenied, "NOT_IN_MANDATE")
            .says(&["t-tracker"]);
    }
    refused(&shop.stranger, one()).await.is(Code::NotFound, "UNKNOWN_PRODUCT");
    let nowhere =
        v1::PushRequest { connection: "products/webshop/connections/x".to_owned(), ..one() };
    refused(&tool, nowhere).await.is(Code::NotFound, "UNKNOWN_CONNECTION");
    let nameless = v1::PushRequest { connection: String::new(), ..one() };
    refused(&tool, nameless).await.is(Code::InvalidArgument, "INVALID_FIELD").at(&["connection"]);
    let empty = v1::PushRequest { events: Vec::new(), ..one() };
    refused(&tool, empty).await.is(Code::InvalidArgument, "INVALID_FIELD").at(&["events"]);
    // Its token does nothing else, nowhere else.
    tool.backlog()
        .create_item(Shop::new_item("offline", "x"))
        .await
        .refused()
        .is(Code::PermissionDenied, "NOT_IN_MANDATE");
    // An item that went to another domain is that domain's.
    push(&tool, one().events).await;
    settled(&shop).await;
    let moved = v1::MoveItemRequest {
        name: Shop::name("ONLINE-1"),
        domain: Shop::domain_name("offline"),
        ..Default::default()
    };
    shop.chief.backlog().move_item(moved).await.given();
    push(&tool, vec![event("2", 2, &json!({"id": 1, "state": "done"}))]).await;
    none_aside_but(&shop, &["FOREIGN_DOMAIN"]).await;
    // Removed, it takes nothing.
    let remove = v1::RemoveConnectionRequest {
        name: CONNECTION.to_owned(),
        reason: "the team left".to_owned(),
        ..Default::default()
    };
    shop.offline
        .connections()
        .remove_connection(remove.clone())
        .await
        .refused()
        .is(Code::PermissionDenied, "NOT_IN_MANDATE");
    shop.online.connections().remove_connection(remove).await.given();
    refused(&tool, one()).await.is(Code::NotFound, "UNKNOWN_PRODUCT");
}

/// Posts to `/events`; answers with the status and the body.
async fn post(server: &Server, headers: &[(&str, &str)], body: &str) -> (u16, Value) {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let address = server.url().trim_start_matches("http://").to_owned();
    let mut socket = tokio::net::TcpStream::connect(&address).await.unwrap();
    let mut request = format!(
        "POST /events HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str("\r\n");
    request.push_str(body);
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    let json = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    let json = &json[json.find('{').unwrap_or(0)..];
    let json = json.rsplit_once('}').map_or(String::new(), |(head, _)| format!("{head}}}"));
    (status, serde_json::from_str(&json).unwrap_or(Value::Null))
}

#[tokio::test]
async fn cloud_events_come_in_over_http_in_each_mode() {
    let shop = Shop::open().await;
    let tool = connect(&shop).await;
    let server = &shop.server;
    let bearer = format!("Bearer {}", tool.token());
    let authorized = ("authorization", bearer.as_str());
    let structured = |id: &str, item: u32| {
        json!({"specversion": "1.0", "id": id, "source": "/tracker", "type": "issue", "time": "2026-11-22T10:00:00Z",
            "data": {"id": item, "title": format!("Item {item}")}})
    };
    let one = ("content-type", "application/cloudevents+json; charset=utf-8");
    let (status, answer) = post(server, &[authorized, one], &structured("1", 1).to_string()).await;
    assert_eq!((status, &answer), (202, &json!({"received": 1, "repeated": 0})));
    let batch = ("content-type", "application/cloudevents-batch+json");
    let events = json!([structured("1", 1), structured("2", 2), {"id": "bad"}, 7]);
    let (status, answer) = post(server, &[authorized, batch], &events.to_string()).await;
    assert_eq!((status, &answer), (202, &json!({"received": 3, "repeated": 1})));
    let attributes = [
        authorized,
        ("content-type", "application/json"),
        ("ce-specversion", "1.0"),
        ("ce-id", "3"),
        ("ce-source", "/tracker"),
        ("ce-type", "issue"),
        ("ce-subject", "caf%C3%A9"),
    ];
    let (status, answer) = post(server, &attributes, r#"{"id": 3, "title": "Item 3"}"#).await;
    assert_eq!((status, &answer), (202, &json!({"received": 1, "repeated": 0})));
    settled(&shop).await;
    assert_eq!(shop.rows("online").await.len(), 3);
    let held = aside(&shop.online).await;
    assert_eq!(held.len(), 2);
    assert!(held.iter().all(|push| push.code == "NO_CLOUD_EVENT"), "{held:?}");

    for (headers, body, wanted, says) in [
        (vec![one], structured("4", 4).to_string(), 401, "TOKEN_MISSING"),
        (
            vec![("authorization", "Bearer koepel_x"), one],
            structured("4", 4).to_string(),
            401,
            "TOKEN_UNKNOWN",
        ),
        (vec![authorized, one], "{".to_owned(), 400, "INVALID_FIELD"),
        (vec![authorized, one], "{}".to_owned(), 400, "INVALID_FIELD"),
        (vec![authorized, batch], "{}".to_owned(), 400, "INVALID_FIELD"),
        (vec![authorized, ("content-type", "text/plain")], "x".to_owned(), 415, "NO_CLOUD_EVENT"),
        (vec![authorized], String::new(), 415, "NO_CLOUD_EVENT"),
    ] {
        let (status, answer) = post(server, &headers, &body).await;
        assert_eq!(
            (status, answer["error"]["code"].as_str()),
            (wanted, Some(says)),
            "{body}: {answer}"
        );
    }
    let chief = format!("Bearer {}", shop.chief.token());
    let (status, _) =
        post(server, &[("authorization", &chief), one], &structured("4", 4).to_string()).await;
    assert_eq!(status, 400, "the token is for no single product");
    let long = structured("5", 5).to_string().replace("Item 5", &"x".repeat(5 << 20));
    assert_eq!(post(server, &[authorized, one], &long).await.0, 413);
}

#[tokio::test]
async fn a_kill_between_taking_in_and_applying_loses_and_doubles_nothing() {
    let mut shop = Shop::open().await;
    let tool = connect(&shop).await;
    let events: Vec<_> = (0..2_000)
        .map(|n| {
            event(
                &n.to_string(),
                n,
                &json!({"id": n % 50, "title": format!("Item {} of {n}", n % 50)}),
            )
        })
        .collect();
    let messages: Vec<_> = events
        .chunks(100)
        .map(|some| v1::PushRequest { connection: CONNECTION.to_owned(), events: some.to_vec() })
        .collect();
    let answers = tool.ingest().push(stream::iter(messages)).await.given().into_iter_all().await;
    assert_eq!(answers.iter().map(|answer| answer.received).sum::<u32>(), 2_000);
    shop.server.kill();
    shop.server.start_again().await;
    let admin = shop.server.admin();
    settled_by(&admin).await;
    let asked = v1::ListBacklogRequest {
        parent: "products/webshop".to_owned(),
        page_size: 1_000,
        ..Default::default()
    };
    let rows = admin.backlog().list_backlog(asked).await.given().rows;
    assert_eq!(rows.len(), 50);
    for row in &rows {
        // The last news of each: those from 1950 on.
        let of: i64 = row.title.rsplit(' ').next().unwrap().parse().unwrap();
        assert!((1_950..2_000).contains(&of), "{}", row.title);
    }
}

#[tokio::test]
async fn a_text_goes_out_of_an_inbox_whether_its_push_was_good_or_faulty() {
    const SECRET: &str = "say \"Jantje\" – café";
    let mut shop = Shop::open().await;
    let tool = connect(&shop).await;
    let titled = json!({"id": 1, "title": SECRET});
    // As Python writes it, all that is not ASCII as a code point.
    let escaped = titled.to_string().replace('é', "\\u00e9").replace('–', "\\u2013");
    let faulty = v1::PushedEvent { id: String::new(), data: escaped, ..event("", 2, &json!({})) };
    let told = event("reason", 3, &json!({"id": 2, "title": "x", "state": SECRET}));
    push(&tool, vec![event("good", 1, &titled), faulty, told]).await;
    settled(&shop).await;
    assert_eq!(aside(&shop.online).await.len(), 2);
    let (status, written) = shop.server.stop().await;
    assert!(status.success(), "{written}");
    let line = shop.server.command_line("");
    for product in ["webshop--inbox", "webshop"] {
        let ask = format!("log redact {product} --text '{SECRET}' --reason asked --by p-chief");
        let _ = line.run(&format!("{ask} --yes --data-dir data")).code(0);
        line.run(&format!("{ask} --yes --data-dir data")).code(3).complains(&["it stands nowhere"]);
    }
    let _ = line.run("log verify --data-dir data").code(0);
    let exported = line.run("log export --data-dir data").code(0).out.clone();
    assert!(!exported.contains("Jantje"), "{exported}");
    shop.server.start_again().await;
    let asked = v1::GetItemRequest { name: Shop::name("ONLINE-1"), ..Default::default() };
    let item = shop.server.admin().backlog().get_item(asked).await.given().item.unwrap();
    assert_eq!(item.title, "[redacted]");
}

/// The connection, once all that was pushed is settled.
async fn settled_by(client: &Client) -> v1::Connection {
    let asked = v1::GetConnectionRequest { name: CONNECTION.to_owned(), min_version: 0 };
    let wait = async {
        loop {
            let answer = client.connections().get_connection(asked.clone()).await.given();
            let connection = answer.connection.unwrap();
            if !connection.tally.unwrap().behind {
                return connection;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), wait).await.expect("pushes were never applied")
}
