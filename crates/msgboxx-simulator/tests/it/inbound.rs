//! Every inbound type of the Graph API in the documented shape (reference §2.4), one row each.

use crate::harness::{BUSINESS, CUSTOMER, Sim, TOKEN, template};
use serde_json::{Value, json};

/// What the customer writes, and what must stand in the webhook's message.
fn rows() -> Vec<(Value, Value)> {
    let same = |message: Value| (message.clone(), message);
    let referral = json!({"source_url": "https://fb.me/x", "source_id": "1", "source_type": "ad", "headline": "h", "body": "b",
        "media_type": "image", "image_url": "https://x.example/i.png", "ctwa_clid": "c"});
    vec![
        same(json!({"type": "text", "text": {"body": "hi"}})),
        same(json!({"type": "text", "text": {"body": "hi"}, "referral": referral})),
        same(json!({"type": "text", "text": {"body": "hi"}, "context": {"forwarded": true}})),
        same(json!({"type": "text", "text": {"body": "hi"}, "context": {"frequently_forwarded": true}})),
        (
            json!({"type": "text", "text": {"body": "?"}, "context": {"id": "wamid.A", "referred_product": {"catalog_id": "1", "product_retailer_id": "2"}}}),
            json!({"context": {"from": "447700900001", "id": "wamid.A", "referred_product": {"catalog_id": "1", "product_retailer_id": "2"}}}),
        ),
        same(
            json!({"type": "location", "location": {"latitude": 51.5, "longitude": -0.1, "name": "n", "address": "a", "url": "https://x.example"}}),
        ),
        same(json!({"type": "contacts", "contacts": [{"name": {"formatted_name": "Ann"}, "phones": [{"phone": "+44", "wa_id": "44"}]}]})),
        same(json!({"type": "contacts", "contacts": [{"phones": [{"phone": "+44"}], "origin": "contact_request"}]})),
        same(json!({"type": "button", "button": {"payload": "P", "text": "Yes"}, "context": {"from": "447700900001", "id": "wamid.A"}})),
        same(json!({"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"id": "1", "title": "Yes"}}})),
        same(
            json!({"type": "interactive", "interactive": {"type": "list_reply", "list_reply": {"id": "1", "title": "t", "description": "d"}}}),
        ),
        same(
            json!({"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": {"name": "flow", "body": "Sent", "response_json": "{}"}}}),
        ),
        same(json!({"type": "reaction", "reaction": {"message_id": "wamid.A", "emoji": "👍"}})),
        same(json!({"type": "reaction", "reaction": {"message_id": "wamid.A"}})),
        same(json!({"type": "order", "order": {"catalog_id": "1", "text": "t", "product_items": [
            {"product_retailer_id": "p", "quantity": 2, "item_price": 30, "currency": "USD"}]}})),
        same(json!({"type": "system", "system": {"body": "b", "type": "customer_identity_changed"}, "identity": {"acknowledged": false}})),
        same(
            json!({"type": "unsupported", "errors": [{"code": 131_051, "title": "Message type unknown"}], "unsupported": {"type": "poll"}}),
        ),
        same(json!({"type": "edit", "edit": {"original_message_id": "wamid.A", "message": {"type": "text", "text": {"body": "new"}}}})),
        same(json!({"type": "revoke", "revoke": {"original_message_id": "wamid.A"}})),
        same(json!({"type": "image", "image": {"id": "77", "mime_type": "image/jpeg", "sha256": "x"}, "errors": [{"code": 131_052}]})),
        same(json!({"type": "text", "text": {"body": "in a group"}, "group_id": "G1"})),
        same(json!({"type": "hologram", "hologram": {"z": 1}})),
    ]
}

#[tokio::test]
async fn every_type_comes_out_as_documented() {
    let mut sim = Sim::start().await;
    for (mut message, expected) in rows() {
        message["from"] = json!(CUSTOMER);
        message["to"] = json!(BUSINESS);
        sim.control("/simulator/messages", message.clone()).await;
        let call = sim.receiver.next_call().await;
        let value = &call.json["entry"][0]["changes"][0]["value"];
        let told = &value["messages"][0];
        assert_eq!((told["from"].as_str(), told["timestamp"].is_string()), (Some("447902111123"), true));
        assert!(told["id"].as_str().expect("an id").starts_with("wamid.") && told["from_user_id"].is_string());
        assert_eq!(value.get("contacts").is_none(), told["type"] == "system", "{told}");
        for (name, member) in expected.as_object().expect("an object") {
            assert_eq!(told[name], *member, "{name} of {told}");
        }
    }
}

#[tokio::test]
async fn media_carry_their_hash_type_and_an_address_that_opens_with_the_token() {
    let mut sim = Sim::start().await;
    for (kind, mime_type) in [
        ("image", "image/png"),
        ("video", "video/mp4"),
        ("audio", "audio/ogg; codecs=opus"),
        ("document", "application/pdf"),
        ("sticker", "image/webp"),
    ] {
        let body = json!({"from": CUSTOMER, "to": BUSINESS, "type": kind, kind: {}});
        sim.control("/simulator/messages", body).await;
        let told = sim.receiver.next_update().await[kind].clone();
        assert_eq!(told["mime_type"], mime_type);
        assert_eq!(told["sha256"].as_str().expect("base64").len(), 44);
        let path = told["url"].as_str().and_then(|url| url.strip_prefix(&sim.base)).expect("its own host").to_owned();
        assert_eq!(sim.call("GET", &path, Some(TOKEN), None).await.expect("an answer").0, 200);
        assert_eq!(sim.call("GET", &path, None, None).await.expect("an answer").0, 401);
        sim.clock.advance(301);
        assert_eq!(sim.call("GET", &path, Some(TOKEN), None).await.expect("an answer").0, 404, "after five minutes");
        let id = told["id"].as_str().expect("an id");
        assert_eq!(sim.graph("GET", id, Value::Null).await.0, 200);
        sim.clock.advance(7 * 86_400);
        assert_eq!(sim.graph("GET", id, Value::Null).await.0, 400, "after seven days");
    }
}

#[tokio::test]
async fn a_tap_points_at_the_message_with_the_button() {
    let mut sim = Sim::start().await;
    sim.customer_writes(CUSTOMER, "hello").await;
    let buttons = json!({"messaging_product": "whatsapp", "to": CUSTOMER, "type": "interactive", "interactive": {"type": "button",
        "body": {"text": "?"}, "action": {"buttons": [{"type": "reply", "reply": {"id": "yes-1", "title": "Yes"}}]}}});
    let (_, sent) = sim.post_message(buttons).await;
    sim.post_message(template(CUSTOMER, "offer", &[])).await;
    sim.receiver.next_statuses(6).await;
    let tap = json!({"from": CUSTOMER, "to": BUSINESS, "type": "interactive",
        "interactive": {"type": "button_reply", "button_reply": {"id": "yes-1", "title": "Yes"}}});
    sim.control("/simulator/messages", tap).await;
    let told = sim.receiver.next_update().await;
    assert_eq!(told["context"], json!({"from": "447700900001", "id": sent["messages"][0]["id"]}));
}

#[tokio::test]
async fn a_webhook_can_be_days_late_and_written_in_plain_utf_8() {
    let mut sim = Sim::start().await;
    sim.settings(json!({"escape": false})).await;
    let late = json!({"from": CUSTOMER, "to": BUSINESS, "type": "text", "text": {"body": "spät"}, "delay_seconds": 3 * 86_400});
    let written = sim.clock.now_micros() / 1_000_000;
    sim.control("/simulator/messages", late).await;
    sim.clock.advance(3 * 86_400);
    let call = sim.receiver.next_call().await;
    assert!(!call.bytes.is_ascii());
    let timestamp = call.json["entry"][0]["changes"][0]["value"]["messages"][0]["timestamp"].as_str().expect("text").to_owned();
    assert!(timestamp.parse::<i64>().expect("a number") - written < 60, "it says when it was written");
}
