//! A pack: consecutive commits of one product that became durable together, as one stored value.
//!
//! ```text
//! pack = PLAIN, body, hash of the last commit (32)
//!      | COMPRESSED, body in compressed form, hash of the last commit (32)
//! body = for each commit: length, commit, and unless it is the last: check (4)
//! ```
//!
//! Whichever is shorter is stored; [`super::compression`] has the compressed form.
//!
//! Of each pack one full hash is stored, its last commit's; all others are computed while reading,
//! from the hash at the end of the pack before. So a read that starts in the middle of the log checks
//! the link too, at the cost of one more look-up, and a commit costs four bytes of hash instead of
//! 64. The four bytes are the first of the commit's hash: they let a reader say which commit of a
//! pack is the first that does not fit. Of a compressed pack with a damaged byte that is always its
//! first commit, for nothing of it can be read.
//!
//! The stored value says neither how many commits it holds nor for which product and versions: the
//! key does.

use bytes::Bytes;

use crate::record::{self, Decoded, Encoded, compression};
use crate::varint::{self, Malformed, Reader};
use crate::{Hash, Head, ProductName, Record, Version};

/// The first byte of a pack that is stored as it is.
pub(super) const PLAIN: u8 = 1;

/// The first byte of a pack that is stored compressed.
pub(super) const COMPRESSED: u8 = 2;

/// How much of a commit's hash is stored with it.
const CHECK_BYTES: usize = 4;

/// Collects commits into a pack.
#[derive(Debug)]
pub(crate) struct Builder {
    bytes: Vec<u8>,
    first: Version,
    head: Head,
}

impl Builder {
    /// An empty pack that follows this head.
    pub(crate) fn after(head: Head) -> Builder {
        Builder { bytes: vec![PLAIN], first: head.version.next(), head }
    }

    /// Whether no commit is in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.head.version < self.first
    }

    /// How many bytes the pack would have with this commit in it, at most: uncompressed.
    pub(crate) fn size_with(&self, commit: &Encoded) -> usize {
        let length = commit.bytes.len();
        self.bytes.len() + CHECK_BYTES + varint::len_of(length) + length + Hash::BYTES
    }

    /// Adds the next commit of the product.
    pub(crate) fn push(&mut self, product: &ProductName, commit: &Encoded) {
        if !self.is_empty() {
            let [a, b, c, d, ..] = *self.head.hash.as_bytes();
            self.bytes.extend_from_slice(&[a, b, c, d]);
        }
        varint::put_bytes(&mut self.bytes, &commit.bytes);
        let version = self.head.version.next();
        let hash = record::chain(self.head.hash, commit.content, product, version);
        self.head = Head { version, hash };
    }

    /// The head that the pack makes, with what has been added.
    pub(crate) fn head(&self) -> Head {
        self.head
    }

    /// The version of the first commit, and the stored value without the hash at its end, which
    /// [`Builder::head`] has.
    pub(crate) fn finish(self) -> (Version, Vec<u8>) {
        let body = self.bytes.get(1..).unwrap_or_default();
        let mut compressed = vec![COMPRESSED];
        let smaller = compression::compress(body, &mut compressed);
        (self.first, if smaller { compressed } else { self.bytes })
    }
}

/// A pack, or a record in it, that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unfit {
    /// The first version that cannot be served.
    pub(crate) version: Version,
    /// What does not fit.
    pub(crate) what: String,
}

/// Decodes the pack that follows `previous` and hands each record on with its stored size, in order,
/// after it has been checked. Answers with the head it makes.
///
/// The last record is handed on only when the full hash at the end fits.
pub(crate) fn decode(
    product: &ProductName,
    previous: Head,
    bytes: &Bytes,
    mut each: impl FnMut(Record, usize),
) -> Result<Head, Unfit> {
    let mut head = previous;
    let malformed = |head: Head| {
        move |error: Malformed| Unfit { version: head.version.next(), what: error.to_string() }
    };
    let (body, last_hash) = open(bytes).map_err(malformed(head))?;
    let mut reader = Reader::new(&body);
    loop {
        let stored_commit = reader.bytes().map_err(malformed(head))?;
        let Decoded { commit, content } =
            record::decode(&body.slice_ref(stored_commit)).map_err(malformed(head))?;
        let version = head.version.next();
        let hash = record::chain(head.hash, content, product, version);
        let last = reader.left() == 0;
        let fits = if last {
            hash == last_hash
        } else {
            hash.as_bytes().starts_with(reader.take(CHECK_BYTES).map_err(malformed(head))?)
        };
        if !fits {
            return Err(Unfit { version, what: unfit_hash(head.version) });
        }
        let record =
            Record { product: product.clone(), version, previous: head.hash, hash, commit };
        each(record, stored_commit.len());
        head = Head { version, hash };
        if last {
            return Ok(head);
        }
    }
}

/// The body of a pack, as it was before it was stored, and the hash at the end.
fn open(bytes: &Bytes) -> Result<(Bytes, Hash), Malformed> {
    let (rest, hash) =
        bytes.split_last_chunk::<{ Hash::BYTES }>().ok_or(Malformed("it ends too early"))?;
    let (format, stored) = rest.split_first().ok_or(Malformed("it ends too early"))?;
    let body = match *format {
        PLAIN => bytes.slice_ref(stored),
        COMPRESSED => compression::decompress(stored)?.into(),
        _ => return Err(Malformed("it has a layout that this release does not know")),
    };
    Ok((body, Hash::from_bytes(*hash)))
}

/// Says what a wrong hash means for the commit after `before`.
fn unfit_hash(before: Version) -> String {
    if before == Version::ZERO {
        "its hash does not fit: it was altered".into()
    } else {
        format!("its hash does not follow from that of version {before}: one of them was altered")
    }
}

/// The hash of the last commit of a pack, from the end of its stored value.
pub(crate) fn last_hash(bytes: &[u8]) -> Option<Hash> {
    bytes.last_chunk::<{ Hash::BYTES }>().copied().map(Hash::from_bytes)
}
