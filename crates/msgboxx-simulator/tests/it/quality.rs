//! The life of an approved template: quality, pauses, categories, and marketing that is held.

use crate::harness::{CUSTOMER, Sim, template};
use serde_json::{Value, json};

const STATUS: &str = "message_template_status_update";

async fn worsen(sim: &Sim) -> Value {
    sim.control("/simulator/templates", json!({"name": "offer", "worsen": true})).await
}

async fn send(sim: &Sim) -> (u16, Option<i64>) {
    let (status, answer) = sim.post_message(template(CUSTOMER, "offer", &[])).await;
    (status, answer["error"]["code"].as_i64())
}

#[tokio::test]
async fn quality_falls_then_the_template_is_paused_twice_and_disabled() {
    let mut sim = Sim::start().await;
    for (before, after) in [("UNKNOWN", "YELLOW"), ("YELLOW", "RED")] {
        assert_eq!(worsen(&sim).await["quality"], after);
        let told = sim.receiver.next_change("message_template_quality_update").await;
        assert_eq!((told["previous_quality_score"].as_str(), told["new_quality_score"].as_str()), (Some(before), Some(after)));
    }
    assert_eq!(send(&sim).await, (200, None), "a red template can still be sent");
    for (title, hours) in [("FIRST_PAUSE", 3), ("SECOND_PAUSE", 6)] {
        assert_eq!(worsen(&sim).await["status"], "PAUSED");
        let told = sim.receiver.next_change(STATUS).await;
        assert_eq!((told["event"].as_str(), told["other_info"]["title"].as_str()), (Some("PAUSED"), Some(title)));
        assert_eq!(send(&sim).await, (400, Some(132_015)));
        sim.clock.advance(hours * 3_600);
        assert_eq!(sim.receiver.next_change(STATUS).await["event"], "REINSTATED");
        assert_eq!(send(&sim).await, (200, None));
    }
    assert_eq!(worsen(&sim).await["status"], "DISABLED");
    let told = sim.receiver.next_change(STATUS).await;
    assert_eq!(told["event"], "DISABLED");
    assert!(told["disable_info"]["disable_date"].is_i64());
    assert_eq!(send(&sim).await, (400, Some(132_016)));
    let one = sim.get("/v25.0/302?fields=status,quality_score").await;
    assert_eq!((one["status"].as_str(), one["quality_score"]["score"].as_str()), (Some("DISABLED"), Some("RED")));
    assert_eq!(sim.refused("DELETE", &format!("{}/message_templates?name=offer", crate::harness::WABA), Value::Null).await, (400, 100));
}

#[tokio::test]
async fn the_end_of_a_pause_is_not_told_when_the_template_was_disabled_meanwhile() {
    let mut sim = Sim::start().await;
    for _ in 0..3 {
        worsen(&sim).await;
    }
    assert_eq!(sim.receiver.next_change(STATUS).await["event"], "PAUSED");
    sim.control("/simulator/templates", json!({"name": "offer", "status": "DISABLED"})).await;
    assert_eq!(sim.receiver.next_change(STATUS).await["event"], "DISABLED");
    sim.clock.advance(4 * 3_600);
    sim.control("/simulator/templates", json!({"name": "follow_up", "status": "REJECTED"})).await;
    assert_eq!(sim.receiver.next_change(STATUS).await["message_template_name"], "follow_up", "nothing of the other one");
}

#[tokio::test]
async fn a_category_changes_a_day_after_it_was_announced_and_then_decides_the_price() {
    let mut sim = Sim::start().await;
    sim.control("/simulator/templates", json!({"name": "follow_up", "category": "MARKETING"})).await;
    let announced = sim.receiver.next_change("template_category_update").await;
    assert_eq!((announced["new_category"].as_str(), announced["correct_category"].as_str()), (Some("UTILITY"), Some("MARKETING")));
    assert_eq!(
        sim.get("/301?fields=category,correct_category").await,
        json!({"id": "301", "category": "UTILITY", "correct_category": "MARKETING"})
    );
    sim.clock.advance(86_400);
    let done = sim.receiver.next_change("template_category_update").await;
    assert_eq!((done["previous_category"].as_str(), done["new_category"].as_str()), (Some("UTILITY"), Some("MARKETING")));
    assert_eq!(sim.get("/301?fields=category,previous_category").await["previous_category"], "UTILITY");
    sim.post_message(template(CUSTOMER, "follow_up", &["a", "b"])).await;
    assert_eq!(sim.receiver.next_update().await["pricing"]["category"], "marketing");
}

#[tokio::test]
async fn held_marketing_is_released_later() {
    let mut sim = Sim::start().await;
    sim.settings(json!({"pacing": "release", "pacing_seconds": 600})).await;
    let (status, answer) = sim.post_message(template(CUSTOMER, "offer", &[])).await;
    assert_eq!((status, answer["messages"][0]["message_status"].as_str()), (200, Some("held_for_quality_assessment")));
    assert!(sim.phone(CUSTOMER).await.is_empty());
    let (_, utility) = sim.post_message(template(CUSTOMER, "follow_up", &["a", "b"])).await;
    assert_eq!(utility["messages"][0]["message_status"], "accepted");
    sim.receiver.next_statuses(3).await;
    sim.clock.advance(600);
    assert_eq!(sim.receiver.next_update().await["id"], answer["messages"][0]["id"]);
}

#[tokio::test]
async fn held_marketing_fails_and_its_template_waits_to_be_unpaused() {
    let mut sim = Sim::start().await;
    sim.settings(json!({"pacing": "fail", "pacing_seconds": 600})).await;
    assert_eq!(send(&sim).await, (200, None));
    sim.clock.advance(600);
    let call = [sim.receiver.next_call().await, sim.receiver.next_call().await];
    let codes: Vec<_> = call.iter().map(|call| call.json["entry"][0]["changes"][0]["value"].clone()).collect();
    assert!(codes.iter().any(|value| value["statuses"][0]["errors"][0]["code"] == 132_015), "{codes:?}");
    assert!(codes.iter().any(|value| value["event"] == "PAUSED"), "{codes:?}");
    assert_eq!(send(&sim).await, (400, Some(132_015)));
    sim.clock.advance(30 * 86_400);
    assert_eq!(send(&sim).await, (400, Some(132_015)), "it does not end by itself");
    sim.settings(json!({"pacing": "off"})).await;
    assert_eq!(sim.graph("POST", "302/unpause", Value::Null).await, (200, json!({"success": true})));
    assert_eq!(send(&sim).await, (200, None));
    assert_eq!(sim.refused("POST", "302/unpause", Value::Null).await, (400, 100));
}
