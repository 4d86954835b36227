//! R7, the matrix of who may call what: every method that the descriptors of the API have, by everybody that there can be.
//!
//! A method without a row fails the test, which then says what to add. Each cell is called over the wire: whoever may is not
//! refused for their mandate, whoever sees the product is, whoever does not see it is told that there is none, and nobody
//! without a valid token is told anything.

use std::collections::BTreeSet;

use koepel_api::{date::Date, v1};
use koepel_tests::{Answer as _, Client, Shop, raw};
use prost::Message;
use tonic::{Code, Status};

mod rows;

use rows::ROWS;

/// What a method is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    /// A product: whoever does not see it is told that there is none.
    Product,
    /// The server: whoever may not is told so.
    Server,
}

/// A method: its name, what it is about, who may call it, and a request. The words of who are those of [`people`]; `all` is
/// everybody with a valid token, `readers` everybody who sees the product.
struct Row {
    method: &'static str,
    of: Of,
    may: &'static str,
    asks: fn(&Given) -> Vec<Vec<u8>>,
}

/// What the requests of a cell are about, made anew for each cell.
struct Given {
    /// The name of an open item of the domain `online`.
    item: String,
    /// Another one.
    other: String,
    /// The version that ranked it to the top.
    version: u64,
    /// A word that no cell had before.
    fresh: String,
}

/// One message.
fn one(message: &impl Message) -> Vec<Vec<u8>> {
    vec![message.encode_to_vec()]
}

/// Everybody who sees the product.
const READERS: &str = "admin chief online offline member sm coordinator lead steering coordination supplier stakeholder tool \
                       deputy deputy-online";
/// Those who have a valid token, and do not see the product.
const OUTSIDERS: &str = "stranger late-deputy late-member elsewhere";
/// Those who have no valid token.
const NOBODIES: [&str; 3] = ["anonymous", "expired", "revoked"];

/// A day so many days after today, in UTC.
pub(crate) fn day(offset: i64) -> Date {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let days = i64::try_from(now.as_secs()).unwrap() / 86_400 + offset;
    // Days since 1970 as a date of the calendar (H. Hinnant, days_from_civil, turned around).
    let shifted = days + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let date = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let part = |value: i64| i32::try_from(value).unwrap();
    Date { year: part(year), month: part(month), day: part(date) }
}

/// The shop with everybody in it, and whoever there can be outside.
async fn people(shop: &Shop) -> Vec<(&'static str, Client)> {
    let product = "products/webshop";
    let online = Shop::domain_name("online");
    let mut people = vec![
        ("admin", shop.admin.clone()),
        ("chief", shop.chief.clone()),
        ("online", shop.online.clone()),
        ("offline", shop.offline.clone()),
        ("member", shop.member.clone()),
        ("stakeholder", shop.stakeholder.clone()),
        ("tool", shop.tool.clone()),
        ("stranger", shop.stranger.clone()),
    ];
    for (name, role, domain) in [
        ("sm", v1::Role::ScrumMaster, online.as_str()),
        ("coordinator", v1::Role::ProductCoordinator, ""),
        ("lead", v1::Role::ProgrammeLead, ""),
        ("steering", v1::Role::SteeringMember, ""),
        ("coordination", v1::Role::CoordinationMember, ""),
        ("supplier", v1::Role::Supplier, ""),
    ] {
        let person = format!("p-{name}");
        people.push((name, Shop::person(&shop.admin, &person).await));
        Shop::grant(&shop.admin, product, &person, role, domain).await;
    }
    for (name, role, domain, first) in [
        ("deputy", v1::Role::ChiefPo, "", -1),
        ("deputy-online", v1::Role::DomainPo, online.as_str(), -1),
        ("late-deputy", v1::Role::ChiefPo, "", 30),
    ] {
        let person = format!("p-{name}");
        people.push((name, Shop::person(&shop.admin, &person).await));
        let named = v1::NameDeputyRequest {
            product: product.to_owned(),
            person: format!("people/{person}"),
            role: role.into(),
            domain: domain.to_owned(),
            first_day: Some(day(first)),
            last_day: Some(day(first + 9)),
            ..Default::default()
        };
        shop.admin.products().name_deputy(named).await.given();
    }
    people.push(("late-member", Shop::person(&shop.admin, "p-late-member").await));
    let later = v1::GrantRoleRequest {
        product: product.to_owned(),
        person: "people/p-late-member".to_owned(),
        role: v1::Role::Member.into(),
        first_day: Some(day(30)),
        ..Default::default()
    };
    shop.admin.products().grant_role(later).await.given();
    people.extend(without(shop).await);
    people
}

