//! R12: what comes in from outside and is wrong, or right and comes again: events over HTTP, answers to logins, invitations, JWTs
//! that say where their key is to be had.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use futures::future::join_all;
use koepel_api::v1;
use koepel_tests::{
    Answer as _, Client, Receiver, Server, Shop,
    provider::{Browser, Page, Provider, parameter},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use tonic::Code;

use crate::{
    push::{connect, settled},
    sign_in::{changed, invite, redemption, shop, who_with_keys},
};

/// One request in all its bytes; answers with the status, 0 if there is none.
async fn send(server: &Server, request: &[u8]) -> u16 {
    let mut socket = TcpStream::connect(server.authority()).await.unwrap();
    // Whoever is refused early does not get all of it out.
    socket.write_all(request).await.ok();
    status(socket).await
}

/// As [`send`], by somebody who then says that no more will come.
async fn send_and_end(server: &Server, request: &[u8]) -> u16 {
    let mut socket = TcpStream::connect(server.authority()).await.unwrap();
    socket.write_all(request).await.unwrap();
    socket.shutdown().await.unwrap();
    status(socket).await
}

async fn status(mut socket: TcpStream) -> u16 {
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.ok();
    let text = String::from_utf8_lossy(&answer);
    text.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0)
}

fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut head =
        format!("{method} {path} HTTP/1.1\r\nhost: koepel.test\r\nconnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if !headers.iter().any(|(name, _)| ["content-length", "transfer-encoding"].contains(name)) {
        head.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    [head.as_bytes(), b"\r\n", body].concat()
}

const ONE: &str = "application/cloudevents+json";
const BATCH: &str = "application/cloudevents-batch+json";

fn event(id: &str, time: &str, title: &str) -> Value {
    json!({
        "specversion": "1.0", "id": id, "source": "/tracker", "type": "issue", "time": time,
        "data": {"id": 1, "title": title},
    })
}

/// What there is of pushes and of what came of them.
async fn standing(shop: &Shop) -> String {
    let connection = settled(shop).await;
    let rows = shop.rows("online").await;
    let metrics = crate::http::get(shop.server.authority(), "/metrics").await;
    let counted: Vec<&str> =
        metrics.lines().filter(|line| line.starts_with("koepel_pushes_")).collect();
    format!("{connection:?} {rows:?} {counted:?} {}", shop.version().await)
}

#[tokio::test]
async fn an_event_by_nobody_who_may_is_refused_and_leaves_nothing() {
    let shop = Shop::open().await;
    let tool = connect(&shop).await;
    let secret = tool.token().to_owned();
    let other = secret.replace(&secret[7..8], if &secret[7..8] == "a" { "b" } else { "a" });
    let link = v1::CreateShareLinkRequest {
        parent: "products/webshop".to_owned(),
        opens: v1::Shared::Product.into(),
        ..Default::default()
    };
    let link = shop.chief.shares().create_share_link(link).await.given().secret;
    let revoked = v1::CreateTokenRequest {
        person: "people/t-tracker".to_owned(),
        product: "products/webshop".to_owned(),
        ..Default::default()
    };
    let made = shop.admin.admin().create_token(revoked).await.given();
    let name = made.token.unwrap().name;
    let revoke = v1::RevokeTokenRequest { name, ..Default::default() };
    shop.admin.admin().revoke_token(revoke).await.given();
    let body = event("1", "2026-11-22T10:00:00Z", "A").to_string();
    let before = standing(&shop).await;
    let bearer = |token: &str| format!("Bearer {token}");
    for (name, value, wanted) in [
        ("x-nothing", String::new(), 401),
        ("authorization", String::new(), 401),
        ("authorization", "Bearer".to_owned(), 401),
        ("authorization", "Bearer ".to_owned(), 401),
        ("authorization", secret.clone(), 401),
        ("authorization", format!("Basic {secret}"), 401),
        ("authorization", bearer(&secret[..secret.len() - 1]), 401),
        ("authorization", bearer(&format!("{secret}x")), 401),
        ("authorization", bearer(&secret.to_uppercase()), 401),
        ("authorization", bearer(&other), 401),
        ("authorization", bearer(&format!("{secret},{secret}")), 401),
        ("authorization", bearer(&made.secret), 401),
        ("authorization", bearer("eyJhbGciOiJub25lIn0.eyJzdWIiOiJ0LXRyYWNrZXIifQ."), 401),
        ("proxy-authorization", bearer(&secret), 401),
        ("x-api-key", secret.clone(), 401),
        ("cookie", format!("__Host-koepel_session={secret}"), 401),
        ("authorization", bearer(&link), 403),
        ("authorization", bearer(shop.chief.token()), 400),
    ] {
        let headers = [("content-type", ONE), (name, value.as_str())];
        let status =
            send(&shop.server, &request("POST", "/events", &headers, body.as_bytes())).await;
        assert_eq!(status, wanted, "{name}");
    }
    // Not in the address either, and by no other method.
    let headers = [("content-type", ONE)];
    for query in ["token", "access_token", "authorization"] {
        let path = format!("/events?{query}={secret}");
        let status = send(&shop.server, &request("POST", &path, &headers, body.as_bytes())).await;
        assert_eq!(status, 401, "{query}");
    }
    let bearer = bearer(&secret);
    let headers = [("content-type", ONE), ("authorization", bearer.as_str())];
    for method in ["GET", "PUT", "PATCH", "DELETE"] {
        let status =
            send(&shop.server, &request(method, "/events", &headers, body.as_bytes())).await;
        assert_eq!(status, 405, "{method}");
    }
    assert_eq!(standing(&shop).await, before);
}

