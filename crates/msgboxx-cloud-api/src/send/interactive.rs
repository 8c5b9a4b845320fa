//! Messages with something to tap: reply buttons, a list, a link, or a request for place or number.
//!
//! What is tapped comes back as an `interactive` or `location` or `contacts` message. Kinds that are not here (flows,
//! products, carousels) go through [`OutgoingContent::Stored`](super::OutgoingContent::Stored) as they are.
//! Source: Meta's "Interactive reply buttons", "… list", "… CTA URL", "Location request messages".

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::json;

use super::MediaSource;

/// An interactive message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Interactive {
    /// One to three reply buttons.
    Buttons {
        /// Above the words: at most 60 characters, or a medium.
        header: Option<Header>,
        /// The words, at most 1,024 characters.
        body: String,
        /// Below them, at most 60 characters.
        footer: Option<String>,
        /// The buttons.
        buttons: Vec<ReplyButton>,
    },
    /// A list that opens on a tap: at most ten sections with ten rows in all.
    List {
        /// Above the words, at most 60 characters.
        header: Option<String>,
        /// The words, at most 4,096 characters.
        body: String,
        /// Below them, at most 60 characters.
        footer: Option<String>,
        /// What opens the list, at most 20 characters.
        button: String,
        /// What can be chosen.
        sections: Vec<Section>,
    },
    /// One button that opens a web page.
    Link {
        /// Above the words: at most 60 characters, or a medium.
        header: Option<Header>,
        /// The words, at most 1,024 characters.
        body: String,
        /// Below them, at most 60 characters.
        footer: Option<String>,
        /// The button's label, at most 20 characters.
        display_text: String,
        /// The page.
        url: String,
    },
    /// Asks where the customer is.
    LocationRequest {
        /// The words, at most 1,024 characters.
        body: String,
    },
    /// Asks a customer who is known by their user name for their phone number.
    ContactRequest {
        /// The words, at most 1,024 characters.
        body: String,
    },
}

/// What stands above the words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Header {
    /// At most 60 characters.
    Text(String),
    /// A picture.
    Image(MediaSource),
    /// A video.
    Video(MediaSource),
    /// A file.
    Document(MediaSource),
}

/// A button whose tap comes back to us.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReplyButton {
    /// What comes back: at most 256 characters, unique in the message.
    pub id: String,
    /// The label: at most 20 characters, unique in the message.
    pub title: String,
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Section {
    /// At most 24 characters; required when there is more than one section.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What can be chosen.
    pub rows: Vec<Row>,
}

/// One choice of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// What comes back: at most 200 characters, unique in the message.
    pub id: String,
    /// At most 24 characters.
    pub title: String,
    /// At most 72 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

#[derive(Serialize)]
struct Text<'a> {
    text: &'a str,
}

#[derive(Serialize)]
struct Reply<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    reply: &'a ReplyButton,
}

impl Interactive {
    /// The kind's name on the wire.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Buttons { .. } => "button",
            Self::List { .. } => "list",
            Self::Link { .. } => "cta_url",
            Self::LocationRequest { .. } => "location_request_message",
            Self::ContactRequest { .. } => "request_contact_info",
        }
    }

    /// The words in the middle.
    pub fn body(&self) -> &str {
        match self {
            Self::Buttons { body, .. }
            | Self::List { body, .. }
            | Self::Link { body, .. }
            | Self::LocationRequest { body }
            | Self::ContactRequest { body } => body,
        }
    }

    /// The words below.
    pub fn footer(&self) -> Option<&str> {
        match self {
            Self::Buttons { footer, .. } | Self::List { footer, .. } | Self::Link { footer, .. } => footer.as_deref(),
            Self::LocationRequest { .. } | Self::ContactRequest { .. } => None,
        }
    }

    /// What stands above the words.
    pub fn header(&self) -> Option<Header> {
        match self {
            Self::Buttons { header, .. } | Self::Link { header, .. } => header.clone(),
            Self::List { header, .. } => header.clone().map(Header::Text),
            Self::LocationRequest { .. } | Self::ContactRequest { .. } => None,
        }
    }

    fn action(&self) -> serde_json::Value {
        match self {
            Self::Buttons { buttons, .. } => {
                let buttons: Vec<_> = buttons.iter().map(|reply| Reply { kind: "reply", reply }).collect();
                json!({"buttons": buttons})
            }
            Self::List { button, sections, .. } => json!({"button": button, "sections": sections}),
            Self::Link { display_text, url, .. } => {
                json!({"name": "cta_url", "parameters": {"display_text": display_text, "url": url}})
            }
            Self::LocationRequest { .. } => json!({"name": "send_location"}),
            Self::ContactRequest { .. } => json!({"name": "request_contact_info"}),
        }
    }
}

impl Serialize for Interactive {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", self.kind())?;
        if let Some(header) = self.header() {
            map.serialize_entry("header", &header)?;
        }
        map.serialize_entry("body", &Text { text: self.body() })?;
        if let Some(text) = self.footer() {
            map.serialize_entry("footer", &Text { text })?;
        }
        map.serialize_entry("action", &self.action())?;
        map.end()
    }
}

impl Serialize for Header {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        let (kind, source) = match self {
            Self::Text(text) => {
                map.serialize_entry("type", "text")?;
                map.serialize_entry("text", text)?;
                return map.end();
            }
            Self::Image(source) => ("image", source),
            Self::Video(source) => ("video", source),
            Self::Document(source) => ("document", source),
        };
        map.serialize_entry("type", kind)?;
        map.serialize_entry(kind, source)?;
        map.end()
    }
}
