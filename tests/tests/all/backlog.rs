//! `BacklogService`, as it is meant to be used: each command leaves what it says.

use koepel_api::v1::{self, Edge, ItemKind, ItemStatus, LinkKind, Moscow, link::Target};
use koepel_tests::{Answer as _, Shop, after, at, before};

#[tokio::test]
async fn a_new_item_has_all_that_was_given() {
    let shop = Shop::open().await;
    shop.fill(&["online", "offline"]).await;
    let given = v1::Item {
        title: "  Pay by invoice ".to_owned(),
        text: "As a business customer\nI want …".to_owned(),
        kind: ItemKind::Feature.into(),
        parent: Shop::name("ONLINE-1"),
        labels: vec!["payment".to_owned(), "b2b".to_owned(), "b2b".to_owned()],
        estimate: Some(2.5),
        value: Some(1_000),
        moscow: Moscow::Must.into(),
        status: ItemStatus::Ready.into(),
        source_links: vec!["https://planner.example/7".to_owned()],
        people: vec!["people/p-member".to_owned()],
        ..Default::default()
    };
    let request = v1::CreateItemRequest {
        parent: Shop::domain_name("online"),
        item: Some(given.clone()),
        place: at(Edge::Top),
        reason: "the shops wait for it".to_owned(),
        ..Default::default()
    };
    let answer = shop.chief.backlog().create_item(request).await.given();
    let (item, receipt) = (answer.item.unwrap(), answer.receipt.unwrap());
    assert_eq!(
        (item.name.as_str(), item.key.as_str()),
        (Shop::name("ONLINE-2").as_str(), "ONLINE-2")
    );
    assert_eq!(item.domain, Shop::domain_name("online"));
    assert_eq!((item.title.as_str(), &item.text), ("Pay by invoice", &given.text));
    assert_eq!((item.kind, item.status, item.moscow), (given.kind, given.status, given.moscow));
    assert_eq!(item.labels, ["b2b", "payment"]);
    assert_eq!((item.estimate, item.value), (given.estimate, given.value));
    assert_eq!((&item.parent, &item.people), (&given.parent, &given.people));
    assert_eq!(item.source_links, given.source_links);
    assert_eq!((item.place, item.domain_place, item.pinned), (1, 1, false));
    assert_eq!(item.changed_at_version, receipt.version);
    assert_eq!((receipt.product.as_str(), item.create_time), ("products/webshop", receipt.time));
    assert_eq!(shop.item("ONLINE-2").await, item);
    assert_eq!(shop.order("").await, ["ONLINE-2", "ONLINE-1", "OFFLINE-1"]);
}

#[tokio::test]
async fn a_command_that_did_not_write_the_text_answers_with_its_version_alone() {
    let shop = Shop::open().await;
    shop.fill(&["online", "online"]).await;
    let update = |item: v1::Item, path: &str| v1::UpdateItemRequest {
        item: Some(v1::Item { name: Shop::name("ONLINE-1"), ..item }),
        update_mask: Some(prost_types::FieldMask { paths: vec![path.to_owned()] }),
        ..Default::default()
    };
    let text = "As a dealer I want to pay by invoice.";
    let wrote = update(v1::Item { text: text.to_owned(), ..Default::default() }, "text");
    let wrote = shop.chief.backlog().update_item(wrote).await.given();
    let (item, version) = (wrote.item.unwrap(), wrote.receipt.unwrap().version);
    assert_eq!((item.text.as_str(), item.text_version), (text, version));

    let title = update(v1::Item { title: "Invoices".to_owned(), ..Default::default() }, "title");
    let titled = shop.chief.backlog().update_item(title).await.given().item.unwrap();
    assert_eq!((titled.text.as_str(), titled.text_version), ("", version));
    assert!(titled.changed_at_version > version);
    let read = shop.item("ONLINE-1").await;
    assert_eq!((read.text.as_str(), read.text_version), (text, version));
    assert_eq!(shop.item("ONLINE-2").await.text_version, 0);
}

