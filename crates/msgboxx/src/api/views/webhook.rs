//! Webhooks: an organisation's subscriptions.

use super::samples;
use msgboxx_model::{EventKind, Webhook};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A subscription: each new entity of a type is posted to a URL.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Webhook, examples(samples::webhook))]
pub struct WebhookView<'a> {
    webhook_id: Uuid,
    #[schema(value_type = WebhookTypeText)]
    r#type: &'static str,
    #[schema(format = "uri")]
    target_url: &'a str,
    is_enabled: bool,
    /// Events in a row whose delivery failed for good.
    #[schema(minimum = 0)]
    failure_count: i64,
    /// Whether Zapier receives it.
    is_zapier: bool,
    /// The key of the signature `webhook-signature`. Shown once, in the answer that creates the webhook.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, extensions(("x-extension" = json!(true))))]
    signing_secret: Option<&'a str>,
}

impl<'a> From<&'a Webhook> for WebhookView<'a> {
    fn from(webhook: &'a Webhook) -> Self {
        Self {
            webhook_id: webhook.id.0,
            r#type: webhook.kind.as_str(),
            target_url: &webhook.target_url,
            is_enabled: webhook.is_enabled,
            failure_count: webhook.failure_count,
            is_zapier: is_zapier(&webhook.target_url),
            signing_secret: None,
        }
    }
}

impl<'a> WebhookView<'a> {
    /// The same with its secret, for the one who creates it.
    #[must_use]
    pub fn showing(mut self, signing_secret: &'a str) -> Self {
        self.signing_secret = Some(signing_secret);
        self
    }
}

fn is_zapier(target_url: &str) -> bool {
    url::Url::parse(target_url).is_ok_and(|url| url.host_str() == Some("hooks.zapier.com"))
}

text_schema! {
    /// What must be added for the webhook to be called.
    WebhookTypeText as "WebhookType" = EventKind
}
