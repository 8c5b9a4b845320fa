//! Limits of messages with something to tap.

use super::Collector;
use crate::send::{Header, Interactive, ReplyButton, Section};

const HEADER: usize = 60;
const BODY: usize = 1024;
const LIST_BODY: usize = 4096;
const FOOTER: usize = 60;
const BUTTONS: usize = 3;
const BUTTON_ID: usize = 256;
const BUTTON_TITLE: usize = 20;
const SECTIONS: usize = 10;
const SECTION_TITLE: usize = 24;
const ROWS: usize = 10;
const ROW_ID: usize = 200;
const ROW_TITLE: usize = 24;
const ROW_DESCRIPTION: usize = 72;

pub(super) fn check(flaws: &mut Collector, message: &Interactive) {
    let body = if matches!(message, Interactive::List { .. }) { LIST_BODY } else { BODY };
    flaws.text("interactive.body.text", message.body(), body);
    if let Some(footer) = message.footer() {
        flaws.text("interactive.footer.text", footer, FOOTER);
    }
    match message.header() {
        Some(Header::Text(text)) => flaws.text("interactive.header.text", &text, HEADER),
        Some(Header::Image(source)) => flaws.source("interactive.header.image", &source),
        Some(Header::Video(source)) => flaws.source("interactive.header.video", &source),
        Some(Header::Document(source)) => flaws.source("interactive.header.document", &source),
        None => {}
    }
    match message {
        Interactive::Buttons { buttons, .. } => reply_buttons(flaws, buttons),
        Interactive::List { button, sections, .. } => {
            flaws.text("interactive.action.button", button, BUTTON_TITLE);
            list(flaws, sections);
        }
        Interactive::Link { display_text, url, .. } => {
            flaws.text("interactive.action.parameters.display_text", display_text, BUTTON_TITLE);
            flaws.web_address("interactive.action.parameters.url", url);
        }
        Interactive::LocationRequest { .. } | Interactive::ContactRequest { .. } => {}
    }
}

fn reply_buttons(flaws: &mut Collector, buttons: &[ReplyButton]) {
    let member = |index: usize, name: &str| format!("interactive.action.buttons[{index}].reply.{name}");
    flaws.count("interactive.action.buttons", buttons.len(), BUTTONS);
    for (index, button) in buttons.iter().enumerate() {
        flaws.text(&member(index, "id"), &button.id, BUTTON_ID);
        flaws.text(&member(index, "title"), &button.title, BUTTON_TITLE);
    }
    flaws.unique(buttons.iter().enumerate().map(|(index, button)| (member(index, "id"), button.id.as_str())));
    flaws.unique(buttons.iter().enumerate().map(|(index, button)| (member(index, "title"), button.title.as_str())));
}

fn list(flaws: &mut Collector, sections: &[Section]) {
    flaws.count("interactive.action.sections", sections.len(), SECTIONS);
    let rows = sections.iter().map(|section| section.rows.len()).sum();
    flaws.count("interactive.action.sections[].rows", rows, ROWS);
    let mut ids = Vec::new();
    for (index, section) in sections.iter().enumerate() {
        let member = format!("interactive.action.sections[{index}]");
        match &section.title {
            Some(title) => flaws.text(&format!("{member}.title"), title, SECTION_TITLE),
            None if sections.len() > 1 => flaws.add(format!("{member}.title"), super::Rule::Empty),
            None => {}
        }
        for (index, row) in section.rows.iter().enumerate() {
            let member = format!("{member}.rows[{index}]");
            flaws.text(&format!("{member}.id"), &row.id, ROW_ID);
            flaws.text(&format!("{member}.title"), &row.title, ROW_TITLE);
            if let Some(description) = &row.description {
                flaws.short(format!("{member}.description"), description, ROW_DESCRIPTION);
            }
            ids.push((format!("{member}.id"), row.id.as_str()));
        }
    }
    flaws.unique(ids);
}
