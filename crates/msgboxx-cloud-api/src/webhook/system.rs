//! A notice of WhatsApp about a customer, in the place of a message from them. It comes without `contacts`.

use crate::json::{self, Object};

/// Something about the customer: `user_changed_number`, `user_changed_user_id`, `customer_identity_changed`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SystemNote {
    /// Which of them, in WhatsApp's words.
    pub kind: Option<String>,
    /// WhatsApp's sentence about it.
    pub body: Option<String>,
    /// The new `wa_id`; the old one is the message's `from`.
    pub wa_id: Option<String>,
    /// The new BSUID.
    pub user_id: Option<String>,
    /// The BSUID that it replaces.
    pub previous_user_id: Option<String>,
    /// The new BSUID over linked business portfolios.
    pub parent_user_id: Option<String>,
    /// The one that it replaces.
    pub previous_parent_user_id: Option<String>,
    /// The customer's new identity, when that is what changed.
    pub identity: Option<Identity>,
}

/// What changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SystemChange {
    /// The customer has another number, and with it another BSUID.
    Number,
    /// The customer has another BSUID.
    UserId,
    /// The customer's keys changed: another phone, or another person.
    Identity,
    /// Something that this crate does not know.
    Other,
}

/// A customer's identity at WhatsApp.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Identity {
    /// Has the change been acknowledged?
    pub is_acknowledged: bool,
    /// When it came to be, in Unix seconds.
    pub created_at: Option<i64>,
    /// Names it.
    pub hash: Option<String>,
}

impl SystemNote {
    /// What changed.
    pub fn change(&self) -> SystemChange {
        match self.kind.as_deref() {
            Some("user_changed_number" | "customer_changed_number") => SystemChange::Number,
            Some("user_changed_user_id") => SystemChange::UserId,
            Some("customer_identity_changed" | "user_identity_changed") => SystemChange::Identity,
            _ => SystemChange::Other,
        }
    }

    pub(crate) fn read(note: &Object) -> Self {
        Self {
            kind: json::id(note, "type"),
            body: json::text(note, "body"),
            wa_id: json::id(note, "wa_id").or_else(|| json::id(note, "new_wa_id")),
            user_id: json::id(note, "user_id"),
            previous_user_id: json::id(note, "previous_user_id"),
            parent_user_id: json::id(note, "parent_user_id"),
            previous_parent_user_id: json::id(note, "previous_parent_user_id"),
            identity: json::object(note, "identity").map(|identity| Identity {
                is_acknowledged: json::is_true(identity, "acknowledged"),
                created_at: json::integer(identity, "created_timestamp"),
                hash: json::id(identity, "hash"),
            }),
        }
    }
}
