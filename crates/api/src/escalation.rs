//! Escalations, between wire and domain.

use std::collections::HashMap;

use koepel_domain::{
    command::{Anchor, Command},
    escalations::{
        self, Choice, Escalation, NewDecision, NewEscalation, Ordered, Outcome, Standing,
    },
    ids::{PersonId, ProductId, Timestamp},
    points::Decider,
    product::Product,
    text::{Summary, Title},
};

use crate::{
    backlog::name_of,
    check::{AtField as _, Collect, Invalid},
    common::{
        Call, expected, read_topic, reason, request_id, required_place, role, said, timestamp,
        topic,
    },
    names, v1,
};

fn call(
    product: ProductId,
    id: &str,
    command: escalations::Command,
) -> Result<Call<Command>, Invalid> {
    let command = Command::Escalate(command);
    Ok(Call { product, command, request_id: request_id(id)? })
}

/// `RaiseEscalation`.
///
/// # Errors
/// [`Invalid`].
pub fn raise(request: v1::RaiseEscalationRequest) -> Result<Call<Command>, Invalid> {
    let product = names::product("parent", &request.parent)?;
    let mut wrong = Collect::default();
    let topic =
        wrong.take(read_topic("topic", request.topic).and_then(|topic| said("topic", topic)));
    let title = wrong.take(Title::new(&request.title).at("title"));
    let text = wrong.take(Summary::new(&request.text).at("text"));
    let each = |field: &str, list: &[String]| -> Result<Vec<_>, Invalid> {
        list.iter().map(|name| names::item_of(field, name, &product)).collect()
    };
    let items = wrong.take(each("items", &request.items));
    let entries = request.roadmap_entries.iter();
    let entries = wrong
        .take(entries.map(|name| names::entry_of("roadmap_entries", name, &product)).collect());
    let domains = request.domains.iter();
    let domains =
        wrong.take(domains.map(|name| names::domain_of("domains", name, &product)).collect());
    let options = (1..).zip(request.options);
    let options = wrong.take(
        options
            .map(|(no, option)| choice(&format!("options[{no}]"), option, &product))
            .collect::<Result<Vec<_>, _>>(),
    );
    wrong.finish()?;
    let new = (|| {
        let (topic, title, text) = (topic?, title?, text?);
        let (items, entries, domains, options) = (items?, entries?, domains?, options?);
        Some(NewEscalation { topic, title, text, items, entries, domains, options })
    })();
    let new = new.ok_or_else(|| Invalid::field("title", "is missing"))?;
    call(product, &request.request_id, escalations::Command::Raise(Box::new(new)))
}

/// `AcknowledgeEscalation`.
///
/// # Errors
/// [`Invalid`].
pub fn acknowledge(request: v1::AcknowledgeEscalationRequest) -> Result<Call<Command>, Invalid> {
    let (product, escalation) = names::escalation("name", &request.name)?;
    let expected = expected(request.expected_version);
    let command = escalations::Command::Acknowledge { escalation, expected };
    call(product, &request.request_id, command)
}

/// `CommentEscalation`.
///
/// # Errors
/// [`Invalid`].
pub fn comment(request: v1::CommentEscalationRequest) -> Result<Call<Command>, Invalid> {
    let (product, escalation) = names::escalation("name", &request.name)?;
    let text = Summary::new(&request.text).at("text")?;
    let expected = expected(request.expected_version);
    let command = escalations::Command::Comment { escalation, text, expected };
    call(product, &request.request_id, command)
}

/// `DecideEscalation`.
///
/// # Errors
/// [`Invalid`].
pub fn decide(request: v1::DecideEscalationRequest) -> Result<Call<Command>, Invalid> {
    let (product, escalation) = names::escalation("name", &request.name)?;
    let outcome = match request.outcome {
        Some(v1::decide_escalation_request::Outcome::Option(no)) => Outcome::Option(no),
        Some(v1::decide_escalation_request::Outcome::Other(other)) => {
            Outcome::Own(choice("other", other, &product)?)
        }
        None => {
            return Err(Invalid::field(
                "outcome",
                "says nothing; give the number of an option, or other",
            ));
        }
    };
    let replaces = request.replaces.iter();
    let replaces: Result<Vec<_>, _> =
        replaces.map(|name| names::decision_of("replaces", name, &product)).collect();
    let new = NewDecision {
        escalation,
        outcome,
        replaces: replaces?,
        reason: reason(&request.reason)?,
        expected: expected(request.expected_version),
    };
    call(product, &request.request_id, escalations::Command::Decide(Box::new(new)))
}

