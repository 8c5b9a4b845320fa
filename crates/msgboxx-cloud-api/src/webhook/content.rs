//! What a customer's message says, by kind. Plain values; `content_read` reads them from JSON.

use serde_json::Value;

use crate::card::Card;
use crate::webhook::order::Order;
use crate::webhook::system::SystemNote;

/// The body of a customer's message.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Content {
    /// Words.
    Text {
        /// The words.
        body: String,
    },
    /// A picture.
    Image(Media),
    /// A video.
    Video(Media),
    /// A sound file or a voice note.
    Audio(Media),
    /// A file.
    Document(Media),
    /// A sticker.
    Sticker(Media),
    /// A place.
    Location(Location),
    /// Address-book entries.
    Contacts(Vec<ContactCard>),
    /// A tap on a template's quick-reply button.
    Button(Button),
    /// A tap in an interactive message, or the result of a flow.
    Interactive(InteractiveReply),
    /// An emoji on one of our messages, or its removal.
    Reaction(Reaction),
    /// An order from the catalogue.
    Order(Order),
    /// Something about the customer, not from them: a changed number or identity.
    System(SystemNote),
    /// The customer opened the chat for the first time and has said nothing yet.
    Welcome,
    /// The customer changed an earlier message.
    Edit {
        /// The `wamid` of the earlier message.
        original_message_id: String,
        /// What it says now, with its kind.
        content: Box<Content>,
    },
    /// The customer deleted an earlier message for everyone.
    Revoke {
        /// The `wamid` of the deleted message.
        original_message_id: String,
    },
    /// Something that WhatsApp does not hand to businesses: polls, view-once media …
    Unsupported {
        /// What it was, if WhatsApp says so.
        what: Option<String>,
    },
    /// A kind that this crate does not know, or a known one whose body is not readable.
    Unknown,
}

/// A medium: its id is good for seven days, its `url` for five minutes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Media {
    /// Ask `GET /{id}` for a fresh address.
    pub id: Option<String>,
    /// The MIME type, possibly with parameters (`audio/ogg; codecs=opus`).
    pub mime_type: Option<String>,
    /// Base64 of the SHA-256, by the fixtures.
    pub sha256: Option<String>,
    /// Where to fetch it, with the access token.
    pub url: Option<String>,
    /// The customer's words with it.
    pub caption: Option<String>,
    /// A document's name.
    pub filename: Option<String>,
    /// Is it a voice note?
    pub is_voice: bool,
    /// Is it an animated sticker?
    pub is_animated: bool,
}

/// A place on the map.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Location {
    /// Degrees north.
    pub latitude: Option<f64>,
    /// Degrees east.
    pub longitude: Option<f64>,
    /// Its name.
    pub name: Option<String>,
    /// Its address.
    pub address: Option<String>,
    /// A page about it.
    pub url: Option<String>,
}

/// An address-book entry; any part may be missing, even the name.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ContactCard {
    /// `name.formatted_name`, or its parts put together.
    pub name: Option<String>,
    /// The phone numbers as the customer's address book writes them.
    pub phones: Vec<String>,
    /// All that is understood of it.
    pub card: Card,
    /// `contact_request` when the customer answers our request for their number; else `other` or nothing.
    pub origin: Option<String>,
    /// The whole entry as it came.
    pub raw: Value,
}

/// A tap on a template's quick-reply button.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Button {
    /// What we put there on sending, or the label.
    pub payload: Option<String>,
    /// The label.
    pub text: Option<String>,
}

/// A tap in an interactive message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InteractiveReply {
    /// One of up to three buttons.
    Button {
        /// Our id.
        id: String,
        /// The label.
        title: String,
    },
    /// A row of a list.
    List {
        /// Our id.
        id: String,
        /// The row's title.
        title: String,
        /// The row's second line.
        description: Option<String>,
    },
    /// The result of a flow.
    Flow {
        /// Usually `flow`.
        name: Option<String>,
        /// What the customer sees, usually `Sent`.
        body: Option<String>,
        /// What was filled in: JSON in a string.
        response_json: Option<String>,
    },
    /// A kind that this crate does not know.
    Other {
        /// Its name on the wire.
        kind: String,
    },
}

/// An emoji on a message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reaction {
    /// The `wamid` that it sits on.
    pub message_id: Option<String>,
    /// The emoji; none when the customer took it back.
    pub emoji: Option<String>,
}
