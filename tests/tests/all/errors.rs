//! Wrong input to each command and query: what is refused, with which code and details, and what the message says. A
//! refusal leaves nothing behind.

use koepel_api::v1::{self, Edge, ItemKind, ItemStatus, LinkKind, link::Target};
use koepel_tests::{Answer as _, Refusal, Shop, after, at, before};
use tonic::Code::{
    Aborted, AlreadyExists, DeadlineExceeded, FailedPrecondition, InvalidArgument, NotFound,
};

/// A shop with ONLINE-1 to 3, OFFLINE-1 and BACKOFFICE-1, in this order.
async fn shop() -> Shop {
    let shop = Shop::open().await;
    shop.fill(&["online", "online", "online", "offline", "backoffice"]).await;
    shop
}

async fn create(shop: &Shop, item: v1::Item) -> Refusal {
    let parent = Shop::domain_name("online");
    let request = v1::CreateItemRequest { parent, item: Some(item), ..Default::default() };
    shop.online.backlog().create_item(request).await.refused()
}

fn good() -> v1::Item {
    v1::Item { title: "Good".to_owned(), kind: ItemKind::Story.into(), ..Default::default() }
}

#[tokio::test]
async fn each_field_of_a_new_item_has_its_bounds() {
    let shop = shop().await;
    let version = shop.version().await;
    let text = |length: usize| "x".repeat(length);
    let cases: [(v1::Item, &str, &str); 18] = [
        (v1::Item { title: String::new(), ..good() }, "item.title", "must not be empty"),
        (v1::Item { title: " \t ".to_owned(), ..good() }, "item.title", "must not be empty"),
        (v1::Item { title: text(201), ..good() }, "item.title", "201 characters long; at most 200"),
        (
            v1::Item { title: "a\u{1b}[31mb".to_owned(), ..good() },
            "item.title",
            "U+001B at character 2",
        ),
        (
            v1::Item { title: "two\nlines".to_owned(), ..good() },
            "item.title",
            "U+000A at character 4",
        ),
        (
            v1::Item { text: text(16 * 1024 + 1), ..good() },
            "item.text",
            "16385 bytes long; at most 16384",
        ),
        (v1::Item { text: "a\0".to_owned(), ..good() }, "item.text", "U+0000"),
        (v1::Item { kind: 0, ..good() }, "item.kind", "not specified"),
        (v1::Item { kind: 99, ..good() }, "item.kind", "99 is no kind"),
        (v1::Item { status: -1, ..good() }, "item.status", "-1 is no status"),
        (v1::Item { moscow: 7, ..good() }, "item.moscow", "7 is no MoSCoW word"),
        (v1::Item { estimate: Some(0.001), ..good() }, "item.estimate", "0.001 is no estimate"),
        (v1::Item { estimate: Some(f64::NAN), ..good() }, "item.estimate", "NaN is no estimate"),
        (v1::Item { value: Some(-1), ..good() }, "item.value", "-1 is no value"),
        (v1::Item { labels: vec![text(65)], ..good() }, "item.labels[0]", "65 characters"),
        (
            v1::Item { people: vec!["anna".to_owned()], ..good() },
            "item.people[0]",
            "\"anna\" is no resource name",
        ),
        (
            v1::Item { parent: "ONLINE-1".to_owned(), ..good() },
            "item.parent",
            "\"ONLINE-1\" is no resource name",
        ),
        (
            v1::Item { source_links: vec![text(501)], ..good() },
            "item.source_links[0]",
            "501 characters",
        ),
    ];
    for (item, field, says) in cases {
        let refusal = create(&shop, item).await;
        refusal.is(InvalidArgument, "INVALID_FIELD").at(&[field]).says(&[field, says]);
    }
    // Everything that is wrong is told at once.
    let item = v1::Item { title: text(201), value: Some(-5), ..Default::default() };
    let refusal = create(&shop, item).await;
    refusal.at(&["item.title", "item.kind", "item.value"]).says(&["201", "-5"]);
    // However much that is.
    let item =
        v1::Item { labels: vec![text(65); 900], people: vec!["é".repeat(500); 900], ..good() };
    create(&shop, item).await.is(InvalidArgument, "INVALID_FIELD");
    assert_eq!(shop.version().await, version, "a refusal leaves nothing behind");
}

