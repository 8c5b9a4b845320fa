//! Filling a template in: from the rendered text, from given values, or from both.
//!
//! WhatsApp takes values, the published API takes the rendered text; what the text cannot hold (a
//! header's or a button's variable) has to be given. The result is what is stored and sent.

use super::needs::{ButtonKind, HeaderNeed, Medium, Needs};
use msgboxx_cloud_api::send::{Component, MediaSource, Parameter, TemplateMessage};
use msgboxx_model::Template;
use msgboxx_model::template::ParameterFormat;
use msgboxx_model::template_text::{match_text, normalised, placeholders, render};

/// Values for a template's variables.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parameters {
    /// For the header: its text's placeholder, or the address of its medium.
    pub header: Option<Values>,
    /// For the body's placeholders.
    pub body: Option<Values>,
    /// One for each button that takes a value, in the order of the buttons.
    pub buttons: Vec<String>,
}

/// Values of one text's placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Values {
    /// By number: the first is for `{{1}}`.
    Listed(Vec<String>),
    /// By name.
    Named(Vec<(String, String)>),
}

/// A template that can be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filling {
    /// What the customer reads in the body.
    pub text: String,
    /// The connector's template message, as JSON.
    pub payload: String,
}

/// Why a template could not be filled in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FillError {
    /// The text is not the template's; it differs first at this character, from 1.
    #[error("the text differs from the template at character {0}")]
    Mismatch(usize),
    /// Header or buttons have variables, and no values were given.
    #[error("the template's header or buttons have variables")]
    ParametersRequired,
    /// Neither text nor values for the body.
    #[error("neither the text nor its values are given")]
    Empty,
    /// Given values do not fit: which, and what would be right.
    #[error("{0} {1}")]
    WrongValues(&'static str, String),
    /// The template wants something that cannot be given.
    #[error("the template has parts that cannot be filled in here")]
    Unsupported,
}

/// Fills a template in.
///
/// # Errors
/// When text or values do not fit, or something is missing.
pub fn fill(template: &Template, message: Option<&str>, parameters: &Parameters) -> Result<Filling, FillError> {
    let needs = Needs::of(&template.components);
    let values = body_values(template, message, parameters)?;
    let text = render(&template.body, &values).map_err(|missing| FillError::WrongValues("parameters.body", missing.to_string()))?;
    if let Some(message) = message
        && normalised(message) != text
    {
        let position = 1 + text.chars().zip(normalised(message).chars()).take_while(|(ours, theirs)| ours == theirs).count();
        return Err(FillError::Mismatch(position));
    }
    let mut components = Vec::new();
    components.extend(header(template, &needs.header, parameters)?);
    components.extend(body(template, values));
    components.extend(buttons(&needs, parameters)?);
    let message = TemplateMessage { name: template.name.clone(), language: template.language.clone(), components };
    let payload = serde_json::to_string(&message).map_err(|_| FillError::Unsupported)?;
    Ok(Filling { text, payload })
}

/// The body's values as pairs of placeholder and value.
fn body_values(template: &Template, message: Option<&str>, parameters: &Parameters) -> Result<Vec<(String, String)>, FillError> {
    match (&parameters.body, message) {
        (Some(values), _) => pairs("parameters.body", &template.body, values),
        (None, Some(message)) => match_text(&template.body, message).map_err(|mismatch| FillError::Mismatch(mismatch.position)),
        (None, None) if placeholders(&template.body).is_empty() && *parameters != Parameters::default() => Ok(Vec::new()),
        (None, None) => Err(FillError::Empty),
    }
}

/// Given values as pairs: exactly one for each placeholder.
fn pairs(member: &'static str, text: &str, values: &Values) -> Result<Vec<(String, String)>, FillError> {
    let names = by_number(placeholders(text));
    let pairs: Vec<(String, String)> = match values {
        Values::Listed(values) if values.len() == names.len() => {
            names.iter().map(|name| (*name).to_owned()).zip(values.iter().cloned()).collect()
        }
        Values::Listed(_) => return Err(FillError::WrongValues(member, format!("must have exactly {} values", names.len()))),
        Values::Named(pairs) => pairs.clone(),
    };
    if let Some((unknown, _)) = pairs.iter().find(|(name, _)| !names.contains(&name.as_str())) {
        return Err(FillError::WrongValues(member, format!("has a value for {unknown}, which the template does not have")));
    }
    match names.iter().find(|name| !pairs.iter().any(|(given, value)| given == *name && !value.trim().is_empty())) {
        Some(missing) => Err(FillError::WrongValues(member, format!("has no value for {missing}"))),
        None => Ok(pairs),
    }
}

