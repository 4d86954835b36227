//! The directory of people: the names behind opaque ids, in one plain file, never in the log. So a name can be changed and
//! erased.

use std::{
    collections::BTreeMap,
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
};

use koepel_domain::{ids::PersonId, text::Name};

use crate::kept::Kept;

/// The names of people.
pub(crate) struct Directory(Kept<BTreeMap<PersonId, Name>>);

impl Directory {
    /// Opens the directory file of a data folder; there need not be one yet.
    ///
    /// # Errors
    /// If it cannot be read, or is no directory file.
    pub(crate) fn open(data_dir: &Path) -> io::Result<Self> {
        let path = data_dir.join("people.json");
        let names = match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| {
                io::Error::new(io::ErrorKind::InvalidData, format!("{}: {error}", path.display()))
            })?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => return Err(error),
        };
        Ok(Self(Kept::new(path, serde_json::to_vec_pretty, names)))
    }

    /// Another number after every change of a name.
    #[must_use]
    pub(crate) fn edition(&self) -> u64 {
        self.0.edition()
    }

    /// The name of somebody; empty if there is none.
    #[must_use]
    pub(crate) fn name(&self, person: &PersonId) -> String {
        self.0.now().get(person).map_or_else(String::new, ToString::to_string)
    }

    /// The name of somebody, or the id if there is none.
    #[must_use]
    pub(crate) fn name_or_id(&self, person: &PersonId) -> String {
        let name = self.name(person);
        if name.is_empty() { person.to_string() } else { name }
    }

    /// Keeps a name; durable when it returns. Waits for the disk.
    ///
    /// # Errors
    /// If the file cannot be written; the name is not kept then.
    pub(crate) fn set(&self, person: &PersonId, name: Name) -> io::Result<()> {
        self.0.change(|names| {
            names.insert(person.clone(), name);
            Ok(())
        })
    }

    /// Forgets the names for which this does not hold; durable when it returns. Waits for the disk.
    ///
    /// # Errors
    /// If the file cannot be written; the names are still known then.
    pub(crate) fn keep(&self, holds: impl Fn(&PersonId) -> bool) -> io::Result<()> {
        self.0.take_out(|names| {
            let before = names.len();
            names.retain(|person, _| holds(person));
            names.len() != before
        })
    }
}

/// Where a file is written before it takes the place of the one before.
fn temporary(path: &Path) -> PathBuf {
    path.with_extension("new")
}

/// Removes what a crash has left of a write: there may be in it what was to go.
///
/// # Errors
/// What the file system says.
pub(crate) fn remove_left_over(path: &Path) -> io::Result<()> {
    match fs::remove_file(temporary(path)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// The secret of a data folder by which people in imported files become opaque ids; made when there is none.
///
/// # Errors
/// If it cannot be read or written, or is not one.
pub(crate) fn people_key(data_dir: &Path) -> io::Result<[u8; 32]> {
    let path = data_dir.join("people.key");
    let wrong = |what: &str| {
        io::Error::new(io::ErrorKind::InvalidData, format!("{}: {what}", path.display()))
    };
    match fs::read(&path) {
        Ok(bytes) => bytes.try_into().map_err(|_| wrong("is not the 32 bytes that it should be")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let key: [u8; 32] = rand::random();
            write_private(&path, &key)?;
            Ok(key)
        }
        Err(error) => Err(wrong(&error.to_string())),
    }
}

/// Writes a file that only its owner may read, in place of the one before, whole or not at all.
///
/// # Errors
/// What the file system says.
pub(crate) fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let temporary = temporary(path);
    // A left-over of an earlier try may have other permissions.
    remove_left_over(path)?;
    let mut file =
        fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&temporary, path)?;
    match path.parent() {
        // A bare name is in the working directory.
        Some(parent) if parent.as_os_str().is_empty() => fs::File::open(".")?.sync_all(),
        Some(parent) => fs::File::open(parent)?.sync_all(),
        None => Ok(()),
    }
}
