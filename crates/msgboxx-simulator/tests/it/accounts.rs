//! A number and its account: profile, registration, states, tokens, and what is told of them.

use crate::harness::{BUSINESS, CUSTOMER, NUMBER, Sim, TOKEN, WABA, template};
use serde_json::{Value, json};

#[tokio::test]
async fn a_profile_is_set_and_shown_and_its_limits_hold() {
    let sim = Sim::start().await;
    let path = format!("{NUMBER}/whatsapp_business_profile");
    let profile = json!({"messaging_product": "whatsapp", "about": "We hire", "email": "a@b.example", "websites": ["https://a.example/"],
        "vertical": "PROF_SERVICES", "address": "1 High Street", "description": "Recruitment"});
    assert_eq!(sim.graph("POST", &path, profile).await, (200, json!({"success": true})));
    let shown = sim.get(&format!("/v25.0/{path}?fields=about,websites")).await;
    assert_eq!(shown, json!({"data": [{"about": "We hire", "websites": ["https://a.example/"], "messaging_product": "whatsapp"}]}));
    for wrong in [
        json!({"about": "no product"}),
        json!({"messaging_product": "whatsapp", "about": ""}),
        json!({"messaging_product": "whatsapp", "about": "x".repeat(140)}),
        json!({"messaging_product": "whatsapp", "description": "x".repeat(513)}),
        json!({"messaging_product": "whatsapp", "websites": ["https://a", "https://b", "https://c"]}),
        json!({"messaging_product": "whatsapp", "vertical": "PIRACY"}),
        json!({"messaging_product": "whatsapp", "profile_picture_handle": "4::made-up"}),
    ] {
        assert_eq!(sim.refused("POST", &path, wrong.clone()).await, (400, 100), "{wrong}");
    }
    let sim = sim.restart().await;
    let shown = sim.get(&format!("/v25.0/{path}")).await;
    assert_eq!(shown["data"][0]["vertical"], "PROF_SERVICES");
}

#[tokio::test]
async fn a_number_that_is_given_up_sends_nothing_until_it_is_registered_with_its_pin() {
    let sim = Sim::start().await;
    let register = |pin: &str| json!({"messaging_product": "whatsapp", "pin": pin});
    let path = |edge: &str| format!("{NUMBER}/{edge}");
    assert_eq!(sim.refused("POST", &path("register"), register("12345")).await, (400, 100));
    assert_eq!(sim.graph("POST", &path("register"), register("123456")).await.0, 200);
    assert_eq!(sim.graph("POST", &path("deregister"), Value::Null).await, (200, json!({"success": true})));
    let (status, answer) = sim.send_text(CUSTOMER, "hi").await;
    assert_eq!((status, answer["error"]["code"].as_i64()), (400, Some(133_010)));
    let number = sim.get(&format!("/{NUMBER}?fields=status,health_status{{can_send_message}}")).await;
    assert_eq!((number["status"].as_str(), number["health_status"]["can_send_message"].as_str()), (Some("DISCONNECTED"), Some("BLOCKED")));
    assert_eq!(sim.refused("POST", &path("register"), register("654321")).await, (400, 133_005));
    assert_eq!(sim.graph("POST", &path("register"), register("123456")).await.0, 200);
    assert_eq!(sim.send_text(CUSTOMER, "hi").await.0, 200);
    assert_eq!(sim.graph("POST", NUMBER, json!({"pin": "111111"})).await.0, 200);
    assert_eq!(sim.refused("POST", &path("register"), register("123456")).await, (400, 133_005));
    for _ in 0..7 {
        assert_eq!(sim.graph("POST", &path("register"), register("111111")).await.0, 200);
    }
    assert_eq!(sim.refused("POST", &path("register"), register("111111")).await, (400, 133_016));
    sim.clock.advance(72 * 3_600);
    assert_eq!(sim.graph("POST", &path("register"), register("111111")).await.0, 200);
}

#[tokio::test]
async fn a_verification_code_is_asked_for_and_entered() {
    let sim = Sim::start().await;
    for (edge, body, expected) in [
        ("request_code", json!({"code_method": "PIGEON", "language": "en_US"}), 400),
        ("request_code", json!({"code_method": "SMS", "language": "en_US"}), 200),
        ("verify_code", json!({"code": "000000"}), 400),
        ("verify_code", json!({"code": "123-456"}), 200),
    ] {
        assert_eq!(sim.graph("POST", &format!("{NUMBER}/{edge}"), body).await.0, expected, "{edge}");
    }
}

#[tokio::test]
async fn an_account_in_trouble_says_so_in_its_code_and_by_webhook() {
    let mut sim = Sim::start().await;
    for (state, code) in [("restricted", 368), ("disabled", 131_031), ("maintenance", 131_057)] {
        sim.settings(json!({"account": state})).await;
        let (_, answer) = sim.send_text(CUSTOMER, "hi").await;
        assert_eq!(answer["error"]["code"], code, "{state}");
    }
    assert_eq!(sim.receiver.next_change("account_update").await["event"], "ACCOUNT_RESTRICTION");
    assert_eq!(sim.receiver.next_change("account_update").await["ban_info"]["waba_ban_state"], "DISABLE");
    assert_eq!(sim.receiver.next_change("account_update").await["ban_info"]["waba_ban_state"], "REINSTATE");
    sim.settings(json!({"account": "unpaid"})).await;
    sim.customer_writes(CUSTOMER, "hello").await;
    assert_eq!(sim.send_text(CUSTOMER, "hi").await.0, 200);
    assert_eq!(sim.receiver.next_update().await["errors"][0]["code"], 131_042);
}

