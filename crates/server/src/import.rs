//! Imports: drafts that a mapping made, into commits of items.
//!
//! Everything that can be wrong with the file is found before the first commit. Items are committed a few hundred at a
//! time; their identity is their source link, so an import that was interrupted goes on when it is run again.

use std::collections::{BTreeMap, BTreeSet};

use koepel_api::{check::Invalid, v1};
use koepel_connectors::{
    Amount, Draft, Parsed, Person, Problems,
    problem::Problem,
    reference::{KeyKind, Reference},
    words::{self, Relation},
};
use koepel_domain::{
    command::{Command, ImportItem, ImportLink},
    ids::{DomainId, DomainKey, PersonId, ProductId},
    import::{ITEMS_MAX, Outcome, ParentLeftOut},
    item::{Estimate, Kind, LinkKind, LinkTarget, Moscow, Status as ItemStatus, Value},
    mandate::{self, Act},
    product::Product,
    text::{Label, Name, Reason, Source, Summary, Text, Title},
};
use tonic::Status;

use crate::{
    app::{App, Caller, Done, body_hash},
    grpc::status,
};

/// A commit of an import holds at most so many bytes of text, so that it stays well below what the log takes.
const COMMIT_BYTES: usize = 1 << 20;

/// Refuses an import that could not end well, before the file is read.
pub(crate) async fn may_begin(app: &App, caller: &Caller, id: &ProductId) -> Result<(), Status> {
    match app.view(caller, id, 0).await {
        Ok(view) => mandate::check(&view.state, &caller.actor, Act::Import, &[])
            .map_err(|refused| status::refused(&refused.into())),
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

/// Carries an import out, or says what it would do.
pub(crate) async fn run(
    app: &App,
    caller: &Caller,
    id: &ProductId,
    parsed: Parsed,
    dry_run: bool,
) -> Result<v1::ImportResponse, Status> {
    let people = PeopleKey(app.people_key);
    let mut faults = Problems::default();
    let mut items = Vec::with_capacity(parsed.drafts.len());
    for draft in &parsed.drafts {
        match item(draft, &people) {
            Ok(item) => items.push((draft.line, item)),
            Err(problem) => {
                faults.total += 1;
                if faults.list.len() < 100 {
                    faults.list.push(problem);
                }
            }
        }
    }
    if faults.total > 0 {
        return Err(problems(&faults));
    }
    let mut report = v1::ImportResponse {
        read: count(parsed.read),
        left_out: parsed
            .left_out
            .iter()
            .map(|left| v1::LeftOut { reason: left.reason.clone(), lines: left.lines.clone() })
            .collect(),
        domains: count(parsed.domains.len()),
        ..v1::ImportResponse::default()
    };
    for ignored in &parsed.ignored {
        let reason = format!("{}: {}", ignored.field, ignored.reason);
        report.references_left_out.push(v1::LeftOut { reason, lines: ignored.lines.clone() });
    }
    let before = prepare(app, caller, id, &parsed, dry_run, &mut report).await?;
    drop_unknown_requests(&before, &parsed, &mut items, &mut report);
    let mut work = Vec::new();
    for (_, item) in &items {
        let outcome =
            before.import_outcome(&caller.actor, item).map_err(|error| status::refused(&error))?;
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
        let product = foresee(&before, caller, work)?;
        let late = late(&before, &product, caller, &items, &mut report);
        foresee(&product, caller, late)?
    } else {
        commit_all(app, caller, id, &before, work, &items, &mut report).await?
    };
    count_ties(&after, &items, &mut report);
    tell_parents_left_out(&after, &items, &mut report);
    Ok(report)
}

fn count<N: TryInto<u32>>(number: N) -> u32 {
    number.try_into().unwrap_or(u32::MAX)
}

/// Makes the product and its domains, if they are missing. On a dry run only in a state of its own.
async fn prepare(
    app: &App,
    caller: &Caller,
    id: &ProductId,
    parsed: &Parsed,
    dry_run: bool,
    report: &mut v1::ImportResponse,
) -> Result<Product, Status> {
    let mut product = match app.view(caller, id, 0).await {
        Ok(view) => view.state.clone(),
        Err(missing) if missing.code() == tonic::Code::NotFound => {
            report.product_created = true;
            if dry_run {
                let name =
                    Name::new(id.as_str()).map_err(|error| status::internal(error.to_string()))?;
                let chief_po = caller.actor.person.clone();
                foresee_one(
                    Product::default(),
                    caller,
                    &Command::CreateProduct { name, summary: Summary::default(), chief_po },
                )?
            } else {
                let request = v1::CreateProductRequest {
                    product_id: id.to_string(),
                    ..v1::CreateProductRequest::default()
                };
                note(report, &app.create_product(caller, request).await?)
            }
        }
        Err(error) => return Err(error),
    };
    for draft in &parsed.domains {
        let malformed = |error: koepel_domain::ids::Malformed| {
            status::invalid(&Invalid::field("domain", error))
        };
        let domain = DomainId::new(&draft.id).map_err(malformed)?;
        if product.domain_by_id(&domain).is_some() {
            continue;
        }
        let key = DomainKey::new(&draft.key).map_err(malformed)?;
        let name = Name::new(&draft.name)
            .or_else(|_| Name::new(&draft.id))
            .map_err(|error| status::internal(error.to_string()))?;
        let command = Command::AddDomain { domain, key, name, summary: Summary::default() };
        report.domains_created += 1;
        product = if dry_run {
            foresee_one(product, caller, &command)?
        } else {
            let done = execute(app, caller, id, command).await?;
            note(report, &done)
        };
    }
    Ok(product)
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
        item.requests.retain(|(domain, _)| {
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

/// A commit's worth of items at a time.
fn batches(items: Vec<ImportItem>) -> Vec<Vec<ImportItem>> {
    let mut batches: Vec<Vec<ImportItem>> = Vec::new();
    let mut bytes = 0;
    for item in items {
        let size = 512
            + item.title.as_str().len()
            + item.text.as_ref().map_or(0, |text| text.as_str().len());
        match batches.last_mut() {
            Some(batch) if batch.len() < ITEMS_MAX && bytes + size <= COMMIT_BYTES => {
                batch.push(item)
            }
            Some(_) | None => {
                batches.push(vec![item]);
                bytes = 0;
            }
        }
        bytes += size;
    }
    batches
}

async fn commit_all(
    app: &App,
    caller: &Caller,
    id: &ProductId,
    before: &Product,
    work: Vec<ImportItem>,
    items: &[(u64, ImportItem)],
    report: &mut v1::ImportResponse,
) -> Result<Product, Status> {
    let mut product = before.clone();
    if work.is_empty() {
        return Ok(product);
    }
    for batch in batches(work) {
        let done = execute(app, caller, id, Command::Import(batch)).await?;
        product = note(report, &done);
    }
    for batch in batches(late(before, &product, caller, items, report)) {
        let done = execute(app, caller, id, Command::Import(batch)).await?;
        product = note(report, &done);
    }
    Ok(product)
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

async fn execute(
    app: &App,
    caller: &Caller,
    id: &ProductId,
    command: Command,
) -> Result<Done, Status> {
    // No request id: an import is repeated by running it again, and finds what is there.
    let call = koepel_api::common::Call { product: id.clone(), command, request_id: None };
    app.execute(caller, call, body_hash("Import", &v1::ImportStart::default())).await
}

fn note(report: &mut v1::ImportResponse, done: &Done) -> Product {
    report.commits += 1;
    report.receipt = Some(done.receipt());
    done.product().clone()
}

fn foresee_one(
    mut product: Product,
    caller: &Caller,
    command: &Command,
) -> Result<Product, Status> {
    let events = product.decide(command, &caller.actor).map_err(|error| status::refused(&error))?;
    let commit = koepel_domain::commit::Commit {
        version: product.version().next(),
        time: product.created_at(),
        actor: caller.actor.person.clone(),
        events,
    };
    product.apply(&commit).map_err(|error| status::internal(error.to_string()))?;
    Ok(product)
}

fn foresee(product: &Product, caller: &Caller, work: Vec<ImportItem>) -> Result<Product, Status> {
    batches(work).into_iter().try_fold(product.clone(), |product, batch| {
        foresee_one(product, caller, &Command::Import(batch))
    })
}

fn count_ties(product: &Product, items: &[(u64, ImportItem)], report: &mut v1::ImportResponse) {
    for (_, imported) in items {
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

/// The secret of this server by which people in imported files become opaque ids.
struct PeopleKey([u8; 32]);

impl PeopleKey {
    fn id(&self, person: &Person) -> Result<PersonId, String> {
        let hash = blake3::keyed_hash(&self.0, person.handle.expose().as_bytes());
        let digits: String = hash.to_hex().chars().take(16).collect();
        PersonId::new(&format!("x{digits}")).map_err(|error| error.to_string())
    }
}

fn item(draft: &Draft, people: &PeopleKey) -> Result<ImportItem, Problem> {
    let at = |field: &str, message: String| Problem {
        line: Some(draft.line),
        field: Some(field.to_owned()),
        message,
    };
    let source =
        |field: &str, text: &str| Source::new(text).map_err(|error| at(field, error.to_string()));
    let own = source("source", &draft.source)?;
    let mut aliases = Vec::new();
    for key in &draft.keys {
        let alias = source("source", key.as_str())?;
        if alias != own && !aliases.contains(&alias) {
            aliases.push(alias);
        }
    }
    // A file says all of an item: without a parent it is part of nothing.
    let mut parent = Vec::new();
    let mut links = Vec::new();
    for reference in &draft.references {
        match reference.relation {
            Relation::Parent if parent.is_empty() => parent = reference_names(reference),
            Relation::Parent => {
                return Err(at(
                    "parent",
                    "an item has one parent, and this one names two".to_owned(),
                ));
            }
            Relation::Link(kind) => links.push(link(reference, kind, false)),
            Relation::LinkedBy(kind) => links.push(link(reference, kind, true)),
        }
    }
    let ids: BTreeSet<PersonId> = draft
        .people
        .iter()
        .map(|person| people.id(person).map_err(|error| at("people", error)))
        .collect::<Result<_, _>>()?;
    let labels = draft
        .labels
        .iter()
        .map(|label| Label::new(label).map_err(|error| at("labels", error.to_string())));
    let domain = |id: &String| DomainId::new(id).map_err(|error| at("domain", error.to_string()));
    let requests = draft.requests.iter().map(|id| domain(id).map(|id| (id, Reason::default())));
    Ok(ImportItem {
        source: own,
        aliases,
        domain: domain(&draft.domain)?,
        kind: Some(kind(draft.kind)),
        status: Some(item_status(draft.status)),
        title: Title::new(&draft.title).map_err(|error| at("title", error.to_string()))?,
        text: Some(Text::new(&draft.text).map_err(|error| at("text", error.to_string()))?),
        labels: Some(labels.collect::<Result<_, _>>()?),
        estimate: Some(
            draft
                .estimate
                .map(|amount| estimate(amount).map_err(|error| at("estimate", error)))
                .transpose()?,
        ),
        value: Some(
            draft
                .value
                .map(|amount| value(amount).map_err(|error| at("value", error)))
                .transpose()?,
        ),
        moscow: Some(draft.moscow.map(moscow)),
        people: Some(ids.into_iter().collect()),
        parent: Some(parent),
        links: links.into_iter().flatten().collect(),
        requests: requests.collect::<Result<_, _>>()?,
    })
}

/// Names longer than the domain takes can never be an item's.
fn reference_names(reference: &Reference) -> Vec<Source> {
    reference.candidates.iter().filter_map(|key| Source::new(key.as_str()).ok()).collect()
}

fn link(reference: &Reference, kind: words::LinkKind, reversed: bool) -> Option<ImportLink> {
    let kind = match (kind, reversed) {
        (words::LinkKind::RelatesTo, _) => LinkKind::RelatesTo,
        (words::LinkKind::Needs, false) => LinkKind::Needs,
        (words::LinkKind::Needs, true) => LinkKind::NeededBy,
        (words::LinkKind::Replaces, false) | (words::LinkKind::ReplacedBy, true) => {
            LinkKind::Replaces
        }
        (words::LinkKind::ReplacedBy, false) | (words::LinkKind::Replaces, true) => {
            LinkKind::ReplacedBy
        }
        (words::LinkKind::Duplicates, false) => LinkKind::Duplicates,
        (words::LinkKind::Duplicates, true) => LinkKind::DuplicatedBy,
    };
    let only_links = reference.candidates.iter().all(|key| key.kind() == KeyKind::Link);
    let address = reference.address.as_ref().filter(|_| only_links);
    let shown: String =
        address.unwrap_or(&reference.raw).chars().filter(|c| !c.is_control()).take(500).collect();
    Some(ImportLink {
        kind,
        raw: Source::new(&shown).ok()?,
        names: reference_names(reference),
        external: address.is_some(),
    })
}

fn estimate(amount: Amount) -> Result<Estimate, String> {
    let estimate = Estimate::from_hundredths(amount.hundredths());
    estimate.ok_or_else(|| format!("{amount} is no estimate: 0 to 100,000, two decimals"))
}

fn value(number: u32) -> Result<Value, String> {
    Value::new(number)
        .ok_or_else(|| format!("{number} is no value: a whole number from 0 to {}", Value::MAX))
}

fn kind(kind: words::Kind) -> Kind {
    match kind {
        words::Kind::Epic => Kind::Epic,
        words::Kind::Feature => Kind::Feature,
        words::Kind::Story => Kind::Story,
        words::Kind::Task => Kind::Task,
        words::Kind::Defect => Kind::Defect,
        words::Kind::Impediment => Kind::Impediment,
    }
}

fn item_status(status: words::Status) -> ItemStatus {
    match status {
        words::Status::New => ItemStatus::New,
        words::Status::Ready => ItemStatus::Ready,
        words::Status::InProgress => ItemStatus::InProgress,
        words::Status::Done => ItemStatus::Done,
        words::Status::Dropped => ItemStatus::Dropped,
    }
}

fn moscow(moscow: words::Moscow) -> Moscow {
    match moscow {
        words::Moscow::Must => Moscow::Must,
        words::Moscow::Should => Moscow::Should,
        words::Moscow::Could => Moscow::Could,
        words::Moscow::Wont => Moscow::Wont,
    }
}
