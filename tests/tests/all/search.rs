//! Search over the API and at the command line: what is found, in which order, and as of which version.

use std::{collections::BTreeSet, fs};

use koepel_api::v1::{self, BacklogState, FileFormat, ImportStart, ItemKind, ItemStatus};
use koepel_tests::{Answer as _, Client, Server, Shop, at, shared_data};
use tonic::Code;

use crate::ingest::import;

/// A search in the webshop.
pub(crate) fn ask(query: &str) -> v1::SearchItemsRequest {
    v1::SearchItemsRequest {
        parent: "products/webshop".to_owned(),
        query: query.to_owned(),
        ..Default::default()
    }
}

/// What somebody is answered.
pub(crate) async fn answer(
    by: &Client,
    request: v1::SearchItemsRequest,
) -> v1::SearchItemsResponse {
    by.backlog().search_items(request).await.given()
}

/// The keys of the hits, in their order.
pub(crate) fn keys(answer: &v1::SearchItemsResponse) -> Vec<&str> {
    answer.hits.iter().map(|hit| hit.row.as_ref().unwrap().key.as_str()).collect()
}

/// A text with brackets around its marks.
pub(crate) fn shown(text: Option<&v1::MarkedText>) -> String {
    let text = text.unwrap();
    let mut shown = String::new();
    for (at, char) in (0..).zip(text.text.chars()) {
        shown.extend(text.marks.iter().filter(|mark| mark.start == at).map(|_| '['));
        shown.push(char);
        shown.extend(text.marks.iter().filter(|mark| mark.end == at + 1).map(|_| ']'));
    }
    shown
}

/// Makes an item at the bottom; answers with the version.
pub(crate) async fn create(shop: &Shop, domain: &str, title: &str, text: &str) -> u64 {
    let mut request = Shop::new_item(domain, title);
    request.item.as_mut().unwrap().text = text.to_owned();
    shop.chief.backlog().create_item(request).await.given().receipt.unwrap().version
}

async fn update(shop: &Shop, key: &str, path: &str, item: v1::Item) -> u64 {
    let request = v1::UpdateItemRequest {
        item: Some(v1::Item { name: Shop::name(key), ..item }),
        update_mask: Some(prost_types::FieldMask { paths: vec![path.to_owned()] }),
        ..Default::default()
    };
    shop.chief.backlog().update_item(request).await.given().receipt.unwrap().version
}

async fn complete(shop: &Shop, key: &str) -> u64 {
    let request = v1::CompleteItemRequest { name: Shop::name(key), ..Default::default() };
    shop.chief.backlog().complete_item(request).await.given().receipt.unwrap().version
}

/// A shop with items in three languages. ONLINE-1 to 4, OFFLINE-1 and 2, BACKOFFICE-1, in this order.
pub(crate) async fn stocked() -> Shop {
    let shop = Shop::open().await;
    for (domain, title, text) in [
        ("online", "Pay by invoice", "The order is paid after the delivery.\nNo card is needed."),
        ("online", "Orders from abroad", "Customs, and a gift card 🙂 for the café."),
        ("offline", "Leverancer til butikken", "Få besked når en leverance er på vej"),
        ("backoffice", "Bestellingen samenvoegen", "Een bestelling per klant"),
        ("online", "Escalation to the board", "See OFFLINE-1 and ONLINE-4"),
        ("offline", "Gift wrapping", "On the order form; a card comes with it"),
        ("online", "A card as a gift", ""),
    ] {
        create(&shop, domain, title, text).await;
    }
    shop
}

