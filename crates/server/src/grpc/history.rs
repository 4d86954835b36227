//! `HistoryService`: what is different between two moments.

use std::{
    collections::{BTreeMap, HashMap, hash_map::Entry},
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
    language::Language,
    order::DomainNo,
    product::Product,
};
use koepel_engine::View;
use koepel_projections::{
    difference::{Difference, Kind, Subject, differences},
    sentence,
};
use tonic::{Request, Response, Status};

use super::{page, status};
use crate::{
    app::{App, Caller, log_name},
    comparisons::{Busy, Found, Of, Turn},
};

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
    let size = page::size(request.page_size, page::DEFAULT, page::MAX)?;
    let query = format!(
        "differences {} {:?} {:?} {:?}",
        request.parent, request.kinds, request.from, request.to
    );
    // A token says which versions the first page compared, so that what happens meanwhile changes no page.
    let token: Option<(u64, u64, usize)> = page::read(&query, &request.page_token)?;
    app.view(caller, &id, request.min_version).await?;
    let at = |version| v1::Moment { at: Some(v1::moment::At::Version(version)) };
    let (from, to, begin) = match token {
        Some((from, to, begin)) => (Some(at(from)), Some(at(to)), begin),
        None => (request.from.or_else(|| Some(at(0))), request.to, 0),
    };
    let after = app.view_at(caller, &id, 0, ("to", to.as_ref())).await?;
    let before = app.view_at(caller, &id, 0, ("from", from.as_ref())).await?;
    let (first, last) = (before.state.version(), after.state.version());
    if first > last {
        let what =
            format_args!("is version {first}, which is later than `to`, version {last}; swap them");
        return Err(status::invalid(&koepel_api::check::Invalid::field("from", what)));
    }
    let domain = domain.map(|domain| domain_no(&id, &after.state, &domain)).transpose()?;
    let found = found(app, &id, &before, &after, caller.language).await?;
    let wanted = |one: &&Difference| {
        (kinds.is_empty() || kinds.contains(&kind(one.kind)))
            && domain.is_none_or(|no| concerns(one, no))
    };
    let counts = counts(found.iter().filter(wanted));
    let total = found.iter().filter(wanted).count();
    let rows: Vec<&Difference> = found.iter().filter(wanted).skip(begin).take(size).collect();
    let next_page_token = if begin.saturating_add(rows.len()) < total {
        page::write(&query, (first.0, last.0, begin + rows.len()))?
    } else {
        String::new()
    };
    Ok(v1::ListDifferencesResponse {
        differences: told(app, &id, &after.state, (first, last), &rows).await?,
        next_page_token,
        from_version: first.0,
        to_version: last.0,
        total_size: u32::try_from(total).unwrap_or(u32::MAX),
        counts,
    })
}

fn counts<'a>(all: impl Iterator<Item = &'a Difference>) -> Vec<v1::DifferenceCount> {
    let mut by_kind: BTreeMap<v1::DifferenceKind, v1::DifferenceCount> = BTreeMap::new();
    for one in all {
        let kind = kind(one.kind);
        let counted = by_kind.entry(kind).or_default();
        counted.kind = kind.into();
        counted.count = counted.count.saturating_add(1);
        counted.slipped = counted.slipped.saturating_add(one.slipped.into());
    }
    by_kind.into_values().collect()
}

/// What is different between two states of a product.
async fn found(
    app: &Arc<App>,
    id: &ProductId,
    before: &Arc<View<Product>>,
    after: &Arc<View<Product>>,
    language: Language,
) -> Result<Found, Status> {
    let (first, last) = (before.state.version(), after.state.version());
    let names = app.directory.edition();
    let of = Of { product: id.clone(), from: first, to: last, names, language };
    let turn = match app.comparisons.turn(&of).await {
        Ok(Turn::Made(found)) => return Ok(found),
        Ok(Turn::Make(turn)) => turn,
        Err(Busy) => {
            let busy = "too many comparisons at a time; try again in a moment".to_owned();
            return Err(status::exhausted("BUSY", busy, HashMap::new()));
        }
    };
    let log = log_name(id)?;
    let moves = app.products.read(&log, last, |model, _| {
        let moves = model.history.moves();
        let begin = moves.partition_point(|one| one.version <= first);
        let end = moves.partition_point(|one| one.version <= last);
        moves.get(begin..end).unwrap_or(&[]).to_vec()
    });
    let moves = moves.await.map_err(|error| status::of_product(id, &error))?;
    let (of_app, before, after) = (Arc::clone(app), Arc::clone(before), Arc::clone(after));
    let made = app.comparisons.make(of, turn, move || {
        let name = |person: &_| of_app.directory.name_or_id(person);
        differences(&before.state, &after.state, &moves, &name, language)
    });
    made.await.map_err(status::internal)
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
    one.domain.is_none_or(|of| of == domain) || one.other_domains.contains(&domain)
}

