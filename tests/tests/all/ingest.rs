//! Imports: what comes in, what stays as it was, and that an import can be repeated and cut off.

use std::time::Duration;

use futures::stream;
use koepel_api::v1::{
    self, FileFormat, ImportRequest, ImportResponse, ImportStart, import_request::Part,
    subscribe_response::What,
};
use koepel_tests::{Answer as _, Client, Server, Shop, shared_data};
use tonic::{Code, Response, Status};

/// A mapping for the files that are made up here.
const PLANNER: &str = r#"
name = "planner"
[input]
format = "jsonl"
[[skip]]
reason = "a template"
from = "title"
equals = "TEMPLATE"
[item]
source = { join = "https://planner.example/{id}" }
number = "id"
title = "title"
text = "text"
domain = "team"
labels = "labels"
estimate = "points"
status = { from = "state", values = { todo = "new", doing = "in-progress", done = "done" } }
[[links]]
kind = "needs"
from = "needs"
[references]
resolve = ["number"]
"#;

/// What the planner's files mean, as the first message of an import.
pub(crate) fn mapping() -> ImportStart {
    ImportStart {
        mapping: PLANNER.to_owned(),
        format: FileFormat::JsonLines.into(),
        ..Default::default()
    }
}

/// The messages of an import.
pub(crate) fn messages(product: &str, start: ImportStart, file: &[u8]) -> Vec<ImportRequest> {
    let start = Part::Start(ImportStart { product: product.to_owned(), ..start });
    let pieces = file.chunks(200_000).map(|piece| Part::Data(piece.to_vec().into()));
    std::iter::once(start).chain(pieces).map(|part| ImportRequest { part: Some(part) }).collect()
}

/// Imports a file into a product, `products/webshop`.
pub(crate) async fn import(
    client: &Client,
    product: &str,
    start: ImportStart,
    file: &[u8],
) -> Result<Response<ImportResponse>, Status> {
    client.ingest().import(stream::iter(messages(product, start, file))).await
}

async fn into_shop(shop: &Shop, file: &str) -> ImportResponse {
    import(&shop.chief, "products/webshop", mapping(), file.as_bytes()).await.given()
}

const THREE: &str = r#"{"id":"1","title":"Pay by invoice","team":"online","needs":["3","77"],"points":8,"state":"doing"}
{"id":"2","title":"TEMPLATE","team":"online"}
{"id":"3","title":"Credit check","team":"backoffice","labels":["credit"]}
"#;

#[tokio::test]
async fn each_item_of_one_commit_keeps_its_own_text() {
    let shop = Shop::open().await;
    let bait = r#"\"item\":\"ONLINE-1\""#;
    let record = |id: u32, text: &str| {
        format!("{{\"id\":\"{id}\",\"title\":\"T\",\"team\":\"online\",\"text\":\"{text}\"}}\n")
    };
    // ONLINE-1 and ONLINE-12 begin alike, and one text looks like the field that names another item.
    let file: String = (1..=12).map(|id| record(id, &format!("text {id} {bait}"))).collect();
    let report = into_shop(&shop, &file).await;
    assert_eq!((report.created, report.commits), (12, 1));
    for id in [1, 2, 12] {
        let text = shop.item(&format!("ONLINE-{id}")).await.text;
        assert_eq!(text, format!("text {id} {}", bait.replace('\\', "")));
    }
    let changed = file.replace("text 2 ", "another text 2 ");
    into_shop(&shop, &changed).await;
    assert!(shop.item("ONLINE-2").await.text.starts_with("another text 2 "));
    assert!(shop.item("ONLINE-1").await.text.starts_with("text 1 "));
}

