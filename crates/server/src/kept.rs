//! A private file beside the log, and what it says in memory. Whoever reads never waits for the disk: a change writes the file
//! first, and then takes the place of what was there before.

use std::{
    io,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

use crate::directory::{remove_left_over, write_private};

/// What a file holds.
pub(crate) struct Kept<T> {
    path: PathBuf,
    /// How it is written down.
    encode: fn(&T) -> serde_json::Result<Vec<u8>>,
    now: RwLock<Arc<T>>,
    /// Rises with every change.
    edition: AtomicU64,
    /// Held by whoever changes it, also while they wait for the disk.
    turn: Mutex<()>,
}

impl<T: Clone> Kept<T> {
    /// What was read from a file.
    pub(crate) fn new(
        path: PathBuf,
        encode: fn(&T) -> serde_json::Result<Vec<u8>>,
        now: T,
    ) -> Self {
        let now = RwLock::new(Arc::new(now));
        Self { path, encode, now, edition: AtomicU64::new(0), turn: Mutex::new(()) }
    }

    /// What it says now.
    pub(crate) fn now(&self) -> Arc<T> {
        Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Another number after every change: what was made of it under the same one still holds.
    pub(crate) fn edition(&self) -> u64 {
        self.edition.load(Ordering::Acquire)
    }

    /// Changes it; durable when it returns. Waits for the disk: not for a thread that others wait for.
    ///
    /// # Errors
    /// What the change says, or if the file cannot be written; nothing has changed then.
    pub(crate) fn change<R, E: From<io::Error>>(
        &self,
        change: impl FnOnce(&mut T) -> Result<R, E>,
    ) -> Result<R, E> {
        let turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let mut new = T::clone(&self.now());
        let answer = change(&mut new)?;
        self.write(new)?;
        drop(turn);
        Ok(answer)
    }

    /// Takes something out, and what a crash has left of a write with it; durable when it returns. `take` says whether there was
    /// something.
    ///
    /// # Errors
    /// If the file cannot be written; to be done again then.
    pub(crate) fn take_out(&self, take: impl FnOnce(&mut T) -> bool) -> io::Result<()> {
        let turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        remove_left_over(&self.path)?;
        let mut new = T::clone(&self.now());
        if take(&mut new) {
            self.write(new)?;
        }
        drop(turn);
        Ok(())
    }

    fn write(&self, new: T) -> io::Result<()> {
        let bytes = (self.encode)(&new).map_err(io::Error::from)?;
        write_private(&self.path, &bytes)?;
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(new);
        self.edition.fetch_add(1, Ordering::Release);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, sync::mpsc, thread};

    use super::*;

    fn open(path: PathBuf) -> Kept<Vec<u32>> {
        Kept::new(path, serde_json::to_vec, vec![1])
    }

    #[test]
    fn whoever_reads_does_not_wait_for_a_change() {
        let dir = tempfile::tempdir().unwrap();
        let kept = Arc::new(open(dir.path().join("numbers.json")));
        let (begun, has_begun) = mpsc::channel();
        let (go_on, may_go_on) = mpsc::channel();
        let writer = {
            let kept = Arc::clone(&kept);
            thread::spawn(move || {
                kept.change(|all| {
                    begun.send(()).unwrap();
                    may_go_on.recv().unwrap();
                    all.push(2);
                    Ok::<(), io::Error>(())
                })
            })
        };
        has_begun.recv().unwrap();
        assert_eq!(*kept.now(), [1]);
        go_on.send(()).unwrap();
        writer.join().unwrap().unwrap();
        assert_eq!(*kept.now(), [1, 2]);
        assert_eq!(fs::read(dir.path().join("numbers.json")).unwrap(), b"[1,2]");
    }

    #[test]
    fn what_cannot_be_written_has_not_changed() {
        let dir = tempfile::tempdir().unwrap();
        let kept = open(dir.path().join("nowhere/numbers.json"));
        let two = |all: &mut Vec<u32>| {
            all.push(2);
            Ok::<(), io::Error>(())
        };
        kept.change(two).unwrap_err();
        assert_eq!(*kept.now(), [1]);
    }
}
