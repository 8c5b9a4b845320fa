//! The ordered event log: what happened, in which order.

use crate::{ApiAccountId, EventId, Instant, OrganisationId, text_enum};
use uuid::Uuid;

text_enum! {
    /// What was added. These are the public API's webhook types.
    EventKind {
        /// A message, incoming or outgoing.
        Message = "message",
        /// A contact.
        Contact = "contact",
        /// A broadcast.
        Broadcast = "broadcast",
        /// An API account.
        ApiAccount = "apiaccount",
        /// A template.
        Template = "template",
        /// An inbox.
        Inbox = "inbox",
    }
}

/// One thing that happened, in its organisation's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its identifier.
    pub id: EventId,
    /// The tenant in whose log it stands.
    pub organisation_id: OrganisationId,
    /// Its place in that log, without gaps.
    pub position: i64,
    /// What was added or changed: `message`, `contact`, … or `message.status`, `conversation`, …
    pub name: String,
    /// The thing that was added or changed.
    pub entity_id: Uuid,
    /// The account that decides who may see it.
    pub api_account_id: Option<ApiAccountId>,
    /// When it happened.
    pub at: Instant,
}
