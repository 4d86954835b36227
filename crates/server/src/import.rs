//! Imports: drafts that a mapping made, into commits of items.
//!
//! Everything that can be wrong with the file is found before the first commit. Items are committed a few hundred at a
//! time; their identity is their source link, so an import that was interrupted goes on when it is run again.

mod batch;
mod draft;
mod replay;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use koepel_api::{check::Invalid, v1};
use koepel_connectors::{DomainDraft, NeverFound, Parsed, Problems, problem::Problem};
use koepel_domain::{
    command::{Command, ImportItem},
    error::Error as Refusal,
    event::Event,
    ids::{DomainId, DomainKey, ProductId, Timestamp},
    import::{Outcome, ParentLeftOut},
    item::LinkTarget,
    mandate::{self, Act},
    news::{Stamp, Told},
    product::Product,
    text::{Name, Summary},
};
use koepel_engine::Error;
use tonic::Status;

pub(crate) use self::{
    batch::batches,
    draft::{PeopleKey, is_imported, item},
};
use crate::{
    app::{App, Caller, Done, body_hash, log_name},
    grpc::status,
};

/// Refuses an import that could not end well, before the file is read.
pub(crate) async fn may_begin(app: &App, caller: &Caller, id: &ProductId) -> Result<(), Status> {
    match app.view(caller, id, 0).await {
        Ok(view) => mandate::check(&view.state, &caller.actor, Act::Import, &[])
            .map_err(|refused| status::refused(id, &refused.into())),
        // A product that is missing is created, which is an administrator's; for anybody else it is not there.
        Err(missing) if missing.code() == tonic::Code::NotFound && caller.administers() => Ok(()),
        Err(error) => Err(error),
    }
}

/// A file with problems, as a refusal that lists them.
pub(crate) fn problems(problems: &Problems) -> Status {
    let violations = problems.list.iter().map(|problem| {
        let place = match (problem.line, &problem.field) {
            (Some(line), Some(field)) => format!("line {line}, {field}"),
            (Some(line), None) => format!("line {line}"),
            (None, Some(field)) => field.clone(),
            (None, None) => "file".to_owned(),
        };
        koepel_api::check::Violation { field: place, description: problem.message.clone() }
    });
    let violations: Vec<_> = violations.collect();
    let mut refusal = status::invalid(&Invalid(violations));
    if problems.total > 1 {
        let first = problems.list.first().map(ToString::to_string).unwrap_or_default();
        let message = format!(
            "nothing was imported: the file has {} problems; the first: {first}",
            problems.total
        );
        refusal = Status::with_details(
            refusal.code(),
            message,
            bytes::Bytes::copy_from_slice(refusal.details()),
        );
    }
    refusal
}

/// How an import is carried out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct How {
    /// Nothing is committed.
    pub(crate) dry_run: bool,
    /// Commits bear the records' times.
    pub(crate) backfill: bool,
}

/// Carries an import out, or says what it would do.
pub(crate) async fn run(
    app: &App,
    caller: &Caller,
    id: &ProductId,
    parsed: Parsed,
    how: How,
) -> Result<v1::ImportResponse, Status> {
    let mut items = items(app, &parsed)?;
    let mut report = begun(&parsed);
    if how.backfill || comes_in_turn(&items) {
        return replay::run(app, caller, id, &parsed, items, how, report).await;
    }
    let dry_run = how.dry_run;
    let set_up = foresee_set_up(app, caller, id, &parsed).await?;
    report.product_created = set_up.creates_product;
    report.domains_created = count(set_up.domains.len());
    let before = &set_up.foreseen;
    drop_unknown_requests(before, &parsed, &mut items, &mut report);
    let mut work = Vec::new();
    for (_, item) in &items {
        let outcome = before
            .import_outcome(&caller.actor, item)
            .map_err(|error| status::refused(id, &error))?;
        match outcome {
            Outcome::Created => report.created += 1,
            Outcome::Updated => report.updated += 1,
            Outcome::Unchanged => {
                report.unchanged += 1;
                continue;
            }
        }
        work.push(item.clone());
    }
    let after = if dry_run {
        let product = foresee((id, before), caller, work)?;
        let late = late(before, &product, caller, &items, &mut report);
        foresee((id, &product), caller, late)?
    } else {
        carry_out(app, caller, id, set_up, work, &items, &mut report).await?
    };
    count_ties(&after, &items, &mut report);
    tell_parents_left_out(&after, &items, &mut report);
    Ok(report)
}

