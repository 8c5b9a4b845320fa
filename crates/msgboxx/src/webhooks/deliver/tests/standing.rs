//! What failures do to a webhook.

use super::answer::Answer;
use super::*;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::task::JoinSet;

on_both_engines! {
    five_days_of_nothing_but_failure_switch_a_webhook_off_and_the_log_says_so,
    one_success_in_between_begins_the_five_days_anew,
    a_burst_of_failures_switches_nothing_off,
    a_webhook_that_is_switched_on_again_has_five_days_again,
    a_receiver_that_is_gone_is_told_of_in_the_log,
    failures_are_counted_truly_when_many_come_at_once,
}

/// A day with an event in it, and an attempt at every hour.
async fn live_a_day(stage: &Stage, worker: &mut Worker) {
    stage.add_contact().await;
    for _ in 0..24 {
        settle(worker).await;
        stage.time.advance(60 * 60);
    }
}

async fn is_on(stage: &Stage, id: msgboxx_model::WebhookId) -> bool {
    stage.webhook(id).await.expect("the webhook").is_enabled
}

async fn five_days_of_nothing_but_failure_switch_a_webhook_off_and_the_log_says_so(database: &TestDatabase) {
    let stage = Stage::set(database).await;
    let mut receiver = Receiver::answering(&["500 Oh"]).await;
    let id = stage.subscribe(Some(ADMINISTRATOR), EventKind::Contact, &receiver.url).await;
    let mut worker = stage.worker();
    for day in 1..=5 {
        live_a_day(&stage, &mut worker).await;
        assert!(is_on(&stage, id).await, "after {day} days");
    }
    assert_eq!(stage.events_called(record::DISABLED).await, 0);
    live_a_day(&stage, &mut worker).await;
    assert!(!is_on(&stage, id).await);
    assert_eq!(stage.events_called(record::DISABLED).await, 1);
    assert!(stage.webhook(id).await.is_some_and(|webhook| webhook.failure_count > 0));
    receiver.received();
    live_a_day(&stage, &mut worker).await;
    assert!(receiver.received().is_empty());
    assert_eq!(stage.events_called(record::DISABLED).await, 1);
}

async fn one_success_in_between_begins_the_five_days_anew(database: &TestDatabase) {
    let stage = Stage::set(database).await;
    let is_up = Arc::new(AtomicBool::new(false));
    let seen = is_up.clone();
    let receiver = Receiver::answering_by(move |_| if seen.swap(false, Ordering::AcqRel) { "200 OK" } else { "500 Oh" }).await;
    let id = stage.subscribe(Some(ADMINISTRATOR), EventKind::Contact, &receiver.url).await;
    let mut worker = stage.worker();
    for day in 0..8 {
        is_up.store(day == 4, Ordering::Release);
        live_a_day(&stage, &mut worker).await;
    }
    assert!(is_on(&stage, id).await);
}

async fn a_burst_of_failures_switches_nothing_off(database: &TestDatabase) {
    let stage = Stage::set(database).await;
    let receiver = Receiver::answering(&["500 Oh"]).await;
    let id = stage.subscribe(Some(ADMINISTRATOR), EventKind::Contact, &receiver.url).await;
    stage.add_contacts(30).await;
    let mut worker = stage.worker();
    for _ in 0..4 {
        settle(&mut worker).await;
        stage.time.advance(DAY);
    }
    assert!(is_on(&stage, id).await);
}

async fn a_webhook_that_is_switched_on_again_has_five_days_again(database: &TestDatabase) {
    let stage = Stage::set(database).await;
    let receiver = Receiver::answering(&["500 Oh"]).await;
    let id = stage.subscribe(Some(ADMINISTRATOR), EventKind::Contact, &receiver.url).await;
    let mut worker = stage.worker();
    for _ in 0..6 {
        live_a_day(&stage, &mut worker).await;
    }
    assert!(!is_on(&stage, id).await);
    let webhook = Webhook { is_enabled: true, failure_count: 0, ..stage.webhook(id).await.expect("the webhook") };
    stage.write(async move |tx| tx.update_webhook(ORGANISATION, &webhook).await).await;
    for _ in 0..5 {
        live_a_day(&stage, &mut worker).await;
        assert!(is_on(&stage, id).await);
    }
}

async fn a_receiver_that_is_gone_is_told_of_in_the_log(database: &TestDatabase) {
    let stage = Stage::set(database).await;
    let receiver = Receiver::answering(&["410 Gone"]).await;
    let id = stage.subscribe(Some(ADMINISTRATOR), EventKind::Contact, &receiver.url).await;
    stage.add_contacts(3).await;
    settle(&mut stage.worker()).await;
    assert_eq!(stage.webhook(id).await, None);
    assert_eq!(stage.events_called(record::REMOVED).await, 1);
}

async fn failures_are_counted_truly_when_many_come_at_once(database: &TestDatabase) {
    let stage = Stage::set(database).await;
    let (_listener, url) = listen_here().await;
    let id = stage.subscribe(Some(ADMINISTRATOR), EventKind::Contact, &url).await;
    stage.add_contacts(20).await;
    stage.worker().plan().await.expect("planned");
    let mut records = JoinSet::new();
    for mut delivery in stage.write(async |tx| tx.due_deliveries(20).await).await {
        delivery.attempt_count = 10;
        for _ in 0..2 {
            let (app, delivery) = (stage.app.clone(), delivery.clone());
            let answer = Answer::of(500, None, b"");
            records.spawn(async move { record::record(&app, delivery, answer, Duration::ZERO, 0.5).await.expect("recorded") });
        }
    }
    records.join_all().await;
    assert_eq!(stage.webhook(id).await.map(|webhook| webhook.failure_count), Some(20));
}
