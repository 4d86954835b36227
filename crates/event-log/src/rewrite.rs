//! Writing a log anew beside the old one, and putting it in its place: to take payloads out, and to bring a product in.
//!
//! sled keeps old values in its file until it needs the room, so nothing is ever gone from a database. A new one is made that
//! never held it:
//!
//! 1. `.log.rewriting` is made beside `log`, whose lock is held from here to the end: no server starts.
//! 2. All commits are copied, changed as asked. Each product must lead to the head it had, so the chain is as it was.
//! 3. The new log is closed and durable. The two directories change places in one step.
//! 4. The old one, now `.log.rewriting`, is removed.
//!
//! Whenever it is interrupted, `log` is the old log or the new one, and whole. What is left under the other name is removed
//! when the next one begins.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use rustix::fs::{CWD, RenameFlags};

use crate::sled::durable;
use crate::{
    AppendError, CloseError, EventLog as _, Head, NewCommit, OpenError, Payload, ProductName,
    ReadError, ReadLimit, Record, SledLog, Version,
};

/// Why a log was not written anew. The old one is as it was, unless the variant says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum RewriteError {
    /// The old log could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The new log cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The new log cannot be written.
    #[error("the new log beside the old one cannot be written: {0}")]
    Append(#[from] AppendError),
    /// The new log did not close.
    #[error("the new log beside the old one cannot be used: {0}")]
    Close(#[from] CloseError),
    /// A payload that is to be taken out is not there.
    #[error("version {version} of product {product} has no event {event}")]
    NoEvent {
        /// The product.
        product: ProductName,
        /// The version.
        version: Version,
        /// The event that was named, from 0.
        event: u32,
    },
    /// The copy does not lead where the old log does.
    #[error("version {version} of product {product} became another in the copy")]
    Differs {
        /// The product.
        product: ProductName,
        /// The last version of the page that differs.
        version: Version,
    },
    /// The log is somebody else's, who could not open the new one.
    #[error("the log in {} belongs to another user: run this as the user that the server runs as", dir.display())]
    NotOwner {
        /// The log's directory.
        dir: PathBuf,
    },
    /// The two directories cannot change places.
    #[error(
        "{} and {} cannot change places in one step: {error}; move the data directory to a local file system such as ext4, \
         xfs or btrfs, with the log in an ordinary directory",
        dir.display(), building.display()
    )]
    NoSwap {
        /// The log's directory.
        dir: PathBuf,
        /// The new log's.
        building: PathBuf,
        /// What the system answered.
        error: io::Error,
    },
    /// The new log is in place, but the old one could not be removed.
    #[error("the log has been written anew, but the old one could not be removed from {}: {error}; remove it", dir.display())]
    Kept {
        /// Where the old log is.
        dir: PathBuf,
        /// What the system answered.
        error: io::Error,
    },
    /// A file or directory cannot be used.
    #[error("the log cannot be written anew: {0}")]
    Io(#[from] io::Error),
}

/// Where a log is written anew, or left by a rewriting that was interrupted: beside the log's directory.
fn beside(dir: &Path) -> io::Result<PathBuf> {
    let dir = dir.canonicalize()?;
    let name = dir.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(dir.with_file_name(format!(".{name}.rewriting")))
}

/// What an interrupted rewriting left beside the log in this directory, if it did. It may hold what was to be taken out.
#[must_use]
pub fn left_over(dir: &Path) -> Option<PathBuf> {
    beside(dir).ok().filter(|building| building.exists())
}

/// Takes payloads out of a product and appends the commits that say so, in a new log that takes the place of this one.
///
/// `stand_ins` says by version and place in the commit, from 0, what stands there from now on. `notices` have to vouch for each,
/// see [`crate::Redactions`]. Whatever an interrupted rewriting left is removed, also if nothing is to be taken out. Answers with
/// the product's new head.
///
/// # Errors
/// [`RewriteError`].
pub async fn redact(
    log: SledLog,
    product: &ProductName,
    stand_ins: &BTreeMap<(Version, u32), Bytes>,
    notices: Vec<NewCommit>,
) -> Result<Head, RewriteError> {
    if stand_ins.is_empty() {
        remove_left_over(log.dir())?;
        return Ok(log.head(product).await?);
    }
    let rewriting = Rewriting::begin(log)?;
    let made = rewriting.without(product, stand_ins, notices).await;
    rewriting.finish(made).await
}

