//! Everything that the simulator knows: numbers, customers with their phones, templates, media, faults.
//!
//! It lives in memory behind one lock that is never held over input or output. [`World::apply`] is the
//! only way to change what must survive; rates and the like, which need not, change beside it.

pub(crate) mod announce;
pub(crate) mod bucket;
pub(crate) mod country;
pub(crate) mod customer;
pub(crate) mod effect;
pub(crate) mod event;
pub(crate) mod fault;
pub(crate) mod media;
pub(crate) mod number;
pub(crate) mod portfolio;
pub(crate) mod reserved;
pub(crate) mod settings;
pub(crate) mod template;
pub(crate) mod upload;
pub(crate) mod variant;

mod apply;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rand::rngs::StdRng;
use rand::{Rng, RngCore, SeedableRng};

use crate::config::{BusinessNumber, Timing};
use crate::world::customer::Customer;
use crate::world::effect::Subscription;
use crate::world::fault::Faults;
use crate::world::media::Medium;
use crate::world::number::Number;
use crate::world::portfolio::Portfolio;
use crate::world::settings::Settings;
use crate::world::template::{Template, Templates};
use crate::world::upload::Upload;

/// Everything that the simulator knows.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) numbers: HashMap<Arc<str>, Number>,
    /// By their digits.
    pub(crate) customers: HashMap<Arc<str>, Customer>,
    /// Where a message lies: its customer and its place on their phone.
    wamids: HashMap<Arc<str>, (Arc<str>, usize)>,
    /// The digits of the customer with this business-scoped id, once the business can know it.
    user_ids: HashMap<String, Arc<str>>,
    /// By WABA.
    templates: HashMap<String, Templates>,
    /// WABAs whose subscription differs from the one that each has from the start.
    subscriptions: HashMap<String, Option<Subscription>>,
    pub(crate) media: HashMap<String, Medium>,
    /// Resumable uploads by their ids.
    pub(crate) uploads: HashMap<String, Upload>,
    /// By WABA.
    portfolios: HashMap<String, Portfolio>,
    pub(crate) faults: Faults,
    timing: Timing,
    next_update: u64,
    next_fault: u64,
    chance: StdRng,
}

/// What sending and posting need of a number.
#[derive(Debug, Clone)]
pub(crate) struct Posting {
    pub(crate) identity: Arc<BusinessNumber>,
    /// Where messages and statuses go instead of the app's address.
    pub(crate) override_url: Option<String>,
    /// Where other webhooks of the app go instead of the usual address.
    pub(crate) app_url: Option<String>,
    pub(crate) is_subscribed: bool,
    pub(crate) batch: usize,
    pub(crate) duplicates: f64,
    pub(crate) shuffle: bool,
    pub(crate) timing: Timing,
    pub(crate) seed: u64,
    pub(crate) webhook_version: u32,
    pub(crate) escape: bool,
}

impl World {
    /// An empty world. Ids come from `chance`, which must never repeat itself over starts.
    pub(crate) fn new(timing: Timing, chance: StdRng) -> Self {
        Self {
            numbers: HashMap::new(),
            customers: HashMap::new(),
            wamids: HashMap::new(),
            user_ids: HashMap::new(),
            templates: HashMap::new(),
            subscriptions: HashMap::new(),
            media: HashMap::new(),
            uploads: HashMap::new(),
            portfolios: HashMap::new(),
            faults: Faults::default(),
            timing,
            next_update: 1,
            next_fault: 1,
            chance,
        }
    }

    /// Says which numbers there are; phones and settings stay.
    pub(crate) fn set_numbers(&mut self, numbers: Vec<BusinessNumber>, now: i64) {
        for number in self.numbers.values_mut() {
            number.identity = None;
        }
        for templates in self.templates.values_mut() {
            templates.forget_provided();
        }
        for mut identity in numbers {
            let templates = self.templates.entry(identity.business_account_id.clone()).or_default();
            for template in std::mem::take(&mut identity.templates) {
                templates.provide(template.into());
            }
            let id: Arc<str> = identity.phone_number_id.as_str().into();
            self.number_or_new(&id, now).identity = Some(Arc::new(identity));
        }
    }

    pub(crate) fn number_or_new(&mut self, id: &Arc<str>, now: i64) -> &mut Number {
        let timing = self.timing;
        self.numbers.entry(Arc::clone(id)).or_insert_with(|| Number::new(Settings::new(timing), now))
    }

    /// The numbers that can be called, in the order of their ids.
    pub(crate) fn identities(&self) -> Vec<Arc<BusinessNumber>> {
        let mut all: Vec<_> = self.numbers.values().filter_map(|number| number.identity.clone()).collect();
        all.sort_by(|a, b| a.phone_number_id.cmp(&b.phone_number_id));
        all
    }

    pub(crate) fn customer_or_new(&mut self, digits: &str) -> &mut Customer {
        if !self.customers.contains_key(digits) {
            let digits: Arc<str> = digits.into();
            self.customers.insert(Arc::clone(&digits), Customer::new(digits));
        }
        self.customers.get_mut(digits).expect("inserted above")
    }

