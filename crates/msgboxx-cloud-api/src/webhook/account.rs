//! News that concerns an account, a number or a template rather than a message.

use serde_json::Value;

use crate::json::{self, Object};

/// The value of a change of any field but `messages`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum AccountEvent {
    /// `message_template_status_update`: a template was approved, rejected, paused …
    TemplateStatus(TemplateStatusUpdate),
    /// `message_template_quality_update`.
    TemplateQuality {
        /// The template's id.
        template_id: Option<String>,
        /// Its name.
        name: Option<String>,
        /// Its language, with `_`.
        language: Option<String>,
        /// `GREEN`, `YELLOW`, `RED` or `UNKNOWN`.
        quality: String,
    },
    /// `template_category_update`, once it is done.
    TemplateCategory {
        /// The template's id.
        template_id: Option<String>,
        /// Its name.
        name: Option<String>,
        /// Its language, with `_`.
        language: Option<String>,
        /// The category from now on.
        category: String,
    },
    /// Any other field, as it came.
    Other(Value),
}

/// A template's new state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateStatusUpdate {
    /// The template's id; WhatsApp sends a number here and a string elsewhere.
    pub template_id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Its language, with `_` though WhatsApp may write `-`.
    pub language: Option<String>,
    /// `APPROVED`, `REJECTED`, `PAUSED`, `DISABLED` …
    pub event: String,
    /// Why; absent when WhatsApp says `NONE`.
    pub reason: Option<String>,
    /// The category, which may differ from the one asked for.
    pub category: Option<String>,
}

impl AccountEvent {
    pub(crate) fn read(field: &str, value: &Object) -> Self {
        let known = match field {
            // Meta's sample of the quality update carries the status update's field name, so the members decide.
            "message_template_status_update" | "message_template_quality_update" => quality(value).or_else(|| status(value)),
            "template_category_update" => category(value),
            _ => None,
        };
        known.unwrap_or_else(|| Self::Other(Value::Object(value.clone())))
    }
}

fn status(value: &Object) -> Option<AccountEvent> {
    Some(AccountEvent::TemplateStatus(TemplateStatusUpdate {
        template_id: json::id(value, "message_template_id"),
        name: json::id(value, "message_template_name"),
        language: language(value),
        event: json::id(value, "event")?,
        reason: json::id(value, "reason").filter(|reason| reason != "NONE"),
        category: json::id(value, "message_template_category"),
    }))
}

fn quality(value: &Object) -> Option<AccountEvent> {
    Some(AccountEvent::TemplateQuality {
        quality: json::id(value, "new_quality_score")?,
        template_id: json::id(value, "message_template_id"),
        name: json::id(value, "message_template_name"),
        language: language(value),
    })
}

/// Only the final form has `previous_category`; in the announcement `new_category` is the current one.
fn category(value: &Object) -> Option<AccountEvent> {
    json::id(value, "previous_category")?;
    Some(AccountEvent::TemplateCategory {
        category: json::id(value, "new_category")?,
        template_id: json::id(value, "message_template_id"),
        name: json::id(value, "message_template_name"),
        language: language(value),
    })
}

fn language(value: &Object) -> Option<String> {
    json::id(value, "message_template_language").map(|language| language.replace('-', "_"))
}
