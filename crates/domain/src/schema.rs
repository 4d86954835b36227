//! JSON Schemas of the stored events, for whoever reads them without this program. Only with the feature `schema`, which the
//! server is built without.
//!
//! Shapes are derived. Here is what no derivation can know: which texts and numbers each type takes. A schema says what is
//! written: what was trimmed has no white space at its ends.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings, json_schema};
use serde_json::Value;

use crate::{
    calendar::{DayHours, Hours, SPANS_MAX, TimeOfDay, Zone},
    day::Day,
    event::Event,
    ids::{
        CalendarId, ConnectionId, ContentHash, DecisionNo, DomainId, DomainKey, EntryNo,
        EscalationNo, GoalId, ID_MAX, IdentityId, InvitationId, ItemKey, KEY_MAX, PersonId,
        PointId, ProductId, SessionId, ShareId, SyncId, TargetId, Timestamp, TokenId, Version,
    },
    inbox,
    item::{Estimate, Value as ItemValue},
    outbox,
    system::{self, IdentityHash, SecretHash},
    text::{Label, Line, Name, Question, Reason, Source, Summary, Text, Title},
};

/// Lower case words, joined by single hyphens.
const KEBAB: &str = "^[a-z][a-z0-9]*(-[a-z0-9]+)*$";
/// No control characters, and no white space at the ends.
const LINE: &str = r"^[^\s\u0000-\u001f\u007f-\u009f]([^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f])?$";
/// As [`LINE`], or nothing.
const LINE_OR_NONE: &str = r"^([^\s\u0000-\u001f\u007f-\u009f]([^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f])?)?$";
/// No control characters but line ends and tabs.
const BLOCK: &str = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$";

/// A span of a day.
const HOURS: &str = "^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$";

// A macro, because the types differ in nothing but name and schema.
macro_rules! schemas {
    ($($name:ident: $schema:tt,)*) => {$(
        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    )*};
}

