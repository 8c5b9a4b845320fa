//! A customer with their phone: what arrived on it and what they wrote.

use std::collections::HashMap;
use std::sync::Arc;

use aws_lc_rs::digest;
use serde::{Deserialize, Serialize};

use crate::plan::StatusName;
use crate::world::country;
use crate::world::template::Rendered;

/// The customer service window, in microseconds.
const WINDOW: i64 = 24 * 3_600 * 1_000_000;

/// The free entry point window, in microseconds (reference §6.2).
const FREE_ENTRY: i64 = 3 * WINDOW;

/// A customer of one or more business numbers.
#[derive(Debug)]
pub(crate) struct Customer {
    pub(crate) card: Arc<Card>,
    pub(crate) messages: Vec<PhoneMessage>,
    /// When the customer last wrote, by the business number's id, in microseconds of the message's own time.
    last_wrote: HashMap<String, i64>,
    /// What they let businesses do, by the business number's id.
    pub(crate) wishes: HashMap<String, Wishes>,
    /// Free entry points, by the business number's id.
    entries: HashMap<String, EntryPoint>,
    /// Do they keep to themselves what they have read?
    pub(crate) hides_reading: bool,
    /// The number that showed that it is typing, and when, in microseconds.
    pub(crate) typing: Option<(Arc<str>, i64)>,
}

/// What a customer lets one business do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Wishes {
    pub(crate) is_blocked: bool,
    pub(crate) no_marketing: bool,
}

/// A visit that began with an advertisement; times in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct EntryPoint {
    came: i64,
    /// Once the business has answered in time.
    free_until: Option<i64>,
}

/// What a customer changed about themselves; what is none stays.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct CustomerChange {
    /// Their digits.
    pub(crate) customer: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hide_number: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hides_reading: Option<bool>,
    /// The business number that `blocked` and `marketing` are about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) phone_number_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) blocked: Option<bool>,
    /// May the business send marketing?
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) marketing: Option<bool>,
    /// The digits of their new phone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) new_number: Option<String>,
}

/// Who a customer is; webhooks under way share it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Card {
    pub(crate) digits: Arc<str>,
    /// The name they gave, or their number.
    pub(crate) name: String,
    /// The business-scoped user id; none until one was set: then it follows from the number and the WABA.
    user_id: Option<String>,
    /// The user name, if they chose one.
    pub(crate) username: Option<String>,
    /// Do they hide their number behind a user name?
    pub(crate) is_number_hidden: bool,
}

/// In or out, as the phone sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// Arrived on the phone.
    In,
    /// Written on the phone.
    Out,
}

/// One message on a phone.
#[derive(Debug)]
pub(crate) struct PhoneMessage {
    pub(crate) id: Arc<str>,
    pub(crate) direction: Direction,
    pub(crate) phone_number_id: Arc<str>,
    /// The business number with its `+`.
    pub(crate) business: Arc<str>,
    pub(crate) kind: Box<str>,
    /// The JSON that was sent or written.
    pub(crate) payload: Box<str>,
    pub(crate) rendered: Option<Box<Rendered>>,
    /// When it was sent or written, in microseconds.
    pub(crate) at: i64,
    /// When it is on the phone; none: never.
    pub(crate) arrives: Option<i64>,
    /// Was it held for quality assessment? Then others overtake it.
    pub(crate) is_held: bool,
    pub(crate) statuses: Vec<(StatusName, i64)>,
}

impl Customer {
    pub(crate) fn new(digits: Arc<str>) -> Self {
        let card = Card { name: format!("+{digits}"), digits, user_id: None, username: None, is_number_hidden: false };
        Self {
            card: Arc::new(card),
            messages: Vec::new(),
            last_wrote: HashMap::new(),
            wishes: HashMap::new(),
            entries: HashMap::new(),
            hides_reading: false,
            typing: None,
        }
    }

    /// Takes over what a message of theirs says of them.
    pub(crate) fn learn(&mut self, name: Option<&String>, user_id: Option<&String>, hide_number: Option<bool>) {
        let card = Arc::make_mut(&mut self.card);
        if let Some(name) = name {
            card.name.clone_from(name);
        }
        if let Some(user_id) = user_id {
            card.user_id = Some(user_id.clone());
        }
        card.is_number_hidden = hide_number.unwrap_or(card.is_number_hidden);
    }

