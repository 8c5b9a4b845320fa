//! Effects change the world, and some of them have to be told to a webhook.

use std::sync::Arc;

use crate::delivery::update::{Price, Told, Update};
use crate::plan::StatusName;
use crate::world::World;
use crate::world::customer::{CustomerChange, Direction, PhoneMessage};
use crate::world::effect::{Accepted, Effect, TemplateChange, Wrote};
use crate::world::settings::SettingsChange;

const MICROS_PER_SECOND: i64 = 1_000_000;

impl World {
    /// Changes the world and returns what webhooks have to be told.
    ///
    /// `request` is the call's body: the message, where the effect is a taken one.
    pub(crate) fn apply(&mut self, effect: &Effect, request: &str, now: i64) -> Vec<Update> {
        match effect {
            Effect::Accepted(accepted) => return self.accept(accepted, request, now),
            Effect::Wrote(wrote) => return self.write(wrote, now),
            Effect::Template(change) => return self.change_template(change),
            Effect::Event(event) => {
                self.next_update = self.next_update.max(event.update + 1);
                return vec![Update {
                    id: event.update,
                    phone_number_id: event.phone_number_id.as_str().into(),
                    due: event.due,
                    told: Told::Event(event.clone()),
                }];
            }
            Effect::Several(effects) => return effects.iter().flat_map(|effect| self.apply(effect, request, now)).collect(),
            Effect::Customer(change) => self.change_customer(change),
            Effect::Number(change) => self.number_or_new(&change.phone_number_id.as_str().into(), now).change(change),
            Effect::AppCallback { phone_number_ids, callback_url } => {
                for id in phone_number_ids {
                    self.number_or_new(&id.as_str().into(), now).app_callback.clone_from(callback_url);
                }
            }
            Effect::Upload(upload) => {
                self.uploads.insert(upload.id.clone(), (**upload).clone());
            }
            Effect::Read { wamid, typing } => self.read(wamid, *typing, now),
            Effect::Fault(fault) => {
                self.next_fault = self.next_fault.max(fault.id + 1);
                self.faults.add(fault.clone());
            }
            Effect::FaultsCleared => self.faults.clear(),
            Effect::FaultMet { fault } => self.faults.use_up(*fault),
            Effect::Settings(change) => self.change_settings(change, now),
            Effect::TemplatesDeleted { business_account_id, ids, at } => {
                self.templates.entry(business_account_id.clone()).or_default().delete(ids, *at);
            }
            Effect::Subscription { business_account_id, subscription } => {
                self.subscriptions.insert(business_account_id.clone(), subscription.clone());
            }
            Effect::Medium(medium) => {
                self.media.insert(medium.id.clone(), (**medium).clone());
            }
            Effect::MediumDeleted { id } => {
                self.media.remove(id);
            }
            // Neither is part of the world: the clock is shared, and the outbox keeps what is unacknowledged.
            Effect::Clock { .. } | Effect::Acknowledged { .. } => {}
        }
        Vec::new()
    }

