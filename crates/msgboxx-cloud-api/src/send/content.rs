//! What a message says, by kind. Serialises to the value of the member that is named like its kind.

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::{Card, Interactive, MediaSource, Place, TemplateMessage};

/// The kinds of message that this crate can write.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum OutgoingContent {
    /// Free text, at most 4,096 characters.
    Text {
        /// The words.
        body: String,
        /// Show a preview of the first link.
        preview_url: bool,
    },
    /// A picture: JPEG or PNG, at most 5 MB.
    Image {
        /// Where it comes from.
        source: MediaSource,
        /// At most 1,024 characters.
        caption: Option<String>,
    },
    /// A video: MP4 or 3GPP, at most 16 MB.
    Video {
        /// Where it comes from.
        source: MediaSource,
        /// At most 1,024 characters.
        caption: Option<String>,
    },
    /// A sound file or a voice note, at most 16 MB; it has no caption.
    Audio {
        /// Where it comes from.
        source: MediaSource,
        /// Show it as a voice note, with `played` when it is heard; for OPUS in Ogg only.
        is_voice: bool,
    },
    /// A file, at most 100 MB.
    Document {
        /// Where it comes from.
        source: MediaSource,
        /// The name that the customer sees; its ending chooses the icon.
        filename: Option<String>,
        /// At most 1,024 characters.
        caption: Option<String>,
    },
    /// A sticker: WebP, at most 100 KB, animated 500 KB.
    Sticker {
        /// Where it comes from.
        source: MediaSource,
    },
    /// A place on the map.
    Location(Place),
    /// Address-book entries.
    Contacts(Vec<Card>),
    /// An emoji on a message, or its removal. Only `sent` is reported for it.
    Reaction {
        /// The `wamid` that it sits on: not older than thirty days, and no reaction itself.
        message_id: String,
        /// The emoji; none takes the reaction back.
        emoji: Option<String>,
    },
    /// A message with buttons, a list or a request.
    Interactive(Box<Interactive>),
    /// An approved template with its parameters.
    Template(TemplateMessage),
    /// A [`TemplateMessage`] that was serialised before, as a queue keeps it.
    StoredTemplate(Box<RawValue>),
    /// Any kind that was serialised before, or one that this crate does not know.
    Stored {
        /// The kind's name on the wire.
        kind: String,
        /// The value of the member of that name.
        body: Box<RawValue>,
    },
}

impl OutgoingContent {
    /// A template from the JSON of a [`TemplateMessage`].
    ///
    /// # Errors
    /// When the text is not JSON.
    pub fn stored_template(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json).map(Self::StoredTemplate)
    }

    /// A message from its kind and the JSON that this content, serialised by itself, gave before.
    ///
    /// # Errors
    /// When the text is not JSON.
    pub fn stored(kind: &str, json: &str) -> Result<Self, serde_json::Error> {
        Ok(Self::Stored { kind: kind.to_owned(), body: serde_json::from_str(json)? })
    }

    /// The kind's name on the wire.
    pub fn kind(&self) -> &str {
        match self {
            Self::Text { .. } => "text",
            Self::Image { .. } => "image",
            Self::Video { .. } => "video",
            Self::Audio { .. } => "audio",
            Self::Document { .. } => "document",
            Self::Sticker { .. } => "sticker",
            Self::Location(_) => "location",
            Self::Contacts(_) => "contacts",
            Self::Reaction { .. } => "reaction",
            Self::Interactive(_) => "interactive",
            Self::Template(_) | Self::StoredTemplate(_) => "template",
            Self::Stored { kind, .. } => kind,
        }
    }
}

#[derive(Serialize)]
struct TextBody<'a> {
    preview_url: bool,
    body: &'a str,
}

#[derive(Serialize)]
struct MediaBody<'a> {
    #[serde(flatten)]
    source: &'a MediaSource,
    #[serde(skip_serializing_if = "Option::is_none")]
    filename: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    caption: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    voice: Option<bool>,
}

#[derive(Serialize)]
struct ReactionBody<'a> {
    message_id: &'a str,
    emoji: &'a str,
}

impl<'a> MediaBody<'a> {
    fn new(source: &'a MediaSource, caption: Option<&'a String>) -> Self {
        Self { source, filename: None, caption: caption.map(String::as_str), voice: None }
    }
}

impl Serialize for OutgoingContent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text { body, preview_url } => TextBody { preview_url: *preview_url, body }.serialize(serializer),
            Self::Image { source, caption } | Self::Video { source, caption } => {
                MediaBody::new(source, caption.as_ref()).serialize(serializer)
            }
            Self::Audio { source, is_voice } => {
                MediaBody { voice: is_voice.then_some(true), ..MediaBody::new(source, None) }.serialize(serializer)
            }
            Self::Document { source, filename, caption } => {
                MediaBody { filename: filename.as_deref(), ..MediaBody::new(source, caption.as_ref()) }.serialize(serializer)
            }
            Self::Sticker { source } => MediaBody::new(source, None).serialize(serializer),
            Self::Location(place) => place.serialize(serializer),
            Self::Contacts(cards) => cards.serialize(serializer),
            Self::Reaction { message_id, emoji } => {
                ReactionBody { message_id, emoji: emoji.as_deref().unwrap_or_default() }.serialize(serializer)
            }
            Self::Interactive(interactive) => interactive.serialize(serializer),
            Self::Template(template) => template.serialize(serializer),
            Self::StoredTemplate(body) | Self::Stored { body, .. } => body.serialize(serializer),
        }
    }
}
