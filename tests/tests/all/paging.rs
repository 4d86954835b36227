//! Pages: everything once while nothing moves, a mark when something does, and tokens that fit their list only.

use koepel_api::v1::{self, Edge};
use koepel_tests::{Answer as _, Shop, at};
use tonic::Code::InvalidArgument;

fn list(parent: &str, page_size: i32) -> v1::ListBacklogRequest {
    v1::ListBacklogRequest { parent: parent.to_owned(), page_size, ..Default::default() }
}

async fn shop() -> Shop {
    let shop = Shop::open().await;
    shop.fill(&["online", "offline", "backoffice", "online", "offline", "online", "online"]).await;
    let complete = v1::CompleteItemRequest { name: Shop::name("ONLINE-2"), ..Default::default() };
    shop.chief.backlog().complete_item(complete).await.given();
    shop
}

/// All pages of a list.
async fn pages(shop: &Shop, mut request: v1::ListBacklogRequest) -> Vec<v1::ListBacklogResponse> {
    let mut pages = Vec::new();
    loop {
        let page = shop.stakeholder.backlog().list_backlog(request.clone()).await.given();
        request.page_token.clone_from(&page.next_page_token);
        pages.push(page);
        if request.page_token.is_empty() {
            return pages;
        }
    }
}

fn keys(pages: &[v1::ListBacklogResponse]) -> Vec<String> {
    pages.iter().flat_map(|page| &page.rows).map(|row| row.key.clone()).collect()
}

#[tokio::test]
async fn pages_of_any_size_show_everything_once() {
    let shop = shop().await;
    for parent in [
        "products/webshop",
        "products/webshop/domains/online",
        "products/webshop/domains/backoffice",
    ] {
        for state in [v1::BacklogState::Open, v1::BacklogState::All] {
            let whole = v1::ListBacklogRequest { state: state.into(), ..list(parent, 0) };
            let expected = pages(&shop, whole.clone()).await;
            assert_eq!(expected.len(), 1);
            for page_size in [1, 2, 3, 7] {
                let pages =
                    pages(&shop, v1::ListBacklogRequest { page_size, ..whole.clone() }).await;
                assert_eq!(keys(&pages), keys(&expected), "{parent} by {page_size}");
                let size = usize::try_from(page_size).unwrap();
                for page in &pages {
                    assert!(page.rows.len() <= size && !page.order_changed);
                    assert_eq!(page.total_size, expected[0].total_size);
                }
            }
        }
    }
    let empty = pages(&shop, list("products/webshop", 0)).await;
    assert!(
        empty[0]
            .rows
            .iter()
            .enumerate()
            .all(|(at, row)| usize::try_from(row.place).unwrap() == at + 1)
    );
}

#[tokio::test]
async fn a_page_goes_on_below_its_last_item_and_says_that_the_order_changed() {
    let shop = shop().await;
    let first = shop.stakeholder.backlog().list_backlog(list("products/webshop", 3)).await.given();
    let rank = |key: &str, edge| v1::RankItemRequest {
        name: Shop::name(key),
        place: at(edge),
        ..Default::default()
    };
    // The last item of the page goes to the top: the next page goes on below it there.
    shop.chief.backlog().rank_item(rank("BACKOFFICE-1", Edge::Top)).await.given();
    let next = v1::ListBacklogRequest {
        page_token: first.next_page_token.clone(),
        ..list("products/webshop", 10)
    };
    let second = shop.stakeholder.backlog().list_backlog(next.clone()).await.given();
    assert!(second.order_changed);
    assert_eq!(second.rows[0].key, "ONLINE-1");
    // It leaves: the next page goes on at the place.
    let complete =
        v1::CompleteItemRequest { name: Shop::name("BACKOFFICE-1"), ..Default::default() };
    shop.chief.backlog().complete_item(complete).await.given();
    let second = shop.stakeholder.backlog().list_backlog(next).await.given();
    assert!(second.order_changed);
    // A change of a title moves nothing.
    let first = shop.stakeholder.backlog().list_backlog(list("products/webshop", 1)).await.given();
    let update = v1::UpdateItemRequest {
        item: Some(v1::Item {
            name: Shop::name("ONLINE-1"),
            title: "Changed".to_owned(),
            ..Default::default()
        }),
        update_mask: Some(prost_types::FieldMask { paths: vec!["title".to_owned()] }),
        ..Default::default()
    };
    shop.chief.backlog().update_item(update).await.given();
    let next = v1::ListBacklogRequest {
        page_token: first.next_page_token,
        ..list("products/webshop", 10)
    };
    assert!(!shop.stakeholder.backlog().list_backlog(next).await.given().order_changed);
}

