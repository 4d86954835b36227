//! Opening: the lock, the database, each product's last commit, and the comparison with the heads
//! that are known to have been there.
//!
//! The cost grows with the number of products and with what sled replays, not with the history.
//! Nothing here deletes anything of a log that does not fit. What a first start that was cut off has left is no log yet
//! (see [`birth`]).

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tracing::{info, warn};

use super::head_file::{self, Found, Heads};
use super::store::{Store, Trouble};
use super::{Settings, audit, birth, durable};
use crate::{Head, Problem, ProductName, Record, VerifyReport, Version};

/// Why a log was not opened. Nothing has been deleted.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process, or another handle in this one, has the log open.
    #[error("the log in {} is open already: stop the other process, or use another directory", dir.display())]
    Locked {
        /// The log's directory.
        dir: PathBuf,
    },
    /// The log ends before a commit that was acknowledged.
    #[error(
        "the log in {} has lost its end: product {product} is known to have reached version \
         {known}, but ends at {found}; keep the directory and restore from a backup", dir.display()
    )]
    Shortened {
        /// The log's directory.
        dir: PathBuf,
        /// The first product, by name, that is too short.
        product: ProductName,
        /// The version that the head file names.
        known: Version,
        /// The version that the log ends at.
        found: Version,
    },
    /// A commit is another one than the one that was acknowledged.
    #[error(
        "the log in {} is not the one that was written: version {version} of product {product} has \
         another hash than the head file knows; keep the directory and restore from a backup",
        dir.display()
    )]
    Different {
        /// The log's directory.
        dir: PathBuf,
        /// The product.
        product: ProductName,
        /// The version that differs.
        version: Version,
    },
    /// A stored commit, or the table of products, is not as it was written.
    #[error("the log in {} is damaged: {what}; keep the directory and restore from a backup", dir.display())]
    Damaged {
        /// The log's directory.
        dir: PathBuf,
        /// The product and version where that is known, and what does not fit.
        what: String,
    },
    /// A file or directory cannot be used.
    #[error("the log in {} cannot be opened: {what}", dir.display())]
    Unusable {
        /// The log's directory.
        dir: PathBuf,
        /// What was tried and what the system answered.
        what: String,
    },
}

/// What opening found in place of the head file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeadsOutcome {
    /// The log is new.
    Fresh,
    /// The head file was there, and the log has all that it names.
    Matched,
    /// There was no head file to rely on. The whole log was verified instead and is in itself
    /// intact, but that it has not lost its end cannot be known. A new head file was written.
    Rebuilt {
        /// Why the head file could not be relied on.
        why: String,
    },
}

/// What a database holds.
#[derive(Debug)]
pub(super) struct Recovered {
    pub(super) products: BTreeMap<ProductName, RecoveredProduct>,
    pub(super) next_number: u32,
}

/// A product in a database.
#[derive(Clone, Copy, Debug)]
pub(super) struct RecoveredProduct {
    pub(super) number: u32,
    pub(super) head: Head,
}

/// A log that has been opened and compared.
pub(super) struct Opened {
    pub(super) lock: File,
    pub(super) store: Store,
    pub(super) recovered: Recovered,
    pub(super) outcome: HeadsOutcome,
}

/// Opens the log in a directory, or makes a new one.
pub(super) fn open(dir: &Path, settings: &Settings) -> Result<Opened, OpenError> {
    let unusable = |what: &str, error: &io::Error| OpenError::Unusable {
        dir: dir.to_owned(),
        what: format!("{what}: {error}"),
    };
    let damaged = |what: String| OpenError::Damaged { dir: dir.to_owned(), what };
    durable::create_private(dir)
        .map_err(|error| unusable("making the directory failed", &error))?;
    let lock = lock(dir)?;
    let known =
        head_file::read(dir).map_err(|error| unusable("reading the head file failed", &error))?;
    let empty = fs::metadata(dir.join("db")).map_or(true, |file| file.len() == 0);
    if let Found::Heads(heads) = &known
        && empty
        && let Some((product, head)) = heads.first_key_value()
    {
        // Before sled makes an empty database in the place of the one that is gone.
        return Err(shortened(dir, product, head.version, Version::ZERO));
    }
    birth::prepare(dir, &known)
        .map_err(|error| unusable("preparing the directory failed", &error))?;

    let store = open_store(dir, settings)?;
    let recovered = recover(&store).map_err(&damaged)?;
    let outcome = match known {
        Found::Heads(heads) => {
            for (product, head) in &heads {
                compare(&store, &recovered, product, *head)
                    .map_err(|lost| lost.into_open_error(dir, product))?;
            }
            HeadsOutcome::Matched
        }
        Found::Missing if recovered.products.is_empty() => HeadsOutcome::Fresh,
        Found::Missing => rebuild(&store, "there is no head file").map_err(&damaged)?,
        Found::Damaged(why) => {
            rebuild(&store, &format!("the head file is damaged: {why}")).map_err(&damaged)?
        }
    };
    let heads: Heads =
        recovered.products.iter().map(|(name, found)| (name.clone(), found.head)).collect();
    head_file::write(dir, &heads)
        .map_err(|error| unusable("writing the head file failed", &error))?;
    birth::done(dir)
        .map_err(|error| unusable("removing the mark of a first start failed", &error))?;
    info!(dir = %dir.display(), products = heads.len(), ?outcome, "the log is open");
    Ok(Opened { lock, store, recovered, outcome })
}