    fn accept(&mut self, accepted: &Accepted, request: &str, now: i64) -> Vec<Update> {
        if let Some(fault) = accepted.fault {
            self.faults.use_up(fault);
        }
        self.next_update = self.next_update.max(accepted.first_update + accepted.reports.len() as u64);
        let (phone_number_id, business) = self.names_of(&accepted.phone_number_id, &accepted.business, now);
        let card = Arc::clone(&self.customer_or_new(&accepted.customer).card);
        self.user_ids.insert(card.user_id(&accepted.business_account_id), Arc::clone(&card.digits));
        let number = self.number_or_new(&phone_number_id, now);
        number.taken += 1;
        if accepted.category == "service" && accepted.arrives.is_some() {
            number.count_service(accepted.at);
        }
        if accepted.is_outside_window && accepted.arrives.is_some() {
            self.portfolio(&accepted.business_account_id).count_outside_window(&card.digits, accepted.at);
        }
        if let Some(until) = accepted.free_until {
            self.customer_or_new(&accepted.customer).opened_entry(&accepted.phone_number_id, until);
        }
        let mut statuses: Vec<(StatusName, i64)> = Vec::with_capacity(4);
        for report in &accepted.reports {
            if !statuses.iter().any(|(status, _)| *status == report.status) {
                statuses.push((report.status, report.at));
            }
        }
        statuses.sort_by_key(|(_, at)| *at);
        let id: Arc<str> = accepted.wamid.as_str().into();
        self.customer_or_new(&accepted.customer).typing = None;
        self.keep(
            &card.digits,
            PhoneMessage {
                id: Arc::clone(&id),
                direction: Direction::In,
                phone_number_id: Arc::clone(&phone_number_id),
                business,
                kind: accepted.kind.as_str().into(),
                payload: request.into(),
                rendered: accepted.rendered.clone(),
                at: accepted.at,
                arrives: accepted.arrives,
                is_held: accepted.is_held,
                statuses,
            },
        );
        let told = accepted.reports.iter().enumerate().map(|(place, report)| Update {
            id: accepted.first_update + place as u64,
            phone_number_id: Arc::clone(&phone_number_id),
            due: report.due,
            told: Told::Status {
                card: Arc::clone(&card),
                wamid: Arc::clone(&id),
                report: report.clone(),
                callback_data: accepted.callback_data.clone(),
                price: Price { category: accepted.category.clone(), kind: accepted.pricing.clone(), free_until: accepted.free_until },
            },
        });
        told.collect()
    }

    fn write(&mut self, wrote: &Wrote, now: i64) -> Vec<Update> {
        self.next_update = self.next_update.max(wrote.update + 1);
        if let Some(medium) = &wrote.medium {
            self.media.insert(medium.id.clone(), medium.clone());
        }
        let (phone_number_id, business) = self.names_of(&wrote.phone_number_id, &wrote.business, now);
        let kind = wrote.message["type"].as_str().unwrap_or("unknown");
        let customer = self.customer_or_new(&wrote.customer);
        customer.learn(wrote.name.as_ref(), wrote.user_id.as_ref(), wrote.hide_number);
        if !matches!(kind, "reaction" | "system") {
            customer.wrote(&wrote.phone_number_id, wrote.timestamp.saturating_mul(MICROS_PER_SECOND));
        }
        if wrote.message.get("referral").is_some() {
            customer.came_by_advertisement(&wrote.phone_number_id, wrote.timestamp.saturating_mul(MICROS_PER_SECOND));
        }
        if let Some(username) = &wrote.username {
            customer.change(&CustomerChange { username: Some(username.clone()), ..CustomerChange::default() });
        }
        let card = Arc::clone(&customer.card);
        self.user_ids.insert(card.user_id(&wrote.business_account_id), Arc::clone(&card.digits));
        let id: Arc<str> = wrote.message["id"].as_str().unwrap_or_default().into();
        if !self.wamids.contains_key(&id) {
            let message = PhoneMessage {
                id,
                direction: Direction::Out,
                phone_number_id: Arc::clone(&phone_number_id),
                business,
                kind: kind.into(),
                payload: wrote.message.to_string().into(),
                rendered: None,
                at: wrote.at,
                arrives: Some(wrote.at),
                is_held: false,
                statuses: vec![(StatusName::Sent, wrote.at)],
            };
            self.keep(&card.digits, message);
        }
        self.number_or_new(&phone_number_id, now).count_incoming(now);
        vec![Update {
            id: wrote.update,
            phone_number_id,
            due: wrote.due.unwrap_or(wrote.at),
            told: Told::Message { card, message: wrote.message.clone(), timestamp: wrote.timestamp },
        }]
    }

