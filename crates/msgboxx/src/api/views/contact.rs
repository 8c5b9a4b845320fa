//! Contacts, whole and as messages show them.

use super::samples;
use super::time::Millis;
use msgboxx_model::{ApiAccountId, Contact, ContactStatus, ContactSummary, MobileNumber};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A customer of one api account.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Contact, examples(samples::contact))]
pub struct ContactView<'a> {
    contact_id: Uuid,
    /// In E.164 form; empty while only a WhatsApp user name is known.
    mobile_number: &'a str,
    name: &'a str,
    /// What the contact has agreed to.
    #[schema(value_type = ContactStatusText)]
    status: &'static str,
    /// May be empty.
    email: &'a str,
    api_account_id: Uuid,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    datetime: Millis,
    tags: &'a [String],
}

impl<'a> From<&'a Contact> for ContactView<'a> {
    fn from(contact: &'a Contact) -> Self {
        Self {
            contact_id: contact.id.0,
            mobile_number: contact.mobile_number.as_ref().map_or("", MobileNumber::as_str),
            name: &contact.name,
            status: contact.status.as_str(),
            email: &contact.email,
            api_account_id: contact.api_account_id.0,
            datetime: Millis(contact.created_at),
            tags: &contact.tags,
        }
    }
}

/// What a message says of its contact.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MessageContact)]
pub(super) struct MessageContactView<'a> {
    contact_id: Uuid,
    mobile_number: &'a str,
    name: &'a str,
    #[schema(value_type = ContactStatusText)]
    status: &'static str,
    api_account_id: Uuid,
}

impl<'a> MessageContactView<'a> {
    pub(super) fn new(contact: &'a ContactSummary, api_account: ApiAccountId) -> Self {
        Self {
            contact_id: contact.id.0,
            mobile_number: contact.mobile_number.as_ref().map_or("", MobileNumber::as_str),
            name: &contact.name,
            status: contact.status.as_str(),
            api_account_id: api_account.0,
        }
    }
}

text_schema! {
    /// What a contact has agreed to.
    ContactStatusText as "ContactStatus" = ContactStatus
}
