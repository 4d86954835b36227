//! The history of an item, and why it is ranked where it is: the read model says which versions, the log has the words.

use koepel_api::{backlog::name_of, common::timestamp, names, v1};
use koepel_domain::{
    commit::Commit,
    event::Event,
    ids::{DomainId, ItemKey, PersonId, ProductId, Version},
    language::Language,
    order::ItemNo,
    product::Product,
    roles::Role,
};
use koepel_projections::{
    explain::{How, PASSED_MAX, Step, story},
    sentence,
    told::{stands, told},
    words::words,
};
use tokio::task::spawn_blocking;
use tonic::Status;

use super::{page, status};
use crate::app::{App, Caller, log_name};

const MAX: usize = 200;
const DEFAULT: usize = 50;
/// So many moves are looked back on for one page, however far back it begins, beside those down to it from the next order that
/// the history keeps: about two tenths of a second for both, more if there are more items than moves to look at.
const MOVES_MAX: usize = 20_000;

/// The roles that somebody held, each with the domain that it is for.
type Held = Vec<(Role, Option<DomainId>, bool)>;

/// The commits of a page, and what their makers were then.
struct Told<'a> {
    app: &'a App,
    product: &'a Product,
    language: Language,
    commits: Vec<(Commit<Event>, Held)>,
}

