//! What a program asks before it offers something: what its caller may do, and what a move would do to others.

use std::collections::BTreeMap;

use koepel_api::v1::{self, Act, Edge, MoveScope, Role};
use koepel_tests::{Answer as _, Client, Refusal, Shop, after, at, before};
use tonic::Code::{Aborted, FailedPrecondition, InvalidArgument, NotFound, PermissionDenied};

const PRODUCT: &str = "products/webshop";

async fn permissions(by: &Client) -> Vec<v1::Permission> {
    let asked = v1::GetMandateRequest { product: PRODUCT.to_owned(), ..Default::default() };
    by.products().get_mandate(asked).await.given().permissions
}

fn of(permissions: &[v1::Permission], act: Act) -> &v1::Permission {
    permissions.iter().find(|permission| permission.act() == act).unwrap()
}

#[tokio::test]
async fn a_mandate_says_where_each_act_is_the_callers_and_whose_else() {
    let shop = Shop::open().await;
    let online = permissions(&shop.online).await;
    let acts: Vec<i32> = online.iter().map(|permission| permission.act).collect();
    assert_eq!(acts, (1..=28).collect::<Vec<_>>());
    let order = of(&online, Act::OrderDomain);
    assert_eq!((order.everywhere, &order.domains), (false, &vec![Shop::domain_name("online")]));
    assert_eq!(order.roles().collect::<Vec<_>>(), [Role::ChiefPo]);
    assert_eq!(order.domain_roles().collect::<Vec<_>>(), [Role::DomainPo]);
    assert!(!order.administrators);
    let rank = of(&online, Act::OrderProduct);
    assert!(!rank.everywhere && rank.domains.is_empty());
    assert!(of(&online, Act::Read).everywhere);

    assert!(of(&permissions(&shop.chief).await, Act::OrderProduct).everywhere);
    let admin = permissions(&shop.admin).await;
    assert!(of(&admin, Act::SeatChief).everywhere && of(&admin, Act::SeatChief).administrators);
    assert!(!of(&admin, Act::OrderProduct).everywhere);
    // What is told is what the server then does.
    let rank = v1::RankItemRequest {
        name: Shop::name("ONLINE-1"),
        place: at(Edge::Bottom),
        ..Default::default()
    };
    shop.fill(&["online", "offline"]).await;
    let refusal = shop.online.backlog().rank_item(rank.clone()).await.refused();
    refusal.is(PermissionDenied, "NOT_IN_MANDATE");
    shop.chief.backlog().rank_item(rank).await.given();
}

#[tokio::test]
async fn a_narrowed_token_has_the_mandate_of_its_role_only() {
    let shop = Shop::open().await;
    let token = |role: Role| v1::CreateTokenRequest {
        person: "people/p-chief".to_owned(),
        role: role.into(),
        ..Default::default()
    };
    Shop::grant(&shop.admin, PRODUCT, "p-chief", Role::Stakeholder, "").await;
    let reads = Shop::token(&shop.admin, token(Role::Stakeholder)).await;
    let told = permissions(&reads).await;
    for permission in &told {
        assert_eq!(permission.everywhere, permission.act() == Act::Read, "{permission:?}");
        assert!(permission.domains.is_empty(), "{permission:?}");
    }
    // A role that they do not have opens nothing, not even what is there.
    let none = Shop::token(&shop.admin, token(Role::Member)).await;
    let asked = v1::GetMandateRequest { product: PRODUCT.to_owned(), ..Default::default() };
    for nobody in [none, shop.stranger.clone()] {
        let refusal = nobody.products().get_mandate(asked.clone()).await.refused();
        refusal.is(NotFound, "UNKNOWN_PRODUCT");
    }
}

fn preview(key: &str, place: Option<v1::Place>, scope: MoveScope) -> v1::PreviewMoveRequest {
    let (name, scope) = (Shop::name(key), scope.into());
    v1::PreviewMoveRequest { name, place, scope, ..Default::default() }
}

fn keys(rows: &[v1::BacklogRow]) -> Vec<(&str, u32)> {
    rows.iter().map(|row| (row.key.as_str(), row.place)).collect()
}