/// What is no event, by its kind, and the status with which it is refused.
fn wrong(good: &Value) -> Vec<(&'static str, Vec<u8>, u16)> {
    let text = good.to_string();
    let with = |name: &str, value: Value| {
        let mut event = good.clone();
        event[name] = value;
        event.to_string()
    };
    let long = "x".repeat(5 << 20);
    let many = json!(vec![good.clone(); 10_001]).to_string();
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let deep_data = text.replace("\"A\"", &deep);
    vec![
        ("", text.clone().into(), 415),
        ("text/plain", text.clone().into(), 415),
        ("application/json", text.clone().into(), 415),
        ("application/cloudevents+xml", text.clone().into(), 415),
        ("application/cloudevents", text.clone().into(), 415),
        ("multipart/form-data; boundary=x", text.clone().into(), 415),
        ("application/x-www-form-urlencoded", text.clone().into(), 415),
        (ONE, Vec::new(), 400),
        (ONE, b"{".to_vec(), 400),
        (ONE, text.as_bytes()[..text.len() - 1].to_vec(), 400),
        (ONE, format!("{text}x").into(), 400),
        (ONE, format!("{text}{text}").into(), 400),
        (ONE, format!("\u{feff}{text}").into(), 400),
        (ONE, format!("[{text}]").into(), 400),
        (ONE, b"null".to_vec(), 400),
        (ONE, b"7".to_vec(), 400),
        (ONE, b"\xff\xfe\x00".to_vec(), 400),
        (ONE, text.replace("tracker", "tr\u{0}cker").into(), 400),
        (ONE, [&text.as_bytes()[..10], b"\xc3\x28", &text.as_bytes()[10..]].concat(), 400),
        (ONE, deep.clone().into(), 400),
        (ONE, deep_data.into(), 400),
        (ONE, with("specversion", json!("0.3")).into(), 400),
        (ONE, with("specversion", json!(1.0)).into(), 400),
        (ONE, with("specversion", Value::Null).into(), 400),
        (ONE, with("id", json!("")).into(), 400),
        (ONE, with("id", Value::Null).into(), 400),
        (ONE, with("id", json!(7)).into(), 400),
        (ONE, with("id", json!("a\nb")).into(), 400),
        (ONE, with("id", json!("x".repeat(10_000))).into(), 400),
        (ONE, with("source", json!("")).into(), 400),
        (ONE, with("type", Value::Null).into(), 400),
        (ONE, with("time", json!("yesterday")).into(), 400),
        (ONE, with("time", json!("1969-12-31T23:59:59Z")).into(), 400),
        (ONE, with("time", json!("2200-01-01T00:00:00Z")).into(), 400),
        (ONE, with("time", json!(1)).into(), 400),
        (ONE, with("data_base64", json!("eA==")).into(), 400),
        (ONE, with("data", json!("x".repeat(1 << 20))).into(), 400),
        (ONE, with("data", json!(long)).into(), 413),
        (BATCH, text.clone().into(), 400),
        (BATCH, b"\"x\"".to_vec(), 400),
        (BATCH, many.into(), 400),
        (BATCH, deep.into(), 400),
    ]
}