/// Whoever has no token, one that has ended or was revoked, or one for another product.
async fn without(shop: &Shop) -> Vec<(&'static str, Client)> {
    let other = v1::CreateProductRequest { product_id: "other".to_owned(), ..Default::default() };
    shop.admin.products().create_product(other).await.given();
    let of_chief =
        || v1::CreateTokenRequest { person: "people/p-chief".to_owned(), ..Default::default() };
    let elsewhere = v1::CreateTokenRequest { product: "products/other".to_owned(), ..of_chief() };
    let elsewhere = Shop::token(&shop.admin, elsewhere).await;
    let made = shop.admin.admin().create_token(of_chief()).await.given();
    let revoked = shop.admin.as_token(&made.secret);
    let revoke = v1::RevokeTokenRequest { name: made.token.unwrap().name, ..Default::default() };
    shop.admin.admin().revoke_token(revoke).await.given();
    // A receipt tells the server's clock.
    let receipt = shop.chief.backlog().create_item(Shop::new_item("online", "x")).await.given();
    let mut end = receipt.receipt.unwrap().time.unwrap();
    end.seconds += 1;
    let short = v1::CreateTokenRequest { expire_time: Some(end), ..of_chief() };
    let expired = Shop::token(&shop.admin, short).await;
    let ended = async { while expired.admin().who_am_i(v1::WhoAmIRequest {}).await.is_ok() {} };
    tokio::time::timeout(std::time::Duration::from_secs(20), ended).await.unwrap();
    let anonymous = Client::new(shop.server.url(), "");
    vec![
        ("elsewhere", elsewhere),
        ("anonymous", anonymous),
        ("expired", expired),
        ("revoked", revoked),
    ]
}

/// What requests refer to beside items: a goal, an entry, a sync that has begun, and a connection.
async fn furnish(shop: &Shop) {
    let parent = || "products/webshop".to_owned();
    let goal = v1::CreateGoalRequest {
        parent: parent(),
        goal_id: "some".to_owned(),
        ..Default::default()
    };
    shop.chief.roadmap().create_goal(goal).await.given();
    let entry = v1::CreateRoadmapEntryRequest {
        parent: Shop::domain_name("online"),
        entry: Some(v1::RoadmapEntry {
            title: "An entry".to_owned(),
            when: Some(v1::When { at: Some(v1::when::At::Horizon(v1::Horizon::Now.into())) }),
            ..Default::default()
        }),
        ..Default::default()
    };
    shop.chief.roadmap().create_roadmap_entry(entry).await.given();
    let sync =
        v1::StartSyncRequest { parent: parent(), sync_id: "S1".to_owned(), ..Default::default() };
    shop.chief.syncs().start_sync(sync).await.given();
    let connection = v1::CreateConnectionRequest {
        parent: parent(),
        connection_id: "tracker".to_owned(),
        connection: Some(v1::Connection {
            domain: Shop::domain_name("online"),
            tool: "people/p-tool".to_owned(),
            mapping: super::push::TRACKER.to_owned(),
            ..Default::default()
        }),
        ..Default::default()
    };
    shop.chief.connections().create_connection(connection).await.given();
    let request = v1::FindOwnerRequest {
        parent: parent(),
        what: Some(v1::find_owner_request::What::Question("zzz".to_owned())),
        ..Default::default()
    };
    shop.member.directory().find_owner(request).await.given();
}

