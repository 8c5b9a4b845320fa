//! What WhatsApp says about numbers.

use reqwest::Method;

use super::{Client, Credentials};
use crate::error::SendFailure;
use crate::json::{self, Object};

const FIELDS: &str = "id,display_phone_number,verified_name,quality_rating,status,platform_type,throughput,\
    code_verification_status,name_status,webhook_configuration,whatsapp_business_manager_messaging_limit";

/// A business number as WhatsApp knows it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PhoneNumber {
    /// Its id.
    pub id: String,
    /// As people write it, with spaces.
    pub display_phone_number: Option<String>,
    /// The name that customers see.
    pub verified_name: Option<String>,
    /// Whether that name is approved: `APPROVED`, `DECLINED`, `PENDING_REVIEW` …
    pub name_status: Option<String>,
    /// `GREEN`, `YELLOW`, `RED`, `UNKNOWN`.
    pub quality_rating: Option<String>,
    /// `CONNECTED` is needed to send.
    pub status: Option<String>,
    /// `VERIFIED` once the number was proved to be ours.
    pub code_verification_status: Option<String>,
    /// `CLOUD_API`.
    pub platform_type: Option<String>,
    /// `STANDARD` (80 messages a second) or `HIGH` (1,000).
    pub throughput: Option<String>,
    /// `TIER_250` … `TIER_UNLIMITED`: unique customers a day outside the service window, for the whole portfolio.
    pub messaging_limit: Option<String>,
    /// Where its webhooks go.
    pub webhooks: WebhookAddresses,
}

/// Where webhooks go; the narrowest address that is set is used.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WebhookAddresses {
    /// The app's address.
    pub application: Option<String>,
    /// The WABA's own.
    pub business_account: Option<String>,
    /// The number's own.
    pub phone_number: Option<String>,
}

impl PhoneNumber {
    /// Messages a second, in and out, if WhatsApp says so. A number that is also used in the WhatsApp Business app has
    /// [`SHARED_NUMBER_RATE`] whatever stands here.
    pub fn messages_per_second(&self) -> Option<u32> {
        match self.throughput.as_deref()? {
            "STANDARD" => Some(80),
            "HIGH" => Some(1_000),
            _ => None,
        }
    }

    /// Unique customers a day outside the service window; none: unlimited or not said.
    pub fn customers_a_day(&self) -> Option<u32> {
        tier(self.messaging_limit.as_deref()?)
    }
}

/// Messages a second of a number that is also used in the WhatsApp Business app.
pub const SHARED_NUMBER_RATE: u32 = 20;

/// What a tier's name says: `TIER_2K` is 2,000 unique customers a day. None: unlimited or unknown.
pub fn tier(name: &str) -> Option<u32> {
    let digits = name.strip_prefix("TIER_").unwrap_or(name);
    match digits.strip_suffix('K') {
        Some(thousands) => thousands.parse::<u32>().ok()?.checked_mul(1_000),
        None => digits.parse().ok(),
    }
}

impl Client {
    /// What WhatsApp says about the number; also the cheapest proof that token and id are right.
    ///
    /// # Errors
    /// Error 190 for a bad token, 100 or 33 for an unknown number.
    pub async fn phone_number(&self, credentials: &Credentials) -> Result<PhoneNumber, SendFailure> {
        let path = format!("{}?fields={FIELDS}", credentials.phone_number_id);
        Ok(phone_number(&self.ask(credentials, Method::GET, &path, None).await?))
    }

    /// All numbers of the WABA.
    ///
    /// # Errors
    /// As every call.
    pub async fn phone_numbers(&self, credentials: &Credentials) -> Result<Vec<PhoneNumber>, SendFailure> {
        let path = format!("{}/phone_numbers?limit=100&fields={FIELDS}", credentials.business_account_id);
        Ok(self.every_page(credentials, &path).await?.iter().map(phone_number).collect())
    }

    /// Is the number also used in the WhatsApp Business app? Then it is limited to [`SHARED_NUMBER_RATE`].
    ///
    /// # Errors
    /// As every call.
    pub async fn is_on_business_app(&self, credentials: &Credentials) -> Result<bool, SendFailure> {
        let path = format!("{}?fields=is_on_biz_app", credentials.phone_number_id);
        Ok(json::is_true(&self.ask(credentials, Method::GET, &path, None).await?, "is_on_biz_app"))
    }
}

fn phone_number(number: &Object) -> PhoneNumber {
    let webhooks = json::object(number, "webhook_configuration");
    let address = |member| webhooks.and_then(|webhooks| json::id(webhooks, member));
    PhoneNumber {
        id: json::id(number, "id").unwrap_or_default(),
        display_phone_number: json::id(number, "display_phone_number"),
        verified_name: json::id(number, "verified_name"),
        name_status: json::id(number, "name_status"),
        quality_rating: json::id(number, "quality_rating"),
        status: json::id(number, "status"),
        code_verification_status: json::id(number, "code_verification_status"),
        platform_type: json::id(number, "platform_type"),
        throughput: json::object(number, "throughput").and_then(|throughput| json::id(throughput, "level")),
        messaging_limit: json::id(number, "whatsapp_business_manager_messaging_limit"),
        webhooks: WebhookAddresses {
            application: address("application"),
            business_account: address("whatsapp_business_account"),
            phone_number: address("phone_number"),
        },
    }
}
