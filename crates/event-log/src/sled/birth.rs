//! The first start of a log, which may be cut off like any other: what it left is made again.
//!
//! A log has come into being once its first head file is durable, and nothing is appended before that. Until then a
//! mark lies beside the database. sled writes the files of a new database without any care for a power cut, and takes
//! what one leaves of them for damage.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use tracing::warn;

use super::durable;
use super::head_file::Found;

/// The name of the mark.
const MARK: &str = "being-made";

/// Whether a first start was cut off: nothing can have been stored here.
pub(super) fn was_cut_off(dir: &Path, heads: &Found) -> bool {
    *heads == Found::Missing && dir.join(MARK).exists()
}

/// Before sled opens the database: marks a log that is to be made, and clears away what a start that was cut off has
/// made of it.
pub(super) fn prepare(dir: &Path, heads: &Found) -> io::Result<()> {
    if was_cut_off(dir, heads) {
        warn!(dir = %dir.display(), "the first start was cut off before anything was stored; it is made again");
        return clear(dir);
    }
    if *heads == Found::Missing && !dir.join("db").exists() {
        File::create(dir.join(MARK))?.sync_all()?;
        durable::sync_dir(dir)?;
    }
    Ok(())
}

/// Once the first head file is durable.
pub(super) fn done(dir: &Path) -> io::Result<()> {
    match fs::remove_file(dir.join(MARK)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed.and_then(|()| durable::sync_dir(dir)),
    }
}

/// Removes what sled makes in a directory.
fn clear(dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name == "blobs" {
            fs::remove_dir_all(entry.path())?;
        } else if name == "db" || name == "conf" || name.starts_with("snap.") {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