/// The drafts as items, each with its line.
fn items(app: &App, parsed: &Parsed) -> Result<Vec<(u64, ImportItem)>, Status> {
    let people = PeopleKey(app.people_key);
    let now = app.clock.now();
    let mut faults = Problems::default();
    let mut items = Vec::with_capacity(parsed.drafts.len());
    for draft in &parsed.drafts {
        let told = match draft.time_us {
            // Of two records of one moment the later line counts.
            Some(at) => Told::At(Stamp { at: Timestamp(at), tie: count(draft.line) }),
            None => Told::Now(now),
        };
        match item(draft, &people, told) {
            Ok(item) => items.push((draft.line, item)),
            Err(problem) => fault(&mut faults, problem),
        }
    }
    if faults.total > 0 { Err(problems(&faults)) } else { Ok(items) }
}

/// Whether a record may only make sense after others: it tells no more than a change, or something of an item once more.
fn comes_in_turn(items: &[(u64, ImportItem)]) -> bool {
    let mut met = HashSet::with_capacity(items.len());
    items
        .iter()
        .any(|(_, item)| item.title.is_none() || item.domain.is_none() || !met.insert(&item.source))
}

/// What is known before the product is looked at.
fn begun(parsed: &Parsed) -> v1::ImportResponse {
    let left_out = |reason: String, lines: &[u64]| v1::LeftOut { reason, lines: lines.to_vec() };
    let records = parsed.left_out.iter().map(|left| left_out(left.reason.clone(), &left.lines));
    let references = parsed
        .ignored
        .iter()
        .map(|ignored| left_out(format!("{}: {}", ignored.field, ignored.reason), &ignored.lines));
    v1::ImportResponse {
        read: count(parsed.read),
        left_out: records.collect(),
        references_left_out: references.collect(),
        domains: count(parsed.domains.len()),
        paths_never_found: parsed.never_found.iter().map(never_found).collect(),
        ..v1::ImportResponse::default()
    }
}

fn never_found(path: &NeverFound) -> String {
    match &path.perhaps {
        Some(perhaps) => format!("{} ({perhaps}?)", path.path),
        None => path.path.clone(),
    }
}

fn fault(faults: &mut Problems, problem: Problem) {
    faults.total += 1;
    if faults.list.len() < 100 {
        faults.list.push(problem);
    }
}

fn count<N: TryInto<u32>>(number: N) -> u32 {
    number.try_into().unwrap_or(u32::MAX)
}

/// The product and the domains that an import makes before its items.
struct SetUp {
    creates_product: bool,
    /// The domains that are missing, as commands.
    domains: Vec<Command>,
    /// The product as it will be then.
    foreseen: Product,
}

/// Decides on the product and its domains, if they are missing, in a state of its own: whatever keeps one of them from being
/// made is found before the first of them is.
async fn foresee_set_up(
    app: &App,
    caller: &Caller,
    id: &ProductId,
    parsed: &Parsed,
) -> Result<SetUp, Status> {
    let (creates_product, mut foreseen) = match app.view(caller, id, 0).await {
        Ok(view) => (false, view.state.clone()),
        Err(missing) if missing.code() == tonic::Code::NotFound => {
            let name =
                Name::new(id.as_str()).map_err(|error| status::internal(error.to_string()))?;
            let chief_po = caller.actor.person.clone();
            let create = Command::CreateProduct { name, summary: Summary::default(), chief_po };
            (true, foresee_one((id, Product::default()), caller, &create)?)
        }
        Err(error) => return Err(error),
    };
    let mut domains = Vec::new();
    let mut faults = Problems::default();
    for draft in &parsed.domains {
        let command = add_domain(draft)?;
        let Command::AddDomain { domain, .. } = &command else { continue };
        if foreseen.domain_by_id(domain).is_some() {
            continue;
        }
        match foreseen.decide(&command, &caller.actor) {
            Ok(_) => {
                foreseen = foresee_one((id, foreseen), caller, &command)?;
                domains.push(command);
            }
            // Not the file's fault.
            Err(refused @ Refusal::Mandate(_)) => return Err(status::refused(id, &refused)),
            Err(refused) => {
                let first =
                    parsed.drafts.iter().find(|item| item.domain.as_ref() == Some(&draft.id));
                let message = format!(
                    "{refused}; give domain {0} another id or key in the mapping, such as `domains.{0}.key = \"…\"`",
                    draft.id
                );
                let line = first.map(|item| item.line);
                fault(&mut faults, Problem { line, field: Some("domain".to_owned()), message });
            }
        }
    }
    if faults.total > 0 {
        return Err(problems(&faults));
    }
    Ok(SetUp { creates_product, domains, foreseen })
}

