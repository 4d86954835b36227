//! The words of the log: products, versions, hashes, events, commits and records.
//!
//! Plain values; nothing here reads, writes or waits.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use bytes::Bytes;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// The name of a product: 1 to 63 bytes of `a-z`, `0-9` and `-`.
///
/// Cheap to clone. The alphabet is what a NATS subject, a file name and a key in a URL all allow.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProductName(Arc<str>);

/// A text that is no product name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name:?} is no product name: use 1 to 63 of the characters a-z, 0-9 and -")]
pub struct InvalidName {
    /// The first characters of what was given.
    pub name: String,
}

impl ProductName {
    /// The most bytes a name may have.
    pub const MAX_BYTES: usize = 63;

    /// Checks a name.
    ///
    /// # Errors
    /// [`InvalidName`] when it is empty, longer than 63 bytes or has another character.
    pub fn new(name: &str) -> Result<ProductName, InvalidName> {
        let fits = (1..=Self::MAX_BYTES).contains(&name.len());
        let legal = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
        if fits && name.bytes().all(legal) {
            Ok(ProductName(Arc::from(name)))
        } else {
            Err(InvalidName { name: name.chars().take(80).collect() })
        }
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProductName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ProductName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl Borrow<str> for ProductName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl FromStr for ProductName {
    type Err = InvalidName;

    fn from_str(name: &str) -> Result<ProductName, InvalidName> {
        ProductName::new(name)
    }
}

impl Serialize for ProductName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ProductName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ProductName, D::Error> {
        let name = String::deserialize(deserializer)?;
        ProductName::new(&name).map_err(serde::de::Error::custom)
    }
}

/// The number of a product's commit: 1, 2, 3 …, gapless; zero before the first.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Version(u64);

impl Version {
    /// Nothing has been committed yet.
    pub const ZERO: Version = Version(0);

