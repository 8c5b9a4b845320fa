//! WhatsApp's calls to us: check the signature over the raw bytes, keep them, answer 200.
//!
//! Nothing is understood here: whatever is signed by an app secret of ours is kept first and
//! processed afterwards, so that no bug in the processing can lose a customer's message.

use crate::app::App;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use msgboxx_cloud_api::signature;
use msgboxx_cloud_api::webhook::Verification;
use msgboxx_store::{StoreError, Tx};
use std::sync::Arc;

/// The path that WhatsApp is told; one for all accounts.
pub const PATH: &str = "/whatsapp/webhook";
/// WhatsApp sends at most 3 MB.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// The route for WhatsApp.
pub fn router() -> axum::Router<Arc<App>> {
    axum::Router::new().route(PATH, get(verify).post(receive).layer(DefaultBodyLimit::max(MOST_BYTES)))
}

/// Proves to WhatsApp that the address is ours: echoes the challenge if it names a verify token of ours.
async fn verify(State(app): State<Arc<App>>, RawQuery(query): RawQuery) -> Response {
    let Some(asked) = Verification::parse(query.as_deref().unwrap_or_default()) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    match app.accounts.accounts().await {
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Ok(accounts) if accounts.knows_verify_token(&asked.verify_token) => asked.challenge.into_response(),
        Ok(_) => StatusCode::FORBIDDEN.into_response(),
    }
}

async fn receive(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let accounts = match app.accounts.accounts().await {
        Ok(accounts) => accounts,
        Err(error) => return unavailable(&error),
    };
    let signature = headers.get(signature::HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let signer = match accounts.signer(signature, &body).map(str::to_owned) {
        Some(signer) => signer,
        None => match signer_just_added(&app, signature, &body).await {
            Ok(Some(signer)) => signer,
            Ok(None) => {
                tracing::warn!(bytes = body.len(), "refused a webhook call without a valid signature");
                return StatusCode::UNAUTHORIZED;
            }
            Err(error) => return unavailable(&error),
        },
    };
    match app.store.write(async move |tx: &mut Tx<'_>| tx.keep_post(&signer, &body).await).await {
        Ok(()) => {
            app.wake.inbound.notify_one();
            StatusCode::OK
        }
        Err(error) => unavailable(&error),
    }
}

/// An account may have been provisioned since the accounts were read.
async fn signer_just_added(app: &App, signature: &str, body: &[u8]) -> Result<Option<String>, StoreError> {
    let accounts = app.accounts.fresh().await?;
    Ok(accounts.signer(signature, body).map(str::to_owned))
}

/// WhatsApp tries again after anything but 200.
fn unavailable(error: &StoreError) -> StatusCode {
    tracing::error!(%error, "failed to keep a webhook call");
    StatusCode::SERVICE_UNAVAILABLE
}