#[tokio::test]
async fn lists_parents_and_status_are_checked_by_the_product() {
    let shop = shop().await;
    let labels = (0..51).map(|n| format!("label {n}")).collect();
    create(&shop, v1::Item { labels, ..good() })
        .await
        .is(InvalidArgument, "TOO_MANY")
        .says(&["51", "50"]);
    let done = v1::Item { status: ItemStatus::Done.into(), ..good() };
    create(&shop, done)
        .await
        .is(InvalidArgument, "WRONG_STATUS")
        .at(&["item.status"])
        .says(&["done"]);
    let parent = Shop::name("ONLINE-99");
    create(&shop, v1::Item { parent, ..good() })
        .await
        .is(NotFound, "UNKNOWN_ITEM")
        .says(&["ONLINE-99"]);
    let source = v1::Item { source_links: vec!["https://a.example/1".to_owned()], ..good() };
    let request = v1::CreateItemRequest {
        parent: Shop::domain_name("online"),
        item: Some(source.clone()),
        ..Default::default()
    };
    shop.online.backlog().create_item(request).await.given();
    create(&shop, source)
        .await
        .is(AlreadyExists, "SOURCE_TAKEN")
        .says(&["https://a.example/1", "ONLINE-4"]);

    let update = |key: &str, parent: &str| v1::UpdateItemRequest {
        item: Some(v1::Item {
            name: Shop::name(key),
            parent: Shop::name(parent),
            ..Default::default()
        }),
        update_mask: Some(prost_types::FieldMask { paths: vec!["parent".to_owned()] }),
        ..Default::default()
    };
    shop.online.backlog().update_item(update("ONLINE-2", "ONLINE-1")).await.given();
    shop.online.backlog().update_item(update("ONLINE-3", "ONLINE-2")).await.given();
    let refusal = shop.online.backlog().update_item(update("ONLINE-1", "ONLINE-3")).await.refused();
    refusal.is(InvalidArgument, "PARENT_CYCLE").at(&["item.parent"]);
    refusal.says(&["ONLINE-1", "ONLINE-2", "ONLINE-3"]);
    let refusal = shop.online.backlog().update_item(update("ONLINE-1", "ONLINE-1")).await.refused();
    refusal.is(InvalidArgument, "PARENT_CYCLE");
}

#[tokio::test]
async fn a_mask_names_what_changes() {
    let shop = shop().await;
    let update = |paths: Option<&[&str]>, item: v1::Item| v1::UpdateItemRequest {
        item: Some(v1::Item { name: Shop::name("ONLINE-1"), ..item }),
        update_mask: paths.map(|paths| prost_types::FieldMask {
            paths: paths.iter().map(|&path| path.to_owned()).collect(),
        }),
        ..Default::default()
    };
    for paths in [
        None,
        Some(&[][..]),
        Some(&["*"][..]),
        Some(&["place"][..]),
        Some(&["title", "pinned"][..]),
    ] {
        let refusal = shop.online.backlog().update_item(update(paths, good())).await.refused();
        refusal.is(InvalidArgument, "INVALID_FIELD").at(&["update_mask"]);
    }
    let item = v1::Item { title: String::new(), ..good() };
    let refusal = shop.online.backlog().update_item(update(Some(&["title"]), item)).await.refused();
    refusal.at(&["item.title"]);
    let refusal =
        shop.online.backlog().update_item(v1::UpdateItemRequest::default()).await.refused();
    refusal.is(InvalidArgument, "INVALID_FIELD").at(&["item"]);
    let unspecified = update(Some(&["status"]), v1::Item::default());
    shop.online.backlog().update_item(unspecified).await.refused().at(&["item.status"]);
    assert_eq!(shop.item("ONLINE-1").await.title, "A story");
}

