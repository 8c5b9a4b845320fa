//! News that concerns an account, a number or a template rather than a message.
//!
//! The field's name chooses how a value is read; a value without the member that makes its news, and
//! every other field, is kept as it came. Source: Meta's pages of each webhook field.

pub mod business;
pub mod number;
pub mod template;

use serde_json::Value;

use crate::json::{self, Object};

pub use business::{AccountAlert, AccountUpdate, Capability, Restriction};
pub use number::{NumberName, NumberQuality, SecurityNotice};
pub use template::{TemplateButton, TemplateComponents, TemplateStatusUpdate};

/// The value of a change that concerns an account, a number or a template.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum AccountEvent {
    /// `message_template_status_update`: a template was approved, rejected, paused …
    TemplateStatus(Box<TemplateStatusUpdate>),
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
        /// What it was before.
        previous: Option<String>,
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
        /// The category until now.
        previous: String,
    },
    /// `template_category_update`, a day before it is done.
    TemplateCategoryAnnounced {
        /// The template's id.
        template_id: Option<String>,
        /// Its name.
        name: Option<String>,
        /// Its language, with `_`.
        language: Option<String>,
        /// The category that it has now.
        category: Option<String>,
        /// The category that it will have.
        correct_category: String,
        /// When, in Unix seconds.
        at: Option<i64>,
    },
    /// `template_correct_category_detection`: a message without a template was declared as the wrong category.
    TemplateMiscategorised {
        /// The template's id.
        template_id: Option<String>,
        /// Its name.
        name: Option<String>,
        /// Its language, with `_`.
        language: Option<String>,
        /// The category that was declared.
        category: Option<String>,
        /// The category that it is of.
        correct_category: String,
    },
    /// `message_template_components_update`: a template was edited.
    TemplateComponents(Box<TemplateComponents>),
    /// `phone_number_quality_update`: limit, throughput or quality of a number.
    NumberQuality(NumberQuality),
    /// `phone_number_name_update`: a display name was approved or refused.
    NumberName(NumberName),
    /// `security`: a number's two-step PIN was changed, or is about to be removed.
    Security(SecurityNotice),
    /// `business_username_update`: a number's user name.
    BusinessUsername {
        /// The business number's digits.
        display_phone_number: Option<String>,
        /// The user name; absent when it is gone.
        username: Option<String>,
        /// `approved`, `reserved` or `deleted`.
        status: String,
    },
    /// `account_update`: violations, restrictions, bans, deletion …
    Account(Box<AccountUpdate>),
    /// `account_alerts`: something to look at in Meta's business settings.
    Alert(Box<AccountAlert>),
    /// `account_review_update`: the WABA's review is over.
    Review {
        /// `APPROVED`, `REJECTED`, `PENDING`, `DEFERRED`.
        decision: String,
    },
    /// `business_capability_update`: how many customers and numbers the business may have.
    Capability(Capability),
    /// Any other field, or a value that was not understood, as it came.
    Other(Value),
}

impl AccountEvent {
    pub(crate) fn read(field: &str, value: Value) -> Self {
        value.as_object().and_then(|value| Self::known(field, value)).unwrap_or(Self::Other(value))
    }

    fn known(field: &str, value: &Object) -> Option<Self> {
        match field {
            // Meta's sample of the quality update carries the status update's field name, so the members decide.
            "message_template_status_update" | "message_template_quality_update" => {
                template::quality(value).or_else(|| template::status(value))
            }
            "template_category_update" => template::category(value),
            "template_correct_category_detection" => template::miscategorised(value),
            "message_template_components_update" => template::components(value),
            "phone_number_quality_update" => number::quality(value),
            "phone_number_name_update" => number::name(value),
            "security" => number::security(value),
            "business_username_update" => number::username(value),
            "account_update" => business::update(value),
            "account_alerts" => business::alert(value),
            "account_review_update" => json::id(value, "decision").map(|decision| Self::Review { decision }),
            "business_capability_update" => business::capability(value),
            _ => None,
        }
    }
}
