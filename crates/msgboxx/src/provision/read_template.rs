//! Reading a template: its texts, and the Cloud API's `components` made from them.

use super::entries::TemplateEntry;
use super::read::id;
use super::source::{At, Section};
use msgboxx_model::template::ParameterFormat;
use msgboxx_model::template_text::placeholders;
use serde_json::{Value, json};

/// The Cloud API's limit for a body.
const MOST_BODY_CHARACTERS: usize = 1024;

pub(super) fn template(section: Section<'_>) -> Option<TemplateEntry> {
    let id = id(&section);
    let api_account = section.required("api_account");
    let name = section.parsed(section.required("name"), "name", template_name);
    let language = section.parsed(section.required("language"), "language", language);
    let category = section.parsed(section.required("category"), "category", str::parse);
    let format = section.parsed(section.text("parameter_format"), "parameter_format", str::parse::<ParameterFormat>);
    let format = format.map_or(ParameterFormat::Positional, |at| at.value);
    let body = section.required("body");
    let given = section.texts("example").unwrap_or_default();
    let parts = parts(&section);
    let status = section.parsed(section.text("status"), "status", str::parse);
    let body = body?;
    let examples = examples(&section, &body, format, &given);
    section.finish();
    let examples = examples?;
    let components = components(&body.value, format, &examples, parts?);
    Some(TemplateEntry {
        id,
        api_account: api_account?,
        name: name?,
        language: language?.value,
        category: category?.value,
        parameter_format: format,
        body: body.value,
        example: examples.into_iter().map(|(_, value)| value).collect(),
        components: Value::Array(components).to_string(),
        status,
    })
}

fn template_name(text: &str) -> Result<String, &'static str> {
    let is_name = text.len() <= 512 && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if is_name { Ok(text.to_owned()) } else { Err("must consist of lower-case letters, digits and underscores") }
}

fn language(text: &str) -> Result<String, &'static str> {
    let is_code = (2..=16).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if is_code { Ok(text.to_owned()) } else { Err("must be a language code such as en_GB") }
}

/// Pairs of placeholder and example, in order of first appearance. The file gives positional ones by number.
fn examples(section: &Section<'_>, body: &At<String>, format: ParameterFormat, given: &[At<String>]) -> Option<Vec<(String, String)>> {
    if body.value.chars().count() > MOST_BODY_CHARACTERS {
        section.mistake(body.line, format!("body must have at most {MOST_BODY_CHARACTERS} characters"));
    }
    let names = placeholders(&body.value);
    let mut sorted = names.clone();
    if format == ParameterFormat::Positional {
        if names.iter().any(|name| !name.bytes().all(|byte| byte.is_ascii_digit())) {
            section.mistake(body.line, "body has placeholders with names: parameter_format must be NAMED");
            return None;
        }
        sorted.sort_by_key(|name| name.parse::<u32>().unwrap_or(u32::MAX));
    }
    if given.len() != names.len() {
        let line = given.first().map_or(body.line, |example| example.line);
        section.mistake(
            line,
            format!("example must have one value for each of the {} placeholders of body, not {}", names.len(), given.len()),
        );
        return None;
    }
    let value_of = |name: &str| sorted.iter().position(|other| *other == name).map(|place| given[place].value.clone());
    names.iter().map(|name| Some(((*name).to_owned(), value_of(name)?))).collect()
}

/// Header, footer and buttons.
#[derive(Default)]
struct Parts {
    header: Option<Value>,
    footer: Option<Value>,
    buttons: Option<Value>,
}

fn parts(section: &Section<'_>) -> Option<Parts> {
    let (header, footer, buttons) = (section.json("header"), section.json("footer"), section.json("buttons"));
    let mut parts = Parts::default();
    if let Some(header) = header {
        parts.header = Some(part(section, header, "HEADER", json!({"format": "TEXT"}))?);
    }
    if let Some(footer) = footer {
        parts.footer = Some(part(section, footer, "FOOTER", json!({}))?);
    }
    if let Some(buttons) = buttons {
        if !buttons.value.as_array().is_some_and(|items| items.iter().all(Value::is_object)) {
            section.mistake(buttons.line, "buttons must be a list of tables as in the Cloud API");
            return None;
        }
        parts.buttons = Some(json!({"type": "BUTTONS", "buttons": buttons.value}));
    }
    Some(parts)
}

/// A text, or a component as in the Cloud API without its `type`.
fn part(section: &Section<'_>, given: At<Value>, kind: &str, mut component: Value) -> Option<Value> {
    let members = component.as_object_mut()?;
    members.insert("type".to_owned(), kind.into());
    match given.value {
        Value::String(text) => {
            members.insert("text".to_owned(), text.into());
        }
        Value::Object(given) => members.extend(given),
        _ => {
            section.mistake(given.line, format!("{} must be a text, or a table as in the Cloud API", kind.to_lowercase()));
            return None;
        }
    }
    Some(component)
}

fn components(body: &str, format: ParameterFormat, examples: &[(String, String)], parts: Parts) -> Vec<Value> {
    let mut component = json!({"type": "BODY", "text": body});
    if !examples.is_empty() {
        component["example"] = match format {
            ParameterFormat::Named => {
                let named: Vec<Value> = examples.iter().map(|(name, value)| json!({"param_name": name, "example": value})).collect();
                json!({"body_text_named_params": named})
            }
            ParameterFormat::Positional => {
                let mut by_number: Vec<&(String, String)> = examples.iter().collect();
                by_number.sort_by_key(|(name, _)| name.parse::<u32>().unwrap_or(u32::MAX));
                let values: Vec<&str> = by_number.into_iter().map(|(_, value)| value.as_str()).collect();
                json!({"body_text": [values]})
            }
        };
    }
    [parts.header, Some(component), parts.footer, parts.buttons].into_iter().flatten().collect()
}