async fn given(shop: &Shop, cell: usize) -> Given {
    let make = async || {
        let made = shop.chief.backlog().create_item(Shop::new_item("online", "Some work")).await;
        made.given().item.unwrap().name
    };
    let item = make().await;
    let place = koepel_tests::at(v1::Edge::Top);
    let rank = v1::RankItemRequest { name: item.clone(), place, ..Default::default() };
    let ranked = shop.chief.backlog().rank_item(rank).await.given();
    let version = ranked.receipt.unwrap().version;
    Given { item, other: make().await, version, fresh: format!("f{cell}") }
}

/// How a call went, as far as the mandate is concerned.
fn outcome(answer: &Result<Vec<u8>, Status>) -> &'static str {
    let Err(status) = answer else { return "may" };
    match status.code() {
        Code::Unauthenticated => "unknown",
        Code::PermissionDenied => "may not",
        Code::NotFound if status.message() == "there is no such product" => "sees nothing",
        Code::Internal | Code::Unimplemented | Code::Unknown | Code::Unavailable => "broken",
        _ => "may",
    }
}

/// How it should go for somebody.
fn expected(row: &Row, who: &str) -> &'static str {
    let has = |words: &str| words.split_whitespace().any(|word| word == who);
    let may = row.may.split_whitespace().any(|word| match word {
        "all" => has(READERS) || has(OUTSIDERS),
        "readers" => has(READERS),
        word => word == who,
    });
    match row.of {
        _ if NOBODIES.contains(&who) => "unknown",
        _ if may => "may",
        Of::Product if has(OUTSIDERS) => "sees nothing",
        Of::Product | Of::Server => "may not",
    }
}

#[test]
fn every_method_has_its_row() {
    let there: BTreeSet<String> = raw::methods().into_iter().map(|method| method.name).collect();
    let rows: BTreeSet<String> = ROWS.iter().map(|row| row.method.to_owned()).collect();
    assert_eq!(rows.len(), ROWS.len(), "a method has two rows");
    let missing: Vec<_> = there.difference(&rows).collect();
    assert!(
        missing.is_empty(),
        "no row for {missing:?}: add to ROWS in tests/tests/all/matrix/rows.rs a line with the method, whether it is of a \
         product or of the server, who may call it (see `people`), and a request"
    );
    let gone: Vec<_> = rows.difference(&there).collect();
    assert!(gone.is_empty(), "there is no method {gone:?} any more: take its row out");
}

#[tokio::test]
async fn each_method_is_for_those_that_its_row_names() {
    let shop = Shop::open().await;
    let people = people(&shop).await;
    furnish(&shop).await;
    Shop::person(&shop.admin, "p-guest").await;
    let (mut cells, mut wrong) = (0, Vec::new());
    for row in ROWS {
        let path = format!("/koepel.v1.{}", row.method);
        // Those who may not come first, so that nothing is done yet that they could trip over.
        let (may, not): (Vec<_>, Vec<_>) =
            people.iter().partition(|(who, _)| expected(row, who) == "may");
        let given_to_refused = given(&shop, cells).await;
        let version = shop.version().await;
        for (who, client) in not {
            cells += 1;
            let answer = raw::call(client, &path, (row.asks)(&given_to_refused)).await;
            let (found, wanted) = (outcome(&answer), expected(row, who));
            if found != wanted {
                wrong.push(format!("{} by {who}: {found}, not {wanted}: {answer:?}", row.method));
            }
        }
        if shop.version().await != version {
            wrong.push(format!("{}: a call that was refused changed something", row.method));
        }
        for (who, client) in may {
            cells += 1;
            let given = given(&shop, cells).await;
            let answer = raw::call(client, &path, (row.asks)(&given)).await;
            if outcome(&answer) != "may" {
                wrong.push(format!("{} by {who}: {}: {answer:?}", row.method, outcome(&answer)));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {cells} cells:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(cells, ROWS.len() * people.len());
}
