//! A message that a customer writes, from what `POST /simulator/messages` says of it.
//!
//! Members that are not about the author go into the message as they are, so that any inbound type
//! of the Graph API can be written, also one that nobody knows yet.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::{Mistake, digits, medium, parsed, taps};
use crate::config::BusinessNumber;
use crate::shared::Shared;
use crate::world::World;
use crate::world::customer::{Direction, PhoneMessage};
use crate::world::effect::Wrote;
use crate::world::media::Medium;

/// Members about the author, not about the message.
const ABOUT_AUTHOR: [&str; 10] = ["from", "to", "name", "user_id", "username", "hide_number", "timestamp", "delay_seconds", "id", "type"];

/// Kinds whose body is a list; of the other known ones it is an object.
const LIST_KINDS: [&str; 1] = ["contacts"];
const OBJECT_KINDS: [&str; 14] = [
    "text",
    "image",
    "video",
    "audio",
    "document",
    "sticker",
    "location",
    "button",
    "interactive",
    "reaction",
    "order",
    "system",
    "edit",
    "revoke",
];

const LONGEST_TEXT: usize = 65_536;

/// A later timestamp was surely not meant in seconds: the year 2100.
const LAST_SECOND: i64 = 4_102_444_800;

/// A message as the customer wrote it.
#[derive(Debug)]
pub(super) struct Written {
    from: String,
    to: String,
    name: Option<String>,
    user_id: Option<String>,
    username: Option<String>,
    hide_number: Option<bool>,
    timestamp: Option<i64>,
    /// How long its webhook waits.
    delay_seconds: Option<i64>,
    id: Option<String>,
    kind: String,
    message: Map<String, Value>,
    medium: Option<Medium>,
}

/// Reads and checks the body of the call.
pub(super) fn read(text: &str) -> Result<Written, Mistake> {
    let body: Map<String, Value> = parsed(text)?;
    let kind = match text_member(&body, "type")? {
        Some(kind) => kind,
        None if body.contains_key("text") => "text".to_owned(),
        None => return Err(Mistake::bad("type is missing, for example \"text\"")),
    };
    check_body(&body, &kind)?;
    let hide_number = match body.get("hide_number") {
        None | Some(Value::Null) => None,
        Some(Value::Bool(hide)) => Some(*hide),
        Some(_) => return Err(Mistake::bad("hide_number is true or false")),
    };
    let from = text_member(&body, "from")?.ok_or_else(|| Mistake::bad("from is missing: the customer's phone number"))?;
    let id = text_member(&body, "id")?;
    if id.as_ref().is_some_and(|id| !id.starts_with("wamid.") || id.len() > 255) {
        return Err(Mistake::bad("id begins with \"wamid.\" and has at most 255 characters"));
    }
    Ok(Written {
        from: digits("from", &from)?,
        to: text_member(&body, "to")?.ok_or_else(|| Mistake::bad("to is missing: the business's phone number"))?,
        name: text_member(&body, "name")?,
        user_id: text_member(&body, "user_id")?,
        username: text_member(&body, "username")?,
        hide_number,
        timestamp: body.get("timestamp").filter(|timestamp| !timestamp.is_null()).map(timestamp).transpose()?,
        delay_seconds: body.get("delay_seconds").filter(|delay| !delay.is_null()).map(delay).transpose()?,
        id,
        kind,
        message: body.into_iter().filter(|(name, _)| !ABOUT_AUTHOR.contains(&name.as_str())).collect(),
        medium: None,
    })
}

/// Gives a medium an id and bytes, where the message names none.
pub(super) async fn with_medium(shared: &Arc<Shared>, mut written: Written) -> Result<Written, Mistake> {
    if !medium::KINDS.contains(&written.kind.as_str()) {
        return Ok(written);
    }
    if let Some(Value::Object(body)) = written.message.get_mut(&written.kind) {
        written.medium = medium::attach(shared, &written.kind, body).await?;
    }
    Ok(written)
}

