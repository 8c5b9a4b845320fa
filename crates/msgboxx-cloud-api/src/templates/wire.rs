//! A template's parts in Meta's JSON.

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::{Examples, NewButton, Part};

impl Serialize for Part {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        part(self).serialize(serializer)
    }
}

fn part(part: &Part) -> Value {
    match part {
        Part::HeaderText { text, examples } => {
            with_examples(json!({"type": "HEADER", "format": "TEXT", "text": text}), "header_text", examples)
        }
        Part::HeaderMedia { format, example_handle } => {
            json!({"type": "HEADER", "format": format, "example": {"header_handle": [example_handle]}})
        }
        Part::HeaderLocation => json!({"type": "HEADER", "format": "LOCATION"}),
        Part::Body { text, examples } => with_examples(json!({"type": "BODY", "text": text}), "body_text", examples),
        Part::Footer { text } => json!({"type": "FOOTER", "text": text}),
        Part::Buttons(buttons) => json!({"type": "BUTTONS", "buttons": buttons.iter().map(button).collect::<Vec<_>>()}),
        Part::Other(part) => part.clone(),
    }
}

/// The body's positional examples are a list of lists, the header's a list.
fn with_examples(mut part: Value, member: &str, examples: &Examples) -> Value {
    match examples {
        Examples::None => {}
        Examples::Positional(examples) if member == "body_text" => part["example"] = json!({member: [examples]}),
        Examples::Positional(examples) => part["example"] = json!({member: examples}),
        Examples::Named(examples) => {
            let examples: Vec<_> = examples.iter().map(|(name, example)| json!({"param_name": name, "example": example})).collect();
            part["example"] = json!({format!("{member}_named_params"): examples});
        }
    }
    part
}

fn button(button: &NewButton) -> Value {
    match button {
        NewButton::QuickReply { text } => json!({"type": "QUICK_REPLY", "text": text}),
        NewButton::Url { text, url, example: None } => json!({"type": "URL", "text": text, "url": url}),
        NewButton::Url { text, url, example: Some(example) } => json!({"type": "URL", "text": text, "url": url, "example": [example]}),
        NewButton::PhoneNumber { text, phone_number } => json!({"type": "PHONE_NUMBER", "text": text, "phone_number": phone_number}),
        NewButton::CopyCode { example } => json!({"type": "COPY_CODE", "example": example}),
        NewButton::RequestContactInfo => json!({"type": "REQUEST_CONTACT_INFO"}),
        NewButton::Other(button) => button.clone(),
    }
}
