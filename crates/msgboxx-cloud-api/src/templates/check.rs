//! What the review would reject a template for, as far as its form goes. Source: Meta's limits of template components.

use std::collections::HashSet;
use std::ops::RangeInclusive;

use super::{Category, Examples, NewButton, NewTemplate, ParameterFormat, Part};
use crate::send::check::{Collector, Flaws, Rule};

const NAME: usize = 512;
const HEADER: usize = 60;
const BODY: usize = 1024;
const FOOTER: usize = 60;
const BUTTONS: usize = 10;
const LABEL: usize = 25;
const URL: usize = 2000;
const PHONE_NUMBER: usize = 20;
const COPY_CODE: usize = 15;
const MOST_URLS: usize = 2;

impl NewTemplate {
    /// Is there anything in its form that the review would reject?
    ///
    /// # Errors
    /// All that was found.
    pub fn check(&self) -> Result<(), Flaws> {
        let mut flaws = Collector::default();
        flaws.text("name", &self.name, NAME);
        if !self.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_') {
            flaws.other("name", "may have small letters, digits and underscores only");
        }
        flaws.filled("language", &self.language);
        if self.time_to_live.is_some_and(|seconds| !times(self.category).contains(&seconds) && !is_default(self.category, seconds)) {
            flaws.other("message_send_ttl_seconds", "is out of the range of its category");
        }
        let is_body = |part: &&Part| matches!(part, Part::Body { .. } | Part::Other(_));
        if !self.components.iter().any(|part| is_body(&part)) {
            flaws.other("components", "must have a body");
        }
        for (index, part) in self.components.iter().enumerate() {
            self.part(&mut flaws, &format!("components[{index}]"), part);
        }
        flaws.verdict()
    }

    fn part(&self, flaws: &mut Collector, member: &str, part: &Part) {
        let text_member = format!("{member}.text");
        match part {
            Part::HeaderText { text, examples } => {
                flaws.text(&text_member, text, HEADER);
                let names = placeholders(text);
                if names.len() > 1 {
                    flaws.add(text_member.as_str(), Rule::TooMany { count: names.len(), most: 1 });
                }
                self.placeholders(flaws, member, &names, examples);
            }
            Part::Body { text, examples } => {
                flaws.text(&text_member, text, BODY);
                edges(flaws, &text_member, text);
                self.placeholders(flaws, member, &placeholders(text), examples);
            }
            Part::Footer { text } => {
                flaws.text(&text_member, text, FOOTER);
                if !placeholders(text).is_empty() {
                    flaws.other(text_member, "must not have placeholders");
                }
            }
            Part::HeaderMedia { example_handle, .. } => flaws.filled(format!("{member}.example.header_handle[0]"), example_handle),
            Part::Buttons(buttons) => check_buttons(flaws, &format!("{member}.buttons"), buttons),
            Part::HeaderLocation | Part::Other(_) => {}
        }
    }

    fn placeholders(&self, flaws: &mut Collector, member: &str, names: &[&str], examples: &Examples) {
        let text = format!("{member}.text");
        let distinct: HashSet<&str> = names.iter().copied().collect();
        match self.parameter_format {
            ParameterFormat::Positional => {
                if (1..=distinct.len()).any(|number| !distinct.contains(number.to_string().as_str())) {
                    flaws.other(text, "must count its placeholders from {{1}} without gaps");
                }
            }
            ParameterFormat::Named => {
                if !distinct.iter().all(|name| is_name(name)) {
                    flaws.other(text, "must name its placeholders with small letters, digits and underscores");
                }
            }
        }
        let has_all = match examples {
            Examples::None => distinct.is_empty(),
            Examples::Positional(examples) => {
                self.parameter_format == ParameterFormat::Positional && examples.len() == distinct.len() && all_filled(examples)
            }
            Examples::Named(examples) => {
                self.parameter_format == ParameterFormat::Named
                    && examples.iter().map(|(name, _)| name.as_str()).collect::<HashSet<_>>() == distinct
                    && examples.iter().all(|(_, example)| !example.trim().is_empty())
            }
        };
        if !has_all {
            flaws.other(format!("{member}.example"), "must have an example for each placeholder");
        }
    }
}

