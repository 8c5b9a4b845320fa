use super::*;
use msgboxx_cloud_api::send::{Card, Header, Interactive, MediaSource, Place, ReplyButton};
use msgboxx_model::{AttemptId, ContactId, ContactStatus, Instant, MessageId, MobileNumber};
use uuid::Uuid;

fn claimed(kind: MessageKind, payload: &str) -> Claimed {
    let job = DueJob {
        message_id: MessageId(Uuid::nil()),
        contact_id: ContactId(Uuid::nil()),
        kind,
        body: "as people read it".to_owned(),
        payload: payload.to_owned(),
        category: None,
        attempt_count: 0,
        deadline: Instant::from_seconds(0),
        window_closes_at: None,
        contact_status: ContactStatus::Subscribed,
        mobile_number: MobileNumber::parse("+447902111123").ok(),
        user_id: None,
    };
    Claimed { job, attempt: AttemptId(Uuid::nil()) }
}

fn sent(kind: MessageKind, payload: &str) -> Value {
    serde_json::to_value(outgoing(&claimed(kind, payload)).expect("it can be sent")).expect("JSON")
}

fn refused(kind: MessageKind, payload: &str) -> String {
    let failure = outgoing(&claimed(kind, payload)).expect_err("it cannot be sent");
    assert!(failure.detail.len() > 20, "{failure:?}");
    failure.code
}

#[test]
fn what_was_stored_of_any_kind_is_what_is_sent() {
    let medium = || MediaSource::Id("medium.1".to_owned());
    let linked = || MediaSource::Link("https://example.com/a.pdf".to_owned());
    let card = Card {
        name: msgboxx_cloud_api::card::CardName { formatted_name: Some("Ada".to_owned()), ..Default::default() },
        ..Card::default()
    };
    let buttons = Interactive::Buttons {
        header: None::<Header>,
        body: "Yes?".to_owned(),
        footer: None,
        buttons: vec![ReplyButton { id: "y".to_owned(), title: "Yes".to_owned() }],
    };
    let contents = [
        (MessageKind::Text, OutgoingContent::Text { body: "hi".to_owned(), preview_url: false }),
        (MessageKind::Image, OutgoingContent::Image { source: medium(), caption: Some("a cat".to_owned()) }),
        (MessageKind::Video, OutgoingContent::Video { source: medium(), caption: None }),
        (MessageKind::Audio, OutgoingContent::Audio { source: medium(), is_voice: true }),
        (MessageKind::Document, OutgoingContent::Document { source: linked(), filename: Some("a.pdf".to_owned()), caption: None }),
        (MessageKind::Sticker, OutgoingContent::Sticker { source: medium() }),
        (MessageKind::Location, OutgoingContent::Location(Place { latitude: 51.5, longitude: -0.1, name: None, address: None })),
        (MessageKind::Contacts, OutgoingContent::Contacts(vec![card])),
        (MessageKind::Interactive, OutgoingContent::Interactive(Box::new(buttons))),
        (MessageKind::Reaction, OutgoingContent::Reaction { message_id: "wamid.0".to_owned(), emoji: Some("👍".to_owned()) }),
    ];
    for (kind, content) in contents {
        let quoted = (kind != MessageKind::Reaction).then_some("wamid.9");
        let stored = payload(&content, quoted).expect("it can be stored");
        let direct = Outgoing {
            to: Recipient::Phone("+447902111123".to_owned()),
            content,
            quoted: quoted.map(str::to_owned),
            callback_data: Some(Uuid::nil().to_string()),
        };
        assert_eq!(sent(kind, &stored), serde_json::to_value(&direct).expect("JSON"));
    }
}

#[test]
fn words_without_a_payload_are_a_text_and_may_quote() {
    let text = sent(MessageKind::Text, "{}");
    assert_eq!((text["text"]["body"].as_str(), text.get("context")), (Some("as people read it"), None));
    let quoting = sent(MessageKind::Text, r#"{"context":{"message_id":"wamid.9"}}"#);
    assert_eq!(quoting["context"]["message_id"], "wamid.9");
    assert_eq!(quoting["text"]["body"], "as people read it");
}

#[test]
fn what_whatsapp_would_refuse_is_refused_here_with_a_sentence() {
    assert_eq!(refused(MessageKind::Order, "{}"), "unsupported_kind");
    assert_eq!(refused(MessageKind::System, "{}"), "unsupported_kind");
    assert_eq!(refused(MessageKind::Image, "{}"), "unreadable_message");
    assert_eq!(refused(MessageKind::Image, "no JSON"), "unreadable_message");
    assert_eq!(refused(MessageKind::Reaction, r#"{"reaction":{},"context":{"message_id":"wamid.9"}}"#), "unreadable_message");
    assert_eq!(refused(MessageKind::Text, r#"{"context":{"message_id":" "}}"#), "refused_by_rule");
    assert_eq!(refused(MessageKind::Template, "no JSON"), "unreadable_template");
    let nobody = || DueJob { mobile_number: None, ..claimed(MessageKind::Text, "{}").job };
    let to = |user: Option<&str>| {
        let job = DueJob { user_id: user.map(str::to_owned), ..nobody() };
        outgoing(&Claimed { job, attempt: AttemptId(Uuid::nil()) })
    };
    assert_eq!(to(None).expect_err("no address").code, "no_address");
    assert_eq!(to(Some("somebody")).expect_err("no user id").code, "refused_by_rule");
    assert!(to(Some("US.13491208655302741918")).is_ok());
}
