//! The history of an item, and why it is ranked where it is: the read model says which versions, the log has the words.

use koepel_api::{backlog::name_of, common::timestamp, names, v1};
use koepel_domain::{
    commit::Commit,
    event::{Event, ItemMerged},
    ids::{ItemKey, PersonId, ProductId, Version},
    order::ItemNo,
    product::Product,
};
use koepel_projections::{
    explain::{How, Step, story},
    sentence,
};
use tonic::Status;

use super::{page, status};
use crate::app::{App, Caller, log_name};

const MAX: usize = 200;
const DEFAULT: usize = 50;
/// So many moves are looked back on for one page: about a tenth of a second.
const MOVES_MAX: usize = 20_000;

impl App {
    /// Who did something, by name and by what they are in the product now.
    fn by(&self, product: &Product, person: &PersonId) -> String {
        let name = self.directory.name_or_id(person);
        if *person == PersonId::system() {
            return "Koepel itself".to_owned();
        }
        let roles = product.roles_of(person).map(|(role, domain)| match domain {
            Some(domain) => {
                let name = product
                    .domain_by_id(domain)
                    .map_or(domain.as_str(), |(_, domain)| domain.name.as_str());
                format!("{} of {name}", role.title())
            }
            None => role.title().to_owned(),
        });
        let roles: Vec<_> = roles.collect();
        if roles.is_empty() { name } else { format!("{name}, {}", roles.join(" and ")) }
    }

    fn entry(
        &self,
        product: &Product,
        commit: &Commit<Event>,
        event: &Event,
        sentence: String,
    ) -> v1::HistoryEntry {
        v1::HistoryEntry {
            version: commit.version.0,
            time: Some(timestamp(commit.time)),
            person: names::of_person(&commit.actor),
            by: self.by(product, &commit.actor),
            r#type: event.kind().to_owned(),
            sentence,
            reason: sentence::reason(event).to_owned(),
        }
    }
}

fn concerns(event: &Event, key: &ItemKey) -> bool {
    event.item() == Some(key) || matches!(event, Event::ItemMerged(merged) if merged.into == *key)
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
        let versions = model.0.of(no);
        let end =
            versions.partition_point(|version| before.is_none_or(|before| version.0 < before));
        let begin = end.saturating_sub(size);
        let page: Vec<Version> =
            versions.get(begin..end).unwrap_or(&[]).iter().rev().copied().collect();
        (page, begin > 0, reached)
    });
    let (versions, more, reached) =
        read.await.map_err(|error| status::engine(&error, status::refused))?;
    let mut entries = Vec::new();
    for version in &versions {
        let commit = app.commit(&id, version.0).await?;
        for event in commit.events.iter().rev().filter(|event| concerns(event, &key)) {
            let sentence = if let Event::ItemMerged(merged) = event
                && merged.into == key
            {
                absorbed(merged)
            } else {
                sentence::sentence(event)
            };
            entries.push(app.entry(product, &commit, event, sentence));
        }
    }
    let next_page_token = match versions.last().filter(|_| more) {
        Some(last) => page::write(&query, last.0)?,
        None => String::new(),
    };
    Ok(v1::ListItemHistoryResponse { entries, next_page_token, version: reached.0 })
}

/// A merge as the item that stays sees it.
fn absorbed(merged: &ItemMerged) -> String {
    if merged.duplicate {
        format!("{} was found to be the same work", merged.item)
    } else {
        format!("{} was merged into it", merged.item)
    }
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
    // The moves are copied from the read model up to the version that the view shows, so that both speak of one order.
    let order = view.state.order().clone();
    let looked_back = app.products.read(&name, version, |model, _| {
        let moves = model.0.moves();
        let end = moves.partition_point(|one| one.version <= version);
        let moves = moves.get(..end).unwrap_or(moves);
        // A later page begins where the one before ended: what lies between is taken back without looking.
        let skip = rest
            .and_then(|rest| usize::try_from(rest).ok())
            .map_or(0, |rest| moves.len().saturating_sub(rest));
        let mut order = order;
        let kept = moves.len() - skip.min(moves.len());
        for one in moves.get(kept..).unwrap_or(&[]).iter().rev() {
            if order.revert(&one.change).is_err() {
                return None;
            }
        }
        Some(story(order, moves.get(..kept).unwrap_or(&[]), no, size, MOVES_MAX))
    });
    let told = looked_back.await.map_err(|error| status::engine(&error, status::refused))?;
    let told = told.ok_or_else(|| status::internal("the moves do not fit the order".to_owned()))?;
    let product = &view.state;
    let mut steps = Vec::new();
    for step in &told.steps {
        steps.extend(self_explained(app, &id, product, &key, step).await?);
    }
    let next_page_token = if told.rest == 0 {
        String::new()
    } else {
        page::write(&query, u64::try_from(told.rest).unwrap_or(0))?
    };
    let place = product.order().place_of(no).map_or(0, |place| place + 1);
    let domain_place = product.order().domain_place(no).map_or(0, |place| place + 1);
    Ok(v1::ExplainRankResponse {
        summary: summary(product, no, &key),
        place,
        domain_place,
        steps,
        next_page_token,
        version: version.0,
    })
}

