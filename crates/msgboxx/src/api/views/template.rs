//! Templates as WhatsApp approved them.

use super::samples;
use super::time::Millis;
use msgboxx_model::template::TemplateCategory;
use msgboxx_model::{Template, TemplateStatus, template_text};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A message approved by WhatsApp, with placeholders.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Template, examples(samples::template))]
pub struct TemplateView<'a> {
    template_id: Uuid,
    api_account_id: Uuid,
    /// Only an approved template can be sent.
    #[schema(value_type = TemplateStatusText)]
    status: &'static str,
    /// The same name may exist in several languages.
    name: &'a str,
    /// The body with its placeholders.
    template_text: &'a str,
    /// The body with example values in brackets.
    template_example: String,
    /// When it was made here.
    #[schema(value_type = String, format = DateTime)]
    date_time: Millis,
    /// As WhatsApp spells it.
    #[schema(extensions(("x-extension" = json!(true))))]
    language: &'a str,
    /// What it is for.
    #[schema(value_type = TemplateCategoryText)]
    category: &'static str,
}

impl<'a> From<&'a Template> for TemplateView<'a> {
    fn from(template: &'a Template) -> Self {
        Self {
            template_id: template.id.0,
            api_account_id: template.api_account_id.0,
            status: template.status.as_str(),
            name: &template.name,
            template_text: &template.body,
            template_example: template_text::example_text(&template.body, &template.example),
            date_time: Millis(template.created_at),
            language: &template.language,
            category: template.category.as_str(),
        }
    }
}

text_schema! {
    /// Whether WhatsApp lets a template be sent.
    TemplateStatusText as "TemplateStatus" = TemplateStatus
}

text_schema! {
    /// What a template is for.
    TemplateCategoryText as "TemplateCategory" = TemplateCategory
}
