//! What a refusal tells programs beside its message, so that they can say it in another language.

use koepel_api::v1::{self, Edge, Role};
use koepel_tests::{Answer as _, Refusal, Shop, after, at, before, day};

#[track_caller]
fn tells(refusal: &Refusal, reason: &str, values: &[(&str, &str)]) {
    assert_eq!(refusal.reason, reason, "{}", refusal.message);
    let mut told: Vec<_> =
        refusal.metadata.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    told.sort_unstable();
    let mut values = values.to_vec();
    values.sort_unstable();
    assert_eq!(told, values, "{reason}");
}

fn rank(key: &str, place: Option<v1::Place>) -> v1::RankItemRequest {
    v1::RankItemRequest { name: Shop::name(key), place, ..Default::default() }
}

fn reorder(key: &str, place: Option<v1::Place>) -> v1::ReorderItemRequest {
    v1::ReorderItemRequest { name: Shop::name(key), place, ..Default::default() }
}

#[tokio::test]
async fn who_may_not_is_told_the_act_and_where() {
    let shop = Shop::open().await;
    shop.fill(&["online", "offline"]).await;
    let (online, offline) = (Shop::domain_name("online"), Shop::domain_name("offline"));
    let refusal =
        shop.online.backlog().rank_item(rank("ONLINE-1", at(Edge::Bottom))).await.refused();
    tells(&refusal, "NOT_IN_MANDATE", &[("act", "ACT_ORDER_PRODUCT"), ("domains", &online)]);
    let move_it = v1::MoveItemRequest {
        name: Shop::name("ONLINE-1"),
        domain: offline.clone(),
        ..Default::default()
    };
    let refusal = shop.online.backlog().move_item(move_it).await.refused();
    let both = format!("{online},{offline}");
    tells(&refusal, "NOT_IN_MANDATE", &[("act", "ACT_MOVE_ITEM"), ("domains", &both)]);
    let vision = v1::PublishVisionRequest {
        product: "products/webshop".to_owned(),
        text: "More".to_owned(),
        ..Default::default()
    };
    let refusal = shop.member.roadmap().publish_vision(vision).await.refused();
    tells(&refusal, "NOT_IN_MANDATE", &[("act", "ACT_PUBLISH_VISION"), ("domains", "")]);
    let shares =
        v1::ListShareLinksRequest { parent: "products/webshop".to_owned(), ..Default::default() };
    let refusal = shop.member.shares().list_share_links(shares).await.refused();
    tells(&refusal, "NOT_IN_MANDATE", &[("act", "ACT_SHARE"), ("domains", "")]);
}

#[tokio::test]
async fn a_move_that_is_refused_tells_its_values() {
    let shop = Shop::open().await;
    shop.fill(&["online", "online", "online", "offline", "online"]).await;
    let pin = v1::PinItemRequest {
        name: Shop::name("ONLINE-1"),
        reason: "promised to the shops".to_owned(),
        ..Default::default()
    };
    shop.chief.backlog().pin_item(pin).await.given();
    let done = v1::CompleteItemRequest { name: Shop::name("ONLINE-4"), ..Default::default() };
    shop.online.backlog().complete_item(done).await.given();

    let mut backlog = shop.online.backlog();
    let refusal = backlog.reorder_item(reorder("ONLINE-1", at(Edge::Bottom))).await.refused();
    tells(&refusal, "PINNED", &[("item", "ONLINE-1"), ("reason", "promised to the shops")]);
    let refusal = backlog.reorder_item(reorder("ONLINE-4", at(Edge::Top))).await.refused();
    tells(&refusal, "NOT_OPEN", &[("item", "ONLINE-4"), ("status", "ITEM_STATUS_DONE")]);
    let refusal = backlog.reorder_item(reorder("ONLINE-2", after("ONLINE-4"))).await.refused();
    tells(&refusal, "ANCHOR_CLOSED", &[("item", "ONLINE-4"), ("status", "ITEM_STATUS_DONE")]);
    let refusal = backlog.reorder_item(reorder("ONLINE-2", after("OFFLINE-1"))).await.refused();
    let offline = Shop::domain_name("offline");
    tells(&refusal, "FOREIGN_ANCHOR", &[("item", "OFFLINE-1"), ("domain", &offline)]);
    let mut seen = rank("ONLINE-3", before("OFFLINE-1"));
    seen.place.as_mut().unwrap().neighbour_seen = Some(Shop::name("ONLINE-1"));
    let refusal = shop.chief.backlog().rank_item(seen).await.refused();
    tells(&refusal, "NEIGHBOURS_MOVED", &[("after", "ONLINE-2"), ("before", "OFFLINE-1")]);
    let stale = v1::RankItemRequest { expected_version: 1, ..rank("ONLINE-2", at(Edge::Top)) };
    let refusal = shop.chief.backlog().rank_item(stale).await.refused();
    let changed = shop.item("ONLINE-2").await.changed_at_version.to_string();
    let values =
        [("what", "ONLINE-2"), ("expected_version", "1"), ("current_version", changed.as_str())];
    tells(&refusal, "STALE", &values);
    let version = shop.version().await;
    let undo = v1::UndoMoveRequest {
        product: "products/webshop".to_owned(),
        version,
        ..Default::default()
    };
    let refusal = shop.chief.backlog().undo_move(undo).await.refused();
    let version = version.to_string();
    tells(&refusal, "NOTHING_TO_UNDO", &[("version", &version), ("current_version", &version)]);
    let refusal = shop.chief.backlog().rank_item(rank("ONLINE-9", at(Edge::Top))).await.refused();
    tells(&refusal, "UNKNOWN_ITEM", &[("item", "ONLINE-9")]);
}

