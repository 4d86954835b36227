//! Drafts that a mapping made, as items of the domain: each text checked, people as opaque ids, names that items go by.

use std::collections::BTreeSet;

use koepel_api::check::address;
use koepel_connectors::{
    Amount, Draft, Person,
    problem::Problem,
    reference::{KeyKind, Reference},
    words::{self, Relation},
};
use koepel_domain::{
    command::{ImportItem, ImportLink},
    ids::{DomainId, PersonId},
    item::{Estimate, Kind, LinkKind, Moscow, Status as ItemStatus, Value},
    text::{Label, Reason, Source, Text, Title},
};

/// The secret of this server by which people in imported files become opaque ids.
pub(super) struct PeopleKey(pub(super) [u8; 32]);

/// Whether an id has the form of those that imports give to people.
pub(crate) fn is_imported(id: &PersonId) -> bool {
    let digits = id.as_str().strip_prefix('x');
    digits.is_some_and(|digits| {
        digits.len() == 16 && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    })
}

impl PeopleKey {
    fn id(&self, person: &Person) -> Result<PersonId, String> {
        let hash = blake3::keyed_hash(&self.0, person.handle.expose().as_bytes());
        let digits: String = hash.to_hex().chars().take(16).collect();
        PersonId::new(&format!("x{digits}")).map_err(|error| error.to_string())
    }
}

/// An item as the file tells it.
pub(super) fn item(draft: &Draft, people: &PeopleKey) -> Result<ImportItem, Problem> {
    let at = |field: &str, message: String| Problem {
        line: Some(draft.line),
        field: Some(field.to_owned()),
        message,
    };
    let source =
        |field: &str, text: &str| Source::new(text).map_err(|error| at(field, error.to_string()));
    let own = address(&draft.source).map_err(|error| at("source", error))?;
    let mut aliases = Vec::new();
    for key in &draft.keys {
        let alias = source("source", key.as_str())?;
        if alias != own && !aliases.contains(&alias) {
            aliases.push(alias);
        }
    }
    // A file says all of an item: without a parent it is part of nothing.
    let parent = draft.parent.iter().flatten().flat_map(reference_names).collect();
    let mut links = Vec::new();
    for reference in draft.links.iter().flat_map(|(_, references)| references) {
        match reference.relation {
            Relation::Parent => {}
            Relation::Link(kind) => links.push(link(reference, kind, false)),
            Relation::LinkedBy(kind) => links.push(link(reference, kind, true)),
        }
    }
    let needed = |field: &str| at(field, "is not told".to_owned());
    let owner = draft.domain.as_ref().ok_or_else(|| needed("domain"))?;
    let title = draft.title.as_ref().ok_or_else(|| needed("title"))?;
    let ids: BTreeSet<PersonId> = draft
        .people
        .iter()
        .flatten()
        .map(|person| people.id(person).map_err(|error| at("people", error)))
        .collect::<Result<_, _>>()?;
    let labels = draft
        .labels
        .iter()
        .flatten()
        .map(|label| Label::new(label).map_err(|error| at("labels", error.to_string())));
    let domain = |id: &String| DomainId::new(id).map_err(|error| at("domain", error.to_string()));
    let requests =
        draft.requests.iter().flatten().map(|id| domain(id).map(|id| (id, Reason::default())));
    Ok(ImportItem {
        source: own,
        aliases,
        domain: domain(owner)?,
        kind: draft.kind.map(kind),
        status: draft.status.map(item_status),
        title: Title::new(title).map_err(|error| at("title", error.to_string()))?,
        text: Some(
            Text::new(draft.text.as_deref().unwrap_or_default())
                .map_err(|error| at("text", error.to_string()))?,
        ),
        labels: Some(labels.collect::<Result<_, _>>()?),
        estimate: Some(
            draft
                .estimate
                .flatten()
                .map(|amount| estimate(amount).map_err(|error| at("estimate", error)))
                .transpose()?,
        ),
        value: Some(
            draft
                .value
                .flatten()
                .map(|amount| value(amount).map_err(|error| at("value", error)))
                .transpose()?,
        ),
        moscow: Some(draft.moscow.flatten().map(moscow)),
        people: Some(ids.into_iter().collect()),
        parent: Some(parent),
        links: links.into_iter().flatten().collect(),
        requests: requests.collect::<Result<_, _>>()?,
    })
}

