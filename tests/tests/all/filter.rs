//! Backlogs of which only a part is asked for.

use koepel_api::v1::{self, BacklogState, Edge, ItemKind, ItemStatus, Moscow, Shared};
use koepel_tests::{Answer as _, Shop, at};
use tonic::Code::{InvalidArgument, NotFound, PermissionDenied};

const PRODUCT: &str = "products/webshop";

fn list(parent: &str, filter: v1::BacklogFilter) -> v1::ListBacklogRequest {
    v1::ListBacklogRequest { parent: parent.to_owned(), filter: Some(filter), ..Default::default() }
}

async fn edit(shop: &Shop, key: &str, path: &str, item: v1::Item) {
    let request = v1::UpdateItemRequest {
        item: Some(v1::Item { name: Shop::name(key), ..item }),
        update_mask: Some(prost_types::FieldMask { paths: vec![path.to_owned()] }),
        ..Default::default()
    };
    shop.chief.backlog().update_item(request).await.given();
}

/// `ONLINE-1` must and labelled, `OFFLINE-1` a defect that asks something of online, `ONLINE-2` pinned and ready, `BACKOFFICE-1`,
/// `OFFLINE-2` must and done, `ONLINE-3` labelled twice.
async fn shop() -> Shop {
    let shop = Shop::open().await;
    shop.fill(&["online", "offline", "online", "backoffice", "offline", "online"]).await;
    let labels = |labels: &[&str]| v1::Item {
        labels: labels.iter().map(|&label| label.to_owned()).collect(),
        ..Default::default()
    };
    edit(&shop, "ONLINE-1", "labels", labels(&["peak"])).await;
    edit(&shop, "ONLINE-3", "labels", labels(&["peak", "2027"])).await;
    let must = v1::Item { moscow: Moscow::Must.into(), ..Default::default() };
    edit(&shop, "ONLINE-1", "moscow", must.clone()).await;
    edit(&shop, "OFFLINE-2", "moscow", must).await;
    let defect = v1::Item { kind: ItemKind::Defect.into(), ..Default::default() };
    edit(&shop, "OFFLINE-1", "kind", defect).await;
    let ready = v1::Item { status: ItemStatus::Ready.into(), ..Default::default() };
    edit(&shop, "ONLINE-2", "status", ready).await;
    let pin = v1::PinItemRequest {
        name: Shop::name("ONLINE-2"),
        reason: "promised".to_owned(),
        ..Default::default()
    };
    shop.chief.backlog().pin_item(pin).await.given();
    let ask = v1::RequestDomainRequest {
        name: Shop::name("OFFLINE-1"),
        domain: Shop::domain_name("online"),
        ask: "A button".to_owned(),
        ..Default::default()
    };
    shop.chief.backlog().request_domain(ask).await.given();
    let done = v1::CompleteItemRequest { name: Shop::name("OFFLINE-2"), ..Default::default() };
    shop.chief.backlog().complete_item(done).await.given();
    shop
}

async fn asked(shop: &Shop, request: v1::ListBacklogRequest) -> v1::ListBacklogResponse {
    shop.stakeholder.backlog().list_backlog(request).await.given()
}

fn rows(page: &v1::ListBacklogResponse) -> Vec<(&str, u32, u32)> {
    page.rows.iter().map(|row| (row.key.as_str(), row.place, row.domain_place)).collect()
}

