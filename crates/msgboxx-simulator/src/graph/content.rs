//! What WhatsApp checks of a message before it takes it: kinds, members and lengths.
//!
//! Lengths are counted in characters. Of kinds that a connector merely passes through (flows,
//! products …) only the frame is checked.

use serde_json::{Map, Value};

use crate::graph::refusal::Refusal;

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
        "text" => at_most(text(body, "text.body", "body")?, "text.body", 4_096),
        "image" | "video" | "document" => {
            medium(body, kind)?;
            at_most_optional(body, "caption", 1_024)
        }
        "audio" | "sticker" => medium(body, kind),
        "location" => location(body),
        "reaction" => {
            text(body, "reaction.message_id", "message_id")?;
            body.get("emoji").and_then(Value::as_str).map(|_| ()).ok_or_else(|| Refusal::missing("reaction.emoji"))
        }
        "interactive" => interactive(body),
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
    }
    Ok(())
}

fn interactive(body: &Object) -> Check {
    let kind = text(body, "interactive.type", "type")?;
    let longest_body = if kind == "list" { 4_096 } else { 1_024 };
    let is_body_needed = matches!(kind, "button" | "list" | "cta_url" | "location_request_message" | "request_contact_info");
    match optional_object(body, "body")? {
        Some(inner) => at_most(text(inner, "interactive.body.text", "text")?, "interactive.body.text", longest_body)?,
        None if is_body_needed => return Err(Refusal::missing("interactive.body")),
        None => {}
    }
    if let Some(header) = optional_object(body, "header")? {
        at_most_optional(header, "text", 60)?;
    }
    if let Some(footer) = optional_object(body, "footer")? {
        at_most_optional(footer, "text", 60)?;
    }
    let action = object(body, "interactive.action", "action")?;
    match kind {
        "button" => buttons(action),
        "list" => sections(action),
        "cta_url" => {
            let parameters = object(action, "interactive.action.parameters", "parameters")?;
            at_most(text(parameters, "display_text", "display_text")?, "display_text", 20)?;
            text(parameters, "url", "url").map(|_| ())
        }
        _ => Ok(()),
    }
}

fn buttons(action: &Object) -> Check {
    let buttons = list(action, "interactive.action.buttons", "buttons", 3)?;
    let mut ids = Vec::new();
    for button in buttons {
        let reply = button.get("reply").and_then(Value::as_object).ok_or_else(|| Refusal::missing("button.reply"))?;
        let id = text(reply, "button.reply.id", "id")?;
        at_most(id, "button.reply.id", 256)?;
        at_most(text(reply, "button.reply.title", "title")?, "button.reply.title", 20)?;
        if ids.contains(&id) {
            return Err(Refusal::invalid("button.reply.id", "is not unique"));
        }
        ids.push(id);
    }
    Ok(())
}

fn sections(action: &Object) -> Check {
    at_most(text(action, "interactive.action.button", "button")?, "interactive.action.button", 20)?;
    let mut rows = 0;
    for section in list(action, "interactive.action.sections", "sections", 10)? {
        let section = section.as_object().ok_or_else(|| Refusal::invalid("sections", "holds something that is no section"))?;
        at_most_optional(section, "title", 24)?;
        for row in list(section, "section.rows", "rows", 10)? {
            let row = row.as_object().ok_or_else(|| Refusal::invalid("section.rows", "holds something that is no row"))?;
            at_most(text(row, "row.id", "id")?, "row.id", 200)?;
            at_most(text(row, "row.title", "title")?, "row.title", 24)?;
            at_most_optional(row, "description", 72)?;
            rows += 1;
        }
    }
    if rows > 10 { Err(Refusal::invalid("interactive.action.sections", "has more than 10 rows")) } else { Ok(()) }
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
