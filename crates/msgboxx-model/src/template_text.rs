//! Template texts: literal words with placeholders such as `{{1}}` or `{{first_name}}`.
//!
//! The public API gives the *rendered* text and WhatsApp wants the *values*, so values are recovered
//! from a text by [`match_text`]. Headers are treated like bodies. Beware of the two orders: lists
//! here are in order of first appearance, while the Cloud API takes positional values by number.

mod difference;
mod matching;
#[cfg(test)]
mod matching_tests;
mod pattern;

use std::borrow::Cow;

pub use matching::{Mismatch, match_text};

/// A piece of a template text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Segment<'a> {
    /// Words that are always the same; never empty.
    Literal(&'a str),
    /// What stands between `{{` and `}}`: letters, digits and underscores.
    Placeholder(&'a str),
}

/// A placeholder got no value, or an empty one, which WhatsApp refuses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("placeholder {placeholder} has no value")]
pub struct MissingValue {
    /// Its name or number, without braces.
    pub placeholder: String,
}

/// The pieces of a template text, in order. Braces around anything but a name or a number are
/// literal.
pub fn segments(template: &str) -> Vec<Segment<'_>> {
    let mut segments = Vec::new();
    let (mut literal_start, mut at) = (0, 0);
    while let Some(found) = template[at..].find("{{") {
        let open = at + found;
        let Some(name) = placeholder_name(&template[open + 2..]) else {
            at = open + 1;
            continue;
        };
        if literal_start < open {
            segments.push(Segment::Literal(&template[literal_start..open]));
        }
        segments.push(Segment::Placeholder(name));
        at = open + name.len() + 4;
        literal_start = at;
    }
    if literal_start < template.len() {
        segments.push(Segment::Literal(&template[literal_start..]));
    }
    segments
}

/// The name at the beginning of `rest`, if `}}` follows it.
fn placeholder_name(rest: &str) -> Option<&str> {
    let length = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    (length > 0 && rest[length..].starts_with("}}")).then(|| &rest[..length])
}

/// The different placeholders, in order of first appearance.
pub fn placeholders(template: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for segment in segments(template) {
        if let Segment::Placeholder(name) = segment
            && !names.contains(&name)
        {
            names.push(name);
        }
    }
    names
}

/// What two texts have in common that count as the same: line ends are LF, outer white space is gone.
pub fn normalised(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    if text.contains("\r\n") {
        text.split('\n').map(|line| line.trim_end_matches('\r')).collect::<Vec<_>>().join("\n").into()
    } else {
        text.into()
    }
}

/// The template with a value for each placeholder, [`normalised`]. Pairs are (placeholder, value);
/// those that the template does not mention are ignored.
pub fn render<N: AsRef<str>, V: AsRef<str>>(template: &str, values: &[(N, V)]) -> Result<String, MissingValue> {
    let mut text = String::with_capacity(template.len());
    for segment in segments(template) {
        match segment {
            Segment::Literal(literal) => text.push_str(literal),
            Segment::Placeholder(name) => {
                let value = values.iter().find(|(placeholder, _)| placeholder.as_ref() == name).map_or("", |(_, value)| value.as_ref());
                if value.is_empty() {
                    return Err(MissingValue { placeholder: name.to_owned() });
                }
                text.push_str(value);
            }
        }
    }
    Ok(normalised(&text).into_owned())
}

/// The template with examples in square brackets for its placeholders: `Hi [John], …`.
///
/// `examples` has one value for each of [`placeholders`], in that order; a placeholder without one
/// shows its own name.
pub fn example_text<V: AsRef<str>>(template: &str, examples: &[V]) -> String {
    let names = placeholders(template);
    let mut text = String::with_capacity(template.len());
    for segment in segments(template) {
        match segment {
            Segment::Literal(literal) => text.push_str(literal),
            Segment::Placeholder(name) => {
                let place = names.iter().position(|known| *known == name);
                let example = place.and_then(|place| examples.get(place)).map_or(name, AsRef::as_ref);
                text.push('[');
                text.push_str(example);
                text.push(']');
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use Segment::{Literal, Placeholder};

    #[test]
    fn a_text_is_split_at_its_placeholders() {
        assert_eq!(
            segments("Hi {{1}}, your {{order_no}}!"),
            [Literal("Hi "), Placeholder("1"), Literal(", your "), Placeholder("order_no"), Literal("!")]
        );
        assert_eq!(segments("{{1}}{{2}}"), [Placeholder("1"), Placeholder("2")]);
        assert_eq!(segments("{{{1}}}"), [Literal("{"), Placeholder("1"), Literal("}")]);
        assert_eq!(segments(""), []);
    }

    #[test]
    fn braces_around_anything_else_are_literal() {
        for text in ["{{}}", "{{ 1 }}", "{{é}}", "{{1}", "{1}", "{{", "{{1", "a{{#1}}", "}}{{"] {
            assert_eq!(segments(text), [Literal(text)], "{text}");
        }
    }

    #[test]
    fn placeholders_are_named_once_in_order_of_appearance() {
        assert_eq!(placeholders("{{2}} {{1}} {{2}}"), ["2", "1"]);
    }

    #[test]
    fn a_normalised_text_stays_as_it_is() {
        let text = normalised(" a\r\r\nb\rc\n\r\nd \r\n");
        assert_eq!(text, "a\nb\rc\n\nd");
        assert_eq!(normalised(&text), text);
    }

    #[test]
    fn rendering_fills_every_placeholder() {
        let values = [("1", "John"), ("2", "the {{1}} house"), ("3", "unused")];
        assert_eq!(render(" Hi {{1}},\r\nabout {{2}}. Bye {{1}} ", &values).as_deref(), Ok("Hi John,\nabout the {{1}} house. Bye John"));
    }

    #[test]
    fn rendering_without_a_value_names_the_placeholder() {
        let missing = |name: &str| Err(MissingValue { placeholder: name.to_owned() });
        assert_eq!(render("Hi {{1}} {{name}}", &[("1", "John")]), missing("name"));
        assert_eq!(render("Hi {{1}}", &[("1", "")]), missing("1"));
    }

    #[test]
    fn the_example_is_in_the_documented_form() {
        let template = "Hi {{1}}, thanks for the conversation earlier about {{2}} lets catch up soon.";
        let examples = ["John", "the 2 bedroom house you are interested in,"];
        assert_eq!(
            example_text(template, &examples),
            "Hi [John], thanks for the conversation earlier about [the 2 bedroom house you are interested in,] lets catch up soon."
        );
        assert_eq!(example_text("{{a}} {{b}} {{a}}", &["x"]), "[x] [b] [x]");
    }
}
