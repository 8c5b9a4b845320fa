//! A customer with their phone: what arrived on it and what they wrote.

use std::collections::HashMap;
use std::sync::Arc;

use aws_lc_rs::digest;

use crate::plan::StatusName;
use crate::world::country;
use crate::world::template::Rendered;

/// The customer service window, in microseconds.
const WINDOW: i64 = 24 * 3_600 * 1_000_000;

/// A customer of one or more business numbers.
#[derive(Debug)]
pub(crate) struct Customer {
    pub(crate) card: Arc<Card>,
    pub(crate) messages: Vec<PhoneMessage>,
    /// When the customer last wrote, by the business number's id, in microseconds of the message's own time.
    last_wrote: HashMap<String, i64>,
}

/// Who a customer is; webhooks under way share it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Card {
    pub(crate) digits: Arc<str>,
    /// The name they gave, or their number.
    pub(crate) name: String,
    /// The business-scoped user id; none until one was set: then it follows from the number and the WABA.
    user_id: Option<String>,
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
    pub(crate) statuses: Vec<(StatusName, i64)>,
}

impl Customer {
    pub(crate) fn new(digits: Arc<str>) -> Self {
        let card = Card { name: format!("+{digits}"), digits, user_id: None, is_number_hidden: false };
        Self { card: Arc::new(card), messages: Vec::new(), last_wrote: HashMap::new() }
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

    /// The customer wrote to this number at this instant of their own.
    pub(crate) fn wrote(&mut self, phone_number_id: &str, at: i64) {
        let last = self.last_wrote.entry(phone_number_id.to_owned()).or_insert(at);
        *last = at.max(*last);
    }

    /// When the newest message of a business that is to arrive is on the phone; 0 without one.
    pub(crate) fn last_arrival(&self, business: &str) -> i64 {
        let from_business = |message: &&PhoneMessage| message.direction == Direction::In && &*message.business == business;
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
    fn a_customer_has_one_id_for_each_portfolio() {
        let customer = Customer::new("447902111123".into());
        let id = customer.card.user_id("200");
        assert!(id.starts_with("GB.") && id.len() == 23, "{id}");
        assert_eq!(id, customer.card.user_id("200"));
        assert_ne!(id, customer.card.user_id("201"));
    }
}
