//! The open database: every call into sled goes through here, where a panic of sled's is caught.
//!
//! It must not know who waits for what: that is the writer's.

use std::fs::{self, File};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use tracing::warn;

use super::layout::{self, Key};
use super::packs::{Packs, join, parse_pack_key, part_missing, sled_trouble};
use super::{Settings, durable};
use crate::record::pack;
use crate::{Hash, Head, ProductName, ReadError, ReadLimit, Record, Version};

/// Why the database did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Trouble {
    /// What it holds is not what was written.
    #[error("version {version} is damaged: {what}")]
    Damaged {
        /// The first version that cannot be served.
        version: Version,
        /// What does not fit.
        what: String,
    },
    /// sled panicked, as it does when it meets something that it did not write.
    #[error("sled panicked: {0}")]
    Panicked(String),
    /// It did not work, for whatever other reason.
    #[error("{0}")]
    Failed(String),
}

impl Trouble {
    /// As an answer to somebody who wanted to read on from this version.
    fn into_read_error(self, product: &ProductName, from: Version) -> ReadError {
        let damaged = |version: Version, what| ReadError::Damaged {
            product: product.clone(),
            version: version.max(from),
            what,
        };
        match self {
            Trouble::Damaged { version, what } => damaged(version, what),
            panicked @ Trouble::Panicked(_) => damaged(from, panicked.to_string()),
            Trouble::Failed(why) => ReadError::Unavailable {
                why: format!("version {from} of product {product} cannot be read: {why}"),
            },
        }
    }
}

/// An open sled database, and a second handle of its file for the syncs that sled leaves out.
#[derive(Debug)]
pub(super) struct Store {
    /// Present until it is dropped.
    db: Option<sled::Db>,
    file: File,
    dir: PathBuf,
}

/// A pack as found, with the hash that it has to follow from.
struct Found {
    first: Version,
    previous: Hash,
    bytes: Bytes,
}

impl Found {
    fn previous_head(&self) -> Head {
        Head { version: self.first.before(), hash: self.previous }
    }
}

impl Store {
    /// Opens the database in this directory, or makes one. What it holds is durable afterwards.
    pub(super) fn open(dir: &Path, settings: &Settings) -> Result<Store, Trouble> {
        guard(|| {
            let failed = |error: &dyn std::fmt::Display| Trouble::Failed(error.to_string());
            clear_unfinished_snapshots(dir).map_err(|error| failed(&error))?;
            let db = sled::Config::new()
                .path(dir)
                .cache_capacity(settings.cache_bytes)
                .flush_every_ms(Some(settings.background_flush_ms.max(1)))
                .open()
                .map_err(|error| sled_trouble(Version::ZERO, error))?;
            durable::sync_database(dir).map_err(|error| failed(&error))?;
            let file = File::options()
                .read(true)
                .write(true)
                .open(dir.join("db"))
                .map_err(|error| failed(&error))?;
            Ok(Store { db: Some(db), file, dir: dir.to_owned() })
        })
    }

    /// Stores these values, all or none, and answers once they are durable.
    ///
    /// A single value needs no batch: sled's log holds it whole or not at all, and the manifest of
    /// a batch costs a second write.
    pub(super) fn write(&self, values: Vec<(Key, Vec<u8>)>) -> Result<(), Trouble> {
        guard(|| {
            let failed = |error: sled::Error| Trouble::Failed(error.to_string());
            let mut values = values;
            let db = self.db()?;
            if values.len() == 1
                && let Some((key, value)) = values.pop()
            {
                db.insert(key.encode(), value).map_err(failed)?;
            } else {
                let mut batch = sled::Batch::default();
                for (key, value) in values {
                    batch.insert(&key.encode()[..], value);
                }
                db.apply_batch(batch).map_err(failed)?;
            }
            // sled's flush alone is `sync_file_range`, which a power cut does not respect.
            db.flush().map_err(failed)?;
            self.file.sync_data().map_err(|error| Trouble::Failed(error.to_string()))
        })
    }

    /// Wakes a flush that waits for a write that has failed: sled 0.34 does not tell waiters of
    /// every failed write, but it does when it refuses the next operation because of it.
    pub(super) fn nudge_if_failed(&self) {
        let _ = guard(|| {
            let db = self.db()?;
            if db.context.global_error().is_err() {
                db.flush().map_err(|error| Trouble::Failed(error.to_string()))?;
            }
            Ok(())
        });
    }

