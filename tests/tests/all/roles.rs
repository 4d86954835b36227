//! Roles from a day to a day, deputies and vacancies, over the wire and on the command line.

use koepel_api::{date::Date, v1};
use koepel_tests::{Answer as _, Client, Shop, at, day};
use tonic::Code;

const PRODUCT: &str = "products/webshop";

fn grant(person: &str, role: v1::Role, days: (Option<Date>, Option<Date>)) -> v1::GrantRoleRequest {
    v1::GrantRoleRequest {
        product: PRODUCT.to_owned(),
        person: format!("people/{person}"),
        role: role.into(),
        first_day: days.0,
        last_day: days.1,
        ..Default::default()
    }
}

fn deputy(person: &str, first: i64, last: i64) -> v1::NameDeputyRequest {
    v1::NameDeputyRequest {
        product: PRODUCT.to_owned(),
        person: format!("people/{person}"),
        role: v1::Role::ChiefPo.into(),
        first_day: Some(day(first)),
        last_day: Some(day(last)),
        ..Default::default()
    }
}

async fn sees(client: &Client) -> bool {
    let get = v1::GetProductRequest { name: PRODUCT.to_owned(), ..Default::default() };
    client.products().get_product(get).await.is_ok()
}

#[tokio::test]
async fn a_role_that_begins_later_or_ended_opens_nothing() {
    let shop = Shop::open().await;
    let later = grant("p-stranger", v1::Role::Member, (Some(day(2)), None));
    let granted = shop.admin.products().grant_role(later).await.given().grant.unwrap();
    assert_eq!(granted.state(), v1::RoleState::Coming);
    assert!(!sees(&shop.stranger).await);
    let now = v1::GrantRoleRequest {
        replace: true,
        ..grant("p-stranger", v1::Role::Member, (Some(day(-2)), Some(day(2))))
    };
    let granted = shop.admin.products().grant_role(now).await.given().grant.unwrap();
    assert_eq!(granted.state(), v1::RoleState::InForce);
    assert_eq!(granted.term.unwrap().time_zone, "UTC");
    assert!(sees(&shop.stranger).await);
    let over = grant("p-stranger", v1::Role::Supplier, (Some(day(-3)), Some(day(-2))));
    let refusal = shop.admin.products().grant_role(over).await.refused();
    refusal.is(Code::InvalidArgument, "TERM_OVER").at(&["last_day"]);
}

#[tokio::test]
async fn terms_that_are_none_are_refused() {
    let shop = Shop::open().await;
    let reversed = grant("p-stranger", v1::Role::Member, (Some(day(3)), Some(day(2))));
    let refusal = shop.admin.products().grant_role(reversed.clone()).await.refused();
    refusal
        .is(Code::InvalidArgument, "INVALID_FIELD")
        .at(&["last_day"])
        .says(&["before it begins"]);
    let nowhere = v1::GrantRoleRequest { time_zone: "Mars/Olympus".to_owned(), ..reversed };
    let refusal = shop.admin.products().grant_role(nowhere).await.refused();
    refusal.at(&["time_zone"]).says(&["Mars/Olympus", "Europe/Copenhagen"]);
}

#[tokio::test]
async fn a_successor_is_named_before_the_holder_goes() {
    let shop = Shop::open().await;
    let taken = grant("p-member", v1::Role::ChiefPo, (Some(day(5)), None));
    let refusal = shop.admin.products().grant_role(taken.clone()).await.refused();
    refusal.is(Code::FailedPrecondition, "SEAT_TAKEN").says(&["p-chief is Chief PO already"]);
    let replace = v1::GrantRoleRequest { replace: true, ..taken };
    shop.admin.products().grant_role(replace).await.given();
    // Until then nothing has changed.
    let update = |by: &Client, summary: &str| {
        let product = v1::Product {
            name: PRODUCT.to_owned(),
            summary: summary.to_owned(),
            ..Default::default()
        };
        let paths = vec!["summary".to_owned()];
        let request = v1::UpdateProductRequest {
            product: Some(product),
            update_mask: Some(prost_types::FieldMask { paths }),
            ..Default::default()
        };
        let mut products = by.products();
        async move { products.update_product(request).await }
    };
    update(&shop.chief, "by the first").await.given();
    let refusal = update(&shop.member, "too early").await.refused();
    refusal.is(Code::PermissionDenied, "NOT_IN_MANDATE").says(&["the Chief PO (p-chief)"]);
    let listed = v1::ListRolesRequest { product: PRODUCT.to_owned(), ..Default::default() };
    let listed = shop.chief.products().list_roles(listed).await.given();
    let chiefs: Vec<_> =
        listed.grants.iter().filter(|one| one.role() == v1::Role::ChiefPo).collect();
    assert_eq!(chiefs.len(), 2);
    assert!(!listed.chief_po_vacant);
}

