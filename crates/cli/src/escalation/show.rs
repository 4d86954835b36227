//! Escalations as they are shown: one a line, one as a card, and as JSON.

use std::collections::BTreeMap;

use koepel_api::v1::{self, EscalationState, Topic};
use serde::Serialize;

use super::ordered::{self, OrderedShape};
use crate::{
    item::{EntryShape, by_whom},
    moment, names,
    output::{View, on_one_line, without_controls},
    table::{Column, Table, facts},
    words,
};

/// An option as JSON.
#[derive(Serialize)]
pub(super) struct OptionShape {
    title: String,
    /// In words.
    changes: String,
    ordered: Vec<OrderedShape>,
}

/// A turn as JSON.
#[derive(Serialize)]
pub(super) struct TurnShape {
    decider: String,
    remind_time: Option<String>,
    due_time: Option<String>,
}

/// An escalation as JSON.
#[derive(Serialize)]
pub(super) struct EscalationShape {
    number: String,
    topic: Option<String>,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) text: Option<String>,
    state: Option<String>,
    items: Vec<String>,
    roadmap_entries: Vec<String>,
    domains: Vec<String>,
    options: Vec<OptionShape>,
    raised_by: String,
    raise_time: Option<String>,
    raise_version: u64,
    line: Vec<TurnShape>,
    turn: u32,
    due_time: Option<String>,
    overdue: bool,
    deciders: Vec<String>,
    acknowledged_by: Option<String>,
    decision: Option<String>,
    names: BTreeMap<String, String>,
    changed_at_version: u64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) history: Vec<EntryShape>,
}

impl From<&v1::Escalation> for EscalationShape {
    fn from(held: &v1::Escalation) -> Self {
        let option = |one: &v1::EscalationOption| OptionShape {
            title: one.title.clone(),
            changes: one.summary.clone(),
            ordered: ordered::shapes(&one.changes),
        };
        let turn = |turn: &v1::EscalationTurn| TurnShape {
            decider: turn.title.clone(),
            remind_time: moment::rfc3339(turn.remind_time.as_ref()),
            due_time: moment::rfc3339(turn.due_time.as_ref()),
        };
        let names = held.display_names.iter();
        Self {
            number: names::short(&held.name).to_owned(),
            topic: words::for_programs::<Topic>(held.topic),
            title: held.title.clone(),
            text: None,
            state: words::for_programs::<EscalationState>(held.state),
            items: shorts(&held.items),
            roadmap_entries: shorts(&held.roadmap_entries),
            domains: shorts(&held.domains),
            options: held.options.iter().map(option).collect(),
            raised_by: names::short(&held.raised_by).to_owned(),
            raise_time: moment::rfc3339(held.raise_time.as_ref()),
            raise_version: held.raise_version,
            line: held.line.iter().map(turn).collect(),
            turn: held.turn,
            due_time: moment::rfc3339(held.due_time.as_ref()),
            overdue: held.overdue,
            deciders: shorts(&held.deciders),
            acknowledged_by: names::short_or_none(&held.acknowledged_by).map(str::to_owned),
            decision: names::short_or_none(&held.decision).map(str::to_owned),
            names: names.map(|(id, name)| (names::short(id).to_owned(), name.clone())).collect(),
            changed_at_version: held.changed_at_version,
            history: Vec::new(),
        }
    }
}

/// What happened, as JSON.
pub(super) fn entries(history: &[v1::HistoryEntry]) -> Vec<EntryShape> {
    history.iter().map(EntryShape::from).collect()
}

fn shorts(names: &[String]) -> Vec<String> {
    names.iter().map(|name| names::short(name).to_owned()).collect()
}

fn name(held: &v1::Escalation, person: &str) -> String {
    held.display_names.get(person).map_or_else(|| names::short(person), String::as_str).to_owned()
}

/// Whose turn it is, with the names of those who may.
fn whose(held: &v1::Escalation) -> String {
    let people: Vec<String> = held.deciders.iter().map(|person| name(held, person)).collect();
    let turn = usize::try_from(held.turn).ok().and_then(|turn| turn.checked_sub(1));
    let title = turn.and_then(|turn| held.line.get(turn)).map(|turn| turn.title.as_str());
    match (title, people.as_slice()) {
        (Some(title), []) => format!("{title}, but nobody is there"),
        (Some(title), people) => format!("{title} ({})", people.join(" or ")),
        (None, []) => "nobody is there to decide it".to_owned(),
        (None, people) => people.join(" or "),
    }
}

