//! Pushed events, from the wire: CloudEvents 1.0 over gRPC and HTTP (structured, binary, batch).
//!
//! Source of the rules: CloudEvents 1.0.2, its JSON format, and its HTTP protocol binding. Limits are ours. An event is kept
//! as one JSON text in the structured form, so that a mapping finds attributes and `data` at the same paths however it came.

use koepel_domain::{
    ids::Timestamp,
    inbox::{BODY_MAX, Push},
    text::{Line, Reason},
};
use serde_json::{Map, Value};

use crate::{check::Invalid, v1};

/// Most events of one message or batch.
pub const EVENTS_MAX: usize = koepel_domain::inbox::PUSHES_MAX;

/// 2200-01-01T00:00:00Z, the first moment that is too late.
const END_US: i64 = 7_258_118_400_000_000;

/// Reads an event that came over gRPC.
///
/// # Errors
/// What is wrong with it.
pub fn event(event: &v1::PushedEvent) -> Result<Push, String> {
    if !event.json.is_empty() {
        return whole(event);
    }
    let mut fields = Map::new();
    fields.insert("specversion".to_owned(), Value::from("1.0"));
    for (name, value) in [
        ("id", &event.id),
        ("source", &event.source),
        ("type", &event.r#type),
        ("subject", &event.subject),
    ] {
        if !value.is_empty() {
            fields.insert(name.to_owned(), Value::from(value.as_str()));
        }
    }
    if let Some(time) = &event.time {
        let at = jiff::Timestamp::new(time.seconds, time.nanos)
            .map_err(|_| "`time` is no time from 1970 to 2199".to_owned())?;
        fields.insert("time".to_owned(), Value::from(at.to_string()));
    }
    if !event.data.trim().is_empty() {
        let data = serde_json::from_str(&event.data)
            .map_err(|error| format!("`data` is no JSON: {error}"))?;
        fields.insert("data".to_owned(), data);
    }
    read(fields)
}

/// Reads an event that came over gRPC in the JSON format.
fn whole(event: &v1::PushedEvent) -> Result<Push, String> {
    let alone = v1::PushedEvent { json: event.json.clone(), ..v1::PushedEvent::default() };
    if *event != alone {
        return Err("both `json` and other fields are given; `json` is the whole event".to_owned());
    }
    let read = serde_json::from_str(&event.json);
    structured(&read.map_err(|error| format!("`json` is no JSON: {error}"))?)
}

/// Reads an event in the JSON format.
///
/// # Errors
/// What is wrong with it.
pub fn structured(event: &Value) -> Result<Push, String> {
    let Value::Object(fields) = event else {
        return Err(
            "an event is a JSON object with `specversion`, `id`, `source` and `type`".into()
        );
    };
    read(fields.clone())
}

/// Reads an event whose attributes came as headers `ce-…`, given here without that and in lower case.
///
/// # Errors
/// What is wrong with it.
pub fn binary<'a>(
    attributes: impl Iterator<Item = (&'a str, String)>,
    content_type: &str,
    body: &[u8],
) -> Result<Push, String> {
    let mut fields = Map::new();
    for (name, value) in attributes {
        fields.insert(name.to_owned(), Value::from(value));
    }
    if !body.is_empty() {
        if !is_json(content_type) {
            let shown: String = content_type.chars().take(60).collect();
            return Err(format!("the data is {shown:?}; only JSON is read"));
        }
        let data = serde_json::from_slice(body)
            .map_err(|error| format!("the body is no JSON: {error}"))?;
        fields.insert("data".to_owned(), data);
    }
    read(fields)
}

/// Whether a media type is JSON.
#[must_use]
pub fn is_json(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || kind == "text/json" || kind.ends_with("+json")
}

/// An event that is none, but came with others that are: kept, so that it can be seen why it was set aside.
#[must_use]
pub fn faulty(event: &Value, fault: &str) -> Push {
    let body: String = event.to_string();
    let given = event.get("id").and_then(Value::as_str).and_then(|id| Line::new(id).ok());
    let id = given.filter(|id| !id.is_empty()).unwrap_or_else(|| {
        // The same event has the same name when it is sent again.
        let name = uuid::Uuid::from_u64_pair(fingerprint(&body, 1), fingerprint(&body, 2));
        Line::new(&format!("nameless-{name}")).unwrap_or_default()
    });
    let source = event.get("source").and_then(Value::as_str);
    let source = source.and_then(|source| Line::new(source).ok()).unwrap_or_default();
    // What is too long to be kept is cut; it could not be applied anyway.
    let body = if body.len() > BODY_MAX { Value::from("(too long)").to_string() } else { body };
    let fault: String = fault.chars().filter(|c| !c.is_control()).take(400).collect();
    Push { id, source, time: None, body, fault: Reason::new(&fault).unwrap_or_default() }
}

/// FNV-1a with a seed.
fn fingerprint(text: &str, seed: u64) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325 ^ seed, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Reads the attributes, and keeps all of it.
fn read(fields: Map<String, Value>) -> Result<Push, String> {
    let text = |name: &str| match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str())),
        Some(_) => Err(format!("the attribute `{name}` is no text")),
    };
    let needed = |name: &str| {
        let line = text(name)?.ok_or_else(|| format!("the attribute `{name}` is missing"))?;
        let line = Line::new(line).map_err(|error| format!("the attribute `{name}` {error}"))?;
        if line.is_empty() { Err(format!("the attribute `{name}` is empty")) } else { Ok(line) }
    };
    match text("specversion")? {
        Some("1.0") => {}
        Some(other) => {
            let shown: String = other.chars().take(20).collect();
            return Err(format!("`specversion` is {shown:?}; CloudEvents 1.0 are read"));
        }
        None => return Err("the attribute `specversion` is missing; it is \"1.0\"".to_owned()),
    }
    let (id, source) = (needed("id")?, needed("source")?);
    needed("type")?;
    if fields.contains_key("data_base64") {
        return Err("`data_base64` is not read; send the data as JSON".to_owned());
    }
    let time = text("time")?.map(time).transpose()?;
    let body = Value::Object(fields).to_string();
    if body.len() > BODY_MAX {
        return Err(format!("the event is {} bytes long; at most {BODY_MAX} fit", body.len()));
    }
    Ok(Push { id, source, time, body, fault: Reason::default() })
}