    /// The database; for the raw check in [`super::audit`] too.
    pub(super) fn db(&self) -> Result<&sled::Db, Trouble> {
        self.db.as_ref().ok_or_else(|| Trouble::Failed("the database is closed".into()))
    }

    /// How many bytes are free for it on its disk.
    pub(super) fn free_bytes(&self) -> std::io::Result<u64> {
        let stat = rustix::fs::statvfs(&self.dir)?;
        Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
    }

    /// The products' numbers and names.
    pub(super) fn names(&self) -> Result<Vec<(u32, ProductName)>, Trouble> {
        guard(|| {
            let mut names = Vec::new();
            for item in self.db()?.range(Key::names()) {
                let (key, value) = item.map_err(|error| Trouble::Failed(error.to_string()))?;
                names.push(parse_name(&key, &value).map_err(Trouble::Failed)?);
            }
            Ok(names)
        })
    }

    /// The head of a product, after its last pack has been checked.
    pub(super) fn head(&self, number: u32, product: &ProductName) -> Result<Head, Trouble> {
        self.head_at_or_before(number, product, Version::new(u64::MAX), |_| {})
    }

    /// The hash of a product's commit at this version, if there is one.
    pub(super) fn hash_at(
        &self,
        number: u32,
        product: &ProductName,
        version: Version,
    ) -> Result<Option<Hash>, Trouble> {
        let mut hash = None;
        self.head_at_or_before(number, product, version, |record| {
            if record.version == version {
                hash = Some(record.hash);
            }
        })?;
        Ok(hash)
    }

    fn head_at_or_before(
        &self,
        number: u32,
        product: &ProductName,
        version: Version,
        mut each: impl FnMut(Record),
    ) -> Result<Head, Trouble> {
        let Some(found) = self.find(number, version)? else { return Ok(Head::ZERO) };
        pack::decode(product, found.previous_head(), &found.bytes, |record, _| each(record))
            .map_err(|unfit| Trouble::Damaged { version: unfit.version, what: unfit.what })
    }

    /// Reads a page of a product's records from a version on, up to its durable head.
    pub(super) fn read(
        &self,
        number: u32,
        product: &ProductName,
        from: Version,
        durable: Version,
        limit: ReadLimit,
    ) -> Result<Vec<Record>, ReadError> {
        let from = from.max(Version::ZERO.next());
        let mut page = Page { from, limit, records: Vec::new(), size_bytes: 0 };
        let filled = guard(|| self.fill(number, product, durable, &mut page));
        match filled {
            Err(trouble) if page.records.is_empty() => Err(trouble.into_read_error(product, from)),
            // What comes before the trouble is good, and answered first.
            Ok(()) | Err(_) => Ok(page.records),
        }
    }

    fn fill(
        &self,
        number: u32,
        product: &ProductName,
        durable: Version,
        page: &mut Page,
    ) -> Result<(), Trouble> {
        let missing = |version| Trouble::Damaged { version, what: "it is missing".into() };
        let damaged =
            |unfit: pack::Unfit| Trouble::Damaged { version: unfit.version, what: unfit.what };
        let found = self.find(number, page.from)?.ok_or_else(|| missing(page.from))?;
        let mut head = found.previous_head();
        let mut decode = |head: Head, bytes: &Bytes| {
            pack::decode(product, head, bytes, |record, size| page.push(record, size))
                .map_err(damaged)
        };
        head = decode(head, &found.bytes)?;
        if head.version < page.from {
            return Err(missing(head.version.next()));
        }
        let mut packs = Packs::new(self.db()?, number, found.first.next());
        while head.version < durable && !page.is_full() {
            let pack = packs.next().transpose().map_err(|trouble| match trouble {
                Trouble::Damaged { what, .. } => {
                    Trouble::Damaged { version: head.version.next(), what }
                }
                other @ (Trouble::Panicked(_) | Trouble::Failed(_)) => other,
            })?;
            let Some((first, bytes)) = pack else { return Err(missing(head.version.next())) };
            if first != head.version.next() {
                let what = if first > head.version { "it is missing" } else { "it is there twice" };
                return Err(Trouble::Damaged { version: head.version.next(), what: what.into() });
            }
            head = pack::decode(product, head, &bytes, |record, size| page.push(record, size))
                .map_err(damaged)?;
        }
        Ok(())
    }

