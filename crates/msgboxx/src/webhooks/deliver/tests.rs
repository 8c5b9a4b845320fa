//! The worker against a database and receivers on this machine; the time is moved, never waited for.

mod attempts;
mod outage;
mod replays;
mod secrets;
mod stage;
mod standing;

use super::receiver::{Receiver, Request, listen_here};
use super::*;
use crate::testing::{TestDatabase, on_both_engines};
use msgboxx_model::{EventKind, Webhook};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use stage::{ACCOUNT, ADMINISTRATOR, AGENT, ORGANISATION, SECRET, Stage};

const DAY: u64 = 24 * 60 * 60;

on_both_engines! {
    what_was_added_is_delivered_once_signed_and_as_get_shows_it,
    what_was_not_taken_comes_again_on_schedule_with_the_same_id,
    an_event_is_given_up_after_eleven_attempts_and_counts_as_one_failure,
    a_receiver_that_is_gone_ends_its_webhook,
    only_what_the_subscriber_may_see_is_delivered,
    what_was_added_before_a_webhook_was_made_is_not_for_it,
    a_webhook_that_is_off_gets_nothing_now_or_later,
    an_attempt_that_a_crash_cut_off_is_repeated,
    only_the_holder_of_the_lease_plans_and_starts,
    a_worker_that_is_stopped_gives_its_lease_back,
    a_receiver_that_hangs_delays_no_other_however_much_waits_for_it,
}

/// Works until nothing can be done at this time.
async fn settle(worker: &mut Worker) {
    loop {
        worker.round().await.expect("a round");
        let Some(ended) = worker.calls.join_next_with_id().await else { return };
        worker.end(ended);
    }
}

fn is_signed(request: &Request) -> bool {
    is_signed_with(request, SECRET)
}

/// Whether the public library takes the request as one signed with this secret.
fn is_signed_with(request: &Request, secret: &str) -> bool {
    let headers: HeaderMap = ["webhook-id", "webhook-timestamp", "webhook-signature"]
        .into_iter()
        .map(|name| (HeaderName::from_static(name), HeaderValue::from_str(request.header(name)).expect("a header value")))
        .collect();
    standardwebhooks::Webhook::new(secret).expect("a secret").verify(request.body.as_bytes(), &headers).is_ok()
}

async fn what_was_added_before_a_webhook_was_made_is_not_for_it(database: &TestDatabase) {
    let stage = Stage::set(database).await;
    let mut receiver = Receiver::answering(&["200 OK"]).await;
    stage.add_contact().await;
    stage.subscribe(Some(ADMINISTRATOR), EventKind::Contact, &receiver.url).await;
    let later = stage.add_contact().await;
    settle(&mut stage.worker()).await;
    assert_eq!(receiver.received().into_iter().map(|request| request.body).collect::<Vec<_>>(), [later]);
}

async fn what_was_added_is_delivered_once_signed_and_as_get_shows_it(database: &TestDatabase) {
    let stage = Stage::set(database).await;
    let (mut wants, mut other) = (Receiver::answering(&["200 OK"]).await, Receiver::answering(&["200 OK"]).await);
    stage.subscribe(Some(ADMINISTRATOR), EventKind::Contact, &wants.url).await;
    stage.subscribe(Some(ADMINISTRATOR), EventKind::Message, &other.url).await;
    let (first, second) = (stage.add_contact().await, stage.add_contact().await);
    let mut worker = stage.worker();
    settle(&mut worker).await;
    let requests = wants.received();
    let bodies: Vec<&str> = requests.iter().map(|request| request.body.as_str()).collect();
    assert_eq!(bodies, [first, second]);
    assert!(requests.iter().all(is_signed));
    assert_eq!(requests[0].header("x-msgboxx-event"), "contact");
    assert_ne!(requests[0].header("webhook-id"), requests[1].header("webhook-id"));
    stage.time.advance(30 * DAY);
    settle(&mut worker).await;
    assert!(wants.received().is_empty() && other.received().is_empty());
}

