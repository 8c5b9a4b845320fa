//! One row for each kind of incoming message, in the shape that Meta documents.

use super::{incoming, messages_of};
use crate::card::{Card, CardName, CardPhone};
use crate::webhook::{
    Button, ContactCard, Content, Context, Identity, IncomingMessage, InteractiveReply, Location, Media, Order, OrderItem, Reaction,
    ReferredProduct, SystemChange, SystemNote,
};
use serde_json::{Value, json};

#[expect(clippy::unnecessary_wraps, reason = "a member's value, short enough for a table")]
fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn media(mime_type: &str) -> Media {
    Media { id: some("1003"), mime_type: some(mime_type), sha256: some("SfInY0gGKTsJ="), url: some("https://l/1"), ..Media::default() }
}

/// A medium's body in JSON with further members.
fn medium(mime_type: &str, more: &Value) -> Value {
    let mut body = json!({"id": "1003", "mime_type": mime_type, "sha256": "SfInY0gGKTsJ=", "url": "https://l/1"});
    body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    body
}

fn content(message: Value) -> Content {
    incoming(message).content
}

#[test]
fn words_media_and_places_are_understood() {
    let place = Location {
        latitude: Some(38.9),
        longitude: Some(-77.0),
        name: some("Philz"),
        address: some("101 Forest Ave"),
        url: some("https://p"),
    };
    let rows = [
        (
            json!({"type": "text", "text": {"body": "Does it come in another colour?"}}),
            Content::Text { body: "Does it come in another colour?".to_owned() },
        ),
        (
            json!({"type": "image", "image": medium("image/jpeg", &json!({"caption": "Taj Mahal"}))}),
            Content::Image(Media { caption: some("Taj Mahal"), ..media("image/jpeg") }),
        ),
        (json!({"type": "video", "video": medium("video/mp4", &json!({}))}), Content::Video(media("video/mp4"))),
        (
            json!({"type": "audio", "audio": medium("audio/ogg; codecs=opus", &json!({"voice": true}))}),
            Content::Audio(Media { is_voice: true, ..media("audio/ogg; codecs=opus") }),
        ),
        (
            json!({"type": "document", "document": medium("application/pdf", &json!({"filename": "a.pdf", "caption": "c"}))}),
            Content::Document(Media { filename: some("a.pdf"), caption: some("c"), ..media("application/pdf") }),
        ),
        (
            json!({"type": "sticker", "sticker": medium("image/webp", &json!({"animated": true}))}),
            Content::Sticker(Media { is_animated: true, ..media("image/webp") }),
        ),
        (
            json!({"type": "location", "location": {"latitude": 38.9, "longitude": -77.0, "name": "Philz", "address": "101 Forest Ave",
                "url": "https://p"}}),
            Content::Location(place),
        ),
    ];
    for (message, expected) in rows {
        assert_eq!(content(message.clone()), expected, "{message}");
    }
}

