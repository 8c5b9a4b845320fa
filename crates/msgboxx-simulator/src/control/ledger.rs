//! `GET /simulator/ledger?after=N`: every call received and every webhook posted, in order.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};

use super::Mistake;
use crate::ledger::reader;
use crate::reply;
use crate::shared::Shared;

pub(crate) async fn list(State(shared): State<Arc<Shared>>, RawQuery(query): RawQuery) -> Response {
    let query = reply::query(query.as_deref());
    let number = |name: &str, unless_given: u64| match query.get(name) {
        None => Ok(unless_given),
        Some(text) => text.parse().map_err(|_| Mistake::bad(format!("{name} is a number of the ledger, not {text:?}"))),
    };
    let (after, limit) = match (number("after", 0), number("limit", u64::MAX)) {
        (Ok(after), Ok(limit)) => (after, limit),
        (Err(mistake), _) | (_, Err(mistake)) => return mistake.response(),
    };
    match reader::items_after(&shared.ledger, after, limit) {
        Ok(items) => {
            let mut response = Response::new(Body::from_stream(items));
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=UTF-8"));
            response
        }
        Err(error) => Mistake::new(StatusCode::SERVICE_UNAVAILABLE, format!("the ledger cannot be read: {error}")).response(),
    }
}
