//! Which button of which message a customer tapped.

use serde_json::{Map, Value};

use crate::world::customer::PhoneMessage;

/// What was tapped: the id of a reply, or the text of a template's quick reply.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Tapped {
    Reply(String),
    QuickReply(String),
}

/// What this message of a customer taps, if it is a tap.
pub(super) fn tapped(kind: &str, message: &Map<String, Value>) -> Option<Tapped> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    match kind {
        "button" => text(&message.get("button")?["text"]).map(Tapped::QuickReply),
        "interactive" => {
            let interactive = message.get("interactive")?;
            ["button_reply", "list_reply"].iter().find_map(|reply| text(&interactive[*reply]["id"])).map(Tapped::Reply)
        }
        _ => None,
    }
}

/// Does this message of a business offer it?
pub(super) fn offers(message: &PhoneMessage, tapped: &Tapped) -> bool {
    match tapped {
        Tapped::QuickReply(text) => {
            let buttons = message.rendered.as_ref().map_or(&[][..], |rendered| &rendered.buttons);
            buttons.iter().any(|button| button["type"] == "QUICK_REPLY" && button["text"] == *text)
        }
        Tapped::Reply(id) => {
            let payload: Value = serde_json::from_str(&message.payload).unwrap_or_default();
            let action = &payload["interactive"]["action"];
            let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
            let is_row = |row: &Value| row["id"] == *id;
            list(&action["buttons"]).iter().any(|button| button["reply"]["id"] == *id)
                || list(&action["sections"]).iter().any(|section| list(&section["rows"]).iter().any(is_row))
        }
    }
}
