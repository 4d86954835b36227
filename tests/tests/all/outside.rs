//! What an item says of the world outside: addresses are those of pages, and people are known.

use koepel_api::v1::{self, LinkKind, link::Target};
use koepel_tests::{Answer as _, Shop};
use prost_types::FieldMask;
use tonic::Code;

use crate::ingest::{import, mapping};

/// What is no address of a page.
const WRONG: [&str; 4] = ["javascript:alert(1)", "x", "http://a b", "ftp://a.example/1"];

fn update(item: v1::Item, path: &str) -> v1::UpdateItemRequest {
    v1::UpdateItemRequest {
        item: Some(v1::Item { name: Shop::name("ONLINE-1"), ..item }),
        update_mask: Some(FieldMask { paths: vec![path.to_owned()] }),
        ..Default::default()
    }
}

#[tokio::test]
async fn what_is_no_address_of_a_page_is_refused() {
    let shop = Shop::open().await;
    shop.fill(&["online"]).await;
    let version = shop.version().await;
    for wrong in WRONG {
        let mut create = Shop::new_item("online", "A");
        create.item.as_mut().unwrap().source_links = vec![wrong.to_owned()];
        let refusal = shop.chief.backlog().create_item(create).await.refused();
        refusal.is(Code::InvalidArgument, "INVALID_FIELD").at(&["item.source_links[0]"]);
        let item = v1::Item { source_links: vec![wrong.to_owned()], ..Default::default() };
        let refusal =
            shop.chief.backlog().update_item(update(item, "source_links")).await.refused();
        refusal.at(&["item.source_links[0]"]).says(&[wrong, "https://"]);
        let target = Some(Target::Uri(wrong.to_owned()));
        let link = Some(v1::Link { kind: LinkKind::RelatesTo.into(), target });
        let add = v1::AddLinkRequest { name: Shop::name("ONLINE-1"), link, ..Default::default() };
        shop.chief.backlog().add_link(add).await.refused().at(&["link.uri"]);
    }
    // The source of an imported item, by the line of the file.
    let mut start = mapping();
    start.mapping = start.mapping.replace("{ join = \"https://planner.example/{id}\" }", "\"id\"");
    let file = b"{\"id\":\"https://a.example/1\",\"title\":\"A\",\"team\":\"online\"}\n\
        {\"id\":\"javascript:alert(1)\",\"title\":\"B\",\"team\":\"online\"}\n";
    start.mapping = start.mapping.replace("number = \"id\"\n", "");
    let refusal = import(&shop.chief, "products/webshop", start, file).await.refused();
    refusal.is(Code::InvalidArgument, "INVALID_FIELD").at(&["line 2, source"]);
    assert_eq!(shop.version().await, version);
}

#[tokio::test]
async fn the_people_of_an_item_are_known_or_imported() {
    let shop = Shop::open().await;
    shop.fill(&["online"]).await;
    let version = shop.version().await;
    let with = |person: &str| v1::Item {
        title: "A".to_owned(),
        kind: v1::ItemKind::Story.into(),
        people: vec![format!("people/{person}")],
        ..Default::default()
    };
    let create = |person: &str| v1::CreateItemRequest {
        item: Some(with(person)),
        ..Shop::new_item("online", "A")
    };
    let split = v1::SplitItemRequest {
        name: Shop::name("ONLINE-1"),
        into: vec![with("nobody-at-all")],
        ..Default::default()
    };
    let backlog = || shop.chief.backlog();
    for refusal in [
        backlog().create_item(create("nobody-at-all")).await.refused(),
        backlog().update_item(update(with("nobody-at-all"), "people")).await.refused(),
        backlog().split_item(split).await.refused(),
    ] {
        refusal.is(Code::NotFound, "UNKNOWN_PERSON").says(&["nobody-at-all"]);
    }
    assert_eq!(shop.version().await, version);
    // Nobody who may not see the product learns who is known.
    for person in ["p-chief", "nobody-at-all"] {
        let refusal = shop.stranger.backlog().create_item(create(person)).await.refused();
        refusal.is(Code::NotFound, "UNKNOWN_PRODUCT");
    }
    for person in ["p-member", "x0123456789abcdef"] {
        let item = backlog().create_item(create(person)).await.given().item.unwrap();
        assert_eq!(item.people, [format!("people/{person}")]);
    }
}
