//! What a message costs, as its statuses say, and which checks are made at once.

use crate::harness::{BUSINESS, CUSTOMER, Sim, template};
use serde_json::{Value, json};

async fn price(sim: &mut Sim) -> Value {
    let sent = sim.receiver.next_update().await;
    assert_eq!(sent["status"], "sent", "{sent}");
    sim.receiver.next_statuses(2).await;
    json!([sent["pricing"]["type"], sent["pricing"]["category"], sent.get("conversation").is_some()])
}

#[tokio::test]
async fn replies_are_free_at_first_templates_cost_and_after_an_advertisement_all_is_free() {
    let mut sim = Sim::start().await;
    sim.customer_writes(CUSTOMER, "hello").await;
    sim.send_text(CUSTOMER, "hi").await;
    assert_eq!(price(&mut sim).await, json!(["free_customer_service", "service", false]));
    sim.post_message(template(CUSTOMER, "follow_up", &["a", "b"])).await;
    assert_eq!(price(&mut sim).await, json!(["regular", "utility", false]));
    let from_ad = json!({"from": CUSTOMER, "to": BUSINESS, "type": "text", "text": {"body": "saw your ad"},
        "referral": {"source_url": "https://fb.me/x", "source_id": "1", "source_type": "ad"}});
    sim.control("/simulator/messages", from_ad).await;
    sim.receiver.next_update().await;
    for _ in 0..2 {
        sim.post_message(template(CUSTOMER, "offer", &[])).await;
        assert_eq!(price(&mut sim).await, json!(["free_entry_point", "referral_conversion", true]));
    }
    sim.clock.advance(72 * 3_600);
    sim.post_message(template(CUSTOMER, "offer", &[])).await;
    assert_eq!(price(&mut sim).await, json!(["regular", "marketing", false]));
}

#[tokio::test]
async fn the_window_can_be_checked_at_once() {
    let sim = Sim::start().await;
    sim.settings(json!({"errors": "at_once"})).await;
    let (status, answer) = sim.send_text(CUSTOMER, "too early").await;
    assert_eq!((status, answer["error"]["code"].as_i64()), (400, Some(131_047)));
}

#[tokio::test]
async fn a_reaction_needs_a_message_that_can_be_reacted_to() {
    let mut sim = Sim::start().await;
    let theirs = sim.customer_writes(CUSTOMER, "hello").await;
    let react = |target: &str| json!({"messaging_product": "whatsapp", "to": CUSTOMER, "type": "reaction", "reaction": {"message_id": target, "emoji": "👍"}});
    let (_, answer) = sim.post_message(react(&theirs)).await;
    assert_eq!(sim.receiver.next_update().await["status"], "sent");
    let reaction = answer["messages"][0]["id"].as_str().expect("an id").to_owned();
    for target in ["wamid.unknown", &reaction] {
        sim.post_message(react(target)).await;
        assert_eq!(sim.receiver.next_update().await["errors"][0]["code"], 131_009, "{target}");
    }
    sim.clock.advance(31 * 86_400);
    sim.customer_writes(CUSTOMER, "still there?").await;
    sim.post_message(react(&theirs)).await;
    assert_eq!(sim.receiver.next_update().await["errors"][0]["code"], 131_009, "too old");
}
