//! What WhatsApp checks of interactive messages: buttons, lists, links and requests (reference §1.3).

use serde_json::Value;

use super::{Check, Object, at_most, at_most_optional, list, medium, object, optional_object, text};
use crate::graph::refusal::Refusal;

/// The kinds that are checked here through and through.
const KNOWN: [&str; 5] = ["button", "list", "cta_url", "location_request_message", "request_contact_info"];

/// The kinds of which only the frame is checked: connectors merely pass them through.
const PASSED_THROUGH: [&str; 8] =
    ["flow", "product", "product_list", "catalog_message", "carousel", "address_message", "call_permission_request", "voice_call"];

pub(super) fn check(body: &Object) -> Check {
    let kind = text(body, "interactive.type", "type")?;
    let is_known = KNOWN.contains(&kind);
    if !is_known && !PASSED_THROUGH.contains(&kind) {
        let kinds = [&KNOWN[..], &PASSED_THROUGH[..]].concat().join(", ");
        return Err(Refusal::parameter(&format!("Param interactive['type'] must be one of {{{kinds}}} - got \"{kind}\".")));
    }
    let longest_body = if kind == "list" { 4_096 } else { 1_024 };
    match optional_object(body, "body")? {
        Some(inner) => at_most(text(inner, "interactive.body.text", "text")?, "interactive.body.text", longest_body)?,
        None if is_known => return Err(Refusal::missing("interactive.body")),
        None => {}
    }
    if let Some(top) = optional_object(body, "header")?.filter(|_| is_known) {
        header(top, kind)?;
    }
    if let Some(footer) = optional_object(body, "footer")? {
        at_most(text(footer, "interactive.footer.text", "text")?, "interactive.footer.text", 60)?;
    }
    let action = object(body, "interactive.action", "action")?;
    match kind {
        "button" => buttons(action),
        "list" => sections(action),
        "cta_url" => link(action),
        "location_request_message" => named(action, "send_location"),
        "request_contact_info" => named(action, "request_contact_info"),
        _ => Ok(()),
    }
}

/// Lists have text above them only.
fn header(header: &Object, of: &str) -> Check {
    let kind = text(header, "interactive.header.type", "type")?;
    match kind {
        "text" => at_most(text(header, "interactive.header.text", "text")?, "interactive.header.text", 60),
        "image" | "video" | "document" if matches!(of, "button" | "cta_url") => medium(object(header, "interactive.header", kind)?, kind),
        _ => Err(Refusal::invalid("interactive.header.type", &format!("'{kind}' is not allowed on {of} messages"))),
    }
}

fn named(action: &Object, name: &str) -> Check {
    if text(action, "interactive.action.name", "name")? == name {
        return Ok(());
    }
    Err(Refusal::invalid("interactive.action.name", &format!("must be {name}")))
}

fn link(action: &Object) -> Check {
    named(action, "cta_url")?;
    let parameters = object(action, "interactive.action.parameters", "parameters")?;
    at_most(text(parameters, "display_text", "display_text")?, "display_text", 20)?;
    let url = text(parameters, "url", "url")?;
    let is_link = url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    if is_link { Ok(()) } else { Err(Refusal::invalid("interactive.action.parameters.url", "is not a valid URI")) }
}

fn buttons(action: &Object) -> Check {
    let mut seen = Vec::new();
    for button in list(action, "interactive.action.buttons", "buttons", 3)? {
        let reply = button.get("reply").and_then(Value::as_object).ok_or_else(|| Refusal::missing("button.reply"))?;
        let (id, title) = (text(reply, "button.reply.id", "id")?, text(reply, "button.reply.title", "title")?);
        at_most(id, "button.reply.id", 256)?;
        at_most(title, "button.reply.title", 20)?;
        if seen.iter().any(|(known, _)| *known == id) {
            return Err(Refusal::invalid("button.reply.id", "is not unique"));
        }
        if seen.iter().any(|(_, known)| *known == title) {
            return Err(Refusal::invalid("button.reply.title", "is not unique"));
        }
        seen.push((id, title));
    }
    Ok(())
}

fn sections(action: &Object) -> Check {
    at_most(text(action, "interactive.action.button", "button")?, "interactive.action.button", 20)?;
    let sections = list(action, "interactive.action.sections", "sections", 10)?;
    let mut ids = Vec::new();
    for section in sections {
        let section = section.as_object().ok_or_else(|| Refusal::invalid("sections", "holds something that is no section"))?;
        at_most_optional(section, "title", 24)?;
        if sections.len() > 1 {
            text(section, "section.title", "title")?;
        }
        for row in list(section, "section.rows", "rows", 10)? {
            let row = row.as_object().ok_or_else(|| Refusal::invalid("section.rows", "holds something that is no row"))?;
            let id = text(row, "row.id", "id")?;
            at_most(id, "row.id", 200)?;
            at_most(text(row, "row.title", "title")?, "row.title", 24)?;
            at_most_optional(row, "description", 72)?;
            if ids.contains(&id) {
                return Err(Refusal::invalid("row.id", "is not unique"));
            }
            ids.push(id);
        }
    }
    if ids.len() > 10 { Err(Refusal::invalid("interactive.action.sections", "has more than 10 rows")) } else { Ok(()) }
}
