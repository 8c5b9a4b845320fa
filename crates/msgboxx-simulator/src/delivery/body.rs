//! The envelope of a webhook call: updates as entries, changes and values in Meta's shape.
//!
//! One update makes the plainest envelope. Several spread over entries and changes by chance, since
//! receivers have to walk every level.

use std::sync::Arc;

use rand::Rng;
use serde_json::{Map, Value, json};

use crate::config::BusinessNumber;
use crate::delivery::update::{Told, Update};
use crate::graph::catalogue;
use crate::plan::{Planned, StatusName};
use crate::world::customer::Card;
use crate::world::template::Template;

const SECOND: i64 = 1_000_000;

/// The envelope for these updates of one number.
pub(crate) fn envelope(identity: &BusinessNumber, public_url: &str, updates: &[Update], chance: &mut impl Rng) -> Value {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    for update in updates {
        let part = part(identity, public_url, update);
        let starts_entry = match entries.last() {
            None => true,
            Some(entry) => entry.time.is_some() || part.time.is_some() || chance.random_ratio(1, 6),
        };
        if starts_entry {
            entries.push(Entry { time: part.time, changes: Vec::new() });
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
        let metadata = json!({"display_phone_number": identity.display_phone_number.trim_start_matches('+'),
            "phone_number_id": identity.phone_number_id});
        value.insert("metadata".to_owned(), metadata);
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
        let mut entry = json!({"id": identity.business_account_id, "changes": changes});
        if let Some(time) = self.time {
            entry["time"] = json!(time);
        }
        entry
    }
}

fn part<'a>(identity: &BusinessNumber, public_url: &str, update: &Update) -> Part<'a> {
    let waba = identity.business_account_id.as_str();
    let of_customer = |list, card: &Arc<Card>, item, with_contact: bool| Part {
        field: "messages",
        list: Some(list),
        items: vec![item],
        contacts: if with_contact { vec![(Arc::clone(&card.digits), contact(card, waba))] } else { Vec::new() },
        time: None,
    };
    match &update.told {
        Told::Status { card, wamid, report, callback_data, category } => {
            let status = status(card, waba, wamid, report, callback_data.as_deref(), category);
            of_customer("statuses", card, status, report.status != StatusName::Failed)
        }
        Told::Message { card, message, timestamp } => {
            let is_system = message["type"] == "system";
            of_customer("messages", card, authored(message, card, waba, *timestamp, public_url), !is_system)
        }
        Told::TemplateVerdict { template } => Part {
            field: "message_template_status_update",
            list: None,
            items: vec![verdict(template)],
            contacts: Vec::new(),
            time: Some(update.due / SECOND),
        },
    }
}

fn contact(card: &Card, waba: &str) -> Value {
    let mut contact = json!({"profile": {"name": card.name}, "user_id": card.user_id(waba)});
    if !card.is_number_hidden {
        contact["wa_id"] = json!(&*card.digits);
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

fn status(card: &Card, waba: &str, wamid: &str, report: &Planned, callback_data: Option<&str>, category: &str) -> Value {
    let mut status = json!({"id": wamid, "status": report.status.as_str(), "timestamp": (report.at / SECOND).to_string(),
        "recipient_user_id": card.user_id(waba)});
    if !card.is_number_hidden {
        status["recipient_id"] = json!(&*card.digits);
    }
    if let Some(callback_data) = callback_data {
        status["biz_opaque_callback_data"] = json!(callback_data);
    }
    if matches!(report.status, StatusName::Sent | StatusName::Delivered) {
        status["pricing"] = json!({"billable": true, "pricing_model": "PMP", "type": "regular", "category": category});
    }
    if let Some(code) = report.code {
        let entry = catalogue::entry(code);
        status["errors"] = json!([{"code": code, "title": entry.title, "message": entry.title,
            "error_data": {"details": entry.details}, "href": catalogue::HREF}]);
    }
    status
}

fn verdict(template: &Template) -> Value {
    let is_rejected = template.status == "REJECTED";
    json!({"event": template.status, "message_template_id": template.id.parse::<u64>().map_or_else(|_| json!(template.id), |id| json!(id)),
        "message_template_name": template.name, "message_template_language": template.language.replace('_', "-"),
        "reason": if is_rejected { "INVALID_FORMAT" } else { "NONE" }, "message_template_category": template.category})
}

#[cfg(test)]
mod tests;
