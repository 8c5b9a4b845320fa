//! Customers change their number, hide it, or show it at last: whatever they are known by, one person is one contact.
//!
//! A contact keeps what it was known by before, with the instant until which that was so: what was written by then is still its
//! own, even if the number is another person's today. Two contacts that turn out to be one person become the older of the two.

use crate::inbox::people::{Customer, add, is_nameless, stranger};
use crate::inbox::receive::{Receiver, storable};
use msgboxx_cloud_api::webhook::{IncomingMessage, SystemChange, SystemNote};
use msgboxx_model::{Contact, ContactStatus, Instant, MobileNumber};
use msgboxx_store::{ContactIdentity, StoreError, Tx};

/// A contact that was found.
#[derive(Debug, Clone)]
pub struct Found {
    /// The contact.
    pub contact: Contact,
    /// Whether it is known by this still, and not only was.
    pub is_still: bool,
}

/// The contact that an identity meant at an instant of WhatsApp's clock.
///
/// An id and a number in one place are one person's: if two contacts have one each, they are made one.
pub async fn find(tx: &mut Tx<'_>, to: Receiver<'_>, identity: &ContactIdentity, at: Instant) -> Result<Option<Found>, StoreError> {
    let known = tx.contact_with_identity(to.organisation, to.api_account, identity).await?;
    // Who was met after the message was written did not write it, if somebody else was known by this then.
    if known.as_ref().is_none_or(|known| at < known.created_at)
        && let Some(contact) = tx.contact_formerly(to.organisation, to.api_account, identity, at).await?
    {
        let is_still = known.is_some_and(|known| known.id == contact.id);
        return Ok(Some(Found { contact, is_still }));
    }
    let Some(known) = known else { return Ok(None) };
    let contact = match other_half(tx, to, &known, identity).await? {
        Some(other) => join(tx, to, known, other).await?,
        None => known,
    };
    Ok(Some(Found { contact, is_still: true }))
}

/// The contact that has the number of a customer who was found by their id alone. One that has another id is another person.
async fn other_half(tx: &mut Tx<'_>, to: Receiver<'_>, known: &Contact, identity: &ContactIdentity) -> Result<Option<Contact>, StoreError> {
    if known.wa_id.is_some() || known.mobile_number.is_some() || identity.wa_id.is_none() {
        return Ok(None);
    }
    let by_number = ContactIdentity { user_id: None, ..identity.clone() };
    let holder = tx.contact_with_identity(to.organisation, to.api_account, &by_number).await?;
    Ok(holder.filter(|holder| holder.id != known.id && holder.user_id.is_none()))
}

/// Makes one contact of two. The older keeps what it has and takes over what it lacks.
async fn join(tx: &mut Tx<'_>, to: Receiver<'_>, one: Contact, other: Contact) -> Result<Contact, StoreError> {
    let (mut kept, gone) = if (one.created_at, one.id) < (other.created_at, other.id) { (one, other) } else { (other, one) };
    let said = (tx.consent_said_at(to.organisation, kept.id).await?, tx.consent_said_at(to.organisation, gone.id).await?);
    kept.status = joint_status((kept.status, said.0), (gone.status, said.1));
    if is_nameless(&kept) && !is_nameless(&gone) {
        kept.name.clone_from(&gone.name);
    }
    if kept.email.is_empty() {
        kept.email.clone_from(&gone.email);
    }
    for tag in &gone.tags {
        if !kept.tags.iter().any(|known| known.to_lowercase() == tag.to_lowercase()) {
            kept.tags.push(tag.clone());
        }
    }
    tx.give_all_to(to.organisation, &gone, kept.id).await?;
    kept.user_id = kept.user_id.or(gone.user_id);
    kept.wa_id = kept.wa_id.or(gone.wa_id);
    kept.mobile_number = kept.mobile_number.or(gone.mobile_number);
    tx.update_contact(to.organisation, &kept).await?;
    if let Some(at) = said.0.max(said.1) {
        tx.set_consent_said_at(to.organisation, kept.id, at).await?;
    }
    tx.append_event(to.organisation, "contact.updated", kept.id.0, Some(to.api_account)).await?;
    Ok(kept)
}

/// The word said last decides; where none was said on one side, an opt-out stands.
fn joint_status(one: (ContactStatus, Option<Instant>), other: (ContactStatus, Option<Instant>)) -> ContactStatus {
    let statuses = [one.0, other.0];
    match (one.1, other.1) {
        (Some(at), Some(later)) if at < later => other.0,
        (Some(later), Some(at)) if at < later => one.0,
        _ if statuses.contains(&ContactStatus::Unsubscribed) => ContactStatus::Unsubscribed,
        _ if statuses.contains(&ContactStatus::Subscribed) => ContactStatus::Subscribed,
        _ => ContactStatus::Presubscribed,
    }
}

