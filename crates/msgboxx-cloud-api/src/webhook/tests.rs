//! Documented payloads and broken ones: what is understood, and that neighbours survive.

mod account;
mod garbage;
mod incoming;
mod number_changes;
mod statuses;

use super::*;
use serde_json::{Value, json};

fn envelope(value: &Value) -> Envelope {
    let body = json!({"object": "whatsapp_business_account",
        "entry": [{"id": "200", "changes": [{"field": "messages", "value": value}]}]});
    parse(body.to_string().as_bytes()).expect("an envelope")
}

fn messages_of(value: &Value) -> Messages {
    let mut envelope = envelope(value);
    let entry = envelope.entries.remove(0).parsed.expect("an entry");
    let change = entry.changes.into_iter().next().expect("a change").parsed.expect("a readable change");
    match change.value {
        ChangeValue::Messages(messages) => *messages,
        other => panic!("{other:?}"),
    }
}

fn incoming(mut message: Value) -> IncomingMessage {
    message["id"] = json!("wamid.A");
    let mut messages = messages_of(&json!({"messages": [message]}));
    messages.messages.remove(0).parsed.expect("a message")
}

#[test]
fn every_kind_has_its_words_for_people() {
    let rows = [
        (json!({"type": "text", "text": {"body": "hé 😀"}}), "hé 😀"),
        (json!({"type": "image", "image": {"id": "1", "mime_type": "image/jpeg"}}), ""),
        (json!({"type": "video", "video": {"id": 1, "caption": "look"}}), "look"),
        (json!({"type": "audio", "audio": {"id": "1", "voice": true}}), ""),
        (json!({"type": "document", "document": {"id": "1", "filename": "a.pdf"}}), "a.pdf"),
        (json!({"type": "document", "document": {"id": "1", "filename": "a.pdf", "caption": "read"}}), "read"),
        (json!({"type": "sticker", "sticker": {"id": "1", "animated": true}}), ""),
        (
            json!({"type": "location", "location": {"latitude": 1.5, "longitude": "2", "name": "Café", "address": "Road 1"}}),
            "📍 Café, Road 1",
        ),
        (json!({"type": "location", "location": {"latitude": 1.5, "longitude": "2"}}), "📍 1.5, 2"),
        (
            json!({"type": "contacts", "contacts": [{"name": {"formatted_name": "B"}, "phones": [{"phone": "+1"}]}, {}]}),
            "👤 B, +1\n👤 Contact",
        ),
        (json!({"type": "contacts", "contacts": [{"name": {"first_name": "A", "last_name": "B"}}]}), "👤 A B"),
        (json!({"type": "button", "button": {"payload": "P", "text": "Yes"}}), "Yes"),
        (json!({"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"id": "1", "title": "Yes"}}}), "Yes"),
        (
            json!({"type": "interactive", "interactive": {"type": "list_reply", "list_reply": {"id": "1", "title": "A", "description": "d"}}}),
            "A\nd",
        ),
        (
            json!({"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": {"name": "flow", "body": "Sent", "response_json": "{}"}}}),
            "Sent",
        ),
        (
            json!({"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply":
                {"body": "Sent", "response_json": "{\"flow_token\":\"t\",\"name\":\"Rosa\",\"days\":[\"Mon\",2],\"more\":{}}"}}}),
            "Sent\ndays: Mon, 2\nname: Rosa",
        ),
        (json!({"type": "interactive", "interactive": {"type": "hologram"}}), "Unsupported message (hologram)"),
        (json!({"type": "reaction", "reaction": {"message_id": "wamid.B", "emoji": "👍"}}), "👍"),
        (json!({"type": "reaction", "reaction": {"message_id": "wamid.B", "emoji": ""}}), ""),
        (json!({"type": "order", "order": {"catalog_id": "1", "text": "please", "product_items": [{}]}}), "🛒 1 item\nplease"),
        (
            json!({"type": "order", "order": {"product_items": [
                {"product_retailer_id": "tea", "quantity": 2, "item_price": 3.5, "currency": "EUR"}, {"product_retailer_id": "cup"}]}}),
            "🛒 2 items\n2 × tea, 3.5 EUR each\n1 × cup",
        ),
        (json!({"type": "system", "system": {"type": "user_changed_user_id"}}), "The customer has another WhatsApp user id now"),
        (json!({"type": "request_welcome"}), "Opened the chat"),
        (json!({"type": "system", "system": {"body": "changed number", "type": "user_changed_number", "wa_id": "2"}}), "changed number"),
        (json!({"type": "edit", "edit": {"original_message_id": "wamid.B", "message": {"type": "text", "text": {"body": "new"}}}}), "new"),
        (json!({"type": "revoke", "revoke": {"original_message_id": "wamid.B"}}), "This message was deleted"),
        (json!({"type": "unsupported", "errors": [{"code": 131_051}], "unsupported": {"type": "poll"}}), "Unsupported message (poll)"),
        (json!({"type": "unsupported", "errors": [{"code": 131_051}]}), "Unsupported message"),
        (json!({"type": "hologram", "hologram": {}}), "Unsupported message"),
        (json!({"type": "text", "text": "not an object"}), "Unsupported message"),
        (json!({}), "Unsupported message"),
    ];
    for (message, words) in rows {
        assert_eq!(text_for_people(&incoming(message.clone())), words, "{message}");
        assert_ne!(description(&incoming(message.clone()).content).trim(), "", "{message}");
    }
}

#[test]
fn what_has_no_words_is_named_and_a_reaction_told() {
    let rows = [
        (json!({"type": "image", "image": {"id": "1"}}), "📷 Photo"),
        (json!({"type": "image", "image": {"id": "1", "caption": "look"}}), "look"),
        (json!({"type": "video", "video": {}}), "🎬 Video"),
        (json!({"type": "audio", "audio": {"voice": true}}), "🎤 Voice message"),
        (json!({"type": "audio", "audio": {"voice": false}}), "🎵 Audio"),
        (json!({"type": "document", "document": {}}), "📄 Document"),
        (json!({"type": "sticker", "sticker": {}}), "Sticker"),
        (json!({"type": "contacts", "contacts": []}), "👤 Contact"),
        (json!({"type": "text", "text": {"body": " "}}), "Empty message"),
        (json!({"type": "reaction", "reaction": {"emoji": "👍"}}), "Reacted with 👍"),
        (json!({"type": "reaction", "reaction": {}}), "Took back a reaction"),
    ];
    for (message, words) in rows {
        assert_eq!(description(&incoming(message.clone()).content), words, "{message}");
    }
}

#[test]
fn a_message_keeps_its_kind_its_sender_and_what_it_answers() {
    let message = incoming(json!({"from": 16_505_551_234_u64, "from_user_id": "US.1", "timestamp": "1749416383", "type": "hologram",
        "context": {"from": "1", "id": "wamid.B", "forwarded": true}, "errors": [{"code": 131_052, "title": "t"}], "referral": {"source_id": "x"}}));
    assert_eq!(message.kind(), "hologram");
    assert_eq!(message.content, Content::Unknown);
    assert_eq!((message.from.as_deref(), message.from_user_id.as_deref()), (Some("16505551234"), Some("US.1")));
    assert_eq!(message.timestamp, Some(1_749_416_383));
    let context = message.context.expect("a context");
    assert!(context.is_forwarded && context.id.as_deref() == Some("wamid.B"));
    assert_eq!(message.errors[0].code, 131_052);
    assert_eq!(message.referral.and_then(|referral| referral.source_id).as_deref(), Some("x"));
}

#[test]
fn a_medium_keeps_what_is_needed_to_fetch_it() {
    let Content::Audio(media) = incoming(json!({"type": "audio",
        "audio": {"id": 7, "mime_type": "audio/ogg; codecs=opus", "sha256": "x=", "url": "https://l", "voice": true}}))
    .content
    else {
        panic!("not audio")
    };
    assert_eq!((media.id.as_deref(), media.url.as_deref(), media.is_voice), (Some("7"), Some("https://l"), true));
}

#[test]
fn one_bad_item_leaves_its_neighbours_alone_and_keeps_its_raw_json() {
    let body = br#"{"object":"whatsapp_business_account","entry":[7,{"id":5,"changes":[null,{"field":"messages"},
        {"field":"messages","value":{"metadata":{"phone_number_id":100},"messages":[{"type":"text"},"x",{"id":"wamid.1","type":"text","text":{"body":"\ud83d"}},
        {"id":"wamid.2","type":"text","text":{"body":"ok"}}],"statuses":[{"id":"wamid.3"},{"id":"wamid.3","status":"sent","timestamp":"5"}]}}]}]}"#;
    let envelope = parse(body).expect("an envelope");
    assert!(envelope.entries[0].parsed.is_err());
    let entry = envelope.entries[1].parsed.as_ref().expect("an entry");
    assert_eq!(entry.id, "5");
    assert!(entry.changes[0].parsed.is_err());
    assert_eq!(entry.changes[1].parsed.as_ref().expect_err("no value"), &ItemError::Missing("value"));
    let ChangeValue::Messages(value) = &entry.changes[2].parsed.as_ref().expect("a change").value else { panic!("not messages") };
    assert_eq!(value.phone_number_id.as_deref(), Some("100"));
    let readable: Vec<_> = value.messages.iter().map(|item| item.parsed.is_ok()).collect();
    assert_eq!(readable, [false, false, false, true]);
    assert_eq!(value.messages[0].parsed.as_ref().expect_err("no id"), &ItemError::Missing("id"));
    assert_eq!(value.messages[0].raw.get(), r#"{"type":"text"}"#);
    assert_eq!(value.statuses[0].parsed.as_ref().expect_err("no status"), &ItemError::Missing("status"));
    assert_eq!(value.statuses[1].parsed.as_ref().expect("a status").timestamp, Some(5));
}

