//! The simulator's clock: the system's, plus an offset that can only grow.
//!
//! The program that hosts the simulator shares it, so that its windows, retries and token lives move
//! together with the simulated phones. Moving it wakes everything that waits for a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::watch;

const MICROS_PER_SECOND: i64 = 1_000_000;

/// A clock that several owners share; clones are the same clock.
#[derive(Debug, Clone)]
pub struct SimulatorClock {
    offset: Arc<AtomicI64>,
    moved: watch::Sender<i64>,
}

impl Default for SimulatorClock {
    fn default() -> Self {
        Self::new()
    }
}

impl SimulatorClock {
    /// A clock that shows the system's time.
    pub fn new() -> Self {
        Self { offset: Arc::new(AtomicI64::new(0)), moved: watch::Sender::new(0) }
    }

    /// Now, in microseconds since the Unix epoch, UTC.
    pub fn now_micros(&self) -> i64 {
        system_micros().saturating_add(self.offset_micros())
    }

    /// How far the clock is ahead of the system's, in microseconds.
    pub fn offset_micros(&self) -> i64 {
        self.offset.load(Ordering::Acquire)
    }

    /// Moves the clock forward and wakes everything that waits for a time.
    pub fn advance(&self, seconds: u64) {
        let micros = i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(MICROS_PER_SECOND);
        self.be_ahead_by(self.offset_micros().saturating_add(micros));
    }

    /// Makes the clock at least this much ahead of the system's, in microseconds; it never goes back.
    ///
    /// For a program that follows the clock of a simulator in another process.
    pub fn be_ahead_by(&self, micros: i64) {
        let before = self.offset.fetch_max(micros, Ordering::AcqRel);
        if micros > before {
            self.moved.send_replace(micros);
        }
    }

    /// Sees each move of the clock; the value is the offset in microseconds.
    pub fn moves(&self) -> watch::Receiver<i64> {
        self.moved.subscribe()
    }

    /// Returns once the clock shows this instant (microseconds since the Unix epoch) or a later one.
    pub async fn sleep_until(&self, instant: i64) {
        let mut moves = self.moves();
        loop {
            let wait = instant.saturating_sub(self.now_micros());
            let Ok(wait @ 1..) = u64::try_from(wait) else { return };
            tokio::select! {
                () = tokio::time::sleep(Duration::from_micros(wait)) => {}
                _ = moves.changed() => {}
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the clock that everything else takes the time from")]
fn system_micros() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn moving_the_clock_ends_a_long_sleep() {
        let clock = SimulatorClock::new();
        let wake = clock.now_micros() + 86_400 * MICROS_PER_SECOND;
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep_until(wake).await }
        });
        clock.advance(86_401);
        sleeper.await.expect("woke up");
        assert!(clock.now_micros() >= wake);
    }

    #[test]
    fn the_clock_never_goes_back() {
        let clock = SimulatorClock::new();
        clock.advance(100);
        clock.be_ahead_by(5);
        assert_eq!(clock.offset_micros(), 100 * MICROS_PER_SECOND);
        clock.clone().advance(u64::MAX);
        assert!(clock.offset_micros() > 100 * MICROS_PER_SECOND);
    }
}
