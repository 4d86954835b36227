//! Roadmap, vision and goals, between wire and domain.

use koepel_domain::{
    command::{Command, EntryChanges, NewEntry},
    goals::{Goal, GoalNo, Vision},
    ids::{DomainId, EntryNo, GoalId, ItemKey, ProductId},
    order::ItemNo,
    product::Product,
    roadmap::{Entry, Horizon, Progress, Span, When},
    text::{Label, Line, Name, Reason, Summary, Text, Title},
};

use crate::{
    check::{AtField as _, Collect, Invalid},
    common::{Call, expected, reason, request_id, timestamp},
    date::{date, read_date},
    names, v1,
};

fn call(product: ProductId, id: &str, command: Command) -> Result<Call<Command>, Invalid> {
    Ok(Call { product, command, request_id: request_id(id)? })
}

fn missing(field: &str) -> Invalid {
    Invalid::field(field, "is missing")
}

/// When something is planned, on the wire.
#[must_use]
pub fn when(when: When) -> v1::When {
    let at = match when {
        When::Days(span) => v1::when::At::Dates(v1::DateSpan {
            start: span.start().map(date),
            end: span.end().map(date),
        }),
        When::Horizon(horizon) => v1::when::At::Horizon(
            match horizon {
                Horizon::Now => v1::Horizon::Now,
                Horizon::Next => v1::Horizon::Next,
                Horizon::Later => v1::Horizon::Later,
            }
            .into(),
        ),
    };
    v1::When { at: Some(at) }
}

fn read_when(field: &str, when: Option<v1::When>) -> Result<When, Invalid> {
    let nowhen =
        || Invalid::field(field, "says no time; give dates, or horizon (now, next, later)");
    match when.and_then(|when| when.at).ok_or_else(nowhen)? {
        v1::when::At::Dates(span) => {
            let read = |part: &str, day: Option<crate::date::Date>| {
                day.map(|day| read_date(&format!("{field}.dates.{part}"), &day)).transpose()
            };
            let (start, end) = (read("start", span.start)?, read("end", span.end)?);
            Span::new(start, end).at(&format!("{field}.dates")).map(When::Days)
        }
        v1::when::At::Horizon(horizon) => match v1::Horizon::try_from(horizon) {
            Ok(v1::Horizon::Now) => Ok(When::Horizon(Horizon::Now)),
            Ok(v1::Horizon::Next) => Ok(When::Horizon(Horizon::Next)),
            Ok(v1::Horizon::Later) => Ok(When::Horizon(Horizon::Later)),
            Ok(v1::Horizon::Unspecified) | Err(_) => Err(nowhen()),
        },
    }
}

fn read_release(text: &str) -> Result<Option<Label>, Invalid> {
    if text.trim().is_empty() { Ok(None) } else { Label::new(text).at("entry.release").map(Some) }
}

fn read_items(items: &[String], product: &ProductId) -> Result<Vec<ItemKey>, Invalid> {
    items.iter().map(|item| names::item_of("entry.items", item, product)).collect()
}

/// `CreateRoadmapEntry`.
///
/// # Errors
/// [`Invalid`].
pub fn create_entry(request: v1::CreateRoadmapEntryRequest) -> Result<Call<Command>, Invalid> {
    let (product, domain) = names::domain("parent", &request.parent)?;
    let from = request.entry.ok_or_else(|| missing("entry"))?;
    let mut wrong = Collect::default();
    let title = wrong.take(Title::new(&from.title).at("entry.title"));
    let aim = wrong.take(Line::new(&from.aim).at("entry.aim"));
    let goal = wrong.take(names::goal_of("entry.goal", &from.goal, &product));
    let when = wrong.take(read_when("entry.when", from.when));
    let release = wrong.take(read_release(&from.release));
    let items = wrong.take(read_items(&from.items, &product));
    let reason = wrong.take(reason(&request.reason));
    wrong.finish()?;
    let command = (|| {
        let (title, aim, goal, when) = (title?, aim?, goal?, when?);
        let entry = NewEntry { domain, title, aim, goal, when, release: release?, items: items? };
        Some(Command::AddEntry { entry: Box::new(entry), reason: reason? })
    })();
    call(product, &request.request_id, command.ok_or_else(|| missing("entry"))?)
}

