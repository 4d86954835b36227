//! Backup and restore: a consistent export by position, with a checksum.
//!
//! ```text
//! backup  = "koepel-backup 1\n", manifest as one line of JSON, packs, end, checksum (32)
//! pack    = length (u32), product's place in the manifest (u32), first version (u64), bytes
//! end     = length 0 (u32)
//! ```
//!
//! The manifest names each product with the head that it had when the backup began, so a backup of a
//! running log is the log as it was at that moment. Packs are in the stored form of `record/pack.rs`,
//! so restoring checks the whole chain again, up to exactly those heads.

use std::io::{self, Read, Write};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::record::pack;
use crate::sled::durable;
use crate::varint::Reader;
use crate::{
    AppendError, EventLog, Hash, Head, NewCommit, OpenError, ProductName, ReadError, ReadLimit,
    Record, Redactions, Settings, SledLog, Version, record,
};

/// The first line.
const TITLE: &[u8] = b"koepel-backup 1\n";

/// The most bytes that the manifest may have; some 80,000 products.
const MAX_MANIFEST_BYTES: usize = 16 << 20;

/// Commits gather in a pack up to this size; a larger commit is a pack of its own.
const PACK_BYTES: usize = 256 << 10;

/// The most bytes that a pack may have.
const MAX_PACK_BYTES: usize = record::MAX_COMMIT_BYTES + (1 << 10);

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupSummary {
    /// When it was made, in microseconds since 1970 UTC, as the caller said.
    pub made_at_us: i64,
    /// The products and their heads, by name.
    pub products: Vec<(ProductName, Head)>,
}

impl BackupSummary {
    /// How many commits it holds.
    #[must_use]
    pub fn commits(&self) -> u64 {
        self.products.iter().map(|(_, head)| head.version.get()).sum()
    }
}

/// Why a backup was not made.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The log could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The backup could not be written.
    #[error("the backup cannot be written: {0}")]
    Write(#[from] io::Error),
    /// The log does not lead to the head that it names.
    #[error("product {product} does not lead to its head at version {version}")]
    Incomplete {
        /// The product.
        product: ProductName,
        /// Its head's version.
        version: Version,
    },
}

