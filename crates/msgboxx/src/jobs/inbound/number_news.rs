//! Changes of one number that come as lists beside its messages. What cannot be understood of a list is the reason why the change
//! is set aside; the rest of it is done, and doing it again changes nothing.

use crate::inbox::echo::echoed;
use crate::inbox::preference::{preferred, synchronised};
use crate::inbox::receive::{Done, Receiver};
use msgboxx_cloud_api::webhook::{ChangeValue, Item, NumberChange, Person};
use msgboxx_store::Tx;

/// Does what a change of one number says. The past of a number is kept in the ledger alone, and an account's news are not of one
/// number: both are left as they are.
pub(super) async fn take_in(tx: &mut Tx<'_>, to: Receiver<'_>, change: &ChangeValue) -> Done {
    let mut trouble = Vec::new();
    match change {
        ChangeValue::Echoes(change) => {
            for item in &change.items {
                let Some(echo) = readable(item, &mut trouble) else { continue };
                let customer = person(change, echo.to.as_deref(), echo.to_user_id.as_deref());
                note(&mut trouble, echoed(tx, to, echo, customer, item.raw.get()).await?);
            }
        }
        ChangeValue::Preferences(change) => {
            for item in &change.items {
                let Some(preference) = readable(item, &mut trouble) else { continue };
                let customer = person(change, preference.wa_id.as_deref(), preference.user_id.as_deref());
                note(&mut trouble, preferred(tx, to, preference, customer).await?);
            }
        }
        ChangeValue::ContactSync(change) => {
            for item in &change.items {
                let Some(entry) = readable(item, &mut trouble) else { continue };
                note(&mut trouble, synchronised(tx, to, entry).await?);
            }
        }
        _ => {}
    }
    Ok(outcome(&trouble))
}

fn readable<'a, T>(item: &'a Item<T>, trouble: &mut Vec<String>) -> Option<&'a T> {
    match &item.parsed {
        Ok(parsed) => Some(parsed),
        Err(error) => {
            trouble.push(error.to_string());
            None
        }
    }
}

fn note(trouble: &mut Vec<String>, done: Result<(), String>) {
    trouble.extend(done.err());
}

fn outcome(trouble: &[String]) -> Result<(), String> {
    match trouble {
        [] => Ok(()),
        [first, ..] => Err(format!("{} of the change cannot be understood, the first: {first}", trouble.len())),
    }
}

/// The customer of a list's item as the change describes them.
fn person<'a, T>(change: &'a NumberChange<T>, wa_id: Option<&str>, user_id: Option<&str>) -> Option<&'a Person> {
    let same = |a: Option<&str>, b: Option<&str>| a.is_some() && a == b;
    let mut people = change.contacts.iter().filter_map(|item| item.parsed.as_ref().ok());
    people.find(|person| same(person.wa_id.as_deref(), wa_id) || same(person.user_id.as_deref(), user_id))
}
