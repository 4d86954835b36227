//! Share links: what they open, and that they open nothing else.

use koepel_api::v1::{self, Shared};
use koepel_tests::{Answer as _, Client, Refusal, Shop, day, request_id};
use serde_json::Value;
use tonic::Code::{
    AlreadyExists, InvalidArgument, NotFound, PermissionDenied, Unauthenticated, Unimplemented,
};

use crate::http::get;

fn wanted(opens: Shared) -> v1::CreateShareLinkRequest {
    v1::CreateShareLinkRequest {
        parent: "products/webshop".to_owned(),
        opens: opens.into(),
        purpose: "the board".to_owned(),
        request_id: request_id(),
        ..Default::default()
    }
}

async fn share(by: &Client, request: v1::CreateShareLinkRequest) -> v1::CreateShareLinkResponse {
    by.shares().create_share_link(request).await.given()
}

/// What a link shows, as JSON.
async fn shown(shop: &Shop, secret: &str) -> Value {
    let page = get(shop.server.authority(), &format!("/share/{secret}")).await;
    let (head, body) = page.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{page}");
    for header in ["cache-control: no-store", "referrer-policy: no-referrer", "noindex"] {
        assert!(head.contains(header), "{head}");
    }
    serde_json::from_str(body).unwrap()
}

async fn nothing(shop: &Shop, secret: &str) {
    let page = get(shop.server.authority(), &format!("/share/{secret}")).await;
    assert!(page.starts_with("HTTP/1.1 404"), "{page}");
    assert!(page.ends_with("there is nothing here\n"), "{page}");
}

async fn planned(shop: &Shop) {
    shop.fill(&["online", "offline"]).await;
    let vision = v1::PublishVisionRequest {
        product: "products/webshop".to_owned(),
        text: "One basket everywhere".to_owned(),
        ..Default::default()
    };
    shop.chief.roadmap().publish_vision(vision).await.given();
    let entry = v1::CreateRoadmapEntryRequest {
        parent: Shop::domain_name("online"),
        entry: Some(v1::RoadmapEntry {
            title: "Gift cards".to_owned(),
            when: Some(v1::When { at: Some(v1::when::At::Horizon(v1::Horizon::Next.into())) }),
            ..Default::default()
        }),
        ..Default::default()
    };
    shop.chief.roadmap().create_roadmap_entry(entry).await.given();
}

#[tokio::test]
async fn a_link_shows_what_it_opens_and_nobodys_name() {
    let shop = Shop::open().await;
    planned(&shop).await;
    let whole = share(&shop.chief, wanted(Shared::Product)).await;
    assert_eq!(whole.url, format!("/share/{}", whole.secret));
    let told = shown(&shop, &whole.secret).await;
    assert_eq!(told["product"]["display_name"], "Webshop");
    assert_eq!(
        (&told["opens"], &told["product_name"]),
        (&"product".into(), &"products/webshop".into())
    );
    assert!(told["domain_name"].is_null());
    assert_eq!(told["vision"], "One basket everywhere");
    assert_eq!(told["roadmap"]["entries"][0]["title"], "Gift cards");
    assert_eq!(told["roadmap"]["entries"][0]["when"]["horizon"], "next");
    assert_eq!(told["backlog"]["rows"].as_array().unwrap().len(), 2);
    assert_eq!(told["backlog"]["rows"][0]["status"], "new");
    let text = told.to_string();
    assert!(!text.contains("Name of") && !text.contains("people/"), "{text}");

    let roadmap = share(&shop.chief, wanted(Shared::Roadmap)).await;
    let told = shown(&shop, &roadmap.secret).await;
    assert_eq!(told["opens"], "roadmap");
    assert_eq!(
        (&told["backlog"], &told["vision"]),
        (&Value::Null, &"One basket everywhere".into())
    );

    let domain = v1::CreateShareLinkRequest {
        domain: Shop::domain_name("online"),
        ..wanted(Shared::Domain)
    };
    let domain = share(&shop.admin, domain).await;
    let told = shown(&shop, &domain.secret).await;
    assert_eq!(told["backlog"]["rows"].as_array().unwrap().len(), 1);
    assert!(told["roadmap"].is_null() && told["product"].is_null());
    assert_eq!(
        (&told["opens"], &told["product_name"]),
        (&"domain".into(), &"products/webshop".into())
    );
    assert_eq!(told["domain_name"], Shop::domain_name("online"));

    // Without rows for whoever only asks what a link opens.
    for (link, opens) in [(&whole, "product"), (&roadmap, "roadmap"), (&domain, "domain")] {
        let told = shown(&shop, &format!("{}?rows=0", link.secret)).await;
        assert_eq!(told["opens"], opens);
        assert!(told["backlog"].is_null() && told["roadmap"].is_null(), "{told}");
    }

    // Nothing else opens such a page, not even what opens more elsewhere.
    let cut = &whole.secret[..whole.secret.len() - 1];
    for secret in [cut, "x", shop.chief.token(), &format!("{}x", whole.secret)] {
        nothing(&shop, secret).await;
    }
    let name = whole.share_link.unwrap().name;
    let revoke = v1::RevokeShareLinkRequest { name, ..Default::default() };
    shop.chief.shares().revoke_share_link(revoke.clone()).await.given();
    nothing(&shop, &whole.secret).await;
    let refusal = shop.chief.shares().revoke_share_link(revoke).await.refused();
    refusal.is(NotFound, "UNKNOWN_SHARE_LINK");
    let client = shop.admin.as_token(&whole.secret);
    let asked =
        v1::ListBacklogRequest { parent: "products/webshop".to_owned(), ..Default::default() };
    let refusal = client.backlog().list_backlog(asked).await.refused();
    refusal.is(Unauthenticated, "TOKEN_UNKNOWN");
}

