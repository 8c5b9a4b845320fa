//! How fast a number may send: evenly, and to one customer in bursts that are paid back.
//!
//! Pure: instants come in, instants go out.

use msgboxx_model::{ContactId, Instant};
use std::collections::HashMap;
use std::time::Duration;

/// Messages to one customer that may be borrowed from the future.
const PAIR_BURST: u32 = 45;
/// One more to the same customer after this long.
pub const PAIR_EVERY: Duration = Duration::from_secs(6);
/// What was sent earlier than this has no more influence: the longest debt is paid back in half of it.
pub const REMEMBERED: Duration = Duration::from_mins(9);
/// A little under the limit: clocks differ, and a refusal costs more than it gains.
const MARGIN_PER_MILLE: u64 = 5;
/// Customers remembered before those who are free again are forgotten.
const MANY_PAIRS: usize = 10_000;

/// The pace of one number.
#[derive(Debug)]
pub struct Pace {
    gap: Duration,
    next: Instant,
    /// Per customer, the instant until which its allowance is used.
    pairs: HashMap<ContactId, Instant>,
}

impl Pace {
    /// `per_second` messages at most.
    pub fn new(per_second: u64) -> Self {
        Self { gap: gap(per_second), next: Instant::from_micros(0), pairs: HashMap::new() }
    }

    /// From now on `per_second` messages at most.
    pub fn set_rate(&mut self, per_second: u64) {
        self.gap = gap(per_second);
    }

    /// Takes over what somebody else used up: of the number, by the start of its latest call, and of each customer.
    pub fn take_over(&mut self, latest: Option<Instant>, pairs: impl IntoIterator<Item = (ContactId, Instant)>) {
        if let Some(latest) = latest {
            self.pause_until(latest.plus(self.gap));
        }
        self.pairs.extend(pairs);
    }

    /// Whether nothing may start before this instant.
    pub fn is_resting_until(&self, at: Instant) -> bool {
        self.next > at
    }

    /// How many messages may start before an instant, at most `most`.
    pub fn room(&self, now: Instant, until: Instant, most: usize) -> usize {
        let first = self.next.max(now);
        let span = until.saturating_since(first).as_micros();
        if first > until {
            return 0;
        }
        usize::try_from(span / self.gap.as_micros() + 1).unwrap_or(most).min(most)
    }

    /// Takes the next place in the line of this number.
    pub fn take_slot(&mut self, now: Instant) -> Instant {
        let slot = self.next.max(now);
        self.next = slot.plus(self.gap);
        slot
    }

    /// Nothing starts before this instant: WhatsApp asked for a pause.
    pub fn pause_until(&mut self, at: Instant) {
        self.next = self.next.max(at);
    }

    /// Whether a customer may get one more now; if not, from when on.
    pub fn take_pair(&mut self, contact: ContactId, now: Instant) -> Result<(), Instant> {
        if self.pairs.len() > MANY_PAIRS {
            self.pairs.retain(|_, used_until| *used_until > now);
        }
        let used_until = self.pairs.get(&contact).copied().unwrap_or(now).max(now);
        let allowed_from = used_until.minus(PAIR_EVERY * (PAIR_BURST - 1));
        if allowed_from > now {
            return Err(allowed_from);
        }
        self.pairs.insert(contact, used_until.plus(PAIR_EVERY));
        Ok(())
    }
}

fn gap(per_second: u64) -> Duration {
    let micros = 1_000_000 * (1000 + MARGIN_PER_MILLE) / (per_second.max(1) * 1000);
    Duration::from_micros(micros.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn at(millis: i64) -> Instant {
        Instant::from_micros(millis * 1000)
    }

    #[test]
    fn no_second_ever_holds_more_than_the_number_may_send() {
        let mut pace = Pace::new(80);
        let slots: Vec<Instant> = (0..400).map(|_| pace.take_slot(at(5))).collect();
        for (i, start) in slots.iter().enumerate() {
            let within = slots[i..].iter().filter(|slot| slot.saturating_since(*start) < Duration::from_secs(1)).count();
            assert!(within <= 80, "{within} within a second");
        }
        assert!(slots[399] < at(5_100), "and no slower than one in a hundred under it");
    }

    #[test]
    fn room_counts_the_slots_before_an_instant() {
        let mut pace = Pace::new(80);
        assert_eq!(pace.room(at(0), at(50), 100), 4);
        pace.take_slot(at(0));
        assert_eq!(pace.room(at(0), at(50), 100), 3);
        pace.pause_until(at(100));
        assert_eq!(pace.room(at(0), at(50), 100), 0);
    }

    #[test]
    fn a_changed_limit_counts_from_the_next_message_on() {
        let mut pace = Pace::new(80);
        pace.take_slot(at(0));
        pace.set_rate(1_000);
        let first = pace.take_slot(at(0));
        assert!(pace.take_slot(at(0)).saturating_since(first) < Duration::from_micros(1_010));
        pace.set_rate(20);
        let slow = pace.take_slot(at(0));
        assert!(pace.take_slot(at(0)).saturating_since(slow) >= Duration::from_millis(50));
    }

    #[test]
    fn what_an_earlier_holder_of_the_lane_used_up_is_not_given_twice() {
        let rosa = ContactId(Uuid::nil());
        let mut pace = Pace::new(80);
        pace.take_over(Some(at(1_000)), [(rosa, at(1_000).plus(PAIR_EVERY * PAIR_BURST))]);
        assert_eq!(pace.room(at(1_000), at(1_010), 9), 0);
        assert_eq!(pace.take_pair(rosa, at(1_000)), Err(at(7_000)));
    }

    #[test]
    fn one_customer_gets_a_burst_and_then_one_every_six_seconds() {
        let (mut pace, rosa) = (Pace::new(80), ContactId(Uuid::nil()));
        for _ in 0..45 {
            assert_eq!(pace.take_pair(rosa, at(0)), Ok(()));
        }
        assert_eq!(pace.take_pair(rosa, at(0)), Err(at(6_000)));
        assert_eq!(pace.take_pair(rosa, at(6_000)), Ok(()));
        assert!(pace.take_pair(rosa, at(6_001)).is_err());
    }
}
