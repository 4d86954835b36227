//! Numbers of one to ten bytes, least significant group of seven bits first (LEB128), and a reader
//! that never looks past the end of what it was given.
//!
//! Every number has exactly one encoding; a longer one is refused.

/// The bytes end too early, or are not what they should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Malformed(pub(crate) &'static str);

/// Appends a number.
pub(crate) fn put(out: &mut Vec<u8>, mut number: u64) {
    loop {
        let [low, ..] = number.to_le_bytes();
        number >>= 7;
        if number == 0 {
            out.push(low & 0x7f);
            return;
        }
        out.push(low | 0x80);
    }
}

/// Appends a signed number, small magnitudes in few bytes (zigzag).
pub(crate) fn put_signed(out: &mut Vec<u8>, number: i64) {
    put(out, number.cast_unsigned().rotate_left(1) ^ zigzag_mask(number));
}

/// Appends a length and the bytes.
pub(crate) fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put(out, u64::try_from(bytes.len()).unwrap_or(u64::MAX));
    out.extend_from_slice(bytes);
}

/// How many bytes [`put`] takes for a length.
pub(crate) fn len_of(length: usize) -> usize {
    let bits = usize::BITS - length.leading_zeros();
    usize::try_from(bits.div_ceil(7).max(1)).unwrap_or(10)
}

/// All ones above the lowest bit for a negative number, else zero.
fn zigzag_mask(number: i64) -> u64 {
    if number < 0 { u64::MAX - 1 } else { 0 }
}

/// Reads a slice from the front.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// A reader of all of these bytes.
    pub(crate) fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { rest: bytes }
    }

    /// How many bytes are left.
    pub(crate) fn left(&self) -> usize {
        self.rest.len()
    }

    /// The next `n` bytes.
    pub(crate) fn take(&mut self, n: usize) -> Result<&'a [u8], Malformed> {
        let (taken, rest) = self.rest.split_at_checked(n).ok_or(Malformed("it ends too early"))?;
        self.rest = rest;
        Ok(taken)
    }

    /// The next bytes, as many as the array has.
    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let (taken, rest) =
            self.rest.split_first_chunk::<N>().ok_or(Malformed("it ends too early"))?;
        self.rest = rest;
        Ok(*taken)
    }

    /// The next byte.
    pub(crate) fn byte(&mut self) -> Result<u8, Malformed> {
        let [byte] = self.array::<1>()?;
        Ok(byte)
    }

    /// The next number.
    pub(crate) fn number(&mut self) -> Result<u64, Malformed> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if (bits << shift) >> shift != bits {
                return Err(Malformed("a number has more than 64 bits"));
            }
            number |= bits << shift;
            if byte & 0x80 == 0 {
                if byte == 0 && shift > 0 {
                    return Err(Malformed("a number is longer than it need be"));
                }
                return Ok(number);
            }
        }
        Err(Malformed("a number has more than 64 bits"))
    }

    /// The next signed number.
    pub(crate) fn signed(&mut self) -> Result<i64, Malformed> {
        let zigzag = self.number()?;
        let magnitude = zigzag >> 1;
        Ok((magnitude ^ (zigzag & 1).wrapping_neg()).cast_signed())
    }

    /// The next number, as a length of something that is in memory.
    pub(crate) fn length(&mut self) -> Result<usize, Malformed> {
        usize::try_from(self.number()?).map_err(|_| Malformed("a length does not fit in memory"))
    }

    /// The next length, and as many bytes.
    pub(crate) fn bytes(&mut self) -> Result<&'a [u8], Malformed> {
        let length = self.length()?;
        self.take(length)
    }

    /// The next length, and as many bytes of text.
    pub(crate) fn text(&mut self) -> Result<&'a str, Malformed> {
        std::str::from_utf8(self.bytes()?).map_err(|_| Malformed("a text is not UTF-8"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_number_reads_back_and_takes_the_bytes_foretold(number: u64) {
            let mut out = Vec::new();
            put(&mut out, number);
            prop_assert_eq!(Reader::new(&out).number(), Ok(number));
            prop_assert_eq!(out.len(), len_of(usize::try_from(number).unwrap()));
        }

        #[test]
        fn a_signed_number_reads_back(number: i64) {
            let mut out = Vec::new();
            put_signed(&mut out, number);
            prop_assert_eq!(Reader::new(&out).signed(), Ok(number));
        }

        #[test]
        fn any_bytes_are_a_number_in_its_one_encoding_or_refused(bytes: Vec<u8>) {
            let mut reader = Reader::new(&bytes);
            if let Ok(number) = reader.number() {
                let mut again = Vec::new();
                put(&mut again, number);
                prop_assert_eq!(&bytes[..bytes.len() - reader.left()], &again[..]);
            }
        }
    }

    #[test]
    fn small_magnitudes_of_either_sign_take_one_byte() {
        for number in [0_i64, -1, 1, 63, -64] {
            let mut out = Vec::new();
            put_signed(&mut out, number);
            assert_eq!(out.len(), 1, "{number}");
        }
    }
}
