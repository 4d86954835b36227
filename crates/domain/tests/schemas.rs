//! The JSON Schemas of the events, as they are checked in: every fixture of every version fits its schema, and what the types
//! refuse the schemas refuse, too.
//!
//! The validator below knows just what our schemas use, and fails on anything else.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "test helpers")]

use std::{collections::BTreeSet, fs, path::PathBuf};

use koepel_domain::{
    event::Event,
    ids::{ContentHash, DomainId, DomainKey, ItemKey},
    inbox, outbox, schema, system,
    text::{Label, Reason, Source, Text, Title},
};
use regex::Regex;
use serde_json::{Value, json};

fn here(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(path: PathBuf) -> Value {
    let text = fs::read_to_string(&path).unwrap_or_else(|error| {
        panic!("{}: {error}; `cargo xtask schemas` writes it", path.display())
    });
    serde_json::from_str(&text).unwrap()
}

/// The schema of a type in a version, as it is checked in.
fn schema_of(folder: &str, kind: &str, version: u64) -> Value {
    read(here(&format!("../../proto/{folder}/{kind}.v{version}.json")))
}

/// Says why a value does not fit a schema of `root`.
fn validate(root: &Value, schema: &Value, value: &Value) -> Result<(), String> {
    let Some(rules) = schema.as_object() else {
        return if schema == true { Ok(()) } else { Err("nothing fits".to_owned()) };
    };
    for (rule, wanted) in rules {
        if !holds(root, rule, wanted, rules.get("properties"), value)? {
            return Err(format!("{value} does not fit {rule} {wanted}"));
        }
    }
    Ok(())
}

fn holds(
    root: &Value,
    rule: &str,
    wanted: &Value,
    properties: Option<&Value>,
    value: &Value,
) -> Result<bool, String> {
    let fits = |schema: &Value| validate(root, schema, value).is_ok();
    let number = wanted.as_u64();
    let length = || value.as_str().map(|text| text.chars().count() as u64);
    let items = || value.as_array().map(|list| list.len() as u64);
    Ok(match rule {
        "$schema" | "$defs" | "title" | "description" | "default" | "format" => true,
        "$ref" => {
            let pointer = wanted.as_str().unwrap().trim_start_matches('#');
            validate(root, root.pointer(pointer).unwrap(), value)?;
            true
        }
        "type" => match wanted.as_array() {
            Some(types) => types.iter().any(|one| is(one, value)),
            None => is(wanted, value),
        },
        "const" => wanted == value,
        "enum" => wanted.as_array().unwrap().contains(value),
        "anyOf" => wanted.as_array().unwrap().iter().any(fits),
        "oneOf" => wanted.as_array().unwrap().iter().filter(|one| fits(one)).count() == 1,
        "properties" => {
            for (name, schema) in wanted.as_object().unwrap() {
                if let Some(field) = value.get(name) {
                    validate(root, schema, field).map_err(|why| format!("{name}: {why}"))?;
                }
            }
            true
        }
        "required" => wanted
            .as_array()
            .unwrap()
            .iter()
            .all(|name| value.get(name.as_str().unwrap()).is_some()),
        "additionalProperties" if wanted == false => {
            let known = properties.and_then(Value::as_object).unwrap();
            value
                .as_object()
                .is_none_or(|fields| fields.keys().all(|name| known.contains_key(name)))
        }
        "items" => {
            for item in value.as_array().into_iter().flatten() {
                validate(root, wanted, item)?;
            }
            true
        }
        "minItems" => items().is_none_or(|count| Some(count) >= number),
        "maxItems" => items().is_none_or(|count| Some(count) <= number),
        "minLength" => length().is_none_or(|length| Some(length) >= number),
        "maxLength" => length().is_none_or(|length| Some(length) <= number),
        "minimum" => value.as_f64().is_none_or(|value| Some(value) >= wanted.as_f64()),
        "maximum" => value.as_f64().is_none_or(|value| Some(value) <= wanted.as_f64()),
        "pattern" => {
            // Rust's way to write a code point.
            let pattern = Regex::new(r"\\u([0-9a-f]{4})").unwrap();
            let pattern = pattern.replace_all(wanted.as_str().unwrap(), r"\x{$1}").into_owned();
            let pattern = Regex::new(&format!("(?s){}", pattern.replace('$', r"\z"))).unwrap();
            value.as_str().is_none_or(|text| pattern.is_match(text))
        }
        other => panic!("the validator does not know {other}"),
    })
}

fn is(kind: &Value, value: &Value) -> bool {
    match kind.as_str().unwrap() {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        other => panic!("the validator does not know {other}"),
    }
}

/// File name, type, schema version and payload of each fixture.
fn fixtures(folder: &str) -> Vec<(String, String, u64, Value)> {
    let read = |entry: fs::DirEntry| {
        let fixture = read(entry.path());
        let kind = fixture["type"].as_str().unwrap().to_owned();
        let name = entry.file_name().into_string().unwrap();
        (name, kind, fixture["schema"].as_u64().unwrap(), fixture["payload"].clone())
    };
    let entries = fs::read_dir(here(&format!("tests/fixtures/{folder}"))).unwrap();
    entries.map(|entry| read(entry.unwrap())).collect()
}

#[test]
fn each_fixture_fits_the_schema_of_its_version() {
    for (fixtures_in, schemas_in) in [
        ("events", "events"),
        ("inbox", "events/inbox"),
        ("outbox", "events/outbox"),
        ("system", "events/system"),
    ] {
        for (name, kind, version, payload) in fixtures(fixtures_in) {
            let schema = schema_of(schemas_in, &kind, version);
            validate(&schema, &schema, &payload).unwrap_or_else(|why| panic!("{name}: {why}"));
        }
    }
}

#[test]
fn the_fixtures_together_have_every_field_and_one_has_only_what_it_must() {
    for (kind, version) in Event::WRITTEN {
        let schema = schema_of("events", kind, u64::from(*version));
        let names = |fields: Option<&Value>| -> BTreeSet<String> {
            let fields = fields.and_then(Value::as_object);
            fields.map(|fields| fields.keys().cloned().collect()).unwrap_or_default()
        };
        let all = names(schema.get("properties"));
        let required: BTreeSet<String> = schema["required"]
            .as_array()
            .map(|list| list.iter().map(|name| name.as_str().unwrap().to_owned()).collect())
            .unwrap_or_default();
        let held: Vec<BTreeSet<String>> = fixtures("events")
            .iter()
            .filter(|(_, of, in_version, _)| of == kind && *in_version == u64::from(*version))
            .map(|(_, _, _, payload)| names(Some(payload)))
            .collect();
        let seen: BTreeSet<String> = held.iter().flatten().cloned().collect();
        let missing: Vec<_> = all.difference(&seen).collect();
        assert!(missing.is_empty(), "no fixture of {kind}, schema {version}, has {missing:?}");
        assert!(
            held.contains(&required),
            "no fixture of {kind}, schema {version}, is the least: {required:?}"
        );
    }
}

#[test]
fn what_is_checked_in_is_what_the_types_say() {
    let mut there = BTreeSet::new();
    for one in schema::all() {
        let file = format!("{}.v{}", one.kind, one.version);
        let stored = schema_of(one.folder, &one.kind, u64::from(one.version));
        assert_eq!(stored, one.schema, "{file}: run `cargo xtask schemas`");
        there.insert((one.folder, one.kind, one.version));
    }
    let all = |folder, types: &[(&str, u16)]| {
        types
            .iter()
            .map(|(kind, version)| (folder, (*kind).to_owned(), *version))
            .collect::<Vec<_>>()
    };
    let product = all("events", Event::TYPES);
    let system = all("events/system", system::Event::TYPES);
    let inbox = all("events/inbox", inbox::Event::TYPES);
    let outbox = all("events/outbox", outbox::Event::TYPES);
    let all = product.into_iter().chain(system).chain(inbox).chain(outbox);
    assert_eq!(there, all.collect());
}

/// Checks that a type and its schema, a field of an event, take and refuse the same.
#[track_caller]
fn check(kind: &str, field: &str, text: &str, taken: bool) {
    let root = schema_of("events", kind, 1);
    let schema = &root["properties"][field];
    let fits = validate(&root, schema, &json!(text)).is_ok();
    assert_eq!(fits, taken, "{kind}.{field}: {text:?}");
}

#[test]
fn the_schemas_take_the_texts_that_the_types_take() {
    let long = |length: usize| "å".repeat(length);
    for text in
        ["", " ", "a", "a b", "a\u{7f}", "a\nb", "\u{85}", " a", "a ", &long(200), &long(201)]
    {
        // A schema is of what is stored: that is trimmed.
        let stored = |new: Result<String, koepel_domain::text::Error>| {
            new.is_ok_and(|new: String| new == text)
        };
        check("ItemCreated", "title", text, stored(Title::new(text).map(String::from)));
    }
    for text in ["", "a\n\tb", "a\u{0}", "a\u{9f}", "å\r\n"] {
        check("ItemCreated", "text", text, Text::new(text).is_ok());
        check("ItemPinned", "reason", text, Reason::new(text).is_ok());
    }
    check("ItemPinned", "reason", &"a".repeat(2_000), Reason::new(&"a".repeat(2_000)).is_ok());
    check("ItemPinned", "reason", &"a".repeat(2_001), Reason::new(&"a".repeat(2_001)).is_ok());
    check("LinkResolved", "raw", &long(500), Source::new(&long(500)).is_ok());
    check("LinkResolved", "raw", &long(501), Source::new(&long(501)).is_ok());
    let root = schema_of("events", "ItemCreated", 1);
    for text in ["", "a", &long(64), &long(65)] {
        let fits = validate(&root, &root["properties"]["labels"], &json!([text])).is_ok();
        assert_eq!(fits, Label::new(text).is_ok(), "{text:?}");
    }
}

#[test]
fn the_schemas_take_the_names_that_the_types_take() {
    let long = "a".repeat(40);
    for id in
        ["a", "a-b", "a1", "", "A", "1", "-a", "a-", "a--b", "a_b", "é", &long, &format!("{long}a")]
    {
        check("DomainAdded", "domain", id, DomainId::new(id).is_ok());
    }
    for key in ["A", "A1", "", "a", "1A", "A-", "ABCDEFGHIJKLMNOPQRST", "ABCDEFGHIJKLMNOPQRSTU"] {
        check("DomainAdded", "key", key, DomainKey::new(key).is_ok());
    }
    for key in ["A-1", "A-10", "A-0", "A-01", "A", "A-", "a-1", "A-1-1", "-1"] {
        check("ItemPinned", "item", key, key.parse::<ItemKey>().is_ok());
    }
    for hash in ["0123456789abcdef".repeat(4), "0".repeat(63), "G".repeat(64)] {
        check("TextRedacted", "stand_in", &hash, ContentHash::new(&hash).is_ok());
    }
}
