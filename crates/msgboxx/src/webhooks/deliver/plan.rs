//! Turns events into deliveries: one for each enabled webhook that wants the kind of thing added.
//!
//! The deliveries and the place in the log change in one unit, so that an event is neither passed
//! over nor planned twice. An organisation without webhooks costs one short query per batch.

use super::hold_lease;
use crate::app::App;
use msgboxx_model::{Event, EventKind, OrganisationId};
use msgboxx_store::{StoreError, Tx};
use std::collections::HashSet;

/// The name under which the store keeps how far the log was read.
pub(super) const READER: &str = "webhooks";
/// Events in one unit.
const EVENTS_AT_ONCE: i64 = 500;

/// How a batch ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Planned {
    /// The log is read to its end.
    All,
    /// There may be more.
    Part,
    /// Another process delivers.
    NotOurs,
}

/// Plans the deliveries of one batch of an organisation's events.
pub(super) async fn plan(app: &App, organisation: OrganisationId, after: i64) -> Result<Planned, StoreError> {
    let node = app.node.clone();
    app.store
        .write(async move |tx: &mut Tx<'_>| {
            if hold_lease(tx, &node).await?.is_none() {
                return Ok(Planned::NotOurs);
            }
            let events = tx.events_after(organisation, after, EVENTS_AT_ONCE).await?;
            let Some(last) = events.last() else { return Ok(Planned::All) };
            let added: Vec<(&Event, EventKind)> = events.iter().filter_map(|event| Some((event, added_kind(&event.name)?))).collect();
            let wanted = if added.is_empty() { HashSet::new() } else { wanted_kinds(tx, organisation).await? };
            for (event, kind) in added {
                if wanted.contains(&kind) {
                    tx.make_deliveries(organisation, kind, event.id, event.at).await?;
                }
            }
            tx.move_cursor(organisation, READER, last.position).await?;
            Ok(if i64::try_from(events.len()) == Ok(EVENTS_AT_ONCE) { Planned::Part } else { Planned::All })
        })
        .await
}

/// What was added, if the event says that something was; `message.status` and the like do not.
fn added_kind(name: &str) -> Option<EventKind> {
    name.parse().ok()
}

async fn wanted_kinds(tx: &mut Tx<'_>, organisation: OrganisationId) -> Result<HashSet<EventKind>, StoreError> {
    let webhooks = tx.webhooks(organisation).await?;
    Ok(webhooks.iter().filter(|webhook| webhook.is_enabled).map(|webhook| webhook.kind).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_events_that_say_that_something_was_added_are_delivered() {
        for kind in EventKind::ALL {
            assert_eq!(added_kind(kind.as_str()), Some(*kind));
        }
        for name in ["message.status", "contact.updated", "conversation", "conversation.assigned", "webhook", ""] {
            assert_eq!(added_kind(name), None, "{name}");
        }
    }
}
