//! One row for each field that comes with a number's metadata, besides messages.

use crate::webhook::{ChangeValue, Content, ItemError, NumberMetadata, parse};
use serde_json::{Value, json};

fn change(field: &str, mut value: Value) -> ChangeValue {
    value["messaging_product"] = json!("whatsapp");
    value["metadata"] = json!({"display_phone_number": "15550783881", "phone_number_id": 106_540_352_242_922_i64});
    let body = json!({"entry": [{"id": "200", "changes": [{"field": field, "value": value}]}]});
    let mut envelope = parse(body.to_string().as_bytes()).expect("an envelope");
    let mut entry = envelope.entries.remove(0).parsed.expect("an entry");
    entry.changes.remove(0).parsed.expect("a change").value
}

#[test]
fn each_of_them_names_its_number_and_news_of_an_account_name_none() {
    for field in ["messages", "user_preferences", "smb_message_echoes", "smb_app_state_sync", "history"] {
        assert_eq!(change(field, json!({})).phone_number_id(), Some("106540352242922"), "{field}");
    }
    assert_eq!(change("account_update", json!({})).phone_number_id(), None);
}

fn number() -> NumberMetadata {
    NumberMetadata { phone_number_id: Some("106540352242922".to_owned()), display_phone_number: Some("15550783881".to_owned()) }
}

#[test]
fn a_customers_preference_is_understood() {
    let value = json!({"contacts": [{"profile": {"name": "Pablo"}, "wa_id": "1650"}], "user_preferences": [
        {"wa_id": "1650", "user_id": "US.1", "detail": "User requested to stop marketing messages", "category": "marketing_messages",
         "value": "stop", "timestamp": 1_731_705_721}, {"wa_id": "1651"}, {"user_id": "US.2", "value": "signup", "signup_id": 7}]});
    let ChangeValue::Preferences(change) = change("user_preferences", value) else { panic!("no preferences") };
    assert_eq!(change.number, number());
    assert_eq!(change.contacts[0].parsed.as_ref().expect("a person").name.as_deref(), Some("Pablo"));
    let stop = change.items[0].parsed.as_ref().expect("a preference");
    assert_eq!((stop.value.as_str(), stop.wa_id.as_deref(), stop.timestamp), ("stop", Some("1650"), Some(1_731_705_721)));
    assert_eq!(change.items[1].parsed.as_ref().expect_err("no value"), &ItemError::Missing("value"));
    let signup = change.items[2].parsed.as_ref().expect("a preference");
    assert_eq!((signup.value.as_str(), signup.signup_id.as_deref()), ("signup", Some("7")));
}

#[test]
fn what_the_owner_writes_elsewhere_is_understood() {
    let value = json!({"message_echoes": [
        {"from": "15550783881", "to": "1650", "to_user_id": "US.1", "id": "wamid.1", "timestamp": "1700000000", "type": "text", "text": {"body": "hi"}},
        {"from": "15550783881", "to": "1650", "id": "wamid.2", "type": "revoke", "revoke": {"original_message_id": "wamid.1"}},
        {"from": "15550783881", "type": "text"}]});
    let ChangeValue::Echoes(change) = change("smb_message_echoes", value) else { panic!("no echoes") };
    assert_eq!(change.number, number());
    let text = change.items[0].parsed.as_ref().expect("an echo");
    assert_eq!((text.to.as_deref(), text.to_user_id.as_deref()), (Some("1650"), Some("US.1")));
    assert_eq!(text.message.content, Content::Text { body: "hi".to_owned() });
    let revoked = change.items[1].parsed.as_ref().expect("an echo");
    assert_eq!(revoked.message.content, Content::Revoke { original_message_id: "wamid.1".to_owned() });
    assert!(change.items[2].parsed.is_err() && change.items[2].raw.get().contains("15550783881"));
}

#[test]
fn the_owners_address_book_is_understood() {
    let value = json!({"state_sync": [
        {"type": "contact", "contact": {"full_name": "Pablo Morales", "first_name": "Pablo", "phone_number": "1650", "username": "@p"},
         "action": "add", "metadata": {"timestamp": "1739321024"}},
        {"type": "contact", "contact": {"phone_number": "1651"}, "action": "remove"}, {"type": "contact", "action": "add"}]});
    let ChangeValue::ContactSync(change) = change("smb_app_state_sync", value) else { panic!("no contacts") };
    let added = change.items[0].parsed.as_ref().expect("a contact");
    assert_eq!((added.action.as_str(), added.full_name.as_deref(), added.username.as_deref()), ("add", Some("Pablo Morales"), Some("p")));
    assert_eq!((added.phone_number.as_deref(), added.timestamp), (Some("1650"), Some(1_739_321_024)));
    assert_eq!(change.items[1].parsed.as_ref().expect("a contact").action, "remove");
    assert_eq!(change.items[2].parsed.as_ref().expect_err("nobody"), &ItemError::Missing("contact"));
}

#[test]
fn the_past_is_understood() {
    let value = json!({"history": [{"metadata": {"phase": 0, "chunk_order": 1, "progress": 55}, "threads": [{"id": "1650",
        "context": {"wa_id": "1650", "user_id": "US.1", "username": "@p"}, "messages": [
            {"from": "1650", "id": "wamid.1", "timestamp": "1739230955", "type": "text", "text": {"body": "hi"},
             "history_context": {"status": "READ"}},
            {"from": "15550783881", "to": "1650", "id": "wamid.2", "timestamp": "1739230956", "type": "media_placeholder",
             "history_context": {"status": "PLAYED"}}, {"type": "text"}]}, 7]}],
        "messages": [{"from": "1650", "id": "wamid.2", "timestamp": "1739230956", "type": "image", "image": {"id": "24"}}]});
    let ChangeValue::History(history) = change("history", value) else { panic!("no history") };
    assert_eq!(history.number, number());
    let chunk = history.chunks[0].parsed.as_ref().expect("a chunk");
    assert_eq!((chunk.phase, chunk.order, chunk.progress), (Some(0), Some(1), Some(55)));
    let thread = chunk.threads[0].parsed.as_ref().expect("a thread");
    assert_eq!((thread.id.as_deref(), thread.user_id.as_deref(), thread.username.as_deref()), (Some("1650"), Some("US.1"), Some("p")));
    let hello = thread.messages[0].parsed.as_ref().expect("a message");
    assert_eq!((hello.status.as_deref(), hello.to.as_deref()), (Some("READ"), None));
    let file = thread.messages[1].parsed.as_ref().expect("a message");
    assert_eq!((file.message.kind(), file.to.as_deref()), ("media_placeholder", Some("1650")));
    assert!(thread.messages[2].parsed.is_err() && chunk.threads[1].parsed.is_err());
    assert!(matches!(history.messages[0].parsed.as_ref().expect("a file").message.content, Content::Image(_)));
}

#[test]
fn an_owner_who_keeps_the_past_is_an_error_of_the_chunk() {
    let value = json!({"history": [{"errors": [{"code": 2_593_109, "title": "History sync is turned off by the business"}]}]});
    let ChangeValue::History(history) = change("history", value) else { panic!("no history") };
    assert_eq!(history.chunks[0].parsed.as_ref().expect("a chunk").errors[0].code, 2_593_109);
}
