//! One row for each status, in the shape that Meta documents.

use super::messages_of;
use crate::webhook::{Conversation, Pricing, Status, StatusKind};
use serde_json::{Value, json};

fn status(value: &Value) -> Status {
    messages_of(&json!({"statuses": [value]})).statuses.remove(0).parsed.expect("a status")
}

#[test]
fn every_status_is_known_by_its_name() {
    let rows = [
        ("sent", StatusKind::Sent),
        ("delivered", StatusKind::Delivered),
        ("read", StatusKind::Read),
        ("played", StatusKind::Played),
        ("failed", StatusKind::Failed),
        ("deleted", StatusKind::Deleted),
        ("warning", StatusKind::Warning),
        ("teleported", StatusKind::Other("teleported".to_owned())),
    ];
    for (name, expected) in rows {
        let status = status(&json!({"id": "wamid.A", "status": name, "timestamp": "1750030073", "recipient_id": "16505551234"}));
        assert_eq!((status.status.as_str(), &status.status), (name, &expected));
        assert_eq!((status.timestamp, status.recipient_id.as_deref()), (Some(1_750_030_073), Some("16505551234")));
    }
}

#[test]
fn a_status_keeps_price_conversation_and_every_name_of_the_customer() {
    let status = status(&json!({"id": "wamid.A", "status": "sent", "timestamp": "1750030073", "recipient_user_id": "US.134",
        "recipient_parent_user_id": "US.ENT.1", "recipient_identity_key_hash": "H", "biz_opaque_callback_data": "attempt-1",
        "conversation": {"id": "c1", "expiration_timestamp": "1750116480", "origin": {"type": "marketing"}},
        "pricing": {"billable": true, "pricing_model": "PMP", "type": "regular", "category": "marketing"}}));
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        status,
        Status {
            id: "wamid.A".to_owned(),
            status: StatusKind::Sent,
            timestamp: Some(1_750_030_073),
            recipient_id: None,
            recipient_user_id: some("US.134"),
            recipient_parent_user_id: some("US.ENT.1"),
            recipient_identity_key_hash: some("H"),
            recipient_participant_id: None,
            callback_data: some("attempt-1"),
            pricing: Some(Pricing { kind: some("regular"), category: some("marketing"), model: some("PMP"), is_billable: Some(true) }),
            conversation: Some(Conversation { id: some("c1"), expires_at: Some(1_750_116_480), origin: some("marketing") }),
            errors: vec![],
        }
    );
}

#[test]
fn a_failed_status_carries_its_error_and_its_advice() {
    let status = status(&json!({"id": "wamid.A", "status": "failed", "timestamp": "5", "recipient_id": "1650", "errors": [
        {"code": 131_049, "title": "Not delivered", "message": "Not delivered", "error_data": {"details": "to maintain healthy engagement"},
         "href": "/documentation/error-codes"}]}));
    assert_eq!((status.errors[0].code, status.errors[0].details.as_deref()), (131_049, Some("to maintain healthy engagement")));
    assert!(!status.errors[0].advice().sentence.is_empty());
}

#[test]
fn a_group_status_names_the_group_and_the_member() {
    let status = status(&json!({"id": "wamid.A", "status": "delivered", "timestamp": "5", "recipient_type": "group",
        "recipient_id": "group1", "recipient_participant_id": "1650", "parent_recipient_user_id": "US.ENT.7"}));
    assert_eq!((status.recipient_id.as_deref(), status.recipient_participant_id.as_deref()), (Some("group1"), Some("1650")));
    assert_eq!(status.recipient_parent_user_id.as_deref(), Some("US.ENT.7"), "the key of Meta's first text");
}
