//! Escalations and decisions in words: who decides, what is ordered, and what happened to them.

use koepel_domain::{
    command::Anchor,
    escalations::Ordered,
    event::{
        DecisionNotFollowed, EscalationDecided, EscalationHandedOver, EscalationRaised,
        EscalationRouted,
    },
    ids::EscalationNo,
    points::{Decider, Topic},
    product::Product,
};

use crate::sentence::{domain, role};

/// A topic as people say it.
#[must_use]
pub fn topic(topic: Topic) -> &'static str {
    match topic {
        Topic::Priority => "priority",
        Topic::Vision => "vision",
        Topic::Dependency => "dependency",
        Topic::Capacity => "capacity",
        Topic::Quality => "quality",
        Topic::Budget => "budget",
        Topic::Compliance => "compliance",
    }
}

/// Who decides, as people say it: "the Chief PO", "the deputy of the domain PO of Online".
#[must_use]
pub fn decider(product: &Product, decider: &Decider) -> String {
    match decider {
        Decider::Seat(of, domain) => format!("the {}", role(product, *of, domain.as_ref())),
        Decider::Deputy(of, domain) => {
            format!("the deputy of the {}", role(product, *of, domain.as_ref()))
        }
        Decider::Person(person) => person.to_string(),
    }
}

/// A change that a decision orders: "rank ONLINE-3 above OFFLINE-2".
#[must_use]
pub fn ordered(product: &Product, ordered: &Ordered) -> String {
    match ordered {
        Ordered::Rank { item, to, with_family } => {
            let family = if *with_family { " with all that belongs to it" } else { "" };
            format!("rank {item}{family} {}", anchor(to))
        }
        Ordered::Pin { item } => format!("pin {item} where it stands"),
        Ordered::Unpin { item } => format!("unpin {item}"),
        Ordered::Move { item, domain: to } => {
            format!("move {item} to domain {}", domain(product, to))
        }
        Ordered::Drop { item } => format!("drop {item}"),
    }
}

fn anchor(anchor: &Anchor) -> String {
    match anchor {
        Anchor::Top => "to the top".to_owned(),
        Anchor::Bottom => "to the bottom".to_owned(),
        Anchor::Before(item) => format!("above {item}"),
        Anchor::After(item) => format!("below {item}"),
    }
}

/// What happened to an escalation, with its subject.
pub(crate) fn raised(e: &EscalationRaised, product: &Product) -> String {
    let to = match e.line.first() {
        Some(turn) => format!("{} decides", decider(product, &turn.decider)),
        None => "nobody is there to decide it".to_owned(),
    };
    format!("{} was raised ({}); {to}", named(product, e.escalation), topic(e.topic))
}

/// What happened to an escalation, with its subject.
pub(crate) fn routed(e: &EscalationRouted, product: &Product) -> String {
    let what = named(product, e.escalation);
    match e.line.first() {
        Some(turn) => {
            format!("{what} can be decided now: {} decides", decider(product, &turn.decider))
        }
        None => format!("{what} still waits: nobody is there to decide it"),
    }
}

/// What happened to an escalation, with its subject.
pub(crate) fn handed_over(e: &EscalationHandedOver, product: &Product) -> String {
    let next = decider(product, &e.decider);
    format!("{} was handed over: now {next} decides", named(product, e.escalation))
}

/// What happened to an escalation, with its subject.
pub(crate) fn decided(e: &EscalationDecided, product: &Product) -> String {
    let orders: Vec<_> = e.orders.iter().map(|one| ordered(product, one)).collect();
    let orders =
        if orders.is_empty() { String::new() } else { format!(" ({})", orders.join(", ")) };
    let what = named(product, e.escalation);
    format!("{what} was decided by decision {}: “{}”{orders}", e.decision, e.outcome)
}

/// What a move did to the item that a decision had put first.
pub(crate) fn not_followed(e: &DecisionNotFollowed, product: &Product) -> String {
    let outcome = product.decision(e.decision);
    let outcome = outcome.map_or_else(String::new, |one| format!(" (“{}”)", one.outcome));
    let below = product.item_by_key(&e.below);
    let below = below
        .map_or_else(|| e.below.to_string(), |(_, item)| format!("{} “{}”", e.below, item.title));
    let (at, no) = (e.at.place, e.decision);
    format!("stands below {below} now, at place {at}: decision {no}{outcome} is not followed")
}

/// "escalation 7 “Who gets the test hall?”".
pub(crate) fn named(product: &Product, no: EscalationNo) -> String {
    let title = product.escalation(no).map(|held| format!(" “{}”", held.title));
    format!("escalation {no}{}", title.unwrap_or_default())
}
