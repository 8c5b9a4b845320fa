//! A webhook call taken apart: each message, status or change by itself, so that one that makes trouble leaves its neighbours
//! alone.
//!
//! Each part can be put back into a call of its own that says the same and can be read like any other.

use super::{Change, ChangeValue, Entry, Envelope, IncomingMessage, Item, Messages, Person, Status};
use serde::Serialize;
use serde_json::value::RawValue;
use std::sync::Arc;

/// One thing that a webhook call says.
#[derive(Debug)]
pub struct Part {
    /// What it says.
    pub what: What,
    /// Its JSON as it came.
    pub raw: Box<RawValue>,
    place: Place,
}

/// What a part says.
#[derive(Debug)]
pub enum What {
    /// A customer wrote.
    Message {
        /// The business number's id; absent in broken payloads only.
        phone_number_id: Option<String>,
        /// What was written.
        message: Box<IncomingMessage>,
        /// The customer, if the call describes them.
        author: Option<Person>,
    },
    /// What became of a message of ours.
    Status {
        /// The business number's id; absent in broken payloads only.
        phone_number_id: Option<String>,
        /// The report.
        status: Box<Status>,
    },
    /// Anything else that changed.
    Change {
        /// The WABA's id.
        business_account: String,
        /// When it changed, in Unix seconds, if the call says so.
        at_seconds: Option<i64>,
        /// The change.
        change: Box<Change>,
    },
    /// It cannot be understood, for this reason.
    Unreadable(String),
}

/// Where in a call a part stood.
#[derive(Debug)]
enum Place {
    Entry,
    Change(Arc<EntryAround>),
    Message(Arc<ValueAround>, Option<Box<RawValue>>),
    Status(Arc<ValueAround>),
}

#[derive(Debug)]
struct EntryAround {
    id: String,
    time: Option<i64>,
}

#[derive(Debug)]
struct ValueAround {
    entry: Arc<EntryAround>,
    phone_number_id: Option<String>,
    display_phone_number: Option<String>,
}

impl Envelope {
    /// What the call says, in its order.
    pub fn into_parts(self) -> Vec<Part> {
        let mut parts = Vec::new();
        for Item { parsed, raw } in self.entries {
            match parsed {
                Ok(entry) => take_entry(entry, &mut parts),
                Err(error) => parts.push(Part { what: What::Unreadable(error.to_string()), raw, place: Place::Entry }),
            }
        }
        parts
    }
}

fn take_entry(entry: Entry, parts: &mut Vec<Part>) {
    let around = Arc::new(EntryAround { id: entry.id, time: entry.time });
    for Item { parsed, raw } in entry.changes {
        let what = match parsed {
            Ok(Change { value: ChangeValue::Messages(messages), .. }) => {
                take_messages(*messages, &around, parts);
                continue;
            }
            Ok(change) => What::Change { business_account: around.id.clone(), at_seconds: around.time, change: Box::new(change) },
            Err(error) => What::Unreadable(error.to_string()),
        };
        parts.push(Part { what, raw, place: Place::Change(around.clone()) });
    }
}

fn take_messages(mut value: Messages, entry: &Arc<EntryAround>, parts: &mut Vec<Part>) {
    let around = Arc::new(ValueAround {
        entry: entry.clone(),
        phone_number_id: value.phone_number_id.clone(),
        display_phone_number: value.display_phone_number.clone(),
    });
    let phone_number_id = &value.phone_number_id.clone();
    for Item { parsed, raw } in std::mem::take(&mut value.messages) {
        let (what, author) = match parsed {
            Ok(message) => {
                let author = value.author_of(&message);
                let described =
                    author.and_then(|author| value.contacts.iter().find(|item| item.parsed.as_ref().is_ok_and(|p| p == author)));
                let described = described.map(|item| item.raw.clone());
                let author = author.cloned();
                (What::Message { phone_number_id: phone_number_id.clone(), message: Box::new(message), author }, described)
            }
            Err(error) => (What::Unreadable(error.to_string()), None),
        };
        parts.push(Part { what, raw, place: Place::Message(around.clone(), author) });
    }
    for Item { parsed, raw } in value.statuses {
        let what = match parsed {
            Ok(status) => What::Status { phone_number_id: phone_number_id.clone(), status: Box::new(status) },
            Err(error) => What::Unreadable(error.to_string()),
        };
        parts.push(Part { what, raw, place: Place::Status(around.clone()) });
    }
}

#[derive(Serialize)]
struct Call<'a> {
    object: &'static str,
    entry: [&'a RawValue; 1],
}

#[derive(Serialize)]
struct CallEntry<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<i64>,
    changes: [&'a RawValue; 1],
}

#[derive(Serialize)]
struct CallChange<'a> {
    field: &'static str,
    value: CallValue<'a>,
}

#[derive(Serialize, Default)]
struct CallValue<'a> {
    messaging_product: &'static str,
    metadata: CallMetadata<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contacts: Option<[&'a RawValue; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    messages: Option<[&'a RawValue; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    statuses: Option<[&'a RawValue; 1]>,
}

#[derive(Serialize, Default)]
struct CallMetadata<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    display_phone_number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number_id: Option<&'a str>,
}

