//! Receivers that are down, and those beside them.

use super::*;
use msgboxx_model::webhook::DeliveryState;
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};

on_both_engines! {
    a_receiver_that_was_down_for_hours_gets_every_event_once_it_is_back,
    one_receiver_of_a_hundred_that_hangs_delays_none_of_the_others,
}

async fn a_receiver_that_was_down_for_hours_gets_every_event_once_it_is_back(database: &TestDatabase) {
    let stage = Stage::set(database).await;
    let is_up = Arc::new(AtomicBool::new(false));
    let seen = is_up.clone();
    let mut receiver = Receiver::answering_by(move |_| if seen.load(Ordering::Acquire) { "200 OK" } else { "502 Bad Gateway" }).await;
    let webhook = stage.subscribe(Some(ADMINISTRATOR), EventKind::Contact, &receiver.url).await;
    let mut worker = stage.worker();
    let mut added = HashSet::new();
    for _ in 0..12 {
        added.extend(stage.add_contacts(2).await);
        settle(&mut worker).await;
        stage.time.advance(30 * 60);
    }
    settle(&mut worker).await;
    receiver.received();
    is_up.store(true, Ordering::Release);
    // The longest wait of those that failed for six hours is five hours.
    for _ in 0..6 {
        stage.time.advance(60 * 60);
        settle(&mut worker).await;
    }
    let bodies: Vec<String> = receiver.received().into_iter().map(|request| request.body).collect();
    assert_eq!(bodies.len(), added.len(), "each came once");
    assert_eq!(bodies.into_iter().collect::<HashSet<_>>(), added);
    let deliveries = stage.deliveries(webhook).await;
    assert_eq!(deliveries.len(), added.len());
    assert!(deliveries.iter().all(|it| it.state == DeliveryState::Delivered && it.attempts.len() > 1));
    assert_eq!(stage.webhook(webhook).await.map(|it| (it.is_enabled, it.failure_count)), Some((true, 0)));
}

async fn one_receiver_of_a_hundred_that_hangs_delays_none_of_the_others(database: &TestDatabase) {
    let stage = Stage::set(database).await;
    let (_hanging, hanging_url) = listen_here().await;
    let mut answering = Receiver::answering(&["200 OK"]).await;
    stage.subscribe(Some(ADMINISTRATOR), EventKind::Contact, &hanging_url).await;
    for n in 1..100 {
        stage.subscribe(Some(ADMINISTRATOR), EventKind::Contact, &format!("{}&n={n}", answering.url)).await;
    }
    let added = stage.add_contacts(5).await;
    let mut worker = stage.worker();
    let mut received = 0;
    while received < 99 * added.len() {
        worker.round().await.expect("a round");
        assert!(worker.calls.len() > 1, "nothing but the receiver that hangs is called, and {received} came");
        // The call that hangs ends ten seconds later, and is not awaited.
        while worker.calls.len() > 1 {
            let ended = worker.calls.join_next_with_id().await.expect("a call");
            worker.end(ended);
        }
        received += answering.received().len();
    }
    assert_eq!((received, worker.calls.len()), (99 * added.len(), 1));
}
