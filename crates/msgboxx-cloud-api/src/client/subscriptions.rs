//! Whether, and where, a WABA's webhooks come to us.
//!
//! Each WABA has to be subscribed, or nothing comes though the app is set up. Source: Meta's "Manage webhooks" and "Overrides".

use reqwest::Method;
use serde_json::{Value, json};

use super::{Client, Credentials};
use crate::error::SendFailure;
use crate::json::{self, Object};

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

/// An address for webhooks in place of the app's own. WhatsApp verifies it while it is set.
#[derive(Clone, PartialEq, Eq)]
pub struct Callback {
    /// An https address of at most 200 characters.
    pub uri: String,
    /// What WhatsApp says when it verifies the address.
    pub verify_token: String,
}

impl std::fmt::Debug for Callback {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Callback").field("uri", &self.uri).field("verify_token", &"…").finish()
    }
}

impl Callback {
    fn body(&self) -> Value {
        json!({"override_callback_uri": self.uri, "verify_token": self.verify_token})
    }
}

impl Client {
    /// The apps that receive the WABA's webhooks; an empty list means that nobody does.
    ///
    /// # Errors
    /// As every call.
    pub async fn subscribed_apps(&self, credentials: &Credentials) -> Result<Vec<SubscribedApp>, SendFailure> {
        Ok(self.page(credentials, &subscriptions(credentials), None).await?.data.iter().map(subscribed_app).collect())
    }

    /// Subscribes the token's app to the WABA's webhooks, at an address of its own if one is given.
    ///
    /// # Errors
    /// Error 100 if the address does not answer as it should.
    pub async fn subscribe_app(&self, credentials: &Credentials, callback: Option<&Callback>) -> Result<(), SendFailure> {
        let body = callback.map(Callback::body);
        self.tell(credentials, Method::POST, &subscriptions(credentials), body.as_ref()).await
    }

    /// Ends the subscription: nothing comes any more, for any number of the WABA.
    ///
    /// # Errors
    /// As every call.
    pub async fn unsubscribe_app(&self, credentials: &Credentials) -> Result<(), SendFailure> {
        self.tell(credentials, Method::DELETE, &subscriptions(credentials), None).await
    }

    /// Sends this number's webhooks to an address of its own, or back to where the WABA's go.
    ///
    /// # Errors
    /// Error 100 if the address does not answer as it should.
    pub async fn set_number_callback(&self, credentials: &Credentials, callback: Option<&Callback>) -> Result<(), SendFailure> {
        let configuration = callback.map_or_else(|| json!({"override_callback_uri": ""}), Callback::body);
        let body = json!({"webhook_configuration": configuration});
        self.tell(credentials, Method::POST, &credentials.phone_number_id, Some(&body)).await
    }
}

fn subscriptions(credentials: &Credentials) -> String {
    format!("{}/subscribed_apps", credentials.business_account_id)
}

fn subscribed_app(app: &Object) -> SubscribedApp {
    let data = json::object(app, "whatsapp_business_api_data");
    SubscribedApp {
        id: data.and_then(|data| json::id(data, "id")),
        name: data.and_then(|data| json::id(data, "name")),
        override_callback_uri: json::id(app, "override_callback_uri"),
    }
}
