//! The way of a message: taken, reported, on the phone, read.

use crate::harness::{BUSINESS, CUSTOMER, NUMBER, Sim, WABA, template, text, wamid};
use msgboxx_simulator::Timing;
use serde_json::json;

#[tokio::test]
async fn a_reply_is_taken_reported_in_order_and_on_the_phone() {
    let mut sim = Sim::start().await;
    sim.customer_writes(CUSTOMER, "hello").await;
    let (status, answer) = sim.send_text(CUSTOMER, "hi there").await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["contacts"], json!([{"input": CUSTOMER, "wa_id": "447902111123"}]));
    let id = wamid(&answer);
    for name in ["sent", "delivered", "read"] {
        let update = sim.receiver.next_update().await;
        assert_eq!((update["status"].as_str(), update["id"].as_str()), (Some(name), Some(id.as_str())));
        assert_eq!(update["biz_opaque_callback_data"], "attempt-1");
        assert_eq!(update["recipient_id"], "447902111123");
        assert!(update["timestamp"].is_string());
        assert_eq!(update.get("pricing").is_some(), name != "read");
    }
    let phone = sim.phone(CUSTOMER).await;
    assert_eq!(phone.len(), 2);
    let (written, arrived) = (&phone[0], &phone[1]);
    assert_eq!((written["direction"].as_str(), written["text"].as_str()), (Some("out"), Some("hello")));
    assert_eq!((arrived["direction"].as_str(), arrived["text"].as_str()), (Some("in"), Some("hi there")));
    assert_eq!((arrived["business"].as_str(), arrived["id"].as_str()), (Some(BUSINESS), Some(id.as_str())));
    let names: Vec<_> = arrived["statuses"].as_array().expect("a list").iter().map(|status| status["status"].clone()).collect();
    assert_eq!(names, ["sent", "delivered", "read"]);
}

#[tokio::test]
async fn a_customers_message_reaches_the_business_in_metas_shape() {
    let mut sim = Sim::start().await;
    let body =
        json!({"from": CUSTOMER, "to": BUSINESS, "name": "Zoë", "type": "text", "text": {"body": "café 😀"}, "timestamp": "1749416383"});
    let answer = sim.control("/simulator/messages", body).await;
    let call = sim.receiver.next_call().await;
    assert!(call.bytes.is_ascii(), "everything else is escaped");
    let entry = &call.json["entry"][0];
    assert_eq!((call.json["object"].as_str(), entry["id"].as_str()), (Some("whatsapp_business_account"), Some(WABA)));
    let value = &entry["changes"][0]["value"];
    assert_eq!(value["metadata"], json!({"display_phone_number": "447700900001", "phone_number_id": NUMBER}));
    let message = &value["messages"][0];
    assert_eq!(message["id"], answer["id"]);
    assert_eq!((message["from"].as_str(), message["timestamp"].as_str()), (Some("447902111123"), Some("1749416383")));
    assert_eq!(message["text"]["body"], "café 😀");
    let contact = &value["contacts"][0];
    assert_eq!((contact["profile"]["name"].as_str(), contact["wa_id"].as_str()), (Some("Zoë"), Some("447902111123")));
    assert_eq!(contact["user_id"], message["from_user_id"]);
}

#[tokio::test]
async fn outside_the_window_text_fails_later_and_a_template_arrives() {
    let mut sim = Sim::start().await;
    let (status, answer) = sim.send_text(CUSTOMER, "too early").await;
    assert_eq!(status, 200);
    let update = sim.receiver.next_update().await;
    assert_eq!((update["status"].as_str(), update["id"].as_str()), (Some("failed"), answer["messages"][0]["id"].as_str()));
    assert_eq!(update["errors"][0]["code"], 131_047);
    assert!(sim.phone(CUSTOMER).await.is_empty());

    let (status, answer) = sim.post_message(template(CUSTOMER, "follow_up", &["John", "{{1}} your time"])).await;
    assert_eq!((status, answer["messages"][0]["message_status"].as_str()), (200, Some("accepted")));
    assert_eq!(sim.receiver.next_statuses(3).await, ["sent", "delivered", "read"]);
    assert_eq!(sim.phone(CUSTOMER).await[0]["text"], "Hi John, thanks for {{1}} your time.\nStitch");
}

