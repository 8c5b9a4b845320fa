//! The templates of a WABA: list, create, change, delete.
//!
//! What a template may say is checked by [`NewTemplate::check`] before it is submitted.

use reqwest::Method;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::{Client, Credentials};
use crate::error::SendFailure;
use crate::json::{self, Object};
use crate::templates::{NewTemplate, TemplateEdit};

const FIELDS: &str = "id,name,language,status,category,components,parameter_format,rejected_reason,quality_score";
const PAGE: usize = 100;

/// A template as WhatsApp has it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RemoteTemplate {
    /// Its id; each language has its own.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its language code.
    pub language: String,
    /// `APPROVED`, `PENDING`, `REJECTED`, `PAUSED`, `DISABLED` …
    pub status: String,
    /// `MARKETING`, `UTILITY` or `AUTHENTICATION`.
    pub category: String,
    /// `POSITIONAL` or `NAMED`.
    pub parameter_format: Option<String>,
    /// Header, body, footer and buttons in Meta's JSON.
    pub components: Value,
    /// Why it was rejected.
    pub rejected_reason: Option<String>,
    /// `GREEN`, `YELLOW`, `RED` or `UNKNOWN`.
    pub quality: Option<String>,
    /// Since when it has this quality, in Unix seconds.
    pub quality_since: Option<i64>,
    /// Can it be sent now? Only `APPROVED` ones can, of whatever quality.
    pub is_sendable: bool,
}

/// One page of templates.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TemplatePage {
    /// The templates.
    pub templates: Vec<RemoteTemplate>,
    /// The cursor of the next page; none: this was the last.
    pub after: Option<String>,
}

/// A template that was submitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatedTemplate {
    /// Its id.
    pub id: String,
    /// `PENDING`, or the verdict at once.
    pub status: String,
    /// The category, which may differ from the one asked for: it decides price and opt-out.
    pub category: Option<String>,
}

impl Client {
    /// All templates of the WABA.
    ///
    /// # Errors
    /// As every call, and if the list does not end; nothing of the earlier pages is returned then.
    pub async fn message_templates(&self, credentials: &Credentials) -> Result<Vec<RemoteTemplate>, SendFailure> {
        Ok(self.every_page(credentials, &list(credentials)).await?.iter().map(template).collect())
    }

    /// One page of templates, from the beginning or after a cursor.
    ///
    /// # Errors
    /// As every call.
    pub async fn message_templates_after(&self, credentials: &Credentials, after: Option<&str>) -> Result<TemplatePage, SendFailure> {
        let page = self.page(credentials, &list(credentials), after).await?;
        Ok(TemplatePage { templates: page.data.iter().map(template).collect(), after: page.after })
    }

    /// One template, by its id.
    ///
    /// # Errors
    /// Error 100 if WhatsApp has no such template.
    pub async fn message_template(&self, credentials: &Credentials, template_id: &str) -> Result<RemoteTemplate, SendFailure> {
        let answer = self.ask(credentials, Method::GET, &format!("{template_id}?fields={FIELDS}"), None).await?;
        Ok(template(&answer))
    }

    /// Submits a template for review.
    ///
    /// # Errors
    /// Error 100 with a subcode that says what is wrong. After [`SendFailure::Unknown`] look for it by its name.
    pub async fn create_template(&self, credentials: &Credentials, template: &NewTemplate) -> Result<CreatedTemplate, SendFailure> {
        let path = format!("{}/message_templates", credentials.business_account_id);
        let answer = self.ask(credentials, Method::POST, &path, Some(&json!(template))).await?;
        let id = json::id(&answer, "id")
            .ok_or_else(|| SendFailure::Unknown { why: "the answer names no template".to_owned(), http_status: None })?;
        let status = json::id(&answer, "status").unwrap_or_else(|| "PENDING".to_owned());
        Ok(CreatedTemplate { id, status, category: json::id(&answer, "category") })
    }

    /// Changes a template that is approved (once a day, ten times a month), rejected or paused.
    ///
    /// # Errors
    /// Subcode 2388039 in any other state.
    pub async fn edit_template(&self, credentials: &Credentials, template_id: &str, edit: &TemplateEdit) -> Result<(), SendFailure> {
        self.tell(credentials, Method::POST, template_id, Some(&json!(edit))).await
    }

    /// Deletes a template in all its languages. Its name is locked for thirty days.
    ///
    /// # Errors
    /// Error 100 if there is none.
    pub async fn delete_template(&self, credentials: &Credentials, name: &str) -> Result<(), SendFailure> {
        let path = format!("{}/message_templates?{}", credentials.business_account_id, query(&[("name", name)]));
        self.tell(credentials, Method::DELETE, &path, None).await
    }

    /// Deletes a template in one language.
    ///
    /// # Errors
    /// Error 100 if there is none.
    pub async fn delete_template_language(&self, credentials: &Credentials, name: &str, template_id: &str) -> Result<(), SendFailure> {
        let query = query(&[("hsm_id", template_id), ("name", name)]);
        let path = format!("{}/message_templates?{query}", credentials.business_account_id);
        self.tell(credentials, Method::DELETE, &path, None).await
    }

    /// Ends a pause that pacing has caused; other pauses end by themselves.
    ///
    /// # Errors
    /// As every call.
    pub async fn unpause_template(&self, credentials: &Credentials, template_id: &str) -> Result<(), SendFailure> {
        self.tell(credentials, Method::POST, &format!("{template_id}/unpause"), None).await
    }
}

fn list(credentials: &Credentials) -> String {
    format!("{}/message_templates?limit={PAGE}&fields={FIELDS}", credentials.business_account_id)
}

fn query(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn template(template: &Object) -> RemoteTemplate {
    let text = |member| json::id(template, member).unwrap_or_default();
    let quality = json::object(template, "quality_score");
    RemoteTemplate {
        id: text("id"),
        name: text("name"),
        language: text("language"),
        is_sendable: text("status") == "APPROVED",
        status: text("status"),
        category: text("category"),
        parameter_format: json::id(template, "parameter_format"),
        components: template.get("components").cloned().unwrap_or(Value::Null),
        rejected_reason: json::id(template, "rejected_reason").filter(|reason| reason != "NONE"),
        quality: quality.and_then(|quality| json::id(quality, "score")),
        quality_since: quality.and_then(|quality| json::integer(quality, "date")),
    }
}
