//! Organisations, their WhatsApp numbers and the inboxes on them.

use crate::{ApiAccountId, InboxId, Instant, MobileNumber, OrganisationId};

/// The tenant; everything else belongs to exactly one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Its identifier.
    pub id: OrganisationId,
    /// Its name, unique over the installation.
    pub name: String,
    /// When it was made.
    pub created_at: Instant,
}

/// One WhatsApp business number, as programmers and agents see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiAccount {
    /// Its identifier.
    pub id: ApiAccountId,
    /// The business number, unique over the installation.
    pub phone_number: MobileNumber,
    /// Its name, unique within the organisation.
    pub name: String,
    /// When it was made.
    pub created_at: Instant,
}

/// A named queue of conversations on one API account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inbox {
    /// Its identifier.
    pub id: InboxId,
    /// The account whose conversations it holds.
    pub api_account_id: ApiAccountId,
    /// Its name.
    pub name: String,
    /// When it was made.
    pub created_at: Instant,
}
