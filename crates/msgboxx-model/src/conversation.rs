//! Conversations: the one thread between an API account and a contact.

use crate::{ApiAccountId, ContactId, ConversationId, InboxId, Instant, TeamId, UserId, text_enum};

text_enum! {
    /// Where a conversation lies.
    Folder {
        /// Being worked on.
        Inbox = "inbox",
        /// Done; returns to the inbox when the customer writes.
        Archive = "archive",
        /// Unwanted; stays here when the customer writes.
        Spam = "spam",
    }
}

impl Folder {
    /// Where the conversation lies after the customer wrote.
    #[must_use]
    pub fn after_incoming(self) -> Folder {
        match self {
            Folder::Inbox | Folder::Archive => Folder::Inbox,
            Folder::Spam => Folder::Spam,
        }
    }
}

/// Who answers a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assignee {
    /// One person.
    User(UserId),
    /// One team.
    Team(TeamId),
}

/// The one thread between an API account and a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    /// Its identifier.
    pub id: ConversationId,
    /// The business side.
    pub api_account_id: ApiAccountId,
    /// The customer side.
    pub contact_id: ContactId,
    /// The inbox that holds it.
    pub inbox_id: InboxId,
    /// Where it lies.
    pub folder: Folder,
    /// Who answers it; nobody when absent.
    pub assignee: Option<Assignee>,
    /// End of the customer service window; absent when the customer never wrote.
    pub window_closes_at: Option<Instant>,
    /// When it was made.
    pub created_at: Instant,
}
