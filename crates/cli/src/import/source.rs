//! The file that is imported, as the pieces of a stream.

use std::path::{Path, PathBuf};

use futures::{Stream, StreamExt as _, stream};
use indicatif::ProgressBar;
use koepel_api::v1::{ImportRequest, import_request::Part};
use tokio::{
    fs::File,
    io::{AsyncRead, AsyncReadExt as _},
    sync::oneshot,
};

use crate::failure::{Failure, Kind};

/// Bytes of a piece; the server takes up to 1 MiB.
const PIECE: usize = 256 * 1024;

/// An opened file, or standard input.
pub(super) struct Source {
    bytes: Box<dyn AsyncRead + Send + Unpin>,
    name: PathBuf,
    size: Option<u64>,
}

impl Source {
    /// Opens the file; `-` is standard input.
    ///
    /// # Errors
    /// It is not there, may not be read, or is a directory.
    pub(super) async fn open(file: &Path) -> Result<Self, Failure> {
        if file == Path::new("-") {
            return Ok(Self {
                bytes: Box::new(tokio::io::stdin()),
                name: PathBuf::from("standard input"),
                size: None,
            });
        }
        let cannot = |why: String| {
            Failure::new(Kind::Failed, format!("{} cannot be read: {why}", file.display()))
        };
        let facts = tokio::fs::metadata(file).await.map_err(|error| cannot(error.to_string()))?;
        if facts.is_dir() {
            return Err(cannot("it is a directory".to_owned()));
        }
        let bytes = File::open(file).await.map_err(|error| cannot(error.to_string()))?;
        // A pipe has no size to speak of.
        let size = Some(facts.len()).filter(|_| facts.is_file());
        Ok(Self { bytes: Box::new(bytes), name: file.to_owned(), size })
    }

    /// Bytes, where known.
    pub(super) fn size(&self) -> Option<u64> {
        self.size
    }

    /// The stream that the server wants: `first`, then the bytes. If reading fails the stream never ends, because an
    /// end would say that the file was whole; what went wrong comes through the receiver.
    pub(super) fn parts(
        self,
        first: ImportRequest,
        bar: ProgressBar,
    ) -> (impl Stream<Item = ImportRequest> + Send + use<>, oneshot::Receiver<String>) {
        let (report, fault) = oneshot::channel();
        let state = Reading { source: self, bar, report: Some(report) };
        let pieces = stream::unfold(state, |mut state| async move {
            let piece = state.next().await?;
            Some((ImportRequest { part: Some(Part::Data(piece)) }, state))
        });
        (stream::iter([first]).chain(pieces), fault)
    }
}

struct Reading {
    source: Source,
    bar: ProgressBar,
    report: Option<oneshot::Sender<String>>,
}

impl Reading {
    /// The next piece, as what the wire type wants bytes to be; none at the end of the file.
    async fn next<B: From<Vec<u8>>>(&mut self) -> Option<B> {
        let mut piece = Vec::with_capacity(PIECE);
        while piece.len() < PIECE {
            match self.source.bytes.read_buf(&mut piece).await {
                Ok(0) => break,
                Ok(count) => self.bar.inc(u64::try_from(count).unwrap_or_default()),
                Err(error) => {
                    if let Some(report) = self.report.take() {
                        report
                            .send(format!("{} cannot be read: {error}", self.source.name.display()))
                            .ok();
                    }
                    // The call is dropped by whoever gets the report.
                    return std::future::pending().await;
                }
            }
        }
        if piece.is_empty() {
            self.bar.set_message("importing");
            return None;
        }
        Some(B::from(piece))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(bytes: impl AsyncRead + Send + Unpin + 'static) -> Source {
        Source { bytes: Box::new(bytes), name: PathBuf::from("f.csv"), size: None }
    }

    #[tokio::test]
    async fn a_file_arrives_whole_in_pieces() {
        let bytes: Vec<u8> =
            (0..PIECE + 10).map(|index| u8::try_from(index % 251).unwrap()).collect();
        let first = ImportRequest { part: None };
        let (parts, _fault) =
            source(std::io::Cursor::new(bytes.clone())).parts(first.clone(), ProgressBar::hidden());
        let parts: Vec<ImportRequest> = parts.collect().await;
        assert_eq!(parts[0], first);
        let sent: Vec<u8> = parts[1..]
            .iter()
            .flat_map(|part| match &part.part {
                Some(Part::Data(data)) => data.to_vec(),
                Some(Part::Start(_)) | None => panic!("only data follows"),
            })
            .collect();
        assert_eq!(parts.len(), 3);
        assert_eq!(sent, bytes);
    }

    #[tokio::test]
    async fn a_file_that_breaks_off_is_never_taken_for_whole() {
        struct Broken;
        impl AsyncRead for Broken {
            fn poll_read(
                self: std::pin::Pin<&mut Self>,
                _: &mut std::task::Context<'_>,
                _: &mut tokio::io::ReadBuf<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                std::task::Poll::Ready(Err(std::io::Error::other("bad sector")))
            }
        }
        let (parts, fault) =
            source(Broken).parts(ImportRequest { part: None }, ProgressBar::hidden());
        let mut parts = Box::pin(parts);
        assert!(parts.next().await.is_some());
        tokio::select! {
            _ = parts.next() => panic!("the stream went on"),
            fault = fault => assert_eq!(fault.unwrap(), "f.csv cannot be read: bad sector"),
        }
    }
}
