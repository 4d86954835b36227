//! Drafts that a mapping made, as items of the domain: each text checked, people as opaque ids, names that items go by.

use std::collections::BTreeSet;

use koepel_api::check::address;
use koepel_connectors::{
    Amount, Draft, EntryDraft, Person, WhenDraft,
    problem::Problem,
    reference::{KeyKind, Reference},
    words::{self, Relation},
};
use koepel_domain::{
    command::{ImportEntry, ImportItem, ImportLink},
    ids::{DomainId, PersonId},
    item::{Estimate, Kind, LinkKind, Moscow, Status as ItemStatus, Value},
    news::Told,
    roadmap::{Horizon, Span, When},
    text::{Label, Reason, Source, Text, Title},
};

/// The secret of this server by which people in imported files become opaque ids.
pub(crate) struct PeopleKey(pub(crate) [u8; 32]);

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

/// An item as a record tells it, and from when that counts.
pub(crate) fn item(draft: &Draft, people: &PeopleKey, told: Told) -> Result<ImportItem, Problem> {
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
    let domain = |id: &String| DomainId::new(id).map_err(|error| at("domain", error.to_string()));
    let requests = draft
        .requests
        .as_ref()
        .map(|ids| ids.iter().map(|id| domain(id).map(|id| (id, Reason::default()))).collect());
    let labels = draft.labels.as_ref().map(|labels| {
        let label = |label| Label::new(label).map_err(|error| at("labels", error.to_string()));
        labels.iter().map(|text| label(text)).collect()
    });
    let people = draft.people.as_ref().map(|told| {
        let ids = told.iter().map(|one| people.id(one).map_err(|error| at("people", error)));
        ids.collect::<Result<BTreeSet<_>, _>>().map(|ids| ids.into_iter().collect())
    });
    let (link_kinds, links) = links(draft);
    let title = draft.title.as_ref().map(|text| Title::new(text));
    let text = draft.text.as_ref().map(|text| Text::new(text));
    let estimate = draft.estimate.map(|amount| amount.map(estimate).transpose());
    let value = draft.value.map(|amount| amount.map(value).transpose());
    Ok(ImportItem {
        source: own,
        told,
        aliases,
        domain: draft.domain.as_ref().map(domain).transpose()?,
        kind: draft.kind.map(kind),
        status: draft.status.map(item_status),
        title: title.transpose().map_err(|error| at("title", error.to_string()))?,
        text: text.transpose().map_err(|error| at("text", error.to_string()))?,
        labels: labels.transpose()?,
        estimate: estimate.transpose().map_err(|error| at("estimate", error))?,
        value: value.transpose().map_err(|error| at("value", error))?,
        moscow: draft.moscow.map(|told| told.map(moscow)),
        people: people.transpose()?,
        parent: draft.parent.as_ref().map(|told| told.iter().flat_map(reference_names).collect()),
        link_kinds,
        links,
        requests: requests.transpose()?,
        entries: draft
            .entries
            .iter()
            .map(|told| entry(told).map_err(|error| at(&format!("entries.{}", told.name), error)))
            .collect::<Result<_, _>>()?,
    })
}

/// The links that a record tells, and of which kinds it tells all.
fn links(draft: &Draft) -> (Vec<LinkKind>, Vec<ImportLink>) {
    let (mut kinds, mut links) = (Vec::new(), Vec::new());
    for (relation, references) in &draft.links {
        let Some(kind) = link_kind(*relation) else { continue };
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
        links.extend(references.iter().filter_map(|reference| link(reference, kind)));
    }
    (kinds, links)
}

/// What a source plans, and when.
fn entry(told: &EntryDraft) -> Result<ImportEntry, String> {
    let label = |text: &String| Label::new(text).map_err(|error| error.to_string());
    let title = told.title.as_ref().map(|title| Title::new(title));
    let release = told.release.as_ref().map(|told| told.as_ref().map(label).transpose());
    let when = told.when.map(|told| told.map(when).transpose());
    Ok(ImportEntry {
        name: label(&told.name)?,
        title: title.transpose().map_err(|error| error.to_string())?,
        release: release.transpose()?,
        when: when.transpose()?,
    })
}

fn when(told: WhenDraft) -> Result<When, String> {
    match told {
        WhenDraft::Days { start, end } => {
            Span::new(start, end).map(When::Days).map_err(|error| error.to_string())
        }
        WhenDraft::Now => Ok(When::Horizon(Horizon::Now)),
        WhenDraft::Next => Ok(When::Horizon(Horizon::Next)),
        WhenDraft::Later => Ok(When::Horizon(Horizon::Later)),
    }
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

/// The kind of tie that a relation makes; none for a parent, which is no tie.
fn link_kind(relation: Relation) -> Option<LinkKind> {
    let (kind, reversed) = match relation {
        Relation::Parent => return None,
        Relation::Link(kind) => (kind, false),
        Relation::LinkedBy(kind) => (kind, true),
    };
    Some(match (kind, reversed) {
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
    })
}

fn link(reference: &Reference, kind: LinkKind) -> Option<ImportLink> {
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
