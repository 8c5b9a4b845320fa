//! Errors as clients see them: `application/problem+json` (RFC 9457).
//!
//! A handler returns a [`Problem`]; [`super::edge`] writes it out, because only there the request id
//! is known. Nothing of an internal error reaches the client: it is logged, and the answer says no
//! more than "our fault".

mod code;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use msgboxx_store::StoreError;
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use uuid::Uuid;

pub use code::Code;

/// Why one member or parameter was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct MemberProblem {
    /// The member of the body, or the parameter of the query.
    #[schema(examples("mobileNumber"))]
    pub member: String,
    /// What is wrong with it.
    #[schema(examples("already used by another contact"))]
    pub message: String,
}

/// One refused or failed request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    code: Code,
    detail: Cow<'static, str>,
    errors: Vec<MemberProblem>,
    existing: Option<(&'static str, Uuid)>,
    retry_after: Option<u64>,
}

impl Problem {
    /// A problem that its code explains in full.
    pub fn new(code: Code) -> Self {
        Self { code, detail: Cow::Borrowed(code.sentence()), errors: Vec::new(), existing: None, retry_after: None }
    }

    /// A fault of ours, which the caller has logged.
    pub fn internal() -> Self {
        Self::new(Code::InternalError)
    }

    /// The same with an exacter sentence.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.detail = detail.into();
        self
    }

    /// The same, blaming one member or parameter.
    #[must_use]
    pub fn blaming(mut self, member: impl Into<String>, message: impl Into<String>) -> Self {
        self.errors.push(MemberProblem { member: member.into(), message: message.into() });
        self
    }

    /// The same, blaming all of these.
    #[must_use]
    pub fn blaming_all(mut self, errors: Vec<MemberProblem>) -> Self {
        self.errors.extend(errors);
        self
    }

    /// The same, naming the entity that is in the way, as an extra member such as `contactId`.
    #[must_use]
    pub fn existing(mut self, member: &'static str, id: impl Into<Uuid>) -> Self {
        self.existing = Some((member, id.into()));
        self
    }

    /// The same, telling the client to wait this many seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// What kind of problem it is.
    pub fn code(&self) -> Code {
        self.code
    }

    /// The JSON of an answer. `base` is the public address, under which the type URIs lie.
    pub(super) fn to_json(&self, base: &str, request_id: &str) -> Vec<u8> {
        let body = ProblemBody {
            r#type: format!("{base}/errors/{}", self.code.as_str()),
            title: self.code.status().canonical_reason().unwrap_or_default(),
            status: self.code.status().as_u16(),
            code: self.code.as_str(),
            detail: &self.detail,
            errors: &self.errors,
            existing: Existing(self.existing),
            request_id,
        };
        serde_json::to_vec(&body).unwrap_or_else(|_| b"{}".to_vec())
    }

    /// What a stored answer keeps: everything but the request id.
    pub(super) fn to_stored(&self) -> serde_json::Value {
        serde_json::json!({
            "code": self.code.as_str(),
            "detail": self.detail,
            "errors": self.errors,
            "existing": self.existing.map(|(member, id)| (member, id.to_string())),
        })
    }

    /// The problem that [`Problem::to_stored`] wrote, if this version still knows it.
    pub(super) fn from_stored(stored: &serde_json::Value) -> Option<Self> {
        let code = Code::from_text(stored["code"].as_str()?)?;
        let errors = serde_json::from_value(stored["errors"].clone()).ok()?;
        let existing = match (stored["existing"][0].as_str(), stored["existing"][1].as_str()) {
            (Some("contactId"), Some(id)) => Some(("contactId", Uuid::try_parse(id).ok()?)),
            // Only contacts are made under a key so far.
            _ => None,
        };
        Some(Self { existing, ..Self::new(code).detail(stored["detail"].as_str()?.to_owned()).blaming_all(errors) })
    }
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        if let StoreError::Unavailable(reason) = &error {
            tracing::warn!(reason, "the database is unavailable");
            return Self::new(Code::Unavailable).retry_after(1);
        }
        tracing::error!(error = &error as &dyn std::error::Error, "the store failed");
        Self::internal()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.code.status().into_response();
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.code == Code::InvalidToken {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer error=\"invalid_token\""));
        }
        response.extensions_mut().insert(self);
        response
    }
}

#[derive(Serialize)]
struct ProblemBody<'a> {
    r#type: String,
    title: &'static str,
    status: u16,
    code: &'static str,
    detail: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [MemberProblem],
    #[serde(flatten)]
    existing: Existing,
    #[serde(rename = "requestId")]
    request_id: &'a str,
}

struct Existing(Option<(&'static str, Uuid)>);

impl Serialize for Existing {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_has_the_published_members_in_the_published_order() {
        let id = Uuid::from_u128(7);
        let problem =
            Problem::new(Code::DuplicateContact).blaming("mobileNumber", "already used by another contact").existing("contactId", id);
        let json = String::from_utf8(problem.to_json("https://api.example.org", "r1")).expect("JSON is UTF-8");
        assert_eq!(
            json,
            "{\"type\":\"https://api.example.org/errors/duplicate_contact\",\"title\":\"Conflict\",\"status\":409,\
             \"code\":\"duplicate_contact\",\
             \"detail\":\"Duplicate Contact attempted - contact mobileNumber must be unique per apiAccount\",\
             \"errors\":[{\"member\":\"mobileNumber\",\"message\":\"already used by another contact\"}],\
             \"contactId\":\"00000000-0000-0000-0000-000000000007\",\"requestId\":\"r1\"}"
        );
    }

    #[test]
    fn errors_are_left_out_when_no_member_is_to_blame() {
        let json = Problem::new(Code::NotFound).to_json("", "r1");
        let json: serde_json::Value = serde_json::from_slice(&json).expect("JSON");
        assert_eq!(json.get("errors"), None);
        assert_eq!(json["title"], "Not Found");
    }

    #[test]
    fn everything_about_the_token_names_the_scheme() {
        let response = Problem::new(Code::InvalidToken).into_response();
        assert_eq!(response.status(), 401);
        assert_eq!(response.headers()[header::WWW_AUTHENTICATE], "Bearer error=\"invalid_token\"");
    }

    #[test]
    fn a_database_that_is_away_is_a_503_that_says_when_to_come_back() {
        let response = Problem::from(StoreError::Unavailable("gone".to_owned())).into_response();
        assert_eq!(response.status(), 503);
        assert_eq!(response.headers()[header::RETRY_AFTER], "1");
    }

    #[test]
    fn a_stored_problem_is_the_same_problem() {
        let problem = Problem::new(Code::DuplicateContact).blaming("mobileNumber", "used").existing("contactId", Uuid::from_u128(7));
        assert_eq!(Problem::from_stored(&problem.to_stored()), Some(problem));
        assert_eq!(Problem::from_stored(&serde_json::json!({"code": "of another version"})), None);
    }
}
