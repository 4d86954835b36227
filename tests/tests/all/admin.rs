//! `AdminService`: people, tokens, status and the backup.

use std::{fs, os::unix::fs::PermissionsExt as _, time::Duration};

use koepel_api::v1::{self, Role};
use koepel_tests::{Answer as _, Client, Server, Settings, Shop, request_id, scratch};
use tonic::Code::{AlreadyExists, InvalidArgument, NotFound, PermissionDenied, Unauthenticated};

async fn who(client: &Client) -> v1::WhoAmIResponse {
    client.admin().who_am_i(v1::WhoAmIRequest {}).await.given()
}

#[tokio::test]
async fn people_are_known_by_an_id_and_named_beside_the_log() {
    let mut server = Server::start().await;
    let admin = server.admin();
    let request = v1::CreatePersonRequest {
        display_name: "Hanna Visser".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    let answer = admin.admin().create_person(request.clone()).await.given();
    let person = answer.person.clone().unwrap();
    assert!(person.name.starts_with("people/p-"));
    assert_eq!(person.display_name, "Hanna Visser");
    assert_eq!(
        admin.admin().create_person(request).await.given(),
        answer,
        "the same request, the same id"
    );

    let taken = v1::CreatePersonRequest {
        person_id: person.name.replace("people/", ""),
        ..Default::default()
    };
    admin.admin().create_person(taken).await.refused().is(AlreadyExists, "PERSON_EXISTS");
    for id in ["Hanna", "a b", "system-", &"p".repeat(41)] {
        let request = v1::CreatePersonRequest { person_id: id.to_owned(), ..Default::default() };
        admin
            .admin()
            .create_person(request)
            .await
            .refused()
            .is(InvalidArgument, "INVALID_FIELD")
            .at(&["person_id"]);
    }
    let long = v1::CreatePersonRequest { display_name: "x".repeat(121), ..Default::default() };
    admin.admin().create_person(long).await.refused().at(&["display_name"]);
    let listed = admin.admin().list_people(v1::ListPeopleRequest::default()).await.given().people;
    assert_eq!(listed.len(), 2);
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(server.data_dir()), 0o700, "a data directory that it makes is its owner's");
    assert_eq!(mode(server.data_dir().join("people.json")), 0o600);
    // The name is in the directory; of the log, read whole, the id is all that it has.
    let directory = fs::read_to_string(server.data_dir().join("people.json")).unwrap();
    assert!(directory.contains("Hanna Visser"));
    let token = v1::CreateTokenRequest {
        person: person.name.clone(),
        purpose: "laptop".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    admin.admin().create_token(token).await.given();
    server.stop().await;
    let log = server.command_line("").run("log export --data-dir data").code(0).out;
    assert!(log.contains(&person.name.replace("people/", "")), "{log}");
    assert!(!log.contains("Hanna") && !log.contains("Visser"), "{log}");
}

#[tokio::test]
async fn a_token_is_shown_once_and_ends_when_revoked() {
    let shop = Shop::open().await;
    let request = v1::CreateTokenRequest {
        person: "people/p-member".to_owned(),
        purpose: "laptop".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    let answer = shop.admin.admin().create_token(request.clone()).await.given();
    assert!(
        answer.secret.starts_with("koepel_") && answer.secret.len() == 50,
        "{}",
        answer.secret.len()
    );
    let token = answer.token.unwrap();
    assert_eq!((token.person.as_str(), token.purpose.as_str()), ("people/p-member", "laptop"));
    let refusal = shop.admin.admin().create_token(request).await.refused();
    refusal.is(AlreadyExists, "SECRET_GONE");

    let member = shop.admin.as_token(&answer.secret);
    let me = who(&member).await;
    assert_eq!(me.person.unwrap().name, "people/p-member");
    assert_eq!(me.token.unwrap().name, token.name);
    let listed =
        shop.admin.admin().list_tokens(v1::ListTokensRequest::default()).await.given().tokens;
    assert!(listed.iter().any(|listed| listed.name == token.name));

    let revoke = v1::RevokeTokenRequest {
        name: token.name.clone(),
        reason: "lost".to_owned(),
        ..Default::default()
    };
    shop.admin.admin().revoke_token(revoke.clone()).await.given();
    let refusal = member.admin().who_am_i(v1::WhoAmIRequest {}).await.refused();
    refusal.is(Unauthenticated, "TOKEN_UNKNOWN").says(&["administrator"]);
    shop.admin
        .admin()
        .revoke_token(revoke)
        .await
        .refused()
        .is(NotFound, "UNKNOWN_TOKEN")
        .says(&[&token.name.replace("tokens/", "")]);
}

#[tokio::test]
async fn without_a_token_in_force_nothing_is_answered() {
    let shop = Shop::open().await;
    let url = shop.server.url();
    let strangers = [
        (Client::new(url, ""), "TOKEN_MISSING"),
        (Client::with_header(url, Some("Basic YTpi"), ""), "TOKEN_MISSING"),
        (Client::with_header(url, Some("Bearer"), ""), "TOKEN_MISSING"),
        (Client::new(url, "koepel_"), "TOKEN_UNKNOWN"),
        (Client::new(url, &format!("koepel_{}", "A".repeat(43))), "TOKEN_UNKNOWN"),
        (Client::new(url, &shop.chief.token()[..49]), "TOKEN_UNKNOWN"),
    ];
    for (client, reason) in strangers {
        let list =
            v1::ListBacklogRequest { parent: "products/webshop".to_owned(), ..Default::default() };
        client.backlog().list_backlog(list).await.refused().is(Unauthenticated, reason);
        let create = Shop::new_item("online", "x");
        client.backlog().create_item(create).await.refused().is(Unauthenticated, reason);
        client.admin().who_am_i(v1::WhoAmIRequest {}).await.refused().is(Unauthenticated, reason);
        client
            .products()
            .list_products(v1::ListProductsRequest::default())
            .await
            .refused()
            .is(Unauthenticated, reason);
        let subscribe =
            v1::SubscribeRequest { product: "products/webshop".to_owned(), ..Default::default() };
        client.events().subscribe(subscribe).await.refused().is(Unauthenticated, reason);
        client.admin().backup(v1::BackupRequest {}).await.refused().is(Unauthenticated, reason);
        let import = futures::stream::iter([v1::ImportRequest::default()]);
        client.ingest().import(import).await.refused().is(Unauthenticated, reason);
    }
    // The scheme's case is nobody's business.
    let header = format!("bearer {}", shop.chief.token());
    who(&Client::with_header(url, Some(&header), "")).await;
}

#[tokio::test]
async fn a_token_ends_by_itself() {
    let shop = Shop::open().await;
    let make = |expire_time| v1::CreateTokenRequest {
        person: "people/p-member".to_owned(),
        expire_time,
        ..Default::default()
    };
    let listed = |client: Client| async move {
        let tokens = client.admin().list_tokens(v1::ListTokensRequest::default()).await;
        tokens.given().tokens.len()
    };
    let before = listed(shop.admin.clone()).await;
    let start = shop
        .admin
        .admin()
        .get_server_status(v1::GetServerStatusRequest {})
        .await
        .given()
        .start_time
        .unwrap();
    for past in [start, prost_types::Timestamp { seconds: 1, nanos: 0 }] {
        let refusal = shop.admin.admin().create_token(make(Some(past))).await.refused();
        refusal.is(InvalidArgument, "INVALID_FIELD").at(&["expire_time"]).says(&["past"]);
    }
    for absurd in [(i64::MAX, 0), (4_000_000_000, -1), (-1, 0)] {
        let time = prost_types::Timestamp { seconds: absurd.0, nanos: absurd.1 };
        shop.admin.admin().create_token(make(Some(time))).await.refused().at(&["expire_time"]);
    }
    // A receipt tells the server's clock; a second later is soon enough to see the end, late enough to be accepted.
    let receipt = shop
        .chief
        .backlog()
        .create_item(Shop::new_item("online", "x"))
        .await
        .given()
        .receipt
        .unwrap();
    let mut end = receipt.time.unwrap();
    end.seconds += 2;
    let short = Shop::token(&shop.admin, make(Some(end))).await;
    assert_eq!(who(&short).await.token.unwrap().expire_time, Some(end));
    let ended = async { while short.admin().who_am_i(v1::WhoAmIRequest {}).await.is_ok() {} };
    tokio::time::timeout(Duration::from_secs(20), ended).await.unwrap();
    short
        .admin()
        .who_am_i(v1::WhoAmIRequest {})
        .await
        .refused()
        .is(Unauthenticated, "TOKEN_UNKNOWN");
    assert_eq!(listed(shop.admin.clone()).await, before);
}

#[tokio::test]
async fn tokens_are_made_for_people_and_products_that_can_be() {
    let shop = Shop::open().await;
    let refused = async |request| shop.admin.admin().create_token(request).await.refused();
    let token =
        |person: &str| v1::CreateTokenRequest { person: person.to_owned(), ..Default::default() };
    refused(token("people/p-nobody")).await.is(NotFound, "UNKNOWN_PERSON").says(&["p-nobody"]);
    refused(token("p-member")).await.is(InvalidArgument, "INVALID_FIELD").at(&["person"]);
    refused(v1::CreateTokenRequest { product: "webshop".to_owned(), ..token("people/p-member") })
        .await
        .at(&["product"]);
    let product = "products/webshp".to_owned();
    refused(v1::CreateTokenRequest { product, ..token("people/p-member") })
        .await
        .is(NotFound, "UNKNOWN_PRODUCT");
    refused(v1::CreateTokenRequest { role: 77, ..token("people/p-member") }).await.at(&["role"]);
    refused(v1::CreateTokenRequest { purpose: "x\u{0}".to_owned(), ..token("people/p-member") })
        .await
        .at(&["purpose"]);
    let revoke = v1::RevokeTokenRequest { name: "t-1".to_owned(), ..Default::default() };
    shop.admin
        .admin()
        .revoke_token(revoke)
        .await
        .refused()
        .is(InvalidArgument, "INVALID_FIELD")
        .at(&["name"]);
}

#[tokio::test]
async fn only_administrators_administer() {
    let shop = Shop::open().await;
    let narrowed = v1::CreateTokenRequest {
        person: "people/admin".to_owned(),
        product: "products/webshop".to_owned(),
        ..Default::default()
    };
    let narrowed = Shop::token(&shop.admin, narrowed).await;
    let as_role = v1::CreateTokenRequest {
        person: "people/admin".to_owned(),
        role: Role::ChiefPo.into(),
        ..Default::default()
    };
    let as_role = Shop::token(&shop.admin, as_role).await;
    for client in [&shop.chief, &shop.online, &shop.tool, &shop.stranger, &narrowed, &as_role] {
        let mut admin = client.admin();
        admin
            .create_person(v1::CreatePersonRequest::default())
            .await
            .refused()
            .is(PermissionDenied, "NOT_IN_MANDATE");
        admin
            .list_people(v1::ListPeopleRequest::default())
            .await
            .refused()
            .is(PermissionDenied, "NOT_IN_MANDATE");
        let token =
            v1::CreateTokenRequest { person: "people/admin".to_owned(), ..Default::default() };
        admin.create_token(token).await.refused().is(PermissionDenied, "NOT_IN_MANDATE");
        admin
            .list_tokens(v1::ListTokensRequest::default())
            .await
            .refused()
            .is(PermissionDenied, "NOT_IN_MANDATE");
        let revoke = v1::RevokeTokenRequest { name: "tokens/t-1".to_owned(), ..Default::default() };
        admin.revoke_token(revoke).await.refused().is(PermissionDenied, "NOT_IN_MANDATE");
        admin
            .get_server_status(v1::GetServerStatusRequest {})
            .await
            .refused()
            .is(PermissionDenied, "NOT_IN_MANDATE");
        admin.backup(v1::BackupRequest {}).await.refused().is(PermissionDenied, "NOT_IN_MANDATE");
        who(client).await;
    }
}

#[tokio::test]
async fn the_status_tells_how_the_server_is() {
    let shop = Shop::open().await;
    let status = shop.admin.admin().get_server_status(v1::GetServerStatusRequest {}).await.given();
    assert_eq!(status.version, env!("CARGO_PKG_VERSION"));
    assert!(status.ready && status.not_ready_reason.is_empty());
    assert_eq!(status.products, 1);
    assert!(status.log_size_bytes > 0 && status.free_bytes > 0);
    assert!(status.commits > 20 && status.flushes > 0 && status.flushes <= status.commits);
    let groups: u64 = status.group_sizes.iter().map(|bar| bar.groups).sum();
    assert_eq!(groups, status.flushes);
}

#[tokio::test]
async fn the_first_administrator_survives_a_crash_in_between() {
    let dir = scratch();
    let data = dir.path().join("data");
    fs::create_dir(&data).unwrap();
    // As after a crash between the file and the record.
    let left = format!("koepel_{}", "b".repeat(43));
    fs::write(data.join("admin.token"), format!("{left}\n")).unwrap();
    let mut server = Server::start_in(dir, Settings::default()).await;
    assert_ne!(server.admin_token(), left, "what was never recorded is made anew");
    assert_eq!(who(&server.admin()).await.person.unwrap().name, "people/admin");
    let people =
        server.admin().admin().list_people(v1::ListPeopleRequest::default()).await.given().people;
    assert_eq!(people.len(), 1);

    // The token is revoked, and its file is still there: the next start makes another one, for the same person.
    let revoked = server.admin_token();
    let token = who(&server.admin()).await.token.unwrap().name;
    let revoke = v1::RevokeTokenRequest { name: token, ..Default::default() };
    server.admin().admin().revoke_token(revoke).await.given();
    server.restart().await;
    assert_ne!(server.admin_token(), revoked);
    assert_eq!(who(&server.admin()).await.person.unwrap().name, "people/admin");
    let gone = server.client(&revoked);
    gone.admin()
        .who_am_i(v1::WhoAmIRequest {})
        .await
        .refused()
        .is(Unauthenticated, "TOKEN_UNKNOWN");
    let mode = fs::metadata(server.data_dir().join("admin.token")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}
