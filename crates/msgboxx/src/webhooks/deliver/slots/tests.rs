use super::*;
use msgboxx_model::{EventId, EventKind, OrganisationId};
use uuid::Uuid;

fn delivery(webhook: u128, n: u128) -> DueDelivery {
    delivery_of(0, webhook, n)
}

fn delivery_of(organisation: u128, webhook: u128, n: u128) -> DueDelivery {
    DueDelivery {
        organisation_id: OrganisationId(Uuid::from_u128(organisation)),
        id: DeliveryId(Uuid::from_u128(webhook << 64 | n)),
        webhook_id: WebhookId(Uuid::from_u128(webhook)),
        created_by: None,
        kind: EventKind::Message,
        event_id: EventId(Uuid::nil()),
        entity_id: Some(Uuid::nil()),
        target_url: String::new(),
        secret_sealed: Vec::new(),
        previous_secret_sealed: None,
        attempt_count: 0,
        attempts_before: 0,
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
    assert_eq!(hanging.start.len(), MOST_UNPROVEN_OF_ONE);
    let answering = slots.choose((1..=20).flat_map(|webhook| deliveries(webhook, 4)).collect());
    assert_eq!(answering.start.len(), MOST_OF_ONE - MOST_UNPROVEN_OF_ONE);
    assert!(!slots.are_full());
}

#[test]
fn the_waiting_of_a_receiver_that_hangs_or_is_crowded_is_in_the_way_of_others() {
    let mut slots = proven([1]);
    let crowded = slots.choose(deliveries(1, 100));
    assert_eq!((crowded.start.len(), crowded.wait.len(), crowded.in_the_way.len()), (4, 16, 80));
    let hanging = slots.choose(deliveries(2, 100));
    assert_eq!((hanging.start.len(), hanging.wait.len(), hanging.in_the_way.len()), (1, 0, 99));
}

/// Slots that as many organisations as possible fill with receivers that hang.
fn crowded_by_hanging_receivers() -> Slots {
    let mut slots = Slots::default();
    for organisation in 1..=100 {
        slots.choose((0..100).map(|n| delivery_of(organisation, organisation << 16 | n, n)).collect());
    }
    slots
}

#[test]
fn an_organisation_without_a_call_gets_one_however_many_receivers_of_others_hang() {
    let mut slots = crowded_by_hanging_receivers();
    assert!(!slots.are_full());
    let due = (0..10).map(|n| delivery_of(500, 500 << 16 | n, n)).collect();
    assert_eq!(slots.choose(due).start.len(), 1);
}

#[test]
fn one_organisation_leaves_three_quarters_of_the_slots_to_the_others() {
    let mut slots = proven(1..=200);
    assert_eq!(slots.choose((1..=200).flat_map(|webhook| deliveries(webhook, 4)).collect()).start.len(), MOST_OF_ONE);
    let hanging = slots.choose((1..=100).map(|n| delivery_of(1, 1 << 16 | n, n)).collect());
    assert_eq!(hanging.start.len(), MOST_UNPROVEN_OF_ONE);
}

#[test]
fn what_waits_of_one_organisation_hides_the_others_only_if_there_are_none() {
    for (is_shared, waits) in [(true, MOST_IN_SHARED_SIGHT.0), (false, 2_000 - MOST_OF_ONE)] {
        let mut slots = proven(1..=200);
        slots.share(is_shared);
        let waiting = slots.choose((1..=200).flat_map(|webhook| deliveries(webhook, 10)).collect());
        assert_eq!((waiting.wait.len(), waiting.in_the_way.len()), (waits, 2_000 - MOST_OF_ONE - waits));
    }
}

#[test]
fn an_end_without_an_answer_says_nothing_about_the_receiver() {
    let mut slots = proven([1]);
    let started = slots.choose(deliveries(1, 1)).start;
    slots.free(started[0].id, None);
    assert_eq!(slots.choose(deliveries(1, 4)).start.len(), 4);
}