async fn what_was_not_taken_comes_again_on_schedule_with_the_same_id(database: &TestDatabase) {
    let stage = Stage::set(database).await;
    let mut receiver = Receiver::answering(&["500 Oh", "503 Busy\r\nretry-after: 600", "204 No Content"]).await;
    stage.subscribe(Some(ADMINISTRATOR), EventKind::Contact, &receiver.url).await;
    stage.add_contact().await;
    let mut worker = stage.worker();
    let mut requests = Vec::new();
    for (wait, expected) in [(0, 1), (6, 1), (500, 0), (200, 1), (30 * DAY, 0)] {
        stage.time.advance(wait);
        settle(&mut worker).await;
        let new = receiver.received();
        assert_eq!(new.len(), expected, "after {wait} seconds");
        requests.extend(new);
    }
    assert!(requests.iter().all(|request| request.header("webhook-id") == requests[0].header("webhook-id")));
    assert!(requests.iter().all(is_signed));
}

async fn an_event_is_given_up_after_eleven_attempts_and_counts_as_one_failure(database: &TestDatabase) {
    let stage = Stage::set(database).await;
    let mut receiver = Receiver::answering(&["500 Oh"]).await;
    let webhook = stage.subscribe(Some(ADMINISTRATOR), EventKind::Contact, &receiver.url).await;
    stage.add_contact().await;
    let mut worker = stage.worker();
    for wait in [6, 70, 350, 2_000, 8_000, 20_000, 40_000, 56_000, 80_000, 96_000, DAY] {
        assert_eq!(stage.webhook(webhook).await.map(|webhook| webhook.failure_count), Some(0));
        settle(&mut worker).await;
        assert_eq!(receiver.received().len(), 1);
        stage.time.advance(wait);
    }
    settle(&mut worker).await;
    assert!(receiver.received().is_empty());
    assert_eq!(stage.webhook(webhook).await.map(|webhook| webhook.failure_count), Some(1));
}

async fn a_receiver_that_is_gone_ends_its_webhook(database: &TestDatabase) {
    let stage = Stage::set(database).await;
    let mut receiver = Receiver::answering(&["410 Gone"]).await;
    let webhook = stage.subscribe(Some(ADMINISTRATOR), EventKind::Contact, &receiver.url).await;
    stage.add_contact().await;
    stage.add_contact().await;
    let mut worker = stage.worker();
    settle(&mut worker).await;
    stage.time.advance(30 * DAY);
    settle(&mut worker).await;
    assert_eq!(receiver.received().len(), 1);
    assert_eq!(stage.webhook(webhook).await, None);
}

async fn only_what_the_subscriber_may_see_is_delivered(database: &TestDatabase) {
    let stage = Stage::set(database).await;
    let mut agents = Receiver::answering(&["200 OK"]).await;
    let mut operators = Receiver::answering(&["200 OK"]).await;
    stage.subscribe(Some(AGENT), EventKind::Contact, &agents.url).await;
    stage.subscribe(None, EventKind::Contact, &operators.url).await;
    stage.add_contact().await;
    let mut worker = stage.worker();
    settle(&mut worker).await;
    assert_eq!((agents.received().len(), operators.received().len()), (0, 1));
    stage.write(async |tx| tx.give_api_accounts(ORGANISATION, AGENT, &[ACCOUNT]).await).await;
    stage.time.advance(30 * DAY);
    stage.add_contact().await;
    settle(&mut worker).await;
    assert_eq!((agents.received().len(), operators.received().len()), (1, 1));
}

async fn a_webhook_that_is_off_gets_nothing_now_or_later(database: &TestDatabase) {
    let stage = Stage::set(database).await;
    let mut receiver = Receiver::answering(&["500 Oh", "200 OK"]).await;
    let id = stage.subscribe(Some(ADMINISTRATOR), EventKind::Contact, &receiver.url).await;
    stage.add_contact().await;
    let mut worker = stage.worker();
    settle(&mut worker).await;
    assert_eq!(receiver.received().len(), 1);
    let before = stage.webhook(id).await.expect("the webhook");
    for is_enabled in [false, true] {
        let webhook = Webhook { is_enabled, ..before.clone() };
        stage.write(async move |tx| tx.update_webhook(ORGANISATION, &webhook).await).await;
        stage.time.advance(DAY);
        if !is_enabled {
            stage.add_contact().await;
        }
        settle(&mut worker).await;
        assert!(receiver.received().is_empty());
    }
}