impl Part {
    /// The body of a call that says this and nothing else.
    ///
    /// # Errors
    /// None in practice: what was read can be written.
    pub fn to_call(&self) -> Result<Vec<u8>, serde_json::Error> {
        let entry = match &self.place {
            Place::Entry => self.raw.clone(),
            Place::Change(entry) => entry.with(&self.raw)?,
            Place::Message(value, author) => {
                let contacts = author.as_deref().map(|author| [author]);
                value.with(CallValue { contacts, messages: Some([&self.raw]), ..CallValue::default() })?
            }
            Place::Status(value) => value.with(CallValue { statuses: Some([&self.raw]), ..CallValue::default() })?,
        };
        serde_json::to_vec(&Call { object: "whatsapp_business_account", entry: [&entry] })
    }
}

impl EntryAround {
    fn with(&self, change: &RawValue) -> Result<Box<RawValue>, serde_json::Error> {
        serde_json::value::to_raw_value(&CallEntry { id: &self.id, time: self.time, changes: [change] })
    }
}

impl ValueAround {
    fn with<'a>(&'a self, mut value: CallValue<'a>) -> Result<Box<RawValue>, serde_json::Error> {
        value.messaging_product = "whatsapp";
        value.metadata.display_phone_number = self.display_phone_number.as_deref();
        value.metadata.phone_number_id = self.phone_number_id.as_deref();
        let change = serde_json::value::to_raw_value(&CallChange { field: "messages", value })?;
        self.entry.with(&change)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webhook::parse;

    const CALL: &str = r#"{"object":"whatsapp_business_account","entry":[
        {"id":"1","changes":[
            {"field":"messages","value":{"metadata":{"phone_number_id":"7","display_phone_number":"44"},
                "contacts":[{"wa_id":"1","profile":{"name":"Rosa"}},{"wa_id":"2","profile":{"name":"Tom"}}],
                "messages":[{"id":"wamid.1","from":"1","type":"text","text":{"body":"hi"},"new":[1.50]},{"from":"2"},
                            {"id":"wamid.3","from":"2","type":"text","text":{"body":"ho"}}],
                "statuses":[{"id":"wamid.9","status":"sent"}, 5]}},
            {"field":"message_template_status_update","value":{"event":"APPROVED"}},
            {"field":"messages"}]},
        "entry"]}"#;

    fn shown(part: &Part) -> String {
        match &part.what {
            What::Message { phone_number_id, message, author } => {
                let author = author.as_ref().and_then(|author| author.name.as_deref());
                format!("{} by {author:?} to {phone_number_id:?}", message.id)
            }
            What::Status { phone_number_id, status } => format!("{} {} to {phone_number_id:?}", status.id, status.status.as_str()),
            What::Change { business_account, change, .. } => format!("{} of {business_account}", change.field),
            What::Unreadable(reason) => reason.clone(),
        }
    }

    #[test]
    fn everything_that_a_call_says_is_one_part_in_its_order() {
        let parts = parse(CALL.as_bytes()).expect("a call").into_parts();
        let shown: Vec<String> = parts.iter().map(shown).collect();
        assert_eq!(shown[0], r#"wamid.1 by Some("Rosa") to Some("7")"#);
        assert_eq!(shown[1], "the item has no id");
        assert_eq!(shown[2], r#"wamid.3 by Some("Tom") to Some("7")"#);
        assert_eq!(shown[3], r#"wamid.9 sent to Some("7")"#);
        assert!(shown[4].contains("not a readable JSON object"), "{}", shown[4]);
        assert_eq!(shown[5], "message_template_status_update of 1");
        assert_eq!(shown[6], "the item has no value");
        assert!(shown[7].contains("not a readable JSON object") && shown.len() == 8, "{shown:?}");
    }

    #[test]
    fn a_part_in_a_call_of_its_own_says_the_same() {
        for part in parse(CALL.as_bytes()).expect("a call").into_parts() {
            let alone = parse(&part.to_call().expect("it can be written")).expect("a call").into_parts();
            let [again] = alone.as_slice() else { panic!("{alone:?}") };
            assert_eq!((shown(again), again.raw.get()), (shown(&part), part.raw.get()));
        }
    }

    #[test]
    fn a_list_that_is_none_is_a_part_that_cannot_be_understood() {
        for (call, parts) in [
            (r#"{"entry":"gone"}"#, 1),
            (r#"{"entry":[{"id":"1","changes":7}]}"#, 1),
            (r#"{"entry":[{"id":"1","changes":[{"field":"messages","value":{"messages":{},"statuses":false}}]}]}"#, 2),
            (r#"{"entry":[{"id":"1","changes":[{"field":"messages","value":{"messages":null,"statuses":[]}}]}]}"#, 0),
            (r#"{"entry":[]}"#, 0),
        ] {
            let found = parse(call.as_bytes()).expect("a call").into_parts();
            assert!(found.len() == parts && found.iter().all(|part| matches!(part.what, What::Unreadable(_))), "{call}: {found:?}");
        }
    }
}