/// So many of the newest commits about an item or entry are looked at for the one that made a difference.
const LOOKED_AT: usize = 12;

/// Differences with who made them, when and why.
async fn told(
    app: &App,
    id: &ProductId,
    product: &Product,
    (first, last): (Version, Version),
    rows: &[&Difference],
) -> Result<Vec<v1::Difference>, Status> {
    let name = log_name(id)?;
    let read = app.products.read(&name, last, |model, _| {
        let between = |versions: &[Version]| -> Vec<Version> {
            let newest_first = versions.iter().rev().skip_while(|version| **version > last);
            newest_first.take_while(|version| **version > first).take(LOOKED_AT).copied().collect()
        };
        let of = |one: &Difference| match one.subject {
            // Of a move the version is known.
            Subject::Item(_) if one.kind == Kind::Order => Vec::new(),
            Subject::Item(no) => between(model.history.of(no)),
            Subject::Entry(no) => between(model.history.of_entry(no)),
            Subject::Product | Subject::Domain(_) => Vec::new(),
        };
        rows.iter().map(|one| of(one)).collect::<Vec<_>>()
    });
    let versions = read.await.map_err(|error| status::of_product(id, &error))?;
    // Many differences may come from one commit, and that of an import is large.
    let mut commits: HashMap<Version, Commit<Event>> = HashMap::new();
    let mut told = Vec::with_capacity(rows.len());
    for (one, versions) in rows.iter().zip(versions) {
        let mut made_by = None;
        for version in versions.into_iter().chain(one.version) {
            let commit = match commits.entry(version) {
                Entry::Occupied(there) => there.into_mut(),
                Entry::Vacant(place) => place.insert(app.commit(id, version.0).await?),
            };
            if event_of(commit, product, one).is_some() {
                made_by = Some(version);
                break;
            }
        }
        let commit = made_by.or(one.version).and_then(|version| commits.get(&version));
        told.push(difference(app, id, product, one, commit));
    }
    Ok(told)
}

fn difference(
    app: &App,
    id: &ProductId,
    product: &Product,
    one: &Difference,
    commit: Option<&Commit<Event>>,
) -> v1::Difference {
    let event = commit.and_then(|commit| event_of(commit, product, one));
    let domain = one.domain.and_then(|no| product.domain(no));
    v1::Difference {
        kind: kind(one.kind).into(),
        crosses_domains: one.crosses,
        subject: subject(id, product, one),
        domain: domain.map_or_else(String::new, |domain| names::of_domain(id, &domain.id)),
        sentence: one.sentence.clone(),
        version: commit.map_or(0, |commit| commit.version.0),
        time: commit.map(|commit| timestamp(commit.time)),
        actor: commit.map_or_else(String::new, |commit| names::of_person(&commit.actor)),
        actor_display_name: commit
            .map_or_else(String::new, |commit| app.directory.name(&commit.actor)),
        reason: event.map_or_else(String::new, |event| sentence::reason(event).to_owned()),
        slipped: one.slipped,
    }
}

/// The last event of a commit that may have made a difference.
fn event_of<'a>(
    commit: &'a Commit<Event>,
    product: &Product,
    one: &Difference,
) -> Option<&'a Event> {
    let mut newest_first = commit.events.iter().rev();
    match one.subject {
        Subject::Item(no) => {
            let key = product.key(no)?;
            newest_first.find(|event| event.item() == Some(&key) && makes(event, one.kind))
        }
        Subject::Entry(no) => newest_first.find(|event| {
            // A plan that was put off is told by who put it off, whatever else was changed since.
            let moved = |event: &Event| {
                if let Event::EntryChanged(e) = event {
                    e.when.is_some() || e.release.is_some()
                } else {
                    false
                }
            };
            event.entry() == Some(no) && (!one.slipped || moved(event))
        }),
        Subject::Product | Subject::Domain(_) => newest_first.next(),
    }
}

/// Whether an event about an item may make a difference of a kind.
fn makes(event: &Event, kind: Kind) -> bool {
    match kind {
        Kind::Arrival => {
            matches!(event, Event::ItemCreated(_) | Event::ItemReopened(_) | Event::ItemMoved(_))
        }
        Kind::Departure => matches!(
            event,
            Event::ItemCompleted(_)
                | Event::ItemDropped(_)
                | Event::ItemMerged(_)
                | Event::ItemCreated(_)
        ),
        Kind::Request => matches!(event, Event::RequestMade(_) | Event::RequestWithdrawn(_)),
        Kind::Fields => matches!(
            event,
            Event::ItemUpdated(_)
                | Event::LinkAdded(_)
                | Event::LinkRemoved(_)
                | Event::LinkResolved(_)
        ),
        Kind::Order | Kind::Purpose | Kind::People | Kind::Roadmap => true,
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
