//! Products are apart: for whoever may not see a product it looks, in every call, exactly like one that is not there.

use futures::{StreamExt as _, stream};
use koepel_api::v1;
use koepel_tests::{Answer as _, Client, Shop};
use tonic::{Code, Response, Status};

use crate::ingest::{import, mapping};

fn outcome<T>(answer: Result<Response<T>, Status>) -> Option<Status> {
    answer.err()
}

// Makes a call of a client, and keeps how it was refused.
macro_rules! call {
    ($who:ident: $client:ident . $method:ident ( $request:ident { $($field:ident : $value:expr),* $(,)? } )) => {
        (stringify!($method), outcome($who.$client().$method(v1::$request { $($field: $value.clone(),)* ..Default::default() }).await))
    };
}

fn mask(path: &str) -> Option<prost_types::FieldMask> {
    Some(prost_types::FieldMask { paths: vec![path.to_owned()] })
}

/// Every call on what a product plans.
async fn every_plan(client: &Client, product: &str) -> Vec<(&'static str, Option<Status>)> {
    let product = product.to_owned();
    let domain = format!("{product}/domains/online");
    let reason = "why".to_owned();
    let entry = format!("{product}/roadmapEntries/1");
    let (goal, sync) = (format!("{product}/goals/some"), format!("{product}/syncs/1"));
    let planned = v1::RoadmapEntry {
        name: entry.clone(),
        title: "t".to_owned(),
        when: Some(v1::When { at: Some(v1::when::At::Horizon(v1::Horizon::Now.into())) }),
        ..Default::default()
    };
    vec![
        call!(client: roadmap.create_roadmap_entry(CreateRoadmapEntryRequest {
            parent: domain,
            entry: Some(planned.clone())
        })),
        call!(client: roadmap.get_roadmap_entry(GetRoadmapEntryRequest { name: entry })),
        call!(client: roadmap.list_roadmap_entries(ListRoadmapEntriesRequest { parent: domain })),
        call!(client: roadmap.update_roadmap_entry(UpdateRoadmapEntryRequest {
            entry: Some(planned.clone()),
            update_mask: mask("title")
        })),
        call!(client: roadmap.remove_roadmap_entry(RemoveRoadmapEntryRequest { name: entry, reason: reason })
        ),
        call!(client: roadmap.list_roadmap_entry_history(ListRoadmapEntryHistoryRequest { name: entry })),
        call!(client: roadmap.publish_vision(PublishVisionRequest { product: product, text: reason })),
        call!(client: roadmap.get_vision(GetVisionRequest { name: format!("{product}/vision") })),
        call!(client: roadmap.create_goal(CreateGoalRequest { parent: product, goal_id: "new".to_owned() })
        ),
        call!(client: roadmap.update_goal(UpdateGoalRequest {
            goal: Some(v1::Goal { name: goal.clone(), ..Default::default() }),
            update_mask: mask("summary")
        })),
        call!(client: roadmap.close_goal(CloseGoalRequest { name: goal, reason: reason })),
        call!(client: roadmap.list_goals(ListGoalsRequest { parent: product })),
        call!(client: syncs.start_sync(StartSyncRequest { parent: product })),
        call!(client: syncs.close_sync(CloseSyncRequest { name: sync })),
        call!(client: syncs.get_sync(GetSyncRequest { name: sync })),
        call!(client: syncs.list_syncs(ListSyncsRequest { parent: product })),
        call!(client: history.list_differences(ListDifferencesRequest { parent: product })),
    ]
}

/// Every call on who decides what, and in whose working time.
async fn every_point(client: &Client, product: &str) -> Vec<(&'static str, Option<Status>)> {
    let (product, reason) = (product.to_owned(), "why".to_owned());
    let name = format!("{product}/calendars/copenhagen");
    let calendar = v1::Calendar {
        name: name.clone(),
        display_name: "Copenhagen".to_owned(),
        time_zone: "UTC".to_owned(),
        week: Some(v1::WeekHours { monday: vec!["09:00-17:00".to_owned()], ..Default::default() }),
        ..Default::default()
    };
    let length = v1::answer_time::Length::WorkingDays(1);
    let answer_time = v1::AnswerTime { length: Some(length) };
    vec![
        call!(client: escalation_points.save_calendar(SaveCalendarRequest { calendar: Some(calendar.clone()) })),
        call!(client: escalation_points.remove_calendar(RemoveCalendarRequest { name: name, reason: reason })),
        call!(client: escalation_points.get_calendar(GetCalendarRequest { name: name })),
        call!(client: escalation_points.list_calendars(ListCalendarsRequest { parent: product })),
        call!(client: escalation_points.compute_deadline(ComputeDeadlineRequest {
            calendar: name,
            answer_time: Some(answer_time)
        })),
        call!(client: escalation_points.save_escalation_points(SaveEscalationPointsRequest { product: product })),
        call!(client: escalation_points.get_escalation_points(GetEscalationPointsRequest { product: product })),
    ]
}

