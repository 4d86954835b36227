//! Records that come one after the other: changes without the rest, several of one item, and backfills, whose commits bear the
//! times of the records. All of it is decided on a copy of the product first, so that nothing is refused half way.

use std::collections::BTreeMap;

use koepel_api::{check::Invalid, v1};
use koepel_connectors::{DomainDraft, Parsed, Problems, problem::Problem};
use koepel_domain::{
    command::{Command, ImportItem},
    error::Error as Refusal,
    event::Event,
    ids::{DomainId, ProductId, Timestamp},
    import::ITEMS_MAX,
    news::Told,
    product::Product,
    text::{Name, Summary},
};
use koepel_engine::Error;
use koepel_event_log::{EventLog as _, ReadLimit};
use tonic::{Code, Status};

use super::{
    How, add_domain, count, count_ties, fault, folded, foresee_one, late, note, problems,
    tell_parents_left_out,
};
use crate::{
    app::{App, Caller, Done, log_name},
    grpc::status,
};

/// What led to the commits of a backfill; by it one that was interrupted is known.
const CAUSE: &str = "backfill";

/// A commit to be made.
struct Step {
    /// The time that it bears, in a backfill.
    time: Option<Timestamp>,
    command: Command,
}

/// What is planned so far.
struct Plan<'a> {
    id: &'a ProductId,
    caller: &'a Caller,
    backfill: bool,
    /// The domains of the file, by id.
    domains: BTreeMap<&'a str, &'a DomainDraft>,
    /// The product as it will be then.
    product: Product,
    steps: Vec<Step>,
    /// Items of one moment that are not in a step yet.
    batch: Vec<ImportItem>,
    time: Option<Timestamp>,
    left_out: BTreeMap<String, Vec<u64>>,
    references_left_out: BTreeMap<String, Vec<u64>>,
}

/// Carries out an import whose records come one after the other.
pub(super) async fn run(
    app: &App,
    caller: &Caller,
    id: &ProductId,
    parsed: &Parsed,
    mut items: Vec<(u64, ImportItem)>,
    how: How,
    mut report: v1::ImportResponse,
) -> Result<v1::ImportResponse, Status> {
    if how.backfill {
        check_times(app, &items)?;
        items.sort_by_key(|(line, item)| (time_of(item), *line));
    }
    let first = items.first().and_then(|(_, item)| time_of(item));
    let (create, product) = begin(app, caller, id, how).await?;
    report.product_created = create.is_some();
    let last = if create.is_none() && how.backfill { goes_on(app, id).await? } else { None };
    let mut plan = Plan {
        id,
        caller,
        backfill: how.backfill,
        domains: parsed.domains.iter().map(|domain| (domain.id.as_str(), domain)).collect(),
        product: product.clone(),
        steps: Vec::new(),
        batch: Vec::new(),
        time: None,
        left_out: BTreeMap::new(),
        references_left_out: BTreeMap::new(),
    };
    plan.steps.extend(create.map(|command| Step { time: first.filter(|_| how.backfill), command }));
    for (line, item) in &mut items {
        plan.record(*line, item, &mut report)?;
    }
    plan.flush();
    let told = |list: BTreeMap<String, Vec<u64>>| {
        list.into_iter().map(|(reason, lines)| v1::LeftOut { reason, lines })
    };
    report.left_out.extend(told(std::mem::take(&mut plan.left_out)));
    report.references_left_out.extend(told(std::mem::take(&mut plan.references_left_out)));
    report.domains_created = count(
        plan.steps.iter().filter(|step| matches!(step.command, Command::AddDomain { .. })).count(),
    );
    let mut after = plan.product;
    if !how.dry_run {
        goes_forward(last, plan.steps.first())?;
        let newest = plan.steps.iter().filter_map(|step| step.time).max();
        for step in plan.steps {
            after = make(app, caller, id, step, &mut report).await?.unwrap_or(after);
        }
        let late = late(&product, &after, caller, &items, &mut report);
        for batch in super::batches(late) {
            let step = Step { time: newest, command: Command::Import(batch) };
            after = make(app, caller, id, step, &mut report).await?.unwrap_or(after);
        }
    }
    count_ties(&after, &items, &mut report);
    tell_parents_left_out(&after, &items, &mut report);
    Ok(report)
}

