//! Making and changing contacts, and finding the one that a message is meant for.
//!
//! Every verb is told who acts; what they may not see is to them as if it did not exist.

use crate::auth::access::Access;
use msgboxx_model::{ApiAccountId, Contact, ContactId, ContactStatus, MobileNumber};
use msgboxx_store::{ContactIdentity, StoreError, Tx};

/// A contact to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewContact {
    /// Whose customer.
    pub api_account: ApiAccountId,
    /// Unique on the account.
    pub mobile_number: MobileNumber,
    /// The number when absent.
    pub name: Option<String>,
    /// Presubscribed when absent.
    pub status: Option<ContactStatus>,
    /// May be empty.
    pub email: String,
    /// Normalised.
    pub tags: Vec<String>,
}

/// What is to change of a contact; an absent part stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContactChange {
    /// The id that the client believes to change.
    pub contact: Option<ContactId>,
    /// The account that the client believes the contact belongs to; it cannot change.
    pub api_account: Option<ApiAccountId>,
    /// Another number; `Some(None)` is a client that says that there is none.
    pub mobile_number: Option<Option<MobileNumber>>,
    /// Another name.
    pub name: Option<String>,
    /// Another status.
    pub status: Option<ContactStatus>,
    /// Another address; empty clears it.
    pub email: Option<String>,
    /// Other tags, normalised, in place of all.
    pub tags: Option<Vec<String>>,
}

/// Why a contact was not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum ContactError {
    /// There is no such contact.
    #[error("the contact does not exist")]
    Unknown,
    /// There is no such account.
    #[error("the api account does not exist")]
    UnknownApiAccount,
    /// A contact that has a number cannot be without one.
    #[error("the mobile number cannot be emptied")]
    NumberRequired,
    /// The number is another contact's.
    #[error("the mobile number is already used by another contact")]
    Duplicate(ContactId),
    /// Another contact was meant.
    #[error("the contact's id differs from the one in the request")]
    OtherContact,
    /// The account of a contact cannot change.
    #[error("the api account of a contact cannot be changed")]
    OtherApiAccount,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes a contact.
///
/// # Errors
/// When the account is unknown or has a contact with that number.
pub async fn create(tx: &mut Tx<'_>, by: &Access, new: &NewContact) -> Result<Contact, ContactError> {
    if !by.may_see(new.api_account) {
        return Err(ContactError::UnknownApiAccount);
    }
    let created_at = tx.tick();
    let contact = Contact {
        id: ContactId(tx.id_at(created_at)),
        api_account_id: new.api_account,
        mobile_number: Some(new.mobile_number.clone()),
        wa_id: None,
        user_id: None,
        name: new.name.clone().unwrap_or_else(|| new.mobile_number.to_string()),
        status: new.status.unwrap_or(ContactStatus::Presubscribed),
        email: new.email.clone(),
        tags: new.tags.clone(),
        created_at,
    };
    if !tx.insert_contact(by.organisation(), &contact).await? {
        let holder = holder(tx, by, new.api_account, &new.mobile_number).await?;
        return Err(holder.map_or_else(vanished, ContactError::Duplicate));
    }
    tx.append_event(by.organisation(), "contact", contact.id.0, Some(contact.api_account_id)).await?;
    Ok(contact)
}

/// The number was taken a moment ago, and now is not.
fn vanished() -> ContactError {
    ContactError::Store(StoreError::Unavailable("a contact was changed at the same time".to_owned()))
}

/// The contact of an account with that number.
async fn holder(tx: &mut Tx<'_>, by: &Access, account: ApiAccountId, number: &MobileNumber) -> Result<Option<ContactId>, StoreError> {
    let identity = ContactIdentity { mobile_number: Some(number.clone()), ..ContactIdentity::default() };
    Ok(tx.contact_with_identity(by.organisation(), account, &identity).await?.map(|contact| contact.id))
}