impl Rewriting {
    async fn without(
        &self,
        product: &ProductName,
        stand_ins: &BTreeMap<(Version, u32), Bytes>,
        notices: Vec<NewCommit>,
    ) -> Result<Head, RewriteError> {
        let mut left = stand_ins.clone();
        self.copy(|record| {
            if record.product != *product {
                return;
            }
            for (at, event) in (0_u32..).zip(&mut record.commit.events) {
                if let Some(stand_in) = left.remove(&(record.version, at)) {
                    take_out(&mut event.payload, stand_in);
                }
            }
        })
        .await?;
        if let Some(((version, event), _)) = left.pop_first() {
            return Err(RewriteError::NoEvent { product: product.clone(), version, event });
        }
        let mut head = self.new.head(product).await?;
        for notice in notices {
            head = self.new.append(product, head.version, vec![notice]).await?;
        }
        Ok(head)
    }
}

fn take_out(payload: &mut Payload, stand_in: Bytes) {
    let (hash, size_bytes) = (payload.hash(), payload.size_bytes());
    let size_bytes = u32::try_from(size_bytes).unwrap_or(u32::MAX);
    *payload = Payload::Redacted { hash, size_bytes, stand_in };
}

fn remove_left_over(dir: &Path) -> io::Result<()> {
    let building = beside(dir)?;
    if building.exists() {
        fs::remove_dir_all(&building)?;
        if let Some(parent) = durable::parent_of(&building) {
            durable::sync_dir(parent)?;
        }
    }
    Ok(())
}

/// A log that is being written anew.
pub(crate) struct Rewriting {
    old: SledLog,
    pub(crate) new: SledLog,
    dir: PathBuf,
    building: PathBuf,
}

impl Rewriting {
    /// Makes an empty log beside the old one, whose lock is kept for as long as this lives.
    pub(crate) fn begin(old: SledLog) -> Result<Rewriting, RewriteError> {
        let dir = old.dir().canonicalize()?;
        remove_left_over(&dir)?;
        let building = beside(&dir)?;
        fs::DirBuilder::new().mode(0o700).create(&building)?;
        if fs::metadata(&building)?.uid() != fs::metadata(&dir)?.uid() {
            fs::remove_dir(&building)?;
            return Err(RewriteError::NotOwner { dir });
        }
        let new = SledLog::open(&building, old.settings().clone())?;
        Ok(Rewriting { old, new, dir, building })
    }

    /// Copies all commits, each after `change` had it. What it may change is what the chain does not commit to.
    pub(crate) async fn copy(
        &self,
        mut change: impl FnMut(&mut Record),
    ) -> Result<(), RewriteError> {
        for (product, head) in self.old.products().await? {
            let mut last = Head::ZERO;
            while last.version < head.version {
                let mut page =
                    self.old.read(&product, last.version.next(), ReadLimit::default()).await?;
                let Some(end) = page.last().map(Record::head) else {
                    let version = last.version.next();
                    let what = "it is missing".to_owned();
                    return Err(ReadError::Damaged { product, version, what }.into());
                };
                page.iter_mut().for_each(&mut change);
                let commits = page.into_iter().map(|record| record.commit).collect();
                let reached = self.new.append(&product, last.version, commits).await?;
                if reached != end {
                    return Err(RewriteError::Differs { product, version: end.version });
                }
                last = end;
            }
        }
        Ok(())
    }

    /// Puts the new log in the place of the old one, or removes it if it came to nothing.
    pub(crate) async fn finish<T, E: From<RewriteError>>(self, made: Result<T, E>) -> Result<T, E> {
        let Rewriting { old, new, dir, building } = self;
        let closed = new.close().await;
        // With it goes its lock: a server may start on it as soon as it is in place.
        drop(new);
        let in_place = match (made, closed) {
            (Ok(made), Ok(())) => put_in_place(&old, &dir, &building).await.map(|()| made),
            (Ok(_), Err(error)) => Err(error.into()),
            (Err(error), _) => {
                // The error that led here is the one to tell.
                let _gone = fs::remove_dir_all(&building);
                return Err(error);
            }
        };
        match in_place {
            Ok(made) => {
                let removed = remove_left_over(&dir);
                removed.map_err(|error| RewriteError::Kept { dir: building, error })?;
                Ok(made)
            }
            Err(error) => {
                let _gone = fs::remove_dir_all(&building);
                Err(error.into())
            }
        }
    }
}

/// Changes the two directories' places. The old log is closed, and its lock still held.
async fn put_in_place(old: &SledLog, dir: &Path, building: &Path) -> Result<(), RewriteError> {
    durable::sync_database(building)?;
    old.close().await?;
    rustix::fs::renameat_with(CWD, building, CWD, dir, RenameFlags::EXCHANGE).map_err(|error| {
        let (dir, building) = (dir.to_owned(), building.to_owned());
        RewriteError::NoSwap { dir, building, error: error.into() }
    })?;
    if let Some(parent) = durable::parent_of(dir) {
        durable::sync_dir(parent)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