#[tokio::test]
async fn what_is_no_event_is_refused_with_the_right_status_and_leaves_nothing() {
    let shop = Shop::open().await;
    let tool = connect(&shop).await;
    let bearer = format!("Bearer {}", tool.token());
    let authorized = ("authorization", bearer.as_str());
    let good = event("1", "2026-11-22T10:00:00Z", "A");
    let text = good.to_string();
    let before = standing(&shop).await;
    let cases = wrong(&good);
    for (kind, body, wanted) in &cases {
        let headers = [authorized, ("content-type", kind)];
        let status = send(&shop.server, &request("POST", "/events", &headers, body)).await;
        let shown = String::from_utf8_lossy(&body[..body.len().min(120)]).into_owned();
        assert_eq!(status, *wanted, "{kind} {shown}");
    }
    // What is compressed is not unpacked.
    let packed = [authorized, ("content-type", ONE), ("content-encoding", "gzip")];
    let body = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03";
    assert_eq!(send(&shop.server, &request("POST", "/events", &packed, body)).await, 400);
    // Pieces without an end are as long as they are, whatever is said of their length.
    let pieces = [authorized, ("content-type", ONE), ("transfer-encoding", "chunked")];
    let mut body = Vec::new();
    for _ in 0..6 {
        body.extend_from_slice(b"100000\r\n");
        body.extend(std::iter::repeat_n(b' ', 1 << 20));
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"0\r\n\r\n");
    assert_eq!(send(&shop.server, &request("POST", "/events", &pieces, &body)).await, 413);
    // What is cut off is nothing; a length that is none, or two of them, are no request.
    let said = (text.len() + 1).to_string();
    let short = [authorized, ("content-type", ONE), ("content-length", said.as_str())];
    let status =
        send_and_end(&shop.server, &request("POST", "/events", &short, text.as_bytes())).await;
    assert!([0, 400].contains(&status), "{status}");
    for lengths in [["-1", "-1"], ["5", "6"], ["0x10", "0x10"]] {
        let headers = [
            authorized,
            ("content-type", ONE),
            ("content-length", lengths[0]),
            ("content-length", lengths[1]),
        ];
        let status =
            send(&shop.server, &request("POST", "/events", &headers, text.as_bytes())).await;
        assert_eq!(status, 400, "{lengths:?}");
    }
    let both = [
        authorized,
        ("content-type", ONE),
        ("content-length", "5"),
        ("transfer-encoding", "chunked"),
    ];
    let smuggled = [
        b"0\r\n\r\n".as_slice(),
        &request("POST", "/events", &[authorized, ("content-type", ONE)], text.as_bytes()),
    ]
    .concat();
    let status = send(&shop.server, &request("POST", "/events", &both, &smuggled)).await;
    assert_eq!(status, 400);
    assert_eq!(standing(&shop).await, before);
    // A good one is taken, so it was not that.
    let headers = [authorized, ("content-type", ONE)];
    assert_eq!(
        send(&shop.server, &request("POST", "/events", &headers, text.as_bytes())).await,
        202
    );
}

