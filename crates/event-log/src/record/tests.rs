//! Tests of the stored form: round trips, whatever bytes, and stored examples of both layouts.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::pack;
use super::*;
use crate::{Head, Record};

/// An event with these bytes.
pub(crate) fn event(kind: &str, payload: &[u8]) -> Event {
    Event {
        kind: kind.to_owned(),
        schema: 1,
        payload: Payload::Present(Bytes::copy_from_slice(payload)),
    }
}

/// Bytes that cannot be compressed, others for each `n`.
pub(crate) fn noise(n: u64, size: usize) -> Vec<u8> {
    let mut bytes = vec![0; size];
    blake3::Hasher::new().update(b"noise").update(&n.to_be_bytes()).finalize_xof().fill(&mut bytes);
    bytes
}

/// A commit that differs with `n`.
pub(crate) fn sample(n: u64) -> NewCommit {
    NewCommit {
        commit_id: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + u128::from(n)),
        recorded_at_us: 1_795_000_000_000_000 + i64::try_from(n).unwrap(),
        time_us: 1_795_000_000_000_000 + i64::try_from(n).unwrap(),
        actor: "person-7".to_owned(),
        request_id: Some(Uuid::from_u128(u128::from(n))),
        body_hash: Hash::of(&n.to_be_bytes()).kept_of_body(),
        cause: None,
        events: vec![event("ItemCreated", format!(r#"{{"item":"ONLINE-{n}"}}"#).as_bytes())],
    }
}

/// Any payload; also a redacted one.
fn any_payload() -> impl Strategy<Value = Payload> {
    prop_oneof![
        2 => vec(any::<u8>(), 0..300).prop_map(|bytes| Payload::Present(bytes.into())),
        2 => "[a-c\"]{0,300}".prop_map(|text| Payload::Present(text.into())),
        1 => (any::<[u8; 32]>(), any::<u32>(), vec(any::<u8>(), 0..300)).prop_map(
            |(hash, size_bytes, stand_in)| {
                let hash = Hash::from_bytes(hash);
                Payload::Redacted { hash, size_bytes, stand_in: stand_in.into() }
            }
        ),
    ]
}

/// Any well-formed commit.
pub(crate) fn any_commit() -> impl Strategy<Value = NewCommit> {
    let event = ("[A-Za-z]{1,64}", any::<u16>(), any_payload())
        .prop_map(|(kind, schema, payload)| Event { kind, schema, payload });
    let ids = (any::<u128>(), option::of(any::<u128>()), option::of(any::<[u8; 32]>()));
    let texts = (".{0,40}", option::of(".{0,40}"));
    (ids, any::<(i64, i64, bool)>(), texts, vec(event, 0..12)).prop_map(
        |((id, request, body), (recorded, time, same), (actor, cause), events)| NewCommit {
            commit_id: Uuid::from_u128(id),
            recorded_at_us: recorded,
            time_us: if same { recorded } else { time },
            actor,
            request_id: request.map(Uuid::from_u128),
            body_hash: match (request, body) {
                (Some(_), Some(bytes)) => Hash::from_bytes(bytes).kept_of_body(),
                (None, _) | (_, None) => Hash::ZERO,
            },
            cause,
            events,
        },
    )
}

fn product() -> ProductName {
    ProductName::new("online").unwrap()
}

/// Packs commits after a head: the stored value, and the head they make.
fn packed(after: Head, commits: &[NewCommit]) -> (Bytes, Head) {
    let mut builder = pack::Builder::after(after);
    for commit in commits {
        let encoded = encode(commit).unwrap();
        let foretold = builder.size_with(&encoded);
        builder.push(&product(), &encoded);
        assert!(builder.size_with(&encoded) >= foretold);
    }
    let head = builder.head();
    let (first, mut bytes) = builder.finish();
    assert_eq!(first, after.version.next());
    bytes.extend_from_slice(head.hash.as_bytes());
    (bytes.into(), head)
}

fn unpack(after: Head, bytes: &Bytes) -> Result<(Vec<Record>, Head), pack::Unfit> {
    let mut records = Vec::new();
    let head = pack::decode(&product(), after, bytes, |record, _| records.push(record))?;
    Ok((records, head))
}

proptest! {
    #[test]
    fn a_commit_reads_back_as_it_was(commit in any_commit()) {
        let encoded = encode(&commit).unwrap();
        let decoded = decode(&encoded.bytes.into()).unwrap();
        prop_assert_eq!(decoded.commit, commit);
        prop_assert_eq!(decoded.content, encoded.content);
    }

    #[test]
    fn a_pack_reads_back_with_its_hashes(
        commits in vec(any_commit(), 1..6),
        version in 0..u64::MAX / 2,
        hash: [u8; 32],
    ) {
        let after = Head { version: Version::new(version), hash: Hash::from_bytes(hash) };
        let (bytes, head) = packed(after, &commits);
        let (records, found) = unpack(after, &bytes).unwrap();
        prop_assert_eq!(found, head);
        let mut previous = after;
        for record in &records {
            prop_assert_eq!(record.previous, previous.hash);
            prop_assert_eq!(record.version, previous.version.next());
            previous = record.head();
        }
        prop_assert_eq!(previous, head);
        let read: Vec<NewCommit> = records.into_iter().map(|record| record.commit).collect();
        prop_assert_eq!(read, commits);
    }

    #[test]
    fn whatever_the_bytes_decoding_ends_without_a_panic(bytes in vec(any::<u8>(), 0..400)) {
        let bytes = Bytes::from(bytes);
        let _ = decode(&bytes);
        for format in 0..4 {
            let mut pack = vec![format];
            pack.extend_from_slice(&bytes);
            prop_assert!(unpack(Head::ZERO, &pack.into()).is_err());
        }
    }

    #[test]
    fn a_pack_with_any_byte_altered_or_cut_off_is_refused(
        commits in vec(any_commit(), 1..4),
        at: prop::sample::Index,
        by in 1_u8..,
    ) {
        let (bytes, _) = packed(Head::ZERO, &commits);
        let at = at.index(bytes.len());
        let mut altered = bytes.to_vec();
        altered[at] ^= by;
        prop_assert!(unpack(Head::ZERO, &altered.into()).is_err());
        prop_assert!(unpack(Head::ZERO, &bytes.slice(..at)).is_err());
    }

    #[test]
    fn redaction_leaves_the_hash_as_it_was(commit in any_commit(), which: prop::sample::Index) {
        let before = encode(&commit).unwrap().content;
        let mut redacted = commit;
        if !redacted.events.is_empty() {
            let count = redacted.events.len();
            let payload = &mut redacted.events[which.index(count)].payload;
            let size_bytes = u32::try_from(payload.size_bytes()).unwrap();
            let stand_in = Bytes::from_static(b"{}");
            *payload = Payload::Redacted { hash: payload.hash(), size_bytes, stand_in };
        }
        prop_assert_eq!(encode(&redacted).unwrap().content, before);
    }
}

#[test]
fn a_count_that_the_bytes_cannot_hold_allocates_nothing_like_it() {
    let mut bytes = vec![0, 0];
    bytes.extend_from_slice(&[0; 16]);
    bytes.extend_from_slice(&[0, 0]);
    varint::put(&mut bytes, u64::MAX);
    assert!(decode(&bytes.into()).is_err());
}

#[test]
fn marks_and_flags_of_a_later_release_are_refused() {
    let good = encode(&sample(1)).unwrap().bytes;
    for (at, what) in [(0, "marks"), (1, "flags")] {
        let mut later = good.clone();
        later[at] |= 0x80;
        let error = decode(&later.into()).unwrap_err();
        assert!(error.to_string().contains(what), "{error}");
    }
}

#[test]
fn a_hash_depends_on_product_version_and_previous_hash() {
    let content = encode(&sample(1)).unwrap().content;
    let here = |previous, name, version| {
        chain(previous, content, &ProductName::new(name).unwrap(), Version::new(version))
    };
    let one = here(Hash::ZERO, "online", 1);
    assert_ne!(one, here(Hash::ZERO, "online", 2));
    assert_ne!(one, here(Hash::ZERO, "onlin", 1));
    assert_ne!(one, here(Hash::of(b"x"), "online", 1));
}

/// A commit in which nothing can be compressed.
fn noisy(n: u64) -> NewCommit {
    NewCommit {
        commit_id: Uuid::from_slice(&noise(n, 16)).unwrap(),
        recorded_at_us: i64::from_be_bytes(noise(n + 300, 8).try_into().unwrap()),
        time_us: i64::from_be_bytes(noise(n + 400, 8).try_into().unwrap()),
        actor: n.to_string(),
        request_id: Some(Uuid::from_slice(&noise(n + 100, 16)).unwrap()),
        events: vec![event("N", &noise(n + 200, 40))],
        ..sample(n)
    }
}

#[test]
fn the_first_altered_commit_of_a_pack_is_named() {
    let commits: Vec<NewCommit> = (1..=5).map(noisy).collect();
    let (bytes, _) = packed(Head::ZERO, &commits);
    assert_eq!(bytes[0], pack::PLAIN);
    let mut altered = bytes.to_vec();
    let at = bytes.windows(40).position(|window| window == noise(203, 40)).unwrap();
    altered[at] ^= 1;
    let unfit = unpack(Head::ZERO, &altered.into()).unwrap_err();
    assert_eq!(unfit.version, Version::new(3));
}

#[test]
fn of_a_compressed_pack_the_first_altered_commit_is_named_too_unless_it_is_damaged() {
    let commits: Vec<NewCommit> = (1..=5).map(sample).collect();
    let (bytes, head) = packed(Head::ZERO, &commits);
    assert_eq!(bytes[0], pack::COMPRESSED);
    let mut body = compression::decompress(&bytes[1..bytes.len() - Hash::BYTES]).unwrap();
    let at = body.windows(8).position(|window| window == b"ONLINE-3").unwrap();
    body[at] ^= 1;
    let mut altered = vec![pack::COMPRESSED];
    assert!(compression::compress(&body, &mut altered));
    altered.extend_from_slice(head.hash.as_bytes());
    assert_eq!(unpack(Head::ZERO, &altered.into()).unwrap_err().version, Version::new(3));
    // Of damaged bytes none can be trusted.
    let mut damaged = bytes.to_vec();
    damaged[bytes.len() - Hash::BYTES - 1] ^= 1;
    assert_eq!(unpack(Head::ZERO, &damaged.into()).unwrap_err().version, Version::new(1));
}

#[test]
fn a_body_hash_without_a_request_id_is_neither_stored_nor_read() {
    let unnamed = NewCommit { request_id: None, ..sample(1) };
    let none = NewCommit { body_hash: Hash::ZERO, ..unnamed.clone() };
    let encoded = encode(&unnamed).unwrap();
    assert_eq!(encoded.bytes, encode(&none).unwrap().bytes);
    let mut flagged = encoded.bytes;
    flagged[1] |= HAS_BODY;
    assert!(decode(&flagged.into()).unwrap_err().to_string().contains("no request id"));
}

#[test]
fn what_is_not_well_formed_or_too_large_is_refused() {
    let with = |event: Event| NewCommit { events: vec![event], ..sample(1) };
    for kind in ["", &"x".repeat(MAX_KIND_BYTES + 1)] {
        let refused = encode_all(&[with(event(kind, b""))]).unwrap_err();
        assert!(matches!(refused, AppendError::Invalid { .. }), "{refused}");
    }
    assert!(matches!(encode_all(&[]), Err(AppendError::Invalid { .. })));
    let large = with(event("Big", &vec![0; MAX_COMMIT_BYTES]));
    assert!(matches!(encode_all(&[large]), Err(AppendError::TooLarge { .. })));
    let fits = with(event("Big", &vec![0; MAX_COMMIT_BYTES - 200]));
    assert!(encode_all(&[fits.clone(), fits.clone()]).is_ok());
    assert!(matches!(
        encode_all(&[fits.clone(), fits.clone(), fits]),
        Err(AppendError::TooLarge { .. })
    ));
}

/// Commits with all that a commit can have.
fn of_all_kinds(one: fn(u64) -> NewCommit) -> [NewCommit; 2] {
    let gone = Payload::Redacted { hash: Hash::of(b"gone"), size_bytes: 4, stand_in: Bytes::new() };
    let events =
        vec![event("Kept", b"{}"), Event { kind: "Gone".to_owned(), schema: 3, payload: gone }];
    let other = NewCommit {
        time_us: -5,
        cause: Some("rule 4".to_owned()),
        request_id: None,
        body_hash: Hash::ZERO,
        events,
        ..one(2)
    };
    [one(1), other]
}

/// Checks that a stored pack is read. Answers with what is written for the same commits today.
#[track_caller]
fn check_stored(hex: &str, commits: &[NewCommit], format: u8) -> (Vec<u8>, Bytes) {
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    let stored: Vec<u8> = digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect();
    let (written, _) = packed(Head::ZERO, commits);
    let today: String = written.iter().map(|byte| format!("{byte:02x}")).collect();
    let read = unpack(Head::ZERO, &Bytes::from(stored.clone()));
    let (records, _) = read.unwrap_or_else(|unfit| panic!("{unfit:?}; today it is {today}"));
    assert!(records.into_iter().map(|record| record.commit).eq(commits.iter().cloned()));
    assert_eq!((stored[0], written[0]), (format, format));
    (stored, written)
}

#[test]
fn a_plain_pack_written_by_the_first_release_is_read_and_still_written() {
    let commits = of_all_kinds(noisy);
    let (stored, written) = check_stored(include_str!("pack-1.hex"), &commits, pack::PLAIN);
    assert_eq!(stored, written);
}

/// Another release of the compressor may find another block for the same bytes.
#[test]
fn a_compressed_pack_written_by_the_first_release_is_read() {
    let commits = of_all_kinds(sample);
    check_stored(include_str!("pack-2.hex"), &commits, pack::COMPRESSED);
}