#[tokio::test]
async fn each_part_of_a_filter_holds_and_places_stay_those_of_the_whole_order() {
    let shop = shop().await;
    let of = |id: &str| vec![Shop::domain_name(id)];
    let none = v1::BacklogFilter::default;
    let online = [("ONLINE-1", 1, 1), ("ONLINE-2", 3, 2), ("ONLINE-3", 5, 3)];
    let offline = ("OFFLINE-1", 2, 1);
    let backoffice = ("BACKOFFICE-1", 4, 1);
    let story = ItemKind::Story.into();
    for (filter, expected) in [
        (v1::BacklogFilter { kinds: vec![ItemKind::Defect.into()], ..none() }, vec![offline]),
        (v1::BacklogFilter { statuses: vec![ItemStatus::Ready.into()], ..none() }, vec![online[1]]),
        (v1::BacklogFilter { statuses: vec![ItemStatus::Done.into()], ..none() }, vec![]),
        (v1::BacklogFilter { moscow: vec![Moscow::Must.into()], ..none() }, vec![online[0]]),
        (
            v1::BacklogFilter { moscow: vec![0], kinds: vec![story], ..none() },
            vec![online[1], backoffice, online[2]],
        ),
        (
            v1::BacklogFilter { labels: vec!["peak".to_owned()], ..none() },
            vec![online[0], online[2]],
        ),
        (
            v1::BacklogFilter { labels: vec!["2027".to_owned(), "peak".to_owned()], ..none() },
            vec![online[2]],
        ),
        (v1::BacklogFilter { pinned: true, ..none() }, vec![online[1]]),
        (v1::BacklogFilter { domains: of("online"), ..none() }, online.to_vec()),
        (
            v1::BacklogFilter { domains: [of("offline"), of("backoffice")].concat(), ..none() },
            vec![offline, backoffice],
        ),
        (v1::BacklogFilter { asks_of: Shop::domain_name("online"), ..none() }, vec![offline]),
        (v1::BacklogFilter { pinned: true, domains: of("offline"), ..none() }, vec![]),
    ] {
        let page = asked(&shop, list(PRODUCT, filter.clone())).await;
        assert_eq!(rows(&page), expected, "{filter:?}");
        assert_eq!(usize::try_from(page.total_size).unwrap(), expected.len(), "{filter:?}");
        // In a sub-backlog, what is of this domain of that.
        let page = asked(&shop, list(&Shop::domain_name("online"), filter.clone())).await;
        let own: Vec<_> =
            expected.into_iter().filter(|(key, ..)| key.starts_with("ONLINE")).collect();
        assert_eq!(rows(&page), own, "{filter:?} of online");
    }
    let must = v1::BacklogFilter { moscow: vec![Moscow::Must.into()], ..none() };
    let all = v1::ListBacklogRequest { state: BacklogState::All.into(), ..list(PRODUCT, must) };
    assert_eq!(rows(&asked(&shop, all).await), [online[0], ("OFFLINE-2", 0, 0)]);
    // A filter that says nothing is none.
    assert_eq!(asked(&shop, list(PRODUCT, none())).await.total_size, 5);
}

async fn add_goal(shop: &Shop) -> String {
    let goal = v1::CreateGoalRequest {
        parent: PRODUCT.to_owned(),
        goal_id: "fewer-returns".to_owned(),
        ..Default::default()
    };
    shop.chief.roadmap().create_goal(goal).await.given().goal.unwrap().name
}

#[tokio::test]
async fn a_filter_asks_for_direct_parts_and_for_a_goal_or_none() {
    let shop = shop().await;
    let goal = add_goal(&shop).await;
    let part = |of: &str| v1::Item { parent: Shop::name(of), ..Default::default() };
    edit(&shop, "ONLINE-2", "parent", part("ONLINE-1")).await;
    edit(&shop, "OFFLINE-1", "parent", part("ONLINE-2")).await;
    edit(&shop, "OFFLINE-2", "parent", part("ONLINE-1")).await;
    let serving = v1::Item { goal: goal.clone(), ..Default::default() };
    edit(&shop, "ONLINE-2", "goal", serving.clone()).await;
    edit(&shop, "BACKOFFICE-1", "goal", serving).await;
    let parts = |of: &str| v1::BacklogFilter { part_of: Shop::name(of), ..Default::default() };
    let of_goal = |goal: &str| v1::BacklogFilter { goal: goal.to_owned(), ..Default::default() };
    let none = "products/webshop/goals/-";
    let both = v1::BacklogFilter { goal: goal.clone(), ..parts("ONLINE-1") };
    for (filter, expected) in [
        (parts("ONLINE-1"), vec!["ONLINE-2"]),
        (parts("ONLINE-2"), vec!["OFFLINE-1"]),
        (parts("ONLINE-3"), vec![]),
        (of_goal(&goal), vec!["ONLINE-2", "BACKOFFICE-1"]),
        (of_goal(none), vec!["ONLINE-1", "OFFLINE-1", "ONLINE-3"]),
        (both, vec!["ONLINE-2"]),
        (v1::BacklogFilter { goal: none.to_owned(), ..parts("ONLINE-1") }, vec![]),
    ] {
        let page = asked(&shop, list(PRODUCT, filter.clone())).await;
        let keys: Vec<_> = page.rows.iter().map(|row| row.key.as_str()).collect();
        assert_eq!(keys, expected, "{filter:?}");
        assert_eq!(usize::try_from(page.total_size).unwrap(), expected.len(), "{filter:?}");
    }
    let all = BacklogState::All.into();
    let all = v1::ListBacklogRequest { state: all, ..list(PRODUCT, parts("ONLINE-1")) };
    assert_eq!(rows(&asked(&shop, all).await), [("ONLINE-2", 3, 2), ("OFFLINE-2", 0, 0)]);

    let unknown = async |filter| shop.online.backlog().list_backlog(list(PRODUCT, filter)).await;
    let refusal = unknown(parts("ONLINE-99")).await.refused();
    refusal.is(NotFound, "UNKNOWN_ITEM").says(&["ONLINE-99"]);
    let refusal = unknown(of_goal("products/webshop/goals/nothing")).await.refused();
    refusal.is(NotFound, "UNKNOWN_GOAL").says(&["nothing"]);
    let foreign = v1::BacklogFilter {
        part_of: "products/other/items/ONLINE-1".to_owned(),
        goal: "products/other/goals/-".to_owned(),
        ..Default::default()
    };
    let refusal = unknown(foreign).await.refused();
    refusal.is(InvalidArgument, "INVALID_FIELD").at(&["filter.part_of", "filter.goal"]);
}