schemas! {
    ProductId: { "description": "A product, by its id.", "type": "string", "maxLength": ID_MAX, "pattern": KEBAB },
    DomainId: { "description": "A domain, by its id.", "type": "string", "maxLength": ID_MAX, "pattern": KEBAB },
    PersonId: { "description": "A person or tool, by an id that does not say who it is.", "type": "string", "maxLength": ID_MAX, "pattern": KEBAB },
    ConnectionId: { "description": "A connection of a product to a team's tool, by its id.", "type": "string", "maxLength": ID_MAX, "pattern": KEBAB },
    TargetId: { "description": "A webhook's target of a product, by its id.", "type": "string", "maxLength": ID_MAX, "pattern": KEBAB },
    GoalId: { "description": "A goal of a product, by its id.", "type": "string", "maxLength": ID_MAX, "pattern": KEBAB },
    SyncId: { "description": "A PO-sync of a product, by its id.", "type": "string", "maxLength": ID_MAX, "pattern": "^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$" },
    EscalationNo: { "description": "An escalation of a product, by its number.", "type": "integer", "minimum": 1, "maximum": 4_294_967_295_u32 },
    DecisionNo: { "description": "A decision of a product, by its number.", "type": "integer", "minimum": 1, "maximum": 4_294_967_295_u32 },
    EntryNo: { "description": "A roadmap entry of a product, by its number.", "type": "integer", "minimum": 1, "maximum": 4_294_967_295_u32 },
    Day: { "description": "A day of the Gregorian calendar, from 1970-01-01 to 2199-12-31.", "type": "string", "format": "date", "pattern": "^(19[7-9][0-9]|20[0-9]{2}|21[0-9]{2})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$" },
    Question: { "description": "A question, as it was asked.", "type": "string", "minLength": 1, "maxLength": 200, "pattern": LINE },
    CalendarId: { "description": "A calendar of a product, by its id.", "type": "string", "maxLength": ID_MAX, "pattern": KEBAB },
    PointId: { "description": "An escalation point of a product, by its id.", "type": "string", "maxLength": ID_MAX, "pattern": KEBAB },
    Hours: { "description": "A span of a day on the wall clock, as 09:00-17:00; it may end at 24:00.", "type": "string", "pattern": HOURS },
    DayHours: { "description": "The hours of a day, in order and without overlap; none if it is closed.", "type": "array", "maxItems": SPANS_MAX, "items": { "type": "string", "pattern": HOURS } },
    TimeOfDay: { "description": "A time of day on the wall clock, as 08:30.", "type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$" },
    Zone: { "description": "A time zone by its IANA name.", "type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[A-Za-z0-9/_+-]+$" },
    Line: { "description": "A line that may be empty.", "type": "string", "maxLength": 200, "pattern": LINE_OR_NONE },
    TokenId: { "description": "An API token, by the part of it that is no secret.", "type": "string", "maxLength": ID_MAX, "pattern": KEBAB },
    InvitationId: { "description": "An invitation to sign in, by the part of it that is no secret.", "type": "string", "maxLength": ID_MAX, "pattern": KEBAB },
    IdentityId: { "description": "A person's account at an identity provider, by an id that does not say which.", "type": "string", "maxLength": ID_MAX, "pattern": KEBAB },
    SessionId: { "description": "A browser that is signed in, by the part of it that is no secret.", "type": "string", "maxLength": ID_MAX, "pattern": KEBAB },
    ShareId: { "description": "A share link of a product, by the part of it that is no secret.", "type": "string", "maxLength": ID_MAX, "pattern": KEBAB },
    DomainKey: { "description": "First part of the keys of a domain's items.", "type": "string", "maxLength": KEY_MAX, "pattern": "^[A-Z][A-Z0-9]*$" },
    ItemKey: { "description": "An item's key: a domain's key, a hyphen, a number.", "type": "string", "maxLength": KEY_MAX + 11, "pattern": "^[A-Z][A-Z0-9]*-[1-9][0-9]*$" },
    ContentHash: { "description": "The BLAKE3 hash of stored bytes.", "type": "string", "pattern": "^[0-9a-f]{64}$" },
    Version: { "description": "How many commits a product has had.", "type": "integer", "minimum": 0 },
    Timestamp: { "description": "A moment, in microseconds since 1970-01-01T00:00:00Z.", "type": "integer" },
    SecretHash: { "description": "The hash of a token's secret, byte by byte.", "type": "array", "items": { "type": "integer", "minimum": 0, "maximum": 255 }, "minItems": 32, "maxItems": 32 },
    IdentityHash: { "description": "The keyed hash of an identity provider and the name that it gives somebody, byte by byte.", "type": "array", "items": { "type": "integer", "minimum": 0, "maximum": 255 }, "minItems": 32, "maxItems": 32 },
    Estimate: { "description": "An estimate in the team's own unit, in hundredths.", "type": "integer", "minimum": 0, "maximum": Estimate::MAX_HUNDREDTHS },
    ItemValue: { "description": "A value in the product's own unit.", "type": "integer", "minimum": 0, "maximum": ItemValue::MAX },
    Name: { "description": "The name of a product or domain.", "type": "string", "minLength": 1, "maxLength": 120, "pattern": LINE },
    Title: { "description": "An item's title.", "type": "string", "minLength": 1, "maxLength": 200, "pattern": LINE },
    Label: { "description": "A label.", "type": "string", "minLength": 1, "maxLength": 64, "pattern": LINE },
    Source: { "description": "An address, or any other name of an item elsewhere.", "type": "string", "minLength": 1, "maxLength": 500, "pattern": LINE },
    Reason: { "description": "Why somebody did something: at most 2,000 bytes of UTF-8, empty if they did not say.", "type": "string", "maxLength": 2_000, "pattern": BLOCK },
    Summary: { "description": "A short description: at most 2,000 bytes of UTF-8.", "type": "string", "maxLength": 2_000, "pattern": BLOCK },
    Text: { "description": "An item's long text: at most 16,384 bytes of UTF-8.", "type": "string", "maxLength": 16_384, "pattern": BLOCK },
}

