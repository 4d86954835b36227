//! Decisions, between domain and wire.

use koepel_domain::{
    decisions::Decision,
    ids::{DecisionNo, ProductId},
    product::Product,
};

use crate::{
    common::{timestamp, topic},
    escalation::{Words, ordered, summary},
    names, v1,
};

/// A decision on the wire.
#[must_use]
pub fn decision(
    id: &ProductId,
    product: &Product,
    held: &Decision,
    words: &Words<'_>,
) -> v1::Decision {
    let options = product.escalation(held.escalation).map(|one| one.options.as_slice());
    let options = options.unwrap_or_default().iter().map(|one| one.title.to_string());
    let name = |no: DecisionNo| names::of_decision(id, no);
    v1::Decision {
        name: name(held.no),
        escalation: names::of_escalation(id, held.escalation),
        topic: topic(held.topic).into(),
        outcome: held.outcome.to_string(),
        option: held.option.unwrap_or(0),
        options: options.collect(),
        changes: held.orders.iter().map(|one| ordered(id, one)).collect(),
        summary: summary(&held.orders, words),
        reason: held.reason.to_string(),
        decided_by: names::of_person(&held.by),
        decided_by_name: (words.name)(&held.by).unwrap_or_default(),
        mandate: held.on_turn.as_ref().map_or_else(String::new, |turn| (words.decider)(turn)),
        decide_time: Some(timestamp(held.taken.time)),
        decide_version: held.taken.version.0,
        replaces: held.replaces.iter().map(|no| name(*no)).collect(),
        replaced_by: held.replaced_by.map_or_else(String::new, name),
        not_followed_version: held.not_followed.map_or(0, |version| version.0),
    }
}
