//! Faults ordered by a test.

use crate::harness::{CUSTOMER, NUMBER, Sim, TOKEN, text};
use serde_json::{Value, json};

async fn ready() -> Sim {
    let mut sim = Sim::start().await;
    sim.customer_writes(CUSTOMER, "hello").await;
    sim
}

#[tokio::test]
async fn an_error_is_met_as_often_as_ordered() {
    let sim = ready().await;
    sim.control("/simulator/faults", json!({"to": CUSTOMER, "count": 2, "kind": "error", "code": 131_000})).await;
    for _ in 0..2 {
        let (status, answer) = sim.send_text(CUSTOMER, "hi").await;
        assert_eq!((status, answer["error"]["code"].as_i64()), (500, Some(131_000)));
    }
    assert_eq!(sim.send_text(CUSTOMER, "hi").await.0, 200);
    assert_eq!(sim.phone(CUSTOMER).await.len(), 2, "refused messages never arrive");
    sim.control("/simulator/faults", json!({"kind": "error", "code": 2, "http_status": 429})).await;
    assert_eq!(sim.send_text(CUSTOMER, "hi").await.0, 429);
}

#[tokio::test]
async fn a_bare_http_error_has_no_word_of_graphs() {
    let sim = ready().await;
    sim.control("/simulator/faults", json!({"to": null, "count": 1, "kind": "http", "http_status": 502})).await;
    assert_eq!(sim.send_text(CUSTOMER, "hi").await, (502, Value::Null));
    assert_eq!(sim.send_text(CUSTOMER, "hi").await.0, 200);
}

#[tokio::test]
async fn faults_for_one_customer_do_not_touch_another_and_can_be_called_off() {
    let sim = ready().await;
    sim.control("/simulator/faults", json!({"to": "+447902111999", "count": 5, "kind": "error", "code": 1})).await;
    assert_eq!(sim.send_text(CUSTOMER, "hi").await.0, 200);
    assert_eq!(sim.get("/simulator/faults").await["items"][0]["count"], 5);
    let (status, answer) = sim.call("DELETE", "/simulator/faults", None, None).await.expect("an answer");
    assert_eq!((status, answer), (200, json!({"items": []})));
    assert_eq!(sim.send_text("+447902111999", "hi").await.0, 200);
}

#[tokio::test]
async fn a_dropped_reply_is_taken_all_the_same() {
    let mut sim = ready().await;
    sim.control("/simulator/faults", json!({"count": 1, "kind": "drop_reply"})).await;
    let path = format!("/v25.0/{NUMBER}/messages");
    let lost = sim.call("POST", &path, Some(TOKEN), Some(text(CUSTOMER, "hi"))).await;
    assert!(lost.is_err());
    assert_eq!(sim.receiver.next_statuses(3).await, ["sent", "delivered", "read"]);
}

#[tokio::test]
async fn a_hanging_call_is_taken_at_once_and_answered_later() {
    let mut sim = ready().await;
    sim.control("/simulator/faults", json!({"count": 1, "kind": "hang", "seconds": 3600})).await;
    let clock = sim.clock.clone();
    let path = format!("{}/v25.0/{NUMBER}/messages", sim.base);
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let call = tokio::spawn(client.post(path).bearer_auth(TOKEN).json(&text(CUSTOMER, "hi")).send());
    assert_eq!(sim.receiver.next_update().await["status"], "sent");
    assert!(!call.is_finished());
    clock.advance(3_600);
    assert_eq!(call.await.expect("no panic").expect("an answer").status(), 200);
}

#[tokio::test]
async fn statuses_can_be_late_twice_shuffled_missing_or_failed() {
    let mut sim = ready().await;
    let order = |statuses: &str| json!({"to": CUSTOMER, "count": 1, "kind": "status", "statuses": statuses});
    sim.control("/simulator/faults", order("twice")).await;
    sim.send_text(CUSTOMER, "hi").await;
    assert_eq!(sim.receiver.next_statuses(6).await, ["sent", "sent", "delivered", "delivered", "read", "read"]);

    sim.control("/simulator/faults", order("shuffled")).await;
    sim.send_text(CUSTOMER, "hi").await;
    assert_ne!(sim.receiver.next_statuses(3).await, ["sent", "delivered", "read"]);

    sim.control("/simulator/faults", order("failed")).await;
    sim.send_text(CUSTOMER, "hi").await;
    assert_eq!(sim.receiver.next_statuses(1).await, ["failed"]);

    sim.control("/simulator/faults", order("never")).await;
    let (_, never) = sim.send_text(CUSTOMER, "never reported").await;
    sim.control("/simulator/faults", order("late")).await;
    let (_, late) = sim.send_text(CUSTOMER, "reported late").await;
    let (_, usual) = sim.send_text(CUSTOMER, "reported at once").await;
    let id = |answer: &Value| answer["messages"][0]["id"].clone();
    for _ in 0..3 {
        assert_eq!(sim.receiver.next_update().await["id"], id(&usual));
    }
    assert_eq!(sim.phone(CUSTOMER).await.last().expect("a message")["text"], "reported at once");
    sim.clock.advance(60);
    let update = sim.receiver.next_update().await;
    assert_eq!(update["id"], id(&late));
    assert_ne!(update["id"], id(&never));
}

#[tokio::test]
async fn orders_that_make_no_sense_are_refused() {
    let sim = Sim::start().await;
    for order in [
        json!({}),
        json!({"kind": "meteor"}),
        json!({"kind": "error"}),
        json!({"kind": "status"}),
        json!({"kind": "status", "statuses": "purple"}),
        json!({"kind": "hang", "count": 0}),
        json!({"kind": "hang", "count": -1}),
        json!({"kind": "http", "http_status": 99}),
        json!({"kind": "hang", "to": "nobody"}),
        json!({"kind": "hang", "colour": "red"}),
        json!([]),
    ] {
        let (status, answer) = sim.call("POST", "/simulator/faults", None, Some(order.clone())).await.expect("an answer");
        assert_eq!(status, 400, "{order}");
        assert!(answer["error"]["message"].is_string());
    }
    assert_eq!(sim.get("/simulator/faults").await, json!({"items": []}));
}