/// `WithdrawEscalation`.
///
/// # Errors
/// [`Invalid`].
pub fn withdraw(request: v1::WithdrawEscalationRequest) -> Result<Call<Command>, Invalid> {
    let (product, escalation) = names::escalation("name", &request.name)?;
    let (reason, expected) = (reason(&request.reason)?, expected(request.expected_version));
    let command = escalations::Command::Withdraw { escalation, reason, expected };
    call(product, &request.request_id, command)
}

/// `ReopenEscalation`.
///
/// # Errors
/// [`Invalid`].
pub fn reopen(request: v1::ReopenEscalationRequest) -> Result<Call<Command>, Invalid> {
    let (product, escalation) = names::escalation("name", &request.name)?;
    let (reason, expected) = (reason(&request.reason)?, expected(request.expected_version));
    let command = escalations::Command::Reopen { escalation, reason, expected };
    call(product, &request.request_id, command)
}

/// Reads a way out.
fn choice(
    field: &str,
    option: v1::EscalationOption,
    product: &ProductId,
) -> Result<Choice, Invalid> {
    let title = Title::new(&option.title).at(&format!("{field}.title"))?;
    let changes = (1..).zip(option.changes);
    let orders = changes
        .map(|(no, change)| read_ordered(&format!("{field}.changes[{no}]"), change, product))
        .collect::<Result<_, _>>()?;
    Ok(Choice { title, orders })
}

fn read_ordered(
    field: &str,
    ordered: v1::OrderedChange,
    product: &ProductId,
) -> Result<Ordered, Invalid> {
    use v1::ordered_change::Change;
    let item = |part: &str, name: &str| names::item_of(&format!("{field}.{part}"), name, product);
    let nothing = || Invalid::field(field, "says no change; give rank, pin, unpin, move or drop");
    Ok(match ordered.change.ok_or_else(nothing)? {
        Change::Rank(rank) => Ordered::Rank {
            item: item("rank.item", &rank.item)?,
            to: required_place(rank.place, product)?.anchor,
            with_family: rank.with_family,
        },
        Change::Pin(name) => Ordered::Pin { item: item("pin", &name)? },
        Change::Unpin(name) => Ordered::Unpin { item: item("unpin", &name)? },
        Change::Move(to) => Ordered::Move {
            item: item("move.item", &to.item)?,
            domain: names::domain_of(&format!("{field}.move.domain"), &to.domain, product)?,
        },
        Change::Drop(name) => Ordered::Drop { item: item("drop", &name)? },
    })
}

/// A change that a decision orders, on the wire.
#[must_use]
pub fn ordered(id: &ProductId, ordered: &Ordered) -> v1::OrderedChange {
    use v1::ordered_change::{Change, Move, Rank};
    let name = |key| names::of_item(id, key);
    let change = match ordered {
        Ordered::Rank { item, to, with_family } => {
            let at = match to {
                Anchor::Top => v1::place::At::Edge(v1::Edge::Top.into()),
                Anchor::Bottom => v1::place::At::Edge(v1::Edge::Bottom.into()),
                Anchor::Before(key) => v1::place::At::Before(name(key)),
                Anchor::After(key) => v1::place::At::After(name(key)),
            };
            let place = Some(v1::Place { at: Some(at), neighbour_seen: None });
            Change::Rank(Rank { item: name(item), place, with_family: *with_family })
        }
        Ordered::Pin { item } => Change::Pin(name(item)),
        Ordered::Unpin { item } => Change::Unpin(name(item)),
        Ordered::Move { item, domain } => {
            Change::Move(Move { item: name(item), domain: names::of_domain(id, domain) })
        }
        Ordered::Drop { item } => Change::Drop(name(item)),
    };
    v1::OrderedChange { change: Some(change) }
}

