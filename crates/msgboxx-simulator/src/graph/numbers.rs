//! `GET /{phone-number-id}` and `GET /{waba}/phone_numbers`.

use std::sync::Arc;

use axum::response::Response;
use serde_json::{Map, Value, json};

use crate::graph::{GraphCall, access};
use crate::ledger::line::Kind;
use crate::reply;
use crate::shared::{Outcome, Shared};
use crate::world::World;
use crate::world::announce::HIGH_THROUGHPUT;
use crate::world::number::Number;

/// What Graph shows of a number that was not asked for certain fields.
const DEFAULT_FIELDS: &str =
    "verified_name,code_verification_status,display_phone_number,quality_rating,platform_type,throughput,webhook_configuration,id";

pub(crate) async fn get(shared: &Arc<Shared>, call: &GraphCall) -> Response {
    reply::graph(shared, call, "", |world, _| {
        let number = access::number(world, call.token.as_deref(), &call.node, &call.method);
        let answer = number.map(|identity| node(shared, world, &identity.phone_number_id, call));
        answer.map_or_else(|refusal| refusal.outcome(Kind::Control), |answer| Outcome::new(Kind::Control, 200, answer))
    })
    .await
}

pub(crate) async fn list(shared: &Arc<Shared>, call: &GraphCall) -> Response {
    reply::graph(shared, call, "", |world, now| {
        let account = access::management(world, call, now);
        let answer = account.map(|identity| {
            let same = world.identities().into_iter().filter(|other| other.business_account_id == identity.business_account_id);
            let data: Vec<_> = same.map(|other| node(shared, world, &other.phone_number_id, call)).collect();
            json!({"data": data, "paging": {"cursors": {"before": "MAZDZD", "after": "MQZDZD"}}})
        });
        answer.map_or_else(|refusal| refusal.outcome(Kind::Control), |answer| Outcome::new(Kind::Control, 200, answer))
    })
    .await
}

/// The names in a list of fields; what stands in braces or after a dot narrows a field and is not looked at.
fn fields(list: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_u32;
    list.split(move |character| {
        match character {
            '{' | '(' => depth += 1,
            '}' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        character == ',' && depth == 0
    })
    .map(|field| field.split(['{', '.', '(']).next().unwrap_or_default().trim())
}

/// The fields of a node that were asked for; its id is always among them.
pub(crate) fn selected(all: Value, call: &GraphCall, default: &str) -> Value {
    named(all, call.query.get("fields").map_or(default, String::as_str))
}

/// The members that a list of fields names.
pub(crate) fn named(all: Value, wanted: &str) -> Value {
    let Value::Object(all) = all else { return all };
    let is_wanted = |name: &str| name == "id" || fields(wanted).any(|field| field == name);
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
    let mut callbacks = json!({"application": number.app_callback.as_ref().unwrap_or(&shared.webhook_url)});
    if let Some(url) = world.subscription(&identity.business_account_id).and_then(|subscription| subscription.override_callback_uri) {
        callbacks["whatsapp_business_account"] = json!(url);
    }
    if let Some(url) = &number.callback {
        callbacks["phone_number"] = json!(url);
    }
    let all = json!({
        "id": identity.phone_number_id,
        "verified_name": identity.name,
        "display_phone_number": identity.display_phone_number,
        "code_verification_status": "VERIFIED",
        "quality_rating": settings.quality,
        "quality_score": {"score": settings.quality},
        "platform_type": if number.registration.is_given_up { "NOT_APPLICABLE" } else { "CLOUD_API" },
        "status": if number.registration.is_given_up { "DISCONNECTED" } else { "CONNECTED" },
        "name_status": "APPROVED",
        "new_name_status": "NONE",
        "is_official_business_account": false,
        "is_pin_enabled": number.registration.pin.is_some(),
        "account_mode": "LIVE",
        "throughput": {"level": level},
        "whatsapp_business_manager_messaging_limit": format!("TIER_{}", settings.tier),
        "messaging_limit_tier": format!("TIER_{}", settings.tier),
        "webhook_configuration": callbacks,
        "health_status": health(number, &identity.phone_number_id, &identity.business_account_id),
    });
    selected(all, call, DEFAULT_FIELDS)
}

/// Whether messages can be sent, and which part stands in the way.
fn health(number: &Number, phone_number_id: &str, business_account_id: &str) -> Value {
    let of_number = match (number.registration.is_given_up, number.settings.quality.as_str()) {
        (true, _) => "BLOCKED",
        (_, "RED") => "LIMITED",
        _ => "AVAILABLE",
    };
    let of_account = match number.settings.account.as_str() {
        "active" => "AVAILABLE",
        "unpaid" | "maintenance" => "LIMITED",
        _ => "BLOCKED",
    };
    let all = [of_number, of_account];
    let worst = ["BLOCKED", "LIMITED"].into_iter().find(|state| all.contains(state)).unwrap_or("AVAILABLE");
    json!({"can_send_message": worst, "entities": [
        {"entity_type": "PHONE_NUMBER", "id": phone_number_id, "can_send_message": of_number},
        {"entity_type": "WABA", "id": business_account_id, "can_send_message": of_account}]})
}

/// `GET /{waba}`: the account itself.
pub(crate) async fn account(shared: &Arc<Shared>, call: &GraphCall) -> Response {
    reply::graph(shared, call, "", |world, now| {
        let answer = access::management(world, call, now).map(|identity| {
            let all = json!({"id": identity.business_account_id, "name": identity.name, "currency": "GBP", "timezone_id": "1",
                "message_template_namespace": format!("ns_{}", identity.business_account_id), "account_review_status": "APPROVED",
                "business_verification_status": "verified", "country": "GB", "ownership_type": "SELF", "status": "ACTIVE",
                "health_status": world.numbers.get(identity.phone_number_id.as_str())
                    .map(|number| health(number, &identity.phone_number_id, &identity.business_account_id))});
            selected(all, call, "id,name,timezone_id,message_template_namespace,currency")
        });
        answer.map_or_else(|refusal| refusal.outcome(Kind::Control), |answer| Outcome::new(Kind::Control, 200, answer))
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::fields;

    #[test]
    fn a_list_of_fields_may_narrow_them() {
        let names: Vec<_> = fields("id, status,health_status{can_send_message,entities},quality_score.score").collect();
        assert_eq!(names, ["id", "status", "health_status", "quality_score"]);
    }
}
