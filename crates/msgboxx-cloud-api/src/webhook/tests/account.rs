//! One row for each field that concerns an account, a number or a template, in the shape that Meta documents.

use crate::webhook::{AccountEvent, Capability, ChangeValue, parse};
use serde_json::{Value, json};

fn event(field: &str, value: &Value) -> AccountEvent {
    let body = json!({"entry": [{"id": "200", "time": 1_739_321_024, "changes": [{"field": field, "value": value}]}]});
    let mut envelope = parse(body.to_string().as_bytes()).expect("an envelope");
    let mut entry = envelope.entries.remove(0).parsed.expect("an entry");
    assert_eq!(entry.time, Some(1_739_321_024));
    match entry.changes.remove(0).parsed.expect("a change").value {
        ChangeValue::Account(event) => event,
        other => panic!("{other:?}"),
    }
}

fn template(more: &Value) -> Value {
    let mut value =
        json!({"message_template_id": 806_312_974_732_579_i64, "message_template_name": "welcome", "message_template_language": "en-US"});
    value.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    value
}

#[test]
fn a_templates_status_comes_with_its_reasons() {
    let value = template(&json!({"event": "REJECTED", "reason": "INVALID_FORMAT", "message_template_category": "UTILITY",
        "disable_info": {"disable_date": 1_751_234_563}, "other_info": {"title": "FIRST_PAUSE", "description": "for 3 hours"},
        "rejection_info": {"reason": "variables", "recommendation": "add words"}}));
    let AccountEvent::TemplateStatus(update) = event("message_template_status_update", &value) else { panic!("no status") };
    let members = [
        (update.template_id, "806312974732579"),
        (update.name, "welcome"),
        (update.language, "en_US"),
        (Some(update.event), "REJECTED"),
        (update.reason, "INVALID_FORMAT"),
        (update.category, "UTILITY"),
        (update.title, "FIRST_PAUSE"),
        (update.description, "for 3 hours"),
        (update.rejection, "variables"),
        (update.recommendation, "add words"),
    ];
    for (member, expected) in members {
        assert_eq!(member.as_deref(), Some(expected));
    }
    assert_eq!(update.disabled_at, Some(1_751_234_563));
    let scheduled = template(&json!({"event": "PENDING_DELETION", "reason": null}));
    assert!(matches!(event("message_template_status_update", &scheduled), AccountEvent::TemplateStatus(update) if update.reason.is_none()));
}

#[test]
fn every_other_news_of_a_template_is_understood() {
    let known = |event: AccountEvent| format!("{event:?}");
    let quality = template(&json!({"previous_quality_score": "GREEN", "new_quality_score": "YELLOW"}));
    for field in ["message_template_quality_update", "message_template_status_update"] {
        let AccountEvent::TemplateQuality { quality, previous, name, .. } = event(field, &quality) else { panic!("{field}") };
        assert_eq!((quality.as_str(), previous.as_deref(), name.as_deref()), ("YELLOW", Some("GREEN"), Some("welcome")));
    }
    let announced =
        template(&json!({"new_category": "UTILITY", "correct_category": "MARKETING", "category_update_timestamp": 1_746_169_200}));
    assert_eq!(
        known(event("template_category_update", &announced)),
        "TemplateCategoryAnnounced { template_id: Some(\"806312974732579\"), name: Some(\"welcome\"), language: Some(\"en_US\"), \
         category: Some(\"UTILITY\"), correct_category: \"MARKETING\", at: Some(1746169200) }"
    );
    let done = template(&json!({"previous_category": "UTILITY", "new_category": "MARKETING"}));
    let AccountEvent::TemplateCategory { category, previous, .. } = event("template_category_update", &done) else { panic!("not done") };
    assert_eq!((category.as_str(), previous.as_str()), ("MARKETING", "UTILITY"));
    let wrong = template(&json!({"category": "UTILITY", "correct_category": "MARKETING"}));
    assert!(matches!(event("template_correct_category_detection", &wrong), AccountEvent::TemplateMiscategorised { .. }));
    let edited = template(&json!({"message_template_element": "Hi {{1}}", "message_template_title": "T", "message_template_footer": "F",
        "message_template_buttons": [{"message_template_button_type": "URL", "message_template_button_text": "Go",
            "message_template_button_url": "https://x"}]}));
    let AccountEvent::TemplateComponents(edited) = event("message_template_components_update", &edited) else { panic!("not edited") };
    assert_eq!((edited.body.as_str(), edited.header.as_deref(), edited.footer.as_deref()), ("Hi {{1}}", Some("T"), Some("F")));
    assert_eq!((edited.buttons[0].kind.as_deref(), edited.buttons[0].url.as_deref()), (Some("URL"), Some("https://x")));
}

