//! A template as the matching sees it: which placeholder stands where, first and last.

use super::{Segment, segments};

/// A piece of a template; pieces are known by their place in the list.
#[derive(Debug, Clone, Copy)]
pub(super) enum Part<'p> {
    Literal(&'p str),
    /// Index of the placeholder.
    Value(usize),
}

/// A placeholder and where it stands.
pub(super) struct Placeholder<'p> {
    pub(super) name: &'p str,
    pub(super) first_part: usize,
    pub(super) last_part: usize,
}

/// A template, prepared for matching.
pub(super) struct Pattern<'p> {
    pub(super) parts: Vec<Part<'p>>,
    pub(super) placeholders: Vec<Placeholder<'p>>,
    /// For each part and for the end: the fewest bytes from there on.
    pub(super) min_rest: Vec<usize>,
}

impl<'p> Pattern<'p> {
    /// Takes a template that is normalised already.
    pub(super) fn new(template: &'p str) -> Self {
        let mut parts = Vec::new();
        let mut placeholders: Vec<Placeholder<'p>> = Vec::new();
        for (part, segment) in segments(template).into_iter().enumerate() {
            parts.push(match segment {
                Segment::Literal(literal) => Part::Literal(literal),
                Segment::Placeholder(name) => {
                    let index = placeholders.iter().position(|known| known.name == name).unwrap_or(placeholders.len());
                    if index == placeholders.len() {
                        placeholders.push(Placeholder { name, first_part: part, last_part: part });
                    }
                    placeholders[index].last_part = part;
                    Part::Value(index)
                }
            });
        }
        let mut min_rest = vec![0; parts.len() + 1];
        for (index, part) in parts.iter().enumerate().rev() {
            let least = if let Part::Literal(literal) = part { literal.len() } else { 1 };
            min_rest[index] = min_rest[index + 1] + least;
        }
        Self { parts, placeholders, min_rest }
    }

    /// Whether the placeholder appears more than once.
    pub(super) fn is_repeated(&self, placeholder: usize) -> bool {
        let Placeholder { first_part, last_part, .. } = self.placeholders[placeholder];
        first_part < last_part
    }

    /// The placeholder that appears in this part for the first time.
    pub(super) fn new_placeholder(&self, part: usize) -> Option<usize> {
        match self.parts[part] {
            Part::Value(index) if self.placeholders[index].first_part == part => Some(index),
            _ => None,
        }
    }
}
