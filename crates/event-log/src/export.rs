//! Export as JSON Lines: one commit a line, readable with ordinary tools.
//!
//! For people and other systems, and for [`crate::import()`], which makes the same product of it in another log. A backup of a
//! whole log is [`crate::backup()`]'s.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::{Event, EventLog, Hash, Payload, ProductName, ReadError, ReadLimit, Record, Version};

/// Why an export ended early.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The log could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A line could not be written.
    #[error("the export cannot be written: {0}")]
    Write(#[from] io::Error),
}

/// A commit, as a line.
#[derive(Serialize)]
struct Line<'a> {
    product: &'a ProductName,
    version: Version,
    commit_id: Uuid,
    recorded_at_us: i64,
    time_us: i64,
    actor: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body_hash: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'a str>,
    events: Vec<LineEvent<'a>>,
    previous: Hash,
    hash: Hash,
}

/// An event, in a line.
#[derive(Serialize)]
struct LineEvent<'a> {
    kind: &'a str,
    schema: u16,
    #[serde(flatten)]
    content: Content<'a>,
}

/// What is there of a payload.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Content<'a> {
    /// It is JSON, and stands here as it is stored.
    Payload(&'a RawValue),
    /// It is something else, in hexadecimal digits.
    PayloadHex(String),
    /// It was taken out.
    Redacted(Redacted<'a>),
}

/// What is left of a payload that was taken out.
#[derive(Serialize)]
struct Redacted<'a> {
    hash: Hash,
    size_bytes: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    stand_in: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stand_in_hex: Option<String>,
}

/// Writes the commits of a product, from the first to the head it has now, one a line. Answers with
/// how many they were.
///
/// # Errors
/// [`ExportError`]; the lines written before are whole.
pub async fn export(
    log: &(impl EventLog + ?Sized),
    product: &ProductName,
    mut writer: impl Write + Send,
) -> Result<u64, ExportError> {
    let head = log.head(product).await?;
    let mut next = Version::ZERO.next();
    while next <= head.version {
        let page = log.read(product, next, ReadLimit::default()).await?;
        if page.is_empty() {
            break;
        }
        for record in page.iter().take_while(|record| record.version <= head.version) {
            serde_json::to_writer(&mut writer, &line(record)).map_err(io::Error::from)?;
            writer.write_all(b"\n")?;
            next = record.version.next();
        }
    }
    writer.flush()?;
    Ok(next.before().get())
}

fn line(record: &Record) -> Line<'_> {
    let commit = &record.commit;
    Line {
        product: &record.product,
        version: record.version,
        commit_id: commit.commit_id,
        recorded_at_us: commit.recorded_at_us,
        time_us: commit.time_us,
        actor: &commit.actor,
        request_id: commit.request_id,
        body_hash: (commit.body_hash != Hash::ZERO).then(|| kept_digits(commit.body_hash)),
        cause: commit.cause.as_deref(),
        events: commit.events.iter().map(line_event).collect(),
        previous: record.previous,
        hash: record.hash,
    }
}

/// The digits of a body's hash that the log keeps.
fn kept_digits(hash: Hash) -> String {
    let mut digits = hash.to_string();
    digits.truncate(Hash::BODY_BYTES * 2);
    digits
}

fn line_event(event: &Event) -> LineEvent<'_> {
    let content = match &event.payload {
        Payload::Redacted { hash, size_bytes, stand_in } => {
            let json = embedded(stand_in);
            let other = json.is_none() && !stand_in.is_empty();
            Content::Redacted(Redacted {
                hash: *hash,
                size_bytes: *size_bytes,
                stand_in: json,
                stand_in_hex: other.then(|| hex(stand_in)),
            })
        }
        Payload::Present(bytes) => match embedded(bytes) {
            Some(json) => Content::Payload(json),
            None => Content::PayloadHex(hex(bytes)),
        },
    };
    LineEvent { kind: &event.kind, schema: event.schema, content }
}

/// The payload as JSON, if it is that, does not break the line, and can be told byte by byte from the line again: `null` would
/// look like nothing, and white space around it would be lost.
fn embedded(bytes: &[u8]) -> Option<&RawValue> {
    if bytes == b"null" || bytes.iter().any(|byte| matches!(byte, b'\n' | b'\r')) {
        return None;
    }
    let json: &RawValue = serde_json::from_slice(bytes).ok()?;
    (json.get().len() == bytes.len()).then_some(json)
}

fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('?');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::record::tests::{event, sample};
    use crate::{MemoryLog, NewCommit};

    #[tokio::test]
    async fn each_commit_is_a_line_and_json_payloads_stay_as_they_are() {
        let log = MemoryLog::new();
        let product = ProductName::new("online").unwrap();
        let stand_in = Bytes::from_static(b"{\"title\":\"-\"}");
        let redacted = Payload::Redacted { hash: Hash::of(b"secret"), size_bytes: 6, stand_in };
        let commit = NewCommit {
            events: vec![
                event("ItemCreated", br#"{"title":"a  b","big":12345678901234567890123}"#),
                event("Blob", &[0, 255]),
                event("Pretty", b"{\n}"),
                Event { kind: "Text".into(), schema: 2, payload: redacted },
            ],
            ..sample(1)
        };
        log.append(&product, Version::ZERO, vec![commit, sample(2)]).await.unwrap();

        let mut out = Vec::new();
        assert_eq!(export(&log, &product, &mut out).await.unwrap(), 2);

        let text = String::from_utf8(out).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 2);
        assert!(lines[0].contains(r#""payload":{"title":"a  b","big":12345678901234567890123}"#));
        let value: serde_json::Value = serde_json::from_str(lines[0]).unwrap();
        assert_eq!(value["version"], 1);
        assert_eq!(value["events"][1]["payload_hex"], "00ff");
        assert_eq!(value["events"][2]["payload_hex"], "7b0a7d");
        assert_eq!(value["events"][3]["redacted"]["size_bytes"], 6);
        assert_eq!(value["events"][3]["redacted"]["stand_in"]["title"], "-");
        let next: serde_json::Value = serde_json::from_str(lines[1]).unwrap();
        assert_eq!(next["previous"], value["hash"]);
    }

    #[test]
    fn only_whole_json_on_one_line_is_embedded() {
        for (bytes, is_embedded) in [
            (&b"{}"[..], true),
            (b"12", true),
            (b"", false),
            (b"{}x", false),
            (b"{\n}", false),
            (b"null", false),
            (b" {}", false),
        ] {
            assert_eq!(embedded(&Bytes::from_static(bytes)).is_some(), is_embedded, "{bytes:?}");
        }
    }
}
