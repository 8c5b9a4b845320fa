//! One business number: who it is, how it behaves and how much it may still send.

use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::config::BusinessNumber;
use crate::world::bucket::{Bucket, Rate};
use crate::world::settings::Settings;

/// A business number. Without an identity it is only known from the ledger and cannot be called.
#[derive(Debug)]
pub(crate) struct Number {
    pub(crate) identity: Option<Arc<BusinessNumber>>,
    pub(crate) settings: Settings,
    /// Its number with the plus, as its messages carry it.
    pub(crate) written: Arc<str>,
    /// How many messages were taken; chance starts from it together with the seed.
    pub(crate) taken: u64,
    pub(crate) registration: Registration,
    /// The business profile's fields that were set.
    pub(crate) profile: Map<String, Value>,
    /// Where its messages go instead of the WABA's or the app's address.
    pub(crate) callback: Option<String>,
    /// The app's own address, if one was set through Graph.
    pub(crate) app_callback: Option<String>,
    /// The users whom the business has blocked, by their digits.
    pub(crate) blocked: Vec<String>,
    /// The month in which `free_services` were sent.
    month: i64,
    free_services: u32,
    throughput: Bucket,
    pairs: HashMap<Arc<str>, Bucket>,
}

/// Whether a number is registered with the Cloud API, and its two-step PIN.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Registration {
    pub(crate) is_given_up: bool,
    pub(crate) pin: Option<String>,
    /// When it was registered or given up lately, in microseconds.
    pub(crate) attempts: Vec<i64>,
}

/// A change that Graph made to a number; what is none stays.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct NumberChange {
    pub(crate) phone_number_id: String,
    /// When, in microseconds.
    pub(crate) at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) registered: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) pin: Option<String>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(crate) profile: Map<String, Value>,
    /// An empty one removes the address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) callback: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) blocked: Option<Vec<String>>,
}

/// The pair buckets kept before those that have filled up are dropped.
const PAIRS_KEPT: usize = 10_000;

const HOUR: i64 = 3_600 * 1_000_000;

/// So many (de)registrations are taken in 72 hours.
const REGISTRATIONS: usize = 10;

/// So many service messages a month are free.
const FREE_SERVICES: u32 = 1_000;

/// Thirty days, which is what a month of free messages lasts here.
const MONTH: i64 = 30 * 24 * HOUR;

impl Number {
    pub(crate) fn new(settings: Settings, now: i64) -> Self {
        let throughput = Bucket::full(Rate::of_number(settings.throughput), now);
        Self {
            identity: None,
            settings,
            written: "".into(),
            taken: 0,
            registration: Registration::default(),
            profile: Map::new(),
            callback: None,
            app_callback: None,
            blocked: Vec::new(),
            month: 0,
            free_services: 0,
            throughput,
            pairs: HashMap::new(),
        }
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

    /// May it be registered or given up once more?
    pub(crate) fn may_register(&self, now: i64) -> bool {
        self.registration.attempts.iter().filter(|at| now - **at < 72 * HOUR).count() < REGISTRATIONS
    }

    /// Is one more service message of this month free?
    pub(crate) fn is_service_free(&self, now: i64) -> bool {
        now / MONTH != self.month || self.free_services < FREE_SERVICES
    }

    /// Counts a service message that arrives.
    pub(crate) fn count_service(&mut self, at: i64) {
        if at / MONTH != self.month {
            self.month = at / MONTH;
            self.free_services = 0;
        }
        self.free_services = self.free_services.saturating_add(1);
    }

    /// Takes over what Graph changed.
    pub(crate) fn change(&mut self, change: &NumberChange) {
        if let Some(registered) = change.registered {
            self.registration.is_given_up = !registered;
            self.registration.attempts.retain(|at| change.at - *at < 72 * HOUR);
            self.registration.attempts.push(change.at);
        }
        if let Some(pin) = &change.pin {
            self.registration.pin = Some(pin.clone());
        }
        self.profile.extend(change.profile.clone());
        if let Some(callback) = &change.callback {
            self.callback = Some(callback.clone()).filter(|callback| !callback.is_empty());
        }
        if let Some(blocked) = &change.blocked {
            self.blocked.clone_from(blocked);
        }
    }
}
