//! The event log.

use super::samples;
use super::time::Millis;
use msgboxx_model::Event;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// One thing that happened.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Event, examples(samples::event))]
pub struct EventView<'a> {
    /// Its place in the organisation's order.
    #[schema(minimum = 1)]
    position: i64,
    /// What was added (`message`, `contact`, …) or changed (`message.status`, `contact.updated`, `conversation`, …). New ones may come.
    r#type: &'a str,
    /// The id of what was added or changed.
    entity: Uuid,
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
    at: Millis,
}

impl<'a> From<&'a Event> for EventView<'a> {
    fn from(event: &'a Event) -> Self {
        Self { position: event.position, r#type: &event.name, entity: event.entity_id, at: Millis(event.at) }
    }
}

/// A stretch of the log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Events)]
pub struct EventsView<'a> {
    /// In their order, oldest first; none when the end of the log is reached.
    pub items: Vec<EventView<'a>>,
    /// The `after` with which to go on.
    #[schema(minimum = 0)]
    pub next: i64,
}
