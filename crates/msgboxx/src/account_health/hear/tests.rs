use super::*;
use msgboxx_cloud_api::webhook::{ChangeValue, parse};
use serde_json::{Value, json};

fn event(field: &str, value: &Value) -> AccountEvent {
    let body = json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"field": field, "value": value}]}]});
    let mut envelope = parse(body.to_string().as_bytes()).expect("an envelope");
    let mut entry = envelope.entries.remove(0).parsed.expect("an entry");
    match entry.changes.remove(0).parsed.expect("a change").value {
        ChangeValue::Account(event) => event,
        other => panic!("{other:?}"),
    }
}

fn after(health: &AccountHealth, field: &str, value: &Value, at: i64) -> AccountHealth {
    let mut health = health.clone();
    assert!(take(&mut health, &event(field, value), Instant::from_micros(at)), "{field} was not understood");
    health
}

#[test]
fn a_throughput_upgrade_and_a_new_limit_are_taken_at_once() {
    let value = json!({"display_phone_number": "447700900001", "event": "THROUGHPUT_UPGRADE", "current_limit": "TIER_UNLIMITED"});
    let health = after(&AccountHealth::default(), "phone_number_quality_update", &value, 1);
    assert_eq!((health.throughput.as_deref(), health.messaging_limit.as_deref()), (Some("HIGH"), Some("TIER_UNLIMITED")));
    for (said, tier) in [(json!(2000), "TIER_2K"), (json!("TIER_10K"), "TIER_10K"), (json!(-1), "TIER_UNLIMITED"), (json!(250), "TIER_250")]
    {
        let value = json!({"max_daily_conversations_per_business": said});
        let health = after(&AccountHealth::default(), "business_capability_update", &value, 1);
        assert_eq!(health.messaging_limit.as_deref(), Some(tier));
    }
}

#[test]
fn restrictions_come_and_go_in_any_order_of_their_news() {
    let restricted = json!({"event": "ACCOUNT_RESTRICTION", "violation_info": {"violation_type": "SPAM"},
        "restriction_info": [{"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": "tomorrow"}]});
    let reinstated = json!({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "REINSTATE"}});
    let health = after(&AccountHealth::default(), "account_update", &restricted, 1);
    let sentence = health.restriction.clone().expect("a restriction");
    assert!(sentence.contains("SPAM") && sentence.contains("until tomorrow"), "{sentence}");
    let free = after(&health, "account_update", &reinstated, 2);
    assert_eq!(free.restriction, None);
    assert_eq!(after(&free, "account_update", &restricted, 1), free, "late news");
}

#[test]
fn an_alert_is_shown_until_it_is_over_and_information_is_not() {
    let alert = |severity: &str, status: &str| {
        json!({"entity_type": "BUSINESS", "alert_info": {"alert_severity": severity, "alert_status": status, "alert_type": "OBA_APPROVED",
            "alert_description": "Look."}})
    };
    let shown = after(&AccountHealth::default(), "account_alerts", &alert("CRITICAL", "ACTIVE"), 1);
    assert_eq!(shown.alert.as_deref(), Some("OBA_APPROVED: Look."));
    assert_eq!(after(&shown, "account_alerts", &alert("CRITICAL", "RESOLVED"), 2).alert, None);
    assert_eq!(after(&AccountHealth::default(), "account_alerts", &alert("INFORMATIONAL", "ACTIVE"), 1).alert, None);
}

#[test]
fn news_of_another_number_are_not_ours() {
    let number = MobileNumber::from_stored("+447700900001".to_owned());
    let of = |digits: &str| event("phone_number_name_update", &json!({"display_phone_number": digits, "decision": "APPROVED"}));
    assert!(concerns(&of("447700900001"), &number) && concerns(&of("+44 7700 900001"), &number));
    assert!(!concerns(&of("447700900002"), &number));
    assert!(concerns(&event("account_review_update", &json!({"decision": "APPROVED"})), &number));
}

#[test]
fn what_is_news_of_something_else_is_left_alone() {
    let mut health = AccountHealth::default();
    assert!(!take(&mut health, &event("flows", &json!({"event": "x"})), Instant::from_micros(1)));
    assert_eq!(health, AccountHealth::default());
}
