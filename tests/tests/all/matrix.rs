//! R7, the matrix of who may call what: every method that the descriptors of the API have, by everybody that there can be, in
//! their own product, in another, and in one that there is not.
//!
//! What a cell must be is said by the mandate table where it speaks of it, and else by the row. A method without a row fails
//! the test, which then says what to add. In each cell
//! - whoever may is answered;
//! - whoever may not, and sees the product, is told so;
//! - to whoever does not see the product it looks like one that there is not, to the last byte;
//! - whoever shows nothing that is in force is told that, whatever they ask for;
//! - a refusal leaves nothing behind.

use std::collections::BTreeSet;

use futures::{StreamExt as _, stream};
use koepel_api::v1;
use koepel_domain::mandate::Act;
use koepel_tests::{Answer as _, Refusal, Shop, raw};
use tonic::{Code, Status};

mod house;
mod people;
mod routes;
mod rows;
mod rows_of_products;
mod things;

use house::{ANOTHER, Given, House, NOWHERE, WEBSHOP};
use people::{Shows, Who};
use rows::{For, Row, Shown, WHOLE};

/// All rows, those of one method after the other.
fn rows() -> impl Iterator<Item = &'static Row> {
    let all = [
        rows::ADMIN,
        rows::ALERTS,
        rows::BACKLOG,
        rows_of_products::PRODUCTS,
        rows_of_products::PLANS,
        rows_of_products::DECISIONS,
        rows_of_products::OUTSIDE,
    ];
    all.into_iter().flatten()
}

/// How a call goes, as far as its caller's mandate is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cell {
    /// It is answered, or would be if what it is about were there.
    May,
    /// It is refused to them.
    MayNot,
    /// There is no such product.
    NoProduct,
    /// Nobody is known by what they show.
    Nobody(&'static str),
}

fn cell(row: &Row, who: &Who, product: &str) -> Cell {
    let named = |names: &str| names.split_whitespace().any(|name| name == who.name);
    match who.shows {
        Shows::Nothing("TOKEN_UNKNOWN") if matches!(row.is_for, For::Accounts) => {
            return Cell::Nobody("JWT_MISSING");
        }
        Shows::Nothing(reason) => return Cell::Nobody(reason),
        Shows::Link(opens) => {
            let shown = match (row.shown, opens) {
                (Shown::Never, _) => false,
                (_, v1::Shared::Product) => true,
                (Shown::Plans, v1::Shared::Roadmap) | (Shown::Domain, v1::Shared::Domain) => true,
                _ => false,
            };
            return match (shown, product) {
                (false, _) => Cell::MayNot,
                (true, WEBSHOP) => Cell::May,
                (true, _) => Cell::NoProduct,
            };
        }
        Shows::All | Shows::Narrowed => {}
    }
    let sees = || product != NOWHERE && who.may(Act::Read, product, &[]);
    let may = match row.is_for {
        For::Anybody => true,
        For::Themselves => who.shows == Shows::All,
        For::Administrators => who.administers_the_server(),
        For::Accounts => return Cell::Nobody("JWT_MISSING"),
        // An import makes the product that there is not, for those who may make products.
        For::Act(Act::Import, _) if product == NOWHERE && who.administers_the_server() => true,
        For::Act(..) | For::Own | For::Only(_) | For::ActOr(..) if !sees() => {
            return Cell::NoProduct;
        }
        For::Act(act, domains) => who.may(act, product, domains),
        For::Own => {
            let may = |act| who.may(act, product, WHOLE);
            may(Act::Read) && (who.shows == Shows::All || may(Act::ManageAlerts))
        }
        For::Only(names) => named(names),
        For::ActOr(act, domains, names) => who.may(act, product, domains) || named(names),
    };
    if may { Cell::May } else { Cell::MayNot }
}

