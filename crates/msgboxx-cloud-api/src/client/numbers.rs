//! What WhatsApp says about a number, and whether its webhooks come to us.

use reqwest::Method;
use serde_json::Value;

use super::{Client, Credentials};
use crate::error::SendFailure;
use crate::json::{self, Object};

const FIELDS: &str = "id,display_phone_number,verified_name,quality_rating,status,platform_type,throughput,\
    code_verification_status,name_status,whatsapp_business_manager_messaging_limit";

/// A business number as WhatsApp knows it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PhoneNumber {
    /// Its id.
    pub id: String,
    /// As people write it, with spaces.
    pub display_phone_number: Option<String>,
    /// The name that customers see.
    pub verified_name: Option<String>,
    /// `GREEN`, `YELLOW`, `RED`, `UNKNOWN`.
    pub quality_rating: Option<String>,
    /// `CONNECTED` is needed to send.
    pub status: Option<String>,
    /// `STANDARD` (80 messages a second) or `HIGH` (1,000).
    pub throughput: Option<String>,
    /// `TIER_250` … `TIER_UNLIMITED`: unique customers a day outside the service window.
    pub messaging_limit: Option<String>,
}

/// An app that receives the WABA's webhooks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SubscribedApp {
    /// The app's id.
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Where the webhooks go instead of the app's own address.
    pub override_callback_uri: Option<String>,
}

impl Client {
    /// What WhatsApp says about the number; also the cheapest proof that token and id are right.
    ///
    /// # Errors
    /// Error 190 for a bad token, 100 or 33 for an unknown number.
    pub async fn phone_number(&self, credentials: &Credentials) -> Result<PhoneNumber, SendFailure> {
        let path = format!("{}?fields={FIELDS}", credentials.phone_number_id);
        let (answer, _) = self.call(credentials, Method::GET, &path, None).await?;
        let empty = Object::new();
        Ok(phone_number(answer.as_object().unwrap_or(&empty)))
    }

    /// The apps that receive the WABA's webhooks; an empty list means that nobody does.
    ///
    /// # Errors
    /// As every call.
    pub async fn subscribed_apps(&self, credentials: &Credentials) -> Result<Vec<SubscribedApp>, SendFailure> {
        let path = format!("{}/subscribed_apps", credentials.business_account_id);
        let (answer, _) = self.call(credentials, Method::GET, &path, None).await?;
        let empty = Object::new();
        let answer = answer.as_object().unwrap_or(&empty);
        Ok(json::list(answer, "data").iter().filter_map(Value::as_object).map(subscribed_app).collect())
    }
}

fn phone_number(number: &Object) -> PhoneNumber {
    PhoneNumber {
        id: json::id(number, "id").unwrap_or_default(),
        display_phone_number: json::id(number, "display_phone_number"),
        verified_name: json::id(number, "verified_name"),
        quality_rating: json::id(number, "quality_rating"),
        status: json::id(number, "status"),
        throughput: json::object(number, "throughput").and_then(|throughput| json::id(throughput, "level")),
        messaging_limit: json::id(number, "whatsapp_business_manager_messaging_limit"),
    }
}

fn subscribed_app(app: &Object) -> SubscribedApp {
    let data = json::object(app, "whatsapp_business_api_data");
    SubscribedApp {
        id: data.and_then(|data| json::id(data, "id")),
        name: data.and_then(|data| json::id(data, "name")),
        override_callback_uri: json::id(app, "override_callback_uri"),
    }
}
