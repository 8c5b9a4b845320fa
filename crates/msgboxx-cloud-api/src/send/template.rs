//! A template message: its name, its language and what fills its placeholders.
//!
//! Static parts (footer, fixed buttons) are never repeated on sending, and `components` is left out
//! altogether when nothing is variable. Source: Meta's "Template components" and "Utility templates".

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::Parameter;

/// The `template` member of a message.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TemplateMessage {
    /// The template's name, as approved.
    pub name: String,
    /// Its language code; matched exactly, there is no fallback.
    pub language: String,
    /// What fills it. Empty: the template has no placeholders.
    pub components: Vec<Component>,
}

/// One variable part of the template.
#[derive(Debug, Clone, PartialEq)]
pub enum Component {
    /// The header: one text, one medium or one place.
    Header(Vec<Parameter>),
    /// The body's placeholders: in order, or each with its name.
    Body(Vec<Parameter>),
    /// One button, counted from 0 over all buttons of the template. The constructors fit kind and parameter together.
    Button {
        /// `quick_reply`, `url`, `copy_code` or `flow`.
        sub_type: String,
        /// The button's position.
        index: u8,
        /// Usually one parameter.
        parameters: Vec<Parameter>,
    },
}

impl Component {
    /// A quick-reply button that sends this payload back when it is tapped.
    pub fn quick_reply(index: u8, payload: impl Into<String>) -> Self {
        Self::button("quick_reply", index, Parameter::Payload(payload.into()))
    }

    /// A link button whose address ends in this, or a one-time password's button with the password.
    pub fn url(index: u8, suffix: impl Into<String>) -> Self {
        Self::button("url", index, Parameter::Text(suffix.into()))
    }

    /// A button that copies this code, at most 15 characters.
    pub fn copy_code(index: u8, code: impl Into<String>) -> Self {
        Self::button("copy_code", index, Parameter::CouponCode(code.into()))
    }

    /// A button that opens a flow.
    pub fn flow(index: u8, token: impl Into<String>, data: serde_json::Value) -> Self {
        Self::button("flow", index, Parameter::Flow { token: token.into(), data })
    }

    fn button(sub_type: &str, index: u8, parameter: Parameter) -> Self {
        Self::Button { sub_type: sub_type.to_owned(), index, parameters: vec![parameter] }
    }
}

#[derive(Serialize)]
struct Language<'a> {
    code: &'a str,
}

impl Serialize for TemplateMessage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", &self.name)?;
        map.serialize_entry("language", &Language { code: &self.language })?;
        if !self.components.is_empty() {
            map.serialize_entry("components", &self.components)?;
        }
        map.end()
    }
}

impl Serialize for Component {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let parameters = match self {
            Self::Header(parameters) => {
                map.serialize_entry("type", "header")?;
                parameters
            }
            Self::Body(parameters) => {
                map.serialize_entry("type", "body")?;
                parameters
            }
            Self::Button { sub_type, index, parameters } => {
                map.serialize_entry("type", "button")?;
                map.serialize_entry("sub_type", sub_type)?;
                map.serialize_entry("index", &index.to_string())?;
                parameters
            }
        };
        map.serialize_entry("parameters", parameters)?;
        map.end()
    }
}

#[cfg(test)]
mod tests;
