//! Bringing a number to the Cloud API and taking it away. Source: Meta's "Registration" and "Phone numbers".
//!
//! Ten registrations in 72 hours are allowed; then error 133016.

use reqwest::Method;
use serde_json::json;
use url::form_urlencoded;

use super::{Client, Credentials};
use crate::error::SendFailure;

/// How WhatsApp tells the code that proves a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeMethod {
    /// By text message.
    Sms,
    /// By a call.
    Voice,
}

impl Client {
    /// Asks WhatsApp to send the code that proves the number, in a language such as `en_US`.
    ///
    /// # Errors
    /// As every call.
    pub async fn request_code(&self, credentials: &Credentials, method: CodeMethod, language: &str) -> Result<(), SendFailure> {
        let method = match method {
            CodeMethod::Sms => "SMS",
            CodeMethod::Voice => "VOICE",
        };
        let language: String = form_urlencoded::byte_serialize(language.as_bytes()).collect();
        let path = format!("{}/request_code?code_method={method}&language={language}", credentials.phone_number_id);
        self.tell(credentials, Method::POST, &path, None).await
    }

    /// Gives the code that WhatsApp has sent.
    ///
    /// # Errors
    /// As every call.
    pub async fn verify_code(&self, credentials: &Credentials, code: &str) -> Result<(), SendFailure> {
        self.of_number(credentials, "verify_code", &json!({"code": code})).await
    }

    /// Registers the number and sets, or gives, its six-digit PIN. Without it sending fails with error 133010.
    ///
    /// # Errors
    /// Error 133005 for a wrong PIN, 133016 after too many tries.
    pub async fn register(&self, credentials: &Credentials, pin: &str) -> Result<(), SendFailure> {
        self.of_number(credentials, "register", &json!({"messaging_product": "whatsapp", "pin": pin})).await
    }

    /// Takes the number away: it can neither send nor receive any more.
    ///
    /// # Errors
    /// As every call.
    pub async fn deregister(&self, credentials: &Credentials) -> Result<(), SendFailure> {
        self.of_number(credentials, "deregister", &json!({})).await
    }

    async fn of_number(&self, credentials: &Credentials, verb: &str, body: &serde_json::Value) -> Result<(), SendFailure> {
        let path = format!("{}/{verb}", credentials.phone_number_id);
        self.tell(credentials, Method::POST, &path, Some(body)).await
    }
}
