//! Who may call, in what order errors come, and what WhatsApp checks of a message.

use crate::harness::{BUSINESS, CUSTOMER, NUMBER, Sim, TOKEN, WABA, template, text};
use serde_json::{Value, json};

fn code(answer: &(u16, Value)) -> (u16, i64) {
    let error = &answer.1["error"];
    assert!(error["message"].is_string() && error["type"].is_string() && error["fbtrace_id"].is_string(), "{error}");
    (answer.0, error["code"].as_i64().expect("a code"))
}

#[tokio::test]
async fn tokens_come_first_and_unknown_objects_answer_as_graph_does() {
    let sim = Sim::start().await;
    let path = format!("/v25.0/{NUMBER}/messages");
    let body = Some(text(CUSTOMER, "hi"));
    for token in [None, Some("stolen")] {
        assert_eq!(code(&sim.call("POST", &path, token, body.clone()).await.expect("an answer")), (401, 190));
        assert_eq!(code(&sim.call("GET", "/v25.0/nothing", token, None).await.expect("an answer")), (401, 190));
    }
    let paths = [
        ("POST", "/v25.0/5/messages"),
        ("GET", "/5"),
        ("GET", "/v25.0/5/subscribed_apps"),
        ("DELETE", "/v25.0/5"),
        ("PATCH", "/v25.0/5/x"),
    ];
    for (method, path) in paths {
        let answer = sim.call(method, path, Some(TOKEN), body.clone()).await.expect("an answer");
        assert_eq!(code(&answer), (400, 100), "{path}");
        assert_eq!(answer.1["error"]["error_subcode"], 33, "{path}");
    }
    assert_eq!(code(&sim.call("GET", "/v25.0/a/b/c", Some(TOKEN), None).await.expect("an answer")).0, 404);
    let by_query = sim.call("GET", &format!("/{NUMBER}?access_token={TOKEN}"), None, None).await.expect("an answer");
    assert_eq!(by_query.0, 200);
}

#[tokio::test]
async fn an_expired_token_refuses_everything_until_it_is_valid_again() {
    let sim = Sim::start().await;
    sim.settings(json!({"token": "expired"})).await;
    assert_eq!(code(&sim.send_text(CUSTOMER, "hi").await), (401, 190));
    let number = sim.call("GET", &format!("/v25.0/{NUMBER}"), Some(TOKEN), None).await.expect("an answer");
    assert_eq!(code(&number), (401, 190));
    sim.settings(json!({"token": "valid"})).await;
    assert_eq!(sim.send_text(CUSTOMER, "hi").await.0, 200);
}

#[tokio::test]
async fn what_is_wrong_with_a_message_has_its_code() {
    let sim = Sim::start().await;
    let image = |image: Value| json!({"messaging_product": "whatsapp", "to": CUSTOMER, "type": "image", "image": image});
    let rows = [
        (json!([]), (400, 100)),
        (json!({"to": CUSTOMER, "text": {"body": "hi"}}), (400, 100)),
        (text(CUSTOMER, &"x".repeat(4_097)), (400, 100)),
        (text(CUSTOMER, ""), (400, 131_008)),
        (text("", "hi"), (400, 131_008)),
        (text("+44abc", "hi"), (400, 131_009)),
        (text(BUSINESS, "hi"), (400, 131_021)),
        (json!({"messaging_product": "whatsapp", "to": 447, "text": {"body": "hi"}}), (400, 100)),
        (json!({"messaging_product": "whatsapp", "to": CUSTOMER, "type": "hologram"}), (400, 131_051)),
        (json!({"messaging_product": "whatsapp", "to": CUSTOMER, "type": "text"}), (400, 131_008)),
        (image(json!({})), (400, 131_008)),
        (image(json!({"id": "1", "link": "https://x"})), (400, 131_009)),
        (image(json!({"link": "ftp://x"})), (400, 131_009)),
        (image(json!({"id": "12345"})), (400, 131_009)),
        (template(CUSTOMER, "nothing", &[]), (404, 132_001)),
        (template(CUSTOMER, "in_review", &[]), (404, 132_001)),
        (template(CUSTOMER, "paused", &[]), (400, 132_015)),
        (template(CUSTOMER, "disabled", &[]), (400, 132_016)),
        (template(CUSTOMER, "follow_up", &["one"]), (400, 132_000)),
        (template(CUSTOMER, "follow_up", &["one", ""]), (400, 131_008)),
        (template(CUSTOMER, "follow_up", &["one", "a\nb"]), (400, 132_018)),
        (template(CUSTOMER, "follow_up", &["one", &"x".repeat(1_100)]), (400, 132_005)),
    ];
    for (message, expected) in rows {
        assert_eq!(code(&sim.post_message(message.clone()).await), expected, "{message}");
    }
}

