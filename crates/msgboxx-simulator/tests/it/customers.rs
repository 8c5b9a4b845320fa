//! What customers change about themselves, and how businesses learn of it.

use crate::harness::{BUSINESS, CUSTOMER, Sim, template};
use serde_json::json;

#[tokio::test]
async fn a_customer_blocks_opts_out_and_changes_their_mind() {
    let mut sim = Sim::start().await;
    sim.customer_writes(CUSTOMER, "hello").await;
    sim.control("/simulator/customers", json!({"phone": CUSTOMER, "marketing": "stop"})).await;
    let told = sim.receiver.next_change("user_preferences").await;
    let preference = &told["user_preferences"][0];
    assert_eq!((preference["value"].as_str(), preference["category"].as_str()), (Some("stop"), Some("marketing_messages")));
    assert!(preference["timestamp"].is_i64() && told["metadata"].is_object() && told["contacts"].is_array());
    sim.post_message(template(CUSTOMER, "offer", &[])).await;
    assert_eq!(sim.receiver.next_update().await["errors"][0]["code"], 131_050);
    sim.control("/simulator/customers", json!({"phone": CUSTOMER, "marketing": "resume", "blocked": true, "business": BUSINESS})).await;
    assert_eq!(sim.receiver.next_change("user_preferences").await["user_preferences"][0]["value"], "resume");
    sim.send_text(CUSTOMER, "hi").await;
    assert_eq!(sim.receiver.next_update().await["errors"][0]["code"], 131_026);
    let mut sim = sim.restart().await;
    sim.send_text(CUSTOMER, "hi").await;
    assert_eq!(sim.receiver.next_update().await["errors"][0]["code"], 131_026, "still blocked");
    sim.control("/simulator/customers", json!({"phone": CUSTOMER, "blocked": false})).await;
    sim.send_text(CUSTOMER, "hi").await;
    assert_eq!(sim.receiver.next_update().await["status"], "sent");
}

#[tokio::test]
async fn without_read_receipts_nobody_learns_of_reading() {
    let mut sim = Sim::start().await;
    sim.customer_writes(CUSTOMER, "hello").await;
    sim.control("/simulator/customers", json!({"phone": CUSTOMER, "read_receipts": false})).await;
    sim.send_text(CUSTOMER, "one").await;
    sim.send_text(CUSTOMER, "two").await;
    assert_eq!(sim.receiver.next_statuses(4).await, ["sent", "delivered", "sent", "delivered"]);
}

#[tokio::test]
async fn a_new_number_is_told_by_the_system_and_the_phone_keeps_its_messages() {
    let mut sim = Sim::start().await;
    sim.customer_writes(CUSTOMER, "hello").await;
    let new = "+447902999999";
    sim.control("/simulator/customers", json!({"phone": CUSTOMER, "new_phone": new})).await;
    let call = sim.receiver.next_call().await;
    let value = &call.json["entry"][0]["changes"][0]["value"];
    let message = &value["messages"][0];
    assert_eq!(value.get("contacts"), None);
    assert_eq!((message["from"].as_str(), message["type"].as_str()), (Some("447902111123"), Some("system")));
    assert_eq!(
        (message["system"]["wa_id"].as_str(), message["system"]["type"].as_str()),
        (Some("447902999999"), Some("user_changed_number"))
    );
    assert_ne!(message["system"]["user_id"], message["system"]["previous_user_id"]);
    assert_eq!(sim.phone(new).await.len(), 2);
    assert!(sim.phone(CUSTOMER).await.is_empty());
    let body = json!({"from": new, "to": BUSINESS, "type": "text", "text": {"body": "from the new phone"}});
    sim.control("/simulator/messages", body).await;
    let update = sim.receiver.next_update().await;
    assert_eq!(update["from_user_id"], message["system"]["user_id"]);
    assert_eq!(sim.restart().await.phone(new).await.len(), 3);
}

#[tokio::test]
async fn a_user_name_stands_in_the_profile_and_an_owner_echoes_from_the_app() {
    let mut sim = Sim::start().await;
    sim.control("/simulator/customers", json!({"phone": CUSTOMER, "name": "Ann", "username": "@ann", "hide_number": true})).await;
    let body = json!({"from": CUSTOMER, "to": BUSINESS, "type": "text", "text": {"body": "hi"}});
    sim.control("/simulator/messages", body).await;
    let call = sim.receiver.next_call().await;
    let contact = &call.json["entry"][0]["changes"][0]["value"]["contacts"][0];
    assert_eq!((contact["profile"].clone(), contact.get("wa_id")), (json!({"name": "Ann", "username": "@ann"}), None));

    let echo = json!({"from": BUSINESS, "to": CUSTOMER, "type": "text", "text": {"body": "from my own phone"}});
    let answer = sim.control("/simulator/echoes", echo).await;
    let told = sim.receiver.next_change("smb_message_echoes").await;
    let message = &told["message_echoes"][0];
    assert_eq!(
        (&message["id"], message["from"].as_str(), message["to"].as_str()),
        (&answer["id"], Some("447700900001"), Some("447902111123"))
    );
    assert_eq!(sim.phone(CUSTOMER).await.last().expect("a message")["text"], "from my own phone");
}

#[tokio::test]
async fn impossible_wishes_are_refused() {
    let mut sim = Sim::start().await;
    sim.customer_writes(CUSTOMER, "hello").await;
    sim.customer_writes("+447902111124", "hello").await;
    for (body, status) in [
        (json!({"phone": "x"}), 400),
        (json!({"phone": CUSTOMER, "marketing": "perhaps"}), 400),
        (json!({"phone": CUSTOMER, "mood": "good"}), 400),
        (json!({"phone": CUSTOMER, "business": "+449999999999"}), 404),
        (json!({"phone": CUSTOMER, "new_phone": "+447902111124"}), 409),
    ] {
        assert_eq!(sim.call("POST", "/simulator/customers", None, Some(body.clone())).await.expect("an answer").0, status, "{body}");
    }
}
