//! `ProductService`: products, domains, roles and their rules.

use koepel_api::v1::{self, Role};
use koepel_tests::{Answer as _, Client, Refusal, Shop, request_id};
use tonic::Code::{
    Aborted, AlreadyExists, FailedPrecondition, InvalidArgument, NotFound, PermissionDenied,
};

fn product(id: &str) -> v1::CreateProductRequest {
    v1::CreateProductRequest {
        product_id: id.to_owned(),
        display_name: "A product".to_owned(),
        ..Default::default()
    }
}

#[tokio::test]
async fn a_product_is_made_shown_and_changed() {
    let shop = Shop::open().await;
    let request = v1::CreateProductRequest {
        summary: "What we sell".to_owned(),
        request_id: request_id(),
        ..product("other")
    };
    let answer = shop.admin.products().create_product(request.clone()).await.given();
    let made = answer.product.unwrap();
    assert_eq!(
        (made.name.as_str(), made.display_name.as_str(), made.summary.as_str()),
        ("products/other", "A product", "What we sell")
    );
    assert_eq!((made.version, made.open_items, made.all_items), (1, 0, 0));
    let again = shop.admin.products().create_product(request).await.given();
    assert_eq!(again.receipt, answer.receipt);
    let refusal = shop.admin.products().create_product(product("other")).await.refused();
    refusal.is(AlreadyExists, "PRODUCT_EXISTS");

    let update = |paths: &[&str], expected_version| v1::UpdateProductRequest {
        product: Some(v1::Product {
            name: "products/other".to_owned(),
            display_name: "Another".to_owned(),
            ..Default::default()
        }),
        update_mask: Some(prost_types::FieldMask {
            paths: paths.iter().map(|&path| path.to_owned()).collect(),
        }),
        expected_version,
        ..Default::default()
    };
    let changed = shop
        .admin
        .products()
        .update_product(update(&["display_name"], 1))
        .await
        .given()
        .product
        .unwrap();
    assert_eq!(
        (changed.display_name.as_str(), changed.summary.as_str(), changed.changed_at_version),
        ("Another", "What we sell", 2)
    );
    let refusal = shop.admin.products().update_product(update(&["summary"], 1)).await.refused();
    refusal.is(Aborted, "STALE").says(&["1", "2"]);
    assert_eq!(refusal.metadata["current_version"], "2");
    for paths in [&[][..], &["*"], &["version"]] {
        let refusal = shop.admin.products().update_product(update(paths, 0)).await.refused();
        refusal.is(InvalidArgument, "INVALID_FIELD").at(&["update_mask"]);
    }
    let listed =
        shop.admin.products().list_products(v1::ListProductsRequest::default()).await.given();
    let names: Vec<_> = listed.products.iter().map(|product| product.name.as_str()).collect();
    assert_eq!(names, ["products/other", "products/webshop"]);
}

#[tokio::test]
async fn a_product_needs_an_id_a_name_and_an_administrator() {
    let shop = Shop::open().await;
    for id in ["", "Shop", "1shop", "a_b", "system", "a/b", "..", &"a".repeat(41)] {
        let refusal = shop.admin.products().create_product(product(id)).await.refused();
        refusal.is(InvalidArgument, "INVALID_FIELD").at(&["product_id"]);
    }
    for name in ["  ", "a\u{7}", &"x".repeat(121)] {
        let request = v1::CreateProductRequest { display_name: name.to_owned(), ..product("good") };
        shop.admin.products().create_product(request).await.refused().at(&["display_name"]);
    }
    let nobody =
        v1::CreateProductRequest { chief_po: "people/p-nobody".to_owned(), ..product("good") };
    shop.admin
        .products()
        .create_product(nobody)
        .await
        .refused()
        .is(NotFound, "UNKNOWN_PERSON")
        .says(&["p-nobody"]);
    for client in [&shop.chief, &shop.tool, &shop.stranger] {
        let refusal = client.products().create_product(product("mine")).await.refused();
        refusal.is(PermissionDenied, "NOT_IN_MANDATE").says(&["administrator"]);
    }
}

