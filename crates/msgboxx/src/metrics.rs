//! Figures for operators, in Prometheus' text form.
//!
//! On an address of its own if one is set, else beside everything else but to loopback only.

use crate::app::App;
use axum::extract::{ConnectInfo, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use metrics::{describe_counter, describe_gauge, gauge};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use msgboxx_store::Tx;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();

/// Starts collecting; a second call changes nothing.
pub fn install() {
    HANDLE.get_or_init(|| {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        // Another recorder can only have been set by a test in the same process.
        drop(metrics::set_global_recorder(recorder));
        describe_counter!("msgboxx_http_requests_total", "API requests by status.");
        describe_gauge!("msgboxx_send_jobs", "Messages that are not finished.");
        describe_gauge!("msgboxx_inbound_posts_waiting", "Posts of WhatsApp that nobody has processed.");
        describe_gauge!("msgboxx_inbound_posts_quarantined", "Posts of WhatsApp that could not be understood.");
        describe_counter!("msgboxx_inbound_parts_total", "Messages, statuses and changes that WhatsApp posted, by what became of them.");
        describe_gauge!("msgboxx_webhook_deliveries_pending", "Webhook deliveries that are not finished.");
        handle
    });
}

/// `/metrics` beside everything else: answers loopback only.
pub fn router() -> axum::Router<Arc<App>> {
    axum::Router::new().route("/metrics", get(to_loopback))
}

/// `/metrics` on an address of its own.
pub fn own_router(app: Arc<App>) -> axum::Router {
    axum::Router::new().route("/metrics", get(figures)).with_state(app)
}

async fn to_loopback(ConnectInfo(from): ConnectInfo<SocketAddr>, state: State<Arc<App>>) -> Response {
    let is_elsewhere = state.settings.metrics_listen.is_some();
    if is_elsewhere || !from.ip().to_canonical().is_loopback() {
        return StatusCode::NOT_FOUND.into_response();
    }
    figures(state).await
}

async fn figures(State(app): State<Arc<App>>) -> Response {
    let Some(handle) = HANDLE.get() else { return StatusCode::NOT_FOUND.into_response() };
    match app.store.read(async |tx: &mut Tx<'_>| tx.backlog().await).await {
        Ok(backlog) => {
            gauge!("msgboxx_send_jobs").set(approximate(backlog.send_jobs));
            gauge!("msgboxx_inbound_posts_waiting").set(approximate(backlog.posts_waiting));
            gauge!("msgboxx_inbound_posts_quarantined").set(approximate(backlog.posts_quarantined));
            gauge!("msgboxx_webhook_deliveries_pending").set(approximate(backlog.deliveries_pending));
            handle.render().into_response()
        }
        Err(error) => {
            tracing::warn!(%error, "failed to read the backlog");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "Prometheus knows floats only; a backlog beyond 2^53 is beyond care")]
fn approximate(n: i64) -> f64 {
    n as f64
}
