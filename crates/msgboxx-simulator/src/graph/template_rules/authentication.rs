//! Authentication templates: WhatsApp writes their texts itself (reference §1.3, §4.2).
//!
//! They are created from switches and come back with text; the `OTP` button comes back as a `URL`.

use serde_json::{Value, json};

use super::Check;
use crate::graph::refusal::Refusal;
use crate::world::template::Template;

/// The longest one-time password.
pub(crate) const LONGEST_CODE: usize = 15;

/// Puts WhatsApp's own texts into the components.
pub(super) fn complete(template: &mut Template) -> Check {
    let Some(components) = template.components.as_array_mut() else { return Ok(()) };
    for component in components {
        match component["type"].as_str().unwrap_or_default() {
            "BODY" => body(component),
            "FOOTER" => footer(component)?,
            "BUTTONS" => buttons(component)?,
            _ => return Err(Refusal::parameter("Authentication templates have a body, a footer and buttons only.")),
        }
    }
    Ok(())
}

fn body(component: &mut Value) {
    let advice = if component["add_security_recommendation"] == true { " For your security, do not share this code." } else { "" };
    component["text"] = json!(format!("*{{{{1}}}}* is your verification code.{advice}"));
    component["example"] = json!({"body_text": [["123456"]]});
}

fn footer(component: &mut Value) -> Check {
    let minutes = component["code_expiration_minutes"].as_u64().filter(|minutes| (1..=90).contains(minutes));
    let minutes = minutes.ok_or_else(|| Refusal::parameter("Param code_expiration_minutes must be between 1 and 90."))?;
    component["text"] = json!(format!("This code expires in {minutes} minutes."));
    Ok(())
}

fn buttons(component: &mut Value) -> Check {
    let Some(list) = component["buttons"].as_array_mut() else { return Ok(()) };
    for button in list {
        let kind = button["otp_type"].as_str().unwrap_or_default().to_ascii_uppercase();
        if !matches!(kind.as_str(), "COPY_CODE" | "ONE_TAP" | "ZERO_TAP") {
            return Err(Refusal::parameter("Param otp_type must be one of {COPY_CODE, ONE_TAP, ZERO_TAP}."));
        }
        let text = button["text"].as_str().unwrap_or("Copy code").to_owned();
        *button = json!({"type": "URL", "text": text,
            "url": format!("https://www.whatsapp.com/otp/code/?otp_type={kind}&code=otp{{{{1}}}}"),
            "example": [format!("https://www.whatsapp.com/otp/code/?otp_type={kind}&code=otp123456")]});
    }
    Ok(())
}
