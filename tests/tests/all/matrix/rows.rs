//! The rows of the matrix: each method of the API, who may call it, and a request. A new method needs a new row.

use koepel_api::v1;
use koepel_tests::{Shop, at};
use prost::Message;

use super::{Given, Of, Row, one};

fn product() -> String {
    "products/webshop".to_owned()
}

fn connection() -> String {
    "products/webshop/connections/tracker".to_owned()
}

fn why() -> String {
    "why".to_owned()
}

fn mask(path: &str) -> Option<prost_types::FieldMask> {
    Some(prost_types::FieldMask { paths: vec![path.to_owned()] })
}

fn link() -> Option<v1::Link> {
    let target = Some(v1::link::Target::Uri("https://a.example".to_owned()));
    Some(v1::Link { kind: v1::LinkKind::Needs.into(), target })
}

fn now() -> Option<v1::When> {
    Some(v1::When { at: Some(v1::when::At::Horizon(v1::Horizon::Now.into())) })
}

const fn row(
    method: &'static str,
    of: Of,
    may: &'static str,
    asks: fn(&Given) -> Vec<Vec<u8>>,
) -> Row {
    Row { method, of, may, asks }
}

/// Each method, and who may call it. `readers` see the product, `all` have a valid token.
pub(super) const ROWS: &[Row] = &[
    row("AdminService/WhoAmI", Of::Server, "all", |_| one(&v1::WhoAmIRequest {})),
    row("AdminService/CreatePerson", Of::Server, "admin", |given| {
        one(&v1::CreatePersonRequest {
            person_id: format!("p-{}", given.fresh),
            ..Default::default()
        })
    }),
    row("AdminService/ListPeople", Of::Server, "admin", |_| {
        one(&v1::ListPeopleRequest { ..Default::default() })
    }),
    row("AdminService/CreateToken", Of::Server, "admin", |_| {
        one(&v1::CreateTokenRequest { person: "people/p-guest".to_owned(), ..Default::default() })
    }),
    row("AdminService/ListTokens", Of::Server, "all", |_| {
        one(&v1::ListTokensRequest { ..Default::default() })
    }),
    row("AdminService/RevokeToken", Of::Server, "admin", |_| {
        one(&v1::RevokeTokenRequest { name: "tokens/t-none".to_owned(), ..Default::default() })
    }),
    row("AdminService/GetServerStatus", Of::Server, "admin", |_| {
        one(&v1::GetServerStatusRequest {})
    }),
    row("AdminService/Backup", Of::Server, "admin", |_| one(&v1::BackupRequest {})),
    row(
        "BacklogService/CreateItem",
        Of::Product,
        "chief online member tool deputy deputy-online",
        |_| one(&Shop::new_item("online", "New")),
    ),
    row("BacklogService/GetItem", Of::Product, "readers", |given| {
        one(&v1::GetItemRequest { name: given.item.clone(), ..Default::default() })
    }),
    row(
        "BacklogService/UpdateItem",
        Of::Product,
        "chief online member tool deputy deputy-online",
        |given| {
            one(&v1::UpdateItemRequest {
                item: Some(v1::Item {
                    name: given.item.clone(),
                    title: given.fresh.clone(),
                    ..Default::default()
                }),
                update_mask: mask("title"),
                ..Default::default()
            })
        },
    ),
    row("BacklogService/ListBacklog", Of::Product, "readers", |_| {
        one(&v1::ListBacklogRequest { parent: product(), ..Default::default() })
    }),
    row("BacklogService/SearchItems", Of::Product, "readers", |_| {
        one(&v1::SearchItemsRequest {
            parent: product(),
            query: "work".to_owned(),
            ..Default::default()
        })
    }),
    row("BacklogService/RankItem", Of::Product, "chief deputy", |given| {
        one(&v1::RankItemRequest {
            name: given.item.clone(),
            place: at(v1::Edge::Top),
            ..Default::default()
        })
    }),
    row("BacklogService/ReorderItem", Of::Product, "chief online deputy deputy-online", |given| {
        one(&v1::ReorderItemRequest {
            name: given.item.clone(),
            place: at(v1::Edge::Top),
            ..Default::default()
        })
    }),
    row("BacklogService/PinItem", Of::Product, "chief deputy", |given| {
        one(&v1::PinItemRequest { name: given.item.clone(), reason: why(), ..Default::default() })
    }),
    row("BacklogService/UnpinItem", Of::Product, "chief deputy", |given| {
        one(&v1::UnpinItemRequest { name: given.item.clone(), ..Default::default() })
    }),
    row("BacklogService/MoveItem", Of::Product, "chief deputy", |given| {
        one(&v1::MoveItemRequest {
            name: given.item.clone(),
            domain: Shop::domain_name("offline"),
            ..Default::default()
        })
    }),
    row("BacklogService/SplitItem", Of::Product, "chief online deputy deputy-online", |given| {
        one(&v1::SplitItemRequest {
            name: given.item.clone(),
            into: vec![v1::Item { title: "Part".to_owned(), kind: 3, ..Default::default() }],
            ..Default::default()
        })
    }),
    row("BacklogService/MergeItems", Of::Product, "chief online deputy deputy-online", |given| {
        one(&v1::MergeItemsRequest {
            into: given.item.clone(),
            names: vec![given.other.clone()],
            ..Default::default()
        })
    }),
    row(
        "BacklogService/MarkDuplicate",
        Of::Product,
        "chief online deputy deputy-online",
        |given| {
            one(&v1::MarkDuplicateRequest {
                name: given.item.clone(),
                duplicate_of: given.other.clone(),
                ..Default::default()
            })
        },
    ),
    row("BacklogService/CompleteItem", Of::Product, "chief online deputy deputy-online", |given| {
        one(&v1::CompleteItemRequest { name: given.item.clone(), ..Default::default() })
    }),
    row("BacklogService/DropItem", Of::Product, "chief online deputy deputy-online", |given| {
        one(&v1::DropItemRequest { name: given.item.clone(), reason: why(), ..Default::default() })
    }),
    row("BacklogService/ReopenItem", Of::Product, "chief online deputy deputy-online", |given| {
        one(&v1::ReopenItemRequest { name: given.item.clone(), ..Default::default() })
    }),
    row(
        "BacklogService/AddLink",
        Of::Product,
        "chief online member tool deputy deputy-online",
        |given| {
            one(&v1::AddLinkRequest {
                name: given.item.clone(),
                link: link(),
                ..Default::default()
            })
        },
    ),
    row(
        "BacklogService/RemoveLink",
        Of::Product,
        "chief online member tool deputy deputy-online",
        |given| {
            one(&v1::RemoveLinkRequest {
                name: given.item.clone(),
                link: link(),
                ..Default::default()
            })
        },
    ),
    row(
        "BacklogService/RequestDomain",
        Of::Product,
        "chief online member tool deputy deputy-online",
        |given| {
            one(&v1::RequestDomainRequest {
                name: given.item.clone(),
                domain: Shop::domain_name("offline"),
                ask: why(),
                ..Default::default()
            })
        },
    ),
    row(
        "BacklogService/WithdrawRequest",
        Of::Product,
        "chief online member tool deputy deputy-online",
        |given| {
            one(&v1::WithdrawRequestRequest {
                name: given.item.clone(),
                domain: Shop::domain_name("offline"),
                ..Default::default()
            })
        },
    ),
    row("BacklogService/ListItemHistory", Of::Product, "readers", |given| {
        one(&v1::ListItemHistoryRequest { name: given.item.clone(), ..Default::default() })
    }),
    row("BacklogService/ExplainRank", Of::Product, "readers", |given| {
        one(&v1::ExplainRankRequest { name: given.item.clone(), ..Default::default() })
    }),
    row("BacklogService/UndoMove", Of::Product, "chief deputy", |given| {
        one(&v1::UndoMoveRequest {
            product: product(),
            version: given.version,
            ..Default::default()
        })
    }),
    row(
        "ConnectionService/CreateConnection",
        Of::Product,
        "admin chief online deputy deputy-online",
        |given| {
            one(&v1::CreateConnectionRequest {
                parent: product(),
                connection_id: given.fresh.clone(),
                connection: Some(v1::Connection {
                    domain: Shop::domain_name("online"),
                    tool: "people/p-guest".to_owned(),
                    mapping: crate::push::TRACKER.to_owned(),
                    ..Default::default()
                }),
                ..Default::default()
            })
        },
    ),
    row(
        "ConnectionService/UpdateConnection",
        Of::Product,
        "admin chief online deputy deputy-online",
        |given| {
            one(&v1::UpdateConnectionRequest {
                connection: Some(v1::Connection {
                    name: connection(),
                    source: given.fresh.clone(),
                    ..Default::default()
                }),
                update_mask: mask("source"),
                ..Default::default()
            })
        },
    ),
    row("ConnectionService/GetConnection", Of::Product, "readers", |_| {
        one(&v1::GetConnectionRequest { name: connection(), ..Default::default() })
    }),
    row("ConnectionService/ListConnections", Of::Product, "readers", |_| {
        one(&v1::ListConnectionsRequest { parent: product(), ..Default::default() })
    }),
    row("ConnectionService/ListSetAsidePushes", Of::Product, "readers", |_| {
        one(&v1::ListSetAsidePushesRequest { parent: connection(), ..Default::default() })
    }),
    row(
        "ConnectionService/ReplayPushes",
        Of::Product,
        "admin chief online deputy deputy-online",
        |_| one(&v1::ReplayPushesRequest { parent: connection(), ..Default::default() }),
    ),
    row(
        "ConnectionService/DiscardPushes",
        Of::Product,
        "admin chief online deputy deputy-online",
        |_| {
            one(&v1::DiscardPushesRequest {
                parent: connection(),
                names: vec!["products/webshop/pushes/1.0".to_owned()],
                reason: why(),
                ..Default::default()
            })
        },
    ),
    row("IngestService/Push", Of::Product, "tool", |_| {
        one(&v1::PushRequest {
            connection: connection(),
            events: vec![v1::PushedEvent::default()],
            ..Default::default()
        })
    }),
    row("IngestService/Import", Of::Product, "chief tool admin deputy", |_| {
        crate::ingest::messages("products/webshop", crate::ingest::mapping(), b"{}\n")
            .iter()
            .map(Message::encode_to_vec)
            .collect()
    }),
    row(
        "ConnectionService/RemoveConnection",
        Of::Product,
        "admin chief online deputy deputy-online",
        |_| {
            one(&v1::RemoveConnectionRequest {
                name: connection(),
                reason: why(),
                ..Default::default()
            })
        },
    ),
    row("DirectoryService/FindOwner", Of::Product, "readers", |_| {
        one(&v1::FindOwnerRequest {
            parent: product(),
            what: Some(v1::find_owner_request::What::Question("online".to_owned())),
            ..Default::default()
        })
    }),
    row("DirectoryService/ListGaps", Of::Product, "readers", |_| {
        one(&v1::ListGapsRequest { parent: product(), ..Default::default() })
    }),
    row("DirectoryService/ResolveGap", Of::Product, "admin chief deputy", |_| {
        one(&v1::ResolveGapRequest {
            name: "products/webshop/gaps/1".to_owned(),
            ..Default::default()
        })
    }),
    row("EventService/Subscribe", Of::Product, "readers", |_| {
        one(&v1::SubscribeRequest { product: product(), ..Default::default() })
    }),
    row("HistoryService/ListDifferences", Of::Product, "readers", |_| {
        one(&v1::ListDifferencesRequest { parent: product(), ..Default::default() })
    }),
    row("ProductService/CreateProduct", Of::Server, "admin", |given| {
        one(&v1::CreateProductRequest { product_id: given.fresh.clone(), ..Default::default() })
    }),
    row("ProductService/GetProduct", Of::Product, "readers", |_| {
        one(&v1::GetProductRequest { name: product(), ..Default::default() })
    }),
    row("ProductService/ListProducts", Of::Server, "all", |_| {
        one(&v1::ListProductsRequest { ..Default::default() })
    }),
    row("ProductService/UpdateProduct", Of::Product, "admin chief deputy", |given| {
        one(&v1::UpdateProductRequest {
            product: Some(v1::Product {
                name: product(),
                summary: given.fresh.clone(),
                ..Default::default()
            }),
            update_mask: mask("summary"),
            ..Default::default()
        })
    }),
    row("ProductService/CreateDomain", Of::Product, "admin chief deputy", |given| {
        one(&v1::CreateDomainRequest {
            parent: product(),
            domain_id: given.fresh.clone(),
            ..Default::default()
        })
    }),
    row("ProductService/GetDomain", Of::Product, "readers", |_| {
        one(&v1::GetDomainRequest { name: Shop::domain_name("online"), ..Default::default() })
    }),
    row("ProductService/ListDomains", Of::Product, "readers", |_| {
        one(&v1::ListDomainsRequest { parent: product(), ..Default::default() })
    }),
    row("ProductService/UpdateDomain", Of::Product, "admin chief deputy", |given| {
        one(&v1::UpdateDomainRequest {
            domain: Some(v1::Domain {
                name: Shop::domain_name("online"),
                summary: given.fresh.clone(),
                ..Default::default()
            }),
            update_mask: mask("summary"),
            ..Default::default()
        })
    }),
    row("ProductService/DeleteDomain", Of::Product, "admin chief deputy", |_| {
        one(&v1::DeleteDomainRequest {
            name: Shop::domain_name("backoffice"),
            ..Default::default()
        })
    }),
    row("ProductService/GrantRole", Of::Product, "admin chief deputy", |_| {
        one(&v1::GrantRoleRequest {
            product: product(),
            person: "people/p-guest".to_owned(),
            role: v1::Role::Stakeholder.into(),
            ..Default::default()
        })
    }),
    row("ProductService/RevokeRole", Of::Product, "admin chief deputy", |_| {
        one(&v1::RevokeRoleRequest {
            product: product(),
            person: "people/p-guest".to_owned(),
            role: v1::Role::Stakeholder.into(),
            ..Default::default()
        })
    }),
    row("ProductService/NameDeputy", Of::Product, "admin chief online", |_| {
        one(&v1::NameDeputyRequest {
            product: product(),
            person: "people/p-guest".to_owned(),
            role: v1::Role::DomainPo.into(),
            domain: Shop::domain_name("online"),
            first_day: Some(super::day(40)),
            last_day: Some(super::day(41)),
            ..Default::default()
        })
    }),
    row("ProductService/DismissDeputy", Of::Product, "admin chief online", |_| {
        one(&v1::DismissDeputyRequest {
            product: product(),
            person: "people/p-guest".to_owned(),
            role: v1::Role::DomainPo.into(),
            domain: Shop::domain_name("online"),
            ..Default::default()
        })
    }),
    row("ProductService/ListRoles", Of::Product, "readers", |_| {
        one(&v1::ListRolesRequest { product: product(), ..Default::default() })
    }),
    row(
        "RoadmapService/CreateRoadmapEntry",
        Of::Product,
        "chief online deputy deputy-online",
        |given| {
            one(&v1::CreateRoadmapEntryRequest {
                parent: Shop::domain_name("online"),
                entry: Some(v1::RoadmapEntry {
                    title: given.fresh.clone(),
                    when: now(),
                    ..Default::default()
                }),
                ..Default::default()
            })
        },
    ),
    row("RoadmapService/GetRoadmapEntry", Of::Product, "readers", |_| {
        one(&v1::GetRoadmapEntryRequest {
            name: "products/webshop/roadmapEntries/1".to_owned(),
            ..Default::default()
        })
    }),
    row("RoadmapService/ListRoadmapEntries", Of::Product, "readers", |_| {
        one(&v1::ListRoadmapEntriesRequest { parent: product(), ..Default::default() })
    }),
    row(
        "RoadmapService/UpdateRoadmapEntry",
        Of::Product,
        "chief online deputy deputy-online",
        |given| {
            one(&v1::UpdateRoadmapEntryRequest {
                entry: Some(v1::RoadmapEntry {
                    name: "products/webshop/roadmapEntries/1".to_owned(),
                    title: given.fresh.clone(),
                    ..Default::default()
                }),
                update_mask: mask("title"),
                ..Default::default()
            })
        },
    ),
    row("RoadmapService/ListRoadmapEntryHistory", Of::Product, "readers", |_| {
        one(&v1::ListRoadmapEntryHistoryRequest {
            name: "products/webshop/roadmapEntries/1".to_owned(),
            ..Default::default()
        })
    }),
    row(
        "RoadmapService/RemoveRoadmapEntry",
        Of::Product,
        "chief online deputy deputy-online",
        |_| {
            one(&v1::RemoveRoadmapEntryRequest {
                name: "products/webshop/roadmapEntries/1".to_owned(),
                reason: why(),
                ..Default::default()
            })
        },
    ),
    row("RoadmapService/PublishVision", Of::Product, "chief deputy", |given| {
        one(&v1::PublishVisionRequest {
            product: product(),
            text: given.fresh.clone(),
            ..Default::default()
        })
    }),
    row("RoadmapService/GetVision", Of::Product, "readers", |_| {
        one(&v1::GetVisionRequest {
            name: "products/webshop/vision".to_owned(),
            ..Default::default()
        })
    }),
    row("RoadmapService/CreateGoal", Of::Product, "chief deputy", |given| {
        one(&v1::CreateGoalRequest {
            parent: product(),
            goal_id: given.fresh.clone(),
            ..Default::default()
        })
    }),
    row("RoadmapService/UpdateGoal", Of::Product, "chief deputy", |given| {
        one(&v1::UpdateGoalRequest {
            goal: Some(v1::Goal {
                name: "products/webshop/goals/some".to_owned(),
                summary: given.fresh.clone(),
                ..Default::default()
            }),
            update_mask: mask("summary"),
            ..Default::default()
        })
    }),
    row("RoadmapService/CloseGoal", Of::Product, "chief deputy", |_| {
        one(&v1::CloseGoalRequest {
            name: "products/webshop/goals/some".to_owned(),
            reason: why(),
            ..Default::default()
        })
    }),
    row("RoadmapService/ListGoals", Of::Product, "readers", |_| {
        one(&v1::ListGoalsRequest { parent: product(), ..Default::default() })
    }),
    row("SyncService/StartSync", Of::Product, "chief online offline deputy deputy-online", |_| {
        one(&v1::StartSyncRequest { parent: product(), ..Default::default() })
    }),
    row("SyncService/GetSync", Of::Product, "readers", |_| {
        one(&v1::GetSyncRequest {
            name: "products/webshop/syncs/S1".to_owned(),
            ..Default::default()
        })
    }),
    row("SyncService/ListSyncs", Of::Product, "readers", |_| {
        one(&v1::ListSyncsRequest { parent: product(), ..Default::default() })
    }),
    row("SyncService/CloseSync", Of::Product, "chief online offline deputy deputy-online", |_| {
        one(&v1::CloseSyncRequest {
            name: "products/webshop/syncs/S1".to_owned(),
            ..Default::default()
        })
    }),
];
