//! WhatsApp's words for the state of a template, in the public API's.

use msgboxx_model::TemplateStatus;
use msgboxx_model::template::TemplateCategory;

/// What a status word of a list or of a webhook means for us; nothing for one that is an event and no state of rest.
pub(super) fn status(word: &str) -> Option<TemplateStatus> {
    Some(match word {
        "APPROVED" | "REINSTATED" | "UNARCHIVED" => TemplateStatus::Approved,
        "PENDING" | "IN_APPEAL" => TemplateStatus::Pending,
        "REJECTED" => TemplateStatus::Rejected,
        "PAUSED" => TemplateStatus::Paused,
        "DISABLED" | "DELETED" | "PENDING_DELETION" | "ARCHIVED" | "LIMIT_EXCEEDED" => TemplateStatus::Disabled,
        _ => return None,
    })
}

/// The state in which WhatsApp keeps a template after this event.
pub(super) fn resting_word(event: &str) -> &str {
    match event {
        "REINSTATED" | "UNARCHIVED" => "APPROVED",
        other => other,
    }
}

/// A category of WhatsApp's; one that nobody knows yet counts as marketing, whose rules are the strictest.
pub(super) fn category(word: &str) -> TemplateCategory {
    word.parse().unwrap_or(TemplateCategory::Marketing)
}
