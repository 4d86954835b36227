//! A connection that must soon say which protocol it speaks.
//!
//! hyper reads the first bytes of a connection to tell HTTP/2 from HTTP/1.1, and waits for them as long as it takes; its own
//! time limits begin after that. So whoever connects and stays silent would hold a place for ever, without a token.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep},
};

/// What a client that speaks HTTP/2 begins with (RFC 9113, 3.4). Any other byte on the way to its end is HTTP/1.1.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// A stream whose reads fail if it has not said in time which protocol it speaks.
pub(crate) struct FirstBytes<S> {
    stream: S,
    /// How much of the preface has come; none once the protocol is known.
    waiting: Option<(usize, Pin<Box<Sleep>>)>,
}

impl<S> FirstBytes<S> {
    pub(crate) fn within(limit: Duration, stream: S) -> Self {
        Self { stream, waiting: Some((0, Box::pin(sleep(limit)))) }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for FirstBytes<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        ctx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let before = buffer.filled().len();
        let read = Pin::new(&mut this.stream).poll_read(ctx, buffer);
        let Some((seen, limit)) = &mut this.waiting else { return read };
        if read.is_pending() {
            ready!(limit.as_mut().poll(ctx));
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        let new = buffer.filled().get(before..).unwrap_or_default();
        let expected = PREFACE.get(*seen..).unwrap_or_default();
        *seen += new.len();
        if *seen >= PREFACE.len() || !expected.starts_with(new) {
            this.waiting = None;
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for FirstBytes<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        ctx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(ctx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, ctx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(ctx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, ctx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(ctx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        ctx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(ctx, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
