//! The page that customers see about a business number. Source: Meta's "Business profiles".

use reqwest::Method;
use serde::Serialize;
use serde_json::{Value, json};

use super::{Client, Credentials};
use crate::error::SendFailure;
use crate::json::{self, Object};
use crate::send::check::{Collector, Flaws};

const FIELDS: &str = "about,address,description,email,profile_picture_url,websites,vertical";

/// What customers see about a number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BusinessProfile {
    /// The short line below the name.
    pub about: Option<String>,
    /// Where the business is.
    pub address: Option<String>,
    /// What it does.
    pub description: Option<String>,
    /// How to write to it.
    pub email: Option<String>,
    /// The picture's address; it changes.
    pub profile_picture_url: Option<String>,
    /// At most two web pages.
    pub websites: Vec<String>,
    /// The trade, in Meta's words: `RETAIL`, `EDU` …
    pub vertical: Option<String>,
}

/// What to change of a profile; what is absent stays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ProfileChange {
    /// 1 to 139 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// At most 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// At most 512 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// At most 128 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The handle of an upload through the Resumable Upload API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile_picture_handle: Option<String>,
    /// At most two, of 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub websites: Option<Vec<String>>,
    /// The trade, in Meta's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vertical: Option<String>,
}

impl ProfileChange {
    /// Is there anything that WhatsApp would refuse?
    ///
    /// # Errors
    /// All that was found.
    pub fn check(&self) -> Result<(), Flaws> {
        let mut flaws = Collector::default();
        if let Some(about) = &self.about {
            flaws.text("about", about, 139);
        }
        let rest = [("address", &self.address, 256), ("description", &self.description, 512), ("email", &self.email, 128)];
        for (member, text, most) in rest {
            flaws.short(member, text.as_deref().unwrap_or_default(), most);
        }
        let websites = self.websites.as_deref().unwrap_or_default();
        if !websites.is_empty() {
            flaws.count("websites", websites.len(), 2);
        }
        for (index, website) in websites.iter().enumerate() {
            flaws.web_address(format!("websites[{index}]"), website);
            flaws.short(format!("websites[{index}]"), website, 256);
        }
        flaws.verdict()
    }
}

impl Client {
    /// What customers see about the number.
    ///
    /// # Errors
    /// As every call.
    pub async fn business_profile(&self, credentials: &Credentials) -> Result<BusinessProfile, SendFailure> {
        let path = format!("{}?fields={FIELDS}", path(credentials));
        Ok(self.page(credentials, &path, None).await?.data.first().map(profile).unwrap_or_default())
    }

    /// Changes what customers see about the number.
    ///
    /// # Errors
    /// Error 100 for a value that breaks a limit.
    pub async fn set_business_profile(&self, credentials: &Credentials, change: &ProfileChange) -> Result<(), SendFailure> {
        let mut body = json!(change);
        body["messaging_product"] = json!("whatsapp");
        self.tell(credentials, Method::POST, &path(credentials), Some(&body)).await
    }
}

fn path(credentials: &Credentials) -> String {
    format!("{}/whatsapp_business_profile", credentials.phone_number_id)
}

fn profile(profile: &Object) -> BusinessProfile {
    BusinessProfile {
        about: json::id(profile, "about"),
        address: json::id(profile, "address"),
        description: json::id(profile, "description"),
        email: json::id(profile, "email"),
        profile_picture_url: json::id(profile, "profile_picture_url"),
        websites: json::list(profile, "websites").iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        vertical: json::id(profile, "vertical"),
    }
}
