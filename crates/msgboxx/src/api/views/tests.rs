use super::*;
use msgboxx_model::Instant;
use serde_json::{Value, json};

fn samples() -> Vec<(&'static str, Value)> {
    vec![
        ("ApiAccount", samples::api_account()),
        ("InboxInList", samples::inbox_in_list()),
        ("Inbox", samples::inbox()),
        ("Contact", samples::contact()),
        ("Message", samples::message()),
        ("Broadcast", samples::broadcast()),
        ("Conversation", samples::conversation()),
        ("Team", samples::team()),
        ("UserAndApiAccount", samples::user_row()),
        ("Template", samples::template()),
        ("Token", samples::token()),
        ("Webhook", samples::webhook()),
    ]
}

#[test]
fn members_are_spelled_as_published_by_entity_and_endpoint() {
    for (name, expected) in [
        ("ApiAccount", "apiAccountId datetime name phoneNumber"),
        ("InboxInList", "apiAccountId dateTime inboxId name"),
        ("Inbox", "apiAccountId datetime inboxId name"),
        ("Contact", "apiAccountId contactId datetime email mobileNumber name status tags"),
        (
            "Message",
            "apiAccountId bodyText contact conversationId dateTime fileLocation isDelivered isRead isSent isTemplateMessage \
             messageDirection messageId senderFirstName senderLastName",
        ),
        ("Broadcast", "apiAccountId broadcastId contactId dateTime message messageId status"),
        ("Conversation", "folder user"),
        ("Team", "apiAccounts description name teamId users"),
        ("UserAndApiAccount", "apiAccount user"),
        ("Template", "apiAccountId category dateTime language name status templateExample templateId templateText"),
        ("Token", "access_token expires_at scope token_type"),
        ("Webhook", "failureCount isEnabled isZapier targetUrl type webhookId"),
    ] {
        let sample = samples().into_iter().find(|(known, _)| *known == name).expect("a sample").1;
        let found: Vec<_> = sample.as_object().expect("an object").keys().cloned().collect();
        assert_eq!(found.join(" "), expected, "{name}");
    }
}

#[test]
fn no_object_holds_two_names_that_differ_only_by_case() {
    fn check(value: &Value) {
        match value {
            Value::Object(object) => {
                let mut names: Vec<_> = object.keys().map(|name| name.to_lowercase()).collect();
                let all = names.len();
                names.sort();
                names.dedup();
                assert_eq!(names.len(), all, "{value}");
                object.values().for_each(check);
            }
            Value::Array(items) => items.iter().for_each(check),
            _ => {}
        }
    }
    for (_, sample) in samples() {
        check(&sample);
    }
}

#[test]
fn a_message_is_written_in_the_documented_order_with_six_digits() {
    let at = Instant::from_micros(1_714_485_805_063_590);
    let message = msgboxx_model::Message {
        id: msgboxx_model::MessageId(uuid::Uuid::nil()),
        api_account_id: msgboxx_model::ApiAccountId(uuid::Uuid::nil()),
        conversation_id: msgboxx_model::ConversationId(uuid::Uuid::nil()),
        contact: msgboxx_model::ContactSummary {
            id: msgboxx_model::ContactId(uuid::Uuid::nil()),
            mobile_number: None,
            name: "Rosa".to_owned(),
            status: msgboxx_model::ContactStatus::Subscribed,
        },
        direction: msgboxx_model::Direction::Incoming,
        kind: msgboxx_model::MessageKind::Text,
        body: "hello".to_owned(),
        sender: None,
        progress: msgboxx_model::Progress::default(),
        file: None,
        created_at: at,
    };
    let id = "00000000-0000-0000-0000-000000000000";
    let expected = format!(
        r#"{{"messageId":"{id}","bodyText":"hello","apiAccountId":"{id}","dateTime":"2024-04-30T14:03:25.063590+00:00",
            "conversationId":"{id}","fileLocation":"","messageDirection":"incoming","isTemplateMessage":false,"isSent":true,
            "isDelivered":true,"isRead":false,"contact":{{"contactId":"{id}","mobileNumber":"","name":"Rosa","status":"Subscribed",
            "apiAccountId":"{id}"}},"senderFirstName":"","senderLastName":""}}"#
    );
    let written = serde_json::to_string(&MessageView::new(&message, String::new())).expect("JSON");
    assert_eq!(written, expected.split_whitespace().collect::<String>());
}

#[test]
fn a_broadcast_that_nobody_can_confirm_is_queued_and_says_why() {
    let failed = msgboxx_model::Failure { code: msgboxx_model::Failure::UNCONFIRMED.to_owned(), detail: "held".to_owned() };
    let broadcast = msgboxx_model::Broadcast {
        id: msgboxx_model::BroadcastId(uuid::Uuid::nil()),
        api_account_id: msgboxx_model::ApiAccountId(uuid::Uuid::nil()),
        contact_id: msgboxx_model::ContactId(uuid::Uuid::nil()),
        template_id: msgboxx_model::TemplateId(uuid::Uuid::nil()),
        message_id: None,
        message: "Hi".to_owned(),
        progress: msgboxx_model::Progress { failed: Some((Instant::from_micros(1), failed)), ..msgboxx_model::Progress::default() },
        created_at: Instant::from_micros(0),
    };
    let json = serde_json::to_value(BroadcastView::from(&broadcast)).expect("JSON");
    assert_eq!((&json["status"], &json["failure"]), (&json!("Queued"), &json!({"code": "unconfirmed", "detail": "held"})));
    assert_eq!(json.get("messageId"), None);
}

#[test]
fn only_zapiers_own_host_is_zapier() {
    for (target, expected) in [
        ("https://hooks.zapier.com/hooks/standard/1/", true),
        ("https://HOOKS.zapier.com/", true),
        ("https://hooks.zapier.com:8443/", true),
        ("https://hooks.zapier.com.example.org/", false),
        ("https://example.org/hooks.zapier.com", false),
        ("https://zapier.com/", false),
    ] {
        let webhook = msgboxx_model::Webhook {
            id: msgboxx_model::WebhookId(uuid::Uuid::nil()),
            created_by: None,
            kind: msgboxx_model::EventKind::Message,
            target_url: target.to_owned(),
            is_enabled: true,
            failure_count: 0,
            created_at: Instant::from_micros(0),
        };
        assert_eq!(serde_json::to_value(WebhookView::from(&webhook)).expect("JSON")["isZapier"], expected, "{target}");
    }
}
