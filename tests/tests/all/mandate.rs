//! Who may do what, over the wire: each command by somebody in each role, on an item of the domain `online`.

use koepel_api::v1::{self, Edge, LinkKind, Role, link::Target};
use koepel_tests::{Answer as _, Client, Refusal, Shop, at, before};
use tonic::{Code, Status};

use crate::ingest::{import, mapping};

/// The commands, and who may give them. `guest` is a member of the domain offline.
const TABLE: [(&str, &str); 27] = [
    ("create", "chief online member tool"),
    ("create at the top", "chief online"),
    ("update", "chief online member tool"),
    ("rank", "chief"),
    ("reorder", "chief online"),
    ("pin", "chief"),
    ("unpin", "chief"),
    ("undo a rank", "chief"),
    ("undo a reorder", "chief online"),
    ("move", "chief"),
    ("split", "chief online"),
    ("merge", "chief online"),
    ("duplicate", "chief online"),
    ("complete", "chief online"),
    ("drop", "chief online"),
    ("reopen", "chief online"),
    ("link", "chief online member tool"),
    ("unlink", "chief online member tool"),
    ("request", "chief online member tool"),
    ("withdraw", "chief online member tool"),
    ("import", "chief tool admin"),
    ("update the product", "chief admin"),
    ("update a domain", "chief admin"),
    ("add and delete a domain", "chief admin"),
    ("grant", "chief admin"),
    ("revoke", "chief admin"),
    ("seat the chief", "admin"),
];

#[tokio::test]
async fn every_command_by_everybody() {
    let shop = Shop::open().await;
    let guest = Shop::person(&shop.admin, "p-guest").await;
    let offline = Shop::domain_name("offline");
    Shop::grant(&shop.admin, "products/webshop", "p-guest", Role::Member, &offline).await;
    let everybody = [
        ("online", &shop.online),
        ("offline", &shop.offline),
        ("member", &shop.member),
        ("guest", &guest),
        ("stakeholder", &shop.stakeholder),
        ("tool", &shop.tool),
        ("stranger", &shop.stranger),
        ("admin", &shop.admin),
        ("chief", &shop.chief),
    ];
    for (command, may) in TABLE {
        for (who, client) in everybody {
            let key = prepare(&shop, command).await;
            let version = shop.version().await;
            let done = Box::pin(attempt(&shop, client, command, &key)).await;
            match done {
                Ok(()) => assert!(may.split(' ').any(|role| role == who), "{who} could {command}"),
                Err(status) => {
                    let refusal = Refusal::of(&status);
                    assert!(
                        !may.split(' ').any(|role| role == who),
                        "{who} could not {command}: {status:?}"
                    );
                    if who == "stranger" {
                        refusal.is(Code::NotFound, "UNKNOWN_PRODUCT");
                    } else {
                        refusal
                            .is(Code::PermissionDenied, "NOT_IN_MANDATE")
                            .says(&["not in your mandate", " may"]);
                    }
                    assert_eq!(shop.version().await, version, "{who}, {command}");
                }
            }
        }
    }
}

