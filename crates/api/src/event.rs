//! Subscriptions and events, between wire and log.

use koepel_domain::{
    event::Subject,
    ids::{DomainId, ProductId, Timestamp},
};

use crate::{check::Invalid, common::timestamp, names, v1};

/// Most event types that a filter names.
pub const TYPES_MAX: usize = 100;

/// What a reader wants to follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// The product.
    pub product: ProductId,
    /// The first version wanted, from 1.
    pub from: u64,
    /// Only these types, as the log names them; empty for all.
    pub types: Vec<String>,
    /// Only events of this domain.
    pub domain: Option<DomainId>,
    /// Whether the stream ends when all past events have been sent.
    pub until_caught_up: bool,
}

/// `Subscribe`.
///
/// # Errors
/// [`Invalid`].
pub fn subscribe(request: v1::SubscribeRequest) -> Result<Subscription, Invalid> {
    let product = names::product("product", &request.product)?;
    let domain = if request.domain.is_empty() {
        None
    } else {
        Some(names::domain_of("domain", &request.domain, &product)?)
    };
    if request.types.len() > TYPES_MAX {
        let what =
            format_args!("has {} entries; at most {TYPES_MAX} are allowed", request.types.len());
        return Err(Invalid::field("types", what));
    }
    let types = request.types.iter().map(|name| name.trim_start_matches("koepel.v1.").to_owned());
    let types = types.collect();
    let from = request.from_version.max(1);
    Ok(Subscription { product, from, types, domain, until_caught_up: request.until_caught_up })
}

/// A commit's facts that each of its events carries.
#[derive(Clone, Debug)]
pub struct Origin<'a> {
    /// The product.
    pub product: &'a ProductId,
    /// The commit's id.
    pub commit_id: uuid::Uuid,
    /// The version that it made.
    pub version: u64,
    /// How many events it has.
    pub count: u32,
    /// When it happened.
    pub time: Timestamp,
    /// Who gave the command.
    pub actor: &'a str,
    /// The client's id of the request.
    pub request_id: Option<uuid::Uuid>,
}

/// The payload of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Data {
    /// As JSON.
    pub json: String,
    /// Whether texts were taken out of it.
    pub redacted: bool,
}

/// An event on the wire; without `data` its payload was redacted.
#[must_use]
pub fn event(
    origin: &Origin<'_>,
    index: u32,
    kind: &str,
    subject: &Subject,
    data: Data,
) -> v1::Event {
    v1::Event {
        id: format!("{}-{index}", origin.commit_id),
        source: names::of_product(origin.product),
        r#type: format!("koepel.v1.{kind}"),
        subject: name_of(origin.product, subject),
        time: Some(timestamp(origin.time)),
        version: origin.version,
        index,
        count: origin.count,
        actor: format!("people/{}", origin.actor),
        request_id: origin.request_id.map_or_else(String::new, |id| id.to_string()),
        redacted: data.redacted,
        data: data.json,
    }
}

/// The resource name of what an event is about.
fn name_of(product: &ProductId, subject: &Subject) -> String {
    match subject {
        Subject::Item(key) => names::of_item(product, key),
        Subject::Domain(domain) => names::of_domain(product, domain),
        Subject::Entry(no) => names::of_entry(product, *no),
        Subject::Goal(goal) => names::of_goal(product, goal),
        Subject::Vision => names::of_vision(product),
        Subject::Sync(sync) => names::of_sync(product, sync),
        Subject::Escalation(no) => names::of_escalation(product, *no),
        Subject::Decision(no) => names::of_decision(product, *no),
        Subject::Gap(no) => names::of_gap(product, *no),
        Subject::Connection(connection) => names::of_connection(product, connection),
        Subject::Calendar(calendar) => names::of_calendar(product, calendar),
        Subject::Product => names::of_product(product),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subscription_begins_at_version_1_at_the_earliest() {
        let request = v1::SubscribeRequest {
            product: "products/a".to_owned(),
            types: vec!["koepel.v1.ItemRanked".to_owned()],
            ..v1::SubscribeRequest::default()
        };
        let subscription = subscribe(request).unwrap();
        assert_eq!(subscription.from, 1);
        assert_eq!(subscription.types, ["ItemRanked"]);
    }

    #[test]
    fn a_filter_names_a_domain_of_its_own_product_and_not_too_many_types() {
        let request = |types: usize, domain: &str| v1::SubscribeRequest {
            product: "products/a".to_owned(),
            types: vec![String::new(); types],
            domain: domain.to_owned(),
            ..v1::SubscribeRequest::default()
        };
        assert!(subscribe(request(TYPES_MAX, "products/a/domains/b")).is_ok());
        assert!(subscribe(request(TYPES_MAX + 1, "")).is_err());
        assert!(subscribe(request(0, "products/x/domains/b")).is_err());
    }
}
