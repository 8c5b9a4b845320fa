//! What we ask WhatsApp to send: the bodies of `POST /{phone-number-id}/messages`.
//!
//! Pure values that serialise to Meta's JSON; nothing here checks a limit, since WhatsApp's answer
//! is the truth. Put your own attempt id into `callback_data`: it comes back in every status and
//! is the only way to recognise a message whose answer got lost.

pub mod template;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::value::RawValue;

pub use template::{Component, MediaSource, Parameter, Place, TemplateMessage};

/// The longest `callback_data` that WhatsApp takes, in characters.
pub const CALLBACK_DATA_MAX: usize = 512;

/// One message to one customer.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// Who receives it.
    pub to: Recipient,
    /// What it says.
    pub content: OutgoingContent,
    /// The `wamid` of the message that this one quotes.
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
    /// An approved template with its parameters.
    Template(TemplateMessage),
    /// A [`TemplateMessage`] that was serialised before, as a queue keeps it.
    StoredTemplate(Box<RawValue>),
}

impl OutgoingContent {
    /// A template from the JSON of a [`TemplateMessage`].
    ///
    /// # Errors
    /// When the text is not JSON.
    pub fn stored_template(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json).map(Self::StoredTemplate)
    }

    /// The kind's name on the wire.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Text { .. } => "text",
            Self::Template(_) | Self::StoredTemplate(_) => "template",
        }
    }
}

#[derive(Serialize)]
struct TextBody<'a> {
    preview_url: bool,
    body: &'a str,
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
        let kind = self.content.kind();
        map.serialize_entry("type", kind)?;
        match &self.content {
            OutgoingContent::Text { body, preview_url } => {
                map.serialize_entry(kind, &TextBody { preview_url: *preview_url, body })?;
            }
            OutgoingContent::Template(template) => map.serialize_entry(kind, template)?,
            OutgoingContent::StoredTemplate(template) => map.serialize_entry(kind, template)?,
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn text(body: &str) -> OutgoingContent {
        OutgoingContent::Text { body: body.to_owned(), preview_url: true }
    }

    #[test]
    fn a_text_with_quote_and_callback_data_has_metas_shape() {
        let message = Outgoing {
            to: Recipient::Phone("+16505551234".to_owned()),
            content: text("hi"),
            quoted: Some("wamid.A".to_owned()),
            callback_data: Some("attempt-1".to_owned()),
        };
        assert_eq!(
            serde_json::to_value(&message).expect("serialises"),
            json!({"messaging_product": "whatsapp", "recipient_type": "individual", "to": "+16505551234",
                "context": {"message_id": "wamid.A"}, "biz_opaque_callback_data": "attempt-1",
                "type": "text", "text": {"preview_url": true, "body": "hi"}})
        );
    }

    #[test]
    fn a_user_id_goes_into_recipient() {
        let message = Outgoing { to: Recipient::User("US.1349".to_owned()), content: text("hi"), quoted: None, callback_data: None };
        let value = serde_json::to_value(&message).expect("serialises");
        assert_eq!(value["recipient"], "US.1349");
        assert_eq!(value.get("to"), None);
        assert_eq!(value.get("context"), None);
        assert_eq!(value.get("biz_opaque_callback_data"), None);
    }
}
