//! What WhatsApp checks of a template's buttons (reference §4.3).

use serde_json::Value;

use super::Check;
use crate::graph::refusal::Refusal;
use crate::graph::template_check::placeholders;
use crate::world::template::Template;

const MOST: usize = 10;
const LONGEST_TEXT: usize = 25;
const LONGEST_URL: usize = 2_000;
const LONGEST_NUMBER: usize = 20;
const LONGEST_CODE: usize = 15;

/// Kinds that may stand only so often.
const MOST_OF_A_KIND: [(&str, usize); 5] = [("URL", 2), ("PHONE_NUMBER", 1), ("COPY_CODE", 1), ("OTP", 1), ("REQUEST_CONTACT_INFO", 1)];

const KINDS: [&str; 13] = [
    "QUICK_REPLY",
    "URL",
    "PHONE_NUMBER",
    "COPY_CODE",
    "OTP",
    "FLOW",
    "CATALOG",
    "MPM",
    "SPM",
    "VOICE_CALL",
    "REQUEST_CONTACT_INFO",
    "CALL_PERMISSION_REQUEST",
    "APP",
];

pub(super) fn check(template: &Template) -> Check {
    let buttons = template.buttons();
    if buttons.len() > MOST {
        return Err(Refusal::parameter(&format!("A template has at most {MOST} buttons.")));
    }
    let kinds: Vec<_> = buttons.iter().map(|button| button["type"].as_str().unwrap_or_default()).collect();
    if let Some(unknown) = kinds.iter().find(|kind| !KINDS.contains(kind)) {
        return Err(Refusal::parameter(&format!("Param buttons['type'] must be one of {{{}}}, not '{unknown}'.", KINDS.join(", "))));
    }
    for (kind, most) in MOST_OF_A_KIND {
        if kinds.iter().filter(|known| **known == kind).count() > most {
            return Err(Refusal::parameter(&format!("A template has at most {most} buttons of type {kind}.")));
        }
    }
    let changes = kinds.windows(2).filter(|pair| (pair[0] == "QUICK_REPLY") != (pair[1] == "QUICK_REPLY")).count();
    if changes > 1 {
        return Err(Refusal::parameter("Quick replies and other buttons must stand in two groups."));
    }
    buttons.iter().zip(kinds).try_for_each(|(button, kind)| one(button, kind))
}

fn one(button: &Value, kind: &str) -> Check {
    let text = button["text"].as_str().unwrap_or_default();
    if text.chars().count() > LONGEST_TEXT {
        return Err(Refusal::parameter(&format!("The text of a button has at most {LONGEST_TEXT} characters.")));
    }
    if matches!(kind, "QUICK_REPLY" | "URL" | "PHONE_NUMBER") && text.is_empty() {
        return Err(Refusal::parameter(&format!("A button of type {kind} is missing expected field(s) (text)")));
    }
    match kind {
        "URL" => url(button),
        "PHONE_NUMBER" => {
            let number = button["phone_number"].as_str().unwrap_or_default();
            let is_good = !number.is_empty() && number.len() <= LONGEST_NUMBER;
            if is_good {
                Ok(())
            } else {
                Err(Refusal::parameter("A button of type PHONE_NUMBER has a phone_number of at most 20 characters."))
            }
        }
        "COPY_CODE" => {
            let example = button["example"].as_str().or_else(|| button["example"][0].as_str()).unwrap_or_default();
            let is_good = !example.is_empty() && example.chars().count() <= LONGEST_CODE;
            if is_good { Ok(()) } else { Err(Refusal::parameter("A button of type COPY_CODE has an example of at most 15 characters.")) }
        }
        _ => Ok(()),
    }
}

/// A variable stands once and at the end, and has an example.
fn url(button: &Value) -> Check {
    let url = button["url"].as_str().unwrap_or_default();
    if url.len() > LONGEST_URL || !(url.starts_with("https://") || url.starts_with("http://")) {
        return Err(Refusal::parameter("A button of type URL has a valid url of at most 2000 characters."));
    }
    match placeholders(url)[..] {
        [] => Ok(()),
        ["1"] if url.ends_with("{{1}}") => {
            let has_example = button["example"].is_string() || button["example"].as_array().is_some_and(|examples| !examples.is_empty());
            if has_example {
                Ok(())
            } else {
                Err(Refusal::parameter("A button of type URL is missing expected field(s) (example)").with_subcode(2_388_043))
            }
        }
        _ => Err(Refusal::parameter("The url of a button has one variable at most, {{1}}, at its end.")),
    }
}
