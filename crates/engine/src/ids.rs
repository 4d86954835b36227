//! Which request made which version: short fingerprints in memory, the record in the log has the rest.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

use koepel_domain::ids::Version;
use uuid::Uuid;

/// How many tables there are, so that none is ever so large that its growing holds up a command.
const TABLES: usize = 256;

/// The fingerprint of a request id, together with whose it is. Never nought.
pub(crate) fn fingerprint(actor: &str, request_id: Uuid) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(request_id.as_bytes());
    hasher.update(actor.as_bytes());
    let mut bytes = [0; 8];
    hasher.finalize_xof().fill(&mut bytes);
    u64::from_le_bytes(bytes).max(1)
}

/// Fingerprints are as good as random, so they are their own hashes.
#[derive(Default)]
struct Itself(u64);

impl Hasher for Itself {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        // Only whole numbers come, see below; this is for the trait.
        self.0 = bytes.iter().fold(self.0, |hash, byte| hash.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u64(&mut self, fingerprint: u64) {
        self.0 = fingerprint;
    }
}

type Table = HashMap<u64, u64, BuildHasherDefault<Itself>>;

/// The requests of a product, durable and not.
pub(crate) struct RequestIds {
    durable: Vec<Table>,
    pending: Table,
}

impl RequestIds {
    /// Those of the first commits, one fingerprint a commit, nought for none.
    pub(crate) fn of(fingerprints: &[u64]) -> Self {
        let mut ids = Self { durable: vec![Table::default(); TABLES], pending: Table::default() };
        for (version, fingerprint) in (1..).zip(fingerprints) {
            ids.settle(*fingerprint, Version(version));
        }
        ids
    }

    /// The version that a request made, durable or not.
    pub(crate) fn get(&self, fingerprint: u64) -> Option<Version> {
        let durable = || self.durable.get(table(fingerprint))?.get(&fingerprint);
        self.pending.get(&fingerprint).or_else(durable).copied().map(Version)
    }

    /// Remembers a request whose commit is not durable yet.
    pub(crate) fn add(&mut self, fingerprint: u64, version: Version) {
        if fingerprint != 0 {
            self.pending.insert(fingerprint, version.0);
        }
    }

    /// Its commit is durable.
    pub(crate) fn settle(&mut self, fingerprint: u64, version: Version) {
        if fingerprint == 0 {
            return;
        }
        if self.pending.get(&fingerprint) == Some(&version.0) {
            self.pending.remove(&fingerprint);
        }
        if let Some(table) = self.durable.get_mut(table(fingerprint)) {
            table.insert(fingerprint, version.0);
        }
    }

    /// Forgets what is not durable, after a version.
    pub(crate) fn forget_after(&mut self, version: Version) {
        self.pending.retain(|_, pending| *pending <= version.0);
    }
}

/// The table of a fingerprint, by bits that the table itself does not go by.
fn table(fingerprint: u64) -> usize {
    usize::from(fingerprint.to_le_bytes()[4]) % TABLES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_pending_then_durable_or_forgotten() {
        let mut ids = RequestIds::of(&[7, 0, 9]);
        assert_eq!(
            (ids.get(7), ids.get(9), ids.get(0)),
            (Some(Version(1)), Some(Version(3)), None)
        );
        ids.add(11, Version(4));
        ids.add(12, Version(5));
        ids.add(0, Version(6));
        ids.settle(11, Version(4));
        assert_eq!((ids.get(11), ids.get(12)), (Some(Version(4)), Some(Version(5))));
        ids.forget_after(Version(4));
        assert_eq!((ids.get(11), ids.get(12), ids.get(0)), (Some(Version(4)), None, None));
    }

    #[test]
    fn a_fingerprint_is_that_of_id_and_person() {
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        assert_eq!(fingerprint("a", one), fingerprint("a", one));
        assert_ne!(fingerprint("a", one), fingerprint("a", other));
        assert_ne!(fingerprint("a", one), fingerprint("b", one));
    }
}