#[tokio::test]
async fn the_end_of_a_token_has_its_subcode() {
    let sim = Sim::start().await;
    for (state, subcode) in [("expired", 463), ("revoked", 460)] {
        sim.settings(json!({"token": state})).await;
        let (status, answer) = sim.send_text(CUSTOMER, "hi").await;
        assert_eq!((status, answer["error"]["code"].as_i64(), answer["error"]["error_subcode"].as_i64()), (401, Some(190), Some(subcode)));
    }
}

#[tokio::test]
async fn quality_tier_and_throughput_are_told_when_they_change() {
    let mut sim = Sim::start().await;
    sim.settings(json!({"quality": "RED"})).await;
    assert_eq!(sim.receiver.next_change("phone_number_quality_update").await["event"], "FLAGGED");
    sim.settings(json!({"tier": "2K", "quality": "GREEN"})).await;
    assert_eq!(sim.receiver.next_change("phone_number_quality_update").await["event"], "DOWNGRADE");
    assert_eq!(sim.receiver.next_change("business_capability_update").await["max_daily_conversations_per_business"], "TIER_2K");
    sim.settings(json!({"throughput": 1000})).await;
    let upgrade = sim.receiver.next_change("phone_number_quality_update").await;
    assert_eq!((upgrade["event"].as_str(), upgrade["display_phone_number"].as_str()), (Some("THROUGHPUT_UPGRADE"), Some("447700900001")));
    let number = sim.get(&format!("/{NUMBER}?fields=throughput,whatsapp_business_manager_messaging_limit,quality_rating")).await;
    assert_eq!(number["throughput"]["level"], "HIGH");
    assert_eq!(number["whatsapp_business_manager_messaging_limit"], "TIER_2K");
}

#[tokio::test]
async fn any_field_can_be_told_with_its_time_and_the_dashboards_test_has_the_id_0() {
    let mut sim = Sim::start().await;
    let alert = json!({"entity_type": "WABA", "alert_info": {"alert_severity": "CRITICAL"}});
    sim.control("/simulator/webhooks", json!({"field": "account_alerts", "value": alert})).await;
    let call = sim.receiver.next_call().await;
    let entry = &call.json["entry"][0];
    assert_eq!((entry["id"].as_str(), &entry["changes"][0]), (Some(WABA), &json!({"field": "account_alerts", "value": alert})));
    assert!(entry["time"].is_i64());
    sim.control(
        "/simulator/webhooks",
        json!({"field": "messages", "value": {"metadata": {"phone_number_id": "123456123"}}, "entry_id": "0"}),
    )
    .await;
    let test = sim.receiver.next_call().await;
    assert_eq!((test.json["entry"][0]["id"].as_str(), test.json["entry"][0].get("time")), (Some("0"), None));
}

#[tokio::test]
async fn the_account_is_a_node_too_and_forms_are_taken_like_json() {
    let sim = Sim::start().await;
    let account = sim.get(&format!("/v25.0/{WABA}?fields=name,account_review_status")).await;
    assert_eq!(account, json!({"id": WABA, "name": "Stitch Recruit", "account_review_status": "APPROVED"}));
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let form = "messaging_product=whatsapp&to=%2B447902111123&type=text&text=%7B%22body%22%3A%22hi%22%7D";
    let call = client.post(format!("{}/v25.0/{NUMBER}/messages", sim.base)).bearer_auth(TOKEN);
    let call = call.header("content-type", "application/x-www-form-urlencoded").body(form);
    assert_eq!(call.send().await.expect("an answer").status(), 200);
}

#[tokio::test]
async fn a_user_whom_the_business_blocked_gets_and_writes_nothing() {
    let mut sim = Sim::start().await;
    sim.customer_writes(CUSTOMER, "hello").await;
    let path = format!("{NUMBER}/block_users");
    let users = json!({"messaging_product": "whatsapp", "block_users": [{"user": CUSTOMER}]});
    let (status, answer) = sim.graph("POST", &path, users.clone()).await;
    assert_eq!((status, &answer["block_users"]["added_users"][0]["wa_id"]), (200, &json!("447902111123")));
    sim.send_text(CUSTOMER, "hi").await;
    assert_eq!(sim.receiver.next_update().await["errors"][0]["code"], 130_403);
    let body = json!({"from": CUSTOMER, "to": BUSINESS, "type": "text", "text": {"body": "hello?"}});
    assert_eq!(sim.call("POST", "/simulator/messages", None, Some(body)).await.expect("an answer").0, 409);
    assert_eq!(sim.get(&format!("/{path}")).await["data"][0]["wa_id"], "447902111123");
    assert_eq!(sim.graph("DELETE", &path, users).await.0, 200);
    sim.post_message(template(CUSTOMER, "offer", &[])).await;
    assert_eq!(sim.receiver.next_update().await["status"], "sent");
}
