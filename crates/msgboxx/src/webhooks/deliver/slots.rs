//! How many calls run at once, and for whom.
//!
//! A webhook is proven while its last call was taken. A proven one has a few calls at once; one that
//! is new or failed has a single call, and all of those together have at most half of the slots. So
//! receivers that hang, however many, never stop the calls of those that answer.

use msgboxx_model::{DeliveryId, WebhookId};
use msgboxx_store::DueDelivery;
use std::collections::{HashMap, HashSet};

/// Calls at once, in all.
const MOST: usize = 64;
/// Calls at once to webhooks that are not proven.
const MOST_UNPROVEN: usize = MOST / 2;
/// Calls at once to one proven webhook.
const MOST_TO_ONE: usize = 4;
/// Deliveries of one proven webhook that may wait in sight of a free slot.
const MOST_IN_SIGHT: usize = 16;

/// The calls that run now, and what is known of their receivers.
#[derive(Debug, Default)]
pub(super) struct Slots {
    under_way: HashMap<DeliveryId, WebhookId>,
    proven: HashSet<WebhookId>,
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

impl Slots {
    /// Whether no other call can start.
    pub(super) fn are_full(&self) -> bool {
        self.under_way.len() >= MOST
    }

    /// Whether the webhook's last call was taken.
    pub(super) fn is_proven(&self, webhook: WebhookId) -> bool {
        self.proven.contains(&webhook)
    }

    /// Gives slots to deliveries in their order. Those that are under way already are left out.
    pub(super) fn choose(&mut self, due: Vec<DueDelivery>) -> Choice {
        let mut choice = Choice::default();
        let mut in_sight: HashMap<WebhookId, usize> = HashMap::new();
        for delivery in due {
            if self.under_way.contains_key(&delivery.id) {
                continue;
            }
            let webhook = delivery.webhook_id;
            if self.has_room_for(webhook) {
                self.under_way.insert(delivery.id, webhook);
                choice.start.push(delivery);
                continue;
            }
            let waiting = in_sight.entry(webhook).or_default();
            *waiting += 1;
            if self.is_proven(webhook) && *waiting <= MOST_IN_SIGHT {
                choice.wait.push(delivery);
            } else {
                choice.in_the_way.push(delivery);
            }
        }
        choice
    }

    /// A call ended; `was_taken` is absent when the receiver had no say in it.
    pub(super) fn free(&mut self, delivery: DeliveryId, was_taken: Option<bool>) {
        let Some(webhook) = self.under_way.remove(&delivery) else { return };
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

    fn has_room_for(&self, webhook: WebhookId) -> bool {
        let to_it = self.under_way.values().filter(|other| **other == webhook).count();
        if self.is_proven(webhook) {
            return to_it < MOST_TO_ONE && !self.are_full();
        }
        let unproven = self.under_way.values().filter(|other| !self.is_proven(**other)).count();
        to_it == 0 && unproven < MOST_UNPROVEN && !self.are_full()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use msgboxx_model::{EventId, EventKind, OrganisationId};
    use uuid::Uuid;

    fn delivery(webhook: u128, n: u128) -> DueDelivery {
        DueDelivery {
            organisation_id: OrganisationId(Uuid::nil()),
            id: DeliveryId(Uuid::from_u128(webhook << 64 | n)),
            webhook_id: WebhookId(Uuid::from_u128(webhook)),
            created_by: None,
            kind: EventKind::Message,
            event_id: EventId(Uuid::nil()),
            entity_id: Uuid::nil(),
            target_url: String::new(),
            secret_sealed: Vec::new(),
            attempt_count: 0,
        }
    }

    fn deliveries(webhook: u128, count: u128) -> Vec<DueDelivery> {
        (0..count).map(|n| delivery(webhook, n)).collect()
    }

    /// Slots in which each of these webhooks has just taken a call.
    fn proven(webhooks: impl IntoIterator<Item = u128>) -> Slots {
        let mut slots = Slots::default();
        for webhook in webhooks {
            let done = slots.choose(vec![delivery(webhook, u128::from(u64::MAX))]);
            assert_eq!(done.start.len(), 1);
            slots.free(done.start[0].id, Some(true));
        }
        slots
    }

    #[test]
    fn a_new_webhook_has_one_call_and_four_after_one_was_taken() {
        let mut slots = Slots::default();
        let first = slots.choose(deliveries(1, 10));
        assert_eq!((first.start.len(), first.in_the_way.len()), (1, 9));
        slots.free(first.start[0].id, Some(true));
        let next = slots.choose(deliveries(1, 10));
        assert_eq!((next.start.len(), next.wait.len()), (4, 6));
    }

    #[test]
    fn a_webhook_that_failed_has_one_call_again() {
        let mut slots = proven([1]);
        let four = slots.choose(deliveries(1, 4)).start;
        for delivery in &four {
            slots.free(delivery.id, Some(false));
        }
        assert_eq!(slots.choose(deliveries(1, 4)).start.len(), 1);
    }

    #[test]
    fn what_is_under_way_is_not_started_again() {
        let mut slots = proven([1]);
        assert_eq!(slots.choose(deliveries(1, 2)).start.len(), 2);
        assert_eq!(slots.choose(deliveries(1, 2)), Choice::default());
    }

    #[test]
    fn receivers_that_hang_leave_half_of_the_slots_to_those_that_answer() {
        let mut slots = proven(1..=20);
        let hanging = slots.choose((100..300).flat_map(|webhook| deliveries(webhook, 5)).collect());
        assert_eq!(hanging.start.len(), MOST_UNPROVEN);
        let answering = slots.choose((1..=20).flat_map(|webhook| deliveries(webhook, 4)).collect());
        assert_eq!(answering.start.len(), MOST - MOST_UNPROVEN);
        assert!(slots.are_full());
    }

    #[test]
    fn the_waiting_of_a_receiver_that_hangs_or_is_crowded_is_in_the_way_of_others() {
        let mut slots = proven([1]);
        let crowded = slots.choose(deliveries(1, 100));
        assert_eq!((crowded.start.len(), crowded.wait.len(), crowded.in_the_way.len()), (4, 16, 80));
        let hanging = slots.choose(deliveries(2, 100));
        assert_eq!((hanging.start.len(), hanging.wait.len(), hanging.in_the_way.len()), (1, 0, 99));
    }

    #[test]
    fn an_end_without_an_answer_says_nothing_about_the_receiver() {
        let mut slots = proven([1]);
        let started = slots.choose(deliveries(1, 1)).start;
        slots.free(started[0].id, None);
        assert_eq!(slots.choose(deliveries(1, 4)).start.len(), 4);
    }
}