#[tokio::test]
async fn a_file_comes_in_once_and_changes_become_updates() {
    let shop = Shop::open().await;
    let report = into_shop(&shop, THREE).await;
    assert_eq!((report.read, report.created, report.updated, report.unchanged), (3, 2, 0, 0));
    assert_eq!(
        (report.domains, report.domains_created, report.links, report.pending_links),
        (2, 0, 1, 1)
    );
    assert_eq!(
        (report.left_out[0].reason.as_str(), &report.left_out[0].lines),
        ("a template", &vec![2])
    );
    assert_eq!(report.receipt.unwrap().version, shop.version().await);
    assert_eq!(shop.order("").await, ["ONLINE-1", "BACKOFFICE-1"]);
    let item = shop.item("ONLINE-1").await;
    assert_eq!(
        (item.estimate, item.status(), item.source_links[0].as_str()),
        (Some(8.0), v1::ItemStatus::InProgress, "https://planner.example/1")
    );

    let version = shop.version().await;
    let report = into_shop(&shop, THREE).await;
    assert_eq!((report.created, report.updated, report.unchanged, report.commits), (0, 0, 2, 0));
    assert!(report.receipt.is_none());
    assert_eq!(shop.version().await, version, "running it again adds nothing");

    // Somebody decides the title here; the source changes title, points and team.
    let update = v1::UpdateItemRequest {
        item: Some(v1::Item {
            name: Shop::name("ONLINE-1"),
            title: "Decided here".to_owned(),
            ..Default::default()
        }),
        update_mask: Some(prost_types::FieldMask { paths: vec!["title".to_owned()] }),
        ..Default::default()
    };
    shop.online.backlog().update_item(update).await.given();
    let changed = THREE
        .replace("Pay by invoice", "Changed there")
        .replace(":8,", ":13,")
        .replace("[\"credit\"]", "[]");
    let report = into_shop(&shop, &changed).await;
    assert_eq!((report.created, report.updated, report.unchanged), (0, 2, 0));
    let item = shop.item("ONLINE-1").await;
    assert_eq!((item.title.as_str(), item.estimate), ("Decided here", Some(13.0)));
    assert!(shop.item("BACKOFFICE-1").await.labels.is_empty());
    assert_eq!(into_shop(&shop, &changed).await.unchanged, 2);
}

#[tokio::test]
async fn a_pending_link_is_resolved_when_its_target_comes() {
    let shop = Shop::open().await;
    into_shop(&shop, THREE).await;
    let pending = shop.item("ONLINE-1").await.links;
    assert!(
        matches!(&pending[1].target, Some(v1::link::Target::Pending(raw)) if raw == "77"),
        "{pending:?}"
    );
    let report =
        into_shop(&shop, "{\"id\":\"77\",\"title\":\"The missing one\",\"team\":\"offline\"}\n")
            .await;
    assert_eq!((report.created, report.pending_links), (1, 0));
    let links = shop.item("ONLINE-1").await.links;
    assert!(
        matches!(&links[1].target, Some(v1::link::Target::Item(name)) if *name == Shop::name("OFFLINE-1")),
        "{links:?}"
    );
    let history = v1::ListItemHistoryRequest { name: Shop::name("ONLINE-1"), ..Default::default() };
    let entries = shop.member.backlog().list_item_history(history).await.given().entries;
    assert!(entries[0].sentence.contains("which appeared"), "{:?}", entries[0]);
    let version = shop.version().await;
    assert_eq!(into_shop(&shop, THREE).await.pending_links, 0);
    assert_eq!(shop.version().await, version);
}

