//! A template message: its name, its language and what fills its placeholders.
//!
//! Static parts (footer, fixed buttons) are never repeated on sending, and `components` is left out
//! altogether when nothing is variable. Source: Meta's "Template components" and "Utility templates".

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

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
    /// One button, counted from 0 over all buttons of the template.
    Button {
        /// `quick_reply`, `url`, `copy_code` or `flow`.
        sub_type: String,
        /// The button's position.
        index: u8,
        /// Usually one parameter.
        parameters: Vec<Parameter>,
    },
}

/// What stands in for one placeholder.
#[derive(Debug, Clone, PartialEq)]
pub enum Parameter {
    /// The next placeholder in order.
    Text(String),
    /// The placeholder `{{name}}` of a template with named parameters.
    NamedText {
        /// The placeholder's name.
        name: String,
        /// What stands there.
        text: String,
    },
    /// An image in the header.
    Image(MediaSource),
    /// A video in the header.
    Video(MediaSource),
    /// A document in the header, with the name that the customer sees.
    Document {
        /// Where it comes from.
        source: MediaSource,
        /// Its file name.
        filename: Option<String>,
    },
    /// A place in the header.
    Location(Place),
    /// What a quick-reply button sends back.
    Payload(String),
    /// The code that a copy-code button copies.
    CouponCode(String),
}

/// Where a medium comes from: exactly one of the two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MediaSource {
    /// An uploaded medium's id.
    Id(String),
    /// A public https address that Meta fetches.
    Link(String),
}

/// A place on the map.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Place {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

#[derive(Serialize)]
struct Language<'a> {
    code: &'a str,
}

#[derive(Serialize)]
struct DocumentBody<'a> {
    #[serde(flatten)]
    source: &'a MediaSource,
    #[serde(skip_serializing_if = "Option::is_none")]
    filename: Option<&'a str>,
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

impl Parameter {
    fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) | Self::NamedText { .. } => "text",
            Self::Image(_) => "image",
            Self::Video(_) => "video",
            Self::Document { .. } => "document",
            Self::Location(_) => "location",
            Self::Payload(_) => "payload",
            Self::CouponCode(_) => "coupon_code",
        }
    }
}

impl Serialize for Parameter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let kind = self.kind();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", kind)?;
        match self {
            Self::Text(text) | Self::Payload(text) | Self::CouponCode(text) => map.serialize_entry(kind, text)?,
            Self::NamedText { name, text } => {
                map.serialize_entry("parameter_name", name)?;
                map.serialize_entry(kind, text)?;
            }
            Self::Image(source) | Self::Video(source) => map.serialize_entry(kind, source)?,
            Self::Document { source, filename } => {
                map.serialize_entry(kind, &DocumentBody { source, filename: filename.as_deref() })?;
            }
            Self::Location(place) => map.serialize_entry(kind, place)?,
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn written(template: &TemplateMessage) -> Value {
        serde_json::to_value(template).expect("serialises")
    }

    #[test]
    fn a_template_without_placeholders_has_no_components() {
        let template = TemplateMessage { name: "hello".to_owned(), language: "en_GB".to_owned(), components: vec![] };
        assert_eq!(written(&template), json!({"name": "hello", "language": {"code": "en_GB"}}));
    }

    #[test]
    fn every_kind_of_parameter_has_metas_shape() {
        let id = || MediaSource::Id("1".to_owned());
        let link = || MediaSource::Link("https://x.example/y".to_owned());
        let place = Place { latitude: 1.5, longitude: 2.0, name: Some("n".to_owned()), address: None };
        let rows = [
            (Parameter::Text("a".to_owned()), json!({"type": "text", "text": "a"})),
            (
                Parameter::NamedText { name: "first".to_owned(), text: "a".to_owned() },
                json!({"type": "text", "parameter_name": "first", "text": "a"}),
            ),
            (Parameter::Image(id()), json!({"type": "image", "image": {"id": "1"}})),
            (Parameter::Video(link()), json!({"type": "video", "video": {"link": "https://x.example/y"}})),
            (
                Parameter::Document { source: id(), filename: Some("a.pdf".to_owned()) },
                json!({"type": "document", "document": {"id": "1", "filename": "a.pdf"}}),
            ),
            (Parameter::Location(place), json!({"type": "location", "location": {"latitude": 1.5, "longitude": 2.0, "name": "n"}})),
            (Parameter::Payload("STOP".to_owned()), json!({"type": "payload", "payload": "STOP"})),
            (Parameter::CouponCode("25OFF".to_owned()), json!({"type": "coupon_code", "coupon_code": "25OFF"})),
        ];
        for (parameter, expected) in rows {
            assert_eq!(serde_json::to_value(&parameter).expect("serialises"), expected);
        }
    }

    #[test]
    fn components_carry_their_type_and_a_button_its_index_as_text() {
        let text = || vec![Parameter::Text("a".to_owned())];
        let template = TemplateMessage {
            name: "t".to_owned(),
            language: "en".to_owned(),
            components: vec![
                Component::Header(text()),
                Component::Body(text()),
                Component::Button { sub_type: "url".to_owned(), index: 1, parameters: text() },
            ],
        };
        let parameter = json!([{"type": "text", "text": "a"}]);
        assert_eq!(
            written(&template)["components"],
            json!([{"type": "header", "parameters": parameter}, {"type": "body", "parameters": parameter},
                {"type": "button", "sub_type": "url", "index": "1", "parameters": parameter}])
        );
    }
}
