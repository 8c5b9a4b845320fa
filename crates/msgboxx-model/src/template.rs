//! Templates as WhatsApp approved them.

use crate::{ApiAccountId, Instant, TemplateId, text_enum};

text_enum! {
    /// Whether WhatsApp lets a template be sent.
    TemplateStatus {
        /// In review.
        Pending = "Pending",
        /// May be sent.
        Approved = "Approved",
        /// Refused by the review.
        Rejected = "Rejected",
        /// Held back for its quality; may come back.
        Paused = "Paused",
        /// Switched off for good.
        Disabled = "Disabled",
    }
}

text_enum! {
    /// What a template is for; decides its price and the rules of opting out.
    TemplateCategory {
        /// Promotion.
        Marketing = "MARKETING",
        /// About something the customer asked for.
        Utility = "UTILITY",
        /// One-time passwords.
        Authentication = "AUTHENTICATION",
    }
}

text_enum! {
    /// How placeholders are written.
    ParameterFormat {
        /// `{{1}}`, `{{2}}` …
        Positional = "POSITIONAL",
        /// `{{first_name}}` …
        Named = "NAMED",
    }
}

/// A message approved by WhatsApp, with placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Its identifier.
    pub id: TemplateId,
    /// The account that may send it.
    pub api_account_id: ApiAccountId,
    /// Unique per account and language.
    pub name: String,
    /// As WhatsApp spells it: `en_GB`.
    pub language: String,
    /// What it is for.
    pub category: TemplateCategory,
    /// Whether it may be sent.
    pub status: TemplateStatus,
    /// How placeholders are written.
    pub parameter_format: ParameterFormat,
    /// The body with placeholders.
    pub body: String,
    /// One example value per placeholder of the body, in order of first appearance.
    pub example: Vec<String>,
    /// The Cloud API's `components` array, as JSON text, with header, footer and buttons.
    pub components: String,
    /// When it was made here.
    pub created_at: Instant,
}