    fn change_customer(&mut self, change: &CustomerChange) {
        self.customer_or_new(&change.customer).change(change);
        let Some(new) = &change.new_number else { return };
        let Some(mut customer) = self.customers.remove(change.customer.as_str()) else { return };
        let digits: Arc<str> = new.as_str().into();
        customer.move_to(Arc::clone(&digits));
        let places = customer.messages.iter().enumerate();
        self.wamids.extend(places.map(|(place, message)| (Arc::clone(&message.id), (Arc::clone(&digits), place))));
        let card = Arc::clone(&customer.card);
        for identity in self.identities() {
            self.user_ids.insert(card.user_id(&identity.business_account_id), Arc::clone(&digits));
        }
        self.customers.insert(digits, customer);
    }

    /// The id and the number of a business as all its messages share them.
    fn names_of(&mut self, phone_number_id: &str, business: &str, now: i64) -> (Arc<str>, Arc<str>) {
        let id = match self.numbers.get_key_value(phone_number_id) {
            Some((id, _)) => Arc::clone(id),
            None => phone_number_id.into(),
        };
        let number = self.number_or_new(&id, now);
        if *number.written != *business {
            number.written = business.into();
        }
        (id, Arc::clone(&number.written))
    }

    fn keep(&mut self, digits: &Arc<str>, message: PhoneMessage) {
        let customer = self.customer_or_new(digits);
        let place = customer.messages.len();
        let id = Arc::clone(&message.id);
        customer.messages.push(message);
        self.wamids.insert(id, (Arc::clone(digits), place));
    }

    /// Reading a message reads all earlier ones of the same thread.
    fn read(&mut self, wamid: &str, typing: Option<i64>, now: i64) {
        let Some((digits, place)) = self.wamids.get(wamid) else { return };
        let Some(customer) = self.customers.get_mut(digits) else { return };
        let Some(number) = customer.messages.get(*place).map(|message| Arc::clone(&message.phone_number_id)) else { return };
        if let Some(at) = typing {
            customer.typing = Some((Arc::clone(&number), at));
        }
        let earlier = customer.messages[..=*place].iter_mut().rev();
        for message in earlier.filter(|message| message.direction == Direction::Out && message.phone_number_id == number) {
            if message.statuses.iter().any(|(status, _)| *status == StatusName::Read) {
                break;
            }
            message.statuses.push((StatusName::Read, now));
        }
    }

    /// The webhook's receiver has taken the update: a customer's message gets its second tick.
    pub(crate) fn note_delivered(&mut self, update: &Update, at: i64) {
        let Told::Message { message, .. } = &update.told else { return };
        let Some((digits, place)) = message["id"].as_str().and_then(|wamid| self.wamids.get(wamid)) else { return };
        let Some(message) = self.customers.get_mut(digits).and_then(|customer| customer.messages.get_mut(*place)) else { return };
        if message.statuses.iter().all(|(status, _)| *status != StatusName::Delivered) {
            message.statuses.push((StatusName::Delivered, at));
        }
    }

    fn change_settings(&mut self, change: &SettingsChange, now: i64) {
        let of_one = change.phone_number_id.as_deref().map(Arc::<str>::from);
        if let Some(id) = &of_one {
            self.number_or_new(id, now);
        }
        for (id, number) in &mut self.numbers {
            if of_one.as_ref().is_none_or(|one| one == id) {
                number.settings.change(change);
                number.refill(now);
            }
        }
    }

    fn change_template(&mut self, change: &TemplateChange) -> Vec<Update> {
        self.next_update = self.next_update.max(change.update.unwrap_or_default() + 1);
        let templates = self.templates.entry(change.business_account_id.clone()).or_default();
        templates.put(change.template.clone());
        let Some(update) = change.update else { return Vec::new() };
        let Some(verdict) = change.template.verdict.filter(|_| change.template.status != "PENDING") else { return Vec::new() };
        vec![Update {
            id: update,
            phone_number_id: change.phone_number_id.as_str().into(),
            due: verdict,
            told: Told::TemplateVerdict { template: Box::new(change.template.clone()) },
        }]
    }
}