/// Reads a time with its offset, from 1970 to 2199.
fn time(text: &str) -> Result<Timestamp, String> {
    let shown: String = text.chars().take(40).collect();
    let refused = || format!("`time` is {shown:?}; an RFC 3339 time from 1970 to 2199 is expected");
    let time: jiff::Timestamp = text.parse().map_err(|_| refused())?;
    let time = time.as_microsecond();
    if (0..END_US).contains(&time) { Ok(Timestamp(time)) } else { Err(refused()) }
}

/// Reads the events of a message.
///
/// # Errors
/// [`Invalid`] for the message as a whole; a single event that is none is kept as one to be set aside.
pub fn events(request: &v1::PushRequest) -> Result<Vec<Push>, Invalid> {
    if request.events.is_empty() || request.events.len() > EVENTS_MAX {
        let what =
            format_args!("has {} entries; 1 to {EVENTS_MAX} are taken", request.events.len());
        return Err(Invalid::field("events", what));
    }
    if let Some((at, long)) = too_long(request.events.iter().map(|event| event.data.len())) {
        let what = format_args!("has {long} bytes; at most {BODY_MAX} fit into an event");
        return Err(Invalid::field(&format!("events[{at}].data"), what));
    }
    if let Some((at, long)) = too_long(request.events.iter().map(|event| event.json.len())) {
        let what = format_args!("has {long} bytes; at most {BODY_MAX} are taken");
        return Err(Invalid::field(&format!("events[{at}].json"), what));
    }
    Ok(request
        .events
        .iter()
        .map(|one| event(one).unwrap_or_else(|fault| refused(one, &fault)))
        .collect())
}

/// The first of these lengths that is too long for an event, and which it is.
pub fn too_long(lengths: impl Iterator<Item = usize>) -> Option<(usize, usize)> {
    lengths.enumerate().find(|(_, length)| *length > BODY_MAX)
}

