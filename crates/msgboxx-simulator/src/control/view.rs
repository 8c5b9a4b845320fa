//! A message as the control surface shows it, and the words that the customer reads.

use msgboxx_cloud_api::webhook::{IncomingMessage, text_for_people};
use serde_json::{Value, json};

use crate::world::customer::{Direction, PhoneMessage};
use crate::world::template::Rendered;

/// An instant as Graph writes it: seconds since the epoch, as text.
pub(super) fn seconds(micros: i64) -> String {
    (micros / 1_000_000).to_string()
}

/// The message as it is at this instant.
pub(super) fn message(message: &PhoneMessage, now: i64) -> Value {
    let statuses: Vec<_> = message
        .statuses
        .iter()
        .filter(|(_, at)| *at <= now)
        .map(|(status, at)| json!({"status": status.as_str(), "timestamp": seconds(*at)}))
        .collect();
    let direction = match message.direction {
        Direction::In => "in",
        Direction::Out => "out",
    };
    let mut view = json!({
        "id": &*message.id,
        "direction": direction,
        "business": &*message.business,
        "type": &*message.kind,
        "text": text(message),
        "payload": payload(message),
        "timestamp": seconds(message.at),
        "statuses": statuses,
    });
    if let Some(rendered) = &message.rendered {
        view["rendered"] = json!(rendered);
    }
    view
}

/// What the customer reads.
pub(super) fn text(message: &PhoneMessage) -> String {
    if let Some(rendered) = &message.rendered {
        return of_template(rendered);
    }
    let mut payload = payload(message);
    if message.direction == Direction::In && &*message.kind == "interactive" {
        return of_interactive(&payload["interactive"]);
    }
    payload["id"] = json!(&*message.id);
    payload["type"] = json!(&*message.kind);
    IncomingMessage::from_json(&payload).map(|message| text_for_people(&message)).unwrap_or_default()
}

fn payload(message: &PhoneMessage) -> Value {
    serde_json::from_str(&message.payload).unwrap_or_default()
}

fn of_template(rendered: &Rendered) -> String {
    let parts = [rendered.header.as_deref(), Some(rendered.body.as_str()), rendered.footer.as_deref()];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

fn of_interactive(interactive: &Value) -> String {
    let parts = ["header", "body", "footer"].map(|part| interactive[part]["text"].as_str().unwrap_or_default());
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}