#[tokio::test]
async fn the_window_closes_a_day_after_the_customers_own_timestamp() {
    let mut sim = Sim::start().await;
    let seconds = sim.clock.now_micros() / 1_000_000;
    let old = json!({"from": CUSTOMER, "to": BUSINESS, "type": "text", "text": {"body": "old"}, "timestamp": seconds - 86_401});
    sim.control("/simulator/messages", old).await;
    sim.receiver.next_update().await;
    sim.send_text(CUSTOMER, "late").await;
    assert_eq!(sim.receiver.next_update().await["errors"][0]["code"], 131_047);
    let recent =
        json!({"from": CUSTOMER, "to": BUSINESS, "type": "text", "text": {"body": "new"}, "timestamp": (seconds - 86_000).to_string()});
    sim.control("/simulator/messages", recent).await;
    sim.receiver.next_update().await;
    sim.send_text(CUSTOMER, "in time").await;
    assert_eq!(sim.receiver.next_update().await["status"], "sent");
}

#[tokio::test]
async fn reserved_customers_fail_in_their_named_ways() {
    let mut sim = Sim::start().await;
    for (last, code) in [("1", 131_026), ("4", 131_049), ("5", 131_026)] {
        let customer = format!("+1555010000{last}");
        sim.customer_writes(&customer, "hello").await;
        let (status, _) = sim.send_text(&customer, "hi").await;
        let update = sim.receiver.next_update().await;
        assert_eq!((status, update["status"].as_str(), update["errors"][0]["code"].as_i64()), (200, Some("failed"), Some(code)), "{last}");
        assert!(update.get("contacts").is_none());
    }
    sim.post_message(template("+15550100005", "offer", &[])).await;
    assert_eq!(sim.receiver.next_update().await["errors"][0]["code"], 131_050);
    for (customer, code) in [("+15550100002", 130_429), ("+15550100003", 131_056)] {
        let (status, answer) = sim.send_text(customer, "hi").await;
        assert_eq!((status, answer["error"]["code"].as_i64()), (400, Some(code)));
    }
}

#[tokio::test]
async fn a_lost_answer_closes_the_connection_though_the_message_arrives() {
    let mut sim = Sim::start().await;
    sim.customer_writes("+15550100009", "hello").await;
    let path = format!("/v25.0/{NUMBER}/messages");
    let lost = sim.call("POST", &path, Some(crate::harness::TOKEN), Some(text("+15550100009", "hi"))).await;
    assert!(lost.expect_err("no answer").is_request());
    let sent = sim.receiver.next_update().await;
    assert_eq!((sent["status"].as_str(), sent["biz_opaque_callback_data"].as_str()), (Some("sent"), Some("attempt-1")));
    assert_eq!(sim.phone("+15550100009").await.len(), 2);
    let ledger = sim.ledger().await;
    let item = ledger.iter().find(|item| item["kind"] == "send").expect("it was taken");
    assert_eq!((item["status"].as_i64(), item["fault"].as_str()), (Some(200), Some("drop_reply")));
    assert_eq!(item["response"]["messages"][0]["id"], sent["id"]);
}

#[tokio::test]
async fn a_slow_answer_comes_when_the_clock_says_so() {
    let mut sim = Sim::start().await;
    sim.customer_writes("+15550100006", "hello").await;
    let path = format!("/v25.0/{NUMBER}/messages");
    let clock = sim.clock.clone();
    let (answer, ()) = tokio::join!(sim.call("POST", &path, Some(crate::harness::TOKEN), Some(text("+15550100006", "hi"))), async {
        while sim.phone("+15550100006").await.len() < 2 {
            tokio::task::yield_now().await;
        }
        clock.advance(20);
    });
    assert_eq!(answer.expect("an answer").0, 200);
}

#[tokio::test]
async fn a_silent_customer_is_never_reported_and_a_noisy_one_twice_and_out_of_order() {
    let mut sim = Sim::start().await;
    for customer in ["+15550100007", "+15550100008"] {
        sim.customer_writes(customer, "hello").await;
    }
    sim.send_text("+15550100007", "hi").await;
    let (_, answer) = sim.send_text("+15550100008", "hi").await;
    let mut names = Vec::new();
    for _ in 0..6 {
        let update = sim.receiver.next_update().await;
        assert_eq!(update["id"].as_str(), answer["messages"][0]["id"].as_str(), "nothing of the silent one");
        names.push(update["status"].as_str().expect("a name").to_owned());
    }
    let mut in_order = ["sent", "sent", "delivered", "delivered", "read", "read"].map(str::to_owned).to_vec();
    assert_ne!(names, in_order);
    names.sort_unstable();
    in_order.sort_unstable();
    assert_eq!(names, in_order);
    assert_eq!(sim.phone("+15550100007").await.len(), 2);
}

