//! What the API answers: each type is one documented object, its members in the documented order.
//!
//! Spellings differ between endpoints on purpose (`datetime`/`dateTime`, `apiAccountId`/`apiAccountid`):
//! they are the published ones. No object may hold two names that differ only by case. The samples are
//! made from the types themselves, so that they cannot lie.

#[macro_use]
mod text_schema;

mod account;
mod broadcast;
mod contact;
mod conversation;
mod delivery;
mod entity;
mod event;
mod message;
pub mod samples;
mod template;
mod time;
mod token;
mod user;
mod webhook;

pub use account::{ApiAccountView, InboxListView, InboxView};
pub use broadcast::BroadcastView;
pub use contact::ContactView;
pub use conversation::ConversationView;
pub use delivery::{DeliveryReferenceView, DeliveryView, SigningSecretView};
pub use entity::{Entity, entity};
pub use event::{EventView, EventsView};
pub use message::MessageView;
pub use template::TemplateView;
pub use token::TokenView;
pub use user::{TeamView, UserRowView};
pub use webhook::WebhookView;

use msgboxx_model::Failure;
use serde::Serialize;
use utoipa::ToSchema;

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// The records of this page, newest first.
    items: Vec<T>,
    /// How many there are.
    paging: PagingView,
}

/// How many records match, over all pages.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Paging)]
struct PagingView {
    /// Records that match, over all pages.
    #[schema(minimum = 0, examples(1))]
    record_count: i64,
    /// Pages that they fill; 0 when there are none.
    #[schema(minimum = 0, examples(1))]
    pages: i64,
}

impl<T> Page<T> {
    /// One page out of `record_count` records in pages of `size`.
    pub fn new(items: Vec<T>, record_count: i64, size: i64) -> Self {
        Self { items, paging: PagingView { record_count, pages: (record_count + size - 1) / size } }
    }

    /// Records on this page.
    pub(super) fn len(&self) -> usize {
        self.items.len()
    }
}

/// Why a message did not arrive.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Failure)]
pub struct FailureView<'a> {
    /// Stable and in snake case, or WhatsApp's own number.
    #[schema(examples("131026"))]
    code: &'a str,
    /// What happened and what to do.
    #[schema(examples("The customer's number is not on WhatsApp."))]
    detail: &'a str,
}

impl<'a> From<&'a Failure> for FailureView<'a> {
    fn from(failure: &'a Failure) -> Self {
        Self { code: &failure.code, detail: &failure.detail }
    }
}

#[cfg(test)]
mod tests;
