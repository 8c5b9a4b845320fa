//! What is kept of attempts, and for how long.

use super::*;
use msgboxx_model::Instant;
use msgboxx_model::webhook::DeliveryState;

on_both_engines! {
    every_attempt_is_kept_with_what_came_of_it_newest_first,
    an_attempt_without_an_outcome_is_listed_too,
    the_next_attempt_is_listed_while_there_is_one,
    what_is_finished_is_forgotten_after_its_time_and_what_is_pending_is_not,
    pages_fit_together,
}

async fn every_attempt_is_kept_with_what_came_of_it_newest_first(database: &TestDatabase) {
    let stage = Stage::set(database).await;
    let receiver = Receiver::answering(&["500 Oh", "204 No Content"]).await;
    let webhook = stage.subscribe(Some(ADMINISTRATOR), EventKind::Contact, &receiver.url).await;
    stage.add_contact().await;
    let mut worker = stage.worker();
    settle(&mut worker).await;
    stage.time.advance(6);
    settle(&mut worker).await;
    let deliveries = stage.deliveries(webhook).await;
    let [delivery] = deliveries.as_slice() else { panic!("one delivery, not {deliveries:?}") };
    assert_eq!((delivery.state, delivery.kind, delivery.is_test), (DeliveryState::Delivered, Some(EventKind::Contact), false));
    let attempts: Vec<_> = delivery.attempts.iter().map(|it| (it.number, it.outcome.as_ref().and_then(|outcome| outcome.status))).collect();
    assert_eq!(attempts, [(2, Some(204)), (1, Some(500))]);
    assert!(delivery.attempts[0].at > delivery.attempts[1].at);
}

async fn an_attempt_without_an_outcome_is_listed_too(database: &TestDatabase) {
    let stage = Stage::set(database).await;
    let (_hanging, url) = listen_here().await;
    let webhook = stage.subscribe(Some(ADMINISTRATOR), EventKind::Contact, &url).await;
    stage.add_contact().await;
    let mut cut_off = stage.worker();
    cut_off.round().await.expect("a round");
    drop(cut_off);
    let delivery = stage.deliveries(webhook).await.remove(0);
    assert_eq!((delivery.state, delivery.attempts.len()), (DeliveryState::Pending, 1));
    assert_eq!(delivery.attempts[0].outcome, None);
}

async fn the_next_attempt_is_listed_while_there_is_one(database: &TestDatabase) {
    let stage = Stage::set(database).await;
    let (listener, url) = listen_here().await;
    drop(listener);
    let webhook = stage.subscribe(Some(ADMINISTRATOR), EventKind::Contact, &url).await;
    stage.add_contact().await;
    settle(&mut stage.worker()).await;
    let delivery = stage.deliveries(webhook).await.remove(0);
    let outcome = delivery.attempts[0].outcome.clone().expect("an outcome");
    assert_eq!((delivery.state, outcome.status), (DeliveryState::Pending, None));
    assert!(!outcome.failure.is_empty() && !outcome.failure.contains("secret"), "{}", outcome.failure);
    assert!(delivery.run_at > delivery.attempts[0].at);
}

async fn what_is_finished_is_forgotten_after_its_time_and_what_is_pending_is_not(database: &TestDatabase) {
    let stage = Stage::set(database).await;
    let (taking, refusing) = (Receiver::answering(&["200 OK"]).await, Receiver::answering(&["500 Oh"]).await);
    let finished = stage.subscribe(Some(ADMINISTRATOR), EventKind::Contact, &taking.url).await;
    let pending = stage.subscribe(Some(ADMINISTRATOR), EventKind::Contact, &refusing.url).await;
    stage.add_contacts(3).await;
    settle(&mut stage.worker()).await;
    let forget = async |before: Instant| stage.write(async move |tx| tx.forget_deliveries(before, 2).await).await;
    let now = stage.app.clock.now();
    assert_eq!(forget(now).await, 0);
    let later = now.plus(Duration::from_hours(1));
    assert_eq!([forget(later).await, forget(later).await, forget(later).await], [2, 1, 0]);
    assert_eq!(stage.deliveries(finished).await, []);
    let kept = stage.deliveries(pending).await;
    assert_eq!((kept.len(), kept.iter().filter(|delivery| delivery.attempts.is_empty()).count()), (3, 0));
}

async fn pages_fit_together(database: &TestDatabase) {
    let stage = Stage::set(database).await;
    let receiver = Receiver::answering(&["200 OK"]).await;
    let webhook = stage.subscribe(Some(ADMINISTRATOR), EventKind::Contact, &receiver.url).await;
    for _ in 0..5 {
        stage.add_contact().await;
        settle(&mut stage.worker()).await;
        stage.time.advance(1);
    }
    let all = stage.deliveries(webhook).await;
    assert!(all.is_sorted_by(|newer, older| newer.created_at >= older.created_at));
    let mut paged = Vec::new();
    for page in 1..=4 {
        let request = msgboxx_store::PageRequest { page, size: 2, from: None, to: Some(all[0].created_at) };
        let records = stage.write(async move |tx| tx.deliveries(ORGANISATION, webhook, request).await).await;
        assert_eq!(records.record_count, 4);
        paged.extend(records.items);
    }
    assert_eq!(paged, all[1..]);
}