/// Which of the reading calls a link opens.
async fn opened(client: &Client) -> Vec<&'static str> {
    let product = || "products/webshop".to_owned();
    let mut opened = Vec::new();
    let mut note = |what: &'static str, status: Option<tonic::Status>| match status {
        None => opened.push(what),
        Some(status) => {
            Refusal::of(&status).is(PermissionDenied, "NOT_IN_MANDATE");
        }
    };
    let asked = v1::ListBacklogRequest { parent: product(), ..Default::default() };
    note("backlog", client.backlog().list_backlog(asked).await.err());
    let parent = Shop::domain_name("online");
    let asked = v1::ListBacklogRequest { parent, ..Default::default() };
    note("online", client.backlog().list_backlog(asked).await.err());
    let parent = Shop::domain_name("offline");
    let asked = v1::ListBacklogRequest { parent, ..Default::default() };
    note("offline", client.backlog().list_backlog(asked).await.err());
    let asked = v1::GetItemRequest { name: Shop::name("ONLINE-1"), ..Default::default() };
    note("item", client.backlog().get_item(asked).await.err());
    let asked = v1::ListRoadmapEntriesRequest { parent: product(), ..Default::default() };
    note("roadmap", client.roadmap().list_roadmap_entries(asked).await.err());
    let asked =
        v1::GetVisionRequest { name: "products/webshop/vision".to_owned(), ..Default::default() };
    let vision = client.roadmap().get_vision(asked).await;
    if let Ok(answer) = &vision {
        assert_eq!(answer.get_ref().vision.as_ref().unwrap().author_display_name, "");
    }
    note("vision", vision.err());
    let asked = v1::ListGoalsRequest { parent: product(), ..Default::default() };
    note("goals", client.roadmap().list_goals(asked).await.err());
    let asked = v1::GetProductRequest { name: product(), ..Default::default() };
    note("product", client.products().get_product(asked).await.err());
    opened
}

