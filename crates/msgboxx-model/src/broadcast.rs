//! Broadcasts: one template message to one contact.

use crate::{ApiAccountId, BroadcastId, ContactId, Instant, MessageId, Progress, TemplateId};

/// One template message to one contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broadcast {
    /// Its identifier.
    pub id: BroadcastId,
    /// The business side.
    pub api_account_id: ApiAccountId,
    /// The customer side.
    pub contact_id: ContactId,
    /// The template that was filled in.
    pub template_id: TemplateId,
    /// The message that carries it, once it exists.
    pub message_id: Option<MessageId>,
    /// The rendered text.
    pub message: String,
    /// How far its message has come.
    pub progress: Progress,
    /// When it was made.
    pub created_at: Instant,
}
