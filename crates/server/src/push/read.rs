//! A push as an item: read by its connection's mapping, checked against the connection, stamped with its moment.

use std::{collections::HashMap, sync::Arc};

use koepel_connectors::{Mapping, Problem, Read};
use koepel_domain::{
    command::ImportItem,
    connections::Connection,
    ids::{ConnectionId, DomainId, Timestamp, Version},
    inbox::{Aside, Push, PushAt},
    news::{Stamp, Told},
    product::Product,
    text::{Reason, Source},
};

use crate::import::PeopleKey;

/// A push on its way.
#[derive(Clone, Debug)]
pub(super) struct Work {
    pub(super) at: PushAt,
    pub(super) connection: ConnectionId,
    pub(super) received: Timestamp,
    pub(super) push: Push,
}

impl Work {
    /// It is set aside.
    pub(super) fn aside(&self, code: &str, reason: &str, waits_for: Vec<Source>) -> Aside {
        let reason: String = reason.chars().filter(|c| !c.is_control()).take(1_000).collect();
        let short: String = reason.chars().take(400).collect();
        Aside {
            at: self.at,
            connection: self.connection.clone(),
            id: self.push.id.clone(),
            code: code.to_owned(),
            reason: Reason::new(&reason).or_else(|_| Reason::new(&short)).unwrap_or_default(),
            waits_for,
        }
    }
}

/// What a push became.
pub(super) enum Became {
    /// An item to be imported.
    Item(Box<ImportItem>),
    /// The mapping leaves it out.
    Nothing,
    /// It is set aside.
    Aside(Box<Aside>),
}

/// The mappings of connections, compiled; each for as long as it is not changed.
#[derive(Default)]
pub(super) struct Mappings(HashMap<ConnectionId, (Version, Result<Arc<Mapping>, String>)>);

impl Mappings {
    fn of(&mut self, held: &Connection) -> Result<Arc<Mapping>, String> {
        let known = self.0.get(&held.id).filter(|(version, _)| *version == held.changed);
        if let Some((_, mapping)) = known {
            return mapping.clone();
        }
        let compiled = Mapping::parse(held.mapping.as_str())
            .map(Arc::new)
            .map_err(|error| format!("the connection's mapping: {error}"));
        self.0.insert(held.id.clone(), (held.changed, compiled.clone()));
        compiled
    }
}

/// Reads a push.
pub(super) fn read(
    work: &Work,
    product: &Product,
    mappings: &mut Mappings,
    people: &PeopleKey,
) -> Became {
    let aside =
        |code: &str, reason: &str| Became::Aside(Box::new(work.aside(code, reason, Vec::new())));
    if !work.push.fault.is_empty() {
        return aside("NO_CLOUD_EVENT", work.push.fault.as_str());
    }
    let Some(held) = product.connection(&work.connection) else {
        return aside("UNKNOWN_CONNECTION", "the connection is not there");
    };
    let domain = product.domain(held.domain).filter(|domain| !domain.deleted);
    let (Some(domain), None) = (domain, &held.removed) else {
        return aside("CONNECTION_REMOVED", "the connection was removed before it was applied");
    };
    if !held.source.is_empty() && held.source != work.push.source {
        let reason = format!("the connection takes events of the source {} only", held.source);
        return aside("FOREIGN_SOURCE", &reason);
    }
    let mapping = match mappings.of(held) {
        Ok(mapping) => mapping,
        Err(error) => return aside("MAPPING", &error),
    };
    let record = match serde_json::from_str(&work.push.body) {
        Ok(record) => record,
        Err(error) => return aside("NO_JSON", &error.to_string()),
    };
    let draft = match mapping.read(&record) {
        Read::Draft(draft) => draft,
        Read::LeftOut(_) => return Became::Nothing,
        Read::Wrong(problems) => {
            let told: Vec<String> = problems.into_iter().map(of_push).collect();
            return aside("UNREADABLE", &told.join("; "));
        }
    };
    let told = Told::At(stamp(draft.time_us, work));
    let mut item = match crate::import::item(&draft, people, told) {
        Ok(item) => item,
        Err(problem) => return aside("UNREADABLE", &of_push(problem)),
    };
    if item.domain.as_ref().is_some_and(|told| *told != domain.id) {
        let told = item.domain.as_ref().map_or("", DomainId::as_str);
        let reason = format!(
            "it is about domain {told}, and the connection writes to domain {} only",
            domain.id
        );
        return aside("FOREIGN_DOMAIN", &reason);
    }
    // Also where its tool may write to other domains: a mapping is that domain's PO's.
    let held_in = product.item_by_source(&item.source).and_then(|no| product.item(no));
    match held_in.and_then(|item| product.domain(item.domain)) {
        Some(other) if other.id != domain.id => {
            let reason = format!(
                "the item is in domain {} now, and the connection writes to domain {} only",
                other.id, domain.id
            );
            return aside("FOREIGN_DOMAIN", &reason);
        }
        Some(_) => {}
        None => item.domain = Some(domain.id.clone()),
    }
    Became::Item(Box::new(item))
}

/// What is wrong with a push, which has no lines.
fn of_push(problem: Problem) -> String {
    Problem { line: None, ..problem }.to_string()
}

/// Of what moment a push is: as the mapping or the event says, but never of later than it was taken in, or it would outlast
/// all that comes; else as it was taken in, one after the other.
fn stamp(time_us: Option<i64>, work: &Work) -> Stamp {
    match time_us.map(Timestamp).or(work.push.time) {
        Some(at) => Stamp { at: at.min(work.received), tie: tie(&work.push) },
        None => Stamp { at: work.received, tie: work.at.index.saturating_add(1) },
    }
}

/// Of two events of one moment that with the greater number counts.
fn tie(push: &Push) -> u32 {
    let hash = blake3::hash(format!("{}\n{}", push.source, push.id).as_bytes());
    let [a, b, c, d, ..] = *hash.as_bytes();
    // Never nought, which stands for a file.
    u32::from_be_bytes([a, b, c, d]).max(1)
}