/// `UpdateRoadmapEntry`.
///
/// # Errors
/// [`Invalid`]; also for a mask that names nothing, or what this command does not change.
pub fn update_entry(request: v1::UpdateRoadmapEntryRequest) -> Result<Call<Command>, Invalid> {
    let from = request.entry.ok_or_else(|| missing("entry"))?;
    let (product, entry) = names::entry("entry.name", &from.name)?;
    let mask = request.update_mask.map(|mask| mask.paths).unwrap_or_default();
    let allowed = "title, aim, goal, domain, when, release, items";
    if mask.is_empty() {
        let none = format_args!("names no field; say which of {allowed}").to_string();
        return Err(Invalid::field("update_mask", none));
    }
    let mut changes = EntryChanges::default();
    for path in &mask {
        match path.as_str() {
            "title" => changes.title = Some(Title::new(&from.title).at("entry.title")?),
            "aim" => changes.aim = Some(Line::new(&from.aim).at("entry.aim")?),
            "goal" => changes.goal = Some(names::goal_of("entry.goal", &from.goal, &product)?),
            "domain" => {
                changes.domain = Some(names::domain_of("entry.domain", &from.domain, &product)?)
            }
            "when" => changes.when = Some(read_when("entry.when", from.when)?),
            "release" => changes.release = Some(read_release(&from.release)?),
            "items" => changes.items = Some(read_items(&from.items, &product)?),
            other => {
                let shown: String = other.chars().take(60).collect();
                return Err(Invalid::field(
                    "update_mask",
                    format_args!("{shown:?} cannot be changed; these can: {allowed}"),
                ));
            }
        }
    }
    let (changes, reason) = (Box::new(changes), reason(&request.reason)?);
    let expected = expected(request.expected_version);
    call(product, &request.request_id, Command::UpdateEntry { entry, changes, reason, expected })
}

/// `RemoveRoadmapEntry`.
///
/// # Errors
/// [`Invalid`].
pub fn remove_entry(request: v1::RemoveRoadmapEntryRequest) -> Result<Call<Command>, Invalid> {
    let (product, entry) = names::entry("name", &request.name)?;
    let (reason, expected) = (reason(&request.reason)?, expected(request.expected_version));
    call(product, &request.request_id, Command::RemoveEntry { entry, reason, expected })
}

/// `PublishVision`.
///
/// # Errors
/// [`Invalid`].
pub fn publish_vision(request: v1::PublishVisionRequest) -> Result<Call<Command>, Invalid> {
    let product = names::product("product", &request.product)?;
    let text = Text::new(&request.text).at("text")?;
    let (reason, expected) = (reason(&request.reason)?, expected(request.expected_version));
    call(product, &request.request_id, Command::PublishVision { text, reason, expected })
}

/// `CreateGoal`.
///
/// # Errors
/// [`Invalid`].
pub fn create_goal(request: v1::CreateGoalRequest) -> Result<Call<Command>, Invalid> {
    let product = names::product("parent", &request.parent)?;
    let goal = GoalId::new(&request.goal_id).at("goal_id")?;
    let name = if request.display_name.is_empty() { goal.as_str() } else { &request.display_name };
    let name = Name::new(name).at("display_name")?;
    let summary = Summary::new(&request.summary).at("summary")?;
    call(product, &request.request_id, Command::AddGoal { goal, name, summary })
}

/// `UpdateGoal`.
///
/// # Errors
/// [`Invalid`]; also for a mask that names nothing, or what this command does not change.
pub fn update_goal(request: v1::UpdateGoalRequest) -> Result<Call<Command>, Invalid> {
    let from = request.goal.ok_or_else(|| missing("goal"))?;
    let (product, goal) = names::goal("goal.name", &from.name)?;
    let (name, summary) = crate::product::name_and_summary(
        request.update_mask,
        "goal",
        &from.display_name,
        &from.summary,
    )?;
    let expected = expected(request.expected_version);
    call(product, &request.request_id, Command::UpdateGoal { goal, name, summary, expected })
}

