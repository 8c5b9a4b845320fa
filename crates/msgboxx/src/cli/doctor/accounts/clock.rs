//! How far our clock is off WhatsApp's.

use crate::clock::Clock;
use msgboxx_model::Instant;
use std::time::Duration;

/// Answers show whole seconds, and take a while.
pub(super) const HARMLESS: Duration = Duration::from_secs(5);
/// More than this closes windows at the wrong time.
pub(super) const HARMFUL: Duration = Duration::from_mins(1);

/// The difference between our clock and what the server at this address shows; none if it shows nothing.
pub(super) async fn skew(http: &reqwest::Client, base_url: &str, clock: &Clock) -> Option<Duration> {
    let answer = http.get(base_url).send().await.ok()?;
    let shown = httpdate::parse_http_date(answer.headers().get(reqwest::header::DATE)?.to_str().ok()?).ok()?;
    Some(difference(Instant::from_system_time(shown), clock.outside()))
}

fn difference(a: Instant, b: Instant) -> Duration {
    a.saturating_since(b).max(b.saturating_since(a))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_ahead_and_one_that_is_behind_are_both_off() {
        let (early, late) = (Instant::from_micros(0), Instant::from_micros(90_000_000));
        assert_eq!(difference(early, late), Duration::from_secs(90));
        assert_eq!(difference(late, early), Duration::from_secs(90));
    }
}