/// The calls about connections and pushes.
async fn every_connection(
    client: &Client,
    product: &str,
    domain: &str,
) -> Vec<(&'static str, Option<Status>)> {
    let (product, domain) = (product.to_owned(), domain.to_owned());
    let (name, reason) = (format!("{product}/connections/tracker"), "why".to_owned());
    let connection = v1::Connection {
        name: name.clone(),
        domain,
        tool: "people/p-tool".to_owned(),
        mapping: super::push::TRACKER.to_owned(),
        ..Default::default()
    };
    let pushes = vec![format!("{product}/pushes/1.0")];
    let pushed =
        v1::PushRequest { connection: name.clone(), events: vec![v1::PushedEvent::default()] };
    let mut answers = client.ingest().push(stream::iter([pushed])).await.unwrap().into_inner();
    let refused = answers.next().await.and_then(Result::err);
    vec![
        ("push", refused),
        call!(client: connections.create_connection(CreateConnectionRequest {
            parent: product,
            connection_id: "new".to_owned(),
            connection: Some(connection.clone())
        })),
        call!(client: connections.update_connection(UpdateConnectionRequest {
            connection: Some(connection.clone()),
            update_mask: mask("source")
        })),
        call!(client: connections.remove_connection(RemoveConnectionRequest {
            name: name,
            reason: reason
        })),
        call!(client: connections.get_connection(GetConnectionRequest { name: name })),
        call!(client: connections.list_connections(ListConnectionsRequest { parent: product })),
        call!(client: connections.list_set_aside_pushes(ListSetAsidePushesRequest { parent: product })),
        call!(client: connections.list_set_aside_pushes(ListSetAsidePushesRequest { parent: name })),
        call!(client: connections.replay_pushes(ReplayPushesRequest { parent: product })),
        call!(client: connections.discard_pushes(DiscardPushesRequest {
            parent: product,
            names: pushes,
            reason: reason
        })),
    ]
}

/// The calls about alerts.
async fn every_alert(client: &Client, product: &str) -> Vec<(&'static str, Option<Status>)> {
    let product = product.to_owned();
    let name = format!("{product}/alertTargets/chat");
    let person = v1::alert_receiver::Receiver::Person("people/p-chief".to_owned());
    let receiver = Some(v1::AlertReceiver { receiver: Some(person) });
    let target = v1::AlertTarget {
        receiver: receiver.clone(),
        url: "https://example.com/".to_owned(),
        ..Default::default()
    };
    let rule = Some(v1::AlertRule { receiver: receiver.clone(), ..Default::default() });
    vec![
        call!(client: alerts.watch_alerts(WatchAlertsRequest { parent: product })),
        call!(client: alerts.send_test_alert(SendTestAlertRequest { parent: product })),
        call!(client: alerts.send_test_alert(SendTestAlertRequest { parent: product, target: name })),
        call!(client: alerts.set_alert_rule(SetAlertRuleRequest { parent: product, rule: rule })),
        call!(client: alerts.remove_alert_rule(RemoveAlertRuleRequest {
            parent: product,
            receiver: receiver
        })),
        call!(client: alerts.list_alert_rules(ListAlertRulesRequest { parent: product })),
        call!(client: alerts.create_alert_target(CreateAlertTargetRequest {
            parent: product,
            target_id: "chat".to_owned(),
            target: Some(target.clone())
        })),
        call!(client: alerts.remove_alert_target(RemoveAlertTargetRequest { name: name })),
        call!(client: alerts.list_alert_targets(ListAlertTargetsRequest { parent: product })),
        call!(client: alerts.list_deliveries(ListDeliveriesRequest { parent: product })),
        call!(client: alerts.replay_deliveries(ReplayDeliveriesRequest { parent: product })),
    ]
}

