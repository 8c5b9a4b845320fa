//! What a call to WhatsApp can end in, other than success.
//!
//! The one question that matters for a message is whether WhatsApp may have taken it. There is no
//! idempotency key, so only [`SendFailure::NotTaken`] and [`SendFailure::Answered`] allow another try
//! without the danger that the customer reads the message twice.

use std::fmt;

use serde_json::Value;

use crate::codes::{self, Advice};
use crate::json::{self, Object};

/// An error in Graph's words, from an answer's `error` or from the `errors` of a webhook.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GraphError {
    /// The number to decide on.
    pub code: i64,
    /// Deprecated by Meta, yet templates and numbers still carry it.
    pub subcode: Option<i64>,
    /// Graph's message, or the title where only that came.
    pub message: String,
    /// `error_data.details`, else `error_user_msg`: the sentence that says most.
    pub details: Option<String>,
    /// `fbtrace_id`, which Meta's support asks for.
    pub trace_id: Option<String>,
    /// Graph's own hint that the same call may work later.
    pub is_transient: bool,
}

impl GraphError {
    /// Reads an `error` object; none if it carries no code.
    pub fn from_json(value: &Value) -> Option<Self> {
        let error = value.as_object()?;
        let code = json::integer(error, "code")?;
        Some(Self {
            code,
            subcode: json::integer(error, "error_subcode"),
            message: json::text(error, "message").or_else(|| json::text(error, "title")).unwrap_or_default(),
            details: details(error).or_else(|| json::id(error, "error_user_msg")),
            trace_id: json::text(error, "fbtrace_id"),
            is_transient: json::is_true(error, "is_transient"),
        })
    }

    /// What to do about it, and what to tell a person.
    pub fn advice(&self) -> Advice {
        let code = self.decisive_code();
        if self.is_transient && !codes::is_known(code) { codes::TRANSIENT } else { codes::advice(code) }
    }

    /// Errors of templates and of unknown objects hide behind the general code 100, with the telling one as subcode.
    fn decisive_code(&self) -> i64 {
        let telling = self.subcode.filter(|subcode| self.code == 100 && codes::is_known(*subcode));
        telling.unwrap_or(self.code)
    }
}

impl fmt::Display for GraphError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({}) {}", self.code, self.message)?;
        match &self.details {
            Some(details) if *details != self.message => write!(f, ": {details}"),
            _ => Ok(()),
        }
    }
}

/// `error_data` is an object with `details` here and a plain string there.
fn details(error: &Object) -> Option<String> {
    match error.get("error_data")? {
        Value::String(details) => Some(details.clone()),
        Value::Object(data) => json::text(data, "details"),
        _ => None,
    }
}

/// How a call failed, sorted by whether WhatsApp may have acted on it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendFailure {
    /// Nothing reached WhatsApp: refused connection, unknown host, failed TLS. Trying again is safe.
    #[error("the call did not reach WhatsApp: {why}")]
    NotTaken {
        /// What the network said.
        why: String,
    },
    /// WhatsApp answered with an error code; it has not taken the message.
    #[error("WhatsApp answered HTTP {http_status}: {error}")]
    Answered {
        /// What Graph said.
        error: GraphError,
        /// The HTTP status of the answer.
        http_status: u16,
    },
    /// WhatsApp may or may not have taken it: time-out, reset, or an answer that says neither.
    #[error("it is unknown whether WhatsApp took the call: {why}")]
    Unknown {
        /// What was seen.
        why: String,
        /// The HTTP status, if an answer came at all.
        http_status: Option<u16>,
    },
}

impl SendFailure {
    /// The error that Graph answered with, if it did.
    pub fn graph_error(&self) -> Option<&GraphError> {
        match self {
            Self::Answered { error, .. } => Some(error),
            Self::NotTaken { .. } | Self::Unknown { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_error_is_read_in_each_documented_shape() {
        let full = json!({"message": "(#130429) Rate limit hit", "type": "OAuthException", "code": 130_429,
            "error_data": {"messaging_product": "whatsapp", "details": "too many"}, "error_subcode": 2_494_055, "fbtrace_id": "A"});
        let error = GraphError::from_json(&full).expect("a code");
        assert_eq!((error.code, error.subcode, error.details.as_deref()), (130_429, Some(2_494_055), Some("too many")));
        assert_eq!(error.to_string(), "(130429) (#130429) Rate limit hit: too many");

        let of_template = json!({"message": "Invalid parameter", "code": 100, "error_subcode": 2_388_293, "is_transient": false,
            "error_user_title": "Too many", "error_user_msg": "This template has too many variables for its length."});
        let error = GraphError::from_json(&of_template).expect("a code");
        assert_eq!(error.to_string(), "(100) Invalid parameter: This template has too many variables for its length.");

        let plain = GraphError::from_json(&json!({"code": "100", "title": "Bad", "error_data": "why"})).expect("a code");
        assert_eq!((plain.code, plain.message.as_str(), plain.details.as_deref()), (100, "Bad", Some("why")));
        assert_eq!(GraphError::from_json(&json!({"message": "no code"})), None);
        assert_eq!(GraphError::from_json(&json!("text")), None);
    }

    #[test]
    fn a_telling_subcode_decides_behind_the_general_code_only() {
        let error = |code, subcode| GraphError { code, subcode: Some(subcode), ..GraphError::default() };
        assert_eq!(error(100, 2_388_039).advice(), codes::advice(2_388_039));
        assert_eq!(error(100, 33).advice(), codes::advice(33));
        assert_eq!(error(100, 2_494_010).advice(), codes::advice(100));
        assert_eq!(error(130_429, 33).advice(), codes::advice(130_429));
    }

    #[test]
    fn an_unknown_code_marked_transient_is_tried_again() {
        let error = GraphError { code: 999_999, is_transient: true, ..GraphError::default() };
        assert_eq!(error.advice(), codes::TRANSIENT);
        let lasting = GraphError { code: 999_999, ..GraphError::default() };
        assert_eq!(lasting.advice().action, codes::Action::Discard);
    }
}