#[tokio::test]
async fn a_deputy_acts_while_the_term_runs_and_needs_no_other_role() {
    let shop = Shop::open().await;
    shop.fill(&["online", "online"]).await;
    shop.chief.products().name_deputy(deputy("p-stranger", 3, 4)).await.given();
    assert!(!sees(&shop.stranger).await);
    let taken = shop.chief.products().name_deputy(deputy("p-member", 4, 5)).await.refused();
    taken.is(Code::FailedPrecondition, "DEPUTY_TAKEN").says(&["p-stranger"]);
    let named = shop.chief.products().name_deputy(deputy("p-stranger", -1, 1)).await.given();
    assert_eq!(named.deputy.unwrap().state(), v1::RoleState::InForce);
    let rank = v1::RankItemRequest {
        name: Shop::name("ONLINE-2"),
        place: at(v1::Edge::Top),
        ..Default::default()
    };
    let refusal = shop.online.backlog().rank_item(rank.clone()).await.refused();
    refusal.says(&["the Chief PO (p-chief) or their deputy (p-stranger) may"]);
    shop.stranger.backlog().rank_item(rank).await.given();
    // What they did is told as what they were.
    let explain = v1::ExplainRankRequest { name: Shop::name("ONLINE-2"), ..Default::default() };
    let told = shop.chief.backlog().explain_rank(explain).await.given();
    assert!(format!("{told:?}").contains("deputy of the Chief PO"), "{told:?}");
    let refusal = shop.stranger.products().name_deputy(deputy("p-member", 10, 11)).await.refused();
    refusal.is(Code::PermissionDenied, "NOT_IN_MANDATE");
    let dismiss = v1::DismissDeputyRequest {
        product: PRODUCT.to_owned(),
        person: "people/p-stranger".to_owned(),
        role: v1::Role::ChiefPo.into(),
        ..Default::default()
    };
    shop.chief.products().dismiss_deputy(dismiss.clone()).await.given();
    assert!(!sees(&shop.stranger).await);
    let refusal = shop.chief.products().dismiss_deputy(dismiss).await.refused();
    refusal.is(Code::NotFound, "NO_SUCH_DEPUTY");
}

#[tokio::test]
async fn a_deputy_that_cannot_be_is_refused_over_the_wire() {
    let shop = Shop::open().await;
    let name = async |request| shop.chief.products().name_deputy(request).await.refused();
    name(deputy("p-chief", 1, 2)).await.is(Code::FailedPrecondition, "DEPUTY_OF_SELF");
    name(deputy("p-member", 1, 400)).await.is(Code::InvalidArgument, "DEPUTY_LONG");
    let open = v1::NameDeputyRequest { last_day: None, ..deputy("p-member", 1, 2) };
    name(open).await.is(Code::InvalidArgument, "DEPUTY_OPEN").at(&["last_day"]);
    let member =
        v1::NameDeputyRequest { role: v1::Role::Member.into(), ..deputy("p-member", 1, 2) };
    name(member).await.is(Code::InvalidArgument, "NO_SEAT").at(&["role"]);
    name(deputy("p-nobody", 1, 2)).await.is(Code::NotFound, "UNKNOWN_PERSON");
}

