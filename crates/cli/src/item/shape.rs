//! An item as JSON: short ids instead of resource names, words instead of enums, `null` for what is not there.

use koepel_api::v1::{self, ItemKind, ItemStatus, LinkKind, Moscow, link::Target};
use serde::Serialize;

use crate::{moment, names, words};

/// An item.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ItemShape {
    name: String,
    product: String,
    key: String,
    domain: Option<String>,
    kind: Option<String>,
    title: String,
    /// Left out where the answer left it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    text_version: u64,
    status: Option<String>,
    moscow: Option<String>,
    estimate: Option<f64>,
    value: Option<i64>,
    parent: Option<String>,
    goal: Option<String>,
    roadmap_entries: Vec<String>,
    labels: Vec<String>,
    place: Option<u32>,
    domain_place: Option<u32>,
    pinned: bool,
    pin_reason: Option<String>,
    closed_reason: Option<String>,
    merged_into: Option<String>,
    source_links: Vec<String>,
    links: Vec<LinkShape>,
    requests: Vec<RequestShape>,
    people: Vec<String>,
    changed_at_version: u64,
    create_time: Option<String>,
    update_time: Option<String>,
}

/// A tie to one of three things.
#[derive(Clone, Debug, Serialize)]
struct LinkShape {
    kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pending: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri: Option<String>,
}

/// Something asked of another domain.
#[derive(Clone, Debug, Serialize)]
struct RequestShape {
    domain: String,
    ask: String,
    since_version: u64,
}

impl From<&v1::Item> for ItemShape {
    fn from(item: &v1::Item) -> Self {
        Self {
            name: item.name.clone(),
            product: names::product_of(&item.name).to_owned(),
            key: item.key.clone(),
            domain: short(&item.domain),
            kind: words::for_programs::<ItemKind>(item.kind),
            title: item.title.clone(),
            text: text(item),
            text_version: item.text_version,
            status: words::for_programs::<ItemStatus>(item.status),
            moscow: words::for_programs::<Moscow>(item.moscow),
            estimate: item.estimate,
            value: item.value,
            parent: short(&item.parent),
            goal: short(&item.goal),
            roadmap_entries: item
                .roadmap_entries
                .iter()
                .map(|entry| names::short(entry).to_owned())
                .collect(),
            labels: item.labels.clone(),
            place: place(item.place),
            domain_place: place(item.domain_place),
            pinned: item.pinned,
            pin_reason: some(&item.pin_reason),
            closed_reason: some(&item.closed_reason),
            merged_into: short(&item.merged_into),
            source_links: item.source_links.clone(),
            links: item.links.iter().map(LinkShape::from).collect(),
            requests: item.requests.iter().map(RequestShape::from).collect(),
            people: item.people.iter().map(|person| names::short(person).to_owned()).collect(),
            changed_at_version: item.changed_at_version,
            create_time: moment::rfc3339(item.create_time.as_ref()),
            update_time: moment::rfc3339(item.update_time.as_ref()),
        }
    }
}

/// The text; nothing if the answer left it out.
fn text(item: &v1::Item) -> Option<String> {
    let left_out = item.text.is_empty() && item.text_version > 0;
    (!left_out).then(|| item.text.clone())
}

impl From<&v1::Link> for LinkShape {
    fn from(link: &v1::Link) -> Self {
        let mut shape = Self {
            kind: words::for_programs::<LinkKind>(link.kind),
            item: None,
            pending: None,
            uri: None,
        };
        match &link.target {
            Some(Target::Item(item)) => shape.item = short(item),
            Some(Target::Pending(text)) => shape.pending = some(text),
            Some(Target::Uri(uri)) => shape.uri = some(uri),
            None => {}
        }
        shape
    }
}

impl From<&v1::DomainRequest> for RequestShape {
    fn from(request: &v1::DomainRequest) -> Self {
        Self {
            domain: names::short(&request.domain).to_owned(),
            ask: request.ask.clone(),
            since_version: request.since_version,
        }
    }
}

/// A place, or none for the 0 that an item outside the order has.
pub(crate) fn place(place: u32) -> Option<u32> {
    Some(place).filter(|place| *place > 0)
}

fn short(name: &str) -> Option<String> {
    names::short_or_none(name).map(ToOwned::to_owned)
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}