/// Why a backup was not restored. The target is as it was.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// There is something where the log should go.
    #[error("{dir} is not empty: restore into a new directory")]
    NotEmpty {
        /// The target.
        dir: String,
    },
    /// Another restore to the same place is under way, or was interrupted.
    #[error("{dir} is there from another restore: wait for it, or remove it if it was interrupted")]
    Unfinished {
        /// Where the log is built.
        dir: String,
    },
    /// The backup is not as it was written.
    #[error("the backup cannot be used: {what}")]
    Damaged {
        /// What does not fit, and where.
        what: String,
    },
    /// The backup cannot be read, or the target not be written.
    #[error("restoring failed: {0}")]
    Io(#[from] io::Error),
    /// The new log cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The new log cannot be written.
    #[error("the restored log cannot be written: {0}")]
    Append(#[from] AppendError),
}

/// Writes a backup of a log, which may be in use, as it is now.
///
/// `made_at_us` is noted in it. The writer is flushed, but whoever opened it has to sync it.
///
/// # Errors
/// [`BackupError`]; what has been written is then no backup, and `restore` refuses it.
pub async fn backup(
    log: &(impl EventLog + ?Sized),
    writer: impl Write + Send,
    made_at_us: i64,
) -> Result<BackupSummary, BackupError> {
    let summary = BackupSummary { made_at_us, products: log.products().await? };
    let mut out = Summed { inner: writer, hasher: blake3::Hasher::new() };
    out.write_all(TITLE)?;
    serde_json::to_writer(&mut out, &summary).map_err(io::Error::from)?;
    out.write_all(b"\n")?;
    for (place, (product, head)) in (0_u32..).zip(&summary.products) {
        write_product(log, &mut out, place, product, *head).await?;
    }
    out.write_all(&0_u32.to_be_bytes())?;
    let checksum = *out.hasher.finalize().as_bytes();
    out.inner.write_all(&checksum)?;
    out.inner.flush()?;
    Ok(summary)
}

async fn write_product(
    log: &(impl EventLog + ?Sized),
    out: &mut (impl Write + Send),
    place: u32,
    product: &ProductName,
    head: Head,
) -> Result<(), BackupError> {
    let mut builder = pack::Builder::after(Head::ZERO);
    let mut last = Head::ZERO;
    while last.version < head.version {
        let page = log.read(product, last.version.next(), ReadLimit::default()).await?;
        if page.is_empty() {
            break;
        }
        for record in page {
            if last.version >= head.version {
                break;
            }
            let encoded = record::encode(&record.commit).map_err(|_| BackupError::Incomplete {
                product: product.clone(),
                version: record.version,
            })?;
            if !builder.is_empty() && builder.size_with(&encoded) > PACK_BYTES {
                let next = pack::Builder::after(builder.head());
                write_pack(out, place, std::mem::replace(&mut builder, next))?;
            }
            builder.push(product, &encoded);
            last = record.head();
        }
    }
    // The hashes computed here have to lead where the log's do.
    if last != head || builder.head() != head {
        return Err(BackupError::Incomplete { product: product.clone(), version: head.version });
    }
    if !builder.is_empty() {
        write_pack(out, place, builder)?;
    }
    Ok(())
}

fn write_pack(out: &mut impl Write, place: u32, builder: pack::Builder) -> io::Result<()> {
    let hash = builder.head().hash;
    let (first, bytes) = builder.finish();
    let length = u32::try_from(bytes.len() + Hash::BYTES).map_err(io::Error::other)?;
    out.write_all(&length.to_be_bytes())?;
    out.write_all(&place.to_be_bytes())?;
    out.write_all(&first.get().to_be_bytes())?;
    out.write_all(&bytes)?;
    out.write_all(hash.as_bytes())
}

/// Restores a backup as a new log in a directory that does not exist or is empty, all or nothing: it
/// is built beside, and takes its place when everything has been checked and is durable.
///
/// # Errors
/// [`RestoreError`] says what is wrong. The target is untouched.
pub async fn restore(
    reader: impl Read + Send,
    dir: impl AsRef<Path>,
    settings: Settings,
) -> Result<BackupSummary, RestoreError> {
    let dir = dir.as_ref();
    refuse_unless_empty(dir)?;
    let parent = durable::parent_of(dir)
        .ok_or_else(|| RestoreError::NotEmpty { dir: dir.display().to_string() })?;
    durable::create_private(parent)?;
    let name = dir.file_name().unwrap_or_default().to_string_lossy();
    let building = parent.join(format!(".{name}.restoring"));
    match std::fs::DirBuilder::new().mode(0o700).create(&building) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            return Err(RestoreError::Unfinished { dir: building.display().to_string() });
        }
        made => made?,
    }
    let restored = fill(reader, &building, settings).await;
    let summary = match restored {
        Ok(summary) => summary,
        Err(error) => {
            std::fs::remove_dir_all(&building)?;
            return Err(error);
        }
    };
    refuse_unless_empty(dir)?;
    // Takes the place of a directory only if that is empty.
    std::fs::rename(&building, dir)?;
    durable::sync_ancestors(dir)?;
    Ok(summary)
}

