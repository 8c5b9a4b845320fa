//! The owner wrote in the WhatsApp Business app: their message is shown as sent from another device.
//!
//! It opens no window, is nobody's of ours, and is not sent again.

use crate::inbox::people::{Customer, Sign, meet};
use crate::inbox::receive::{Done, Place, Receiver, keep};
use crate::inbox::{amend, status};
use msgboxx_cloud_api::webhook::{Echo, Person};
use msgboxx_model::{Direction, Instant, Progress};
use msgboxx_store::Tx;

/// Takes in one message of the owner. Doing it again changes nothing.
///
/// `raw` is the message as WhatsApp sent it.
pub async fn echoed(tx: &mut Tx<'_>, from: Receiver<'_>, echo: &Echo, customer: Option<&Person>, raw: &str) -> Done {
    let message = &echo.message;
    let written_at = message.timestamp.map_or(tx.now(), Instant::from_seconds);
    if let Some(amendment) = amend::amendment(message, written_at, raw) {
        return amend::amend(tx, from, &amendment).await.map(Ok);
    }
    if tx.message_with_wamid(from.organisation, from.api_account, &message.id).await?.is_some() {
        return Ok(Ok(()));
    }
    let customer = Customer::new(echo.to.as_deref(), echo.to_user_id.as_deref(), customer);
    if !customer.is_named() {
        return Ok(Err("it does not say whom it was written to".to_owned()));
    }
    let contact = meet(tx, from, &customer, written_at, Sign::Nothing).await?;
    let conversation = tx.open_conversation(from.organisation, contact.id).await?;
    let place = Place { conversation: &conversation, contact: &contact, direction: Direction::Outgoing, written_at };
    if let Some(id) = keep(tx, from, &place, message, raw).await? {
        let sent = Progress { sent_at: Some(written_at), ..Progress::default() };
        tx.add_evidence(from.organisation, id, sent).await?;
        status::add_parked(tx, from.organisation, from.api_account, id, &message.id).await?;
    }
    Ok(Ok(()))
}
