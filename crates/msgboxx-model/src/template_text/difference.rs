//! Where a text that does not match a template first differs from it.
//!
//! Goes from the left and gives every placeholder its shortest value, so that a person is pointed at
//! the literal words that they changed. It explains a mismatch; it does not decide about one.

use super::pattern::{Part, Pattern};

/// How many beginnings, and how many bytes from each, are compared to find the most similar place.
const MAX_COMPARED: usize = 4096;

/// The byte of the text at which it first differs; its length if it ends too early.
pub(super) fn first_difference(pattern: &Pattern<'_>, text: &str) -> usize {
    let mut values = vec![""; pattern.placeholders.len()];
    let mut at = 0;
    // The placeholder whose value began at `at` and whose end is not known yet.
    let mut open: Option<usize> = None;
    for (index, part) in pattern.parts.iter().enumerate() {
        let new = pattern.new_placeholder(index);
        if let Some(placeholder) = open
            && (new.is_some() || matches!(part, Part::Value(same) if *same == placeholder))
        {
            let Some(end) = after_one_character(text, at) else { return text.len() };
            values[placeholder] = &text[at..end];
            at = end;
            open = None;
        }
        if new.is_some() {
            open = new;
            continue;
        }
        let fixed = match part {
            Part::Literal(literal) => literal,
            Part::Value(placeholder) => values[*placeholder],
        };
        if let Some(placeholder) = open.take() {
            let Some(from) = after_one_character(text, at) else { return text.len() };
            let Some(found) = text[from..].find(fixed) else { return most_similar(text, from, fixed) };
            values[placeholder] = &text[at..from + found];
            at = from + found;
        } else if !text[at..].starts_with(fixed) {
            return at + common_prefix(&text[at..], fixed);
        }
        at += fixed.len();
    }
    if open.is_some() { text.len() } else { at }
}

fn after_one_character(text: &str, at: usize) -> Option<usize> {
    text[at..].chars().next().map(|character| at + character.len_utf8())
}

/// Where the longest beginning of `wanted` in the text ends; the end of the text if there is none.
fn most_similar(text: &str, from: usize, wanted: &str) -> usize {
    let (mut best, mut longest) = (text.len(), 0);
    for (offset, _) in text[from..].char_indices().take(MAX_COMPARED) {
        let start = from + offset;
        let common = common_prefix(&text[start..], wanted);
        if common > longest {
            (best, longest) = (start + common, common);
        }
    }
    best
}

fn common_prefix(text: &str, wanted: &str) -> usize {
    text.bytes().zip(wanted.bytes()).take(MAX_COMPARED).take_while(|(a, b)| a == b).count()
}
