//! Recovering the values of a template's placeholders from a rendered text.
//!
//! A search with backtracking, the shortest values first. Two facts keep it small. What is left to
//! match depends only on the place and on the values that are still to be repeated, so a failure is
//! remembered for these. And a value that never repeats could have begun earlier instead, so its
//! failure at one place is a failure at every later place. Without repeated placeholders no choice is
//! ever taken back; with several it is NP-hard (matching with back-references), hence [`MAX_WORK`].

use std::collections::HashMap;

use super::difference::first_difference;
use super::normalised;
use super::pattern::{Part, Pattern, Placeholder};

/// Steps after which a text counts as not matching: some tens of milliseconds. Only crafted
/// templates with several repeated placeholders come near.
const MAX_WORK: usize = 1 << 20;
/// Bytes looked at per step.
const BYTES_PER_STEP: usize = 16;
/// Steps that a remembered failure costs, which bounds the memory to some megabytes.
const STEPS_PER_MEMORY: usize = 16;

/// The text is not the template with its placeholders filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("differs from the template at character {position}")]
pub struct Mismatch {
    /// The first character of the text that differs, counted from 1 in the text as given, CRLF being
    /// one character; one more than the text has if it ends too early.
    ///
    /// As a placeholder can stand for anything, "differs" is measured from the literal after it:
    /// the place where most of that literal was found.
    pub position: usize,
}

/// The values with which the template renders to this text, as (placeholder, value) in order of
/// first appearance.
///
/// Literal parts must be where the template has them, every value has at least one character and
/// equal placeholders have equal values. CRLF counts as LF and outer white space is ignored in
/// both; nothing else is forgiven. Of several solutions it is the one with the shortest first value,
/// then the shortest second, and so on.
pub fn match_text(template: &str, text: &str) -> Result<Vec<(String, String)>, Mismatch> {
    let template = normalised(template);
    let pattern = Pattern::new(&template);
    let normal = normalised(text);
    let values = Search::new(&pattern, &normal).run().ok_or_else(|| {
        let leading = text.chars().take_while(|character| character.is_whitespace()).count();
        let difference = first_difference(&pattern, &normal);
        let same = normal.char_indices().take_while(|(at, character)| at + character.len_utf8() <= difference).count();
        Mismatch { position: leading + same + 1 }
    })?;
    Ok(pattern.placeholders.iter().zip(values).map(|(placeholder, value)| (placeholder.name.to_owned(), value.to_owned())).collect())
}

/// The choice of one placeholder's value: it begins at `start` and, for now, ends at `end`, which is
/// `start` before the first try.
struct Choice {
    placeholder: usize,
    start: usize,
    end: usize,
}

/// A place of the search: the part, where the value begins if that matters, and the values that are
/// still to be repeated.
type Place<'t> = (usize, usize, Vec<&'t str>);

struct Search<'a, 't> {
    pattern: &'a Pattern<'a>,
    text: &'t str,
    /// One per placeholder; meaningful once the search is past its first part.
    values: Vec<&'t str>,
    choices: Vec<Choice>,
    /// The earliest beginning from which each place is known to fail.
    failures: HashMap<Place<'t>, usize>,
    work: usize,
}

impl<'a, 't> Search<'a, 't> {
    fn new(pattern: &'a Pattern<'a>, text: &'t str) -> Self {
        Self { pattern, text, values: vec![""; pattern.placeholders.len()], choices: Vec::new(), failures: HashMap::new(), work: 0 }
    }

