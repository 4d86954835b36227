//! A disk that loses power: what a trace's writes may leave on it.
//!
//! What a file held when its last successful `fdatasync` or `fsync` *began*, of writes that had ended by then, is there.
//! Of every later write any 4 KiB part may be there or not. `sync_file_range` promises nothing. Names of files come,
//! move and go in their order, as a journal keeps it, and only a sync of their directory makes sure of them.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use rand::{Rng as _, rngs::StdRng};

use super::trace::{Action, Call, Trace};

/// How much is written in one piece.
const PAGE: usize = 4096;

/// A write or change of length that may not have reached the disk.
#[derive(Clone, Debug)]
struct Pending {
    ends: Option<usize>,
    /// Where, and what; nothing for a new length.
    bytes: Option<Vec<u8>>,
    /// The offset, or the new length.
    at: usize,
}

/// A file: what is on the disk for sure, and what may be.
#[derive(Clone, Debug, Default)]
struct File {
    durable: Vec<u8>,
    pending: Vec<Pending>,
}

/// A change of names.
#[derive(Clone, Debug)]
enum Naming {
    Link(PathBuf, usize),
    Rename(PathBuf, PathBuf),
    Remove(PathBuf),
    Directory(PathBuf),
}

/// A disk in the course of a trace.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    root: PathBuf,
    files: Vec<File>,
    /// Names as the program sees them.
    names: BTreeMap<PathBuf, usize>,
    /// Names that are on the disk for sure.
    durable_names: BTreeMap<PathBuf, usize>,
    directories: Vec<PathBuf>,
    namings: Vec<Naming>,
    /// Syncs that are under way or did nothing: this disk respects none, if it is told to.
    deaf: bool,
}

/// Something that happens at a line of the trace.
enum Moment<'a> {
    Begins(&'a Call),
    Ends(&'a Call),
}

impl Disk {
    /// A disk with the files below a directory on it.
    #[must_use]
    pub fn holding(root: &Path) -> Self {
        let mut disk = Self { root: root.to_owned(), ..Self::default() };
        disk.take_in(root);
        disk
    }

    /// An empty disk.
    #[must_use]
    pub fn empty(root: &Path) -> Self {
        Self { root: root.to_owned(), ..Self::default() }
    }

    /// A disk that does not sync: to see that the tests would notice.
    #[must_use]
    pub fn deaf(mut self) -> Self {
        self.deaf = true;
        self
    }

    fn take_in(&mut self, dir: &Path) {
        self.directories.push(dir.to_owned());
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                self.take_in(&path);
            } else {
                self.files.push(File { durable: fs::read(&path).unwrap(), pending: Vec::new() });
                self.names.insert(path.clone(), self.files.len() - 1);
                self.durable_names.insert(path, self.files.len() - 1);
            }
        }
    }

    /// Goes through a trace and stops at each of these lines, in ascending order: all up to and with it has happened.
    pub fn play(&mut self, trace: &Trace, cuts: &[usize], mut at_cut: impl FnMut(&Self, usize)) {
        let mut moments: Vec<(usize, Moment<'_>)> = Vec::new();
        for call in &trace.calls {
            moments.push((call.begins, Moment::Begins(call)));
            moments.extend(call.ends.map(|ends| (ends, Moment::Ends(call))));
        }
        // Stable: what begins and ends on one line does so in this order.
        moments.sort_by_key(|(line, _)| *line);
        let mut moments = moments.into_iter().peekable();
        let mut syncs: BTreeMap<usize, usize> = BTreeMap::new();
        for cut in cuts {
            while let Some((line, moment)) = moments.next_if(|(line, _)| line <= cut) {
                match moment {
                    Moment::Begins(call) => self.begin(call, &mut syncs, line),
                    Moment::Ends(call) => self.end(call, &syncs),
                }
            }
            at_cut(self, *cut);
        }
    }

    fn file(&mut self, path: &Path) -> Option<&mut File> {
        let id = *self.names.get(path)?;
        self.files.get_mut(id)
    }

    fn begin(&mut self, call: &Call, syncs: &mut BTreeMap<usize, usize>, line: usize) {
        let pending = |bytes: Option<Vec<u8>>, at| Pending { ends: call.ends, bytes, at };
        match &call.action {
            Action::Open { path, truncate } => {
                if !self.names.contains_key(path) {
                    self.files.push(File::default());
                    let id = self.files.len() - 1;
                    self.names.insert(path.clone(), id);
                    self.namings.push(Naming::Link(path.clone(), id));
                } else if *truncate && let Some(file) = self.file(path) {
                    file.pending.push(pending(None, 0));
                }
            }
            Action::Write { path, offset, bytes } => {
                // A file that has lost its name has lost its content.
                if let Some(file) = self.file(path) {
                    file.pending.push(pending(Some(bytes.clone()), *offset));
                }
            }
            Action::Resize { path, length } => {
                if let Some(file) = self.file(path) {
                    file.pending.push(pending(None, *length));
                }
            }
            Action::Rename { from, to } => {
                if let Some(id) = self.names.remove(from) {
                    self.names.insert(to.clone(), id);
                }
                self.namings.push(Naming::Rename(from.clone(), to.clone()));
            }
            Action::Remove { path } => {
                self.names.remove(path);
                self.namings.push(Naming::Remove(path.clone()));
            }
            Action::MakeDirectory { path } => self.namings.push(Naming::Directory(path.clone())),
            Action::Sync { .. } => drop(syncs.insert(call.begins, line)),
            Action::Send { .. } => {}
        }
    }

    fn end(&mut self, call: &Call, syncs: &BTreeMap<usize, usize>) {
        let Action::Sync { path } = &call.action else { return };
        if self.deaf {
            return;
        }
        let begun = syncs[&call.begins];
        if let Some(file) = self.file(path) {
            let (reached, later) = std::mem::take(&mut file.pending)
                .into_iter()
                .partition(|write| write.ends.is_some_and(|ends| ends < begun));
            file.pending = later;
            for write in reached {
                put(&mut file.durable, &write, |_| true);
            }
            return;
        }
        let (reached, later): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.namings).into_iter().partition(|naming| naming.is_in(path));
        self.namings = later;
        for naming in &reached {
            naming.apply(&mut self.durable_names, &mut self.directories);
        }
    }

    /// Writes down, below `target`, what a power cut now may leave.
    ///
    /// # Panics
    /// If that cannot be written.
    pub fn cut(&self, target: &Path, rng: &mut StdRng) {
        let mut names = self.durable_names.clone();
        let mut directories = self.directories.clone();
        let kept = if rng.random() {
            rng.random_range(0..=self.namings.len())
        } else {
            self.namings.len()
        };
        for naming in &self.namings[..kept] {
            naming.apply(&mut names, &mut directories);
        }
        let place = |path: &Path| target.join(path.strip_prefix(&self.root).unwrap());
        for directory in directories.iter().filter(|path| path.starts_with(&self.root)) {
            fs::create_dir_all(place(directory)).unwrap();
        }
        // How much of the later writes has got there: nothing, hardly any, half, nearly all, all.
        let share = [0.0, 0.1, 0.5, 0.5, 0.9, 1.0][rng.random_range(0..6)];
        for (path, id) in names {
            let file = &self.files[id];
            let mut content = file.durable.clone();
            let mut length = content.len();
            for write in &file.pending {
                length = length.max(write.at + write.bytes.as_ref().map_or(0, Vec::len));
                let whole = rng.random_bool(0.3).then(|| rng.random_bool(share));
                put(&mut content, write, |_| whole.unwrap_or_else(|| rng.random_bool(share)));
            }
            // The length may have come without what was to fill it.
            if content.len() < length && rng.random_ratio(1, 4) {
                content.resize(length, 0);
            }
            let target = place(&path);
            fs::create_dir_all(target.parent().unwrap()).unwrap();
            fs::write(target, content).unwrap();
        }
    }
}