/// Whether an answer is what its cell says; else what is wrong.
fn check(row: &Row, wanted: Cell, answer: &Result<Vec<u8>, Status>) -> Result<(), String> {
    let refusal = answer.as_ref().err().map(Refusal::of);
    let said = refusal.as_ref().map(|it| (it.code, it.reason.as_str(), it.message.as_str()));
    let right = match (wanted, said) {
        (Cell::May, None) => row.lacks.is_empty(),
        (Cell::May, Some((_, reason, _))) => row.lacks == reason,
        (Cell::MayNot, Some((Code::PermissionDenied, reason, _))) => {
            ["NOT_IN_MANDATE", "NOT_THE_DECIDER", "NOT_THE_RAISER", "NOT_ADMINISTRATOR"]
                .contains(&reason)
        }
        (Cell::NoProduct, Some(said)) => {
            said == (Code::NotFound, "UNKNOWN_PRODUCT", "there is no such product")
        }
        (Cell::Nobody(why), Some((Code::Unauthenticated, reason, _))) => why == reason,
        _ => false,
    };
    if right { Ok(()) } else { Err(format!("must be {wanted:?}, and is {said:?}")) }
}

/// A refusal, to the last byte, as it would be if the product that there is not had another's name.
fn as_of_another(answer: &Result<Vec<u8>, Status>) -> (Option<Code>, String, Vec<u8>) {
    let Err(status) = answer else { return (None, String::new(), Vec::new()) };
    let mut details = status.details().to_vec();
    let end = details.len().saturating_sub(NOWHERE.len() - 1);
    for at in 0..end {
        if details[at..].starts_with(NOWHERE.as_bytes()) {
            details[at..at + NOWHERE.len()].copy_from_slice(ANOTHER.as_bytes());
        }
    }
    (Some(status.code()), status.message().replace(NOWHERE, ANOTHER), details)
}

/// What all the calls found.
#[derive(Default)]
struct Found {
    cells: usize,
    refused: usize,
    wrong: Vec<String>,
}

impl Found {
    fn note(&mut self, row: &Row, who: &Who, product: &str, outcome: Result<(), String>) {
        self.cells += 1;
        if let Err(what) = outcome {
            let Row { method, what: which, .. } = row;
            self.wrong.push(format!("{method} {which} by {} in {product}: {what}", who.name));
        }
    }
}

fn path(row: &Row) -> String {
    format!("/koepel.v1.{}", row.method)
}

/// The products that a row is tried in.
fn products(row: &Row) -> &'static [&'static str] {
    if row.is_of_product() { &[WEBSHOP, ANOTHER, NOWHERE] } else { &[WEBSHOP] }
}

/// All that refused calls could have left behind.
async fn traces(house: &House) -> String {
    let mut all = String::new();
    let mut admin = house.admin.admin();
    all += &format!("{:?}", admin.list_people(v1::ListPeopleRequest::default()).await.given());
    all += &format!("{:?}", admin.list_tokens(v1::ListTokensRequest::default()).await.given());
    let asked = v1::ListInvitationsRequest::default();
    all += &format!("{:?}", admin.list_invitations(asked).await.given());
    let listed = house.admin.products().list_products(v1::ListProductsRequest::default()).await;
    all += &format!("{:?}", listed.given());
    all += &format!("{:?}", admin.get_clock(v1::GetClockRequest {}).await.given());
    let person = "people/p-guest".to_owned();
    let contact = house.admin.alerts().get_contact(v1::GetContactRequest { person }).await;
    all += &format!("{:?}", contact.given());
    for product in [WEBSHOP, ANOTHER] {
        let parent = format!("products/{product}");
        all += &format!("{}", Shop::version_of(&house.admin, &parent).await);
        let mut alerts = house.admin.alerts();
        let asked = v1::ListAlertRulesRequest { parent: parent.clone() };
        all += &format!("{:?}", alerts.list_alert_rules(asked).await.given());
        let asked = v1::ListAlertTargetsRequest { parent: parent.clone() };
        all += &format!("{:?}", alerts.list_alert_targets(asked).await.given());
        let asked = v1::ListShareLinksRequest { parent: parent.clone(), ..Default::default() };
        all += &format!("{:?}", house.admin.shares().list_share_links(asked).await.given());
        let asked = v1::ListConnectionsRequest { parent, ..Default::default() };
        let listed = house.admin.connections().list_connections(asked).await.given();
        all += &format!("{listed:?}");
    }
    all
}

