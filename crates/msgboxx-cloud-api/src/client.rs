//! Calls to the Cloud API.
//!
//! One call each, no retries: whether a failed call may be repeated depends on what it did, so the
//! caller decides with the help of [`SendFailure`] and [`crate::codes`]. The access token appears in
//! no error and no debug output.

mod answer;
mod health;
mod numbers;
mod pages;
mod profile;
mod registration;
mod subscriptions;
mod templates;
mod uploads;

use std::fmt;
use std::time::Duration;

use reqwest::Method;
use serde_json::Value;

use crate::error::SendFailure;
use crate::json;
use crate::send::Outgoing;

pub use health::{CanSend, Health, HealthError, HealthOfEntity, TokenInfo};
pub use numbers::{PhoneNumber, SHARED_NUMBER_RATE, WebhookAddresses, tier};
pub use profile::{BusinessProfile, ProfileChange};
pub use registration::CodeMethod;
pub use subscriptions::{Callback, SubscribedApp};
pub use templates::{CreatedTemplate, RemoteTemplate, TemplatePage};
pub use uploads::Sample;

/// How long one call may take, from the first byte to the last.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

/// A Cloud API client; cheap to clone, shares its connections.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    timeout: Duration,
}

/// Where a business number lives and what opens it.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// `https://graph.facebook.com`, or a simulator's or proxy's address; no trailing slash needed.
    pub base_url: String,
    /// For example `v25.0`; empty: the app's default version.
    pub api_version: String,
    /// The number's id (not the number).
    pub phone_number_id: String,
    /// The WABA's id.
    pub business_account_id: String,
    /// The bearer token.
    pub access_token: String,
}

/// WhatsApp has taken a message. Whether it arrives is told by webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The message's id at WhatsApp.
    pub wamid: String,
    /// The customer's id at WhatsApp; it may differ from the number written to. Absent when a BSUID was addressed.
    pub wa_id: Option<String>,
    /// The customer's BSUID; only when one was addressed.
    pub user_id: Option<String>,
    /// `accepted`, `held_for_quality_assessment` or `paused`; on template messages only, and not on all.
    pub message_status: Option<String>,
}

impl Accepted {
    /// Does WhatsApp hold the message back until it has judged its template? It must not be sent again.
    pub fn is_held(&self) -> bool {
        self.message_status.as_deref() == Some("held_for_quality_assessment")
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("base_url", &self.base_url)
            .field("api_version", &self.api_version)
            .field("phone_number_id", &self.phone_number_id)
            .field("business_account_id", &self.business_account_id)
            .field("access_token", &"…")
            .finish()
    }
}

impl Credentials {
    /// The address of a Graph path, which starts without a slash.
    fn address(&self, path: &str) -> String {
        let base = self.base_url.trim_end_matches('/');
        match self.api_version.trim_matches('/') {
            "" => format!("{base}/{path}"),
            version => format!("{base}/{version}/{path}"),
        }
    }
}

impl Client {
    /// A client over these connections.
    ///
    /// Give them a connect time-out below the limit of a call, so that a host that cannot be reached
    /// is [`SendFailure::NotTaken`] and not merely too slow; and no redirects, since Graph sends none.
    pub fn new(http: reqwest::Client) -> Self {
        Self { http, timeout: DEFAULT_TIMEOUT }
    }

    /// The same client with another limit for one call (thirty seconds unless told).
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// Sends a message.
    ///
    /// # Errors
    /// [`SendFailure`] says whether WhatsApp may have taken it nevertheless.
    pub async fn send(&self, credentials: &Credentials, message: &Outgoing) -> Result<Accepted, SendFailure> {
        let body = serde_json::to_vec(message).map_err(|error| SendFailure::NotTaken { why: error.to_string() })?;
        let path = format!("{}/messages", credentials.phone_number_id);
        let (answer, status) = self.call(credentials, Method::POST, &path, Some(body)).await?;
        accepted(&answer).ok_or_else(|| SendFailure::Unknown { why: "the answer names no message".to_owned(), http_status: Some(status) })
    }

    /// Marks a customer's message, and all before it, as read; with `typing` also shows that someone writes.
    ///
    /// # Errors
    /// Error 131009 if the `wamid` is not one of this number's incoming messages.
    pub async fn mark_as_read(&self, credentials: &Credentials, wamid: &str, typing: bool) -> Result<(), SendFailure> {
        let mut body = serde_json::json!({"messaging_product": "whatsapp", "status": "read", "message_id": wamid});
        if typing {
            body["typing_indicator"] = serde_json::json!({"type": "text"});
        }
        let path = format!("{}/messages", credentials.phone_number_id);
        self.call(credentials, Method::POST, &path, Some(body.to_string().into_bytes())).await?;
        Ok(())
    }

    /// One call; the answer as JSON and its HTTP status.
    async fn call(
        &self,
        credentials: &Credentials,
        method: Method,
        path: &str,
        body: Option<Vec<u8>>,
    ) -> Result<(Value, u16), SendFailure> {
        self.call_address(credentials, method, &credentials.address(path), body).await
    }

    async fn call_address(
        &self,
        credentials: &Credentials,
        method: Method,
        address: &str,
        body: Option<Vec<u8>>,
    ) -> Result<(Value, u16), SendFailure> {
        let mut request = self.http.request(method, address).timeout(self.timeout).bearer_auth(&credentials.access_token);
        if let Some(body) = body {
            request = request.header(reqwest::header::CONTENT_TYPE, "application/json").body(body);
        }
        answer::read(request.send().await).await
    }
}

fn accepted(answer: &Value) -> Option<Accepted> {
    let answer = answer.as_object()?;
    let message = json::list(answer, "messages").first()?.as_object()?;
    let contact = json::list(answer, "contacts").first().and_then(Value::as_object);
    Some(Accepted {
        wamid: json::id(message, "id")?,
        wa_id: contact.and_then(|contact| json::id(contact, "wa_id")),
        user_id: contact.and_then(|contact| json::id(contact, "user_id")),
        message_status: json::id(message, "message_status"),
    })
}

#[cfg(test)]
mod tests;