#[tokio::test]
async fn a_parent_that_is_left_out_is_told_and_found_by_the_next_import() {
    let shop = Shop::open().await;
    let mapping = |dry_run| ImportStart {
        mapping: PLANNER.replace("labels =", "parent = \"parent\"\nlabels ="),
        dry_run,
        ..mapping()
    };
    let record = |id: &str, parent: &str| {
        format!("{{\"id\":\"{id}\",\"title\":\"T\",\"team\":\"online\",\"parent\":\"{parent}\"}}\n")
    };
    let file = |records: &[(&str, &str)]| -> String {
        records.iter().map(|(id, parent)| record(id, parent)).collect()
    };
    // 2 comes after its child; 9 is not there; 4 and 5 are each the other's parent.
    let first = file(&[("1", "2"), ("2", ""), ("3", "9"), ("4", "5"), ("5", "4")]);
    let left_out = |report: &ImportResponse| -> Vec<(String, Vec<u64>)> {
        let left_out = report.references_left_out.iter();
        left_out.map(|left| (left.reason.clone(), left.lines.clone())).collect()
    };
    let told = |reason: &str, line| (reason.to_owned(), vec![line]);
    for dry_run in [true, false] {
        let report = import(&shop.chief, "products/webshop", mapping(dry_run), first.as_bytes());
        assert_eq!(
            left_out(&report.await.given()),
            [told("the parent is not here", 3), told("a cycle of parents", 4)]
        );
    }
    assert_eq!(shop.item("ONLINE-1").await.parent, Shop::name("ONLINE-2"));
    // Now 9 is there, and 5 is part of nothing: both children find their parents, though nothing else of them changed.
    let second = file(&[("1", "2"), ("2", ""), ("3", "9"), ("4", "5"), ("5", ""), ("9", "")]);
    for dry_run in [true, false] {
        let report = import(&shop.chief, "products/webshop", mapping(dry_run), second.as_bytes());
        let report = report.await.given();
        assert_eq!((report.created, report.updated, report.unchanged), (1, 3, 2));
        assert_eq!(left_out(&report), []);
    }
    let parent = async |key: &str| shop.item(key).await.parent;
    assert_eq!(parent("ONLINE-3").await, Shop::name("ONLINE-6"));
    assert_eq!(parent("ONLINE-4").await, Shop::name("ONLINE-5"));
    assert_eq!(parent("ONLINE-5").await, "");
}

#[tokio::test]
async fn a_pending_link_to_an_address_is_resolved_when_a_person_makes_the_item() {
    let shop = Shop::open().await;
    let start = || ImportStart {
        mapping: PLANNER
            .replace("[\"number\"]", "[\"number\", { by = \"link\", change = [\"url\"] }]"),
        ..mapping()
    };
    let file = r#"{"id":"1","title":"A","team":"online","needs":["see https://Tool.example/multi/77/ for all"]}"#;
    let report = import(&shop.chief, "products/webshop", start(), file.as_bytes()).await.given();
    assert_eq!(report.links, 0);
    let mut create = Shop::new_item("offline", "By hand");
    create.item.as_mut().unwrap().source_links = vec!["https://tool.example/multi/77".to_owned()];
    shop.chief.backlog().create_item(create).await.given();
    let links = shop.item("ONLINE-1").await.links;
    assert!(
        matches!(&links[0].target, Some(v1::link::Target::Item(name)) if *name == Shop::name("OFFLINE-1")),
        "{links:?}"
    );
    // And the other way round: the item is there before the reference.
    let file = file.replace("\"1\"", "\"2\"");
    let report = import(&shop.chief, "products/webshop", start(), file.as_bytes()).await.given();
    assert_eq!((report.created, report.links), (1, 1));
}

#[tokio::test]
async fn a_dry_run_tells_all_and_changes_nothing() {
    let shop = Shop::open().await;
    let dry = || ImportStart { dry_run: true, ..mapping() };
    let version = shop.version().await;
    let told = import(&shop.chief, "products/webshop", dry(), THREE.as_bytes()).await.given();
    assert_eq!(shop.version().await, version);
    let done = into_shop(&shop, THREE).await;
    let as_dry = ImportResponse { commits: 0, receipt: None, ..done };
    assert_eq!(told, as_dry, "what a dry run says is what happens");
    let told = import(&shop.admin, "products/fresh", dry(), THREE.as_bytes()).await.given();
    assert!(told.product_created && told.created == 2 && told.domains_created == 2);
    let get = v1::GetProductRequest { name: "products/fresh".to_owned(), ..Default::default() };
    shop.admin.products().get_product(get).await.refused().is(Code::NotFound, "UNKNOWN_PRODUCT");
}

