//! Reads [`Content`] from a message's JSON. A body that is missing or of the wrong shape is
//! [`Content::Unknown`], never an error: the raw JSON is kept elsewhere.

use serde_json::Value;

use crate::json::{self, Object};
use crate::webhook::content::{Button, ContactCard, Content, InteractiveReply, Location, Media, Order, Reaction, SystemNote};

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
        "contacts" => Content::Contacts(message.get(kind)?.as_array()?.iter().map(card).collect()),
        "button" => Content::Button(button(body()?)),
        "interactive" => Content::Interactive(interactive(body()?)?),
        "reaction" => Content::Reaction(reaction(body()?)),
        "order" => Content::Order(order(body()?)),
        "system" => Content::System(system(body()?)),
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

fn card(entry: &Value) -> ContactCard {
    let empty = Object::new();
    let card = entry.as_object().unwrap_or(&empty);
    let phones = json::list(card, "phones").iter().filter_map(|phone| {
        let phone = phone.as_object()?;
        json::id(phone, "phone").or_else(|| json::id(phone, "wa_id"))
    });
    ContactCard { name: card_name(card), phones: phones.collect(), raw: entry.clone() }
}

fn card_name(card: &Object) -> Option<String> {
    let name = json::object(card, "name")?;
    json::id(name, "formatted_name").or_else(|| {
        let parts: Vec<_> = ["first_name", "last_name"].iter().filter_map(|part| json::id(name, part)).collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    })
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

fn order(body: &Object) -> Order {
    Order {
        catalog_id: json::id(body, "catalog_id"),
        text: json::id(body, "text"),
        product_items: json::list(body, "product_items").to_vec(),
    }
}

fn system(body: &Object) -> SystemNote {
    SystemNote {
        kind: json::id(body, "type"),
        body: json::text(body, "body"),
        wa_id: json::id(body, "wa_id").or_else(|| json::id(body, "new_wa_id")),
        user_id: json::id(body, "user_id"),
        previous_user_id: json::id(body, "previous_user_id"),
    }
}

/// An edit of an edit does not occur; reading it as unknown bounds the recursion.
fn edit(body: &Object) -> Option<Content> {
    let message = json::object(body, "message")?;
    let kind = json::id(message, "type").filter(|kind| kind != "edit")?;
    Some(Content::Edit { original_message_id: json::id(body, "original_message_id")?, content: Box::new(content(&kind, message)) })
}
