//! Who a message is from or to: the contact is found by any of its identities, made if there is none, and learns what is news.

use crate::inbox::receive::{Receiver, storable};
use crate::inbox::{consent, identity};
use msgboxx_cloud_api::webhook::Person;
use msgboxx_model::opt_out::Consent;
use msgboxx_model::{Contact, ContactId, ContactStatus, Instant, MobileNumber};
use msgboxx_store::{ContactIdentity, StoreError, Tx};

/// A customer as WhatsApp names them in one place.
#[derive(Debug, Clone, Default)]
pub struct Customer {
    /// Number and ids.
    pub identity: ContactIdentity,
    /// What they are called there.
    pub name: Option<String>,
}

/// What an occasion says about the customer's consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// Nothing: it is not from them.
    Nothing,
    /// They wrote.
    Wrote,
    /// They opted out or in.
    Said(Consent),
}

impl Customer {
    /// By what a message says, completed by what is said of the person beside it.
    pub fn new(wa_id: Option<&str>, user_id: Option<&str>, person: Option<&Person>) -> Self {
        let wa_id = wa_id.or_else(|| person?.wa_id.as_deref()).map(storable);
        let user_id = user_id.or_else(|| person?.user_id.as_deref()).map(storable);
        let called = person.and_then(|person| person.name.as_deref().or(person.username.as_deref()));
        Self {
            identity: ContactIdentity {
                mobile_number: wa_id.as_deref().and_then(|digits| MobileNumber::parse(digits).ok()),
                wa_id,
                user_id,
            },
            name: called.map(storable).filter(|name| !name.trim().is_empty()),
        }
    }

    /// Whether it is said at all who this is.
    pub fn is_named(&self) -> bool {
        self.identity.wa_id.is_some() || self.identity.user_id.is_some()
    }
}

/// The contact that a customer is, as of an instant of WhatsApp's clock.
pub async fn meet(tx: &mut Tx<'_>, to: Receiver<'_>, customer: &Customer, at: Instant, sign: Sign) -> Result<Contact, StoreError> {
    let found = identity::find(tx, to, &customer.identity, at).await?;
    let is_new = found.is_none();
    let before = found.as_ref().map_or_else(|| stranger(tx, to, customer), |found| found.contact.clone());
    let mut contact = before.clone();
    if found.is_none_or(|found| found.is_still) {
        learn(tx, to, &mut contact, &customer.identity).await?;
    }
    let word = deciding_word(tx, to, contact.id, sign, at).await?;
    if sign != Sign::Nothing {
        contact.status = consent::after_text(contact.status, word);
    }
    if is_new {
        add(tx, to, &contact).await?;
    } else if contact != before {
        tx.update_contact(to.organisation, &contact).await?;
        tx.append_event(to.organisation, "contact.updated", contact.id.0, Some(to.api_account)).await?;
    }
    if word.is_some() {
        tx.set_consent_said_at(to.organisation, contact.id, at).await?;
    }
    Ok(contact)
}

/// Inserts a contact that was not found.
pub async fn add(tx: &mut Tx<'_>, to: Receiver<'_>, contact: &Contact) -> Result<(), StoreError> {
    if !tx.insert_contact(to.organisation, contact).await? {
        // Another unit made the same customer at this moment: begin again and find it.
        return Err(StoreError::Unavailable("a contact was made at the same time".to_owned()));
    }
    tx.append_event(to.organisation, "contact", contact.id.0, Some(to.api_account)).await
}

/// The opt-out or opt-in of an occasion, if it still decides.
async fn deciding_word(
    tx: &mut Tx<'_>,
    to: Receiver<'_>,
    contact: ContactId,
    sign: Sign,
    at: Instant,
) -> Result<Option<Consent>, StoreError> {
    let Sign::Said(said) = sign else { return Ok(None) };
    let so_far = tx.consent_said_at(to.organisation, contact).await?;
    Ok(consent::counts(said, at, so_far).then_some(said))
}

/// Takes over what is told about a customer. A number that is another contact's stays there: `identity::find` has made the two
/// one if they are one person.
async fn learn(tx: &mut Tx<'_>, to: Receiver<'_>, contact: &mut Contact, identity: &ContactIdentity) -> Result<(), StoreError> {
    contact.user_id = contact.user_id.take().or_else(|| identity.user_id.clone());
    let is_spelt_anew = contact.wa_id.as_deref().is_some_and(|known| is_other_spelling(known, identity.mobile_number.as_ref()));
    let knows_all = contact.mobile_number.is_some() && contact.wa_id.is_some() && !is_spelt_anew;
    if knows_all || identity.wa_id.is_none() {
        return Ok(());
    }
    let by_number = ContactIdentity { user_id: None, ..identity.clone() };
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

/// A contact for a customer whom nobody knows yet.
pub fn stranger(tx: &Tx<'_>, to: Receiver<'_>, customer: &Customer) -> Contact {
    let created_at = tx.tick();
    let identity = customer.identity.clone();
    let number = identity.mobile_number.as_ref().map(ToString::to_string);
    Contact {
        id: ContactId(tx.id_at(created_at)),
        api_account_id: to.api_account,
        name: customer.name.clone().or(number).or_else(|| identity.user_id.clone()).unwrap_or_default(),
        mobile_number: identity.mobile_number,
        wa_id: identity.wa_id,
        user_id: identity.user_id,
        status: ContactStatus::Presubscribed,
        email: String::new(),
        tags: Vec::new(),
        created_at,
    }
}

/// Whether a contact is still called by what identifies it, because nobody has told its name.
pub fn is_nameless(contact: &Contact) -> bool {
    let number = contact.mobile_number.as_ref().map(ToString::to_string);
    let names = [number, contact.wa_id.clone(), contact.user_id.clone()];
    contact.name.trim().is_empty() || names.iter().flatten().any(|name| *name == contact.name)
}
