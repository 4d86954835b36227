//! The accept loop: HTTP/1.1 and HTTP/2 on one port, with limits that hyper leaves open, and a stop that drains.

use std::{io, sync::Arc, time::Duration};

use axum::Router;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto::Builder, graceful::GracefulShutdown},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
};

use crate::{app::stop_signal, config::Limits, first_bytes::FirstBytes, metrics::Metrics};

/// How long open calls may go on once the server stops.
const DRAIN: Duration = Duration::from_secs(10);

/// What bounds a connection.
#[derive(Clone, Copy, Debug)]
pub struct ConnectionLimits {
    /// Connections at one time.
    pub connections: usize,
    /// Calls at one time on one connection.
    pub calls: u32,
    /// How long a new connection may take to say which protocol it speaks.
    pub first_bytes: Duration,
}

fn builder(limits: ConnectionLimits) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(10))
        .max_buf_size(64 << 10);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits.calls)
        .max_header_list_size(32 << 10)
        .max_pending_accept_reset_streams(64)
        .max_local_error_reset_streams(128)
        .initial_stream_window_size(1 << 20)
        .initial_connection_window_size(4 << 20)
        .max_send_buf_size(32 << 10)
        .keep_alive_interval(Duration::from_secs(30))
        .keep_alive_timeout(Duration::from_secs(20));
    builder
}

/// Serves `router` until `stopping` is true, then lets open calls end.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    limits: ConnectionLimits,
    metrics: Option<&Metrics>,
    mut stopping: watch::Receiver<bool>,
) {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(limits.connections));
    let builder = builder(limits);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &places) => accepted,
            () = stop_signal(&mut stopping) => break,
        };
        let (stream, place) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Such as too many open files: whoever is connected goes on, and room comes back.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let connections = metrics.map(|metrics| metrics.connections.clone());
        if let Some(connections) = &connections {
            connections.inc();
        }
        let service = TowerToHyperService::new(router.clone());
        let stream = TokioIo::new(FirstBytes::within(limits.first_bytes, stream));
        let connection = builder.serve_connection_with_upgrades(stream, service).into_owned();
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
            if let Some(connections) = connections {
                connections.dec();
            }
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(DRAIN, graceful.shutdown()).await.is_err() {
        tracing::warn!("some calls did not end in time and are cut off");
    }
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> io::Result<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    // Whoever comes when all places are taken waits in the backlog of the socket.
    let place = Arc::clone(places).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, _) = listener.accept().await?;
    stream.set_nodelay(true)?;
    Ok((stream, place))
}

/// Serves any routes in the same way, for the floors that the benchmark measures against.
///
/// # Errors
/// Never at present.
pub async fn serve_routes(
    listener: TcpListener,
    router: Router,
    stopping: watch::Receiver<bool>,
) -> io::Result<()> {
    let limits = Limits::default().of_connections();
    serve(listener, router, limits, None, stopping).await;
    Ok(())
}