#[tokio::test]
async fn an_event_that_comes_again_is_taken_once_and_stale_news_change_nothing() {
    let mut shop = Shop::open().await;
    let tool = connect(&shop).await;
    let bearer = format!("Bearer {}", tool.token());
    let headers = [("authorization", bearer.as_str()), ("content-type", ONE)];
    let post = async |shop: &Shop, event: &Value| {
        let body = event.to_string();
        send(&shop.server, &request("POST", "/events", &headers, body.as_bytes())).await
    };
    let first = event("1", "2026-11-22T10:00:00Z", "First");
    assert_eq!(post(&shop, &first).await, 202);
    let before = standing(&shop).await;
    // Many times at once, later, with another text under its id, and after a restart.
    let at_once = join_all((0..16).map(|_| post(&shop, &first))).await;
    assert_eq!(at_once, [202; 16]);
    assert_eq!(post(&shop, &event("1", "2026-11-23T10:00:00Z", "Forged")).await, 202);
    assert_eq!(standing(&shop).await, before);
    let titles = async |shop: &Shop| {
        let rows = shop.rows("online").await;
        rows.into_iter().map(|row| row.title).collect::<Vec<_>>()
    };
    assert_eq!(titles(&shop).await, ["First"]);
    let version = shop.version().await;
    shop.server.restart().await;
    let (admin, chief) = (shop.server.admin(), shop.server.client(shop.chief.token()));
    let mut shop = Shop { admin, chief, ..shop };
    assert_eq!(post(&shop, &first).await, 202);
    settled(&shop).await;
    assert_eq!((titles(&shop).await, shop.version().await), (vec!["First".to_owned()], version));
    // Old news under a new id overwrite nothing.
    assert_eq!(post(&shop, &event("2", "2026-11-21T10:00:00Z", "Stale")).await, 202);
    settled(&shop).await;
    assert_eq!(titles(&shop).await, ["First"]);
    let (status, _) = shop.server.stop().await;
    assert!(status.success());
}

#[tokio::test]
async fn an_invitation_that_is_redeemed_many_times_at_once_binds_one_account() {
    let Some(provider) = Provider::start().await else { return };
    let shop = shop(&provider).await;
    let made = invite(&shop.admin, "p-chief").await;
    let mut callers: Vec<Client> = Vec::new();
    for no in 0..6 {
        let jwt = provider.tokens(&format!("somebody{no}")).await.id;
        let client = shop.admin.as_token(&jwt);
        who_with_keys(&client).await.unwrap_err();
        callers.push(client);
    }
    let redeem =
        async |client: &Client| client.admin().redeem_invitation(redemption(&made.secret)).await;
    let answers = join_all(callers.iter().map(redeem)).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    for refused in answers.into_iter().filter(Result::is_err) {
        refused.refused().is(Code::NotFound, "INVITATION_OVER");
    }
    let bound = shop.admin.admin().list_identities(v1::ListIdentitiesRequest::default()).await;
    assert_eq!(bound.given().identities.len(), 1);
}

#[tokio::test]
async fn an_answer_to_a_login_that_comes_many_times_at_once_or_after_a_restart_signs_in_once() {
    let Some(provider) = Provider::start().await else { return };
    let mut shop = shop(&provider).await;
    let made = invite(&shop.admin, "p-chief").await;
    let path = made.url.strip_prefix(koepel_tests::provider::PUBLIC).unwrap();
    let mut browser = Browser::new(shop.server.authority());
    let back = browser.log_in(path, "hanna").await;
    let stolen = browser.clone();
    let opened = join_all((0..8).map(|_| {
        let mut copy = stolen.clone();
        let back = back.clone();
        async move {
            let page = copy.open(&back).await;
            (copy, page)
        }
    }));
    let opened = opened.await;
    // The one is asked whether that is who they are; nobody is signed in by an answer alone.
    let statuses = |pages: &[(Browser, Page)]| -> Vec<u16> {
        let mut all: Vec<u16> = pages.iter().map(|(_, page)| page.status).collect();
        all.sort_unstable();
        all
    };
    assert_eq!(statuses(&opened), [200, 400, 400, 400, 400, 400, 400, 400]);
    let (asked, page) = opened.into_iter().find(|(_, page)| page.status == 200).unwrap();
    let answered = join_all((0..8).map(|_| {
        let mut copy = asked.clone();
        let page = page.clone();
        async move {
            let page = copy.answer(&page, "yes").await;
            (copy, page)
        }
    }));
    assert_eq!(statuses(&answered.await), [303, 400, 400, 400, 400, 400, 400, 400]);
    let sessions = async |admin: &Client| {
        let asked = v1::ListSessionsRequest::default();
        admin.admin().list_sessions(asked).await.given().sessions.len()
    };
    assert_eq!(sessions(&shop.admin).await, 1);
    // What was taken is forgotten by a restart, and the provider still knows it.
    shop.server.restart().await;
    let mut again = stolen.clone();
    again.moved(shop.server.authority());
    let page = again.open(&back).await;
    assert!([400, 403, 502].contains(&page.status), "{page:?}");
    assert_eq!(sessions(&shop.server.admin()).await, 1);
    assert!(parameter(&back, "code").is_some());
}

