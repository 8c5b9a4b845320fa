//! The envelope of a webhook call: updates as entries, changes and values in Meta's shape.
//!
//! One update makes the plainest envelope. Several spread over entries and changes by chance, since
//! receivers have to walk every level.

use std::sync::Arc;

use aws_lc_rs::digest;
use rand::Rng;
use serde_json::{Map, Value, json};

use crate::config::BusinessNumber;
use crate::delivery::update::{Price, Told, Update};
use crate::graph::catalogue;
use crate::plan::{Planned, StatusName};
use crate::world::customer::Card;
use crate::world::{Posting, event, hex};

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;

/// Later webhooks have a `conversation` only inside a free entry point window (reference §2.5).
const LAST_WITH_CONVERSATIONS: u32 = 23;

/// The envelope for these updates of one number.
pub(crate) fn envelope(posting: &Posting, public_url: &str, updates: &[Update], chance: &mut impl Rng) -> Value {
    let identity = &posting.identity;
    let mut entries: Vec<Entry<'_>> = Vec::new();
    for update in updates {
        let part = part(identity, public_url, posting.webhook_version, update);
        let starts_entry = match entries.last() {
            None => true,
            Some(entry) => entry.time.is_some() || part.time.is_some() || entry.id != part.entry_id || chance.random_ratio(1, 6),
        };
        if starts_entry {
            entries.push(Entry { id: part.entry_id, time: part.time, changes: Vec::new() });
        }
        let entry = entries.last_mut().expect("pushed if there was none");
        match entry.changes.last_mut() {
            Some(last) if last.list.is_some() && last.list == part.list && !chance.random_ratio(1, 6) => last.join(part),
            _ => entry.changes.push(part),
        }
    }
    let entries: Vec<_> = entries.into_iter().map(|entry| entry.into_json(identity)).collect();
    json!({"object": "whatsapp_business_account", "entry": entries})
}

struct Entry<'a> {
    id: Option<&'a str>,
    time: Option<i64>,
    changes: Vec<Part<'a>>,
}

/// One change, to which further ones of the same list may be joined.
struct Part<'a> {
    field: &'a str,
    /// `messages` or `statuses`; none: the value stands alone.
    list: Option<&'static str>,
    items: Vec<Value>,
    contacts: Vec<(Arc<str>, Value)>,
    /// Unix seconds of an entry that is not about messages.
    time: Option<i64>,
    /// Instead of the WABA's id.
    entry_id: Option<&'a str>,
}

impl Part<'_> {
    fn join(&mut self, other: Self) {
        self.items.extend(other.items);
        for contact in other.contacts {
            if self.contacts.iter().all(|(digits, _)| *digits != contact.0) {
                self.contacts.push(contact);
            }
        }
    }

    fn into_json(mut self, identity: &BusinessNumber) -> Value {
        let Some(list) = self.list else {
            return json!({"field": self.field, "value": self.items.pop().unwrap_or(Value::Null)});
        };
        let mut value = Map::new();
        value.insert("messaging_product".to_owned(), json!("whatsapp"));
        value.insert("metadata".to_owned(), event::metadata(identity));
        if !self.contacts.is_empty() {
            value.insert("contacts".to_owned(), self.contacts.into_iter().map(|(_, contact)| contact).collect());
        }
        value.insert(list.to_owned(), Value::Array(self.items));
        json!({"field": self.field, "value": value})
    }
}

impl Entry<'_> {
    fn into_json(self, identity: &BusinessNumber) -> Value {
        let changes: Vec<_> = self.changes.into_iter().map(|change| change.into_json(identity)).collect();
        let mut entry = json!({"id": self.id.unwrap_or(&identity.business_account_id), "changes": changes});
        if let Some(time) = self.time {
            entry["time"] = json!(time);
        }
        entry
    }
}

