//! The stored form of a commit, and the chain that holds a product's commits together.
//!
//! ```text
//! commit  = marks, header, marks.redacted?(one bit for each event), payloads
//! header  = flags, commit id (16), time, flags.recorded_at?(recorded_at − time), actor,
//!           flags.request?(request id (16)), flags.body?(start of the body's hash (16)),
//!           flags.cause?(cause), number of events, for each: kind, schema, size of the payload
//! payload = its bytes, or if redacted: their hash (32), marks.stand_ins?(what stands in their place,
//!           start of its hash (4))
//!
//! content = H(header ‖ hash of each payload)                          context CONTENT
//! hash    = H(previous hash ‖ content ‖ version ‖ product's name)     context CHAIN
//! ```
//!
//! Numbers are LEB128, times zigzag, texts have their length before them. Neither the product's
//! name nor the version is stored with the commit: the key says them, and the hash covers them. What
//! can be derived is not stored either: [`crate::record::pack`] says where hashes are.
//!
//! `content` does not depend on the place in the log, so callers compute it in their own thread and
//! the one writer hashes some hundred bytes a commit. It sees of a payload only the hash: taking a
//! payload out leaves the chain as it was. What stands in its place is not in the chain at this
//! place: its own check finds damage, and [`crate::Redactions`] whatever was put there by somebody.

mod compression;
pub(crate) mod pack;

use bytes::Bytes;
use uuid::Uuid;

use crate::varint::{self, Malformed, Reader};
use crate::{AppendError, Event, Hash, NewCommit, Payload, ProductName, Version};

/// The most bytes that one commit may have, encoded.
pub const MAX_COMMIT_BYTES: usize = 4 << 20;

/// The most bytes that all commits of one append may have together, encoded.
pub const MAX_APPEND_BYTES: usize = 8 << 20;

/// The most bytes that an event's kind may have.
pub const MAX_KIND_BYTES: usize = 64;

/// Domain separation of the hash over a commit's header and payloads.
const CONTENT: &str = "koepel event-log commit content 1";

/// Domain separation of the hash over a commit's place in its product's chain.
const CHAIN: &str = "koepel event-log chain 1";

const HAS_RECORDED_AT: u8 = 1;
const HAS_REQUEST: u8 = 2;
const HAS_BODY: u8 = 4;
const HAS_CAUSE: u8 = 8;
const ALL_FLAGS: u8 = HAS_RECORDED_AT | HAS_REQUEST | HAS_BODY | HAS_CAUSE;

const HAS_REDACTED: u8 = 1;
const HAS_STAND_INS: u8 = 2;

/// How much of the hash of what stands in the place of a payload is stored with it.
const CHECK_BYTES: usize = 4;

/// A commit in its stored form, not yet at any place in the log.
#[derive(Clone, Debug)]
pub(crate) struct Encoded {
    /// The stored bytes.
    pub(crate) bytes: Vec<u8>,
    /// The hash over header and payloads.
    pub(crate) content: Hash,
}

/// A commit read back.
#[derive(Clone, Debug)]
pub(crate) struct Decoded {
    /// What was appended.
    pub(crate) commit: NewCommit,
    /// The hash over header and payloads.
    pub(crate) content: Hash,
}

/// The hash of a commit at its place.
pub(crate) fn chain(
    previous: Hash,
    content: Hash,
    product: &ProductName,
    version: Version,
) -> Hash {
    let mut hasher = blake3::Hasher::new_derive_key(CHAIN);
    hasher.update(previous.as_bytes());
    hasher.update(content.as_bytes());
    hasher.update(&version.get().to_be_bytes());
    hasher.update(product.as_str().as_bytes());
    Hash::from_bytes(*hasher.finalize().as_bytes())
}

/// Encodes the commits of one append, if they are well formed and not too large.
pub(crate) fn encode_all(commits: &[NewCommit]) -> Result<Vec<Encoded>, AppendError> {
    if commits.is_empty() {
        return Err(AppendError::Invalid { what: "there is no commit to append".into() });
    }
    let mut encoded = Vec::with_capacity(commits.len());
    let mut total = 0_usize;
    for commit in commits {
        let commit = encode(commit)?;
        within(commit.bytes.len(), MAX_COMMIT_BYTES)?;
        total = total.saturating_add(commit.bytes.len());
        within(total, MAX_APPEND_BYTES)?;
        encoded.push(commit);
    }
    Ok(encoded)
}

fn within(size: usize, limit: usize) -> Result<(), AppendError> {
    if size <= limit {
        return Ok(());
    }
    let number = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    Err(AppendError::TooLarge { size_bytes: number(size), limit_bytes: number(limit) })
}

