//! What WhatsApp would refuse in a message, found before the call.
//!
//! All flaws are named at once, each with its member in Meta's words. Lengths are counted in UTF-16
//! units: Meta does not say how it counts, and this is never less than it does. What only WhatsApp
//! can know (does the medium exist, is the window open) is not looked at. Limits: Meta's pages of each kind.

mod content;
mod interactive;
mod template;

use std::collections::HashSet;
use std::fmt;

use super::{CALLBACK_DATA_MAX, MediaSource, Outgoing, OutgoingContent, Place, Recipient};

/// Something that WhatsApp would refuse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// Where, in Meta's words: `interactive.action.buttons[1].reply.title`.
    pub member: String,
    /// Which rule is broken.
    pub rule: Rule,
}

/// A broken rule; reads on after the member's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Rule {
    /// It must not be empty.
    #[error("must not be empty")]
    Empty,
    /// It has too many characters.
    #[error("is {length} characters long, and at most {most} are allowed")]
    TooLong {
        /// How many it has, in UTF-16 units.
        length: usize,
        /// How many it may have.
        most: usize,
    },
    /// It has too many elements.
    #[error("has {count} elements, and at most {most} are allowed")]
    TooMany {
        /// How many it has.
        count: usize,
        /// How many it may have.
        most: usize,
    },
    /// Another element of the same list says the same.
    #[error("repeats {0:?}, and must be unique")]
    Repeated(String),
    /// Anything else.
    #[error("{0}")]
    Other(&'static str),
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.member, self.rule)
    }
}

/// Everything that WhatsApp would refuse in one message or template; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaws(pub Vec<Flaw>);

impl fmt::Display for Flaws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, flaw) in self.0.iter().enumerate() {
            write!(f, "{}{flaw}", if index == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}

impl std::error::Error for Flaws {}

impl Outgoing {
    /// Is there anything that WhatsApp would refuse?
    ///
    /// # Errors
    /// All that was found.
    pub fn check(&self) -> Result<(), Flaws> {
        let mut flaws = Collector::default();
        match &self.to {
            Recipient::Phone(phone) if !is_phone(phone) => flaws.other("to", "must be a phone number that begins with +"),
            Recipient::User(user) if !is_user_id(user) => {
                flaws.other("recipient", "must be a business-scoped user id: two capital letters, a dot, letters and digits");
            }
            Recipient::Phone(_) | Recipient::User(_) => {}
        }
        if let Some(wamid) = &self.quoted {
            flaws.filled("context.message_id", wamid);
            if matches!(self.content, OutgoingContent::Reaction { .. }) {
                flaws.other("context", "is not possible on a reaction");
            }
        }
        if let Some(data) = &self.callback_data {
            flaws.short("biz_opaque_callback_data", data, CALLBACK_DATA_MAX);
        }
        content::check(&mut flaws, &self.content);
        flaws.verdict()
    }
}

impl OutgoingContent {
    /// Is there anything in it that WhatsApp would refuse from any sender to anybody? Stored content is not looked at.
    ///
    /// # Errors
    /// All that was found.
    pub fn check(&self) -> Result<(), Flaws> {
        let mut flaws = Collector::default();
        content::check(&mut flaws, self);
        flaws.verdict()
    }
}

/// Gathers flaws.
#[derive(Default)]
pub(crate) struct Collector(Vec<Flaw>);

impl Collector {
    pub(crate) fn verdict(self) -> Result<(), Flaws> {
        if self.0.is_empty() { Ok(()) } else { Err(Flaws(self.0)) }
    }

    pub(crate) fn add(&mut self, member: impl Into<String>, rule: Rule) {
        self.0.push(Flaw { member: member.into(), rule });
    }

    pub(crate) fn other(&mut self, member: impl Into<String>, what: &'static str) {
        self.add(member, Rule::Other(what));
    }

    /// It must not be empty.
    pub(crate) fn filled(&mut self, member: impl Into<String>, text: &str) {
        if text.trim().is_empty() {
            self.add(member, Rule::Empty);
        }
    }

    /// It must not be longer than this.
    pub(crate) fn short(&mut self, member: impl Into<String>, text: &str, most: usize) {
        let length = text.encode_utf16().count();
        if length > most {
            self.add(member, Rule::TooLong { length, most });
        }
    }

    /// It must be neither empty nor longer than this.
    pub(crate) fn text(&mut self, member: &str, text: &str, most: usize) {
        self.filled(member, text);
        self.short(member, text, most);
    }

    /// It must have one to `most` elements.
    pub(crate) fn count(&mut self, member: &str, count: usize, most: usize) {
        match count {
            0 => self.add(member, Rule::Empty),
            count if count > most => self.add(member, Rule::TooMany { count, most }),
            _ => {}
        }
    }

    /// No two of these must be the same.
    pub(crate) fn unique<'a>(&mut self, members: impl IntoIterator<Item = (String, &'a str)>) {
        let mut seen = HashSet::new();
        for (member, text) in members {
            if !seen.insert(text) {
                self.add(member, Rule::Repeated(text.to_owned()));
            }
        }
    }

    pub(crate) fn source(&mut self, member: &str, source: &MediaSource) {
        match source {
            MediaSource::Id(id) => self.filled(format!("{member}.id"), id),
            MediaSource::Link(link) => self.web_address(format!("{member}.link"), link),
        }
    }

    pub(crate) fn web_address(&mut self, member: impl Into<String>, address: &str) {
        let is_web = url::Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        if !is_web {
            self.other(member, "must be an http or https address");
        }
    }

    pub(crate) fn place(&mut self, member: &str, place: &Place) {
        for (name, degrees, most) in [("latitude", place.latitude, 90.0), ("longitude", place.longitude, 180.0)] {
            if !(-most..=most).contains(&degrees) {
                self.other(format!("{member}.{name}"), "is not on the map");
            }
        }
    }
}

/// A `+`, digits, and what people write between them.
fn is_phone(phone: &str) -> bool {
    let Some(rest) = phone.strip_prefix('+') else { return false };
    rest.chars().any(|c| c.is_ascii_digit()) && rest.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-' | '(' | ')'))
}

/// `US.1349…`, or `US.ENT.1181…` for linked portfolios.
fn is_user_id(user: &str) -> bool {
    let Some((country, rest)) = user.split_once('.') else { return false };
    let is_country = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
    let own = rest.strip_prefix("ENT.").unwrap_or(rest);
    is_country && (1..=128).contains(&own.len()) && own.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests;
