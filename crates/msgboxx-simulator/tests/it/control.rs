//! The control surface: lists, ledger, settings, and mistakes in words.

use crate::harness::{BUSINESS, CUSTOMER, NUMBER, SECRET, Sim, TOKEN, WABA, numbers};
use serde_json::{Value, json};

#[tokio::test]
async fn the_numbers_carry_all_that_a_client_needs() {
    let sim = Sim::start().await;
    let expected = json!({"items": [{"phone_number_id": NUMBER, "business_account_id": WABA, "display_phone_number": BUSINESS,
        "name": "Stitch Recruit", "access_token": TOKEN, "app_secret": SECRET, "verify_token": "verify"}]});
    assert_eq!(sim.get("/simulator/numbers").await, expected);
}

#[tokio::test]
async fn numbers_come_and_go_while_it_runs() {
    let mut sim = Sim::start().await;
    let handle = sim.handle.as_ref().expect("it runs");
    handle.set_numbers(Vec::new());
    assert_eq!(sim.get("/simulator/numbers").await, json!({"items": []}));
    assert_eq!(sim.send_text(CUSTOMER, "hi").await.0, 401);
    handle.set_numbers(numbers());
    sim.customer_writes(CUSTOMER, "hello").await;
    assert_eq!(sim.send_text(CUSTOMER, "hi").await.0, 200);
}

#[tokio::test]
async fn mistakes_in_a_customers_message_are_named() {
    let sim = Sim::start().await;
    let valid = json!({"from": CUSTOMER, "to": BUSINESS, "type": "text", "text": {"body": "hi"}});
    let with = |member: &str, value: Value| {
        let mut body = valid.clone();
        body[member] = value;
        body
    };
    let rows = [
        (json!([]), 400, "body"),
        (json!({}), 400, "type"),
        (with("from", json!("nobody")), 400, "from"),
        (with("from", json!(5)), 400, "from"),
        (with("from", json!(BUSINESS)), 400, "same"),
        (with("to", json!("+449999999999")), 404, "+449999999999"),
        (with("to", Value::Null), 400, "to"),
        (with("text", json!("hi")), 400, "text"),
        (with("text", json!({"body": ""})), 400, "text.body"),
        (with("type", json!("image")), 400, "image"),
        (with("timestamp", json!("yesterday")), 400, "timestamp"),
        (with("timestamp", json!(1_749_416_383_000_i64)), 400, "timestamp"),
        (with("hide_number", json!("yes")), 400, "hide_number"),
        (with("name", json!("")), 400, "name"),
    ];
    for (body, expected, word) in rows {
        let (status, answer) = sim.call("POST", "/simulator/messages", None, Some(body.clone())).await.expect("an answer");
        let sentence = answer["error"]["message"].as_str().expect("a sentence");
        assert!(status == expected && sentence.contains(word), "{body}: {status} {sentence}");
    }
    assert!(sim.phone(CUSTOMER).await.is_empty());
}

#[tokio::test]
async fn unknown_places_wrong_methods_and_wrong_queries_are_errors_in_json() {
    let sim = Sim::start().await;
    let rows = [
        ("GET", "/simulator/nothing", 404),
        ("POST", "/simulator/nothing", 404),
        ("PUT", "/simulator/faults", 405),
        ("POST", "/simulator/numbers", 405),
        ("GET", "/simulator/messages", 400),
        ("GET", "/simulator/messages?phone=abc", 400),
        ("GET", "/simulator/ledger?after=x", 400),
    ];
    for (method, path, expected) in rows {
        let (status, answer) = sim.call(method, path, None, None).await.expect("an answer");
        assert_eq!(status, expected, "{method} {path}");
        assert!(answer["error"]["message"].is_string(), "{method} {path}");
    }
    for change in [json!({"phone_number_id": "5"}), json!({"phone_number_id": NUMBER, "thruput": 1}), json!({"throughput": 0})] {
        let (status, _) = sim.call("POST", "/simulator/settings", None, Some(change.clone())).await.expect("an answer");
        assert!(status == 400 || status == 404, "{change}");
    }
}

