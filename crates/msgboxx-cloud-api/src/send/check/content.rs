//! Limits of each kind of content.

use super::{Collector, interactive, template};
use crate::card::Card;
use crate::send::OutgoingContent;

const TEXT: usize = 4096;
const CAPTION: usize = 1024;

pub(super) fn check(flaws: &mut Collector, content: &OutgoingContent) {
    match content {
        OutgoingContent::Text { body, .. } => flaws.text("text.body", body, TEXT),
        OutgoingContent::Image { source, caption }
        | OutgoingContent::Video { source, caption }
        | OutgoingContent::Document { source, caption, .. } => {
            let member = content.kind();
            flaws.source(member, source);
            if let Some(caption) = caption {
                flaws.short(format!("{member}.caption"), caption, CAPTION);
            }
        }
        OutgoingContent::Audio { source, .. } | OutgoingContent::Sticker { source } => flaws.source(content.kind(), source),
        OutgoingContent::Location(place) => flaws.place("location", place),
        OutgoingContent::Contacts(cards) => contacts(flaws, cards),
        OutgoingContent::Reaction { message_id, emoji } => {
            flaws.filled("reaction.message_id", message_id);
            if emoji.as_deref().is_some_and(str::is_ascii) {
                flaws.other("reaction.emoji", "must be an emoji");
            }
        }
        OutgoingContent::Interactive(message) => interactive::check(flaws, message),
        OutgoingContent::Template(message) => template::check(flaws, message),
        OutgoingContent::StoredTemplate(_) | OutgoingContent::Stored { .. } => {}
    }
}

fn contacts(flaws: &mut Collector, cards: &[Card]) {
    if cards.is_empty() {
        flaws.add("contacts", super::Rule::Empty);
    }
    for (index, card) in cards.iter().enumerate() {
        flaws.filled(format!("contacts[{index}].name.formatted_name"), card.name.formatted_name.as_deref().unwrap_or_default());
        if card.birthday.as_deref().is_some_and(|birthday| !is_date(birthday)) {
            flaws.other(format!("contacts[{index}].birthday"), "must be written as YYYY-MM-DD");
        }
    }
}

fn is_date(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').collect();
    let is_number = |part: &str, length| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
    matches!(parts.as_slice(), [year, month, day] if is_number(year, 4) && is_number(month, 2) && is_number(day, 2))
}