fn summary(product: &Product, no: ItemNo, key: &ItemKey) -> String {
    let Some(item) = product.item(no) else { return String::new() };
    let domain = product.domain(item.domain);
    let domain_name = domain.map_or("", |domain| domain.name.as_str());
    let (Some(place), Some(in_domain)) =
        (product.order().place_of(no), product.order().domain_place(no))
    else {
        return format!(
            "{key} “{}” is {} and has no place in the order.",
            item.title,
            sentence::status(item.status)
        );
    };
    let total = product.order().len();
    let of_domain = product.order().len_of_domain(item.domain);
    let pin = item.pin.as_ref().map_or_else(String::new, |pin| {
        format!(" It is pinned there: {}.", pin.reason.as_str().trim_end_matches('.'))
    });
    format!(
        "{key} “{}” stands at place {} of {total} in the overarching backlog, and at place {} of {of_domain} in the sub-backlog of {domain_name}.{pin}",
        item.title,
        place + 1,
        in_domain + 1,
    )
}

async fn self_explained(
    app: &App,
    id: &ProductId,
    product: &Product,
    key: &ItemKey,
    step: &Step,
) -> Result<Option<v1::RankStep>, Status> {
    let commit = app.commit(id, step.version.0).await?;
    let passed: Vec<ItemKey> = step.passed.iter().filter_map(|no| product.key(*no)).collect();
    let moved = |event: &&Event| {
        event.item().is_some_and(|item| passed.contains(item)) && changes_order(event)
    };
    let event = match step.how {
        How::Own => commit
            .events
            .iter()
            .rev()
            .find(|event| event.item() == Some(key) && changes_order(event)),
        How::Passed | How::Left => commit.events.iter().rev().find(moved),
    };
    let Some(event) = event else { return Ok(None) };
    let sentence = match step.how {
        How::Own => sentence::sentence(event),
        How::Passed | How::Left => {
            let others = passed.len().saturating_sub(1);
            let who = event.item().map_or_else(String::new, ToString::to_string);
            let more = if others == 0 { String::new() } else { format!(" and {others} more") };
            let by = format!("{who}{more} {}", sentence::sentence(event));
            let effect = match step.from_place.cmp(&step.to_place) {
                std::cmp::Ordering::Less => "which moved this item down",
                std::cmp::Ordering::Greater => "which moved this item up",
                std::cmp::Ordering::Equal => "which left this item where it was",
            };
            format!("{by}, {effect} from place {} to {}", step.from_place, step.to_place)
        }
    };
    Ok(Some(v1::RankStep {
        entry: Some(app.entry(product, &commit, event, sentence)),
        from_place: step.from_place,
        to_place: step.to_place,
        own: step.how == How::Own,
        passed: step.passed.iter().map(|no| name_of(id, product, *no)).collect(),
    }))
}

/// Whether an event may change the order of open items.
fn changes_order(event: &Event) -> bool {
    match event {
        Event::ItemCreated(_)
        | Event::ItemRanked(_)
        | Event::ItemReordered(_)
        | Event::ItemPinned(_)
        | Event::ItemUnpinned(_)
        | Event::ItemMoved(_)
        | Event::ItemMerged(_)
        | Event::ItemCompleted(_)
        | Event::ItemDropped(_)
        | Event::ItemReopened(_) => true,
        Event::ProductCreated(_)
        | Event::ProductUpdated(_)
        | Event::DomainAdded(_)
        | Event::DomainUpdated(_)
        | Event::DomainDeleted(_)
        | Event::RoleGranted(_)
        | Event::RoleRevoked(_)
        | Event::ItemUpdated(_)
        | Event::ItemSplit(_)
        | Event::LinkAdded(_)
        | Event::LinkRemoved(_)
        | Event::LinkResolved(_)
        | Event::RequestMade(_)
        | Event::RequestWithdrawn(_) => false,
    }
}
