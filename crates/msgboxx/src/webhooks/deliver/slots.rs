//! How many calls run at once, and for whom.
//!
//! A webhook is proven while its last call was taken. A proven one has a few calls at once; one that
//! is new or failed has a single call. All that are not proven have at most half of the slots, and one
//! organisation has at most a quarter of each half: receivers that hang, however many and whosever,
//! never stop the calls of those that answer, nor the first call of another organisation.

use msgboxx_model::{DeliveryId, OrganisationId, WebhookId};
use msgboxx_store::DueDelivery;
use std::collections::{HashMap, HashSet};

/// Calls at once, in all.
const MOST: usize = 256;
/// Calls at once to webhooks that are not proven; beyond it each organisation that has none may have one.
const MOST_UNPROVEN: usize = MOST / 2;
/// Calls at once of one organisation.
const MOST_OF_ONE: usize = 64;
/// Calls at once of one organisation to webhooks that are not proven.
const MOST_UNPROVEN_OF_ONE: usize = MOST_OF_ONE / 2;
/// Calls at once to one proven webhook.
const MOST_TO_ONE: usize = 4;
/// Deliveries of one proven webhook that may wait in sight of a free slot.
const MOST_IN_SIGHT: usize = 16;
/// The same of one organisation and of all, if several organisations have webhooks.
const MOST_IN_SHARED_SIGHT: (usize, usize) = (128, 384);

/// The calls that run now, and what is known of their receivers.
#[derive(Debug, Default)]
pub(super) struct Slots {
    under_way: HashMap<DeliveryId, (OrganisationId, WebhookId)>,
    proven: HashSet<WebhookId>,
    is_shared: bool,
}

/// What becomes of deliveries that are due.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Choice {
    /// They have a slot now.
    pub(super) start: Vec<DueDelivery>,
    /// They wait for one.
    pub(super) wait: Vec<DueDelivery>,
    /// They wait and would hide others from a look that sees only so many.
    pub(super) in_the_way: Vec<DueDelivery>,
}

/// The calls under way, counted.
#[derive(Debug, Default)]
struct Load {
    unproven: usize,
    to_webhook: HashMap<WebhookId, usize>,
    /// All calls, and those to webhooks that are not proven.
    of_organisation: HashMap<OrganisationId, (usize, usize)>,
}

/// What waits in sight, counted.
#[derive(Debug, Default)]
struct InSight {
    is_shared: bool,
    all: usize,
    to_webhook: HashMap<WebhookId, usize>,
    of_organisation: HashMap<OrganisationId, usize>,
}

impl Load {
    fn add(&mut self, organisation: OrganisationId, webhook: WebhookId, is_proven: bool) {
        let unproven = usize::from(!is_proven);
        self.unproven += unproven;
        *self.to_webhook.entry(webhook).or_default() += 1;
        let of_one = self.of_organisation.entry(organisation).or_default();
        *of_one = (of_one.0 + 1, of_one.1 + unproven);
    }

    fn has_room_for(&self, organisation: OrganisationId, webhook: WebhookId, is_proven: bool) -> bool {
        let to_it = self.to_webhook.get(&webhook).copied().unwrap_or_default();
        let (all, unproven) = self.of_organisation.get(&organisation).copied().unwrap_or_default();
        if all >= MOST_OF_ONE {
            return false;
        }
        if is_proven {
            return to_it < MOST_TO_ONE;
        }
        to_it == 0 && (unproven == 0 || (unproven < MOST_UNPROVEN_OF_ONE && self.unproven < MOST_UNPROVEN))
    }
}

impl InSight {
    /// Whether one more may wait, which then does.
    fn has_room_for(&mut self, organisation: OrganisationId, webhook: WebhookId) -> bool {
        let to_it = self.to_webhook.entry(webhook).or_default();
        let of_one = self.of_organisation.entry(organisation).or_default();
        let leaves_others_room = !self.is_shared || (*of_one < MOST_IN_SHARED_SIGHT.0 && self.all < MOST_IN_SHARED_SIGHT.1);
        let has_room = *to_it < MOST_IN_SIGHT && leaves_others_room;
        let one = usize::from(has_room);
        (*to_it, *of_one, self.all) = (*to_it + one, *of_one + one, self.all + one);
        has_room
    }
}

impl Slots {
    /// Whether no other call can start.
    pub(super) fn are_full(&self) -> bool {
        self.under_way.len() >= MOST
    }

    /// Whether the webhook's last call was taken.
    pub(super) fn is_proven(&self, webhook: WebhookId) -> bool {
        self.proven.contains(&webhook)
    }

    /// Whether several organisations have webhooks, so that none may fill the sight with what waits.
    pub(super) fn share(&mut self, is_shared: bool) {
        self.is_shared = is_shared;
    }

    /// Gives slots to deliveries in their order. Those that are under way already are left out.
    pub(super) fn choose(&mut self, due: Vec<DueDelivery>) -> Choice {
        let (mut choice, mut in_sight, mut load) =
            (Choice::default(), InSight { is_shared: self.is_shared, ..InSight::default() }, self.load());
        for delivery in due {
            if self.under_way.contains_key(&delivery.id) {
                continue;
            }
            let (organisation, webhook) = (delivery.organisation_id, delivery.webhook_id);
            let is_proven = self.is_proven(webhook);
            if !self.are_full() && load.has_room_for(organisation, webhook, is_proven) {
                load.add(organisation, webhook, is_proven);
                self.under_way.insert(delivery.id, (organisation, webhook));
                choice.start.push(delivery);
            } else if is_proven && in_sight.has_room_for(organisation, webhook) {
                choice.wait.push(delivery);
            } else {
                choice.in_the_way.push(delivery);
            }
        }
        choice
    }

    fn load(&self) -> Load {
        let mut load = Load::default();
        for (organisation, webhook) in self.under_way.values() {
            load.add(*organisation, *webhook, self.is_proven(*webhook));
        }
        load
    }

    /// A call ended; `was_taken` is absent when the receiver had no say in it.
    pub(super) fn free(&mut self, delivery: DeliveryId, was_taken: Option<bool>) {
        let Some((_, webhook)) = self.under_way.remove(&delivery) else { return };
        match was_taken {
            Some(true) => {
                self.proven.insert(webhook);
            }
            Some(false) => {
                self.proven.remove(&webhook);
            }
            None => {}
        }
    }
}

#[cfg(test)]
mod tests;