/// WhatsApp tells that a customer has another number or id: the contact moves with it. Nothing if the notice says something else.
pub async fn moved(
    tx: &mut Tx<'_>,
    to: Receiver<'_>,
    message: &IncomingMessage,
    note: &SystemNote,
    at: Instant,
) -> Result<Option<Contact>, StoreError> {
    let change = note.change();
    if !matches!(change, SystemChange::Number | SystemChange::UserId) {
        return Ok(None);
    }
    let (mut old, new) = (identity_before(message, note), identity_after(message, note));
    let mut before = find(tx, to, &old, at).await?;
    if let Some(before) = before.as_mut().filter(|before| before.is_still) {
        leave_behind(&mut before.contact, &mut old, &new, change);
    }
    let after = find(tx, to, &new, at).await?;
    let was = before.as_ref().or(after.as_ref()).map(|found| found.contact.id);
    let mut contact = match (before, after) {
        (Some(before), Some(after)) if before.contact.id != after.contact.id && are_one(&before, &after, &old, &new) => {
            join(tx, to, before.contact, after.contact).await?
        }
        (Some(found), _) | (None, Some(found)) => found.contact,
        (None, None) => stranger(tx, to, &Customer { identity: new.clone(), name: None }),
    };
    if was.is_none() {
        add(tx, to, &contact).await?;
    } else {
        move_on(tx, to, &mut contact, &new, at).await?;
        tx.update_contact(to.organisation, &contact).await?;
        tx.append_event(to.organisation, "contact.updated", contact.id.0, Some(to.api_account)).await?;
    }
    tx.keep_former_identity(to.organisation, &contact, &old, at).await?;
    Ok(Some(contact))
}

/// Takes from a contact what it is no longer known by. With another number comes another id, whether the old one is told or not.
fn leave_behind(contact: &mut Contact, old: &mut ContactIdentity, new: &ContactIdentity, change: SystemChange) {
    if change == SystemChange::Number && contact.wa_id != new.wa_id {
        if is_nameless(contact) {
            contact.name.clear();
        }
        old.wa_id = contact.wa_id.take().or_else(|| old.wa_id.take());
        contact.mobile_number = None;
    }
    if new.user_id.is_some() && contact.user_id != new.user_id {
        old.user_id = contact.user_id.take().or_else(|| old.user_id.take());
    }
}

/// Whoever is known by the new identity is this customer, unless it has an id that the customer never had.
fn are_one(before: &Found, after: &Found, old: &ContactIdentity, new: &ContactIdentity) -> bool {
    let id = after.contact.user_id.as_deref();
    !after.is_still || !before.is_still || id.is_none() || id == new.user_id.as_deref() || id == old.user_id.as_deref()
}

/// Takes over the new identity where the old one was left; but not one that somebody has moved on from since, as an older notice
/// that arrives late would have it.
async fn move_on(tx: &mut Tx<'_>, to: Receiver<'_>, contact: &mut Contact, new: &ContactIdentity, at: Instant) -> Result<(), StoreError> {
    if contact.user_id.is_none() {
        let by_id = ContactIdentity { user_id: new.user_id.clone(), ..ContactIdentity::default() };
        if is_free(tx, to, contact, &by_id, at).await? {
            contact.user_id = by_id.user_id;
        }
    }
    if contact.wa_id.is_none() {
        let by_number = ContactIdentity { user_id: None, ..new.clone() };
        if is_free(tx, to, contact, &by_number, at).await? {
            contact.wa_id = by_number.wa_id;
            contact.mobile_number = contact.mobile_number.take().or(by_number.mobile_number);
        }
    }
    if contact.name.is_empty() {
        let number = contact.mobile_number.as_ref().map(ToString::to_string);
        contact.name = number.or_else(|| contact.user_id.clone()).unwrap_or_default();
    }
    Ok(())
}

/// Whether an identity is nobody else's, and nobody has moved on from it since.
async fn is_free(
    tx: &mut Tx<'_>,
    to: Receiver<'_>,
    contact: &Contact,
    identity: &ContactIdentity,
    at: Instant,
) -> Result<bool, StoreError> {
    let holder = tx.contact_with_identity(to.organisation, to.api_account, identity).await?;
    let has_moved_on = tx.contact_formerly(to.organisation, to.api_account, identity, at).await?.is_some();
    Ok(!has_moved_on && holder.is_none_or(|holder| holder.id == contact.id))
}

fn identity_before(message: &IncomingMessage, note: &SystemNote) -> ContactIdentity {
    let user_id = note.previous_user_id.as_ref().or_else(|| message.from_user_id.as_ref().filter(|id| Some(*id) != note.user_id.as_ref()));
    let wa_id = message.from.as_ref().filter(|from| note.change() == SystemChange::Number && Some(*from) != note.wa_id.as_ref());
    identity(wa_id, user_id)
}

fn identity_after(message: &IncomingMessage, note: &SystemNote) -> ContactIdentity {
    let unchanged = message.from.as_ref().filter(|_| note.change() == SystemChange::UserId);
    identity(note.wa_id.as_ref().or(unchanged), note.user_id.as_ref())
}

fn identity(wa_id: Option<&String>, user_id: Option<&String>) -> ContactIdentity {
    let (wa_id, user_id) = (wa_id.map(|id| storable(id)), user_id.map(|id| storable(id)));
    ContactIdentity { mobile_number: wa_id.as_deref().and_then(|digits| MobileNumber::parse(digits).ok()), wa_id, user_id }
}
