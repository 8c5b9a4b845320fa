//! The shape of one line, as it is written and as it is read again.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::world::effect::Effect;

/// What a line is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// A message to a customer.
    Send,
    /// A webhook posted.
    Webhook,
    /// A call about media.
    Media,
    /// A call about templates.
    Template,
    /// Everything else: the control surface, read receipts, numbers, subscriptions.
    Control,
}

/// One line but for its number. `request` and `response` are JSON texts without line ends.
#[derive(Debug, Serialize)]
pub(crate) struct Line<'a> {
    pub(crate) at: String,
    pub(crate) kind: Kind,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) method: Option<&'a str>,
    /// The path of a call, or the address of a webhook.
    pub(crate) path: &'a str,
    pub(crate) request: &'a RawValue,
    /// The HTTP status; null where there was no answer.
    pub(crate) status: Option<u16>,
    pub(crate) response: &'a RawValue,
    /// Which try of a webhook it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) attempt: Option<u32>,
    /// What became of the answer, if it was not simply given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) fault: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) effect: Option<&'a Effect>,
}

/// What a start needs of a line.
#[derive(Debug, Deserialize)]
pub(crate) struct Recorded<'a> {
    #[serde(borrow)]
    pub(crate) request: Option<&'a RawValue>,
    pub(crate) effect: Option<Effect>,
}

impl Line<'_> {
    /// The line as the ledger takes it: without the opening brace.
    pub(crate) fn text(&self) -> String {
        let mut text = serde_json::to_string(self).unwrap_or_else(|error| {
            tracing::error!(%error, "a line of the simulator's ledger cannot be written");
            r#"{"kind":"control"}"#.to_owned()
        });
        text.remove(0);
        text
    }
}

/// A JSON text on one line; none becomes null, and text that is no JSON a JSON string (its start).
pub(crate) fn one_line(text: &str) -> Box<RawValue> {
    const KEPT_OF_NONSENSE: usize = 4_096;
    if text.is_empty() {
        return RawValue::NULL.to_owned();
    }
    // Line ends in JSON stand between tokens only, where a space means the same.
    let has_line_end = text.bytes().any(|byte| matches!(byte, b'\n' | b'\r'));
    let line = if has_line_end { text.replace(['\n', '\r'], " ") } else { text.to_owned() };
    RawValue::from_string(line).unwrap_or_else(|_| {
        let start: String = text.chars().take(KEPT_OF_NONSENSE).collect();
        serde_json::value::to_raw_value(&start).unwrap_or_else(|_| RawValue::NULL.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_body_becomes_one_line_of_json() {
        for (body, line) in [("", "null"), ("{\n \"a\": 1\r\n}", r#"{  "a": 1  }"#), ("no json\n", r#""no json\n""#), ("[1]", "[1]")] {
            assert_eq!(one_line(body).get(), line);
        }
    }

    #[test]
    fn what_a_start_needs_is_read_from_a_written_line() {
        let effect = Effect::Clock { seconds: 5 };
        let line = Line {
            at: "2026-01-01T00:00:00Z".to_owned(),
            kind: Kind::Control,
            method: Some("POST"),
            path: "/simulator/clock",
            request: &one_line("{}"),
            status: Some(200),
            response: &one_line(""),
            attempt: None,
            fault: None,
            effect: Some(&effect),
        };
        let text = format!("{{\"n\":1,{}", line.text());
        let recorded: Recorded<'_> = serde_json::from_str(&text).expect("a line");
        assert!(matches!(recorded.effect, Some(Effect::Clock { seconds: 5 })), "{text}");
        assert_eq!(recorded.request.map(RawValue::get), Some("{}"));
    }
}
