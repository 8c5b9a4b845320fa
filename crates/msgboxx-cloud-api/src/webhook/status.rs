//! What became of one of our messages.
//!
//! Statuses arrive in any order and more than once; `delivered` may be skipped, `failed` may follow
//! `sent` or come alone. The rule that puts them in order is the caller's.

use crate::error::GraphError;
use crate::json::{self, Object};
use crate::webhook::{ItemError, errors};

/// An element of `statuses`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The `wamid` it speaks of; it may be one whose answer we have not seen yet.
    pub id: String,
    /// What happened.
    pub status: StatusKind,
    /// When, in Unix seconds.
    pub timestamp: Option<i64>,
    /// The customer's `wa_id`, or a group's id; absent for customers who hide their number.
    pub recipient_id: Option<String>,
    /// The customer's business-scoped user id (BSUID).
    pub recipient_user_id: Option<String>,
    /// What we gave on sending: our attempt id.
    pub callback_data: Option<String>,
    /// What it cost, on `sent` and on one of `delivered` and `read`.
    pub pricing: Option<Pricing>,
    /// Why it failed.
    pub errors: Vec<GraphError>,
}

/// What happened to a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatusKind {
    /// WhatsApp has handed it on.
    Sent,
    /// It is on the customer's phone.
    Delivered,
    /// The customer has seen it.
    Read,
    /// The customer has heard the voice note.
    Played,
    /// It will not arrive.
    Failed,
    /// A name that this crate does not know.
    Other(String),
}

/// How a message is charged.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pricing {
    /// `regular`, `free_customer_service` or `free_entry_point`.
    pub kind: Option<String>,
    /// `marketing`, `utility`, `authentication`, `service` …
    pub category: Option<String>,
}

impl StatusKind {
    /// The name on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Played => "played",
            Self::Failed => "failed",
            Self::Other(name) => name,
        }
    }

    fn read(name: String) -> Self {
        match name.as_str() {
            "sent" => Self::Sent,
            "delivered" => Self::Delivered,
            "read" => Self::Read,
            "played" => Self::Played,
            "failed" => Self::Failed,
            _ => Self::Other(name),
        }
    }
}

impl Status {
    pub(crate) fn read(status: &Object) -> Result<Self, ItemError> {
        Ok(Self {
            id: json::id(status, "id").ok_or(ItemError::Missing("id"))?,
            status: StatusKind::read(json::id(status, "status").ok_or(ItemError::Missing("status"))?),
            timestamp: json::integer(status, "timestamp"),
            recipient_id: json::id(status, "recipient_id"),
            recipient_user_id: json::id(status, "recipient_user_id"),
            callback_data: json::id(status, "biz_opaque_callback_data"),
            pricing: json::object(status, "pricing")
                .map(|pricing| Pricing { kind: json::id(pricing, "type"), category: json::id(pricing, "category") }),
            errors: status.get("errors").map(errors).unwrap_or_default(),
        })
    }
}
