//! A point in time, and its texts on the wire.
//!
//! An instant is a whole number of microseconds since 1970-01-01T00:00:00Z, as both databases store
//! it; leap seconds do not exist. Nothing here reads a clock. Arithmetic saturates, so that no value
//! from outside can make it panic. The two emitted forms differ between entities: see
//! [`Instant::to_millis_text`] and [`Instant::to_micros_text`].

mod calendar;
mod request;
mod text;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub use request::InstantError;

const MICROS_PER_SECOND: i64 = 1_000_000;

/// A point in time, in microseconds since the Unix epoch.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Instant(i64);

impl Instant {
    /// From Unix microseconds.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Unix microseconds.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// The last whole millisecond: how instants of all records but messages are published, and so kept.
    #[must_use]
    pub const fn whole_millis(self) -> Self {
        Self(self.0 - self.0.rem_euclid(1000))
    }

    /// From Unix seconds, as WhatsApp and JWTs give them.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(MICROS_PER_SECOND))
    }

    /// Unix seconds, rounded down.
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(MICROS_PER_SECOND)
    }

    /// The same point in time, rounded towards the epoch to a microsecond.
    pub fn from_system_time(time: SystemTime) -> Self {
        let epoch = Self(0);
        match time.duration_since(UNIX_EPOCH) {
            Ok(after) => epoch.plus(after),
            Err(before) => epoch.minus(before.duration()),
        }
    }

    /// Later by `duration`, whose part below a microsecond is dropped.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(whole_micros(duration)))
    }

    /// Earlier by `duration`, whose part below a microsecond is dropped.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(whole_micros(duration)))
    }

    /// How long after `earlier` this is; zero if it is not after it.
    pub fn saturating_since(self, earlier: Self) -> Duration {
        if self > earlier { Duration::from_micros(self.0.abs_diff(earlier.0)) } else { Duration::ZERO }
    }

    /// `2022-07-05T20:09:58.341Z`, the form of all entities but Message; digits beyond are dropped.
    ///
    /// Years outside 0000–9999 are shown as the nearest instant within.
    pub fn to_millis_text(self) -> String {
        let mut out = String::with_capacity(text::MILLIS_LEN);
        self.write_millis(&mut out);
        out
    }

    /// `2024-04-30T14:03:25.063590+00:00`, the form of Message: always six digits, so that it sorts
    /// as text and older Python reads it.
    ///
    /// Years outside 0000–9999 are shown as the nearest instant within.
    pub fn to_micros_text(self) -> String {
        let mut out = String::with_capacity(text::MICROS_LEN);
        self.write_micros(&mut out);
        out
    }
}

fn whole_micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

impl std::fmt::Debug for Instant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Instant({} = {})", self.0, self.to_micros_text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_at_both_ends_saturates() {
        let (first, last) = (Instant::from_micros(i64::MIN), Instant::from_micros(i64::MAX));
        assert_eq!(last.plus(Duration::MAX), last);
        assert_eq!(first.minus(Duration::MAX), first);
        assert_eq!(last.saturating_since(first), Duration::from_micros(u64::MAX));
        assert_eq!(first.saturating_since(last), Duration::ZERO);
        assert_eq!(Instant::from_seconds(i64::MAX), last);
        assert_eq!(Instant::from_seconds(i64::MIN), first);
    }

    #[test]
    fn adding_and_taking_away_are_exact_to_the_microsecond() {
        let at = Instant::from_seconds(1_714_485_805);
        assert_eq!(at.plus(Duration::from_micros(63_590)).as_micros(), 1_714_485_805_063_590);
        assert_eq!(at.minus(Duration::from_millis(1)).as_micros(), 1_714_485_804_999_000);
        assert_eq!(at.plus(Duration::from_millis(5)).saturating_since(at), Duration::from_millis(5));
    }

    #[test]
    fn whole_seconds_are_rounded_down_also_before_1970() {
        assert_eq!(Instant::from_micros(1_999_999).as_seconds(), 1);
        assert_eq!(Instant::from_micros(-1).as_seconds(), -1);
    }

    #[test]
    fn a_system_time_on_either_side_of_the_epoch_is_kept() {
        let day = Duration::from_hours(24);
        assert_eq!(Instant::from_system_time(UNIX_EPOCH + day).as_seconds(), 86_400);
        assert_eq!(Instant::from_system_time(UNIX_EPOCH - day).as_seconds(), -86_400);
    }
}
