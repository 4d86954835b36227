//! Events as the log stores them: a type, a schema version and a JSON payload.

use bytes::Bytes;
use koepel_domain::{
    commit::Commit,
    event::{Event, Undecodable},
    ids::{PersonId, Timestamp, Version},
    inbox::Inbox,
    outbox::Outbox,
    product::Product,
    system::System,
};
use koepel_event_log as log;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use crate::{Aggregate, Sort};

pub(crate) fn encode_product(event: &Event) -> Result<log::Event, String> {
    let mut payload = Vec::with_capacity(256);
    event
        .serialize_payload(&mut serde_json::Serializer::new(&mut payload))
        .map_err(|error| error.to_string())?;
    let payload = log::Payload::Present(Bytes::from(payload));
    Ok(log::Event { kind: event.kind().to_owned(), schema: event.schema(), payload })
}

pub(crate) fn decode_product(event: &log::Event) -> Result<Event, Undecodable> {
    let payload = readable(event)?;
    let mut json = serde_json::Deserializer::from_slice(payload);
    let decoded = Event::deserialize_payload(&event.kind, event.schema, &mut json)?;
    json.end().map_err(|error| misfit(event, error.to_string()))?;
    Ok(decoded)
}

/// An event that is a variant of an enum: the name of the variant is its type, and is not in the payload.
pub(crate) fn encode_variant<E: Serialize>(
    event: &E,
    kind: &str,
    types: &[(&str, u16)],
) -> Result<log::Event, String> {
    let known = types.iter().find(|(known, _)| *known == kind);
    let (_, schema) = *known.ok_or("an event of an unknown type")?;
    let value = serde_json::to_value(event).map_err(|error| error.to_string())?;
    let Value::Object(fields) = value else { return Err("an event is an object".to_owned()) };
    let (kind, payload) = fields.into_iter().next().ok_or("an event has a type")?;
    let payload = serde_json::to_vec(&payload).map_err(|error| error.to_string())?;
    Ok(log::Event { kind, schema, payload: log::Payload::Present(Bytes::from(payload)) })
}

pub(crate) fn decode_variant<E: DeserializeOwned>(
    event: &log::Event,
    types: &[(&str, u16)],
) -> Result<E, Undecodable> {
    if !types.contains(&(event.kind.as_str(), event.schema)) {
        return Err(Undecodable::Unknown { kind: event.kind.clone(), schema: event.schema });
    }
    let payload: Value = serde_json::from_slice(readable(event)?)
        .map_err(|error| misfit(event, error.to_string()))?;
    let mut fields = Map::new();
    fields.insert(event.kind.clone(), payload);
    serde_json::from_value(Value::Object(fields)).map_err(|error| misfit(event, error.to_string()))
}

/// The payload, or what stands in its place since texts were taken out of it.
fn readable(event: &log::Event) -> Result<&Bytes, Undecodable> {
    let gone = || "the payload was taken out, and nothing stands in its place".to_owned();
    event.payload.readable().ok_or_else(|| misfit(event, gone()))
}

fn misfit(event: &log::Event, why: String) -> Undecodable {
    Undecodable::Misfit { kind: event.kind.clone(), why }
}

/// A record as the domain sees it.
///
/// # Errors
/// [`Undecodable`] for the first event that is none of ours.
pub fn decode_record<A: Aggregate>(record: &log::Record) -> Result<Commit<A::Event>, Undecodable> {
    let actor = PersonId::new(&record.commit.actor).map_err(|error| Undecodable::Misfit {
        kind: "actor".to_owned(),
        why: error.to_string(),
    })?;
    Ok(Commit {
        version: Version(record.version.get()),
        time: Timestamp(record.commit.time_us),
        actor,
        events: record.commit.events.iter().map(A::decode).collect::<Result<_, _>>()?,
    })
}

/// Checks that a record is one of ours, for [`koepel_event_log::verify`]. Of a payload from which texts were taken out, what
/// stands in its place has to be.
///
/// # Errors
/// What is wrong with it.
pub fn check_record(record: &log::Record) -> Result<(), String> {
    PersonId::new(&record.commit.actor).map_err(|error| format!("its actor: {error}"))?;
    for event in &record.commit.events {
        let decoded = match Sort::of(&record.product) {
            Sort::System => System::decode(event).map(|_| ()),
            Sort::Inbox => Inbox::decode(event).map(|_| ()),
            Sort::Outbox => Outbox::decode(event).map(|_| ()),
            Sort::Product => Product::decode(event).map(|_| ()),
        };
        decoded.map_err(|error| error.to_string())?;
    }
    Ok(())
}
