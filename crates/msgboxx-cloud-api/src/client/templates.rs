//! The templates of a WABA, page by page.

use reqwest::Method;
use serde_json::Value;
use url::form_urlencoded;

use super::{Client, Credentials};
use crate::error::SendFailure;
use crate::json::{self, Object};

const FIELDS: &str = "id,name,language,status,category,components,parameter_format,rejected_reason,quality_score";
const PAGE: usize = 100;

/// More pages than the 6,000 templates that Meta allows need; beyond it the server repeats itself.
const MOST_PAGES: usize = 200;

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
}

/// One page of templates.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TemplatePage {
    /// The templates.
    pub templates: Vec<RemoteTemplate>,
    /// The cursor of the next page; none: this was the last.
    pub after: Option<String>,
}

impl Client {
    /// All templates of the WABA.
    ///
    /// # Errors
    /// As every call; nothing of the earlier pages is returned then.
    pub async fn message_templates(&self, credentials: &Credentials) -> Result<Vec<RemoteTemplate>, SendFailure> {
        let mut all = Vec::new();
        let mut after = None;
        for _ in 0..MOST_PAGES {
            let page = self.message_templates_after(credentials, after.as_deref()).await?;
            all.extend(page.templates);
            after = page.after;
            if after.is_none() {
                break;
            }
        }
        Ok(all)
    }

    /// One page of templates, from the beginning or after a cursor.
    ///
    /// # Errors
    /// As every call.
    pub async fn message_templates_after(&self, credentials: &Credentials, after: Option<&str>) -> Result<TemplatePage, SendFailure> {
        let mut path = format!("{}/message_templates?limit={PAGE}&fields={FIELDS}", credentials.business_account_id);
        if let Some(after) = after {
            path.push_str("&after=");
            path.extend(form_urlencoded::byte_serialize(after.as_bytes()));
        }
        let (answer, _) = self.call(credentials, Method::GET, &path, None).await?;
        Ok(page(&answer))
    }
}

/// `next` is absent on the last page, where a cursor still stands.
fn page(answer: &Value) -> TemplatePage {
    let empty = Object::new();
    let answer = answer.as_object().unwrap_or(&empty);
    let paging = json::object(answer, "paging").filter(|paging| json::id(paging, "next").is_some());
    TemplatePage {
        templates: json::list(answer, "data").iter().filter_map(Value::as_object).map(template).collect(),
        after: paging.and_then(|paging| json::object(paging, "cursors")).and_then(|cursors| json::id(cursors, "after")),
    }
}

fn template(template: &Object) -> RemoteTemplate {
    let text = |member| json::id(template, member).unwrap_or_default();
    RemoteTemplate {
        id: text("id"),
        name: text("name"),
        language: text("language"),
        status: text("status"),
        category: text("category"),
        parameter_format: json::id(template, "parameter_format"),
        components: template.get("components").cloned().unwrap_or(Value::Null),
        rejected_reason: json::id(template, "rejected_reason").filter(|reason| reason != "NONE"),
        quality: json::object(template, "quality_score").and_then(|quality| json::id(quality, "score")),
    }
}