#[tokio::test]
async fn a_domain_is_added_changed_and_deleted_when_empty() {
    let shop = Shop::open().await;
    let create = |id: &str, key: &str| v1::CreateDomainRequest {
        parent: "products/webshop".to_owned(),
        domain_id: id.to_owned(),
        key: key.to_owned(),
        ..Default::default()
    };
    let domain = shop
        .chief
        .products()
        .create_domain(create("click-and-collect", ""))
        .await
        .given()
        .domain
        .unwrap();
    assert_eq!(
        (domain.key.as_str(), domain.display_name.as_str()),
        ("CLICKANDCOLLECT", "click-and-collect")
    );
    let refused = async |request| shop.chief.products().create_domain(request).await.refused();
    refused(create("click-and-collect", "OTHER")).await.is(AlreadyExists, "DOMAIN_EXISTS");
    refused(create("other", "ONLINE")).await.is(AlreadyExists, "KEY_TAKEN").says(&["ONLINE"]);
    refused(create("other", "online")).await.is(InvalidArgument, "INVALID_FIELD").at(&["key"]);
    refused(create("Other", "")).await.at(&["domain_id"]);

    let update = v1::UpdateDomainRequest {
        domain: Some(v1::Domain {
            name: Shop::domain_name("online"),
            display_name: "Online shop".to_owned(),
            ..Default::default()
        }),
        update_mask: Some(prost_types::FieldMask { paths: vec!["display_name".to_owned()] }),
        ..Default::default()
    };
    let domain = shop.chief.products().update_domain(update).await.given().domain.unwrap();
    assert_eq!(
        (domain.display_name.as_str(), domain.domain_po.as_str()),
        ("Online shop", "people/p-online")
    );

    shop.fill(&["backoffice"]).await;
    let delete =
        |id: &str| v1::DeleteDomainRequest { name: Shop::domain_name(id), ..Default::default() };
    let refusal = shop.chief.products().delete_domain(delete("backoffice")).await.refused();
    refusal.is(FailedPrecondition, "DOMAIN_NOT_EMPTY").says(&["backoffice", "1 open item"]);
    shop.chief.products().delete_domain(delete("click-and-collect")).await.given();
    let listed =
        v1::ListDomainsRequest { parent: "products/webshop".to_owned(), ..Default::default() };
    assert_eq!(shop.chief.products().list_domains(listed).await.given().domains.len(), 3);
    refused(create("click-and-collect", "NEW")).await.is(AlreadyExists, "DOMAIN_EXISTS");
    let get = v1::GetDomainRequest { name: Shop::domain_name("nowhere"), min_version: 0 };
    shop.chief
        .products()
        .get_domain(get)
        .await
        .refused()
        .is(NotFound, "UNKNOWN_DOMAIN")
        .says(&["nowhere"]);
    shop.chief
        .products()
        .delete_domain(delete("nowhere"))
        .await
        .refused()
        .is(NotFound, "UNKNOWN_DOMAIN");
}

async fn grant(
    by: &Client,
    person: &str,
    role: Role,
    domain: &str,
    replace: bool,
) -> Result<v1::GrantRoleResponse, Box<Refusal>> {
    let request = v1::GrantRoleRequest {
        product: "products/webshop".to_owned(),
        person: format!("people/{person}"),
        role: role.into(),
        domain: domain.to_owned(),
        replace,
        ..Default::default()
    };
    match by.products().grant_role(request).await {
        Ok(answer) => Ok(answer.into_inner()),
        Err(status) => Err(Box::new(Refusal::of(&status))),
    }
}

