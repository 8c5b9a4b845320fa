//! TOML values as the text that an environment variable would hold.

use toml::de::DeValue;

/// The text of a value: `true` is `on`, a list is joined with commas.
///
/// # Errors
/// Says what is wrong with a value that no setting can have.
pub(super) fn text_of(value: &DeValue<'_>) -> Result<String, String> {
    match value {
        DeValue::String(text) => Ok(text.clone().into_owned()),
        DeValue::Integer(number) => Ok(number.as_str().to_owned()),
        DeValue::Boolean(is_on) => Ok(if *is_on { "on" } else { "off" }.to_owned()),
        DeValue::Array(items) => {
            let texts: Result<Vec<String>, String> = items.iter().map(|item| scalar(item.get_ref())).collect();
            Ok(texts?.join(","))
        }
        other => Err(format!("must be a text, a number, true, false or a list of texts, not of type {}", other.type_str())),
    }
}

fn scalar(value: &DeValue<'_>) -> Result<String, String> {
    match value {
        DeValue::Array(_) => Err("must not be a list of lists".to_owned()),
        other => text_of(other),
    }
}
