//! What a template's header and buttons want to be told when it is sent.
//!
//! Read from the Cloud API's `components`. Types are compared without their case: Meta's own samples
//! mix `body` and `BODY`.

use msgboxx_model::template_text::placeholders;
use serde::Deserialize;

/// The variable parts of a template besides its body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Needs {
    /// What the header wants.
    pub(super) header: HeaderNeed,
    /// The buttons that want a value, in their order.
    pub(super) buttons: Vec<ButtonNeed>,
}

/// What a header wants.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum HeaderNeed {
    /// Nothing.
    #[default]
    Nothing,
    /// A value for each placeholder of this text.
    Text(String),
    /// The address of a medium of this kind.
    Medium(Medium),
    /// Something that the API has no words for.
    Unknown,
}

/// Kinds of media in headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Medium {
    Image,
    Video,
    Document,
}

/// A button that wants a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ButtonNeed {
    /// Its place among all buttons, from 0.
    pub(super) index: u8,
    /// What the value is.
    pub(super) kind: ButtonKind,
}

/// What a button's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ButtonKind {
    /// The end of its address, or a one-time password.
    Url,
    /// A coupon to be copied.
    CopyCode,
}

#[derive(Deserialize)]
struct Component {
    #[serde(default)]
    r#type: String,
    #[serde(default)]
    format: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    buttons: Vec<Button>,
}

#[derive(Deserialize)]
struct Button {
    #[serde(default)]
    r#type: String,
    #[serde(default)]
    url: String,
}

impl Needs {
    /// What these components want. Components that cannot be read want something unknown.
    pub(super) fn of(components: &str) -> Self {
        let Ok(components) = serde_json::from_str::<Vec<Component>>(components) else {
            return Self { header: HeaderNeed::Unknown, buttons: Vec::new() };
        };
        let mut needs = Self::default();
        for component in components {
            match component.r#type.to_ascii_uppercase().as_str() {
                "HEADER" => needs.header = header(&component.format, component.text),
                "BUTTONS" => needs.buttons = (0..).zip(&component.buttons).filter_map(|(index, it)| button(index, it)).collect(),
                _ => {}
            }
        }
        needs
    }
}

fn header(format: &str, text: String) -> HeaderNeed {
    match format.to_ascii_uppercase().as_str() {
        "TEXT" | "" if placeholders(&text).is_empty() => HeaderNeed::Nothing,
        "TEXT" | "" => HeaderNeed::Text(text),
        "IMAGE" => HeaderNeed::Medium(Medium::Image),
        "VIDEO" => HeaderNeed::Medium(Medium::Video),
        "DOCUMENT" => HeaderNeed::Medium(Medium::Document),
        _ => HeaderNeed::Unknown,
    }
}

fn button(index: u8, button: &Button) -> Option<ButtonNeed> {
    let kind = match button.r#type.to_ascii_uppercase().as_str() {
        "URL" if button.url.contains("{{") => ButtonKind::Url,
        "OTP" => ButtonKind::Url,
        "COPY_CODE" => ButtonKind::CopyCode,
        _ => return None,
    };
    Some(ButtonNeed { index, kind })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_parts_want_nothing() {
        let components = r#"[{"type":"HEADER","format":"TEXT","text":"Hello"},{"type":"body","text":"{{1}}"},{"type":"FOOTER","text":"x"},
            {"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY"},{"type":"URL","url":"https://x.y/"},{"type":"PHONE_NUMBER"}]}]"#;
        assert_eq!(Needs::of(components), Needs::default());
        assert_eq!(Needs::of("[]"), Needs::default());
    }

    #[test]
    fn variable_headers_and_buttons_are_found_at_their_places() {
        let components = r#"[{"type":"header","format":"text","text":"For {{1}}"},
            {"type":"buttons","buttons":[
                {"type":"QUICK_REPLY"},{"type":"url","url":"https://x.y/?p={{1}}"},{"type":"COPY_CODE"},{"type":"OTP"}]}]"#;
        let button = |index, kind| ButtonNeed { index, kind };
        assert_eq!(
            Needs::of(components),
            Needs {
                header: HeaderNeed::Text("For {{1}}".to_owned()),
                buttons: vec![button(1, ButtonKind::Url), button(2, ButtonKind::CopyCode), button(3, ButtonKind::Url)]
            }
        );
        assert_eq!(Needs::of(r#"[{"type":"HEADER","format":"IMAGE"}]"#).header, HeaderNeed::Medium(Medium::Image));
        assert_eq!(Needs::of(r#"[{"type":"HEADER","format":"LOCATION"}]"#).header, HeaderNeed::Unknown);
        assert_eq!(Needs::of("no JSON").header, HeaderNeed::Unknown);
    }
}