#[tokio::test]
async fn names_must_be_of_the_right_form_and_product() {
    let shop = shop().await;
    let get = |name: &str| v1::GetItemRequest { name: name.to_owned(), ..Default::default() };
    for name in [
        "",
        "ONLINE-1",
        "products/webshop/items/",
        "products/webshop/items/online-1",
        "products/webshop/items/ONLINE-01",
        "products/Webshop/items/ONLINE-1",
        "products/../items/ONLINE-1",
    ] {
        let refusal = shop.online.backlog().get_item(get(name)).await.refused();
        refusal.is(InvalidArgument, "INVALID_FIELD").at(&["name"]);
    }
    let refusal = shop.online.backlog().get_item(get(&Shop::name("ONLINE-99"))).await.refused();
    refusal.is(NotFound, "UNKNOWN_ITEM").says(&["ONLINE-99"]);
    let refusal =
        shop.online.backlog().get_item(get("products/nowhere/items/ONLINE-1")).await.refused();
    refusal.is(NotFound, "UNKNOWN_PRODUCT");
    let place = v1::Place {
        at: Some(v1::place::At::After("products/other/items/X-1".to_owned())),
        neighbour_seen: None,
    };
    let rank = v1::RankItemRequest {
        name: Shop::name("ONLINE-1"),
        place: Some(place),
        ..Default::default()
    };
    let refusal = shop.chief.backlog().rank_item(rank).await.refused();
    refusal.is(InvalidArgument, "INVALID_FIELD").at(&["place.after"]).says(&["other", "webshop"]);
    let list =
        v1::ListBacklogRequest { parent: Shop::domain_name("nowhere"), ..Default::default() };
    let refusal = shop.online.backlog().list_backlog(list).await.refused();
    refusal.is(NotFound, "UNKNOWN_DOMAIN").says(&["nowhere", "webshop"]);
    let create = Shop::new_item("nowhere", "x");
    shop.chief.backlog().create_item(create).await.refused().is(NotFound, "UNKNOWN_DOMAIN");
}

#[tokio::test]
async fn a_place_must_be_one() {
    let shop = shop().await;
    let rank =
        |place| v1::RankItemRequest { name: Shop::name("ONLINE-1"), place, ..Default::default() };
    for place in [None, Some(v1::Place::default()), at(Edge::Unspecified)] {
        let refusal = shop.chief.backlog().rank_item(rank(place)).await.refused();
        refusal.is(InvalidArgument, "INVALID_FIELD").at(&["place"]);
    }
    let refusal = shop.chief.backlog().rank_item(rank(before("ONLINE-77"))).await.refused();
    refusal.is(NotFound, "UNKNOWN_ITEM").says(&["ONLINE-77"]);
    let reorder = v1::ReorderItemRequest {
        name: Shop::name("ONLINE-1"),
        place: after("OFFLINE-1"),
        ..Default::default()
    };
    let refusal = shop.online.backlog().reorder_item(reorder).await.refused();
    refusal.is(InvalidArgument, "FOREIGN_ANCHOR").at(&["place"]).says(&[
        "OFFLINE-1",
        "offline",
        "Chief PO",
    ]);
    let complete = v1::CompleteItemRequest { name: Shop::name("OFFLINE-1"), ..Default::default() };
    shop.chief.backlog().complete_item(complete).await.given();
    let refusal = shop.chief.backlog().rank_item(rank(after("OFFLINE-1"))).await.refused();
    refusal.is(FailedPrecondition, "ANCHOR_CLOSED").says(&["OFFLINE-1", "done"]);
}

#[tokio::test]
async fn stale_neighbours_are_refused_with_the_present_ones() {
    let shop = shop().await;
    let rank = |place: Option<v1::Place>, seen: &str| v1::RankItemRequest {
        name: Shop::name("BACKOFFICE-1"),
        place: place.map(|place| v1::Place { neighbour_seen: Some(seen.to_owned()), ..place }),
        ..Default::default()
    };
    let refusal = shop
        .chief
        .backlog()
        .rank_item(rank(after("ONLINE-1"), &Shop::name("ONLINE-3")))
        .await
        .refused();
    refusal.is(Aborted, "NEIGHBOURS_MOVED").says(&["ONLINE-1", "ONLINE-2"]);
    assert_eq!(
        (refusal.metadata["after"].as_str(), refusal.metadata["before"].as_str()),
        ("ONLINE-1", "ONLINE-2")
    );
    // "I saw the end of the list there."
    let refusal = shop.chief.backlog().rank_item(rank(before("ONLINE-2"), "")).await.refused();
    refusal.is(Aborted, "NEIGHBOURS_MOVED");
    assert_eq!(
        (refusal.metadata["after"].as_str(), refusal.metadata["before"].as_str()),
        ("ONLINE-1", "ONLINE-2")
    );
    let request = rank(before("ONLINE-1"), "");
    shop.chief.backlog().rank_item(request).await.given();
    assert_eq!(shop.order("").await[0], "BACKOFFICE-1");
}