/// Does a write, or as many of its pages as `keep` wants.
fn put(content: &mut Vec<u8>, write: &Pending, mut keep: impl FnMut(usize) -> bool) {
    let Some(bytes) = &write.bytes else {
        if keep(0) {
            content.resize(write.at, 0);
        }
        return;
    };
    let mut at = write.at;
    let mut rest = bytes.as_slice();
    while !rest.is_empty() {
        let length = rest.len().min(PAGE - at % PAGE);
        let (page, later) = rest.split_at(length);
        if keep(at) {
            if content.len() < at + length {
                content.resize(at + length, 0);
            }
            content[at..at + length].copy_from_slice(page);
        }
        (at, rest) = (at + length, later);
    }
}

impl Naming {
    fn is_in(&self, directory: &Path) -> bool {
        let inside = |path: &Path| path.parent() == Some(directory);
        match self {
            Self::Link(path, _) | Self::Remove(path) | Self::Directory(path) => inside(path),
            Self::Rename(from, to) => inside(from) || inside(to),
        }
    }

    fn apply(&self, names: &mut BTreeMap<PathBuf, usize>, directories: &mut Vec<PathBuf>) {
        match self {
            Self::Link(path, id) => drop(names.insert(path.clone(), *id)),
            Self::Rename(from, to) => {
                if let Some(id) = names.remove(from) {
                    names.insert(to.clone(), id);
                }
            }
            Self::Remove(path) => drop(names.remove(path)),
            Self::Directory(path) => directories.push(path.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;

    use super::*;

    fn call(begins: usize, ends: usize, action: Action) -> Call {
        Call { action, begins, ends: Some(ends) }
    }

    fn write(begins: usize, ends: usize, byte: u8) -> Call {
        let bytes = vec![byte; 10];
        call(
            begins,
            ends,
            Action::Write { path: "/r/db".into(), offset: usize::from(byte) * 10, bytes },
        )
    }

    /// All that a cut at this line can leave of the file.
    fn left(calls: Vec<Call>, cut: usize) -> Vec<Option<Vec<u8>>> {
        let dir = tempfile::tempdir().unwrap();
        let mut all = Vec::new();
        let trace = Trace { calls, lines: cut + 1 };
        Disk::empty(Path::new("/r")).play(&trace, &[cut], |disk, _| {
            for seed in 0..200 {
                let target = dir.path().join(seed.to_string());
                disk.cut(&target, &mut StdRng::seed_from_u64(seed));
                all.push(fs::read(target.join("db")).ok());
            }
        });
        all.sort();
        all.dedup();
        all
    }

    #[test]
    fn only_what_was_written_before_the_sync_began_is_sure() {
        let open = call(0, 0, Action::Open { path: "/r/db".into(), truncate: false });
        let sync = |begins, ends| call(begins, ends, Action::Sync { path: "/r/db".into() });
        let named = call(1, 1, Action::Sync { path: "/r".into() });
        let before = vec![open.clone(), named.clone(), write(2, 3, 0), sync(4, 6), write(5, 5, 1)];
        assert_eq!(left(before.clone(), 4).len(), 2, "the first may be there or not");
        let after = left(before, 6);
        assert_eq!(after.len(), 3, "the second: there, not there, or its length alone");
        assert!(after.iter().all(|content| content.as_ref().unwrap()[..10] == [0; 10]));
        let unnamed = left(vec![open, write(2, 2, 0), sync(3, 3)], 4);
        assert_eq!(unnamed.len(), 2, "the file may have no name");
        assert!(unnamed[0].is_none());
    }
}
