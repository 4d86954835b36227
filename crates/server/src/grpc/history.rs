//! `HistoryService`: what is different between two moments.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::Arc,
};

use koepel_api::{
    common::timestamp,
    names,
    v1::{self, history_service_server::HistoryService},
};
use koepel_domain::{
    commit::Commit,
    event::Event,
    ids::{DomainId, ProductId, Version},
    order::DomainNo,
    product::Product,
};
use koepel_projections::{
    difference::{Difference, Kind, Subject, differences},
    sentence,
};
use tokio::task::spawn_blocking;
use tonic::{Request, Response, Status};

use super::{page, status};
use crate::app::{App, Caller, log_name};

pub(crate) struct Handler(pub(crate) Arc<App>);

#[tonic::async_trait]
impl HistoryService for Handler {
    async fn list_differences(
        &self,
        request: Request<v1::ListDifferencesRequest>,
    ) -> Result<Response<v1::ListDifferencesResponse>, Status> {
        let caller = self.0.caller(request.metadata())?;
        list(&self.0, &caller, request.into_inner()).await.map(Response::new)
    }
}

fn kind(kind: Kind) -> v1::DifferenceKind {
    match kind {
        Kind::Purpose => v1::DifferenceKind::Purpose,
        Kind::People => v1::DifferenceKind::People,
        Kind::Roadmap => v1::DifferenceKind::Roadmap,
        Kind::Order => v1::DifferenceKind::Order,
        Kind::Arrival => v1::DifferenceKind::Arrival,
        Kind::Departure => v1::DifferenceKind::Departure,
        Kind::Request => v1::DifferenceKind::Request,
        Kind::Fields => v1::DifferenceKind::Fields,
    }
}

fn read_kinds(kinds: &[i32]) -> Result<Vec<v1::DifferenceKind>, Status> {
    let read = |number: &i32| match v1::DifferenceKind::try_from(*number) {
        Ok(v1::DifferenceKind::Unspecified) | Err(_) => {
            let what = format_args!("{number} is no kind of difference");
            Err(status::invalid(&koepel_api::check::Invalid::field("kinds", what)))
        }
        Ok(kind) => Ok(kind),
    };
    kinds.iter().map(read).collect()
}

async fn list(
    app: &Arc<App>,
    caller: &Caller,
    request: v1::ListDifferencesRequest,
) -> Result<v1::ListDifferencesResponse, Status> {
    let (id, domain) =
        koepel_api::backlog::scope(&request.parent).map_err(|error| status::invalid(&error))?;
    let kinds = read_kinds(&request.kinds)?;
    let to = ("to", request.to.as_ref());
    let after = app.view_at(caller, &id, request.min_version, to).await?;
    let beginning = v1::Moment { at: Some(v1::moment::At::Version(0)) };
    let from = ("from", Some(request.from.as_ref().unwrap_or(&beginning)));
    let before = app.view_at(caller, &id, 0, from).await?;
    let (first, last) = (before.state.version(), after.state.version());
    if first > last {
        let what =
            format_args!("is version {first}, which is later than `to`, version {last}; swap them");
        return Err(status::invalid(&koepel_api::check::Invalid::field("from", what)));
    }
    let domain = domain.map(|domain| domain_no(&id, &after.state, &domain)).transpose()?;
    let name = log_name(&id)?;
    let moves = app.products.read(&name, last, |model, _| {
        let moves = model.history.moves();
        let begin = moves.partition_point(|one| one.version <= first);
        let end = moves.partition_point(|one| one.version <= last);
        moves.get(begin..end).unwrap_or(&[]).to_vec()
    });
    let moves = moves.await.map_err(|error| status::engine(&error, status::refused))?;
    // Comparing two states looks at each item of both; that is work for a processor.
    let found = {
        let (app, before, after) = (Arc::clone(app), Arc::clone(&before), Arc::clone(&after));
        spawn_blocking(move || {
            let name = |person: &_| app.directory.name_or_id(person);
            differences(&before.state, &after.state, &moves, &name)
        })
    };
    let mut found = found.await.map_err(|error| status::internal(error.to_string()))?;
    found.retain(|one| {
        (kinds.is_empty() || kinds.contains(&kind(one.kind)))
            && domain.is_none_or(|no| concerns(one, no))
    });
    let total_size = u32::try_from(found.len()).unwrap_or(u32::MAX);
    let size = page::size(request.page_size, page::DEFAULT, page::MAX)?;
    let query = format!("differences {} {first} {last} {:?}", request.parent, request.kinds);
    let begin: usize = page::read(&query, &request.page_token)?.unwrap_or(0);
    let rest = found.get(begin.min(found.len())..).unwrap_or(&[]);
    let rows = rest.get(..size).unwrap_or(rest);
    let more = rows.len() < rest.len();
    Ok(v1::ListDifferencesResponse {
        differences: told(app, &id, &after.state, rows).await?,
        next_page_token: if more {
            page::write(&query, begin + rows.len())?
        } else {
            String::new()
        },
        from_version: first.0,
        to_version: last.0,
        total_size,
    })
}

