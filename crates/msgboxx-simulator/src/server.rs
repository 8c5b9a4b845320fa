//! Serving HTTP/1.1: the router, header deadlines, and the one unusual thing, losing an answer.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::{any, get, post};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;

use crate::shared::Shared;
use crate::{control, graph, page};

/// Marks a response whose connection is to be closed without it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LoseAnswer;

/// How long a client may take to send its headers.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);

/// How long to wait when the system gives no connection, for instance for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Why a connection ends without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the answer is lost on purpose")]
struct AnswerLost;

/// Everything that the simulator answers to.
pub(crate) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/", get(page::index))
        .route("/simulator/page/{file}", get(page::file))
        .route("/simulator/numbers", get(control::numbers::list))
        .route("/simulator/customers", get(control::customers::list).post(control::customers::change))
        .route("/simulator/echoes", post(control::echoes::write))
        .route("/simulator/templates", get(control::templates::list).post(control::templates::change))
        .route("/simulator/webhooks", post(control::webhooks::tell))
        .route("/simulator/media/{id}", get(control::files::medium))
        .route("/simulator/uploads/{file}", get(control::files::upload))
        .route("/simulator/messages", get(control::messages::list).post(control::messages::write))
        .route("/simulator/faults", get(control::faults::list).post(control::faults::order).delete(control::faults::clear))
        .route("/simulator/settings", get(control::settings::list).post(control::settings::change))
        .route("/simulator/ledger", get(control::ledger::list))
        .route("/simulator/clock", get(control::clock::show).post(control::clock::advance))
        .route("/simulator", get(control::unknown))
        .route("/simulator/{*rest}", any(control::unknown))
        .method_not_allowed_fallback(control::wrong_method)
        .fallback(graph::answer)
        .with_state(shared)
}

/// Accepts connections until the simulator stops, then lets those under way finish.
pub(crate) async fn serve(shared: Arc<Shared>, listener: TcpListener) {
    let router = router(Arc::clone(&shared));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = shared.stop.cancelled() => return,
        };
        match accepted {
            Ok((stream, _)) => {
                let connection = connection(Arc::clone(&shared), router.clone(), stream);
                shared.spawn_to_end(connection);
            }
            Err(error) => {
                tracing::warn!(%error, "the simulator cannot accept a connection");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

async fn connection(shared: Arc<Shared>, router: Router, stream: TcpStream) {
    // Only latency suffers without it.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let router = router.clone();
        async move {
            let response = router.oneshot(request.map(Body::new)).await.unwrap_or_else(|never: Infallible| match never {});
            if response.extensions().get::<LoseAnswer>().is_some() { Err(AnswerLost) } else { Ok(response) }
        }
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT);
    let mut connection = std::pin::pin!(builder.serve_connection(TokioIo::new(stream), service));
    tokio::select! {
        // A broken connection is its client's affair; a lost answer is meant.
        _ = connection.as_mut() => return,
        () = shared.stop.cancelled() => connection.as_mut().graceful_shutdown(),
    }
    // The same holds for the rest of it.
    let _ = connection.await;
}
