//! Connections and what was set aside, between wire and domain.

use koepel_domain::{
    command::Command,
    connections::{
        Command::{Add, Remove, Update},
        Connection,
    },
    ids::{ConnectionId, ProductId},
    inbox::{self, Held, Inbox, PushAt},
    product::Product,
    text::{Line, Text},
};

use crate::{
    check::{AtField as _, Collect, Invalid},
    common::{Call, expected, reason, request_id, timestamp},
    names, v1,
};

/// Most pushes that one request names.
pub const NAMES_MAX: usize = 1_000;

fn missing(field: &str) -> Invalid {
    Invalid::field(field, "is missing")
}

fn read_mapping(text: &str) -> Result<Text, Invalid> {
    if text.trim().is_empty() {
        return Err(missing("connection.mapping"));
    }
    Text::new(text).at("connection.mapping")
}

/// `CreateConnection`.
///
/// # Errors
/// [`Invalid`].
pub fn create(request: v1::CreateConnectionRequest) -> Result<Call<Command>, Invalid> {
    let product = names::product("parent", &request.parent)?;
    let from = request.connection.ok_or_else(|| missing("connection"))?;
    let mut wrong = Collect::default();
    let connection = wrong.take(ConnectionId::new(&request.connection_id).at("connection_id"));
    let domain = wrong.take(names::domain_of("connection.domain", &from.domain, &product));
    let person = wrong.take(names::person("connection.tool", &from.tool));
    let source = wrong.take(Line::new(&from.source).at("connection.source"));
    let mapping = wrong.take(read_mapping(&from.mapping));
    let reason = wrong.take(reason(&request.reason));
    wrong.finish()?;
    let command = (|| {
        let (connection, domain, person) = (connection?, domain?, person?);
        let (source, mapping, reason) = (source?, mapping?, reason?);
        let add = Add { connection, domain, person, source, mapping, reason };
        Some(Command::Connect(add))
    })();
    let command = command.ok_or_else(|| missing("connection"))?;
    Ok(Call { product, command, request_id: request_id(&request.request_id)? })
}

/// `UpdateConnection`.
///
/// # Errors
/// [`Invalid`]; also for a mask that names nothing, or what this command does not change.
pub fn update(request: v1::UpdateConnectionRequest) -> Result<Call<Command>, Invalid> {
    let from = request.connection.ok_or_else(|| missing("connection"))?;
    let (product, connection) = names::connection("connection.name", &from.name)?;
    let (mut source, mut mapping) = (None, None);
    let mask = request.update_mask.map(|mask| mask.paths).unwrap_or_default();
    if mask.is_empty() {
        let none = "names no field; say which of source, mapping";
        return Err(Invalid::field("update_mask", none));
    }
    for path in &mask {
        match path.as_str() {
            "source" => source = Some(Line::new(&from.source).at("connection.source")?),
            "mapping" => mapping = Some(read_mapping(&from.mapping)?),
            other => {
                let shown: String = other.chars().take(60).collect();
                let what = format_args!("{shown:?} cannot be changed; these can: source, mapping");
                return Err(Invalid::field("update_mask", what));
            }
        }
    }
    let expected = expected(request.expected_version);
    let command = Command::Connect(Update { connection, source, mapping, expected });
    Ok(Call { product, command, request_id: request_id(&request.request_id)? })
}

/// `RemoveConnection`.
///
/// # Errors
/// [`Invalid`].
pub fn remove(request: v1::RemoveConnectionRequest) -> Result<Call<Command>, Invalid> {
    let (product, connection) = names::connection("name", &request.name)?;
    let reason = reason(&request.reason)?;
    let expected = expected(request.expected_version);
    let command = Command::Connect(Remove { connection, reason, expected });
    Ok(Call { product, command, request_id: request_id(&request.request_id)? })
}

/// A product, or one of its connections.
///
/// # Errors
/// [`Invalid`].
pub fn scope(parent: &str) -> Result<(ProductId, Option<ConnectionId>), Invalid> {
    if parent.matches('/').count() < 2 {
        return names::product("parent", parent).map(|product| (product, None));
    }
    names::connection("parent", parent).map(|(product, id)| (product, Some(id)))
}

/// The pushes that a request names.
///
/// # Errors
/// [`Invalid`], also if there are too many.
pub fn pushes(product: &ProductId, given: &[String]) -> Result<Vec<PushAt>, Invalid> {
    if given.len() > NAMES_MAX {
        let what = format_args!("has {} entries; at most {NAMES_MAX} are taken", given.len());
        return Err(Invalid::field("names", what));
    }
    given.iter().map(|name| names::push_of("names", name, product)).collect()
}

/// `DiscardPushes`, of pushes of this product.
///
/// # Errors
/// [`Invalid`].
pub fn discard(
    product: &ProductId,
    request: &v1::DiscardPushesRequest,
) -> Result<Call<inbox::Command>, Invalid> {
    let pushes = pushes(product, &request.names)?;
    if pushes.is_empty() {
        return Err(Invalid::field("names", "names no push; give 1 to 1,000"));
    }
    let command = inbox::Command::Discard { pushes, reason: reason(&request.reason)? };
    let request_id = request_id(&request.request_id)?;
    Ok(Call { product: product.clone(), command, request_id })
}

/// A connection on the wire. The mapping is left out where many are listed.
#[must_use]
pub fn connection(
    id: &ProductId,
    product: &Product,
    held: &Connection,
    inbox: Option<&Inbox>,
    with_mapping: bool,
) -> v1::Connection {
    let domain = product.domain(held.domain);
    v1::Connection {
        name: names::of_connection(id, &held.id),
        domain: domain.map_or_else(String::new, |domain| names::of_domain(id, &domain.id)),
        tool: names::of_person(&held.person),
        source: held.source.to_string(),
        mapping: if with_mapping { held.mapping.to_string() } else { String::new() },
        removed_reason: held.removed.as_ref().map_or_else(String::new, ToString::to_string),
        removed: held.removed.is_some(),
        changed_at_version: held.changed.0,
        tally: Some(tally(inbox, &held.id)),
    }
}

fn tally(inbox: Option<&Inbox>, connection: &ConnectionId) -> v1::PushTally {
    let Some(inbox) = inbox else { return v1::PushTally::default() };
    let tally = inbox.tally(connection);
    v1::PushTally {
        received: tally.received,
        set_aside: tally.aside,
        discarded: tally.discarded,
        last_time: (tally.received > 0).then(|| timestamp(tally.last)),
        behind: inbox.is_behind(),
    }
}

/// A push that was set aside; `event` is as it was pushed.
#[must_use]
pub fn set_aside(id: &ProductId, held: &Held, event: String) -> v1::SetAsidePush {
    v1::SetAsidePush {
        name: names::of_push(id, held.aside.at),
        connection: names::of_connection(id, &held.aside.connection),
        event_id: held.aside.id.to_string(),
        code: held.aside.code.to_string(),
        reason: held.aside.reason.to_string(),
        waits_for: held.aside.waits_for.iter().map(ToString::to_string).collect(),
        time: Some(timestamp(held.since)),
        event,
    }
}