#[tokio::test]
async fn a_seat_has_one_holder() {
    let shop = Shop::open().await;
    let online = Shop::domain_name("online");
    let refusal =
        grant(&shop.chief, "p-stranger", Role::DomainPo, &online, false).await.unwrap_err();
    refusal.is(FailedPrecondition, "SEAT_TAKEN").says(&["p-online", "replace"]);
    let answer = grant(&shop.chief, "p-stranger", Role::DomainPo, &online, true).await.unwrap();
    let held = answer.grant.unwrap();
    assert_eq!(
        (held.person.as_str(), held.domain.as_str()),
        ("people/p-stranger", online.as_str())
    );
    assert_eq!(held.person_display_name, "Name of p-stranger");
    assert_eq!(held.since_version, answer.receipt.unwrap().version);

    let roles =
        v1::ListRolesRequest { product: "products/webshop".to_owned(), ..Default::default() };
    let listed = shop.stranger.products().list_roles(roles.clone()).await.given();
    assert_eq!(listed.vacant_domains, [Shop::domain_name("backoffice")]);
    assert!(!listed.chief_po_vacant);
    assert_eq!(listed.grants.iter().filter(|grant| grant.domain == online).count(), 1);

    let revoke = |person: &str, role: Role, domain: &str| v1::RevokeRoleRequest {
        product: "products/webshop".to_owned(),
        person: format!("people/{person}"),
        role: role.into(),
        domain: domain.to_owned(),
        ..Default::default()
    };
    let refusal = shop
        .chief
        .products()
        .revoke_role(revoke("p-online", Role::DomainPo, &online))
        .await
        .refused();
    refusal.is(NotFound, "NO_SUCH_ROLE").says(&["p-online", "online"]);
    shop.admin.products().revoke_role(revoke("p-chief", Role::ChiefPo, "")).await.given();
    let listed = shop.admin.products().list_roles(roles).await.given();
    assert!(listed.chief_po_vacant);
    // Whoever has no role any more sees nothing any more.
    let get = v1::GetProductRequest { name: "products/webshop".to_owned(), ..Default::default() };
    shop.chief.products().get_product(get).await.refused().is(NotFound, "UNKNOWN_PRODUCT");
}

#[tokio::test]
async fn a_role_belongs_to_a_domain_or_does_not() {
    let shop = Shop::open().await;
    let online = Shop::domain_name("online");
    for (role, domain) in
        [(Role::DomainPo, ""), (Role::ChiefPo, &online), (Role::Stakeholder, &online)]
    {
        let refusal = grant(&shop.admin, "p-stranger", role, domain, true).await.unwrap_err();
        refusal.is(InvalidArgument, "ROLE_DOMAIN").at(&["domain"]);
    }
    grant(&shop.admin, "p-stranger", Role::Unspecified, "", false).await.unwrap_err().at(&["role"]);
    grant(&shop.admin, "p-nobody", Role::Member, "", false)
        .await
        .unwrap_err()
        .is(NotFound, "UNKNOWN_PERSON");
    let nowhere = Shop::domain_name("nowhere");
    grant(&shop.admin, "p-stranger", Role::Member, &nowhere, false)
        .await
        .unwrap_err()
        .is(NotFound, "UNKNOWN_DOMAIN");
    let foreign = "products/other/domains/online";
    grant(&shop.admin, "p-stranger", Role::Member, foreign, false)
        .await
        .unwrap_err()
        .at(&["domain"]);
    grant(&shop.admin, "p-stranger", Role::Member, &online, false).await.unwrap();
    // The Chief PO cannot give the own seat away: that is an administrator's.
    let refusal = grant(&shop.chief, "p-stranger", Role::ChiefPo, "", true).await.unwrap_err();
    refusal.is(PermissionDenied, "NOT_IN_MANDATE").says(&["administrator"]);
    // Names of people are not told to whoever may not see the product.
    let refusal =
        grant(&shop.server.client(shop.tool.token()), "p-nobody", Role::Member, "", false)
            .await
            .unwrap_err();
    refusal.is(NotFound, "UNKNOWN_PERSON");
}