async fn an_attempt_that_a_crash_cut_off_is_repeated(database: &TestDatabase) {
    let stage = Stage::set(database).await;
    let (_hanging, url) = listen_here().await;
    stage.subscribe(Some(ADMINISTRATOR), EventKind::Contact, &url).await;
    stage.add_contact().await;
    let mut cut_off = stage.worker();
    cut_off.round().await.expect("a round");
    assert_eq!(cut_off.calls.len(), 1);
    drop(cut_off);
    let mut worker = stage.worker();
    worker.round().await.expect("a round");
    assert_eq!(worker.calls.len(), 0);
    stage.time.advance(60);
    worker.round().await.expect("a round");
    assert_eq!(worker.calls.len(), 1);
}

async fn only_the_holder_of_the_lease_plans_and_starts(database: &TestDatabase) {
    let stage = Stage::set(database).await;
    let mut receiver = Receiver::answering(&["200 OK"]).await;
    stage.subscribe(Some(ADMINISTRATOR), EventKind::Contact, &receiver.url).await;
    stage.add_contact().await;
    let mut worker = stage.worker();
    stage.write(async |tx| hold_lease(tx, "another").await).await;
    settle(&mut worker).await;
    assert_eq!(stage.write(async |tx| tx.due_deliveries(1).await).await, []);
    stage.time.advance(LEASE_FOR.as_secs() + 1);
    worker.plan().await.expect("planned");
    stage.time.advance(LEASE_FOR.as_secs() + 1);
    stage.write(async |tx| hold_lease(tx, "another").await).await;
    settle(&mut worker).await;
    assert!(receiver.received().is_empty());
    stage.time.advance(LEASE_FOR.as_secs() + 1);
    settle(&mut worker).await;
    assert_eq!(receiver.received().len(), 1);
}

async fn a_worker_that_is_stopped_gives_its_lease_back(database: &TestDatabase) {
    let stage = Stage::set(database).await;
    let mut receiver = Receiver::answering(&["200 OK"]).await;
    stage.subscribe(Some(ADMINISTRATOR), EventKind::Contact, &receiver.url).await;
    stage.add_contact().await;
    let stop = CancellationToken::new();
    let running = tokio::spawn(run(stage.app.clone(), stop.clone()));
    receiver.next().await;
    stop.cancel();
    running.await.expect("the worker ended");
    assert!(stage.write(async |tx| hold_lease(tx, "another").await).await.is_some());
    stage.time.advance(30 * DAY);
    assert_eq!(stage.write(async |tx| tx.due_deliveries(1).await).await, []);
}

async fn a_receiver_that_hangs_delays_no_other_however_much_waits_for_it(database: &TestDatabase) {
    let stage = Stage::set(database).await;
    let (_hanging, url) = listen_here().await;
    stage.subscribe(Some(ADMINISTRATOR), EventKind::Contact, &url).await;
    stage.add_contacts(LOOK + 1).await;
    let mut worker = stage.worker();
    while worker.plan().await.expect("planned") {}
    let mut answering = Receiver::answering(&["200 OK"]).await;
    stage.subscribe(Some(ADMINISTRATOR), EventKind::Contact, &answering.url).await;
    stage.add_contact().await;
    for _ in 0..5 {
        worker.round().await.expect("a round");
        // One call hangs, and its end is not awaited.
        while worker.calls.len() > 1 {
            let ended = worker.calls.join_next_with_id().await.expect("a call");
            worker.end(ended);
        }
    }
    assert_eq!(answering.received().len(), 1);
}