#[tokio::test]
async fn a_preview_says_what_a_move_goes_past_and_changes_nothing() {
    let shop = Shop::open().await;
    shop.fill(&["online", "offline", "online", "offline", "online"]).await;
    let version = shop.version().await;
    let asked = preview("ONLINE-3", before("OFFLINE-1"), MoveScope::Product);
    let told = shop.chief.backlog().preview_move(asked).await.given();
    assert_eq!((told.from_place, told.to_place), (5, 2));
    assert_eq!((told.from_domain_place, told.to_domain_place), (3, 2));
    assert_eq!(keys(&told.passed), [("OFFLINE-1", 2), ("ONLINE-2", 3), ("OFFLINE-2", 4)]);
    assert_eq!((told.passed_total, told.version), (3, version));
    let domains: Vec<_> = told.domains.iter().map(|it| (it.domain.as_str(), it.items)).collect();
    let (online, offline) = (Shop::domain_name("online"), Shop::domain_name("offline"));
    assert_eq!(domains, [(offline.as_str(), 2), (online.as_str(), 1)]);

    let asked = preview("ONLINE-3", at(Edge::Top), MoveScope::Domain);
    let told = shop.online.backlog().preview_move(asked).await.given();
    assert_eq!((told.from_place, told.to_place), (5, 1));
    assert_eq!(keys(&told.passed), [("ONLINE-1", 1), ("ONLINE-2", 3)]);
    assert_eq!(shop.version().await, version);
    let order = ["ONLINE-1", "OFFLINE-1", "ONLINE-2", "OFFLINE-2", "ONLINE-3"];
    assert_eq!(shop.order("").await, order);
}

#[tokio::test]
async fn a_preview_is_refused_as_the_move_would_be() {
    let shop = Shop::open().await;
    shop.fill(&["online", "offline", "online"]).await;
    let pin = v1::PinItemRequest {
        name: Shop::name("ONLINE-1"),
        reason: "promised".to_owned(),
        ..Default::default()
    };
    shop.chief.backlog().pin_item(pin).await.given();
    let whole = |refusal: Refusal| {
        let metadata: BTreeMap<_, _> = refusal.metadata.into_iter().collect();
        (refusal.reason, refusal.message, refusal.fields, metadata)
    };
    for (by, key, place, code) in [
        (&shop.online, "ONLINE-1", at(Edge::Bottom), FailedPrecondition),
        (&shop.online, "ONLINE-2", after("OFFLINE-1"), InvalidArgument),
        (&shop.offline, "ONLINE-2", at(Edge::Top), PermissionDenied),
        (&shop.online, "ONLINE-9", at(Edge::Top), NotFound),
    ] {
        let asked = preview(key, place.clone(), MoveScope::Domain);
        let told = by.backlog().preview_move(asked).await.refused();
        let move_it = v1::ReorderItemRequest { name: Shop::name(key), place, ..Default::default() };
        let refused = by.backlog().reorder_item(move_it).await.refused();
        assert_eq!(told.code, code, "{key}");
        assert_eq!(whole(told), whole(refused), "{key}");
    }
    let asked = preview("ONLINE-2", at(Edge::Top), MoveScope::Product);
    let refusal = shop.offline.backlog().preview_move(asked).await.refused();
    refusal.is(PermissionDenied, "NOT_IN_MANDATE");
    let mut seen = preview("ONLINE-2", before("OFFLINE-1"), MoveScope::Product);
    seen.place.as_mut().unwrap().neighbour_seen = Some(String::new());
    let refusal = shop.chief.backlog().preview_move(seen).await.refused();
    refusal.is(Aborted, "NEIGHBOURS_MOVED");
    for (wrong, field) in [
        (preview("ONLINE-2", at(Edge::Top), MoveScope::Unspecified), "scope"),
        (preview("ONLINE-2", None, MoveScope::Product), "place"),
        (
            v1::PreviewMoveRequest {
                with_family: true,
                ..preview("ONLINE-2", at(Edge::Top), MoveScope::Domain)
            },
            "with_family",
        ),
        (
            v1::PreviewMoveRequest {
                scope: 9,
                ..preview("ONLINE-2", at(Edge::Top), MoveScope::Domain)
            },
            "scope",
        ),
    ] {
        let refusal = shop.chief.backlog().preview_move(wrong).await.refused();
        refusal.is(InvalidArgument, "INVALID_FIELD");
        assert_eq!(refusal.fields, [field]);
    }
}
