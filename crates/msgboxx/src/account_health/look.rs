//! What WhatsApp says of an account when it is asked.

use msgboxx_cloud_api::client::{Client, Credentials, Health, PhoneNumber, SubscribedApp, TokenInfo};
use msgboxx_cloud_api::error::SendFailure;

/// WhatsApp's answers.
#[derive(Debug, Clone)]
pub struct Look {
    /// The number; also the proof that the token is taken.
    pub number: Result<PhoneNumber, SendFailure>,
    /// The apps that receive webhooks; none when the number already could not be asked for.
    pub apps: Option<Result<Vec<SubscribedApp>, SendFailure>>,
    /// Whether the number is also used in the WhatsApp Business app, if WhatsApp says so.
    pub is_on_business_app: Option<bool>,
    /// What the token is good for, if WhatsApp says so.
    pub token: Option<TokenInfo>,
    /// Whether the number can send, if WhatsApp says so.
    pub health: Option<Health>,
}

/// Asks WhatsApp. Nothing else is asked once it refuses the number.
pub async fn look(cloud: &Client, credentials: &Credentials) -> Look {
    let number = cloud.phone_number(credentials).await;
    if number.is_err() {
        return Look { number, apps: None, is_on_business_app: None, token: None, health: None };
    }
    let (apps, is_on_business_app, token, health) = tokio::join!(
        cloud.subscribed_apps(credentials),
        cloud.is_on_business_app(credentials),
        cloud.token_info(credentials),
        cloud.health(credentials, &credentials.phone_number_id),
    );
    Look { number, apps: Some(apps), is_on_business_app: is_on_business_app.ok(), token: token.ok(), health: health.ok() }
}

/// Whether WhatsApp refused the access token itself.
pub fn is_refused_token(failure: &SendFailure) -> bool {
    failure.graph_error().is_some_and(|error| matches!(error.code, 0 | 190))
}
