//! A customer wrote: contact and conversation are found or made, the window is extended, the
//! message is inserted once per wamid, and events are written.

use crate::inbox::consent;
use msgboxx_cloud_api::webhook::{Content, IncomingMessage, Person, text_for_people};
use msgboxx_model::opt_out::{Consent, OptOutWords};
use msgboxx_model::{
    ApiAccountId, Contact, ContactId, ContactStatus, Direction, Instant, MessageId, MessageKind, MobileNumber, OrganisationId, window,
};
use msgboxx_store::{ContactIdentity, NewMessage, StoreError, Tx};

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

/// Takes in one message of a customer. Doing it again changes nothing.
///
/// `raw` is the message as WhatsApp sent it.
pub async fn receive(
    tx: &mut Tx<'_>,
    to: Receiver<'_>,
    message: &IncomingMessage,
    author: Option<&Person>,
    raw: &str,
) -> Result<(), StoreError> {
    if tx.message_with_wamid(to.organisation, to.api_account, &message.id).await?.is_some() {
        return Ok(());
    }
    let written_at = message.timestamp.map_or(tx.now(), Instant::from_seconds);
    let contact = find_or_make_contact(tx, to, message, author, written_at).await?;
    let conversation = tx.open_conversation(to.organisation, contact.id).await?;
    if opens_window(&message.content) {
        // A clock ahead of ours must not keep the window open longer than a day from now.
        let closes_at = window::closes_at(written_at.min(tx.now()), conversation.window_closes_at);
        tx.extend_window(to.organisation, conversation.id, closes_at, conversation.folder.after_incoming()).await?;
    }
    let created_at = tx.tick();
    let incoming = NewMessage {
        id: MessageId(tx.id_at(created_at)),
        api_account_id: to.api_account,
        conversation_id: conversation.id,
        contact_id: contact.id,
        direction: Direction::Incoming,
        kind: message.kind().parse().unwrap_or(MessageKind::Unsupported),
        body: storable(&text_for_people(message)),
        payload: storable(raw),
        sender: None,
        wamid: Some(message.id.clone()),
        whatsapp_at: Some(written_at),
        created_at,
    };
    if tx.insert_message(to.organisation, &incoming).await? {
        tx.append_event(to.organisation, "message", incoming.id.0, Some(to.api_account)).await?;
    }
    Ok(())
}

/// Whether this is something that the customer said, as opposed to a sign or a notice of WhatsApp.
fn opens_window(content: &Content) -> bool {
    !matches!(content, Content::Reaction(_) | Content::System(_) | Content::Edit { .. } | Content::Revoke { .. })
}

async fn find_or_make_contact(
    tx: &mut Tx<'_>,
    to: Receiver<'_>,
    message: &IncomingMessage,
    author: Option<&Person>,
    written_at: Instant,
) -> Result<Contact, StoreError> {
    let identity = identity(message, author);
    let known = tx.contact_with_identity(to.organisation, to.api_account, &identity).await?;
    let is_new = known.is_none();
    let before = known.unwrap_or_else(|| stranger(tx, to.api_account, &identity, author));
    let mut contact = before.clone();
    learn(tx, to, &mut contact, identity).await?;
    let word = deciding_word(tx, to, contact.id, message, written_at).await?;
    if opens_window(&message.content) {
        contact.status = consent::after_text(contact.status, word);
    }
    if is_new {
        if !tx.insert_contact(to.organisation, &contact).await? {
            // Another unit made the same customer at this moment: begin again and find it.
            return Err(StoreError::Unavailable("a contact was made at the same time".to_owned()));
        }
        tx.append_event(to.organisation, "contact", contact.id.0, Some(to.api_account)).await?;
    } else if contact != before {
        tx.update_contact(to.organisation, &contact).await?;
        tx.append_event(to.organisation, "contact.updated", contact.id.0, Some(to.api_account)).await?;
    }
    if word.is_some() {
        tx.set_consent_said_at(to.organisation, contact.id, written_at).await?;
    }
    Ok(contact)
}

/// The opt-out or opt-in word that a message is, if it still decides.
async fn deciding_word(
    tx: &mut Tx<'_>,
    to: Receiver<'_>,
    contact: ContactId,
    message: &IncomingMessage,
    written_at: Instant,
) -> Result<Option<Consent>, StoreError> {
    let Content::Text { body } = &message.content else { return Ok(None) };
    let Some(said) = to.opt_out_words.consent(body) else { return Ok(None) };
    let so_far = tx.consent_said_at(to.organisation, contact).await?;
    Ok(consent::counts(said, written_at, so_far).then_some(said))
}

/// Takes over what a message tells about its author. A number that is another contact's stays there: the two are made one by a
/// person, or not at all.
async fn learn(tx: &mut Tx<'_>, to: Receiver<'_>, contact: &mut Contact, identity: ContactIdentity) -> Result<(), StoreError> {
    contact.user_id = contact.user_id.take().or_else(|| identity.user_id.clone());
    let is_spelt_anew = contact.wa_id.as_deref().is_some_and(|known| is_other_spelling(known, identity.mobile_number.as_ref()));
    let knows_all = contact.mobile_number.is_some() && contact.wa_id.is_some() && !is_spelt_anew;
    if knows_all || identity.wa_id.is_none() {
        return Ok(());
    }
    let by_number = ContactIdentity { user_id: None, ..identity };
    let holder = tx.contact_with_identity(to.organisation, to.api_account, &by_number).await?;
    if holder.is_none_or(|holder| holder.id == contact.id) {
        contact.wa_id = if is_spelt_anew { by_number.wa_id } else { contact.wa_id.take().or(by_number.wa_id) };
        contact.mobile_number = contact.mobile_number.take().or(by_number.mobile_number);
    }
    Ok(())
}

/// Whether WhatsApp now writes the same number in its other spelling.
fn is_other_spelling(known: &str, now: Option<&MobileNumber>) -> bool {
    MobileNumber::parse(known).ok().and_then(|known| known.other_spelling()).as_ref().is_some_and(|other| now == Some(other))
}

fn identity(message: &IncomingMessage, author: Option<&Person>) -> ContactIdentity {
    let wa_id = message.from.clone().or_else(|| author.and_then(|person| person.wa_id.clone()));
    ContactIdentity {
        mobile_number: wa_id.as_deref().and_then(|digits| MobileNumber::parse(digits).ok()),
        user_id: message.from_user_id.clone().or_else(|| author.and_then(|person| person.user_id.clone())),
        wa_id,
    }
}

fn stranger(tx: &Tx<'_>, api_account: ApiAccountId, identity: &ContactIdentity, author: Option<&Person>) -> Contact {
    let created_at = tx.tick();
    let called = author.and_then(|person| person.name.clone().or_else(|| person.username.clone())).map(|name| storable(&name));
    let number = identity.mobile_number.as_ref().map(ToString::to_string);
    Contact {
        id: ContactId(tx.id_at(created_at)),
        api_account_id: api_account,
        mobile_number: identity.mobile_number.clone(),
        wa_id: identity.wa_id.clone(),
        user_id: identity.user_id.clone(),
        name: called.filter(|name| !name.trim().is_empty()).or(number).or_else(|| identity.user_id.clone()).unwrap_or_default(),
        status: ContactStatus::Presubscribed,
        email: String::new(),
        tags: Vec::new(),
        created_at,
    }
}

/// `PostgreSQL` refuses NUL in text.
fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}
