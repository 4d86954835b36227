//! Which payloads were taken out of a log, and whether a commit vouches for what stands in their place.
//!
//! The chain holds the hash of a payload that was taken out, not what stands in its place: that was put there later. So a
//! later commit of the product says of each which hash it has, in an event of the kind [`REDACTION`]. Of such an event this
//! module reads the fields `version`, `event` and `stand_in`; everything else of it is not its business. If a payload is
//! redacted again, the last word counts.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{Hash, Payload, Record, Version};

/// The kind of the event by which a commit vouches for what stands in the place of a payload.
pub const REDACTION: &str = "TextRedacted";

/// What is read of such an event.
#[derive(Deserialize)]
struct Voucher {
    version: Version,
    event: u32,
    stand_in: Hash,
}

/// A payload that was taken out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redaction {
    /// The version whose commit held it.
    pub version: Version,
    /// Which of the commit's events it was the payload of, from 0.
    pub event: u32,
    /// The version whose commit vouches for what stands in its place; none does, if there is something wrong.
    pub by: Option<Version>,
}

/// The redactions of one product, gathered from its records in their order. Records may be left out at the beginning.
#[derive(Clone, Debug, Default)]
pub struct Redactions {
    first: Option<Version>,
    stand_ins: BTreeMap<(Version, u32), Hash>,
    vouchers: BTreeMap<(Version, u32), (Version, Hash)>,
}

impl Redactions {
    /// Takes the next record.
    pub fn see(&mut self, record: &Record) {
        self.first.get_or_insert(record.version);
        for (at, event) in (0_u32..).zip(&record.commit.events) {
            if let Payload::Redacted { stand_in, .. } = &event.payload {
                self.stand_ins.insert((record.version, at), Hash::of(stand_in));
            }
            if event.kind != REDACTION {
                continue;
            }
            // One that cannot be read vouches for nothing.
            let read = event.payload.readable().map(|json| serde_json::from_slice::<Voucher>(json));
            if let Some(Ok(Voucher { version, event, stand_in })) = read
                && version < record.version
            {
                self.vouchers.insert((version, event), (record.version, stand_in));
            }
        }
    }

    /// The payloads that were taken out, by version.
    pub fn list(&self) -> impl Iterator<Item = Redaction> {
        self.stand_ins.iter().map(|(key, hash)| {
            let (version, event) = *key;
            let voucher = self.vouchers.get(key).filter(|(_, vouched)| vouched == hash);
            Redaction { version, event, by: voucher.map(|(by, _)| *by) }
        })
    }

