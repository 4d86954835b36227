//! Files and directories made durable: the syncs that sled leaves out, and atomic replacement.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;

/// Makes what sled keeps in this directory durable: its files, and their names.
pub(crate) fn sync_database(dir: &Path) -> io::Result<()> {
    for file in ["db", "conf"] {
        File::open(dir.join(file))?.sync_all()?;
    }
    for entry in fs::read_dir(dir.join("blobs"))? {
        File::open(entry?.path())?.sync_all()?;
    }
    sync_dir(&dir.join("blobs"))?;
    sync_dir(dir)?;
    sync_ancestors(dir)
}

/// Makes the name of a directory durable, and those of the ones that it is in: any of them may have
/// been made a moment ago.
pub(crate) fn sync_ancestors(dir: &Path) -> io::Result<()> {
    for ancestor in dir.canonicalize()?.ancestors().skip(1) {
        match sync_dir(ancestor) {
            // It was not made by whoever may not even read it.
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => break,
            synced => synced?,
        }
    }
    Ok(())
}

/// Makes sure that what is read next comes from the disk. After a sync has failed, Linux keeps the
/// pages that it could not write as if it had, and a later sync of them succeeds without a write.
pub(super) fn forget_cached(dir: &Path) -> io::Result<()> {
    let file = File::open(dir.join("db"))?;
    file.sync_all()?;
    rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed)?;
    Ok(())
}

/// Makes a directory that only its owner may enter, and those above it that are missing. One that is there stays as it is.
pub(crate) fn create_private(dir: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

/// Makes the names in a directory durable.
pub(crate) fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

/// Replaces a file: a reader, also after a power cut, sees the old content or the new.
pub(super) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let temporary = path.with_extension("tmp");
    let mut file = File::create(&temporary)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&temporary, path)?;
    match parent_of(path) {
        Some(parent) => sync_dir(parent),
        None => Ok(()),
    }
}

/// The directory that a path is in.
pub(crate) fn parent_of(path: &Path) -> Option<&Path> {
    match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Some(Path::new(".")),
        parent => parent,
    }
}
