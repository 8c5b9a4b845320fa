//! What WhatsApp checks of a template that is submitted: names, lengths, placeholders, buttons.

use serde_json::{Map, Value, json};

use crate::graph::refusal::Refusal;
use crate::graph::template_check::placeholders;
use crate::world::template::Template;

type Check<T = ()> = Result<T, Refusal>;

const CATEGORIES: [&str; 3] = ["MARKETING", "UTILITY", "AUTHENTICATION"];

/// The most characters of each text.
const LENGTHS: [(&str, usize); 3] = [("HEADER", 60), ("BODY", 1_024), ("FOOTER", 60)];

const MOST_BUTTONS: usize = 10;

/// The template that this body describes, without an id.
pub(crate) fn new_template(body: &Map<String, Value>) -> Check<Template> {
    let text = |member: &str| {
        let text = body.get(member).and_then(Value::as_str).filter(|text| !text.is_empty());
        text.ok_or_else(|| Refusal::parameter(&format!("The parameter {member} is required.")))
    };
    let name = text("name")?;
    let is_allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if name.len() > 512 || !name.bytes().all(is_allowed) {
        return Err(Refusal::parameter("Param name may hold lower-case letters, digits and underscores only."));
    }
    let template = Template {
        id: String::new(),
        name: name.to_owned(),
        language: text("language")?.to_owned(),
        category: category(text("category")?)?,
        status: String::new(),
        components: Value::Null,
        parameter_format: body.get("parameter_format").and_then(Value::as_str).unwrap_or("POSITIONAL").to_ascii_uppercase(),
        verdict: None,
    };
    let components = body.get("components").ok_or_else(|| Refusal::parameter("The parameter components is required."))?;
    with_components(template, components)
}

/// The template with what this body changes of it.
pub(crate) fn edited_template(mut template: Template, body: &Map<String, Value>) -> Check<Template> {
    if let Some(wanted) = body.get("category").and_then(Value::as_str) {
        template.category = category(wanted)?;
    }
    match body.get("components") {
        Some(components) => with_components(template, components),
        None => Ok(template),
    }
}

fn category(name: &str) -> Check<String> {
    let name = name.to_ascii_uppercase();
    if CATEGORIES.contains(&name.as_str()) {
        return Ok(name);
    }
    Err(Refusal::parameter("Param category must be one of {UTILITY, MARKETING, AUTHENTICATION}."))
}

/// Input may be in any case of letters; what comes back is in capitals.
fn with_components(template: Template, components: &Value) -> Check<Template> {
    let mut components = components.clone();
    let list = components.as_array_mut().filter(|list| !list.is_empty());
    for component in list.ok_or_else(|| Refusal::parameter("Param components must be an array."))? {
        for member in ["type", "format"] {
            if let Some(word) = component[member].as_str().map(str::to_ascii_uppercase) {
                component[member] = json!(word);
            }
        }
    }
    let template = Template { components, ..template };
    if template.component("BODY").is_none() {
        return Err(Refusal::parameter("The body of the message template is missing."));
    }
    for (kind, longest) in LENGTHS {
        if let Some(component) = template.component(kind) {
            check_text(&template, component, kind, longest)?;
        }
    }
    check_buttons(&template)?;
    Ok(template)
}

fn check_text(template: &Template, component: &Value, kind: &str, longest: usize) -> Check {
    // Headers with media and the bodies of authentication templates have no text.
    let Some(text) = component["text"].as_str() else { return Ok(()) };
    if text.is_empty() || text.chars().count() > longest {
        return Err(Refusal::parameter(&format!("Param {kind} must have 1 to {longest} characters.")).with_subcode(2_388_040));
    }
    let names = placeholders(text);
    let expected = (1..=names.len()).map(|number| number.to_string());
    if !template.is_named() && !expected.eq(names.iter().map(|name| (*name).to_owned())) {
        return Err(Refusal::parameter("Placeholders must be numbered from {{1}} without gaps.").with_subcode(2_388_073));
    }
    let is_name = |name: &&str| {
        let is_allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        !name.is_empty() && name.bytes().all(is_allowed)
    };
    if !names.iter().all(is_name) {
        return Err(Refusal::parameter("Placeholder names may hold lower-case letters, digits and underscores only."));
    }
    let trimmed = text.trim();
    if kind == "BODY" && (trimmed.starts_with("{{") || trimmed.ends_with("}}")) {
        return Err(Refusal::parameter("Variables can't be at the start or end of the template.").with_subcode(2_388_299));
    }
    if text.contains("}}{{") {
        return Err(Refusal::parameter("Variables must not stand side by side.").with_subcode(2_388_293));
    }
    let most = match kind {
        "HEADER" => 1,
        "FOOTER" => 0,
        _ => usize::MAX,
    };
    if names.len() > most {
        return Err(Refusal::parameter(&format!("Param {kind} has too many variables.")).with_subcode(2_388_047));
    }
    if !names.is_empty() && component.get("example").is_none_or(Value::is_null) {
        return Err(Refusal::parameter(&format!("component of type {kind} is missing expected field(s) (example)")).with_subcode(2_388_043));
    }
    Ok(())
}

fn check_buttons(template: &Template) -> Check {
    let buttons = template.buttons();
    if buttons.len() > MOST_BUTTONS {
        return Err(Refusal::parameter("A template has at most 10 buttons."));
    }
    let kinds: Vec<_> = buttons.iter().map(|button| button["type"].as_str().unwrap_or_default().to_ascii_uppercase()).collect();
    for (kind, most) in [("URL", 2), ("PHONE_NUMBER", 1), ("COPY_CODE", 1)] {
        if kinds.iter().filter(|known| *known == kind).count() > most {
            return Err(Refusal::parameter(&format!("A template has at most {most} buttons of type {kind}.")));
        }
    }
    let changes = kinds.windows(2).filter(|pair| (pair[0] == "QUICK_REPLY") != (pair[1] == "QUICK_REPLY")).count();
    if changes > 1 {
        return Err(Refusal::parameter("Quick replies and other buttons must stand in two groups."));
    }
    let too_long = buttons.iter().any(|button| button["text"].as_str().is_some_and(|text| text.chars().count() > 25));
    if too_long { Err(Refusal::parameter("The text of a button has at most 25 characters.")) } else { Ok(()) }
}
