//! A customer wrote: contact and conversation are found or made, the window is extended, the
//! message is inserted once per wamid, and events are written.

use crate::inbox::people::{Customer, Sign, meet};
use crate::inbox::{amend, identity};
use crate::media;
use msgboxx_cloud_api::webhook::{Content, IncomingMessage, Person, description};
use msgboxx_model::opt_out::OptOutWords;
use msgboxx_model::{ApiAccountId, Contact, Conversation, Direction, Instant, MessageId, MessageKind, OrganisationId, window};
use msgboxx_store::{NewMessage, StoreError, Tx};

/// Whose message it is and when we read it.
#[derive(Debug, Clone, Copy)]
pub struct Receiver<'a> {
    /// The tenant.
    pub organisation: OrganisationId,
    /// The account that was written to.
    pub api_account: ApiAccountId,
    /// Words that change a contact's consent.
    pub opt_out_words: &'a OptOutWords,
}

/// What was done with a piece of news; the inner error is why it cannot be understood.
pub type Done = Result<Result<(), String>, StoreError>;

/// Takes in one message of a customer. Doing it again changes nothing.
///
/// `raw` is the message as WhatsApp sent it.
pub async fn receive(tx: &mut Tx<'_>, to: Receiver<'_>, message: &IncomingMessage, author: Option<&Person>, raw: &str) -> Done {
    let written_at = message.timestamp.map_or(tx.now(), Instant::from_seconds);
    if let Some(amendment) = amend::amendment(message, written_at, raw) {
        return amend::amend(tx, to, &amendment).await.map(Ok);
    }
    if tx.message_with_wamid(to.organisation, to.api_account, &message.id).await?.is_some() {
        return Ok(Ok(()));
    }
    let Some(contact) = author_of(tx, to, message, author, written_at).await? else {
        return Ok(Err("it does not say who wrote it".to_owned()));
    };
    let conversation = tx.open_conversation(to.organisation, contact.id).await?;
    if opens_window(message) {
        // A clock ahead of ours must not keep the window open longer than a day from now.
        let closes_at = window::closes_at(written_at.min(tx.now()), conversation.window_closes_at);
        tx.extend_window(to.organisation, conversation.id, closes_at, conversation.folder.after_incoming()).await?;
    }
    let place = Place { conversation: &conversation, contact: &contact, direction: Direction::Incoming, written_at };
    keep(tx, to, &place, message, raw).await?;
    Ok(Ok(()))
}

/// Where a message belongs.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The thread.
    pub conversation: &'a Conversation,
    /// The customer.
    pub contact: &'a Contact,
    /// Which way it went.
    pub direction: Direction,
    /// When, by WhatsApp's clock.
    pub written_at: Instant,
}

/// Inserts a message with its file, as it is after all amendments that came before it. Nothing if it is there already.
pub async fn keep(
    tx: &mut Tx<'_>,
    to: Receiver<'_>,
    place: &Place<'_>,
    message: &IncomingMessage,
    raw: &str,
) -> Result<Option<MessageId>, StoreError> {
    let created_at = tx.tick();
    let new = NewMessage {
        id: MessageId(tx.id_at(created_at)),
        api_account_id: to.api_account,
        conversation_id: place.conversation.id,
        contact_id: place.contact.id,
        direction: place.direction,
        kind: kind_of(message),
        body: storable(&description(&message.content)),
        payload: storable(raw),
        sender: None,
        wamid: Some(message.id.clone()),
        whatsapp_at: Some(place.written_at),
        created_at,
    };
    let (new, is_deleted) = amend::amended(tx, to, new).await?;
    if !tx.insert_message(to.organisation, &new).await? {
        return Ok(None);
    }
    if let Some(file) = media::file_of(tx, &new, message) {
        let file = if is_deleted { amend::withdrawn(file) } else { file };
        tx.insert_media(to.organisation, &file).await?;
    }
    tx.append_event(to.organisation, "message", new.id.0, Some(to.api_account)).await?;
    Ok(Some(new.id))
}

/// Nobody, if the message does not say who wrote it.
async fn author_of(
    tx: &mut Tx<'_>,
    to: Receiver<'_>,
    message: &IncomingMessage,
    author: Option<&Person>,
    written_at: Instant,
) -> Result<Option<Contact>, StoreError> {
    if let Content::System(note) = &message.content
        && let Some(contact) = identity::moved(tx, to, message, note, written_at).await?
    {
        return Ok(Some(contact));
    }
    let customer = Customer::new(message.from.as_deref(), message.from_user_id.as_deref(), author);
    if !customer.is_named() {
        return Ok(None);
    }
    let word = match &message.content {
        Content::Text { body } => to.opt_out_words.consent(body),
        _ => None,
    };
    let wrote = if opens_window(message) { Sign::Wrote } else { Sign::Nothing };
    meet(tx, to, &customer, written_at, word.map_or(wrote, Sign::Said)).await.map(Some)
}

/// Whether this is something that the customer said for certain, as opposed to a sign, a notice of WhatsApp, or something that it
/// does not hand over: nobody says whether those open a window, and a promise that WhatsApp then breaks is worse than none.
fn opens_window(message: &IncomingMessage) -> bool {
    match &message.content {
        Content::Reaction(_)
        | Content::System(_)
        | Content::Welcome
        | Content::Edit { .. }
        | Content::Revoke { .. }
        | Content::Unsupported { .. } => false,
        // Of a known kind, but not readable.
        Content::Unknown => !matches!(kind_of(message), MessageKind::Unsupported | MessageKind::Reaction | MessageKind::System),
        _ => true,
    }
}

fn kind_of(message: &IncomingMessage) -> MessageKind {
    match &message.content {
        Content::Audio(_) => MessageKind::Audio,
        Content::Welcome => MessageKind::System,
        _ => message.kind().parse().unwrap_or(MessageKind::Unsupported),
    }
}

/// `PostgreSQL` refuses NUL in text.
pub fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}
