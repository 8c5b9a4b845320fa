use super::*;
use crate::card::{CardAddress, CardEmail, CardName, CardOrganisation, CardPhone, CardUrl};
use serde_json::{Value, json};

#[expect(clippy::unnecessary_wraps, reason = "a member's value, short enough for a table")]
fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn id(id: &str) -> MediaSource {
    MediaSource::Id(id.to_owned())
}

fn link(link: &str) -> MediaSource {
    MediaSource::Link(link.to_owned())
}

fn text(body: &str) -> OutgoingContent {
    OutgoingContent::Text { body: body.to_owned(), preview_url: true }
}

fn to_phone(content: OutgoingContent) -> Outgoing {
    Outgoing { to: Recipient::Phone("+16505551234".to_owned()), content, quoted: None, callback_data: None }
}

fn written(message: &Outgoing) -> Value {
    serde_json::to_value(message).expect("serialises")
}

fn full_card() -> Card {
    Card {
        name: CardName {
            formatted_name: some("B. Johnson"),
            first_name: some("Barbara"),
            last_name: some("Johnson"),
            middle_name: some("J."),
            suffix: some("Esq."),
            prefix: some("Dr."),
        },
        phones: vec![CardPhone { phone: some("+16505559999"), kind: some("Home"), wa_id: some("19175559999") }],
        emails: vec![CardEmail { email: some("b@example.com"), kind: some("Work") }],
        addresses: vec![CardAddress {
            street: some("1 Lucky Shrub Way"),
            city: some("Menlo Park"),
            state: some("CA"),
            zip: some("94025"),
            country: some("United States"),
            country_code: some("US"),
            kind: some("Home"),
        }],
        organisation: Some(CardOrganisation { company: some("Lucky Shrub"), department: some("Legal"), title: some("Counsel") }),
        urls: vec![CardUrl { url: some("https://x.example"), kind: some("Company") }],
        birthday: some("1999-01-23"),
    }
}

fn buttons() -> Interactive {
    let button = |id: &str, title: &str| ReplyButton { id: id.to_owned(), title: title.to_owned() };
    Interactive::Buttons {
        header: Some(Header::Image(link("https://x.example/a.png"))),
        body: "Change it?".to_owned(),
        footer: some("Lucky Shrub"),
        buttons: vec![button("change", "Change"), button("cancel", "Cancel")],
    }
}

fn list() -> Interactive {
    let row = Row { id: "express".to_owned(), title: "Express".to_owned(), description: some("Next day") };
    Interactive::List {
        header: some("Delivery"),
        body: "Which one?".to_owned(),
        footer: None,
        button: "Options".to_owned(),
        sections: vec![Section { title: some("Fast"), rows: vec![row] }],
    }
}

fn page() -> Interactive {
    Interactive::Link {
        header: Some(Header::Text("Dates".to_owned())),
        body: "See the dates".to_owned(),
        footer: some("May change"),
        display_text: "See".to_owned(),
        url: "https://x.example".to_owned(),
    }
}

fn template() -> TemplateMessage {
    let place = Place { latitude: 37.44, longitude: -122.16, name: some("P"), address: some("101 Forest Ave") };
    TemplateMessage {
        name: "order".to_owned(),
        language: "en_US".to_owned(),
        components: vec![
            Component::Header(vec![Parameter::Location(place)]),
            Component::Body(vec![Parameter::NamedText { name: "first_name".to_owned(), text: "Pablo".to_owned() }]),
            Component::quick_reply(0, "STOP"),
            Component::url(1, "summer2023"),
            Component::copy_code(2, "250FF"),
            Component::flow(3, "T", json!({"screen": "A"})),
        ],
    }
}

fn interactive(message: Interactive) -> OutgoingContent {
    OutgoingContent::Interactive(Box::new(message))
}

