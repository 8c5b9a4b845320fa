//! What WhatsApp posts, in any order, repeatedly, broken, and to several processes at once.

mod amendments;
mod confluence;
mod identity;
mod kinds;
mod number_news;
mod stage;

use super::process::Tally;
use crate::testing::{TestDatabase, on_both_engines};
use rand::seq::SliceRandom;
use rand::{SeedableRng, rngs::StdRng};
use serde_json::json;
use stage::{Stage, call, echoing, status, text};
use std::collections::HashSet;

on_both_engines!(
    of_many_first_messages_at_once_one_contact_and_one_conversation_come,
    repetitions_in_any_order_on_two_processes_change_nothing,
    one_broken_event_in_a_hundred_is_set_aside_and_all_others_are_done,
    a_status_that_meets_the_answer_to_our_call_is_never_missed,
    a_report_that_echoes_our_attempt_brings_those_that_came_before_it,
    a_contact_is_found_by_either_spelling_of_its_number,
    a_post_that_cannot_be_processed_is_taken_apart,
);

async fn of_many_first_messages_at_once_one_contact_and_one_conversation_come(database: &TestDatabase) {
    let stage = Stage::open(database).await;
    let posts: Vec<_> = (0..50).map(|n| stage.post(&call(&[text(&format!("wamid.{n}"), "447902111123", 100 + n, "hello")], &[]))).collect();
    futures_util::future::join_all(posts.iter().map(|post| stage.process(post))).await;
    assert_eq!((stage.contacts().await.len(), stage.conversations().await), (1, 1));
    assert_eq!(stage.count("message").await, 50);
}

async fn repetitions_in_any_order_on_two_processes_change_nothing(database: &TestDatabase) {
    let stage = Stage::open(database).await;
    let other = stage.on_another_process(database).await;
    let outgoing = stage.outgoing("447902000000", "wamid.out").await;
    let mut posts = Vec::new();
    for n in 0..40 {
        let message = text(&format!("wamid.{n}"), &format!("4479020000{:02}", n % 8), 100 + n, "hello");
        let kind = ["sent", "delivered", "read", "failed"][usize::try_from(n % 4).expect("small")];
        posts.push(stage.post(&call(&[message], &[status("wamid.out", kind, 200 + n)])));
    }
    for post in &posts {
        stage.process(post).await;
    }
    let (once, events) = (stage.state(&["447902000000", "447902000001"], &[outgoing]).await, stage.event_count().await);
    let mut again: Vec<_> = posts.iter().cycle().take(posts.len() * 3).collect();
    again.shuffle(&mut StdRng::seed_from_u64(7));
    let (ours, theirs) = again.split_at(again.len() / 2);
    let run = async |stage: &Stage, posts: &[&_]| {
        for post in posts {
            stage.process(post).await;
        }
    };
    tokio::join!(run(&stage, ours), run(&other, theirs));
    assert_eq!(stage.state(&["447902000000", "447902000001"], &[outgoing]).await, once);
    assert_eq!((stage.event_count().await, stage.count("message").await), (events, 41));
}

async fn one_broken_event_in_a_hundred_is_set_aside_and_all_others_are_done(database: &TestDatabase) {
    let stage = Stage::open(database).await;
    let mut tally = Tally::default();
    for post in 0..10 {
        let mut messages: Vec<_> =
            (0..100).map(|n| text(&format!("wamid.{post}.{n}"), &format!("4479021{:05}", n % 20), 100, "hello")).collect();
        messages[37] = [json!(null), json!("broken"), json!({"type": "text"}), json!([1]), json!({"id": {}})][post % 5].clone();
        tally += stage.process(&stage.post(&call(&messages, &[]))).await;
    }
    tally += stage.process(&stage.post(b"{\"entry\": [")).await;
    assert_eq!(tally, Tally { processed: 990, quarantined: 11 });
    assert_eq!((stage.count("message").await, stage.quarantined().await.len()), (990, 10), "the post that is no JSON was never kept");
    for part in stage.quarantined().await {
        assert_eq!(stage.process(&part).await, Tally { processed: 0, quarantined: 1 }, "a part says what it said, and no more");
    }
    assert_eq!(stage.quarantined().await.len(), 10);
}

async fn a_status_that_meets_the_answer_to_our_call_is_never_missed(database: &TestDatabase) {
    let stage = Stage::open(database).await;
    let other = stage.on_another_process(database).await;
    for n in 0..40 {
        let wamid = format!("wamid.{n}");
        let message = stage.outgoing("447902111123", "").await;
        let report = stage.post(&call(&[], &[status(&wamid, "delivered", 100)]));
        tokio::join!(stage.process(&report), other.answered(message, &wamid));
        assert!(stage.progress(message).await.is_delivered(), "the report of {wamid} was missed");
    }
}

async fn a_report_that_echoes_our_attempt_brings_those_that_came_before_it(database: &TestDatabase) {
    let stage = Stage::open(database).await;
    let message = stage.outgoing("447902111123", "").await;
    let attempt = stage.attempt(message).await;
    stage.process(&stage.post(&call(&[], &[status("wamid.1", "read", 100)]))).await;
    assert!(!stage.progress(message).await.is_sent(), "nobody knows whose it is");
    stage.process(&stage.post(&call(&[], &[echoing(status("wamid.1", "sent", 99), attempt)]))).await;
    assert!(stage.progress(message).await.is_read());
}

async fn a_contact_is_found_by_either_spelling_of_its_number(database: &TestDatabase) {
    let stage = Stage::open(database).await;
    for (n, (first, second)) in
        [("551187654321", "5511987654321"), ("5215512345678", "525512345678"), ("541123456789", "5491123456789")].into_iter().enumerate()
    {
        stage.process(&stage.post(&call(&[text(&format!("wamid.{n}.a"), first, 100, "one")], &[]))).await;
        stage.process(&stage.post(&call(&[text(&format!("wamid.{n}.b"), second, 101, "two")], &[]))).await;
        assert_eq!((stage.contacts().await.len(), stage.conversations().await), (n + 1, n + 1), "{first}");
        let contact = stage.contact(second).await.expect("it is found");
        assert_eq!(contact.wa_id.as_deref(), Some(second), "it is written to as WhatsApp wrote last");
        assert_eq!(contact.mobile_number.map(|number| number.digits().to_owned()).as_deref(), Some(first));
    }
}

async fn a_post_that_cannot_be_processed_is_taken_apart(database: &TestDatabase) {
    let stage = Stage::open(database).await;
    let messages: Vec<_> = (0..5).map(|n| text(&format!("wamid.{n}"), "447902111123", 100 + n, "hello")).collect();
    let post = stage.post(&call(&messages, &[status("wamid.0", "read", 100)]));
    assert!(stage.take_apart(&post).await);
    let parts = stage.waiting().await;
    assert_eq!(parts.len(), 6);
    let ids: HashSet<_> = parts.iter().map(|part| part.id).collect();
    assert!(stage.take_apart(&post).await);
    assert_eq!(stage.waiting().await.iter().map(|part| part.id).collect::<HashSet<_>>(), ids, "the same parts again");
    for part in &parts {
        assert_eq!(stage.process(part).await, Tally { processed: 1, quarantined: 0 });
        assert!(!stage.take_apart(part).await, "a part cannot be taken apart");
    }
    assert_eq!(stage.count("message").await, 5);
    let message = stage.message_with("wamid.0").await.expect("it is there");
    assert!(stage.progress(message).await.is_read());
}