#[test]
fn news_of_a_number_are_understood() {
    let upgraded = json!({"display_phone_number": "15550783881", "event": "THROUGHPUT_UPGRADE", "current_limit": "TIER_UNLIMITED",
        "max_daily_conversations_per_business": "TIER_2K"});
    let AccountEvent::NumberQuality(upgraded) = event("phone_number_quality_update", &upgraded) else { panic!("no quality") };
    assert_eq!((upgraded.event.as_str(), upgraded.limit.as_deref()), ("THROUGHPUT_UPGRADE", Some("TIER_2K")));
    let name = json!({"display_phone_number": "15550783881", "decision": "REJECTED", "requested_verified_name": "Lucky Shrub",
        "rejection_reason": "NAME_EMPLOYEE_ISSUE"});
    let AccountEvent::NumberName(name) = event("phone_number_name_update", &name) else { panic!("no name") };
    assert_eq!((name.decision.as_str(), name.rejection_reason.as_deref()), ("REJECTED", Some("NAME_EMPLOYEE_ISSUE")));
    let pin = json!({"display_phone_number": "15550783881", "event": "PIN_RESET_REQUEST", "requester": 61_555_822_107_539_i64});
    let AccountEvent::Security(pin) = event("security", &pin) else { panic!("no notice") };
    assert_eq!((pin.event.as_str(), pin.requester.as_deref()), ("PIN_RESET_REQUEST", Some("61555822107539")));
    let username = json!({"display_phone_number": "15550783881", "username": "lucky", "status": "approved"});
    assert!(matches!(event("business_username_update", &username), AccountEvent::BusinessUsername { status, .. } if status == "approved"));
}

#[test]
fn news_of_the_business_are_understood() {
    let account = |value: Value| match event("account_update", &value) {
        AccountEvent::Account(update) => *update,
        other => panic!("{other:?}"),
    };
    let violation = account(json!({"event": "ACCOUNT_VIOLATION", "violation_info": {"violation_type": "ADULT"}}));
    assert_eq!((violation.event.as_str(), violation.violation_type.as_deref()), ("ACCOUNT_VIOLATION", Some("ADULT")));
    let banned = json!({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "DISABLE", "waba_ban_date": "April 17, 2025"}});
    let update = account(banned.clone());
    assert_eq!((update.ban_state.as_deref(), update.ban_date.as_deref()), (Some("DISABLE"), Some("April 17, 2025")));
    assert_eq!(update.raw, banned);
    let restricted = account(json!({"event": "ACCOUNT_RESTRICTION", "violation_info": {"violation_type": "SCAM"},
        "restriction_info": [{"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": 1_641_848_012}]}));
    assert_eq!(restricted.restrictions[0].expiration.as_deref(), Some("1641848012"));
    let alert = json!({"entity_type": "WABA", "entity_id": 5, "alert_info": {"alert_severity": "CRITICAL", "alert_status": "ACTIVE",
        "alert_type": "OBA_APPROVED", "alert_description": "Look"}});
    let AccountEvent::Alert(alert) = event("account_alerts", &alert) else { panic!("no alert") };
    assert_eq!((alert.kind.as_str(), alert.severity.as_deref(), alert.entity_id.as_deref()), ("OBA_APPROVED", Some("CRITICAL"), Some("5")));
    assert!(matches!(event("account_review_update", &json!({"decision": "APPROVED"})), AccountEvent::Review { .. }));
    for (limit, expected) in [(json!(2000), "2000"), (json!("TIER_2K"), "TIER_2K"), (json!(-1), "-1")] {
        let value =
            json!({"max_daily_conversations_per_business": limit, "max_phone_numbers_per_business": 2, "max_phone_numbers_per_waba": 25});
        let capability =
            Capability { daily_limit: Some(expected.to_owned()), numbers_per_business: Some(2), numbers_per_account: Some(25) };
        assert_eq!(event("business_capability_update", &value), AccountEvent::Capability(capability));
    }
}

#[test]
fn what_is_not_known_is_kept_as_it_came() {
    let rows = [
        ("partner_solutions", json!({"a": 1})),
        ("calls", json!({"calls": [{"id": "x"}]})),
        ("account_update", json!({"no_event": true})),
        ("business_capability_update", json!({})),
        ("security", json!([1, "two"])),
        ("", json!("text")),
    ];
    for (field, value) in rows {
        assert_eq!(event(field, &value), AccountEvent::Other(value), "{field}");
    }
}