#[tokio::test]
async fn a_link_is_a_bearer_for_reading_and_for_nothing_else() {
    let shop = Shop::open().await;
    planned(&shop).await;
    Shop::domain(&shop.admin, "products/webshop", "extra").await;
    let made = v1::CreateProductRequest { product_id: "other".to_owned(), ..Default::default() };
    let made = v1::CreateProductRequest { display_name: "Other".to_owned(), ..made };
    shop.admin.products().create_product(made).await.given();
    let whole = share(&shop.chief, wanted(Shared::Product)).await;
    let client = shop.admin.as_token(&whole.secret);
    let all = ["backlog", "online", "offline", "item", "roadmap", "vision", "goals", "product"];
    assert_eq!(opened(&client).await, all);
    let roadmap = share(&shop.chief, wanted(Shared::Roadmap)).await;
    let plans = ["roadmap", "vision", "goals", "product"];
    assert_eq!(opened(&shop.admin.as_token(&roadmap.secret)).await, plans);
    let domain = v1::CreateShareLinkRequest {
        domain: Shop::domain_name("online"),
        ..wanted(Shared::Domain)
    };
    let domain = share(&shop.chief, domain).await;
    assert_eq!(opened(&shop.admin.as_token(&domain.secret)).await, ["online"]);

    // Another product is not there, and the past is not shown.
    let asked =
        v1::ListBacklogRequest { parent: "products/other".to_owned(), ..Default::default() };
    let refusal = client.backlog().list_backlog(asked).await.refused();
    refusal.is(NotFound, "UNKNOWN_PRODUCT");
    let asked = v1::ListBacklogRequest {
        parent: "products/webshop".to_owned(),
        as_of: Some(v1::Moment { at: Some(v1::moment::At::Version(3)) }),
        ..Default::default()
    };
    client.backlog().list_backlog(asked).await.refused().is(PermissionDenied, "NOT_IN_MANDATE");

    // Every other call of every service is refused before anything is looked at.
    let opens = [
        "ListBacklog",
        "GetItem",
        "GetProduct",
        "ListRoadmapEntries",
        "GetRoadmapEntry",
        "GetVision",
        "ListGoals",
    ];
    let mut refused = 0;
    for (path, _) in all_calls().iter().filter(|(_, name)| !opens.contains(&name.as_str())) {
        let status = call(&shop, path, &whole.secret).await;
        assert_ne!(status.code(), Unimplemented, "{path}");
        Refusal::of(&status).is(PermissionDenied, "NOT_IN_MANDATE");
        refused += 1;
    }
    assert!(refused > 60, "{refused}");
    // A caller cannot say by itself that it may read.
    let mut grpc = tonic::client::Grpc::new(shop.chief.channel());
    grpc.ready().await.unwrap();
    let codec = tonic_prost::ProstCodec::<v1::WhoAmIRequest, v1::WhoAmIResponse>::default();
    let mut request = tonic::Request::new(v1::WhoAmIRequest {});
    let bearer = format!("Bearer {}", whole.secret).parse().unwrap();
    request.metadata_mut().insert("authorization", bearer);
    request.metadata_mut().insert("koepel-door", "reading".parse().unwrap());
    let path = "/koepel.v1.AdminService/WhoAmI".parse().unwrap();
    let status = grpc.unary(request, path, codec).await.unwrap_err();
    Refusal::of(&status).is(PermissionDenied, "NOT_IN_MANDATE");
}

/// Makes a call of which only the name matters.
async fn call(shop: &Shop, path: &str, token: &str) -> tonic::Status {
    let mut grpc = tonic::client::Grpc::new(shop.chief.channel());
    grpc.ready().await.unwrap();
    let codec = tonic_prost::ProstCodec::<v1::WhoAmIRequest, v1::WhoAmIResponse>::default();
    let mut request = tonic::Request::new(v1::WhoAmIRequest {});
    request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    grpc.unary(request, path.parse().unwrap(), codec).await.unwrap_err()
}