fn add_domain(draft: &DomainDraft) -> Result<Command, Status> {
    let malformed =
        |error: koepel_domain::ids::Malformed| status::invalid(&Invalid::field("domain", error));
    let domain = DomainId::new(&draft.id).map_err(malformed)?;
    let key = DomainKey::new(&draft.key).map_err(malformed)?;
    let name = Name::new(&draft.name)
        .or_else(|_| Name::new(&draft.id))
        .map_err(|error| status::internal(error.to_string()))?;
    Ok(Command::AddDomain { domain, key, name, summary: Summary::default() })
}

/// Requests to domains that are not there, and are nobody's in the file, are left out and told.
fn drop_unknown_requests(
    product: &Product,
    parsed: &Parsed,
    items: &mut [(u64, ImportItem)],
    report: &mut v1::ImportResponse,
) {
    let in_file: BTreeSet<&str> = parsed.domains.iter().map(|domain| domain.id.as_str()).collect();
    let mut unknown: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for (line, item) in items {
        let Some(requests) = &mut item.requests else { continue };
        requests.retain(|(domain, _)| {
            let known = product.domain_by_id(domain).is_some() || in_file.contains(domain.as_str());
            if !known {
                unknown
                    .entry(format!("request to domain {domain}, which is not in the product"))
                    .or_default()
                    .push(*line);
            }
            known
        });
    }
    report
        .references_left_out
        .extend(unknown.into_iter().map(|(reason, lines)| v1::LeftOut { reason, lines }));
}

/// Makes what is missing, then commits the items. Answers with the product as it is then.
async fn carry_out(
    app: &App,
    caller: &Caller,
    id: &ProductId,
    set_up: SetUp,
    work: Vec<ImportItem>,
    items: &[(u64, ImportItem)],
    report: &mut v1::ImportResponse,
) -> Result<Product, Status> {
    if set_up.creates_product {
        let request = v1::CreateProductRequest {
            product_id: id.to_string(),
            ..v1::CreateProductRequest::default()
        };
        note(report, &app.create_product(caller, request).await?);
    }
    let refused = |error: Error<Refusal>| status::of_product(id, &error);
    for command in set_up.domains {
        let done = execute(app, caller, id, command).await?.map_err(refused)?;
        note(report, &done);
    }
    let Some(mut after) = commit_all(app, caller, id, work, report).await? else {
        return Ok(set_up.foreseen);
    };
    let late = late(&set_up.foreseen, &after, caller, items, report);
    if let Some(product) = commit_all(app, caller, id, late, report).await? {
        after = product;
    }
    Ok(after)
}

/// The items whose parents came only with the import: they stood further down in the file, or were in the way.
fn late(
    before: &Product,
    product: &Product,
    caller: &Caller,
    items: &[(u64, ImportItem)],
    report: &mut v1::ImportResponse,
) -> Vec<ImportItem> {
    let has_parent = |item: &ImportItem| item.parent.as_ref().is_some_and(|to| !to.is_empty());
    let mut late = Vec::new();
    for (_, item) in items.iter().filter(|(_, item)| has_parent(item)) {
        if !matches!(product.import_outcome(&caller.actor, item), Ok(Outcome::Updated)) {
            continue;
        }
        if matches!(before.import_outcome(&caller.actor, item), Ok(Outcome::Unchanged)) {
            report.unchanged = report.unchanged.saturating_sub(1);
            report.updated += 1;
        }
        late.push(item.clone());
    }
    late
}