#[test]
fn taps_reactions_and_orders_are_understood() {
    let item = OrderItem { product_retailer_id: some("di9ozbzfi4"), quantity: Some(2), item_price: some("30"), currency: some("USD") };
    let reply = |reply: &str, body: Value| json!({"type": "interactive", "interactive": {"type": reply, reply: body}});
    let (id, title) = ("priority".to_owned(), "Priority".to_owned());
    let reaction = |emoji| Content::Reaction(Reaction { message_id: some("wamid.B"), emoji });
    let rows = [
        (
            json!({"type": "button", "button": {"payload": "Unsubscribe", "text": "Stop"}}),
            Content::Button(Button { payload: some("Unsubscribe"), text: some("Stop") }),
        ),
        (
            reply("button_reply", json!({"id": "priority", "title": "Priority"})),
            Content::Interactive(InteractiveReply::Button { id: id.clone(), title: title.clone() }),
        ),
        (
            reply("list_reply", json!({"id": "priority", "title": "Priority", "description": "Next day"})),
            Content::Interactive(InteractiveReply::List { id, title, description: some("Next day") }),
        ),
        (
            reply("nfm_reply", json!({"name": "flow", "body": "Sent", "response_json": "{\"flow_token\":\"T\"}"})),
            Content::Interactive(InteractiveReply::Flow {
                name: some("flow"),
                body: some("Sent"),
                response_json: some(r#"{"flow_token":"T"}"#),
            }),
        ),
        (
            reply("call_permission_reply", json!({"response": "accept"})),
            Content::Interactive(InteractiveReply::Other { kind: "call_permission_reply".to_owned() }),
        ),
        (json!({"type": "reaction", "reaction": {"message_id": "wamid.B", "emoji": "👍"}}), reaction(some("👍"))),
        (json!({"type": "reaction", "reaction": {"message_id": "wamid.B"}}), reaction(None)),
        (json!({"type": "reaction", "reaction": {"message_id": "wamid.B", "emoji": ""}}), reaction(None)),
        (
            json!({"type": "order", "order": {"catalog_id": "194836987003835", "text": "Love these!", "product_items":
                [{"product_retailer_id": "di9ozbzfi4", "quantity": 2, "item_price": 30, "currency": "USD"}]}}),
            Content::Order(Order { catalog_id: some("194836987003835"), text: some("Love these!"), product_items: vec![item] }),
        ),
    ];
    for (message, expected) in rows {
        assert_eq!(content(message.clone()), expected, "{message}");
    }
}

#[test]
fn edits_deletions_and_what_whatsapp_withholds_are_understood() {
    let edited = Content::Image(Media { caption: some("new"), ..media("image/jpeg") });
    let rows = [
        (
            json!({"type": "edit", "edit": {"original_message_id": "wamid.B", "message": {"context": {"id": "wamid.C"}, "type": "image",
                "image": medium("image/jpeg", &json!({"caption": "new"}))}}}),
            Content::Edit { original_message_id: "wamid.B".to_owned(), content: Box::new(edited) },
        ),
        (
            json!({"type": "revoke", "revoke": {"original_message_id": "wamid.B"}}),
            Content::Revoke { original_message_id: "wamid.B".to_owned() },
        ),
        (
            json!({"type": "unsupported", "errors": [{"code": 131_051, "title": "Message type unknown", "message": "Message type unknown",
                "error_data": {"details": "Message type is currently not supported."}}], "unsupported": {"type": "poll"}}),
            Content::Unsupported { what: some("poll") },
        ),
        (json!({"type": "unsupported", "errors": [{"code": 131_051}]}), Content::Unsupported { what: None }),
        (json!({"errors": [{"code": 131_052, "title": "Media download error"}]}), Content::Unknown),
        (json!({"type": "hologram", "hologram": {"a": 1}}), Content::Unknown),
    ];
    for (message, expected) in rows {
        assert_eq!(content(message.clone()), expected, "{message}");
    }
    let withheld = incoming(json!({"type": "unsupported", "errors": [{"code": 131_051, "error_data": {"details": "why"}}]}));
    assert_eq!(withheld.errors[0].details.as_deref(), Some("why"));
}

#[test]
fn notices_of_the_system_tell_what_changed() {
    let system = |note: Value| match content(json!({"type": "system", "system": note})) {
        Content::System(note) => note,
        other => panic!("{other:?}"),
    };
    let number = system(json!({"body": "User A changed from 1 to 2", "wa_id": "2", "user_id": "US.2", "previous_user_id": "US.1",
        "parent_user_id": "US.ENT.2", "previous_parent_user_id": "US.ENT.1", "type": "user_changed_number"}));
    let expected = SystemNote {
        kind: some("user_changed_number"),
        body: some("User A changed from 1 to 2"),
        wa_id: some("2"),
        user_id: some("US.2"),
        previous_user_id: some("US.1"),
        parent_user_id: some("US.ENT.2"),
        previous_parent_user_id: some("US.ENT.1"),
        identity: None,
    };
    assert_eq!((number.change(), number), (SystemChange::Number, expected));
    let user_id = system(json!({"body": "b", "user_id": "US.2", "previous_user_id": "US.1", "type": "user_changed_user_id"}));
    assert_eq!((user_id.change(), user_id.wa_id.as_deref(), user_id.user_id.as_deref()), (SystemChange::UserId, None, Some("US.2")));
    let identity = system(json!({"type": "customer_identity_changed",
        "identity": {"acknowledged": false, "created_timestamp": 1_602_532_300_000_i64, "hash": "H="}}));
    assert_eq!(identity.change(), SystemChange::Identity);
    let expected = Identity { is_acknowledged: false, created_at: Some(1_602_532_300_000), hash: some("H=") };
    assert_eq!(identity.identity, Some(expected));
    assert_eq!(system(json!({"type": "hologram"})).change(), SystemChange::Other);
}

#[test]
fn a_card_keeps_all_its_parts_and_whether_it_was_asked_for() {
    let raw = json!({"name": {"formatted_name": "Barbara", "first_name": "B"},
        "phones": [{"phone": "+1 650", "wa_id": "1650", "type": "WORK"}, {"wa_id": "7"}], "org": {"company": "Lucky"}, "vcard": "BEGIN"});
    let Content::Contacts(cards) = content(json!({"type": "contacts", "contacts": [raw, {}], "origin": "contact_request"})) else {
        panic!("not contacts")
    };
    let phone = |phone: Option<&str>, kind: Option<&str>, wa_id: &str| CardPhone {
        phone: phone.map(str::to_owned),
        kind: kind.map(str::to_owned),
        wa_id: some(wa_id),
    };
    let expected = Card {
        name: CardName { formatted_name: some("Barbara"), first_name: some("B"), ..CardName::default() },
        phones: vec![phone(Some("+1 650"), Some("WORK"), "1650"), phone(None, None, "7")],
        organisation: cards[0].card.organisation.clone(),
        ..Card::default()
    };
    assert_eq!(cards[0].card, expected);
    assert_eq!(cards[0].card.organisation.as_ref().and_then(|org| org.company.as_deref()), Some("Lucky"));
    assert_eq!((cards[0].name.as_deref(), cards[0].origin.as_deref()), (Some("Barbara"), Some("contact_request")));
    assert_eq!(cards[0].phones, ["+1 650", "7"]);
    assert_eq!(cards[0].raw, raw);
    let empty = ContactCard { origin: some("contact_request"), raw: json!({}), ..ContactCard::default() };
    assert_eq!(cards[1], empty);
}

#[test]
fn each_context_is_understood() {
    let context = |context: Value| incoming(json!({"type": "text", "text": {"body": "b"}, "context": context})).context.expect("a context");
    let answer = Context { id: some("wamid.B"), from: some("1555"), ..Context::default() };
    let product = ReferredProduct { catalog_id: some("1"), product_retailer_id: some("2") };
    let rows = [
        (json!({"from": "1555", "id": "wamid.B"}), answer.clone()),
        (json!({"forwarded": true}), Context { is_forwarded: true, ..Context::default() }),
        (json!({"frequently_forwarded": true}), Context { is_forwarded: true, is_frequently_forwarded: true, ..Context::default() }),
        (
            json!({"from": "1555", "id": "wamid.B", "referred_product": {"catalog_id": "1", "product_retailer_id": "2"}}),
            Context { referred_product: Some(product), ..answer },
        ),
    ];
    for (given, expected) in rows {
        assert_eq!(context(given.clone()), expected, "{given}");
    }
}

#[test]
fn an_advertisement_comes_with_any_kind() {
    let raw = json!({"source_url": "https://fb.me/3", "source_id": "120226305854810726", "source_type": "ad", "headline": "Chat with us",
        "body": "Summer succulents", "media_type": "image", "image_url": "https://s/i", "video_url": "https://s/v",
        "thumbnail_url": "https://s/t", "ctwa_clid": "Aff-n8Z", "welcome_message": {"text": "Hi!"}, "unknown": 1});
    let referral = incoming(json!({"type": "image", "image": {"id": "1"}, "referral": raw})).referral.expect("a referral");
    let members = [
        (&referral.source_url, "https://fb.me/3"),
        (&referral.source_id, "120226305854810726"),
        (&referral.source_type, "ad"),
        (&referral.headline, "Chat with us"),
        (&referral.body, "Summer succulents"),
        (&referral.media_type, "image"),
        (&referral.image_url, "https://s/i"),
        (&referral.video_url, "https://s/v"),
        (&referral.thumbnail_url, "https://s/t"),
        (&referral.click_id, "Aff-n8Z"),
        (&referral.welcome_text, "Hi!"),
    ];
    for (member, expected) in members {
        assert_eq!(member.as_deref(), Some(expected));
    }
    assert_eq!(referral.raw, raw);
}

#[test]
fn a_customer_without_a_number_has_a_user_id_and_a_user_name() {
    let value = messages_of(&json!({"metadata": {"display_phone_number": "15550783881", "phone_number_id": "106540352242922"},
        "contacts": [{"profile": {"name": "Sheena", "username": "@realsheena"}, "user_id": "US.134", "parent_user_id": "US.ENT.9",
            "identity_key_hash": "H"}],
        "messages": [{"from_user_id": "US.134", "from_parent_user_id": "US.ENT.9", "id": "wamid.A", "timestamp": "1749416383",
            "type": "text", "text": {"body": "hi"}}]}));
    let message: &IncomingMessage = value.messages[0].parsed.as_ref().expect("a message");
    assert_eq!((message.from.as_deref(), message.from_user_id.as_deref()), (None, Some("US.134")));
    assert_eq!((message.from_parent_user_id.as_deref(), message.timestamp), (Some("US.ENT.9"), Some(1_749_416_383)));
    let author = value.author_of(message).expect("an author");
    assert_eq!((author.wa_id.as_deref(), author.username.as_deref()), (None, Some("realsheena")));
    assert_eq!((author.parent_user_id.as_deref(), author.identity_key_hash.as_deref()), (Some("US.ENT.9"), Some("H")));
}
