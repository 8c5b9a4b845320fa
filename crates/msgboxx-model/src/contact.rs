//! Contacts: the customers of an API account.

use crate::{ApiAccountId, ContactId, Instant, MobileNumber, text_enum};

text_enum! {
    /// What a contact has agreed to.
    ContactStatus {
        /// Known, but has neither consented nor written yet.
        Presubscribed = "Presubscribed",
        /// Has written, or consented.
        Subscribed = "Subscribed",
        /// Wants no broadcasts.
        Unsubscribed = "Unsubscribed",
    }
}

/// A customer of one API account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Its identifier.
    pub id: ContactId,
    /// The account whose customer this is.
    pub api_account_id: ApiAccountId,
    /// The number; absent for customers who show only a user name.
    pub mobile_number: Option<MobileNumber>,
    /// WhatsApp's own id of the person, digits; usually but not always the number.
    pub wa_id: Option<String>,
    /// The business-scoped user id (BSUID).
    pub user_id: Option<String>,
    /// How people call the contact.
    pub name: String,
    /// What the contact has agreed to.
    pub status: ContactStatus,
    /// May be empty.
    pub email: String,
    /// In the order given.
    pub tags: Vec<String>,
    /// When it was made.
    pub created_at: Instant,
}