/// Every call that names a product, and how it was refused; none if it was not.
async fn every_call(client: &Client, id: &str) -> Vec<(&'static str, Option<Status>)> {
    let product = format!("products/{id}");
    let (name, domain) = (format!("{product}/items/ONLINE-1"), format!("{product}/domains/online"));
    let place = koepel_tests::at(v1::Edge::Top);
    let reason = "why".to_owned();
    let item =
        v1::Item { name: name.clone(), title: "t".to_owned(), kind: 1, ..Default::default() };
    let link = Some(v1::Link {
        kind: 1,
        target: Some(v1::link::Target::Uri("https://a.example".to_owned())),
    });
    let person = "people/p-member".to_owned();
    let mut calls = vec![
        call!(client: products.get_product(GetProductRequest { name: product })),
        call!(client: products.update_product(UpdateProductRequest {
            product: Some(v1::Product { name: product.clone(), ..Default::default() }),
            update_mask: mask("summary")
        })),
        call!(client: products.create_domain(CreateDomainRequest {
                parent: product,
                domain_id: "new".to_owned()
            })
        ),
        call!(client: products.get_domain(GetDomainRequest { name: domain })),
        call!(client: products.list_domains(ListDomainsRequest { parent: product })),
        call!(client: products.update_domain(UpdateDomainRequest {
            domain: Some(v1::Domain { name: domain.clone(), ..Default::default() }),
            update_mask: mask("summary")
        })),
        call!(client: products.delete_domain(DeleteDomainRequest { name: domain })),
        call!(client: products.grant_role(GrantRoleRequest { product: product, person: person, role: 4 })),
        call!(client: products.revoke_role(RevokeRoleRequest {
            product: product,
            person: person,
            role: 4
        })),
        call!(client: products.name_deputy(NameDeputyRequest { product: product, person: person, role: 1 })),
        call!(client: products.dismiss_deputy(DismissDeputyRequest {
            product: product,
            person: person,
            role: 1
        })),
        call!(client: products.list_roles(ListRolesRequest { product: product })),
        call!(client: products.get_mandate(GetMandateRequest { product: product })),
        call!(client: directory.find_owner(FindOwnerRequest {
            parent: product,
            what: Some(v1::find_owner_request::What::Question(reason.clone()))
        })),
        call!(client: directory.list_gaps(ListGapsRequest { parent: product })),
        call!(client: directory.resolve_gap(ResolveGapRequest { name: format!("{product}/gaps/1") })),
        call!(client: backlog.create_item(CreateItemRequest { parent: domain, item: Some(item.clone()) })),
        call!(client: backlog.get_item(GetItemRequest { name: name })),
        call!(client: backlog.update_item(UpdateItemRequest {
            item: Some(item.clone()),
            update_mask: mask("title")
        })),
        call!(client: backlog.list_backlog(ListBacklogRequest { parent: product })),
        call!(client: backlog.list_backlog(ListBacklogRequest { parent: domain })),
        call!(client: backlog.search_items(SearchItemsRequest { parent: product, query: reason })),
        call!(client: backlog.rank_item(RankItemRequest { name: name, place: place })),
        call!(client: backlog.reorder_item(ReorderItemRequest { name: name, place: place })),
        call!(client: backlog.preview_move(PreviewMoveRequest { name: name, place: place, scope: 1 })),
        call!(client: backlog.pin_item(PinItemRequest { name: name, reason: reason })),
        call!(client: backlog.unpin_item(UnpinItemRequest { name: name })),
        call!(client: backlog.undo_move(UndoMoveRequest { product: product, version: 3_u64 })),
        call!(client: backlog.move_item(MoveItemRequest { name: name, domain: domain })),
        call!(client: backlog.split_item(SplitItemRequest { name: name, into: vec![item.clone()] })),
        call!(client: backlog.merge_items(MergeItemsRequest { into: name, names: vec![name.clone()] })),
        call!(client: backlog.mark_duplicate(MarkDuplicateRequest { name: name, duplicate_of: name })),
        call!(client: backlog.complete_item(CompleteItemRequest { name: name })),
        call!(client: backlog.drop_item(DropItemRequest { name: name, reason: reason })),
        call!(client: backlog.reopen_item(ReopenItemRequest { name: name })),
        call!(client: backlog.add_link(AddLinkRequest { name: name, link: link })),
        call!(client: backlog.remove_link(RemoveLinkRequest { name: name, link: link })),
        call!(client: backlog.request_domain(RequestDomainRequest {
            name: name,
            domain: domain,
            ask: reason
        })),
        call!(client: backlog.withdraw_request(WithdrawRequestRequest { name: name, domain: domain })),
        call!(client: backlog.list_item_history(ListItemHistoryRequest { name: name })),
        call!(client: backlog.explain_rank(ExplainRankRequest { name: name })),
        call!(client: events.subscribe(SubscribeRequest { product: product })),
    ];
    // A version in the future is not waited for, either.
    calls.push(call!(client: backlog.list_backlog(ListBacklogRequest { parent: product, min_version: 1_000_000_u64 })
    ));
    calls.extend(every_plan(client, &product).await);
    calls.extend(every_point(client, &product).await);
    calls.extend(every_connection(client, &product, &domain).await);
    calls.extend(every_alert(client, &product).await);
    calls.push(("import", outcome(import(client, &product, mapping(), b"{}\n").await)));
    calls
}