/// When a record says that it was so.
fn time_of(item: &ImportItem) -> Option<Timestamp> {
    match item.told {
        Told::At(stamp) => Some(stamp.at),
        Told::Now(_) => None,
    }
}

/// A backfill tells of the past.
fn check_times(app: &App, items: &[(u64, ImportItem)]) -> Result<(), Status> {
    let now = app.clock.now();
    let mut faults = Problems::default();
    for (line, item) in items {
        let what = match time_of(item) {
            None => "has no time, and a backfill needs that of each record",
            Some(time) if time > now => "is in the future; a backfill tells of the past",
            Some(_) => continue,
        };
        let (line, field, message) = (Some(*line), Some("time".to_owned()), what.to_owned());
        fault(&mut faults, Problem { line, field, message });
    }
    if faults.total > 0 { Err(problems(&faults)) } else { Ok(()) }
}

/// The product as it is, or the command that makes it and what it makes.
async fn begin(
    app: &App,
    caller: &Caller,
    id: &ProductId,
    how: How,
) -> Result<(Option<Command>, Product), Status> {
    if how.backfill {
        caller.require_administrator()?;
    }
    match app.view(caller, id, 0).await {
        Ok(view) => Ok((None, view.state.clone())),
        Err(missing) if missing.code() == Code::NotFound => {
            caller.require_administrator()?;
            let name =
                Name::new(id.as_str()).map_err(|error| status::internal(error.to_string()))?;
            let chief_po = caller.actor.person.clone();
            let create = Command::CreateProduct { name, summary: Summary::default(), chief_po };
            let product = foresee_one((id, Product::default()), caller, &create)?;
            Ok((Some(create), product))
        }
        Err(error) => Err(error),
    }
}

/// The time of the last commit of a backfill that was interrupted.
async fn goes_on(app: &App, id: &ProductId) -> Result<Option<Timestamp>, Status> {
    let name = log_name(id)?;
    let unread = |error: koepel_event_log::ReadError| status::unavailable(error.to_string());
    let head = app.log.head(&name).await.map_err(unread)?;
    let one = ReadLimit { commits: 1, size_bytes: 1 };
    let page = app.log.read(&name, head.version, one).await.map_err(unread)?;
    let last = page.first().map(|record| &record.commit);
    match last.filter(|last| last.cause.as_deref() == Some(CAUSE)) {
        Some(last) => Ok(Some(Timestamp(last.time_us))),
        None => {
            let message = format!(
                "product {id} is there and has a history of its own; a backfill makes its product: choose another id"
            );
            Err(status::precondition("PRODUCT_HAS_HISTORY", message))
        }
    }
}

/// Times never go backwards within a product.
fn goes_forward(last: Option<Timestamp>, first: Option<&Step>) -> Result<(), Status> {
    let (Some(last), Some(Step { time: Some(first), .. })) = (last, first) else { return Ok(()) };
    if *first >= last {
        return Ok(());
    }
    let message = "the file has news of before the last commit that was made from it; a backfill goes on only with the same file, \
                   or with what came after it";
    Err(status::precondition("BACKFILL_GOES_BACK", message.to_owned()))
}