#[test]
fn nesting_beyond_the_limit_spoils_one_item_only() {
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    let body = format!(
        r#"{{"entry":[{{"id":"1","changes":[{{"field":"messages","value":{{"messages":[{{"id":"a","x":{deep}}},{{"id":"b"}}]}}}}]}}]}}"#
    );
    let envelope = parse(body.as_bytes()).expect("an envelope");
    let entry = envelope.entries[0].parsed.as_ref().expect("an entry");
    let ChangeValue::Messages(value) = &entry.changes[0].parsed.as_ref().expect("a change").value else { panic!("not messages") };
    assert!(value.messages[0].parsed.is_err() && value.messages[1].parsed.is_ok());
}

#[test]
fn a_body_that_is_no_object_is_an_error_and_an_empty_one_has_no_entries() {
    for body in ["", "nonsense", "[]", "7", "\"x\"", "{\"entry\":"] {
        assert!(parse(body.as_bytes()).is_err(), "{body}");
    }
    for body in ["{}", r#"{"entry":[]}"#, r#"{"entry":null,"object":7}"#] {
        assert!(parse(body.as_bytes()).expect("an envelope").entries.is_empty(), "{body}");
    }
}

#[test]
fn statuses_carry_what_was_given_on_sending() {
    let value = messages_of(&json!({"statuses": [
        {"id": "wamid.1", "status": "delivered", "timestamp": "1750030073", "recipient_id": "1650", "recipient_user_id": "US.1",
         "biz_opaque_callback_data": "attempt-1", "pricing": {"type": "regular", "category": "utility"}},
        {"id": "wamid.2", "status": "failed", "timestamp": 5, "errors": [{"code": 131_047, "title": "Re-engagement", "error_data": {"details": "late"}}]},
        {"id": "wamid.3", "status": "teleported"}]}));
    let statuses: Vec<_> = value.statuses.into_iter().map(|item| item.parsed.expect("a status")).collect();
    assert_eq!(statuses[0].status, StatusKind::Delivered);
    assert_eq!(statuses[0].callback_data.as_deref(), Some("attempt-1"));
    assert_eq!(statuses[0].pricing.as_ref().and_then(|pricing| pricing.category.as_deref()), Some("utility"));
    assert_eq!((statuses[1].status.as_str(), statuses[1].errors[0].code), ("failed", 131_047));
    assert_eq!(statuses[2].status, StatusKind::Other("teleported".to_owned()));
}

