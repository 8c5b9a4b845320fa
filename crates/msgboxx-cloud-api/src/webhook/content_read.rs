//! Reads [`Content`] from a message's JSON. A body that is missing or of the wrong shape is
//! [`Content::Unknown`], never an error: the raw JSON is kept elsewhere.

use serde_json::Value;

use crate::card::Card;
use crate::json::{self, Object};
use crate::webhook::content::{Button, ContactCard, Content, InteractiveReply, Location, Media, Reaction};
use crate::webhook::order::Order;
use crate::webhook::system::SystemNote;

pub(super) fn content(kind: &str, message: &Object) -> Content {
    read(kind, message).unwrap_or(Content::Unknown)
}

fn read(kind: &str, message: &Object) -> Option<Content> {
    let body = || json::object(message, kind);
    Some(match kind {
        "text" => Content::Text { body: json::text(body()?, "body")? },
        "image" => Content::Image(media(body()?)),
        "video" => Content::Video(media(body()?)),
        "audio" | "voice" => Content::Audio(media(body()?)),
        "document" => Content::Document(media(body()?)),
        "sticker" => Content::Sticker(media(body()?)),
        "location" => Content::Location(location(body()?)),
        "contacts" => Content::Contacts(message.get(kind)?.as_array()?.iter().map(|entry| card(message, entry)).collect()),
        "button" => Content::Button(button(body()?)),
        "interactive" => Content::Interactive(interactive(body()?)?),
        "reaction" => Content::Reaction(reaction(body()?)),
        "order" => Content::Order(Order::read(body()?)),
        "system" => Content::System(SystemNote::read(body()?)),
        "request_welcome" => Content::Welcome,
        "edit" => edit(body()?)?,
        "revoke" => Content::Revoke { original_message_id: json::id(body()?, "original_message_id")? },
        "unsupported" => Content::Unsupported { what: body().and_then(|body| json::id(body, "type")) },
        _ => return None,
    })
}

fn media(body: &Object) -> Media {
    Media {
        id: json::id(body, "id"),
        mime_type: json::id(body, "mime_type"),
        sha256: json::id(body, "sha256"),
        url: json::id(body, "url"),
        caption: json::id(body, "caption"),
        filename: json::id(body, "filename"),
        is_voice: json::is_true(body, "voice"),
        is_animated: json::is_true(body, "animated"),
    }
}

fn location(body: &Object) -> Location {
    Location {
        latitude: json::float(body, "latitude"),
        longitude: json::float(body, "longitude"),
        name: json::id(body, "name"),
        address: json::id(body, "address"),
        url: json::id(body, "url"),
    }
}

/// Sources disagree whether `origin` stands in the entry or in the message.
fn card(message: &Object, entry: &Value) -> ContactCard {
    let empty = Object::new();
    let raw = entry.as_object().unwrap_or(&empty);
    let card = Card::read(raw);
    ContactCard {
        name: card.name.shown(),
        phones: card.phones.iter().filter_map(|phone| phone.phone.clone().or_else(|| phone.wa_id.clone())).collect(),
        card,
        origin: json::id(raw, "origin").or_else(|| json::id(message, "origin")),
        raw: entry.clone(),
    }
}

fn button(body: &Object) -> Button {
    Button { payload: json::text(body, "payload"), text: json::text(body, "text") }
}

fn interactive(body: &Object) -> Option<InteractiveReply> {
    let kind = json::id(body, "type")?;
    let reply = json::object(body, &kind);
    let of_reply = |member| reply.and_then(|reply| json::text(reply, member));
    Some(match kind.as_str() {
        "button_reply" => InteractiveReply::Button { id: of_reply("id").unwrap_or_default(), title: of_reply("title").unwrap_or_default() },
        "list_reply" => InteractiveReply::List {
            id: of_reply("id").unwrap_or_default(),
            title: of_reply("title").unwrap_or_default(),
            description: of_reply("description"),
        },
        "nfm_reply" => InteractiveReply::Flow { name: of_reply("name"), body: of_reply("body"), response_json: of_reply("response_json") },
        _ => InteractiveReply::Other { kind },
    })
}

fn reaction(body: &Object) -> Reaction {
    Reaction { message_id: json::id(body, "message_id"), emoji: json::id(body, "emoji") }
}

/// An edit of an edit does not occur; reading it as unknown bounds the recursion.
fn edit(body: &Object) -> Option<Content> {
    let message = json::object(body, "message")?;
    let kind = json::id(message, "type").filter(|kind| kind != "edit")?;
    Some(Content::Edit { original_message_id: json::id(body, "original_message_id")?, content: Box::new(content(&kind, message)) })
}