#[tokio::test]
async fn links_are_made_by_the_chief_po_and_administrators() {
    let shop = Shop::open().await;
    let made = wanted(Shared::Roadmap);
    let link = share(&shop.chief, made.clone()).await.share_link.unwrap();
    assert_eq!((link.creator.as_str(), link.purpose.as_str()), ("people/p-chief", "the board"));
    let refusal = shop.chief.shares().create_share_link(made).await.refused();
    refusal.is(AlreadyExists, "SECRET_GONE");
    let listed =
        v1::ListShareLinksRequest { parent: "products/webshop".to_owned(), ..Default::default() };
    let all = shop.admin.shares().list_share_links(listed.clone()).await.given().share_links;
    assert_eq!(all.as_slice(), std::slice::from_ref(&link));
    let revoke = v1::RevokeShareLinkRequest { name: link.name, ..Default::default() };
    for client in [&shop.online, &shop.member, &shop.stakeholder, &shop.tool] {
        let mut shares = client.shares();
        let denied = |refusal: Refusal| {
            refusal.is(PermissionDenied, "NOT_IN_MANDATE").says(&["sharing", "Chief PO"]);
        };
        denied(shares.create_share_link(wanted(Shared::Roadmap)).await.refused());
        denied(shares.list_share_links(listed.clone()).await.refused());
        denied(shares.revoke_share_link(revoke.clone()).await.refused());
    }
    let mut shares = shop.stranger.shares();
    let gone = |refusal: Refusal| {
        refusal.is(NotFound, "UNKNOWN_PRODUCT");
    };
    gone(shares.create_share_link(wanted(Shared::Roadmap)).await.refused());
    gone(shares.list_share_links(listed.clone()).await.refused());
    gone(shares.revoke_share_link(revoke).await.refused());

    let refused = async |request| shop.chief.shares().create_share_link(request).await.refused();
    let roadmap = || wanted(Shared::Roadmap);
    refused(wanted(Shared::Unspecified)).await.is(InvalidArgument, "INVALID_FIELD").at(&["opens"]);
    refused(wanted(Shared::Domain)).await.at(&["domain"]);
    let domain = Shop::domain_name("online");
    refused(v1::CreateShareLinkRequest { domain, ..roadmap() }).await.at(&["domain"]);
    let domain = "products/other/domains/online".to_owned();
    refused(v1::CreateShareLinkRequest { domain, ..wanted(Shared::Domain) }).await.at(&["domain"]);
    let domain = Shop::domain_name("nowhere");
    refused(v1::CreateShareLinkRequest { domain, ..wanted(Shared::Domain) })
        .await
        .is(NotFound, "UNKNOWN_DOMAIN");
    let expire_time = Some(prost_types::Timestamp { seconds: 1, nanos: 0 });
    refused(v1::CreateShareLinkRequest { expire_time, ..roadmap() }).await.at(&["expire_time"]);
    let expire_time = Some(prost_types::Timestamp { seconds: 4_000_000_000, nanos: 0 });
    refused(v1::CreateShareLinkRequest { expire_time, ..roadmap() })
        .await
        .at(&["expire_time"])
        .says(&["366 days"]);
}

#[tokio::test]
async fn a_link_ends_by_itself() {
    let shop = Shop::open().await;
    let mut item = shop.chief.backlog().create_item(Shop::new_item("online", "x")).await.given();
    let mut end = item.receipt.take().unwrap().time.unwrap();
    end.seconds += 2;
    let request = v1::CreateShareLinkRequest { expire_time: Some(end), ..wanted(Shared::Product) };
    let made = share(&shop.chief, request).await;
    shown(&shop, &made.secret).await;
    let path = format!("/share/{}", made.secret);
    while get(shop.server.authority(), &path).await.starts_with("HTTP/1.1 200") {}
    nothing(&shop, &made.secret).await;
    let listed =
        v1::ListShareLinksRequest { parent: "products/webshop".to_owned(), ..Default::default() };
    assert_eq!(shop.chief.shares().list_share_links(listed).await.given().share_links, []);
}

#[tokio::test]
async fn the_command_line_shares() {
    let shop = Shop::open().await;
    let chief = shop.server.command_line(shop.chief.token());
    let ran =
        chief.run("share create webshop --roadmap --purpose 'the board' --expires 90d").code(0);
    ran.complains(&["shown only now", "koepel share revoke l-"]);
    let url = ran.out.trim().to_owned();
    let secret = url.rsplit('/').next().unwrap().to_owned();
    assert!(url.starts_with(shop.server.url()), "{url}");
    shown(&shop, &secret).await;
    chief.run("share list").code(0).tells(&["LINK", "roadmap", "p-chief", "the board"]);
    let made = chief.json("share create --domain webshop/online");
    assert_eq!(made["share_link"]["domain"], "online");
    let id = made["share_link"]["id"].as_str().unwrap();
    chief
        .run(&format!("share revoke {id} webshop --reason over"))
        .code(0)
        .tells(&["opens nothing"]);
    nothing(&shop, made["secret"].as_str().unwrap()).await;
    let online = shop.server.command_line(shop.online.token());
    online.run("share create webshop").code(4).complains(&["not in your mandate", "Chief PO"]);
}

