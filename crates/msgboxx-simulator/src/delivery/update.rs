//! One thing that a webhook has to be told.

use std::sync::Arc;

use serde_json::Value;

use crate::plan::Planned;
use crate::world::customer::Card;
use crate::world::event::Event;
use crate::world::template::Template;

/// One thing to tell. Its id stands in the ledger, planned and acknowledged.
#[derive(Debug, Clone)]
pub(crate) struct Update {
    pub(crate) id: u64,
    pub(crate) phone_number_id: Arc<str>,
    /// When it goes out, in microseconds.
    pub(crate) due: i64,
    pub(crate) told: Told,
}

/// What is told.
#[derive(Debug, Clone)]
pub(crate) enum Told {
    /// What became of a business's message.
    Status { card: Arc<Card>, wamid: Arc<str>, report: Planned, callback_data: Option<String>, price: Price },
    /// What a customer wrote; `timestamp` in seconds.
    Message { card: Arc<Card>, message: Value, timestamp: i64 },
    /// How the review of a template ended.
    TemplateVerdict { template: Box<Template> },
    /// Anything else about the account, a number or a template.
    Event(Box<Event>),
}

/// What a message costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Price {
    pub(crate) category: String,
    /// `regular`, `free_customer_service` or `free_entry_point`.
    pub(crate) kind: String,
    /// When the free entry point window ends, in microseconds.
    pub(crate) free_until: Option<i64>,
}

impl Update {
    /// Is it about messages, which may have an address of their own?
    pub(crate) fn is_about_messages(&self) -> bool {
        match &self.told {
            Told::Status { .. } | Told::Message { .. } => true,
            Told::TemplateVerdict { .. } => false,
            Told::Event(event) => event.field == "messages",
        }
    }

    /// The digits of the customer whom it concerns; updates of one customer keep their order.
    pub(crate) fn customer(&self) -> Option<&Arc<str>> {
        match &self.told {
            Told::Status { card, .. } | Told::Message { card, .. } => Some(&card.digits),
            Told::TemplateVerdict { .. } | Told::Event(_) => None,
        }
    }
}
