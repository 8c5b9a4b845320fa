//! Limits of a template message; whether its values fit the template is known from the template only.

use super::{Collector, Rule};
use crate::send::{Component, Parameter, TemplateMessage};

const NAME: usize = 512;
const HEADER: usize = 60;
const BODY: usize = 1024;
const COPY_CODE: usize = 15;
const URL: usize = 2000;
const BUTTONS: u8 = 10;

pub(super) fn check(flaws: &mut Collector, message: &TemplateMessage) {
    flaws.text("template.name", &message.name, NAME);
    if !message.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_') {
        flaws.other("template.name", "may have small letters, digits and underscores only");
    }
    flaws.filled("template.language.code", &message.language);
    let mut taken = Vec::new();
    for (index, component) in message.components.iter().enumerate() {
        let member = format!("template.components[{index}]");
        let place = match component {
            Component::Header(parameters) => {
                header(flaws, &member, parameters);
                "header".to_owned()
            }
            Component::Body(parameters) => {
                body(flaws, &member, parameters);
                "body".to_owned()
            }
            Component::Button { sub_type, index, parameters } => {
                button(flaws, &member, sub_type, *index, parameters);
                format!("button {index}")
            }
        };
        if taken.contains(&place) {
            flaws.add(member, Rule::Repeated(place));
        } else {
            taken.push(place);
        }
    }
}

fn header(flaws: &mut Collector, member: &str, parameters: &[Parameter]) {
    let member = format!("{member}.parameters");
    flaws.count(&member, parameters.len(), 1);
    for parameter in parameters {
        match parameter {
            Parameter::Text(text) | Parameter::NamedText { text, .. } => flaws.text(&format!("{member}[0].text"), text, HEADER),
            Parameter::Image(source) | Parameter::Video(source) | Parameter::Document { source, .. } => {
                flaws.source(&format!("{member}[0].{}", parameter.kind()), source);
            }
            Parameter::Location(place) => flaws.place(&format!("{member}[0].location"), place),
            Parameter::Payload(_) | Parameter::CouponCode(_) | Parameter::Flow { .. } => {
                flaws.other(format!("{member}[0].type"), "is not possible in a header");
            }
        }
    }
}

/// Values are all in order or all by name.
fn body(flaws: &mut Collector, member: &str, parameters: &[Parameter]) {
    let member = format!("{member}.parameters");
    if parameters.is_empty() {
        flaws.add(member.clone(), Rule::Empty);
    }
    let mut names = Vec::new();
    for (index, parameter) in parameters.iter().enumerate() {
        match parameter {
            Parameter::Text(text) => flaws.text(&format!("{member}[{index}].text"), text, BODY),
            Parameter::NamedText { name, text } => {
                let name_member = format!("{member}[{index}].parameter_name");
                flaws.filled(name_member.clone(), name);
                flaws.text(&format!("{member}[{index}].text"), text, BODY);
                names.push((name_member, name.as_str()));
            }
            _ => flaws.other(format!("{member}[{index}].type"), "is not possible in a body"),
        }
    }
    if !names.is_empty() && names.len() != parameters.len() {
        flaws.other(member, "must be all in order or all by name");
    }
    flaws.unique(names);
}

fn button(flaws: &mut Collector, member: &str, sub_type: &str, index: u8, parameters: &[Parameter]) {
    if index >= BUTTONS {
        flaws.other(format!("{member}.index"), "must be 0 to 9");
    }
    let list = format!("{member}.parameters");
    flaws.count(&list, parameters.len(), 1);
    match (sub_type, parameters.first()) {
        (_, None) | ("flow", Some(Parameter::Flow { .. })) => {}
        ("quick_reply", Some(Parameter::Payload(payload))) => flaws.filled(format!("{list}[0].payload"), payload),
        ("url", Some(Parameter::Text(suffix) | Parameter::NamedText { text: suffix, .. })) => {
            flaws.text(&format!("{list}[0].text"), suffix, URL);
        }
        ("copy_code", Some(Parameter::CouponCode(code))) => flaws.text(&format!("{list}[0].coupon_code"), code, COPY_CODE),
        ("quick_reply" | "url" | "copy_code" | "flow", Some(_)) => {
            flaws.other(format!("{list}[0].type"), "does not fit the button's sub_type");
        }
        // Meta has more kinds of button, for shops and calls.
        (_, Some(_)) => {}
    }
}