fn domain_no(id: &ProductId, product: &Product, domain: &DomainId) -> Result<DomainNo, Status> {
    let found = product.domain_by_id(domain).map(|(no, _)| no);
    found.ok_or_else(|| {
        let message = format!("there is no domain {domain} in product {id}");
        status::not_found("UNKNOWN_DOMAIN", message)
    })
}

/// Whether a difference touches a domain; what is about the product touches all.
fn concerns(one: &Difference, domain: DomainNo) -> bool {
    one.domain.is_none_or(|of| of == domain) || one.other_domain == Some(domain)
}

/// Differences with who made them, when and why.
async fn told(
    app: &App,
    id: &ProductId,
    product: &Product,
    rows: &[Difference],
) -> Result<Vec<v1::Difference>, Status> {
    // Many differences may come from one commit, and that of an import is large.
    let mut commits: HashMap<Version, Commit<Event>> = HashMap::new();
    for version in rows.iter().filter_map(|one| one.version) {
        if let Entry::Vacant(place) = commits.entry(version) {
            place.insert(app.commit(id, version.0).await?);
        }
    }
    let one = |one: &Difference| {
        let commit = one.version.and_then(|version| commits.get(&version));
        let event = commit.and_then(|commit| event_of(commit, product, one));
        let domain = one.domain.and_then(|no| product.domain(no));
        v1::Difference {
            kind: kind(one.kind).into(),
            crosses_domains: one.crosses,
            subject: subject(id, product, one),
            domain: domain.map_or_else(String::new, |domain| names::of_domain(id, &domain.id)),
            sentence: one.sentence.clone(),
            version: one.version.map_or(0, |version| version.0),
            time: commit.map(|commit| timestamp(commit.time)),
            actor: commit.map_or_else(String::new, |commit| names::of_person(&commit.actor)),
            actor_display_name: commit
                .map_or_else(String::new, |commit| app.directory.name(&commit.actor)),
            reason: event.map_or_else(String::new, |event| sentence::reason(event).to_owned()),
            slipped: one.slipped,
        }
    };
    Ok(rows.iter().map(one).collect())
}

/// The last event of a commit that is about the same as a difference.
fn event_of<'a>(
    commit: &'a Commit<Event>,
    product: &Product,
    one: &Difference,
) -> Option<&'a Event> {
    let mut newest_first = commit.events.iter().rev();
    match one.subject {
        Subject::Item(no) => {
            let key = product.key(no)?;
            newest_first.find(|event| event.item() == Some(&key))
        }
        Subject::Entry(no) => newest_first.find(|event| event.entry() == Some(no)),
        Subject::Product | Subject::Domain(_) => newest_first.next(),
    }
}

fn subject(id: &ProductId, product: &Product, one: &Difference) -> String {
    match one.subject {
        Subject::Product => names::of_product(id),
        Subject::Domain(no) => {
            product.domain(no).map_or_else(String::new, |of| names::of_domain(id, &of.id))
        }
        Subject::Item(no) => koepel_api::backlog::name_of(id, product, no),
        Subject::Entry(no) => names::of_entry(id, no),
    }
}
