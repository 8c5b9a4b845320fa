//! The description of the API for programs, and a page that shows it to people.
//!
//! The page is served from the binary: no foreign host, no inline script or style.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::header;
use std::sync::LazyLock;

use super::answer::json;
use super::problem::{Code, Problem};

static DOCUMENT: LazyLock<bytes::Bytes> = LazyLock::new(|| super::openapi::document().into());

/// What a browser may do on this page: only what comes from here.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; \
form-action 'none'; frame-ancestors 'none'";

/// The OpenAPI document.
pub(super) async fn description() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT.clone()).into_response()
}

/// The page.
pub(super) async fn page() -> Response {
    let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CONTENT_SECURITY_POLICY, POLICY)];
    (headers, include_str!("../../assets/docs/index.html")).into_response()
}

/// What a code means: the address that a problem's `type` gives.
pub(super) async fn error(Path(code): Path<String>) -> Result<Response, Problem> {
    let code = Code::from_text(&code).ok_or(Code::NotFound)?;
    json(&serde_json::json!({"code": code.as_str(), "status": code.status().as_u16(), "meaning": code.sentence()}))
}

/// What the page is made of.
pub(super) async fn file(Path(name): Path<String>) -> Result<Response, Problem> {
    let (content_type, text) = match name.as_str() {
        "docs.js" => ("text/javascript; charset=utf-8", include_str!("../../assets/docs/docs.js")),
        "docs.css" => ("text/css; charset=utf-8", include_str!("../../assets/docs/docs.css")),
        "icon.svg" => ("image/svg+xml", include_str!("../../assets/docs/icon.svg")),
        _ => return Err(Code::NotFound.into()),
    };
    Ok(([(header::CONTENT_TYPE, content_type)], text).into_response())
}
