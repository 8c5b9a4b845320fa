//! What a webhook is told of an account, a number or a template, in Meta's words (reference §2.6).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::config::BusinessNumber;
use crate::world::World;
use crate::world::template::Template;

/// Fields whose entries carry no time, since their values look like those of messages.
const TIMELESS: [&str; 3] = ["messages", "user_preferences", "smb_message_echoes"];

/// One change of a field other than a message or a status.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Event {
    /// The update's id.
    pub(crate) update: u64,
    pub(crate) phone_number_id: String,
    /// When it goes out, in microseconds.
    pub(crate) due: i64,
    /// The field that an app subscribes to.
    pub(crate) field: String,
    /// The whole value.
    pub(crate) value: Value,
    /// Stands for the WABA's id in the envelope; the dashboard's test calls have `0` there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) entry_id: Option<String>,
    /// It is told only if this still holds when it is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) only_if: Option<StillPaused>,
}

/// The pause that an event announces the end of; another state of the template makes it void.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StillPaused {
    pub(crate) template: String,
    pub(crate) until: i64,
}

impl Event {
    /// Does its entry say when it happened?
    pub(crate) fn has_time(&self) -> bool {
        !TIMELESS.contains(&self.field.as_str())
    }

    #[must_use]
    pub(crate) fn at(self, due: i64) -> Self {
        Self { due, ..self }
    }
}

impl World {
    /// An event of this number that goes out now.
    pub(crate) fn event(&mut self, phone_number_id: &str, now: i64, field: &str, value: Value) -> Event {
        Event {
            update: self.take_updates(1),
            phone_number_id: phone_number_id.to_owned(),
            due: now,
            field: field.to_owned(),
            value,
            entry_id: None,
            only_if: None,
        }
    }

    /// Has what the event announces been overtaken?
    pub(crate) fn is_void(&self, event: &Event) -> bool {
        event.only_if.as_ref().is_some_and(|pause| {
            let template = self.template_by_id(&pause.template);
            template.is_none_or(|(_, template)| template.paused_until() != Some(pause.until))
        })
    }
}

/// The `metadata` that messages and the like carry.
pub(crate) fn metadata(identity: &BusinessNumber) -> Value {
    json!({"display_phone_number": identity.display_phone_number.trim_start_matches('+'), "phone_number_id": identity.phone_number_id})
}

/// The members that name a template; its id is a number here, unlike in Graph's answers.
pub(crate) fn of_template(template: &Template) -> Value {
    json!({"message_template_id": template.id.parse::<u64>().map_or_else(|_| json!(template.id), |id| json!(id)),
        "message_template_name": template.name, "message_template_language": template.language.replace('_', "-")})
}

/// A `message_template_status_update`. `note` is the title of `other_info`.
pub(crate) fn template_status(template: &Template, status: &str, note: Option<(&str, &str)>) -> Value {
    let mut value = of_template(template);
    value["event"] = json!(status);
    value["reason"] = json!(if status == "REJECTED" { "INVALID_FORMAT" } else { "NONE" });
    value["message_template_category"] = json!(template.category);
    if status == "REJECTED" {
        value["rejection_info"] = json!({"reason": "The format of the template is not valid.",
            "recommendation": "Check the variables, the buttons and the examples, and submit it again."});
    }
    if let Some((title, description)) = note {
        value["other_info"] = json!({"title": title, "description": description});
    }
    value
}