#[tokio::test]
async fn an_update_changes_what_the_mask_names_and_nothing_else() {
    let shop = Shop::open().await;
    shop.fill(&["online", "online"]).await;
    let to = v1::Item {
        name: Shop::name("ONLINE-1"),
        title: "New title".to_owned(),
        text: "New text".to_owned(),
        kind: ItemKind::Epic.into(),
        parent: Shop::name("ONLINE-2"),
        labels: vec!["one".to_owned()],
        estimate: Some(0.25),
        value: Some(0),
        moscow: Moscow::Wont.into(),
        status: ItemStatus::InProgress.into(),
        source_links: vec!["https://planner.example/1".to_owned()],
        people: vec!["people/p-online".to_owned()],
        ..Default::default()
    };
    let fields = [
        "title",
        "text",
        "kind",
        "parent",
        "labels",
        "estimate",
        "value",
        "moscow",
        "status",
        "source_links",
        "people",
    ];
    for field in fields {
        let unchanged = shop.item("ONLINE-1").await;
        let changed = update(&shop, &to, &[field]).await;
        assert_eq!(changed.changed_at_version, shop.version().await, "{field}");
        assert_ne!(
            v1::Item {
                changed_at_version: unchanged.changed_at_version,
                update_time: unchanged.update_time,
                // An answer has it only if the command wrote it.
                text: unchanged.text.clone(),
                ..changed.clone()
            },
            unchanged,
            "{field}"
        );
        // The same again changes nothing.
        let again = update(&shop, &to, &[field]).await;
        assert_eq!(v1::Item { text: changed.text.clone(), ..again }, changed, "{field}");
    }
    let item = shop.item("ONLINE-1").await;
    let expected = v1::Item {
        key: item.key.clone(),
        domain: item.domain.clone(),
        place: 1,
        domain_place: 1,
        changed_at_version: item.changed_at_version,
        text_version: item.text_version,
        create_time: item.create_time,
        update_time: item.update_time,
        ..to.clone()
    };
    assert_eq!(item, expected);
    // What is left empty is taken away.
    let empty = v1::Item { name: to.name.clone(), ..Default::default() };
    let item = update(
        &shop,
        &empty,
        &["text", "parent", "labels", "estimate", "value", "moscow", "source_links", "people"],
    )
    .await;
    assert_eq!(
        (item.text.as_str(), item.parent.as_str(), item.estimate, item.value),
        ("", "", None, None)
    );
    assert!(item.labels.is_empty() && item.source_links.is_empty() && item.people.is_empty());
}

async fn update(shop: &Shop, to: &v1::Item, fields: &[&str]) -> v1::Item {
    let paths = fields.iter().map(|&field| field.to_owned()).collect();
    let request = v1::UpdateItemRequest {
        item: Some(to.clone()),
        update_mask: Some(prost_types::FieldMask { paths }),
        ..Default::default()
    };
    shop.online.backlog().update_item(request).await.given().item.unwrap()
}

#[tokio::test]
async fn a_domain_po_reorders_over_the_turns_of_the_domain() {
    let shop = Shop::open().await;
    shop.fill(&["online", "offline", "online", "backoffice", "online"]).await;
    let reorder = |key: &str, place| v1::ReorderItemRequest {
        name: Shop::name(key),
        place,
        reason: "first things first".to_owned(),
        ..Default::default()
    };
    let request = reorder("ONLINE-3", at(Edge::Top));
    let item = shop.online.backlog().reorder_item(request).await.given().item.unwrap();
    assert_eq!((item.place, item.domain_place), (1, 1));
    assert_eq!(
        shop.order("").await,
        ["ONLINE-3", "OFFLINE-1", "ONLINE-1", "BACKOFFICE-1", "ONLINE-2"]
    );
    // With a check of the gap: between ONLINE-1 and ONLINE-2, as its PO sees them in the sub-backlog.
    let place =
        v1::Place { neighbour_seen: Some(Shop::name("ONLINE-2")), ..after("ONLINE-1").unwrap() };
    let request = reorder("ONLINE-3", Some(place));
    let item = shop.online.backlog().reorder_item(request).await.given().item.unwrap();
    assert_eq!((item.place, item.domain_place), (3, 2));
    assert_eq!(shop.order("online").await, ["ONLINE-1", "ONLINE-3", "ONLINE-2"]);
    assert_eq!(shop.order("offline").await, ["OFFLINE-1"]);
    // An item from the domain PO: the turn at the end, the item where it was asked for, the others one turn down.
    let request =
        v1::CreateItemRequest { place: at(Edge::Top), ..Shop::new_item("online", "Urgent") };
    let item = shop.online.backlog().create_item(request).await.given().item.unwrap();
    assert_eq!((item.key.as_str(), item.place, item.domain_place), ("ONLINE-4", 1, 1));
    let order = ["ONLINE-4", "OFFLINE-1", "ONLINE-1", "BACKOFFICE-1", "ONLINE-3", "ONLINE-2"];
    assert_eq!(shop.order("").await, order);
}