fn part<'a>(identity: &BusinessNumber, public_url: &str, version: u32, update: &'a Update) -> Part<'a> {
    let waba = identity.business_account_id.as_str();
    let of_customer = |list, card: &Arc<Card>, item, with_contact: bool| Part {
        field: "messages",
        list: Some(list),
        items: vec![item],
        contacts: if with_contact { vec![(Arc::clone(&card.digits), contact(card, waba))] } else { Vec::new() },
        time: None,
        entry_id: None,
    };
    match &update.told {
        Told::Status { card, wamid, report, callback_data, price } => {
            let mut status = status(card, waba, wamid, report, callback_data.as_deref());
            add_price(&mut status, wamid, report, price, version);
            of_customer("statuses", card, status, report.status != StatusName::Failed)
        }
        Told::Message { card, message, timestamp } => {
            let is_system = message["type"] == "system";
            of_customer("messages", card, authored(message, card, waba, *timestamp, public_url), !is_system)
        }
        Told::TemplateVerdict { template } => Part {
            field: "message_template_status_update",
            list: None,
            items: vec![event::template_status(template, &template.status, None)],
            contacts: Vec::new(),
            time: Some(update.due / SECOND),
            entry_id: None,
        },
        Told::Event(event) => Part {
            field: &event.field,
            list: None,
            items: vec![event.value.clone()],
            contacts: Vec::new(),
            time: event.has_time().then_some(update.due / SECOND),
            entry_id: event.entry_id.as_deref(),
        },
    }
}

fn contact(card: &Card, waba: &str) -> Value {
    let mut contact = json!({"profile": {"name": card.name}, "user_id": card.user_id(waba)});
    if !card.is_number_hidden {
        contact["wa_id"] = json!(&*card.digits);
    }
    if let Some(username) = &card.username {
        contact["profile"]["username"] = json!(username);
    }
    contact
}

fn authored(message: &Value, card: &Card, waba: &str, timestamp: i64, public_url: &str) -> Value {
    let mut message = message.clone();
    message["timestamp"] = json!(timestamp.to_string());
    message["from_user_id"] = json!(card.user_id(waba));
    if !card.is_number_hidden {
        message["from"] = json!(&*card.digits);
    }
    let kind = message["type"].as_str().unwrap_or_default().to_owned();
    if let Some(path) = message.get(&kind).and_then(|medium| medium.get("url")).and_then(Value::as_str).filter(|url| url.starts_with('/')) {
        // Kept without the host, which may change between two starts.
        message[&kind]["url"] = json!(format!("{public_url}{path}"));
    }
    message
}

fn status(card: &Card, waba: &str, wamid: &str, report: &Planned, callback_data: Option<&str>) -> Value {
    let mut status = json!({"id": wamid, "status": report.status.as_str(), "timestamp": (report.at / SECOND).to_string(),
        "recipient_user_id": card.user_id(waba)});
    if !card.is_number_hidden {
        status["recipient_id"] = json!(&*card.digits);
    }
    if let Some(callback_data) = callback_data {
        status["biz_opaque_callback_data"] = json!(callback_data);
    }
    if let Some(code) = report.code {
        let entry = catalogue::entry(code);
        status["errors"] = json!([{"code": code, "title": entry.title, "message": entry.title,
            "error_data": {"details": entry.details}, "href": catalogue::HREF}]);
    }
    status
}

/// The price stands on `sent` and on `delivered`, or on the `read` that says both; the conversation, where there is one, too.
fn add_price(status: &mut Value, wamid: &str, report: &Planned, price: &Price, version: u32) {
    if !matches!(report.status, StatusName::Sent | StatusName::Delivered) && !report.is_delivery_too {
        return;
    }
    let is_entry = price.free_until.is_some();
    let category = if is_entry { "referral_conversion" } else { price.category.as_str() };
    status["pricing"] = json!({"billable": price.kind == "regular", "pricing_model": "PMP", "type": price.kind, "category": category});
    if version <= LAST_WITH_CONVERSATIONS || is_entry {
        status["conversation"] = json!({"id": conversation_id(wamid), "origin": {"type": category}});
        if report.status == StatusName::Sent {
            let ends = price.free_until.unwrap_or(report.at + DAY);
            status["conversation"]["expiration_timestamp"] = json!((ends / SECOND).to_string());
        }
    }
}

/// Up to version 23 each message has a conversation of its own.
fn conversation_id(wamid: &str) -> String {
    hex(&digest::digest(&digest::SHA256, wamid.as_bytes()).as_ref()[..16])
}

#[cfg(test)]
mod tests;