/// Commits items, some hundreds at a time. A commit that the log finds too large goes in halves: what an item brings about in
/// others is not known before.
async fn commit_all(
    app: &App,
    caller: &Caller,
    id: &ProductId,
    work: Vec<ImportItem>,
    report: &mut v1::ImportResponse,
) -> Result<Option<Product>, Status> {
    let mut after = None;
    let mut waiting = batches(work);
    waiting.reverse();
    while let Some(mut batch) = waiting.pop() {
        match execute(app, caller, id, Command::Import(batch.clone())).await? {
            Ok(done) => after = Some(note(report, &done)),
            Err(Error::TooLarge { .. }) if batch.len() > 1 => {
                let second = batch.split_off(batch.len() / 2);
                waiting.extend([second, batch]);
            }
            Err(error) => return Err(status::of_product(id, &error)),
        }
    }
    Ok(after)
}

async fn execute(
    app: &App,
    caller: &Caller,
    id: &ProductId,
    command: Command,
) -> Result<Result<Done, Error<Refusal>>, Status> {
    // No request id: an import is repeated by running it again, and finds what is there.
    let hash = body_hash("Import", &v1::ImportStart::default());
    let request = app.request(caller, command, None, hash);
    let accepted = app.products.execute(&log_name(id)?, request).await;
    Ok(accepted.map(|accepted| Done { id: id.clone(), accepted }))
}

fn note(report: &mut v1::ImportResponse, done: &Done) -> Product {
    report.commits += 1;
    report.receipt = Some(done.receipt());
    done.product().clone()
}

fn foresee_one(
    (id, product): (&ProductId, Product),
    caller: &Caller,
    command: &Command,
) -> Result<Product, Status> {
    let events =
        product.decide(command, &caller.actor).map_err(|error| status::refused(id, &error))?;
    folded(product, caller, events)
}

/// A product after events that are not committed.
fn folded(mut product: Product, caller: &Caller, events: Vec<Event>) -> Result<Product, Status> {
    let commit = koepel_domain::commit::Commit {
        version: product.version().next(),
        time: product.created_at(),
        actor: caller.actor.person.clone(),
        events,
    };
    product.apply(&commit).map_err(|error| status::internal(error.to_string()))?;
    Ok(product)
}

fn foresee(
    (id, product): (&ProductId, &Product),
    caller: &Caller,
    work: Vec<ImportItem>,
) -> Result<Product, Status> {
    batches(work).into_iter().try_fold(product.clone(), |product, batch| {
        foresee_one((id, product), caller, &Command::Import(batch))
    })
}

fn count_ties(product: &Product, items: &[(u64, ImportItem)], report: &mut v1::ImportResponse) {
    let mut met = HashSet::new();
    for (_, imported) in items.iter().filter(|(_, item)| met.insert(&item.source)) {
        let Some(item) = product.item_by_source(&imported.source).and_then(|no| product.item(no))
        else {
            continue;
        };
        for link in item.links.iter().filter(|link| link.imported) {
            match &link.target {
                LinkTarget::Item(_) => report.links += 1,
                LinkTarget::Pending(pending) if pending.external => report.external_links += 1,
                LinkTarget::Pending(_) => report.pending_links += 1,
                LinkTarget::Uri(_) => report.external_links += 1,
            }
        }
        report.requests += count(item.requests.iter().filter(|request| request.imported).count());
    }
}

/// Parents that no item is part of now, although the file says so.
fn tell_parents_left_out(
    product: &Product,
    items: &[(u64, ImportItem)],
    report: &mut v1::ImportResponse,
) {
    let mut told: BTreeMap<ParentLeftOut, Vec<u64>> = BTreeMap::new();
    for (line, item) in items {
        if let Some(reason) = product.parent_left_out(item) {
            told.entry(reason).or_default().push(*line);
        }
    }
    let told = told.into_iter();
    report
        .references_left_out
        .extend(told.map(|(reason, lines)| v1::LeftOut { reason: reason.to_string(), lines }));
}
