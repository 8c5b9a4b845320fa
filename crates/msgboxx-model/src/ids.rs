//! Identifiers, a distinct type for each kind of thing.

use uuid::Uuid;

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Uuid {
                id.0
            }
        }
    )+};
}

ids! {
    /// A tenant.
    OrganisationId,
    /// A person who signs in.
    UserId,
    /// A group of users.
    TeamId,
    /// One WhatsApp business number.
    ApiAccountId,
    /// A queue of conversations on one API account.
    InboxId,
    /// A customer of one API account.
    ContactId,
    /// The thread between an API account and a contact.
    ConversationId,
    /// A message, incoming or outgoing.
    MessageId,
    /// The file of a message.
    MediaId,
    /// A template of one API account in one language.
    TemplateId,
    /// One template message to one contact.
    BroadcastId,
    /// A subscription to events.
    WebhookId,
    /// One event to one webhook.
    DeliveryId,
    /// One call of the Cloud API for one message; its id travels with the message and comes back in every report.
    AttemptId,
    /// One thing that happened.
    EventId,
    /// A family of refresh tokens: one sign-in of one user.
    SessionId,
}