/// Makes the item that the command is for, and puts it into the state that the command needs.
async fn prepare(shop: &Shop, command: &str) -> String {
    let mut backlog = shop.chief.backlog();
    let item = backlog.create_item(Shop::new_item("online", "Another")).await.given().item.unwrap();
    let name = item.name.clone();
    match command {
        "unpin" => {
            let pin =
                v1::PinItemRequest { name, reason: "promised".to_owned(), ..Default::default() };
            backlog.pin_item(pin).await.given();
        }
        "undo a rank" => {
            let rank = v1::RankItemRequest { name, place: at(Edge::Top), ..Default::default() };
            backlog.rank_item(rank).await.given();
        }
        "undo a reorder" | "rank" | "reorder" | "merge" | "duplicate" => {
            backlog.create_item(Shop::new_item("online", "Beside")).await.given();
            if command == "undo a reorder" {
                let reorder =
                    v1::ReorderItemRequest { name, place: at(Edge::Bottom), ..Default::default() };
                backlog.reorder_item(reorder).await.given();
            }
        }
        "reopen" => {
            backlog
                .complete_item(v1::CompleteItemRequest { name, ..Default::default() })
                .await
                .given();
        }
        "unlink" => {
            backlog
                .add_link(v1::AddLinkRequest { name, link: link(), ..Default::default() })
                .await
                .given();
        }
        "withdraw" => {
            backlog
                .request_domain(v1::RequestDomainRequest {
                    name,
                    domain: Shop::domain_name("backoffice"),
                    ask: "stock".to_owned(),
                    ..Default::default()
                })
                .await
                .given();
        }
        "revoke" | "grant" => {
            let request = v1::GrantRoleRequest {
                product: "products/webshop".to_owned(),
                person: "people/p-guest".to_owned(),
                role: Role::Stakeholder.into(),
                ..Default::default()
            };
            if command == "revoke" {
                shop.admin.products().grant_role(request).await.given();
            }
        }
        _ => {}
    }
    item.key
}

fn link() -> Option<v1::Link> {
    let target = Some(Target::Uri("https://example.org/1".to_owned()));
    Some(v1::Link { kind: LinkKind::RelatesTo.into(), target })
}

/// The item that was made right after this one.
fn beside(key: &str) -> String {
    let number: u32 = key.trim_start_matches("ONLINE-").parse().unwrap();
    Shop::name(&format!("ONLINE-{}", number + 1))
}

async fn attempt(shop: &Shop, client: &Client, command: &str, key: &str) -> Result<(), Status> {
    let name = Shop::name(key);
    let mut backlog = client.backlog();
    match command {
        "create" => drop(backlog.create_item(Shop::new_item("online", "Mine")).await?),
        "create at the top" => {
            let new = Shop::new_item("online", "Mine");
            let request = v1::CreateItemRequest { place: at(Edge::Top), ..new };
            drop(backlog.create_item(request).await?);
        }
        "update" => {
            let item = v1::Item { name, title: "Changed".to_owned(), ..Default::default() };
            let mask = prost_types::FieldMask { paths: vec!["title".to_owned()] };
            let (item, update_mask) = (Some(item), Some(mask));
            let request = v1::UpdateItemRequest { item, update_mask, ..Default::default() };
            drop(backlog.update_item(request).await?);
        }
        "rank" => {
            let place = at(Edge::Top);
            let request = v1::RankItemRequest { name, place, ..Default::default() };
            drop(backlog.rank_item(request).await?);
        }
        "reorder" => {
            let place = at(Edge::Bottom);
            let request = v1::ReorderItemRequest { name, place, ..Default::default() };
            drop(backlog.reorder_item(request).await?);
        }
        "pin" => {
            let reason = "why".to_owned();
            let request = v1::PinItemRequest { name, reason, ..Default::default() };
            drop(backlog.pin_item(request).await?);
        }
        "unpin" => {
            let request = v1::UnpinItemRequest { name, ..Default::default() };
            drop(backlog.unpin_item(request).await?);
        }
        "undo a rank" | "undo a reorder" => {
            let (product, version) = ("products/webshop".to_owned(), shop.version().await);
            let request = v1::UndoMoveRequest { product, version, ..Default::default() };
            drop(backlog.undo_move(request).await?);
        }
        "import" => {
            let id = format!("{key}-{}", &client.token()[7..12]);
            let line = format!("{{\"id\":\"{id}\",\"title\":\"Imported\",\"team\":\"online\"}}\n");
            drop(import(client, "products/webshop", mapping(), line.as_bytes()).await?);
        }
        "link" | "unlink" | "request" | "withdraw" => tie(client, command, name).await?,
        "move" | "split" | "merge" | "duplicate" | "complete" | "drop" | "reopen" => {
            close(client, command, name, beside(key)).await?;
        }
        _ => in_the_house(client, command).await?,
    }
    Ok(())
}