/// A schema of a stored payload.
#[derive(Clone, Debug)]
pub struct EventSchema {
    /// `events` if it is in the log of a product, `events/inbox` or `events/outbox` if in that of its inbox or outbox, `events/system` if in that of the server.
    pub folder: &'static str,
    /// The event's type.
    pub kind: String,
    /// Its schema version.
    pub version: u16,
    /// JSON Schema, draft 2020-12.
    pub schema: Value,
}

/// The schemas of all events as they are written today.
#[must_use]
pub fn all() -> Vec<EventSchema> {
    let product = Event::schemas(generator).into_iter();
    let product = product.map(|(kind, version, schema)| of("events", kind, version, schema.into()));
    let system = variants::<system::Event>("events/system", system::Event::TYPES);
    let inbox = variants::<inbox::Event>("events/inbox", inbox::Event::TYPES);
    let outbox = variants::<outbox::Event>("events/outbox", outbox::Event::TYPES);
    product.chain(system).chain(inbox).chain(outbox).collect()
}

fn generator() -> SchemaGenerator {
    SchemaSettings::draft2020_12().into_generator()
}

/// The events of the server, of inboxes and of outboxes are the variants of one type each, and are stored under their names.
fn variants<E: JsonSchema>(folder: &'static str, types: &[(&str, u16)]) -> Vec<EventSchema> {
    let whole = Value::from(generator().into_root_schema_for::<E>());
    let variants = whole.get("oneOf").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut schemas = Vec::new();
    for (kind, version) in types {
        let payload = variants.iter().find_map(|variant| variant.get("properties")?.get(*kind));
        let mut schema = payload.cloned().unwrap_or_default();
        if let (Some(fields), Some(shared)) = (schema.as_object_mut(), whole.get("$defs")) {
            fields.insert("$defs".to_owned(), used(shared, &Value::Object(fields.clone())));
            let described = variants
                .iter()
                .find(|variant| variant.pointer(&format!("/properties/{kind}")).is_some());
            if let Some(description) = described.and_then(|variant| variant.get("description")) {
                fields.insert("description".to_owned(), description.clone());
            }
        }
        schemas.push(of(folder, kind, *version, schema));
    }
    schemas
}

/// Those of the shared schemas that this one refers to, and those that they refer to.
fn used(shared: &Value, schema: &Value) -> Value {
    let shared = shared.as_object().cloned().unwrap_or_default();
    let mut text = schema.to_string();
    let mut found = serde_json::Map::new();
    loop {
        let named = |name: &String| text.contains(&format!("\"#/$defs/{name}\""));
        let next = shared.iter().find(|(name, _)| !found.contains_key(*name) && named(name));
        let Some((name, definition)) = next else { return Value::Object(found) };
        text.push_str(&definition.to_string());
        found.insert(name.clone(), definition.clone());
    }
}

fn of(folder: &'static str, kind: &str, version: u16, mut schema: Value) -> EventSchema {
    if let Some(fields) = schema.as_object_mut() {
        fields.insert("$schema".to_owned(), "https://json-schema.org/draft/2020-12/schema".into());
        fields.insert("title".to_owned(), format!("{kind}, schema version {version}").into());
    }
    no_null_defaults(&mut schema);
    EventSchema { folder, kind: kind.to_owned(), version, schema }
}

/// That a field may be left out is said by its not being required; that `null` stands for it says nothing more.
fn no_null_defaults(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            if fields.get("default") == Some(&Value::Null) {
                fields.remove("default");
            }
            fields.values_mut().for_each(no_null_defaults);
        }
        Value::Array(values) => values.iter_mut().for_each(no_null_defaults),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
