//! The file `heads` beside the database: each product's last version and hash, by which a start can
//! tell that the log has lost its end.
//!
//! Text, one product a line, sorted, with a checksum as the last line. It only ever names commits
//! that were durable before it was written, so a log may be longer, never shorter.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::durable;
use crate::{Hash, Head, ProductName, Version};

/// The first line.
const TITLE: &str = "koepel heads 1";

/// The heads of all products.
pub(super) type Heads = BTreeMap<ProductName, Head>;

/// What stands beside a database.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// No file.
    Missing,
    /// A file that cannot be relied upon.
    Damaged(&'static str),
    /// The heads.
    Heads(Heads),
}

/// The file for the log in this directory.
pub(super) fn path(dir: &Path) -> PathBuf {
    dir.join("heads")
}

/// Writes the file, durably and all or nothing.
pub(super) fn write(dir: &Path, heads: &Heads) -> io::Result<()> {
    durable::replace(&path(dir), render(heads).as_bytes())
}

/// Reads the file.
pub(super) fn read(dir: &Path) -> io::Result<Found> {
    match fs::read(path(dir)) {
        Ok(bytes) => Ok(parse(&bytes).map_or_else(Found::Damaged, Found::Heads)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Found::Missing),
        Err(error) => Err(error),
    }
}

fn render(heads: &Heads) -> String {
    let mut text = format!("{TITLE}\n");
    for (product, head) in heads {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{product} {} {}", head.version, head.hash);
    }
    let checksum = Hash::of(text.as_bytes());
    let _ = writeln!(text, "blake3 {checksum}");
    text
}

fn parse(bytes: &[u8]) -> Result<Heads, &'static str> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not text")?;
    let body = text.strip_suffix('\n').ok_or("it is cut off")?;
    let (body, checksum) = body.rsplit_once('\n').ok_or("it is cut off")?;
    let checksum = checksum.strip_prefix("blake3 ").and_then(|hash| hash.parse().ok());
    let summed = text.get(..=body.len()).unwrap_or_default();
    if checksum != Some(Hash::of(summed.as_bytes())) {
        return Err("its checksum does not fit");
    }
    let mut lines = body.lines();
    if lines.next() != Some(TITLE) {
        return Err("it has a layout that this release does not know");
    }
    let mut heads = Heads::new();
    for line in lines {
        let (product, head) = parse_line(line).ok_or("it has a line that names no head")?;
        if heads.insert(product, head).is_some() {
            return Err("it names a product twice");
        }
    }
    Ok(heads)
}

fn parse_line(line: &str) -> Option<(ProductName, Head)> {
    let mut words = line.split(' ');
    let product = ProductName::new(words.next()?).ok()?;
    let version = Version::new(words.next()?.parse().ok()?);
    let hash = words.next()?.parse().ok()?;
    words.next().is_none().then_some((product, Head { version, hash }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two() -> Heads {
        let head = |n: u64| Head { version: Version::new(n), hash: Hash::of(&n.to_be_bytes()) };
        [("online", 7), ("system", 1)]
            .map(|(name, n)| (ProductName::new(name).unwrap(), head(n)))
            .into()
    }

    #[test]
    fn heads_read_back() {
        for heads in [Heads::new(), two()] {
            assert_eq!(parse(render(&heads).as_bytes()), Ok(heads));
        }
    }

    #[test]
    fn no_bit_can_be_flipped_and_nothing_cut_off_without_notice() {
        let good = render(&two()).into_bytes();
        for at in 0..good.len() {
            assert!(parse(&good[..at]).is_err(), "cut off at {at}");
            for bit in 0..8 {
                let mut bad = good.clone();
                bad[at] ^= 1 << bit;
                // A letter of a hexadecimal number may change its case: the same number.
                assert!(parse(&bad).is_err() || parse(&bad) == Ok(two()), "byte {at}, bit {bit}");
            }
        }
    }
}
