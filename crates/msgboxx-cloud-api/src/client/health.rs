//! Whether something can send, and if not, what is in the way; and what the access token is good for.
//!
//! Source: Meta's "Health status" and Graph's "Debug token".

use reqwest::Method;
use serde_json::Value;
use url::form_urlencoded;

use super::{Client, Credentials};
use crate::error::SendFailure;
use crate::json::{self, Object};

/// Whether a number, template or WABA can send, with all that it depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// The worst of all entities.
    pub can_send: CanSend,
    /// The number, the template, the WABA, the business and the app.
    pub entities: Vec<HealthOfEntity>,
}

/// Whether something can send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CanSend {
    /// Yes.
    Available,
    /// Yes, with limits.
    Limited,
    /// No.
    Blocked,
    /// A word that this crate does not know; empty if there was none.
    Other(String),
}

/// One of the things that sending depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HealthOfEntity {
    /// `PHONE_NUMBER`, `MESSAGE_TEMPLATE`, `WABA`, `BUSINESS` or `APP`.
    pub entity_type: Option<String>,
    /// Its id.
    pub id: Option<String>,
    /// Whether it lets send.
    pub can_send: CanSend,
    /// What is in the way.
    pub errors: Vec<HealthError>,
    /// What limits it, as sentences.
    pub additional_info: Vec<String>,
}

/// Something that is in the way of sending.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HealthError {
    /// Its number.
    pub code: Option<i64>,
    /// What it is.
    pub description: Option<String>,
    /// What to do about it.
    pub possible_solution: Option<String>,
}

/// What Graph says about an access token.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TokenInfo {
    /// Is it accepted?
    pub is_valid: bool,
    /// The app that it belongs to.
    pub app_id: Option<String>,
    /// `SYSTEM_USER`, `USER` …
    pub kind: Option<String>,
    /// When it ends, in Unix seconds; none: never.
    pub expires_at: Option<i64>,
    /// When its access to data ends, in Unix seconds; none: never.
    pub data_access_expires_at: Option<i64>,
    /// Its permissions; `whatsapp_business_messaging` is needed to send, `whatsapp_business_management` for all else.
    pub scopes: Vec<String>,
}

impl Client {
    /// Whether a number, a template or a WABA (by its id) can send.
    ///
    /// # Errors
    /// As every call; error 100 for an unknown id.
    pub async fn health(&self, credentials: &Credentials, id: &str) -> Result<Health, SendFailure> {
        let answer = self.ask(credentials, Method::GET, &format!("{id}?fields=health_status"), None).await?;
        json::object(&answer, "health_status")
            .map(health)
            .ok_or_else(|| SendFailure::Unknown { why: "the answer has no health".to_owned(), http_status: None })
    }

    /// What the access token is good for, and until when.
    ///
    /// # Errors
    /// As every call; a token that is not accepted at all is error 190.
    pub async fn token_info(&self, credentials: &Credentials) -> Result<TokenInfo, SendFailure> {
        let token: String = form_urlencoded::byte_serialize(credentials.access_token.as_bytes()).collect();
        let answer = self.ask(credentials, Method::GET, &format!("debug_token?input_token={token}"), None).await?;
        json::object(&answer, "data")
            .map(token_info)
            .ok_or_else(|| SendFailure::Unknown { why: "the answer speaks of no token".to_owned(), http_status: None })
    }
}

fn health(health: &Object) -> Health {
    let entities = json::list(health, "entities").iter().filter_map(Value::as_object).map(entity).collect();
    Health { can_send: can_send(health), entities }
}

fn can_send(entity: &Object) -> CanSend {
    match json::id(entity, "can_send_message").unwrap_or_default().as_str() {
        "AVAILABLE" => CanSend::Available,
        "LIMITED" => CanSend::Limited,
        "BLOCKED" => CanSend::Blocked,
        other => CanSend::Other(other.to_owned()),
    }
}

fn entity(entity: &Object) -> HealthOfEntity {
    HealthOfEntity {
        entity_type: json::id(entity, "entity_type"),
        id: json::id(entity, "id"),
        can_send: can_send(entity),
        errors: json::list(entity, "errors").iter().filter_map(Value::as_object).map(error).collect(),
        additional_info: texts(entity, "additional_info"),
    }
}

fn error(error: &Object) -> HealthError {
    HealthError {
        code: json::integer(error, "error_code").or_else(|| json::integer(error, "code")),
        description: json::id(error, "error_description").or_else(|| json::id(error, "message")),
        possible_solution: json::id(error, "possible_solution"),
    }
}

/// Graph writes 0 for "never".
fn token_info(token: &Object) -> TokenInfo {
    let instant = |member| json::integer(token, member).filter(|seconds| *seconds > 0);
    TokenInfo {
        is_valid: json::is_true(token, "is_valid"),
        app_id: json::id(token, "app_id"),
        kind: json::id(token, "type"),
        expires_at: instant("expires_at"),
        data_access_expires_at: instant("data_access_expires_at"),
        scopes: texts(token, "scopes"),
    }
}

fn texts(object: &Object, member: &str) -> Vec<String> {
    json::list(object, member).iter().filter_map(Value::as_str).map(str::to_owned).collect()
}