    /// The digits under which WhatsApp knows whoever is written to with these digits.
    pub(crate) fn known_digits(&self, digits: &str) -> String {
        if self.customers.contains_key(digits) {
            return digits.to_owned();
        }
        let other = variant::other(digits).filter(|other| self.customers.contains_key(other.as_str()));
        other.or_else(|| variant::canonical(digits)).unwrap_or_else(|| digits.to_owned())
    }

    /// The digits of whoever writes under these: a phone that is known under its other number is that phone.
    pub(crate) fn known_writer(&self, digits: &str) -> String {
        let other = variant::other(digits).filter(|other| self.customers.contains_key(other.as_str()));
        other.filter(|_| !self.customers.contains_key(digits)).unwrap_or_else(|| digits.to_owned())
    }

    /// The message with this `wamid`, and its customer's digits.
    pub(crate) fn message(&self, wamid: &str) -> Option<(&Arc<str>, &customer::PhoneMessage)> {
        let (digits, place) = self.wamids.get(wamid)?;
        self.customers.get(digits)?.messages.get(*place).map(|message| (digits, message))
    }

    /// The digits of the customer with this business-scoped id.
    pub(crate) fn customer_with_user_id(&self, user_id: &str) -> Option<&Arc<str>> {
        self.user_ids.get(user_id)
    }

    /// The template with this id and its WABA, whichever that is.
    pub(crate) fn template_by_id(&self, id: &str) -> Option<(&str, &Template)> {
        self.templates.iter().find_map(|(waba, templates)| templates.by_id(id).map(|template| (waba.as_str(), template)))
    }

    pub(crate) fn templates(&self, business_account_id: &str) -> Option<&Templates> {
        self.templates.get(business_account_id)
    }

    /// The WABA's subscription; none: its webhooks are not wanted.
    pub(crate) fn subscription(&self, business_account_id: &str) -> Option<Subscription> {
        self.subscriptions.get(business_account_id).cloned().unwrap_or_else(|| Some(Subscription::default()))
    }

    /// What is counted for this WABA's portfolio.
    pub(crate) fn portfolio(&mut self, business_account_id: &str) -> &mut Portfolio {
        if !self.portfolios.contains_key(business_account_id) {
            self.portfolios.insert(business_account_id.to_owned(), Portfolio::default());
        }
        self.portfolios.get_mut(business_account_id).expect("inserted above")
    }

    /// What posting to this number's webhook needs; none: the number has no identity now.
    pub(crate) fn posting(&self, phone_number_id: &str) -> Option<Posting> {
        let number = self.numbers.get(phone_number_id)?;
        let identity = number.identity.clone()?;
        let subscription = self.subscription(&identity.business_account_id);
        let settings = &number.settings;
        Some(Posting {
            is_subscribed: subscription.is_some(),
            override_url: number.callback.clone().or_else(|| subscription.and_then(|subscription| subscription.override_callback_uri)),
            app_url: number.app_callback.clone(),
            webhook_version: settings.webhook_version,
            escape: settings.escape,
            identity,
            batch: settings.webhook_batch,
            duplicates: settings.duplicates,
            shuffle: settings.shuffle,
            timing: settings.timing,
            seed: settings.seed,
        })
    }

    /// So many update ids, of which the first is returned.
    pub(crate) fn take_updates(&mut self, count: usize) -> u64 {
        let first = self.next_update;
        self.next_update += count as u64;
        first
    }

    pub(crate) fn take_fault_id(&mut self) -> u64 {
        self.next_fault += 1;
        self.next_fault - 1
    }

    /// A new message id with the anatomy of Meta's: the customer's digits and a random part.
    pub(crate) fn new_wamid(&mut self, digits: &str, is_incoming: bool) -> String {
        const START: &[u8] = &[0x1c, 0x18];
        let hex = self.random_hex(10).to_ascii_uppercase();
        let mut bytes = Vec::with_capacity(16 + digits.len() + hex.len());
        bytes.extend_from_slice(START);
        bytes.push(u8::try_from(digits.len()).unwrap_or(u8::MAX));
        bytes.extend_from_slice(digits.as_bytes());
        bytes.extend_from_slice(&[0x15, 0x02, 0x00, if is_incoming { 0x12 } else { 0x11 }, 0x18]);
        bytes.push(u8::try_from(hex.len()).unwrap_or(u8::MAX));
        bytes.extend_from_slice(hex.as_bytes());
        bytes.push(0);
        format!("wamid.{}", STANDARD.encode(bytes))
    }

    /// A new id as Graph's objects have them: digits.
    pub(crate) fn new_object_id(&mut self) -> String {
        self.chance.random_range(1_000_000_000_000_000_u64..9_999_999_999_999_999).to_string()
    }

    /// The chance that ids come from; it is never the same twice.
    pub(crate) fn chance(&mut self) -> &mut StdRng {
        &mut self.chance
    }

    pub(crate) fn random_hex(&mut self, bytes: usize) -> String {
        let mut random = vec![0; bytes];
        self.chance.fill_bytes(&mut random);
        hex(&random)
    }
}

/// The bytes in lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing into a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// What chance is for the message with this ordinal under this seed.
pub(crate) fn chance_for(seed: u64, ordinal: u64) -> StdRng {
    StdRng::seed_from_u64(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(ordinal))
}