#[tokio::test]
async fn bodies_that_are_no_json_are_refused() {
    let sim = Sim::start().await;
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    for body in [&b"{"[..], b"nonsense", b"\xff\xfe", b"{\"messaging_product\":\"whatsapp\",\"to\":\"\\ud83d\"}"] {
        let call = client.post(format!("{}/v25.0/{NUMBER}/messages", sim.base)).bearer_auth(TOKEN).body(body.to_vec());
        let status = call.send().await.expect("an answer").status();
        assert_eq!(status, 400, "{body:?}");
    }
}

#[tokio::test]
async fn numbers_and_their_account_are_shown_with_the_fields_asked_for() {
    let sim = Sim::start().await;
    let number = sim.get(&format!("/v25.0/{NUMBER}")).await;
    assert_eq!((number["verified_name"].as_str(), number["display_phone_number"].as_str()), (Some("Stitch Recruit"), Some(BUSINESS)));
    assert_eq!(number["throughput"]["level"], "STANDARD");
    assert!(number.get("status").is_none());
    let fields = sim.get(&format!("/{NUMBER}?fields=status,quality_rating")).await;
    assert_eq!(fields, json!({"id": NUMBER, "status": "CONNECTED", "quality_rating": "GREEN"}));
    let numbers = sim.get(&format!("/v25.0/{WABA}/phone_numbers")).await;
    assert_eq!(numbers["data"][0]["id"], NUMBER);
}

#[tokio::test]
async fn without_a_subscription_nothing_is_told() {
    let mut sim = Sim::start().await;
    let path = format!("/v25.0/{WABA}/subscribed_apps");
    assert_eq!(sim.get(&path).await["data"].as_array().expect("a list").len(), 1);
    sim.call("DELETE", &path, Some(TOKEN), None).await.expect("an answer");
    assert_eq!(sim.get(&path).await, json!({"data": []}));
    let unheard = json!({"from": CUSTOMER, "to": BUSINESS, "type": "text", "text": {"body": "unheard"}});
    sim.control("/simulator/messages", unheard).await;
    let (status, answer) = sim.call("POST", &path, Some(TOKEN), None).await.expect("an answer");
    assert_eq!((status, answer), (200, json!({"success": true})));
    sim.customer_writes(CUSTOMER, "heard").await;
}

#[tokio::test]
async fn a_number_sends_no_faster_than_its_throughput() {
    let mut sim = Sim::start().await;
    sim.settings(json!({"throughput": 5, "pair_limit": false})).await;
    let mut refused = 0;
    for _ in 0..12 {
        let answer = sim.send_text(CUSTOMER, "hi").await;
        if answer.0 != 200 {
            assert_eq!(code(&answer), (400, 130_429));
            refused += 1;
        }
    }
    assert!(refused > 0);
    sim.clock.advance(1);
    assert_eq!(sim.send_text(CUSTOMER, "hi").await.0, 200);
    sim.receiver.next_update().await;
}

#[tokio::test]
async fn a_pair_has_its_own_limit_and_other_customers_do_not_feel_it() {
    let sim = Sim::start().await;
    for _ in 0..45 {
        assert_eq!(sim.send_text(CUSTOMER, "hi").await.0, 200);
    }
    assert_eq!(code(&sim.send_text(CUSTOMER, "hi").await), (400, 131_056));
    assert_eq!(sim.send_text("+447902111124", "hi").await.0, 200);
    sim.clock.advance(6);
    assert_eq!(sim.send_text(CUSTOMER, "hi").await.0, 200);
}

#[tokio::test]
async fn phone_numbers_may_be_written_in_several_ways() {
    let sim = Sim::start().await;
    for to in ["+44 7902 111-123", "447902111123", "+44(7902)111123", "790211112"] {
        let (status, answer) = sim.send_text(to, "hi").await;
        let expected = if to == "790211112" { "44790211112" } else { "447902111123" };
        assert_eq!((status, answer["contacts"][0]["wa_id"].as_str()), (200, Some(expected)), "{to}");
    }
}

#[tokio::test]
async fn a_tier_limits_the_customers_a_day_outside_the_window() {
    let mut sim = Sim::start().await;
    sim.settings(json!({"tier": "250", "throughput": 1000})).await;
    for last in 0..251 {
        let (status, _) = sim.post_message(template(&format!("+4479021{last:05}"), "offer", &[])).await;
        assert_eq!(status, 200);
    }
    let mut failed = Vec::new();
    for _ in 0..=(250 * 3) {
        let update = sim.receiver.next_update().await;
        if update["status"] == "failed" {
            failed.push(update["errors"][0]["code"].clone());
        }
    }
    assert_eq!(failed, [131_048]);
}