    /// What is wrong once all records have been taken, with the version that it is about.
    #[must_use]
    pub fn problems(&self) -> Vec<(Version, String)> {
        let unvouched = self.list().filter(|one| one.by.is_none()).map(|one| {
            let what = format!(
                "the payload of event {} was taken out, and no later commit vouches for what stands in its place",
                one.event
            );
            (one.version, what)
        });
        let first = self.first.unwrap_or(Version::ZERO);
        let there = self
            .vouchers
            .iter()
            .filter(|(key, _)| key.0 >= first && !self.stand_ins.contains_key(*key))
            .map(|((version, event), (by, _))| {
                let what =
                    format!("version {by} says that the payload of event {event} was taken out, and it is there");
                (*version, what)
            });
        let mut problems: Vec<_> = unvouched.chain(there).collect();
        problems.sort();
        problems
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::record::tests::{event, sample};
    use crate::{Event, Head, NewCommit, ProductName};

    /// An event whose payload was taken out.
    pub(crate) fn gone(was: &[u8], stand_in: &'static str) -> Event {
        let size_bytes = u32::try_from(was.len()).unwrap();
        let stand_in = Bytes::from_static(stand_in.as_bytes());
        let payload = Payload::Redacted { hash: Hash::of(was), size_bytes, stand_in };
        Event { kind: "Gone".to_owned(), schema: 1, payload }
    }

    /// A commit that vouches for what stands in the place of a payload.
    pub(crate) fn notice(n: u64, version: u64, at: u32, stand_in: &str) -> NewCommit {
        let hash = Hash::of(stand_in.as_bytes());
        let said =
            format!(r#"{{"version":{version},"event":{at},"stand_in":"{hash}","reason":"asked"}}"#);
        NewCommit { events: vec![event(REDACTION, said.as_bytes())], ..sample(n) }
    }

    /// What is found in these commits, the first of which makes version `first`.
    fn seen(first: u64, commits: Vec<NewCommit>) -> Redactions {
        let mut redactions = Redactions::default();
        for (version, commit) in (first..).zip(commits) {
            let Head { hash, .. } = Head::ZERO;
            redactions.see(&Record {
                product: ProductName::new("online").unwrap(),
                version: Version::new(version),
                previous: hash,
                hash,
                commit,
            });
        }
        redactions
    }

    fn with(events: Vec<Event>) -> NewCommit {
        NewCommit { events, ..sample(1) }
    }

    #[track_caller]
    fn check(first: u64, commits: Vec<NewCommit>, expected: &[(u64, &str)]) {
        let problems = seen(first, commits).problems();
        assert_eq!(problems.len(), expected.len(), "{problems:?}");
        for ((version, what), (at, words)) in problems.iter().zip(expected) {
            assert_eq!(version.get(), *at);
            assert!(what.contains(words), "{what}");
        }
    }

    #[test]
    fn what_a_later_commit_vouches_for_is_fine() {
        check(1, vec![sample(1), sample(2)], &[]);
        let redacted = with(vec![event("Kept", b"{}"), gone(b"a", "{}")]);
        check(1, vec![redacted.clone(), notice(2, 1, 1, "{}")], &[]);
        let found = seen(1, vec![redacted, notice(2, 1, 1, "{}")]);
        let by = Some(Version::new(2));
        assert_eq!(
            found.list().collect::<Vec<_>>(),
            [Redaction { version: Version::new(1), event: 1, by }]
        );
    }

    #[test]
    fn a_stand_in_that_nobody_vouches_for_is_a_problem() {
        let none = "no later commit vouches";
        check(1, vec![with(vec![gone(b"a", "{}")])], &[(1, none)]);
        // Of another event, of another content, or from the past.
        let redacted = with(vec![gone(b"a", "{}")]);
        let other = [notice(2, 1, 1, "{}"), notice(2, 1, 0, "{ }")];
        check(1, vec![redacted.clone(), other[1].clone()], &[(1, none)]);
        check(1, vec![redacted.clone(), other[0].clone()], &[(1, none), (1, "it is there")]);
        check(1, vec![notice(1, 2, 0, "{}"), redacted], &[(2, none)]);
    }

    #[test]
    fn the_last_word_counts() {
        let (first, second) = (notice(2, 1, 0, "{}"), notice(3, 1, 0, "[]"));
        let one = with(vec![gone(b"a", "[]")]);
        check(1, vec![one.clone(), first.clone(), second.clone()], &[]);
        check(1, vec![one, second, first], &[(1, "no later commit vouches")]);
    }

    #[test]
    fn a_payload_that_is_back_is_a_problem_if_it_was_seen() {
        check(1, vec![sample(1), notice(2, 1, 0, "{}")], &[(1, "it is there")]);
        check(2, vec![notice(2, 1, 0, "{}")], &[]);
    }

    #[test]
    fn a_notice_may_itself_be_redacted() {
        let said = notice(2, 1, 0, "{}").events[0].payload.clone();
        let Payload::Present(said) = said else { panic!("it is there") };
        let stand_in =
            Payload::Redacted { hash: Hash::of(b"x"), size_bytes: 1, stand_in: said.clone() };
        let mut second = with(vec![event(REDACTION, b"")]);
        second.events[0].payload = stand_in;
        let third = notice(3, 2, 0, std::str::from_utf8(&said).unwrap());
        check(1, vec![with(vec![gone(b"a", "{}")]), second, third], &[]);
    }
}