/// Encodes a commit.
///
/// # Errors
/// [`AppendError::Invalid`] names what is not well formed, [`AppendError::TooLarge`] a payload that
/// could not even be counted.
pub(crate) fn encode(commit: &NewCommit) -> Result<Encoded, AppendError> {
    let payload_bytes: usize = commit.events.iter().map(|event| stored_len(&event.payload)).sum();
    within(payload_bytes, MAX_COMMIT_BYTES)?;
    let mut bytes = Vec::with_capacity(160 + commit.events.len() * 24 + payload_bytes);
    let marks = marks_of(&commit.events);
    let (redacted, stand_ins) = (marks & HAS_REDACTED != 0, marks & HAS_STAND_INS != 0);
    bytes.push(marks);
    put_header(&mut bytes, commit)?;

    let mut hasher = blake3::Hasher::new_derive_key(CONTENT);
    hasher.update(bytes.get(1..).unwrap_or_default());
    for event in &commit.events {
        hasher.update(event.payload.hash().as_bytes());
    }

    if redacted {
        put_bits(&mut bytes, commit.events.iter().map(|event| is_redacted(&event.payload)));
    }
    for event in &commit.events {
        put_payload(&mut bytes, &event.payload, stand_ins);
    }
    Ok(Encoded { bytes, content: Hash::from_bytes(*hasher.finalize().as_bytes()) })
}

/// What is said of the payloads before the header, which the hash does not cover: it has one form only.
fn marks_of(events: &[Event]) -> u8 {
    let any = |is: fn(&Payload) -> bool| events.iter().any(|event| is(&event.payload));
    let redacted = if any(is_redacted) { HAS_REDACTED } else { 0 };
    let stand_ins = if any(has_stand_in) { HAS_STAND_INS } else { 0 };
    redacted | stand_ins
}

/// Whether the bits after the last event's are not set.
fn unused_are_zero(bits: &[u8], events: usize) -> bool {
    events.is_multiple_of(8) || bits.last().is_none_or(|last| last >> (events % 8) == 0)
}

fn is_redacted(payload: &Payload) -> bool {
    match payload {
        Payload::Present(_) => false,
        Payload::Redacted { .. } => true,
    }
}

fn stand_in_check(stand_in: &[u8]) -> [u8; CHECK_BYTES] {
    let [a, b, c, d, ..] = *Hash::of(stand_in).as_bytes();
    [a, b, c, d]
}

fn has_stand_in(payload: &Payload) -> bool {
    match payload {
        Payload::Present(_) => false,
        Payload::Redacted { stand_in, .. } => !stand_in.is_empty(),
    }
}

/// How many bytes are stored of a payload, at most.
fn stored_len(payload: &Payload) -> usize {
    match payload {
        Payload::Present(bytes) => bytes.len(),
        Payload::Redacted { stand_in, .. } => {
            let check = CHECK_BYTES + varint::len_of(stand_in.len());
            Hash::BYTES + stand_in.len() + check
        }
    }
}

fn put_payload(out: &mut Vec<u8>, payload: &Payload, stand_ins: bool) {
    match payload {
        Payload::Present(bytes) => out.extend_from_slice(bytes),
        Payload::Redacted { hash, stand_in, .. } => {
            out.extend_from_slice(hash.as_bytes());
            if stand_ins {
                varint::put_bytes(out, stand_in);
                out.extend_from_slice(&stand_in_check(stand_in));
            }
        }
    }
}

fn put_header(out: &mut Vec<u8>, commit: &NewCommit) -> Result<(), AppendError> {
    let body_hash = commit.kept_body_hash();
    let flag = |set: bool, flag: u8| if set { flag } else { 0 };
    out.push(
        flag(commit.recorded_at_us != commit.time_us, HAS_RECORDED_AT)
            | flag(commit.request_id.is_some(), HAS_REQUEST)
            | flag(body_hash != Hash::ZERO, HAS_BODY)
            | flag(commit.cause.is_some(), HAS_CAUSE),
    );
    out.extend_from_slice(commit.commit_id.as_bytes());
    varint::put_signed(out, commit.time_us);
    if commit.recorded_at_us != commit.time_us {
        varint::put_signed(out, commit.recorded_at_us.wrapping_sub(commit.time_us));
    }
    varint::put_bytes(out, commit.actor.as_bytes());
    if let Some(request_id) = commit.request_id {
        out.extend_from_slice(request_id.as_bytes());
    }
    if body_hash != Hash::ZERO {
        out.extend(body_hash.as_bytes().iter().take(Hash::BODY_BYTES));
    }
    if let Some(cause) = &commit.cause {
        varint::put_bytes(out, cause.as_bytes());
    }
    varint::put(out, u64::try_from(commit.events.len()).unwrap_or(u64::MAX));
    for (at, event) in commit.events.iter().enumerate() {
        if !(1..=MAX_KIND_BYTES).contains(&event.kind.len()) {
            let what = format!(
                "the kind of event {at} has {} bytes, not 1 to {MAX_KIND_BYTES}",
                event.kind.len()
            );
            return Err(AppendError::Invalid { what });
        }
        varint::put_bytes(out, event.kind.as_bytes());
        varint::put(out, u64::from(event.schema));
        varint::put(out, event.payload.size_bytes());
    }
    Ok(())
}

