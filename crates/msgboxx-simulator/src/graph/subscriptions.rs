//! `/{waba}/subscribed_apps`: whether, and where, webhooks are wanted.

use std::sync::Arc;

use axum::response::Response;
use serde_json::{Value, json};

use crate::graph::refusal::Refusal;
use crate::graph::{GraphCall, access, callbacks};
use crate::ledger::line::Kind;
use crate::reply;
use crate::shared::{Outcome, Shared};
use crate::world::World;
use crate::world::effect::{Effect, Subscription};

pub(crate) async fn call(shared: &Arc<Shared>, call: &GraphCall, text: &str) -> Response {
    let wanted = match (call.method.as_str(), call.parameters(text)) {
        ("POST", Ok(parameters)) => callbacks::verified_override(shared, &parameters).await,
        ("POST", Err(refusal)) => Err(refusal),
        _ => Ok(None),
    };
    let response = reply::graph(shared, call, text, |world, now| {
        let outcome = access::management(world, call, now).and_then(|identity| match call.method.as_str() {
            "GET" => Ok(Outcome::new(Kind::Control, 200, list(world, &identity.business_account_id))),
            // Without an address the app's own is used again.
            "POST" => Ok(change(&identity.business_account_id, Some(Subscription { override_callback_uri: wanted? }))),
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

fn change(waba: &str, subscription: Option<Subscription>) -> Outcome {
    let effect = Effect::Subscription { business_account_id: waba.to_owned(), subscription };
    Outcome::new(Kind::Control, 200, json!({"success": true})).with(effect)
}
