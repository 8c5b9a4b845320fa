//! Whether a message is taken, and what becomes of it then.
//!
//! The checks come in the real one's order: content, recipient, faults ordered by a test, pace of the
//! number, pace of the pair, template. What WhatsApp finds out later (the window, a number that is
//! not on WhatsApp) is a failure reported by webhook after the message was taken.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::config::BusinessNumber;
use crate::graph::addressee::addressee;
use crate::graph::refusal::Refusal;
use crate::graph::taken::Taken;
use crate::graph::{content, template_check};
use crate::ledger::line::Kind;
use crate::shared::{Manner, Outcome};
use crate::world::World;
use crate::world::effect::Effect;
use crate::world::fault::{Fault, FaultKind};
use crate::world::media;
use crate::world::reserved::Reserved;

pub(crate) fn accept(world: &mut World, identity: &BusinessNumber, message: &Value, now: i64) -> Result<Outcome, Refusal> {
    let empty = Map::new();
    let fields = message.as_object().unwrap_or(&empty);
    check_account(world, identity)?;
    let kind = content::check(fields)?;
    let addressee = addressee(world, identity, fields)?;
    let fault = world.faults.meeting(&addressee.digits).cloned();
    if let Some(refused) = fault.as_ref().and_then(refused_by) {
        return Ok(refused);
    }
    let reserved = Reserved::of(&addressee.digits);
    if let Some(code) = reserved.and_then(Reserved::refusal) {
        return Err(Refusal::of(code));
    }
    take_pace(world, identity, &addressee.digits, now)?;
    let medium = check_media(world, identity, fields, kind, now)?;
    let (template, rendered) = match kind {
        "template" => {
            let templates = world.templates(&identity.business_account_id);
            let (template, rendered) = template_check::fill(templates, &message["template"], now)?;
            if addressee.is_by_user_id && template.category == "AUTHENTICATION" {
                return Err(Refusal::of(131_062));
            }
            (Some(template.clone()), Some(rendered))
        }
        _ => (None, None),
    };
    let taken = Taken { identity, message, kind, addressee, template, rendered, fault, reserved, is_medium_wrong: !medium };
    taken.decide(world, now)
}

/// A number that is not registered, or whose account is in a bad state, sends nothing.
fn check_account(world: &World, identity: &BusinessNumber) -> Result<(), Refusal> {
    let Some(number) = world.numbers.get(identity.phone_number_id.as_str()) else { return Ok(()) };
    let is_given_up = number.registration.is_given_up.then_some(133_010);
    is_given_up.or_else(|| number.settings.account_refusal()).map_or(Ok(()), |code| Err(Refusal::of(code)))
}

fn refused_by(fault: &Fault) -> Option<Outcome> {
    let outcome = match fault.kind {
        FaultKind::Error { code, http_status } => {
            let refusal = Refusal::of(code);
            let status = http_status.unwrap_or(refusal.http_status);
            refusal.with_status(status).outcome(Kind::Send)
        }
        FaultKind::Http { http_status } => Outcome { manner: Manner::Bare, ..Outcome::new(Kind::Send, http_status, Value::Null) },
        FaultKind::Hang { .. } | FaultKind::DropReply | FaultKind::Status { .. } => return None,
    };
    Some(outcome.with(Effect::FaultMet { fault: fault.id }))
}

fn take_pace(world: &mut World, identity: &BusinessNumber, customer: &Arc<str>, now: i64) -> Result<(), Refusal> {
    let Some(number) = world.numbers.get_mut(identity.phone_number_id.as_str()) else { return Ok(()) };
    if !number.take_throughput(now) {
        return Err(Refusal::of(130_429));
    }
    if !number.take_pair(customer, now) {
        return Err(Refusal::of(131_056));
    }
    Ok(())
}

/// A medium that is named by its id must be there and this number's. Returns whether its type fits the kind.
fn check_media(world: &World, identity: &BusinessNumber, message: &Map<String, Value>, kind: &str, now: i64) -> Result<bool, Refusal> {
    if !matches!(kind, "image" | "video" | "audio" | "document" | "sticker") {
        return Ok(true);
    }
    let id = match message.get(kind).and_then(|medium| medium.get("id")) {
        None => return Ok(true),
        Some(Value::String(id)) => id.clone(),
        Some(id) => id.to_string(),
    };
    let medium = world.media.get(&id).filter(|medium| !medium.is_expired(now) && medium.phone_number_id == identity.phone_number_id);
    let medium = medium.ok_or_else(|| Refusal::invalid(&format!("{kind}.id"), "is not the id of an uploaded medium"))?;
    Ok(media::fits(kind, &medium.mime_type))
}
