//! `GET /simulator/customers`: who has a phone here, those with the newest message first.

use std::cmp::Reverse;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde_json::json;

use super::view;
use crate::shared::Shared;

/// More phones than a page can offer for choice.
const MOST_SHOWN: usize = 200;

pub(crate) async fn list(State(shared): State<Arc<Shared>>) -> Response {
    let now = shared.clock.now_micros();
    let world = shared.world();
    let mut newest: Vec<_> = world
        .customers
        .values()
        .filter_map(|customer| {
            let seen = customer.messages.iter().rev().find(|message| message.arrives.is_some_and(|arrives| arrives <= now))?;
            Some((customer, seen))
        })
        .collect();
    if newest.len() > MOST_SHOWN {
        newest.select_nth_unstable_by_key(MOST_SHOWN, |(_, message)| Reverse(message.arrives));
        newest.truncate(MOST_SHOWN);
    }
    newest.sort_by_key(|(_, message)| Reverse(message.arrives));
    let customers: Vec<_> = newest
        .into_iter()
        .map(|(customer, message)| {
            json!({"phone": format!("+{}", customer.card.digits), "name": customer.card.name,
                "business": &*message.business, "last": view::text(message), "timestamp": view::seconds(message.arrives.unwrap_or(message.at))})
        })
        .collect();
    drop(world);
    super::items(customers)
}