/// WhatsApp takes positional values by number, wherever they stand in the text.
fn by_number(mut names: Vec<&str>) -> Vec<&str> {
    names.sort_by_key(|name| name.parse::<u32>().unwrap_or(u32::MAX));
    names
}

fn body(template: &Template, values: Vec<(String, String)>) -> Option<Component> {
    let parameters = texts(template.parameter_format, values);
    (!parameters.is_empty()).then_some(Component::Body(parameters))
}

fn texts(format: ParameterFormat, mut values: Vec<(String, String)>) -> Vec<Parameter> {
    match format {
        ParameterFormat::Named => values.into_iter().map(|(name, text)| Parameter::NamedText { name, text }).collect(),
        ParameterFormat::Positional => {
            values.sort_by_key(|(name, _)| name.parse::<u32>().unwrap_or(u32::MAX));
            values.into_iter().map(|(_, text)| Parameter::Text(text)).collect()
        }
    }
}

fn header(template: &Template, need: &HeaderNeed, parameters: &Parameters) -> Result<Option<Component>, FillError> {
    const MEMBER: &str = "parameters.header";
    match (need, &parameters.header) {
        (HeaderNeed::Nothing, None) => Ok(None),
        (HeaderNeed::Nothing, Some(_)) => Err(FillError::WrongValues(MEMBER, "is given, but the header has no variable".to_owned())),
        (HeaderNeed::Unknown, _) => Err(FillError::Unsupported),
        (HeaderNeed::Text(_) | HeaderNeed::Medium(_), None) => Err(FillError::ParametersRequired),
        (HeaderNeed::Text(text), Some(values)) => {
            let pairs = pairs(MEMBER, text, values)?;
            Ok(Some(Component::Header(texts(template.parameter_format, pairs))))
        }
        (HeaderNeed::Medium(medium), Some(Values::Listed(values))) => match values.as_slice() {
            [link] if is_public_link(link) => Ok(Some(Component::Header(vec![medium_from(*medium, link.clone())]))),
            _ => Err(FillError::WrongValues(MEMBER, "must be one https address".to_owned())),
        },
        (HeaderNeed::Medium(_), Some(Values::Named(_))) => {
            Err(FillError::WrongValues(MEMBER, "must be a list of one https address".to_owned()))
        }
    }
}

/// Meta fetches it, not this server.
fn is_public_link(link: &str) -> bool {
    url::Url::parse(link).is_ok_and(|url| url.scheme() == "https")
}

fn medium_from(medium: Medium, link: String) -> Parameter {
    let source = MediaSource::Link(link);
    match medium {
        Medium::Image => Parameter::Image(source),
        Medium::Video => Parameter::Video(source),
        Medium::Document => Parameter::Document { source, filename: None },
    }
}

fn buttons(needs: &Needs, parameters: &Parameters) -> Result<Vec<Component>, FillError> {
    let (wanted, given) = (needs.buttons.len(), &parameters.buttons);
    if given.is_empty() && wanted > 0 {
        return Err(FillError::ParametersRequired);
    }
    if given.len() != wanted || given.iter().any(|value| value.trim().is_empty()) {
        return Err(FillError::WrongValues("parameters.buttons", format!("must have exactly {wanted} values")));
    }
    let component = |(need, value): (&super::needs::ButtonNeed, &String)| {
        let (sub_type, parameter) = match need.kind {
            ButtonKind::Url => ("url", Parameter::Text(value.clone())),
            ButtonKind::CopyCode => ("copy_code", Parameter::CouponCode(value.clone())),
        };
        Component::Button { sub_type: sub_type.to_owned(), index: need.index, parameters: vec![parameter] }
    };
    Ok(needs.buttons.iter().zip(given).map(component).collect())
}

#[cfg(test)]
mod tests;