/// `CloseGoal`.
///
/// # Errors
/// [`Invalid`].
pub fn close_goal(request: v1::CloseGoalRequest) -> Result<Call<Command>, Invalid> {
    let (product, goal) = names::goal("name", &request.name)?;
    let (reason, expected) = (reason(&request.reason)?, expected(request.expected_version));
    call(product, &request.request_id, Command::CloseGoal { goal, reason, expected })
}

/// The name of a goal that something serves; empty for none.
#[must_use]
pub fn goal_name(id: &ProductId, product: &Product, goal: Option<GoalNo>) -> String {
    product.goal_id(goal).map_or_else(String::new, |goal| names::of_goal(id, &goal))
}

/// So many entries of the roadmap are named with an item.
const ENTRIES_NAMED: usize = 50;

/// The names of the entries on the roadmap that an item belongs to.
#[must_use]
pub fn entries_of(id: &ProductId, product: &Product, no: ItemNo) -> Vec<String> {
    let there = |no: &EntryNo| product.entry(*no).is_some_and(|entry| entry.removed.is_none());
    let entries = product.entries_of(no).filter(there).take(ENTRIES_NAMED);
    entries.map(|entry| names::of_entry(id, entry)).collect()
}

/// An entry on the wire.
#[must_use]
pub fn entry(id: &ProductId, product: &Product, entry: &Entry) -> v1::RoadmapEntry {
    let domain: Option<&DomainId> = product.domain(entry.domain).map(|domain| &domain.id);
    let items = entry.items.iter().filter_map(|no| product.key(*no));
    let text = |text: Option<&Reason>| text.map_or_else(String::new, ToString::to_string);
    v1::RoadmapEntry {
        name: names::of_entry(id, entry.no),
        domain: domain.map_or_else(String::new, |domain| names::of_domain(id, domain)),
        title: entry.title.to_string(),
        aim: entry.aim.to_string(),
        goal: goal_name(id, product, entry.goal),
        when: Some(when(entry.when)),
        release: entry.release.as_ref().map_or_else(String::new, ToString::to_string),
        items: items.map(|key| names::of_item(id, &key)).collect(),
        progress: Some(progress(product.progress(entry))),
        removed_reason: text(entry.removed.as_ref()),
        removed: entry.removed.is_some(),
        source: entry.source.as_ref().map_or_else(String::new, ToString::to_string),
        changed_at_version: entry.changed.0,
        create_time: Some(timestamp(entry.created_at)),
        update_time: Some(timestamp(entry.changed_at)),
    }
}

fn progress(progress: Progress) -> v1::Progress {
    v1::Progress {
        done_items: progress.done,
        items_in_progress: progress.in_progress,
        all_items: progress.items,
        done_estimate: units(progress.done_hundredths),
        all_estimate: units(progress.hundredths),
        items_without_estimate: progress.without_estimate,
    }
}

/// Hundredths as units. Sums of estimates stay far below what a double holds exactly.
#[expect(clippy::cast_precision_loss, clippy::as_conversions, reason = "at most 4e6 items of 1e7")]
fn units(hundredths: u64) -> f64 {
    hundredths as f64 / 100.0
}

/// The vision on the wire; `name` is its author's.
#[must_use]
pub fn vision(id: &ProductId, vision: &Vision, name: String) -> v1::Vision {
    v1::Vision {
        name: names::of_vision(id),
        text: vision.text.to_string(),
        edition: vision.edition,
        author: names::of_person(&vision.by),
        author_display_name: name,
        publish_time: Some(timestamp(vision.time)),
        changed_at_version: vision.since.0,
    }
}

/// A goal on the wire.
#[must_use]
pub fn goal(id: &ProductId, goal: &Goal) -> v1::Goal {
    v1::Goal {
        name: names::of_goal(id, &goal.id),
        display_name: goal.name.to_string(),
        summary: goal.summary.to_string(),
        closed: goal.closed.is_some(),
        closed_reason: goal.closed.as_ref().map_or_else(String::new, ToString::to_string),
        changed_at_version: goal.changed.0,
    }
}
