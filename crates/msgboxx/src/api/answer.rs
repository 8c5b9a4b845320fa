//! Successful answers, in a form that can be kept and given again.

use super::problem::Problem;
use super::views::Page;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// A status, a JSON body and perhaps the path of what the body shows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Answer {
    #[serde(skip)]
    status: StatusCode,
    /// The path of what was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<String>,
    /// The path of what the body shows, where it is not the request's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    content_location: Option<String>,
    body: Box<RawValue>,
}

impl Answer {
    /// 200.
    ///
    /// # Errors
    /// When the view cannot be written as JSON, which is a fault of ours.
    pub(super) fn ok(view: &impl Serialize) -> Result<Self, Problem> {
        let body = serde_json::value::to_raw_value(view).map_err(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, "an answer could not be written as JSON");
            Problem::internal()
        })?;
        Ok(Self { status: StatusCode::OK, location: None, content_location: None, body })
    }

    /// 201, with the path of what was made.
    ///
    /// # Errors
    /// As [`Answer::ok`].
    pub(super) fn created(location: String, view: &impl Serialize) -> Result<Self, Problem> {
        Ok(Self { status: StatusCode::CREATED, location: Some(location), ..Self::ok(view)? })
    }

    /// The same, for a request that came to another path than the entity's.
    #[must_use]
    pub(super) fn shown_at_its_location(self) -> Self {
        Self { content_location: self.location.clone(), ..self }
    }

    /// Its status.
    pub(super) fn status(&self) -> StatusCode {
        self.status
    }

    /// The same with the status that was kept beside it.
    #[must_use]
    pub(super) fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let body = String::from(Box::<str>::from(self.body));
        let mut response = (self.status, [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response();
        let mut set = |name: HeaderName, path: Option<String>| {
            if let Some(value) = path.and_then(|path| HeaderValue::try_from(path).ok()) {
                response.headers_mut().insert(name, value);
            }
        };
        set(header::LOCATION, self.location);
        set(header::CONTENT_LOCATION, self.content_location);
        response
    }
}

/// Bytes of one record in a list, roughly: a page is written into memory that is taken once.
const RECORD: usize = 768;

/// 200 with a page of a list.
pub(super) fn page<V: Serialize>(page: &Page<V>) -> Result<Response, Problem> {
    write(page, RECORD * (1 + page.len()))
}

/// 200 with a JSON body.
pub(super) fn json(view: &impl Serialize) -> Result<Response, Problem> {
    write(view, RECORD)
}

/// Lists and single entities are never kept, so they are written without a detour over [`Answer`].
fn write(view: &impl Serialize, expected_size: usize) -> Result<Response, Problem> {
    let mut body = Vec::with_capacity(expected_size);
    serde_json::to_writer(&mut body, view).map_err(|error| {
        tracing::error!(error = &error as &dyn std::error::Error, "an answer could not be written as JSON");
        Problem::internal()
    })?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response())
}
