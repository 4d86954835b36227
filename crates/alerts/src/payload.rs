//! A notice as programs read it, at a webhook and over NATS: a type, a time and data, as Standard Webhooks recommends.

use jiff::Timestamp as Moment;
use koepel_domain::{
    ids::{PersonId, Timestamp},
    outbox::{Kind, Notice, Receiver, To},
};
use serde::Serialize;

use crate::{Names, receiver_word};

/// The type of a notice: `koepel.escalation.raised`.
#[must_use]
pub fn type_of(kind: Kind) -> &'static str {
    match kind {
        Kind::EscalationRaised => "koepel.escalation.raised",
        Kind::EscalationAcknowledged => "koepel.escalation.acknowledged",
        Kind::EscalationCommented => "koepel.escalation.commented",
        Kind::EscalationReminder => "koepel.escalation.reminder",
        Kind::EscalationOverdue => "koepel.escalation.overdue",
        Kind::EscalationHandedOver => "koepel.escalation.handed_over",
        Kind::EscalationDecided => "koepel.escalation.decided",
        Kind::EscalationWithdrawn => "koepel.escalation.withdrawn",
        Kind::EscalationReopened => "koepel.escalation.reopened",
        Kind::DecisionNotFollowed => "koepel.decision.not_followed",
        Kind::Test => "koepel.test",
    }
}

#[derive(Serialize)]
struct Payload<'a> {
    r#type: &'static str,
    timestamp: String,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Person {
    name: String,
    display_name: String,
}

#[derive(Serialize)]
struct Data<'a> {
    /// The same however often it is sent.
    id: &'a str,
    product: String,
    product_name: &'a str,
    /// The same for all who are told of it.
    cause: &'a str,
    version: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    escalation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<String>,
    #[serde(skip_serializing_if = "str::is_empty")]
    title: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    items: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    domains: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<Person>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decider: Option<Person>,
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<String>,
    #[serde(skip_serializing_if = "str::is_empty")]
    outcome: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    said: &'a str,
    /// `people/p-hanna`, or `roles/chief-po`.
    to: String,
    /// Why them: `decides`.
    concern: koepel_domain::outbox::Concern,
}

/// The body, the same however often it is made.
#[must_use]
pub fn payload(id: &str, notice: &Notice, to: &To, names: &Names<'_>) -> Vec<u8> {
    let facts = &notice.facts;
    let product = format!("products/{}", names.product);
    let below = |folder: &str, id: &dyn std::fmt::Display| format!("{product}/{folder}/{id}");
    let person =
        |id: &PersonId| Person { name: format!("people/{id}"), display_name: (names.person)(id) };
    let data = Data {
        id,
        product: product.clone(),
        product_name: names.product_name,
        cause: notice.cause.as_str(),
        version: notice.version.0,
        escalation: facts.escalation.map(|no| below("escalations", &no)),
        decision: facts.decision.map(|no| below("decisions", &no)),
        title: facts.title.as_str(),
        items: facts.items.iter().map(|key| below("items", key)).collect(),
        domains: notice.domains.iter().map(|domain| below("domains", domain)).collect(),
        by: facts.by.as_ref().map(person),
        decider: facts.decider.as_ref().map(person),
        due: facts.due.map(moment),
        outcome: facts.outcome.as_str(),
        said: facts.said.as_str(),
        to: match &to.receiver {
            Receiver::Person(person) => format!("people/{person}"),
            Receiver::Seat { .. } => format!("roles/{}", receiver_word(&to.receiver)),
        },
        concern: to.concern,
    };
    let payload = Payload { r#type: type_of(notice.kind), timestamp: moment(notice.time), data };
    serde_json::to_vec(&payload).unwrap_or_default()
}

fn moment(at: Timestamp) -> String {
    Moment::from_microsecond(at.0).unwrap_or_default().to_string()
}

#[cfg(test)]
mod tests {
    use koepel_domain::{
        ids::{DomainId, ProductId, Version},
        outbox::{Channel, Concern, Facts},
        text::Line,
    };

    use super::*;

    #[test]
    fn a_body_has_a_type_a_time_and_what_there_is_to_say() {
        let product = ProductId::new("webshop").unwrap();
        let person = |id: &PersonId| format!("Name of {id}");
        let names =
            Names { product: &product, product_name: "Webshop", person: &person, pages: None };
        let facts = Facts {
            escalation: Some(7),
            by: Some(PersonId::new("p-anna").unwrap()),
            ..Facts::default()
        };
        let notice = Notice {
            cause: Line::new("escalation/7/raised").unwrap(),
            kind: Kind::EscalationRaised,
            version: Version(12),
            time: Timestamp(1_796_030_000_000_000),
            domains: vec![DomainId::new("online").unwrap()],
            facts,
        };
        let receiver = Receiver::Person(PersonId::new("p-hanna").unwrap());
        let to = To {
            channel: Channel::Webhook,
            receiver,
            concern: Concern::Decides,
            target: None,
            hold: None,
        };
        let body = String::from_utf8(payload("alert_1", &notice, &to, &names)).unwrap();
        assert_eq!(
            body,
            r#"{"type":"koepel.escalation.raised","timestamp":"2026-11-30T09:13:20Z","data":{"id":"alert_1","product":"products/webshop","product_name":"Webshop","cause":"escalation/7/raised","version":12,"escalation":"products/webshop/escalations/7","domains":["products/webshop/domains/online"],"by":{"name":"people/p-anna","display_name":"Name of p-anna"},"to":"people/p-hanna","concern":"decides"}}"#
        );
    }

    #[test]
    fn each_kind_has_a_type_of_its_own() {
        let types: std::collections::BTreeSet<_> = Kind::ALL.into_iter().map(type_of).collect();
        assert_eq!(types.len(), Kind::ALL.len());
    }
}