#[tokio::test]
async fn the_chief_po_ranks_pins_and_undoes() {
    let shop = Shop::open().await;
    shop.fill(&["online", "offline", "online", "offline"]).await;
    let rank = v1::RankItemRequest {
        name: Shop::name("OFFLINE-2"),
        place: before("OFFLINE-1"),
        reason: "the fair".to_owned(),
        ..Default::default()
    };
    let answer = shop.chief.backlog().rank_item(rank).await.given();
    let ranked = answer.receipt.unwrap().version;
    assert_eq!(answer.item.unwrap().place, 2);
    assert_eq!(shop.order("").await, ["ONLINE-1", "OFFLINE-2", "OFFLINE-1", "ONLINE-2"]);

    let pin = v1::PinItemRequest {
        name: Shop::name("OFFLINE-2"),
        reason: "promised to the shops".to_owned(),
        ..Default::default()
    };
    let item = shop.chief.backlog().pin_item(pin).await.given().item.unwrap();
    assert_eq!(
        (item.pinned, item.pin_reason.as_str(), item.place),
        (true, "promised to the shops", 2)
    );
    assert!(shop.rows("").await[1].pinned);
    // The domain's own order flows around the pin.
    let reorder = v1::ReorderItemRequest {
        name: Shop::name("OFFLINE-1"),
        place: at(Edge::Top),
        ..Default::default()
    };
    shop.offline.backlog().reorder_item(reorder).await.given();
    assert_eq!(shop.order("offline").await, ["OFFLINE-2", "OFFLINE-1"]);
    let unpin = v1::UnpinItemRequest { name: Shop::name("OFFLINE-2"), ..Default::default() };
    let item = shop.chief.backlog().unpin_item(unpin).await.given().item.unwrap();
    assert_eq!((item.pinned, item.place), (false, 2));

    let undo = |version| v1::UndoMoveRequest {
        product: "products/webshop".to_owned(),
        version,
        reason: "the fair is off".to_owned(),
        ..Default::default()
    };
    let answer = shop.chief.backlog().undo_move(undo(ranked)).await.given();
    assert_eq!(answer.item.unwrap().key, "OFFLINE-2");
    assert_eq!(shop.order("").await, ["ONLINE-1", "OFFLINE-1", "ONLINE-2", "OFFLINE-2"]);
    // Undoing the undo is a redo.
    let undone = answer.receipt.unwrap().version;
    shop.chief.backlog().undo_move(undo(undone)).await.given();
    assert_eq!(shop.order("").await, ["ONLINE-1", "OFFLINE-2", "OFFLINE-1", "ONLINE-2"]);
}

#[tokio::test]
async fn a_family_is_ranked_in_its_order() {
    let shop = Shop::open().await;
    shop.fill(&["online", "offline", "online", "offline", "offline"]).await;
    for child in ["OFFLINE-3", "OFFLINE-1"] {
        let to = v1::Item {
            name: Shop::name(child),
            parent: Shop::name("ONLINE-2"),
            ..Default::default()
        };
        let request = v1::UpdateItemRequest {
            item: Some(to),
            update_mask: Some(prost_types::FieldMask { paths: vec!["parent".to_owned()] }),
            ..Default::default()
        };
        shop.chief.backlog().update_item(request).await.given();
    }
    let rank = v1::RankItemRequest {
        name: Shop::name("ONLINE-2"),
        place: at(Edge::Top),
        with_family: true,
        ..Default::default()
    };
    shop.chief.backlog().rank_item(rank).await.given();
    let order = shop.order("").await;
    let mut family = order[..3].to_vec();
    family.sort();
    assert_eq!(family, ["OFFLINE-1", "OFFLINE-3", "ONLINE-2"], "{order:?}");
    assert_eq!(order[3..], ["ONLINE-1", "OFFLINE-2"]);
}

