//! What is left of a question that was answered before all of it was read.
//!
//! Over HTTP/2 a stream that is answered early and dropped is reset, and what the client still sends on it counts as a fault of the
//! connection: after some of these the connection is closed, with all calls of everybody who shares it. So the rest is read and
//! thrown away, as far as that is little.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, Bytes},
    extract::Request,
    middleware::Next,
    response::Response,
};
use http_body_util::BodyExt as _;
use hyper::body::{Body as HttpBody, Frame, SizeHint};

/// So many bytes of the rest are read at most, and for so long.
const REST_BYTES: usize = 64 << 10;
const REST_TIME: Duration = Duration::from_secs(2);

/// A body whose rest is read when nobody reads it any more.
struct ReadToEnd(Option<Body>);

impl HttpBody for ReadToEnd {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let Some(body) = &mut self.0 else { return Poll::Ready(None) };
        let frame = Pin::new(body).poll_frame(context);
        if let Poll::Ready(None | Some(Err(_))) = frame {
            self.0 = None;
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.0.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.0.as_ref().map_or_else(|| SizeHint::with_exact(0), HttpBody::size_hint)
    }
}

impl Drop for ReadToEnd {
    fn drop(&mut self) {
        let Some(mut body) = self.0.take().filter(|body| !body.is_end_stream()) else { return };
        // Outside of a runtime nothing is under way.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        runtime.spawn(tokio::time::timeout(REST_TIME, async move {
            let mut left = REST_BYTES;
            while let Some(Ok(frame)) = body.frame().await {
                let bytes = frame.data_ref().map_or(0, Bytes::len);
                let Some(rest) = left.checked_sub(bytes) else { break };
                left = rest;
            }
        }));
    }
}

/// Reads what is left of each question that was answered early.
pub(crate) async fn read_to_end(request: Request, next: Next) -> Response {
    let request = request.map(|body| Body::new(ReadToEnd(Some(body))));
    next.run(request).await
}
