//! What comes with `metadata` beside messages: opt-outs, and what a number that is also used in the WhatsApp Business app
//! shares with us (its own messages, its contacts, its past).
//!
//! Messages in here are not from customers to us now: they open no window. Source: Meta's pages of
//! `user_preferences`, `smb_message_echoes` and `smb_app_state_sync`.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::json::{self, Object};
use crate::webhook::message::IncomingMessage;
use crate::webhook::person::Person;
use crate::webhook::{Item, ItemError, items, object, readable};

/// The number that a change concerns.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NumberMetadata {
    /// The business number's id; absent in broken payloads only.
    pub phone_number_id: Option<String>,
    /// The business number's digits.
    pub display_phone_number: Option<String>,
}

/// The value of a change of one number: what it is about, the people in it, and the news.
#[derive(Debug, Clone)]
pub struct NumberChange<T> {
    /// The number.
    pub number: NumberMetadata,
    /// The customers that the news speak of.
    pub contacts: Vec<Item<Person>>,
    /// The news.
    pub items: Vec<Item<T>>,
}

/// `user_preferences`: a customer stops, resumes or signs up for marketing messages.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Preference {
    /// The customer's `wa_id`; absent for customers who hide their number.
    pub wa_id: Option<String>,
    /// The customer's business-scoped user id (BSUID).
    pub user_id: Option<String>,
    /// The BSUID over linked business portfolios.
    pub parent_user_id: Option<String>,
    /// `marketing_messages`.
    pub category: Option<String>,
    /// `stop`, `resume` or `signup`.
    pub value: String,
    /// WhatsApp's sentence about it.
    pub detail: Option<String>,
    /// Which sign-up it was.
    pub signup_id: Option<String>,
    /// When, in Unix seconds.
    pub timestamp: Option<i64>,
}

/// `smb_message_echoes`: what the owner wrote in the WhatsApp Business app, or changed, or deleted.
#[derive(Debug, Clone, PartialEq)]
pub struct Echo {
    /// The customer's `wa_id`.
    pub to: Option<String>,
    /// The customer's BSUID.
    pub to_user_id: Option<String>,
    /// The message; its `from` is the business number.
    pub message: IncomingMessage,
}

/// `smb_app_state_sync`: a contact of the owner's address book.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ContactSync {
    /// `add` (also for changes) or `remove`.
    pub action: String,
    /// The whole name; absent on removal.
    pub full_name: Option<String>,
    /// The given name; absent on removal.
    pub first_name: Option<String>,
    /// The number's digits.
    pub phone_number: Option<String>,
    /// The BSUID.
    pub user_id: Option<String>,
    /// The user name, without its `@`.
    pub username: Option<String>,
    /// When, in Unix seconds.
    pub timestamp: Option<i64>,
}

impl Preference {
    pub(crate) fn read(preference: &Object) -> Result<Self, ItemError> {
        Ok(Self {
            wa_id: json::id(preference, "wa_id"),
            user_id: json::id(preference, "user_id"),
            parent_user_id: json::id(preference, "parent_user_id"),
            category: json::id(preference, "category"),
            value: json::id(preference, "value").ok_or(ItemError::Missing("value"))?,
            detail: json::id(preference, "detail"),
            signup_id: json::id(preference, "signup_id"),
            timestamp: json::integer(preference, "timestamp"),
        })
    }
}

impl Echo {
    pub(crate) fn read(echo: &Object) -> Result<Self, ItemError> {
        Ok(Self { to: json::id(echo, "to"), to_user_id: json::id(echo, "to_user_id"), message: IncomingMessage::read(echo)? })
    }
}

impl ContactSync {
    pub(crate) fn read(sync: &Object) -> Result<Self, ItemError> {
        let contact = json::object(sync, "contact").ok_or(ItemError::Missing("contact"))?;
        Ok(Self {
            action: json::id(sync, "action").ok_or(ItemError::Missing("action"))?,
            full_name: json::id(contact, "full_name"),
            first_name: json::id(contact, "first_name"),
            phone_number: json::id(contact, "phone_number"),
            user_id: json::id(contact, "user_id"),
            username: json::id(contact, "username").map(|name| name.trim_start_matches('@').to_owned()),
            timestamp: json::object(sync, "metadata").and_then(|metadata| json::integer(metadata, "timestamp")),
        })
    }
}

#[derive(Deserialize)]
struct Raw {
    metadata: Option<Value>,
    contacts: Option<Box<RawValue>>,
    user_preferences: Option<Box<RawValue>>,
    message_echoes: Option<Box<RawValue>>,
    state_sync: Option<Box<RawValue>>,
}

impl Raw {
    fn change<T>(self, list: Option<Box<RawValue>>, read: impl Fn(&Object) -> Result<T, ItemError>) -> NumberChange<T> {
        NumberChange {
            number: number(self.metadata.as_ref()),
            contacts: self.contacts.map(|list| items(&list, |raw| Ok(Person::read(&object(raw)?)))).unwrap_or_default(),
            items: list.map(|list| items(&list, |raw| read(&object(raw)?))).unwrap_or_default(),
        }
    }
}

pub(super) fn number(metadata: Option<&Value>) -> NumberMetadata {
    let metadata = metadata.and_then(Value::as_object);
    let of = |member| metadata.and_then(|metadata| json::id(metadata, member));
    NumberMetadata { phone_number_id: of("phone_number_id"), display_phone_number: of("display_phone_number") }
}

pub(super) fn preferences(raw: &RawValue) -> Result<NumberChange<Preference>, ItemError> {
    let mut value: Raw = readable(raw)?;
    let list = value.user_preferences.take();
    Ok(value.change(list, Preference::read))
}

pub(super) fn echoes(raw: &RawValue) -> Result<NumberChange<Echo>, ItemError> {
    let mut value: Raw = readable(raw)?;
    let list = value.message_echoes.take();
    Ok(value.change(list, Echo::read))
}

pub(super) fn contact_sync(raw: &RawValue) -> Result<NumberChange<ContactSync>, ItemError> {
    let mut value: Raw = readable(raw)?;
    let list = value.state_sync.take();
    Ok(value.change(list, ContactSync::read))
}
