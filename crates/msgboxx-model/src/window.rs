//! The customer service window: for 24 hours after a customer's message, any reply may be sent;
//! outside it, only templates (WhatsApp answers error 131047 to anything else).
//!
//! It is counted from the customer's own timestamp, never from the arrival: WhatsApp may deliver a
//! message days late. The local answer is a hint, and WhatsApp's own answer is the truth.

use std::time::Duration;

use crate::Instant;

/// How long the window stays open after a message of the customer.
pub const WINDOW: Duration = Duration::from_hours(24);

/// When the window closes after a message that the customer sent at `customer_timestamp`.
///
/// Messages arrive in any order, so that an old one never closes the window earlier than `previous`,
/// the closing time known before.
pub fn closes_at(customer_timestamp: Instant, previous: Option<Instant>) -> Instant {
    let closes_at = customer_timestamp.plus(WINDOW);
    previous.map_or(closes_at, |previous| previous.max(closes_at))
}

/// Whether a reply may be sent at `now`; at the very instant of closing it may not.
pub fn is_open(closes_at: Option<Instant>, now: Instant) -> bool {
    closes_at.is_some_and(|closes_at| now < closes_at)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Instant = Instant::from_seconds(1_714_485_805);
    const MICRO: Duration = Duration::from_micros(1);

    #[test]
    fn the_window_is_open_until_a_day_after_the_customers_message() {
        let closes = closes_at(AT, None);
        assert_eq!(closes.saturating_since(AT), Duration::from_hours(24));
        assert!(is_open(Some(closes), AT));
        assert!(is_open(Some(closes), closes.minus(MICRO)));
        assert!(!is_open(Some(closes), closes));
    }

    #[test]
    fn a_customer_who_never_wrote_has_no_window() {
        assert!(!is_open(None, AT));
    }

    #[test]
    fn messages_in_any_order_close_the_window_at_the_same_time() {
        let earlier = AT.minus(Duration::from_hours(3));
        let in_order = closes_at(AT, Some(closes_at(earlier, None)));
        let late = closes_at(earlier, Some(closes_at(AT, None)));
        assert_eq!(in_order, late);
        assert_eq!(late, closes_at(AT, None));
    }

    #[test]
    fn a_message_delivered_a_day_late_opens_nothing() {
        let sent = AT.minus(Duration::from_hours(25));
        assert!(!is_open(Some(closes_at(sent, None)), AT));
    }
}
