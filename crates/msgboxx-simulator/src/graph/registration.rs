//! Registering a number with the Cloud API, its verification code and its two-step PIN (reference §5.2).

use std::sync::Arc;

use axum::response::Response;
use serde_json::{Value, json};

use crate::graph::callbacks::{self, Verified};
use crate::graph::refusal::Refusal;
use crate::graph::{GraphCall, access};
use crate::ledger::line::Kind;
use crate::reply;
use crate::shared::{Outcome, Shared};
use crate::world::World;
use crate::world::effect::Effect;
use crate::world::number::NumberChange;

/// The edges that this module answers.
pub(super) const EDGES: [&str; 4] = ["register", "deregister", "request_code", "verify_code"];

/// The code that every number is sent; there is no telephone here to hear another one.
const CODE: &str = "123456";

pub(super) async fn call(shared: &Arc<Shared>, call: &GraphCall, text: &str) -> Response {
    reply::graph(shared, call, "{}", |world, now| {
        let outcome = access::number(world, call.token.as_deref(), &call.node, &call.method).and_then(|identity| {
            let parameters = call.parameters(text)?;
            let change = NumberChange { phone_number_id: identity.phone_number_id.clone(), at: now, ..NumberChange::default() };
            let changed = match call.edge.as_str() {
                "register" => Some(register(world, &parameters, change, now)?),
                "deregister" => Some(deregister(world, change, now)?),
                edge => {
                    check_code(edge, &parameters)?;
                    None
                }
            };
            let outcome = Outcome::new(Kind::Control, 200, json!({"success": true}));
            Ok(match changed {
                Some(change) => outcome.with(Effect::Number(Box::new(change))),
                None => outcome,
            })
        });
        outcome.unwrap_or_else(|refusal| refusal.outcome(Kind::Control))
    })
    .await
}

fn register(world: &World, parameters: &Value, change: NumberChange, now: i64) -> Result<NumberChange, Refusal> {
    let known = world.numbers.get(change.phone_number_id.as_str());
    if parameters["messaging_product"] != "whatsapp" {
        return Err(Refusal::parameter("The parameter messaging_product is required."));
    }
    if known.is_some_and(|number| !number.may_register(now)) {
        return Err(Refusal::of(133_016));
    }
    let pin = pin(parameters)?;
    let is_right = known.and_then(|number| number.registration.pin.as_deref()).is_none_or(|known| known == pin);
    if is_right { Ok(NumberChange { registered: Some(true), pin: Some(pin), ..change }) } else { Err(Refusal::of(133_005)) }
}

fn deregister(world: &World, change: NumberChange, now: i64) -> Result<NumberChange, Refusal> {
    let known = world.numbers.get(change.phone_number_id.as_str());
    if known.is_some_and(|number| number.registration.is_given_up) {
        return Err(Refusal::of(133_010));
    }
    if known.is_some_and(|number| !number.may_register(now)) {
        return Err(Refusal::of(133_016));
    }
    Ok(NumberChange { registered: Some(false), ..change })
}

fn pin(parameters: &Value) -> Result<String, Refusal> {
    let pin = match &parameters["pin"] {
        Value::String(pin) => pin.clone(),
        Value::Number(pin) => pin.to_string(),
        _ => return Err(Refusal::parameter("The parameter pin is required.")),
    };
    let is_pin = pin.len() == 6 && pin.bytes().all(|byte| byte.is_ascii_digit());
    if is_pin { Ok(pin) } else { Err(Refusal::parameter("Param pin must be 6 digits long.")) }
}

fn check_code(edge: &str, parameters: &Value) -> Result<(), Refusal> {
    if edge == "request_code" {
        let is_known = matches!(parameters["code_method"].as_str(), Some("SMS" | "VOICE"));
        return if is_known { Ok(()) } else { Err(Refusal::parameter("Param code_method must be one of {SMS, VOICE}")) };
    }
    let code = match &parameters["code"] {
        Value::Number(code) => code.to_string(),
        code => code.as_str().unwrap_or_default().replace('-', ""),
    };
    if code == CODE { Ok(()) } else { Err(Refusal::with(136_025, "The verification code is not correct")) }
}

/// `POST /{phone-number-id}`: a new PIN, or a callback address of its own.
pub(super) async fn change(shared: &Arc<Shared>, call: &GraphCall, text: &str) -> Response {
    let parameters = call.parameters(text);
    let wanted = match &parameters {
        Ok(parameters) if parameters["webhook_configuration"].is_object() => {
            Some(callbacks::verified_override(shared, &parameters["webhook_configuration"]).await)
        }
        _ => None,
    };
    let response = reply::graph(shared, call, "{}", |world, now| {
        let outcome = access::number(world, call.token.as_deref(), &call.node, &call.method).and_then(|identity| {
            changed(
                &parameters?,
                wanted,
                NumberChange { phone_number_id: identity.phone_number_id.clone(), at: now, ..NumberChange::default() },
            )
        });
        outcome.unwrap_or_else(|refusal| refusal.outcome(Kind::Control))
    })
    .await;
    crate::delivery::wake_lanes(shared);
    response
}

fn changed(parameters: &Value, callback: Option<Verified>, mut change: NumberChange) -> Result<Outcome, Refusal> {
    if let Some(callback) = callback {
        change.callback = Some(callback?.unwrap_or_default());
    }
    if parameters.get("pin").is_some() {
        change.pin = Some(pin(parameters)?);
    }
    if change.callback.is_none() && change.pin.is_none() {
        return Err(Refusal::parameter("The request has no parameter that can be set: pin or webhook_configuration."));
    }
    Ok(Outcome::new(Kind::Control, 200, json!({"success": true})).with(Effect::Number(Box::new(change))))
}
