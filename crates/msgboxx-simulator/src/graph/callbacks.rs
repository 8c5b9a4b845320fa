//! Setting a callback address: it has to answer the verification first (reference §2.1).
//!
//! An address can be set for a number, for a WABA and for the app; the narrowest one counts.

use std::sync::Arc;
use std::time::Duration;

use axum::response::Response;
use rand::RngCore as _;
use serde_json::{Value, json};

use crate::graph::GraphCall;
use crate::graph::refusal::Refusal;
use crate::ledger::line::Kind;
use crate::reply;
use crate::shared::{Outcome, Shared};
use crate::world::effect::Effect;

/// How long an address may take to answer, in real time.
const PATIENCE: Duration = Duration::from_secs(10);

const LONGEST_URL: usize = 200;

/// An address that was asked for, and whether it proved itself.
pub(super) type Verified = Result<Option<String>, Refusal>;

/// Reads `override_callback_uri` and `verify_token` and asks the address. None: no address is wanted.
pub(super) async fn verified_override(shared: &Shared, parameters: &Value) -> Verified {
    let url = match &parameters["override_callback_uri"] {
        Value::Null => return Ok(None),
        Value::String(url) if url.is_empty() => return Ok(None),
        Value::String(url) if is_address(url) => url,
        _ => {
            let sentence = format!("Param override_callback_uri must be a valid URI of at most {LONGEST_URL} characters.");
            return Err(Refusal::parameter(&sentence));
        }
    };
    let token = parameters["verify_token"].as_str().ok_or_else(|| Refusal::parameter("The parameter verify_token is required."))?;
    verify(shared, url, token).await.map(|()| Some(url.clone()))
}

fn is_address(url: &str) -> bool {
    url.len() <= LONGEST_URL && url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

/// Asks the address whether it knows the token. It has to give the challenge back, bare, with 200.
async fn verify(shared: &Shared, url: &str, token: &str) -> Result<(), Refusal> {
    let challenge = (u64::from(shared.world().chance().next_u32()) + 1_000_000_000).to_string();
    let query = [("hub.mode", "subscribe"), ("hub.challenge", challenge.as_str()), ("hub.verify_token", token)];
    let failed = |why: String| Refusal::callback(&format!("Callback verification failed with the following errors: {why}"));
    let mut address = url::Url::parse(url).map_err(|error| failed(error.to_string()))?;
    address.query_pairs_mut().extend_pairs(query);
    let response = shared.http.get(address).timeout(PATIENCE).send().await;
    let response = response.map_err(|error| failed(format!("the URL could not be reached ({error})")))?;
    let status = response.status();
    if status.as_u16() != 200 {
        let words = status.canonical_reason().unwrap_or_default();
        return Err(failed(format!("HTTP Status Code = {}; HTTP Message = {words}", status.as_u16())));
    }
    let body = response.bytes().await.unwrap_or_default();
    if body.trim_ascii() == challenge.as_bytes() {
        return Ok(());
    }
    Err(failed("the challenge was not given back".to_owned()))
}

/// `POST /{app-id}/subscriptions` with an app's token: the app's own address.
pub(super) async fn of_app(shared: &Arc<Shared>, call: &GraphCall, text: &str) -> Response {
    let wanted = match call.parameters(text) {
        Ok(parameters) => app_address(shared, call, &parameters).await,
        Err(refusal) => Err(refusal),
    };
    reply::graph(shared, call, noted(text), |_, _| {
        let outcome = wanted.map(|(phone_number_ids, callback_url)| {
            let effect = Effect::AppCallback { phone_number_ids, callback_url: Some(callback_url) };
            Outcome::new(Kind::Control, 200, json!({"success": true})).with(effect)
        });
        outcome.unwrap_or_else(|refusal| refusal.outcome(Kind::Control))
    })
    .await
}

/// The numbers whose app it is, and the address once it has proved itself.
async fn app_address(shared: &Shared, call: &GraphCall, parameters: &Value) -> Result<(Vec<String>, String), Refusal> {
    let secret =
        call.token.as_deref().and_then(|token| token.split_once('|')).filter(|(app, _)| *app == call.node).map(|(_, secret)| secret);
    let secret = secret.ok_or_else(|| Refusal::bad_token("This method must be called with an app access_token.", None))?;
    let own = shared.world().identities().into_iter().filter(|identity| identity.app_secret == secret);
    let ids: Vec<_> = own.map(|identity| identity.phone_number_id.clone()).collect();
    if ids.is_empty() {
        return Err(Refusal::bad_token("Invalid OAuth access token signature.", None));
    }
    if parameters["object"] != "whatsapp_business_account" {
        return Err(Refusal::parameter("Param object must be one of {whatsapp_business_account}"));
    }
    let url = parameters["callback_url"].as_str().filter(|url| is_address(url));
    let url = url.ok_or_else(|| Refusal::parameter("Param callback_url must be a valid URI."))?;
    verify(shared, url, parameters["verify_token"].as_str().unwrap_or_default()).await?;
    Ok((ids, url.to_owned()))
}

/// A form stands in the ledger as what it is not: JSON; so it is left out, with the token in it.
fn noted(text: &str) -> &str {
    if text.trim_start().starts_with('{') { text } else { "" }
}
