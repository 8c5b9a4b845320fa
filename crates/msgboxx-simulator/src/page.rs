//! The phone page: one document, one stylesheet, one script, all in the binary.
//!
//! The content policy allows nothing from elsewhere and no inline script, since the page shows
//! whatever a business sends.

use axum::extract::Path;
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};

use crate::control::Mistake;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(crate) async fn index() -> Response {
    document("text/html; charset=utf-8", include_str!("page/index.html"))
}

pub(crate) async fn file(Path(file): Path<String>) -> Response {
    match file.as_str() {
        "phone.css" => document("text/css; charset=utf-8", include_str!("page/phone.css")),
        "phone.js" => document("text/javascript; charset=utf-8", include_str!("page/phone.js")),
        "thread.js" => document("text/javascript; charset=utf-8", include_str!("page/thread.js")),
        _ => Mistake::new(StatusCode::NOT_FOUND, format!("there is no file {file:?}")).response(),
    }
}

fn document(kind: &'static str, text: &'static str) -> Response {
    let mut response = Response::new(text.into());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}