fn state(held: &v1::Escalation) -> String {
    match EscalationState::try_from(held.state) {
        Ok(EscalationState::Open) if held.overdue => "overdue".to_owned(),
        Ok(EscalationState::Open) if !held.acknowledged_by.is_empty() => "acknowledged".to_owned(),
        Ok(EscalationState::Decided) => format!("decision {}", names::short(&held.decision)),
        _ => words::for_people::<EscalationState>(held.state),
    }
}

/// That one was raised, who decides, and until when.
pub(super) fn raised(held: &v1::Escalation, view: &View) -> String {
    let number = names::short(&held.name);
    if held.turn == 0 {
        return format!(
            "Escalation {number} is open, but nobody is there to decide it: seat somebody who is not a party to it."
        );
    }
    let due = moment::minute(held.due_time.as_ref(), &view.zone);
    format!("Escalation {number} is open. {} decides by {due}.", first_upper(&whose(held)))
}

fn first_upper(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// One a line.
pub(super) fn list_text(all: &[v1::Escalation], view: &View) -> String {
    let mut table = Table::new([
        Column::Number("#"),
        Column::Word("STATE"),
        Column::Word("TOPIC"),
        Column::Text("TITLE"),
        Column::Word("ABOUT"),
        Column::Wrapped("WHO DECIDES"),
        Column::Word("BY"),
    ])
    .sparse(&["ABOUT", "BY", "WHO DECIDES"]);
    for held in all {
        let open = held.state == i32::from(EscalationState::Open);
        table.row([
            names::short(&held.name).to_owned(),
            state(held),
            words::for_people::<Topic>(held.topic),
            on_one_line(&held.title),
            shorts(&held.items).join(" "),
            if open { whose(held) } else { String::new() },
            moment::minute(held.due_time.as_ref(), &view.zone),
        ]);
    }
    table.render(view)
}

/// An escalation for people.
pub(super) fn card(
    held: &v1::Escalation,
    text: &str,
    history: &[v1::HistoryEntry],
    view: &View,
) -> String {
    let number = names::short(&held.name);
    let mut out = format!(
        "{}  {}\n\n",
        view.paint.accent(&format!("Escalation {number}")),
        view.paint.bold(&on_one_line(&held.title))
    );
    let open = held.state == i32::from(EscalationState::Open);
    let on_it = if held.acknowledged_by.is_empty() {
        String::new()
    } else {
        let at = moment::minute(held.acknowledge_time.as_ref(), &view.zone);
        format!("{}, since {at}", name(held, &held.acknowledged_by))
    };
    let pairs = [
        ("State", state(held)),
        ("Topic", words::for_people::<Topic>(held.topic)),
        ("Decides", if open { whose(held) } else { String::new() }),
        ("By", moment::minute(held.due_time.as_ref(), &view.zone)),
        ("On it", on_it),
        ("Raised by", name(held, &held.raised_by)),
        ("Raised", moment::minute(held.raise_time.as_ref(), &view.zone)),
        ("Items", shorts(&held.items).join(", ")),
        ("Roadmap", shorts(&held.roadmap_entries).join(", ")),
        ("Domains", shorts(&held.domains).join(", ")),
    ];
    out.push_str(&facts(&pairs, view));
    if !text.is_empty() {
        out.push_str(&format!("\n{}\n", without_controls(text)));
    }
    if !held.options.is_empty() {
        out.push_str(&format!("\n{}\n", view.paint.bold("Options")));
        for (no, option) in (1..).zip(&held.options) {
            let title = on_one_line(&option.title);
            out.push_str(&match option.summary.as_str() {
                "" => format!("  {no}  {title}\n"),
                changes => format!("  {no}  {title}: {changes}\n"),
            });
        }
    }
    if held.line.len() > 1 {
        out.push_str(&format!("\n{}\n", view.paint.bold("Who decides, one after the other")));
        for (no, turn) in (1..).zip(&held.line) {
            let mark = if open && no == held.turn { "now" } else { "" };
            let due = moment::minute(turn.due_time.as_ref(), &view.zone);
            out.push_str(&format!("  {no}  by {due}  {}  {mark}\n", turn.title));
        }
    }
    if !history.is_empty() {
        out.push_str(&format!("\n{}\n", view.paint.bold("What happened, the latest first")));
        let mut table = Table::new([Column::Word("WHEN"), Column::Wrapped("WHAT")]).indented(2);
        for entry in history {
            let when = moment::minute(entry.time.as_ref(), &view.zone);
            table.row([when, by_whom(entry, "", view.language)]);
        }
        out.push_str(&table.render(view));
    }
    out.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}