fn refuse_unless_empty(dir: &Path) -> Result<(), RestoreError> {
    match std::fs::read_dir(dir) {
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(_) => Err(RestoreError::NotEmpty { dir: dir.display().to_string() }),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Builds the log from the backup, and checks all of it.
async fn fill(
    reader: impl Read + Send,
    building: &Path,
    settings: Settings,
) -> Result<BackupSummary, RestoreError> {
    let mut input = Summed { inner: reader, hasher: blake3::Hasher::new() };
    let summary = read_manifest(&mut input)?;
    let log = SledLog::open(building, settings)?;
    let mut heads = vec![Head::ZERO; summary.products.len()];
    let mut redactions = vec![Redactions::default(); summary.products.len()];
    while let Some((place, first, bytes)) = read_pack(&mut input)? {
        let place = usize::try_from(place).unwrap_or(usize::MAX);
        let (Some((product, _)), Some(head)) = (summary.products.get(place), heads.get_mut(place))
        else {
            return Err(damaged("it holds records of a product that its manifest does not name"));
        };
        if first != head.version.next() {
            let what = format!("version {} of product {product} is missing", head.version.next());
            return Err(damaged(what));
        }
        let mut commits = Vec::new();
        let after = pack::decode(product, *head, &bytes, |record: Record, _| {
            if let Some(redactions) = redactions.get_mut(place) {
                redactions.see(&record);
            }
            commits.push(record.commit);
        })
        .map_err(|unfit| {
            damaged(format!("version {} of product {product}: {}", unfit.version, unfit.what))
        })?;
        append(&log, product, *head, commits).await?;
        *head = after;
    }
    read_checksum(&mut input)?;
    for ((product, _), redactions) in summary.products.iter().zip(redactions) {
        if let Some((version, what)) = redactions.problems().into_iter().next() {
            return Err(damaged(format!("version {version} of product {product}: {what}")));
        }
    }
    for ((product, expected), found) in summary.products.iter().zip(heads) {
        if *expected != found {
            let what = format!(
                "product {product} ends at version {}, not at {}",
                found.version, expected.version
            );
            return Err(damaged(what));
        }
        if log.head(product).await.ok() != Some(*expected) {
            return Err(damaged(format!("product {product} was not restored as it was")));
        }
    }
    log.close().await.map_err(|error| io::Error::other(error.to_string()))?;
    Ok(summary)
}

async fn append(
    log: &SledLog,
    product: &ProductName,
    head: Head,
    commits: Vec<NewCommit>,
) -> Result<(), RestoreError> {
    log.append(product, head.version, commits).await?;
    Ok(())
}

fn read_manifest(input: &mut Summed<impl Read>) -> Result<BackupSummary, RestoreError> {
    let mut title = [0; TITLE.len()];
    input.read_exact(&mut title).map_err(cut_off)?;
    if title != TITLE {
        return Err(damaged("it does not begin as a backup of Koepel does"));
    }
    let mut line = Vec::new();
    loop {
        let mut byte = [0];
        input.read_exact(&mut byte).map_err(cut_off)?;
        match byte {
            [b'\n'] => break,
            [byte] => line.push(byte),
        }
        if line.len() > MAX_MANIFEST_BYTES {
            return Err(damaged("its manifest has no end"));
        }
    }
    serde_json::from_slice(&line)
        .map_err(|error| damaged(format!("its manifest cannot be read: {error}")))
}

fn read_pack(input: &mut Summed<impl Read>) -> Result<Option<(u32, Version, Bytes)>, RestoreError> {
    let mut length = [0; 4];
    input.read_exact(&mut length).map_err(cut_off)?;
    let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
    if length == 0 {
        return Ok(None);
    }
    if length > MAX_PACK_BYTES {
        return Err(damaged("it holds records that are larger than any"));
    }
    let mut head = [0; 12];
    input.read_exact(&mut head).map_err(cut_off)?;
    let mut fields = Reader::new(&head);
    let mut field = || -> Result<(u32, u64), RestoreError> {
        let place = fields.array().map_err(|error| damaged(error.to_string()))?;
        let first = fields.array().map_err(|error| damaged(error.to_string()))?;
        Ok((u32::from_be_bytes(place), u64::from_be_bytes(first)))
    };
    let (place, first) = field()?;
    let mut bytes = vec![0; length];
    input.read_exact(&mut bytes).map_err(cut_off)?;
    Ok(Some((place, Version::new(first), bytes.into())))
}

fn read_checksum(input: &mut Summed<impl Read>) -> Result<(), RestoreError> {
    let computed = *input.hasher.finalize().as_bytes();
    let mut stored = [0; Hash::BYTES];
    input.inner.read_exact(&mut stored).map_err(cut_off)?;
    if stored != computed {
        return Err(damaged("its checksum does not fit: it was altered"));
    }
    if input.inner.read(&mut [0])? > 0 {
        return Err(damaged("there are bytes after its end"));
    }
    Ok(())
}

fn cut_off(error: io::Error) -> RestoreError {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        damaged("it is cut off")
    } else {
        error.into()
    }
}

fn damaged(what: impl Into<String>) -> RestoreError {
    RestoreError::Damaged { what: what.into() }
}

/// A reader or writer that hashes what goes through it.
struct Summed<I> {
    inner: I,
    hasher: blake3::Hasher,
}

impl<W: Write> Write for Summed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hasher.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<R: Read> Read for Summed<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(bytes)?;
        self.hasher.update(bytes.get(..read).unwrap_or_default());
        Ok(read)
    }
}

#[cfg(test)]
mod tests;
