//! What a browser gets outside the API: for now the way to the API's description and the phone.

use crate::app::App;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use std::sync::Arc;

const PAGE: &str = include_str!("../assets/app/index.html");
const STYLE: &str = include_str!("../assets/app/style.css");
/// Nothing but our own style: there is no script on this page.
const POLICY: &str = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// `/` and everything under `/app/`.
pub fn router() -> axum::Router<Arc<App>> {
    axum::Router::new()
        .route("/", get(|| async { Redirect::to("/app/") }))
        .route("/app", get(|| async { Redirect::to("/app/") }))
        .route("/app/", get(page))
        .route("/app/style.css", get(|| async { ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE) }))
}

async fn page(State(app): State<Arc<App>>) -> Response {
    let page = PAGE.replace("{simulator}", app.simulator_url.trim_end_matches('/'));
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CONTENT_SECURITY_POLICY, POLICY)], page).into_response()
}