#[tokio::test]
async fn reading_a_customers_message_reads_all_before_it() {
    let mut sim = Sim::start().await;
    let ids = [sim.customer_writes(CUSTOMER, "one").await, sim.customer_writes(CUSTOMER, "two").await];
    sim.customer_writes(CUSTOMER, "three").await;
    let receipt = json!({"messaging_product": "whatsapp", "status": "read", "message_id": ids[1], "typing_indicator": {"type": "text"}});
    assert_eq!(sim.post_message(receipt).await, (200, json!({"success": true})));
    let is_read =
        |message: &serde_json::Value| message["statuses"].as_array().expect("a list").iter().any(|status| status["status"] == "read");
    let read: Vec<_> = sim.phone(CUSTOMER).await.iter().map(is_read).collect();
    assert_eq!(read, [true, true, false]);
    let unknown = json!({"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.nobody"});
    let (status, answer) = sim.post_message(unknown).await;
    assert_eq!((status, answer["error"]["code"].as_i64()), (400, Some(131_009)));
}

#[tokio::test]
async fn a_customer_without_a_number_is_known_and_written_to_by_their_user_id() {
    let mut sim = Sim::start().await;
    let hidden = json!({"from": CUSTOMER, "to": BUSINESS, "type": "text", "text": {"body": "hi"}, "user_id": "GB.77", "hide_number": true});
    sim.control("/simulator/messages", hidden).await;
    let update = sim.receiver.next_update().await;
    assert_eq!((update.get("from"), update["from_user_id"].as_str()), (None, Some("GB.77")));
    let message = json!({"messaging_product": "whatsapp", "recipient": "GB.77", "type": "text", "text": {"body": "hello"}});
    let (status, answer) = sim.post_message(message).await;
    assert_eq!((status, &answer["contacts"]), (200, &json!([{"input": "GB.77", "user_id": "GB.77"}])));
    let sent = sim.receiver.next_update().await;
    assert_eq!((sent.get("recipient_id"), sent["recipient_user_id"].as_str()), (None, Some("GB.77")));
}

#[tokio::test]
async fn brisk_messages_are_reported_by_the_simulators_clock() {
    let mut sim = Sim::with_timing(Timing::Brisk).await;
    sim.customer_writes(CUSTOMER, "hello").await;
    sim.send_text(CUSTOMER, "hi").await;
    sim.clock.advance(2);
    assert_eq!(sim.receiver.next_statuses(3).await, ["sent", "delivered", "read"]);
}

#[tokio::test]
async fn every_kind_can_be_sent_and_reads_as_something() {
    let mut sim = Sim::start().await;
    let theirs = sim.customer_writes(CUSTOMER, "hello").await;
    let link = "https://x.example/a";
    let rows = [
        (json!({"type": "image", "image": {"link": link, "caption": "look"}}), "look"),
        (json!({"type": "document", "document": {"link": link, "filename": "a.pdf"}}), "a.pdf"),
        (json!({"type": "location", "location": {"latitude": "1.5", "longitude": 2, "name": "Café"}}), "📍 Café"),
        (json!({"type": "contacts", "contacts": [{"name": {"formatted_name": "Ann"}}]}), "👤 Ann"),
        (
            json!({"type": "interactive", "interactive": {"type": "button", "body": {"text": "Yes?"},
            "action": {"buttons": [{"type": "reply", "reply": {"id": "1", "title": "Yes"}}]}}}),
            "Yes?",
        ),
        (json!({"type": "reaction", "reaction": {"message_id": theirs, "emoji": "👍"}}), "👍"),
        (json!({"text": {"body": "no type at all"}}), "no type at all"),
    ];
    for (mut message, words) in rows {
        message["messaging_product"] = json!("whatsapp");
        message["to"] = json!(CUSTOMER);
        let (status, answer) = sim.post_message(message.clone()).await;
        assert_eq!(status, 200, "{message}: {answer}");
        let phone = sim.phone(CUSTOMER).await;
        assert_eq!(phone.last().expect("a message")["text"], words);
    }
}