/// An event that came over gRPC and is none.
fn refused(event: &v1::PushedEvent, fault: &str) -> Push {
    if event.id.is_empty() && !event.json.is_empty() {
        let text = || Value::from(event.json.as_str());
        return faulty(&serde_json::from_str(&event.json).unwrap_or_else(|_| text()), fault);
    }
    let time = event.time.as_ref().map(|time| format!("{} s and {} ns", time.seconds, time.nanos));
    // As it was meant, if it can be read: a text in it is found then by whoever looks for it.
    let data = serde_json::from_str(&event.data).unwrap_or_else(|_| event.data.as_str().into());
    let data: Value = data;
    let fields = serde_json::json!({
        "id": event.id, "source": event.source, "type": event.r#type, "subject": event.subject,
        "time": time, "data": data,
    });
    faulty(&fields, fault)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn least() -> Value {
        json!({"specversion": "1.0", "id": "1", "source": "/s", "type": "t"})
    }

    #[track_caller]
    fn refusal(change: Value) -> String {
        let mut event = least();
        for (name, value) in change.as_object().unwrap() {
            event[name] = value.clone();
        }
        structured(&event).unwrap_err()
    }

    #[test]
    fn an_event_is_kept_whole_whichever_way_it_came() {
        let whole = json!({
            "specversion": "1.0", "id": "a-1", "source": "/jira", "type": "issue.updated",
            "time": "2026-11-22T10:00:00+01:00", "subject": "SHOP-7", "data": {"title": "Ret"},
        });
        let push = structured(&whole).unwrap();
        assert_eq!((push.id.as_str(), push.source.as_str()), ("a-1", "/jira"));
        assert_eq!(push.time, Some(Timestamp(1_795_338_000_000_000)));
        assert_eq!(serde_json::from_str::<Value>(&push.body).unwrap(), whole);
        let attributes = [
            ("specversion", "1.0"),
            ("id", "a-1"),
            ("source", "/jira"),
            ("type", "issue.updated"),
            ("time", "2026-11-22T10:00:00+01:00"),
            ("subject", "SHOP-7"),
        ];
        let attributes = attributes.into_iter().map(|(name, value)| (name, value.to_owned()));
        let body = br#"{"title": "Ret"}"#;
        assert_eq!(binary(attributes, "application/json; charset=utf-8", body).unwrap(), push);
    }

    #[test]
    fn what_is_no_event_is_refused_with_the_attribute() {
        assert!(structured(&json!([])).is_err());
        for missing in ["specversion", "id", "source", "type"] {
            let mut event = least();
            event.as_object_mut().unwrap().remove(missing);
            assert!(structured(&event).unwrap_err().contains(missing), "{missing}");
            assert!(refusal(json!({ missing: "" })).contains(missing));
            assert!(refusal(json!({ missing: 7 })).contains(missing));
        }
        assert!(refusal(json!({"specversion": "0.3"})).contains("0.3"));
        for wrong in [
            "30000-01-01T00:00:00Z",
            "1969-12-31T23:59:59Z",
            "2026-11-22",
            "soon",
            "2026-02-30T00:00:00Z",
        ] {
            assert!(refusal(json!({"time": wrong})).contains("RFC 3339"), "{wrong}");
        }
        assert!(refusal(json!({"data": "x".repeat(BODY_MAX)})).contains("at most"));
        assert!(refusal(json!({"data_base64": "eA=="})).contains("JSON"));
        assert!(refusal(json!({"id": "a\u{1}b"})).contains("U+0001"));
    }

    #[test]
    fn an_event_in_the_json_format_is_read_as_over_http() {
        let json = |text: &str| v1::PushedEvent { json: text.to_owned(), ..Default::default() };
        assert_eq!(event(&json(&least().to_string())), structured(&least()));
        let both = v1::PushedEvent { id: "1".to_owned(), ..json(&least().to_string()) };
        assert!(event(&both).unwrap_err().contains("`json` is the whole event"));
        assert!(event(&json("{")).unwrap_err().contains("no JSON"));
        let late = r#"{"specversion":"1.0","id":"9","source":"/s","type":"t","time":"30000-01-01T00:00:00Z"}"#;
        let request = v1::PushRequest {
            connection: String::new(),
            events: vec![json("{"), json(late), json(&least().to_string())],
        };
        let pushes = events(&request).unwrap();
        assert!(pushes[0].id.as_str().starts_with("nameless-"), "{:?}", pushes[0]);
        assert_eq!(pushes[1].id.as_str(), "9");
        assert!(pushes[1].fault.as_str().contains("30000"), "{:?}", pushes[1]);
        assert!(pushes[2].fault.is_empty());
        let long = json(&"x".repeat(BODY_MAX + 1));
        let request = v1::PushRequest { connection: String::new(), events: vec![long] };
        assert!(events(&request).unwrap_err().to_string().contains("events[0].json"));
    }

    #[test]
    fn a_bad_event_among_good_ones_is_kept_to_be_set_aside() {
        let good = v1::PushedEvent {
            id: "1".to_owned(),
            source: "/s".to_owned(),
            r#type: "t".to_owned(),
            data: "{}".to_owned(),
            ..v1::PushedEvent::default()
        };
        let bad = v1::PushedEvent { id: String::new(), ..good.clone() };
        let request =
            v1::PushRequest { connection: String::new(), events: vec![good, bad.clone(), bad] };
        let pushes = events(&request).unwrap();
        assert!(pushes[0].fault.is_empty());
        assert!(pushes[1].fault.as_str().contains("`id`"), "{:?}", pushes[1]);
        assert_eq!(pushes[1].id, pushes[2].id, "it has the same name when it comes again");
        assert!(events(&v1::PushRequest::default()).is_err());
    }
}
