//! The phone page: a document with its styles and scripts, all in the binary.
//!
//! The content policy allows nothing from elsewhere and no inline script, since the page shows
//! whatever a business sends.

use axum::extract::Path;
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};

use crate::control::Mistake;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
    media-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const STYLE: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// The files of the page with their types.
const FILES: [(&str, &str, &str); 10] = [
    ("phone.css", STYLE, include_str!("page/phone.css")),
    ("thread.css", STYLE, include_str!("page/thread.css")),
    ("phone.js", SCRIPT, include_str!("page/phone.js")),
    ("pane.js", SCRIPT, include_str!("page/pane.js")),
    ("composer.js", SCRIPT, include_str!("page/composer.js")),
    ("thread.js", SCRIPT, include_str!("page/thread.js")),
    ("content.js", SCRIPT, include_str!("page/content.js")),
    ("taps.js", SCRIPT, include_str!("page/taps.js")),
    ("words.js", SCRIPT, include_str!("page/words.js")),
    ("dom.js", SCRIPT, include_str!("page/dom.js")),
];

pub(crate) async fn index() -> Response {
    document("text/html; charset=utf-8", include_str!("page/index.html"))
}

pub(crate) async fn file(Path(file): Path<String>) -> Response {
    match FILES.iter().find(|(name, ..)| *name == file) {
        Some((_, kind, text)) => document(kind, text),
        None => Mistake::new(StatusCode::NOT_FOUND, format!("there is no file {file:?}")).response(),
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
