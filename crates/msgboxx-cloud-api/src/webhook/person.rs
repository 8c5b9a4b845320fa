//! A customer as a webhook describes them.

use crate::json::{self, Object};
use crate::webhook::message::IncomingMessage;

/// An element of `contacts`. Customers with a user name may lack `wa_id`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Person {
    /// WhatsApp's id for the customer: digits, usually the phone number.
    pub wa_id: Option<String>,
    /// The business-scoped user id (BSUID).
    pub user_id: Option<String>,
    /// The BSUID over linked business portfolios.
    pub parent_user_id: Option<String>,
    /// The name that the customer gave themselves.
    pub name: Option<String>,
    /// The customer's user name, without its `@`.
    pub username: Option<String>,
    /// Names the customer's present keys; another hash means another phone, or another person.
    pub identity_key_hash: Option<String>,
}

impl Person {
    pub(crate) fn read(person: &Object) -> Self {
        let profile = json::object(person, "profile");
        let of_profile = |member| profile.and_then(|profile| json::id(profile, member)).or_else(|| json::id(person, member));
        Self {
            wa_id: json::id(person, "wa_id"),
            user_id: json::id(person, "user_id"),
            parent_user_id: json::id(person, "parent_user_id"),
            name: of_profile("name"),
            username: of_profile("username").map(|name| name.trim_start_matches('@').to_owned()),
            identity_key_hash: json::id(person, "identity_key_hash"),
        }
    }

    /// Does nothing known of the two contradict that this person wrote the message?
    pub(crate) fn might_be(&self, message: &IncomingMessage) -> bool {
        let differ = |a: &Option<String>, b: &Option<String>| a.is_some() && b.is_some() && a != b;
        !differ(&self.user_id, &message.from_user_id)
    }
}
