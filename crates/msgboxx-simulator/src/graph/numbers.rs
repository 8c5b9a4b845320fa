//! `GET /{phone-number-id}` and `GET /{waba}/phone_numbers`.

use std::sync::Arc;

use axum::response::Response;
use serde_json::{Map, Value, json};

use crate::graph::{GraphCall, access};
use crate::ledger::line::Kind;
use crate::reply;
use crate::shared::{Outcome, Shared};
use crate::world::World;

/// What Graph shows of a number that was not asked for certain fields.
const DEFAULT_FIELDS: &str =
    "verified_name,code_verification_status,display_phone_number,quality_rating,platform_type,throughput,webhook_configuration,id";

/// From so many messages a second on the throughput is called high.
const HIGH_THROUGHPUT: u32 = 1_000;

pub(crate) async fn get(shared: &Arc<Shared>, call: &GraphCall) -> Response {
    reply::graph(shared, call, "", |world, _| {
        let number = access::number(world, call.token.as_deref(), &call.node, &call.method);
        let answer = number.map(|identity| node(shared, world, &identity.phone_number_id, call));
        answer.map_or_else(|refusal| refusal.outcome(Kind::Control), |answer| Outcome::new(Kind::Control, 200, answer))
    })
    .await
}

pub(crate) async fn list(shared: &Arc<Shared>, call: &GraphCall) -> Response {
    reply::graph(shared, call, "", |world, _| {
        let account = access::business_account(world, call.token.as_deref(), &call.node, &call.method);
        let answer = account.map(|identity| {
            let same = world.identities().into_iter().filter(|other| other.business_account_id == identity.business_account_id);
            let data: Vec<_> = same.map(|other| node(shared, world, &other.phone_number_id, call)).collect();
            json!({"data": data, "paging": {"cursors": {"before": "MAZDZD", "after": "MQZDZD"}}})
        });
        answer.map_or_else(|refusal| refusal.outcome(Kind::Control), |answer| Outcome::new(Kind::Control, 200, answer))
    })
    .await
}

/// The fields of a node that were asked for; its id is always among them.
pub(crate) fn selected(all: Value, call: &GraphCall, default: &str) -> Value {
    let wanted = call.query.get("fields").map_or(default, String::as_str);
    let Value::Object(all) = all else { return all };
    let is_wanted = |name: &str| name == "id" || wanted.split(',').any(|field| field.trim() == name);
    Value::Object(all.into_iter().filter(|(name, _)| is_wanted(name)).collect::<Map<_, _>>())
}

fn node(shared: &Shared, world: &World, phone_number_id: &str, call: &GraphCall) -> Value {
    let Some((number, identity)) =
        world.numbers.get(phone_number_id).and_then(|number| number.identity.as_ref().map(|identity| (number, identity)))
    else {
        return Value::Null;
    };
    let settings = &number.settings;
    let level = if settings.throughput >= HIGH_THROUGHPUT { "HIGH" } else { "STANDARD" };
    let all = json!({
        "id": identity.phone_number_id,
        "verified_name": identity.name,
        "display_phone_number": identity.display_phone_number,
        "code_verification_status": "VERIFIED",
        "quality_rating": settings.quality,
        "platform_type": "CLOUD_API",
        "status": "CONNECTED",
        "name_status": "APPROVED",
        "is_official_business_account": false,
        "account_mode": "LIVE",
        "throughput": {"level": level},
        "whatsapp_business_manager_messaging_limit": format!("TIER_{}", settings.tier),
        "messaging_limit_tier": format!("TIER_{}", settings.tier),
        "webhook_configuration": {"application": shared.webhook_url},
        "health_status": {"can_send_message": "AVAILABLE", "entities": [
            {"entity_type": "PHONE_NUMBER", "id": identity.phone_number_id, "can_send_message": "AVAILABLE"}]},
    });
    selected(all, call, DEFAULT_FIELDS)
}
