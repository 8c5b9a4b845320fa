//! Whether the process lives and whether it can serve: for load balancers and supervisors.

use crate::app::App;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use msgboxx_store::{StoreError, Tx};
use std::sync::Arc;
use std::time::Duration;

/// A database that takes longer than this cannot serve either.
const PATIENCE: Duration = Duration::from_secs(5);

/// `/healthz` and `/readyz`.
pub fn router() -> axum::Router<Arc<App>> {
    axum::Router::new().route("/healthz", get(|| async { "ok\n" })).route("/readyz", get(ready))
}

/// 200 once a commit goes through: reading alone would not notice a full disk.
async fn ready(State(app): State<Arc<App>>) -> (StatusCode, &'static str) {
    let node = app.node.clone();
    let commit = app.store.write(async move |tx: &mut Tx<'_>| tx.seen(&node).await);
    match tokio::time::timeout(PATIENCE, commit).await {
        Ok(Ok(())) => (StatusCode::OK, "ready\n"),
        Ok(Err(error)) => not_ready(&error),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n"),
    }
}

fn not_ready(error: &StoreError) -> (StatusCode, &'static str) {
    tracing::warn!(%error, "not ready");
    (StatusCode::SERVICE_UNAVAILABLE, "the database cannot be written\n")
}