impl<'a> Told<'a> {
    /// Reads the commits of these versions, newest first.
    async fn read(
        (app, language): (&'a App, Language),
        id: &ProductId,
        product: &'a Product,
        versions: impl Iterator<Item = Version>,
    ) -> Result<Self, Status> {
        let mut commits = Vec::new();
        for version in versions {
            commits.push(app.commit(id, version.0).await?);
        }
        let asked: Vec<_> = commits
            .iter()
            .map(|commit| (commit.actor.clone(), commit.version, commit.time))
            .collect();
        let name = log_name(id)?;
        let held = app.products.read(&name, product.version(), |model, _| {
            let held = asked.iter();
            let held =
                held.map(|(person, version, time)| model.tenures.held(person, *version, *time));
            held.collect::<Vec<_>>()
        });
        let held = held.await.map_err(|error| status::of_product(id, &error))?;
        Ok(Self { app, product, language, commits: commits.into_iter().zip(held).collect() })
    }

    /// Who did something, by name and by what they were then.
    fn by(&self, person: &PersonId, held: &[(Role, Option<DomainId>, bool)]) -> String {
        let words = words(self.language);
        if *person == PersonId::system() {
            return words.itself().to_owned();
        }
        let posts = held.iter().map(|(role, domain, deputy)| {
            sentence::post(self.product, (*role, domain.as_ref(), *deputy), self.language)
        });
        words.by(&self.app.directory.name_or_id(person), &posts.collect::<Vec<_>>())
    }

    fn entry(
        &self,
        commit: &Commit<Event>,
        held: &[(Role, Option<DomainId>, bool)],
        event: &Event,
        sentence: String,
    ) -> v1::HistoryEntry {
        v1::HistoryEntry {
            version: commit.version.0,
            time: Some(timestamp(commit.time)),
            person: names::of_person(&commit.actor),
            by: self.by(&commit.actor, held),
            r#type: event.kind().to_owned(),
            sentence,
            reason: sentence::reason(event).to_owned(),
        }
    }
}

fn concerns(event: &Event, key: &ItemKey) -> bool {
    let own = event.item() == Some(key) && event.is_news();
    own || matches!(event, Event::ItemMerged(merged) if merged.into == *key)
}

/// `ListItemHistory`.
pub(crate) async fn history(
    app: &App,
    caller: &Caller,
    request: v1::ListItemHistoryRequest,
) -> Result<v1::ListItemHistoryResponse, Status> {
    let (id, key) = names::item("name", &request.name).map_err(|error| status::invalid(&error))?;
    let view = app.view(caller, &id, request.min_version).await?;
    let product = &view.state;
    let no = item_no(&id, product, &key)?;
    let size = page::size(request.page_size, DEFAULT, MAX)?;
    let query = format!("history {}", request.name);
    let before: Option<u64> = page::read(&query, &request.page_token)?;
    let name = log_name(&id)?;
    let read = app.products.read(&name, product.version(), |model, reached| {
        (newest(model.history.of(no), before, size), reached)
    });
    let ((versions, more), reached) =
        read.await.map_err(|error| status::of_product(&id, &error))?;
    let told = Told::read((app, caller.language), &id, product, versions.iter().copied()).await?;
    let mut entries = Vec::new();
    for (commit, held) in &told.commits {
        for event in commit.events.iter().rev().filter(|event| concerns(event, &key)) {
            let sentence = if let Event::ItemMerged(merged) = event
                && merged.into == key
            {
                words(caller.language).absorbed(merged)
            } else {
                sentence::sentence(event, product, caller.language)
            };
            entries.push(told.entry(commit, held, event, sentence));
        }
    }
    let next_page_token = match versions.last().filter(|_| more) {
        Some(last) => page::write(&query, last.0)?,
        None => String::new(),
    };
    Ok(v1::ListItemHistoryResponse { entries, next_page_token, version: reached.0 })
}

/// `ListRoadmapEntryHistory`.
pub(crate) async fn entry_history(
    app: &App,
    caller: &Caller,
    request: v1::ListRoadmapEntryHistoryRequest,
) -> Result<v1::ListRoadmapEntryHistoryResponse, Status> {
    let (id, no) = names::entry("name", &request.name).map_err(|error| status::invalid(&error))?;
    let view = app.view(caller, &id, request.min_version).await?;
    let product = &view.state;
    if product.entry(no).is_none() {
        return Err(super::roadmap::no_entry(&id, no));
    }
    let size = page::size(request.page_size, DEFAULT, MAX)?;
    let query = format!("entry history {}", request.name);
    let before: Option<u64> = page::read(&query, &request.page_token)?;
    let name = log_name(&id)?;
    let read = app.products.read(&name, product.version(), |model, reached| {
        (newest(model.history.of_entry(no), before, size), reached)
    });
    let ((versions, more), reached) =
        read.await.map_err(|error| status::of_product(&id, &error))?;
    let told = Told::read((app, caller.language), &id, product, versions.iter().copied()).await?;
    let mut entries = Vec::new();
    for (commit, held) in &told.commits {
        for event in commit.events.iter().rev().filter(|event| event.entry() == Some(no)) {
            let sentence = sentence::sentence(event, product, caller.language);
            entries.push(told.entry(commit, held, event, sentence));
        }
    }
    let next_page_token = match versions.last().filter(|_| more) {
        Some(last) => page::write(&query, last.0)?,
        None => String::new(),
    };
    Ok(v1::ListRoadmapEntryHistoryResponse { entries, next_page_token, version: reached.0 })
}

/// `ListEscalationHistory`.
pub(crate) async fn escalation_history(
    app: &App,
    caller: &Caller,
    request: v1::ListEscalationHistoryRequest,
) -> Result<v1::ListEscalationHistoryResponse, Status> {
    let (id, no) =
        names::escalation("name", &request.name).map_err(|error| status::invalid(&error))?;
    let view = app.view(caller, &id, request.min_version).await?;
    let product = &view.state;
    let held = product.escalation(no).ok_or_else(|| super::escalation::none(&id, no))?;
    let size = page::size(request.page_size, DEFAULT, MAX)?;
    let query = format!("escalation history {}", request.name);
    let before: Option<u64> = page::read(&query, &request.page_token)?;
    let (versions, more) = newest(&held.story, before, size);
    let told = Told::read((app, caller.language), &id, product, versions.iter().copied()).await?;
    let mut entries = Vec::new();
    for (commit, held) in &told.commits {
        for event in commit.events.iter().rev().filter(|event| event.escalation() == Some(no)) {
            let sentence = sentence::sentence(event, product, caller.language);
            entries.push(told.entry(commit, held, event, sentence));
        }
    }
    let next_page_token = match versions.last().filter(|_| more) {
        Some(last) => page::write(&query, last.0)?,
        None => String::new(),
    };
    let version = product.version().0;
    Ok(v1::ListEscalationHistoryResponse { entries, next_page_token, version })
}

/// The newest versions before `before`, newest first, and whether there are older ones.
fn newest(versions: &[Version], before: Option<u64>, size: usize) -> (Vec<Version>, bool) {
    let end = versions.partition_point(|version| before.is_none_or(|before| version.0 < before));
    let begin = end.saturating_sub(size);
    (versions.get(begin..end).unwrap_or(&[]).iter().rev().copied().collect(), begin > 0)
}

fn item_no(id: &ProductId, product: &Product, key: &ItemKey) -> Result<ItemNo, Status> {
    product.item_no(key).ok_or_else(|| {
        status::not_found("UNKNOWN_ITEM", format!("there is no item {key} in product {id}"))
    })
}

/// `ExplainRank`.
pub(crate) async fn explain(
    app: &App,
    caller: &Caller,
    request: v1::ExplainRankRequest,
) -> Result<v1::ExplainRankResponse, Status> {
    let (id, key) = names::item("name", &request.name).map_err(|error| status::invalid(&error))?;
    let view = app.view(caller, &id, request.min_version).await?;
    let no = item_no(&id, &view.state, &key)?;
    let size = page::size(request.page_size, DEFAULT, MAX)?;
    let query = format!("explain {}", request.name);
    let rest: Option<u64> = page::read(&query, &request.page_token)?;
    let version = view.state.version();
    let name = log_name(&id)?;
    // Cut out of the read model up to the version that the view shows, so that both speak of one order.
    let now = view.state.order();
    let rest = rest.map(|rest| usize::try_from(rest).unwrap_or(usize::MAX));
    let stretch = app
        .products
        .read(&name, version, |model, _| model.history.stretch(version, now, rest, MOVES_MAX));
    let stretch = stretch.await.map_err(|error| status::of_product(&id, &error))?;
    // Taking the order back is work for a processor; neither the model nor other calls wait for it.
    let part = spawn_blocking(move || story(stretch, no, size)).await;
    let part = part.map_err(|error| status::internal(error.to_string()))?;
    let part = part.map_err(|error| {
        status::internal(format!("the moves of product {id} do not fit its order: {error}"))
    })?;
    let product = &view.state;
    let versions = part.steps.iter().map(|step| step.version);
    let told = Told::read((app, caller.language), &id, product, versions).await?;
    // A commit for each step, in their order.
    let steps = part
        .steps
        .iter()
        .zip(&told.commits)
        .filter_map(|(step, (commit, held))| rank_step(&told, (&id, no), step, commit, held));
    let steps = steps.collect();
    let next_page_token = if part.rest == 0 {
        String::new()
    } else {
        page::write(&query, u64::try_from(part.rest).unwrap_or(0))?
    };
    let place = product.order().place_of(no).map_or(0, |place| place + 1);
    let domain_place = product.order().domain_place(no).map_or(0, |place| place + 1);
    Ok(v1::ExplainRankResponse {
        summary: stands(product, no, caller.language),
        place,
        domain_place,
        steps,
        next_page_token,
        version: version.0,
    })
}

/// A step with the words for it.
fn rank_step(
    page: &Told<'_>,
    (id, no): (&ProductId, ItemNo),
    step: &Step,
    commit: &Commit<Event>,
    held: &[(Role, Option<DomainId>, bool)],
) -> Option<v1::RankStep> {
    let told = told(step, commit, page.product, no, page.language)?;
    let passed = step.passed.iter().take(PASSED_MAX);
    Some(v1::RankStep {
        entry: Some(page.entry(commit, held, told.event, told.sentence)),
        from_place: step.from_place,
        to_place: step.to_place,
        own: step.how == How::Own,
        passed: passed.map(|no| name_of(id, page.product, *no)).collect(),
        passed_total: step.passed_total,
        effect: told.effect,
    })
}
