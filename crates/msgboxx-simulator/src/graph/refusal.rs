//! An error in Graph's envelope.

use http::Method;
use serde_json::{Value, json};

use crate::graph::catalogue;
use crate::ledger::line::Kind;
use crate::shared::Outcome;

/// A call that is not done, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) http_status: u16,
    pub(crate) code: i64,
    kind: &'static str,
    message: String,
    details: Option<String>,
    subcode: Option<i64>,
}

impl Refusal {
    /// The code in WhatsApp's own words.
    pub(crate) fn of(code: i64) -> Self {
        let entry = catalogue::entry(code);
        Self::with(code, entry.details)
    }

    /// The code with details of its own.
    pub(crate) fn with(code: i64, details: impl Into<String>) -> Self {
        let entry = catalogue::entry(code);
        let message = if code == 190 { entry.title.to_owned() } else { format!("(#{code}) {}", entry.title) };
        Self { http_status: entry.http_status, code, kind: "OAuthException", message, details: Some(details.into()), subcode: None }
    }

    /// Code 100 with Graph's sentence about a parameter.
    pub(crate) fn parameter(sentence: &str) -> Self {
        Self { message: format!("(#100) {sentence}"), ..Self::with(100, sentence) }
    }

    /// A parameter that has to be there.
    pub(crate) fn missing(name: &str) -> Self {
        Self::with(131_008, format!("Parameter '{name}' is required"))
    }

    /// A parameter whose value is not valid.
    pub(crate) fn invalid(name: &str, why: &str) -> Self {
        Self::with(131_009, format!("Parameter '{name}' {why}"))
    }

    /// A token that does not open anything.
    pub(crate) fn bad_token(message: &str, subcode: Option<i64>) -> Self {
        Self { message: message.to_owned(), details: None, subcode, ..Self::of(190) }
    }

    /// An object that is not there, or not for this token.
    pub(crate) fn unknown_object(method: &Method, id: &str) -> Self {
        let verb = method.as_str().to_ascii_lowercase();
        Self {
            kind: "GraphMethodException",
            message: format!(
                "Unsupported {verb} request. Object with ID '{id}' does not exist, cannot be loaded due to missing permissions, \
                 or does not support this operation. Please read the Graph API documentation at \
                 https://developers.facebook.com/docs/graph-api"
            ),
            details: None,
            subcode: Some(33),
            ..Self::of(100)
        }
    }

    /// A path that leads nowhere.
    pub(crate) fn unknown_path(path: &str) -> Self {
        Self { http_status: 404, message: format!("Unknown path components: {path}"), details: None, ..Self::with(2_500, "") }
    }

    /// A callback address did not prove itself.
    pub(crate) fn callback(why: &str) -> Self {
        Self { http_status: 400, message: format!("(#2200) {why}"), details: None, ..Self::with(2_200, "") }
    }

    pub(crate) fn too_large() -> Self {
        Self { http_status: 413, ..Self::parameter("The request is too large") }
    }

    #[must_use]
    pub(crate) fn with_status(self, http_status: u16) -> Self {
        Self { http_status, ..self }
    }

    #[must_use]
    pub(crate) fn with_subcode(self, subcode: i64) -> Self {
        Self { subcode: Some(subcode), ..self }
    }

    /// The envelope; `fbtrace_id` is added where the answer is given.
    pub(crate) fn json(&self) -> Value {
        let mut error = json!({"message": self.message, "type": self.kind, "code": self.code});
        if let Some(details) = &self.details {
            error["error_data"] = json!({"messaging_product": "whatsapp", "details": details});
        }
        if let Some(subcode) = self.subcode {
            error["error_subcode"] = json!(subcode);
        }
        json!({"error": error})
    }

    pub(crate) fn outcome(&self, kind: Kind) -> Outcome {
        Outcome::new(kind, self.http_status, self.json())
    }
}
