//! What an agent reads of a customer's message: one line of text for every kind.

use crate::webhook::content::{ContactCard, Content, InteractiveReply, Location};
use crate::webhook::message::IncomingMessage;
use crate::webhook::order::Order;
use crate::webhook::system::SystemNote;

/// The message as text for people.
///
/// A medium without a caption is the empty string: the medium itself is shown.
pub fn text_for_people(message: &IncomingMessage) -> String {
    text_of(&message.content)
}

fn text_of(content: &Content) -> String {
    match content {
        Content::Text { body } => body.clone(),
        Content::Image(media) | Content::Video(media) | Content::Audio(media) | Content::Sticker(media) => {
            media.caption.clone().unwrap_or_default()
        }
        Content::Document(media) => media.caption.clone().or_else(|| media.filename.clone()).unwrap_or_default(),
        Content::Location(location) => place(location),
        Content::Contacts(cards) => cards.iter().map(card).collect::<Vec<_>>().join("\n"),
        Content::Button(button) => button.text.clone().or_else(|| button.payload.clone()).unwrap_or_default(),
        Content::Interactive(reply) => interactive(reply),
        Content::Reaction(reaction) => reaction.emoji.clone().unwrap_or_default(),
        Content::Order(order) => ordered(order),
        Content::System(note) => system(note),
        Content::Edit { content, .. } => text_of(content),
        Content::Revoke { .. } => "This message was deleted".to_owned(),
        Content::Unsupported { what: Some(what) } => format!("Unsupported message ({what})"),
        Content::Unsupported { what: None } | Content::Unknown => "Unsupported message".to_owned(),
    }
}

fn place(location: &Location) -> String {
    let named: Vec<_> = [&location.name, &location.address].into_iter().flatten().map(String::as_str).collect();
    if !named.is_empty() {
        return format!("📍 {}", named.join(", "));
    }
    match (location.latitude, location.longitude) {
        (Some(latitude), Some(longitude)) => format!("📍 {latitude}, {longitude}"),
        _ => "📍".to_owned(),
    }
}

fn card(card: &ContactCard) -> String {
    let name = card.name.as_deref().unwrap_or("Contact");
    match card.phones.first() {
        Some(phone) => format!("👤 {name}, {phone}"),
        None => format!("👤 {name}"),
    }
}

fn interactive(reply: &InteractiveReply) -> String {
    match reply {
        InteractiveReply::List { title, description: Some(description), .. } if !description.is_empty() => {
            format!("{title}\n{description}")
        }
        InteractiveReply::Button { title, .. } | InteractiveReply::List { title, .. } => title.clone(),
        InteractiveReply::Flow { body, .. } => body.clone().unwrap_or_default(),
        InteractiveReply::Other { kind } => format!("Unsupported message ({kind})"),
    }
}

fn ordered(order: &Order) -> String {
    let count = order.product_items.len();
    let items = if count == 1 { "item" } else { "items" };
    match &order.text {
        Some(text) => format!("🛒 {count} {items}\n{text}"),
        None => format!("🛒 {count} {items}"),
    }
}

fn system(note: &SystemNote) -> String {
    note.body.clone().or_else(|| note.kind.clone()).unwrap_or_default()
}