/// How long to wait for a database that somebody else has not quite let go of.
const LET_GO_WITHIN: Duration = Duration::from_secs(1);

/// Opens the database of a directory whose own lock is held.
///
/// So nobody uses it as a log. But sled holds a lock of its own until its last background thread has
/// ended, which may be a moment after the database was dropped.
fn open_store(dir: &Path, settings: &Settings) -> Result<Store, OpenError> {
    let pause = Duration::from_millis(10);
    let mut waited = Duration::ZERO;
    loop {
        let trouble = match Store::open(dir, settings) {
            Ok(store) => return Ok(store),
            Err(trouble) => trouble,
        };
        return Err(match trouble {
            Trouble::Failed(what) if what.contains("could not acquire lock") => {
                if waited < LET_GO_WITHIN {
                    std::thread::sleep(pause);
                    waited = waited.saturating_add(pause);
                    continue;
                }
                // A tool that opened the database without asking for the log's own lock.
                OpenError::Locked { dir: dir.to_owned() }
            }
            Trouble::Failed(what) => OpenError::Unusable { dir: dir.to_owned(), what },
            trouble @ (Trouble::Panicked(_) | Trouble::Damaged { .. }) => {
                OpenError::Damaged { dir: dir.to_owned(), what: trouble.to_string() }
            }
        });
    }
}

/// Verifies a log that need not be fit to be opened for use, and compares it with its head file.
pub(super) fn verify(
    dir: &Path,
    settings: &Settings,
    decode: impl Fn(&Record) -> Result<(), String>,
) -> Result<VerifyReport, OpenError> {
    let unusable = |what: String| OpenError::Unusable { dir: dir.to_owned(), what };
    if !dir.join("db").exists() {
        return Err(unusable("there is no log".into()));
    }
    let _lock = lock(dir)?;
    let known = head_file::read(dir).map_err(|error| unusable(error.to_string()))?;
    if birth::was_cut_off(dir, &known) {
        let what = "its first start was cut off before anything was stored in it; start it again";
        return Err(unusable(what.into()));
    }
    let store = open_store(dir, settings)?;
    let mut report = audit::audit(&store, VerifyReport::MAX_PROBLEMS, decode);
    let mut problem = |product, version, what| {
        report.problems.push(Problem { product, version, what });
    };
    match known {
        Found::Missing => problem(None, None, "there is no head file".into()),
        Found::Damaged(why) => problem(None, None, format!("the head file is damaged: {why}")),
        Found::Heads(heads) => {
            // A table that cannot be read has been reported.
            let numbers = store.names().unwrap_or_default();
            for (product, head) in heads {
                let number = numbers.iter().find(|(_, name)| *name == product);
                let Some((number, _)) = number else {
                    let what = format!(
                        "the product is missing; the head file knows {} versions of it",
                        head.version
                    );
                    problem(Some(product), Some(Version::ZERO.next()), what);
                    continue;
                };
                // What cannot be read has been reported with its own version.
                let Ok(hash) = store.hash_at(*number, &product, head.version) else { continue };
                if hash != Some(head.hash) {
                    let what = "it is not the commit that the head file knows".to_owned();
                    problem(Some(product), Some(head.version), what);
                }
            }
        }
    }
    report.first_bad_first();
    Ok(report)
}