    fn run(mut self) -> Option<Vec<&'t str>> {
        let mut next = Some((0, 0));
        while let Some((part, at)) = next {
            let mut is_later_hopeless = false;
            match self.advance(part, at) {
                Advance::Done => return Some(self.values),
                Advance::Stuck => {}
                Advance::Choose { placeholder, at } => {
                    if self.is_known_to_fail(placeholder, at) {
                        is_later_hopeless = !self.pattern.is_repeated(placeholder);
                    } else {
                        self.choices.push(Choice { placeholder, start: at, end: at });
                    }
                }
            }
            next = self.next_try(is_later_hopeless);
        }
        None
    }

    /// Goes over everything that leaves no choice.
    fn advance(&mut self, mut part: usize, mut at: usize) -> Advance {
        while let Some(current) = self.pattern.parts.get(part) {
            if let Some(placeholder) = self.pattern.new_placeholder(part) {
                return Advance::Choose { placeholder, at };
            }
            let fixed = self.fixed_text(*current);
            let length = fixed.len();
            let matches = self.text[at..].starts_with(fixed);
            self.work += 1 + length / BYTES_PER_STEP;
            if !matches {
                return Advance::Stuck;
            }
            at += length;
            part += 1;
        }
        if at == self.text.len() { Advance::Done } else { Advance::Stuck }
    }

    fn fixed_text<'s>(&'s self, part: Part<'s>) -> &'s str {
        match part {
            Part::Literal(literal) => literal,
            Part::Value(index) => self.values[index],
        }
    }

    /// Moves the latest choice on, giving up the ones that are used up: where to go on from.
    ///
    /// If what follows the latest choice is hopeless wherever it begins later, a longer value is no
    /// way out, unless the value is repeated and so changes what follows.
    fn next_try(&mut self, mut is_later_hopeless: bool) -> Option<(usize, usize)> {
        while let Some(choice) = self.choices.pop() {
            if self.work > MAX_WORK {
                return None;
            }
            let part = self.pattern.placeholders[choice.placeholder].first_part;
            let is_repeated = self.pattern.is_repeated(choice.placeholder);
            let end = if is_later_hopeless && !is_repeated { None } else { self.next_end(&choice) };
            if let Some(end) = end {
                self.values[choice.placeholder] = &self.text[choice.start..end];
                self.choices.push(Choice { end, ..choice });
                return Some((part + 1, end));
            }
            self.remember_failure(&choice);
            is_later_hopeless = !is_repeated;
        }
        None
    }

    /// The next longer end of a value from which the search can go on.
    fn next_end(&mut self, choice: &Choice) -> Option<usize> {
        self.work += 1;
        let part = self.pattern.placeholders[choice.placeholder].first_part;
        if choice.placeholder + 1 == self.pattern.placeholders.len() {
            self.work += self.pattern.parts.len() - part;
            return if choice.end == choice.start { self.only_end(choice.start, part) } else { None };
        }
        let last = self.text.len().checked_sub(self.pattern.min_rest[part + 1])?;
        let shortest = choice.end + self.text[choice.end..].chars().next()?.len_utf8();
        // There is a next part, or this placeholder would have been the last one.
        let end = match self.pattern.parts[part + 1] {
            Part::Value(index) if self.pattern.placeholders[index].first_part >= part => shortest,
            following => {
                let fixed = self.fixed_text(following);
                let found = self.text[shortest..].find(fixed);
                let scanned = fixed.len() + found.unwrap_or(self.text.len() - shortest);
                self.work += scanned / BYTES_PER_STEP;
                shortest + found?
            }
        };
        (end <= last).then_some(end)
    }

    /// The end of the last placeholder's first value: as all else is known, its length is too.
    fn only_end(&self, start: usize, part: usize) -> Option<usize> {
        let (mut known, mut times) = (0, 1);
        for following in &self.pattern.parts[part + 1..] {
            match following {
                Part::Value(index) if *index + 1 == self.pattern.placeholders.len() => times += 1,
                other => known += self.fixed_text(*other).len(),
            }
        }
        let unknown = (self.text.len() - start).checked_sub(known)?;
        let end = start + unknown / times;
        (end > start && unknown % times == 0 && self.text.is_char_boundary(end)).then_some(end)
    }

    fn place(&mut self, placeholder: usize, start: usize) -> Place<'t> {
        let placeholders = &self.pattern.placeholders;
        let part = placeholders[placeholder].first_part;
        let repeated_later = |known: &Placeholder<'_>| known.first_part < part && known.last_part > part;
        let values: Vec<&'t str> =
            placeholders.iter().zip(&self.values).filter(|(known, _)| repeated_later(known)).map(|(_, value)| *value).collect();
        self.work += values.iter().map(|value| value.len()).sum::<usize>() / BYTES_PER_STEP;
        (part, if self.pattern.is_repeated(placeholder) { start } else { 0 }, values)
    }

    fn is_known_to_fail(&mut self, placeholder: usize, start: usize) -> bool {
        let place = self.place(placeholder, start);
        self.failures.get(&place).is_some_and(|earliest| *earliest <= start)
    }

    fn remember_failure(&mut self, choice: &Choice) {
        self.work += STEPS_PER_MEMORY;
        let place = self.place(choice.placeholder, choice.start);
        self.failures.entry(place).and_modify(|earliest| *earliest = choice.start.min(*earliest)).or_insert(choice.start);
    }
}

enum Advance {
    Done,
    Stuck,
    /// A placeholder appears for the first time.
    Choose {
        placeholder: usize,
        at: usize,
    },
}