/// Commands by which an item leaves the order, or its domain, or comes back.
async fn close(client: &Client, command: &str, name: String, other: String) -> Result<(), Status> {
    let mut backlog = client.backlog();
    let reason = "why".to_owned();
    match command {
        "move" => {
            let domain = Shop::domain_name("backoffice");
            let request = v1::MoveItemRequest { name, domain, ..Default::default() };
            drop(backlog.move_item(request).await?);
        }
        "split" => {
            let into = vec![v1::Item { title: "Part".to_owned(), ..Default::default() }];
            let request = v1::SplitItemRequest { name, into, ..Default::default() };
            drop(backlog.split_item(request).await?);
        }
        "merge" => {
            let (into, names) = (name, vec![other]);
            let request = v1::MergeItemsRequest { into, names, ..Default::default() };
            drop(backlog.merge_items(request).await?);
        }
        "duplicate" => {
            let duplicate_of = other;
            let request = v1::MarkDuplicateRequest { name, duplicate_of, ..Default::default() };
            drop(backlog.mark_duplicate(request).await?);
        }
        "complete" => {
            let request = v1::CompleteItemRequest { name, ..Default::default() };
            drop(backlog.complete_item(request).await?);
        }
        "drop" => {
            let request = v1::DropItemRequest { name, reason, ..Default::default() };
            drop(backlog.drop_item(request).await?);
        }
        _ => {
            let request = v1::ReopenItemRequest { name, ..Default::default() };
            drop(backlog.reopen_item(request).await?);
        }
    }
    Ok(())
}

/// Commands on links and requests.
async fn tie(client: &Client, command: &str, name: String) -> Result<(), Status> {
    let mut backlog = client.backlog();
    let (domain, ask) = (Shop::domain_name("backoffice"), "stock".to_owned());
    let link = link();
    match command {
        "link" => {
            let request = v1::AddLinkRequest { name, link, ..Default::default() };
            drop(backlog.add_link(request).await?);
        }
        "unlink" => {
            let request = v1::RemoveLinkRequest { name, link, ..Default::default() };
            drop(backlog.remove_link(request).await?);
        }
        "request" => {
            let request = v1::RequestDomainRequest { name, domain, ask, ..Default::default() };
            drop(backlog.request_domain(request).await?);
        }
        _ => {
            let request = v1::WithdrawRequestRequest { name, domain, ..Default::default() };
            drop(backlog.withdraw_request(request).await?);
        }
    }
    Ok(())
}

/// Commands on the product, its domains and its people.
async fn in_the_house(client: &Client, command: &str) -> Result<(), Status> {
    let product = "products/webshop".to_owned();
    let mut products = client.products();
    let summary = format!("by {command}, {}", &client.token()[7..12]);
    let update_mask = Some(prost_types::FieldMask { paths: vec!["summary".to_owned()] });
    let person = "people/p-guest".to_owned();
    match command {
        "update the product" => {
            let product = Some(v1::Product { name: product, summary, ..Default::default() });
            drop(
                products
                    .update_product(v1::UpdateProductRequest {
                        product,
                        update_mask,
                        ..Default::default()
                    })
                    .await?,
            );
        }
        "update a domain" => {
            let domain = Some(v1::Domain {
                name: Shop::domain_name("online"),
                summary,
                ..Default::default()
            });
            drop(
                products
                    .update_domain(v1::UpdateDomainRequest {
                        domain,
                        update_mask,
                        ..Default::default()
                    })
                    .await?,
            );
        }
        "add and delete a domain" => {
            let tail: String =
                client.token().to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
            let request = v1::CreateDomainRequest {
                parent: product,
                domain_id: format!("d{}", &tail[6..20]),
                ..Default::default()
            };
            let domain = products.create_domain(request).await?.into_inner().domain.unwrap();
            drop(
                products
                    .delete_domain(v1::DeleteDomainRequest {
                        name: domain.name,
                        ..Default::default()
                    })
                    .await?,
            );
        }
        "grant" => drop(
            products
                .grant_role(v1::GrantRoleRequest {
                    product,
                    person,
                    role: Role::Stakeholder.into(),
                    ..Default::default()
                })
                .await?,
        ),
        "revoke" => drop(
            products
                .revoke_role(v1::RevokeRoleRequest {
                    product,
                    person,
                    role: Role::Stakeholder.into(),
                    ..Default::default()
                })
                .await?,
        ),
        "seat the chief" => {
            let request = v1::GrantRoleRequest {
                product,
                person: "people/p-chief".to_owned(),
                role: Role::ChiefPo.into(),
                replace: true,
                ..Default::default()
            };
            drop(products.grant_role(request).await?);
        }
        other => panic!("no such command: {other}"),
    }
    Ok(())
}

