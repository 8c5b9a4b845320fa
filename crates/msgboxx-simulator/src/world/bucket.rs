//! A token bucket over the simulator's clock: how WhatsApp limits a number and a pair.

const MICROS_PER_SECOND: f64 = 1_000_000.0;

/// So many at once, and one more every so often.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bucket {
    left: f64,
    at: i64,
}

/// How large a bucket is and how fast it fills.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rate {
    pub(crate) burst: f64,
    pub(crate) per_second: f64,
}

impl Rate {
    /// A number's throughput: a second's worth at once.
    pub(crate) fn of_number(per_second: u32) -> Self {
        Self { burst: f64::from(per_second), per_second: f64::from(per_second) }
    }

    /// A pair of number and customer: 45 at once, then one every six seconds.
    pub(crate) const PAIR: Self = Self { burst: 45.0, per_second: 1.0 / 6.0 };
}

impl Bucket {
    pub(crate) fn full(rate: Rate, now: i64) -> Self {
        Self { left: rate.burst, at: now }
    }

    /// Takes one; false if there is none left.
    pub(crate) fn take(&mut self, rate: Rate, now: i64) -> bool {
        self.fill(rate, now);
        let has_one = self.left >= 1.0;
        if has_one {
            self.left -= 1.0;
        }
        has_one
    }

    /// Counts one that cannot be refused.
    pub(crate) fn drain(&mut self, rate: Rate, now: i64) {
        self.fill(rate, now);
        self.left = (self.left - 1.0).max(0.0);
    }

    pub(crate) fn is_full(mut self, rate: Rate, now: i64) -> bool {
        self.fill(rate, now);
        self.left >= rate.burst
    }

    #[expect(clippy::cast_precision_loss, reason = "a span of microseconds below 285 years is exact")]
    fn fill(&mut self, rate: Rate, now: i64) {
        let seconds = (now - self.at).max(0) as f64 / MICROS_PER_SECOND;
        self.left = (self.left + seconds * rate.per_second).min(rate.burst);
        self.at = self.at.max(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_gets_45_at_once_and_then_one_every_six_seconds() {
        let mut bucket = Bucket::full(Rate::PAIR, 0);
        let at_once = (0..60).filter(|_| bucket.take(Rate::PAIR, 0)).count();
        assert_eq!(at_once, 45);
        assert!(!bucket.take(Rate::PAIR, 5_900_000));
        assert!(bucket.take(Rate::PAIR, 6_100_000));
        assert!(!bucket.take(Rate::PAIR, 6_100_000));
    }

    #[test]
    fn incoming_messages_use_up_a_numbers_throughput_too() {
        let rate = Rate::of_number(2);
        let mut bucket = Bucket::full(rate, 0);
        bucket.drain(rate, 0);
        bucket.drain(rate, 0);
        bucket.drain(rate, 0);
        assert!(!bucket.take(rate, 0));
        assert!(bucket.take(rate, 500_000));
    }
}