/// Who decides, on the wire.
#[must_use]
pub fn decider(id: &ProductId, decider: &Decider) -> v1::Decider {
    use v1::decider::Who;
    let seat = |of, domain: &Option<koepel_domain::ids::DomainId>| v1::Seat {
        role: role(of).into(),
        domain: domain.as_ref().map_or_else(String::new, |domain| names::of_domain(id, domain)),
    };
    let who = match decider {
        Decider::Seat(of, domain) => Who::Seat(seat(*of, domain)),
        Decider::Deputy(of, domain) => Who::Deputy(seat(*of, domain)),
        Decider::Person(person) => Who::Person(names::of_person(person)),
    };
    v1::Decider { who: Some(who) }
}

/// What the words and names on the wire are made with, which this crate does not know.
pub struct Words<'a> {
    /// Who decides, in words.
    pub decider: &'a dyn Fn(&Decider) -> String,
    /// Changes, in words.
    pub ordered: &'a dyn Fn(&Ordered) -> String,
    /// Somebody's name to show, if there is one.
    pub name: &'a dyn Fn(&PersonId) -> Option<String>,
}

impl std::fmt::Debug for Words<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Words")
    }
}

/// An escalation on the wire, as it is at a moment.
#[must_use]
pub fn escalation(
    id: &ProductId,
    product: &Product,
    held: &Escalation,
    now: Timestamp,
    words: &Words<'_>,
) -> v1::Escalation {
    let domains = held.domains.iter().filter_map(|no| product.domain(*no));
    let deciders = if held.is_open() { product.deciders(held, now) } else { Vec::new() };
    let (state, decision) = match &held.standing {
        Standing::Open => (v1::EscalationState::Open, String::new()),
        Standing::Decided(no) => (v1::EscalationState::Decided, names::of_decision(id, *no)),
        Standing::Withdrawn(_) => (v1::EscalationState::Withdrawn, String::new()),
    };
    let acknowledged = product.acknowledged_by(held, now);
    let people = [&held.raised_by].into_iter().chain(&deciders);
    let people = people.chain(acknowledged.map(|(person, _)| person));
    let shown = people.filter_map(|one| Some((names::of_person(one), (words.name)(one)?)));
    let turn = held.turn_now().filter(|_| held.is_open());
    v1::Escalation {
        name: names::of_escalation(id, held.no),
        topic: topic(held.topic).into(),
        title: held.title.to_string(),
        items: held.items.iter().map(|no| name_of(id, product, *no)).collect(),
        roadmap_entries: held.entries.iter().map(|no| names::of_entry(id, *no)).collect(),
        domains: domains.map(|domain| names::of_domain(id, &domain.id)).collect(),
        options: held.options.iter().map(|one| option(id, one, words)).collect(),
        state: state.into(),
        raised_by: names::of_person(&held.raised_by),
        raise_time: Some(timestamp(held.raised.time)),
        raise_version: held.raised.version.0,
        line: held
            .line
            .iter()
            .map(|turn| v1::EscalationTurn {
                decider: Some(decider(id, &turn.decider)),
                title: (words.decider)(&turn.decider),
                remind_time: Some(timestamp(turn.remind_at)),
                due_time: Some(timestamp(turn.due)),
            })
            .collect(),
        turn: if held.line.is_empty() { 0 } else { held.turn + 1 },
        due_time: turn.map(|turn| timestamp(turn.due)),
        overdue: held.overdue && held.is_open(),
        acknowledged_by: acknowledged
            .map_or_else(String::new, |(person, _)| names::of_person(person)),
        acknowledge_time: acknowledged.map(|(_, at)| timestamp(*at)),
        decision,
        changed_at_version: held.changed.0,
        display_names: shown.collect::<HashMap<_, _>>(),
        deciders: deciders.iter().map(names::of_person).collect(),
    }
}

fn option(id: &ProductId, choice: &Choice, words: &Words<'_>) -> v1::EscalationOption {
    v1::EscalationOption {
        title: choice.title.to_string(),
        changes: choice.orders.iter().map(|one| ordered(id, one)).collect(),
        summary: summary(&choice.orders, words),
    }
}

/// Changes in words, one after the other.
#[must_use]
pub fn summary(orders: &[Ordered], words: &Words<'_>) -> String {
    orders.iter().map(|one| (words.ordered)(one)).collect::<Vec<_>>().join(", ")
}
