//! What WhatsApp posts to a webhook: entries, changes, and in them messages, statuses and news of the account.
//!
//! Reading never refuses what is merely unknown: unknown fields are ignored, unknown kinds become
//! [`Content::Unknown`], and each item keeps its raw JSON. An item that cannot be understood is an
//! error of its own and leaves its neighbours alone. Verify the signature first, over the raw bytes.

pub mod account;
pub mod content;
mod content_read;
pub mod history;
pub mod message;
pub mod number_changes;
pub mod order;
pub mod parts;
pub mod person;
pub mod reading;
pub mod referral;
pub mod status;
pub mod system;
mod verification;

use serde::Deserialize;
use serde_json::value::RawValue;

pub use account::{
    AccountAlert, AccountEvent, AccountUpdate, Capability, NumberName, NumberQuality, Restriction, SecurityNotice, TemplateButton,
    TemplateComponents, TemplateStatusUpdate,
};
pub use content::{Button, ContactCard, Content, InteractiveReply, Location, Media, Reaction};
pub use history::{History, HistoryChunk, HistoryMessage, HistoryThread};
pub use message::{Context, IncomingMessage, ReferredProduct};
pub use number_changes::{ContactSync, Echo, NumberChange, NumberMetadata, Preference};
pub use order::{Order, OrderItem};
pub use parts::{Part, What};
pub use person::Person;
pub use reading::{description, text_for_people};
pub use referral::Referral;
pub use status::{Conversation, Pricing, Status, StatusKind};
pub use system::{Identity, SystemChange, SystemNote};
pub use verification::Verification;

use crate::error::GraphError;
use crate::json::{self, Object};

/// The body is not a webhook envelope at all.
#[derive(Debug, thiserror::Error)]
pub enum EnvelopeError {
    /// Not JSON, or not an object.
    #[error("the body is not a JSON object: {0}")]
    NotJson(#[from] serde_json::Error),
}

/// An item that could not be understood, while its neighbours could.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ItemError {
    /// Not an object, nested too deeply, or with broken text in it.
    #[error("the item is not a readable JSON object: {0}")]
    Unreadable(String),
    /// A member without which the item means nothing.
    #[error("the item has no {0}")]
    Missing(&'static str),
}

/// One webhook call.
#[derive(Debug, Clone)]
pub struct Envelope {
    /// `whatsapp_business_account` for everything that concerns us.
    pub object: Option<String>,
    /// The entries, each with its raw JSON.
    pub entries: Vec<Item<Entry>>,
}

/// Something read from a webhook, and the JSON that it was read from.
#[derive(Debug, Clone)]
pub struct Item<T> {
    /// What it says.
    pub parsed: Result<T, ItemError>,
    /// The JSON as it came.
    pub raw: Box<RawValue>,
}

/// What happened on one WhatsApp Business Account.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The WABA's id. The dashboard's test button sends `"0"`.
    pub id: String,
    /// Unix seconds; only on fields other than messages.
    pub time: Option<i64>,
    /// What changed.
    pub changes: Vec<Item<Change>>,
}

/// One change of one field.
#[derive(Debug, Clone)]
pub struct Change {
    /// The subscribed field, for example `messages`.
    pub field: String,
    /// What happened.
    pub value: ChangeValue,
}

/// The value of a change, by its field.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum ChangeValue {
    /// `messages`: messages and statuses of one number, any combination of the lists.
    Messages(Box<Messages>),
    /// `user_preferences`: customers stop or resume marketing messages.
    Preferences(Box<NumberChange<Preference>>),
    /// `smb_message_echoes`: what the owner wrote in the WhatsApp Business app.
    Echoes(Box<NumberChange<Echo>>),
    /// `smb_app_state_sync`: the owner's address book.
    ContactSync(Box<NumberChange<ContactSync>>),
    /// `history`: what was said before the number came to us.
    History(Box<History>),
    /// News of the account, its numbers or its templates, and every field that this crate does not know.
    Account(AccountEvent),
}

/// The value of the field `messages`.
#[derive(Debug, Clone)]
pub struct Messages {
    /// The business number's id; absent in broken payloads only.
    pub phone_number_id: Option<String>,
    /// The business number's digits.
    pub display_phone_number: Option<String>,
    /// The customers that the messages and statuses speak of.
    pub contacts: Vec<Item<Person>>,
    /// What customers wrote.
    pub messages: Vec<Item<IncomingMessage>>,
    /// What became of our messages.
    pub statuses: Vec<Item<Status>>,
    /// Errors of the account or the app, without a message.
    pub errors: Vec<GraphError>,
}

impl ChangeValue {
    /// The id of the business number that the change concerns; none where it concerns a whole account.
    pub fn phone_number_id(&self) -> Option<&str> {
        match self {
            Self::Messages(change) => change.phone_number_id.as_deref(),
            Self::Preferences(change) => change.number.phone_number_id.as_deref(),
            Self::Echoes(change) => change.number.phone_number_id.as_deref(),
            Self::ContactSync(change) => change.number.phone_number_id.as_deref(),
            Self::History(change) => change.number.phone_number_id.as_deref(),
            Self::Account(_) => None,
        }
    }
}