#[tokio::test]
async fn any_inbound_type_can_be_written_and_reads_as_a_line() {
    let mut sim = Sim::start().await;
    let rows = [
        (json!({"type": "location", "location": {"latitude": 1.5, "longitude": 2}}), "📍 1.5, 2"),
        (json!({"type": "button", "button": {"payload": "P", "text": "Yes"}, "context": {"id": "wamid.A"}}), "Yes"),
        (json!({"type": "unsupported", "errors": [{"code": 131_051}], "unsupported": {"type": "poll"}}), "Unsupported message (poll)"),
        (json!({"type": "hologram", "hologram": {"z": 1}}), "Unsupported message"),
        (json!({"type": "system", "system": {"body": "changed", "type": "user_changed_number"}}), "changed"),
    ];
    for (mut body, words) in rows {
        body["from"] = json!(CUSTOMER);
        body["to"] = json!(BUSINESS);
        sim.control("/simulator/messages", body.clone()).await;
        let call = sim.receiver.next_call().await;
        let value = &call.json["entry"][0]["changes"][0]["value"];
        assert_eq!(value["messages"][0]["type"], body["type"]);
        assert_eq!(value.get("contacts").is_some(), body["type"] != "system");
        if body.get("context").is_some() {
            assert_eq!(value["messages"][0]["context"], json!({"id": "wamid.A", "from": "447700900001"}));
        }
        assert_eq!(sim.phone(CUSTOMER).await.last().expect("a message")["text"], words);
    }
}

#[tokio::test]
async fn the_ledger_has_every_call_and_webhook_with_its_answer_in_order() {
    let mut sim = Sim::start().await;
    sim.customer_writes(CUSTOMER, "hello").await;
    sim.send_text(CUSTOMER, "hi").await;
    sim.receiver.next_statuses(3).await;
    sim.customer_writes(CUSTOMER, "bye").await;
    let ledger = sim.ledger().await;
    let numbers: Vec<_> = ledger.iter().map(|item| item["n"].as_u64().expect("a number")).collect();
    assert_eq!(numbers, (1..=ledger.len() as u64).collect::<Vec<_>>());
    let send = ledger.iter().find(|item| item["kind"] == "send").expect("a send");
    assert_eq!((send["request"]["text"]["body"].as_str(), send["status"].as_i64()), (Some("hi"), Some(200)));
    assert!(send["at"].as_str().expect("a time").ends_with('Z'));
    assert!(send["response"]["messages"][0]["id"].is_string());
    let webhook = ledger.iter().find(|item| item["kind"] == "webhook").expect("a webhook");
    assert_eq!((webhook["status"].as_i64(), webhook["request"]["object"].as_str()), (Some(200), Some("whatsapp_business_account")));
    let control = &ledger[0];
    assert_eq!((control["kind"].as_str(), control["status"].as_i64()), (Some("control"), Some(202)));
    let after = sim.get(&format!("/simulator/ledger?after={}", send["n"])).await;
    assert_eq!(after["items"][0]["n"].as_u64(), send["n"].as_u64().map(|number| number + 1));
    assert_eq!(sim.get("/simulator/ledger?after=100000").await, json!({"items": []}));
    assert_eq!(sim.get("/simulator/ledger?after=1&limit=1").await["items"].as_array().expect("a list").len(), 1);
    assert!(!serde_json::to_string(&ledger).expect("JSON").contains(TOKEN), "tokens do not stand in the ledger");
}

#[tokio::test]
async fn a_long_ledger_is_read_from_any_place() {
    let sim = Sim::start().await;
    sim.settings(json!({"throughput": 100_000, "pair_limit": false})).await;
    for _ in 0..700 {
        sim.send_text("+15550100007", "x").await;
    }
    for after in [0, 1, 255, 256, 257, 511, 512, 600, 701, 702] {
        let items = sim.get(&format!("/simulator/ledger?after={after}&limit=2")).await["items"].clone();
        let first = items.as_array().expect("a list").first().and_then(|item| item["n"].as_u64());
        assert!(first.is_none_or(|first| first == after + 1), "{after}: {first:?}");
    }
    assert!(sim.ledger().await.len() >= 701);
}

#[tokio::test]
async fn customers_are_listed_with_their_last_message() {
    let mut sim = Sim::start().await;
    sim.customer_writes(CUSTOMER, "first").await;
    sim.customer_writes("+447902111124", "second").await;
    let items = sim.get("/simulator/customers").await["items"].clone();
    assert_eq!((items[0]["phone"].as_str(), items[0]["last"].as_str()), (Some("+447902111124"), Some("second")));
    assert_eq!((items[1]["name"].as_str(), items[1]["business"].as_str()), (Some("Test Customer"), Some(BUSINESS)));
}
