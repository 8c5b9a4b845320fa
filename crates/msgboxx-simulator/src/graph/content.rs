//! What WhatsApp checks of a message before it takes it: kinds, members and lengths.
//!
//! Lengths are counted in characters. Of kinds that a connector merely passes through (flows,
//! products …) only the frame is checked.

use serde_json::{Map, Value};

use crate::graph::refusal::Refusal;

mod interactive;

type Object = Map<String, Value>;
type Check<T = ()> = Result<T, Refusal>;

/// The kinds that can be sent.
const KINDS: [&str; 11] =
    ["text", "image", "video", "audio", "document", "sticker", "location", "contacts", "reaction", "interactive", "template"];

/// Checks the frame and the content, and returns the kind.
pub(crate) fn check(message: &Object) -> Check<&str> {
    if message.get("messaging_product").and_then(Value::as_str) != Some("whatsapp") {
        return Err(Refusal::parameter("The parameter messaging_product is required."));
    }
    if message.get("recipient_type").is_some_and(|kind| kind != "individual") {
        return Err(Refusal::parameter("Param recipient_type must be one of {individual}"));
    }
    let kind = match message.get("type") {
        None => "text",
        Some(Value::String(kind)) => kind.as_str(),
        Some(_) => return Err(Refusal::parameter("Param type must be a string")),
    };
    if !KINDS.contains(&kind) {
        return Err(Refusal::with(131_051, format!("Message type '{kind}' is not supported")));
    }
    if message.contains_key("category") && kind != "template" {
        return Err(Refusal::parameter("Direct Send is not enabled for this account: Param category is not allowed."));
    }
    at_most_optional(message, "biz_opaque_callback_data", 512)?;
    let context = optional_object(message, "context")?;
    if let Some(context) = context {
        text(context, "context.message_id", "message_id")?;
        if kind == "reaction" {
            return Err(Refusal::invalid("context", "is not allowed on reactions"));
        }
    }
    if kind == "contacts" {
        contacts(message)?;
    } else {
        content(kind, object(message, kind, kind)?)?;
    }
    Ok(kind)
}

fn content(kind: &str, body: &Object) -> Check {
    match kind {
        "text" => {
            flag(body, "preview_url")?;
            at_most(text(body, "text.body", "body")?, "text.body", 4_096)
        }
        "image" | "video" | "document" => {
            medium(body, kind)?;
            at_most_optional(body, "filename", 240)?;
            at_most_optional(body, "caption", 1_024)
        }
        "audio" | "sticker" => {
            medium(body, kind)?;
            flag(body, "voice")?;
            match body.get("caption") {
                None | Some(Value::Null) => Ok(()),
                Some(_) => Err(Refusal::parameter(&format!("Unexpected key \"caption\" on param \"{kind}\"."))),
            }
        }
        "location" => location(body),
        "reaction" => {
            text(body, "reaction.message_id", "message_id")?;
            let emoji = body.get("emoji").and_then(Value::as_str).ok_or_else(|| Refusal::missing("reaction.emoji"))?;
            let is_word = emoji.chars().any(|character| character.is_ascii_alphabetic() || character.is_whitespace());
            if is_word { Err(Refusal::invalid("reaction.emoji", "is not an emoji")) } else { Ok(()) }
        }
        "interactive" => interactive::check(body),
        _ => {
            text(body, "template.name", "name")?;
            text(object(body, "template.language", "language")?, "template.language.code", "code").map(|_| ())
        }
    }
}

/// Exactly one of an id and a link.
pub(crate) fn medium(body: &Object, name: &str) -> Check {
    match (body.get("id"), body.get("link")) {
        (Some(Value::String(id)), None) if !id.is_empty() => Ok(()),
        (Some(Value::Number(_)), None) => Ok(()),
        (None, Some(Value::String(link))) if link.starts_with("https://") || link.starts_with("http://") => Ok(()),
        (None, None) => Err(Refusal::missing(&format!("{name}.id"))),
        (Some(_), Some(_)) => Err(Refusal::invalid(name, "takes an id or a link, not both")),
        (Some(_), None) => Err(Refusal::invalid(&format!("{name}.id"), "is not a media id")),
        (None, Some(_)) => Err(Refusal::invalid(&format!("{name}.link"), "is not a valid URI")),
    }
}