impl Messages {
    /// The customer who wrote the message, if this value describes them.
    pub fn author_of(&self, message: &IncomingMessage) -> Option<&Person> {
        let people = || self.contacts.iter().filter_map(|item| item.parsed.as_ref().ok());
        let same = |a: &Option<String>, b: &Option<String>| a.is_some() && a == b;
        people()
            .find(|person| same(&person.wa_id, &message.from) || same(&person.user_id, &message.from_user_id))
            .or_else(|| people().next().filter(|person| self.contacts.len() == 1 && person.might_be(message)))
    }
}

/// Reads the body of a webhook call.
///
/// # Errors
/// Only when the body is not a JSON object; everything below that level fails item by item.
pub fn parse(body: &[u8]) -> Result<Envelope, EnvelopeError> {
    #[derive(Deserialize)]
    struct Raw {
        object: Option<serde_json::Value>,
        entry: Option<Box<RawValue>>,
    }
    let raw: Raw = serde_json::from_slice(body)?;
    Ok(Envelope {
        object: raw.object.and_then(|object| object.as_str().map(str::to_owned)),
        entries: raw.entry.map(|entry| items(&entry, read_entry)).unwrap_or_default(),
    })
}

/// Reads each element of a JSON array on its own. Anything but an array is one element that cannot be understood, so that it is
/// not passed over; nothing is nothing.
fn items<T>(list: &RawValue, read: impl Fn(&RawValue) -> Result<T, ItemError>) -> Vec<Item<T>> {
    let elements: Option<Vec<Box<RawValue>>> = match serde_json::from_str(list.get()) {
        Ok(elements) => elements,
        Err(error) => return vec![Item { parsed: Err(ItemError::Unreadable(error.to_string())), raw: list.to_owned() }],
    };
    elements.into_iter().flatten().map(|raw| Item { parsed: read(&raw), raw }).collect()
}

fn read_entry(raw: &RawValue) -> Result<Entry, ItemError> {
    #[derive(Deserialize)]
    struct Raw {
        id: Option<serde_json::Value>,
        time: Option<serde_json::Value>,
        changes: Option<Box<RawValue>>,
    }
    let entry: Raw = readable(raw)?;
    Ok(Entry {
        id: entry.id.as_ref().map(plain_text).unwrap_or_default(),
        time: entry.time.as_ref().and_then(json::as_integer),
        changes: entry.changes.map(|changes| items(&changes, read_change)).unwrap_or_default(),
    })
}

fn read_change(raw: &RawValue) -> Result<Change, ItemError> {
    #[derive(Deserialize)]
    struct Raw {
        field: Option<serde_json::Value>,
        value: Option<Box<RawValue>>,
    }
    let change: Raw = readable(raw)?;
    let field = change.field.as_ref().map(plain_text).unwrap_or_default();
    let value = change.value.ok_or(ItemError::Missing("value"))?;
    let value = match field.as_str() {
        "messages" => ChangeValue::Messages(Box::new(read_messages(&value)?)),
        "user_preferences" => ChangeValue::Preferences(Box::new(number_changes::preferences(&value)?)),
        "smb_message_echoes" => ChangeValue::Echoes(Box::new(number_changes::echoes(&value)?)),
        "smb_app_state_sync" => ChangeValue::ContactSync(Box::new(number_changes::contact_sync(&value)?)),
        "history" => ChangeValue::History(Box::new(history::history(&value)?)),
        _ => ChangeValue::Account(AccountEvent::read(&field, readable(&value)?)),
    };
    Ok(Change { field, value })
}

fn read_messages(raw: &RawValue) -> Result<Messages, ItemError> {
    #[derive(Deserialize)]
    struct Raw {
        metadata: Option<serde_json::Value>,
        contacts: Option<Box<RawValue>>,
        messages: Option<Box<RawValue>>,
        statuses: Option<Box<RawValue>>,
        errors: Option<serde_json::Value>,
    }
    let value: Raw = readable(raw)?;
    let number = number_changes::number(value.metadata.as_ref());
    Ok(Messages {
        phone_number_id: number.phone_number_id,
        display_phone_number: number.display_phone_number,
        contacts: value.contacts.map(|list| items(&list, |raw| Ok(Person::read(&object(raw)?)))).unwrap_or_default(),
        messages: value.messages.map(|list| items(&list, |raw| IncomingMessage::read(&object(raw)?))).unwrap_or_default(),
        statuses: value.statuses.map(|list| items(&list, |raw| Status::read(&object(raw)?))).unwrap_or_default(),
        errors: value.errors.as_ref().map(errors).unwrap_or_default(),
    })
}

/// The errors of a list that carry a code.
fn errors(list: &serde_json::Value) -> Vec<GraphError> {
    list.as_array().map(|list| list.iter().filter_map(GraphError::from_json).collect()).unwrap_or_default()
}

fn plain_text(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn readable<'a, T: Deserialize<'a>>(raw: &'a RawValue) -> Result<T, ItemError> {
    serde_json::from_str(raw.get()).map_err(|error| ItemError::Unreadable(error.to_string()))
}

fn object(raw: &RawValue) -> Result<Object, ItemError> {
    readable(raw)
}

#[cfg(test)]
mod tests;
