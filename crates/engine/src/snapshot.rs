//! Snapshots: state and projection of a product as of a version, as a file. Losing one costs time, never data.
//!
//! A file is written beside its final name, synced and renamed. Its checksum covers everything; its head must be that of
//! the log at its version. One that does not fit is set aside and the product is folded anew from the log.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use koepel_event_log::{Hash, Head, ProductName, Version};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// Changes when the shape of a state or of a projection changes; older snapshots are dropped then.
pub(crate) const FORMAT: u32 = 10;
const MAGIC: &[u8; 8] = b"koepelsn";

#[derive(Serialize, Deserialize)]
struct Header {
    format: u32,
    product: String,
    head: Head,
}

/// Why there is no usable snapshot.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("cannot be read or written: {0}")]
    Io(#[from] io::Error),
    #[error("is not a whole snapshot of this program and product: {0}")]
    Unfit(&'static str),
    #[error("does not decode: {0}")]
    Decode(#[from] postcard::Error),
}

fn path(dir: &Path, product: &ProductName) -> PathBuf {
    dir.join(format!("{product}.snapshot"))
}

/// Where a state of the past is.
pub(crate) fn past(dir: &Path, product: &ProductName, version: Version) -> PathBuf {
    dir.join(format!("{product}.{version}.past"))
}

/// The versions of which there are states of the past, in order.
pub(crate) fn past_versions(dir: &Path, product: &ProductName) -> Vec<Version> {
    let Ok(entries) = fs::read_dir(dir) else { return Vec::new() };
    let version = |name: &str| {
        let rest = name.strip_prefix(product.as_str())?.strip_prefix('.')?;
        rest.strip_suffix(".past")?.parse().ok().map(Version::new)
    };
    let names = entries.flatten().map(|entry| entry.file_name());
    let mut versions: Vec<_> = names.filter_map(|name| version(name.to_str()?)).collect();
    versions.sort_unstable();
    versions
}

/// A snapshot as bytes.
pub(crate) fn encode<B: Serialize>(
    product: &ProductName,
    head: Head,
    body: &B,
) -> Result<Vec<u8>, Error> {
    let header = Header { format: FORMAT, product: product.as_str().to_owned(), head };
    let bytes = postcard::to_extend(&header, MAGIC.to_vec())?;
    let mut bytes = postcard::to_extend(body, bytes)?;
    let hash = Hash::of(&bytes);
    bytes.extend_from_slice(hash.as_bytes());
    Ok(bytes)
}

/// Puts a snapshot in place of the one before.
pub(crate) fn write(dir: &Path, product: &ProductName, bytes: &[u8]) -> Result<(), Error> {
    write_to(&path(dir, product), bytes)
}

/// Puts a file in place of the one before.
pub(crate) fn write_to(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let dir = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(dir)?;
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(".new");
    let written = fs::File::create(&temporary)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&temporary, path));
    if let Err(error) = written {
        // On a full disk half a file would take what room is left. If it cannot be removed, the first error says why.
        let _still_there = fs::remove_file(&temporary).is_err();
        return Err(error.into());
    }
    fs::File::open(dir)?.sync_all()?;
    Ok(())
}

/// The newest state of the past of a product, and the size of its file.
pub(crate) fn newest_past(dir: &Path, product: &ProductName) -> Option<(Version, u64)> {
    let version = *past_versions(dir, product).last()?;
    let size_bytes = fs::metadata(past(dir, product, version)).ok()?.len();
    Some((version, size_bytes))
}

/// Removes all snapshots of a product and all states of its past, also those that were set aside or never finished. The product
/// is folded anew from its log. Answers with how many files they were.
///
/// # Errors
/// What the file system says.
pub fn remove(dir: &Path, product: &ProductName) -> io::Result<usize> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(error),
    };
    let mut removed = 0;
    for entry in entries {
        let entry = entry?;
        // A product's name has no dot in it.
        let name = entry.file_name();
        let of = name.to_str().and_then(|name| name.split_once('.')).map(|(product, _)| product);
        if of == Some(product.as_str()) {
            fs::remove_file(entry.path())?;
            removed += 1;
        }
    }
    if removed > 0 {
        fs::File::open(dir)?.sync_all()?;
    }
    Ok(removed)
}

/// A snapshot that was read back.
#[derive(Debug, PartialEq)]
pub(crate) struct Snapshot<B> {
    pub(crate) head: Head,
    pub(crate) size_bytes: u64,
    pub(crate) body: B,
}

/// Reads the snapshot of a product, if there is one.
pub(crate) fn read<B: DeserializeOwned>(
    dir: &Path,
    product: &ProductName,
) -> Result<Option<Snapshot<B>>, Error> {
    read_from(&path(dir, product), product)
}