/// Takes the lock of a log's directory, which lasts as long as the file is open.
fn lock(dir: &Path) -> Result<File, OpenError> {
    let unusable = |what: String| OpenError::Unusable {
        dir: dir.to_owned(),
        what: format!("the lock: {what}"),
    };
    let path = dir.join("lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|error| unusable(error.to_string()))?;
    match rustix::fs::flock(&file, rustix::fs::FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => {}
        Err(rustix::io::Errno::WOULDBLOCK) => {
            return Err(OpenError::Locked { dir: dir.to_owned() });
        }
        Err(error) => return Err(unusable(error.to_string())),
    }
    // A log that is written anew takes the place of the old one with another lock in it.
    let same = |a: &fs::Metadata, b: &fs::Metadata| (a.dev(), a.ino()) == (b.dev(), b.ino());
    match (file.metadata(), fs::metadata(&path)) {
        (Ok(held), Ok(there)) if same(&held, &there) => Ok(file),
        (Err(error), _) => Err(unusable(error.to_string())),
        (Ok(_), Ok(_) | Err(_)) => Err(OpenError::Locked { dir: dir.to_owned() }),
    }
}

/// Reads which products a database holds, and checks the end of each.
pub(super) fn recover(store: &Store) -> Result<Recovered, String> {
    let names = store.names().map_err(|trouble| format!("the table of products: {trouble}"))?;
    let mut products = BTreeMap::new();
    let mut next_number = 1;
    for (number, name) in names {
        next_number = next_number.max(number.saturating_add(1));
        let head = store.head(number, &name).map_err(|trouble| match trouble {
            Trouble::Damaged { version, what } => {
                format!("version {version} of product {name}: {what}")
            }
            trouble @ (Trouble::Panicked(_) | Trouble::Failed(_)) => {
                format!("the end of product {name}: {trouble}")
            }
        })?;
        if products.insert(name.clone(), RecoveredProduct { number, head }).is_some() {
            return Err(format!("product {name} has two numbers"));
        }
    }
    Ok(Recovered { products, next_number })
}

/// What a log lacks of a head that is known to have been there.
#[derive(Debug, thiserror::Error)]
pub(super) enum Lost {
    /// It ends before it.
    #[error("product {product} has reached version {known}, but ends at {found}")]
    Shortened { product: ProductName, known: Version, found: Version },
    /// It has another commit there.
    #[error("version {version} of product {product} has another hash than the acknowledged one")]
    Different { product: ProductName, version: Version },
    /// It cannot be read.
    #[error("version {version} of product {product} cannot be read: {what}")]
    Unreadable { product: ProductName, version: Version, what: String },
}

impl Lost {
    fn into_open_error(self, dir: &Path, product: &ProductName) -> OpenError {
        match self {
            Lost::Shortened { known, found, .. } => shortened(dir, product, known, found),
            Lost::Different { version, .. } => {
                OpenError::Different { dir: dir.to_owned(), product: product.clone(), version }
            }
            unreadable @ Lost::Unreadable { .. } => {
                OpenError::Damaged { dir: dir.to_owned(), what: unreadable.to_string() }
            }
        }
    }
}

fn shortened(dir: &Path, product: &ProductName, known: Version, found: Version) -> OpenError {
    OpenError::Shortened { dir: dir.to_owned(), product: product.clone(), known, found }
}

/// Checks that a database has a head that is known to have been there.
pub(super) fn compare(
    store: &Store,
    recovered: &Recovered,
    product: &ProductName,
    known: Head,
) -> Result<(), Lost> {
    let found = recovered.products.get(product);
    let head = found.map_or(Head::ZERO, |found| found.head);
    if head.version < known.version {
        let (known, found) = (known.version, head.version);
        return Err(Lost::Shortened { product: product.clone(), known, found });
    }
    let hash = if head.version == known.version {
        Some(head.hash)
    } else {
        let number = found.map_or(0, |found| found.number);
        store.hash_at(number, product, known.version).map_err(|trouble| Lost::Unreadable {
            product: product.clone(),
            version: known.version,
            what: trouble.to_string(),
        })?
    };
    if hash == Some(known.hash) {
        Ok(())
    } else {
        Err(Lost::Different { product: product.clone(), version: known.version })
    }
}

/// Verifies the whole log, because there is nothing to compare it with.
fn rebuild(store: &Store, why: &str) -> Result<HeadsOutcome, String> {
    warn!(why, "the whole log is being verified; that it is complete cannot be known");
    match audit::audit(store, 1, |_| Ok(())).problems.into_iter().next() {
        Some(problem) => Err(problem.to_string()),
        None => Ok(HeadsOutcome::Rebuilt { why: why.to_owned() }),
    }
}