#[tokio::test]
async fn a_stale_version_is_refused_with_the_present_one() {
    let shop = shop().await;
    let version = shop.item("ONLINE-1").await.changed_at_version;
    let pin = |expected_version| v1::PinItemRequest {
        name: Shop::name("ONLINE-1"),
        reason: "why".to_owned(),
        expected_version,
        ..Default::default()
    };
    let refusal = shop.chief.backlog().pin_item(pin(version + 100)).await.refused();
    refusal.is(Aborted, "STALE");
    shop.chief.backlog().pin_item(pin(version)).await.given();
    let now = shop.item("ONLINE-1").await.changed_at_version;
    let unpin = v1::UnpinItemRequest {
        name: Shop::name("ONLINE-1"),
        expected_version: version,
        ..Default::default()
    };
    let refusal = shop.chief.backlog().unpin_item(unpin).await.refused();
    refusal.is(Aborted, "STALE").says(&["ONLINE-1", &now.to_string(), &version.to_string()]);
    assert_eq!(refusal.metadata["current_version"], now.to_string());
}

#[tokio::test]
async fn a_state_may_forbid_a_command() {
    let shop = shop().await;
    let chief = &shop.chief;
    let name = Shop::name;
    let pin = |key: &str, reason: &str| v1::PinItemRequest {
        name: name(key),
        reason: reason.to_owned(),
        ..Default::default()
    };
    let refusal = chief.backlog().pin_item(pin("ONLINE-1", " ")).await.refused();
    refusal.is(InvalidArgument, "REASON_MISSING").at(&["reason"]);
    chief.backlog().pin_item(pin("ONLINE-1", "promised")).await.given();
    let drop = |key: &str, reason: &str| v1::DropItemRequest {
        name: name(key),
        reason: reason.to_owned(),
        ..Default::default()
    };
    let refusal = chief.backlog().drop_item(drop("ONLINE-1", "no")).await.refused();
    refusal.is(FailedPrecondition, "PINNED").says(&["ONLINE-1", "promised", "unpin"]);
    let reorder = v1::ReorderItemRequest {
        name: name("ONLINE-1"),
        place: at(Edge::Bottom),
        ..Default::default()
    };
    shop.online.backlog().reorder_item(reorder).await.refused().is(FailedPrecondition, "PINNED");
    let refusal = chief.backlog().drop_item(drop("ONLINE-2", "")).await.refused();
    refusal.is(InvalidArgument, "REASON_MISSING").at(&["reason"]);
    let unpin = v1::UnpinItemRequest { name: name("ONLINE-2"), ..Default::default() };
    chief.backlog().unpin_item(unpin).await.refused().is(FailedPrecondition, "NOT_PINNED");
    let reopen = |key: &str| v1::ReopenItemRequest { name: name(key), ..Default::default() };
    chief
        .backlog()
        .reopen_item(reopen("ONLINE-2"))
        .await
        .refused()
        .is(FailedPrecondition, "ALREADY_OPEN");
    let complete = |key: &str| v1::CompleteItemRequest { name: name(key), ..Default::default() };
    chief.backlog().complete_item(complete("ONLINE-2")).await.given();
    let rank =
        v1::RankItemRequest { name: name("ONLINE-2"), place: at(Edge::Top), ..Default::default() };
    let refusal = chief.backlog().rank_item(rank).await.refused();
    refusal.is(FailedPrecondition, "NOT_OPEN").says(&["ONLINE-2", "done", "reopen"]);
    let merge = v1::MergeItemsRequest {
        into: name("ONLINE-3"),
        names: vec![name("ONLINE-3")],
        ..Default::default()
    };
    chief.backlog().merge_items(merge).await.refused().is(InvalidArgument, "WITH_ITSELF");
    let merge = v1::MergeItemsRequest { into: name("ONLINE-3"), ..Default::default() };
    chief
        .backlog()
        .merge_items(merge)
        .await
        .refused()
        .is(InvalidArgument, "INVALID_FIELD")
        .at(&["names"]);
    let split = v1::SplitItemRequest { name: name("ONLINE-3"), ..Default::default() };
    chief
        .backlog()
        .split_item(split)
        .await
        .refused()
        .is(InvalidArgument, "INVALID_FIELD")
        .at(&["into"]);
    let undo = |version| v1::UndoMoveRequest {
        product: "products/webshop".to_owned(),
        version,
        ..Default::default()
    };
    chief
        .backlog()
        .undo_move(undo(0))
        .await
        .refused()
        .is(InvalidArgument, "INVALID_FIELD")
        .at(&["version"]);
    for version in [1, 9_999] {
        let refusal = chief.backlog().undo_move(undo(version)).await.refused();
        refusal.is(FailedPrecondition, "NOTHING_TO_UNDO").says(&[&version.to_string()]);
    }
}

