//! The online backup as a stream of pieces, and what is free on the disk.

use std::{io, path::Path, sync::Arc};

use bytes::Bytes;
use tokio::sync::mpsc;

use crate::app::App;

/// The size of a piece.
const PIECE_BYTES: usize = 256 << 10;
/// Pieces on their way to a reader.
const PIECES: usize = 4;

struct Pieces {
    buffer: Vec<u8>,
    out: mpsc::Sender<Result<Bytes, String>>,
}

impl Pieces {
    fn send(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let piece = Bytes::from(std::mem::take(&mut self.buffer));
        self.out
            .blocking_send(Ok(piece))
            .map_err(|_| io::Error::new(io::ErrorKind::BrokenPipe, "the reader has gone"))
    }
}

impl io::Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= PIECE_BYTES {
            self.send()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.send()
    }
}

/// A backup of the whole log, piece by piece; an error ends it.
pub(crate) fn stream(app: Arc<App>) -> mpsc::Receiver<Result<Bytes, String>> {
    let (out, pieces) = mpsc::channel(PIECES);
    let runtime = tokio::runtime::Handle::current();
    tokio::task::spawn_blocking(move || {
        let writer = Pieces { buffer: Vec::with_capacity(PIECE_BYTES), out: out.clone() };
        // Not the runtime's own `block_on`: under it the writer could not wait for a slow reader.
        let _context = runtime.enter();
        let backup = koepel_event_log::backup(&*app.log, writer, app.clock.now().0);
        let made = futures::executor::block_on(backup);
        if let Err(error) = made {
            // If the reader has gone there is nobody to tell.
            let _gone =
                out.blocking_send(Err(format!("the backup ended early and is of no use: {error}")));
        }
    });
    pieces
}

/// Bytes free to this program where `dir` is; 0 if that cannot be told.
pub(crate) fn free_bytes(dir: &Path) -> u64 {
    rustix::fs::statvfs(dir).map_or(0, |stat| stat.f_bavail.saturating_mul(stat.f_frsize))
}
