//! What we ask WhatsApp to send: the bodies of `POST /{phone-number-id}/messages`.
//!
//! Pure values that serialise to Meta's JSON. [`Outgoing::check`] names what WhatsApp would refuse,
//! before the call; WhatsApp's own answer stays the truth. Put your own attempt id into
//! `callback_data`: it comes back in every status and is the only way to recognise a message whose
//! answer got lost.

pub mod check;
pub mod content;
pub mod interactive;
pub mod parameter;
pub mod place;
pub mod source;
pub mod template;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

pub use crate::card::Card;
pub use check::{Flaw, Flaws, Rule};
pub use content::OutgoingContent;
pub use interactive::{Header, Interactive, ReplyButton, Row, Section};
pub use parameter::Parameter;
pub use place::Place;
pub use source::MediaSource;
pub use template::{Component, TemplateMessage};

/// The longest `callback_data` that WhatsApp takes, in characters.
pub const CALLBACK_DATA_MAX: usize = 512;

/// One message to one customer.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// Who receives it.
    pub to: Recipient,
    /// What it says.
    pub content: OutgoingContent,
    /// The `wamid` of the message that this one quotes. A reaction cannot quote.
    pub quoted: Option<String>,
    /// `biz_opaque_callback_data`: echoed in every status of this message, at most [`CALLBACK_DATA_MAX`] characters.
    pub callback_data: Option<String>,
}

/// How the customer is addressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipient {
    /// A phone number with its `+`. Without it Meta prepends the sender's own country code.
    Phone(String),
    /// A business-scoped user id (BSUID), for customers who hide their number.
    User(String),
}

#[derive(Serialize)]
struct Quoted<'a> {
    message_id: &'a str,
}

impl Serialize for Outgoing {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("messaging_product", "whatsapp")?;
        map.serialize_entry("recipient_type", "individual")?;
        match &self.to {
            Recipient::Phone(phone) => map.serialize_entry("to", phone)?,
            Recipient::User(user_id) => map.serialize_entry("recipient", user_id)?,
        }
        if let Some(message_id) = &self.quoted {
            map.serialize_entry("context", &Quoted { message_id })?;
        }
        if let Some(callback_data) = &self.callback_data {
            map.serialize_entry("biz_opaque_callback_data", callback_data)?;
        }
        map.serialize_entry("type", self.content.kind())?;
        map.serialize_entry(self.content.kind(), &self.content)?;
        map.end()
    }
}

#[cfg(test)]
mod tests;