#[tokio::test]
async fn links_and_requests_go_elsewhere() {
    let shop = shop().await;
    let link = |kind: LinkKind, target| v1::AddLinkRequest {
        name: Shop::name("ONLINE-1"),
        link: Some(v1::Link { kind: kind.into(), target }),
        ..Default::default()
    };
    let offline = || Some(Target::Item(Shop::name("OFFLINE-1")));
    let member = &shop.member;
    let refused = async |request| member.backlog().add_link(request).await.refused();
    refused(link(LinkKind::Unspecified, offline()))
        .await
        .is(InvalidArgument, "INVALID_FIELD")
        .at(&["link.kind"]);
    refused(link(LinkKind::Needs, None)).await.at(&["link.target"]);
    refused(v1::AddLinkRequest { name: Shop::name("ONLINE-1"), ..Default::default() })
        .await
        .at(&["link"]);
    let pending = Some(Target::Pending("later".to_owned()));
    refused(link(LinkKind::Needs, pending)).await.at(&["link.pending"]).says(&["imports only"]);
    let itself = Some(Target::Item(Shop::name("ONLINE-1")));
    refused(link(LinkKind::Needs, itself)).await.is(InvalidArgument, "WITH_ITSELF");
    member.backlog().add_link(link(LinkKind::Needs, offline())).await.given();
    refused(link(LinkKind::Needs, offline()))
        .await
        .is(AlreadyExists, "LINK_EXISTS")
        .says(&["ONLINE-1"]);
    let remove = v1::RemoveLinkRequest {
        name: Shop::name("ONLINE-1"),
        link: Some(v1::Link { kind: LinkKind::Replaces.into(), target: offline() }),
        ..Default::default()
    };
    member.backlog().remove_link(remove).await.refused().is(NotFound, "NO_SUCH_LINK");
    let ask = |domain: &str| v1::RequestDomainRequest {
        name: Shop::name("ONLINE-1"),
        ask: "stock".to_owned(),
        domain: Shop::domain_name(domain),
        ..Default::default()
    };
    let refusal = member.backlog().request_domain(ask("online")).await.refused();
    refusal.is(InvalidArgument, "OWN_DOMAIN").at(&["domain"]);
    member.backlog().request_domain(ask("nowhere")).await.refused().is(NotFound, "UNKNOWN_DOMAIN");
    let withdraw = v1::WithdrawRequestRequest {
        name: Shop::name("ONLINE-1"),
        domain: Shop::domain_name("offline"),
        ..Default::default()
    };
    member
        .backlog()
        .withdraw_request(withdraw)
        .await
        .refused()
        .is(NotFound, "NO_SUCH_REQUEST")
        .says(&["ONLINE-1", "offline"]);
    let nothing = v1::RequestDomainRequest { ask: " ".to_owned(), ..ask("offline") };
    member.backlog().request_domain(nothing).await.refused().at(&["ask"]).says(&["what is asked"]);
    let long = v1::RequestDomainRequest { ask: "x".repeat(2_001), ..ask("offline") };
    member.backlog().request_domain(long).await.refused().at(&["ask"]);
}

#[tokio::test]
async fn queries_wait_for_a_version_and_not_for_ever() {
    let shop = shop().await;
    let version = shop.version().await;
    let get = |min_version| v1::GetItemRequest {
        name: Shop::name("ONLINE-1"),
        min_version,
        ..Default::default()
    };
    assert_eq!(shop.member.backlog().get_item(get(version)).await.given().version, version);
    // A reader who asks for what is written only then gets it.
    let (read, written) =
        tokio::join!(async { shop.member.backlog().get_item(get(version + 1)).await }, async {
            shop.chief.backlog().create_item(Shop::new_item("online", "Late")).await
        },);
    assert_eq!(written.given().receipt.unwrap().version, version + 1);
    assert!(read.given().version > version);
    let refusal = shop.member.backlog().get_item(get(version + 1_000)).await.refused();
    refusal.is(DeadlineExceeded, "VERSION_NOT_REACHED").says(&[&(version + 1_000).to_string()]);
    assert_eq!(refusal.metadata["current_version"], (version + 1).to_string());
}
