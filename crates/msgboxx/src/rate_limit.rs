//! How many API requests a minute one calling application of one organisation may make.
//!
//! A sliding window over the last 60 seconds, in steps of one second. A token bucket would let a
//! client make up to twice the limit in its first minute. Counted in memory: several nodes each give
//! out their share of the limit.

use msgboxx_model::OrganisationId;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

const WINDOW: u64 = 60;
/// One for each second of the window.
const SLOTS: usize = 60;

/// What is left to a caller after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Requests allowed in any minute.
    pub limit: u32,
    /// How many of them are left now.
    pub remaining: u32,
    /// Seconds until the oldest counted requests are forgotten.
    pub reset: u64,
    /// Whether this request was within the limit.
    pub is_granted: bool,
}

impl Allowance {
    /// The header `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers).
    pub fn policy_header(&self) -> String {
        format!("\"application\";q={};w={WINDOW}", self.limit)
    }

    /// The header `RateLimit`.
    pub fn header(&self) -> String {
        format!("\"application\";r={};t={}", self.remaining, self.reset)
    }
}

/// The requests of the last minute, for every caller.
#[derive(Debug)]
pub struct RateLimit {
    per_minute: u32,
    live_nodes: AtomicU32,
    started: std::time::Instant,
    callers: Mutex<HashMap<(OrganisationId, Arc<str>), Window>>,
}

impl RateLimit {
    /// At most so many requests a minute over all nodes; 0 switches the limit off.
    pub fn new(per_minute: u32) -> Self {
        Self { per_minute, live_nodes: AtomicU32::new(1), started: std::time::Instant::now(), callers: Mutex::default() }
    }

    /// So many nodes serve the API now, this one among them.
    pub fn share_among(&self, live_nodes: u32) {
        self.live_nodes.store(live_nodes.max(1), Ordering::Relaxed);
    }

    /// Counts a request; `None` when there is no limit.
    pub fn count(&self, organisation: OrganisationId, application: &Arc<str>) -> Option<Allowance> {
        if self.per_minute == 0 {
            return None;
        }
        let limit = self.per_minute.div_ceil(self.live_nodes.load(Ordering::Relaxed));
        let second = self.started.elapsed().as_secs();
        let mut callers = self.callers.lock().unwrap_or_else(PoisonError::into_inner);
        forget_idle(&mut callers, second);
        Some(callers.entry((organisation, application.clone())).or_default().count(limit, second))
    }
}

/// Drops callers that made no request within the window, when there are many.
fn forget_idle(callers: &mut HashMap<(OrganisationId, Arc<str>), Window>, second: u64) {
    if callers.len() >= 1_000 && callers.len() == callers.capacity() {
        callers.retain(|_, window| window.last + WINDOW > second);
    }
}

/// Requests by second. A slot holds the count of the second that is `index` modulo 60.
#[derive(Debug)]
struct Window {
    slots: [u32; SLOTS],
    total: u32,
    last: u64,
}

impl Default for Window {
    fn default() -> Self {
        Self { slots: [0; SLOTS], total: 0, last: 0 }
    }
}

impl Window {
    fn slot(&mut self, second: u64) -> &mut u32 {
        &mut self.slots[usize::try_from(second % WINDOW).unwrap_or_default()]
    }

    fn count(&mut self, limit: u32, second: u64) -> Allowance {
        for passed in (self.last + 1..=second).take(self.slots.len()) {
            self.total -= std::mem::take(self.slot(passed));
        }
        self.last = self.last.max(second);
        let is_granted = self.total < limit;
        if is_granted {
            self.total += 1;
            *self.slot(second) += 1;
        }
        Allowance { limit, remaining: limit.saturating_sub(self.total), reset: self.seconds_until_one_is_forgotten(second), is_granted }
    }

    fn seconds_until_one_is_forgotten(&mut self, second: u64) -> u64 {
        (1..=WINDOW).find(|&later| *self.slot(second + later) > 0).unwrap_or(WINDOW)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    #[test]
    fn the_limit_is_exact_and_says_when_to_come_back() {
        let mut window = Window::default();
        assert_eq!(window.count(2, 5), Allowance { limit: 2, remaining: 1, reset: 60, is_granted: true });
        assert_eq!(window.count(2, 20), Allowance { limit: 2, remaining: 0, reset: 45, is_granted: true });
        assert_eq!(window.count(2, 64), Allowance { limit: 2, remaining: 0, reset: 1, is_granted: false });
        assert!(window.count(2, 65).is_granted);
        assert!(!window.count(2, 79).is_granted);
        assert!(window.count(2, 80).is_granted);
        assert!(window.count(2, 10_000).is_granted);
    }

    #[test]
    fn callers_do_not_use_each_others_allowance_and_nodes_share_it() {
        let limit = RateLimit::new(2);
        let (one, other) = (OrganisationId(Uuid::from_u128(1)), OrganisationId(Uuid::from_u128(2)));
        let application: Arc<str> = "erp".into();
        let granted = |organisation| limit.count(organisation, &application).expect("limited").is_granted;
        assert_eq!([granted(one), granted(one), granted(one), granted(other)], [true, true, false, true]);
        limit.share_among(2);
        assert!(!granted(other));
    }

    #[test]
    fn nought_switches_the_limit_off() {
        let limit = RateLimit::new(0);
        assert_eq!(limit.count(OrganisationId(Uuid::nil()), &"erp".into()), None);
    }

    proptest! {
        #[test]
        fn no_minute_ever_holds_more_than_the_limit(limit in 1_u32..20, steps in proptest::collection::vec(0_u64..30, 1..300)) {
            let mut window = Window::default();
            let mut granted = Vec::new();
            let mut second = 0;
            for step in steps {
                second += step.saturating_sub(20);
                if window.count(limit, second).is_granted {
                    granted.push(second);
                }
                let within = granted.iter().filter(|&&at| at + WINDOW > second).count();
                prop_assert!(within <= limit as usize);
            }
        }
    }
}
