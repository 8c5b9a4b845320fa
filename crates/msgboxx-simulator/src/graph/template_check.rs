//! Whether a template message fits its template, and what the customer then reads.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::graph::content;
use crate::graph::refusal::Refusal;
use crate::graph::template_rules::authentication;
use crate::world::template::{Rendered, Template, Templates};

/// The longest body after the parameters were put in.
const LONGEST_BODY: usize = 1_024;

/// Finds the template that a message names and fills it.
pub(crate) fn fill<'a>(templates: Option<&'a Templates>, message: &Value, now: i64) -> Result<(&'a Template, Rendered), Refusal> {
    let name = message["name"].as_str().unwrap_or_default();
    let language = message["language"]["code"].as_str().unwrap_or_default();
    let missing = || Refusal::with(132_001, format!("template name ({name}) does not exist in {language}"));
    let template = templates.and_then(|templates| templates.find(name, language)).ok_or_else(missing)?;
    match template.status_at(now) {
        "APPROVED" => {}
        "PAUSED" => return Err(Refusal::of(132_015)),
        "DISABLED" => return Err(Refusal::of(132_016)),
        _ => return Err(missing()),
    }
    let given = Given::read(message)?;
    if template.category == "AUTHENTICATION" {
        check_code(&given)?;
    }
    let (header, header_kind) = header(template, &given)?;
    let header_medium = header_kind.as_ref().map(|kind| given.header[0][kind].clone());
    let rendered = Rendered {
        header,
        header_kind,
        header_medium,
        body: part(template, "BODY", "body", given.body)?.unwrap_or_default(),
        footer: template.component("FOOTER").and_then(|footer| footer["text"].as_str()).map(str::to_owned),
        buttons: buttons(template, &given)?,
    };
    if rendered.body.chars().count() > LONGEST_BODY {
        return Err(Refusal::of(132_005));
    }
    Ok((template, rendered))
}

/// A one-time password is short.
fn check_code(given: &Given<'_>) -> Result<(), Refusal> {
    let is_short = |parameter: &Value| parameter["text"].as_str().is_none_or(|code| code.chars().count() <= authentication::LONGEST_CODE);
    if given.body.iter().chain(given.buttons.values().copied().flatten()).all(is_short) {
        return Ok(());
    }
    Err(Refusal::with(132_018, format!("A one-time password has at most {} characters", authentication::LONGEST_CODE)))
}

/// The parameters of a message, by component.
struct Given<'a> {
    header: &'a [Value],
    body: &'a [Value],
    /// By the button's index.
    buttons: HashMap<usize, &'a [Value]>,
}

impl<'a> Given<'a> {
    fn read(message: &'a Value) -> Result<Self, Refusal> {
        let mut given = Self { header: &[], body: &[], buttons: HashMap::new() };
        let components = match &message["components"] {
            Value::Null => return Ok(given),
            Value::Array(components) => components,
            _ => return Err(Refusal::parameter("Param template['components'] must be an array.")),
        };
        for component in components {
            let parameters = component["parameters"].as_array().map_or(&[][..], Vec::as_slice);
            match component["type"].as_str().unwrap_or_default().to_ascii_lowercase().as_str() {
                "header" => given.header = parameters,
                "body" => given.body = parameters,
                "button" => {
                    let index = match &component["index"] {
                        Value::String(index) => index.parse().ok(),
                        index => index.as_u64().and_then(|index| usize::try_from(index).ok()),
                    };
                    let index = index.ok_or_else(|| Refusal::missing("template.components.index"))?;
                    given.buttons.insert(index, parameters);
                }
                other => return Err(Refusal::parameter(&format!("Param template['components']['type'] '{other}' is not known."))),
            }
        }
        Ok(given)
    }
}

/// The header's text, or the kind of a header that is not text.
fn header(template: &Template, given: &Given<'_>) -> Result<(Option<String>, Option<String>), Refusal> {
    let format = template.component("HEADER").map(|header| header["format"].as_str().unwrap_or("TEXT").to_ascii_uppercase());
    let Some(format) = format.filter(|format| format != "TEXT") else {
        return Ok((part(template, "HEADER", "header", given.header)?, None));
    };
    let kind = format.to_ascii_lowercase();
    let [parameter] = given.header else { return Err(count("header", given.header.len(), 1)) };
    let received = parameter["type"].as_str().unwrap_or_default();
    if !received.eq_ignore_ascii_case(&kind) {
        let received = received.to_ascii_uppercase();
        return Err(Refusal::with(132_012, format!("header: Format mismatch, expected {format}, received {received}")));
    }
    match parameter[&kind].as_object() {
        None => return Err(Refusal::missing(&format!("header.{kind}"))),
        Some(place) if kind == "location" => content::location(place)?,
        Some(medium) => content::medium(medium, &kind)?,
    }
    Ok((None, Some(kind)))
}

