//! What WhatsApp checks of a template that is submitted: names, lengths, placeholders, buttons.

use serde_json::{Map, Value, json};

use crate::graph::refusal::Refusal;
use crate::graph::template_check::placeholders;
use crate::world::template::{History, Template};

pub(super) mod authentication;
mod buttons;

type Check<T = ()> = Result<T, Refusal>;

const CATEGORIES: [&str; 3] = ["MARKETING", "UTILITY", "AUTHENTICATION"];

/// The most characters of each text.
const LENGTHS: [(&str, usize); 3] = [("HEADER", 60), ("BODY", 1_024), ("FOOTER", 60)];

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
    let language = text("language")?;
    if !is_language(language) {
        return Err(Refusal::parameter("Param language must be a supported language code, for example en_US."));
    }
    let mut template = Template {
        id: String::new(),
        name: name.to_owned(),
        language: language.to_owned(),
        category: category(text("category")?)?,
        status: String::new(),
        components: Value::Null,
        parameter_format: body.get("parameter_format").and_then(Value::as_str).unwrap_or("POSITIONAL").to_ascii_uppercase(),
        verdict: None,
        history: History::default(),
    };
    template.history.ttl_seconds = ttl(&template.category, body)?;
    let components = body.get("components").ok_or_else(|| Refusal::parameter("The parameter components is required."))?;
    with_components(template, components)
}

/// `en`, `pt_BR`, `zh_CN` and the like.
fn is_language(code: &str) -> bool {
    let (language, country) = code.split_once('_').unwrap_or((code, "XX"));
    (2..=3).contains(&language.len())
        && language.bytes().all(|byte| byte.is_ascii_lowercase())
        && (2..=3).contains(&country.len())
        && country.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// How long a message of the template is tried to be delivered; -1 means thirty days.
fn ttl(category: &str, body: &Map<String, Value>) -> Check<Option<i64>> {
    let Some(seconds) = body.get("message_send_ttl_seconds").filter(|seconds| !seconds.is_null()) else { return Ok(None) };
    let seconds = seconds.as_i64().or_else(|| seconds.as_str()?.parse().ok());
    let range = match category {
        "AUTHENTICATION" => 30..=900,
        "UTILITY" => 30..=43_200,
        _ => 43_200..=2_592_000,
    };
    let is_good = seconds.is_some_and(|seconds| range.contains(&seconds) || (seconds == -1 && category != "MARKETING"));
    if is_good { Ok(seconds) } else { Err(Refusal::parameter("Param message_send_ttl_seconds is not in the range of the category.")) }
}

/// The template with what this body changes of it.
pub(crate) fn edited_template(mut template: Template, body: &Map<String, Value>) -> Check<Template> {
    if let Some(wanted) = body.get("category").and_then(Value::as_str) {
        template.category = category(wanted)?;
    }
    if let Some(seconds) = ttl(&template.category, body)? {
        template.history.ttl_seconds = Some(seconds);
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
    if let Some(buttons) = components.as_array_mut().and_then(|all| all.iter_mut().find(|one| one["type"] == "BUTTONS")) {
        for button in buttons["buttons"].as_array_mut().into_iter().flatten() {
            button["type"] = json!(button["type"].as_str().unwrap_or_default().to_ascii_uppercase());
        }
    }
    let mut template = Template { components, ..template };
    if template.category == "AUTHENTICATION" {
        authentication::complete(&mut template)?;
    }
    if template.component("BODY").is_none() {
        return Err(Refusal::parameter("The body of the message template is missing."));
    }
    for (kind, longest) in LENGTHS {
        if let Some(component) = template.component(kind) {
            check_text(&template, component, kind, longest)?;
        }
    }
    buttons::check(&template)?;
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
    if kind == "BODY" && has_too_many_variables(text, names.len()) {
        return Err(Refusal::parameter("This template has too many variables for its length.").with_subcode(2_388_293));
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

/// So many words at least for each variable of a text.
const WORDS_A_VARIABLE: usize = 1;

/// A text that is nearly all variables says nothing to whoever reviews it.
fn has_too_many_variables(text: &str, variables: usize) -> bool {
    let mut rest = text.to_owned();
    for name in placeholders(text) {
        rest = rest.replace(&format!("{{{{{name}}}}}"), " ");
    }
    rest.split_whitespace().count() < variables * WORDS_A_VARIABLE
}
