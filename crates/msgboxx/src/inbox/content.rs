//! Replying with more than words: media, a place, address cards, buttons, a reaction; and quoting a message.
//!
//! What WhatsApp would refuse is refused at once, in WhatsApp's words for its members.

use crate::auth::access::Access;
use crate::inbox::reply::{Outgoing, ReplyError, open_window, queue};
use crate::sending::compose::payload;
use msgboxx_cloud_api::send::{Flaws, OutgoingContent};
use msgboxx_model::{ApiAccountId, ContactId, Message, MessageId, MessageKind};
use msgboxx_store::{StoreError, Tx};

/// Anything but a template for a contact.
#[derive(Debug, Clone)]
pub struct ContentReply {
    /// The sender's account.
    pub api_account: ApiAccountId,
    /// Whom to write to.
    pub contact: ContactId,
    /// What to send.
    pub content: OutgoingContent,
    /// What staff read in its place: the words, the caption, the emoji.
    pub text: String,
    /// The message that it quotes.
    pub quoted: Option<MessageId>,
}

/// Why a reply was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    /// As for words.
    #[error(transparent)]
    Reply(#[from] ReplyError),
    /// WhatsApp would refuse it.
    #[error("WhatsApp would refuse the message: {0}")]
    Flawed(#[from] Flaws),
    /// The quoted message is another conversation's, or WhatsApp has not named it yet.
    #[error("the quoted message cannot be quoted")]
    CannotQuote,
    /// A template is a broadcast, and some kinds only come from customers.
    #[error("messages of this kind are not replies")]
    NotAReply,
    /// It cannot be written as JSON.
    #[error("the message cannot be written as JSON: {0}")]
    Unwritable(#[from] serde_json::Error),
}

impl From<StoreError> for ContentError {
    fn from(error: StoreError) -> Self {
        Self::Reply(error.into())
    }
}

/// Accepts a reply of any kind: the message and its send job are written together.
///
/// # Errors
/// When there is nobody to write to, the window is closed, or WhatsApp would refuse it.
pub async fn reply_with(tx: &mut Tx<'_>, by: &Access, reply: &ContentReply) -> Result<Message, ContentError> {
    reply.content.check()?;
    let kind: MessageKind = reply.content.kind().parse().map_err(|_| ContentError::NotAReply)?;
    let is_reaction = kind == MessageKind::Reaction;
    if kind == MessageKind::Template || (is_reaction && reply.quoted.is_some()) {
        return Err(ContentError::NotAReply);
    }
    let open = open_window(tx, by, reply.api_account, reply.contact).await?;
    let quoted = match reply.quoted {
        None => None,
        Some(message) => {
            let known = tx.wamid_in(by.organisation(), open.conversation.id, message).await?;
            Some(known.ok_or(ContentError::CannotQuote)?)
        }
    };
    let payload = payload(&reply.content, quoted.as_deref())?;
    Ok(queue(tx, by, &open, &Outgoing { kind, text: &reply.text, payload: &payload }).await?)
}
