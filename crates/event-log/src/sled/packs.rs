//! Packs as they are joined from the values of the tree, in the order of their versions.
//!
//! It knows keys and parts, not what a pack holds.

use bytes::Bytes;

use super::layout::Key;
use super::store::Trouble;
use crate::Version;

/// The packs of a product, forward.
pub(super) struct Packs {
    items: sled::Iter,
    pending: Option<(Key, sled::IVec)>,
}

impl Packs {
    /// The packs from the first whose commits begin at or after this version.
    pub(super) fn new(db: &sled::Db, number: u32, from: Version) -> Packs {
        Packs { items: db.range(Key::packs(number, from.get(), u64::MAX)), pending: None }
    }

    fn item(&mut self) -> Result<Option<(Key, sled::IVec)>, Trouble> {
        if let Some(item) = self.pending.take() {
            return Ok(Some(item));
        }
        let item = self.items.next().transpose();
        match item.map_err(|error| sled_trouble(Version::ZERO, error))? {
            Some((key, value)) => Ok(Some((parse_pack_key(&key)?, value))),
            None => Ok(None),
        }
    }
}

impl Iterator for Packs {
    type Item = Result<(Version, Bytes), Trouble>;

    fn next(&mut self) -> Option<Self::Item> {
        let (first, value) = match self.item() {
            Ok(item) => item?,
            Err(trouble) => return Some(Err(trouble)),
        };
        let version = Version::new(first.version);
        if first.part != 0 {
            return Some(Err(part_missing(version)));
        }
        let mut parts = vec![value];
        loop {
            match self.item() {
                Err(trouble) => return Some(Err(trouble)),
                Ok(None) => break,
                Ok(Some((key, value))) if key.version != first.version => {
                    self.pending = Some((key, value));
                    break;
                }
                Ok(Some((key, value))) => {
                    if usize::from(key.part) != parts.len() {
                        return Some(Err(part_missing(version)));
                    }
                    parts.push(value);
                }
            }
        }
        Some(Ok((version, join(&parts))))
    }
}

/// A pack of these parts, in order.
pub(super) fn join(parts: &[sled::IVec]) -> Bytes {
    match parts {
        [only] => Bytes::copy_from_slice(only),
        parts => parts.concat().into(),
    }
}

/// The trouble of a pack that is not whole.
pub(super) fn part_missing(version: Version) -> Trouble {
    Trouble::Damaged { version, what: "a part of it is missing".into() }
}

/// Reads the key of a part.
pub(super) fn parse_pack_key(key: &[u8]) -> Result<Key, Trouble> {
    Key::decode(key).ok_or_else(|| Trouble::Damaged {
        version: Version::ZERO,
        what: format!("there is an entry with the key {key:02x?} near it"),
    })
}

/// What an error of sled's means for who wanted this version.
pub(super) fn sled_trouble(version: Version, error: sled::Error) -> Trouble {
    if let sled::Error::Corruption { .. } = error {
        Trouble::Damaged { version, what: error.to_string() }
    } else {
        Trouble::Failed(error.to_string())
    }
}
