//! From a stored message to the call that sends it, and back from what somebody wants to say to what is stored.
//!
//! A template's payload is the template message itself. Any other payload is an object in WhatsApp's own words: the member
//! named like the kind, and `context` if an earlier message is quoted; a text without quote needs none.

use crate::sending::claim::Claimed;
use msgboxx_cloud_api::send::{Outgoing, OutgoingContent, Recipient};
use msgboxx_model::{Failure, MessageKind};
use msgboxx_store::DueJob;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// What is stored of a message that somebody wants to send, as JSON.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn payload(content: &OutgoingContent, quoted: Option<&str>) -> Result<String, serde_json::Error> {
    if matches!(content, OutgoingContent::Template(_) | OutgoingContent::StoredTemplate(_)) {
        return serde_json::to_string(content);
    }
    let mut payload = Map::new();
    payload.insert(content.kind().to_owned(), serde_json::to_value(content)?);
    if let Some(wamid) = quoted {
        payload.insert("context".to_owned(), json!({"message_id": wamid}));
    }
    Ok(Value::Object(payload).to_string())
}

/// The call for a claimed job; what WhatsApp would refuse anyway is refused here, with a sentence.
///
/// # Errors
/// The failure that ends the message.
pub fn outgoing(claimed: &Claimed) -> Result<Outgoing, Failure> {
    let job = &claimed.job;
    let to = match (&job.mobile_number, &job.user_id) {
        (Some(number), _) => Recipient::Phone(number.to_string()),
        (None, Some(user)) => Recipient::User(user.clone()),
        (None, None) => return Err(failure("no_address", "The contact has neither a number nor a WhatsApp user id.")),
    };
    let (content, quoted) = content(job)?;
    let outgoing = Outgoing { to, content, quoted, callback_data: Some(claimed.attempt.to_string()) };
    match outgoing.check() {
        Ok(()) => Ok(outgoing),
        Err(flaws) => Err(failure("refused_by_rule", &format!("WhatsApp would refuse the message: {flaws}."))),
    }
}

fn content(job: &DueJob) -> Result<(OutgoingContent, Option<String>), Failure> {
    if job.kind == MessageKind::Template {
        let template = OutgoingContent::stored_template(&job.payload);
        return template.map(|template| (template, None)).map_err(|error| failure("unreadable_template", &error.to_string()));
    }
    if !can_be_sent(job.kind) {
        return Err(failure("unsupported_kind", &format!("WhatsApp takes no messages of the kind {} from a business.", job.kind)));
    }
    let unreadable = |why: &str| failure("unreadable_message", &format!("What is stored of the message cannot be sent: {why}."));
    let members: HashMap<&str, Box<RawValue>> = serde_json::from_str(&job.payload).map_err(|error| unreadable(&error.to_string()))?;
    let quoted = members.get("context").and_then(|context| wamid_in(context));
    if quoted.is_some() && job.kind == MessageKind::Reaction {
        return Err(unreadable("a reaction cannot quote"));
    }
    let content = match members.get(job.kind.as_str()) {
        Some(member) => OutgoingContent::stored(job.kind.as_str(), member.get()).map_err(|error| unreadable(&error.to_string()))?,
        None if job.kind == MessageKind::Text => OutgoingContent::Text { body: job.body.clone(), preview_url: true },
        None => return Err(unreadable(&format!("it has no member {}", job.kind))),
    };
    Ok((content, quoted))
}

fn wamid_in(context: &RawValue) -> Option<String> {
    let context: Value = serde_json::from_str(context.get()).ok()?;
    context["message_id"].as_str().map(str::to_owned)
}

/// What a business can send; the others only come from customers.
fn can_be_sent(kind: MessageKind) -> bool {
    !matches!(kind, MessageKind::Button | MessageKind::Order | MessageKind::System | MessageKind::Unsupported)
}

fn failure(code: &str, detail: &str) -> Failure {
    Failure { code: code.to_owned(), detail: detail.to_owned() }
}

#[cfg(test)]
mod tests;
