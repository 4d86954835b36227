//! Compression of packs: LZ4, and for the small ones a dictionary, for a lone commit has little to
//! repeat from itself.
//!
//! ```text
//! compressed = check (4), size of the plain bytes, LZ4 block
//! check      = start of H(size ‖ block)                               context STORED
//! ```
//!
//! The hashes of the commits are over what was compressed. The check is there because many LZ4
//! blocks stand for the same bytes: with it a damaged byte is found even where it changes nothing,
//! and nothing that is damaged is ever decompressed.

use lz4_flex::block;

use crate::varint::{self, Malformed, Reader};

/// Text to repeat from: what JSON here often contains. It is part of the stored form, and must never
/// be changed; another one needs a layout of its own. It only makes some bytes fewer: whatever was
/// compressed with it reads back, like it or not.
const DICTIONARY: &[u8] = include_bytes!("dictionary-1.txt");

/// Up to so many plain bytes the dictionary is used. It takes twice the time, and of larger packs it
/// makes hardly less. Part of the stored form as well: the size says how a block was made.
const DICTIONARY_UP_TO: usize = 2048;

/// The most plain bytes that are compressed; a pack holds a commit or is far smaller.
pub(super) const MAX_PLAIN_BYTES: usize = super::MAX_COMMIT_BYTES + 16;

/// Domain separation of the check.
const STORED: &str = "koepel event-log stored block 1";

/// How many bytes of the hash are stored.
const CHECK_BYTES: usize = 4;

/// Appends the bytes in compressed form, if that takes fewer.
pub(super) fn compress(plain: &[u8], out: &mut Vec<u8>) -> bool {
    if plain.len() > MAX_PLAIN_BYTES {
        return false;
    }
    let start = out.len();
    out.extend_from_slice(&[0; CHECK_BYTES]);
    varint::put(out, u64::try_from(plain.len()).unwrap_or(u64::MAX));
    let start_of_block = out.len();
    out.resize(start_of_block + block::get_maximum_output_size(plain.len()), 0);
    let room = out.get_mut(start_of_block..).unwrap_or_default();
    // It cannot fail: there is room for the worst case.
    let size = block::compress_into_with_dict(plain, room, dictionary(plain.len()));
    let end = size.map_or(usize::MAX, |size| start_of_block + size);
    if end - start >= plain.len() {
        out.truncate(start);
        return false;
    }
    out.truncate(end);
    let check = check(out.get(start + CHECK_BYTES..).unwrap_or_default());
    for (to, from) in out.iter_mut().skip(start).zip(check) {
        *to = from;
    }
    true
}

/// The bytes that were compressed. Allocates no more than a pack may have.
pub(super) fn decompress(compressed: &[u8]) -> Result<Vec<u8>, Malformed> {
    let mut reader = Reader::new(compressed);
    let expected: [u8; CHECK_BYTES] = reader.array()?;
    if expected != check(compressed.get(CHECK_BYTES..).unwrap_or_default()) {
        return Err(Malformed("its compressed bytes do not fit their check"));
    }
    let size = reader.length()?;
    if size > MAX_PLAIN_BYTES {
        return Err(Malformed("it would be larger than a pack may be"));
    }
    let mut plain = vec![0; size];
    let stored = reader.take(reader.left())?;
    match block::decompress_into_with_dict(stored, &mut plain, dictionary(size)) {
        Ok(filled) if filled == size => Ok(plain),
        Ok(_) | Err(_) => Err(Malformed("it cannot be decompressed")),
    }
}

/// What packs of this size repeat from.
fn dictionary(size: usize) -> &'static [u8] {
    if size <= DICTIONARY_UP_TO { DICTIONARY } else { &[] }
}

fn check(bytes: &[u8]) -> [u8; CHECK_BYTES] {
    let mut hasher = blake3::Hasher::new_derive_key(STORED);
    hasher.update(bytes);
    let [a, b, c, d, ..] = *hasher.finalize().as_bytes();
    [a, b, c, d]
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::Hash;

    /// Such a block, with the check that fits.
    fn checked(size: u64, block: &[u8]) -> Vec<u8> {
        let mut rest = Vec::new();
        varint::put(&mut rest, size);
        rest.extend_from_slice(block);
        [&check(&rest)[..], &rest].concat()
    }

    proptest! {
        #[test]
        fn what_is_compressed_is_smaller_and_reads_back(
            texts in vec(prop_oneof![".{0,40}", "\\PC{0,4}(\"kind\":\"story\")?"], 0..30),
            noise in vec(any::<u8>(), 0..200),
            times in 1..8_usize,
        ) {
            let plain = [texts.concat().into_bytes(), noise].concat().repeat(times);
            let mut out = vec![1, 2, 3];
            if compress(&plain, &mut out) {
                prop_assert!(out.len() < plain.len() + 3);
                prop_assert_eq!(decompress(&out[3..]).unwrap(), plain);
            } else {
                prop_assert_eq!(&out[..], [1, 2, 3]);
            }
        }

        #[test]
        fn whatever_the_block_decompressing_ends_without_a_panic(
            size in 0..4_000_u64,
            block in vec(any::<u8>(), 0..300),
        ) {
            if let Ok(plain) = decompress(&checked(size, &block)) {
                prop_assert_eq!(plain.len() as u64, size);
            }
        }
    }

    #[test]
    fn every_damaged_byte_is_found_and_every_cut() {
        let plain =
            br#"{"item":"A-1","title":"aaaaaaaaaaaaaaaaaaaaaaaa","text":"aaaaaaaaaaaaaaaa"}"#;
        let mut good = Vec::new();
        assert!(compress(plain, &mut good));
        for at in 0..good.len() {
            assert!(decompress(&good[..at]).is_err(), "cut to {at}");
            for by in 1..=255 {
                let mut bad = good.clone();
                bad[at] ^= by;
                assert!(decompress(&bad).is_err(), "byte {at} by {by}");
            }
        }
    }

    #[test]
    fn both_sides_of_the_size_up_to_which_there_is_a_dictionary_read_back() {
        for size in DICTIONARY_UP_TO - 1..=DICTIONARY_UP_TO + 1 {
            let plain: Vec<u8> = DICTIONARY.iter().copied().cycle().skip(7).take(size).collect();
            let mut out = Vec::new();
            assert!(compress(&plain, &mut out));
            assert_eq!(out.len() < 200, size <= DICTIONARY_UP_TO, "{size} became {}", out.len());
            assert_eq!(decompress(&out), Ok(plain));
        }
    }

    #[test]
    fn a_size_that_no_pack_has_is_refused_before_anything_is_allocated() {
        for size in [MAX_PLAIN_BYTES as u64 + 1, u64::MAX] {
            let refused = decompress(&checked(size, &[0x1f; 40])).unwrap_err();
            assert!(refused.to_string().contains("larger"), "{refused}");
        }
    }

    #[test]
    fn the_dictionary_is_the_one_that_was_compressed_with() {
        let known = "5217bf0833af472cddbf7e80438ed6b3d529afcc1c0e8e8f600695b30fa45561";
        assert_eq!(Hash::of(DICTIONARY).to_string(), known, "stored logs need the old one");
    }
}
