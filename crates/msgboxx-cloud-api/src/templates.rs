//! Templates as they are submitted to WhatsApp for review.
//!
//! Every placeholder needs an example, positional ones in their order. [`NewTemplate::check`] finds what the review would
//! reject for its form; what a template says is judged by Meta alone. Source: Meta's "Template components".

mod check;
mod wire;

use serde::Serialize;
use serde_json::Value;

/// A template to be submitted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NewTemplate {
    /// At most 512 small letters, digits and underscores; unique with the language.
    pub name: String,
    /// A code of Meta's list: `en_US`, `pt_BR`, `es` …
    pub language: String,
    /// What it is for; Meta may choose another one.
    pub category: Category,
    /// How its placeholders are written.
    pub parameter_format: ParameterFormat,
    /// How long WhatsApp tries to deliver it, in seconds; −1: thirty days.
    #[serde(rename = "message_send_ttl_seconds", skip_serializing_if = "Option::is_none")]
    pub time_to_live: Option<i64>,
    /// What it says: a body, and around it what is wanted.
    pub components: Vec<Part>,
}

/// What to change of a template; what is absent stays.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct TemplateEdit {
    /// Another category; not possible once it is approved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// All parts anew.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub components: Option<Vec<Part>>,
    /// How long WhatsApp tries to deliver it, in seconds.
    #[serde(rename = "message_send_ttl_seconds", skip_serializing_if = "Option::is_none")]
    pub time_to_live: Option<i64>,
}

/// What a template is for. It decides price and opt-out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Category {
    /// Anything that promotes.
    Marketing,
    /// What belongs to something that the customer asked for or bought.
    Utility,
    /// One-time passwords.
    Authentication,
}

/// How placeholders are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ParameterFormat {
    /// `{{1}}`, `{{2}}` … without gaps.
    #[default]
    Positional,
    /// `{{first_name}}`.
    Named,
}

/// One part of a template.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// A line above the body: at most 60 characters with at most one placeholder.
    HeaderText {
        /// The line.
        text: String,
        /// What its placeholder may stand for.
        examples: Examples,
    },
    /// A medium above the body.
    HeaderMedia {
        /// Which kind.
        format: MediaFormat,
        /// The handle of a sample, uploaded through the Resumable Upload API (`4::…`).
        example_handle: String,
    },
    /// A place above the body.
    HeaderLocation,
    /// The words: at most 1,024 characters.
    Body {
        /// The words.
        text: String,
        /// What its placeholders may stand for.
        examples: Examples,
    },
    /// A line below the body: at most 60 characters without placeholders.
    Footer {
        /// The line.
        text: String,
    },
    /// At most ten buttons, quick replies all together.
    Buttons(Vec<NewButton>),
    /// A part in Meta's JSON, for what is not here: authentication, carousels, limited-time offers.
    Other(Value),
}

/// What placeholders may stand for, for the people who review.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Examples {
    /// There are no placeholders.
    #[default]
    None,
    /// One for each, in order.
    Positional(Vec<String>),
    /// Name and example of each.
    Named(Vec<(String, String)>),
}

/// A kind of medium in a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum MediaFormat {
    /// A picture.
    Image,
    /// A video.
    Video,
    /// A file.
    Document,
    /// A short moving picture; with Marketing Messages only.
    Gif,
}

/// A button of a template.
#[derive(Debug, Clone, PartialEq)]
pub enum NewButton {
    /// Sends its payload back.
    QuickReply {
        /// The label, at most 25 characters.
        text: String,
    },
    /// Opens a page; at most two.
    Url {
        /// The label, at most 25 characters.
        text: String,
        /// At most 2,000 characters, with `{{1}}` at most at its end.
        url: String,
        /// What that may stand for.
        example: Option<String>,
    },
    /// Calls a number; at most one.
    PhoneNumber {
        /// The label, at most 25 characters.
        text: String,
        /// At most 20 characters.
        phone_number: String,
    },
    /// Copies a code; at most one.
    CopyCode {
        /// A code such as will be sent, at most 15 characters.
        example: String,
    },
    /// Asks a customer who is known by their user name for their number.
    RequestContactInfo,
    /// A button in Meta's JSON, for what is not here: one-time passwords, flows, catalogues.
    Other(Value),
}

#[cfg(test)]
mod tests;