#[tokio::test]
async fn what_is_missing_is_created_by_whoever_may() {
    let shop = Shop::open().await;
    let new_team = b"{\"id\":\"1\",\"title\":\"New\",\"team\":\"Click & Collect\"}\n";
    let version = shop.version().await;
    let refusal = import(&shop.tool, "products/webshop", mapping(), new_team).await.refused();
    refusal.is(Code::PermissionDenied, "NOT_IN_MANDATE").says(&["domains"]);
    assert_eq!(shop.version().await, version);
    let report = import(&shop.admin, "products/webshop", mapping(), new_team).await.given();
    assert_eq!((report.created, report.domains_created), (1, 1));
    assert_eq!(shop.order("click-collect").await, ["CLICKCOLLECT-1"]);
    let report = import(&shop.admin, "products/fresh", mapping(), THREE.as_bytes()).await.given();
    assert!(report.product_created);
    assert_eq!((report.created, report.domains_created), (2, 2));
    let other =
        import(&shop.chief, "products/elsewhere", mapping(), THREE.as_bytes()).await.refused();
    other.is(Code::NotFound, "UNKNOWN_PRODUCT");
}

/// A file of so many lines, each with a text.
fn generated(lines: usize) -> String {
    let text = "Lorem ipsum dolor sit amet. ".repeat(20);
    let line = |id: usize| {
        let record = serde_json::json!({
            "id": id.to_string(), "title": format!("Number {id}"), "team": "online",
            "text": text, "needs": [(id + 1).to_string()],
        });
        format!("{record}\n")
    };
    (1..=lines).map(line).collect()
}

#[tokio::test]
async fn an_import_that_was_cut_off_goes_on() {
    let mut shop = Shop::open().await;
    let file = generated(6_000);
    let subscribe = v1::SubscribeRequest {
        product: "products/webshop".to_owned(),
        from_version: shop.version().await + 1,
        types: vec!["ItemCreated".to_owned()],
        ..Default::default()
    };
    let mut events = shop.member.events().subscribe(subscribe).await.given();
    let (chief, sent) = (shop.chief.clone(), file.clone());
    let importing = tokio::spawn(async move {
        import(&chief, "products/webshop", mapping(), sent.as_bytes()).await
    });
    // The first commit is there, the last is not: the server goes down.
    let begun = async {
        while !matches!(events.message().await.unwrap().unwrap().what, Some(What::Event(_))) {}
    };
    tokio::time::timeout(Duration::from_secs(60), begun).await.unwrap();
    shop.server.kill();
    importing.await.unwrap().unwrap_err();
    shop.server.start_again().await;
    shop.admin = shop.server.admin();
    shop.chief = shop.server.client(shop.chief.token());
    let get = v1::GetProductRequest { name: "products/webshop".to_owned(), ..Default::default() };
    let before =
        shop.admin.products().get_product(get.clone()).await.given().product.unwrap().all_items;
    assert!((1..6_000).contains(&before), "{before} of 6000");
    let report = into_shop(&shop, &file).await;
    assert_eq!(report.read, 6_000);
    assert_eq!(report.created, 6_000 - before);
    assert_eq!((report.links, report.pending_links), (5_999, 1));
    let after = shop.admin.products().get_product(get).await.given().product.unwrap();
    assert_eq!((after.all_items, after.open_items), (6_000, 6_000));
    let again = into_shop(&shop, &file).await;
    assert_eq!((again.unchanged, again.commits), (6_000, 0));
}

#[tokio::test]
async fn a_misspelt_path_of_the_mapping_is_told() {
    let shop = Shop::open().await;
    let start = ImportStart {
        mapping: PLANNER.replace("labels = \"labels\"", "labels = \"lables\""),
        ..mapping()
    };
    let file = r#"{"id":"3","title":"Credit check","team":"backoffice","labels":["credit"],"text":"t",
        "points":1,"state":"doing","needs":["1"]}"#;
    let file = file.replace('\n', "");
    let report = import(&shop.chief, "products/webshop", start, file.as_bytes()).await.given();
    assert_eq!(
        (report.created, report.paths_never_found),
        (1, vec!["lables (labels?)".to_owned()])
    );
    let report = import(&shop.chief, "products/webshop", mapping(), file.as_bytes()).await.given();
    assert!(report.paths_never_found.is_empty(), "{report:?}");
}

