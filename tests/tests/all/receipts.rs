//! Request ids: the same request gives the same receipt for ever, another one under its id is refused.

use koepel_api::v1;
use koepel_tests::{Answer as _, Shop, request_id};
use tonic::Code::{AlreadyExists, InvalidArgument};

#[tokio::test]
async fn a_repeated_request_gives_its_first_receipt_also_after_a_restart() {
    let mut shop = Shop::open().await;
    let request =
        v1::CreateItemRequest { request_id: request_id(), ..Shop::new_item("online", "Once") };
    let first = shop.online.backlog().create_item(request.clone()).await.given();
    shop.fill(&["offline"]).await;
    let again = shop.online.backlog().create_item(request.clone()).await.given();
    assert_eq!(again, first);
    let order = shop.order("").await;
    assert_eq!(order, ["ONLINE-1", "OFFLINE-1"]);
    shop.server.restart().await;
    let online = shop.server.client(shop.online.token());
    let again = online.backlog().create_item(request.clone()).await.given();
    assert_eq!(again.receipt, first.receipt);

    let other = v1::CreateItemRequest {
        request_id: request.request_id.clone(),
        ..Shop::new_item("online", "Another")
    };
    let refusal = online.backlog().create_item(other).await.refused();
    refusal.is(AlreadyExists, "REQUEST_ID_REUSED").says(&[&request.request_id]);
    assert_eq!(refusal.metadata["version"], first.receipt.unwrap().version.to_string());
    // The same bytes to another method are another request.
    let rank = v1::CompleteItemRequest {
        name: Shop::name("ONLINE-1"),
        request_id: request.request_id,
        ..Default::default()
    };
    online.backlog().complete_item(rank).await.refused().is(AlreadyExists, "REQUEST_ID_REUSED");
}

#[tokio::test]
async fn what_was_deleted_or_taken_since_is_still_answered() {
    let shop = Shop::open().await;
    let products = || shop.admin.products();
    let create = v1::CreateDomainRequest {
        parent: "products/webshop".to_owned(),
        domain_id: "brief".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    let name = Shop::domain_name("brief");
    let update = v1::UpdateDomainRequest {
        domain: Some(v1::Domain {
            name: name.clone(),
            summary: "Not for long".to_owned(),
            ..Default::default()
        }),
        update_mask: Some(prost_types::FieldMask { paths: vec!["summary".to_owned()] }),
        request_id: request_id(),
        ..Default::default()
    };
    let grant = v1::GrantRoleRequest {
        product: "products/webshop".to_owned(),
        person: "people/p-stranger".to_owned(),
        role: v1::Role::Member.into(),
        request_id: request_id(),
        ..Default::default()
    };
    let created = products().create_domain(create.clone()).await.given();
    let updated = products().update_domain(update.clone()).await.given();
    let granted = products().grant_role(grant.clone()).await.given();
    let delete = v1::DeleteDomainRequest { name, ..Default::default() };
    products().delete_domain(delete).await.given();
    let revoke = v1::RevokeRoleRequest {
        product: grant.product.clone(),
        person: grant.person.clone(),
        role: grant.role,
        ..Default::default()
    };
    products().revoke_role(revoke).await.given();
    let again = products().create_domain(create).await.given();
    assert_eq!((again.receipt, again.domain.unwrap().key), (created.receipt, "BRIEF".to_owned()));
    let again = products().update_domain(update).await.given();
    assert_eq!(again.receipt, updated.receipt);
    assert_eq!(again.domain.unwrap().summary, "Not for long");
    assert_eq!(products().grant_role(grant).await.given(), granted);
}

#[tokio::test]
async fn a_request_that_was_refused_may_be_tried_again_under_its_id() {
    let shop = Shop::open().await;
    shop.fill(&["online"]).await;
    let unpin = v1::UnpinItemRequest {
        name: Shop::name("ONLINE-1"),
        request_id: request_id(),
        ..Default::default()
    };
    shop.chief.backlog().unpin_item(unpin.clone()).await.refused();
    let pin = v1::PinItemRequest {
        name: Shop::name("ONLINE-1"),
        reason: "r".to_owned(),
        ..Default::default()
    };
    shop.chief.backlog().pin_item(pin).await.given();
    shop.chief.backlog().unpin_item(unpin).await.given();
}

#[tokio::test]
async fn a_request_that_changes_nothing_has_a_receipt_that_stays() {
    let shop = Shop::open().await;
    shop.fill(&["online", "online"]).await;
    let rank = v1::RankItemRequest {
        name: Shop::name("ONLINE-1"),
        place: koepel_tests::before("ONLINE-2"),
        request_id: request_id(),
        ..Default::default()
    };
    let first = shop.chief.backlog().rank_item(rank.clone()).await.given().receipt;
    shop.fill(&["online"]).await;
    assert_eq!(shop.chief.backlog().rank_item(rank).await.given().receipt, first);
}

#[tokio::test]
async fn a_request_id_is_a_uuid() {
    let shop = Shop::open().await;
    let request =
        v1::CreateItemRequest { request_id: "once".to_owned(), ..Shop::new_item("online", "x") };
    let refusal = shop.online.backlog().create_item(request).await.refused();
    refusal.is(InvalidArgument, "INVALID_FIELD").at(&["request_id"]).says(&["\"once\"", "UUID"]);
}

#[tokio::test]
async fn many_clients_with_the_same_request_are_one() {
    let shop = Shop::open().await;
    let request =
        v1::CreateItemRequest { request_id: request_id(), ..Shop::new_item("online", "Once") };
    let calls = (0..16).map(|_| {
        let mut backlog = shop.server.client(shop.online.token()).backlog();
        let request = request.clone();
        async move { backlog.create_item(request).await.given().receipt.unwrap() }
    });
    let receipts = futures::future::join_all(calls).await;
    assert!(receipts.iter().all(|receipt| *receipt == receipts[0]));
    assert_eq!(shop.order("").await, ["ONLINE-1"]);
}
