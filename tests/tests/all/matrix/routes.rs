//! The routes beside gRPC, by everybody: from the server's own list of them, so that a new one does not compile without a row.
//!
//! What is open to all tells of no product and of no person. What a token or link opens, it opens to nobody else.

use std::{fs, path::Path};

use koepel_api::v1;
use koepel_server::Route;
use koepel_tests::provider::{Browser, PUBLIC, Page};

use super::{
    house::{ANOTHER, House, WEBSHOP},
    people::{self, Shows, Who},
};

/// What is asked, and what must come of it.
struct Ask {
    method: &'static str,
    path: String,
    headers: Vec<(&'static str, String)>,
    wanted: u16,
}

fn bearer(who: &Who) -> Vec<(&'static str, String)> {
    let token = who.client.token();
    if token.is_empty() { Vec::new() } else { vec![("authorization", format!("Bearer {token}"))] }
}

fn ask(method: &'static str, path: impl Into<String>, who: &Who, wanted: u16) -> Ask {
    Ask { method, path: path.into(), headers: bearer(who), wanted }
}

/// The questions at a route by somebody who has all that they may have for it, and by somebody who has not.
fn asks(route: Route, who: &Who, secrets: &Secrets) -> Vec<Ask> {
    match route {
        // Open to all: what somebody shows is not looked at.
        Route::Welcome | Route::Alive | Route::Ready | Route::Metrics => {
            vec![ask("GET", route.path(), who, 200)]
        }
        // The same page for everybody: whoever asks learns nothing by it.
        Route::Page => vec![
            ask("GET", format!("/products/{WEBSHOP}/backlog"), who, 200),
            ask("GET", "/products/no-such-thing/items/NONE-1", who, 200),
        ],
        Route::Administration => vec![ask("GET", "/administration", who, 200)],
        Route::AdministrationPage => vec![ask("GET", "/administration/people", who, 200)],
        Route::Asset => vec![
            ask("GET", "/assets/no-such-file.js", who, 404),
            ask("GET", "/assets/../index.html", who, 404),
            ask("GET", "/assets/%2e%2e/index.html", who, 404),
        ],
        // Whoever shows a token for all of their products does not say which is meant.
        Route::Events => {
            let wanted = match who.shows {
                Shows::Nothing(_) => 401,
                Shows::Link(_) => 403,
                Shows::All => 400,
                Shows::Narrowed => match who.name {
                    // For one product, where they are the tool of nothing.
                    "admin-here" | "admin-elsewhere" => 403,
                    "elsewhere" => 404,
                    _ => 400,
                },
            };
            let mut asked = ask("POST", "/events", who, wanted);
            asked.headers.push(("content-type", "application/cloudevents+json".to_owned()));
            vec![asked]
        }
        // The secret in the path counts, and nothing else.
        Route::Share => {
            let opened = if matches!(who.shows, Shows::Link(_)) { 200 } else { 404 };
            let own = match who.client.token() {
                "" => "-",
                token => token,
            };
            vec![
                ask("GET", format!("/share/{own}"), who, opened),
                ask("GET", "/share/koepel_share_x", who, 404),
                ask("GET", format!("/share/{}", secrets.revoked_link), who, 404),
                ask("GET", format!("/share/{}", secrets.invitation), who, 404),
            ]
        }
        // The provider is away, so a login that could begin says so.
        Route::Login => vec![
            ask("GET", "/auth/login", who, 503),
            ask("GET", "/auth/login?return=https://evil.example", who, 400),
        ],
        Route::Invite => vec![
            ask("GET", format!("/auth/invite/{}", secrets.invitation), who, 503),
            ask("GET", "/auth/invite/koepel_invite_x", who, 404),
            ask("GET", format!("/auth/invite/{}", secrets.token), who, 404),
        ],
        Route::Callback => vec![
            ask("GET", "/auth/callback", who, 400),
            ask("GET", "/auth/callback?code=x&state=y", who, 400),
        ],
        // Only a page of this server may ask, and there is no login that could be confirmed.
        Route::Confirm => from_pages(route, who, 400),
        Route::Logout => from_pages(route, who, 303),
    }
}

/// What only a page of this server may ask for: by one, by a page of somebody else, and by none.
fn from_pages(route: Route, who: &Who, wanted: u16) -> Vec<Ask> {
    let from = |origin: &str, wanted| {
        let mut asked = ask("POST", route.path(), who, wanted);
        asked.headers.push(("origin", origin.to_owned()));
        asked
    };
    vec![
        from(PUBLIC, wanted),
        from("https://evil.example", 403),
        ask("POST", route.path(), who, 403),
    ]
}

/// Secrets that are for something else, or for nothing any more.
struct Secrets {
    revoked_link: String,
    invitation: String,
    token: String,
}

impl Secrets {
    fn of(people: &[Who]) -> Self {
        let of = |name: &str| {
            let who = people.iter().find(|who| who.name == name).unwrap();
            who.client.token().to_owned()
        };
        Self { revoked_link: of("revoked-link"), invitation: of("invited"), token: of("chief") }
    }
}

async fn send(house: &House, asked: &Ask, body: &str) -> Page {
    let url = format!("{}{}", house.server.url(), asked.path);
    Browser::new("").send(asked.method, &url, &asked.headers, body).await
}

const EVENT: &str = r#"{"specversion":"1.0","id":"1","source":"/tracker","type":"comment","data":{"type":"comment"}}"#;

/// What must be in no answer to whoever has nothing for it.
const TELLING: [&str; 5] = [WEBSHOP, ANOTHER, "p-chief", "p-online", "tracker"];

#[tokio::test]
async fn each_route_is_for_those_that_its_row_names() {
    let house = House::open().await;
    let people = people::everybody(&house).await;
    house.connect(WEBSHOP, "tool-online", "tracker").await;
    // An outbox and an inbox are there, so that what is counted of them could be told.
    let secrets = Secrets::of(&people);
    let before = super::traces(&house).await;
    let (mut cells, mut wrong) = (0, Vec::new());
    for route in Route::ALL {
        for who in &people {
            for asked in asks(route, who, &secrets) {
                cells += 1;
                let page = send(&house, &asked, EVENT).await;
                let (method, path) = (asked.method, route.path());
                if page.status != asked.wanted {
                    wrong.push(format!("{method} {path} by {}: {page:?}", who.name));
                }
                // A link shows its own product; its reader is told of no person and of no other.
                let shown = matches!(who.shows, Shows::Link(_)) && page.status == 200;
                let telling = TELLING.iter().filter(|word| !(shown && **word == WEBSHOP));
                let told = format!("{:?} {}", page.headers, page.body);
                let owner =
                    route == Route::Events && matches!(who.shows, Shows::All | Shows::Narrowed);
                for word in telling.filter(|word| told.contains(**word) && !owner) {
                    wrong.push(format!("{path} tells {} of {word}: {told}", who.name));
                }
                if asked.wanted == 404
                    && route == Route::Share
                    && page.body != "there is nothing here\n"
                {
                    wrong.push(format!(
                        "{path} tells a secret that was from one that was not: {page:?}"
                    ));
                }
            }
        }
        // By no other method.
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            let taken = asks(route, &people[0], &secrets)[0].method;
            if method != taken {
                cells += 1;
                let path = route.path().replace("{secret}", "koepel_share_x");
                let path = path.replace("{*page}", "x").replace("{*file}", "x.js");
                let page = send(&house, &ask(method, path, &people[0], 405), "").await;
                if page.status != 405 {
                    wrong.push(format!("{method} {}: {page:?}", route.path()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {cells} cells:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(super::traces(&house).await, before, "a page left something behind");
    #[expect(clippy::print_stderr, reason = "how much was tried is told")]
    {
        eprintln!("{} routes, {} people: {cells} cells", Route::ALL.len(), people.len());
    }
}

/// Whose token is for the webshop alone, and what must come of an event that they post.
#[tokio::test]
async fn only_its_tool_posts_events_for_a_product() {
    let house = House::open().await;
    let people = people::everybody(&house).await;
    house.connect(WEBSHOP, "tool-online", "tracker").await;
    let received = async || {
        let name = format!("products/{WEBSHOP}/connections/tracker");
        let asked = v1::GetConnectionRequest { name, ..Default::default() };
        let answer = house.admin.connections().get_connection(asked).await.unwrap().into_inner();
        format!("{:?}", answer.connection.unwrap())
    };
    let before = received().await;
    // The tool comes last, as it changes something.
    let mut callers: Vec<&Who> = people.iter().filter(|who| who.shows == Shows::All).collect();
    callers.sort_by_key(|who| who.name == "tool-online");
    for who in callers {
        let id = who.person().replace("people/", "");
        for product in [WEBSHOP, ANOTHER] {
            let token = v1::CreateTokenRequest {
                person: format!("people/{id}"),
                product: format!("products/{product}"),
                ..Default::default()
            };
            let narrowed = koepel_tests::Shop::token(&house.admin, token).await;
            let sees = who.may(koepel_domain::mandate::Act::Read, product, &[]);
            let wanted = match (who.name, product, sees) {
                ("tool-online", WEBSHOP, _) => 202,
                (_, _, true) => 403,
                (_, _, false) => 404,
            };
            if wanted == 202 {
                assert_eq!(received().await, before, "a refused event was taken in");
            }
            let asked = Ask {
                method: "POST",
                path: "/events".to_owned(),
                headers: vec![
                    ("authorization", format!("Bearer {}", narrowed.token())),
                    ("content-type", "application/cloudevents+json".to_owned()),
                ],
                wanted,
            };
            let page = send(&house, &asked, EVENT).await;
            assert_eq!(page.status, wanted, "{id} in {product}: {page:?}");
            if wanted == 404 {
                assert!(page.body.contains("there is no such product"), "{page:?}");
            }
        }
    }
}

#[test]
fn every_route_is_in_the_list_of_the_server() {
    fn files(folder: &Path, all: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                files(&path, all);
            } else if path.extension().is_some_and(|end| end == "rs") {
                all.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut all = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/server/src"), &mut all);
    let made =
        |text: &str| text.matches(".route(").count() + text.matches(".route_service(").count();
    all.retain(|(_, text)| text.contains("axum"));
    let makers: Vec<_> = all.iter().filter(|(_, text)| made(text) > 0).collect();
    let ways: usize = makers.iter().map(|(_, text)| made(text)).sum();
    assert!(
        ways == 1 && makers[0].0.ends_with("http.rs"),
        "routes are made from Route::ALL only: {:?}",
        makers.iter().map(|(file, _)| file).collect::<Vec<_>>()
    );
}