#[tokio::test]
async fn items_leave_the_order_and_come_back() {
    let shop = Shop::open().await;
    shop.fill(&["online", "online", "online", "offline"]).await;
    let complete = v1::CompleteItemRequest { name: Shop::name("ONLINE-1"), ..Default::default() };
    let item = shop.online.backlog().complete_item(complete).await.given().item.unwrap();
    assert_eq!((item.status(), item.place, item.domain_place), (ItemStatus::Done, 0, 0));
    let drop = v1::DropItemRequest {
        name: Shop::name("ONLINE-2"),
        reason: "nobody asked".to_owned(),
        ..Default::default()
    };
    let item = shop.online.backlog().drop_item(drop).await.given().item.unwrap();
    assert_eq!((item.status(), item.closed_reason.as_str()), (ItemStatus::Dropped, "nobody asked"));
    assert_eq!(shop.order("").await, ["ONLINE-3", "OFFLINE-1"]);
    let all = v1::ListBacklogRequest {
        parent: "products/webshop".to_owned(),
        state: v1::BacklogState::All.into(),
        ..Default::default()
    };
    let page = shop.stakeholder.backlog().list_backlog(all).await.given();
    let rows: Vec<_> = page.rows.iter().map(|row| (row.key.as_str(), row.place)).collect();
    assert_eq!(rows, [("ONLINE-3", 1), ("OFFLINE-1", 2), ("ONLINE-2", 0), ("ONLINE-1", 0)]);
    assert_eq!(page.total_size, 4);
    let reopen = v1::ReopenItemRequest {
        name: Shop::name("ONLINE-1"),
        place: at(Edge::Top),
        ..Default::default()
    };
    let item = shop.online.backlog().reopen_item(reopen).await.given().item.unwrap();
    assert_eq!((item.place, item.domain_place), (1, 1));
    assert_eq!(shop.order("").await, ["ONLINE-1", "OFFLINE-1", "ONLINE-3"]);
}

#[tokio::test]
async fn items_are_split_merged_and_found_to_be_the_same() {
    let shop = Shop::open().await;
    shop.fill(&["online", "offline", "online"]).await;
    let part = |title: &str| v1::Item { title: title.to_owned(), ..Default::default() };
    let split = v1::SplitItemRequest {
        name: Shop::name("ONLINE-1"),
        into: vec![part("First half"), part("Second half")],
        reason: "too big".to_owned(),
        ..Default::default()
    };
    let items = shop.online.backlog().split_item(split).await.given().items;
    let keys: Vec<_> = items.iter().map(|item| item.key.as_str()).collect();
    assert_eq!(keys, ["ONLINE-1", "ONLINE-3", "ONLINE-4"]);
    assert_eq!(items[0].status(), ItemStatus::Dropped);
    assert_eq!(items[1].kind(), ItemKind::Story, "what is left empty is taken from the item");
    assert_eq!(shop.order("online").await, ["ONLINE-3", "ONLINE-4", "ONLINE-2"]);

    let merge = v1::MergeItemsRequest {
        into: Shop::name("ONLINE-3"),
        names: vec![Shop::name("ONLINE-4"), Shop::name("ONLINE-2")],
        ..Default::default()
    };
    shop.online.backlog().merge_items(merge).await.given();
    assert_eq!(shop.order("").await.iter().filter(|key| key.starts_with("ONLINE")).count(), 1);
    assert_eq!(shop.item("ONLINE-4").await.merged_into, Shop::name("ONLINE-3"));

    let duplicate = v1::MarkDuplicateRequest {
        name: Shop::name("OFFLINE-1"),
        duplicate_of: Shop::name("ONLINE-3"),
        ..Default::default()
    };
    let item = shop.chief.backlog().mark_duplicate(duplicate).await.given().item.unwrap();
    assert_eq!((item.place, item.merged_into.as_str()), (0, Shop::name("ONLINE-3").as_str()));
    assert_eq!(shop.order("").await, ["ONLINE-3"]);
}