#[tokio::test]
async fn words_are_found_in_three_languages_and_told_with_marks() {
    let shop = stocked().await;
    for (query, expected) in [
        ("order", vec!["ONLINE-2", "ONLINE-1", "OFFLINE-2"]),
        ("ordering", vec!["ONLINE-2", "ONLINE-1", "OFFLINE-2"]),
        ("leverance", vec!["OFFLINE-1"]),
        ("bestelling", vec!["BACKOFFICE-1"]),
        ("escal", vec!["ONLINE-3"]),
        ("ESCALATIONS", vec!["ONLINE-3"]),
        ("cafe", vec!["ONLINE-2"]),
        ("når", vec!["OFFLINE-1"]),
        ("naar vej", vec!["OFFLINE-1"]),
        ("gift card", vec!["ONLINE-4", "OFFLINE-2", "ONLINE-2"]),
        ("\"gift card\"", vec!["ONLINE-2"]),
        ("card -gift", vec!["ONLINE-1"]),
        ("offline-1", vec!["OFFLINE-1", "ONLINE-3"]),
        ("OFFLINE-1", vec!["OFFLINE-1", "ONLINE-3"]),
        ("ONLINE-99", vec![]),
        ("invoice bestelling", vec![]),
    ] {
        let found = answer(&shop.stakeholder, ask(query)).await;
        assert_eq!(keys(&found), expected, "{query}");
        assert_eq!(usize::try_from(found.total_size).unwrap(), expected.len(), "{query}");
        assert_eq!(found.version, shop.version().await);
    }
    let found = answer(&shop.member, ask("orders caf")).await;
    let [hit] = found.hits.as_slice() else { panic!("{found:?}") };
    assert_eq!(shown(hit.title.as_ref()), "[Orders] from abroad");
    assert_eq!(shown(hit.snippet.as_ref()), "Customs, and a gift card 🙂 for the [café].");
    let row = hit.row.as_ref().unwrap();
    assert_eq!((row.place, row.domain_place, row.title.as_str()), (2, 2, "Orders from abroad"));
    let found = answer(&shop.member, ask("invoice")).await;
    let snippet = shown(found.hits[0].snippet.as_ref());
    assert_eq!(snippet, "The order is paid after the delivery. No card is needed.");
}

