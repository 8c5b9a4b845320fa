//! The business clock: what windows, retries, schedules and token lives go by.
//!
//! It is the system's time plus the simulator's offset, and never steps back. When the system's
//! clock is set back, this one goes at half speed until the other has caught up: standing still
//! would keep customer service windows open.

use msgboxx_model::Instant;
use msgboxx_simulator::SimulatorClock;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Differences below this are threads that read the time at once, not a clock that was set back.
const JITTER_MICROS: i64 = 10_000;

/// The clock. Clones are the same clock.
#[derive(Clone)]
pub struct Clock(Arc<Inner>);

struct Inner {
    simulated: SimulatorClock,
    source: Box<dyn TimeSource>,
    last: AtomicI64,
    is_ahead: AtomicBool,
    /// Monotonic time up to which the slow way has been gone.
    gone: Mutex<Duration>,
}

/// The two clocks of an operating system.
trait TimeSource: Send + Sync {
    /// Microseconds since the Unix epoch.
    fn wall(&self) -> i64;
    /// Time since some fixed moment.
    fn monotonic(&self) -> Duration;
}

struct System(std::time::Instant);

impl TimeSource for System {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that everything else takes the time from")]
    fn wall(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
    }

    fn monotonic(&self) -> Duration {
        self.0.elapsed()
    }
}

impl Clock {
    /// The system's time, moved forward as far as the simulator's clock is.
    pub fn new(simulated: SimulatorClock) -> Self {
        Self::with_source(simulated, Box::new(System(std::time::Instant::now())))
    }

    fn with_source(simulated: SimulatorClock, source: Box<dyn TimeSource>) -> Self {
        let inner = Inner { simulated, source, last: AtomicI64::new(0), is_ahead: AtomicBool::new(false), gone: Mutex::default() };
        Self(Arc::new(inner))
    }

    /// Now. Never before an earlier answer.
    pub fn now(&self) -> Instant {
        let inner = &*self.0;
        let wall = inner.source.wall().saturating_add(inner.simulated.offset_micros());
        let last = inner.last.fetch_max(wall, Ordering::Relaxed);
        if last <= wall.saturating_add(JITTER_MICROS) {
            inner.is_ahead.store(false, Ordering::Relaxed);
            return Instant::from_micros(wall.max(last));
        }
        Instant::from_micros(inner.go_slowly())
    }

    /// The world's time, which the simulator does not move: for what others compare with their own clocks.
    pub fn outside(&self) -> Instant {
        Instant::from_micros(self.0.source.wall())
    }

    /// The simulator's clock that this one follows; it wakes what waits for a time.
    pub fn simulated(&self) -> &SimulatorClock {
        &self.0.simulated
    }

    /// This clock as a function, as the store wants it.
    pub fn as_source(&self) -> Arc<dyn Fn() -> Instant + Send + Sync> {
        let clock = self.clone();
        Arc::new(move || clock.now())
    }
}

impl Inner {
    fn go_slowly(&self) -> i64 {
        let mut gone = self.gone.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.source.monotonic();
        if !self.is_ahead.swap(true, Ordering::Relaxed) {
            *gone = now;
        }
        let step = i64::try_from(now.saturating_sub(*gone).as_micros() / 2).unwrap_or(0);
        *gone = now;
        self.last.fetch_add(step, Ordering::Relaxed) + step
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Clock({:?})", Instant::from_micros(self.0.last.load(Ordering::Relaxed)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000;

    /// Clocks that a test moves by hand.
    #[derive(Clone, Default)]
    struct Hands(Arc<(AtomicI64, AtomicI64)>);

    impl Hands {
        fn pass(&self, seconds: i64) {
            self.set_wall(seconds);
            self.0.1.fetch_add(seconds * SECOND, Ordering::Relaxed);
        }

        fn set_wall(&self, by_seconds: i64) {
            self.0.0.fetch_add(by_seconds * SECOND, Ordering::Relaxed);
        }
    }

    impl TimeSource for Hands {
        fn wall(&self) -> i64 {
            self.0.0.load(Ordering::Relaxed)
        }

        fn monotonic(&self) -> Duration {
            Duration::from_micros(self.0.1.load(Ordering::Relaxed).unsigned_abs())
        }
    }

    fn clock() -> (Clock, Hands) {
        let hands = Hands::default();
        hands.pass(1_000_000);
        (Clock::with_source(SimulatorClock::new(), Box::new(hands.clone())), hands)
    }

    #[test]
    fn it_shows_the_system_time_and_the_simulators_offset() {
        let (clock, hands) = clock();
        hands.pass(5);
        assert_eq!(clock.now().as_seconds(), 1_000_005);
        clock.simulated().advance(86_400);
        assert_eq!(clock.now().as_seconds(), 1_086_405);
    }

    #[test]
    fn set_back_by_an_hour_it_goes_at_half_speed_until_the_time_has_caught_up() {
        let (clock, hands) = clock();
        let before = clock.now();
        hands.set_wall(-3600);
        assert_eq!(clock.now(), before);
        hands.pass(60);
        assert_eq!(clock.now().saturating_since(before), Duration::from_secs(30));
        hands.pass(3 * 3600);
        assert_eq!(clock.now().as_seconds(), before.as_seconds() + 60 + 2 * 3600);
    }

    #[test]
    fn a_second_step_back_does_not_count_the_time_between() {
        let (clock, hands) = clock();
        clock.now();
        hands.set_wall(-10);
        clock.now();
        hands.pass(1000);
        let caught_up = clock.now();
        hands.set_wall(-10);
        assert_eq!(clock.now(), caught_up);
        hands.pass(2);
        assert_eq!(clock.now().saturating_since(caught_up), Duration::from_secs(1));
    }
}