#[test]
fn the_author_is_found_by_number_by_user_id_or_as_the_only_person() {
    let people = json!([{"profile": {"name": "Ana"}, "wa_id": "1"}, {"profile": {"name": "Bo", "username": "@bo"}, "user_id": "US.2"}]);
    let name = |value: &Value| {
        let value = messages_of(value);
        let message = value.messages[0].parsed.as_ref().expect("a message");
        value.author_of(message).and_then(|person| person.name.clone())
    };
    assert_eq!(name(&json!({"contacts": people, "messages": [{"id": "a", "from": "1"}]})).as_deref(), Some("Ana"));
    assert_eq!(name(&json!({"contacts": people, "messages": [{"id": "a", "from_user_id": "US.2"}]})).as_deref(), Some("Bo"));
    assert_eq!(name(&json!({"contacts": people, "messages": [{"id": "a", "from": "3"}]})), None);
    let one = json!([{"profile": {"name": "Cy"}, "wa_id": "5511987654321"}]);
    assert_eq!(name(&json!({"contacts": one, "messages": [{"id": "a", "from": "551187654321"}]})).as_deref(), Some("Cy"));
}

#[test]
fn news_of_templates_is_recognised_and_other_news_kept() {
    let event = |field: &str, value: Value| {
        let body = json!({"entry": [{"id": "200", "time": 5, "changes": [{"field": field, "value": value}]}]});
        let envelope = parse(body.to_string().as_bytes()).expect("an envelope");
        let entry = envelope.entries[0].parsed.as_ref().expect("an entry").clone();
        match entry.changes[0].parsed.as_ref().expect("a change").value.clone() {
            ChangeValue::Account(event) => event,
            other => panic!("{other:?}"),
        }
    };
    let AccountEvent::TemplateStatus(update) = event(
        "message_template_status_update",
        json!({"event": "APPROVED", "message_template_id": 1_689_556_908_129_832_i64, "message_template_name": "n",
            "message_template_language": "en-US", "reason": "NONE"}),
    ) else {
        panic!("not a status")
    };
    assert_eq!((update.template_id.as_deref(), update.language.as_deref()), (Some("1689556908129832"), Some("en_US")));
    assert_eq!((update.event.as_str(), update.reason), ("APPROVED", None));
    let quality = event("message_template_status_update", json!({"new_quality_score": "RED", "message_template_id": 1}));
    assert!(matches!(quality, AccountEvent::TemplateQuality { quality, .. } if quality == "RED"));
    let announced = event("template_category_update", json!({"new_category": "UTILITY", "correct_category": "MARKETING"}));
    assert!(matches!(announced, AccountEvent::TemplateCategoryAnnounced { correct_category, .. } if correct_category == "MARKETING"));
    let done = event("template_category_update", json!({"previous_category": "UTILITY", "new_category": "MARKETING"}));
    assert!(matches!(done, AccountEvent::TemplateCategory { category, .. } if category == "MARKETING"));
    assert_eq!(event("hologram", json!({"a": 1})), AccountEvent::Other(json!({"a": 1})));
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_the_parser_panic(body in proptest::collection::vec(proptest::arbitrary::any::<u8>(), 0..200)) {
        let _ = parse(&body);
    }
}