    /// The version with this number.
    #[must_use]
    pub const fn new(number: u64) -> Version {
        Version(number)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The version after this one; the greatest one is its own successor, and is never reached.
    #[must_use]
    pub const fn next(self) -> Version {
        Version(self.0.saturating_add(1))
    }

    /// The version before this one; zero is its own predecessor.
    #[must_use]
    pub(crate) const fn before(self) -> Version {
        Version(self.0.saturating_sub(1))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// A BLAKE3 hash; shown and serialised as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hash([u8; 32]);

/// A text that is not 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a hash is written as 64 hexadecimal digits")]
pub struct InvalidHash;

impl Hash {
    /// The hash before the first commit.
    pub const ZERO: Hash = Hash([0; 32]);

    /// How many bytes a hash has.
    pub(crate) const BYTES: usize = 32;

    /// How many bytes the log keeps of the hash of a request's body.
    pub(crate) const BODY_BYTES: usize = 16;

    /// The hash of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Hash {
        Hash(*blake3::hash(bytes).as_bytes())
    }

    /// The hash with these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Hash {
        Hash(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// What the log keeps of the hash of a request's body: its first 16 bytes, and zeros. That is
    /// plenty to tell a repeated request from another one of the same actor under the same id.
    #[must_use]
    pub fn kept_of_body(&self) -> Hash {
        let mut kept = [0; Hash::BYTES];
        for (to, from) in kept.iter_mut().zip(self.0).take(Hash::BODY_BYTES) {
            *to = from;
        }
        Hash(kept)
    }

    /// Whether two hashes of request bodies are the same, as far as the log keeps them. One that was
    /// read from the log is to be compared in no other way.
    #[must_use]
    pub fn same_body(&self, other: &Hash) -> bool {
        self.kept_of_body() == other.kept_of_body()
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&blake3::Hash::from_bytes(self.0).to_hex())
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Hash {
    type Err = InvalidHash;

    fn from_str(text: &str) -> Result<Hash, InvalidHash> {
        let hash = blake3::Hash::from_hex(text).map_err(|_| InvalidHash)?;
        Ok(Hash(*hash.as_bytes()))
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Hash, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Where a product's log ends: its last version, and the hash that commits to all before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Head {
    /// The last version; zero for a product without commits.
    pub version: Version,
    /// The hash of that commit.
    pub hash: Hash,
}

impl Head {
    /// The head of a product without commits.
    pub const ZERO: Head = Head { version: Version::ZERO, hash: Hash::ZERO };
}

/// One thing that happened, as bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What kind of event it is; 1 to 64 bytes.
    pub kind: String,
    /// The schema version of the payload.
    pub schema: u16,
    /// The content.
    pub payload: Payload,
}

/// The content of an event: its bytes, or what is left of them after redaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload {
    /// The bytes themselves.
    Present(Bytes),
    /// The bytes were taken out. Their hash stays, so that the chain still verifies; what stands in their place is vouched
    /// for by a later commit of the product, see [`crate::Redactions`].
    Redacted {
        /// The BLAKE3 hash of the bytes that were there.
        hash: Hash,
        /// How many bytes were there.
        size_bytes: u32,
        /// What stands in their place; empty if nothing does.
        stand_in: Bytes,
    },
}

impl Payload {
    /// The hash that the chain commits to.
    #[must_use]
    pub fn hash(&self) -> Hash {
        match self {
            Payload::Present(bytes) => Hash::of(bytes),
            Payload::Redacted { hash, .. } => *hash,
        }
    }

    /// What there is to read: the bytes, or what stands in their place; nothing if nothing does.
    #[must_use]
    pub fn readable(&self) -> Option<&Bytes> {
        match self {
            Payload::Present(bytes) => Some(bytes),
            Payload::Redacted { stand_in, .. } => Some(stand_in).filter(|bytes| !bytes.is_empty()),
        }
    }

    /// How many bytes the content has, or had.
    #[must_use]
    pub fn size_bytes(&self) -> u64 {
        match self {
            Payload::Present(bytes) => u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            Payload::Redacted { size_bytes, .. } => u64::from(*size_bytes),
        }
    }
}

/// One commit to be appended: all events of one accepted command, or none if it changed nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCommit {
    /// Identifies the commit; a UUIDv7.
    pub commit_id: Uuid,
    /// When it was recorded by the clock, in microseconds since 1970 UTC.
    pub recorded_at_us: i64,
    /// When it happened, in microseconds since 1970 UTC: `recorded_at_us`, or in a backfill the
    /// time that the source gave.
    pub time_us: i64,
    /// Who did it, as an opaque id.
    pub actor: String,
    /// The caller's id for the request, by which a repetition is recognised.
    pub request_id: Option<Uuid>,
    /// A hash of the request's body; [`Hash::ZERO`] where there was none. The log keeps
    /// [`Hash::kept_of_body`] of it, and that only with a request id: what is read back is to be
    /// compared with [`Hash::same_body`].
    pub body_hash: Hash,
    /// What led to it, where that was not a person: an id of another commit, a rule, a webhook.
    pub cause: Option<String>,
    /// What happened.
    pub events: Vec<Event>,
}

impl NewCommit {
    /// What the log keeps of the hash of the request's body.
    pub(crate) fn kept_body_hash(&self) -> Hash {
        if self.request_id.is_some() { self.body_hash.kept_of_body() } else { Hash::ZERO }
    }
}

/// One commit as the log holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The product.
    pub product: ProductName,
    /// The product's version that this commit made.
    pub version: Version,
    /// The hash of the commit before; [`Hash::ZERO`] for the first.
    pub previous: Hash,
    /// The hash of this commit, which commits to `previous` and thereby to all before it.
    pub hash: Hash,
    /// What was appended.
    pub commit: NewCommit,
}

impl Record {
    /// The head of the product with this record as the last.
    #[must_use]
    pub fn head(&self) -> Head {
        Head { version: self.version, hash: self.hash }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_name_is_one_to_63_lower_case_letters_digits_and_dashes() {
        for good in ["a", "online-shop", "0", "-", &"x".repeat(63)] {
            assert_eq!(ProductName::new(good).unwrap().as_str(), good);
        }
        for bad in ["", "A", "a b", "a_b", "a.b", "é", "a\0", &"x".repeat(64)] {
            assert!(ProductName::new(bad).is_err(), "{bad:?} was taken");
        }
    }

    #[test]
    fn a_hash_is_written_and_read_as_hexadecimal_digits() {
        let hash = Hash::of(b"koepel");
        assert_eq!(hash.to_string().parse::<Hash>(), Ok(hash));
        assert_eq!(serde_json::to_string(&hash).unwrap(), format!("\"{hash}\""));
        assert_eq!("abc".parse::<Hash>(), Err(InvalidHash));
    }

    #[test]
    fn hashes_of_bodies_are_compared_by_their_first_sixteen_bytes() {
        let hash = Hash::of(b"koepel");
        for at in 0..Hash::BYTES {
            let mut bytes = *hash.as_bytes();
            bytes[at] ^= 1;
            let other = Hash::from_bytes(bytes);
            assert_eq!(hash.same_body(&other), at >= 16, "byte {at}");
            assert_eq!(hash.kept_of_body() == other.kept_of_body(), at >= 16, "byte {at}");
        }
        assert!(hash.same_body(&hash.kept_of_body()));
    }
}