#[tokio::test]
async fn a_page_may_begin_at_a_place() {
    let shop = shop().await;
    let all = shop.order("").await;
    for from_place in [0, 1, 3, 6, 7, 5_000] {
        let request = v1::ListBacklogRequest { from_place, ..list("products/webshop", 2) };
        let page = shop.stakeholder.backlog().list_backlog(request).await.given();
        let from = usize::try_from(from_place.max(1)).unwrap() - 1;
        let expected: Vec<_> = all.iter().skip(from).take(2).cloned().collect();
        assert_eq!(keys(&[page]), expected, "from {from_place}");
    }
    let request =
        v1::ListBacklogRequest { from_place: 2, ..list("products/webshop/domains/online", 10) };
    let page = shop.stakeholder.backlog().list_backlog(request).await.given();
    assert_eq!(keys(&[page]), ["ONLINE-3", "ONLINE-4"]);
}

#[tokio::test]
async fn sizes_are_bounded_and_tokens_fit_their_list_only() {
    let shop = shop().await;
    let mut backlog = shop.stakeholder.backlog();
    let refusal = backlog.list_backlog(list("products/webshop", -1)).await.refused();
    refusal.is(InvalidArgument, "INVALID_FIELD").at(&["page_size"]).says(&["-1"]);
    assert_eq!(
        backlog.list_backlog(list("products/webshop", i32::MAX)).await.given().rows.len(),
        6
    );
    let request = v1::ListBacklogRequest { state: 9, ..list("products/webshop", 0) };
    backlog.list_backlog(request).await.refused().at(&["state"]).says(&["9"]);

    let token = backlog.list_backlog(list("products/webshop", 1)).await.given().next_page_token;
    let with = |request: v1::ListBacklogRequest, token: &str| v1::ListBacklogRequest {
        page_token: token.to_owned(),
        ..request
    };
    let all = v1::ListBacklogRequest {
        state: v1::BacklogState::All.into(),
        ..list("products/webshop", 1)
    };
    for other in [list("products/webshop/domains/online", 1), all] {
        let refusal = backlog.list_backlog(with(other, &token)).await.refused();
        refusal.is(InvalidArgument, "INVALID_FIELD").at(&["page_token"]).says(&["another list"]);
    }
    for garbage in
        ["x", "zz", "00", "ffffffffffffffffffffffffff", &"00".repeat(100_000), "é", &token[2..]]
    {
        let refusal =
            backlog.list_backlog(with(list("products/webshop", 1), garbage)).await.refused();
        refusal.is(InvalidArgument, "INVALID_FIELD").at(&["page_token"]);
    }
    let history = v1::ListItemHistoryRequest {
        name: Shop::name("ONLINE-1"),
        page_token: token.clone(),
        ..Default::default()
    };
    backlog.list_item_history(history).await.refused().at(&["page_token"]);
    let explain = v1::ExplainRankRequest {
        name: Shop::name("ONLINE-1"),
        page_token: token.clone(),
        ..Default::default()
    };
    backlog.explain_rank(explain).await.refused().at(&["page_token"]);
    let domains = v1::ListDomainsRequest {
        parent: "products/webshop".to_owned(),
        page_token: token,
        ..Default::default()
    };
    shop.stakeholder.products().list_domains(domains).await.refused().at(&["page_token"]);
}

#[tokio::test]
async fn every_list_has_pages() {
    let shop = Shop::open().await;
    for id in ["alpha", "beta"] {
        let request = v1::CreateProductRequest {
            product_id: id.to_owned(),
            display_name: id.to_owned(),
            ..Default::default()
        };
        shop.admin.products().create_product(request).await.given();
    }
    let mut products = Vec::new();
    let mut request = v1::ListProductsRequest { page_size: 1, ..Default::default() };
    loop {
        let page = shop.admin.products().list_products(request.clone()).await.given();
        products.extend(page.products.into_iter().map(|product| product.name));
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    assert_eq!(products, ["products/alpha", "products/beta", "products/webshop"]);

    let mut domains = Vec::new();
    let mut request = v1::ListDomainsRequest {
        parent: "products/webshop".to_owned(),
        page_size: 2,
        ..Default::default()
    };
    loop {
        let page = shop.stakeholder.products().list_domains(request.clone()).await.given();
        domains.extend(page.domains.into_iter().map(|domain| domain.key));
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    assert_eq!(domains, ["ONLINE", "OFFLINE", "BACKOFFICE"]);

    let mut people = Vec::new();
    let mut request = v1::ListPeopleRequest { page_size: 3, ..Default::default() };
    loop {
        let page = shop.admin.admin().list_people(request.clone()).await.given();
        people.extend(page.people.into_iter().map(|person| person.name));
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    assert_eq!(people.len(), 8);
    assert!(people.is_sorted());

    let mut tokens = Vec::new();
    let mut request = v1::ListTokensRequest { page_size: 3, ..Default::default() };
    loop {
        let page = shop.admin.admin().list_tokens(request.clone()).await.given();
        tokens.extend(page.tokens.into_iter().map(|token| token.name));
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    assert_eq!(tokens.len(), 8);
    assert!(tokens.is_sorted());
}
