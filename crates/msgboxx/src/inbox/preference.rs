//! What customers and owners tell WhatsApp beside messages: that marketing is wanted or not, and how the owner's address book
//! calls a customer.

use crate::inbox::identity;
use crate::inbox::people::{Customer, Sign, add, is_nameless, meet, stranger};
use crate::inbox::receive::{Done, Receiver, storable};
use msgboxx_cloud_api::webhook::{ContactSync, Person, Preference};
use msgboxx_model::Instant;
use msgboxx_model::opt_out::Consent;
use msgboxx_store::Tx;

/// Takes in that a customer stops or resumes marketing messages: by WhatsApp's clock, like an opt-out or opt-in word.
pub async fn preferred(tx: &mut Tx<'_>, to: Receiver<'_>, preference: &Preference, person: Option<&Person>) -> Done {
    if preference.category.as_deref().is_some_and(|category| category != "marketing_messages") {
        return Ok(Ok(()));
    }
    let said = match preference.value.as_str() {
        "stop" => Consent::Unsubscribe,
        "resume" | "signup" => Consent::Subscribe,
        other => return Ok(Err(format!("nobody knows what the preference {other:?} means"))),
    };
    let customer = Customer::new(preference.wa_id.as_deref(), preference.user_id.as_deref(), person);
    if !customer.is_named() {
        return Ok(Err("it does not say whose preference it is".to_owned()));
    }
    let at = preference.timestamp.map_or(tx.now(), Instant::from_seconds);
    meet(tx, to, &customer, at, Sign::Said(said)).await?;
    Ok(Ok(()))
}

/// Takes in an entry of the owner's address book: a contact that nobody knows is made, one without a name gets it. A name that
/// somebody gave stays, and nobody is deleted.
pub async fn synchronised(tx: &mut Tx<'_>, to: Receiver<'_>, entry: &ContactSync) -> Done {
    let person = Person {
        name: entry.full_name.clone().or_else(|| entry.first_name.clone()),
        username: entry.username.clone(),
        ..Person::default()
    };
    let digits = entry.phone_number.as_deref().map(|number| number.chars().filter(char::is_ascii_digit).collect::<String>());
    let customer = Customer::new(digits.as_deref().filter(|digits| !digits.is_empty()), entry.user_id.as_deref(), Some(&person));
    if entry.action != "add" || !customer.is_named() {
        return Ok(Ok(()));
    }
    let at = entry.timestamp.map_or(tx.now(), Instant::from_seconds);
    let Some(found) = identity::find(tx, to, &customer.identity, at).await? else {
        let contact = stranger(tx, to, &customer);
        return add(tx, to, &contact).await.map(Ok);
    };
    let mut contact = found.contact;
    if let Some(name) = customer.name.filter(|_| is_nameless(&contact)) {
        contact.name = storable(&name);
        tx.update_contact(to.organisation, &contact).await?;
        tx.append_event(to.organisation, "contact.updated", contact.id.0, Some(to.api_account)).await?;
    }
    Ok(Ok(()))
}
