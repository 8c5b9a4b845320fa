//! Strictly increasing commit instants, and identifiers made from them.
//!
//! The clock also knows up to when history is closed: no record is made in an hour whose counts are
//! folded into days, even when the machine's clock steps back.

use crate::record_counts::HOUR;
use crate::under_way::{Mark, UnderWay};
use msgboxx_model::Instant;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use uuid::Uuid;

/// The business clock, made strictly increasing within this process.
#[derive(Clone)]
pub(crate) struct CommitClock {
    clock: Arc<dyn Fn() -> Instant + Send + Sync>,
    marks: Arc<Marks>,
    under_way: UnderWay,
}

#[derive(Default)]
struct Marks {
    last: AtomicI64,
    closed_hour: AtomicI64,
}

impl CommitClock {
    pub(crate) fn new(clock: Arc<dyn Fn() -> Instant + Send + Sync>) -> Self {
        Self { clock, marks: Arc::default(), under_way: UnderWay::default() }
    }

    /// The next instant: the clock's, or just after the last one if the clock stood or stepped back.
    pub(crate) fn tick(&self) -> Instant {
        let now = (self.clock)().as_micros();
        let next = |last: i64| Some(now.max(last + 1));
        let last = self.marks.last.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).unwrap_or_else(|last| last);
        Instant::from_micros(now.max(last + 1))
    }

    /// The clock's own instant, which may repeat.
    pub(crate) fn now(&self) -> Instant {
        (self.clock)()
    }

    /// No later tick is at or before this instant.
    pub(crate) fn raise_to(&self, floor: Instant) {
        self.marks.last.fetch_max(floor.as_micros(), Ordering::Relaxed);
    }

    /// Notes that a unit of writing begins; every tick in it is later.
    pub(crate) fn begin_unit(&self) -> Mark {
        self.under_way.begin(self.tick())
    }

    /// Units of writing that have ticked and may not have committed.
    pub(crate) fn under_way(&self) -> &UnderWay {
        &self.under_way
    }

    /// The latest instant of any kind so far.
    pub(crate) fn latest(&self) -> Instant {
        self.now().max(Instant::from_micros(self.marks.last.load(Ordering::Relaxed)))
    }

    /// The hour, counted from the epoch, before which no record will be made any more. It may lag behind the database.
    pub(crate) fn closed_until(&self) -> i64 {
        self.marks.closed_hour.load(Ordering::Acquire)
    }

    /// Closes the hours before this one.
    pub(crate) fn close_until(&self, hour: i64) {
        self.raise_to(Instant::from_micros(hour.saturating_mul(HOUR)));
        self.marks.closed_hour.fetch_max(hour, Ordering::AcqRel);
    }
}

/// A version 7 UUID whose order is the order of instants, to the microsecond (RFC 9562 §6.2, method 3).
pub(crate) fn id_at(at: Instant) -> Uuid {
    let micros = u64::try_from(at.as_micros()).unwrap_or(0);
    let (millis, rest) = (micros / 1000, micros % 1000);
    let mut bytes: [u8; 16] = Uuid::new_v4().into_bytes();
    bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
    // 1,000 microseconds spread over the 4,096 values of the twelve bits after the version.
    let fraction = (rest * 4096 / 1000).to_be_bytes();
    bytes[6] = 0x70 | fraction[6];
    bytes[7] = fraction[7];
    Uuid::from_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A clock and the hand that sets it.
    fn settable(micros: i64) -> (CommitClock, Arc<AtomicI64>) {
        let hand = Arc::new(AtomicI64::new(micros));
        let shown = hand.clone();
        (CommitClock::new(Arc::new(move || Instant::from_micros(shown.load(Ordering::Relaxed)))), hand)
    }

    #[test]
    fn ticks_increase_though_the_clock_steps_back() {
        let (clock, hand) = settable(1_000_000);
        let first = clock.tick();
        hand.store(10, Ordering::Relaxed);
        let second = clock.tick();
        assert!(second > first);
        assert!(clock.tick() > second);
    }

    #[test]
    fn ticks_of_concurrent_threads_never_repeat() {
        let (clock, _) = settable(1_000_000);
        let tick_often = |_| {
            let clock = clock.clone();
            std::thread::spawn(move || (0..1000).map(|_| clock.tick()).collect::<Vec<_>>())
        };
        let threads: Vec<_> = (0..4).map(tick_often).collect();
        let mut ticks: Vec<Instant> = threads.into_iter().flat_map(|t| t.join().expect("ticking does not panic")).collect();
        ticks.sort();
        ticks.dedup();
        assert_eq!(ticks.len(), 4000);
    }

    #[test]
    fn no_tick_falls_into_a_closed_hour() {
        let (clock, _) = settable(5);
        clock.close_until(2);
        assert!(clock.tick().as_micros() > 2 * HOUR);
        clock.close_until(1);
        assert_eq!(clock.closed_until(), 2);
    }

    #[test]
    fn ids_sort_as_their_instants() {
        let ids: Vec<Uuid> =
            [0, 1, 999, 1000, 1001, 1_700_000_000_000_000, 1_700_000_000_000_001].map(|m| id_at(Instant::from_micros(m))).into();
        assert!(ids.is_sorted(), "{ids:?}");
        assert!(ids.iter().all(|id| id.get_version_num() == 7));
    }
}
