//! Old schema versions, on events that exist only here: the real ones have had few or none yet, and the way to read them
//! must not rot until they have.

#![expect(unreachable_pub, reason = "the macro makes what is public elsewhere")]

use serde_json::{Value, json};

use super::*;

events! {
    /// Something that was written in one shape only.
    Waved = 1 {
        /// To whom.
        to: PersonId,
    }
    /// Something whose third version has got a field more than its second, which was another shape than its first.
    Walked = 3 [1 as Walked1, 2] {
        /// Who.
        person: PersonId,
        /// In centimetres.
        distance: u32,
        /// On what.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        shoes: Option<Name>,
    }
}

/// `Walked` as it was written in its first version: in metres.
#[derive(Deserialize)]
struct Walked1 {
    who: PersonId,
    metres: u32,
}

impl From<Walked1> for Walked {
    fn from(old: Walked1) -> Self {
        Self { person: old.who, distance: old.metres * 100, shoes: None }
    }
}

fn walked(distance: u32, shoes: Option<&str>) -> Event {
    let shoes = shoes.map(|name| Name::new(name).unwrap());
    Walked { person: PersonId::new("p-1").unwrap(), distance, shoes }.into()
}

#[track_caller]
fn check(schema: u16, payload: Value, event: &Event, written: &Value) {
    assert_eq!(&Event::deserialize_payload("Walked", schema, payload).unwrap(), event);
    assert_eq!(event.schema(), 3, "what is written is of today");
    assert_eq!(&event.serialize_payload(serde_json::value::Serializer).unwrap(), written);
}

#[test]
fn an_event_of_another_shape_is_brought_up_to_that_of_today() {
    let today = json!({"person": "p-1", "distance": 300});
    check(1, json!({"who": "p-1", "metres": 3}), &walked(300, None), &today);
}

#[test]
fn an_event_that_lacks_a_later_field_is_read_with_its_default() {
    let today = json!({"person": "p-1", "distance": 7});
    check(2, today.clone(), &walked(7, None), &today);
    let full = json!({"person": "p-1", "distance": 7, "shoes": "Clogs"});
    check(3, full.clone(), &walked(7, Some("Clogs")), &full);
}

#[test]
fn a_payload_is_held_against_the_shape_of_its_own_version() {
    let misfit = |schema, payload| {
        Event::deserialize_payload("Walked", schema, payload).unwrap_err().to_string()
    };
    let today = json!({"person": "p-1", "distance": 7});
    assert_eq!(misfit(1, today), "payload is no Walked: missing field `who`");
    let first = json!({"who": "p-1", "metres": 3});
    assert_eq!(misfit(2, first.clone()), "payload is no Walked: missing field `person`");
    assert!(misfit(4, first).contains("schema version 4 is unknown to this program"));
}

#[test]
fn each_version_that_was_written_is_listed() {
    assert_eq!(Event::TYPES, [("Waved", 1), ("Walked", 3)]);
    assert_eq!(Event::WRITTEN, [("Waved", 1), ("Walked", 1), ("Walked", 2), ("Walked", 3)]);
    assert_eq!(Event::from(Waved { to: PersonId::new("p-2").unwrap() }).kind(), "Waved");
}

#[cfg(feature = "schema")]
#[test]
fn only_what_is_written_today_has_a_schema_made_for_it() {
    let schemas = Event::schemas(schemars::SchemaGenerator::default);
    let types: Vec<_> = schemas.iter().map(|(kind, version, _)| (*kind, *version)).collect();
    assert_eq!(types, Event::TYPES);
}