#[tokio::test]
async fn a_token_for_one_role_does_what_that_role_may() {
    let shop = Shop::open().await;
    shop.fill(&["online", "online", "offline"]).await;
    Shop::grant(&shop.admin, "products/webshop", "p-chief", Role::Member, "").await;
    let token = |role: Role| v1::CreateTokenRequest {
        person: "people/p-chief".to_owned(),
        role: role.into(),
        ..Default::default()
    };
    let as_member = Shop::token(&shop.admin, token(Role::Member)).await;
    let as_chief = Shop::token(&shop.admin, token(Role::ChiefPo)).await;
    let as_tool = Shop::token(&shop.admin, token(Role::Tool)).await;
    let rank = v1::RankItemRequest {
        name: Shop::name("ONLINE-2"),
        place: before("ONLINE-1"),
        ..Default::default()
    };
    as_member
        .backlog()
        .rank_item(rank.clone())
        .await
        .refused()
        .is(Code::PermissionDenied, "NOT_IN_MANDATE");
    as_member.backlog().create_item(Shop::new_item("online", "As a member")).await.given();
    as_chief.backlog().rank_item(rank.clone()).await.given();
    // A role that the person does not hold opens nothing.
    as_tool.backlog().rank_item(rank).await.refused().is(Code::NotFound, "UNKNOWN_PRODUCT");
    // An administrator who is narrowed to a role administers nothing.
    let narrowed = v1::CreateTokenRequest {
        person: "people/admin".to_owned(),
        role: Role::Member.into(),
        ..Default::default()
    };
    let narrowed = Shop::token(&shop.admin, narrowed).await;
    let get = v1::GetProductRequest { name: "products/webshop".to_owned(), ..Default::default() };
    narrowed.products().get_product(get).await.refused().is(Code::NotFound, "UNKNOWN_PRODUCT");
}

#[tokio::test]
async fn the_po_of_two_domains_moves_items_between_them() {
    let shop = Shop::open().await;
    shop.fill(&["online", "offline"]).await;
    Shop::grant(
        &shop.admin,
        "products/webshop",
        "p-online",
        Role::DomainPo,
        &Shop::domain_name("backoffice"),
    )
    .await;
    let to = |domain: &str| v1::MoveItemRequest {
        name: Shop::name("ONLINE-1"),
        domain: Shop::domain_name(domain),
        ..Default::default()
    };
    let refusal = shop.online.backlog().move_item(to("offline")).await.refused();
    refusal.is(Code::PermissionDenied, "NOT_IN_MANDATE").says(&["PO of all the domains concerned"]);
    shop.online.backlog().move_item(to("backoffice")).await.given();
    // Once it is another's, it is another's.
    shop.chief.backlog().move_item(to("offline")).await.given();
    let complete = v1::CompleteItemRequest { name: Shop::name("ONLINE-1"), ..Default::default() };
    shop.online
        .backlog()
        .complete_item(complete)
        .await
        .refused()
        .is(Code::PermissionDenied, "NOT_IN_MANDATE");
}
