//! What every request and every answer goes through, whatever the route.
//!
//! Gives each request its id, turns a [`Problem`] or a panic into the published error body, and adds
//! the headers that no answer may lack. It knows nothing of any resource. Never logs a query, a
//! header or a body: they hold numbers, tokens and words of customers.

mod notes;

pub use notes::Notes;

use super::cors;
use super::problem::Problem;
use crate::alias_uses::AliasUses;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tower_http::timeout::TimeoutBody;
use tracing::Instrument;
use uuid::Uuid;

/// What the edge must know of the installation.
#[derive(Debug)]
pub struct Edge {
    /// The address by which others reach us, without a slash at its end.
    pub public_url: String,
    /// Origins whose pages may read our answers.
    pub cors_origins: Vec<String>,
    /// Counts who uses the documentation's misspellings.
    pub alias_uses: AliasUses,
}

/// How long a client may pause within a body before its request is refused.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// The outermost layer.
pub async fn edge(State(edge): State<Arc<Edge>>, request: Request, next: Next) -> Response {
    let mut request = request.map(|body| Body::new(TimeoutBody::new(BODY_TIMEOUT, body)));
    let request_id = Uuid::now_v7().to_string();
    let notes = Notes::default();
    request.extensions_mut().insert(notes.clone());
    let is_head = request.method() == Method::HEAD;
    let origin = cors::allowed_origin(request.headers(), &edge.cors_origins);
    let span = tracing::info_span!("request", id = request_id, method = %request.method(), path = request.uri().path());
    let mut response = if origin.is_some() && cors::is_preflight(&request) {
        cors::preflight_answer()
    } else {
        let answer = AssertUnwindSafe(next.run(request)).catch_unwind().instrument(span.clone()).await;
        answer.unwrap_or_else(|_| {
            span.in_scope(|| tracing::error!("the request panicked"));
            Problem::internal().into_response()
        })
    };
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        write_problem(&mut response, problem.to_json(&edge.public_url, &request_id), is_head);
    }
    if let Some(origin) = origin {
        cors::allow(response.headers_mut(), origin);
    }
    add_headers(response.headers_mut(), edge.public_url.starts_with("https://"), &request_id);
    notes.settle(&edge.alias_uses, response.headers_mut());
    metrics::counter!("msgboxx_http_requests_total", "status" => response.status().as_str().to_owned()).increment(1);
    span.in_scope(|| tracing::debug!(status = response.status().as_u16(), "answered"));
    response
}

fn write_problem(response: &mut Response, json: Vec<u8>, is_head: bool) {
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(json.len()));
    *response.body_mut() = if is_head { axum::body::Body::empty() } else { Body::from(json) };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    // axum lists the methods without the space that the documentation prints.
    if let Some(allow) = headers.get(header::ALLOW).and_then(|allow| allow.to_str().ok()) {
        let spaced = allow.split(',').map(str::trim).collect::<Vec<_>>().join(", ");
        set(headers, header::ALLOW, &spaced);
    }
}

/// Headers that a route may set otherwise, and that hold for all others.
static USUAL: [(HeaderName, HeaderValue); 3] = [
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
];

/// Headers that hold for every answer.
static ALWAYS: [(HeaderName, HeaderValue); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ),
];

/// The header that names a request, in answers and logs alike.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

fn add_headers(headers: &mut HeaderMap, is_https: bool, request_id: &str) {
    for (name, value) in &USUAL {
        headers.entry(name).or_insert_with(|| value.clone());
    }
    for (name, value) in &ALWAYS {
        headers.insert(name, value.clone());
    }
    if is_https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    set(headers, REQUEST_ID, request_id);
}

/// Sets a header whose value is ours and plain ASCII.
fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests;