pub(crate) fn location(body: &Object) -> Check {
    for (member, limit) in [("latitude", 90.0), ("longitude", 180.0)] {
        let degrees = match body.get(member) {
            None => return Err(Refusal::missing(&format!("location.{member}"))),
            Some(Value::String(text)) => text.trim().parse().ok(),
            Some(value) => value.as_f64(),
        };
        if !degrees.is_some_and(|degrees: f64| degrees.abs() <= limit) {
            return Err(Refusal::invalid(&format!("location.{member}"), "is not in degrees"));
        }
    }
    Ok(())
}

fn contacts(message: &Object) -> Check {
    let cards = message.get("contacts").ok_or_else(|| Refusal::missing("contacts"))?;
    let cards = cards.as_array().filter(|cards| !cards.is_empty()).ok_or_else(|| Refusal::invalid("contacts", "is not a list"))?;
    for card in cards {
        let card = card.as_object().ok_or_else(|| Refusal::invalid("contacts", "holds something that is no contact"))?;
        text(object(card, "contacts.name", "name")?, "contacts.name.formatted_name", "formatted_name")?;
        for member in ["phones", "emails", "addresses", "urls"] {
            let is_list = |value: &Value| value.as_array().is_some_and(|items| items.iter().all(Value::is_object));
            if card.get(member).is_some_and(|value| !value.is_null() && !is_list(value)) {
                return Err(Refusal::parameter(&format!("Param contacts['{member}'] must be an array of JSON objects.")));
            }
        }
    }
    Ok(())
}

fn list<'a>(object: &'a Object, name: &str, member: &str, most: usize) -> Check<&'a [Value]> {
    let list = object.get(member).and_then(Value::as_array).ok_or_else(|| Refusal::missing(name))?;
    match list.len() {
        0 => Err(Refusal::invalid(name, "is empty")),
        count if count > most => Err(Refusal::invalid(name, &format!("has more than {most} elements"))),
        _ => Ok(list),
    }
}

fn object<'a>(parent: &'a Object, name: &str, member: &str) -> Check<&'a Object> {
    let value = parent.get(member).ok_or_else(|| Refusal::missing(name))?;
    value.as_object().ok_or_else(|| Refusal::parameter(&format!("Param {name} must be a JSON object.")))
}

fn optional_object<'a>(parent: &'a Object, member: &str) -> Check<Option<&'a Object>> {
    match parent.get(member) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(object)) => Ok(Some(object)),
        Some(_) => Err(Refusal::parameter(&format!("Param {member} must be a JSON object."))),
    }
}

fn text<'a>(parent: &'a Object, name: &str, member: &str) -> Check<&'a str> {
    match parent.get(member) {
        Some(Value::String(text)) if !text.is_empty() => Ok(text),
        None | Some(Value::String(_) | Value::Null) => Err(Refusal::missing(name)),
        Some(_) => Err(Refusal::parameter(&format!("Param {name} must be a string."))),
    }
}

fn flag(parent: &Object, member: &str) -> Check {
    match parent.get(member) {
        None | Some(Value::Null | Value::Bool(_)) => Ok(()),
        Some(_) => Err(Refusal::parameter(&format!("Param {member} must be a boolean."))),
    }
}

fn at_most(text: &str, name: &str, most: usize) -> Check {
    if text.chars().count() > most {
        return Err(Refusal::parameter(&format!("Param {name} must be at most {most} characters long.")));
    }
    Ok(())
}

fn at_most_optional(parent: &Object, member: &str, most: usize) -> Check {
    match parent.get(member) {
        None | Some(Value::Null) => Ok(()),
        Some(Value::String(text)) => at_most(text, member, most),
        Some(_) => Err(Refusal::parameter(&format!("Param {member} must be a string."))),
    }
}

#[cfg(test)]
mod tests;
