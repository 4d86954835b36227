//! Products to work on: four domains each, a Chief PO, and a PO for each domain, the same people in all of them.

use koepel_api::v1::{
    self, BacklogState, Role, SubscribeRequest, import_request::Part, subscribe_response::What,
};
use serde_json::Value;
use tonic::Status;

use super::{model::Model, node::Node, oracle::Rules, replay::Commit};
use crate::{Answer as _, Client, Shop};

/// The domains; their keys are the same in capitals.
pub const DOMAINS: [&str; 4] = ["a", "b", "c", "d"];

/// The mapping of the imports.
const MAPPING: &str = r#"
name = "load"
[input]
format = "csv"
[item]
source = { join = "https://load.example/{Id}" }
title = "Name"
domain = "Team"
"#;

/// The people, by their tokens, which outlive a restart.
#[derive(Clone, Debug)]
pub struct House {
    tokens: Vec<String>,
}

/// The people, connected.
#[derive(Clone, Debug)]
pub struct People {
    /// The Chief PO first, then the PO of each domain.
    pub actors: Vec<Client>,
}

/// The rules for the domains.
#[must_use]
pub fn rules() -> Rules {
    Rules { domains: DOMAINS.map(str::to_owned).to_vec() }
}

impl House {
    /// Makes the people known to a server.
    pub async fn set_up(node: &Node) -> Self {
        let admin = node.client(&node.admin_token());
        let mut tokens = Vec::new();
        for id in ["chief", "po-a", "po-b", "po-c", "po-d"] {
            tokens.push(Shop::person(&admin, id).await.token().to_owned());
        }
        Self { tokens }
    }

    /// Makes a product with its domains and roles. Answers with its version.
    pub async fn product(node: &Node, id: &str) -> u64 {
        let admin = node.client(&node.admin_token());
        let request = v1::CreateProductRequest {
            product_id: id.to_owned(),
            display_name: id.to_owned(),
            chief_po: "people/chief".to_owned(),
            ..Default::default()
        };
        admin.products().create_product(request).await.given();
        let product = format!("products/{id}");
        for domain in DOMAINS {
            Shop::domain(&admin, &product, domain).await;
            let (person, domain) = (format!("po-{domain}"), format!("{product}/domains/{domain}"));
            Shop::grant(&admin, &product, &person, Role::DomainPo, &domain).await;
        }
        Shop::version_of(&admin, &product).await
    }

    /// Connects the people, each by a connection of their own.
    #[must_use]
    pub fn people(&self, node: &Node) -> People {
        People { actors: self.tokens.iter().map(|token| node.client(token)).collect() }
    }
}

/// What a list shows, all pages of it, and the version that they show.
pub struct Shown {
    /// The rows.
    pub rows: Vec<v1::BacklogRow>,
    /// The version.
    pub version: u64,
}

/// Reads a list of a product, the whole one if `domain` is empty. Nothing may be written meanwhile if it is longer than
/// a page.
///
/// # Errors
/// The refusal.
pub async fn list(by: &Client, product: &str, domain: &str, closed: bool) -> Result<Shown, Status> {
    let parent = match domain {
        "" => format!("products/{product}"),
        domain => format!("products/{product}/domains/{domain}"),
    };
    let state = if closed { BacklogState::All } else { BacklogState::Open };
    let mut rows = Vec::new();
    let mut page_token = String::new();
    loop {
        let (parent, state) = (parent.clone(), state.into());
        let request = v1::ListBacklogRequest {
            parent,
            state,
            page_size: 1_000,
            page_token,
            ..Default::default()
        };
        let page = by.backlog().list_backlog(request).await?.into_inner();
        rows.extend(page.rows);
        if page.next_page_token.is_empty() {
            assert_eq!(usize::try_from(page.total_size), Ok(rows.len()), "{product}/{domain}");
            return Ok(Shown { rows, version: page.version });
        }
        page_token = page.next_page_token;
    }
}

/// Compares all lists of a product with the model: the whole order, each domain's, and the closed ones.
///
/// # Panics
/// At the first difference.
pub async fn compare(by: &Client, product: &str, model: &Model) {
    for domain in [""].into_iter().chain(DOMAINS) {
        let shown = list(by, product, domain, false).await.expect("a list");
        if let Err(difference) = model.agrees(domain, &shown.rows) {
            panic!("{product}/{domain} at version {}: {difference}", shown.version);
        }
    }
    let all = list(by, product, "", true).await.expect("a list");
    if let Err(difference) = model.agrees_closed(&all.rows) {
        panic!("{product} at version {}: {difference}", all.version);
    }
}

/// The commits of a product from a version on, as far as they have events, and the version of its head.
///
/// # Errors
/// The commits before a refusal, and the refusal.
pub async fn commits(
    by: &Client,
    product: &str,
    from_version: u64,
) -> Result<(Vec<Commit>, u64), (Vec<Commit>, Status)> {
    let mut commits: Vec<Commit> = Vec::new();
    let (product, until_caught_up) = (format!("products/{product}"), true);
    let request = SubscribeRequest { product, from_version, until_caught_up, ..Default::default() };
    let mut stream = match by.events().subscribe(request).await {
        Ok(stream) => stream.into_inner(),
        Err(status) => return Err((commits, status)),
    };
    loop {
        let message = match stream.message().await {
            Ok(message) => message.expect("the end is told").what,
            Err(status) => return Err((commits, status)),
        };
        let event = match message {
            Some(What::Event(event)) => event,
            Some(What::CaughtUp(mark)) => return Ok((commits, mark.version)),
            Some(What::Heartbeat(_)) | None => continue,
        };
        if commits.last().is_none_or(|last| last.version != event.version) {
            commits.push(Commit {
                version: event.version,
                request_id: event.request_id,
                actor: event.actor,
                events: Vec::new(),
            });
        }
        let data: Value = serde_json::from_str(&event.data).expect("JSON");
        let kind = event.r#type.trim_start_matches("koepel.v1.").to_owned();
        commits.last_mut().unwrap().events.push((kind, data));
    }
}

/// Imports items with these numbers. Answers with the version of the last commit; 0 if there was nothing to do.
///
/// # Errors
/// The refusal.
pub async fn import(
    by: &Client,
    product: &str,
    numbers: std::ops::Range<u64>,
) -> Result<u64, Status> {
    let mut csv = String::from("Id,Name,Team\n");
    for number in numbers {
        let domain = DOMAINS[usize::try_from(number).unwrap() % DOMAINS.len()];
        csv.push_str(&format!("{number},Imported {number},{domain}\n"));
    }
    let start = v1::ImportStart {
        product: format!("products/{product}"),
        mapping: MAPPING.to_owned(),
        ..Default::default()
    };
    let parts = [Part::Start(start), Part::Data(csv.into_bytes().into())];
    let parts = parts.map(|part| v1::ImportRequest { part: Some(part) });
    let report = by.ingest().import(tokio_stream::iter(parts)).await?.into_inner();
    Ok(report.receipt.map_or(0, |receipt| receipt.version))
}
