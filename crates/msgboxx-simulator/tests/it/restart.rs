//! What a killed simulator leaves is all there again.

use std::io::Write as _;

use crate::harness::{BUSINESS, CUSTOMER, Sim, template};
use serde_json::{Value, json};

#[tokio::test]
async fn phones_settings_faults_and_the_clock_come_back_from_the_ledger() {
    let mut sim = Sim::start().await;
    sim.customer_writes(CUSTOMER, "hello").await;
    sim.send_text(CUSTOMER, "hi").await;
    sim.receiver.next_statuses(3).await;
    sim.settings(json!({"throughput": 123, "timing": "instant"})).await;
    sim.control("/simulator/faults", json!({"count": 3, "kind": "error", "code": 2})).await;
    sim.send_text(CUSTOMER, "refused").await;
    sim.control("/simulator/clock", json!({"advance_seconds": 3600})).await;
    let (phone, ledger) = (sim.phone(CUSTOMER).await, sim.ledger().await);

    let sim = sim.restart().await;
    let ids = |messages: &[Value]| messages.iter().map(|message| (message["id"].clone(), message["text"].clone())).collect::<Vec<_>>();
    assert_eq!(ids(&sim.phone(CUSTOMER).await), ids(&phone));
    assert_eq!(sim.ledger().await[..ledger.len()], ledger);
    assert_eq!(sim.get("/simulator/settings").await["items"][0]["throughput"], 123);
    assert_eq!(sim.get("/simulator/faults").await["items"][0]["count"], 2);
    assert!(sim.clock.offset_micros() >= 3_600 * 1_000_000);
}

#[tokio::test]
async fn webhooks_that_nobody_acknowledged_are_posted_after_a_restart_and_only_those() {
    let mut sim = Sim::start().await;
    sim.customer_writes(CUSTOMER, "acknowledged").await;
    sim.receiver.answer_with(503);
    let body = json!({"from": CUSTOMER, "to": BUSINESS, "type": "text", "text": {"body": "unheard"}});
    let unheard = sim.control("/simulator/messages", body).await;
    sim.post_message(template("+447902111124", "offer", &[])).await;
    let mut tries = 0;
    while tries < 4 {
        sim.receiver.next_call().await;
        tries += 1;
    }
    sim.receiver.answer_with(200);
    let mut sim = sim.restart().await;
    let mut seen = Vec::new();
    while seen.iter().filter(|seen: &&Value| seen["status"] == "read").count() == 0 || !seen.iter().any(|seen| seen["id"] == unheard["id"])
    {
        let update = sim.receiver.next_update().await;
        assert_ne!(update["text"]["body"], "acknowledged");
        seen.push(update);
    }
}

#[tokio::test]
async fn a_line_that_was_cut_off_does_not_count() {
    let mut sim = Sim::start().await;
    sim.customer_writes(CUSTOMER, "hello").await;
    let handle = sim.handle.take().expect("it runs");
    handle.shutdown().await;
    let path = sim.folder.path().join("simulator-ledger.jsonl");
    let mut file = std::fs::OpenOptions::new().append(true).open(path).expect("the ledger");
    file.write_all(b"{\"n\":99,\"kind\":\"se").expect("written");
    let mut sim = sim.restart().await;
    sim.customer_writes(CUSTOMER, "again").await;
    let ledger = sim.ledger().await;
    let numbers: Vec<_> = ledger.iter().map(|item| item["n"].as_u64().expect("a number")).collect();
    assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());
    assert_eq!(sim.phone(CUSTOMER).await.len(), 2);
}
