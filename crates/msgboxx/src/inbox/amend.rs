//! Someone changes or deletes a message that they wrote: the message itself changes, in whatever order the two arrive.
//!
//! A change keeps the first words in the message's payload. A deletion takes words and file away from whoever reads the inbox;
//! what WhatsApp posted stays in the ledger alone.

use crate::inbox::receive::{Receiver, storable};
use msgboxx_cloud_api::webhook::{Content, IncomingMessage, description};
use msgboxx_model::{Failure, Instant, MessageId};
use msgboxx_store::{Amendment, NewMedia, NewMessage, StoreError, Tx};

const DELETED: &str = "This message was deleted";

/// The message as an amendment of another one, if it is one.
pub fn amendment(message: &IncomingMessage, at: Instant, raw: &str) -> Option<Amendment> {
    let (wamid, is_end, body) = match &message.content {
        Content::Edit { original_message_id, content } => (original_message_id, false, description(content)),
        Content::Revoke { original_message_id } => (original_message_id, true, DELETED.to_owned()),
        _ => return None,
    };
    let (body, payload) = (storable(&body), storable(raw));
    Some(Amendment { wamid: storable(wamid), is_end, at, amendment_wamid: message.id.clone(), body, payload })
}

/// Keeps an amendment and does it to its message, if that is here. Doing it again changes nothing.
///
/// Posts are processed one unit at a time, so that the message cannot come at the same moment and miss this.
pub async fn amend(tx: &mut Tx<'_>, to: Receiver<'_>, amendment: &Amendment) -> Result<(), StoreError> {
    if !tx.keep_amendment(to.organisation, to.api_account, amendment).await? {
        return Ok(());
    }
    let Some(message) = tx.message_with_wamid(to.organisation, to.api_account, &amendment.wamid).await? else { return Ok(()) };
    apply(tx, to, message, amendment).await
}

async fn apply(tx: &mut Tx<'_>, to: Receiver<'_>, message: MessageId, amendment: &Amendment) -> Result<(), StoreError> {
    tx.amend_message(to.organisation, message, amendment).await?;
    if amendment.is_end {
        tx.withdraw_media(to.organisation, message, &deleted()).await?;
    }
    tx.append_event(to.organisation, "message.updated", message.0, Some(to.api_account)).await
}

/// What a message that arrives now is after all that has become of it already.
pub async fn amended(tx: &mut Tx<'_>, to: Receiver<'_>, mut message: NewMessage) -> Result<(NewMessage, bool), StoreError> {
    let Some(wamid) = &message.wamid else { return Ok((message, false)) };
    let Some(amendment) = tx.amendment_of(to.organisation, to.api_account, wamid).await? else { return Ok((message, false)) };
    message.body = amendment.body;
    if amendment.is_end {
        message.payload = amendment.payload;
    }
    Ok((message, amendment.is_end))
}

/// The file of a deleted message.
pub fn withdrawn(file: NewMedia) -> NewMedia {
    NewMedia { failure: Some(deleted()), ..file }
}

fn deleted() -> Failure {
    Failure { code: "deleted".to_owned(), detail: "Whoever sent the file deleted it.".to_owned() }
}