fn put_bits(out: &mut Vec<u8>, bits: impl Iterator<Item = bool>) {
    let mut byte = 0_u8;
    let mut used = 0_u32;
    for bit in bits {
        byte |= u8::from(bit) << used;
        used += 1;
        if used == 8 {
            out.push(std::mem::take(&mut byte));
            used = 0;
        }
    }
    if used > 0 {
        out.push(byte);
    }
}

/// Decodes a commit from all of these bytes. Whatever they are, it answers without a panic, and
/// allocates no more than a small multiple of their length. Payloads share the memory of `bytes`.
pub(crate) fn decode(bytes: &Bytes) -> Result<Decoded, Malformed> {
    let mut reader = Reader::new(bytes);
    let marks = reader.byte()?;
    if marks & !(HAS_REDACTED | HAS_STAND_INS) != 0 {
        return Err(Malformed("it has marks that this release does not know"));
    }
    let mut hasher = blake3::Hasher::new_derive_key(CONTENT);
    let before = reader;
    let (mut commit, sizes) = take_header(&mut reader)?;
    let mut header = before;
    hasher.update(header.take(before.left() - reader.left())?);

    let redacted = if marks & HAS_REDACTED == 0 {
        &[][..]
    } else {
        reader.take(commit.events.len().div_ceil(8))?
    };
    for (at, (event, size)) in commit.events.iter_mut().zip(sizes).enumerate() {
        let byte = redacted.get(at / 8).copied().unwrap_or(0);
        event.payload = if byte >> (at % 8) & 1 == 1 {
            let size_bytes =
                u32::try_from(size).map_err(|_| Malformed("a redacted payload is too large"))?;
            let hash = Hash::from_bytes(reader.array()?);
            let stand_in = if marks & HAS_STAND_INS == 0 {
                Bytes::new()
            } else {
                let stand_in = reader.bytes()?;
                if reader.array()? != stand_in_check(stand_in) {
                    return Err(Malformed("what stands in the place of a payload was altered"));
                }
                bytes.slice_ref(stand_in)
            };
            Payload::Redacted { hash, size_bytes, stand_in }
        } else {
            let size = usize::try_from(size).map_err(|_| Malformed("it ends too early"))?;
            Payload::Present(bytes.slice_ref(reader.take(size)?))
        };
        hasher.update(event.payload.hash().as_bytes());
    }
    if reader.left() > 0 {
        return Err(Malformed("there are bytes after its end"));
    }
    if marks != marks_of(&commit.events) || !unused_are_zero(redacted, commit.events.len()) {
        return Err(Malformed("its marks are not those of its payloads"));
    }
    Ok(Decoded { commit, content: Hash::from_bytes(*hasher.finalize().as_bytes()) })
}

/// Reads the header; the payloads of the events in it are still empty, their sizes come with it.
fn take_header(reader: &mut Reader<'_>) -> Result<(NewCommit, Vec<u64>), Malformed> {
    let flags = reader.byte()?;
    if flags & !ALL_FLAGS != 0 {
        return Err(Malformed("it has flags that this release does not know"));
    }
    let has = |flag: u8| flags & flag != 0;
    if has(HAS_BODY) && !has(HAS_REQUEST) {
        return Err(Malformed("it has the hash of a request's body, but no request id"));
    }
    let commit_id = Uuid::from_bytes(reader.array()?);
    let time_us = reader.signed()?;
    let offset_us = if has(HAS_RECORDED_AT) { reader.signed()? } else { 0 };
    let actor = reader.text()?.to_owned();
    let request_id = if has(HAS_REQUEST) { Some(Uuid::from_bytes(reader.array()?)) } else { None };
    let body_hash = if has(HAS_BODY) { take_body_hash(reader)? } else { Hash::ZERO };
    let cause = if has(HAS_CAUSE) { Some(reader.text()?.to_owned()) } else { None };

    let count = reader.length()?;
    // An event takes at least four bytes: length and letter of its kind, schema, size.
    let plausible = count.min(reader.left() / 4);
    let mut events = Vec::with_capacity(plausible);
    let mut sizes = Vec::with_capacity(plausible);
    for _ in 0..count {
        let kind = reader.text()?.to_owned();
        let schema = u16::try_from(reader.number()?)
            .map_err(|_| Malformed("the schema of an event is above 65535"))?;
        sizes.push(reader.number()?);
        events.push(Event { kind, schema, payload: Payload::Present(Bytes::new()) });
    }
    let commit = NewCommit {
        commit_id,
        recorded_at_us: time_us.wrapping_add(offset_us),
        time_us,
        actor,
        request_id,
        body_hash,
        cause,
        events,
    };
    Ok((commit, sizes))
}

fn take_body_hash(reader: &mut Reader<'_>) -> Result<Hash, Malformed> {
    let mut hash = [0; Hash::BYTES];
    for (to, from) in hash.iter_mut().zip(reader.array::<{ Hash::BODY_BYTES }>()?) {
        *to = from;
    }
    Ok(Hash::from_bytes(hash))
}

#[cfg(test)]
pub(crate) mod tests;