fn all_filled(examples: &[String]) -> bool {
    examples.iter().all(|example| !example.trim().is_empty())
}

fn is_name(name: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    name.bytes().all(is_part) && name.bytes().next().is_some_and(|first| !first.is_ascii_digit())
}

/// What stands between `{{` and `}}`, in order of appearance.
fn placeholders(text: &str) -> Vec<&str> {
    text.split("{{").skip(1).filter_map(|rest| rest.split_once("}}")).map(|(name, _)| name.trim()).collect()
}

fn edges(flaws: &mut Collector, member: &str, text: &str) {
    let text = text.trim();
    if text.starts_with("{{") || text.ends_with("}}") {
        flaws.other(member, "must neither begin nor end with a placeholder");
    }
    if text.contains("}}{{") {
        flaws.other(member, "must have words between two placeholders");
    }
}

fn times(category: Category) -> RangeInclusive<i64> {
    match category {
        Category::Authentication => 30..=900,
        Category::Utility => 30..=43_200,
        Category::Marketing => 43_200..=2_592_000,
    }
}

/// −1 stands for thirty days.
fn is_default(category: Category, seconds: i64) -> bool {
    seconds == -1 && category != Category::Marketing
}

fn check_buttons(flaws: &mut Collector, member: &str, buttons: &[NewButton]) {
    flaws.count(member, buttons.len(), BUTTONS);
    let kinds: Vec<_> = buttons.iter().map(|button| matches!(button, NewButton::QuickReply { .. })).collect();
    if kinds.windows(2).filter(|pair| pair[0] != pair[1]).count() > 1 {
        flaws.other(member, "must have its quick replies next to each other");
    }
    let at_most = [
        (count(buttons, |button| matches!(button, NewButton::Url { .. })), MOST_URLS, "has more than two links"),
        (count(buttons, |button| matches!(button, NewButton::PhoneNumber { .. })), 1, "has more than one number to call"),
        (count(buttons, |button| matches!(button, NewButton::CopyCode { .. })), 1, "has more than one code to copy"),
    ];
    for (_, _, what) in at_most.into_iter().filter(|(count, most, _)| count > most) {
        flaws.other(member, what);
    }
    for (index, button) in buttons.iter().enumerate() {
        check_button(flaws, &format!("{member}[{index}]"), button);
    }
}

fn count(buttons: &[NewButton], is_such: impl Fn(&NewButton) -> bool) -> usize {
    buttons.iter().filter(|button| is_such(button)).count()
}

fn check_button(flaws: &mut Collector, member: &str, button: &NewButton) {
    match button {
        NewButton::QuickReply { text } | NewButton::Url { text, .. } | NewButton::PhoneNumber { text, .. } => {
            flaws.text(&format!("{member}.text"), text, LABEL);
        }
        NewButton::CopyCode { example } => flaws.text(&format!("{member}.example"), example, COPY_CODE),
        NewButton::RequestContactInfo | NewButton::Other(_) => {}
    }
    match button {
        NewButton::Url { url, example, .. } => check_link(flaws, member, url, example.as_deref()),
        NewButton::PhoneNumber { phone_number, .. } => flaws.text(&format!("{member}.phone_number"), phone_number, PHONE_NUMBER),
        _ => {}
    }
}

fn check_link(flaws: &mut Collector, member: &str, url: &str, example: Option<&str>) {
    let url_member = format!("{member}.url");
    flaws.short(url_member.as_str(), url, URL);
    let fixed = url.strip_suffix("{{1}}").unwrap_or(url);
    if fixed.contains("{{") {
        flaws.other(url_member.as_str(), "may have {{1}} at its end only");
    }
    flaws.web_address(url_member, fixed);
    if (fixed.len() < url.len()) != example.is_some_and(|example| !example.trim().is_empty()) {
        flaws.other(format!("{member}.example"), "must have an example for each placeholder");
    }
}