/// A text with its placeholders filled.
fn part(template: &Template, component: &str, name: &str, parameters: &[Value]) -> Result<Option<String>, Refusal> {
    let Some(text) = template.component(component).and_then(|component| component["text"].as_str()) else {
        return if parameters.is_empty() { Ok(None) } else { Err(count(name, parameters.len(), 0)) };
    };
    let placeholders = placeholders(text);
    if placeholders.len() != parameters.len() {
        return Err(count(name, parameters.len(), placeholders.len()));
    }
    let values = parameters.iter().map(|parameter| value(name, parameter)).collect::<Result<Vec<_>, _>>()?;
    if template.is_named() && parameters.iter().any(|parameter| !parameter["parameter_name"].is_string()) {
        return Err(Refusal::with(132_012, format!("{name}: Parameter name is missing or empty")));
    }
    let value_of = |placeholder: &str| {
        let place = if template.is_named() {
            parameters.iter().position(|parameter| parameter["parameter_name"] == *placeholder)
        } else {
            let number = placeholder.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
            number.or_else(|| placeholders.iter().position(|known| *known == placeholder))
        };
        let value = place.and_then(|place| values.get(place)).map(String::as_str);
        value.ok_or_else(|| Refusal::with(132_012, format!("{name}: there is no parameter for '{placeholder}'")))
    };
    replace_placeholders(text, value_of).map(Some)
}

/// The text with each placeholder's value; values are not searched for placeholders.
fn replace_placeholders<'a>(text: &str, value_of: impl Fn(&str) -> Result<&'a str, Refusal>) -> Result<String, Refusal> {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((name, after)) = after.split_once("}}") else { break };
        filled.push_str(before);
        filled.push_str(value_of(name)?);
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

/// The names between double braces, each once, in the order of their appearance.
pub(crate) fn placeholders(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("{{") {
        let Some((name, after)) = after.split_once("}}") else { break };
        if !found.contains(&name) {
            found.push(name);
        }
        rest = after;
    }
    found
}

fn value(component: &str, parameter: &Value) -> Result<String, Refusal> {
    let kind = parameter["type"].as_str().unwrap_or_default();
    let text = match kind {
        "text" => parameter["text"].as_str(),
        "currency" | "date_time" => parameter[kind]["fallback_value"].as_str(),
        _ => return Err(Refusal::with(132_012, format!("{component}: Format mismatch, expected TEXT, received {kind}"))),
    };
    let text = text.filter(|text| !text.is_empty());
    let text = text.ok_or_else(|| Refusal::with(131_008, format!("Parameter of type {kind} is missing text value")))?;
    if text.contains(['\n', '\r', '\t']) || text.contains("     ") {
        return Err(Refusal::with(132_018, "Param text cannot have new-line/tab characters or more than 4 consecutive spaces"));
    }
    Ok(text.to_owned())
}

fn buttons(template: &Template, given: &Given<'_>) -> Result<Vec<Value>, Refusal> {
    let buttons = template.buttons();
    if let Some(index) = given.buttons.keys().find(|index| **index >= buttons.len()) {
        return Err(Refusal::with(132_018, format!("buttons: There is no button at index {index}")));
    }
    buttons.iter().enumerate().map(|(index, button)| shown_button(index, button, given.buttons.get(&index).copied())).collect()
}

/// A button as the phone shows it: kind, text, and what a tap does.
fn shown_button(index: usize, button: &Value, parameters: Option<&[Value]>) -> Result<Value, Refusal> {
    let kind = button["type"].as_str().unwrap_or_default().to_ascii_uppercase();
    let first = parameters.and_then(<[Value]>::first);
    let needed = |member: &str| {
        let value = first.and_then(|parameter| parameter[member].as_str()).filter(|value| !value.is_empty());
        value.ok_or_else(|| Refusal::with(131_008, format!("buttons: Button at index {index} of type {kind} requires a parameter")))
    };
    let mut shown = json!({"type": kind, "text": button["text"]});
    match kind.as_str() {
        "QUICK_REPLY" => {
            shown["payload"] = first.map_or(&button["text"], |parameter| &parameter["payload"]).clone();
        }
        "URL" => {
            let url = button["url"].as_str().unwrap_or_default();
            let is_variable = !placeholders(url).is_empty();
            shown["url"] = if is_variable { json!(url.replace("{{1}}", needed("text")?)) } else { json!(url) };
        }
        "COPY_CODE" => shown["code"] = json!(needed("coupon_code")?),
        "PHONE_NUMBER" => shown["phone_number"] = button["phone_number"].clone(),
        _ => {}
    }
    Ok(shown)
}

fn count(name: &str, given: usize, expected: usize) -> Refusal {
    Refusal::with(
        132_000,
        format!("{name}: number of localizable_params ({given}) does not match the expected number of params ({expected})"),
    )
}

#[cfg(test)]
mod tests;
