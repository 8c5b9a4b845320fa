//! `POST /{phone-number-id}/messages`: messages to customers, and read receipts.

use std::sync::Arc;

use axum::response::Response;
use serde_json::{Value, json};

use crate::graph::refusal::Refusal;
use crate::graph::{GraphCall, accept, access};
use crate::ledger::line::Kind;
use crate::reply;
use crate::shared::{Outcome, Shared};
use crate::world::World;
use crate::world::customer::Direction;
use crate::world::effect::Effect;

/// Older messages cannot be marked as read any more.
const RECEIPT_AGE: i64 = 30 * 86_400 * 1_000_000;

pub(crate) async fn post(shared: &Arc<Shared>, call: &GraphCall, text: &str) -> Response {
    let message: Option<Value> = serde_json::from_str(text).ok().filter(Value::is_object);
    let is_receipt = message.as_ref().is_some_and(|message| message["status"] == "read" && message.get("type").is_none());
    reply::graph(shared, call, text, |world, now| {
        let decided = access::number(world, call.token.as_deref(), &call.node, &call.method).and_then(|identity| {
            let message = message.as_ref().ok_or_else(|| Refusal::parameter("The request body must be a JSON object."))?;
            if is_receipt {
                return read(world, &identity.phone_number_id, message, now);
            }
            if call.edge == "marketing_messages" && message["type"] != "template" {
                return Err(Refusal::parameter("Param type must be one of {template}"));
            }
            accept::accept(world, &identity, message, now)
        });
        let kind = if is_receipt { Kind::Control } else { Kind::Send };
        decided.unwrap_or_else(|refusal| refusal.outcome(kind))
    })
    .await
}

fn read(world: &World, phone_number_id: &str, receipt: &Value, now: i64) -> Result<Outcome, Refusal> {
    if receipt["messaging_product"] != "whatsapp" {
        return Err(Refusal::parameter("The parameter messaging_product is required."));
    }
    let wamid = receipt["message_id"].as_str().ok_or_else(|| Refusal::missing("message_id"))?;
    if receipt.get("typing_indicator").is_some_and(|typing| typing["type"] != "text") {
        return Err(Refusal::parameter("Param typing_indicator['type'] must be one of {text}"));
    }
    let is_theirs = world.message(wamid).is_some_and(|(_, message)| {
        message.direction == Direction::Out && &*message.phone_number_id == phone_number_id && now - message.at <= RECEIPT_AGE
    });
    if !is_theirs {
        return Err(Refusal::invalid("message_id", "is not the id of a message that this number received"));
    }
    Ok(Outcome::new(Kind::Control, 200, json!({"success": true}))
        .with(Effect::Read { wamid: wamid.to_owned(), typing: receipt.get("typing_indicator").map(|_| now) }))
}
