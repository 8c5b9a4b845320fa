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
    /// The BSUID over linked business portfolios.
    pub recipient_parent_user_id: Option<String>,
    /// Names the customer's present keys.
    pub recipient_identity_key_hash: Option<String>,
    /// In a group: the member that the status is about, while `recipient_id` is the group.
    pub recipient_participant_id: Option<String>,
    /// What we gave on sending: our attempt id.
    pub callback_data: Option<String>,
    /// What it cost, on `sent` and on one of `delivered` and `read`.
    pub pricing: Option<Pricing>,
    /// The conversation by which older versions charge; in newer ones only within a free entry point.
    pub conversation: Option<Conversation>,
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
    /// The customer or the business has deleted it for everyone.
    Deleted,
    /// It named something that WhatsApp cannot show, for example a product that is gone.
    Warning,
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
    /// `PMP` (per message); `CBP` (per conversation) before July 2025.
    pub model: Option<String>,
    /// To be dropped by Meta: prefer `kind` and `category`.
    pub is_billable: Option<bool>,
}

/// A conversation in Meta's sense: what is charged together, not what an inbox shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Conversation {
    /// Its id.
    pub id: Option<String>,
    /// When it ends, in Unix seconds; on `sent` only.
    pub expires_at: Option<i64>,
    /// Why it exists: a category, or `referral_conversion` for a free entry point.
    pub origin: Option<String>,
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
            Self::Deleted => "deleted",
            Self::Warning => "warning",
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
            "deleted" => Self::Deleted,
            "warning" => Self::Warning,
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
            recipient_parent_user_id: json::id(status, "recipient_parent_user_id").or_else(|| json::id(status, "parent_recipient_user_id")),
            recipient_identity_key_hash: json::id(status, "recipient_identity_key_hash"),
            recipient_participant_id: json::id(status, "recipient_participant_id"),
            pricing: json::object(status, "pricing").map(Pricing::read),
            conversation: json::object(status, "conversation").map(Conversation::read),
            errors: status.get("errors").map(errors).unwrap_or_default(),
        })
    }
}

impl Pricing {
    fn read(pricing: &Object) -> Self {
        Self {
            kind: json::id(pricing, "type"),
            category: json::id(pricing, "category"),
            model: json::id(pricing, "pricing_model"),
            is_billable: pricing.get("billable").and_then(serde_json::Value::as_bool),
        }
    }
}

impl Conversation {
    fn read(conversation: &Object) -> Self {
        Self {
            id: json::id(conversation, "id"),
            expires_at: json::integer(conversation, "expiration_timestamp"),
            origin: json::object(conversation, "origin").and_then(|origin| json::id(origin, "type")),
        }
    }
}