/// All who are refused, and those who ask for what there is not.
async fn refused(house: &House, row: &Row, people: &[Who], found: &mut Found, no: &mut i64) {
    let mut given = Vec::new();
    for product in products(row) {
        *no += 1;
        given.push(match *product {
            NOWHERE => given.last().map(Given::nowhere).unwrap(),
            product => house.make(product, row.thing, *no).await,
        });
    }
    let before = traces(house).await;
    let calls = people.iter().flat_map(|who| {
        let refused = |product: &str| {
            let wanted = cell(row, who, product);
            wanted != Cell::May || product == NOWHERE || !row.lacks.is_empty()
        };
        let of = products(row).iter().zip(&given);
        of.filter(move |(product, _)| refused(product))
            .map(move |(product, given)| (who, *product, given))
    });
    let calls: Vec<_> = calls.collect();
    let path = path(row);
    let answers = stream::iter(&calls).map(async |(who, _, given)| {
        let given = Given { caller: who.person(), ..(*given).clone() };
        raw::call(&who.client, &path, (row.asks)(&given)).await
    });
    let answers: Vec<_> = answers.buffered(16).collect().await;
    for ((who, product, _), answer) in calls.iter().zip(&answers) {
        found.refused += 1;
        found.note(row, who, product, check(row, cell(row, who, product), answer));
    }
    // Two by two: what is told of the other product to whoever does not see it is what is told of none.
    for (at, (who, product, _)) in calls.iter().enumerate() {
        let twin = calls.iter().position(|(twin, of, _)| twin.name == who.name && *of == NOWHERE);
        if let Some(twin) = twin
            && *product == ANOTHER
            && !who.may(Act::Read, ANOTHER, &[])
            && as_of_another(&answers[at]) != as_of_another(&answers[twin])
        {
            let (one, other) = (&answers[at], &answers[twin]);
            let what = format!("is told apart from one that there is not: {one:?} {other:?}");
            found.note(row, who, product, Err(what));
        }
    }
    if traces(house).await != before {
        found.wrong.push(format!("{}: a refused call left something behind", row.method));
    }
}

/// All who may.
async fn allowed(house: &House, row: &Row, people: &[Who], found: &mut Found, no: &mut i64) {
    let path = path(row);
    for product in products(row).iter().filter(|product| **product != NOWHERE) {
        let may = people.iter().filter(|who| cell(row, who, product) == Cell::May);
        for who in may {
            if !row.lacks.is_empty() {
                continue;
            }
            *no += 1;
            let made = house.make(product, row.thing, *no).await;
            let given = Given { caller: who.person(), ..made };
            let answer = raw::call(&who.client, &path, (row.asks)(&given)).await;
            found.note(row, who, product, check(row, Cell::May, &answer));
        }
    }
}

#[test]
fn every_method_has_its_row() {
    let there: BTreeSet<String> = raw::methods().into_iter().map(|method| method.name).collect();
    let rows: BTreeSet<String> = rows().map(|row| row.method.to_owned()).collect();
    let missing: Vec<_> = there.difference(&rows).collect();
    assert!(
        missing.is_empty(),
        "no row for {missing:?}: add one in tests/tests/all/matrix/, with the method, whom it is for (an act of the mandate \
         table, if it is about a product), what it is about, and a request"
    );
    let gone: Vec<_> = rows.difference(&there).collect();
    assert!(gone.is_empty(), "there is no method {gone:?} any more: take its row out");
}

#[tokio::test]
async fn each_method_is_for_those_that_the_mandate_names() {
    let house = House::open().await;
    let people = people::everybody(&house).await;
    house.connect(WEBSHOP, "tool-online", "tracker").await;
    house.person("tool-harbour").await;
    house.connect(ANOTHER, "tool-harbour", "tracker").await;
    let (mut found, mut no) = (Found::default(), 1);
    for row in rows() {
        refused(&house, row, &people, &mut found, &mut no).await;
    }
    for row in rows() {
        allowed(&house, row, &people, &mut found, &mut no).await;
    }
    let Found { cells, refused, wrong } = found;
    assert!(wrong.is_empty(), "{} of {cells} cells:\n{}", wrong.len(), wrong.join("\n"));
    let methods = raw::methods().len();
    #[expect(clippy::print_stderr, reason = "how much was tried is told")]
    {
        eprintln!(
            "{methods} methods, {} people: {cells} cells, {refused} of them refused",
            people.len()
        );
    }
    assert!(cells > methods * people.len() && refused > 10_000, "{cells} {refused}");
}