impl Plan<'_> {
    /// Plans what a record brings.
    fn record(
        &mut self,
        line: u64,
        item: &mut ImportItem,
        report: &mut v1::ImportResponse,
    ) -> Result<(), Status> {
        let time = time_of(item).filter(|_| self.backfill);
        if time != self.time {
            self.flush();
            self.time = time;
        }
        self.domains_for(line, item)?;
        let known = self.product.item_by_source(&item.source).is_some();
        let asked = Command::Import(vec![item.clone()]);
        let events = match self.product.decide(&asked, &self.caller.actor) {
            Ok(events) => events,
            Err(Refusal::UnknownOrigin { missing, .. }) => {
                let reason = format!(
                    "no item comes from there, and the record has no {missing} to make one"
                );
                self.left_out.entry(reason).or_default().push(line);
                return Ok(());
            }
            Err(refused @ Refusal::Mandate(_)) => return Err(status::refused(self.id, &refused)),
            Err(refused) => {
                let mut faults = Problems::default();
                let message = refused.to_string();
                fault(&mut faults, Problem { line: Some(line), field: None, message });
                return Err(problems(&faults));
            }
        };
        if !events.iter().any(Event::is_news) && known {
            report.unchanged += 1;
        } else if known {
            report.updated += 1;
        } else {
            report.created += 1;
        }
        if !events.is_empty() {
            let product = std::mem::take(&mut self.product);
            self.product = folded(product, self.caller, events)?;
            self.batch.push(item.clone());
            if self.batch.len() >= ITEMS_MAX {
                self.flush();
            }
        }
        Ok(())
    }

    /// Plans the domains that a record needs; requests to those that the file does not have are left out.
    fn domains_for(&mut self, line: u64, item: &mut ImportItem) -> Result<(), Status> {
        let asked = item.requests.iter().flatten().map(|(domain, _)| domain);
        let needed: Vec<DomainId> = item.domain.iter().chain(asked).cloned().collect();
        for domain in needed {
            if self.product.domain_by_id(&domain).is_some() {
                continue;
            }
            let Some(draft) = self.domains.get(domain.as_str()) else { continue };
            let command = add_domain(draft)?;
            let product = std::mem::take(&mut self.product);
            self.product = match foresee_one((self.id, product), self.caller, &command) {
                Ok(product) => product,
                Err(refused) => return Err(at_line(line, &refused)),
            };
            self.flush();
            self.steps.push(Step { time: self.time, command });
        }
        let product = &self.product;
        let Some(requests) = &mut item.requests else { return Ok(()) };
        for (domain, _) in requests.extract_if(.., |(id, _)| product.domain_by_id(id).is_none()) {
            let reason = format!("request to domain {domain}, which is not in the product");
            self.references_left_out.entry(reason).or_default().push(line);
        }
        Ok(())
    }

    /// Makes a step of the items that wait for one.
    fn flush(&mut self) {
        for batch in super::batches(std::mem::take(&mut self.batch)) {
            self.steps.push(Step { time: self.time, command: Command::Import(batch) });
        }
    }
}

fn at_line(line: u64, refused: &Status) -> Status {
    let what = format!("line {line}: {}", refused.message());
    status::invalid(&Invalid::field("domain", what))
}

/// Makes the commits of a step; one that the log finds too large goes in halves. Answers with the product after it.
async fn make(
    app: &App,
    caller: &Caller,
    id: &ProductId,
    step: Step,
    report: &mut v1::ImportResponse,
) -> Result<Option<Product>, Status> {
    let name = log_name(id)?;
    let mut after = None;
    let mut waiting = vec![step.command];
    while let Some(command) = waiting.pop() {
        let request = app.request_of(caller.actor.clone(), command.clone());
        let cause = step.time.map(|_| CAUSE.to_owned());
        let request = koepel_engine::Request { happened: step.time, cause, ..request };
        let made = if matches!(command, Command::CreateProduct { .. }) {
            app.products.create(&name, request).await
        } else {
            app.products.execute(&name, request).await
        };
        match (made, command) {
            (Ok(accepted), _) => after = Some(note(report, &Done { id: id.clone(), accepted })),
            (Err(Error::TooLarge { .. }), Command::Import(mut items)) if items.len() > 1 => {
                let second = items.split_off(items.len() / 2);
                waiting.extend([Command::Import(second), Command::Import(items)]);
            }
            (Err(error), _) => return Err(status::of_product(id, &error)),
        }
    }
    Ok(after)
}
