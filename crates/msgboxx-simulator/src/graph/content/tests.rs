//! What is taken and what is refused, kind by kind.

use super::*;
use serde_json::json;

/// The code that refuses this content, or none.
fn refused(mut content: Value) -> Option<i64> {
    content["messaging_product"] = json!("whatsapp");
    check(content.as_object().expect("an object")).err().map(|refusal| refusal.code)
}

fn button(id: &str, title: &str) -> Value {
    json!({"type": "reply", "reply": {"id": id, "title": title}})
}

fn buttons(buttons: &[Value]) -> Value {
    json!({"type": "interactive", "interactive": {"type": "button", "body": {"text": "?"}, "action": {"buttons": buttons}}})
}

fn list(rows_in_each: usize, sections: usize) -> Value {
    let rows = |section| (0..rows_in_each).map(|row| json!({"id": format!("{section}.{row}"), "title": "Row"})).collect::<Vec<_>>();
    let sections: Vec<_> = (0..sections).map(|section| json!({"title": "Section", "rows": rows(section)})).collect();
    json!({"type": "interactive", "interactive": {"type": "list", "body": {"text": "?"}, "action": {"button": "Choose", "sections": sections}}})
}

fn interactive(kind: &str, action: &Value) -> Value {
    json!({"type": "interactive", "interactive": {"type": kind, "body": {"text": "?"}, "action": action}})
}

fn with_header(kind: &str, header: Value) -> Value {
    let mut message = if kind == "list" { list(1, 1) } else { buttons(&[button("1", "Yes")]) };
    message["interactive"]["header"] = header;
    message
}

#[test]
fn every_kind_is_taken_in_its_plain_form() {
    let medium = json!({"id": "5"});
    for content in [
        json!({"text": {"body": "hi"}}),
        json!({"type": "text", "text": {"body": "😀".repeat(4_096)}, "context": {"message_id": "wamid.A"}}),
        json!({"type": "video", "video": medium}),
        json!({"type": "audio", "audio": {"link": "https://x.example/a.ogg", "voice": true}}),
        json!({"type": "sticker", "sticker": {"id": 5}}),
        json!({"type": "location", "location": {"latitude": "-90", "longitude": 180}}),
        json!({"type": "contacts", "contacts": [{"name": {"formatted_name": "Ann"}}]}),
        json!({"type": "reaction", "reaction": {"message_id": "wamid.A", "emoji": ""}}),
        buttons(&[button("1", "Yes"), button("2", "No")]),
        list(5, 2),
        json!({"type": "interactive", "interactive": {"type": "flow", "action": {"name": "flow"}}}),
        json!({"type": "interactive", "interactive": {"type": "cta_url", "body": {"text": "?"},
            "action": {"name": "cta_url", "parameters": {"display_text": "See", "url": "https://x.example"}}}}),
        with_header("button", json!({"type": "image", "image": {"link": "https://x.example/a.png"}})),
        interactive("location_request_message", &json!({"name": "send_location"})),
        interactive("request_contact_info", &json!({"name": "request_contact_info"})),
        json!({"type": "template", "template": {"name": "a", "language": {"code": "en"}}}),
    ] {
        assert_eq!(refused(content.clone()), None, "{content}");
    }
}

#[test]
fn what_breaks_a_limit_is_refused_with_its_code() {
    for (content, code) in [
        (json!({"text": {"body": "😀".repeat(4_097)}}), 100),
        (json!({"text": "hi"}), 100),
        (json!({"type": 5}), 100),
        (json!({"recipient_type": "group", "text": {"body": "hi"}}), 100),
        (json!({"text": {"body": "hi"}, "biz_opaque_callback_data": "x".repeat(513)}), 100),
        (json!({"text": {"body": "hi"}, "context": {}}), 131_008),
        (json!({"type": "image", "image": {"id": "5", "caption": "x".repeat(1_025)}}), 100),
        (json!({"type": "location", "location": {"latitude": 91, "longitude": 0}}), 131_009),
        (json!({"type": "location", "location": {"latitude": 9}}), 131_008),
        (json!({"type": "contacts", "contacts": []}), 131_009),
        (json!({"type": "contacts", "contacts": [{"name": {}}]}), 131_008),
        (json!({"type": "reaction", "reaction": {"message_id": "wamid.A"}}), 131_008),
        (json!({"type": "reaction", "reaction": {"message_id": "wamid.A", "emoji": "👍"}, "context": {"message_id": "wamid.B"}}), 131_009),
        (buttons(&[]), 131_009),
        (buttons(&[button("1", "a"), button("2", "b"), button("3", "c"), button("4", "d")]), 131_009),
        (buttons(&[button("1", "a"), button("1", "b")]), 131_009),
        (buttons(&[button("1", &"x".repeat(21))]), 100),
        (buttons(&[button("1", "a"), button("2", "a")]), 131_009),
        (json!({"type": "audio", "audio": {"id": "5", "caption": "no"}}), 100),
        (json!({"type": "reaction", "reaction": {"message_id": "wamid.A", "emoji": "yes"}}), 131_009),
        (json!({"text": {"body": "hi"}, "category": "utility"}), 100),
        (json!({"text": {"body": "hi", "preview_url": "yes"}}), 100),
        (interactive("poll", &json!({})), 100),
        (interactive("location_request_message", &json!({"name": "send"})), 131_009),
        (interactive("cta_url", &json!({"name": "cta_url", "parameters": {"display_text": "See", "url": "nowhere"}})), 131_009),
        (with_header("list", json!({"type": "image", "image": {"id": "5"}})), 131_009),
        (with_header("button", json!({"type": "text", "text": "x".repeat(61)})), 100),
        (list(6, 2), 131_009),
        (list(1, 11), 131_009),
        (json!({"type": "interactive", "interactive": {"type": "button", "action": {"buttons": [button("1", "a")]}}}), 131_008),
        (json!({"type": "template", "template": {"name": "a"}}), 131_008),
    ] {
        assert_eq!(refused(content.clone()), Some(code), "{content}");
    }
}
