//! API accounts and inboxes.

use super::samples;
use super::time::Millis;
use msgboxx_model::{ApiAccount, Inbox};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// One WhatsApp business number.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ApiAccount, examples(samples::api_account))]
pub struct ApiAccountView<'a> {
    api_account_id: Uuid,
    /// The business number with its `+`.
    phone_number: &'a str,
    name: &'a str,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    datetime: Millis,
}

impl<'a> From<&'a ApiAccount> for ApiAccountView<'a> {
    fn from(account: &'a ApiAccount) -> Self {
        Self {
            api_account_id: account.id.0,
            phone_number: account.phone_number.as_str(),
            name: &account.name,
            datetime: Millis(account.created_at),
        }
    }
}

/// An inbox as lists show it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = InboxInList, examples(samples::inbox_in_list))]
pub struct InboxListView<'a> {
    inbox_id: Uuid,
    /// The account whose conversations it holds.
    api_account_id: Uuid,
    name: &'a str,
    /// When it was made. The single inbox spells this member `datetime`.
    #[schema(value_type = String, format = DateTime)]
    date_time: Millis,
}

impl<'a> From<&'a Inbox> for InboxListView<'a> {
    fn from(inbox: &'a Inbox) -> Self {
        Self { inbox_id: inbox.id.0, api_account_id: inbox.api_account_id.0, name: &inbox.name, date_time: Millis(inbox.created_at) }
    }
}

/// A single inbox.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Inbox, examples(samples::inbox))]
pub struct InboxView<'a> {
    inbox_id: Uuid,
    name: &'a str,
    /// The account whose conversations it holds.
    api_account_id: Uuid,
    /// When it was made. Lists spell this member `dateTime`.
    #[schema(value_type = String, format = DateTime)]
    datetime: Millis,
}

impl<'a> From<&'a Inbox> for InboxView<'a> {
    fn from(inbox: &'a Inbox) -> Self {
        Self { inbox_id: inbox.id.0, name: &inbox.name, api_account_id: inbox.api_account_id.0, datetime: Millis(inbox.created_at) }
    }
}
