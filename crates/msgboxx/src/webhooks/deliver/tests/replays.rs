//! Deliveries that are made again on request, and samples.

use super::*;
use msgboxx_model::webhook::DeliveryState;
use msgboxx_model::{DeliveryId, WebhookId};

on_both_engines! {
    a_replay_of_one_has_the_same_id_and_the_whole_schedule_again,
    a_replay_that_is_asked_for_during_an_attempt_is_not_lost,
    a_replay_of_a_time_makes_what_was_planned_in_it_anew_batch_by_batch,
    a_sample_is_sent_once_also_to_a_webhook_that_is_off,
    what_a_webhook_that_was_switched_off_did_not_get_can_be_replayed,
}

async fn replay_one(stage: &Stage, webhook: WebhookId, delivery: DeliveryId) {
    assert!(stage.write(async move |tx| tx.replay_delivery(ORGANISATION, webhook, delivery).await).await);
}

fn statuses(delivery: &msgboxx_store::Delivery) -> Vec<Option<i64>> {
    delivery.attempts.iter().rev().map(|it| it.outcome.as_ref().and_then(|outcome| outcome.status)).collect()
}

async fn a_replay_of_one_has_the_same_id_and_the_whole_schedule_again(database: &TestDatabase) {
    let stage = Stage::set(database).await;
    let mut receiver = Receiver::answering(&["200 OK", "500 Oh", "200 OK"]).await;
    let webhook = stage.subscribe(Some(ADMINISTRATOR), EventKind::Contact, &receiver.url).await;
    stage.add_contact().await;
    let mut worker = stage.worker();
    settle(&mut worker).await;
    let delivery = stage.deliveries(webhook).await.remove(0).id;
    stage.time.advance(30 * DAY);
    replay_one(&stage, webhook, delivery).await;
    settle(&mut worker).await;
    stage.time.advance(6);
    settle(&mut worker).await;
    let requests = receiver.received();
    assert_eq!(requests.len(), 3);
    assert!(requests.iter().all(|request| request.header("webhook-id") == requests[0].header("webhook-id")));
    // The library refuses a timestamp that is older than five minutes.
    assert!(requests.iter().all(is_signed));
    let listed = stage.deliveries(webhook).await;
    assert_eq!((listed.len(), listed[0].state), (1, DeliveryState::Delivered));
    assert_eq!(statuses(&listed[0]), [Some(200), Some(500), Some(200)]);
    let (elsewhere, other) = (WebhookId(uuid::Uuid::new_v4()), DeliveryId(uuid::Uuid::new_v4()));
    assert!(!stage.write(async move |tx| tx.replay_delivery(ORGANISATION, elsewhere, delivery).await).await);
    assert!(!stage.write(async move |tx| tx.replay_delivery(ORGANISATION, webhook, other).await).await);
}

async fn a_replay_that_is_asked_for_during_an_attempt_is_not_lost(database: &TestDatabase) {
    let stage = Stage::set(database).await;
    let mut receiver = Receiver::answering(&["200 OK"]).await;
    let webhook = stage.subscribe(Some(ADMINISTRATOR), EventKind::Contact, &receiver.url).await;
    stage.add_contact().await;
    let mut worker = stage.worker();
    worker.plan().await.expect("planned");
    let due = stage.write(async |tx| tx.due_deliveries(1).await).await.remove(0);
    let started = due.clone();
    stage.write(async move |tx| tx.start_delivery(&started, tx.now().plus(ATTEMPT_TIMEOUT)).await).await;
    replay_one(&stage, webhook, due.id).await;
    stage.write(async move |tx| tx.delivery_taken(&due).await).await;
    settle(&mut worker).await;
    assert_eq!(receiver.received().len(), 1);
    assert_eq!(stage.deliveries(webhook).await[0].state, DeliveryState::Delivered);
}