#[tokio::test]
async fn a_client_that_goes_away_leaves_nothing() {
    let shop = Shop::open().await;
    let version = shop.version().await;
    let messages = messages("products/webshop", mapping(), THREE.as_bytes());
    let (sender, receiver) = tokio::sync::mpsc::channel(1);
    // A process of its own, as it were: with its runtime goes its connection.
    let elsewhere =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (url, token) = (shop.server.url().to_owned(), shop.chief.token().to_owned());
    let call = elsewhere.spawn(async move {
        let chief = Client::new(&url, &token);
        chief.ingest().import(tokio_stream::wrappers::ReceiverStream::new(receiver)).await
    });
    for message in messages {
        sender.send(message).await.unwrap();
    }
    // The stream has no end yet, so that the file is not whole: whoever hangs up now imports nothing.
    elsewhere.shutdown_background();
    assert!(call.await.unwrap_err().is_cancelled());
    drop(sender);
    // The place among the running imports comes free, and the next one finds all as it was.
    let report = into_shop(&shop, THREE).await;
    assert_eq!(report.created, 2);
    assert_eq!(report.commits, u32::try_from(shop.version().await - version).unwrap());
}

#[tokio::test]
async fn the_enhancement_proposals_come_in_as_counted() {
    let Some(path) = shared_data("kep/kep.jsonl") else { return };
    let file = std::fs::read(path).unwrap();
    let mapping = include_str!("../../mappings/kep.toml");
    let start = || ImportStart {
        mapping: mapping.to_owned(),
        format: FileFormat::JsonLines.into(),
        ..Default::default()
    };
    let server = Server::start().await;
    let admin = server.admin();
    let report = import(&admin, "products/kep", start(), &file).await.given();
    assert_eq!((report.read, report.created, report.updated, report.unchanged), (656, 653, 0, 0));
    let left_out: usize = report.left_out.iter().map(|left| left.lines.len()).sum();
    assert_eq!(left_out, 3);
    assert_eq!((report.domains, report.domains_created), (22, 22));
    assert_eq!((report.links, report.pending_links, report.external_links), (279, 61, 104));
    assert_eq!(report.requests, 425);
    let lines: u64 = bytecount(&file);
    assert_eq!(u64::from(report.read), lines, "the figures add up to the file");
    let version = Shop::version_of(&admin, "products/kep").await;
    let again = import(&admin, "products/kep", start(), &file).await.given();
    assert_eq!((again.created, again.updated, again.unchanged), (0, 0, 653));
    assert_eq!(
        (again.links, again.pending_links, again.external_links, again.requests),
        (279, 61, 104, 425)
    );
    assert_eq!(Shop::version_of(&admin, "products/kep").await, version);
    // For every domain the sub-backlog is the overarching backlog filtered.
    let list = |parent: &str| v1::ListBacklogRequest {
        parent: parent.to_owned(),
        page_size: 1_000,
        ..Default::default()
    };
    let all = admin.backlog().list_backlog(list("products/kep")).await.given().rows;
    let domains =
        v1::ListDomainsRequest { parent: "products/kep".to_owned(), ..Default::default() };
    for domain in admin.products().list_domains(domains).await.given().domains {
        let sub = admin.backlog().list_backlog(list(&domain.name)).await.given().rows;
        let filtered: Vec<_> =
            all.iter().filter(|row| row.domain == domain.name).cloned().collect();
        assert_eq!(sub, filtered, "{}", domain.name);
        assert_eq!(usize::try_from(domain.open_items).unwrap(), sub.len());
    }
    // No name or handle of a person is in what programs see.
    let subscribe = v1::SubscribeRequest {
        product: "products/kep".to_owned(),
        until_caught_up: true,
        ..Default::default()
    };
    let mut events = admin.events().subscribe(subscribe).await.given();
    let reading = async {
        while let Some(message) = events.message().await.unwrap() {
            if let Some(What::Event(event)) = message.what {
                let approver = event.data.contains("thockin") || event.data.contains("\"@");
                assert!(!approver, "{}", event.data);
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), reading).await.unwrap();
}

fn bytecount(file: &[u8]) -> u64 {
    String::from_utf8_lossy(file).lines().filter(|line| !line.trim().is_empty()).map(|_| 1).sum()
}
