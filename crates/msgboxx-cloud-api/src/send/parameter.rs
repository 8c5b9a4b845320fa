//! What stands in for a template's placeholder, header medium or button value.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::{Value, json};

use super::{MediaSource, Place};

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
    /// What a flow's button starts it with.
    Flow {
        /// Comes back with the flow's result.
        token: String,
        /// The first screen's data; null for none.
        data: Value,
    },
}

#[derive(Serialize)]
struct DocumentBody<'a> {
    #[serde(flatten)]
    source: &'a MediaSource,
    #[serde(skip_serializing_if = "Option::is_none")]
    filename: Option<&'a str>,
}

impl Parameter {
    /// The kind's name on the wire.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) | Self::NamedText { .. } => "text",
            Self::Image(_) => "image",
            Self::Video(_) => "video",
            Self::Document { .. } => "document",
            Self::Location(_) => "location",
            Self::Payload(_) => "payload",
            Self::CouponCode(_) => "coupon_code",
            Self::Flow { .. } => "action",
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
            Self::Flow { token, data } => map.serialize_entry(kind, &flow(token, data))?,
        }
        map.end()
    }
}

fn flow(token: &str, data: &Value) -> Value {
    let mut action = json!({"flow_token": token});
    if !data.is_null() {
        action["flow_action_data"] = data.clone();
    }
    action
}