/// Changes parts of a contact.
///
/// # Errors
/// When it is unknown, another one was meant, or the number is taken.
pub async fn update(tx: &mut Tx<'_>, by: &Access, id: ContactId, change: &ContactChange) -> Result<Contact, ContactError> {
    let before = find(tx, by, id).await?.ok_or(ContactError::Unknown)?;
    if change.contact.is_some_and(|meant| meant != id) {
        return Err(ContactError::OtherContact);
    }
    if change.api_account.is_some_and(|account| account != before.api_account_id) {
        return Err(ContactError::OtherApiAccount);
    }
    if change.mobile_number == Some(None) && before.mobile_number.is_some() {
        return Err(ContactError::NumberRequired);
    }
    if let Some(Some(number)) = &change.mobile_number
        && let Some(holder) = holder(tx, by, before.api_account_id, number).await?
        && holder != id
    {
        return Err(ContactError::Duplicate(holder));
    }
    let after = changed(&before, change);
    if after != before {
        tx.update_contact(by.organisation(), &after).await?;
        if after.status == ContactStatus::Unsubscribed && after.status != before.status {
            // An opt-in that the customer wrote earlier and that arrives late does not undo this.
            tx.set_consent_said_at(by.organisation(), id, tx.now()).await?;
        }
        tx.append_event(by.organisation(), "contact.updated", id.0, Some(after.api_account_id)).await?;
    }
    Ok(after)
}

fn changed(before: &Contact, change: &ContactChange) -> Contact {
    let mut after = before.clone();
    if let Some(Some(number)) = &change.mobile_number
        && after.mobile_number.as_ref() != Some(number)
    {
        after.mobile_number = Some(number.clone());
        // WhatsApp's id belongs to the number that it was learnt with.
        after.wa_id = None;
    }
    after.name = change.name.clone().unwrap_or(after.name);
    after.status = change.status.unwrap_or(after.status);
    after.email = change.email.clone().unwrap_or(after.email);
    after.tags = change.tags.clone().unwrap_or(after.tags);
    after
}

/// The contact, if this user may see it.
pub async fn find(tx: &mut Tx<'_>, by: &Access, id: ContactId) -> Result<Option<Contact>, StoreError> {
    Ok(tx.contact(by.organisation(), id).await?.filter(|contact| by.may_see(contact.api_account_id)))
}

/// Why nobody can be written to.
#[derive(Debug, thiserror::Error)]
pub enum AddresseeError {
    /// There is no such account.
    #[error("the api account does not exist")]
    UnknownApiAccount,
    /// There is no such contact.
    #[error("the contact does not exist")]
    UnknownContact,
    /// The contact is another account's.
    #[error("the contact belongs to another api account")]
    OtherApiAccount,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The contact that this user wants to write to from an account.
pub(crate) async fn addressee(tx: &mut Tx<'_>, by: &Access, account: ApiAccountId, contact: ContactId) -> Result<Contact, AddresseeError> {
    if !by.may_see(account) {
        return Err(AddresseeError::UnknownApiAccount);
    }
    let contact = find(tx, by, contact).await?.ok_or(AddresseeError::UnknownContact)?;
    if contact.api_account_id == account { Ok(contact) } else { Err(AddresseeError::OtherApiAccount) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use msgboxx_model::Instant;
    use uuid::Uuid;

    fn rosa() -> Contact {
        Contact {
            id: ContactId(Uuid::from_u128(1)),
            api_account_id: ApiAccountId(Uuid::from_u128(2)),
            mobile_number: MobileNumber::parse("+447902111123").ok(),
            wa_id: Some("447902111123".to_owned()),
            user_id: Some("GB.1".to_owned()),
            name: "Rosa".to_owned(),
            status: ContactStatus::Subscribed,
            email: "rosa@example.com".to_owned(),
            tags: vec!["vip".to_owned()],
            created_at: Instant::from_micros(0),
        }
    }

    #[test]
    fn what_is_not_mentioned_stays() {
        assert_eq!(changed(&rosa(), &ContactChange::default()), rosa());
        let same = ContactChange { mobile_number: Some(rosa().mobile_number), ..ContactChange::default() };
        assert_eq!(changed(&rosa(), &same), rosa());
    }

    #[test]
    fn an_empty_address_and_an_empty_list_replace() {
        let change = ContactChange { email: Some(String::new()), tags: Some(Vec::new()), ..ContactChange::default() };
        assert_eq!(changed(&rosa(), &change), Contact { email: String::new(), tags: Vec::new(), ..rosa() });
    }

    #[test]
    fn another_number_is_no_longer_known_to_whatsapp_but_its_user_is() {
        let number = MobileNumber::parse("+447902875098").ok();
        let change = ContactChange { mobile_number: Some(number.clone()), ..ContactChange::default() };
        assert_eq!(changed(&rosa(), &change), Contact { mobile_number: number, wa_id: None, ..rosa() });
    }
}