#[tokio::test]
async fn another_product_looks_like_a_missing_one() {
    let shop = Shop::open().await;
    shop.fill(&["online"]).await;
    let other = v1::CreateProductRequest {
        product_id: "other".to_owned(),
        display_name: "Other".to_owned(),
        ..Default::default()
    };
    shop.admin.products().create_product(other).await.given();
    let narrowed = |product: &str| v1::CreateTokenRequest {
        person: "people/p-chief".to_owned(),
        product: product.to_owned(),
        ..Default::default()
    };
    let elsewhere = Shop::token(&shop.admin, narrowed("products/other")).await;
    let narrowed_admin =
        v1::CreateTokenRequest { person: "people/admin".to_owned(), ..narrowed("products/other") };
    let narrowed_admin = Shop::token(&shop.admin, narrowed_admin).await;
    let version = shop.version().await;
    for client in [&shop.stranger, &elsewhere, &narrowed_admin] {
        let hidden = every_call(client, "webshop").await;
        let missing = every_call(client, "nowhere").await;
        let reserved = every_call(client, "system").await;
        for ((hidden, missing), reserved) in hidden.iter().zip(&missing).zip(&reserved) {
            let method = hidden.0;
            let refusal = hidden.1.as_ref().unwrap_or_else(|| panic!("{method} was answered"));
            for like in [missing.1.as_ref().unwrap(), reserved.1.as_ref().unwrap()] {
                assert_eq!(
                    (refusal.code(), refusal.message()),
                    (like.code(), like.message()),
                    "{method}"
                );
                assert_eq!(refusal.details(), like.details(), "{method}");
            }
            assert_eq!(
                (refusal.code(), refusal.message()),
                (Code::NotFound, "there is no such product"),
                "{method}"
            );
        }
    }
    assert_eq!(shop.version().await, version);
    // For the administrator only what is reserved is not there.
    for (method, refusal) in every_call(&shop.admin, "system").await {
        let refusal = refusal.unwrap_or_else(|| panic!("{method} was answered"));
        assert!(
            matches!(refusal.code(), Code::NotFound | Code::InvalidArgument),
            "{method}: {refusal:?}"
        );
    }
}

#[tokio::test]
async fn everybody_sees_the_own_products_only() {
    let shop = Shop::open().await;
    let other = v1::CreateProductRequest {
        product_id: "other".to_owned(),
        display_name: "Other".to_owned(),
        chief_po: "people/p-stranger".to_owned(),
        ..Default::default()
    };
    shop.admin.products().create_product(other).await.given();
    let seen = async |client: &Client| {
        let listed =
            client.products().list_products(v1::ListProductsRequest::default()).await.given();
        listed.products.into_iter().map(|product| product.name).collect::<Vec<_>>()
    };
    assert_eq!(seen(&shop.member).await, ["products/webshop"]);
    assert_eq!(seen(&shop.stranger).await, ["products/other"]);
    assert_eq!(seen(&shop.admin).await, ["products/other", "products/webshop"]);
    let narrowed = v1::CreateTokenRequest {
        person: "people/admin".to_owned(),
        product: "products/other".to_owned(),
        ..Default::default()
    };
    let narrowed = Shop::token(&shop.admin, narrowed).await;
    assert_eq!(seen(&narrowed).await, ["products/other"]);
    // Within its product a narrowed token does what its person may.
    Shop::domain(&narrowed, "products/other", "inside").await;
}
