//! When to try again: schedules as pure functions of how often something was tried.
//!
//! `attempts` is the number of attempts made so far, the one that just failed included, so it counts
//! from 1. `jitter` is a random number in 0..1 that the caller draws; one outside is treated as the
//! nearest inside. A schedule says how long to wait, never whether repeating is safe.

use std::time::Duration;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

/// Seconds between the attempts of a webhook delivery: ten retries, about 76 hours in all.
const DELIVERY_SECONDS: [u64; 10] = [5, MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR];

/// How far a receiver can put off the next delivery with `Retry-After`.
pub const MAX_RETRY_AFTER: Duration = Duration::from_hours(24);

/// The longest wait between two attempts at a message.
pub const MAX_SEND_WAIT: Duration = Duration::from_mins(15);

/// How long to wait before delivering an event to a webhook again; `None` when all attempts are used.
///
/// The wait is that of the schedule, up to 10 % shorter or longer, so that the events that failed
/// together do not come back together. A `Retry-After` that asks for more is honoured up to
/// [`MAX_RETRY_AFTER`]; one that asks for less changes nothing.
pub fn delivery_wait(attempts: u32, jitter: f64, retry_after: Option<Duration>) -> Option<Duration> {
    let index = usize::try_from(attempts).ok()?.saturating_sub(1);
    let scheduled = Duration::from_secs(*DELIVERY_SECONDS.get(index)?).mul_f64(0.9 + 0.2 * within_unit(jitter));
    let asked = retry_after.unwrap_or_default().min(MAX_RETRY_AFTER);
    Some(scheduled.max(asked))
}

/// How long to wait before sending a message again after a passing failure of WhatsApp.
///
/// 1 s, 2 s, 4 s … up to [`MAX_SEND_WAIT`], of which the jitter takes away up to half: messages that
/// failed together spread out, and none waits longer than the cap. It never ends by itself; the
/// message's own deadline ends it.
pub fn send_wait(attempts: u32, jitter: f64) -> Duration {
    power_seconds(2, attempts).min(MAX_SEND_WAIT).mul_f64(0.5 + 0.5 * within_unit(jitter))
}

/// How long to wait before sending to the same customer again after error 131056 (pair rate limit).
///
/// WhatsApp asks for 4ⁿ seconds with n = 0, 1, 2 …; the jitter adds up to 10 %, and the sum is at
/// most [`MAX_SEND_WAIT`].
pub fn pair_limit_wait(attempts: u32, jitter: f64) -> Duration {
    power_seconds(4, attempts).min(MAX_SEND_WAIT).mul_f64(1.0 + 0.1 * within_unit(jitter)).min(MAX_SEND_WAIT)
}

/// The longest wait between two attempts at fetching a file.
pub const MAX_MEDIA_WAIT: Duration = Duration::from_hours(1);

/// How long to wait before fetching a customer's file again.
///
/// 2 s, 4 s, 8 s … up to [`MAX_MEDIA_WAIT`], of which the jitter takes away up to half. It never ends
/// by itself; the life of the file at WhatsApp ends it.
pub fn media_wait(attempts: u32, jitter: f64) -> Duration {
    power_seconds(2, attempts.saturating_add(1)).min(MAX_MEDIA_WAIT).mul_f64(0.5 + 0.5 * within_unit(jitter))
}

/// `base` to the power of `attempts - 1`, in seconds.
fn power_seconds(base: u64, attempts: u32) -> Duration {
    Duration::from_secs(base.saturating_pow(attempts.saturating_sub(1)))
}

fn within_unit(jitter: f64) -> f64 {
    if jitter.is_nan() { 0.5 } else { jitter.clamp(0.0, 1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MIDDLE: f64 = 0.5;

    #[test]
    fn deliveries_follow_the_documented_schedule_and_end_after_ten_retries() {
        let waits: Vec<u64> = (1..).map_while(|attempts| delivery_wait(attempts, MIDDLE, None)).map(|wait| wait.as_secs()).collect();
        assert_eq!(waits, [5, 60, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]);
        assert_eq!(waits.iter().sum::<u64>() / 3_600, 75);
        assert_eq!(delivery_wait(u32::MAX, MIDDLE, None), None);
    }

    #[test]
    fn the_jitter_of_a_delivery_is_a_tenth_either_way() {
        assert_eq!(delivery_wait(2, 0.0, None), Some(Duration::from_secs(54)));
        assert_eq!(delivery_wait(2, 1.0, None), Some(Duration::from_secs(66)));
    }

    #[test]
    fn retry_after_puts_a_delivery_off_by_a_day_at_most_and_never_hurries_it() {
        let after = |seconds| delivery_wait(2, MIDDLE, Some(Duration::from_secs(seconds))).map(|wait| wait.as_secs());
        assert_eq!(after(0), Some(60));
        assert_eq!(after(600), Some(600));
        assert_eq!(after(u64::MAX), Some(86_400));
        assert_eq!(delivery_wait(11, MIDDLE, Some(Duration::from_secs(1))), None);
    }

    #[test]
    fn sends_back_off_from_one_second_to_a_quarter_of_an_hour() {
        let waits: Vec<u64> = (1..=12).map(|attempts| send_wait(attempts, 1.0).as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
        assert_eq!(send_wait(1, 0.0), Duration::from_millis(500));
        assert_eq!(send_wait(u32::MAX, 1.0), MAX_SEND_WAIT);
    }

    #[test]
    fn a_pair_limit_waits_as_long_as_whatsapp_asks() {
        let waits: Vec<u64> = (1..=7).map(|attempts| pair_limit_wait(attempts, 0.0).as_secs()).collect();
        assert_eq!(waits, [1, 4, 16, 64, 256, 900, 900]);
        assert_eq!(pair_limit_wait(2, 1.0), Duration::from_millis(4_400));
        assert_eq!(pair_limit_wait(u32::MAX, 1.0), MAX_SEND_WAIT);
    }

    #[test]
    fn files_are_asked_for_again_from_two_seconds_to_an_hour() {
        let waits: Vec<u64> = (1..=12).map(|attempts| media_wait(attempts, 1.0).as_secs()).collect();
        assert_eq!(waits, [2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, 3_600]);
        assert_eq!(media_wait(1, 0.0), Duration::from_secs(1));
        assert_eq!(media_wait(u32::MAX, 1.0), MAX_MEDIA_WAIT);
    }

    proptest! {
        #[test]
        fn no_number_panics(attempts: u32, jitter: f64, seconds: u64) {
            let _ = delivery_wait(attempts, jitter, Some(Duration::from_secs(seconds)));
            prop_assert!(send_wait(attempts, jitter) <= MAX_SEND_WAIT);
            prop_assert!(media_wait(attempts, jitter) <= MAX_MEDIA_WAIT);
            prop_assert!(pair_limit_wait(attempts, jitter) <= MAX_SEND_WAIT);
        }
    }
}
