//! Keys of the one tree, and how a pack is cut into values that sled keeps in its log.
//!
//! ```text
//! 0 ‖ number ‖ 0            → the name of product `number`
//! number ‖ version ‖ part   → part of the pack whose first commit is `version`
//! ```
//!
//! sled 0.34 moves a message of more than 131,020 bytes (a quarter of a segment, less headers) to a
//! file of its own under `blobs/` that it never syncs. A message may be a whole leaf: 17 items at
//! most, for a leaf splits when it is next visited with more than 16. So a value may have
//! 131,020 / 17 bytes less key and lengths, some 7,680; [`PART_BYTES`] leaves room for 18.

use crate::Hash;

/// The greatest number of bytes of one value.
pub(super) const PART_BYTES: usize = 7 * 1024;

/// How many bytes a key has.
pub(super) const KEY_BYTES: usize = 14;

/// The number under which the names of products are kept.
const NAMES: u32 = 0;

/// A key of the tree. Orders as its encoding does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    /// The product's number, from 1; 0 for the names.
    pub(super) number: u32,
    /// The first version of the pack.
    pub(super) version: u64,
    /// Which part of the pack, from 0.
    pub(super) part: u16,
}

impl Key {
    /// The key of a product's name.
    pub(super) fn name(number: u32) -> Key {
        Key { number: NAMES, version: u64::from(number), part: 0 }
    }

    /// Whether it is the key of a product's name.
    pub(super) fn is_name(self) -> bool {
        self.number == NAMES
    }

    /// The least key of a pack.
    pub(super) fn first(number: u32, version: u64) -> Key {
        Key { number, version, part: 0 }
    }

    /// The greatest key of a pack.
    pub(super) fn last(number: u32, version: u64) -> Key {
        Key { number, version, part: u16::MAX }
    }

    /// All keys of product names, in order.
    pub(super) fn names() -> std::ops::RangeInclusive<[u8; KEY_BYTES]> {
        Key::first(NAMES, 0).encode()..=Key::last(NAMES, u64::MAX).encode()
    }

    /// All keys of a product's packs whose first versions are in this range.
    pub(super) fn packs(
        number: u32,
        from: u64,
        to: u64,
    ) -> std::ops::RangeInclusive<[u8; KEY_BYTES]> {
        Key::first(number, from).encode()..=Key::last(number, to).encode()
    }

    /// The stored form.
    pub(super) fn encode(self) -> [u8; KEY_BYTES] {
        let [a, b, c, d] = self.number.to_be_bytes();
        let [e, f, g, h, i, j, k, l] = self.version.to_be_bytes();
        let [m, n] = self.part.to_be_bytes();
        [a, b, c, d, e, f, g, h, i, j, k, l, m, n]
    }

    /// The key with this stored form, if it is one.
    pub(super) fn decode(bytes: &[u8]) -> Option<Key> {
        let (number, rest) = bytes.split_first_chunk::<4>()?;
        let (version, rest) = rest.split_first_chunk::<8>()?;
        let (part, rest) = rest.split_first_chunk::<2>()?;
        rest.is_empty().then_some(Key {
            number: u32::from_be_bytes(*number),
            version: u64::from_be_bytes(*version),
            part: u16::from_be_bytes(*part),
        })
    }
}

/// Cuts a pack into values, with its last hash whole at the end of the last one.
pub(super) fn cut(pack: &[u8], hash: Hash) -> Vec<Vec<u8>> {
    let mut parts: Vec<Vec<u8>> =
        pack.chunks(PART_BYTES - Hash::BYTES).map(<[u8]>::to_vec).collect();
    if let Some(last) = parts.last_mut() {
        last.extend_from_slice(hash.as_bytes());
    }
    parts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn keys_read_back_and_order_as_their_bytes(a: (u32, u64, u16), b: (u32, u64, u16)) {
            let key = |(number, version, part)| Key { number, version, part };
            let (a, b) = (key(a), key(b));
            prop_assert_eq!(Key::decode(&a.encode()), Some(a));
            prop_assert_eq!(a.cmp(&b), a.encode().cmp(&b.encode()));
        }

        #[test]
        fn parts_are_small_and_join_to_the_pack(len in 1_usize..100_000) {
            let pack = vec![7; len];
            let parts = cut(&pack, Hash::of(b"x"));
            prop_assert!(parts.iter().all(|part| part.len() <= PART_BYTES));
            let joined = parts.concat();
            prop_assert_eq!(&joined[..len], &pack[..]);
            prop_assert!(parts.last().unwrap().ends_with(Hash::of(b"x").as_bytes()));
        }
    }

    #[test]
    fn bytes_of_another_length_are_no_key() {
        assert_eq!(Key::decode(b"short"), None);
        assert_eq!(Key::decode(&[0; KEY_BYTES + 1]), None);
    }
}
