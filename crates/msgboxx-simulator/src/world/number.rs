//! One business number: who it is, how it behaves and how much it may still send.

use std::collections::HashMap;
use std::sync::Arc;

use crate::config::BusinessNumber;
use crate::world::bucket::{Bucket, Rate};
use crate::world::settings::Settings;

const DAY: i64 = 86_400 * 1_000_000;

/// A business number. Without an identity it is only known from the ledger and cannot be called.
#[derive(Debug)]
pub(crate) struct Number {
    pub(crate) identity: Option<Arc<BusinessNumber>>,
    pub(crate) settings: Settings,
    /// Its number with the plus, as its messages carry it.
    pub(crate) written: Arc<str>,
    /// How many messages were taken; chance starts from it together with the seed.
    pub(crate) taken: u64,
    throughput: Bucket,
    pairs: HashMap<Arc<str>, Bucket>,
    /// Customers written to outside the window, with the last time.
    outside_window: HashMap<Arc<str>, i64>,
}

/// The pair buckets kept before those that have filled up are dropped.
const PAIRS_KEPT: usize = 10_000;

impl Number {
    pub(crate) fn new(settings: Settings, now: i64) -> Self {
        let throughput = Bucket::full(Rate::of_number(settings.throughput), now);
        Self { identity: None, settings, written: "".into(), taken: 0, throughput, pairs: HashMap::new(), outside_window: HashMap::new() }
    }

    /// Takes one of the number's throughput; false if it is used up.
    pub(crate) fn take_throughput(&mut self, now: i64) -> bool {
        self.throughput.take(Rate::of_number(self.settings.throughput), now)
    }

    /// Counts an incoming message.
    pub(crate) fn count_incoming(&mut self, now: i64) {
        self.throughput.drain(Rate::of_number(self.settings.throughput), now);
    }

    /// Starts the throughput anew after it was changed.
    pub(crate) fn refill(&mut self, now: i64) {
        self.throughput = Bucket::full(Rate::of_number(self.settings.throughput), now);
    }

    /// Takes one of the pair's messages; false if they are used up.
    pub(crate) fn take_pair(&mut self, customer: &Arc<str>, now: i64) -> bool {
        if !self.settings.pair_limit {
            return true;
        }
        if self.pairs.len() >= PAIRS_KEPT {
            self.pairs.retain(|_, bucket| !bucket.is_full(Rate::PAIR, now));
        }
        self.pairs.entry(Arc::clone(customer)).or_insert_with(|| Bucket::full(Rate::PAIR, now)).take(Rate::PAIR, now)
    }

    /// Does the tier allow one more message to this customer outside the window?
    pub(crate) fn tier_allows(&self, customer: &str, now: i64) -> bool {
        let limit = self.settings.customers_a_day();
        if limit == usize::MAX {
            return true;
        }
        let within_a_day = |at: &i64| now - at < DAY;
        self.outside_window.get(customer).is_some_and(within_a_day)
            || self.outside_window.values().filter(|at| within_a_day(at)).count() < limit
    }

    /// Counts a message outside the window.
    pub(crate) fn count_outside_window(&mut self, customer: &Arc<str>, at: i64) {
        self.outside_window.insert(Arc::clone(customer), at);
    }
}
