//! Callback addresses: verified before they count, and the narrowest one gets the messages.

use crate::harness::{CUSTOMER, NUMBER, SECRET, Sim, WABA};
use serde_json::{Value, json};

fn elsewhere(sim: &Sim) -> String {
    sim.receiver.url.replace("/whatsapp/webhook", "/elsewhere")
}

#[tokio::test]
async fn an_address_that_does_not_know_the_token_is_refused() {
    let sim = Sim::start().await;
    let url = elsewhere(&sim);
    let path = format!("{WABA}/subscribed_apps");
    for (body, code) in [
        (json!({"override_callback_uri": url, "verify_token": "wrong"}), 2_200),
        (json!({"override_callback_uri": url.replace("/elsewhere", "/polite"), "verify_token": "verify"}), 2_200),
        (json!({"override_callback_uri": "http://127.0.0.1:9/nobody", "verify_token": "verify"}), 2_200),
        (json!({"override_callback_uri": url}), 100),
        (json!({"override_callback_uri": "ftp://x", "verify_token": "verify"}), 100),
        (json!({"override_callback_uri": format!("https://x.example/{}", "x".repeat(200)), "verify_token": "verify"}), 100),
    ] {
        assert_eq!(sim.refused("POST", &path, body.clone()).await, (400, code), "{body}");
    }
    assert_eq!(sim.get(&format!("/{path}")).await["data"][0].get("override_callback_uri"), None);
}

#[tokio::test]
async fn messages_go_to_the_narrowest_address_and_everything_else_to_the_apps() {
    let mut sim = Sim::start().await;
    let url = elsewhere(&sim);
    let wanted = json!({"override_callback_uri": url, "verify_token": "verify"});
    assert_eq!(sim.graph("POST", &format!("{WABA}/subscribed_apps"), wanted.clone()).await, (200, json!({"success": true})));
    assert_eq!(sim.get(&format!("/{WABA}/subscribed_apps")).await["data"][0]["override_callback_uri"], json!(url));
    let hello = json!({"from": CUSTOMER, "to": "+447700900001", "type": "text", "text": {"body": "hi"}});
    sim.control("/simulator/messages", hello.clone()).await;
    assert_eq!(sim.receiver.next_call().await.path, "/elsewhere");
    sim.settings(json!({"quality": "RED"})).await;
    assert_eq!(sim.receiver.next_call().await.path, "/whatsapp/webhook");

    assert_eq!(sim.graph("POST", &format!("{WABA}/subscribed_apps"), Value::Null).await.0, 200);
    sim.control("/simulator/messages", hello.clone()).await;
    assert_eq!(sim.receiver.next_call().await.path, "/whatsapp/webhook", "without a body the override is gone");

    assert_eq!(sim.graph("POST", NUMBER, json!({"webhook_configuration": wanted})).await.0, 200);
    sim.control("/simulator/messages", hello.clone()).await;
    assert_eq!(sim.receiver.next_call().await.path, "/elsewhere");
    assert_eq!(sim.get(&format!("/{NUMBER}")).await["webhook_configuration"]["phone_number"], json!(url));
    let cleared = json!({"webhook_configuration": {"override_callback_uri": ""}});
    assert_eq!(sim.graph("POST", NUMBER, cleared).await.0, 200);
    sim.control("/simulator/messages", hello).await;
    assert_eq!(sim.receiver.next_call().await.path, "/whatsapp/webhook");
}

#[tokio::test]
async fn an_app_sets_its_own_address_with_its_own_token() {
    let mut sim = Sim::start().await;
    let path = "/v25.0/55/subscriptions";
    let body =
        json!({"object": "whatsapp_business_account", "callback_url": elsewhere(&sim), "verify_token": "verify", "fields": "messages"});
    for (token, status) in [("55|wrong".to_owned(), 401), (format!("56|{SECRET}"), 401), (format!("55|{SECRET}"), 200)] {
        let answer = sim.call("POST", path, Some(&token), Some(body.clone())).await.expect("an answer");
        assert_eq!(answer.0, status, "{token}: {}", answer.1);
    }
    sim.settings(json!({"quality": "RED"})).await;
    assert_eq!(sim.receiver.next_call().await.path, "/elsewhere");
}