    /// The last pack whose first version is at or before this one.
    fn find(&self, number: u32, version: Version) -> Result<Option<Found>, Trouble> {
        guard(|| {
            let failed = |error: sled::Error| sled_trouble(version, error);
            let mut backward = self.db()?.range(Key::packs(number, 0, version.get())).rev();
            let mut parts = Vec::new();
            let mut first = None;
            for item in backward.by_ref() {
                let (key, value) = item.map_err(failed)?;
                let key = parse_pack_key(&key)?;
                let (at, expected) = *first.get_or_insert((key.version, key.part));
                let seen = u16::try_from(parts.len()).unwrap_or(u16::MAX);
                if key.version != at || Some(key.part) != expected.checked_sub(seen) {
                    return Err(part_missing(Version::new(at)));
                }
                parts.push(value);
                if key.part == 0 {
                    break;
                }
            }
            let Some((first, last_part)) = first else { return Ok(None) };
            let first = Version::new(first);
            if parts.len() != usize::from(last_part) + 1 {
                return Err(part_missing(first));
            }
            parts.reverse();
            let previous = match backward.next().transpose().map_err(failed)? {
                Some((_, value)) => pack::last_hash(&value).ok_or_else(|| Trouble::Damaged {
                    version: first.before(),
                    what: "it is too short".into(),
                })?,
                None if first.before() == Version::ZERO => Hash::ZERO,
                None => {
                    let what = "all versions before it are missing".into();
                    return Err(Trouble::Damaged { version: first, what });
                }
            };
            Ok(Some(Found { first, previous, bytes: join(&parts) }))
        })
    }
}

/// Removes what a start that was cut off has left of a snapshot.
///
/// sled writes one whenever it opens a database that has grown, under a name of its own until it is whole. It never
/// reads that name on purpose, but it does take the file for the newest snapshot at the next start, and itself for
/// damaged: after a power cut, a kill or a full disk at that moment no start would succeed again. All that such a file
/// says can be read from the database.
fn clear_unfinished_snapshots(dir: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("snap.") && name.ends_with(".generating") {
            warn!(file = %name, "an earlier start was cut off; what it left of a snapshot is removed");
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// A page in the making.
struct Page {
    from: Version,
    limit: ReadLimit,
    records: Vec<Record>,
    size_bytes: usize,
}

impl Page {
    fn push(&mut self, record: Record, size_bytes: usize) {
        if record.version < self.from || self.is_full() {
            return;
        }
        self.size_bytes = self.size_bytes.saturating_add(size_bytes);
        if self.records.is_empty() || self.size_bytes <= self.limit.size_bytes {
            self.records.push(record);
        }
    }

    fn is_full(&self) -> bool {
        let full =
            self.records.len() >= self.limit.commits || self.size_bytes >= self.limit.size_bytes;
        full && !self.records.is_empty()
    }
}

/// Reads an entry of the table of product names.
pub(super) fn parse_name(key: &[u8], value: &[u8]) -> Result<(u32, ProductName), String> {
    let number = Key::decode(key)
        .filter(|key| key.part == 0 && key.version > 0)
        .and_then(|key| u32::try_from(key.version).ok())
        .ok_or_else(|| format!("key {key:02x?} is no product's number"))?;
    let name = std::str::from_utf8(value)
        .ok()
        .and_then(|name| ProductName::new(name).ok())
        .ok_or_else(|| format!("the name of product number {number} is damaged"))?;
    Ok((number, name))
}

/// Runs something that calls sled, and turns a panic into an error.
pub(super) fn guard<T>(call: impl FnOnce() -> Result<T, Trouble>) -> Result<T, Trouble> {
    catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|panic| {
        let text = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("no reason given");
        Err(Trouble::Panicked(text.to_owned()))
    })
}

impl Drop for Store {
    /// sled writes what is left when it is dropped, and panics if it cannot.
    fn drop(&mut self) {
        let db = self.db.take();
        let dropped: Result<(), Trouble> = guard(|| {
            drop(db);
            Ok(())
        });
        if let Err(trouble) = dropped {
            warn!(why = %trouble, "the database did not close cleanly");
        }
    }
}

/// The stored values of a pack.
pub(super) fn values_of(number: u32, builder: pack::Builder) -> Vec<(Key, Vec<u8>)> {
    let hash = builder.head().hash;
    let (first, bytes) = builder.finish();
    let parts = layout::cut(&bytes, hash).into_iter();
    parts
        .zip(0_u16..)
        .map(|(value, part)| (Key { number, version: first.get(), part }, value))
        .collect()
}