async fn a_replay_of_a_time_makes_what_was_planned_in_it_anew_batch_by_batch(database: &TestDatabase) {
    let stage = Stage::set(database).await;
    let mut receiver = Receiver::answering(&["200 OK"]).await;
    let webhook = stage.subscribe(Some(ADMINISTRATOR), EventKind::Contact, &receiver.url).await;
    let mut worker = stage.worker();
    for _ in 0..7 {
        stage.add_contact().await;
        settle(&mut worker).await;
        stage.time.advance(60);
    }
    stage.write(async move |tx| tx.make_test_delivery(ORGANISATION, webhook).await).await;
    settle(&mut worker).await;
    receiver.received();
    let listed = stage.deliveries(webhook).await;
    let (from, to) = (listed[6].created_at, listed[1].created_at);
    stage.write(async move |tx| tx.insert_replay(ORGANISATION, webhook, from, to).await).await;
    let batch = async || {
        stage
            .write(async |tx| match tx.due_replays(10).await?.as_slice() {
                [due] => tx.replay_batch(due, 2, tx.now()).await.map(Some),
                _ => Ok(None),
            })
            .await
    };
    assert_eq!([batch().await, batch().await, batch().await, batch().await], [Some(2), Some(2), Some(1), None]);
    settle(&mut worker).await;
    let mut again: Vec<String> = receiver.received().iter().map(|request| request.header("webhook-id").to_owned()).collect();
    let mut expected: Vec<String> = listed[2..=6].iter().map(|delivery| delivery.event_id.to_string()).collect();
    again.sort_unstable();
    expected.sort_unstable();
    assert_eq!(again, expected);
    stage.write(async move |tx| tx.insert_replay(ORGANISATION, webhook, from, to).await).await;
    settle(&mut worker).await;
    assert_eq!(receiver.received().len(), 5, "the worker does the same by itself");
}

async fn a_sample_is_sent_once_also_to_a_webhook_that_is_off(database: &TestDatabase) {
    let stage = Stage::set(database).await;
    let mut receiver = Receiver::answering(&["500 Oh"]).await;
    let id = stage.subscribe(Some(ADMINISTRATOR), EventKind::Message, &receiver.url).await;
    let webhook = Webhook { is_enabled: false, ..stage.webhook(id).await.expect("the webhook") };
    stage.write(async move |tx| tx.update_webhook(ORGANISATION, &webhook).await).await;
    stage.write(async move |tx| tx.make_test_delivery(ORGANISATION, id).await).await;
    let mut worker = stage.worker();
    settle(&mut worker).await;
    stage.time.advance(30 * DAY);
    settle(&mut worker).await;
    let requests = receiver.received();
    let [request] = requests.as_slice() else { panic!("one request, not {requests:?}") };
    assert!(is_signed(request));
    assert_eq!(request.header("x-msgboxx-event"), "test");
    assert!(request.body.contains("\"messageId\"") && request.body.contains("\"bodyText\""), "{}", request.body);
    let listed = stage.deliveries(id).await.remove(0);
    assert_eq!((listed.is_test, listed.state, listed.entity_id), (true, DeliveryState::Failed, None));
    assert_eq!(stage.webhook(id).await.map(|it| it.failure_count), Some(0));
}

async fn what_a_webhook_that_was_switched_off_did_not_get_can_be_replayed(database: &TestDatabase) {
    let stage = Stage::set(database).await;
    let mut receiver = Receiver::answering(&["500 Oh", "200 OK"]).await;
    let id = stage.subscribe(Some(ADMINISTRATOR), EventKind::Contact, &receiver.url).await;
    stage.add_contact().await;
    let mut worker = stage.worker();
    settle(&mut worker).await;
    let on = stage.webhook(id).await.expect("the webhook");
    let off = Webhook { is_enabled: false, ..on.clone() };
    stage.write(async move |tx| tx.update_webhook(ORGANISATION, &off).await).await;
    stage.time.advance(DAY);
    settle(&mut worker).await;
    let listed = stage.deliveries(id).await.remove(0);
    assert_eq!((listed.state, statuses(&listed)), (DeliveryState::Failed, vec![Some(500), None]));
    assert_eq!(stage.webhook(id).await.map(|it| it.failure_count), Some(0));
    stage.write(async move |tx| tx.update_webhook(ORGANISATION, &on).await).await;
    replay_one(&stage, id, listed.id).await;
    settle(&mut worker).await;
    assert_eq!(receiver.received().len(), 2);
    assert_eq!(stage.deliveries(id).await[0].state, DeliveryState::Delivered);
}