#[tokio::test]
async fn a_change_that_is_refused_tells_its_values() {
    let shop = Shop::open().await;
    shop.fill(&["online", "online"]).await;
    let parent = |key: &str, parent: &str| v1::UpdateItemRequest {
        item: Some(v1::Item {
            name: Shop::name(key),
            parent: Shop::name(parent),
            ..Default::default()
        }),
        update_mask: Some(prost_types::FieldMask { paths: vec!["parent".to_owned()] }),
        ..Default::default()
    };
    shop.chief.backlog().update_item(parent("ONLINE-2", "ONLINE-1")).await.given();
    let refusal = shop.chief.backlog().update_item(parent("ONLINE-1", "ONLINE-2")).await.refused();
    tells(&refusal, "PARENT_CYCLE", &[("path", "ONLINE-1,ONLINE-2,ONLINE-1")]);
    let labels = (0..51).map(|no| format!("l{no}")).collect();
    let many = v1::UpdateItemRequest {
        item: Some(v1::Item { name: Shop::name("ONLINE-1"), labels, ..Default::default() }),
        update_mask: Some(prost_types::FieldMask { paths: vec!["labels".to_owned()] }),
        ..Default::default()
    };
    let refusal = shop.chief.backlog().update_item(many).await.refused();
    tells(&refusal, "TOO_MANY", &[("what", "labels"), ("count", "51"), ("limit", "50")]);
    let online = Shop::domain_name("online");
    let delete = v1::DeleteDomainRequest { name: online.clone(), ..Default::default() };
    let refusal = shop.chief.products().delete_domain(delete).await.refused();
    tells(&refusal, "DOMAIN_NOT_EMPTY", &[("domain", &online), ("items", "2")]);
    let grant = |person: &str, role: Role| v1::GrantRoleRequest {
        product: "products/webshop".to_owned(),
        person: format!("people/{person}"),
        role: role.into(),
        domain: Shop::domain_name("online"),
        ..Default::default()
    };
    let refusal =
        shop.chief.products().grant_role(grant("p-member", Role::DomainPo)).await.refused();
    let seat = [("role", "ROLE_DOMAIN_PO"), ("domain", online.as_str())];
    let values = [&seat[..], &[("holder", "people/p-online")]].concat();
    tells(&refusal, "SEAT_TAKEN", &values);
    let bounded =
        v1::GrantRoleRequest { last_day: Some(day(30)), ..grant("p-online", Role::DomainPo) };
    let refusal = shop.chief.products().grant_role(bounded).await.refused();
    let values = [&seat[..], &[("person", "people/p-online")]].concat();
    tells(&refusal, "ROLE_HELD", &values);
    shop.name_deputy("p-member", day(1), day(5)).await;
    let name = v1::NameDeputyRequest {
        product: "products/webshop".to_owned(),
        person: "people/p-stakeholder".to_owned(),
        role: Role::ChiefPo.into(),
        first_day: Some(day(2)),
        last_day: Some(day(3)),
        ..Default::default()
    };
    let refusal = shop.chief.products().name_deputy(name).await.refused();
    assert_eq!(refusal.reason, "DEPUTY_TAKEN", "{}", refusal.message);
    assert_eq!(refusal.metadata["deputy"], "people/p-member");
    assert_eq!(refusal.metadata["role"], "ROLE_CHIEF_PO");
    let wire = day(5);
    let last = format!("{:04}-{:02}-{:02}", wire.year, wire.month, wire.day);
    assert_eq!(refusal.metadata["last_day"], last);
}

#[tokio::test]
async fn a_decision_that_is_refused_tells_its_values() {
    let shop = Shop::open().await;
    shop.fill(&["online", "offline"]).await;
    let escalation = Shop::dispute(&shop.online).await;
    let decide = v1::DecideEscalationRequest {
        name: escalation.name.clone(),
        outcome: Some(v1::decide_escalation_request::Outcome::Other(v1::EscalationOption {
            title: "So".to_owned(),
            ..Default::default()
        })),
        reason: "because".to_owned(),
        ..Default::default()
    };
    let refusal = shop.member.escalations().decide_escalation(decide).await.refused();
    let no = escalation.name.rsplit('/').next().unwrap();
    let values = [("escalation", no), ("own_cause", "false"), ("deciders", "people/p-chief")];
    tells(&refusal, "NOT_THE_DECIDER", &values);
    let withdraw = |name: &str| v1::WithdrawEscalationRequest {
        name: name.to_owned(),
        reason: "settled".to_owned(),
        ..Default::default()
    };
    let mut others = shop.member.escalations();
    let refusal = others.withdraw_escalation(withdraw(&escalation.name)).await.refused();
    let values = [("escalation", no), ("raised_by", "people/p-online")];
    tells(&refusal, "NOT_THE_RAISER", &values);
    let mut own = shop.online.escalations();
    own.withdraw_escalation(withdraw(&escalation.name)).await.given();
    let refusal = own.withdraw_escalation(withdraw(&escalation.name)).await.refused();
    let values = [("escalation", no), ("state", "ESCALATION_STATE_WITHDRAWN")];
    tells(&refusal, "ESCALATION_ENDED", &values);
}
