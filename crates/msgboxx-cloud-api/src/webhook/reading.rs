//! What an agent reads of a customer's message: text for every kind.

use serde_json::Value;

use crate::webhook::content::{ContactCard, Content, InteractiveReply, Location};
use crate::webhook::message::IncomingMessage;
use crate::webhook::order::{Order, OrderItem};
use crate::webhook::system::{SystemChange, SystemNote};

/// The message as text for people.
///
/// A medium without a caption is the empty string: the medium itself is shown.
pub fn text_for_people(message: &IncomingMessage) -> String {
    text_of(&message.content)
}

/// A message's content in words, never empty: what has no words of its own is named, and a reaction is told as one.
///
/// For lists and programs, which do not show the medium itself.
pub fn description(content: &Content) -> String {
    let words = match content {
        Content::Reaction(reaction) => match &reaction.emoji {
            Some(emoji) => format!("Reacted with {emoji}"),
            None => "Took back a reaction".to_owned(),
        },
        Content::Edit { content, .. } => description(content),
        content => text_of(content),
    };
    if words.trim().is_empty() { name_of(content).to_owned() } else { words }
}

fn name_of(content: &Content) -> &'static str {
    match content {
        Content::Image(_) => "📷 Photo",
        Content::Video(_) => "🎬 Video",
        Content::Audio(media) if media.is_voice => "🎤 Voice message",
        Content::Audio(_) => "🎵 Audio",
        Content::Document(_) => "📄 Document",
        Content::Sticker(_) => "Sticker",
        Content::Contacts(_) => "👤 Contact",
        Content::Button(_) | Content::Interactive(_) => "Chose a reply",
        _ => "Empty message",
    }
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
        Content::Welcome => "Opened the chat".to_owned(),
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
        InteractiveReply::Flow { body, response_json, .. } => flow(body.as_deref(), response_json.as_deref()),
        InteractiveReply::Other { kind } => format!("Unsupported message ({kind})"),
    }
}

/// What was filled in, a line each. WhatsApp's own token is not the customer's.
fn flow(body: Option<&str>, response: Option<&str>) -> String {
    let response: Value = response.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
    let filled_in = response.as_object().into_iter().flatten().filter(|(name, _)| *name != "flow_token");
    let lines = filled_in.filter_map(|(name, value)| Some(format!("{name}: {}", answer(value)?)));
    body.map(str::to_owned).into_iter().chain(lines).collect::<Vec<_>>().join("\n")
}

fn answer(value: &Value) -> Option<String> {
    match value {
        Value::Null | Value::Object(_) => None,
        Value::String(text) => Some(text.clone()),
        Value::Array(several) => Some(several.iter().filter_map(answer).collect::<Vec<_>>().join(", ")),
        value => Some(value.to_string()),
    }
}

fn ordered(order: &Order) -> String {
    let count = order.product_items.len();
    let heading = format!("🛒 {count} {}", if count == 1 { "item" } else { "items" });
    let lines = order.product_items.iter().filter_map(product);
    std::iter::once(heading).chain(lines).chain(order.text.clone()).collect::<Vec<_>>().join("\n")
}

fn product(item: &OrderItem) -> Option<String> {
    let what = format!("{} × {}", item.quantity.unwrap_or(1), item.product_retailer_id.as_ref()?);
    Some(match (&item.item_price, &item.currency) {
        (Some(price), Some(currency)) => format!("{what}, {price} {currency} each"),
        _ => what,
    })
}

fn system(note: &SystemNote) -> String {
    note.body.clone().filter(|body| !body.trim().is_empty()).unwrap_or_else(|| {
        let what = match note.change() {
            SystemChange::Number => "The customer has another number now",
            SystemChange::UserId => "The customer has another WhatsApp user id now",
            SystemChange::Identity => "The customer's security code has changed",
            SystemChange::Other => "A notice from WhatsApp",
        };
        what.to_owned()
    })
}
