//! Stored events: each type and schema version that was ever written decodes, and is written as it was.
//!
//! A fixture is never changed: a log may hold just that. A new type, or a new schema version, gets a file of its own.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers")]

use std::{collections::BTreeSet, fs, path::PathBuf};

use koepel_domain::{event::Event, system};
use serde_json::{Value, json};

/// Name, schema version and payload of each fixture in a folder.
fn fixtures(folder: &str) -> Vec<(String, u16, Value)> {
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
        (kind.to_owned(), u16::try_from(schema).unwrap(), fixture["payload"].clone())
    };
    fs::read_dir(folder).unwrap().map(|entry| read(entry.unwrap())).collect()
}

#[test]
fn each_stored_event_of_a_product_is_read_and_written_as_it_was() {
    for (kind, schema, payload) in fixtures("events") {
        let event = Event::deserialize_payload(&kind, schema, payload.clone())
            .unwrap_or_else(|error| panic!("{kind}: {error}"));
        assert_eq!(event.kind(), kind);
        let today = Event::TYPES.iter().find(|(name, _)| *name == kind).map(|(_, schema)| *schema);
        assert_eq!(Some(event.schema()), today, "{kind} is not brought up to today's schema");
        if event.schema() == schema {
            assert_eq!(
                event.serialize_payload(serde_json::value::Serializer).unwrap(),
                payload,
                "{kind}"
            );
        }
    }
}

#[test]
fn each_type_of_a_product_has_a_fixture_of_today() {
    let there: BTreeSet<(String, u16)> =
        fixtures("events").into_iter().map(|(kind, schema, _)| (kind, schema)).collect();
    for (kind, schema) in Event::TYPES {
        assert!(there.contains(&((*kind).to_owned(), *schema)), "{kind} of schema {schema}");
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

/// The name under which an event of the server is stored. A new variant breaks this function; it then needs a fixture.
fn name(event: &system::Event) -> &'static str {
    match event {
        system::Event::PersonAdded { .. } => "PersonAdded",
        system::Event::TokenIssued { .. } => "TokenIssued",
        system::Event::TokenRevoked { .. } => "TokenRevoked",
    }
}

#[test]
fn each_stored_event_of_the_server_is_read_and_written_as_it_was() {
    let mut there = BTreeSet::new();
    for (kind, _, payload) in fixtures("system") {
        let stored = json!({ kind.clone(): payload });
        let event: system::Event = serde_json::from_value(stored.clone()).unwrap();
        assert_eq!(serde_json::to_value(&event).unwrap(), stored);
        there.insert(name(&event));
    }
    assert_eq!(
        there.into_iter().collect::<Vec<_>>(),
        ["PersonAdded", "TokenIssued", "TokenRevoked"]
    );
}
