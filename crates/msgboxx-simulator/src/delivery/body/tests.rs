//! Envelopes read back by the parser that businesses use.

use super::*;
use msgboxx_cloud_api::webhook::{self, ChangeValue};
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::world::customer::Customer;

fn identity() -> BusinessNumber {
    BusinessNumber {
        phone_number_id: "100".to_owned(),
        business_account_id: "200".to_owned(),
        display_phone_number: "+447700900001".to_owned(),
        name: "n".to_owned(),
        access_token: "t".to_owned(),
        app_secret: "s".to_owned(),
        verify_token: "v".to_owned(),
        templates: Vec::new(),
    }
}

fn posting() -> Posting {
    Posting {
        identity: Arc::new(identity()),
        override_url: None,
        app_url: None,
        is_subscribed: true,
        batch: 1,
        duplicates: 0.0,
        shuffle: false,
        timing: crate::config::Timing::Instant,
        seed: 1,
        webhook_version: 25,
        escape: true,
    }
}

fn message(id: u64) -> Update {
    let told = Told::Message {
        card: Customer::new("447902111123".into()).card,
        message: json!({"id": format!("wamid.{id}"), "type": "text", "text": {"body": "hi"}}),
        timestamp: 5,
    };
    Update { id, phone_number_id: "100".into(), due: 0, told }
}

fn failed(id: u64) -> Update {
    let told = Told::Status {
        card: Customer::new("447902111123".into()).card,
        wamid: format!("wamid.{id}").into(),
        report: Planned { status: StatusName::Failed, at: 7 * SECOND, due: 0, code: Some(131_047), is_delivery_too: false },
        callback_data: Some("a".to_owned()),
        price: Price { category: "service".to_owned(), kind: "regular".to_owned(), free_until: None },
    };
    Update { id, phone_number_id: "100".into(), due: 0, told }
}

#[test]
fn a_thousand_mixed_updates_are_all_there_for_whoever_walks_every_level() {
    let updates: Vec<_> = (0..1_000).map(|id| if id % 3 == 0 { failed(id) } else { message(id) }).collect();
    let body = envelope(&posting(), "http://x", &updates, &mut StdRng::seed_from_u64(1)).to_string();
    let read = webhook::parse(body.as_bytes()).expect("an envelope");
    let (mut messages, mut statuses, mut changes) = (0, 0, 0);
    for entry in &read.entries {
        let entry = entry.parsed.as_ref().expect("an entry");
        assert_eq!(entry.id, "200");
        for change in &entry.changes {
            changes += 1;
            let ChangeValue::Messages(value) = &change.parsed.as_ref().expect("a change").value else { panic!("not messages") };
            assert_eq!(value.phone_number_id.as_deref(), Some("100"));
            messages += value.messages.iter().filter(|item| item.parsed.is_ok()).count();
            statuses += value.statuses.iter().filter(|item| item.parsed.is_ok()).count();
        }
    }
    assert_eq!((messages, statuses), (666, 334));
    assert!(read.entries.len() > 10 && changes > read.entries.len());
}

#[test]
fn a_failure_says_why_and_carries_no_contact() {
    let body = envelope(&posting(), "http://x", &[failed(1)], &mut StdRng::seed_from_u64(1));
    let value = &body["entry"][0]["changes"][0]["value"];
    assert_eq!(value.get("contacts"), None);
    let status = &value["statuses"][0];
    assert_eq!((&status["timestamp"], &status["biz_opaque_callback_data"]), (&json!("7"), &json!("a")));
    assert_eq!((&status["errors"][0]["code"], &status["errors"][0]["title"]), (&json!(131_047), &json!("Re-engagement message")));
}

fn priced(status: StatusName, price: Price, version: u32) -> Value {
    let told = Told::Status {
        card: Customer::new("447902111123".into()).card,
        wamid: "wamid.1".into(),
        report: Planned { status, at: 7 * SECOND, due: 0, code: None, is_delivery_too: false },
        callback_data: None,
        price,
    };
    let update = Update { id: 1, phone_number_id: "100".into(), due: 0, told };
    let posting = Posting { webhook_version: version, ..posting() };
    let mut body = envelope(&posting, "http://x", &[update], &mut StdRng::seed_from_u64(1));
    body["entry"][0]["changes"][0]["value"]["statuses"][0].take()
}

#[test]
fn a_conversation_is_named_by_old_webhooks_and_after_an_advertisement_only() {
    let regular = || Price { category: "utility".to_owned(), kind: "regular".to_owned(), free_until: None };
    let entry = Price { category: "utility".to_owned(), kind: "free_entry_point".to_owned(), free_until: Some(90 * SECOND) };
    let new = priced(StatusName::Sent, regular(), 25);
    assert_eq!((new.get("conversation"), new["pricing"]["category"].as_str()), (None, Some("utility")));
    let old = priced(StatusName::Sent, regular(), 23);
    assert_eq!(old["conversation"]["expiration_timestamp"], (7 + 86_400).to_string());
    assert!(priced(StatusName::Delivered, regular(), 23)["conversation"].get("expiration_timestamp").is_none());
    let free = priced(StatusName::Sent, entry, 25);
    assert_eq!((free["conversation"]["expiration_timestamp"].as_str(), free["pricing"]["billable"].as_bool()), (Some("90"), Some(false)));
    assert_eq!(free["pricing"]["category"], "referral_conversion");
    assert_eq!(priced(StatusName::Read, regular(), 23).get("pricing"), None);
}