/// All that the item may go by. An imported item has its keys as names, one that a person made has bare addresses.
/// Names longer than the domain takes can never be an item's.
fn reference_names(reference: &Reference) -> Vec<Source> {
    let mut names: Vec<Source> = Vec::new();
    let mut add = |name: &str| {
        if let Ok(name) = Source::new(name)
            && !names.contains(&name)
        {
            names.push(name);
        }
    };
    for key in &reference.candidates {
        add(key.as_str());
        if let Some(address) = key.address() {
            add(address);
            // As it was written: with capitals in the host, or a slash at the end.
            reference.address.iter().for_each(|written| add(written));
        }
    }
    names
}

fn link(reference: &Reference, kind: words::LinkKind, reversed: bool) -> Option<ImportLink> {
    let kind = match (kind, reversed) {
        (words::LinkKind::RelatesTo, _) => LinkKind::RelatesTo,
        (words::LinkKind::Needs, false) => LinkKind::Needs,
        (words::LinkKind::Needs, true) => LinkKind::NeededBy,
        (words::LinkKind::Replaces, false) | (words::LinkKind::ReplacedBy, true) => {
            LinkKind::Replaces
        }
        (words::LinkKind::ReplacedBy, false) | (words::LinkKind::Replaces, true) => {
            LinkKind::ReplacedBy
        }
        (words::LinkKind::Duplicates, false) => LinkKind::Duplicates,
        (words::LinkKind::Duplicates, true) => LinkKind::DuplicatedBy,
    };
    let only_links = reference.candidates.iter().all(|key| key.kind() == KeyKind::Link);
    let address = reference.address.as_ref().filter(|text| only_links && address(text).is_ok());
    let shown: String =
        address.unwrap_or(&reference.raw).chars().filter(|c| !c.is_control()).take(500).collect();
    Some(ImportLink {
        kind,
        raw: Source::new(&shown).ok()?,
        names: reference_names(reference),
        external: address.is_some(),
    })
}

fn estimate(amount: Amount) -> Result<Estimate, String> {
    let estimate = Estimate::from_hundredths(amount.hundredths());
    estimate.ok_or_else(|| format!("{amount} is no estimate: 0 to 100,000, two decimals"))
}

fn value(number: u32) -> Result<Value, String> {
    Value::new(number)
        .ok_or_else(|| format!("{number} is no value: a whole number from 0 to {}", Value::MAX))
}

fn kind(kind: words::Kind) -> Kind {
    match kind {
        words::Kind::Epic => Kind::Epic,
        words::Kind::Feature => Kind::Feature,
        words::Kind::Story => Kind::Story,
        words::Kind::Task => Kind::Task,
        words::Kind::Defect => Kind::Defect,
        words::Kind::Impediment => Kind::Impediment,
    }
}

fn item_status(status: words::Status) -> ItemStatus {
    match status {
        words::Status::New => ItemStatus::New,
        words::Status::Ready => ItemStatus::Ready,
        words::Status::InProgress => ItemStatus::InProgress,
        words::Status::Done => ItemStatus::Done,
        words::Status::Dropped => ItemStatus::Dropped,
    }
}

fn moscow(moscow: words::Moscow) -> Moscow {
    match moscow {
        words::Moscow::Must => Moscow::Must,
        words::Moscow::Should => Moscow::Should,
        words::Moscow::Could => Moscow::Could,
        words::Moscow::Wont => Moscow::Wont,
    }
}