/// Everything in the answer to a reading call, in words; `None` for a call that this does not know.
async fn answer(client: &Client, call: &str) -> Option<String> {
    let product = || "products/webshop".to_owned();
    macro_rules! answer {
        ($service:ident, $call:ident, $request:ident { $($field:ident: $value:expr),+ }) => {{
            let request = v1::$request { $($field: $value,)+ ..Default::default() };
            format!("{:?}", client.$service().$call(request).await.given())
        }};
    }
    let entry = || format!("{}/roadmapEntries/1", product());
    let vision = || format!("{}/vision", product());
    Some(match call {
        "ListBacklog" => {
            let state = v1::BacklogState::All.into();
            answer!(backlog, list_backlog, ListBacklogRequest { parent: product(), state: state })
        }
        "GetItem" => answer!(backlog, get_item, GetItemRequest { name: Shop::name("ONLINE-1") }),
        "GetProduct" => answer!(products, get_product, GetProductRequest { name: product() }),
        "ListRoadmapEntries" => {
            answer!(roadmap, list_roadmap_entries, ListRoadmapEntriesRequest { parent: product() })
        }
        "GetRoadmapEntry" => {
            answer!(roadmap, get_roadmap_entry, GetRoadmapEntryRequest { name: entry() })
        }
        "GetVision" => answer!(roadmap, get_vision, GetVisionRequest { name: vision() }),
        "ListGoals" => answer!(roadmap, list_goals, ListGoalsRequest { parent: product() }),
        _ => return None,
    })
}

#[tokio::test]
async fn no_call_that_a_link_opens_tells_of_a_person() {
    let shop = Shop::open().await;
    planned(&shop).await;
    // Somebody in every place that there is: as deputy, as next in a vacant seat, with an item.
    let (today, later) = (day(0), day(40));
    let deputy = v1::NameDeputyRequest {
        product: "products/webshop".to_owned(),
        person: "people/p-online".to_owned(),
        role: v1::Role::ChiefPo.into(),
        first_day: Some(today),
        last_day: Some(later),
        request_id: request_id(),
        ..Default::default()
    };
    shop.chief.products().name_deputy(deputy).await.given();
    let revoke = v1::RevokeRoleRequest {
        product: "products/webshop".to_owned(),
        person: "people/p-offline".to_owned(),
        role: v1::Role::DomainPo.into(),
        domain: Shop::domain_name("offline"),
        ..Default::default()
    };
    shop.chief.products().revoke_role(revoke).await.given();
    let next = v1::GrantRoleRequest {
        product: "products/webshop".to_owned(),
        person: "people/p-member".to_owned(),
        role: v1::Role::DomainPo.into(),
        domain: Shop::domain_name("offline"),
        first_day: Some(later),
        request_id: request_id(),
        ..Default::default()
    };
    shop.chief.products().grant_role(next).await.given();
    let item = v1::Item {
        name: Shop::name("ONLINE-1"),
        people: vec!["people/p-member".to_owned()],
        ..Default::default()
    };
    let update = v1::UpdateItemRequest {
        item: Some(item),
        update_mask: Some(prost_types::FieldMask { paths: vec!["people".to_owned()] }),
        ..Default::default()
    };
    shop.chief.backlog().update_item(update).await.given();

    let whole = share(&shop.chief, wanted(Shared::Product)).await;
    let client = shop.admin.as_token(&whole.secret);
    let names_people = |text: &str| text.contains("people/") || text.contains("Name of");
    let mut named_to_the_chief = Vec::new();
    for call in opened_calls(&shop, &whole.secret).await {
        let told = answer(&client, &call).await;
        let told = told.unwrap_or_else(|| panic!("{call} is open to links: ask it something here"));
        assert!(!names_people(&told), "{call}: {told}");
        if names_people(&answer(&shop.chief, &call).await.unwrap()) {
            named_to_the_chief.push(call);
        }
    }
    named_to_the_chief.sort_unstable();
    assert_eq!(named_to_the_chief, ["GetItem", "GetProduct", "GetVision"], "the test sees people");
    let told = shown(&shop, &whole.secret).await.to_string();
    assert!(!names_people(&told), "{told}");
}

/// The calls that a link opens, as the server says: those that it does not refuse whatever is asked.
async fn opened_calls(shop: &Shop, secret: &str) -> Vec<String> {
    let mut opened = Vec::new();
    for (path, name) in all_calls() {
        let status = call(shop, &path, secret).await;
        if Refusal::of(&status).reason != "NOT_IN_MANDATE" {
            opened.push(name);
        }
    }
    opened
}

/// Path and name of every call of every service.
fn all_calls() -> Vec<(String, String)> {
    let descriptors =
        <prost_types::FileDescriptorSet as prost::Message>::decode(koepel_api::FILE_DESCRIPTOR_SET)
            .unwrap();
    let mut calls = Vec::new();
    for file in descriptors.file.iter().filter(|file| file.package() == "koepel.v1") {
        for service in &file.service {
            for method in &service.method {
                let path = format!("/koepel.v1.{}/{}", service.name(), method.name());
                calls.push((path, method.name().to_owned()));
            }
        }
    }
    calls
}
