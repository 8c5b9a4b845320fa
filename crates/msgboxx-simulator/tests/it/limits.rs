//! Limits that are counted: management calls, new templates, tiers of a portfolio.

use crate::harness::{NUMBER, Sim, TOKEN, WABA, numbers, template};
use msgboxx_simulator::BusinessNumber;
use serde_json::{Value, json};

#[tokio::test]
async fn management_calls_are_limited_by_the_hour() {
    let sim = Sim::start().await;
    sim.settings(json!({"management_limit": 3})).await;
    for edge in ["phone_numbers", "message_templates", "subscribed_apps"] {
        assert_eq!(sim.graph("GET", &format!("{WABA}/{edge}"), Value::Null).await.0, 200);
    }
    assert_eq!(sim.refused("GET", &format!("{WABA}/phone_numbers"), Value::Null).await, (400, 80_007));
    assert_eq!(sim.graph("GET", NUMBER, Value::Null).await.0, 200, "a number is no management call");
    sim.clock.advance(3_600);
    assert_eq!(sim.graph("GET", &format!("{WABA}/phone_numbers"), Value::Null).await.0, 200);
}

#[tokio::test]
async fn a_hundred_templates_an_hour() {
    let sim = Sim::start().await;
    let path = format!("{WABA}/message_templates");
    let make = |number: u32| json!({"name": format!("t_{number}"), "language": "en", "category": "UTILITY", "components": [{"type": "BODY", "text": "Hello"}]});
    for number in 0..100 {
        assert_eq!(sim.graph("POST", &path, make(number)).await.0, 200);
    }
    assert_eq!(sim.refused("POST", &path, make(100)).await, (400, 80_007));
    sim.clock.advance(3_600);
    assert_eq!(sim.graph("POST", &path, make(100)).await.0, 200);
}

#[tokio::test]
async fn the_numbers_of_an_account_share_their_tier() {
    let mut sim = Sim::start().await;
    let mut both = numbers();
    let other = BusinessNumber {
        phone_number_id: "100000000000002".to_owned(),
        display_phone_number: "+447700900002".to_owned(),
        templates: Vec::new(),
        ..both[0].clone()
    };
    both.push(other);
    sim.handle.as_ref().expect("it runs").set_numbers(both);
    sim.control("/simulator/settings", json!({"tier": "250", "throughput": 1000})).await;
    for last in 0..250 {
        assert_eq!(sim.post_message(template(&format!("+4479021{last:05}"), "offer", &[])).await.0, 200);
    }
    let path = "/v25.0/100000000000002/messages";
    let (status, answer) = sim.call("POST", path, Some(TOKEN), Some(template("+447902199999", "offer", &[]))).await.expect("an answer");
    assert_eq!(status, 200);
    loop {
        let update = sim.receiver.next_update().await;
        if update["id"] == answer["messages"][0]["id"] {
            assert_eq!(update["errors"][0]["code"], 131_048);
            break;
        }
    }
}

#[tokio::test]
async fn a_tier_is_raised_by_itself_where_that_is_wanted() {
    let mut sim = Sim::start().await;
    sim.settings(json!({"tier": "250", "tier_upgrades": true, "throughput": 1000})).await;
    for last in 0..125 {
        assert_eq!(sim.post_message(template(&format!("+4479021{last:05}"), "offer", &[])).await.0, 200);
    }
    loop {
        let told = sim.receiver.next_change("phone_number_quality_update").await;
        if told["event"] == "UPGRADE" {
            assert_eq!(told["max_daily_conversations_per_business"], "TIER_2K");
            break;
        }
    }
    let number = sim.get(&format!("/{NUMBER}?fields=whatsapp_business_manager_messaging_limit")).await;
    assert_eq!(number["whatsapp_business_manager_messaging_limit"], "TIER_2K");
}