#[tokio::test]
async fn an_item_goes_to_another_domain_and_keeps_place_and_key() {
    let shop = Shop::open().await;
    shop.fill(&["online", "offline", "online"]).await;
    let to = |domain: &str| v1::MoveItemRequest {
        name: Shop::name("ONLINE-1"),
        domain: Shop::domain_name(domain),
        ..Default::default()
    };
    let item = shop.chief.backlog().move_item(to("offline")).await.given().item.unwrap();
    assert_eq!((item.key.as_str(), item.place, item.domain_place), ("ONLINE-1", 1, 1));
    assert_eq!(shop.order("offline").await, ["ONLINE-1", "OFFLINE-1"]);
    assert_eq!(shop.order("online").await, ["ONLINE-2"]);
    let version = shop.version().await;
    shop.chief.backlog().move_item(to("offline")).await.given();
    shop.chief.backlog().move_item(to("online")).await.given();
    assert_eq!(shop.order("online").await, ["ONLINE-1", "ONLINE-2"]);
    let receipt = shop.chief.backlog().move_item(to("online")).await.given().receipt.unwrap();
    assert!(receipt.version >= version, "a command that changes nothing has a receipt, too");
}

#[tokio::test]
async fn items_are_tied_and_ask_other_domains() {
    let shop = Shop::open().await;
    shop.fill(&["online", "offline"]).await;
    let link = |kind: LinkKind, target| Some(v1::Link { kind: kind.into(), target: Some(target) });
    let needs = link(LinkKind::Needs, Target::Item(Shop::name("OFFLINE-1")));
    let address = link(LinkKind::RelatesTo, Target::Uri("https://example.org/1".to_owned()));
    for link in [&needs, &address] {
        let add = v1::AddLinkRequest {
            name: Shop::name("ONLINE-1"),
            link: link.clone(),
            ..Default::default()
        };
        shop.member.backlog().add_link(add).await.given();
    }
    assert_eq!(shop.item("ONLINE-1").await.links, [needs.clone().unwrap(), address.unwrap()]);
    let remove =
        v1::RemoveLinkRequest { name: Shop::name("ONLINE-1"), link: needs, ..Default::default() };
    let item = shop.member.backlog().remove_link(remove).await.given().item.unwrap();
    assert_eq!(item.links.len(), 1);

    let ask = v1::RequestDomainRequest {
        name: Shop::name("ONLINE-1"),
        domain: Shop::domain_name("backoffice"),
        ask: "the stock of each shop".to_owned(),
        ..Default::default()
    };
    let answer = shop.online.backlog().request_domain(ask).await.given();
    let requests = answer.item.unwrap().requests;
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].ask, "the stock of each shop");
    assert_eq!(requests[0].since_version, answer.receipt.unwrap().version);
    let withdraw = v1::WithdrawRequestRequest {
        name: Shop::name("ONLINE-1"),
        domain: Shop::domain_name("backoffice"),
        ..Default::default()
    };
    let item = shop.online.backlog().withdraw_request(withdraw).await.given().item.unwrap();
    assert!(item.requests.is_empty());
}

#[tokio::test]
async fn a_history_tells_what_happened_newest_first() {
    let shop = Shop::open().await;
    shop.fill(&["online", "online"]).await;
    for reason in ["one", "two", "three"] {
        let pin = v1::PinItemRequest {
            name: Shop::name("ONLINE-1"),
            reason: reason.to_owned(),
            ..Default::default()
        };
        shop.chief.backlog().pin_item(pin).await.given();
        let unpin = v1::UnpinItemRequest { name: Shop::name("ONLINE-1"), ..Default::default() };
        shop.chief.backlog().unpin_item(unpin).await.given();
    }
    let mut request = v1::ListItemHistoryRequest {
        name: Shop::name("ONLINE-1"),
        page_size: 2,
        ..Default::default()
    };
    let mut entries = Vec::new();
    loop {
        let page = shop.stakeholder.backlog().list_item_history(request.clone()).await.given();
        assert!(page.entries.len() <= 2);
        entries.extend(page.entries);
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    let kinds: Vec<_> = entries.iter().map(|entry| entry.r#type.as_str()).collect();
    let pairs = ["ItemUnpinned", "ItemPinned"];
    assert_eq!(kinds, [&pairs[..], &pairs[..], &pairs[..], &["ItemCreated"]].concat());
    assert_eq!(entries[1].reason, "three");
    assert_eq!(
        (entries[1].person.as_str(), entries[1].by.as_str()),
        ("people/p-chief", "Name of p-chief, Chief PO")
    );
    assert!(entries.is_sorted_by(|newer, older| newer.version > older.version));
    assert!(entries.last().unwrap().sentence.contains("a story"), "{entries:?}");
}
