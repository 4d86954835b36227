//! Stored events: each type and schema version that was ever written decodes, and is written as it was.
//!
//! A fixture is never changed: a log may hold just that. A new type, or a new schema version, gets a file of its own, named
//! `ItemCreated.v1.least.json`: type, schema version, and a word to tell several apart. It holds the type, the schema version
//! and the payload as it was stored. Where an old payload is written otherwise today, `today` says how.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "test helpers")]

use std::{collections::BTreeSet, fs, path::PathBuf};

use koepel_domain::{
    event::{Event, Subject},
    inbox, outbox, system,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

/// A payload as it was stored once.
struct Fixture {
    file: String,
    kind: String,
    schema: u16,
    payload: Value,
    /// How it is written today.
    today: Value,
}

/// The fixtures in a folder.
fn fixtures(folder: &str) -> Vec<Fixture> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(folder);
    let read = |entry: fs::DirEntry| {
        let (file, text) = (entry.file_name(), fs::read_to_string(entry.path()).unwrap());
        let fixture: Value = serde_json::from_str(&text).unwrap();
        let (kind, schema) =
            (fixture["type"].as_str().unwrap(), fixture["schema"].as_u64().unwrap());
        // A type may have several, told apart by a word: ItemCreated.v1.closed.json.
        let name = file.to_str().unwrap();
        assert!(
            name.starts_with(&format!("{kind}.v{schema}.")),
            "{name} holds a {kind} of {schema}"
        );
        let payload = fixture["payload"].clone();
        Fixture {
            file: name.to_owned(),
            kind: kind.to_owned(),
            schema: u16::try_from(schema).unwrap(),
            today: fixture.get("today").unwrap_or(&payload).clone(),
            payload,
        }
    };
    fs::read_dir(folder).unwrap().map(|entry| read(entry.unwrap())).collect()
}

#[test]
fn each_stored_event_of_a_product_is_read_and_written_as_today() {
    for Fixture { file, kind, schema, payload, today } in fixtures("events") {
        let event = Event::deserialize_payload(&kind, schema, payload)
            .unwrap_or_else(|error| panic!("{file}: {error}"));
        assert_eq!(event.kind(), kind);
        let of_today = Event::TYPES.iter().find(|(name, _)| *name == kind);
        assert_eq!(of_today, Some(&(event.kind(), event.schema())), "{file} is not brought up");
        let written = event.serialize_payload(serde_json::value::Serializer).unwrap();
        assert_eq!(written, today, "{file}");
    }
}

#[test]
fn what_an_event_is_about_is_what_else_is_said_of_it() {
    for Fixture { file, kind, schema, payload, .. } in fixtures("events") {
        let event = Event::deserialize_payload(&kind, schema, payload).unwrap();
        let subject = event.subject();
        let (item, entry, escalation) = match &subject {
            Subject::Item(item) => (Some(item), None, None),
            // It concerns an item, too.
            Subject::Decision(_) => (event.item(), None, None),
            Subject::Entry(no) => (None, Some(*no), None),
            Subject::Escalation(no) => (None, None, Some(*no)),
            Subject::Domain(_)
            | Subject::Goal(_)
            | Subject::Vision
            | Subject::Sync(_)
            | Subject::Gap(_)
            | Subject::Connection(_)
            | Subject::Calendar(_)
            | Subject::Product => (None, None, None),
        };
        let said = (event.item(), event.entry(), event.escalation());
        assert_eq!(said, (item, entry, escalation), "{file}: {subject:?}");
    }
}

#[test]
fn each_schema_version_of_each_type_has_a_fixture() {
    let there: BTreeSet<(String, u16)> =
        fixtures("events").into_iter().map(|fixture| (fixture.kind, fixture.schema)).collect();
    let written = Event::WRITTEN.iter().map(|(kind, schema)| ((*kind).to_owned(), *schema));
    assert_eq!(there, written.collect(), "fixtures, and what Event::WRITTEN says");
    for (kind, schema) in Event::TYPES {
        let versions: Vec<u16> =
            Event::WRITTEN.iter().filter(|(name, _)| name == kind).map(|(_, v)| *v).collect();
        assert_eq!(versions, (1..=*schema).collect::<Vec<_>>(), "{kind} leaves a version out");
    }
}

#[test]
fn what_is_no_event_of_ours_is_refused() {
    let decode = |kind: &str, schema, payload| {
        Event::deserialize_payload(kind, schema, payload).unwrap_err().to_string()
    };
    assert_eq!(
        decode("ItemTeleported", 1, json!({})),
        "event type ItemTeleported with schema version 1 is unknown to this program; a newer one may have written it"
    );
    assert_eq!(
        decode("ItemSplit", 9, json!({})),
        "event type ItemSplit with schema version 9 is unknown to this program; a newer one may have written it"
    );
    assert_eq!(
        decode("ItemMerged", 1, json!({})),
        "payload is no ItemMerged: missing field `item`"
    );
    let misspelt = json!({"domain": "Online", "reason": ""});
    assert_eq!(
        decode("DomainDeleted", 1, misspelt),
        "payload is no DomainDeleted: domain id \"Online\" is not 1 to 40 of a-z, 0-9 and single hyphens, beginning with a letter"
    );
}

/// Checks the fixtures of events that are the variants of one type.
#[track_caller]
fn check_variants<E: Serialize + DeserializeOwned>(
    folder: &str,
    types: &[(&str, u16)],
    kind_of: fn(&E) -> &'static str,
) {
    let fixtures = fixtures(folder);
    for Fixture { file, kind, payload, today, .. } in &fixtures {
        let event: E = serde_json::from_value(json!({ kind.as_str(): payload }))
            .unwrap_or_else(|error| panic!("{file}: {error}"));
        let today = json!({ kind.as_str(): today });
        assert_eq!(serde_json::to_value(&event).unwrap(), today, "{file}");
        assert!(types.contains(&(kind_of(&event), 1)), "{file}");
    }
    let there: BTreeSet<(String, u16)> =
        fixtures.into_iter().map(|fixture| (fixture.kind, fixture.schema)).collect();
    let types = types.iter().map(|(kind, schema)| ((*kind).to_owned(), *schema));
    assert_eq!(there, types.collect());
}

#[test]
fn each_stored_event_of_the_server_is_read_and_written_as_it_was() {
    check_variants("system", system::Event::TYPES, system::Event::kind);
}

#[test]
fn each_stored_event_of_an_inbox_is_read_and_written_as_it_was() {
    check_variants("inbox", inbox::Event::TYPES, inbox::Event::kind);
}

#[test]
fn each_stored_event_of_an_outbox_is_read_and_written_as_it_was() {
    check_variants("outbox", outbox::Event::TYPES, outbox::Event::kind);
}
