//! Replying in a conversation, while WhatsApp allows it.

use crate::auth::access::Access;
use crate::contacts::{AddresseeError, addressee};
use msgboxx_model::message::Sender;
use msgboxx_model::{
    ApiAccountId, Contact, ContactId, ContactSummary, Conversation, Direction, Instant, Message, MessageId, MessageKind, Progress, window,
};
use msgboxx_store::{NewMessage, NewSendJob, StoreError, Tx};

/// A person's reply goes out before any broadcast.
const PRIORITY: i64 = 0;

/// Words for a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The sender's account.
    pub api_account: ApiAccountId,
    /// Whom to write to.
    pub contact: ContactId,
    /// 1 to 4096 characters.
    pub text: String,
}

/// Why a reply was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum ReplyError {
    /// There is nobody to write to.
    #[error(transparent)]
    Addressee(#[from] AddresseeError),
    /// The contact has not written within the last day.
    #[error("the customer service window is closed")]
    WindowClosed,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Accepts a reply: the message and its send job are written together.
///
/// Outside the customer service window only a template may be sent. Who has unsubscribed from
/// broadcasts may still be answered.
///
/// # Errors
/// When there is nobody to write to or the window is closed.
pub async fn reply(tx: &mut Tx<'_>, by: &Access, reply: &Reply) -> Result<Message, ReplyError> {
    let open = open_window(tx, by, reply.api_account, reply.contact).await?;
    queue(tx, by, &open, &Outgoing { kind: MessageKind::Text, text: &reply.text, payload: "{}" }).await
}

/// A contact who may be answered now.
pub(super) struct OpenWindow {
    contact: Contact,
    pub(super) conversation: Conversation,
    closes_at: Instant,
}

/// The contact and their conversation, if the window is open.
pub(super) async fn open_window(tx: &mut Tx<'_>, by: &Access, account: ApiAccountId, contact: ContactId) -> Result<OpenWindow, ReplyError> {
    let contact = addressee(tx, by, account, contact).await?;
    let conversation = tx.conversation_with(by.organisation(), contact.id).await?;
    let Some((conversation, closes_at)) = conversation.and_then(|it| it.window_closes_at.map(|closes_at| (it, closes_at))) else {
        return Err(ReplyError::WindowClosed);
    };
    if !window::is_open(Some(closes_at), tx.now()) {
        return Err(ReplyError::WindowClosed);
    }
    Ok(OpenWindow { contact, conversation, closes_at })
}

/// Inserts a message within an open window, and its send job.
pub(super) async fn queue(tx: &mut Tx<'_>, by: &Access, open: &OpenWindow, outgoing: &Outgoing<'_>) -> Result<Message, ReplyError> {
    let message = insert_outgoing(tx, by, &open.contact, &open.conversation, outgoing).await?;
    let job = NewSendJob {
        message_id: message.id,
        api_account_id: message.api_account_id,
        contact_id: open.contact.id,
        priority: PRIORITY,
        category: None,
        deadline: open.closes_at,
    };
    tx.enqueue_send(by.organisation(), &job).await?;
    // A broadcast before it, held for want of a place in the tier, needs none now.
    tx.release_held_of(by.organisation(), open.contact.id).await?;
    Ok(message)
}

/// What is to be sent.
pub(crate) struct Outgoing<'a> {
    /// Words or a template.
    pub(crate) kind: MessageKind,
    /// What a person reads.
    pub(crate) text: &'a str,
    /// What the connector needs beyond that, as JSON.
    pub(crate) payload: &'a str,
}

/// Inserts a message of this user and its event.
pub(crate) async fn insert_outgoing(
    tx: &mut Tx<'_>,
    by: &Access,
    contact: &Contact,
    conversation: &Conversation,
    outgoing: &Outgoing<'_>,
) -> Result<Message, StoreError> {
    let created_at = tx.tick();
    let new = NewMessage {
        id: MessageId(tx.id_at(created_at)),
        api_account_id: contact.api_account_id,
        conversation_id: conversation.id,
        contact_id: contact.id,
        direction: Direction::Outgoing,
        kind: outgoing.kind,
        body: outgoing.text.to_owned(),
        payload: outgoing.payload.to_owned(),
        sender: Some(by.user()),
        wamid: None,
        whatsapp_at: None,
        created_at,
    };
    tx.insert_message(by.organisation(), &new).await?;
    tx.append_event(by.organisation(), "message", new.id.0, Some(new.api_account_id)).await?;
    Ok(Message {
        id: new.id,
        api_account_id: new.api_account_id,
        conversation_id: new.conversation_id,
        contact: ContactSummary {
            id: contact.id,
            mobile_number: contact.mobile_number.clone(),
            name: contact.name.clone(),
            status: contact.status,
        },
        direction: new.direction,
        kind: new.kind,
        body: new.body,
        sender: Some(Sender { id: by.user(), first_name: by.first_name().to_owned(), last_name: by.last_name().to_owned() }),
        progress: Progress::default(),
        file: None,
        created_at,
    })
}
