//! News of templates. WhatsApp sends a template's id as a number here and as a string elsewhere.

use serde_json::Value;

use super::AccountEvent;
use crate::json::{self, Object};

/// A template's new state.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TemplateStatusUpdate {
    /// The template's id.
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
    /// When it will be disabled or deleted, in Unix seconds.
    pub disabled_at: Option<i64>,
    /// Which pause it is: `FIRST_PAUSE` (three hours), `SECOND_PAUSE` (six), `RATE_LIMITING_PAUSE`, `UNPAUSE`, `DISABLED`.
    pub title: Option<String>,
    /// WhatsApp's sentence about it.
    pub description: Option<String>,
    /// Why it was rejected, in WhatsApp's words.
    pub rejection: Option<String>,
    /// What WhatsApp recommends to change.
    pub recommendation: Option<String>,
}

/// What an edited template says now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TemplateComponents {
    /// The template's id.
    pub template_id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Its language, with `_`.
    pub language: Option<String>,
    /// The header's text.
    pub header: Option<String>,
    /// The body.
    pub body: String,
    /// The footer.
    pub footer: Option<String>,
    /// The buttons.
    pub buttons: Vec<TemplateButton>,
}

/// A button of an edited template.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TemplateButton {
    /// `URL`, `QUICK_REPLY`, `PHONE_NUMBER` …
    pub kind: Option<String>,
    /// The label.
    pub text: Option<String>,
    /// Where a link button leads.
    pub url: Option<String>,
    /// What a call button calls.
    pub phone_number: Option<String>,
}

pub(super) fn status(value: &Object) -> Option<AccountEvent> {
    let other = json::object(value, "other_info");
    let rejection = json::object(value, "rejection_info");
    let of = |object: Option<&Object>, member| object.and_then(|object| json::id(object, member));
    Some(AccountEvent::TemplateStatus(Box::new(TemplateStatusUpdate {
        template_id: id(value),
        name: name(value),
        language: language(value),
        event: json::id(value, "event")?,
        reason: json::id(value, "reason").filter(|reason| reason != "NONE"),
        category: json::id(value, "message_template_category"),
        disabled_at: json::object(value, "disable_info").and_then(|info| json::integer(info, "disable_date")),
        title: of(other, "title"),
        description: of(other, "description"),
        rejection: of(rejection, "reason"),
        recommendation: of(rejection, "recommendation"),
    })))
}

pub(super) fn quality(value: &Object) -> Option<AccountEvent> {
    Some(AccountEvent::TemplateQuality {
        quality: json::id(value, "new_quality_score")?,
        previous: json::id(value, "previous_quality_score"),
        template_id: id(value),
        name: name(value),
        language: language(value),
    })
}

/// Only the final form has `previous_category`; in the announcement `new_category` is the current one.
pub(super) fn category(value: &Object) -> Option<AccountEvent> {
    let Some(previous) = json::id(value, "previous_category") else { return announced(value) };
    Some(AccountEvent::TemplateCategory {
        category: json::id(value, "new_category")?,
        previous,
        template_id: id(value),
        name: name(value),
        language: language(value),
    })
}

fn announced(value: &Object) -> Option<AccountEvent> {
    Some(AccountEvent::TemplateCategoryAnnounced {
        correct_category: json::id(value, "correct_category")?,
        category: json::id(value, "new_category"),
        at: json::integer(value, "category_update_timestamp"),
        template_id: id(value),
        name: name(value),
        language: language(value),
    })
}

pub(super) fn miscategorised(value: &Object) -> Option<AccountEvent> {
    Some(AccountEvent::TemplateMiscategorised {
        correct_category: json::id(value, "correct_category")?,
        category: json::id(value, "category"),
        template_id: id(value),
        name: name(value),
        language: language(value),
    })
}

pub(super) fn components(value: &Object) -> Option<AccountEvent> {
    Some(AccountEvent::TemplateComponents(Box::new(TemplateComponents {
        body: json::id(value, "message_template_element")?,
        header: json::id(value, "message_template_title"),
        footer: json::id(value, "message_template_footer"),
        buttons: json::list(value, "message_template_buttons").iter().filter_map(Value::as_object).map(button).collect(),
        template_id: id(value),
        name: name(value),
        language: language(value),
    })))
}

fn button(button: &Object) -> TemplateButton {
    TemplateButton {
        kind: json::id(button, "message_template_button_type"),
        text: json::id(button, "message_template_button_text"),
        url: json::id(button, "message_template_button_url"),
        phone_number: json::id(button, "message_template_button_phone_number"),
    }
}

fn id(value: &Object) -> Option<String> {
    json::id(value, "message_template_id")
}

fn name(value: &Object) -> Option<String> {
    json::id(value, "message_template_name")
}

fn language(value: &Object) -> Option<String> {
    json::id(value, "message_template_language").map(|language| language.replace('-', "_"))
}
