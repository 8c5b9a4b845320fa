//! Delivery: signed, retried, batched, repeated, shuffled.

use std::collections::HashSet;

use crate::harness::{BUSINESS, CUSTOMER, Sim, updates};
use serde_json::json;

#[tokio::test]
async fn only_200_counts_and_the_same_bytes_are_tried_at_once_and_then_later() {
    let mut sim = Sim::start().await;
    sim.receiver.answer_with(204);
    let body = json!({"from": CUSTOMER, "to": BUSINESS, "type": "text", "text": {"body": "hi"}});
    sim.control("/simulator/messages", body).await;
    let (first, second) = (sim.receiver.next_call().await, sim.receiver.next_call().await);
    assert_eq!((&first.bytes, &first.signature), (&second.bytes, &second.signature));
    sim.receiver.answer_with(200);
    sim.clock.advance(5);
    let third = sim.receiver.next_call().await;
    assert_eq!(first.bytes, third.bytes);
    sim.customer_writes(CUSTOMER, "next").await;
    let ledger = sim.ledger().await;
    let posts: Vec<_> =
        ledger.iter().filter(|item| item["kind"] == "webhook").map(|item| (item["attempt"].clone(), item["status"].clone())).collect();
    assert_eq!(posts[..3], [(json!(1), json!(204)), (json!(2), json!(204)), (json!(3), json!(200))]);
}

#[tokio::test]
async fn a_batch_carries_many_updates_over_several_changes() {
    let mut sim = Sim::start().await;
    sim.settings(json!({"webhook_batch": 20, "throughput": 1000, "pair_limit": false})).await;
    for number in 0..40 {
        let body = json!({"from": format!("+44790211{number:04}"), "to": BUSINESS, "type": "text", "text": {"body": "hi"}});
        sim.control("/simulator/messages", body).await;
    }
    let mut seen = HashSet::new();
    let mut largest = 0;
    while seen.len() < 40 {
        let call = sim.receiver.next_call().await;
        let all = updates(&call.json);
        largest = largest.max(all.len());
        seen.extend(all.into_iter().map(|update| update["id"].to_string()));
    }
    assert!((2..=20).contains(&largest), "{largest}");
}

#[tokio::test]
async fn duplicates_repeat_the_same_bytes() {
    let mut sim = Sim::start().await;
    sim.settings(json!({"duplicates": 1.0})).await;
    sim.customer_writes(CUSTOMER, "hi").await;
    let again = sim.receiver.next_call().await;
    assert_eq!(updates(&again.json)[0]["text"]["body"], "hi");
    assert_eq!(sim.phone(CUSTOMER).await.len(), 1, "written once all the same");
}

#[tokio::test]
async fn shuffled_statuses_all_arrive_and_not_in_order() {
    let mut sim = Sim::start().await;
    sim.customer_writes(CUSTOMER, "hi").await;
    sim.settings(json!({"shuffle": true})).await;
    let mut names = Vec::new();
    for _ in 0..5 {
        sim.send_text(CUSTOMER, "hello").await;
        names.extend(sim.receiver.next_statuses(3).await);
    }
    let count = |name: &str| names.iter().filter(|known| *known == name).count();
    assert_eq!((count("sent"), count("delivered"), count("read")), (5, 5, 5));
    assert_ne!(names, ["sent", "delivered", "read"].repeat(5));
}

#[tokio::test]
async fn updates_of_one_customer_keep_their_order_under_load() {
    let mut sim = Sim::start().await;
    sim.settings(json!({"throughput": 10000, "pair_limit": false})).await;
    sim.customer_writes(CUSTOMER, "hi").await;
    for _ in 0..30 {
        sim.send_text(CUSTOMER, "hello").await;
    }
    assert_eq!(sim.receiver.next_statuses(90).await, ["sent", "delivered", "read"].repeat(30));
}