#[tokio::test]
async fn pages_of_a_filtered_list_count_what_is_left() {
    let shop = shop().await;
    let filter =
        v1::BacklogFilter { domains: vec![Shop::domain_name("online")], ..Default::default() };
    let first = v1::ListBacklogRequest { page_size: 2, ..list(PRODUCT, filter.clone()) };
    let page = asked(&shop, first.clone()).await;
    assert_eq!((rows(&page).len(), page.total_size, page.order_changed), (2, 3, false));
    let next = v1::ListBacklogRequest { page_token: page.next_page_token, ..first.clone() };
    let page = asked(&shop, next.clone()).await;
    assert_eq!(rows(&page), [("ONLINE-3", 5, 3)]);
    assert_eq!((page.next_page_token.as_str(), page.order_changed), ("", false));
    let from = v1::ListBacklogRequest { from_place: 3, ..first.clone() };
    assert_eq!(rows(&asked(&shop, from).await), [("ONLINE-3", 5, 3)]);
    // A token is of its filter.
    let other = v1::BacklogFilter { pinned: true, ..filter };
    let other = v1::ListBacklogRequest { filter: Some(other), ..next.clone() };
    let refusal = shop.stakeholder.backlog().list_backlog(other).await.refused();
    refusal.is(InvalidArgument, "INVALID_FIELD").at(&["page_token"]);
    let unfiltered = v1::ListBacklogRequest { filter: None, ..next.clone() };
    shop.stakeholder.backlog().list_backlog(unfiltered).await.refused().at(&["page_token"]);

    // The last item of the page went to the top: what is below it comes again, and the answer says that something changed.
    let then = shop.version().await;
    let rank = v1::RankItemRequest {
        name: Shop::name("ONLINE-3"),
        place: at(Edge::Top),
        ..Default::default()
    };
    shop.chief.backlog().rank_item(rank).await.given();
    let page = asked(&shop, next).await;
    assert_eq!((rows(&page), page.order_changed), (vec![], true));
    let then = Some(v1::Moment { at: Some(v1::moment::At::Version(then)) });
    let past = v1::ListBacklogRequest { as_of: then, page_size: 0, ..first.clone() };
    let keys = |page: &v1::ListBacklogResponse| -> Vec<String> {
        page.rows.iter().map(|row| row.key.clone()).collect()
    };
    assert_eq!(keys(&asked(&shop, past).await), ["ONLINE-1", "ONLINE-2", "ONLINE-3"]);
    let now = v1::ListBacklogRequest { page_size: 0, ..first };
    assert_eq!(keys(&asked(&shop, now).await), ["ONLINE-3", "ONLINE-1", "ONLINE-2"]);
}

