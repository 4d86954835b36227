//! An event as one of the CloudEvents 1.0, in their JSON format: what every way out of Koepel carries.
//!
//! It is made from the event of the API and says the same. The attributes of the specification are `specversion`, `id`,
//! `source`, `type`, `subject`, `time` and `datacontenttype`; `data` is the payload itself, not a text that holds it. Ours:
//!
//! | attribute | type | what |
//! |---|---|---|
//! | `version` | String, decimal digits | the commit's version. An Integer of CloudEvents ends at 2³¹ − 1, a version does not; and a type that changed on the way there would break its readers |
//! | `index` | Integer | the event's place in its commit, from 0 |
//! | `count` | Integer | how many events the commit has |
//! | `actor` | String | `people/p-7f3a`, or `people/system` |
//! | `requestid` | String | the client's id of the request; absent if it gave none |
//! | `redacted` | Boolean | `true` if texts were taken out of the log later; else absent |
//!
//! Rules: <https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md> and `formats/json-format.md` beside it.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::v1;

/// The media type of one event in this format.
pub const MEDIA_TYPE: &str = "application/cloudevents+json";

/// An event in the shape of the JSON format.
#[derive(Clone, Debug, Serialize)]
pub struct CloudEvent<'a> {
    specversion: &'static str,
    id: &'a str,
    source: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    subject: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    version: String,
    index: u32,
    count: u32,
    actor: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    requestid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    redacted: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    datacontenttype: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a RawValue>,
}

impl<'a> From<&'a v1::Event> for CloudEvent<'a> {
    fn from(event: &'a v1::Event) -> Self {
        // As it is stored, not parsed and written again: no number loses a digit. What is redacted whole has nothing.
        let data = serde_json::from_str::<&RawValue>(&event.data).ok();
        Self {
            specversion: "1.0",
            id: &event.id,
            source: &event.source,
            kind: &event.r#type,
            subject: &event.subject,
            time: event.time.as_ref().and_then(rfc3339),
            version: event.version.to_string(),
            index: event.index,
            count: event.count,
            actor: &event.actor,
            requestid: Some(event.request_id.as_str()).filter(|id| !id.is_empty()),
            redacted: event.redacted.then_some(true),
            datacontenttype: data.map(|_| "application/json"),
            data,
        }
    }
}

/// A time in UTC as RFC 3339 has it, with as many digits of the second as it has: `2026-11-21T13:33:00.25Z`.
fn rfc3339(time: &prost_types::Timestamp) -> Option<String> {
    Timestamp::new(time.seconds, time.nanos).ok().map(|time| time.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn event() -> v1::Event {
        v1::Event {
            id: "0193-0".to_owned(),
            source: "products/webshop".to_owned(),
            r#type: "koepel.v1.ItemRanked".to_owned(),
            subject: "products/webshop/items/ONLINE-42".to_owned(),
            time: Some(prost_types::Timestamp { seconds: 1_795_267_980, nanos: 250_000_000 }),
            version: u64::MAX,
            index: 0,
            count: 2,
            actor: "people/p-1".to_owned(),
            request_id: "r-1".to_owned(),
            data:
                r#"{"item":"ONLINE-42","reason":"the shops \"wait\"","big":18446744073709551615}"#
                    .to_owned(),
            redacted: false,
        }
    }

    fn json(event: &v1::Event) -> String {
        serde_json::to_string(&CloudEvent::from(event)).unwrap()
    }

    /// What the specification and its JSON format ask of an event.
    #[track_caller]
    fn check(event: &v1::Event) {
        let text = json(event);
        let Value::Object(event) = serde_json::from_str(&text).unwrap() else {
            panic!("{text} is no object");
        };
        assert_eq!(event["specversion"], "1.0");
        for required in ["id", "source", "type"] {
            assert!(event[required].as_str().is_some_and(|value| !value.is_empty()), "{text}");
        }
        for (name, value) in event.iter().filter(|(name, _)| *name != "data") {
            let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
            assert!((1..=20).contains(&name.len()) && name.chars().all(legal), "{name}");
            match value {
                Value::Bool(_) => {}
                Value::Number(number) => {
                    let number = number.as_i64().expect("a whole number");
                    assert!(i32::try_from(number).is_ok(), "{name} is no Integer: {number}");
                }
                Value::String(value) => assert!(!value.is_empty(), "{name} is empty"),
                Value::Null | Value::Array(_) | Value::Object(_) => {
                    panic!("{name} is no attribute: {value}")
                }
            }
        }
        let time = event["time"].as_str().unwrap();
        assert!(time.ends_with('Z') && time.parse::<Timestamp>().is_ok(), "{time}");
        assert_eq!(event.contains_key("data"), event.contains_key("datacontenttype"), "{text}");
    }

    #[test]
    fn an_event_has_the_attributes_of_the_specification_and_ours() {
        assert_eq!(
            json(&event()),
            r#"{"specversion":"1.0","id":"0193-0","source":"products/webshop","type":"koepel.v1.ItemRanked","subject":"products/webshop/items/ONLINE-42","time":"2026-11-21T13:33:00.25Z","version":"18446744073709551615","index":0,"count":2,"actor":"people/p-1","requestid":"r-1","datacontenttype":"application/json","data":{"item":"ONLINE-42","reason":"the shops \"wait\"","big":18446744073709551615}}"#
        );
    }

    #[test]
    fn every_event_follows_the_json_format() {
        check(&event());
        check(&v1::Event { request_id: String::new(), ..event() });
        check(&v1::Event { redacted: true, ..event() });
        check(&v1::Event { redacted: true, data: String::new(), ..event() });
        let time = |seconds, nanos| Some(prost_types::Timestamp { seconds, nanos });
        for time in [time(0, 0), time(253_402_000_000, 999_999_000), time(1, 1_000)] {
            check(&v1::Event { time, ..event() });
        }
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        let bare = v1::Event { request_id: String::new(), data: String::new(), ..event() };
        let json = json(&bare);
        for absent in ["requestid", "redacted", "data"] {
            assert!(!json.contains(absent), "{json}");
        }
    }
}
