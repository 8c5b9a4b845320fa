//! Known members with values of any type, in every field: each part is understood, or fails by itself.

use crate::webhook::{ChangeValue, Item, parse, text_for_people};
use proptest::prelude::*;
use serde_json::{Value, json};

const FIELDS: [&str; 18] = [
    "messages",
    "user_preferences",
    "smb_message_echoes",
    "smb_app_state_sync",
    "history",
    "message_template_status_update",
    "message_template_quality_update",
    "template_category_update",
    "template_correct_category_detection",
    "message_template_components_update",
    "phone_number_quality_update",
    "phone_number_name_update",
    "security",
    "business_username_update",
    "account_update",
    "account_alerts",
    "business_capability_update",
    "hologram",
];

/// Names that mean something to the readers, so that random values get past the first look.
const NAMES: [&str; 40] = [
    "metadata",
    "contacts",
    "messages",
    "statuses",
    "errors",
    "user_preferences",
    "message_echoes",
    "state_sync",
    "history",
    "threads",
    "id",
    "status",
    "type",
    "text",
    "body",
    "image",
    "interactive",
    "reaction",
    "order",
    "product_items",
    "system",
    "identity",
    "edit",
    "message",
    "revoke",
    "original_message_id",
    "unsupported",
    "context",
    "referral",
    "pricing",
    "conversation",
    "origin",
    "code",
    "event",
    "contact",
    "action",
    "value",
    "name",
    "phones",
    "restriction_info",
];

const WORDS: [&str; 12] =
    ["text", "image", "contacts", "interactive", "edit", "system", "order", "unsupported", "sent", "button_reply", "", "7"];

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(&WORDS[..]).prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        let members = prop::collection::vec((prop::sample::select(&NAMES[..]), inner.clone()), 0..6);
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(Value::from),
            members.prop_map(|members| members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Value>()),
        ]
    })
}

fn readable<T>(items: &[Item<T>]) -> usize {
    items.iter().filter(|item| item.parsed.is_ok()).count()
}

proptest! {
    #[test]
    fn no_object_in_any_field_is_refused_and_its_neighbour_is_read(value in any_json().prop_filter("an object", Value::is_object)) {
        for field in FIELDS {
            let neighbour = json!({"field": "messages", "value": {"messages": [value, {"id": "wamid.A", "type": "text", "text": {"body": "b"}}],
                "statuses": [value, {"id": "wamid.B", "status": "sent"}]}});
            let body = json!({"entry": [{"id": "200", "changes": [{"field": field, "value": value}, neighbour]}]});
            let mut envelope = parse(body.to_string().as_bytes()).expect("an envelope");
            let mut entry = envelope.entries.remove(0).parsed.expect("an entry");
            let ChangeValue::Messages(messages) = entry.changes.remove(1).parsed.expect("the neighbour").value else { panic!("not messages") };
            prop_assert!(readable(&messages.messages) >= 1 && readable(&messages.statuses) >= 1);
            for message in messages.messages.iter().filter_map(|item| item.parsed.as_ref().ok()) {
                let _ = text_for_people(message);
            }
            let change = &entry.changes[0];
            prop_assert!(change.parsed.is_ok(), "{field}");
            prop_assert!(change.raw.get().contains(field), "the raw JSON is kept");
        }
    }
}
