//! Every documented kind of message, as it comes and as it is shown.

use super::stage::{Stage, call};
use crate::testing::{TestDatabase, on_both_engines};
use msgboxx_model::MessageKind::{
    self, Audio, Button, Contacts, Document, Image, Interactive, Location, Order, Reaction, Sticker, System, Text, Unsupported, Video,
};
use serde_json::{Value, json};

on_both_engines!(every_kind_is_shown_in_words_and_opens_the_window_only_if_the_customer_said_something);

/// What is in the message beside ids and time, the kind that it is kept as, what people read, and whether a window opens.
type Row = (Value, MessageKind, &'static str, bool);

fn words_and_files() -> Vec<Row> {
    let file = |mime: &str| json!({"id": "1037543291543636", "mime_type": mime, "sha256": "29ed500fa64eb55fc19dc4124acb300e5dcc54a0f822a301ae99944db="});
    let mut named = file("application/pdf");
    named["filename"] = json!("invoice.pdf");
    let mut voice = file("audio/ogg; codecs=opus");
    voice["voice"] = json!(true);
    vec![
        (json!({"type": "text", "text": {"body": "Does it come in another color?"}}), Text, "Does it come in another color?", true),
        (
            json!({"type": "text", "text": {"body": "Hi"}, "referral": {"source_url": "https://fb.me/1", "source_type": "ad", "headline": "Sale"}}),
            Text,
            "Hi",
            true,
        ),
        (json!({"type": "image", "image": file("image/jpeg")}), Image, "📷 Photo", true),
        (json!({"type": "video", "video": file("video/mp4")}), Video, "🎬 Video", true),
        (json!({"type": "audio", "audio": voice}), Audio, "🎤 Voice message", true),
        (json!({"type": "voice", "voice": file("audio/ogg")}), Audio, "🎵 Audio", true),
        (json!({"type": "document", "document": named}), Document, "invoice.pdf", true),
        (json!({"type": "sticker", "sticker": file("image/webp")}), Sticker, "Sticker", true),
        (json!({"type": "location", "location": {"latitude": 37.4, "longitude": -122.1, "name": "Park"}}), Location, "📍 Park", true),
        (
            json!({"type": "contacts", "contacts": [{"name": {"formatted_name": "Barbara"}, "phones": [{"phone": "+1 650", "type": "HOME"}]}]}),
            Contacts,
            "👤 Barbara, +1 650",
            true,
        ),
    ]
}

fn taps_signs_and_notices() -> Vec<Row> {
    let reply = |kind: &str, reply: Value| {
        json!({"type": "interactive", "context": {"from": "447700900001", "id": "wamid.ours"},
        "interactive": {"type": kind, kind: reply}})
    };
    vec![
        (json!({"type": "button", "button": {"payload": "Unsubscribe", "text": "No more"}}), Button, "No more", true),
        (reply("button_reply", json!({"id": "cancel", "title": "Cancel"})), Interactive, "Cancel", true),
        (reply("list_reply", json!({"id": "p", "title": "Priority", "description": "Next day"})), Interactive, "Priority\nNext day", true),
        (
            reply("nfm_reply", json!({"name": "flow", "body": "Sent", "response_json": "{\"flow_token\":\"t\",\"city\":\"Ghent\"}"})),
            Interactive,
            "Sent\ncity: Ghent",
            true,
        ),
        (json!({"type": "reaction", "reaction": {"message_id": "wamid.ours", "emoji": "👍"}}), Reaction, "Reacted with 👍", false),
        (json!({"type": "reaction", "reaction": {"message_id": "wamid.ours"}}), Reaction, "Took back a reaction", false),
        (
            json!({"type": "order", "order": {"catalog_id": "1", "text": "Soon!",
                "product_items": [{"product_retailer_id": "di9ozbzfi4", "quantity": 2, "item_price": 30, "currency": "USD"}]}}),
            Order,
            "🛒 1 item\n2 × di9ozbzfi4, 30 USD each\nSoon!",
            true,
        ),
        (
            json!({"type": "system", "system": {"body": "Your security code changed", "type": "customer_identity_changed",
                "identity": {"acknowledged": false, "created_timestamp": "1", "hash": "h"}}}),
            System,
            "Your security code changed",
            false,
        ),
        (
            json!({"type": "system", "system": {"type": "user_changed_user_id", "user_id": "GB.2"}}),
            System,
            "The customer has another WhatsApp user id now",
            false,
        ),
        (
            json!({"type": "unsupported", "errors": [{"code": 131_051, "title": "Message type unknown"}], "unsupported": {"type": "poll"}}),
            Unsupported,
            "Unsupported message (poll)",
            false,
        ),
        (json!({"type": "request_welcome"}), System, "Opened the chat", false),
        (json!({"type": "hologram", "hologram": {"depth": 3}}), Unsupported, "Unsupported message", false),
        (json!({"type": "image", "errors": [{"code": 131_052, "title": "Media download error"}]}), Image, "Unsupported message", true),
    ]
}

async fn every_kind_is_shown_in_words_and_opens_the_window_only_if_the_customer_said_something(database: &TestDatabase) {
    let stage = Stage::open(database).await;
    for (n, (mut message, kind, words, opens)) in words_and_files().into_iter().chain(taps_signs_and_notices()).enumerate() {
        let (wamid, from) = (format!("wamid.{n}"), format!("4479021111{n:02}"));
        let row = message.to_string();
        for (member, value) in [("id", json!(wamid)), ("from", json!(from)), ("timestamp", json!("1768000100"))] {
            message[member] = value;
        }
        assert_eq!(stage.process(&stage.post(&call(&[message], &[]))).await.processed, 1, "{row}");
        let shown = stage.shown(&wamid).await.expect("it is kept");
        assert_eq!((shown.kind, shown.body.as_str()), (kind, words), "{row}");
        let conversation = stage.conversation(&from).await.expect("there is one");
        assert_eq!(conversation.window_closes_at.is_some(), opens, "{row}");
    }
}
