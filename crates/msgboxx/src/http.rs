//! Serves HTTP/1.1 over hyper, for every listener of the program.
//!
//! `axum::serve` has no working time-out for headers: whoever sends them a byte a minute holds a
//! connection for ever. Here a request's head must arrive within ten seconds. The accept loop
//! survives running out of file descriptors.

use axum::extract::{ConnectInfo, FromRequestParts};
use http::request::Parts;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulConnection, GracefulShutdown};
use hyper_util::service::TowerToHyperService;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// How long a request's head may take, and how long an idle connection is kept.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
/// Connections that the system holds for us while we are busy.
const BACKLOG: u32 = 4096;
/// How long requests under way may take once the program is to stop.
const STOP_TIMEOUT: Duration = Duration::from_secs(20);
/// The pause when no connection can be accepted, as when file descriptors have run out.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Says, to a handler that waits, when the program is to stop. It comes with every request.
#[derive(Debug, Clone, Default)]
pub struct Stopping(CancellationToken);

impl Stopping {
    /// Whether the program is to stop.
    pub fn has_begun(&self) -> bool {
        self.0.is_cancelled()
    }

    /// Returns when the program is to stop.
    pub async fn begun(&self) {
        self.0.cancelled().await;
    }
}

impl<S: Sync> FromRequestParts<S> for Stopping {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().cloned().unwrap_or_default())
    }
}

/// Listens on an address.
///
/// # Errors
/// When it is taken or not this machine's.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves until `stop`, then lets requests under way end.
///
/// Every request carries the peer's address as [`ConnectInfo`].
pub async fn serve(listener: TcpListener, router: axum::Router, stop: CancellationToken) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT);
    let connections = GracefulShutdown::new();
    let stopping = Stopping(stop.clone());
    let mut is_exhausted = false;
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                pause_after(&error, &mut is_exhausted).await;
                continue;
            }
        };
        is_exhausted = false;
        let connection = connections.watch(connect(&http, stream, peer, &router, &stopping));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
    drop(listener);
    if tokio::time::timeout(STOP_TIMEOUT, connections.shutdown()).await.is_err() {
        tracing::warn!("requests under way were cut off");
    }
}

fn connect(
    http: &http1::Builder,
    stream: TcpStream,
    peer: SocketAddr,
    router: &axum::Router,
    stopping: &Stopping,
) -> impl GracefulConnection<Error = hyper::Error> + Send + use<> {
    drop(stream.set_nodelay(true));
    let stopping = stopping.clone();
    let noting = move |mut request: http::Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        request.extensions_mut().insert(stopping.clone());
        request.map(axum::body::Body::new)
    };
    http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router.clone().map_request(noting)))
}

/// A connection that broke before it was accepted is nobody's fault; anything else may last, and is
/// logged once until it is over.
async fn pause_after(error: &io::Error, is_exhausted: &mut bool) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        return;
    }
    if !std::mem::replace(is_exhausted, true) {
        tracing::error!(%error, "no connection can be accepted");
    }
    tokio::time::sleep(ACCEPT_PAUSE).await;
}

#[cfg(test)]
mod tests;
