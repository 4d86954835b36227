//! The wall clock of one server, set as the clock of a machine is set: by libfaketime, which `cargo xtask test` installs as root.
//! The clock that measures how long things take goes on as ever.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::absent;

/// The clock on the wall.
#[derive(Debug)]
pub struct WallClock {
    library: PathBuf,
    file: PathBuf,
}

/// The library: beside others of the system, in a folder of its own.
fn library() -> Option<PathBuf> {
    let folders = fs::read_dir("/usr/lib").ok()?.filter_map(Result::ok).map(|entry| entry.path());
    let places = folders.chain([PathBuf::from("/usr/lib")]);
    places.map(|place| place.join("faketime/libfaketimeMT.so.1")).find(|library| library.is_file())
}

impl WallClock {
    /// One that shows the right time; `None` if there is no such library on this machine, and that may be.
    #[must_use]
    pub fn hang(dir: &Path) -> Option<Self> {
        let Some(library) = library() else {
            absent::may_be("libfaketime", "install it with: sudo apt-get install -y faketime");
            return None;
        };
        let clock = Self { library, file: dir.join("wall-clock") };
        clock.set(0);
        Some(clock)
    }

    /// What a program's environment has to have, so that it looks at this one.
    #[must_use]
    pub fn environment(&self) -> Vec<(String, String)> {
        let text = |path: &Path| path.display().to_string();
        let pairs = [
            ("LD_PRELOAD", text(&self.library)),
            ("FAKETIME_TIMESTAMP_FILE", text(&self.file)),
            ("FAKETIME_NO_CACHE", "1".to_owned()),
            // Two names, by the version of the library.
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
            ("DONT_FAKE_MONOTONIC", "1".to_owned()),
        ];
        pairs.map(|(name, value)| (name.to_owned(), value)).to_vec()
    }

    /// Sets it so many seconds ahead of the right time, or behind it.
    pub fn set(&self, ahead_s: i64) {
        let new = self.file.with_extension("new");
        fs::write(&new, format!("{ahead_s:+}")).unwrap();
        fs::rename(&new, &self.file).unwrap();
    }
}