/// What the ledger notes of the call: all of it, unless it carries a medium.
pub(super) fn noted(text: &str) -> &str {
    const LONGEST_NOTED: usize = 64 << 10;
    if text.len() > LONGEST_NOTED { r#"{"note":"too long to be kept here"}"# } else { text }
}

impl Written {
    /// What it changes: the message with its id, its time, and the number that it is for.
    pub(super) fn wrote(mut self, world: &mut World, now: i64) -> Result<Wrote, Mistake> {
        let identity = self.addressee(world)?;
        let business = identity.display_phone_number.trim_start_matches('+');
        self.from = world.known_writer(&self.from);
        if world.numbers.get(identity.phone_number_id.as_str()).is_some_and(|number| number.blocked.contains(&self.from)) {
            return Err(Mistake::new(StatusCode::CONFLICT, "the business has blocked this customer"));
        }
        self.point_at_what_was_tapped(world, &identity.phone_number_id);
        if business == self.from {
            return Err(Mistake::bad("from and to are the same number"));
        }
        let id = self.id.take().unwrap_or_else(|| world.new_wamid(&self.from, true));
        if let Some(Value::Object(context)) = self.message.get_mut("context")
            && context.contains_key("id")
        {
            context.entry("from").or_insert_with(|| json!(business));
        }
        if let Some(medium) = &mut self.medium {
            medium.phone_number_id.clone_from(&identity.phone_number_id);
            medium.at = now;
            if let Some(body) = self.message.get_mut(&self.kind) {
                body["url"] = json!(crate::graph::medium_address(medium, now));
            }
        }
        self.message.insert("id".to_owned(), json!(id));
        self.message.insert("type".to_owned(), json!(self.kind));
        Ok(Wrote {
            phone_number_id: identity.phone_number_id.clone(),
            business_account_id: identity.business_account_id.clone(),
            business: identity.display_phone_number.clone(),
            customer: self.from,
            name: self.name,
            user_id: self.user_id,
            hide_number: self.hide_number,
            at: now,
            timestamp: self.timestamp.unwrap_or(now / 1_000_000),
            due: self.delay_seconds.map(|seconds| now.saturating_add(seconds * 1_000_000)),
            username: self.username,
            message: Value::Object(self.message),
            medium: self.medium,
            update: world.take_updates(1),
        })
    }

    /// A tap belongs to the message with the button: the newest one that offers it, unless it is named.
    fn point_at_what_was_tapped(&mut self, world: &World, phone_number_id: &str) {
        let Some(customer) = world.customers.get(self.from.as_str()).filter(|_| !self.message.contains_key("context")) else { return };
        let Some(tapped) = taps::tapped(&self.kind, &self.message) else { return };
        let from_business = |message: &&PhoneMessage| message.direction == Direction::In && &*message.phone_number_id == phone_number_id;
        let offering = customer.messages.iter().rev().filter(from_business).find(|message| taps::offers(message, &tapped));
        if let Some(message) = offering {
            self.message.insert("context".to_owned(), json!({"id": &*message.id}));
        }
    }

    fn addressee(&self, world: &World) -> Result<Arc<BusinessNumber>, Mistake> {
        let identities = world.identities();
        let wanted = digits("to", &self.to).unwrap_or_default();
        let is_meant = |identity: &&Arc<BusinessNumber>| {
            identity.phone_number_id == self.to || identity.display_phone_number.trim_start_matches('+') == wanted
        };
        identities.iter().find(is_meant).cloned().ok_or_else(|| {
            let known: Vec<_> = identities.iter().map(|identity| identity.display_phone_number.as_str()).collect();
            Mistake::new(
                StatusCode::NOT_FOUND,
                format!("to: there is no business number {:?} here; there is {}", self.to, known.join(", ")),
            )
        })
    }
}

fn check_body(body: &Map<String, Value>, kind: &str) -> Result<(), Mistake> {
    if OBJECT_KINDS.contains(&kind) && !body.get(kind).is_some_and(Value::is_object) {
        return Err(Mistake::bad(format!("{kind} is missing: the object with the message's content")));
    }
    if LIST_KINDS.contains(&kind) && !body.get(kind).is_some_and(Value::is_array) {
        return Err(Mistake::bad(format!("{kind} is missing: the list with the message's content")));
    }
    let member = |name: &str| body.get(kind).and_then(|content| content.get(name)).and_then(Value::as_str);
    match kind {
        "text" if !member("body").is_some_and(|body| !body.is_empty() && body.chars().count() <= LONGEST_TEXT) => {
            Err(Mistake::bad(format!("text.body has 1 to {LONGEST_TEXT} characters")))
        }
        "reaction" if member("message_id").is_none() => Err(Mistake::bad("reaction.message_id is missing")),
        _ => Ok(()),
    }
}

fn text_member(body: &Map<String, Value>, name: &str) -> Result<Option<String>, Mistake> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if !text.trim().is_empty() => Ok(Some(text.trim().to_owned())),
        Some(_) => Err(Mistake::bad(format!("{name} is a text that is not empty"))),
    }
}

/// A week, which is as late as webhooks get.
const LONGEST_DELAY: i64 = 7 * 86_400;

fn delay(value: &Value) -> Result<i64, Mistake> {
    let seconds = value.as_i64().filter(|seconds| (0..=LONGEST_DELAY).contains(seconds));
    seconds.ok_or_else(|| Mistake::bad(format!("delay_seconds is between 0 and {LONGEST_DELAY}")))
}

/// Seconds since the epoch, as a number, in digits, or written as a date and time with its offset.
fn timestamp(value: &Value) -> Result<i64, Mistake> {
    let seconds = match value {
        Value::String(text) => text.parse().ok().or_else(|| text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_second)),
        value => value.as_i64(),
    };
    let seconds = seconds.filter(|seconds| (0..LAST_SECOND).contains(seconds));
    seconds.ok_or_else(|| Mistake::bad("timestamp is in seconds since 1970, or a date and time like 2026-11-23T10:00:00Z"))
}