    /// Takes over what they changed, but for a new number.
    pub(crate) fn change(&mut self, change: &CustomerChange) {
        self.learn(change.name.as_ref(), change.user_id.as_ref(), change.hide_number);
        if let Some(username) = &change.username {
            Arc::make_mut(&mut self.card).username = Some(username.clone()).filter(|username| !username.is_empty());
        }
        self.hides_reading = change.hides_reading.unwrap_or(self.hides_reading);
        if let Some(id) = &change.phone_number_id {
            let wishes = self.wishes.entry(id.clone()).or_default();
            wishes.is_blocked = change.blocked.unwrap_or(wishes.is_blocked);
            wishes.no_marketing = change.marketing.map_or(wishes.no_marketing, |marketing| !marketing);
        }
    }

    /// From now on the phone has this number; an id that followed from the old number is a new one.
    pub(crate) fn move_to(&mut self, digits: Arc<str>) {
        let card = Arc::make_mut(&mut self.card);
        if card.name == format!("+{}", card.digits) {
            card.name = format!("+{digits}");
        }
        card.digits = digits;
        card.user_id = None;
    }

    /// They came from an advertisement to this number.
    pub(crate) fn came_by_advertisement(&mut self, phone_number_id: &str, at: i64) {
        self.entries.insert(phone_number_id.to_owned(), EntryPoint { came: at, free_until: None });
    }

    /// Until when messages of this number are free after an advertisement, if it is answered now.
    pub(crate) fn free_until(&self, phone_number_id: &str, now: i64) -> Option<i64> {
        let entry = self.entries.get(phone_number_id)?;
        match entry.free_until {
            Some(until) => Some(until).filter(|until| now < *until),
            None => (now - entry.came < WINDOW).then_some(now + FREE_ENTRY),
        }
    }

    /// The business has answered; messages are free until then.
    pub(crate) fn opened_entry(&mut self, phone_number_id: &str, until: i64) {
        if let Some(entry) = self.entries.get_mut(phone_number_id) {
            entry.free_until.get_or_insert(until);
        }
    }

    /// The customer wrote to this number at this instant of their own.
    pub(crate) fn wrote(&mut self, phone_number_id: &str, at: i64) {
        let last = self.last_wrote.entry(phone_number_id.to_owned()).or_insert(at);
        *last = at.max(*last);
    }

    /// When the newest message of a business that is to arrive is on the phone; 0 without one.
    pub(crate) fn last_arrival(&self, business: &str) -> i64 {
        let from_business =
            |message: &&PhoneMessage| message.direction == Direction::In && !message.is_held && &*message.business == business;
        self.messages.iter().rev().filter(from_business).find_map(|message| message.arrives).unwrap_or(0)
    }

    /// May this number write freely now?
    pub(crate) fn is_window_open(&self, phone_number_id: &str, now: i64) -> bool {
        self.last_wrote.get(phone_number_id).is_some_and(|last| now - last < WINDOW)
    }
}

impl Card {
    /// The customer's id for the businesses of one portfolio; here each WABA is a portfolio.
    pub(crate) fn user_id(&self, business_account_id: &str) -> String {
        self.user_id.clone().unwrap_or_else(|| {
            let country = country::of(&self.digits).map_or("ZZ", |(_, country)| country);
            let scope = format!("{business_account_id}:{}", self.digits);
            let hash = digest::digest(&digest::SHA256, scope.as_bytes());
            let number = hash.as_ref()[..8].iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
            format!("{country}.{number:020}")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_is_open_for_a_day_after_the_customers_own_time() {
        let mut customer = Customer::new("447".into());
        assert!(!customer.is_window_open("1", 0));
        customer.wrote("1", 1_000);
        customer.wrote("1", 500);
        assert!(customer.is_window_open("1", WINDOW + 999));
        assert!(!customer.is_window_open("1", WINDOW + 1_000));
        assert!(!customer.is_window_open("2", 1_000));
    }

    #[test]
    fn messages_are_free_for_three_days_after_an_advertisement_was_answered_in_time() {
        let mut customer = Customer::new("447".into());
        assert_eq!(customer.free_until("1", 0), None);
        customer.came_by_advertisement("1", 0);
        assert_eq!(customer.free_until("1", WINDOW), None, "answered too late");
        let until = customer.free_until("1", 10).expect("answered in time");
        customer.opened_entry("1", until);
        assert_eq!(customer.free_until("1", WINDOW + 1), Some(10 + FREE_ENTRY));
        assert_eq!(customer.free_until("1", 10 + FREE_ENTRY), None);
    }

    #[test]
    fn a_customer_has_one_id_for_each_portfolio() {
        let customer = Customer::new("447902111123".into());
        let id = customer.card.user_id("200");
        assert!(id.starts_with("GB.") && id.len() == 23, "{id}");
        assert_eq!(id, customer.card.user_id("200"));
        assert_ne!(id, customer.card.user_id("201"));
    }
}
