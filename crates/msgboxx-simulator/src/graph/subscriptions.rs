//! `/{waba}/subscribed_apps`: whether, and where, webhooks are wanted.

use std::sync::Arc;

use axum::response::Response;
use serde_json::{Value, json};

use crate::graph::refusal::Refusal;
use crate::graph::{GraphCall, access};
use crate::ledger::line::Kind;
use crate::reply;
use crate::shared::{Outcome, Shared};
use crate::world::World;
use crate::world::effect::{Effect, Subscription};

pub(crate) async fn call(shared: &Arc<Shared>, call: &GraphCall, text: &str) -> Response {
    let response = reply::graph(shared, call, text, |world, _| {
        let account = access::business_account(world, call.token.as_deref(), &call.node, &call.method);
        let outcome = account.and_then(|identity| match call.method.as_str() {
            "GET" => Ok(Outcome::new(Kind::Control, 200, list(world, &identity.business_account_id))),
            "POST" => subscribe(&identity.business_account_id, text),
            "DELETE" => Ok(change(&identity.business_account_id, None)),
            _ => Err(Refusal::unknown_object(&call.method, &call.node)),
        });
        outcome.unwrap_or_else(|refusal| refusal.outcome(Kind::Control))
    })
    .await;
    crate::delivery::wake_lanes(shared);
    response
}

fn list(world: &World, waba: &str) -> Value {
    let Some(subscription) = world.subscription(waba) else { return json!({"data": []}) };
    let mut app =
        json!({"whatsapp_business_api_data": {"id": "1", "link": "https://www.facebook.com/games/?app_id=1", "name": "Simulator"}});
    if let Some(url) = subscription.override_callback_uri {
        app["override_callback_uri"] = json!(url);
    }
    json!({"data": [app]})
}

/// Without a body the app's own address is used again.
fn subscribe(waba: &str, text: &str) -> Result<Outcome, Refusal> {
    let body: Value = if text.trim().is_empty() {
        Value::Null
    } else {
        serde_json::from_str(text).map_err(|_| Refusal::parameter("The request body must be a JSON object."))?
    };
    let override_callback_uri = match &body["override_callback_uri"] {
        Value::Null => None,
        Value::String(url) if url.len() <= 200 && (url.starts_with("http://") || url.starts_with("https://")) => Some(url.clone()),
        _ => return Err(Refusal::parameter("Param override_callback_uri must be a valid URI of at most 200 characters.")),
    };
    Ok(change(waba, Some(Subscription { override_callback_uri })))
}

fn change(waba: &str, subscription: Option<Subscription>) -> Outcome {
    let effect = Effect::Subscription { business_account_id: waba.to_owned(), subscription };
    Outcome::new(Kind::Control, 200, json!({"success": true})).with(effect)
}