/// Reads a file of a product, if there is one.
pub(crate) fn read_from<B: DeserializeOwned>(
    path: &Path,
    product: &ProductName,
) -> Result<Option<Snapshot<B>>, Error> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let (content, hash) = bytes.split_last_chunk::<32>().ok_or(Error::Unfit("it is cut off"))?;
    if Hash::of(content).as_bytes() != hash {
        return Err(Error::Unfit("its checksum does not match"));
    }
    let content =
        content.strip_prefix(MAGIC.as_slice()).ok_or(Error::Unfit("it begins otherwise"))?;
    let (header, content) = postcard::take_from_bytes::<Header>(content)?;
    if header.format != FORMAT {
        return Err(Error::Unfit("another version of the program wrote it"));
    }
    if header.product != product.as_str() {
        return Err(Error::Unfit("it is of another product"));
    }
    let (body, rest) = postcard::take_from_bytes(content)?;
    if !rest.is_empty() {
        return Err(Error::Unfit("it holds more than this program knows"));
    }
    let size_bytes = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    Ok(Some(Snapshot { head: header.head, size_bytes, body }))
}

/// Moves a snapshot that is no use out of the way, so that somebody can look at it.
pub(crate) fn set_aside(dir: &Path, product: &ProductName) {
    let from = path(dir, product);
    let to = dir.join(format!("{product}.snapshot.bad"));
    if let Err(error) = fs::rename(&from, &to) {
        tracing::warn!(%product, %error, "the unusable snapshot could not be set aside");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head() -> Head {
        Head { version: Version::new(7), hash: Hash::of(b"x") }
    }

    fn name(name: &str) -> ProductName {
        ProductName::new(name).unwrap()
    }

    #[test]
    fn what_was_written_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let name = name("webshop");
        assert!(read::<Vec<u32>>(dir.path(), &name).unwrap().is_none());
        let bytes = encode(&name, head(), &vec![1_u32, 2, 3]).unwrap();
        write(dir.path(), &name, &bytes).unwrap();
        let size_bytes = u64::try_from(bytes.len()).unwrap();
        let expected = Snapshot { head: head(), size_bytes, body: vec![1_u32, 2, 3] };
        assert_eq!(read(dir.path(), &name).unwrap(), Some(expected));
    }

    #[test]
    fn any_flipped_bit_or_cut_is_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let name = name("webshop");
        let good = encode(&name, head(), &vec![1_u32; 50]).unwrap();
        write(dir.path(), &name, &good).unwrap();
        let file = path(dir.path(), &name);
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 1 << (at % 8);
            fs::write(&file, &bad).unwrap();
            assert!(read::<Vec<u32>>(dir.path(), &name).is_err(), "byte {at}");
            fs::write(&file, &good[..at]).unwrap();
            assert!(read::<Vec<u32>>(dir.path(), &name).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn whatever_holds_a_state_of_a_product_is_removed_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let (shop, other) = (name("shop"), name("shop-2"));
        assert_eq!(remove(&dir.path().join("none"), &shop).unwrap(), 0);
        let bytes = encode(&shop, head(), &1_u32).unwrap();
        for product in [&shop, &other] {
            write(dir.path(), product, &bytes).unwrap();
            write_to(&past(dir.path(), product, Version::new(20_000)), &bytes).unwrap();
        }
        for ending in ["snapshot.bad", "snapshot.new", "40000.past.new"] {
            fs::write(dir.path().join(format!("shop.{ending}")), &bytes).unwrap();
        }
        assert_eq!(past_versions(dir.path(), &shop), [Version::new(20_000)]);
        assert_eq!(remove(dir.path(), &shop).unwrap(), 5);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
        assert_eq!(past_versions(dir.path(), &other), [Version::new(20_000)]);
    }

    #[test]
    fn a_snapshot_of_another_product_or_shape_is_not_taken() {
        let dir = tempfile::tempdir().unwrap();
        let (a, b) = (name("a"), name("b"));
        write(dir.path(), &a, &encode(&a, head(), &(1_u32, 2_u32)).unwrap()).unwrap();
        assert!(matches!(read::<u32>(dir.path(), &a), Err(Error::Unfit(_))), "a field less");
        assert!(read::<(u32, u32, u32)>(dir.path(), &a).is_err(), "a field more");
        fs::rename(path(dir.path(), &a), path(dir.path(), &b)).unwrap();
        assert!(matches!(read::<(u32, u32)>(dir.path(), &b), Err(Error::Unfit(_))));
        set_aside(dir.path(), &b);
        assert!(read::<(u32, u32)>(dir.path(), &b).unwrap().is_none());
    }
}
