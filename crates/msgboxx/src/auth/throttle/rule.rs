//! The generic cell rate algorithm, as a pure rule over one stored instant.
//!
//! `used_until` is the instant at which everything used so far would be refilled: in the past, the
//! allowance is whole; a burst's worth in the future, it is used up.

use msgboxx_model::Instant;
use std::time::Duration;

/// So many at once, and one more after each pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// How many can be used at once.
    pub burst: u32,
    /// After which time one of them comes back.
    pub every: Duration,
}

/// Whether one more may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Yes; this is to be stored.
    Granted {
        /// The new `used_until`.
        used_until: Instant,
    },
    /// No.
    Refused {
        /// Whole seconds until one may, at least one.
        retry_after: Duration,
    },
}

impl Allowance {
    /// What one use adds to `used_until`.
    pub fn cost(self) -> Duration {
        self.every
    }

    /// The latest `used_until` that a use may lead to.
    pub fn ceiling(self, now: Instant) -> Instant {
        now.plus(self.every * self.burst)
    }

    /// Whether one more may be used now.
    pub fn decide(self, used_until: Instant, now: Instant) -> Decision {
        let next = used_until.max(now).plus(self.cost());
        let over = next.saturating_since(self.ceiling(now));
        if over.is_zero() {
            return Decision::Granted { used_until: next };
        }
        Decision::Refused { retry_after: Duration::from_secs(over.as_micros().div_ceil(1_000_000).try_into().unwrap_or(u64::MAX)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const THREE: Allowance = Allowance { burst: 3, every: Duration::from_secs(10) };

    /// Uses as much as is granted at these seconds, and counts it.
    fn granted(at: &[u64]) -> usize {
        let start = Instant::from_seconds(1_000_000);
        let mut used_until = Instant::from_micros(0);
        at.iter()
            .filter(|second| match THREE.decide(used_until, start.plus(Duration::from_secs(**second))) {
                Decision::Granted { used_until: next } => {
                    used_until = next;
                    true
                }
                Decision::Refused { .. } => false,
            })
            .count()
    }

    #[test]
    fn a_burst_is_granted_and_then_one_after_each_pause() {
        assert_eq!(granted(&[0, 0, 0, 0, 0]), 3);
        assert_eq!(granted(&[0, 0, 0, 9, 10, 10, 19, 20]), 5);
        assert_eq!(granted(&[0, 0, 0, 30, 30, 30, 30]), 6);
    }

    #[test]
    fn whoever_waits_as_told_is_let_through() {
        let now = Instant::from_seconds(1_000_000).plus(Duration::from_millis(1));
        let used_until = THREE.ceiling(now).minus(Duration::from_millis(2500));
        let Decision::Refused { retry_after } = THREE.decide(used_until, now) else { panic!("used up") };
        assert_eq!(retry_after, Duration::from_secs(8));
        assert!(matches!(THREE.decide(used_until, now.plus(retry_after)), Decision::Granted { .. }));
    }

    proptest! {
        #[test]
        fn never_more_than_the_burst_and_the_refill(mut at in proptest::collection::vec(0_u64..200, 0..100)) {
            at.sort_unstable();
            let span = at.last().copied().unwrap_or(0);
            prop_assert!(granted(&at) as u64 <= 3 + span / 10);
        }

        #[test]
        fn a_refusal_is_never_longer_than_one_pause_when_the_rule_was_kept(uses in 0_u32..10) {
            let now = Instant::from_seconds(1_000_000);
            let mut used_until = Instant::from_micros(0);
            for _ in 0..uses {
                match THREE.decide(used_until, now) {
                    Decision::Granted { used_until: next } => used_until = next,
                    Decision::Refused { retry_after } => prop_assert!(retry_after <= THREE.every),
                }
            }
        }
    }
}