#[tokio::test]
async fn a_jwt_that_says_where_its_key_is_has_nobody_ask_there() {
    let Some(provider) = Provider::start().await else { return };
    let shop = shop(&provider).await;
    let elsewhere = Receiver::start(&[]).await;
    let jwt = provider.tokens("hanna").await.id;
    let client = shop.admin.as_token(&jwt);
    who_with_keys(&client).await.unwrap_err();
    let made = invite(&shop.admin, "p-chief").await;
    client.admin().redeem_invitation(redemption(&made.secret)).await.given();
    let url = elsewhere.url();
    let key = json!({"kty": "oct", "k": URL_SAFE_NO_PAD.encode(b"known to all")});
    let certificate = json!([URL_SAFE_NO_PAD.encode(b"no certificate")]);
    let mut refused = 0;
    for (name, value) in [
        ("jku", json!(url)),
        ("x5u", json!(url)),
        ("jwk", key),
        ("x5c", certificate),
        ("kid", json!(url)),
        ("kid", json!(format!("{url}jwks.json#1"))),
        ("kid", json!("../../../../dev/null")),
        ("kid", json!("/proc/self/environ")),
        ("kid", json!("x' UNION SELECT 'key")),
        ("kid", json!("k|id")),
        ("kid", json!("")),
        ("kid", json!(7)),
        ("kid", json!("k".repeat(5_000))),
        ("alg", json!("none")),
        ("alg", json!("HS256")),
        ("alg", json!(["RS256"])),
        ("crit", json!(["exp"])),
        ("typ", json!("logout+jwt")),
        ("zip", json!("DEF")),
        ("cty", json!("JWT")),
    ] {
        let forged = changed(&jwt, 0, |header| header[name] = value.clone());
        let by_forged = shop.admin.as_token(&forged);
        let refusal = by_forged.admin().who_am_i(v1::WhoAmIRequest {}).await.refused();
        assert!(["JWT_REFUSED", "TOKEN_UNKNOWN"].contains(&refusal.reason.as_str()), "{refusal:?}");
        assert_eq!(refusal.code, Code::Unauthenticated, "{name} {value}");
        refused += 1;
    }
    for (name, value) in [
        ("iss", json!(url)),
        ("aud", json!("somebody else")),
        ("sub", json!("chief")),
        ("exp", json!(1)),
        ("exp", json!(9_999_999_999_i64)),
        ("nbf", json!(9_999_999_999_i64)),
        ("iat", json!(9_999_999_999_i64)),
    ] {
        let forged = changed(&jwt, 1, |claims| claims[name] = value.clone());
        let by_forged = shop.admin.as_token(&forged);
        let refusal = by_forged.admin().who_am_i(v1::WhoAmIRequest {}).await.refused();
        refusal.is(Code::Unauthenticated, "JWT_REFUSED");
        refused += 1;
    }
    assert_eq!((elsewhere.requests().len(), refused), (0, 27));
    client.admin().who_am_i(v1::WhoAmIRequest {}).await.given();
}