#[tokio::test]
async fn a_filter_that_cannot_be_is_refused() {
    let shop = shop().await;
    let nowhere = Shop::domain_name("nowhere");
    for filter in [
        v1::BacklogFilter { domains: vec![nowhere.clone()], ..Default::default() },
        v1::BacklogFilter { asks_of: nowhere, ..Default::default() },
    ] {
        let refusal = shop.online.backlog().list_backlog(list(PRODUCT, filter)).await.refused();
        refusal.is(NotFound, "UNKNOWN_DOMAIN").says(&["nowhere"]);
    }
    let wrong = v1::BacklogFilter {
        kinds: vec![99],
        labels: vec!["x".to_owned(); 51],
        domains: vec!["products/other/domains/online".to_owned()],
        ..Default::default()
    };
    let refusal = shop.online.backlog().list_backlog(list(PRODUCT, wrong)).await.refused();
    refusal.is(InvalidArgument, "INVALID_FIELD");
    refusal.at(&["filter.kinds[0]", "filter.labels", "filter.domains[0]"]);
}

#[tokio::test]
async fn a_share_link_filters_what_it_opens_and_tells_nothing_beyond() {
    let shop = shop().await;
    let link = |opens: Shared, domain: &str| v1::CreateShareLinkRequest {
        parent: PRODUCT.to_owned(),
        opens: opens.into(),
        domain: domain.to_owned(),
        ..Default::default()
    };
    let (online, offline) = (Shop::domain_name("online"), Shop::domain_name("offline"));
    let whole = shop.chief.shares().create_share_link(link(Shared::Product, "")).await.given();
    let whole = shop.admin.as_token(&whole.secret);
    let asks = v1::BacklogFilter { asks_of: online.clone(), ..Default::default() };
    let page = whole.backlog().list_backlog(list(PRODUCT, asks)).await.given();
    assert_eq!(rows(&page), [("OFFLINE-1", 2, 1)]);

    let part = shop.chief.shares().create_share_link(link(Shared::Domain, &online)).await.given();
    let part = shop.admin.as_token(&part.secret);
    let pinned = v1::BacklogFilter { pinned: true, ..Default::default() };
    let page = part.backlog().list_backlog(list(&online, pinned)).await.given();
    assert_eq!(rows(&page), [("ONLINE-2", 3, 2)]);
    let parts = v1::BacklogFilter { part_of: Shop::name("ONLINE-1"), ..Default::default() };
    let page = part.backlog().list_backlog(list(&online, parts)).await.given();
    assert_eq!(rows(&page), []);
    for filter in [
        v1::BacklogFilter { asks_of: offline.clone(), ..Default::default() },
        v1::BacklogFilter { domains: vec![online.clone(), offline], ..Default::default() },
        v1::BacklogFilter { part_of: Shop::name("OFFLINE-1"), ..Default::default() },
        v1::BacklogFilter { part_of: Shop::name("OFFLINE-99"), ..Default::default() },
        v1::BacklogFilter { goal: "products/webshop/goals/-".to_owned(), ..Default::default() },
    ] {
        let refusal = part.backlog().list_backlog(list(&online, filter)).await.refused();
        refusal.is(PermissionDenied, "NOT_IN_MANDATE");
    }
}

#[tokio::test]
async fn a_search_narrows_to_moscow_words_and_pins() {
    let shop = shop().await;
    let search = v1::SearchItemsRequest {
        parent: PRODUCT.to_owned(),
        query: "story".to_owned(),
        min_version: shop.version().await,
        ..Default::default()
    };
    let must = vec![Moscow::Must.into()];
    for (request, expected) in [
        (v1::SearchItemsRequest { moscow: must.clone(), ..search.clone() }, vec!["ONLINE-1"]),
        (
            v1::SearchItemsRequest {
                moscow: must.clone(),
                state: BacklogState::All.into(),
                ..search.clone()
            },
            vec!["ONLINE-1", "OFFLINE-2"],
        ),
        (v1::SearchItemsRequest { pinned: true, ..search.clone() }, vec!["ONLINE-2"]),
        (v1::SearchItemsRequest { pinned: true, moscow: must, ..search.clone() }, vec![]),
        (
            v1::SearchItemsRequest { moscow: vec![0], ..search.clone() },
            vec!["OFFLINE-1", "ONLINE-2", "BACKOFFICE-1", "ONLINE-3"],
        ),
    ] {
        let answer = shop.stakeholder.backlog().search_items(request.clone()).await.given();
        let keys = answer.hits.into_iter().map(|hit| hit.row.unwrap().key);
        assert_eq!(keys.collect::<Vec<_>>(), expected, "{request:?}");
    }
    let wrong = v1::SearchItemsRequest { moscow: vec![9], ..search };
    shop.stakeholder.backlog().search_items(wrong).await.refused().at(&["moscow[0]"]);
}