/// One row for each kind: what we say, and the members `type` and that kind as Meta documents them.
fn rows() -> Vec<(OutgoingContent, &'static str, Value)> {
    let place = Place { latitude: 37.4421, longitude: -122.1615, name: some("Philz"), address: some("101 Forest Ave") };
    let reaction = |emoji| OutgoingContent::Reaction { message_id: "wamid.A".to_owned(), emoji };
    vec![
        (text("hi"), "text", json!({"preview_url": true, "body": "hi"})),
        (OutgoingContent::Image { source: id("1"), caption: some("c") }, "image", json!({"id": "1", "caption": "c"})),
        (OutgoingContent::Image { source: link("https://x.example/a"), caption: None }, "image", json!({"link": "https://x.example/a"})),
        (OutgoingContent::Video { source: id("1"), caption: some("c") }, "video", json!({"id": "1", "caption": "c"})),
        (OutgoingContent::Audio { source: id("1"), is_voice: false }, "audio", json!({"id": "1"})),
        (OutgoingContent::Audio { source: id("1"), is_voice: true }, "audio", json!({"id": "1", "voice": true})),
        (
            OutgoingContent::Document { source: id("1"), filename: some("invoice.pdf"), caption: some("c") },
            "document",
            json!({"id": "1", "filename": "invoice.pdf", "caption": "c"}),
        ),
        (OutgoingContent::Sticker { source: id("1") }, "sticker", json!({"id": "1"})),
        (
            OutgoingContent::Location(place),
            "location",
            json!({"latitude": "37.4421", "longitude": "-122.1615", "name": "Philz", "address": "101 Forest Ave"}),
        ),
        (
            OutgoingContent::Contacts(vec![full_card()]),
            "contacts",
            json!([{"name": {"formatted_name": "B. Johnson", "first_name": "Barbara", "last_name": "Johnson", "middle_name": "J.",
                    "suffix": "Esq.", "prefix": "Dr."},
                "phones": [{"phone": "+16505559999", "type": "Home", "wa_id": "19175559999"}],
                "emails": [{"email": "b@example.com", "type": "Work"}],
                "addresses": [{"street": "1 Lucky Shrub Way", "city": "Menlo Park", "state": "CA", "zip": "94025",
                    "country": "United States", "country_code": "US", "type": "Home"}],
                "org": {"company": "Lucky Shrub", "department": "Legal", "title": "Counsel"},
                "urls": [{"url": "https://x.example", "type": "Company"}], "birthday": "1999-01-23"}]),
        ),
        (reaction(some("😀")), "reaction", json!({"message_id": "wamid.A", "emoji": "😀"})),
        (reaction(None), "reaction", json!({"message_id": "wamid.A", "emoji": ""})),
        (
            interactive(buttons()),
            "interactive",
            json!({"type": "button", "header": {"type": "image", "image": {"link": "https://x.example/a.png"}},
                "body": {"text": "Change it?"}, "footer": {"text": "Lucky Shrub"},
                "action": {"buttons": [{"type": "reply", "reply": {"id": "change", "title": "Change"}},
                    {"type": "reply", "reply": {"id": "cancel", "title": "Cancel"}}]}}),
        ),
        (
            interactive(list()),
            "interactive",
            json!({"type": "list", "header": {"type": "text", "text": "Delivery"}, "body": {"text": "Which one?"},
                "action": {"button": "Options", "sections": [{"title": "Fast",
                    "rows": [{"id": "express", "title": "Express", "description": "Next day"}]}]}}),
        ),
        (
            interactive(page()),
            "interactive",
            json!({"type": "cta_url", "header": {"type": "text", "text": "Dates"}, "body": {"text": "See the dates"},
                "footer": {"text": "May change"},
                "action": {"name": "cta_url", "parameters": {"display_text": "See", "url": "https://x.example"}}}),
        ),
        (
            interactive(Interactive::LocationRequest { body: "Where?".to_owned() }),
            "interactive",
            json!({"type": "location_request_message", "body": {"text": "Where?"}, "action": {"name": "send_location"}}),
        ),
        (
            interactive(Interactive::ContactRequest { body: "Your number?".to_owned() }),
            "interactive",
            json!({"type": "request_contact_info", "body": {"text": "Your number?"}, "action": {"name": "request_contact_info"}}),
        ),
        (
            OutgoingContent::Template(template()),
            "template",
            json!({"name": "order", "language": {"code": "en_US"}, "components": [
                {"type": "header", "parameters": [{"type": "location", "location": {"latitude": "37.44", "longitude": "-122.16",
                    "name": "P", "address": "101 Forest Ave"}}]},
                {"type": "body", "parameters": [{"type": "text", "parameter_name": "first_name", "text": "Pablo"}]},
                {"type": "button", "sub_type": "quick_reply", "index": "0", "parameters": [{"type": "payload", "payload": "STOP"}]},
                {"type": "button", "sub_type": "url", "index": "1", "parameters": [{"type": "text", "text": "summer2023"}]},
                {"type": "button", "sub_type": "copy_code", "index": "2",
                    "parameters": [{"type": "coupon_code", "coupon_code": "250FF"}]},
                {"type": "button", "sub_type": "flow", "index": "3",
                    "parameters": [{"type": "action", "action": {"flow_token": "T", "flow_action_data": {"screen": "A"}}}]}]}),
        ),
        (OutgoingContent::stored("flow", r#"{"a":1}"#).expect("JSON"), "flow", json!({"a": 1})),
    ]
}

#[test]
fn every_kind_has_metas_shape_and_breaks_no_limit() {
    for (content, kind, body) in rows() {
        let message = to_phone(content);
        let expected = json!({"messaging_product": "whatsapp", "recipient_type": "individual", "to": "+16505551234",
            "type": kind, kind: body});
        assert_eq!(written(&message), expected);
        assert_eq!(message.check(), Ok(()), "{kind}");
    }
}

#[test]
fn what_was_serialised_before_is_sent_as_the_same_bytes() {
    for (content, kind, _) in rows() {
        let json = serde_json::to_string(&content).expect("serialises");
        let stored = OutgoingContent::stored(kind, &json).expect("JSON");
        assert_eq!(
            serde_json::to_string(&to_phone(stored)).expect("serialises"),
            serde_json::to_string(&to_phone(content)).expect("serialises")
        );
    }
}

#[test]
fn a_text_with_quote_and_callback_data_has_metas_shape() {
    let message = Outgoing { quoted: some("wamid.A"), callback_data: some("attempt-1"), ..to_phone(text("hi")) };
    assert_eq!(
        written(&message),
        json!({"messaging_product": "whatsapp", "recipient_type": "individual", "to": "+16505551234",
            "context": {"message_id": "wamid.A"}, "biz_opaque_callback_data": "attempt-1",
            "type": "text", "text": {"preview_url": true, "body": "hi"}})
    );
}

#[test]
fn a_user_id_goes_into_recipient() {
    let value = written(&Outgoing { to: Recipient::User("US.1349".to_owned()), ..to_phone(text("hi")) });
    assert_eq!(value["recipient"], "US.1349");
    assert_eq!(value.get("to"), None);
    assert_eq!(value.get("context"), None);
    assert_eq!(value.get("biz_opaque_callback_data"), None);
}