#[tokio::test]
async fn filters_hold_and_show_the_state_of_the_answer() {
    let shop = stocked().await;
    let labels = vec!["peak".to_owned(), "2027".to_owned()];
    update(&shop, "ONLINE-1", "labels", v1::Item { labels, ..Default::default() }).await;
    let kind = ItemKind::Epic.into();
    update(&shop, "ONLINE-1", "kind", v1::Item { kind, ..Default::default() }).await;
    let version = complete(&shop, "OFFLINE-2").await;
    let all = v1::SearchItemsRequest { min_version: version, ..ask("order") };
    let found = async |request: v1::SearchItemsRequest| {
        let found = answer(&shop.member, request).await;
        keys(&found).into_iter().map(ToOwned::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(found(all.clone()).await, ["ONLINE-2", "ONLINE-1"]);
    let of = |domain: &str| vec![Shop::domain_name(domain)];
    let state = BacklogState::All.into();
    let done = vec![i32::from(ItemStatus::Done)];
    for (request, expected) in [
        (
            v1::SearchItemsRequest { state, ..all.clone() },
            vec!["ONLINE-2", "ONLINE-1", "OFFLINE-2"],
        ),
        (v1::SearchItemsRequest { statuses: done.clone(), ..all.clone() }, vec!["OFFLINE-2"]),
        (v1::SearchItemsRequest { statuses: done, state: 1, ..all.clone() }, vec![]),
        (
            v1::SearchItemsRequest { domains: of("offline"), state, ..all.clone() },
            vec!["OFFLINE-2"],
        ),
        (
            v1::SearchItemsRequest {
                domains: [of("offline"), of("online")].concat(),
                ..all.clone()
            },
            vec!["ONLINE-2", "ONLINE-1"],
        ),
        (v1::SearchItemsRequest { kinds: vec![kind], ..all.clone() }, vec!["ONLINE-1"]),
        (
            v1::SearchItemsRequest { kinds: vec![kind, 3], ..all.clone() },
            vec!["ONLINE-2", "ONLINE-1"],
        ),
        (
            v1::SearchItemsRequest { labels: vec!["peak".to_owned()], ..all.clone() },
            vec!["ONLINE-1"],
        ),
        (
            v1::SearchItemsRequest {
                labels: vec!["peak".to_owned(), "x".to_owned()],
                ..all.clone()
            },
            vec![],
        ),
        // The item that is named by its key, also if it is closed, unless its state was asked for.
        (
            v1::SearchItemsRequest { query: "offline-2".to_owned(), ..all.clone() },
            vec!["OFFLINE-2"],
        ),
        (v1::SearchItemsRequest { query: "offline-2".to_owned(), state: 1, ..all.clone() }, vec![]),
    ] {
        assert_eq!(found(request.clone()).await, expected, "{request:?}");
    }
    // A move to another domain, and a new order, are shown as they are.
    let to = v1::MoveItemRequest {
        name: Shop::name("ONLINE-2"),
        domain: Shop::domain_name("offline"),
        ..Default::default()
    };
    shop.chief.backlog().move_item(to).await.given();
    let up = v1::RankItemRequest {
        name: Shop::name("ONLINE-1"),
        place: at(v1::Edge::Top),
        ..Default::default()
    };
    shop.chief.backlog().rank_item(up).await.given();
    let merge = v1::MergeItemsRequest {
        into: Shop::name("ONLINE-1"),
        names: vec![Shop::name("ONLINE-4")],
        ..Default::default()
    };
    let merged = shop.chief.backlog().merge_items(merge).await.given().receipt.unwrap().version;
    let now =
        v1::SearchItemsRequest { min_version: merged, domains: of("offline"), ..ask("order") };
    assert_eq!(found(now).await, ["ONLINE-2"]);
    let now = v1::SearchItemsRequest { min_version: merged, ..ask("card") };
    assert_eq!(found(now).await, ["ONLINE-1", "ONLINE-2"]);
}

#[tokio::test]
async fn an_own_write_is_found_by_its_version() {
    let shop = Shop::open().await;
    create(&shop, "online", "First", "").await;
    answer(&shop.member, ask("first")).await;
    for round in 0..20 {
        let version = create(&shop, "online", &format!("Round trip{round}"), "").await;
        let request = ask(&format!("trip{round}"));
        let found =
            answer(&shop.member, v1::SearchItemsRequest { min_version: version, ..request }).await;
        assert_eq!(keys(&found), [format!("ONLINE-{}", round + 2)]);
        assert!(found.version >= version);
        let key = format!("ONLINE-{}", round + 2);
        let title = format!("Other{round}");
        let text = v1::Item { title, ..Default::default() };
        let version = update(&shop, &key, "title", text).await;
        let request =
            v1::SearchItemsRequest { min_version: version, ..ask(&format!("trip{round}")) };
        assert_eq!(keys(&answer(&shop.member, request).await), [""; 0]);
    }
    let future = v1::SearchItemsRequest { min_version: 1_000_000, ..ask("first") };
    let refusal = shop.member.backlog().search_items(future).await.refused();
    refusal.is(Code::DeadlineExceeded, "VERSION_NOT_REACHED");
}

#[tokio::test]
async fn odd_queries_are_answered_or_refused_with_what_is_wrong() {
    let shop = stocked().await;
    for query in [
        "",
        " ",
        "\"",
        "-",
        "*",
        "\"\"",
        "🙂",
        "the",
        "\u{0}\u{7}",
        "-order",
        "ا",
        "\u{202e}redro",
        "(a OR b) AND body:c~2^3 [x TO y] \\",
        "/.*/",
        "\"gift",
        "*:*",
        "a".repeat(500).as_str(),
    ] {
        let found = answer(&shop.member, ask(query)).await;
        assert_eq!(found.hits.len(), usize::try_from(found.total_size).unwrap(), "{query:?}");
    }
    assert_eq!(answer(&shop.member, ask("-order")).await.total_size, 0);
    let refused = async |request| shop.member.backlog().search_items(request).await.refused();
    let refusal = refused(ask(&"x".repeat(501))).await;
    refusal.is(Code::InvalidArgument, "INVALID_FIELD").at(&["query"]).says(&["501", "500"]);
    refused(ask(&"a ".repeat(5_000))).await.says(&["10000", "500"]);
    let wrong = v1::SearchItemsRequest { kinds: vec![0], state: 7, ..ask("order") };
    refused(wrong).await.is(Code::InvalidArgument, "INVALID_FIELD").at(&["state", "kinds[0]"]);
    let wrong =
        v1::SearchItemsRequest { domains: vec![Shop::domain_name("nowhere")], ..ask("order") };
    refused(wrong).await.is(Code::NotFound, "UNKNOWN_DOMAIN").says(&["nowhere", "webshop"]);
    let wrong = v1::SearchItemsRequest { parent: Shop::domain_name("online"), ..ask("order") };
    refused(wrong).await.is(Code::InvalidArgument, "INVALID_FIELD").at(&["parent"]);
    let wrong = v1::SearchItemsRequest { page_size: -1, ..ask("order") };
    refused(wrong).await.is(Code::InvalidArgument, "INVALID_FIELD").at(&["page_size"]);
    let first = answer(&shop.member, v1::SearchItemsRequest { page_size: 1, ..ask("order") }).await;
    let other = v1::SearchItemsRequest { page_token: first.next_page_token, ..ask("gift") };
    refused(other).await.is(Code::InvalidArgument, "INVALID_FIELD").at(&["page_token"]);
}

#[tokio::test]
async fn pages_hold_together_while_others_write() {
    let shop = Shop::open().await;
    let mut version = 0;
    for number in 1..=30 {
        version = create(&shop, "online", &format!("Invoice {number}"), "").await;
    }
    let mut request =
        v1::SearchItemsRequest { page_size: 4, min_version: version, ..ask("invoice") };
    let (mut seen, mut changed, mut moved) = (Vec::new(), Vec::new(), BTreeSet::new());
    loop {
        let page = answer(&shop.member, request.clone()).await;
        seen.extend(keys(&page).into_iter().map(ToOwned::to_owned));
        changed.push(page.changed);
        if page.next_page_token.is_empty() {
            break;
        }
        assert!(seen.len() < 100, "it goes on and on: {seen:?}");
        // Others write, and what was told already goes to the end.
        create(&shop, "offline", &format!("Bill {}", changed.len()), "invoice").await;
        let first = keys(&page)[0];
        let down = v1::RankItemRequest {
            name: Shop::name(first),
            place: at(v1::Edge::Bottom),
            ..Default::default()
        };
        let down = shop.chief.backlog().rank_item(down).await.given();
        moved.insert(first.to_owned());
        request.min_version = down.receipt.unwrap().version;
        request.page_token = page.next_page_token;
    }
    assert!(!changed[0] && changed[1..].iter().all(|changed| *changed), "{changed:?}");
    for key in (1..=30).map(|number| format!("ONLINE-{number}")) {
        let told = seen.iter().filter(|one| **one == key).count();
        assert!(told == 1 || told > 1 && moved.contains(&key), "{key}: {seen:?}");
    }
    // With nobody writing, pages are the whole, in its order.
    let quiet = v1::SearchItemsRequest {
        min_version: request.min_version,
        page_size: 100,
        ..ask("invoice")
    };
    let whole = answer(&shop.member, quiet.clone()).await;
    let mut paged = Vec::new();
    let mut request = v1::SearchItemsRequest { page_size: 7, ..quiet };
    loop {
        let page = answer(&shop.member, request.clone()).await;
        assert!(!page.changed);
        assert_eq!(page.total_size, whole.total_size);
        paged.extend(keys(&page).into_iter().map(ToOwned::to_owned));
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    assert_eq!(paged, keys(&whole));
}

/// Searches until there is an index: while it is being made, callers are told to try again.
pub(crate) async fn patiently(
    by: &Client,
    request: v1::SearchItemsRequest,
) -> v1::SearchItemsResponse {
    for _ in 0..20 {
        match by.backlog().search_items(request.clone()).await {
            Err(status) if status.code() == Code::Unavailable => {}
            answer => return answer.given(),
        }
    }
    panic!("there is still no index");
}

#[tokio::test]
async fn the_enhancement_proposals_are_found() {
    let Some(path) = shared_data("kep/kep.jsonl") else { return };
    let file = fs::read(path).unwrap();
    let server = Server::start().await;
    let admin = server.admin();
    let start = ImportStart {
        mapping: include_str!("../../mappings/kep.toml").to_owned(),
        format: FileFormat::JsonLines.into(),
        ..Default::default()
    };
    let report = import(&admin, "products/kep", start, &file).await.given();
    let version = report.receipt.unwrap().version;
    let search = async |query: &str| {
        let request = v1::SearchItemsRequest {
            parent: "products/kep".to_owned(),
            state: BacklogState::All.into(),
            min_version: version,
            page_size: 100,
            ..ask(query)
        };
        let found = patiently(&admin, request).await;
        let titles = found.hits.iter().map(|hit| hit.row.as_ref().unwrap().title.clone());
        titles.collect::<Vec<_>>()
    };
    let found = search("custom endpoint aws").await;
    assert_eq!(found[0], "Custom endpoints support for AWS Cloud Provider");
    for (query, one, other) in [("schedul", "Schedul", "schedul"), ("crashloop", "rash", "CRASH")] {
        let found = search(query).await;
        assert!(!found.is_empty(), "{query}");
        assert!(found[0].contains(one) || found[0].contains(other), "{query}: {found:?}");
    }
    let all = search("kubernetes").await;
    let without = search("kubernetes -cluster").await;
    assert!(!without.is_empty() && without.len() < all.len(), "{} {}", without.len(), all.len());
}

#[tokio::test]
async fn the_command_line_finds_marks_and_does_not_mind_a_closed_pipe() {
    let shop = stocked().await;
    let line = shop.server.command_line(shop.member.token());
    let ran = line.run("search webshop order").code(0);
    ran.tells(&[
        "webshop · 3 items found · version",
        "KEY        DOMAIN   STATUS  TITLE\nONLINE-2   online   new     Orders from abroad\n    Customs, and a gift card",
        "\nONLINE-1   online   new     Pay by invoice\n    The order is paid after the delivery. No card is needed.\n",
    ]);
    line.run("search webshop gift card --domain offline")
        .code(0)
        .tells(&["1 item found", "OFFLINE-2"]);
    line.run("search webshop '\"gift card\"'").code(0).tells(&["1 item found", "ONLINE-2"]);
    line.run("search webshop 'card -gift' --kind story")
        .code(0)
        .tells(&["1 item found", "ONLINE-1"]);
    line.run("search webshop nothing-like-it").code(0).tells(&["Nothing found in webshop."]);
    line.run("search webshop order -n 1").code(0).complains(&["2 more; --limit 0 shows all."]);
    line.run("search nowhere order").code(3).complains(&["no such product"]);
    line.run(&format!("search webshop {}", "x".repeat(501))).code(1).complains(&["at most 500"]);
    let json = line.json("search webshop order --limit 2");
    assert_eq!((&json["total"], json["items"].as_array().unwrap().len()), (&3.into(), 2));
    let hit = &json["items"][0];
    assert_eq!(
        (&hit["key"], &hit["title_marks"]),
        (&"ONLINE-2".into(), &serde_json::json!([{"start": 0, "end": 6}]))
    );
    let marked = line.run("search webshop order --color always").code(0);
    marked.tells(&["\u{1b}[1;36mOrders\u{1b}[0m from abroad"]);
}