#[tokio::test]
async fn a_scrum_master_makes_impediments_known_and_ranks_nothing() {
    let shop = Shop::open().await;
    let master = Shop::person(&shop.admin, "p-sm").await;
    let online = Shop::domain_name("online");
    Shop::grant(&shop.admin, PRODUCT, "p-sm", v1::Role::ScrumMaster, &online).await;
    let mut impediment = Shop::new_item("online", "The test server is down");
    impediment.item.as_mut().unwrap().kind = v1::ItemKind::Impediment.into();
    let made = master.backlog().create_item(impediment).await.given().item.unwrap();
    let refusal = master.backlog().create_item(Shop::new_item("online", "A story")).await.refused();
    refusal.is(Code::PermissionDenied, "NOT_IN_MANDATE");
    let place = at(v1::Edge::Top);
    let reorder = v1::ReorderItemRequest { name: made.name.clone(), place, ..Default::default() };
    let refusal = master.backlog().reorder_item(reorder).await.refused();
    refusal.is(Code::PermissionDenied, "NOT_IN_MANDATE").says(&["p-online"]);
}

#[tokio::test]
async fn vacancies_are_shown_with_who_stands_in() {
    let shop = Shop::open().await;
    let until = v1::GrantRoleRequest {
        replace: true,
        ..grant("p-chief", v1::Role::ChiefPo, (None, Some(day(3))))
    };
    shop.admin.products().grant_role(until).await.given();
    shop.chief.products().name_deputy(deputy("p-member", 4, 9)).await.given();
    let get = v1::GetProductRequest { name: PRODUCT.to_owned(), ..Default::default() };
    let product = shop.member.products().get_product(get).await.given();
    assert_eq!(product.chief_po, "people/p-chief");
    let [chief, domain] = product.vacancies.as_slice() else { panic!("{:?}", product.vacancies) };
    assert_eq!((chief.role(), chief.first_day), (v1::Role::ChiefPo, Some(day(4))));
    assert_eq!((chief.deputy.as_str(), chief.from_time.is_some()), ("people/p-member", true));
    assert_eq!(
        (domain.domain.as_str(), domain.from_time),
        ("products/webshop/domains/backoffice", None)
    );
    let domains = v1::ListDomainsRequest { parent: PRODUCT.to_owned(), ..Default::default() };
    let domains = shop.member.products().list_domains(domains).await.given().domains;
    let vacant = domains.iter().filter(|domain| domain.vacancy.is_some());
    assert_eq!(vacant.map(|domain| domain.key.as_str()).collect::<Vec<_>>(), ["BACKOFFICE"]);
}

#[tokio::test]
async fn people_use_roles_and_deputies_on_the_command_line() {
    let shop = Shop::open().await;
    let admin = shop.server.command_line(shop.admin.token());
    admin
        .run("role grant p-stranger domain-po -d backoffice --from 2090-01-02 --until 2090-03-31 --zone Europe/Amsterdam")
        .code(0)
        .tells(&["domain PO of webshop/backoffice from 2090-01-02 until 2090-03-31 (Europe/Amsterdam)"]);
    admin
        .run("deputy name p-member domain-po -d backoffice --from 2090-01-01 --until 2090-01-01")
        .code(0)
        .tells(&["p-member is deputy of the domain PO of webshop/backoffice from 2090-01-01"]);
    admin.run("role list").code(0).tells(&[
        "2090-03-31 Europe/Amsterdam",
        "deputy domain PO",
        "Vacant: domain PO of backoffice; then Name of p-stranger (p-stranger) from 2090-01-02 Europe/Amsterdam on",
    ]);
    admin.run("product show").code(0).tells(&[
        "Chief PO",
        "Name of p-chief (p-chief)",
        "Vacant: domain PO",
    ]);
    admin.run("deputy list").code(0).tells(&["p-member", "2090-01-01", "coming"]);
    let listed = admin.json("deputy list");
    assert_eq!(listed["deputies"][0]["term"]["last_day"], "2090-01-01");
    admin
        .run("deputy dismiss p-member domain-po -d backoffice")
        .code(0)
        .tells(&["no longer deputy"]);
    admin
        .run("deputy name p-member chief-po")
        .code(1)
        .complains(&["a deputy stands in until a day; say which"]);
}
